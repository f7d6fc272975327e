//! Messages that are ready to go, handed to connections so that no recipient domain gets more than it may.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::Moment;
use super::share::Share;
use crate::config::{DomainLimits, Domains};

/// Messages for one domain that wait in memory; more than these come back when their turn may have come.
const HELD: usize = 20;
/// How long a domain is left alone when it first asks for less; each further time doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);
const HIGHEST_LEVEL: i32 = 8;
/// How far a relay may fall behind its part of the mail before that is forgotten, in messages.
const LONGEST_DEBT: f64 = 50.0;

/// What became of a message that was to be queued.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Placed<T> {
    /// It waits for a connection.
    Queued,
    /// Its domain has enough for now: it is to come back then.
    Later(T, DateTime<Utc>),
}

/// A domain that asked for less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::delivery) struct Slow {
    pub level: i32,
    pub until: DateTime<Utc>,
}

#[derive(Debug)]
struct Domain<T> {
    limits: DomainLimits,
    flying: usize,
    held: VecDeque<T>,
    next_at: Option<Instant>,
    slow: Option<Slow>,
    /// How long a message to it takes, in seconds.
    takes: f64,
    /// When the next message that is sent away would have its turn.
    turn: Option<DateTime<Utc>>,
}

impl<T> Domain<T> {
    fn new(limits: DomainLimits) -> Self {
        Self { limits, flying: 0, held: VecDeque::new(), next_at: None, slow: None, takes: 1.0, turn: None }
    }

    fn connections(&self, share: Share) -> Option<usize> {
        let own = self.limits.connections.map(|all| share.part(all));
        // A domain that asked for less gets one message at a time until it has taken some.
        if self.slow.is_some() { Some(own.unwrap_or(1).min(1)) } else { own }
    }

    fn is_limited(&self) -> bool {
        self.slow.is_some() || self.limits.connections.is_some() || self.limits.per_second.is_some()
    }

    fn is_free(&self, share: Share, now: Moment) -> bool {
        self.connections(share).is_none_or(|most| self.flying < most)
            && self.next_at.is_none_or(|at| at <= now.steady)
            && self.slow.as_ref().is_none_or(|slow| slow.until <= now.wall)
    }

    fn depart(&mut self, share: Share, now: Moment) {
        self.flying += 1;
        if let Some(rate) = self.limits.per_second {
            self.next_at = Some(now.steady + Duration::from_secs_f64(1.0 / share.rate(rate).max(0.000_1)));
        }
    }

    /// When a message that finds no room comes back, if it need not wait here; each has a turn of its own.
    fn later(&mut self, share: Share, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(until) = self.slow.as_ref().map(|slow| slow.until).filter(|until| *until > now) {
            return Some(until);
        }
        let connections = self.connections(share);
        if connections == Some(0) {
            // There are more processes than connections, and this one has none: another may take it.
            return Some(now + TimeDelta::seconds(30));
        }
        if self.held.len() < HELD {
            return None;
        }
        let by_connections = connections.map(|most| most as f64 / self.takes);
        let by_rate = self.limits.per_second.map(|rate| share.rate(rate));
        let rate = [by_connections, by_rate].into_iter().flatten().fold(f64::INFINITY, f64::min);
        let gap = TimeDelta::microseconds((1e6 / rate.max(0.001)) as i64);
        let first = now + gap * HELD as i32;
        let turn = self.turn.filter(|turn| *turn >= first).map_or(first, |turn| turn + gap);
        self.turn = Some(turn);
        Some(turn)
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Turn {
    weight: f64,
    given: f64,
    waiting: usize,
}

struct Inner<T> {
    ready: VecDeque<(String, T)>,
    domains: HashMap<String, Domain<T>>,
    /// Domains with messages that wait for their turn.
    held: BTreeSet<String>,
    lanes: Vec<Turn>,
    closed: bool,
}

/// The queue of one process.
pub(in crate::delivery) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    limits: Domains,
    capacity: usize,
    /// One for each relay.
    news: Vec<Notify>,
    room: Notify,
}

impl<T> Queue<T> {
    /// A queue of so many messages for relays of these weights.
    pub fn new(limits: Domains, capacity: usize, weights: impl Iterator<Item = u32>) -> Self {
        let lanes: Vec<Turn> =
            weights.map(|weight| Turn { weight: f64::from(weight), ..Turn::default() }).collect();
        let news = lanes.iter().map(|_| Notify::new()).collect();
        let inner = Inner {
            ready: VecDeque::new(),
            domains: HashMap::new(),
            held: BTreeSet::new(),
            lanes,
            closed: false,
        };
        Self { inner: Mutex::new(inner), limits, capacity, news, room: Notify::new() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a message, unless its domain has enough waiting already.
    pub fn place(&self, domain: &str, message: T, share: Share, now: Moment) -> Placed<T> {
        let mut guard = self.inner();
        let inner = &mut *guard;
        let limits = self.limits.of(domain);
        if limits == DomainLimits::default() && !inner.domains.contains_key(domain) {
            inner.ready.push_back((domain.to_owned(), message));
        } else {
            let state = inner.domains.entry(domain.to_owned()).or_insert_with(|| Domain::new(limits));
            let waits = state.is_limited() && !(state.held.is_empty() && state.is_free(share, now));
            match waits.then(|| state.later(share, now.wall)) {
                Some(Some(at)) => return Placed::Later(message, at),
                Some(None) => {
                    state.held.push_back(message);
                    inner.held.insert(domain.to_owned());
                }
                None => inner.ready.push_back((domain.to_owned(), message)),
            }
        }
        self.wake(inner);
        Placed::Queued
    }

    /// Tells a connection of the relay whose turn it is.
    fn wake(&self, inner: &Inner<T>) {
        if (!inner.ready.is_empty() || !inner.held.is_empty())
            && let Some(news) = inner.whose_turn().and_then(|lane| self.news.get(lane))
        {
            news.notify_one();
        }
    }

    /// Puts a message back that a connection took and could not send; it is the next.
    pub fn put_back(&self, domain: &str, message: T) {
        let mut inner = self.inner();
        inner.landed(domain);
        inner.ready.push_front((domain.to_owned(), message));
        self.wake(&inner);
    }

    /// Waits until there is room for more.
    pub async fn has_room(&self) {
        loop {
            let room = self.room.notified();
            if self.inner().ready.len() < self.capacity {
                return;
            }
            room.await;
        }
    }

    /// The next message for a relay; `None` when the queue is closed.
    pub async fn take(
        &self,
        lane: usize,
        share: impl Fn() -> Share,
        now: impl Fn() -> Moment,
    ) -> Option<(String, T)> {
        let news = self.news.get(lane)?;
        let _waiting = Waiting::new(self, lane);
        loop {
            let held = {
                let mut inner = self.inner();
                if inner.closed {
                    return None;
                }
                match inner.whose_turn() {
                    Some(other) if other != lane => {
                        self.wake(&inner);
                        true
                    }
                    _ => {
                        if let Some(taken) = inner.next(share(), now()) {
                            inner.given(lane);
                            self.room.notify_one();
                            return Some(taken);
                        }
                        !inner.held.is_empty()
                    }
                }
            };
            // A word that comes before this waits for it. Whoever is held has a turn by the clock, which nobody
            // announces.
            let patience = if held { Duration::from_millis(20) } else { Duration::from_secs(3_600) };
            tokio::select! {
                () = news.notified() => {}
                () = tokio::time::sleep(patience) => {}
            }
        }
    }

    /// A message's conversation is over and took so long.
    pub fn landed(&self, domain: &str, took: Duration) {
        let mut inner = self.inner();
        if let Some(state) = inner.domains.get_mut(domain) {
            state.takes = 0.8 * state.takes + 0.2 * took.as_secs_f64().max(0.001);
        }
        inner.landed(domain);
        if inner.held.contains(domain) {
            self.wake(&inner);
        }
    }

    /// A message that was taken is not sent after all.
    pub fn dropped(&self, domain: &str) {
        let mut inner = self.inner();
        inner.landed(domain);
        self.wake(&inner);
    }

    /// A domain took a message: one that was slowed down gets more again, step by step. What was on its way when it
    /// asked for less says nothing.
    pub fn thanked(&self, domain: &str, now: DateTime<Utc>) -> Option<Slow> {
        let mut inner = self.inner();
        let state = inner.domains.get_mut(domain)?;
        let slow = state.slow.as_mut().filter(|slow| slow.until <= now)?;
        slow.level -= 1;
        let now = slow.clone();
        if slow.level <= 0 {
            state.slow = None;
        }
        Some(now)
    }

    /// A domain asked for less. Messages that were on their way already say the same once.
    pub fn slow_down(&self, domain: &str, now: DateTime<Utc>) -> Option<Slow> {
        let limits = self.limits.of(domain);
        let mut inner = self.inner();
        let state = inner.domains.entry(domain.to_owned()).or_insert_with(|| Domain::new(limits));
        if state.slow.as_ref().is_some_and(|slow| slow.until > now) {
            return None;
        }
        let level = (state.slow.as_ref().map_or(0, |slow| slow.level) + 1).min(HIGHEST_LEVEL);
        let slow = Slow { level, until: now + pause(level) };
        state.slow = Some(slow.clone());
        Some(slow)
    }

    /// Another process found a domain slow.
    pub fn heard(&self, domain: &str, slow: &Slow) {
        let limits = self.limits.of(domain);
        let mut inner = self.inner();
        let state = inner.domains.entry(domain.to_owned()).or_insert_with(|| Domain::new(limits));
        if state.slow.as_ref().is_none_or(|known| known.until < slow.until) {
            state.slow = Some(slow.clone());
        }
    }

    /// Takes everything out that waits, for whoever may send it.
    pub fn drain(&self) -> Vec<T> {
        let mut inner = self.inner();
        let mut all: Vec<T> =
            std::mem::take(&mut inner.ready).into_iter().map(|(_, message)| message).collect();
        for domain in std::mem::take(&mut inner.held) {
            if let Some(state) = inner.domains.get_mut(&domain) {
                all.extend(state.held.drain(..));
            }
        }
        drop(inner);
        self.room.notify_one();
        all
    }

    /// Nothing is taken any more.
    pub fn close(&self) {
        self.inner().closed = true;
        self.news.iter().for_each(Notify::notify_waiters);
    }
}

/// How long a domain is left alone that asked for less so many times.
fn pause(level: i32) -> TimeDelta {
    (FIRST_PAUSE * 2_i32.pow(level.clamp(1, HIGHEST_LEVEL) as u32 - 1)).min(LONGEST_PAUSE)
}

impl<T> Inner<T> {
    /// The next message whose domain is free. Those whose domain is not are held, in their order.
    fn next(&mut self, share: Share, now: Moment) -> Option<(String, T)> {
        let mut free = None;
        for domain in &self.held {
            if self.domains.get(domain).is_some_and(|state| state.is_free(share, now)) {
                free = Some(domain.clone());
                break;
            }
        }
        if let Some(domain) = free
            && let Some(state) = self.domains.get_mut(&domain)
            && let Some(message) = state.held.pop_front()
        {
            state.depart(share, now);
            if state.held.is_empty() {
                self.held.remove(&domain);
            }
            return Some((domain, message));
        }
        while let Some((domain, message)) = self.ready.pop_front() {
            let Some(state) = self.domains.get_mut(&domain) else {
                return Some((domain, message));
            };
            if !state.is_limited() || state.is_free(share, now) {
                state.depart(share, now);
                return Some((domain, message));
            }
            state.held.push_back(message);
            self.held.insert(domain);
        }
        None
    }

    fn landed(&mut self, domain: &str) {
        let Some(state) = self.domains.get_mut(domain) else { return };
        state.flying = state.flying.saturating_sub(1);
        if state.flying == 0 && state.held.is_empty() && !state.is_limited() {
            self.domains.remove(domain);
        }
    }

    /// Of the relays that wait for a message, the one that is furthest behind its part of the mail.
    fn whose_turn(&self) -> Option<usize> {
        let next = |turn: &Turn| turn.given + 1.0 / turn.weight;
        let waiting = self.lanes.iter().enumerate().filter(|(_, turn)| turn.waiting > 0);
        waiting.min_by(|(_, a), (_, b)| next(a).total_cmp(&next(b))).map(|(lane, _)| lane)
    }

    fn given(&mut self, lane: usize) {
        let Some(turn) = self.lanes.get_mut(lane) else { return };
        turn.given += 1.0 / turn.weight;
        let oldest = turn.given - LONGEST_DEBT;
        for turn in &mut self.lanes {
            turn.given = turn.given.max(oldest);
        }
    }
}

/// A connection of a relay that waits for a message.
struct Waiting<'a, T> {
    queue: &'a Queue<T>,
    lane: usize,
}

impl<'a, T> Waiting<'a, T> {
    fn new(queue: &'a Queue<T>, lane: usize) -> Self {
        if let Some(turn) = queue.inner().lanes.get_mut(lane) {
            turn.waiting += 1;
        }
        Self { queue, lane }
    }
}

impl<T> Drop for Waiting<'_, T> {
    fn drop(&mut self) {
        let mut inner = self.queue.inner();
        if let Some(turn) = inner.lanes.get_mut(self.lane) {
            turn.waiting = turn.waiting.saturating_sub(1);
        }
        // A word that was meant for it is passed on.
        self.queue.wake(&inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(domain: &str, connections: Option<usize>, per_second: Option<f64>) -> Queue<i32> {
        let mut limits = Domains::default();
        limits.set(domain, DomainLimits { connections, per_second });
        Queue::new(limits, 1_000, [3, 1].into_iter())
    }

    fn now() -> Moment {
        Moment::new(DateTime::from_timestamp(1_795_000_000, 0).unwrap())
    }

    fn next(queue: &Queue<i32>, now: Moment) -> Option<(String, i32)> {
        queue.inner().next(Share::ALONE, now)
    }

    #[test]
    fn a_domain_gets_no_more_at_once_than_it_may_and_others_go_on() {
        let (queue, now) = (queue("a.se", Some(2), None), now());
        for message in 0..4 {
            assert_eq!(queue.place("a.se", message, Share::ALONE, now), Placed::Queued);
        }
        queue.place("b.se", 9, Share::ALONE, now);
        let taken: Vec<i32> = std::iter::from_fn(|| next(&queue, now)).map(|(_, message)| message).collect();
        assert_eq!(taken, [0, 1, 9]);
        queue.landed("a.se", Duration::from_millis(10));
        assert_eq!(next(&queue, now), Some(("a.se".into(), 2)));
        assert_eq!(next(&queue, now), None);
        assert_eq!(queue.drain(), [3], "what is held is handed back too");
    }

    #[test]
    fn what_finds_no_room_comes_back_one_after_the_other() {
        let (queue, now) = (queue("*", None, Some(10.0)), now());
        let placed: Vec<_> = (0..30).map(|message| queue.place("a.se", message, Share::ALONE, now)).collect();
        // Nothing has left yet, so all thirty wait for a connection; the rate is kept when they leave.
        assert!(placed.iter().all(|placed| *placed == Placed::Queued));
        let mut at = now;
        assert!(next(&queue, at).is_some() && next(&queue, at).is_none());
        at.steady += Duration::from_millis(100);
        assert!(next(&queue, at).is_some() && next(&queue, at).is_none());
        let later: Vec<_> = (0..3)
            .map(|message| match queue.place("a.se", message, Share::ALONE, now) {
                Placed::Later(_, at) => (at - now.wall).num_milliseconds(),
                Placed::Queued => panic!("there is no room"),
            })
            .collect();
        assert_eq!((later[1] - later[0], later[2] - later[1]), (100, 100));
    }

    #[test]
    fn a_domain_that_asks_for_less_is_left_alone_and_gets_more_step_by_step() {
        let (queue, mut at) = (queue("x.se", None, None), now());
        queue.slow_down("a.se", at.wall);
        assert_eq!(queue.slow_down("a.se", at.wall), None, "the same word again");
        assert_eq!(queue.thanked("a.se", at.wall), None, "it was on its way");
        assert_eq!(queue.place("a.se", 1, Share::ALONE, at), Placed::Later(1, at.wall + FIRST_PAUSE));
        queue.place("b.se", 2, Share::ALONE, at);
        assert_eq!(next(&queue, at), Some(("b.se".into(), 2)));
        at.wall += FIRST_PAUSE;
        for message in 3..6 {
            assert_eq!(queue.place("a.se", message, Share::ALONE, at), Placed::Queued);
        }
        assert_eq!(next(&queue, at), Some(("a.se".into(), 3)));
        assert_eq!(next(&queue, at), None, "one at a time");
        assert_eq!(queue.slow_down("a.se", at.wall).map(|slow| slow.until), Some(at.wall + FIRST_PAUSE * 2));
        queue.landed("a.se", Duration::from_millis(10));
        at.wall += FIRST_PAUSE * 2;
        assert_eq!(next(&queue, at), Some(("a.se".into(), 4)));
        assert_eq!(
            (
                queue.thanked("a.se", at.wall).map(|slow| slow.level),
                queue.thanked("a.se", at.wall).map(|slow| slow.level)
            ),
            (Some(1), Some(0))
        );
        assert_eq!(queue.thanked("a.se", at.wall), None, "it is as before");
        assert_eq!(next(&queue, at), Some(("a.se".into(), 5)));
    }

    #[test]
    fn relays_get_their_part() {
        let queue = queue("x.se", None, None);
        let mut inner = queue.inner();
        inner.lanes.iter_mut().for_each(|turn| turn.waiting = 1);
        let mut given = [0, 0];
        for _ in 0..40 {
            let lane = inner.whose_turn().unwrap();
            inner.given(lane);
            given[lane] += 1;
        }
        assert!((29..=31).contains(&given[0]), "{given:?}");
        inner.lanes[1].waiting = 0;
        assert!((0..100).all(|_| {
            let turn = inner.whose_turn();
            inner.given(0);
            turn == Some(0)
        }));
        inner.lanes[1].waiting = 1;
        assert!(
            inner.lanes[0].given - inner.lanes[1].given <= LONGEST_DEBT + 1e-6,
            "old debts are forgotten"
        );
    }

    #[tokio::test]
    async fn a_connection_waits_for_a_message_and_for_the_end() {
        let queue = queue("x.se", None, None);
        let take = || queue.take(0, || Share::ALONE, now);
        let place = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            queue.place("a.se", 1, Share::ALONE, now());
        };
        let (taken, ()) = tokio::join!(take(), place);
        assert_eq!(taken, Some(("a.se".into(), 1)));
        queue.close();
        assert_eq!(take().await, None);
    }
}
