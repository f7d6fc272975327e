//! The table `contact_caps`, and what a person was sent. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{campaigns, contact_caps, deliveries};
use crate::db::{Conn, Error};

/// At most this many mailings in this many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contact_caps)]
pub struct Cap {
    /// From this unit and those beneath it; from everybody together without one.
    pub unit_id: Option<i64>,
    /// So many mailings.
    pub mailings: i32,
    /// In so many days.
    pub days: i32,
}

/// Every cap there is.
///
/// # Errors
/// Those of the database, like every function here.
pub fn caps(conn: &mut Conn) -> Result<Vec<Cap>, Error> {
    Ok(contact_caps::table.order(contact_caps::id).select(Cap::as_select()).load(conn)?)
}

/// Sets a cap, in the place of the one that its unit has.
///
/// # Errors
/// Those of the database; a duplicate when somebody sets the same one at the same time.
pub fn set(conn: &mut Conn, cap: Cap, now: NaiveDateTime) -> Result<(), Error> {
    remove(conn, cap.unit_id)?;
    diesel::insert_into(contact_caps::table)
        .values((
            contact_caps::unit_id.eq(cap.unit_id),
            contact_caps::mailings.eq(cap.mailings),
            contact_caps::days.eq(cap.days),
            contact_caps::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the cap of a unit (`None`: of everybody together) away; tells whether there was one.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, unit: Option<i64>) -> Result<bool, Error> {
    let removed = match unit {
        Some(unit) => {
            diesel::delete(contact_caps::table.filter(contact_caps::unit_id.eq(unit))).execute(conn)?
        }
        None => diesel::delete(contact_caps::table.filter(contact_caps::unit_id.is_null())).execute(conn)?,
    };
    Ok(removed > 0)
}

/// The mailings that went to a person, or are on their way: of which unit, and when; the latest of them, as many as any
/// cap can count.
///
/// # Errors
/// Those of the database.
pub fn mailings_of(conn: &mut Conn, contact: i64) -> Result<Vec<(i64, NaiveDateTime)>, Error> {
    Ok(deliveries::table
        .inner_join(campaigns::table)
        .filter(deliveries::contact_id.eq(contact))
        .filter(deliveries::state.eq_any(["sent", "sending"]))
        .order(deliveries::updated_at.desc())
        .limit(1_000)
        .select((campaigns::unit_id, deliveries::updated_at))
        .load(conn)?)
}
