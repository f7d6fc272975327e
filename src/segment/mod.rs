//! Segments: who a mailing is for, as a rule that is judged anew each time it is asked (product P14–P16).
//!
//! A rule arrives as JSON, is parsed once at the edge into [`Rule`], and from there on cannot be wrong:
//!
//! ```text
//! JSON --parse--> Rule --compile---> a condition of a query: count, sample, freeze
//!                      --evaluate--> yes or no for one person
//!                      --explain---> the same, step by step
//! ```
//!
//! What rules mean:
//! * All fields of a condition on repeating records hold of one and the same record. Several values of a field,
//!   and several operators of one (`under` and `called`), are alternatives.
//! * A condition on a value that nobody knows is false, and its `not` is true. So a rule and its `not` share everyone
//!   between them. That goes for `lives` too: people with protected identity never match it, and so match its `not`.
//! * `engaged` is the exception: it has no answer for people who did not agree to be measured one by one, and neither
//!   has its `not`. `all` is false where a part is false, true where every part is true, and has no answer else; `any`
//!   the other way round (Kleene's three values). A rule without an answer matches nobody.
//! * Texts are compared without regard to case ([`crate::contacts::search_key`]); codes are compared as they are.
//! * Words for professions are those of the program, those that hold in the whole office and those of the rule's unit.
//! * `degree.graduated` asks whether a graduation year is recorded.
//!
//! Owns the table `segments`.

mod called;
mod compile;
mod evaluate;
mod explain;
pub mod fault;
mod offered;
mod parse;
mod rule;
mod store;
mod strict_json;
mod values;

#[cfg(test)]
pub(crate) mod tests;

pub use compile::{Compiled, compile};
pub use evaluate::PersonFacts;
pub use explain::{Explanation, Record};
pub use fault::{RuleError, RuleFault};
pub use offered::{Field, OFFERED, OfferedValue, values_offered};
pub use parse::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES};
pub use rule::Rule;
pub use store::{
    Count, Overlap, Segment, count, delete, event_name, facts, find, in_units, insert, overlap, page,
    programme_name, reason_for, sample, share, update,
};
pub use values::MAX_TEXT;

/// What can go wrong with a segment.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rule cannot be judged; the caller shows the list to whoever wrote it.
    #[error("the segment's rule cannot be used: {}", listed(.0))]
    Rule(Vec<RuleError>),
    /// A saved rule that this version does not understand. Its segment counts and sends to nobody until it is
    /// saved anew.
    #[error("segment {id} was saved with a rule that this version does not understand; edit it and save it again: {}", listed(.errors))]
    Stored {
        /// The segment's number.
        id: i64,
        /// What is wrong with it.
        errors: Vec<RuleError>,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
}

impl From<Vec<RuleError>> for Error {
    fn from(errors: Vec<RuleError>) -> Self {
        Self::Rule(errors)
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

fn listed(errors: &[RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
