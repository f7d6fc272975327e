//! The table `import_changes`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{import_changes, imports};
use crate::db::{Conn, Error};
use crate::each;
use crate::kernel::history::Before;

/// Rows per statement.
const BATCH: usize = 500;

/// An import that created or changed a person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = import_changes)]
pub struct Touched {
    /// The row's number.
    pub id: i64,
    /// The import.
    #[diesel(column_name = import_id)]
    pub import: i64,
    /// The file's name.
    #[diesel(select_expression = imports::file_name)]
    pub file_name: String,
    /// The mapping, as TOML.
    #[diesel(select_expression = imports::mapping)]
    pub mapping: String,
    /// When.
    #[diesel(column_name = happened_at)]
    pub at: NaiveDateTime,
}

/// Notes whom a batch of an import created and whom it changed. New people are numbered one after the other, so
/// that a whole batch is one row.
///
/// # Errors
/// Those of the database.
pub(in crate::import) fn record_changes(
    conn: &mut Conn,
    import: i64,
    (created, changed): (&[i64], &[i64]),
    now: NaiveDateTime,
) -> Result<(), Error> {
    let runs = created
        .chunk_by(|one, next| one + 1 == *next)
        .filter_map(|run| Some((true, *run.first()?, *run.last()?)));
    let all: Vec<_> = runs.chain(changed.iter().map(|id| (false, *id, *id))).collect();
    for batch in all.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(created, first, last)| {
                (
                    import_changes::import_id.eq(import),
                    import_changes::created.eq(*created),
                    import_changes::first_contact.eq(*first),
                    import_changes::last_contact.eq(*last),
                    import_changes::happened_at.eq(now),
                )
            })
            .collect();
        each!(&mut *conn, engine => diesel::insert_into(import_changes::table).values(rows).execute(engine))?;
    }
    Ok(())
}

/// The imports that changed these entries of one person, the latest first.
///
/// # Errors
/// Those of the database.
pub fn changes_of(conn: &mut Conn, ids: &[i64], before: Before, limit: i64) -> Result<Vec<Touched>, Error> {
    Ok(import_changes::table
        .inner_join(imports::table)
        .filter(import_changes::created.eq(false))
        .filter(import_changes::last_contact.eq_any(ids))
        .filter(
            import_changes::happened_at
                .lt(before.at)
                .or(import_changes::happened_at.eq(before.at).and(import_changes::id.lt(before.id))),
        )
        .order((import_changes::happened_at.desc(), import_changes::id.desc()))
        .limit(limit)
        .select(Touched::as_select())
        .load(conn)?)
}

/// The import that created an entry, if one did.
///
/// # Errors
/// Those of the database.
pub fn creation_of(conn: &mut Conn, id: i64) -> Result<Option<Touched>, Error> {
    // The runs do not overlap: the first that ends at the person or behind is theirs, if any is.
    let run: Option<(i64, Touched)> = import_changes::table
        .inner_join(imports::table)
        .filter(import_changes::created.eq(true))
        .filter(import_changes::last_contact.ge(id))
        .order(import_changes::last_contact)
        .select((import_changes::first_contact, Touched::as_select()))
        .first(conn)
        .optional()?;
    Ok(run.filter(|(first, _)| *first <= id).map(|(_, touched)| touched))
}
