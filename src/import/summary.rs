//! What became of the rows of a file, counted.

use serde::Serialize;

use super::store::{Import, Position};

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It made a new person.
    Created,
    /// It changed a person.
    Updated,
    /// Everything in it was known.
    Unchanged,
    /// It joined two stored people.
    Merged,
    /// Staff must decide whom it means.
    ToReview,
    /// It is wrong.
    Rejected,
}

/// Rows by what became of them; `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see Outcome")]
pub struct Summary {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub merged: u64,
    pub to_review: u64,
    pub rejected: u64,
}

impl Summary {
    /// Counts one row.
    pub fn count(&mut self, outcome: Outcome) {
        self.read += 1;
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Merged => &mut self.merged,
            Outcome::ToReview => &mut self.to_review,
            Outcome::Rejected => &mut self.rejected,
        } += 1;
    }

    /// As stored, with where the import goes on.
    #[must_use]
    pub fn position(&self, next_row: usize) -> Position {
        let stored = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Position {
            next_row: stored(next_row as u64),
            read_rows: stored(self.read),
            created_rows: stored(self.created),
            updated_rows: stored(self.updated),
            unchanged_rows: stored(self.unchanged),
            merged_rows: stored(self.merged),
            review_rows: stored(self.to_review),
            rejected_rows: stored(self.rejected),
            ..Position::default()
        }
    }
}

impl From<&Import> for Summary {
    fn from(import: &Import) -> Self {
        let count = |rows: i64| u64::try_from(rows).unwrap_or_default();
        Self {
            read: count(import.read_rows),
            created: count(import.created_rows),
            updated: count(import.updated_rows),
            unchanged: count(import.unchanged_rows),
            merged: count(import.merged_rows),
            to_review: count(import.review_rows),
            rejected: count(import.rejected_rows),
        }
    }
}
