//! The tables `contact_kinds`, `degrees` and `employments`. Functions take a connection and open no transaction.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use crate::contacts::person::{ContactKind, Degree, Employment};
use crate::db::schema::{contact_kinds, degrees, employments};
use crate::db::{Conn, Error};
use crate::{insert_all, load_all};

/// Values per statement.
const BATCH: usize = 500;

/// Adds kinds; those that a person has already stay.
///
/// # Errors
/// Those of the database.
pub fn add_kinds(conn: &mut Conn, kinds: &[(i64, ContactKind)]) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            for (contact, kind) in kinds {
                diesel::insert_into(contact_kinds::table)
                    .values((contact_kinds::contact_id.eq(contact), contact_kinds::kind.eq(kind)))
                    .on_conflict_do_nothing()
                    .execute(sqlite)?;
            }
        }
        Conn::Postgres(_) if kinds.is_empty() => {}
        Conn::Postgres(postgres) => {
            let (contacts, kinds): (Vec<i64>, Vec<&str>) =
                kinds.iter().map(|(contact, kind)| (contact, kind.as_str())).unzip();
            diesel::sql_query(
                "INSERT INTO contact_kinds (contact_id, kind) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind::<Array<BigInt>, _>(contacts)
            .bind::<Array<Text>, _>(kinds)
            .execute(postgres)?;
        }
    }
    Ok(())
}

/// The kinds of these people.
///
/// # Errors
/// Those of the database.
pub fn kinds(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, ContactKind)>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(i64, ContactKind)> = load_all!(
            conn,
            contact_kinds::table
                .filter(contact_kinds::contact_id.eq_any(batch))
                .select((contact_kinds::contact_id, contact_kinds::kind))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// Takes a kind from people.
///
/// # Errors
/// Those of the database.
pub fn remove_kind(conn: &mut Conn, ids: &[i64], kind: ContactKind) -> Result<(), Error> {
    for batch in ids.chunks(BATCH) {
        diesel::delete(
            contact_kinds::table
                .filter(contact_kinds::contact_id.eq_any(batch))
                .filter(contact_kinds::kind.eq(kind)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// The degrees of these people with their row ids, oldest row first.
///
/// # Errors
/// Those of the database.
pub fn degrees(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Degree)>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(i64, Degree)> = load_all!(
            conn,
            degrees::table
                .filter(degrees::contact_id.eq_any(batch))
                .order(degrees::id)
                .select((degrees::id, Degree::as_select()))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// Stores degrees.
///
/// # Errors
/// Those of the database.
pub fn insert_degrees(conn: &mut Conn, rows: &[Degree]) -> Result<(), Error> {
    insert_all!(conn, degrees::table, rows);
    Ok(())
}

/// Removes degrees by their row ids, before their new values are stored.
///
/// # Errors
/// Those of the database.
pub fn delete_degrees(conn: &mut Conn, row_ids: &[i64]) -> Result<(), Error> {
    for batch in row_ids.chunks(BATCH) {
        diesel::delete(degrees::table.filter(degrees::id.eq_any(batch))).execute(conn)?;
    }
    Ok(())
}

/// The employments of these people with their row ids, oldest row first.
///
/// # Errors
/// Those of the database.
pub fn employments(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Employment)>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(i64, Employment)> = load_all!(
            conn,
            employments::table
                .filter(employments::contact_id.eq_any(batch))
                .order(employments::id)
                .select((employments::id, Employment::as_select()))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// Stores employments.
///
/// # Errors
/// Those of the database.
pub fn insert_employments(conn: &mut Conn, rows: &[Employment]) -> Result<(), Error> {
    insert_all!(conn, employments::table, rows);
    Ok(())
}

/// Removes employments by their row ids, before their new values are stored.
///
/// # Errors
/// Those of the database.
pub fn delete_employments(conn: &mut Conn, row_ids: &[i64]) -> Result<(), Error> {
    for batch in row_ids.chunks(BATCH) {
        diesel::delete(employments::table.filter(employments::id.eq_any(batch))).execute(conn)?;
    }
    Ok(())
}
