//! The table `relations`. Functions take a connection and open no transaction.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::RelationRole;
use crate::db::schema::contacts;
use crate::db::schema::relations::{self, dsl};
use crate::db::{Conn, Error};
use crate::insert_returning_id;

/// A relation as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = relations)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct Relation {
    pub id: i64,
    pub contact_id: i64,
    pub organisation_id: Option<i64>,
    pub other_contact_id: Option<i64>,
    pub role: RelationRole,
    pub from_date: Option<NaiveDate>,
    pub to_date: Option<NaiveDate>,
    pub recorded_at: NaiveDateTime,
}

/// A relation to be stored, to an organisation or to another person.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = relations, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "as Relation")]
pub struct NewRelation {
    pub contact_id: i64,
    pub organisation_id: Option<i64>,
    pub other_contact_id: Option<i64>,
    pub role: RelationRole,
    pub from_date: Option<NaiveDate>,
    pub to_date: Option<NaiveDate>,
    pub recorded_at: NaiveDateTime,
}

/// The relations of a person, those in which they are the other end included, the latest first.
///
/// # Errors
/// Those of the database.
pub fn relations(conn: &mut Conn, contact: i64) -> Result<Vec<Relation>, Error> {
    // Two statements, each through its own index.
    let mut found: Vec<Relation> =
        dsl::relations.filter(dsl::contact_id.eq(contact)).select(Relation::as_select()).load(conn)?;
    let from_others: Vec<Relation> =
        dsl::relations.filter(dsl::other_contact_id.eq(contact)).select(Relation::as_select()).load(conn)?;
    found.extend(from_others);
    found.sort_by_key(|relation| std::cmp::Reverse(relation.id));
    found.dedup();
    Ok(found)
}

/// Up to `limit` relations to an organisation after number `after`, by number. Those of people with protected
/// identity are left out (product P8).
///
/// # Errors
/// Those of the database.
pub fn relations_of_organisation(
    conn: &mut Conn,
    organisation: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Relation>, Error> {
    Ok(dsl::relations
        .inner_join(contacts::table.on(contacts::id.eq(dsl::contact_id)))
        .filter(dsl::organisation_id.eq(organisation))
        .filter(dsl::id.gt(after))
        .filter(contacts::protected.eq(false))
        .filter(contacts::merged_into.is_null())
        .filter(contacts::erased_at.is_null())
        .order(dsl::id)
        .limit(limit)
        .select(Relation::as_select())
        .load(conn)?)
}

/// Stores a relation and returns its number.
///
/// # Errors
/// Those of the database.
pub fn insert_relation(conn: &mut Conn, relation: &NewRelation) -> Result<i64, Error> {
    Ok(insert_returning_id!(conn, relations, relation)?)
}

/// Changes what a relation is and when it was; `false` when the person has none of that number.
///
/// # Errors
/// Those of the database.
pub fn update_relation(
    conn: &mut Conn,
    contact: i64,
    id: i64,
    role: RelationRole,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<bool, Error> {
    let row = dsl::relations
        .find(id)
        .filter(dsl::contact_id.eq(contact).or(dsl::other_contact_id.eq(contact).assume_not_null()));
    let changed = diesel::update(row)
        .set((dsl::role.eq(role), dsl::from_date.eq(from), dsl::to_date.eq(to)))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Removes a relation, which then never was; `false` when the person has none of that number.
///
/// # Errors
/// Those of the database.
pub fn remove_relation(conn: &mut Conn, contact: i64, id: i64) -> Result<bool, Error> {
    let row = dsl::relations
        .find(id)
        .filter(dsl::contact_id.eq(contact).or(dsl::other_contact_id.eq(contact).assume_not_null()));
    Ok(diesel::delete(row).execute(conn)? > 0)
}

/// The rows of a person's relations by the end at which they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationRows {
    own: Vec<i64>,
    of_others: Vec<i64>,
}

pub(in crate::contacts) fn relation_rows(conn: &mut Conn, contact: i64) -> Result<RelationRows, Error> {
    let own = dsl::relations.filter(dsl::contact_id.eq(contact)).order(dsl::id).select(dsl::id);
    let of_others = dsl::relations.filter(dsl::other_contact_id.eq(contact)).order(dsl::id).select(dsl::id);
    Ok(RelationRows { own: own.load(conn)?, of_others: of_others.load(conn)? })
}

/// Gives the relations of one person to another. One between the two stays as it is: it leads to an entry that is
/// nobody of their own, and is not shown.
pub(in crate::contacts) fn move_relations(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    let rows = relation_rows(conn, from)?;
    let between = relation_rows(conn, into)?;
    set_ends(conn, &without(rows, &between), from, into)
}

fn without(rows: RelationRows, others: &RelationRows) -> RelationRows {
    let not_in =
        |rows: Vec<i64>, others: &[i64]| rows.into_iter().filter(|id| !others.contains(id)).collect();
    RelationRows { own: not_in(rows.own, &others.of_others), of_others: not_in(rows.of_others, &others.own) }
}

/// Gives relations back that moved from a person to another.
pub(in crate::contacts) fn give_back_relations(
    conn: &mut Conn,
    rows: &RelationRows,
    from: i64,
    to: i64,
) -> Result<(), Error> {
    set_ends(conn, rows, from, to)
}

fn set_ends(conn: &mut Conn, rows: &RelationRows, from: i64, to: i64) -> Result<(), Error> {
    let own = dsl::relations.filter(dsl::id.eq_any(&rows.own)).filter(dsl::contact_id.eq(from));
    diesel::update(own).set(dsl::contact_id.eq(to)).execute(conn)?;
    let of_others =
        dsl::relations.filter(dsl::id.eq_any(&rows.of_others)).filter(dsl::other_contact_id.eq(from));
    diesel::update(of_others).set(dsl::other_contact_id.eq(to)).execute(conn)?;
    Ok(())
}
