//! Reading what happened from the latest back, a page at a time.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The place in a history before which reading goes on: what happened earlier than `at`, or then and with a
/// smaller number than `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Before {
    /// The time, UTC.
    pub at: NaiveDateTime,
    /// The number, which tells apart what happened at one time.
    pub id: i64,
}

impl Before {
    /// Behind everything: the page that begins with the latest.
    #[must_use]
    pub fn everything() -> Self {
        // The year 9999, which both engines can compare.
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        Self { at: last.and_time(NaiveTime::MIN), id: i64::MAX }
    }

    /// Whether something comes after this place in the history, which goes back.
    #[must_use]
    pub fn covers(&self, at: NaiveDateTime, id: i64) -> bool {
        (at, id) < (self.at, self.id)
    }
}
