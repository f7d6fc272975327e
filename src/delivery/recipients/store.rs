//! Reading who got a campaign, and sending to those again whom it failed to reach. Functions open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Recipient, Refusal, Wanted};
use crate::db::schema::{contacts, deliveries, delivery_refusals};
use crate::db::{Conn, Db};
use crate::delivery::ledger::Tally;
use crate::delivery::{DeliveryState, Error};

/// A page of a campaign's recipients after row `after`. People with protected identity are never listed.
///
/// # Errors
/// Those of the database.
pub fn recipients(
    conn: &mut Conn,
    campaign: i64,
    wanted: &Wanted,
    after: i64,
    limit: i64,
) -> Result<Vec<Recipient>, Error> {
    let protected = contacts::table.filter(contacts::protected.eq(true)).select(contacts::id);
    let mut query = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::id.gt(after))
        .filter(
            deliveries::contact_id.is_null().or(deliveries::contact_id.assume_not_null().ne_all(protected)),
        )
        .order(deliveries::id)
        .limit(limit)
        .select(Recipient::as_select())
        .into_boxed::<Db>();
    if let Some(state) = wanted.state {
        query = query.filter(deliveries::state.eq(state));
    }
    if let Some(reason) = wanted.reason {
        query = query.filter(deliveries::reason.eq(reason.as_str()).assume_not_null());
    }
    if let Some(variant) = wanted.variant {
        query = query.filter(deliveries::variant.eq(variant).assume_not_null());
    }
    if let Some(domain) = &wanted.domain {
        query = query.filter(deliveries::email_key.like(format!("%@{}", domain.as_str())).assume_not_null());
    }
    Ok(query.load(conn)?)
}

/// Puts failed messages of a campaign that is being sent back into the queue, all of them or these; tells how many.
/// Whether they may go is asked again when they do.
///
/// # Errors
/// Those of the database.
pub fn retry_failed(
    conn: &mut Conn,
    campaign: i64,
    chosen: Option<&[i64]>,
    now: NaiveDateTime,
) -> Result<usize, Error> {
    let mut changed = 0;
    let all = [Vec::new()];
    let batches: Vec<Vec<i64>> = match chosen {
        None => all.to_vec(),
        Some(ids) => ids.chunks(1_000).map(<[i64]>::to_vec).collect(),
    };
    for batch in batches {
        let failed = deliveries::table
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::state.eq(DeliveryState::Failed))
            // Whoever was erased gets no more tries.
            .filter(deliveries::contact_id.is_not_null());
        let values = (
            deliveries::state.eq(DeliveryState::Queued),
            deliveries::attempts.eq(0),
            deliveries::first_tried_at.eq(None::<NaiveDateTime>),
            deliveries::next_attempt_at.eq(None::<NaiveDateTime>),
            deliveries::updated_at.eq(now),
        );
        changed += if chosen.is_none() {
            diesel::update(failed).set(values).execute(conn)?
        } else {
            diesel::update(failed.filter(deliveries::id.eq_any(batch))).set(values).execute(conn)?
        };
    }
    let mut tally = Tally::default();
    tally.moved(campaign, DeliveryState::Failed, DeliveryState::Queued, changed);
    tally.write(conn, "")?;
    Ok(changed)
}

/// Recipients whom a relay refused for good when they were named, after entry `after`, with what it said. Whoever was
/// erased is not among them.
///
/// # Errors
/// Those of the database.
pub fn refusals(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Refusal>, Error> {
    Ok(delivery_refusals::table
        .inner_join(deliveries::table)
        .filter(delivery_refusals::id.gt(after))
        .filter(deliveries::contact_id.is_not_null())
        .filter(deliveries::email.is_not_null())
        .order(delivery_refusals::id)
        .limit(limit)
        .select((
            delivery_refusals::id,
            deliveries::id,
            deliveries::campaign_id,
            deliveries::contact_id.assume_not_null(),
            deliveries::email.assume_not_null(),
            delivery_refusals::code,
            deliveries::reply,
            delivery_refusals::refused_at,
        ))
        .load(conn)?)
}
