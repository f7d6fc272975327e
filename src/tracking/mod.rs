//! Opens and clicks, counted per campaign, language, link and hour. No person and no address of a computer is in
//! what is counted (product P35).
//!
//! Of people who agreed to be measured, what they did is kept beside the sums ([`contacts::Engagement`]). Whether
//! they still agree is asked when it is written, so that taking the agreement back covers mails that were sent.
//!
//! An event is added up in memory and the answer goes out at once; a task writes what there is, at most every 200 ms
//! and once more when the process stops.
//!
//! Owns the table `tracking_tallies`.

mod store;
pub mod trial;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::campaign;
use crate::contacts::{Deed, Engagement, PIXEL};
use crate::db::{Conn, Database, Error};
use crate::kernel::language::Language;

/// How long events wait for company before they are written.
const PERIOD: Duration = Duration::from_millis(200);

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

/// What is not written yet.
#[derive(Default)]
struct Waiting {
    sums: HashMap<Tally, i64>,
    /// What people did whose mail was measured; once for each hour.
    people: HashSet<Engagement>,
}

/// One link of a campaign in one language.
type LinkKey = (i64, Language, i64);

/// Counts events and writes the sums.
#[derive(Clone)]
pub struct Tracker(Arc<Inner>);

struct Inner {
    db: Database,
    waiting: Mutex<Waiting>,
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
        now: DateTime<Utc>,
    ) {
        // The pixel of variant 0 is -1, that of variant 1 is -2 and so on.
        self.count(campaign, language, PIXEL.saturating_sub_unsigned(variant), reader, now);
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
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<str>>, Error> {
        let address = self.address(key).await?;
        let (campaign, language, link) = key;
        if let (Some(_), Ok(link)) = (&address, i32::try_from(link)) {
            self.count(campaign, language, link, reader, now);
        }
        Ok(address)
    }

    /// Where a link of a campaign leads, without counting.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn address(&self, key: LinkKey) -> Result<Option<Arc<str>>, Error> {
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

    fn count(&self, campaign: i64, language: Language, link: i32, reader: Option<i64>, now: DateTime<Utc>) {
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now).naive_utc();
        let mut waiting = lock(&self.0.waiting);
        *waiting.sums.entry(Tally { campaign, language, link, hour }).or_default() += 1;
        if let Some(contact_id) = reader
            && waiting.people.len() < PEOPLE_WAITING
        {
            waiting.people.insert(Engagement {
                contact_id,
                campaign_id: campaign,
                did: if link <= PIXEL { Deed::Opened } else { Deed::Clicked },
                language,
                link,
                happened_at: hour,
            });
        }
        drop(waiting);
        self.0.arrived.notify_one();
    }

    /// Writes everything that was counted so far.
    ///
    /// # Errors
    /// Those of the database, after which everything is still counted.
    pub async fn flush(&self) -> Result<(), Error> {
        let Waiting { sums, people } = std::mem::take(&mut *lock(&self.0.waiting));
        // Nobody is in `people` without being in the sums.
        if sums.is_empty() {
            return Ok(());
        }
        let kept = Arc::new((sums, people));
        let written = kept.clone();
        let written = self
            .0
            .db
            .write(move |conn| {
                store::add(conn, &written.0)?;
                store::keep(conn, &written.1)
            })
            .await;
        if written.is_err() {
            let mut waiting = lock(&self.0.waiting);
            for (tally, amount) in &kept.0 {
                *waiting.sums.entry(*tally).or_default() += amount;
            }
            waiting.people.extend(kept.1.iter().cloned());
        }
        written
    }
}

/// How often a campaign was opened and clicked, by everybody and everything together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Totals {
    /// Open pixels that were fetched.
    pub opens: i64,
    /// Links that were followed.
    pub clicks: i64,
}

/// What was counted of a campaign.
///
/// # Errors
/// Those of the database.
pub fn totals(conn: &mut Conn, campaign: i64) -> Result<Totals, Error> {
    let mut totals = Totals::default();
    for (_, link, amount) in store::sums(conn, campaign)? {
        *if link <= PIXEL { &mut totals.opens } else { &mut totals.clicks } += amount;
    }
    Ok(totals)
}

/// What was counted of a campaign by variant of its trial.
///
/// # Errors
/// Those of the database.
pub fn totals_by_variant(conn: &mut Conn, campaign: i64) -> Result<BTreeMap<i32, Totals>, Error> {
    let mut totals: BTreeMap<i32, Totals> = BTreeMap::new();
    for (_, link, amount) in store::sums(conn, campaign)? {
        let of_variant = totals.entry(campaign::trial::variant_of(link)).or_default();
        *if link <= PIXEL { &mut of_variant.opens } else { &mut of_variant.clicks } += amount;
    }
    Ok(totals)
}

impl Inner {
    async fn pause(&self, period: Duration) {
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = self.stop.cancelled() => {}
        }
    }
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
