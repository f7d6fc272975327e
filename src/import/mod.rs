//! Register files in: a file becomes rows, a row becomes a typed record or a reason, and records become people.
//!
//! ```text
//! source (bytes -> rows) -> mapping (which column is what) -> record (typed) or rejects (with the reason)
//!   -> people (which rows are one person) -> units -> matching (who is meant) -> plan -> apply, in batches: job
//! ```
//!
//! What nobody could decide waits in the review queue until staff do: review.
//!
//! Owns the tables `imports`, `import_rejects` and `import_reviews`.

mod apply;
mod batches;
mod claim;
mod fold;
mod job;
mod level;
pub mod mapping;
mod matching;
mod merge;
mod people;
mod plan;
pub mod reason;
pub mod record;
mod register;
pub mod rejects;
mod review;
pub mod source;
mod store;
mod summary;
mod units;
mod values;

pub use claim::Claim;
pub use job::{DryRun, ImportError, Importer, OnProgress, Progress};
pub use mapping::{Mapping, MappingError};
pub use matching::ReviewReason;
pub use merge::{join, part};
pub use plan::RowOutcome;
pub use reason::RejectReason;
pub use record::{Parser, Record};
pub use rejects::{Layout, Reject, RejectsFile};
pub use review::{Neighbour, OpenReview, ReviewError, Verdict, open_review, settle};
pub use source::{Row, Source, SourceError, Table};
pub use store::{
    Import, ImportState, NewImport, ReviewState, StoredReview, find, insert, latest, needs_file, page,
    pending_count, pending_reviews, rejects as rejected_rows, unfinished,
};
pub use summary::{Outcome, Summary};

#[cfg(test)]
mod job_tests;
#[cfg(test)]
mod tests;
