//! The numbers that tell who somebody is: keyed hashes of identity numbers, and the numbers of source systems.

mod store;

pub use store::{Identifier, NewIdentifier, by_identifiers, identifiers, insert_identifiers};
