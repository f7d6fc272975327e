//! The e-mail addresses of a person beside the primary one.
//!
//! `contacts.email` is the primary address, the one that mail goes to; it never stands among the others. An address
//! that is not primary any more is kept, also one that bounced: it still tells who somebody is.

mod store;

use chrono::NaiveDateTime;

use super::person::{Contact, FieldSource, NewContact};
use super::provenance::set_provenance;
use crate::db::{Conn, Error};
use crate::kernel::email_address::EmailAddress;

pub use store::{
    Address, NewAddress, address_holders, addresses_of, delete_addresses, insert_addresses, other_addresses,
};
pub(super) use store::{beginning_with, move_addresses, rows_of};

crate::text_enum! {
    /// How an address that is not primary came to us.
    AddressSource {
        /// Staff wrote it down.
        Staff = "staff",
        /// The person said so.
        Person = "person",
        /// A register file had it.
        Import = "import",
        /// It was the primary one.
        Former = "former",
        /// It was that of an entry that became part of this one.
        Merge = "merge",
    }
}

/// Everybody who has one of these addresses (normalised, see `EmailAddress::key`), as the primary one or another.
///
/// # Errors
/// Those of the database.
pub fn by_any_address(conn: &mut Conn, keys: &[String]) -> Result<Vec<Contact>, Error> {
    let mut found = super::by_email_keys(conn, keys)?;
    let mut ids: Vec<i64> = address_holders(conn, keys)?.into_iter().map(|(_, id)| id).collect();
    ids.retain(|id| !found.iter().any(|contact| contact.id == *id));
    ids.sort_unstable();
    ids.dedup();
    found.extend(super::by_ids(conn, &ids)?);
    Ok(found)
}

/// Everybody whose address (normalised, see `EmailAddress::key`) this is: the primary one, which mail goes to, or one that
/// they have shown to be theirs. Each with the address as written. One that merely stands in a file may be another's by
/// now.
///
/// # Errors
/// Those of the database.
pub fn by_confirmed_address(conn: &mut Conn, key: &str) -> Result<Vec<(Contact, String)>, Error> {
    let primary = super::by_email_keys(conn, &[key.to_owned()])?;
    let mut found: Vec<(Contact, String)> = primary
        .into_iter()
        .filter_map(|contact| contact.email.clone().map(|address| (contact, address)))
        .collect();
    for (id, address) in store::confirmed_holders(conn, key)? {
        let holder = super::by_ids(conn, &[id])?.pop();
        let known =
            holder.filter(|one| one.merged_into.is_none() && found.iter().all(|(had, _)| had.id != id));
        found.extend(known.map(|contact| (contact, address)));
    }
    Ok(found)
}

/// Notes that a person has shown an address to be theirs, and makes it one of theirs if it was none; its number among the
/// others, or `None` when it is the primary one.
///
/// # Errors
/// Those of the database.
pub fn confirm_address(
    conn: &mut Conn,
    contact: &Contact,
    address: &EmailAddress,
    now: NaiveDateTime,
) -> Result<Option<i64>, Error> {
    if contact.email_key.as_deref() == Some(address.key()) {
        return Ok(None);
    }
    add_address(conn, contact, address, AddressSource::Person, now)?;
    store::mark_confirmed(conn, contact.id, address.key(), now)
}

/// Keeps the others true to a new primary address: it is not among them, and the former one is.
///
/// # Errors
/// Those of the database.
pub fn follow_primary(
    conn: &mut Conn,
    before: &Contact,
    after: &NewContact,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if before.email_key == after.email_key {
        return Ok(());
    }
    if let Some(key) = &after.email_key {
        store::delete_key(conn, before.id, key)?;
    }
    if let (Some(address), Some(key)) = (&before.email, &before.email_key) {
        let source = AddressSource::Former;
        insert_addresses(conn, &[NewAddress::new(before.id, (address, key), source, now)])?;
    }
    Ok(())
}

/// Writes down another address of a person; `false` when it is theirs already.
///
/// # Errors
/// Those of the database.
pub fn add_address(
    conn: &mut Conn,
    contact: &Contact,
    address: &EmailAddress,
    source: AddressSource,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let key = address.key();
    let known = other_addresses(conn, &[contact.id])?.iter().any(|other| other.address_key == key);
    if known || contact.email_key.as_deref() == Some(key) {
        return Ok(false);
    }
    // Somebody may have taken it away before.
    store::delete_key(conn, contact.id, key)?;
    insert_addresses(conn, &[NewAddress::new(contact.id, (address.as_str(), key), source, now)])?;
    Ok(true)
}

/// Takes an address away from a person: no file brings it back. `false` when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn remove_address(
    conn: &mut Conn,
    contact: &Contact,
    id: i64,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    store::mark_removed(conn, contact.id, id, now)
}

/// Makes another address of a person the primary one, which no import changes any more; the one that was primary
/// is kept. `false` when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn make_primary(
    conn: &mut Conn,
    contact: &Contact,
    id: i64,
    source: FieldSource,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let others = other_addresses(conn, &[contact.id])?;
    let Some(chosen) = others.into_iter().find(|other| other.id == id) else { return Ok(false) };
    let person = NewContact {
        email: Some(chosen.address),
        email_key: Some(chosen.address_key),
        updated_at: now,
        ..NewContact::from(contact)
    };
    super::update(conn, contact.id, &person)?;
    follow_primary(conn, contact, &person, now)?;
    set_provenance(conn, contact.id, &["email"], source, now)?;
    Ok(true)
}
