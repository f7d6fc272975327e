//! A person's own row: empty, as stored, and with its address as one value.

use chrono::NaiveDateTime;

use super::claim::Address;
use super::mapping::Mapping;
use crate::contacts::{Contact, NewContact, search_key};

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

/// A stored person with new values still to come.
pub(super) fn values(contact: &Contact) -> NewContact {
    NewContact {
        given_name: contact.given_name.clone(),
        family_name: contact.family_name.clone(),
        name_key: search_key(&contact.full_name()),
        language: contact.language,
        birth_date: contact.birth_date,
        email: contact.email.clone(),
        email_key: contact.email_key.clone(),
        phone: contact.phone.clone(),
        street: contact.street.clone(),
        postcode: contact.postcode.clone(),
        place_key: contact.place.as_deref().map(search_key),
        place: contact.place.clone(),
        municipality: contact.municipality.clone(),
        region: contact.region.clone(),
        country: contact.country.clone(),
        latitude: contact.latitude,
        longitude: contact.longitude,
        deceased: contact.deceased,
        protected: contact.protected,
        updated_at: contact.updated_at,
    }
}

/// What somebody who joins knows and the one who stays does not.
pub(super) fn fill_gaps(contact: &mut NewContact, other: &Contact, mapping: &Mapping) {
    if contact.language == mapping.language {
        // Most likely nobody said so, and it stands there because every person has one.
        contact.language = other.language;
    }
    contact.birth_date = contact.birth_date.or(other.birth_date);
    if contact.email.is_none() {
        (contact.email, contact.email_key) = (other.email.clone(), other.email_key.clone());
    }
    contact.phone = contact.phone.take().or_else(|| other.phone.clone());
    if address_of(contact) == Address::default() {
        set_address(contact, address_of(&values(other)));
    }
    contact.deceased |= other.deceased;
    contact.protected |= other.protected;
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
