//! Register files in: a file becomes rows, a row becomes a typed record or a reason, and records become people.
//!
//! ```text
//! source (bytes -> rows) -> mapping (which column is what) -> record (typed) or rejects (with the reason)
//!   -> people (which rows are one person) -> units -> matching (who is meant) -> plan -> apply, in batches: job
//! ```
//!
//! What nobody could decide waits in the review queue until staff do: review. What a file of an unknown kind looks
//! like is told by [`look`], and what people then say of its columns becomes a mapping by [`choices`].
//!
//! Owns the tables `imports`, `import_mappings`, `import_rejects`, `import_reject_words`, `import_reviews` and `import_changes`.

mod addresses;
mod apply;
mod batches;
mod change;
pub mod choices;
mod claim;
mod erased;
mod fold;
mod history;
mod job;
mod level;
pub mod look;
pub mod mapping;
pub mod mappings;
mod matching;
mod merge;
mod people;
mod plan;
pub mod reason;
pub mod record;
mod register;
pub mod reject_words;
mod rejects;
mod review;
pub mod source;
mod store;
mod summary;
mod units;
pub mod uploads;
mod values;
pub mod words;

pub use change::{Change, ChangeValue, Changed};
pub use claim::Claim;
pub use history::{Touched, changes_of, creation_of};
pub use job::{DryRun, ImportError, Importer, OnProgress, Progress};
pub use mapping::{Mapping, MappingError};
pub use matching::ReviewReason;
pub use merge::{join, part};
pub use plan::RowOutcome;
pub use reason::RejectReason;
pub use record::{Parser, Record};
pub use rejects::{Layout, Reject, RejectsFile};
pub use review::{Neighbour, OpenReview, ReviewError, Verdict, forget, open_review, settle};
pub use source::{Row, Source, SourceError, Table};
pub use store::{
    FileUse, Import, ImportState, NewImport, ReviewState, StoredReview, file_use, find, insert, latest, page,
    pending_count, pending_reviews, rejects as rejected_rows, unfinished, wait_for_imports,
};
pub use summary::{Outcome, Summary};

#[cfg(test)]
mod job_tests;
#[cfg(test)]
mod row_tests;
#[cfg(test)]
mod tests;
