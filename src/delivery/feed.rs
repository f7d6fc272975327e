//! Keeps the queue filled, taking turns among the campaigns that are being sent.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::connection::Job;
use super::deferred;
use super::engine::{Engine, LOOK};
use super::job::{self, CampaignJob};
use super::ledger::{self, Tally};
use super::limits::queue::Placed;
use crate::campaign;
use crate::kernel::email_address::EmailAddress;
use crate::preferences::pressure::{self, Cap};

/// What is remembered from one look to the next.
#[derive(Default)]
struct Feeder {
    /// Campaigns that are ready, by variant; `None` is what everybody gets who is in no sample.
    known: HashMap<(i64, Option<i32>), Arc<CampaignJob>>,
    /// The caps that they were prepared with.
    caps: Vec<Cap>,
    /// Campaigns of which rows may be leased to us without our knowing, because an answer of the database was lost.
    doubtful: HashSet<i64>,
}

/// Fills the queue until told to stop, and closes it.
pub(super) async fn feed(engine: &Arc<Engine>, owner: &Arc<str>, stop: &CancellationToken) {
    let mut feeder = Feeder::default();
    while !stop.is_cancelled() {
        let mut fed = false;
        match feed_once(engine, owner, &mut feeder, stop).await {
            Ok(some) => {
                fed = some;
                if fed {
                    engine.db.found_full(false);
                }
            }
            Err(error) => {
                engine.db.found_full(error.is_full());
                tracing::error!(%error, "messages could not be claimed; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        if !fed {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK / 2) => {}
            }
        }
    }
    engine.queue.close();
}

async fn feed_once(
    engine: &Arc<Engine>,
    owner: &Arc<str>,
    feeder: &mut Feeder,
    stop: &CancellationToken,
) -> Result<bool, Error> {
    if !engine.can_send() {
        // Others may be able to send what waits here, and nothing is to be held through the night.
        hand_back(engine, owner, feeder).await?;
        return Ok(false);
    }
    let (sending, caps) =
        engine.db.read(|conn| Ok::<_, Error>((campaign::sending(conn)?, pressure::caps(conn)?))).await?;
    if caps != feeder.caps {
        // What is set or taken away holds for campaigns that are under way, and for what waits here.
        hand_back(engine, owner, feeder).await?;
        feeder.known.clear();
        feeder.caps = caps;
    }
    feeder.known.retain(|(id, _), _| sending.contains(id));
    let mut fed = false;
    for id in sending {
        tokio::select! {
            () = stop.cancelled() => return Ok(false),
            () = engine.queue.has_room() => {}
            // It may be that nothing can be sent any more.
            () = tokio::time::sleep(Duration::from_millis(500)) => return Ok(false),
        }
        let doubtful = feeder.doubtful.contains(&id);
        let result = feed_campaign(engine, owner, &mut feeder.known, id, doubtful).await;
        if result.is_err() {
            feeder.doubtful.insert(id)
        } else {
            feeder.doubtful.remove(&id)
        };
        fed |= result?;
    }
    Ok(fed)
}

/// Hands back what waits in the queue.
async fn hand_back(engine: &Arc<Engine>, owner: &Arc<str>, feeder: &mut Feeder) -> Result<(), Error> {
    let waiting = engine.queue.drain();
    if waiting.is_empty() {
        return Ok(());
    }
    let rows: Vec<i64> = waiting.iter().map(|job| job.row.id).collect();
    for row in &rows {
        engine.held().remove(row);
    }
    let name = owner.clone();
    let released = engine.db.write(move |conn| ledger::release(conn, &rows, &name)).await;
    if released.is_err() {
        feeder.doubtful.extend(waiting.iter().map(|job| job.campaign.id));
    }
    released
}

/// Claims messages of one campaign and queues them; those whose domain has enough come back later.
async fn feed_campaign(
    engine: &Arc<Engine>,
    owner: &Arc<str>,
    known: &mut HashMap<(i64, Option<i32>), Arc<CampaignJob>>,
    id: i64,
    doubtful: bool,
) -> Result<bool, Error> {
    let (name, limit) = (owner.clone(), engine.claim() as i64);
    let rows = if doubtful {
        let mut rows = engine.db.read(move |conn| ledger::leased(conn, id, &name)).await?;
        let held = engine.held();
        rows.retain(|row| !held.contains(&row.id));
        rows
    } else {
        engine.db.write(move |conn| ledger::claim(conn, id, &name, limit)).await?
    };
    if rows.is_empty() {
        return Ok(false);
    }
    for row in &rows {
        if let Entry::Vacant(unknown) = known.entry((id, row.variant)) {
            unknown.insert(prepare(engine, id, row.variant).await?);
        }
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.contact_id).collect();
    let Some(job) = rows.first().and_then(|row| known.get(&(id, row.variant))).cloned() else {
        return Ok(false);
    };
    // Whom a campaign measures is the same in every variant.
    let mut people = engine.db.read(move |conn| job.people(conn, &ids)).await?;
    let mut unusable: Vec<i64> = Vec::new();
    let mut later: Vec<(i64, NaiveDateTime)> = Vec::new();
    let (share, now) = (engine.share.now(), engine.moment());
    for row in rows {
        let person = people.remove(&row.contact_id);
        let campaign = known.get(&(id, row.variant));
        let (Some(campaign), Some(person), Ok(to)) = (campaign, person, EmailAddress::parse(&row.email))
        else {
            unusable.push(row.id);
            continue;
        };
        let domain = to.domain().to_lowercase();
        let row_id = row.id;
        engine.held().insert(row_id);
        let job = Job { campaign: campaign.clone(), row, to, person };
        if let Placed::Later(job, at) = engine.queue.place(&domain, job, share, now) {
            engine.held().remove(&row_id);
            later.push((job.row.id, at.naive_utc()));
        }
    }
    if !unusable.is_empty() || !later.is_empty() {
        let (name, now) = (owner.clone(), now.wall.naive_utc());
        engine
            .db
            .write(move |conn| {
                ledger::release(conn, &unusable, &name)?;
                let mut tally = Tally::default();
                deferred::postpone(conn, id, &later, &name, now, &mut tally)?;
                tally.write(conn, &name)
            })
            .await?;
    }
    Ok(true)
}

/// Compiles what somebody with this variant gets; without one it is the winner of the trial, or the one text there is.
async fn prepare(engine: &Arc<Engine>, id: i64, variant: Option<i32>) -> Result<Arc<CampaignJob>, Error> {
    let shared = engine.clone();
    let now = engine.clock.now();
    engine
        .db
        .read(move |conn| {
            let stored = campaign::find(conn, id)?;
            let winner = campaign::trial::find(conn, id)?.and_then(|trial| trial.winner);
            let variant = variant.or(winner).unwrap_or_default();
            let (layouts, urls) = (&shared.layouts, &shared.urls);
            job::prepare(conn, &stored, variant, layouts, urls, shared.return_path.as_deref(), now)
        })
        .await
        .map(Arc::new)
}
