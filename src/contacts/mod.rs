//! The register: people, their degrees, employments and identifiers.
//!
//! Owns the tables `contacts`, `contact_kinds`, `contact_identifiers`, `contact_provenance`, `contact_merges`,
//! `contact_words`, `degrees`, `employments`, `participations`, `engagements` and `erased_hashes`.

mod engagement;
pub mod erased;
pub mod home;
mod merge;
pub mod person;
mod provenance;
mod search;
mod store;

pub use engagement::{Deed, Engagement, PIXEL, engagements_of, forget_engagements, record_engagements};
pub use merge::{
    MergeSource, Merging, StoredMerge, UnmergeError, Unmerged, begin_merge, merge, merges_into, undo_merge,
};
pub use person::{
    Contact, ContactKind, Degree, Employment, FieldSource, IdentifierScheme, NewContact, search_key,
};
pub use provenance::{Provenance, locked_fields, provenance, set_provenance};
pub use search::search;
pub use store::{
    Identifier, NewIdentifier, add_kinds, by_email_keys, by_identifiers, by_ids, by_name_keys, degrees,
    delete_degrees, delete_employments, employments, find, identifiers, insert, insert_degrees,
    insert_employments, insert_identifiers, kinds, page, professions, programmes, regions, remove_kind,
    update,
};
