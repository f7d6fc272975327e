//! The register: people, their degrees, employments, addresses and identifiers, what they took part in, and what
//! they are to organisations and to each other.
//!
//! Owns the tables `contacts`, `contact_kinds`, `contact_identifiers`, `contact_provenance`, `contact_merges`,
//! `contact_words`, `contact_addresses`, `degrees`, `employments`, `participations`, `relations`, `organisations`,
//! `organisation_words`, `engagements` and `erased_hashes`.

mod addresses;
mod engagement;
pub mod erased;
pub mod home;
mod identifiers;
mod merge;
mod organisations;
mod participations;
pub mod person;
mod provenance;
mod records;
mod relations;
mod search;
mod store;

pub use addresses::{
    Address, AddressSource, NewAddress, add_address, address_holders, addresses_of, by_any_address,
    by_confirmed_address, confirm_address, delete_addresses, follow_primary, insert_addresses, make_primary,
    other_addresses, remove_address,
};
pub use engagement::{
    Deed, Engagement, PIXEL, engagement_history, engagements_of, forget_engagements, record_engagements,
    take_back_engagements,
};
pub use identifiers::{Identifier, NewIdentifier, by_identifiers, identifiers, insert_identifiers};
pub use merge::{
    MergeSource, Merging, StoredMerge, UnmergeError, Unmerged, begin_merge, merge, merges_into, merges_of,
    undo_merge,
};
pub use organisations::{
    NewOrganisation, Organisation, OrganisationKind, delete_organisation, insert_organisation, organisation,
    organisation_by_number, organisation_page, organisations, search_organisations, update_organisation,
};
pub use participations::{
    Participation, ParticipationKind, code_of_name, delete_participations, insert_participations,
    is_same_participation, participations, remove_participation,
};
pub use person::{
    Contact, ContactKind, Degree, Employment, FieldSource, IdentifierScheme, NewContact, search_key,
};
pub use provenance::{Provenance, locked_fields, provenance, set_provenance};
pub use records::{
    add_kinds, degrees, delete_degrees, delete_employments, employments, insert_degrees, insert_employments,
    kind_field, kinds, remove_kind, set_kinds,
};
pub use relations::{
    NewRelation, Relation, RelationRole, RelationTo, insert_relation, relations, relations_of_organisation,
    remove_relation, update_relation,
};
pub use search::search;
pub use store::{by_email_keys, by_ids, by_name_keys, find, insert, page, update};
