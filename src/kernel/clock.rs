//! Time and randomness come from here alone, so that a test can hold both still.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rand::seq::SliceRandom as _;
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

    /// Draws `amount` of these by lot, in random order, each as likely as any other; all of them where there are fewer.
    pub fn draw<'a, T>(&self, among: &'a mut [T], amount: usize) -> &'a mut [T] {
        among.partial_shuffle(&mut StdRng::from_seed(self.random_bytes()), amount).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_drawn_equally_often_and_nobody_twice() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH, 7);
        let mut drawn = [0; 10];
        for _ in 0..2_000 {
            let mut among: Vec<usize> = (0..10).collect();
            let lots = clock.draw(&mut among, 3);
            assert!(lots[0] != lots[1] && lots[1] != lots[2] && lots[0] != lots[2], "{lots:?}");
            lots.iter().for_each(|one| drawn[*one] += 1);
        }
        assert!(drawn.iter().all(|times| (500..700).contains(times)), "{drawn:?}");
        assert_eq!(clock.draw(&mut [1, 2], 5).len(), 2);
    }
}
