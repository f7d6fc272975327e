//! Segments: who a mailing is for, as a rule that is judged anew each time it is asked (product P14–P16).
//!
//! A rule arrives as JSON, is parsed once at the edge into [`Rule`], and from there on cannot be wrong:
//!
//! ```text
//! JSON --parse--> Rule --evaluate--> yes or no for one person held in memory
//! ```
//!
//! Logic is two-valued: a condition on a value that nobody knows is false, and its `not` is true. So a rule
//! and its `not` always share everyone between them.

mod evaluate;
mod parse;
mod rule;
mod strict_json;
mod values;

#[cfg(test)]
mod tests;

pub use evaluate::{DegreeFacts, EmploymentFacts, HomeFacts, PersonFacts};
pub use parse::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, RuleError};
pub use rule::Rule;
pub use values::{ContactKind, Sector};
