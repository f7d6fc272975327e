//! Erasing a person (product P41): what the register knew goes, and keyed hashes stay, by which a register file or a
//! program that names the person again is recognised. Hashes of every key that is configured are tried.

mod store;

use chrono::NaiveDateTime;

use super::addresses::other_addresses;
use super::person::{IdentifierScheme, search_key};
use super::store as people;
use crate::db::{Conn, Error, keys};
use crate::links::SecretKeys;

pub use store::{erased_among, somebody_was_erased, with_parts};

/// What was known of a person, told to those who have to forget them too.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// The person's number, and those of everybody who had become part of them.
    pub people: Vec<i64>,
    /// Their names, given and family name in the form for comparison.
    pub names: Vec<String>,
    /// Their e-mail addresses, in the form for comparison.
    pub emails: Vec<String>,
    /// Their phone numbers.
    pub phones: Vec<String>,
    /// The hashes of their identity numbers.
    pub identities: Vec<String>,
    /// Their numbers in source systems.
    pub numbers: Vec<String>,
}

/// The hashes by which an e-mail address, in the form for comparison, is recognised; the newest key's first.
#[must_use]
pub fn address_traces(keys: &SecretKeys, email_key: &str) -> Vec<(u8, String)> {
    keys.hashes("erased address", email_key)
}

/// The hashes by which a number in a source system, as stored, is recognised; the newest key's first.
#[must_use]
pub fn number_traces(keys: &SecretKeys, scheme: IdentifierScheme, number: &str) -> Vec<(u8, String)> {
    keys.hashes(&format!("erased number {scheme}"), number)
}

/// Whether somebody with this address, in the form for comparison, was erased.
///
/// # Errors
/// Those of the database.
pub fn is_erased_address(conn: &mut Conn, keys: &SecretKeys, email_key: &str) -> Result<bool, Error> {
    let traces: Vec<String> = address_traces(keys, email_key).into_iter().map(|(_, hash)| hash).collect();
    Ok(!erased_among(conn, &traces)?.is_empty())
}

/// Empties a person and everybody who became part of them, and keeps the hashes. Their rows stay, without anything in
/// them, because links and totals name them by number.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, secret: &SecretKeys, id: i64, now: NaiveDateTime) -> Result<Forgotten, Error> {
    let mut forgotten = Forgotten { people: store::with_parts(conn, id)?, ..Forgotten::default() };
    for contact in people::by_ids(conn, &forgotten.people)? {
        let name = search_key(&contact.full_name());
        forgotten.names.extend(Some(name).filter(|name| name.contains(' ')));
        forgotten.emails.extend(contact.email_key);
        forgotten.phones.extend(contact.phone);
    }
    let others = other_addresses(conn, &forgotten.people)?;
    forgotten.emails.extend(others.into_iter().map(|other| other.address_key));
    let mut traces: Vec<(i32, String)> = Vec::new();
    let newest =
        |traces: Vec<(u8, String)>| traces.into_iter().next().map(|(key, hash)| (i32::from(key), hash));
    for key in &forgotten.emails {
        traces.extend(newest(address_traces(secret, key)));
    }
    for one in store::identifiers(conn, &forgotten.people)? {
        match (one.scheme, one.key_id) {
            // It is a keyed hash already.
            (IdentifierScheme::IdentityNumber, Some(key)) => {
                traces.push((key, one.value.clone()));
                forgotten.identities.push(one.value);
            }
            (scheme, _) => {
                traces.extend(newest(number_traces(secret, scheme, &one.value)));
                forgotten.numbers.push(one.value);
            }
        }
    }
    for (key, _) in &traces {
        if let Ok(key) = u8::try_from(*key) {
            keys::remember(conn, key, now)?;
        }
    }
    store::remember(conn, &traces, now.date())?;
    store::empty(conn, &forgotten.people, now)?;
    Ok(forgotten)
}
