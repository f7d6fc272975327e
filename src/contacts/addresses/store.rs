//! The table `contact_addresses`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::AddressSource;
use crate::db::dialect::StartsWith;
use crate::db::schema::contact_addresses::{self, dsl};
use crate::db::{Conn, Error};
use crate::{each, load_all};

/// Rows per statement.
const BATCH: usize = 500;

/// An address beside the primary one, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contact_addresses)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct Address {
    pub id: i64,
    pub contact_id: i64,
    pub address: String,
    pub address_key: String,
    pub source: AddressSource,
    pub system: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub removed_at: Option<NaiveDateTime>,
    pub confirmed_at: Option<NaiveDateTime>,
}

/// An address to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, Serialize, Deserialize)]
#[diesel(table_name = contact_addresses, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "as Address")]
pub struct NewAddress {
    pub contact_id: i64,
    pub address: String,
    pub address_key: String,
    pub source: AddressSource,
    pub system: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub removed_at: Option<NaiveDateTime>,
    /// Merges that were recorded by an earlier version say nothing of it.
    #[serde(default)]
    pub confirmed_at: Option<NaiveDateTime>,
}

impl NewAddress {
    /// An address as written and in the form for comparison.
    #[must_use]
    pub fn new(
        contact_id: i64,
        (address, key): (&str, &str),
        source: AddressSource,
        recorded_at: NaiveDateTime,
    ) -> Self {
        Self {
            contact_id,
            address: address.to_owned(),
            address_key: key.to_owned(),
            source,
            system: None,
            recorded_at,
            removed_at: None,
            confirmed_at: None,
        }
    }
}

/// The addresses of these people beside their primary ones, the oldest first, with those that staff took away.
///
/// # Errors
/// Those of the database.
pub fn addresses_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Address>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            dsl::contact_addresses
                .filter(dsl::contact_id.eq_any(batch))
                .order(dsl::id)
                .select(Address::as_select())
        ));
    }
    Ok(found)
}

/// The addresses of these people beside their primary ones, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn other_addresses(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Address>, Error> {
    let mut found = addresses_of(conn, ids)?;
    found.retain(|address| address.removed_at.is_none());
    Ok(found)
}

/// Who has one of these addresses beside the primary one: address and person.
///
/// # Errors
/// Those of the database.
pub fn address_holders(conn: &mut Conn, keys: &[String]) -> Result<Vec<(String, i64)>, Error> {
    let mut found = Vec::new();
    for batch in keys.chunks(BATCH) {
        let rows: Vec<(String, i64)> = load_all!(
            conn,
            dsl::contact_addresses
                .filter(dsl::address_key.eq_any(batch))
                .filter(dsl::removed_at.is_null())
                .select((dsl::address_key, dsl::contact_id))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// Who has shown that this address, beside the primary one, is theirs: person and address as written.
pub(super) fn confirmed_holders(conn: &mut Conn, key: &str) -> Result<Vec<(i64, String)>, Error> {
    Ok(dsl::contact_addresses
        .filter(dsl::address_key.eq(key))
        .filter(dsl::removed_at.is_null())
        .filter(dsl::confirmed_at.is_not_null())
        .order(dsl::contact_id)
        .select((dsl::contact_id, dsl::address))
        .load(conn)?)
}

/// Notes that a person has shown an address of theirs to be so; its number.
pub(super) fn mark_confirmed(
    conn: &mut Conn,
    contact: i64,
    key: &str,
    now: NaiveDateTime,
) -> Result<Option<i64>, Error> {
    let row = dsl::contact_addresses.filter(dsl::contact_id.eq(contact)).filter(dsl::address_key.eq(key));
    diesel::update(row).set(dsl::confirmed_at.eq(now)).execute(conn)?;
    Ok(row.select(dsl::id).first(conn).optional()?)
}

/// Who has an address, beside the primary one, that begins like this.
pub(in crate::contacts) fn beginning_with(conn: &mut Conn, key: &str, limit: i64) -> Result<Vec<i64>, Error> {
    Ok(dsl::contact_addresses
        .filter(StartsWith::new(dsl::address_key, key))
        .filter(dsl::removed_at.is_null())
        .limit(limit)
        .select(dsl::contact_id)
        .load(conn)?)
}

/// Stores addresses; one that the person has, or that staff took away, stays as it is.
///
/// # Errors
/// Those of the database.
pub fn insert_addresses(conn: &mut Conn, rows: &[NewAddress]) -> Result<(), Error> {
    for batch in rows.chunks(BATCH).filter(|batch| !batch.is_empty()) {
        each!(&mut *conn, engine => {
            diesel::insert_into(contact_addresses::table)
                .values(batch)
                .on_conflict_do_nothing()
                .execute(engine)
        })?;
    }
    Ok(())
}

/// Removes addresses by their row ids.
///
/// # Errors
/// Those of the database.
pub fn delete_addresses(conn: &mut Conn, row_ids: &[i64]) -> Result<(), Error> {
    for batch in row_ids.chunks(BATCH) {
        diesel::delete(dsl::contact_addresses.filter(dsl::id.eq_any(batch))).execute(conn)?;
    }
    Ok(())
}

pub(super) fn delete_key(conn: &mut Conn, contact: i64, key: &str) -> Result<(), Error> {
    let theirs = dsl::contact_addresses.filter(dsl::contact_id.eq(contact)).filter(dsl::address_key.eq(key));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// Notes that an address was taken away: of it only the form for comparison is kept.
pub(super) fn mark_removed(
    conn: &mut Conn,
    contact: i64,
    id: i64,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let row =
        dsl::contact_addresses.find(id).filter(dsl::contact_id.eq(contact)).filter(dsl::removed_at.is_null());
    let removed = diesel::update(row).set((dsl::address.eq(""), dsl::removed_at.eq(now))).execute(conn)?;
    Ok(removed > 0)
}

/// Everything of one person that a merge can change.
pub(in crate::contacts) fn rows_of(conn: &mut Conn, contact: i64) -> Result<Vec<(i64, NewAddress)>, Error> {
    Ok(dsl::contact_addresses
        .filter(dsl::contact_id.eq(contact))
        .order(dsl::id)
        .select((dsl::id, NewAddress::as_select()))
        .load(conn)?)
}

/// Gives the addresses of one person to another, who keeps their own where both have one.
pub(in crate::contacts) fn move_addresses(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    let held: Vec<String> =
        dsl::contact_addresses.filter(dsl::contact_id.eq(into)).select(dsl::address_key).load(conn)?;
    let theirs = dsl::contact_addresses.filter(dsl::contact_id.eq(from));
    diesel::delete(theirs.filter(dsl::address_key.eq_any(held))).execute(conn)?;
    diesel::update(theirs).set(dsl::contact_id.eq(into)).execute(conn)?;
    Ok(())
}
