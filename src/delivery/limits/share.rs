//! The part of every limit that one of several processes may use.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A process that could not say that it lives for this long uses nothing: others believe it dead a little later.
const TRUSTED: Duration = Duration::from_secs(20);

/// One of `of` processes, in an order that all agree on. The parts of all add up to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) struct Share {
    rank: usize,
    of: usize,
}

impl Share {
    /// All of it.
    pub const ALONE: Self = Self { rank: 0, of: 1 };
    /// Nothing yet: others have not made room.
    pub const NONE: Self = Self { rank: 0, of: 0 };

    /// The process of this rank, from 0, among `of`.
    pub const fn new(rank: usize, of: usize) -> Self {
        Self { rank, of }
    }

    /// The part of a number of things that cannot be cut. Whoever joins raises ranks and lowers parts, so that the
    /// parts of old and new counts together never exceed the whole.
    pub fn part(self, whole: usize) -> usize {
        (whole + self.of).saturating_sub(1 + self.rank).checked_div(self.of).unwrap_or(0)
    }

    /// The part of a rate.
    pub fn rate(self, whole: f64) -> f64 {
        if self.of == 0 { 0.0 } else { whole / self.of as f64 }
    }
}

/// This process's share, as long as it can be trusted.
#[derive(Debug)]
pub(in crate::delivery) struct Shared {
    alone: bool,
    known: Mutex<(Share, Instant)>,
}

impl Shared {
    /// On SQLite one process sends, alone.
    pub fn new(alone: bool) -> Self {
        let share = if alone { Share::ALONE } else { Share::NONE };
        Self { alone, known: Mutex::new((share, Instant::now())) }
    }

    /// What may be used now.
    pub fn now(&self) -> Share {
        let (share, at) = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.alone {
            return Share::ALONE;
        }
        if at.elapsed() < TRUSTED { share } else { Share::NONE }
    }

    /// What the database said to a sign of life that was given at `at`.
    pub fn set(&self, share: Share, at: Instant) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = (share, at);
    }
}

#[cfg(test)]
mod tests {
    use super::Share;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_are_the_whole(whole in 0_usize..500, of in 1_usize..20) {
            prop_assert_eq!((0..of).map(|rank| Share::new(rank, of).part(whole)).sum::<usize>(), whole);
        }

        /// While one joins, some still use their old part; the new one waits for all of them.
        #[test]
        fn whoever_joins_takes_from_everybody(whole in 0_usize..500, of in 1_usize..20, at in 0_usize..20) {
            let at = at.min(of);
            for rank in 0..of {
                let later = if rank < at { rank } else { rank + 1 };
                prop_assert!(Share::new(later, of + 1).part(whole) <= Share::new(rank, of).part(whole));
            }
        }
    }

    #[test]
    fn nobody_has_a_part_of_nothing() {
        assert_eq!((Share::NONE.part(7), Share::ALONE.part(7)), (0, 7));
    }
}
