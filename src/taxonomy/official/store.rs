//! The lists that the office has loaded. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{About, Classification, CodeNames};
use crate::db::schema::{classification_lists, classification_names};
use crate::db::{Conn, Error};
use crate::kernel::language::Language;
use crate::{each, insert_returning_id};

/// Rows per statement, well under SQLite's 32,766 bound values.
const BATCH: usize = 1_000;

/// A list that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = classification_lists)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct OfficialList {
    pub kind: Classification,
    pub language: Language,
    pub version: String,
    pub file_name: String,
    pub source: String,
    pub licence: String,
    pub names: i64,
    pub loaded_at: NaiveDateTime,
}

/// Every list, by kind and language.
///
/// # Errors
/// Those of the database.
pub fn lists(conn: &mut Conn) -> Result<Vec<OfficialList>, Error> {
    Ok(classification_lists::table
        .order((classification_lists::kind.desc(), classification_lists::language))
        .select(OfficialList::as_select())
        .load(conn)?)
}

/// Stores a list in the place of the one that its kind and language had.
///
/// # Errors
/// Those of the database.
pub fn replace(
    conn: &mut Conn,
    kind: Classification,
    language: Language,
    about: &About,
    names: &[(String, String)],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let old: Option<i64> = classification_lists::table
        .filter(classification_lists::kind.eq(kind))
        .filter(classification_lists::language.eq(language))
        .select(classification_lists::id)
        .first(conn)
        .optional()?;
    if let Some(old) = old {
        diesel::delete(classification_names::table.filter(classification_names::list_id.eq(old)))
            .execute(conn)?;
        diesel::delete(classification_lists::table.find(old)).execute(conn)?;
    }
    let list = insert_returning_id!(
        conn,
        classification_lists,
        (
            classification_lists::kind.eq(kind),
            classification_lists::language.eq(language),
            classification_lists::version.eq(&about.version),
            classification_lists::file_name.eq(&about.file_name),
            classification_lists::source.eq(&about.source),
            classification_lists::licence.eq(&about.licence),
            classification_lists::names.eq(i64::try_from(names.len()).unwrap_or(i64::MAX)),
            classification_lists::loaded_at.eq(now),
        )
    )?;
    for batch in names.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(code, name)| {
                (
                    classification_names::list_id.eq(list),
                    classification_names::code.eq(code),
                    classification_names::name.eq(name),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(classification_names::table).values(rows).execute(engine)
        })?;
    }
    Ok(list)
}

/// Every name of a kind in a language; none when no list was loaded.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, kind: Classification, language: Language) -> Result<CodeNames, Error> {
    let rows: Vec<(String, String)> = classification_names::table
        .inner_join(classification_lists::table)
        .filter(classification_lists::kind.eq(kind))
        .filter(classification_lists::language.eq(language))
        .select((classification_names::code, classification_names::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The official name of a code in a language, if its list was loaded and has it.
///
/// # Errors
/// Those of the database.
pub fn name_of(
    conn: &mut Conn,
    kind: Classification,
    language: Language,
    code: &str,
) -> Result<Option<String>, Error> {
    Ok(classification_names::table
        .inner_join(classification_lists::table)
        .filter(classification_lists::kind.eq(kind))
        .filter(classification_lists::language.eq(language))
        .filter(classification_names::code.eq(code))
        .select(classification_names::name)
        .first(conn)
        .optional()?)
}
