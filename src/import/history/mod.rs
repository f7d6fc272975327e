//! Which imports created and changed a person.

mod store;

pub(super) use store::record_changes;
pub use store::{Touched, changes_of, creation_of};
