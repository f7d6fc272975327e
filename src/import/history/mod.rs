//! Which imports created and changed a person.

mod store;

pub(super) use store::record_changes;
pub use store::{Touched, imports_of};
