//! The tasks of a sending process: a scheduler, a feeder, the ledger's writer and the connections.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::job::{self, CampaignJob, PersonValues};
use super::ledger::{self, Claimed, Mark, Settlement, Tally};
use super::writer::{self, Request};
use super::{Error, freeze};
use crate::campaign;
use crate::content::Layouts;
use crate::db::Database;
use crate::kernel::clock::Clock;
use crate::kernel::email_address::EmailAddress;
use crate::links::Urls;
use crate::mail::dkim::DkimSigner;
use crate::mail::outcome::{Outcome, Reply};
use crate::mail::relay::{Connection, Relay};

/// How often the scheduler looks for what is due: a launch in another process starts within half a second.
const LOOK: Duration = Duration::from_millis(200);
/// How often a process says that it lives, and how long it is believed.
const HEARTBEAT: Duration = Duration::from_secs(5);
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// Rows leased at once for each connection, and at most: enough that connections never wait, few enough that
/// other workers get their share and a pause finds little to hand back.
const CLAIM_PER_CONNECTION: usize = 12;
const LARGEST_CLAIM: usize = 250;
/// A connection is retired after this many messages, or when idle this long.
const MESSAGES_PER_CONNECTION: u32 = 1_000;
const IDLE: Duration = Duration::from_secs(20);
/// The longest wait between attempts to reach a relay that is away.
const LONGEST_RELAY_WAIT: Duration = Duration::from_secs(15);

/// What sending needs.
pub struct Engine {
    /// The database.
    pub db: Database,
    /// Time and randomness.
    pub clock: Clock,
    /// Layouts of mails.
    pub layouts: Arc<Layouts>,
    /// Signed addresses.
    pub urls: Urls,
    /// Where messages go.
    pub relay: Relay,
    /// Signs what goes out.
    pub dkim: DkimSigner,
    /// How many connections to open at most.
    pub connections: usize,
    /// The domain of bounce addresses.
    pub return_path: Option<String>,
    /// Whether the relay was away when last seen: said once, not once per connection.
    pub relay_away: AtomicBool,
}

impl Engine {
    fn claim(&self) -> usize {
        (CLAIM_PER_CONNECTION * self.connections).min(LARGEST_CLAIM)
    }
}

/// One message on its way to a connection.
struct Job {
    campaign: Arc<CampaignJob>,
    row: Claimed,
    to: EmailAddress,
    person: PersonValues,
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
    while let Err(error) = begin(&engine, &owner).await {
        tracing::error!(%error, "sending cannot begin; trying again");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
    let (requests, waiting) = mpsc::channel(4 * engine.connections.max(250));
    let writer = tokio::spawn(writer::run(engine.db.clone(), engine.clock.clone(), owner.clone(), waiting));
    let (jobs, queue) = mpsc::channel::<Job>(engine.claim());
    let queue = Arc::new(Mutex::new(queue));
    let mut connections = JoinSet::new();
    for _ in 0..engine.connections {
        connections.spawn(connection(
            engine.clone(),
            owner.clone(),
            queue.clone(),
            requests.clone(),
            stop.clone(),
        ));
    }
    drop(requests);
    let scheduler = tokio::spawn(schedule(engine.clone(), owner.clone(), stop.clone()));
    feed(&engine, &owner, jobs, &stop).await;
    while connections.join_next().await.is_some() {}
    let _ = writer.await;
    let _ = scheduler.await;
    let left: Vec<i64> = {
        let mut queue = queue.lock().await;
        std::iter::from_fn(|| queue.try_recv().ok()).map(|job| job.row.id).collect()
    };
    let name = owner.clone();
    let done = engine
        .db
        .write(move |conn| {
            ledger::release(conn, &left, &name)?;
            ledger::farewell(conn, &name)
        })
        .await;
    if let Err(error) = done {
        tracing::warn!(%error, "could not hand back what was leased; it is taken over when the lease runs out");
    }
}

async fn begin(engine: &Engine, owner: &Arc<str>) -> Result<(), Error> {
    let (owner, now, alone) = (owner.clone(), engine.clock.now().naive_utc(), !engine.db.is_postgres());
    engine
        .db
        .write(move |conn| {
            ledger::heartbeat(conn, &owner, now, now + BELIEVED)?;
            let mut tally = Tally::default();
            let found = ledger::take_over(conn, &owner, alone, now, &mut tally)?;
            if found > 0 {
                tracing::info!(messages = found, "took over what an earlier process left");
            }
            tally.write(conn, &owner)
        })
        .await
}

/// Freezes what is due, brings deferred messages back, ends what is done, takes over from the dead.
async fn schedule(engine: Arc<Engine>, owner: Arc<str>, stop: CancellationToken) {
    let mut last_heartbeat = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let mut work = async || -> Result<(), Error> {
            if last_heartbeat.elapsed() >= HEARTBEAT {
                let (owner, now) = (owner.clone(), engine.clock.now().naive_utc());
                engine
                    .db
                    .write(move |conn| {
                        ledger::heartbeat(conn, &owner, now, now + BELIEVED)?;
                        let mut tally = Tally::default();
                        ledger::take_over(conn, &owner, false, now, &mut tally)?;
                        tally.write(conn, &owner)
                    })
                    .await?;
                last_heartbeat = tokio::time::Instant::now();
            }
            freeze_due(&engine, &owner).await?;
            look_after_sending(&engine, &owner).await
        };
        if let Err(error) = work().await {
            tracing::error!(%error, "the scheduler met an error; it goes on with its next look");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
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
            let job = job::prepare(
                conn,
                &stored,
                &shared.layouts,
                &shared.urls,
                shared.return_path.as_deref(),
                now,
            )?;
            Ok::<_, Error>((stored, job.links))
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
            campaign::store_links(conn, id, &links)?;
            freeze(conn, &stored, now).map(Some)
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
                looks.push((id, ledger::is_open(conn, id)?, ledger::is_due(conn, id, now)?));
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
                    ledger::requeue_due(conn, id, now, &mut tally)?;
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

/// Keeps the connections' queue filled, taking turns among the campaigns that are being sent.
async fn feed(engine: &Arc<Engine>, owner: &Arc<str>, jobs: mpsc::Sender<Job>, stop: &CancellationToken) {
    let mut known: HashMap<i64, Arc<CampaignJob>> = HashMap::new();
    loop {
        let mut fed = false;
        match feed_once(engine, owner, &jobs, &mut known, stop).await {
            Ok(some) => fed = some,
            Err(error) => {
                tracing::error!(%error, "messages could not be claimed; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        if stop.is_cancelled() {
            return;
        }
        if !fed {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK / 2) => {}
            }
        }
    }
}

async fn feed_once(
    engine: &Arc<Engine>,
    owner: &Arc<str>,
    jobs: &mpsc::Sender<Job>,
    known: &mut HashMap<i64, Arc<CampaignJob>>,
    stop: &CancellationToken,
) -> Result<bool, Error> {
    let sending = engine.db.read(|conn| campaign::sending(conn).map_err(Error::from)).await?;
    known.retain(|id, _| sending.contains(id));
    let mut fed = false;
    for id in sending {
        let campaign = match known.get(&id) {
            Some(campaign) => campaign.clone(),
            None => {
                let campaign = prepare(engine, id).await?;
                known.insert(id, campaign.clone());
                campaign
            }
        };
        let (name, limit) = (owner.clone(), engine.claim() as i64);
        let rows = engine.db.write(move |conn| ledger::claim(conn, id, &name, limit)).await?;
        if rows.is_empty() {
            continue;
        }
        fed = true;
        let ids: Vec<i64> = rows.iter().map(|row| row.contact_id).collect();
        let job = campaign.clone();
        let mut people = engine.db.read(move |conn| job.people(conn, &ids)).await?;
        let mut unusable: Vec<i64> = Vec::new();
        for row in rows {
            let person = people.remove(&row.contact_id);
            let (Some(person), Ok(to)) = (person, EmailAddress::parse(&row.email)) else {
                unusable.push(row.id);
                continue;
            };
            let id = row.id;
            let job = Job { campaign: campaign.clone(), row, to, person };
            tokio::select! {
                () = stop.cancelled() => unusable.push(id),
                sent = jobs.send(job) => {
                    if sent.is_err() {
                        return Ok(false);
                    }
                }
            }
        }
        if !unusable.is_empty() {
            let name = owner.clone();
            engine.db.write(move |conn| ledger::release(conn, &unusable, &name)).await?;
        }
    }
    Ok(fed)
}

async fn prepare(engine: &Arc<Engine>, id: i64) -> Result<Arc<CampaignJob>, Error> {
    let shared = engine.clone();
    let now = engine.clock.now();
    engine
        .db
        .read(move |conn| {
            let stored = campaign::find(conn, id)?;
            job::prepare(conn, &stored, &shared.layouts, &shared.urls, shared.return_path.as_deref(), now)
        })
        .await
        .map(Arc::new)
}

/// One connection to the relay: takes messages from the queue and sees each through.
async fn connection(
    engine: Arc<Engine>,
    owner: Arc<str>,
    queue: Arc<Mutex<mpsc::Receiver<Job>>>,
    requests: mpsc::Sender<Request>,
    stop: CancellationToken,
) {
    let mut open: Option<Connection> = None;
    let mut sent = 0;
    let mut trouble = 0_u32;
    let mut message = Vec::with_capacity(64 * 1024);
    loop {
        let next = async { queue.lock().await.recv().await };
        let job = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            job = next => job,
            () = tokio::time::sleep(IDLE), if open.is_some() => {
                if let Some(idle) = open.take() {
                    idle.quit().await;
                }
                continue;
            }
        };
        let Some(job) = job else { break };
        // Connected first, so that nothing is marked as sending while the relay is away.
        if open.as_ref().is_none_or(|connection| !connection.is_usable()) || sent >= MESSAGES_PER_CONNECTION {
            if let Some(old) = open.take() {
                old.quit().await;
            }
            open = connect(&engine, &mut trouble, &stop).await;
            sent = 0;
        }
        let Some(relay) = open.as_mut() else {
            hand_back(&engine, &owner, job.row.id).await;
            continue;
        };
        message.clear();
        let built =
            job.campaign.message(&job.person, &job.to, &job.campaign.message_id(job.row.id), &mut message);
        let (answer, allowed) = oneshot::channel();
        let mark = Mark { delivery: job.row.id, contact: job.row.contact_id };
        if requests.send(Request::Mark { job: job.campaign.clone(), mark, answer }).await.is_err() {
            break;
        }
        // Signed while the ledger writes the mark; what could not be built has no headers.
        let signed =
            engine.dkim.sign(&job.campaign.from, engine.clock.now(), std::mem::take(&mut message)).await;
        if !matches!(allowed.await, Ok(true)) {
            continue;
        }
        let outcome = match (built, signed) {
            (Err(error), _) => Outcome::Permanent(Reply::new(&error.to_string())),
            (Ok(()), Err(error)) => Outcome::Transient(Reply::new(&error.to_string())),
            (Ok(()), Ok(signed)) => {
                message = signed;
                relay.send(&job.campaign.envelope_sender(job.row.id), &job.to, &message).await
            }
        };
        sent += 1;
        let untried = matches!(outcome, Outcome::NotTried(_));
        let settlement = Settlement {
            campaign: job.campaign.id,
            delivery: job.row.id,
            attempts: job.row.attempts,
            outcome,
        };
        if requests.send(Request::Settle(settlement)).await.is_err() {
            break;
        }
        if untried {
            open = None;
            trouble += 1;
            wait_for_relay(trouble, &stop).await;
        } else {
            trouble = 0;
        }
    }
    if let Some(open) = open {
        open.quit().await;
    }
}

/// Tries until there is a connection; `None` when told to stop.
async fn connect(engine: &Engine, trouble: &mut u32, stop: &CancellationToken) -> Option<Connection> {
    loop {
        let attempt = tokio::select! {
            () = stop.cancelled() => return None,
            attempt = engine.relay.connect() => attempt,
        };
        match attempt {
            Ok(connection) => {
                if engine.relay_away.swap(false, Ordering::Relaxed) {
                    tracing::info!("the relay is back");
                }
                return Some(connection);
            }
            Err(error) => {
                if !engine.relay_away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "messages wait until the relay is back");
                }
                *trouble += 1;
                wait_for_relay(*trouble, stop).await;
                if stop.is_cancelled() {
                    return None;
                }
            }
        }
    }
}

async fn wait_for_relay(trouble: u32, stop: &CancellationToken) {
    let wait = (Duration::from_millis(250) * 2_u32.saturating_pow(trouble.min(8))).min(LONGEST_RELAY_WAIT);
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

async fn hand_back(engine: &Engine, owner: &Arc<str>, row: i64) {
    let owner = owner.clone();
    if let Err(error) = engine.db.write(move |conn| ledger::release(conn, &[row], &owner)).await {
        tracing::warn!(%error, "a message could not be handed back; it is taken over later");
    }
}
