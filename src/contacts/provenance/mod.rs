//! Who set a field, where it was not an import: what the person said, or staff corrected, no import sets again
//! (product P9).

mod store;

pub use store::{Provenance, locked_fields, provenance, set_provenance};
pub(super) use store::{lock, unlock};
