//! The table `suppressions`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::SuppressionReason;
use crate::db::schema::suppressions;
use crate::db::{Conn, Error};
use crate::each;
use crate::preferences::Channel;

/// Stops the use of an address. Doing it twice keeps the first reason.
///
/// # Errors
/// Those of the database.
pub fn suppress(
    conn: &mut Conn,
    channel: Channel,
    address_key: &str,
    reason: SuppressionReason,
    detail: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    each!(&mut *conn, engine => {
        diesel::insert_into(suppressions::table)
            .values((
                suppressions::channel.eq(channel),
                suppressions::address_key.eq(address_key),
                suppressions::reason.eq(reason),
                suppressions::detail.eq(detail),
                suppressions::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(())
}

/// Why an address must not be used, if so.
///
/// # Errors
/// Those of the database.
pub fn suppression(
    conn: &mut Conn,
    channel: Channel,
    address_key: &str,
) -> Result<Option<SuppressionReason>, Error> {
    Ok(suppressions::table
        .filter(suppressions::channel.eq(channel))
        .filter(suppressions::address_key.eq(address_key))
        .select(suppressions::reason)
        .first(conn)
        .optional()?)
}

/// An address that must not be used, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = suppressions)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Suppression {
    pub id: i64,
    pub channel: Channel,
    pub address_key: String,
    pub reason: SuppressionReason,
    pub detail: String,
    pub created_at: NaiveDateTime,
}

/// Up to `limit` addresses that must not be used, after number `after`, by number.
///
/// # Errors
/// Those of the database.
pub fn suppressions(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Suppression>, Error> {
    Ok(suppressions::table
        .filter(suppressions::id.gt(after))
        .order(suppressions::id)
        .limit(limit)
        .select(Suppression::as_select())
        .load(conn)?)
}

/// Up to `limit` e-mail addresses that must not be used, the latest first, before number `before`.
///
/// # Errors
/// Those of the database.
pub fn latest_suppressions(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<Suppression>, Error> {
    Ok(suppressions::table
        .filter(suppressions::id.lt(before))
        .filter(suppressions::channel.eq(Channel::Email))
        .order(suppressions::id.desc())
        .limit(limit)
        .select(Suppression::as_select())
        .load(conn)?)
}

/// The suppression of this number.
///
/// # Errors
/// Those of the database.
pub fn suppression_by_id(conn: &mut Conn, id: i64) -> Result<Option<Suppression>, Error> {
    Ok(suppressions::table.find(id).select(Suppression::as_select()).first(conn).optional()?)
}

/// Everything about the suppression of an address, if it is suppressed.
///
/// # Errors
/// Those of the database.
pub fn suppression_of(
    conn: &mut Conn,
    channel: Channel,
    address_key: &str,
) -> Result<Option<Suppression>, Error> {
    Ok(suppressions::table
        .filter(suppressions::channel.eq(channel))
        .filter(suppressions::address_key.eq(address_key))
        .select(Suppression::as_select())
        .first(conn)
        .optional()?)
}

/// [`lift_suppression`] of the address behind a number of the list.
///
/// # Errors
/// Those of the database.
pub fn lift_suppression_by_id(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    Ok(diesel::delete(suppressions::table.find(id)).execute(conn)? > 0)
}

/// Lets an address be used again; tells whether it was suppressed.
///
/// # Errors
/// Those of the database.
pub fn lift_suppression(conn: &mut Conn, channel: Channel, address_key: &str) -> Result<bool, Error> {
    let lifted = diesel::delete(
        suppressions::table
            .filter(suppressions::channel.eq(channel))
            .filter(suppressions::address_key.eq(address_key)),
    )
    .execute(conn)?;
    Ok(lifted > 0)
}
