//! Register files in: a file becomes rows, a row becomes a typed record or a reason, and records become people.
//!
//! ```text
//! source (bytes -> rows) -> mapping (which column is what) -> record (typed, or rejected) -> rejects
//! ```

mod country;
mod level;
pub mod mapping;
pub mod record;
pub mod rejects;
pub mod source;

pub use mapping::{Mapping, MappingError};
pub use record::{Parser, Record, RejectReason};
pub use rejects::Rejects;
pub use source::{Row, Source, SourceError, Table};

#[cfg(test)]
mod tests;
