//! Organisations outside the university that people of the register have to do with.

mod store;

pub use store::{
    NewOrganisation, Organisation, delete_organisation, insert_organisation, organisation,
    organisation_by_number, organisation_page, organisations, search_organisations, update_organisation,
};

use super::person::search_key;

crate::text_enum! {
    /// What an organisation is to the office.
    OrganisationKind {
        Employer = "employer",
        Partner = "partner",
        Donor = "donor",
        Other = "other",
    }
}

/// The words of a name, each once.
fn words(name: &str) -> Vec<String> {
    let key = search_key(name);
    let mut words: Vec<String> =
        key.split([' ', '-']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}
