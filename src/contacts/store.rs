//! The table `contacts`. Functions take a connection and open no transaction.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::home::point_columns;
use super::person::{Contact, NewContact};
use super::search;
use crate::db::schema::contacts;
use crate::db::{Conn, Error};
use crate::kernel::language::Language;
use crate::taxonomy::distance::Point;
use crate::{insert_all, load_all};

/// Rows per statement: well under SQLite's 32,766 bound values with the widest table.
const BATCH: usize = 500;

/// A new person as a row: all of the columns side by side, as COPY wants them.
#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
struct Row {
    id: i64,
    given_name: String,
    family_name: String,
    name_key: String,
    family_key: String,
    language: Language,
    birth_date: Option<NaiveDate>,
    email: Option<String>,
    email_key: Option<String>,
    address_shared: bool,
    phone: Option<String>,
    street: Option<String>,
    postcode: Option<String>,
    place: Option<String>,
    place_key: Option<String>,
    municipality: Option<String>,
    region: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    point_x: Option<f64>,
    point_y: Option<f64>,
    point_z: Option<f64>,
    deceased: bool,
    protected: bool,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl Row {
    fn new(id: i64, person: NewContact, shared: &HashSet<String>) -> Self {
        let family_key = search::family_key(&person).to_owned();
        let address_shared = person.email_key.as_deref().is_some_and(|key| shared.contains(key));
        let point = person.latitude.zip(person.longitude).map(Point::of);
        Self {
            id,
            given_name: person.given_name,
            family_name: person.family_name,
            name_key: person.name_key,
            family_key,
            language: person.language,
            birth_date: person.birth_date,
            email: person.email,
            email_key: person.email_key,
            address_shared,
            phone: person.phone,
            street: person.street,
            postcode: person.postcode,
            place: person.place,
            place_key: person.place_key,
            municipality: person.municipality,
            region: person.region,
            country: person.country,
            latitude: person.latitude,
            longitude: person.longitude,
            point_x: point.as_ref().map(|point| point.x),
            point_y: point.as_ref().map(|point| point.y),
            point_z: point.as_ref().map(|point| point.z),
            deceased: person.deceased,
            protected: person.protected,
            created_at: person.updated_at,
            updated_at: person.updated_at,
        }
    }
}

/// Stores people and returns their ids in the same order.
///
/// # Errors
/// Those of the database.
pub fn insert(conn: &mut Conn, people: Vec<NewContact>) -> Result<Vec<i64>, Error> {
    let ids = new_ids(conn, people.len())?;
    let shared = share_addresses(conn, &people)?;
    let words = search::words_of(ids.iter().copied().zip(&people));
    let rows: Vec<Row> = ids.iter().zip(people).map(|(id, person)| Row::new(*id, person, &shared)).collect();
    insert_all!(conn, contacts::table, &rows);
    search::add_words(conn, &words)?;
    Ok(ids)
}

/// The addresses of new people that others have too, or several of them; the others are marked.
fn share_addresses(conn: &mut Conn, people: &[NewContact]) -> Result<HashSet<String>, Error> {
    let (mut keys, mut shared) = (HashSet::with_capacity(people.len()), HashSet::new());
    for key in people.iter().filter_map(|person| person.email_key.as_deref()) {
        if !keys.insert(key) {
            shared.insert(key.to_owned());
        }
    }
    let keys: Vec<&str> = keys.into_iter().collect();
    for batch in keys.chunks(BATCH) {
        let held: Vec<Option<String>> = load_all!(
            conn,
            contacts::table.filter(contacts::email_key.eq_any(batch)).select(contacts::email_key)
        );
        let held: HashSet<String> = held.into_iter().flatten().collect();
        if !held.is_empty() {
            shared.extend(held.iter().cloned());
            mark_shared(conn, held)?;
        }
    }
    Ok(shared)
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
            let next = "SELECT nextval(sequence) AS number \
                        FROM (SELECT pg_get_serial_sequence('contacts', 'id')::regclass AS sequence OFFSET 0) one, \
                        generate_series(1, $1)";
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
    let Some(key) = &person.email_key else { return Ok(()) };
    let others: i64 = contacts::table
        .filter(contacts::email_key.eq(key))
        .filter(contacts::id.ne(id))
        .count()
        .get_result(conn)?;
    if others > 0 { mark_shared(conn, [key.clone()]) } else { Ok(()) }
}

/// Marks every person who has one of these addresses, because several people do, so that "one mail per address" has
/// to look at those alone. The mark may stay when an address changes again: it only says "look".
fn mark_shared(conn: &mut Conn, keys: impl IntoIterator<Item = String>) -> Result<(), Error> {
    let keys: Vec<String> = keys.into_iter().collect();
    let unmarked =
        contacts::table.filter(contacts::email_key.eq_any(keys)).filter(contacts::address_shared.eq(false));
    diesel::update(unmarked).set(contacts::address_shared.eq(true)).execute(conn)?;
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
