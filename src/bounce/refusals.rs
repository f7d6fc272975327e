//! Refusals that were heard while sending mean the same as those that come back later.

use chrono::{NaiveDateTime, TimeDelta};

use super::consequences::follow;
use super::identify::KnownBy;
use super::ingest::{Policy, Source};
use super::notice::{Kind, read_reply};
use super::store::{self, NewBounce};
use crate::db::{Conn, Error};
use crate::delivery;

/// So many are settled in one transaction.
const AT_ONCE: i64 = 200;

/// Whether there is one to settle.
pub(super) fn refusals_wait(conn: &mut Conn, now: NaiveDateTime) -> Result<bool, Error> {
    Ok(!store::refused(conn, now - TimeDelta::days(1), 1)?.is_empty())
}

/// Settles the next refusals; tells how many. Campaigns that were finished longer than a day ago are not looked at.
///
/// # Errors
/// Those of the database.
pub fn settle_refusals(conn: &mut Conn, policy: Policy, now: NaiveDateTime) -> Result<usize, Error> {
    let refused = store::refused(conn, now - TimeDelta::days(1), AT_ONCE)?;
    for (id, reply) in &refused {
        let Some(delivery) = delivery::returned(conn, *id)? else { continue };
        let told = read_reply(reply);
        let row = NewBounce {
            fingerprint: format!("smtp {id}"),
            source: Source::Smtp,
            kind: Kind::Dsn,
            known_by: KnownBy::Conversation,
            delivery_id: Some(delivery.id),
            campaign_id: Some(delivery.campaign_id),
            address: None,
            address_key: None,
            class: told.class,
            reason: told.reason,
            status: told.status.map(|status| status.to_string()),
            diagnostic: told.diagnostic,
            received_at: now,
        };
        if store::insert(conn, &row)? {
            follow(conn, policy, &delivery, told.class, told.reason, now)?;
        }
    }
    Ok(refused.len())
}
