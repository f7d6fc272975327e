//! Whoever follows several links of one mail within seconds is no reader, nor is who follows the hidden one. That can be
//! said only where a mail is one person's: of those who agreed to be measured (issue 7).
//!
//! What they did just before is remembered for a few seconds in the process that answered, to be judged anew.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::signals::Sign;
use super::{Event, Signal, TRAP};
use crate::contacts::PIXEL;

/// So many links make a burst.
const LINKS: usize = 3;

/// Within this time.
const WITHIN: TimeDelta = TimeDelta::seconds(5);

/// A mail: the campaign's, of one person.
pub(super) type Mail = (i64, i64);

/// What was done with each mail just now, as it was counted.
#[derive(Debug, Default, Clone)]
pub(super) struct Recent(HashMap<Mail, Vec<(DateTime<Utc>, Signal)>>);

impl Recent {
    /// Judges an event that is about to be counted as `signal`; tells what it counts as, and what was counted just
    /// before and was part of the same.
    pub(super) fn judge(&mut self, mail: Mail, event: &Event, mut signal: Signal) -> (Signal, Vec<Signal>) {
        let before = self.0.entry(mail).or_default();
        before.retain(|(at, _)| event.at - *at < WITHIN);
        let links = before.iter().map(|(_, signal)| signal.link).chain([signal.link]);
        let links: HashSet<i32> = links.filter(|link| *link > PIXEL && *link != TRAP).collect();
        let trapped = before.iter().any(|(_, signal)| signal.sign == Sign::Trap) || signal.sign == Sign::Trap;
        let mut wrong = Vec::new();
        if links.len() >= LINKS || trapped {
            if signal.sign == Sign::Get {
                signal.sign = Sign::Burst;
            }
            for (_, earlier) in before.iter_mut().filter(|(_, earlier)| earlier.sign == Sign::Get) {
                wrong.push(*earlier);
                earlier.sign = Sign::Burst;
            }
        }
        before.push((event.at, signal));
        (signal, wrong)
    }

    /// Forgets what is too long ago to matter.
    pub(super) fn forget(&mut self, now: DateTime<Utc>) {
        self.0.retain(|_, done| done.iter().any(|(at, _)| now - *at < WITHIN));
    }
}
