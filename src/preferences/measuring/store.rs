//! Who agreed. Functions take a connection and open no transaction.

use std::collections::HashSet;

use diesel::prelude::*;

use super::MEASURING;
use crate::db::schema::standing_consents;
use crate::db::{Conn, Error};

/// Those of these people who agree to be measured one by one.
///
/// # Errors
/// Those of the database.
pub fn measured(conn: &mut Conn, people: &[i64]) -> Result<HashSet<i64>, Error> {
    let mut found = HashSet::new();
    for batch in people.chunks(1_000) {
        let agreed = standing_consents::table
            .filter(standing_consents::contact_id.eq_any(batch))
            .filter(standing_consents::purpose.eq(MEASURING))
            .select(standing_consents::contact_id);
        found.extend(agreed.load::<i64>(conn)?);
    }
    Ok(found)
}

/// Whether this person agrees to be measured.
///
/// # Errors
/// Those of the database.
pub fn is_measured(conn: &mut Conn, contact: i64) -> Result<bool, Error> {
    Ok(measured(conn, &[contact])?.contains(&contact))
}
