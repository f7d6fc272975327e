//! A relay as the engine uses it: whether it is to be left alone for a while, and how much it may be given.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::Moment;
use super::share::Share;
use super::store::Report;
use crate::config::RelaySettings;
use crate::mail::outcome::Reply;
use crate::mail::relay::Relay;

/// Failures in a row after which a relay is left alone.
const FAILURES: u32 = 5;
/// How long it is left alone at first, and at most; each failed trial doubles it.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(15);

crate::text_enum! {
    /// How a relay is found.
    RelayCondition {
        Working = "working",
        Resting = "resting",
        Exhausted = "exhausted",
    }
}

/// One relay.
pub(in crate::delivery) struct Lane {
    pub settings: RelaySettings,
    pub relay: Relay,
    /// Open connections.
    pub open: AtomicUsize,
    /// Messages taken, and messages or connections refused, since the start.
    pub sent: AtomicU64,
    pub refused: AtomicU64,
    health: Mutex<Health>,
    /// Messages that may go before the database is asked again, and since when.
    pub stock: tokio::sync::Mutex<Stock>,
}

/// Messages taken out of a relay's windows ahead of need. Old ones are not used: they would count for another time.
#[derive(Debug, Default)]
pub(in crate::delivery) struct Stock(Option<(u64, Instant)>);

impl Stock {
    const KEPT: Duration = Duration::from_secs(30);

    /// Takes one, if there is one.
    pub fn take(&mut self, now: Instant) -> bool {
        match &mut self.0 {
            Some((left, since)) if *left > 0 && now.duration_since(*since) < Self::KEPT => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// What was taken now, one of which is used at once.
    pub fn fill(&mut self, granted: u64, now: Instant) {
        self.0 = Some((granted.saturating_sub(1), now));
    }

    /// Puts one back that was not used.
    pub fn put_back(&mut self) {
        if let Some((left, _)) = &mut self.0 {
            *left += 1;
        }
    }

    /// All that was not used.
    pub fn rest(&mut self) -> u64 {
        self.0.take().map_or(0, |(left, _)| left)
    }
}

#[derive(Debug)]
struct Health {
    failures: u32,
    rest: Duration,
    resting_until: Option<Instant>,
    trial: bool,
    exhausted_until: Option<DateTime<Utc>>,
    next_at: Option<Instant>,
    fault: Option<(Reply, DateTime<Utc>)>,
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) enum Leave {
    Go,
    /// Ask again after this.
    Wait(Duration),
}

/// What others may know of a relay.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::delivery) struct Seen {
    pub condition: RelayCondition,
    pub until: Option<DateTime<Utc>>,
    pub fault: Option<(Reply, DateTime<Utc>)>,
}

impl Lane {
    pub fn new(settings: RelaySettings, relay: Relay) -> Self {
        Self {
            settings,
            relay,
            open: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            health: Mutex::new(Health {
                failures: 0,
                rest: FIRST_REST,
                resting_until: None,
                trial: false,
                exhausted_until: None,
                next_at: None,
                fault: None,
            }),
            stock: tokio::sync::Mutex::default(),
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether messages could go this way now or in a moment.
    pub fn is_usable(&self, share: Share, now: Moment) -> bool {
        let health = self.health();
        share.part(self.settings.connections) > 0
            && health.resting_until.is_none_or(|until| until <= now.steady)
            && health.exhausted_until.is_none_or(|until| until <= now.wall)
    }

    /// Whether connection number `number` (from 0) may be used. After a rest one is let through as a trial.
    pub fn leave(&self, number: usize, share: Share, now: Moment) -> Leave {
        if number >= share.part(self.settings.connections) {
            return Leave::Wait(Duration::from_millis(300));
        }
        let mut health = self.health();
        if health.exhausted_until.is_some_and(|until| until > now.wall) {
            return Leave::Wait(Duration::from_millis(300));
        }
        health.exhausted_until = None;
        match health.resting_until {
            None => Leave::Go,
            Some(until) => match until.checked_duration_since(now.steady).filter(|left| !left.is_zero()) {
                Some(left) => Leave::Wait(left),
                None if health.trial => Leave::Wait(Duration::from_millis(200)),
                None => {
                    health.trial = true;
                    Leave::Go
                }
            },
        }
    }

    /// Gives a trial back that was not made.
    pub fn not_tried(&self) {
        self.health().trial = false;
    }

    /// The relay answered as a relay that works does.
    pub fn succeeded(&self) {
        let mut health = self.health();
        health.failures = 0;
        health.trial = false;
        if health.resting_until.take().is_some() {
            health.rest = FIRST_REST;
            drop(health);
            tracing::info!(relay = self.settings.name, "the relay is back");
        }
    }

    /// The relay could not be used, or refused everybody alike.
    pub fn failed(&self, reply: &Reply, now: Moment) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let mut health = self.health();
        health.fault = Some((reply.clone(), now.wall));
        health.failures = health.failures.saturating_add(1);
        let rests = health.resting_until.is_some();
        if (rests && health.trial) || (!rests && health.failures >= FAILURES) {
            health.resting_until = Some(now.steady + health.rest);
            health.rest = (health.rest * 2).min(LONGEST_REST);
            health.trial = false;
            drop(health);
            if !rests {
                // The relay's words may name a person; they stand on the pages, not in the log.
                tracing::warn!(
                    relay = self.settings.name,
                    code = reply.code(),
                    "the relay fails again and again and is left alone for a while; messages take another or wait"
                );
            }
        }
    }

    /// Nothing may go this way until then: a window or the day's part of a warm-up is used up.
    pub fn exhausted(&self, until: DateTime<Utc>) {
        let mut health = self.health();
        if health.exhausted_until.is_none() {
            tracing::info!(relay = self.settings.name, %until, "as much as the relay may be given was sent");
        }
        health.exhausted_until = Some(until);
        health.trial = false;
    }

    /// The moment at which the next message may go, by the relay's rate; it is taken by asking.
    pub fn slot(&self, share: Share, now: Instant) -> Option<Instant> {
        let rate = share.rate(self.settings.per_second?);
        let mut health = self.health();
        let slot = health.next_at.filter(|at| *at > now).unwrap_or(now);
        // Without a share nothing goes anyway.
        health.next_at = Some(slot + Duration::from_secs_f64(1.0 / rate.max(0.000_1)));
        Some(slot)
    }

    /// What is told of it.
    pub fn report(&self, now: Moment) -> Report {
        Report {
            relay: self.settings.name.clone(),
            seen: self.seen(now),
            connections: i32::try_from(self.open.load(Ordering::Relaxed)).unwrap_or(i32::MAX),
            sent: i64::try_from(self.sent.load(Ordering::Relaxed)).unwrap_or(i64::MAX),
            refused: i64::try_from(self.refused.load(Ordering::Relaxed)).unwrap_or(i64::MAX),
        }
    }

    /// What the pages show.
    pub fn seen(&self, now: Moment) -> Seen {
        let health = self.health();
        let exhausted = health.exhausted_until.filter(|until| *until > now.wall);
        let (condition, until) = match (health.resting_until, exhausted) {
            (Some(until), _) => {
                let left = until.saturating_duration_since(now.steady);
                (RelayCondition::Resting, chrono::TimeDelta::from_std(left).ok().map(|left| now.wall + left))
            }
            (None, Some(until)) => (RelayCondition::Exhausted, Some(until)),
            (None, None) => (RelayCondition::Working, None),
        };
        Seen { condition, until, fault: health.fault.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane() -> Lane {
        let settings = RelaySettings::plain("main", "smtp://127.0.0.1:1".parse().unwrap(), 4);
        let relay = Relay::new(&settings, "localhost").unwrap();
        Lane::new(settings, relay)
    }

    fn now() -> Moment {
        Moment::new(DateTime::from_timestamp(1_795_000_000, 0).unwrap())
    }

    #[test]
    fn a_relay_that_fails_too_often_is_left_alone_and_tried_by_one() {
        let (lane, bad, mut now) = (lane(), Reply::new("no answer in time"), now());
        for _ in 1..FAILURES {
            lane.failed(&bad, now);
        }
        assert_eq!(lane.leave(0, Share::ALONE, now), Leave::Go, "a few failures are nothing");
        lane.failed(&bad, now);
        assert!(matches!(lane.leave(0, Share::ALONE, now), Leave::Wait(_)));
        assert!(!lane.is_usable(Share::ALONE, now));
        assert_eq!(lane.seen(now).condition, RelayCondition::Resting);
        now.steady += FIRST_REST;
        assert_eq!(lane.leave(3, Share::ALONE, now), Leave::Go, "one makes a trial");
        assert!(matches!(lane.leave(0, Share::ALONE, now), Leave::Wait(_)), "the others wait for it");
        lane.failed(&bad, now);
        now.steady += FIRST_REST;
        assert!(
            matches!(lane.leave(0, Share::ALONE, now), Leave::Wait(_)),
            "a failed trial doubles the rest"
        );
        now.steady += FIRST_REST;
        assert_eq!(lane.leave(0, Share::ALONE, now), Leave::Go);
        lane.succeeded();
        assert_eq!([0, 3].map(|number| lane.leave(number, Share::ALONE, now)), [Leave::Go; 2]);
        assert_eq!(lane.seen(now).condition, RelayCondition::Working);
    }

    #[test]
    fn a_part_of_the_connections_and_of_the_rate() {
        let (mut lane, mut now) = (lane(), now());
        lane.settings.per_second = Some(10.0);
        let second = Share::new(1, 2);
        assert_eq!(lane.leave(1, second, now), Leave::Go);
        assert!(matches!(lane.leave(2, second, now), Leave::Wait(_)));
        let slots: Vec<Instant> = (0..3).filter_map(|_| lane.slot(second, now.steady)).collect();
        assert_eq!(slots[2] - slots[0], Duration::from_millis(400), "half of ten per second");
        lane.exhausted(now.wall + chrono::TimeDelta::hours(1));
        assert!(matches!(lane.leave(0, second, now), Leave::Wait(_)));
        now.wall += chrono::TimeDelta::hours(1);
        assert_eq!(lane.leave(0, second, now), Leave::Go);
    }
}
