//! The table `workers`, and the rows that dead processes had leased. Functions open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::campaign::CampaignState;
use crate::db::Conn;
use crate::db::schema::{campaigns, deliveries, workers};
use crate::delivery::ledger::Tally;
use crate::delivery::limits::forget_dead;
use crate::delivery::store::skip_erased;
use crate::delivery::{DeliveryState, Error};

/// Says "I live" for a sending process.
pub(in crate::delivery) fn heartbeat(
    conn: &mut Conn,
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<(), Error> {
    let known =
        diesel::update(workers::table.find(owner)).set(workers::alive_until.eq(until)).execute(conn)?;
    if known == 0 {
        diesel::insert_into(workers::table)
            .values((workers::id.eq(owner), workers::started_at.eq(now), workers::alive_until.eq(until)))
            .execute(conn)?;
    }
    Ok(())
}

/// Says goodbye; whatever is still leased is taken over like that of a dead process.
pub(in crate::delivery) fn farewell(conn: &mut Conn, owner: &str) -> Result<(), Error> {
    diesel::delete(workers::table.find(owner)).execute(conn)?;
    Ok(())
}

/// Takes over what dead processes left: leased rows go back to the queue, rows marked as sending too, counted
/// as repeated. `everybody_else` declares all others dead, for SQLite, where one process sends at a time. Rows are
/// looked through when somebody has died, and with `sweep`.
pub(in crate::delivery) fn take_over(
    conn: &mut Conn,
    owner: &str,
    everybody_else: bool,
    sweep: bool,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<usize, Error> {
    let dead = if everybody_else {
        diesel::delete(workers::table.filter(workers::id.ne(owner))).execute(conn)?
    } else {
        diesel::delete(workers::table.filter(workers::alive_until.lt(now))).execute(conn)?
    };
    if dead == 0 && !sweep {
        return Ok(0);
    }
    forget_dead(conn)?;
    let alive: Vec<String> = workers::table.select(workers::id).load(conn)?;
    let open: Vec<i64> = campaigns::table
        .filter(campaigns::state.eq_any([
            CampaignState::Sending,
            CampaignState::Paused,
            CampaignState::Cancelled,
        ]))
        .select(campaigns::id)
        .load(conn)?;
    let mut found = 0;
    for campaign in open {
        let left_behind = |state| {
            deliveries::table
                .filter(deliveries::campaign_id.eq(campaign))
                .filter(deliveries::state.eq(state))
                .filter(deliveries::lease_owner.is_not_null())
                .filter(deliveries::lease_owner.assume_not_null().ne_all(alive.clone()))
        };
        let ids: Vec<i64> = left_behind(DeliveryState::Queued).select(deliveries::id).load(conn)?;
        for batch in ids.chunks(1_000) {
            diesel::update(deliveries::table.filter(deliveries::id.eq_any(batch)))
                .set(deliveries::lease_owner.eq(None::<String>))
                .execute(conn)?;
        }
        let in_doubt: Vec<i64> = left_behind(DeliveryState::Sending).select(deliveries::id).load(conn)?;
        let changed = diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(&in_doubt))
                .filter(deliveries::state.eq(DeliveryState::Sending)),
        )
        .set((
            deliveries::state.eq(DeliveryState::Queued),
            deliveries::lease_owner.eq(None::<String>),
            deliveries::repeated.eq(deliveries::repeated + 1),
            deliveries::updated_at.eq(now),
        ))
        .execute(conn)?;
        tally.moved(campaign, DeliveryState::Sending, DeliveryState::Queued, changed);
        tally.repeated(campaign, changed);
        skip_erased(conn, campaign, &in_doubt, tally)?;
        found += ids.len() + changed;
    }
    Ok(found)
}
