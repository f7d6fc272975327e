//! What became of the mails to one person.

mod store;

pub use store::{Outcome, outcomes_of};
