//! Time and randomness come from here alone, so that a test can hold both still.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngCore, SeedableRng, rngs::StdRng};

/// Where the time and random bytes come from.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    System,
    Fixed { now: Mutex<DateTime<Utc>>, random: Mutex<Box<StdRng>> },
}

impl Clock {
    /// The computer's own clock and random source.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }

    /// A clock that stands at `now` until [`Clock::advance`], with random bytes that repeat from run to run.
    #[must_use]
    pub fn fixed(now: DateTime<Utc>, seed: u64) -> Self {
        Self(Arc::new(Source::Fixed {
            now: Mutex::new(now),
            random: Mutex::new(Box::new(StdRng::seed_from_u64(seed))),
        }))
    }

    /// The time now, in UTC, cut to microseconds as both databases keep it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &*self.0 {
            Source::System => Utc::now(),
            Source::Fixed { now, .. } => *now.lock().unwrap_or_else(PoisonError::into_inner),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Moves a fixed clock forward; the system clock does not listen.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed { now, .. } = &*self.0 {
            *now.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// Unpredictable bytes for tokens and boundaries.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's randomness")]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &*self.0 {
            Source::System => rand::rng().fill_bytes(&mut bytes),
            Source::Fixed { random, .. } => {
                random.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }
}
