//! The table `contact_merges`, and the rows that a merge moves. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::MergeSource;
use crate::contacts::addresses::move_addresses;
use crate::contacts::engagement;
use crate::contacts::participations::{self as participation, Participation, is_same_participation};
use crate::contacts::provenance::{lock, provenance};
use crate::contacts::relations::move_relations;
use crate::db::dialect::Suffix;
use crate::db::schema::{
    contact_identifiers, contact_kinds, contact_merges, contacts, degrees, employments, participations,
};
use crate::db::{Conn, Error};
use crate::each;

/// Moves degrees, employments, participations, relations, addresses, engagements, kinds and identifiers from one
/// person to another and marks the first as merged; what somebody corrected of the first stays corrected.
/// Preferences and consents are moved by their owner.
///
/// # Errors
/// Those of the database.
pub fn merge(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    diesel::update(degrees::table.filter(degrees::contact_id.eq(from)))
        .set(degrees::contact_id.eq(into))
        .execute(conn)?;
    diesel::update(employments::table.filter(employments::contact_id.eq(from)))
        .set(employments::contact_id.eq(into))
        .execute(conn)?;
    diesel::update(contact_identifiers::table.filter(contact_identifiers::contact_id.eq(from)))
        .set(contact_identifiers::contact_id.eq(into))
        .execute(conn)?;
    move_participations(conn, from, into)?;
    move_addresses(conn, from, into)?;
    move_relations(conn, from, into)?;
    let done = engagement::rows(conn, from)?;
    engagement::hand_over(conn, &done, from, into)?;
    for one in provenance(conn, from)? {
        lock(conn, into, &[&one.field], one.source, one.recorded_at, false)?;
    }
    let moved = contact_kinds::table.filter(contact_kinds::contact_id.eq(from)).select((
        diesel::dsl::sql::<diesel::sql_types::BigInt>("").bind::<diesel::sql_types::BigInt, _>(into),
        contact_kinds::kind,
    ));
    each!(&mut *conn, engine => {
        Suffix(
            diesel::insert_into(contact_kinds::table)
                .values(moved)
                .into_columns((contact_kinds::contact_id, contact_kinds::kind)),
            " ON CONFLICT DO NOTHING",
        )
        .execute(engine)
    })?;
    diesel::delete(contact_kinds::table.filter(contact_kinds::contact_id.eq(from))).execute(conn)?;
    diesel::update(contacts::table.find(from)).set(contacts::merged_into.eq(into)).execute(conn)?;
    Ok(())
}

/// What both took part in stays with each: the one who stays has it already.
fn move_participations(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    let held = participation::participations(conn, &[into])?;
    let new = |one: &Participation| {
        let same = |other: &Participation| {
            is_same_participation(one, other) && (one.attended_on.is_none() || other.attended_on.is_some())
        };
        !held.iter().any(|(_, other)| same(other))
    };
    let theirs = participation::participations(conn, &[from])?;
    let moved: Vec<i64> = theirs.into_iter().filter(|(_, one)| new(one)).map(|(id, _)| id).collect();
    diesel::update(participations::table.filter(participations::id.eq_any(moved)))
        .set(participations::contact_id.eq(into))
        .execute(conn)?;
    Ok(())
}

/// The rows of a person's identifiers.
pub(in crate::contacts) fn identifier_rows(conn: &mut Conn, id: i64) -> Result<Vec<i64>, Error> {
    Ok(contact_identifiers::table
        .filter(contact_identifiers::contact_id.eq(id))
        .order(contact_identifiers::id)
        .select(contact_identifiers::id)
        .load(conn)?)
}

/// The rows of what a person took part in.
pub(in crate::contacts) fn participation_rows(conn: &mut Conn, id: i64) -> Result<Vec<i64>, Error> {
    Ok(participations::table
        .filter(participations::contact_id.eq(id))
        .order(participations::id)
        .select(participations::id)
        .load(conn)?)
}

/// Gives rows that moved from one person to another back to the first.
pub(in crate::contacts) fn take_back(
    conn: &mut Conn,
    from: i64,
    to: i64,
    identifiers: &[i64],
    took_part: &[i64],
) -> Result<(), Error> {
    diesel::update(
        contact_identifiers::table
            .filter(contact_identifiers::id.eq_any(identifiers))
            .filter(contact_identifiers::contact_id.eq(from)),
    )
    .set(contact_identifiers::contact_id.eq(to))
    .execute(conn)?;
    diesel::update(
        participations::table
            .filter(participations::id.eq_any(took_part))
            .filter(participations::contact_id.eq(from)),
    )
    .set(participations::contact_id.eq(to))
    .execute(conn)?;
    Ok(())
}

/// Makes a merged person one of their own again.
pub(in crate::contacts) fn separate(conn: &mut Conn, id: i64) -> Result<(), Error> {
    diesel::update(contacts::table.find(id)).set(contacts::merged_into.eq(None::<i64>)).execute(conn)?;
    Ok(())
}

/// A merge as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contact_merges)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct StoredMerge {
    pub id: i64,
    pub from_id: i64,
    pub into_id: i64,
    pub source: MergeSource,
    pub snapshot: String,
    pub merged_at: NaiveDateTime,
    pub undone_at: Option<NaiveDateTime>,
}

pub(in crate::contacts) fn insert_merge(
    conn: &mut Conn,
    from: i64,
    into: i64,
    source: MergeSource,
    snapshot: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(contact_merges::table)
        .values((
            contact_merges::from_id.eq(from),
            contact_merges::into_id.eq(into),
            contact_merges::source.eq(source),
            contact_merges::snapshot.eq(snapshot),
            contact_merges::merged_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::contacts) fn merge_by_id(conn: &mut Conn, id: i64) -> Result<Option<StoredMerge>, Error> {
    Ok(contact_merges::table.find(id).select(StoredMerge::as_select()).first(conn).optional()?)
}

/// Notes that a merge was undone, and forgets what it knew of both people.
pub(in crate::contacts) fn mark_undone(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<(), Error> {
    diesel::update(contact_merges::table.find(id))
        .set((contact_merges::undone_at.eq(now), contact_merges::snapshot.eq("{}")))
        .execute(conn)?;
    Ok(())
}

/// Every merge of these entries, undone or not.
///
/// # Errors
/// Those of the database.
pub fn merges_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<StoredMerge>, Error> {
    // Two statements, each through its own index.
    let mut found: Vec<StoredMerge> = contact_merges::table
        .filter(contact_merges::into_id.eq_any(ids))
        .select(StoredMerge::as_select())
        .load(conn)?;
    let from: Vec<StoredMerge> = contact_merges::table
        .filter(contact_merges::from_id.eq_any(ids))
        .select(StoredMerge::as_select())
        .load(conn)?;
    for merge in from {
        if !found.iter().any(|known| known.id == merge.id) {
            found.push(merge);
        }
    }
    Ok(found)
}

/// Who became part of this person and still is, the latest first.
///
/// # Errors
/// Those of the database.
pub fn merges_into(conn: &mut Conn, id: i64) -> Result<Vec<StoredMerge>, Error> {
    Ok(contact_merges::table
        .filter(contact_merges::into_id.eq(id))
        .filter(contact_merges::undone_at.is_null())
        .order(contact_merges::id.desc())
        .select(StoredMerge::as_select())
        .load(conn)?)
}
