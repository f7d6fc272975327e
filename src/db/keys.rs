//! Which secret keys the database's hashes were made with. Owns the table `key_uses`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::key_uses;
use super::{Conn, Error};
use crate::each;

/// The ids of every key in use.
///
/// # Errors
/// Those of the database.
pub fn used(conn: &mut Conn) -> Result<Vec<i32>, Error> {
    Ok(key_uses::table.order(key_uses::key_id).select(key_uses::key_id).load(conn)?)
}

/// Remembers that a hash was made with this key.
///
/// # Errors
/// Those of the database.
pub fn remember(conn: &mut Conn, key_id: u8, now: NaiveDateTime) -> Result<(), Error> {
    each!(&mut *conn, engine => {
        diesel::insert_into(key_uses::table)
            .values((key_uses::key_id.eq(i32::from(key_id)), key_uses::first_used_at.eq(now)))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(())
}
