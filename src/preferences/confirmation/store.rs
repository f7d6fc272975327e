//! The table `unconfirmed_contacts`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::unconfirmed_contacts as waiting;
use crate::db::{Conn, Error};
use crate::each;

/// Sends nothing to somebody until they have confirmed. Doing it twice changes nothing.
///
/// # Errors
/// Those of the database, like every function here.
pub fn wait_for_confirmation(conn: &mut Conn, contact: i64, now: NaiveDateTime) -> Result<(), Error> {
    each!(&mut *conn, engine => {
        diesel::insert_into(waiting::table)
            .values((waiting::contact_id.eq(contact), waiting::since.eq(now)))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(())
}

/// They have confirmed; tells whether that was waited for.
///
/// # Errors
/// Those of the database.
pub fn confirm(conn: &mut Conn, contact: i64) -> Result<bool, Error> {
    Ok(diesel::delete(waiting::table.find(contact)).execute(conn)? > 0)
}

/// Whether they have not confirmed yet.
///
/// # Errors
/// Those of the database.
pub fn is_unconfirmed(conn: &mut Conn, contact: i64) -> Result<bool, Error> {
    Ok(waiting::table.find(contact).select(waiting::contact_id).first::<i64>(conn).optional()?.is_some())
}

/// Somebody is confirmed when one of the two who became them was.
pub(in crate::preferences) fn follow_merge(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    if !is_unconfirmed(conn, from)? {
        confirm(conn, into)?;
    }
    Ok(())
}

/// Forgets erased people.
pub(in crate::preferences) fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    diesel::delete(waiting::table.filter(waiting::contact_id.eq_any(people))).execute(conn)?;
    Ok(())
}
