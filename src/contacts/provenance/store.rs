//! The table `contact_provenance`. Functions take a connection and open no transaction.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::contacts::person::FieldSource;
use crate::db::schema::contact_provenance;
use crate::db::{Conn, Error};
use crate::each;

/// Rows per statement.
const BATCH: usize = 500;

/// The fields of these people that an import must leave alone, because the person or staff set them (P9).
///
/// # Errors
/// Those of the database.
pub fn locked_fields(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<String>>, Error> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(i64, String)> = contact_provenance::table
            .filter(contact_provenance::contact_id.eq_any(batch))
            .select((contact_provenance::contact_id, contact_provenance::field))
            .load(conn)?;
        for (contact, field) in rows {
            found.entry(contact).or_default().push(field);
        }
    }
    Ok(found)
}

/// Who set a field, and when.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contact_provenance)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Provenance {
    pub field: String,
    pub source: FieldSource,
    pub recorded_at: NaiveDateTime,
}

/// Who set the fields of a person that no import sets.
///
/// # Errors
/// Those of the database.
pub fn provenance(conn: &mut Conn, id: i64) -> Result<Vec<Provenance>, Error> {
    Ok(contact_provenance::table
        .filter(contact_provenance::contact_id.eq(id))
        .order(contact_provenance::field)
        .select(Provenance::as_select())
        .load(conn)?)
}

/// Notes who set these fields of a person: no import changes them any more (product P9).
///
/// # Errors
/// Those of the database.
pub fn set_provenance(
    conn: &mut Conn,
    id: i64,
    fields: &[&str],
    source: FieldSource,
    now: NaiveDateTime,
) -> Result<(), Error> {
    lock(conn, id, fields, source, now, true)
}

/// Notes who set fields; without `anew`, a note that is there stays.
pub(in crate::contacts) fn lock(
    conn: &mut Conn,
    id: i64,
    fields: &[&str],
    source: FieldSource,
    at: NaiveDateTime,
    anew: bool,
) -> Result<(), Error> {
    if anew {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        unlock(conn, id, &fields)?;
    }
    let rows: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                contact_provenance::contact_id.eq(id),
                contact_provenance::field.eq(*field),
                contact_provenance::source.eq(source),
                contact_provenance::recorded_at.eq(at),
            )
        })
        .collect();
    if !rows.is_empty() {
        each!(&mut *conn, engine => {
            diesel::insert_into(contact_provenance::table).values(rows).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// Lets imports set these fields again.
pub(in crate::contacts) fn unlock(conn: &mut Conn, id: i64, fields: &[String]) -> Result<(), Error> {
    diesel::delete(
        contact_provenance::table
            .filter(contact_provenance::contact_id.eq(id))
            .filter(contact_provenance::field.eq_any(fields)),
    )
    .execute(conn)?;
    Ok(())
}
