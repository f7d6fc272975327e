//! Rows of `deliveries` by variant. Functions take a connection and open no transaction.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::campaign::trial::{self, Plan};
use crate::db::Conn;
use crate::db::schema::deliveries;
use crate::delivery::ledger::Tally;
use crate::delivery::{Counts, DeliveryState, Error};
use crate::kernel::clock::Clock;

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 1_000;
/// Rows that come into the queue at once when the winner is known.
const AT_ONCE: i64 = 5_000;

/// Draws the sample of a campaign whose recipients were just fixed and all wait; tells how many are in it. They are
/// queued, evenly over the variants, each person as likely as any other.
pub(in crate::delivery) fn draw(
    conn: &mut Conn,
    campaign: i64,
    plan: &Plan,
    clock: &Clock,
) -> Result<usize, Error> {
    let mut waiting: Vec<i64> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::state.eq(DeliveryState::Deferred))
        .order(deliveries::id)
        .select(deliveries::id)
        .load(conn)?;
    let size = usize::try_from(plan.sample).unwrap_or(usize::MAX).min(waiting.len());
    let sample = clock.draw(&mut waiting, size);
    let variants = usize::try_from(plan.variants()).unwrap_or(1);
    let mut tally = Tally::default();
    for variant in 0..variants {
        let rows: Vec<i64> = sample.iter().skip(variant).step_by(variants).copied().collect();
        for batch in rows.chunks(BATCH) {
            diesel::update(deliveries::table.filter(deliveries::id.eq_any(batch)))
                .set((deliveries::state.eq(DeliveryState::Queued), deliveries::variant.eq(variant as i32)))
                .execute(conn)?;
        }
    }
    tally.moved(campaign, DeliveryState::Deferred, DeliveryState::Queued, size);
    tally.write(conn, "")?;
    Ok(size)
}

/// Once the winner is known, puts a part of the rest into the queue; tells how many.
pub(in crate::delivery) fn requeue_rest(
    conn: &mut Conn,
    campaign: i64,
    tally: &mut Tally,
) -> Result<usize, Error> {
    if trial::find(conn, campaign)?.is_none_or(|trial| trial.winner.is_none()) {
        return Ok(0);
    }
    let rest: Vec<i64> = rest(campaign).limit(AT_ONCE).select(deliveries::id).load(conn)?;
    let mut changed = 0;
    for batch in rest.chunks(BATCH) {
        changed += diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(batch))
                .filter(deliveries::state.eq(DeliveryState::Deferred)),
        )
        .set(deliveries::state.eq(DeliveryState::Queued))
        .execute(conn)?;
    }
    tally.moved(campaign, DeliveryState::Deferred, DeliveryState::Queued, changed);
    Ok(changed)
}

/// Whether the winner is known and some of the rest still waits: a cheap look that needs no write.
pub(in crate::delivery) fn rest_may_go(conn: &mut Conn, campaign: i64) -> Result<bool, Error> {
    if trial::find(conn, campaign)?.is_none_or(|trial| trial.winner.is_none()) {
        return Ok(false);
    }
    let found: Option<i64> = rest(campaign).select(deliveries::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// The rows that wait for the winner: every other deferred row has its time.
#[diesel::dsl::auto_type(no_type_alias)]
fn rest(campaign: i64) -> _ {
    let deferred: diesel::expression::SqlLiteral<diesel::sql_types::Bool> =
        diesel::dsl::sql("state = 'deferred'");
    deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deferred)
        .filter(deliveries::next_attempt_at.is_null())
}

/// The people of the sample by variant and state.
///
/// # Errors
/// Those of the database.
pub fn counts_by_variant(conn: &mut Conn, campaign: i64) -> Result<BTreeMap<i32, Counts>, Error> {
    let rows: Vec<(Option<i32>, DeliveryState, i64)> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::variant.is_not_null())
        .group_by((deliveries::variant, deliveries::state))
        .select((deliveries::variant, deliveries::state, diesel::dsl::count_star()))
        .load(conn)?;
    let mut counts: BTreeMap<i32, Counts> = BTreeMap::new();
    for (variant, state, amount) in rows {
        let of_variant = counts.entry(variant.unwrap_or_default()).or_default();
        *match state {
            DeliveryState::Queued => &mut of_variant.queued,
            DeliveryState::Sending => &mut of_variant.sending,
            DeliveryState::Sent => &mut of_variant.sent,
            DeliveryState::Deferred => &mut of_variant.deferred,
            DeliveryState::Failed => &mut of_variant.failed,
            DeliveryState::Skipped => &mut of_variant.skipped,
        } += amount;
    }
    Ok(counts)
}

/// How many people wait for the winner: the deferred of the running totals who are not in the sample.
///
/// # Errors
/// Those of the database.
pub fn waiting_for_winner(conn: &mut Conn, campaign: i64) -> Result<i64, Error> {
    use crate::db::schema::delivery_tallies::dsl;
    let amounts: Vec<i64> = dsl::delivery_tallies
        .filter(dsl::campaign_id.eq(campaign))
        .filter(dsl::state.eq(DeliveryState::Deferred.as_str()))
        .select(dsl::amount)
        .load(conn)?;
    let in_sample: i64 = counts_by_variant(conn, campaign)?.values().map(|counts| counts.deferred).sum();
    let decided = trial::find(conn, campaign)?.is_none_or(|trial| trial.winner.is_some());
    Ok(if decided { 0 } else { (amounts.iter().sum::<i64>() - in_sample).max(0) })
}

/// Whether a campaign whose rest waits still has messages of its sample that were not tried once.
///
/// # Errors
/// Those of the database.
pub fn is_trying(conn: &mut Conn, campaign: i64) -> Result<bool, Error> {
    for state in [DeliveryState::Queued, DeliveryState::Sending] {
        let found: Option<i64> = deliveries::table
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::state.eq(state))
            .select(deliveries::id)
            .first(conn)
            .optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The variant that a person got or gets: their own if they are in the sample, else the winner; 0 until it is known.
///
/// # Errors
/// Those of the database.
pub fn variant_for(conn: &mut Conn, campaign: i64, contact: i64) -> Result<i32, Error> {
    let own: Option<Option<i32>> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::contact_id.eq(contact))
        .select(deliveries::variant)
        .first(conn)
        .optional()?;
    if let Some(variant) = own.flatten() {
        return Ok(variant);
    }
    Ok(trial::find(conn, campaign)?.and_then(|trial| trial.winner).unwrap_or_default())
}
