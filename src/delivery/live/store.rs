//! Counts by relay and by domain, as they are written and read. Functions open no transaction.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Flow, LastFault, Written};
use crate::campaign::CampaignState;
use crate::db::Conn;
use crate::db::schema::{campaigns, deliveries, delivery_flows, delivery_tallies, workers};
use crate::delivery::{DeliveryState, Error};

/// Writes counts of one process.
pub(in crate::delivery) fn write(
    conn: &mut Conn,
    writer: &str,
    changes: &[Written],
    now: NaiveDateTime,
) -> Result<(), Error> {
    for one in changes {
        let values = (
            delivery_flows::sent.eq(one.sent),
            delivery_flows::deferred.eq(one.deferred),
            delivery_flows::failed.eq(one.failed),
            delivery_flows::rate.eq(one.rate),
            delivery_flows::updated_at.eq(now),
        );
        let row = delivery_flows::table.find((one.campaign, writer, one.kind, &one.name));
        if diesel::update(row).set(values).execute(conn)? == 0 {
            diesel::insert_into(delivery_flows::table)
                .values((
                    delivery_flows::campaign_id.eq(one.campaign),
                    delivery_flows::writer.eq(writer),
                    delivery_flows::kind.eq(one.kind),
                    delivery_flows::name.eq(&one.name),
                    values,
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The counts of all processes together by relay and by domain, the most first. Rates older than `fresh` are nothing.
pub(super) fn flows(
    conn: &mut Conn,
    campaign: i64,
    fresh: NaiveDateTime,
    limit: usize,
) -> Result<(Vec<Flow>, Vec<Flow>), Error> {
    let rows: Vec<(String, String, i64, i64, i64, f64, NaiveDateTime)> = delivery_flows::table
        .filter(delivery_flows::campaign_id.eq(campaign))
        .select((
            delivery_flows::kind,
            delivery_flows::name,
            delivery_flows::sent,
            delivery_flows::deferred,
            delivery_flows::failed,
            delivery_flows::rate,
            delivery_flows::updated_at,
        ))
        .load(conn)?;
    let mut kinds: BTreeMap<String, BTreeMap<String, Flow>> = BTreeMap::new();
    for (kind, name, sent, deferred, failed, rate, at) in rows {
        let empty = || Flow { name: name.clone(), sent: 0, deferred: 0, failed: 0, rate: 0.0 };
        let flow = kinds.entry(kind).or_default().entry(name.clone()).or_insert_with(empty);
        flow.sent += sent;
        flow.deferred += deferred;
        flow.failed += failed;
        flow.rate += if at >= fresh { rate } else { 0.0 };
    }
    let mut sorted = |kind: &str| {
        let mut flows: Vec<Flow> = kinds.remove(kind).unwrap_or_default().into_values().collect();
        flows.sort_by_key(|flow| std::cmp::Reverse(flow.sent + flow.deferred + flow.failed));
        flows.truncate(limit);
        flows
    };
    Ok((sorted("relay"), sorted("domain")))
}

/// The latest rows that failed or come back later with words of the relay; by the order of rows, which has an index.
pub(super) fn faults(conn: &mut Conn, campaign: i64, limit: i64) -> Result<Vec<LastFault>, Error> {
    let mut faults = Vec::new();
    for state in [DeliveryState::Failed, DeliveryState::Deferred] {
        let rows: Vec<(String, NaiveDateTime)> = deliveries::table
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::state.eq(state))
            .filter(deliveries::reply.is_not_null())
            .order(deliveries::id.desc())
            .limit(limit)
            .select((deliveries::reply.assume_not_null(), deliveries::updated_at))
            .load(conn)?;
        faults.extend(rows.into_iter().map(|(reply, at)| LastFault { state, reply, at: at.and_utc() }));
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.at));
    faults.truncate(limit as usize);
    Ok(faults)
}

/// Whether a process that sends is alive.
pub(super) fn somebody_works(conn: &mut Conn, now: NaiveDateTime) -> Result<bool, Error> {
    let found: Option<String> =
        workers::table.filter(workers::alive_until.ge(now)).select(workers::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// How many processes send.
pub(super) fn workers(conn: &mut Conn, now: NaiveDateTime) -> Result<i64, Error> {
    Ok(workers::table.filter(workers::alive_until.ge(now)).count().get_result(conn)?)
}

/// Messages by state of the campaigns that are not over, from the running totals.
pub(super) fn totals(conn: &mut Conn) -> Result<Vec<(String, i64)>, Error> {
    let open = campaigns::table
        .filter(campaigns::state.eq_any([CampaignState::Sending, CampaignState::Paused]))
        .select(campaigns::id);
    let rows: Vec<(String, i64)> = delivery_tallies::table
        .filter(delivery_tallies::campaign_id.eq_any(open))
        .select((delivery_tallies::state, delivery_tallies::amount))
        .load(conn)?;
    let mut totals: BTreeMap<String, i64> = BTreeMap::new();
    rows.into_iter().for_each(|(state, amount)| *totals.entry(state).or_default() += amount);
    Ok(totals.into_iter().collect())
}

/// Messages per second of all campaigns, lately.
pub(super) fn rate(conn: &mut Conn, fresh: NaiveDateTime) -> Result<f64, Error> {
    let open = campaigns::table.filter(campaigns::state.eq(CampaignState::Sending)).select(campaigns::id);
    let rates: Vec<f64> = delivery_flows::table
        .filter(delivery_flows::campaign_id.eq_any(open))
        .filter(delivery_flows::kind.eq("relay"))
        .filter(delivery_flows::updated_at.ge(fresh))
        .select(delivery_flows::rate)
        .load(conn)?;
    // Nothing adds up to minus zero.
    Ok(rates.iter().sum::<f64>() + 0.0)
}
