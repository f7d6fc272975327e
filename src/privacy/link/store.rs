//! The table `link_requests`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::link_requests;
use crate::db::{Conn, Error};

/// How often a link was asked for since then for one address; counts no further than `limit`.
pub(super) fn asked_for(conn: &mut Conn, hash: &str, since: NaiveDateTime, limit: i64) -> Result<i64, Error> {
    let rows: Vec<i64> = link_requests::table
        .filter(link_requests::address_hash.eq(hash))
        .filter(link_requests::asked_at.gt(since))
        .limit(limit)
        .select(link_requests::id)
        .load(conn)?;
    Ok(rows.len() as i64)
}

/// The same for every address.
pub(super) fn asked(conn: &mut Conn, since: NaiveDateTime, limit: i64) -> Result<i64, Error> {
    let rows: Vec<i64> = link_requests::table
        .filter(link_requests::asked_at.gt(since))
        .limit(limit)
        .select(link_requests::id)
        .load(conn)?;
    Ok(rows.len() as i64)
}

pub(super) fn remember(conn: &mut Conn, hash: &str, now: NaiveDateTime) -> Result<(), Error> {
    diesel::insert_into(link_requests::table)
        .values((link_requests::address_hash.eq(hash), link_requests::asked_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn forget_before(conn: &mut Conn, then: NaiveDateTime) -> Result<(), Error> {
    diesel::delete(link_requests::table.filter(link_requests::asked_at.le(then))).execute(conn)?;
    Ok(())
}
