//! Counting in the background, and keeping the numbers of those who are erased.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use chrono::{NaiveDateTime, TimeDelta};

use super::groups::{Events, Numbers, add};
use super::{Dimension, Measure, store};
use crate::bounce::{self, Class};
use crate::campaign::{self, Tracking};
use crate::contacts::Deed;
use crate::db::{Conn, Database, Error};
use crate::delivery::DeliveryState;
use crate::kernel::clock::Clock;

/// Rows that are looked at in one go.
const CHUNK: i64 = 2_000;

/// The states of rows of people to whom the campaign was to go.
const STATES: [DeliveryState; 5] = [
    DeliveryState::Sent,
    DeliveryState::Failed,
    DeliveryState::Deferred,
    DeliveryState::Queued,
    DeliveryState::Sending,
];

/// A campaign rests this many times as long as it took to count it.
const REST: i64 = 20;

/// Campaigns that ended so long ago are looked at each time.
const LATELY: TimeDelta = TimeDelta::days(3);

/// Those that ended so long ago are looked at now and then.
const EVER: TimeDelta = TimeDelta::days(400);

/// Counts what became of groups of people. It only reads until it writes down the numbers, so nobody waits for it.
#[derive(Clone)]
pub struct Counter {
    /// The database.
    pub db: Database,
    /// The time.
    pub clock: Clock,
}

impl Counter {
    /// Counts every campaign of which something has happened since it was counted; tells how many. With `all`, those
    /// that ended long ago are looked at too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn run(&self, all: bool) -> Result<usize, Error> {
        let now = self.clock.now().naive_utc();
        let since = now - if all { EVER } else { LATELY };
        let mut counted = 0;
        for campaign in self.db.read(move |conn| store::launched(conn, since)).await? {
            counted += usize::from(self.count(campaign).await?);
        }
        Ok(counted)
    }

    async fn count(&self, campaign: i64) -> Result<bool, Error> {
        let (began, now) = (Instant::now(), self.clock.now().naive_utc());
        let (last, fingerprint) = self
            .db
            .read(move |conn| {
                Ok::<_, Error>((store::count_of(conn, campaign)?, store::fingerprint(conn, campaign)?))
            })
            .await?;
        let erasures = last.as_ref().map_or(0, |last| last.erasures);
        if let Some(last) = &last {
            let rested = now - last.counted_at >= TimeDelta::milliseconds(last.milliseconds * REST);
            if last.fingerprint == fingerprint || !rested {
                return Ok(false);
            }
        }
        let (events, mut numbers) = self.db.read(move |conn| happened(conn, campaign)).await?;
        let events = std::sync::Arc::new(events);
        for state in STATES {
            let mut after = 0;
            loop {
                let events = events.clone();
                let (some, last) = self
                    .db
                    .read(move |conn| {
                        let rows = store::rows(conn, campaign, state, after, CHUNK)?;
                        let mut numbers = Numbers::new();
                        add(conn, &rows, &events, &mut numbers)?;
                        Ok::<_, Error>((numbers, rows.last().map(|row| row.id)))
                    })
                    .await?;
                some.into_iter().for_each(|(key, amount)| *numbers.entry(key).or_default() += amount);
                let Some(last) = last else { break };
                after = last;
            }
        }
        let milliseconds = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.db
            .write(move |conn| {
                // Somebody was erased meanwhile: they may be in these numbers and among those that are kept.
                if store::count_of(conn, campaign)?.map_or(0, |last| last.erasures) != erasures {
                    return Ok(false);
                }
                store::replace(conn, campaign, &numbers)?;
                store::set_count(
                    conn,
                    &store::Count {
                        campaign_id: campaign,
                        fingerprint,
                        erasures,
                        counted_at: now,
                        milliseconds,
                    },
                )?;
                Ok::<_, Error>(true)
            })
            .await
    }
}

/// What happened after the sending, and what people chose when they left.
fn happened(conn: &mut Conn, campaign: i64) -> Result<(Events, Numbers), Error> {
    let tracking = campaign::find(conn, campaign).map(|stored| stored.campaign.tracking());
    let individual = matches!(tracking, Ok(Tracking::Individual));
    let mut events = Events { individual, ..Events::default() };
    for (delivery, class, at) in bounce::of_campaign(conn, campaign)? {
        let kind = if class == Class::None { &mut events.complained } else { &mut events.bounced };
        kind.entry(delivery).or_insert(at);
    }
    let mut numbers = Numbers::new();
    for (contact, scope, at) in store::refusals(conn, campaign)? {
        if let Some(contact) = contact {
            events.left.entry(contact).or_insert(at);
        }
        // "unit:3" and "unit:4" are the same choice.
        let choice = scope.split(':').next().unwrap_or_default().to_owned();
        *numbers.entry((Dimension::Choice, choice, Measure::Unsubscribed)).or_default() += 1;
    }
    if individual {
        for (contact, did) in store::did(conn, campaign)? {
            match did {
                Deed::Opened => events.opened.insert(contact),
                Deed::Clicked => events.clicked.insert(contact),
            };
        }
    }
    Ok((events, numbers))
}

/// Keeps the numbers of people who are about to be erased, in the transaction that erases them and before anybody
/// forgets them.
///
/// # Errors
/// Those of the database.
pub fn keep(conn: &mut Conn, people: &[i64], now: NaiveDateTime) -> Result<(), Error> {
    let mut of_campaigns: BTreeMap<i64, Vec<store::Row>> = BTreeMap::new();
    for (campaign, row) in store::rows_of(conn, people)? {
        of_campaigns.entry(campaign).or_default().push(row);
    }
    for (campaign, mut rows) in of_campaigns {
        // Skipped people are in no group; what waits will be skipped.
        rows.retain(|row| matches!(row.state, DeliveryState::Sent | DeliveryState::Failed));
        if rows.is_empty() {
            continue;
        }
        let tracking = campaign::find(conn, campaign).map(|stored| stored.campaign.tracking());
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut events = Events {
            individual: matches!(tracking, Ok(Tracking::Individual)),
            left: store::left(conn, campaign, people)?,
            ..Events::default()
        };
        for bounce in bounce::of_deliveries(conn, &ids)? {
            let kind = if bounce.class == Class::None { &mut events.complained } else { &mut events.bounced };
            kind.extend(bounce.delivery_id.map(|delivery| (delivery, bounce.received_at)));
        }
        if events.individual {
            for (contact, did) in store::did_of(conn, campaign, people)? {
                match did {
                    Deed::Opened => events.opened.insert(contact),
                    Deed::Clicked => events.clicked.insert(contact),
                };
            }
        }
        let mut numbers = Numbers::new();
        add(conn, &rows, &events, &mut numbers)?;
        store::keep(conn, campaign, &numbers)?;
        store::note_erasure(conn, campaign, now)?;
    }
    Ok(())
}

/// By dimension and value, how many people did what.
pub(super) type Found = HashMap<Dimension, BTreeMap<String, BTreeMap<Measure, i64>>>;

/// The numbers of a campaign, those of the erased included, and when they were counted.
pub(super) fn numbers(conn: &mut Conn, campaign: i64) -> Result<(Option<NaiveDateTime>, Found), Error> {
    let counted_at = store::count_of(conn, campaign)?.map(|count| count.counted_at);
    let mut found = Found::new();
    for (dimension, value, measure, amount) in store::groups(conn, campaign)? {
        let measures = found.entry(dimension).or_default().entry(value).or_default();
        *measures.entry(measure).or_default() += amount;
    }
    Ok((counted_at, found))
}
