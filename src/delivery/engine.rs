//! The tasks of a sending process: a scheduler, a feeder, the ledger's writer, the connections of every relay, and one
//! that tells how it goes.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connection::{self, Job};
use super::ledger::{self, Tally};
use super::limits::Moment;
use super::limits::lane::Lane;
use super::limits::queue::Queue;
use super::limits::share::Shared;
use super::live::{self, Flows};
use super::sample;
use super::{Error, deferred, feed, freeze, job, limits, processes, writer};
use crate::campaign;
use crate::campaign::trial::Plan;
use crate::config::{Config, QuietHours};
use crate::content::Layouts;
use crate::db::Database;
use crate::kernel::clock::Clock;
use crate::links::{Signer, Urls};
use crate::mail::dkim::DkimSigner;
use crate::mail::relay::Relay;

/// How often the scheduler looks for what is due: a launch in another process starts within half a second.
pub(super) const LOOK: Duration = Duration::from_millis(200);
/// How often a process says that it lives, and how long it is believed.
const HEARTBEAT: Duration = Duration::from_secs(1);
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// How often rows are looked for whose owner is gone without a trace.
const SWEEP: Duration = Duration::from_secs(60);
/// The lease of the one process that schedules, and how long it holds.
const SCHEDULER: &str = "scheduler";
const SCHEDULES: TimeDelta = TimeDelta::seconds(10);
/// How often it is told how sending goes.
const TELL: Duration = Duration::from_secs(1);
/// Rows leased at once for each connection, and at most: enough that connections never wait, few enough that
/// other workers get their share and a pause finds little to hand back.
const CLAIM_PER_CONNECTION: usize = 12;
const LARGEST_CLAIM: usize = 250;

/// What sending needs.
pub struct Engine {
    pub(super) db: Database,
    pub(super) clock: Clock,
    pub(super) layouts: Arc<Layouts>,
    pub(super) urls: Urls,
    pub(super) lanes: Vec<Lane>,
    pub(super) queue: Queue<Job>,
    pub(super) share: Shared,
    pub(super) flows: Flows,
    /// Signs what goes out.
    pub(super) dkim: DkimSigner,
    /// Rows that wait here or are on their way. A row that is leased to this process and not among them was leased by a
    /// transaction whose answer was lost.
    held: Mutex<HashSet<i64>>,
    /// The domain of bounce addresses.
    pub(super) return_path: Option<String>,
    pub(super) time_zone: Tz,
    quiet_hours: Option<QuietHours>,
}

impl Engine {
    /// An engine that sends over these relays, which are those of the settings in their order.
    #[must_use]
    pub fn new(
        config: &Config,
        relays: Vec<Relay>,
        dkim: DkimSigner,
        layouts: Arc<Layouts>,
        db: Database,
        clock: Clock,
    ) -> Self {
        let lanes: Vec<Lane> = config
            .relays
            .iter()
            .cloned()
            .zip(relays)
            .map(|(settings, relay)| Lane::new(settings, relay))
            .collect();
        let connections = lanes.iter().map(|lane| lane.settings.connections).sum();
        let weights = lanes.iter().map(|lane| lane.settings.weight);
        Self {
            queue: Queue::new(config.domains.clone(), claim_for(connections), weights),
            share: Shared::new(!db.is_postgres()),
            flows: Flows::default(),
            dkim,
            held: Mutex::default(),
            urls: Urls::new(&config.base_url, Signer::new(config.secret_keys.clone())),
            return_path: config.return_path.clone(),
            time_zone: config.time_zone,
            quiet_hours: config.quiet_hours,
            lanes,
            db,
            clock,
            layouts,
        }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn moment(&self) -> Moment {
        Moment::new(self.clock.now())
    }

    /// How many connections this process may open now.
    pub(super) fn connections(&self) -> usize {
        let share = self.share.now();
        self.lanes.iter().map(|lane| share.part(lane.settings.connections)).sum()
    }

    pub(super) fn claim(&self) -> usize {
        claim_for(self.connections())
    }

    /// Until when no mail starts, if that is so now.
    pub(super) fn quiet_until(&self) -> Option<DateTime<Utc>> {
        self.quiet_hours.as_ref().and_then(|quiet| quiet.until(self.clock.now()))
    }

    /// Whether anything could be sent now, or be tried.
    pub(super) fn can_send(&self) -> bool {
        let (share, now) = (self.share.now(), self.moment());
        self.quiet_until().is_none() && self.lanes.iter().any(|lane| lane.is_usable(share, now))
    }
}

fn claim_for(connections: usize) -> usize {
    (CLAIM_PER_CONNECTION * connections).clamp(1, LARGEST_CLAIM)
}

/// Sends until told to stop; messages in flight are finished, the rest is handed back.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let engine = Arc::new(engine);
    let owner: Arc<str> = data_encoding::HEXLOWER.encode(&engine.clock.random_bytes::<12>()).into();
    // On SQLite one process sends; a second one waits here until the first is gone.
    let _right = loop {
        match engine.db.try_become_sender() {
            Ok(Some(right)) => break right,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "cannot become the sending process; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    };
    let schedules = loop {
        match begin(&engine, &owner).await {
            Ok(schedules) => break schedules,
            Err(error) => tracing::error!(%error, "sending cannot begin; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    };
    let most: usize = engine.lanes.iter().map(|lane| lane.settings.connections).sum();
    let (requests, waiting) = mpsc::channel(4 * most.max(250));
    let writer = tokio::spawn(writer::run(engine.db.clone(), engine.clock.clone(), owner.clone(), waiting));
    let mut connections = JoinSet::new();
    for (lane, one) in engine.lanes.iter().enumerate() {
        for number in 0..one.settings.connections {
            let place = connection::Place { lane, number };
            connections.spawn(connection::run(engine.clone(), place, requests.clone(), stop.clone()));
        }
    }
    drop(requests);
    let scheduler = tokio::spawn(schedule(engine.clone(), owner.clone(), schedules, stop.clone()));
    let told = CancellationToken::new();
    let teller = tokio::spawn(tell(engine.clone(), owner.clone(), told.clone()));
    feed::feed(&engine, &owner, &stop).await;
    while connections.join_next().await.is_some() {}
    let _ = writer.await;
    let _ = scheduler.await;
    told.cancel();
    let _ = teller.await;
    let left: Vec<i64> = engine.queue.drain().into_iter().map(|job| job.row.id).collect();
    let mut unused = Vec::new();
    for lane in &engine.lanes {
        unused.push((lane.settings.clone(), lane.stock.lock().await.rest()));
    }
    let (name, zone, now) = (owner.clone(), engine.time_zone, engine.clock.now());
    let done = engine
        .db
        .write(move |conn| {
            ledger::release(conn, &left, &name)?;
            for (settings, unused) in unused.into_iter().filter(|(_, unused)| *unused > 0) {
                limits::give_back(conn, &settings, zone, unused, now)?;
            }
            limits::let_go(conn, &name)?;
            processes::farewell(conn, &name)
        })
        .await;
    if let Err(error) = done {
        tracing::warn!(%error, "could not hand back what was leased; it is taken over when the lease runs out");
    }
}

/// Says that it lives, and takes over from the dead; tells whether this process schedules.
async fn begin(engine: &Engine, owner: &Arc<str>) -> Result<bool, Error> {
    let alone = !engine.db.is_postgres();
    let at = Instant::now();
    let (name, now) = (owner.clone(), engine.clock.now().naive_utc());
    let (share, schedules) = engine
        .db
        .write(move |conn| {
            processes::heartbeat(conn, &name, now, now + BELIEVED)?;
            let mut tally = Tally::default();
            let found = processes::take_over(conn, &name, alone, true, now, &mut tally)?;
            if found > 0 {
                tracing::info!(messages = found, "took over what an earlier process left");
            }
            tally.write(conn, &name)?;
            limits::forget_dead(conn)?;
            let share = limits::share(conn, &name, false, now)?;
            let schedules = alone || limits::hold(conn, SCHEDULER, &name, now, now + SCHEDULES)?;
            Ok::<_, Error>((share, schedules))
        })
        .await?;
    engine.share.set(share, at);
    Ok(schedules)
}

/// What the scheduler remembers.
struct Schedule {
    owner: Arc<str>,
    /// Whether this process is the one that schedules.
    ours: bool,
    heartbeat: Instant,
    sweep: Instant,
}

/// Freezes what is due, brings deferred messages back, ends what is done, takes over from the dead.
async fn schedule(engine: Arc<Engine>, owner: Arc<str>, ours: bool, stop: CancellationToken) {
    let now = Instant::now();
    let mut schedule = Schedule { owner, ours, heartbeat: now, sweep: now };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = look(&engine, &mut schedule).await {
            tracing::error!(%error, "the scheduler met an error; it goes on with its next look");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn look(engine: &Arc<Engine>, schedule: &mut Schedule) -> Result<(), Error> {
    if schedule.heartbeat.elapsed() >= HEARTBEAT {
        let at = Instant::now();
        let alone = !engine.db.is_postgres();
        let has_one = engine.share.now().part(usize::MAX / 2) > 0;
        let sweep = schedule.sweep.elapsed() >= SWEEP;
        let (owner, now) = (schedule.owner.clone(), engine.clock.now().naive_utc());
        let (share, ours) = engine
            .db
            .write(move |conn| {
                processes::heartbeat(conn, &owner, now, now + BELIEVED)?;
                let mut tally = Tally::default();
                processes::take_over(conn, &owner, false, sweep, now, &mut tally)?;
                tally.write(conn, &owner)?;
                let share = limits::share(conn, &owner, has_one, now)?;
                let ours = alone || limits::hold(conn, SCHEDULER, &owner, now, now + SCHEDULES)?;
                Ok::<_, Error>((share, ours))
            })
            .await?;
        engine.share.set(share, at);
        schedule.ours = ours;
        schedule.heartbeat = at;
        if sweep {
            schedule.sweep = at;
        }
    }
    if !schedule.ours {
        return Ok(());
    }
    freeze_due(engine, &schedule.owner).await?;
    look_after_sending(engine, &schedule.owner).await
}

/// Tells the database how sending goes, and hears of domains that asked another process for less.
async fn tell(engine: Arc<Engine>, owner: Arc<str>, stop: CancellationToken) {
    let mut told = Vec::new();
    let mut again = Instant::now();
    let mut last = Instant::now();
    let mut stopped = false;
    loop {
        let moment = engine.moment();
        let reports: Vec<limits::Report> = engine.lanes.iter().map(|lane| lane.report(moment)).collect();
        let running =
            engine.db.read(|conn| campaign::sending(conn).map_err(Error::from)).await.unwrap_or_default();
        let changes = engine.flows.changes(last.elapsed().as_secs_f64(), |id| running.contains(&id));
        last = Instant::now();
        // Said again now and then, so that it is known to hold.
        if reports != told || !changes.is_empty() || again.elapsed() > Duration::from_secs(60) {
            (told, again) = (reports.clone(), Instant::now());
            let (owner, now) = (owner.clone(), moment.wall.naive_utc());
            let written = engine.db.write(move |conn| {
                limits::report(conn, &owner, &reports, now)?;
                live::write(conn, &owner, &changes, now)
            });
            if let Err(error) = written.await {
                tracing::warn!(%error, "how sending goes could not be told");
            }
        }
        if engine.db.is_postgres() {
            let now = moment.wall.naive_utc();
            let slow = engine.db.read(move |conn| limits::slow_domains(conn, now, 1_000)).await;
            for (domain, slow, _) in slow.unwrap_or_default() {
                engine.queue.heard(&domain, &slow);
            }
        }
        if stopped {
            return;
        }
        stopped = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(TELL) => false,
        };
    }
}

async fn freeze_due(engine: &Arc<Engine>, owner: &Arc<str>) -> Result<(), Error> {
    let now = engine.clock.now();
    if !engine.db.read(move |conn| campaign::due_exists(conn, now.naive_utc())).await? {
        return Ok(());
    }
    let name = owner.clone();
    let until = (now + TimeDelta::seconds(120)).naive_utc();
    let claimed =
        engine.db.write(move |conn| campaign::claim_due(conn, &name, now.naive_utc(), until)).await?;
    let Some(stored) = claimed else { return Ok(()) };
    let id = stored.id;
    let shared = engine.clone();
    let recipients = engine
        .db
        .read(move |conn| {
            // Compiled outside the transaction: it takes milliseconds, and everybody waits for a writer.
            let variants = stored.campaign.trial().map_or(1, Plan::variants);
            let mut links = Vec::new();
            for variant in 0..variants {
                let (layouts, urls) = (&shared.layouts, &shared.urls);
                let return_path = shared.return_path.as_deref();
                let job = job::prepare(conn, &stored, variant, layouts, urls, return_path, now)?;
                links.push((variant, job.links));
            }
            Ok::<_, Error>((stored, links))
        })
        .await;
    let (stored, links) = recipients?;
    let clock = engine.clock.clone();
    let began = tokio::time::Instant::now();
    let frozen = engine
        .db
        .write(move |conn| {
            let now = clock.now().naive_utc();
            // First, so that a campaign that was cancelled meanwhile gets no rows.
            if !campaign::set_sending(conn, id, now)? {
                return Ok::<_, Error>(None);
            }
            campaign::store_links(conn, id, &BTreeMap::new())?;
            for (variant, links) in &links {
                campaign::add_links(conn, id, *variant, links)?;
            }
            let recipients = freeze(conn, &stored, now)?;
            if let Some(plan) = stored.campaign.trial() {
                sample::draw(conn, id, plan, &clock)?;
            }
            Ok(Some(recipients))
        })
        .await?;
    if let Some(recipients) = frozen {
        let milliseconds = began.elapsed().as_millis() as u64;
        tracing::info!(campaign = id, recipients, milliseconds, "the recipients are fixed, sending begins");
    }
    Ok(())
}

async fn look_after_sending(engine: &Arc<Engine>, owner: &Arc<str>) -> Result<(), Error> {
    let now = engine.clock.now().naive_utc();
    let looks = engine
        .db
        .read(move |conn| {
            let mut looks = Vec::new();
            for id in campaign::sending(conn)? {
                looks.push((id, ledger::is_open(conn, id)?, deferred::is_due(conn, id, now)?));
            }
            Ok::<_, Error>(looks)
        })
        .await?;
    for (id, open, due) in looks {
        if due {
            let owner = owner.clone();
            engine
                .db
                .write(move |conn| {
                    let mut tally = Tally::default();
                    deferred::requeue_due(conn, id, now, &mut tally)?;
                    tally.write(conn, &owner)
                })
                .await?;
        }
        if !open {
            let finished = engine
                .db
                .write(move |conn| {
                    // Asked again inside the transaction: a retry of failed messages may have come in between.
                    if ledger::is_open(conn, id)? {
                        return Ok::<_, Error>(false);
                    }
                    Ok(campaign::finish_if(conn, id, now)?)
                })
                .await?;
            if finished {
                tracing::info!(campaign = id, "finished");
            }
        }
    }
    Ok(())
}
