//! What one person was sent, and what becomes of the rows of somebody who is erased. Functions open no transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::ledger::Tally;
use super::{DeliveryState, Error, digest};
use crate::db::Conn;
use crate::db::schema::{bounces, campaigns, deliveries};
use crate::preferences::Reason;

/// Rows whose person was erased while their message was on the wire, and which came back: nobody is left to send to.
pub(super) fn skip_erased(
    conn: &mut Conn,
    campaign: i64,
    ids: &[i64],
    tally: &mut Tally,
) -> Result<(), Error> {
    for state in [DeliveryState::Queued, DeliveryState::Deferred] {
        let skipped = diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(ids))
                .filter(deliveries::state.eq(state))
                .filter(deliveries::contact_id.is_null()),
        )
        .set((
            deliveries::state.eq(DeliveryState::Skipped),
            deliveries::reason.eq(Reason::Erased.as_str()),
            deliveries::lease_owner.eq(None::<String>),
            deliveries::next_attempt_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
        tally.add(campaign, state, "", -(skipped as i64));
        tally.add(campaign, DeliveryState::Skipped, Reason::Erased.as_str(), skipped as i64);
    }
    Ok(())
}

/// Takes the person, the address and the relay's words, which may repeat it, out of rows.
pub(super) fn detach(conn: &mut Conn, ids: &[i64]) -> Result<(), Error> {
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
        .set((
            deliveries::contact_id.eq(None::<i64>),
            deliveries::email.eq(None::<String>),
            deliveries::email_key.eq(None::<String>),
            deliveries::reply.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes an erased person out of all their rows: what waits is skipped, the rest counts on without them. A message
/// that is on the wire cannot be called back.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64], now: NaiveDateTime) -> Result<(), Error> {
    let rows: Vec<(i64, i64)> = deliveries::table
        .filter(deliveries::contact_id.eq_any(people))
        .order(deliveries::id)
        .select((deliveries::id, deliveries::campaign_id))
        .load(conn)?;
    let mut of_campaigns: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    rows.into_iter().for_each(|(id, campaign)| of_campaigns.entry(campaign).or_default().push(id));
    let mut tally = Tally::default();
    for (campaign, ids) in of_campaigns {
        // First, so that the rows are ours: nobody else moves one between these two changes.
        detach(conn, &ids)?;
        skip_erased(conn, campaign, &ids, &mut tally)?;
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
            .set(deliveries::updated_at.eq(now))
            .execute(conn)?;
    }
    digest::forget(conn, people)?;
    tally.write(conn, "")
}

/// A mailing that was made for a person.
#[derive(Debug, Clone, Queryable)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Mailing {
    pub campaign: String,
    pub unit_id: i64,
    pub email: Option<String>,
    pub state: DeliveryState,
    pub reason: Option<String>,
    pub updated_at: NaiveDateTime,
}

/// The mailings of a person, known by these numbers, the latest first; at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn mailings(conn: &mut Conn, people: &[i64], limit: i64) -> Result<Vec<Mailing>, crate::db::Error> {
    Ok(deliveries::table
        .inner_join(campaigns::table)
        .filter(deliveries::contact_id.eq_any(people))
        .order(deliveries::id.desc())
        .limit(limit)
        .select((
            campaigns::name,
            campaigns::unit_id,
            deliveries::email,
            deliveries::state,
            deliveries::reason,
            deliveries::updated_at,
        ))
        .load(conn)?)
}

/// How much came back of a campaign's messages, by class; complaints have none.
pub(super) fn came_back(conn: &mut Conn, campaign: i64) -> Result<Vec<(String, i64)>, Error> {
    Ok(bounces::table
        .filter(bounces::campaign_id.eq(campaign))
        .group_by(bounces::class)
        .select((bounces::class, diesel::dsl::count_star()))
        .load(conn)?)
}

/// What came back: the row that it belongs to.
#[derive(Debug, Clone, Queryable)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Returned {
    pub id: i64,
    pub campaign_id: i64,
    pub unit_id: i64,
    pub contact_id: Option<i64>,
    pub email: Option<String>,
    pub email_key: Option<String>,
}

/// The delivery of this number.
///
/// # Errors
/// Those of the database.
pub fn returned(conn: &mut Conn, id: i64) -> Result<Option<Returned>, crate::db::Error> {
    Ok(deliveries::table
        .inner_join(campaigns::table)
        .filter(deliveries::id.eq(id))
        .select(RETURNED)
        .first(conn)
        .optional()?)
}

/// What a person, or one of those who became part of them, was sent in a campaign.
///
/// # Errors
/// Those of the database.
pub fn returned_of(
    conn: &mut Conn,
    campaign: i64,
    contact: i64,
) -> Result<Option<Returned>, crate::db::Error> {
    Ok(deliveries::table
        .inner_join(campaigns::table)
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::contact_id.eq(contact))
        .select(RETURNED)
        .first(conn)
        .optional()?)
}

/// When these people were sent the mail of these campaigns, by campaign and person; who was not is missing.
///
/// # Errors
/// Those of the database.
pub fn delivered_at(
    conn: &mut Conn,
    mails: &[(i64, i64)],
) -> Result<HashMap<(i64, i64), NaiveDateTime>, crate::db::Error> {
    let mut of_campaigns: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (campaign, contact) in mails {
        of_campaigns.entry(*campaign).or_default().insert(*contact);
    }
    let mut found = HashMap::new();
    for (campaign, people) in of_campaigns {
        for batch in Vec::from_iter(people).chunks(1_000) {
            let rows: Vec<(Option<i64>, NaiveDateTime)> = deliveries::table
                .filter(deliveries::contact_id.eq_any(batch))
                .filter(deliveries::campaign_id.eq(campaign))
                // Scanners come before the mail server has said that it took the mail.
                .filter(deliveries::state.eq_any([DeliveryState::Sending, DeliveryState::Sent]))
                .select((deliveries::contact_id, deliveries::updated_at))
                .load(conn)?;
            found.extend(rows.into_iter().filter_map(|(person, at)| Some(((campaign, person?), at))));
        }
    }
    Ok(found)
}

/// The numbers of the latest messages that a person was sent at one address, the latest first.
///
/// # Errors
/// Those of the database.
pub fn latest_sent(
    conn: &mut Conn,
    contact: i64,
    email_key: &str,
    limit: i64,
) -> Result<Vec<i64>, crate::db::Error> {
    Ok(deliveries::table
        .filter(deliveries::contact_id.eq(contact))
        .filter(deliveries::email_key.eq(email_key))
        .filter(deliveries::state.eq(DeliveryState::Sent))
        .order(deliveries::id.desc())
        .limit(limit)
        .select(deliveries::id)
        .load(conn)?)
}

const RETURNED: (
    deliveries::id,
    deliveries::campaign_id,
    campaigns::unit_id,
    deliveries::contact_id,
    deliveries::email,
    deliveries::email_key,
) = (
    deliveries::id,
    deliveries::campaign_id,
    campaigns::unit_id,
    deliveries::contact_id,
    deliveries::email,
    deliveries::email_key,
);
