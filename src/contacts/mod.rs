//! The register: people, their degrees, employments and identifiers.
//!
//! Owns the tables `contacts`, `contact_kinds`, `contact_identifiers`, `contact_provenance`, `degrees`,
//! `employments` and `participations`.

pub mod home;
pub mod person;
mod store;

pub use person::{Contact, ContactKind, Degree, Employment, IdentifierScheme, NewContact, search_key};
pub use store::{
    Identifier, NewIdentifier, add_kinds, by_email_keys, by_identifiers, by_ids, by_name_keys, degrees,
    delete_degrees, delete_employments, employments, find, identifiers, insert, insert_degrees,
    insert_employments, insert_identifiers, kinds, locked_fields, merge, page, professions, programmes,
    regions, remove_kind, search, update,
};
