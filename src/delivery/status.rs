//! Where a campaign stands, from the running totals.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::ledger::REPEATED;
use super::{DeliveryState, Error, store};
use crate::campaign::{self, CampaignState};
use crate::db::Conn;

/// One number per state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[allow(missing_docs, reason = "the states of a delivery")]
pub struct Counts {
    pub queued: i64,
    pub sending: i64,
    pub sent: i64,
    pub deferred: i64,
    pub failed: i64,
    pub skipped: i64,
}

/// What `campaign status --json` prints.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Status {
    /// The campaign's number.
    pub id: i64,
    /// What staff call it.
    pub name: String,
    /// Where it stands.
    pub state: CampaignState,
    /// Every matched person: the sum of the counts.
    pub recipients: i64,
    /// By state.
    pub counts: Counts,
    /// The skipped by reason.
    pub skipped: BTreeMap<String, i64>,
    /// Messages that may have arrived twice.
    pub repeated: i64,
    /// Messages that were refused, while sending or later, by class: hard, soft, block or message.
    pub bounced: BTreeMap<String, i64>,
    /// Messages that somebody complained about.
    pub complaints: i64,
    /// When the recipients were fixed.
    pub started_at: Option<DateTime<Utc>>,
    /// When nothing was left to do.
    pub finished_at: Option<DateTime<Utc>>,
    /// Messages per second since the start.
    pub rate: f64,
}

/// Reads the totals.
///
/// # Errors
/// When there is no such campaign, and those of the database.
pub fn status(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Status, Error> {
    let stored = campaign::find(conn, id)?;
    let totals: Vec<(String, String, i64)> = totals(conn, id)?;
    let mut counts = Counts::default();
    let mut skipped = BTreeMap::new();
    let mut repeated = 0;
    for (state, reason, amount) in totals {
        if state == REPEATED {
            repeated += amount;
            continue;
        }
        let state: DeliveryState =
            state.parse().map_err(|error: crate::kernel::text_enum::UnknownValue| {
                diesel::result::Error::DeserializationError(Box::new(error))
            })?;
        match state {
            DeliveryState::Queued => counts.queued += amount,
            DeliveryState::Sending => counts.sending += amount,
            DeliveryState::Sent => counts.sent += amount,
            DeliveryState::Deferred => counts.deferred += amount,
            DeliveryState::Failed => counts.failed += amount,
            DeliveryState::Skipped => {
                counts.skipped += amount;
                *skipped.entry(reason).or_insert(0) += amount;
            }
        }
    }
    let mut came_back: BTreeMap<String, i64> = store::came_back(conn, id)?.into_iter().collect();
    skipped.retain(|_, amount| *amount != 0);
    let seconds = stored
        .started_at
        .map_or(0.0, |start| (stored.finished_at.unwrap_or(now) - start).num_milliseconds() as f64 / 1_000.0);
    Ok(Status {
        id,
        name: stored.campaign.name().to_owned(),
        state: stored.state,
        recipients: counts.queued
            + counts.sending
            + counts.sent
            + counts.deferred
            + counts.failed
            + counts.skipped,
        counts,
        skipped,
        repeated,
        complaints: came_back.remove("none").unwrap_or_default(),
        bounced: came_back,
        started_at: stored.started_at.map(|at| at.and_utc()),
        finished_at: stored.finished_at.map(|at| at.and_utc()),
        rate: if seconds > 0.0 { (counts.sent as f64 / seconds * 10.0).round() / 10.0 } else { 0.0 },
    })
}

fn totals(conn: &mut Conn, id: i64) -> Result<Vec<(String, String, i64)>, Error> {
    use crate::db::schema::delivery_tallies::dsl;
    Ok(dsl::delivery_tallies
        .filter(dsl::campaign_id.eq(id))
        .select((dsl::state, dsl::reason, dsl::amount))
        .load(conn)?)
}
