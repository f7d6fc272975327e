//! The table `participations`. Functions take a connection and open no transaction.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::db::schema::participations::{self, dsl};
use crate::db::{Conn, Error};
use crate::{insert_all, load_all};

/// Rows per statement.
const BATCH: usize = 500;

crate::text_enum! {
    /// What somebody took part in.
    ParticipationKind {
        Event = "event",
        Project = "project",
    }
}

/// One event or project of a person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = participations, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the columns, which the migrations explain")]
pub struct Participation {
    pub contact_id: i64,
    pub kind: ParticipationKind,
    pub event_code: String,
    pub event_name: String,
    pub attended_on: Option<NaiveDate>,
    pub source: String,
    pub recorded_at: Option<NaiveDateTime>,
}

/// What these people took part in with the row ids, the oldest row first.
///
/// # Errors
/// Those of the database.
pub fn participations(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Participation)>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(i64, Participation)> = load_all!(
            conn,
            dsl::participations
                .filter(dsl::contact_id.eq_any(batch))
                .order(dsl::id)
                .select((dsl::id, Participation::as_select()))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// Stores what people took part in.
///
/// # Errors
/// Those of the database.
pub fn insert_participations(conn: &mut Conn, rows: &[Participation]) -> Result<(), Error> {
    insert_all!(conn, participations::table, rows);
    Ok(())
}

/// Removes rows by their ids, before their new values are stored.
///
/// # Errors
/// Those of the database.
pub fn delete_participations(conn: &mut Conn, row_ids: &[i64]) -> Result<(), Error> {
    for batch in row_ids.chunks(BATCH) {
        diesel::delete(dsl::participations.filter(dsl::id.eq_any(batch))).execute(conn)?;
    }
    Ok(())
}

/// Removes one row of a person; `false` when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn remove_participation(conn: &mut Conn, contact: i64, id: i64) -> Result<bool, Error> {
    let row = dsl::participations.find(id).filter(dsl::contact_id.eq(contact));
    Ok(diesel::delete(row).execute(conn)? > 0)
}
