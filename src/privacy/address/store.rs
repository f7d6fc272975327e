//! The table `address_requests`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::address_requests;
use crate::db::{Conn, Error};
use crate::insert_returning_id;

/// An address that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = address_requests)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct AddressRequest {
    pub id: i64,
    pub contact_id: i64,
    pub address: String,
    pub make_primary: bool,
}

/// Keeps an address, as written and in the form for comparison, from one moment until another.
pub(super) fn insert(
    conn: &mut Conn,
    contact: i64,
    (address, key): (&str, &str),
    make_primary: bool,
    (asked_at, expires_at): (NaiveDateTime, NaiveDateTime),
) -> Result<i64, Error> {
    Ok(insert_returning_id!(
        conn,
        address_requests,
        (
            address_requests::contact_id.eq(contact),
            address_requests::address.eq(address),
            address_requests::address_key.eq(key),
            address_requests::make_primary.eq(make_primary),
            address_requests::asked_at.eq(asked_at),
            address_requests::expires_at.eq(expires_at),
        )
    )?)
}

/// What waits under a number.
pub(super) fn find(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Option<AddressRequest>, Error> {
    Ok(address_requests::table
        .find(id)
        .filter(address_requests::expires_at.gt(now))
        .select(AddressRequest::as_select())
        .first(conn)
        .optional()?)
}

/// Ends the waiting; `false` when somebody else did.
pub(super) fn take(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    Ok(diesel::delete(address_requests::table.find(id)).execute(conn)? == 1)
}

/// Deletes what nobody confirmed in time.
///
/// # Errors
/// Those of the database.
pub fn expire(conn: &mut Conn, now: NaiveDateTime) -> Result<usize, Error> {
    Ok(diesel::delete(address_requests::table.filter(address_requests::expires_at.le(now))).execute(conn)?)
}

/// Deletes what these people asked for, and what others asked for with their addresses, given in the form for comparison.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64], emails: &[String]) -> Result<(), Error> {
    let theirs = address_requests::contact_id.eq_any(people).or(address_requests::address_key.eq_any(emails));
    diesel::delete(address_requests::table.filter(theirs)).execute(conn)?;
    Ok(())
}
