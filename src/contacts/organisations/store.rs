//! The tables `organisations` and `organisation_words`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{OrganisationKind, words};
use crate::contacts::person::search_key;
use crate::db::dialect::StartsWith;
use crate::db::schema::{organisation_words, organisations, relations};
use crate::db::{Conn, Error};
use crate::kernel::organisation_number::OrganisationNumber;
use crate::{each, insert_returning_id};

/// Organisations of one word that a search looks at.
const LOOKED_AT: i64 = 1_000;

/// An organisation as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organisations)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct Organisation {
    pub id: i64,
    pub kind: OrganisationKind,
    pub name: String,
    pub number: Option<String>,
    pub place: Option<String>,
    pub created_at: NaiveDateTime,
}

/// An organisation to be stored, or the new values of one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "as Organisation")]
pub struct NewOrganisation {
    pub kind: OrganisationKind,
    pub name: String,
    pub number: Option<String>,
    pub place: Option<String>,
}

/// Stores an organisation and returns its number.
///
/// # Errors
/// Those of the database.
pub fn insert_organisation(conn: &mut Conn, new: &NewOrganisation, now: NaiveDateTime) -> Result<i64, Error> {
    let row = (
        organisations::kind.eq(new.kind),
        organisations::name.eq(&new.name),
        organisations::name_key.eq(search_key(&new.name)),
        organisations::number.eq(&new.number),
        organisations::place.eq(&new.place),
        organisations::created_at.eq(now),
        organisations::updated_at.eq(now),
    );
    let id = insert_returning_id!(conn, organisations, row)?;
    add_words(conn, id, &new.name)?;
    Ok(id)
}

/// Replaces what is known of an organisation; `false` when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn update_organisation(
    conn: &mut Conn,
    id: i64,
    new: &NewOrganisation,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let changed = diesel::update(organisations::table.find(id))
        .set((
            organisations::kind.eq(new.kind),
            organisations::name.eq(&new.name),
            organisations::name_key.eq(search_key(&new.name)),
            organisations::number.eq(&new.number),
            organisations::place.eq(&new.place),
            organisations::updated_at.eq(now),
        ))
        .execute(conn)?;
    if changed > 0 {
        remove_words(conn, id)?;
        add_words(conn, id, &new.name)?;
    }
    Ok(changed > 0)
}

/// Removes an organisation that nobody is tied to; `false` when somebody is, or there is none.
///
/// # Errors
/// Those of the database.
pub fn delete_organisation(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    let tied = relations::table.filter(relations::organisation_id.eq(id)).select(relations::id);
    if tied.first::<i64>(conn).optional()?.is_some() {
        return Ok(false);
    }
    remove_words(conn, id)?;
    Ok(diesel::delete(organisations::table.find(id)).execute(conn)? > 0)
}

fn add_words(conn: &mut Conn, id: i64, name: &str) -> Result<(), Error> {
    let row = |word| (organisation_words::organisation_id.eq(id), organisation_words::word.eq(word));
    let rows: Vec<_> = words(name).into_iter().map(row).collect();
    if !rows.is_empty() {
        each!(&mut *conn, engine => {
            diesel::insert_into(organisation_words::table).values(rows).execute(engine)
        })?;
    }
    Ok(())
}

fn remove_words(conn: &mut Conn, id: i64) -> Result<(), Error> {
    let theirs = organisation_words::table.filter(organisation_words::organisation_id.eq(id));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// One organisation.
///
/// # Errors
/// Those of the database.
pub fn organisation(conn: &mut Conn, id: i64) -> Result<Option<Organisation>, Error> {
    Ok(organisations::table.find(id).select(Organisation::as_select()).first(conn).optional()?)
}

/// The organisations with these ids.
///
/// # Errors
/// Those of the database.
pub fn organisations(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Organisation>, Error> {
    let wanted = organisations::table.filter(organisations::id.eq_any(ids));
    Ok(wanted.select(Organisation::as_select()).load(conn)?)
}

/// The organisation with this number in its country's register.
///
/// # Errors
/// Those of the database.
pub fn organisation_by_number(conn: &mut Conn, number: &str) -> Result<Option<Organisation>, Error> {
    let wanted = organisations::table.filter(organisations::number.eq(number));
    Ok(wanted.select(Organisation::as_select()).first(conn).optional()?)
}

/// Up to `limit` organisations in the order of their names, after the one with number `after`; 0 for the first.
///
/// # Errors
/// Those of the database.
pub fn organisation_page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Organisation>, Error> {
    let key: Option<String> =
        organisations::table.find(after).select(organisations::name_key).first(conn).optional()?;
    let key = key.unwrap_or_default();
    Ok(organisations::table
        // An index begins with the first condition.
        .filter(organisations::name_key.ge(key.clone()))
        .filter(organisations::name_key.gt(key).or(organisations::id.gt(after)))
        .order((organisations::name_key, organisations::id))
        .limit(limit)
        .select(Organisation::as_select())
        .load(conn)?)
}

/// Organisations by how the words of their name begin, all of those that are written, or by their number.
///
/// # Errors
/// Those of the database.
pub fn search_organisations(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Organisation>, Error> {
    let number = OrganisationNumber::parse(text);
    let number = number.as_ref().map_or_else(|_| text.trim(), OrganisationNumber::as_str);
    if let Some(found) = organisation_by_number(conn, number)? {
        return Ok(vec![found]);
    }
    let mut ids: Option<Vec<i64>> = None;
    for word in words(text) {
        let more: Vec<i64> = organisation_words::table
            .filter(StartsWith::new(organisation_words::word, &word))
            .limit(LOOKED_AT)
            .select(organisation_words::organisation_id)
            .load(conn)?;
        ids = Some(match ids {
            None => more,
            Some(ids) => ids.into_iter().filter(|id| more.contains(id)).collect(),
        });
    }
    let mut found = organisations(conn, &ids.unwrap_or_default())?;
    found.sort_by_cached_key(|organisation| search_key(&organisation.name));
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}
