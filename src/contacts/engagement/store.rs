//! The table `engagements`. Functions take a connection and open no transaction.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Engagement;
use crate::db::schema::engagements;
use crate::db::{Conn, Error};
use crate::each;
use crate::kernel::history::Before;
use crate::kernel::language::Language;

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 1_000;

/// Keeps what people did. What is known already changes nothing. Whoever calls it has asked whether they agreed.
///
/// # Errors
/// Those of the database.
pub fn record_engagements(conn: &mut Conn, done: &[Engagement]) -> Result<(), Error> {
    for batch in done.chunks(BATCH) {
        each!(&mut *conn, engine => {
            diesel::insert_into(engagements::table).values(batch).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// Takes back what turned out to be a program's doing.
///
/// # Errors
/// Those of the database.
pub fn take_back_engagements(conn: &mut Conn, done: &[Engagement]) -> Result<(), Error> {
    for one in done {
        diesel::delete(
            engagements::table
                .filter(engagements::contact_id.eq(one.contact_id))
                .filter(engagements::campaign_id.eq(one.campaign_id))
                .filter(engagements::language.eq(one.language))
                .filter(engagements::link.eq(one.link))
                .filter(engagements::happened_at.eq(one.happened_at)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// What a person did, the latest first.
///
/// # Errors
/// Those of the database.
pub fn engagements_of(conn: &mut Conn, contact: i64) -> Result<Vec<Engagement>, Error> {
    Ok(engagements::table
        .filter(engagements::contact_id.eq(contact))
        .order((engagements::happened_at.desc(), engagements::id.desc()))
        .select(Engagement::as_select())
        .load(conn)?)
}

/// What a person did, with the numbers of the rows, before a place in their history; the latest first.
///
/// # Errors
/// Those of the database.
pub fn engagement_history(
    conn: &mut Conn,
    contact: i64,
    before: Before,
    limit: i64,
) -> Result<Vec<(i64, Engagement)>, Error> {
    // All of one person's are few: the index by person finds them, and they are sorted.
    Ok(engagements::table
        .filter(engagements::contact_id.eq(contact))
        .filter(
            engagements::happened_at
                .lt(before.at)
                .or(engagements::happened_at.eq(before.at).and(engagements::id.lt(before.id))),
        )
        .order((engagements::happened_at.desc(), engagements::id.desc()))
        .limit(limit)
        .select((engagements::id, Engagement::as_select()))
        .load(conn)?)
}

/// Forgets what a person did: they took their agreement back, or are erased.
///
/// # Errors
/// Those of the database.
pub fn forget_engagements(conn: &mut Conn, contact: i64) -> Result<(), Error> {
    diesel::delete(engagements::table.filter(engagements::contact_id.eq(contact))).execute(conn)?;
    Ok(())
}

/// The rows of what a person did.
pub(in crate::contacts) fn rows(conn: &mut Conn, contact: i64) -> Result<Vec<i64>, Error> {
    Ok(engagements::table
        .filter(engagements::contact_id.eq(contact))
        .order(engagements::id)
        .select(engagements::id)
        .load(conn)?)
}

/// Gives these rows of one person to another. What the other did in the same hour stays where it is, once.
pub(in crate::contacts) fn hand_over(conn: &mut Conn, rows: &[i64], from: i64, to: i64) -> Result<(), Error> {
    type Key = (i64, Language, i32, NaiveDateTime);
    let key = (engagements::campaign_id, engagements::language, engagements::link, engagements::happened_at);
    let known: HashSet<Key> = engagements::table
        .filter(engagements::contact_id.eq(to))
        .select(key)
        .load(conn)?
        .into_iter()
        .collect();
    let theirs: Vec<(i64, Key)> = engagements::table
        .filter(engagements::contact_id.eq(from))
        .select((engagements::id, key))
        .load(conn)?;
    let moved: Vec<i64> = theirs
        .into_iter()
        .filter(|(id, key)| rows.contains(id) && !known.contains(key))
        .map(|(id, _)| id)
        .collect();
    for batch in moved.chunks(BATCH) {
        diesel::update(engagements::table.filter(engagements::id.eq_any(batch)))
            .set(engagements::contact_id.eq(to))
            .execute(conn)?;
    }
    Ok(())
}
