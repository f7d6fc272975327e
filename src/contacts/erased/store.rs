//! The table `erased_hashes`, and emptying a person's rows. Functions take a connection and open no transaction.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::contacts::person::IdentifierScheme;
use crate::db::schema::{
    contact_addresses, contact_identifiers, contact_kinds, contact_merges, contact_provenance, contact_words,
    contacts, degrees, employments, engagements, erased_hashes, participations, relations,
};
use crate::db::{Conn, Error};
use crate::each;

/// Values per statement.
const BATCH: usize = 500;

/// Whether anybody was ever erased: nearly always the answer to everything that is asked here.
///
/// # Errors
/// Those of the database, like every function here.
pub fn somebody_was_erased(conn: &mut Conn) -> Result<bool, Error> {
    let one: Option<i32> = erased_hashes::table.select(erased_hashes::key_id).first(conn).optional()?;
    Ok(one.is_some())
}

/// Which of these hashes belong to erased people.
///
/// # Errors
/// Those of the database.
pub fn erased_among(conn: &mut Conn, hashes: &[String]) -> Result<HashSet<String>, Error> {
    let mut found = HashSet::new();
    for batch in hashes.chunks(BATCH) {
        let known: Vec<String> = each!(&mut *conn, engine => {
            erased_hashes::table
                .filter(erased_hashes::hash.eq_any(batch))
                .select(erased_hashes::hash)
                .load(engine)
        })?;
        found.extend(known);
    }
    Ok(found)
}

pub(super) fn remember(conn: &mut Conn, traces: &[(i32, String)], today: NaiveDate) -> Result<(), Error> {
    for (key, hash) in traces {
        each!(&mut *conn, engine => {
            diesel::insert_into(erased_hashes::table)
                .values((
                    erased_hashes::hash.eq(hash),
                    erased_hashes::key_id.eq(key),
                    erased_hashes::erased_on.eq(today),
                ))
                .on_conflict_do_nothing()
                .execute(engine)
        })?;
    }
    Ok(())
}

/// The person's number, and those of everybody who became part of them, however often.
///
/// # Errors
/// Those of the database.
pub fn with_parts(conn: &mut Conn, id: i64) -> Result<Vec<i64>, Error> {
    let mut people = vec![id];
    let mut latest = people.clone();
    while !latest.is_empty() {
        latest = contacts::table
            .filter(contacts::merged_into.eq_any(latest))
            .filter(contacts::id.ne_all(people.clone()))
            .select(contacts::id)
            .load(conn)?;
        people.extend(&latest);
    }
    Ok(people)
}

/// An identifier with the key that it was hashed with, if it was.
#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_identifiers)]
pub(super) struct Identifier {
    pub(super) scheme: IdentifierScheme,
    pub(super) value: String,
    pub(super) key_id: Option<i32>,
}

pub(super) fn identifiers(conn: &mut Conn, people: &[i64]) -> Result<Vec<Identifier>, Error> {
    Ok(contact_identifiers::table
        .filter(contact_identifiers::contact_id.eq_any(people))
        .order(contact_identifiers::id)
        .select(Identifier::as_select())
        .load(conn)?)
}

/// Takes away everything that the register holds of these people.
pub(super) fn empty(conn: &mut Conn, people: &[i64], now: NaiveDateTime) -> Result<(), Error> {
    let nothing = None::<String>;
    diesel::update(contacts::table.filter(contacts::id.eq_any(people)))
        .set((
            (
                contacts::given_name.eq(""),
                contacts::family_name.eq(""),
                contacts::name_key.eq(""),
                contacts::family_key.eq(""),
                contacts::birth_date.eq(None::<NaiveDate>),
                contacts::email.eq(&nothing),
                contacts::email_key.eq(&nothing),
                contacts::address_shared.eq(false),
                contacts::phone.eq(&nothing),
            ),
            (
                contacts::street.eq(&nothing),
                contacts::postcode.eq(&nothing),
                contacts::place.eq(&nothing),
                contacts::place_key.eq(&nothing),
                contacts::municipality.eq(&nothing),
                contacts::region.eq(&nothing),
                contacts::country.eq(&nothing),
                contacts::latitude.eq(None::<f64>),
                contacts::longitude.eq(None::<f64>),
                contacts::point_x.eq(None::<f64>),
                contacts::point_y.eq(None::<f64>),
                contacts::point_z.eq(None::<f64>),
            ),
            contacts::deceased.eq(false),
            contacts::protected.eq(false),
            contacts::erased_at.eq(now),
            contacts::updated_at.eq(now),
        ))
        .execute(conn)?;
    macro_rules! clear {
        ($($table:ident),+) => {$(
            diesel::delete($table::table.filter($table::contact_id.eq_any(people))).execute(conn)?;
        )+};
    }
    clear!(
        contact_addresses,
        contact_words,
        contact_kinds,
        contact_identifiers,
        contact_provenance,
        degrees,
        employments,
        engagements,
        participations,
        relations
    );
    diesel::delete(relations::table.filter(relations::other_contact_id.eq_any(people))).execute(conn)?;
    diesel::update(
        contact_merges::table
            .filter(contact_merges::from_id.eq_any(people).or(contact_merges::into_id.eq_any(people))),
    )
    .set(contact_merges::snapshot.eq("{}"))
    .execute(conn)?;
    Ok(())
}
