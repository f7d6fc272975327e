//! The register: people, their degrees, employments and identifiers.
//!
//! Owns the tables `contacts`, `contact_kinds`, `contact_identifiers`, `contact_provenance`, `degrees`,
//! `employments` and `participations`.

pub mod person;
pub mod store;

pub use person::{Contact, ContactKind, Degree, Employment, IdentifierScheme, NewContact, search_key};
