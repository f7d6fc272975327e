//! When a message that could not be handed over is tried again.

use chrono::TimeDelta;

use crate::mail::outcome::Reply;

/// How long a message is tried (RFC 5321 section 4.5.4.1: at least four to five days).
const TRIED_FOR: TimeDelta = TimeDelta::hours(5 * 24 - 12);

/// Minutes between attempts, by what the relay said; the last one goes on.
const USUAL: &[i64] = &[1, 5, 15, 30, 60, 120, 240, 480];
/// A mailbox that is full stays so for a while.
const MAILBOX: &[i64] = &[60, 240, 480, 720];
/// Too much or too fast: longer each time.
const POLICY: &[i64] = &[5, 15, 30, 60, 120, 240, 480];
/// No way to the recipient's server; the way may be found again soon.
const ROUTE: &[i64] = &[5, 15, 30, 60, 120, 240];

/// How long to wait after the `attempts`-th attempt, the first `age` ago; `None` when it is to be given up. Greylisting
/// answers after a minute, so the usual wait is short at first.
#[must_use]
pub fn wait(reply: &Reply, attempts: i32, age: TimeDelta) -> Option<TimeDelta> {
    let minutes = match reply.enhanced() {
        // X.2.2: mailbox full.
        Some((4, 2, 2)) => MAILBOX,
        Some((4, 7, _)) => POLICY,
        Some((4, 4, _)) => ROUTE,
        None if reply.code() == Some(421) => POLICY,
        _ => USUAL,
    };
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(0).min(minutes.len() - 1);
    let wait = TimeDelta::minutes(minutes.get(place).copied().unwrap_or(60));
    (age + wait <= TRIED_FOR).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::wait;
    use crate::mail::outcome::Reply;
    use chrono::TimeDelta;

    #[test]
    fn waits_grow_and_last_for_four_to_five_days() {
        for words in
            ["451 later", "452 4.2.2 full", "421 4.7.0 slow down", "450 4.4.1 no answer", "connection reset"]
        {
            let reply = Reply::new(words);
            let (mut age, mut last, mut attempts) = (TimeDelta::zero(), TimeDelta::zero(), 1);
            while let Some(next) = wait(&reply, attempts, age) {
                assert!(next >= last, "{words}");
                (age, last, attempts) = (age + next, next, attempts + 1);
            }
            assert!(age >= TimeDelta::days(4) && age <= TimeDelta::days(5), "{words}: {age}");
            assert!(last >= TimeDelta::minutes(30), "{words}: {last}");
        }
    }

    #[test]
    fn what_was_said_decides_how_long() {
        let first = |words: &str| wait(&Reply::new(words), 1, TimeDelta::zero()).unwrap().num_minutes();
        assert_eq!(
            (first("450 4.2.0 greylisted"), first("452 4.2.2 mailbox full"), first("421 4.7.28 rate")),
            (1, 60, 5)
        );
    }
}
