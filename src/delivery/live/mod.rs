//! How sending goes at this moment: by relay and by domain, what it waits for, what went wrong last.
//!
//! Each process counts for itself and writes its counts now and then; the ledger alone is exact.

mod flows;
mod store;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::limits::lane::RelayCondition;
use super::limits::{slow_domains, states};
use super::{DeliveryState, Error, Status, deferred, status};
use crate::campaign::CampaignState;
use crate::config::QuietHours;
use crate::db::Conn;
pub(super) use flows::{End, Flows, Written};
pub(super) use store::write;

/// Lines of each list.
const LISTED: usize = 8;
/// What a process wrote longer ago says nothing about now.
const FRESH: TimeDelta = TimeDelta::seconds(15);

/// What a relay took of a campaign, or a domain.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Flow {
    /// The relay, or the domain; `*` stands for all domains that are not counted one by one.
    pub name: String,
    /// Messages taken.
    pub sent: i64,
    /// Messages that were to come later, each time counted.
    pub deferred: i64,
    /// Messages refused for good.
    pub failed: i64,
    /// Messages per second, lately.
    pub rate: f64,
}

/// A relay as it is now.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct RelayNow {
    /// Its name.
    pub name: String,
    /// How it is: the worst that a process finds.
    pub condition: RelayCondition,
    /// Until when it is left alone, if it is.
    pub until: Option<DateTime<Utc>>,
    /// Open connections.
    pub connections: i64,
    /// Messages taken since its processes started.
    pub sent: i64,
    /// Connections and messages refused since its processes started, by the relay's own fault.
    pub refused: i64,
    /// What it said when it failed last.
    pub fault: Option<String>,
    /// When that was.
    pub fault_at: Option<DateTime<Utc>>,
}

/// A domain that asked for less.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct SlowDomain {
    /// Its name.
    pub name: String,
    /// Until when it is left alone.
    pub until: DateTime<Utc>,
    /// The code with which it asked.
    pub code: String,
}

/// Why a message did not go, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct LastFault {
    /// Where the message stands.
    pub state: DeliveryState,
    /// The relay's words.
    pub reply: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why nothing goes, or less than could.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Wait {
    /// Quiet hours.
    QuietHours {
        /// When they are over.
        until: DateTime<Utc>,
    },
    /// Every relay is left alone, or has had as much as it may be given.
    Relays {
        /// When the first may be tried.
        until: Option<DateTime<Utc>>,
    },
    /// No process that sends is running.
    Workers,
    /// There is no room for the database.
    Room,
    /// The time for which it was scheduled has passed long ago: somebody is to say whether it may still go.
    Decision,
    /// The rest of a campaign with a trial waits for the winner.
    Winner {
        /// When it is chosen, once the sample has been tried.
        until: Option<DateTime<Utc>>,
    },
    /// Messages that come back later.
    Deferred {
        /// When the first does.
        until: DateTime<Utc>,
    },
}

/// A campaign at this moment.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Live {
    /// Messages per second, lately.
    pub rate: f64,
    /// Seconds until all have been tried once, at this rate.
    pub remaining_seconds: Option<i64>,
    /// Why nothing goes.
    pub wait: Option<Wait>,
    /// By relay.
    pub by_relay: Vec<Flow>,
    /// By domain, those with the most messages first.
    pub by_domain: Vec<Flow>,
    /// Every relay.
    pub relays: Vec<RelayNow>,
    /// Domains that asked for less.
    pub slow_domains: Vec<SlowDomain>,
    /// The latest failures.
    pub faults: Vec<LastFault>,
}

impl Live {
    /// With what cannot be read from a database that has no room: a process that is asked knows it itself.
    #[must_use]
    pub fn known_to_be_full(mut self, full: bool, status: &Status) -> Self {
        if full && status.state == CampaignState::Sending {
            self.wait = Some(Wait::Room);
        }
        self
    }
}

/// Every relay, as all processes together find it.
///
/// # Errors
/// Those of the database.
pub fn relays(conn: &mut Conn, now: NaiveDateTime) -> Result<Vec<RelayNow>, Error> {
    let mut relays: Vec<RelayNow> = Vec::new();
    for state in states(conn)?.into_iter().filter(|state| now - state.updated_at < TimeDelta::minutes(5)) {
        let new = RelayNow {
            name: state.relay,
            condition: state.condition,
            until: state.until.map(|at| at.and_utc()),
            connections: state.connections.into(),
            sent: state.sent,
            refused: state.refused,
            fault: state.fault,
            fault_at: state.fault_at.map(|at| at.and_utc()),
        };
        match relays.last_mut().filter(|last| last.name == new.name) {
            None => relays.push(new),
            Some(last) => {
                last.condition = last.condition.max(new.condition);
                last.until = last.until.max(new.until);
                last.connections += new.connections;
                last.sent += new.sent;
                last.refused += new.refused;
                if new.fault_at > last.fault_at {
                    (last.fault, last.fault_at) = (new.fault, new.fault_at);
                }
            }
        }
    }
    Ok(relays)
}

/// How a campaign goes.
///
/// # Errors
/// When there is no such campaign, and those of the database.
pub fn live(
    conn: &mut Conn,
    id: i64,
    quiet: Option<&QuietHours>,
    now: NaiveDateTime,
) -> Result<(Status, Live), Error> {
    let status = status::status(conn, id, now)?;
    let runs = status.state == CampaignState::Sending;
    // What is over goes no more, whatever was written last.
    let fresh = if runs { now - FRESH } else { now };
    let (by_relay, by_domain) = store::flows(conn, id, fresh, LISTED)?;
    let rate: f64 = if runs { by_relay.iter().map(|flow| flow.rate).sum::<f64>() + 0.0 } else { 0.0 };
    let left = status.counts.queued + status.counts.sending;
    let remaining_seconds = (runs && rate > 0.05 && left > 0).then(|| (left as f64 / rate).ceil() as i64);
    let relays = relays(conn, now)?;
    let wait = waits(conn, &status, &relays, quiet, now)?;
    let slow = slow_domains(conn, now, LISTED as i64)?;
    Ok((
        status,
        Live {
            rate: (rate * 10.0).round() / 10.0,
            remaining_seconds,
            wait,
            by_relay,
            by_domain,
            relays,
            slow_domains: slow
                .into_iter()
                .map(|(name, slow, code)| SlowDomain { name, until: slow.until, code })
                .collect(),
            faults: store::faults(conn, id, LISTED as i64)?,
        },
    ))
}

fn waits(
    conn: &mut Conn,
    status: &Status,
    relays: &[RelayNow],
    quiet: Option<&QuietHours>,
    now: NaiveDateTime,
) -> Result<Option<Wait>, Error> {
    match status.state {
        CampaignState::Sending | CampaignState::Freezing => {}
        CampaignState::Scheduled => {
            let missed = crate::campaign::is_missed(conn, status.id, now)?;
            return Ok(missed.then_some(Wait::Decision));
        }
        _ => return Ok(None),
    }
    if let Some(until) = quiet.and_then(|quiet| quiet.until(now.and_utc())) {
        return Ok(Some(Wait::QuietHours { until }));
    }
    if !store::somebody_works(conn, now)? {
        return Ok(Some(Wait::Workers));
    }
    if !relays.is_empty() && relays.iter().all(|relay| relay.condition != RelayCondition::Working) {
        let until = relays.iter().filter_map(|relay| relay.until).min();
        return Ok(Some(Wait::Relays { until }));
    }
    if status.counts.queued + status.counts.sending == 0 {
        if let Some(trial) = crate::campaign::trial::find(conn, status.id)?.filter(|one| one.winner.is_none())
        {
            return Ok(Some(Wait::Winner { until: trial.ends_at.map(|at| at.and_utc()) }));
        }
        let next = deferred::next_attempt(conn, status.id)?;
        return Ok(next.map(|at| Wait::Deferred { until: at.and_utc() }));
    }
    Ok(None)
}

/// What a monitoring system watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// Campaigns by state.
    pub campaigns: Vec<(CampaignState, i64)>,
    /// Messages by state, of campaigns that are not over.
    pub messages: Vec<(String, i64)>,
    /// Processes that send.
    pub workers: i64,
    /// Every relay.
    pub relays: Vec<RelayNow>,
    /// Messages per second of all campaigns.
    pub rate: f64,
    /// Domains that are left alone now.
    pub slow_domains: i64,
}

/// Reads what a monitoring system watches.
///
/// # Errors
/// Those of the database.
pub fn metrics(conn: &mut Conn, now: NaiveDateTime) -> Result<Metrics, Error> {
    let campaigns = crate::campaign::count_by_state(conn)?;
    Ok(Metrics {
        campaigns,
        messages: store::totals(conn)?,
        workers: store::workers(conn, now)?,
        relays: relays(conn, now)?,
        rate: store::rate(conn, now - FRESH)?,
        slow_domains: slow_domains(conn, now, 10_000)?.len() as i64,
    })
}
