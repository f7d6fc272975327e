//! Opens and clicks, counted per campaign, language, link and hour. No person and no address of a computer is in
//! what is counted (product P35).
//!
//! Of people who agreed to be measured, what they did is kept beside the sums ([`contacts::Engagement`]). Whether
//! they still agree is asked when it is written, so that taking the agreement back covers mails that were sent.
//!
//! Beside the sums stands by what it was asked for, in coarse words that tell people and machines apart ([`Class`]).
//!
//! An event is added up in memory and the answer goes out at once; a task writes what there is, commits at most 200 ms
//! apart, and once more when the process stops.
//!
//! Owns the tables `tracking_tallies` and `tracking_signals`.

mod bursts;
mod signals;
mod store;
mod totals;
pub mod trial;
mod written;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, DurationRound, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use bursts::Recent;
use signals::{Age, Sign};

use crate::campaign;
use crate::contacts::{Engagement, PIXEL};
use crate::db::{Database, Error};
use crate::kernel::language::Language;

pub use signals::{Asker, Class};
pub use totals::{Classes, LinkTotals, Totals, by_hour, by_link, totals, totals_by_variant};

/// The hidden link's number among a campaign's links: see [`crate::links::TRAP`].
const TRAP: i32 = i32::MAX;

/// How long events wait for company before they are written; with the time of the commit less than 200 ms.
const PERIOD: Duration = Duration::from_millis(150);

/// How long a failed write waits for the database to come back.
const AFTER_FAULT: Duration = Duration::from_secs(1);

/// How many links are remembered; a few campaigns' worth is asked for at any time.
const LINKS_REMEMBERED: usize = 20_000;

/// How many events of people wait at most: more than come in while the database is away for a while. What goes
/// beyond is counted in the sums alone.
const PEOPLE_WAITING: usize = 200_000;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Tally {
    campaign: i64,
    language: Language,
    link: i32,
    hour: NaiveDateTime,
}

/// By what something was asked for; these are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Signal {
    campaign: i64,
    language: Language,
    link: i32,
    day: NaiveDate,
    family: &'static str,
    sign: Sign,
    age: Age,
}

/// Something that happened with one person's mail.
#[derive(Debug, Clone)]
struct Event {
    campaign: i64,
    language: Language,
    link: i32,
    contact: i64,
    at: DateTime<Utc>,
    asker: Asker,
}

impl Event {
    fn mail(&self) -> bursts::Mail {
        (self.campaign, self.contact)
    }

    fn signal(&self, age: Age) -> Signal {
        Signal {
            campaign: self.campaign,
            language: self.language,
            link: self.link,
            day: self.at.date_naive(),
            family: self.asker.family,
            sign: if self.link == TRAP { Sign::Trap } else { self.asker.sign },
            age,
        }
    }

    /// As something that a person did.
    fn by(&self, contact: i64) -> Engagement {
        Engagement {
            contact_id: contact,
            campaign_id: self.campaign,
            did: written::deed(self.link),
            language: self.language,
            link: self.link,
            happened_at: hour_of(self.at),
        }
    }
}

/// What is not written yet.
#[derive(Default)]
struct Waiting {
    sums: HashMap<Tally, i64>,
    signals: HashMap<Signal, i64>,
    /// What happened with mails that were measured.
    people: Vec<Event>,
}

/// One link of a campaign in one language.
type LinkKey = (i64, Language, i64);

/// Counts events and writes the sums.
#[derive(Clone)]
pub struct Tracker(Arc<Inner>);

struct Inner {
    db: Database,
    waiting: Mutex<Waiting>,
    recent: Mutex<Recent>,
    links: Mutex<HashMap<LinkKey, Arc<str>>>,
    arrived: Notify,
    stop: CancellationToken,
}

impl Tracker {
    /// A tracker that writes to `db` once it is [started](Self::start).
    #[must_use]
    pub fn new(db: Database) -> Self {
        Self(Arc::new(Inner {
            db,
            waiting: Mutex::default(),
            recent: Mutex::default(),
            links: Mutex::default(),
            arrived: Notify::new(),
            stop: CancellationToken::new(),
        }))
    }

    /// Writes from now on. The task ends after [`Tracker::stop`], when everything is written.
    pub fn start(&self) -> JoinHandle<()> {
        let tracker = self.clone();
        tokio::spawn(async move {
            while !tracker.0.stop.is_cancelled() {
                tokio::select! {
                    () = tracker.0.arrived.notified() => {}
                    () = tracker.0.stop.cancelled() => break,
                }
                tracker.0.pause(PERIOD).await;
                if let Err(error) = tracker.flush().await {
                    tracing::warn!(%error, "opens and clicks could not be written; they are kept and tried again");
                    tracker.0.arrived.notify_one();
                    tracker.0.pause(AFTER_FAULT).await;
                }
            }
            if let Err(error) = tracker.flush().await {
                tracing::error!(%error, "the last opens and clicks were lost");
            }
        })
    }

    /// Asks the writing task to write what is left and end.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// Counts that a campaign's mail, in this variant, was opened; `reader` is whose mail it was, where that is measured.
    pub fn opened(
        &self,
        campaign: i64,
        language: Language,
        variant: u32,
        reader: Option<i64>,
        asker: Asker,
        now: DateTime<Utc>,
    ) {
        // The pixel of variant 0 is -1, that of variant 1 is -2 and so on.
        self.count(campaign, language, PIXEL.saturating_sub_unsigned(variant), reader, asker, now);
    }

    /// Where a link of a campaign leads; the click is counted if it leads anywhere. `reader` is whose mail it was,
    /// where that is measured.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn clicked(
        &self,
        key: LinkKey,
        reader: Option<i64>,
        asker: Asker,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<str>>, Error> {
        let address = self.address(key).await?;
        let (campaign, language, link) = key;
        if let (Some(_), Ok(link)) = (&address, i32::try_from(link)) {
            self.count(campaign, language, link, reader, asker, now);
        }
        Ok(address)
    }

    /// Counts that the hidden link of a mail was followed.
    pub fn trapped(
        &self,
        campaign: i64,
        language: Language,
        reader: Option<i64>,
        asker: Asker,
        now: DateTime<Utc>,
    ) {
        self.count(campaign, language, TRAP, reader, asker, now);
    }

    /// Where a link of a campaign leads. Waits for the database once for each link.
    async fn address(&self, key: LinkKey) -> Result<Option<Arc<str>>, Error> {
        if let Some(known) = lock(&self.0.links).get(&key) {
            return Ok(Some(known.clone()));
        }
        let (campaign, language, link) = key;
        let stored = self.0.db.read(move |conn| campaign::link(conn, campaign, language, link)).await;
        let found: Option<Arc<str>> = stored.map_err(database_error)?.map(Into::into);
        if let Some(address) = &found {
            let mut links = lock(&self.0.links);
            if links.len() >= LINKS_REMEMBERED {
                links.clear();
            }
            links.insert(key, address.clone());
        }
        Ok(found)
    }

    fn count(
        &self,
        campaign: i64,
        language: Language,
        link: i32,
        reader: Option<i64>,
        asker: Asker,
        now: DateTime<Utc>,
    ) {
        let mut waiting = lock(&self.0.waiting);
        // A HEAD fetches nothing.
        if asker.sign != Sign::Head && link != TRAP {
            *waiting.sums.entry(Tally { campaign, language, link, hour: hour_of(now) }).or_default() += 1;
        }
        let contact = reader.unwrap_or_default();
        let event = Event { campaign, language, link, contact, at: now, asker };
        if reader.is_some() && waiting.people.len() < PEOPLE_WAITING {
            waiting.people.push(event);
        } else {
            *waiting.signals.entry(event.signal(Age::Unknown)).or_default() += 1;
        }
        drop(waiting);
        self.0.arrived.notify_one();
    }

    /// Writes everything that was counted so far.
    ///
    /// # Errors
    /// Those of the database, after which everything is still counted.
    pub async fn flush(&self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut *lock(&self.0.waiting));
        if waiting.signals.is_empty() && waiting.people.is_empty() {
            return Ok(());
        }
        let latest = waiting.people.last().map(|event| event.at);
        let (kept, recent) = (Arc::new(waiting), lock(&self.0.recent).clone());
        let writing = kept.clone();
        match self.0.db.write(move |conn| written::write(conn, &writing, recent)).await {
            Ok(mut recent) => {
                if let Some(latest) = latest {
                    recent.forget(latest);
                    *lock(&self.0.recent) = recent;
                }
                Ok(())
            }
            Err(error) => {
                let mut waiting = lock(&self.0.waiting);
                for (tally, amount) in &kept.sums {
                    *waiting.sums.entry(*tally).or_default() += amount;
                }
                for (signal, amount) in &kept.signals {
                    *waiting.signals.entry(*signal).or_default() += amount;
                }
                waiting.people.splice(0..0, kept.people.iter().cloned());
                Err(error)
            }
        }
    }
}

impl Inner {
    async fn pause(&self, period: Duration) {
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = self.stop.cancelled() => {}
        }
    }
}

fn hour_of(at: DateTime<Utc>) -> NaiveDateTime {
    at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at).naive_utc()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn database_error(error: campaign::Error) -> Error {
    match error {
        campaign::Error::Database(error) => error,
        other => Error::Unavailable(other.to_string()),
    }
}
