//! What follows from a bounce (issue 7): an address that is gone is not used any more and another address of the
//! person takes over, a complaint is a "no", and who blocks us punishes nobody but raises an alarm.

use chrono::{NaiveDateTime, TimeDelta};

use super::ingest::Policy;
use super::notice::{Class, Reason};
use super::store;
use crate::audit::{self, Actor, Deed};
use crate::contacts::{self, FieldSource};
use crate::db::{Conn, Error};
use crate::delivery::{self, Returned};
use crate::preferences::{self, Channel, PreferenceSource, RefusalScope, SuppressionReason, Voice};

/// So many blocked messages of one campaign raise the alarm.
pub const ALARM: i64 = 10;

/// What followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing but the record.
    Nothing,
    /// The address is not used any more, and the person has no other.
    Suppressed,
    /// The address is not used any more; another one of the person is.
    TakenOver,
    /// The person left the unit's mailings, and the address is not used any more.
    Left,
    /// The campaign's alarm was raised.
    Alarm,
}

/// Does what follows.
pub(super) fn follow(
    conn: &mut Conn,
    policy: Policy,
    delivery: &Returned,
    class: Class,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<Consequence, Error> {
    match (class, reason) {
        (Class::Hard, _) => stop_using(conn, delivery, reason, now),
        (Class::Soft, _) if keeps_bouncing(conn, policy, delivery, now)? => {
            stop_using(conn, delivery, reason, now)
        }
        (Class::Block, _) => alarm(conn, delivery, now),
        (Class::None, Reason::Complaint | Reason::OptOut) => leave(conn, delivery, reason, now),
        _ => Ok(Consequence::Nothing),
    }
}

/// Suppresses the address, unless the delivery names it no more; the person may have another.
fn stop_using(
    conn: &mut Conn,
    delivery: &Returned,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<Consequence, Error> {
    let Some(key) = &delivery.email_key else { return Ok(Consequence::Nothing) };
    suppress(conn, delivery, key, SuppressionReason::Bounce, reason, now)?;
    let taken_over = take_over(conn, delivery, key, now)?;
    Ok(if taken_over { Consequence::TakenOver } else { Consequence::Suppressed })
}

fn suppress(
    conn: &mut Conn,
    delivery: &Returned,
    key: &str,
    why: SuppressionReason,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if preferences::suppression(conn, Channel::Email, key)?.is_some() {
        return Ok(());
    }
    preferences::suppress(conn, Channel::Email, key, why, reason.as_str(), now)?;
    record(conn, delivery, "suppression.create", reason, now)
}

fn record(
    conn: &mut Conn,
    delivery: &Returned,
    action: &'static str,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<(), Error> {
    let deed = Deed {
        action,
        subject_kind: "campaign",
        subject_id: Some(delivery.campaign_id),
        unit_id: Some(delivery.unit_id),
        detail: &serde_json::json!({ "delivery": delivery.id, "reason": reason.as_str() }),
    };
    audit::record(conn, now, Actor::SYSTEM, &deed)
}

/// Makes another address that the person has shown to be theirs the one that is used; one that bounced too is none.
fn take_over(conn: &mut Conn, delivery: &Returned, gone: &str, now: NaiveDateTime) -> Result<bool, Error> {
    let Some(contact) = delivery.contact_id.map(|id| contacts::find(conn, id)).transpose()?.flatten() else {
        return Ok(false);
    };
    if contact.email_key.as_deref() != Some(gone) {
        return Ok(false);
    }
    for other in contacts::other_addresses(conn, &[contact.id])? {
        if other.confirmed_at.is_some()
            && preferences::suppression(conn, Channel::Email, &other.address_key)?.is_none()
        {
            return contacts::make_primary(conn, &contact, other.id, FieldSource::Person, now);
        }
    }
    Ok(false)
}

/// Whether the latest messages to the address all came back softly, over long enough a time.
fn keeps_bouncing(
    conn: &mut Conn,
    policy: Policy,
    delivery: &Returned,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let (Some(contact), Some(key)) = (delivery.contact_id, &delivery.email_key) else { return Ok(false) };
    let latest = delivery::latest_sent(conn, contact, key, i64::from(policy.soft_in_a_row))?;
    if latest.len() < usize::from(policy.soft_in_a_row) {
        return Ok(false);
    }
    let bounced = store::soft_of(conn, &latest)?;
    let all = latest.iter().all(|id| bounced.iter().any(|(of, _)| of == id));
    let first = bounced.iter().map(|(_, at)| *at).min();
    Ok(all && first.is_some_and(|first| now - first >= TimeDelta::days(i64::from(policy.soft_days))))
}

/// Raises the campaign's alarm once.
fn alarm(conn: &mut Conn, delivery: &Returned, now: NaiveDateTime) -> Result<Consequence, Error> {
    if store::count_of(conn, delivery.campaign_id, Class::Block)? != ALARM {
        return Ok(Consequence::Nothing);
    }
    tracing::warn!(campaign = delivery.campaign_id, "mail servers block this campaign; see its page");
    record(conn, delivery, "campaign.blocked", Reason::Blocked, now)?;
    Ok(Consequence::Alarm)
}

/// A complaint is a "no" to the unit that sent it, and the provider counts every further message against us.
fn leave(
    conn: &mut Conn,
    delivery: &Returned,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<Consequence, Error> {
    let voice = Voice {
        contact: delivery.contact_id,
        address_key: delivery.email_key.as_deref(),
        source: PreferenceSource::Complaint,
        campaign: Some(delivery.campaign_id),
        at: now,
    };
    preferences::refuse(conn, &voice, RefusalScope::Unit(delivery.unit_id))?;
    // Who asks to leave complains about nothing.
    if let (Some(key), Reason::Complaint) = (&delivery.email_key, reason) {
        suppress(conn, delivery, key, SuppressionReason::Complaint, reason, now)?;
    }
    Ok(Consequence::Left)
}
