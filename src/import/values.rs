//! A person's own row: empty, with the gaps filled by somebody who joins, and with its address as one value.

use chrono::NaiveDateTime;

use super::claim::Address;
use super::mapping::Mapping;
use super::register::Stored;
use crate::contacts::{NewContact, search_key};

/// Nobody yet.
pub(super) fn blank(mapping: &Mapping, now: NaiveDateTime) -> NewContact {
    NewContact {
        given_name: String::new(),
        family_name: String::new(),
        name_key: String::new(),
        language: mapping.language,
        birth_date: None,
        email: None,
        email_key: None,
        phone: None,
        street: None,
        postcode: None,
        place: None,
        place_key: None,
        municipality: None,
        region: None,
        country: None,
        latitude: None,
        longitude: None,
        deceased: false,
        protected: false,
        updated_at: now,
    }
}

/// What somebody who joins knows and the one who stays does not, and what they corrected themselves, or staff did.
pub(super) fn fill_gaps(contact: &mut NewContact, into: &Stored, other: &Stored, mapping: &Mapping) {
    let has = |locked: &[String], field: &str| locked.iter().any(|one| one == field);
    let corrected = |field: &str| has(&other.locked, field) && !has(&into.locked, field);
    let theirs = &other.contact;
    if corrected("given_name") {
        contact.given_name.clone_from(&theirs.given_name);
    }
    if corrected("family_name") {
        contact.family_name.clone_from(&theirs.family_name);
    }
    // The mapping's language stands there most likely because every person has one, and nobody said so.
    let unsaid = contact.language == mapping.language && !has(&into.locked, "language");
    if corrected("language") || unsaid {
        contact.language = theirs.language;
    }
    if corrected("birth_date") || contact.birth_date.is_none() {
        contact.birth_date = theirs.birth_date;
    }
    if corrected("email") || (contact.email.is_none() && !has(&into.locked, "email")) {
        (contact.email, contact.email_key) = (theirs.email.clone(), theirs.email_key.clone());
    }
    if corrected("phone") || (contact.phone.is_none() && !has(&into.locked, "phone")) {
        contact.phone.clone_from(&theirs.phone);
    }
    let unknown = address_of(contact) == Address::default() && !has(&into.locked, "address");
    if corrected("address") || unknown {
        set_address(contact, address_of(&NewContact::from(theirs)));
    }
    // Either mark protects the person.
    contact.deceased |= theirs.deceased;
    contact.protected |= theirs.protected;
}

pub(super) fn address_of(contact: &NewContact) -> Address {
    Address {
        street: contact.street.clone(),
        postcode: contact.postcode.clone(),
        place: contact.place.clone(),
        country: contact.country.clone(),
        municipality: contact.municipality.clone(),
        region: contact.region.clone(),
        latitude: contact.latitude,
        longitude: contact.longitude,
    }
}

pub(super) fn set_address(contact: &mut NewContact, address: Address) {
    contact.place_key = address.place.as_deref().map(search_key);
    contact.street = address.street;
    contact.postcode = address.postcode;
    contact.place = address.place;
    contact.country = address.country;
    contact.municipality = address.municipality;
    contact.region = address.region;
    contact.latitude = address.latitude;
    contact.longitude = address.longitude;
}
