//! When a message that could not be handed over is tried again.

use chrono::TimeDelta;

/// Attempts after which a message has failed: about three days with the waits below.
pub const MAX_ATTEMPTS: i32 = 14;

/// How long to wait after the `attempts`-th attempt: a minute at first (greylisting answers then), hours
/// later (RFC 5321 section 4.5.4.1 asks for at least 30 minutes in the long run, and days in all).
#[must_use]
pub fn wait(attempts: i32) -> TimeDelta {
    TimeDelta::minutes(match attempts {
        ..=1 => 1,
        2 => 5,
        3 => 15,
        4 => 30,
        5 => 60,
        6 => 120,
        7 => 240,
        _ => 600,
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTEMPTS, wait};
    use chrono::TimeDelta;

    #[test]
    fn waits_grow_and_last_for_days() {
        assert!((1..MAX_ATTEMPTS).all(|attempt| wait(attempt) <= wait(attempt + 1)));
        let all = (1..MAX_ATTEMPTS).map(wait).fold(TimeDelta::zero(), |sum, one| sum + one);
        assert!(all > TimeDelta::days(2) && all < TimeDelta::days(5), "{all}");
    }
}
