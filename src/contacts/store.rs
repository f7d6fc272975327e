//! Reading and writing the register. Functions take a connection and open no transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::home::point_columns;
use super::person::{Contact, ContactKind, Degree, Employment, IdentifierScheme, NewContact};
use super::search;
use crate::db::schema::{contact_identifiers, contact_kinds, contacts, degrees, employments};
use crate::db::{Conn, Error};
use crate::each;

/// Rows per statement: well under SQLite's 32,766 bound values with the widest table.
const BATCH: usize = 500;

/// Inserts rows as fast as the engine takes them: SQLite one by one with a statement that is prepared once, because
/// reading the text of a statement of many rows takes longer than running it; PostgreSQL many at once.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            Conn::Sqlite(sqlite) => {
                for row in &$rows[..] {
                    diesel::insert_into($table).values(row).execute(sqlite)?;
                }
            }
            Conn::Postgres(postgres) => {
                for batch in $rows.chunks(BATCH) {
                    diesel::insert_into($table).values(batch).execute(postgres)?;
                }
            }
        }
    };
}

/// As `insert_all`, and leaves alone what is there already.
macro_rules! insert_missing {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            Conn::Sqlite(sqlite) => {
                for row in &$rows[..] {
                    diesel::insert_into($table).values(row).on_conflict_do_nothing().execute(sqlite)?;
                }
            }
            Conn::Postgres(postgres) => {
                for batch in $rows.chunks(BATCH) {
                    diesel::insert_into($table).values(batch).on_conflict_do_nothing().execute(postgres)?;
                }
            }
        }
    };
}

/// Loads what a list of values selects. Built for each engine by itself, because PostgreSQL then takes the list as
/// one array: a statement that is read and planned once, not once per length of a list.
macro_rules! load_all {
    ($conn:expr, $query:expr) => {
        each!(&mut *$conn, engine => $query.load(engine))?
    };
}

/// Stores people and returns their ids in the same order.
///
/// # Errors
/// Those of the database.
pub fn insert(conn: &mut Conn, people: &[NewContact]) -> Result<Vec<i64>, Error> {
    let ids = new_ids(conn, people.len())?;
    let mut rows = ids.iter().zip(people).map(|(id, person)| {
        let created = contacts::created_at.eq(person.updated_at);
        let family_key = contacts::family_key.eq(search::family_key(person));
        let point = point_columns(person.latitude.zip(person.longitude));
        (contacts::id.eq(*id), person, created, family_key, point)
    });
    match conn {
        Conn::Sqlite(sqlite) => {
            for row in rows {
                diesel::insert_into(contacts::table).values(row).execute(sqlite)?;
            }
        }
        Conn::Postgres(postgres) => loop {
            let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            diesel::insert_into(contacts::table).values(batch).execute(postgres)?;
        },
    }
    search::add_words(conn, ids.iter().copied().zip(people))?;
    mark_shared_addresses(conn, people.iter().filter_map(|person| person.email_key.as_deref()))?;
    Ok(ids)
}

/// Numbers for people who are about to be stored.
fn new_ids(conn: &mut Conn, count: usize) -> Result<Vec<i64>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Ok(match conn {
        // Whoever writes is alone, so nobody else takes the numbers behind the last.
        Conn::Sqlite(_) => {
            let last: Option<Number> =
                diesel::sql_query("SELECT seq AS number FROM sqlite_sequence WHERE name = 'contacts'")
                    .get_result(conn)
                    .optional()?;
            let last = last.map_or(0, |last| last.number);
            (last + 1..=last + count).collect()
        }
        Conn::Postgres(_) => {
            let next = "SELECT nextval(pg_get_serial_sequence('contacts', 'id')) AS number FROM generate_series(1, $1)";
            let numbers: Vec<Number> = diesel::sql_query(next).bind::<BigInt, _>(count).load(conn)?;
            numbers.into_iter().map(|number| number.number).collect()
        }
    })
}

/// Replaces everything that [`NewContact`] holds of one person.
///
/// # Errors
/// Those of the database.
pub fn update(conn: &mut Conn, id: i64, person: &NewContact) -> Result<(), Error> {
    let family_key = contacts::family_key.eq(search::family_key(person));
    let point = point_columns(person.latitude.zip(person.longitude));
    // Not over somebody who was erased while the new values were thought about.
    let living = contacts::table.find(id).filter(contacts::erased_at.is_null());
    if diesel::update(living).set((person, family_key, point)).execute(conn)? == 0 {
        return Ok(());
    }
    search::renew_words(conn, id, person)?;
    mark_shared_addresses(conn, person.email_key.as_deref())
}

/// Marks every person whose address somebody else has too, so that "one mail per address" has to look at
/// those alone. The mark may stay when the address changes again: it only says "look".
fn mark_shared_addresses<'a>(conn: &mut Conn, keys: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    let keys: Vec<&str> = keys.into_iter().collect();
    for batch in keys.chunks(BATCH) {
        let shared: Vec<Option<String>> = load_all!(
            conn,
            contacts::table
                .filter(contacts::email_key.eq_any(batch))
                .group_by(contacts::email_key)
                .having(diesel::dsl::count(contacts::id).gt(1))
                .select(contacts::email_key)
        );
        if !shared.is_empty() {
            diesel::update(contacts::table.filter(contacts::email_key.eq_any(shared)))
                .set(contacts::address_shared.eq(true))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The people with these ids, in no particular order.
///
/// # Errors
/// Those of the database.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Contact>, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            contacts::table.filter(contacts::id.eq_any(batch)).select(Contact::as_select())
        ));
    }
    Ok(found)
}

/// The person with this id, following merges; `None` when there never was one.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Contact>, Error> {
    let mut id = id;
    // A merge points at the person who stays, so a chain is short and cannot come back.
    for _ in 0..16 {
        let found: Option<Contact> =
            contacts::table.find(id).select(Contact::as_select()).first(conn).optional()?;
        match found {
            Some(contact) if contact.merged_into.is_some() => id = contact.merged_into.unwrap_or(id),
            found => return Ok(found),
        }
    }
    Ok(None)
}

/// The people who have one of these addresses (normalised, see `EmailAddress::key`).
///
/// # Errors
/// Those of the database.
pub fn by_email_keys(conn: &mut Conn, keys: &[String]) -> Result<Vec<Contact>, Error> {
    let mut found = Vec::new();
    for batch in keys.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            contacts::table
                .filter(contacts::email_key.eq_any(batch))
                .filter(contacts::merged_into.is_null())
                .select(Contact::as_select())
        ));
    }
    Ok(found)
}

/// The people who have exactly one of these names (`search_key` of given and family name).
///
/// # Errors
/// Those of the database.
pub fn by_name_keys(conn: &mut Conn, keys: &[String]) -> Result<Vec<Contact>, Error> {
    let mut found = Vec::new();
    for batch in keys.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            contacts::table
                .filter(contacts::name_key.eq_any(batch))
                .filter(contacts::merged_into.is_null())
                .select(Contact::as_select())
        ));
    }
    Ok(found)
}

/// A page of the register in the order of names, after `(name_key, id)`.
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, after_id: i64, limit: i64) -> Result<Vec<Contact>, Error> {
    Ok(contacts::table
        .filter(contacts::id.gt(after_id))
        .filter(contacts::merged_into.is_null())
        .filter(contacts::erased_at.is_null())
        .order(contacts::id)
        .limit(limit)
        .select(Contact::as_select())
        .load(conn)?)
}

/// Whom these identifiers of one scheme belong to.
///
/// # Errors
/// Those of the database.
pub fn by_identifiers(
    conn: &mut Conn,
    scheme: IdentifierScheme,
    values: &[String],
) -> Result<HashMap<String, i64>, Error> {
    let mut found = HashMap::with_capacity(values.len());
    for batch in values.chunks(BATCH) {
        let rows: Vec<(String, i64)> = load_all!(
            conn,
            contact_identifiers::table
                .filter(contact_identifiers::scheme.eq(scheme))
                .filter(contact_identifiers::value.eq_any(batch))
                .select((contact_identifiers::value, contact_identifiers::contact_id))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// An identifier to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contact_identifiers, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct NewIdentifier {
    pub contact_id: i64,
    pub scheme: IdentifierScheme,
    pub value: String,
    pub key_id: Option<i32>,
    pub temporary: bool,
}

/// Stores identifiers; one that is there already stays with whom it belongs to.
///
/// # Errors
/// Those of the database.
pub fn insert_identifiers(conn: &mut Conn, identifiers: &[NewIdentifier]) -> Result<(), Error> {
    insert_missing!(conn, contact_identifiers::table, identifiers);
    Ok(())
}

/// Adds kinds; those that a person has already stay.
///
/// # Errors
/// Those of the database.
pub fn add_kinds(conn: &mut Conn, kinds: &[(i64, ContactKind)]) -> Result<(), Error> {
    let row = |(contact, kind)| (contact_kinds::contact_id.eq(contact), contact_kinds::kind.eq(kind));
    let rows: Vec<_> = kinds.iter().copied().map(row).collect();
    insert_missing!(conn, contact_kinds::table, rows);
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

/// Takes the kind `student` from people who are alumni now.
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

/// An identifier as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contact_identifiers)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct Identifier {
    pub contact_id: i64,
    pub scheme: IdentifierScheme,
    pub value: String,
    pub temporary: bool,
}

/// The identifiers of these people.
///
/// # Errors
/// Those of the database.
pub fn identifiers(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Identifier>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            contact_identifiers::table
                .filter(contact_identifiers::contact_id.eq_any(batch))
                .select(Identifier::as_select())
        ));
    }
    Ok(found)
}

/// The programmes that the register holds, by code, each with a name that it goes by; at most `limit`.
///
/// Jumps from value to value along an index, so it costs as much as there are programmes, however many people.
///
/// # Errors
/// Those of the database, like every function here.
pub fn programmes(conn: &mut Conn, limit: usize) -> Result<Vec<(String, String)>, Error> {
    let mut found: Vec<(String, String)> = Vec::new();
    while found.len() < limit {
        let last = found.last().map_or("", |(code, _)| code.as_str());
        let next: Option<(String, String)> = degrees::table
            .filter(degrees::programme_code.gt(last))
            .order(degrees::programme_code)
            .select((degrees::programme_code, degrees::programme_name))
            .first(conn)
            .optional()?;
        match next {
            Some(programme) => found.push(programme),
            None => break,
        }
    }
    Ok(found)
}

/// The regions (ISO 3166-2) where people of the register live.
///
/// # Errors
/// Those of the database.
pub fn regions(conn: &mut Conn, limit: usize) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < limit {
        let last = found.last().map_or("", String::as_str);
        let next: Option<Option<String>> = contacts::table
            .filter(contacts::region.gt(last))
            .order(contacts::region)
            .select(contacts::region)
            .first(conn)
            .optional()?;
        match next.flatten() {
            Some(region) => found.push(region),
            None => break,
        }
    }
    Ok(found)
}

/// The occupation codes (SSYK, STYRK, ISCO) that people of the register have.
///
/// # Errors
/// Those of the database.
pub fn professions(conn: &mut Conn, limit: usize) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < limit {
        let last = found.last().map_or("", String::as_str);
        let next: Option<Option<String>> = employments::table
            .filter(employments::profession_code.gt(last))
            .order(employments::profession_code)
            .select(employments::profession_code)
            .first(conn)
            .optional()?;
        match next.flatten() {
            Some(code) => found.push(code),
            None => break,
        }
    }
    Ok(found)
}
