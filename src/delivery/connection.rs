//! One connection to a relay: takes messages from the queue and sees each through.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use super::job::{CampaignJob, PersonValues};
use super::ledger::{Claimed, Mark, Settlement};
use super::limits::lane::{Lane, Leave};
use super::limits::queue::Slow;
use super::limits::{self, Grant};
use super::live::End;
use super::writer::Request;
use crate::kernel::email_address::EmailAddress;
use crate::mail::outcome::{Outcome, Reply, Step};
use crate::mail::relay::Connection;

/// A connection with nothing to do is closed after this.
const IDLE: Duration = Duration::from_secs(20);
/// The longest that a connection waits after a fault of its own.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How long a message waits for a connection that is being opened.
const CONNECTS: Duration = Duration::from_secs(3);
/// How often a connection that may not send asks again.
const ASK_AGAIN: Duration = Duration::from_millis(300);
/// The largest piece of a window that is taken at once.
const LARGEST_GRANT: u64 = 500;

/// One message on its way to a connection.
pub(super) struct Job {
    pub campaign: Arc<CampaignJob>,
    pub row: Claimed,
    pub to: EmailAddress,
    pub person: PersonValues,
}

/// Which relay, and which of its connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub lane: usize,
    pub number: usize,
}

/// What a connection owns.
struct Line<'a> {
    engine: &'a Engine,
    lane: &'a Lane,
    requests: mpsc::Sender<Request>,
    stop: &'a CancellationToken,
    open: Option<Connection>,
    sent: u32,
    /// Faults in a row.
    trouble: u32,
    message: Vec<u8>,
}

/// Whether the task goes on.
enum Next {
    Message,
    Stop,
}

/// Sends until told to stop.
pub(super) async fn run(
    engine: Arc<Engine>,
    place: Place,
    requests: mpsc::Sender<Request>,
    stop: CancellationToken,
) {
    let Some(lane) = engine.lanes.get(place.lane) else { return };
    let mut line = Line {
        engine: &engine,
        lane,
        requests,
        stop: &stop,
        open: None,
        sent: 0,
        trouble: 0,
        message: Vec::with_capacity(64 * 1024),
    };
    let mut idle_since = Instant::now();
    while !stop.is_cancelled() {
        if let Leave::Wait(wait) = lane.leave(place.number, engine.share.now(), engine.moment()) {
            line.close().await;
            line.pause(wait.min(ASK_AGAIN)).await;
            continue;
        }
        if engine.quiet_until().is_some() {
            lane.not_tried();
            line.close().await;
            line.pause(ASK_AGAIN).await;
            continue;
        }
        let taken = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            taken = engine.queue.take(place.lane, || engine.share.now(), || engine.moment()) => taken,
            // Whether the connection is still this process's to have is asked again now and then.
            () = tokio::time::sleep(ASK_AGAIN), if line.open.is_some() => {
                lane.not_tried();
                if idle_since.elapsed() >= IDLE {
                    line.close().await;
                }
                continue;
            }
        };
        let Some((domain, job)) = taken else { break };
        // It may have waited for long.
        if place.number >= engine.share.now().part(lane.settings.connections) {
            lane.not_tried();
            engine.queue.put_back(&domain, job);
            continue;
        }
        if let Next::Stop = line.see_through(&domain, job).await {
            break;
        }
        idle_since = Instant::now();
    }
    lane.not_tried();
    line.close().await;
}

impl Line<'_> {
    async fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.lane.open.fetch_sub(1, Ordering::Relaxed);
            open.quit().await;
        }
    }

    /// Waits, or less when told to stop.
    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    async fn pause_after_trouble(&mut self) {
        self.trouble += 1;
        let wait = Duration::from_millis(125) * 2_u32.saturating_pow(self.trouble.min(8));
        self.pause(wait.min(LONGEST_WAIT)).await;
    }

    /// Sees to it that there is a connection; gives the message back if it need not look for another one. Nothing is
    /// marked as sending while the relay is away, and no message waits for one that hangs: another may take it.
    async fn connect(&mut self, domain: &str, job: Job) -> Option<Job> {
        let is_usable = self.open.as_ref().is_some_and(Connection::is_usable);
        if is_usable && self.sent < self.lane.settings.messages_per_connection {
            return Some(job);
        }
        self.close().await;
        self.sent = 0;
        let (engine, lane, stop) = (self.engine, self.lane, self.stop);
        let mut job = Some(job);
        let put_back = |job: &mut Option<Job>| {
            if let Some(job) = job.take() {
                engine.queue.put_back(domain, job);
            }
        };
        let attempt = lane.relay.connect();
        tokio::pin!(attempt);
        let attempt = tokio::select! {
            () = stop.cancelled() => None,
            attempt = &mut attempt => Some(attempt),
            () = tokio::time::sleep(CONNECTS) => {
                put_back(&mut job);
                tokio::select! {
                    () = stop.cancelled() => None,
                    attempt = &mut attempt => Some(attempt),
                }
            }
        };
        match attempt {
            Some(Ok(connection)) => {
                lane.open.fetch_add(1, Ordering::Relaxed);
                self.open = Some(connection);
            }
            Some(Err(away)) => {
                lane.failed(&away.reason(), engine.moment());
                put_back(&mut job);
                self.pause_after_trouble().await;
            }
            None => put_back(&mut job),
        }
        if job.is_none() {
            lane.not_tried();
        }
        job
    }

    /// Whether the relay may be given one more message: its windows first, then its rate.
    async fn may_go(&self) -> bool {
        let settings = &self.lane.settings;
        if !settings.windows.is_empty() || settings.warm_up.is_some() {
            let mut stock = self.lane.stock.lock().await;
            if !stock.take(Instant::now()) {
                let smallest = settings.windows.iter().map(|window| window.limit);
                let caps = settings.warm_up.iter().flat_map(|warm_up| warm_up.caps.iter().copied());
                let smallest = smallest.chain(caps).min().unwrap_or(u32::MAX);
                let wanted = (u64::from(smallest) / 50).clamp(1, LARGEST_GRANT);
                let (settings, zone, now) =
                    (settings.clone(), self.engine.time_zone, self.engine.clock.now());
                let grant = self
                    .engine
                    .db
                    .write(move |conn| limits::reserve(conn, &settings, zone, wanted, now))
                    .await;
                match grant {
                    Ok(Grant::Some(granted)) => stock.fill(granted, Instant::now()),
                    Ok(Grant::NoneUntil(until)) => {
                        self.lane.exhausted(until);
                        return false;
                    }
                    Err(error) => {
                        tracing::error!(%error, "what a relay may be given could not be asked; trying again");
                        self.pause(Duration::from_secs(1)).await;
                        return false;
                    }
                }
            }
        }
        let Some(slot) = self.lane.slot(self.engine.share.now(), Instant::now()) else { return true };
        tokio::select! {
            () = self.stop.cancelled() => {
                self.unused().await;
                false
            }
            () = tokio::time::sleep_until(slot) => true,
        }
    }

    async fn unused(&self) {
        self.lane.stock.lock().await.put_back();
    }

    async fn see_through(&mut self, domain: &str, job: Job) -> Next {
        let engine = self.engine;
        let Some(job) = self.connect(domain, job).await else { return Next::Message };
        if !self.may_go().await {
            self.lane.not_tried();
            engine.queue.put_back(domain, job);
            return Next::Message;
        }
        if engine.quiet_until().is_some() || self.stop.is_cancelled() {
            self.unused().await;
            self.lane.not_tried();
            engine.queue.put_back(domain, job);
            return Next::Message;
        }
        self.message.clear();
        let message_id = job.campaign.message_id(job.row.id);
        let built = job.campaign.message(&job.person, &job.to, &message_id, &mut self.message);
        let (answer, allowed) = oneshot::channel();
        let mark = Mark { delivery: job.row.id, contact: job.row.contact_id };
        if self.requests.send(Request::Mark { job: job.campaign.clone(), mark, answer }).await.is_err() {
            return Next::Stop;
        }
        // Signed while the ledger writes the mark; what could not be built has no headers.
        let unsigned = std::mem::take(&mut self.message);
        let signed = engine.dkim.sign(&job.campaign.from, engine.clock.now(), unsigned).await;
        if !matches!(allowed.await, Ok(true)) {
            self.unused().await;
            self.lane.not_tried();
            engine.held().remove(&job.row.id);
            engine.queue.dropped(domain);
            return Next::Message;
        }
        let Some(relay) = self.open.as_mut() else { return Next::Stop };
        let began = Instant::now();
        let (outcome, step) = match (built, signed) {
            (Err(error), _) => (Outcome::Permanent(Reply::new(&error.to_string())), Step::Mail),
            // Our own trouble: it says nothing about anybody else.
            (Ok(()), Err(error)) => (Outcome::Transient(Reply::new(&error.to_string())), Step::Data),
            (Ok(()), Ok(signed)) => {
                self.message = signed;
                let from = job.campaign.envelope_sender(job.row.id);
                (relay.send(&from, &job.to, &self.message).await, relay.step())
            }
        };
        self.sent += 1;
        engine.held().remove(&job.row.id);
        engine.queue.landed(domain, began.elapsed());
        let faulty = self.judge(&job, domain, &outcome, step).await;
        let settlement = Settlement {
            campaign: job.campaign.id,
            delivery: job.row.id,
            attempts: job.row.attempts,
            outcome,
            step,
        };
        if self.requests.send(Request::Settle(settlement)).await.is_err() {
            return Next::Stop;
        }
        if faulty {
            self.pause_after_trouble().await;
        } else {
            self.trouble = 0;
        }
        Next::Message
    }

    /// What an outcome says about the relay and about the domain; tells whether the relay is at fault.
    async fn judge(&self, job: &Job, domain: &str, outcome: &Outcome, step: Step) -> bool {
        let (engine, lane) = (self.engine, self.lane);
        let end = match outcome {
            Outcome::Accepted(_) => End::Sent,
            Outcome::Permanent(_) => End::Failed,
            Outcome::Transient(_) | Outcome::CutOff(_) | Outcome::InDoubt(_) | Outcome::NotTried(_) => {
                End::Deferred
            }
        };
        engine.flows.add(job.campaign.id, &lane.settings.name, domain, end);
        match outcome {
            Outcome::Accepted(_) => {
                lane.sent.fetch_add(1, Ordering::Relaxed);
                lane.succeeded();
                if let Some(slow) = engine.queue.thanked(domain, engine.clock.now()) {
                    self.keep(domain, slow, String::new()).await;
                }
                false
            }
            // The message or its addresses were at fault, before the relay said anything about the recipient.
            Outcome::Permanent(_) if step == Step::Mail => {
                lane.not_tried();
                false
            }
            Outcome::Permanent(reply) | Outcome::Transient(reply)
                if step > Step::Mail && !reply.is_about_the_relay() =>
            {
                lane.succeeded();
                if reply.asks_for_less()
                    && let Some(slow) = engine.queue.slow_down(domain, engine.clock.now())
                {
                    tracing::info!(domain, until = %slow.until, "the domain asked for less and is left alone");
                    self.keep(domain, slow, reply.status()).await;
                }
                false
            }
            Outcome::NotTried(reply) => {
                // Words before the recipient was named name none; later ones might.
                lane.failed(reply, engine.moment());
                true
            }
            other => {
                let reply = if step == Step::Mail {
                    other.reply().clone()
                } else {
                    Reply::new(&other.reply().status())
                };
                lane.failed(&reply, engine.moment());
                true
            }
        }
    }

    /// Keeps in the database how slow a domain is, so that other processes and later ones know.
    async fn keep(&self, domain: &str, slow: Slow, code: String) {
        let domain = domain.to_owned();
        let kept = self.engine.db.write(move |conn| limits::slow(conn, &domain, &slow, &code));
        if let Err(error) = kept.await {
            tracing::warn!(%error, "that a domain is slow could not be kept");
        }
    }
}
