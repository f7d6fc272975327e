//! Rows of `deliveries` that are deferred. Functions take a connection and open no transaction.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::deliveries;
use crate::delivery::ledger::Tally;
use crate::delivery::{DeliveryState, Error, sample};

/// Sends rows away that were leased and whose domain has enough for now: each comes back at its time. It costs no
/// attempt.
pub(in crate::delivery) fn postpone(
    conn: &mut Conn,
    campaign: i64,
    rows: &[(i64, NaiveDateTime)],
    owner: &str,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<(), Error> {
    let mut by_second: BTreeMap<NaiveDateTime, Vec<i64>> = BTreeMap::new();
    for (id, at) in rows {
        let second = at.and_utc().timestamp();
        let at = chrono::DateTime::from_timestamp(second, 0).map_or(*at, |at| at.naive_utc());
        by_second.entry(at.max(now)).or_default().push(*id);
    }
    for (at, ids) in by_second {
        let changed = diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(ids))
                .filter(deliveries::state.eq(DeliveryState::Queued))
                .filter(deliveries::lease_owner.eq(owner).assume_not_null()),
        )
        .set((
            deliveries::state.eq(DeliveryState::Deferred),
            deliveries::next_attempt_at.eq(at),
            deliveries::lease_owner.eq(None::<String>),
        ))
        .execute(conn)?;
        tally.moved(campaign, DeliveryState::Queued, DeliveryState::Deferred, changed);
    }
    Ok(())
}

/// When the first deferred row of a campaign comes back.
pub(in crate::delivery) fn next_attempt(
    conn: &mut Conn,
    campaign: i64,
) -> Result<Option<NaiveDateTime>, Error> {
    let next: Option<Option<NaiveDateTime>> = deliveries::table
        .filter(deferred())
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::next_attempt_at.is_not_null())
        .order(deliveries::next_attempt_at)
        .select(deliveries::next_attempt_at)
        .first(conn)
        .optional()?;
    Ok(next.flatten())
}

/// Deferred rows, said so that the engines see that the index of deferred rows alone will do.
fn deferred() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("state = 'deferred'")
}

/// Puts deferred rows whose time has come back into the queue; tells how many.
pub(in crate::delivery) fn requeue_due(
    conn: &mut Conn,
    campaign: i64,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<usize, Error> {
    let due: Vec<i64> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deferred())
        .filter(deliveries::next_attempt_at.le(now).assume_not_null())
        .order(deliveries::next_attempt_at)
        .limit(1_000)
        .select(deliveries::id)
        .load(conn)?;
    if due.is_empty() {
        return sample::requeue_rest(conn, campaign, tally);
    }
    let changed = diesel::update(
        deliveries::table
            .filter(deliveries::id.eq_any(due))
            .filter(deliveries::state.eq(DeliveryState::Deferred)),
    )
    .set((deliveries::state.eq(DeliveryState::Queued), deliveries::next_attempt_at.eq(None::<NaiveDateTime>)))
    .execute(conn)?;
    tally.moved(campaign, DeliveryState::Deferred, DeliveryState::Queued, changed);
    Ok(changed)
}

/// Whether deferred rows of a campaign are due: a cheap look that needs no write.
pub(in crate::delivery) fn is_due(conn: &mut Conn, campaign: i64, now: NaiveDateTime) -> Result<bool, Error> {
    let due: Option<i64> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deferred())
        .filter(deliveries::next_attempt_at.le(now).assume_not_null())
        .select(deliveries::id)
        .first(conn)
        .optional()?;
    Ok(due.is_some() || sample::rest_may_go(conn, campaign)?)
}
