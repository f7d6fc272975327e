//! A mail that came back is read, tied to its delivery, stored once, and has its consequences, all in the caller's
//! transaction.

use chrono::{NaiveDateTime, TimeDelta};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::consequences::{Consequence, follow};
use super::identify::{KnownBy, delivery_of};
use super::notice::{Class, Kind, Notice, Reason, Recipient, read};
use super::store::{self, NewBounce};
use crate::db::{Conn, Error};
use crate::kernel::email_address::EmailAddress;
use crate::links::Signer;

crate::text_enum! {
    /// How a bounce reached us.
    Source {
        /// `brevduva bounce ingest`, behind a mail server's pipe.
        Pipe = "pipe",
        /// The LMTP listener.
        Lmtp = "lmtp",
        /// A mailbox that is read over IMAP.
        Imap = "imap",
        /// A provider's webhook.
        Webhook = "webhook",
        /// The relay's answer while we were sending.
        Smtp = "smtp",
    }
}

/// What an address that bounces may do before it is not used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// So many soft bounces in a row.
    pub soft_in_a_row: u16,
    /// Over at least so many days.
    pub soft_days: u16,
}

impl Default for Policy {
    fn default() -> Self {
        Self { soft_in_a_row: 5, soft_days: 14 }
    }
}

/// What became of a mail that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It says nothing that has to be kept: an answer, a delay, a receipt.
    Ignored(Kind),
    /// The same mail was here before.
    Repeated,
    /// It belongs to a delivery.
    Settled {
        /// The delivery.
        delivery: i64,
        /// Its campaign.
        campaign: i64,
        /// What it means.
        class: Class,
        /// Why.
        reason: Reason,
        /// What followed.
        consequence: Consequence,
    },
    /// Nothing of ours names its delivery: it waits for staff.
    Unidentified(Class),
}

/// Takes a mail in. `envelope` is the address that the mail server took it for, when it tells.
///
/// # Errors
/// Those of the database.
pub fn ingest(
    conn: &mut Conn,
    signer: &Signer,
    policy: Policy,
    source: Source,
    bytes: &[u8],
    envelope: Option<&str>,
    now: NaiveDateTime,
) -> Result<Outcome, Error> {
    let notice = read(bytes);
    take(conn, signer, policy, source, &notice, envelope, now, &|delivery| fingerprint(bytes, delivery))
}

/// Takes in what a provider told in another form than a mail. `event` is its number of the event: the same one again
/// changes nothing.
///
/// # Errors
/// Those of the database.
pub fn ingest_event(
    conn: &mut Conn,
    signer: &Signer,
    policy: Policy,
    event: &str,
    notice: &Notice,
    now: NaiveDateTime,
) -> Result<Outcome, Error> {
    take(conn, signer, policy, Source::Webhook, notice, None, now, &|_| event.to_owned())
}

#[expect(clippy::too_many_arguments, reason = "the one place behind both faces")]
fn take(
    conn: &mut Conn,
    signer: &Signer,
    policy: Policy,
    source: Source,
    notice: &Notice,
    envelope: Option<&str>,
    now: NaiveDateTime,
    fingerprint: &dyn Fn(Option<i64>) -> String,
) -> Result<Outcome, Error> {
    let Some(told) = worst(notice) else { return Ok(Outcome::Ignored(notice.kind)) };
    let found = delivery_of(conn, signer, notice, envelope)?;
    let known_by = found.as_ref().map_or(KnownBy::Nothing, |(_, by)| *by);
    let address = told.address.clone().filter(|_| found.is_none());
    let row = NewBounce {
        fingerprint: fingerprint(found.as_ref().map(|(delivery, _)| delivery.id)),
        source,
        kind: notice.kind,
        known_by,
        delivery_id: found.as_ref().map(|(delivery, _)| delivery.id),
        campaign_id: found.as_ref().map(|(delivery, _)| delivery.campaign_id),
        address_key: address.as_deref().and_then(key),
        address,
        class: told.class,
        reason: told.reason,
        status: told.status.map(|status| status.to_string()),
        diagnostic: told.diagnostic.clone(),
        received_at: now,
    };
    if !store::insert(conn, &row)? {
        return Ok(Outcome::Repeated);
    }
    let Some((delivery, _)) = found else { return Ok(Outcome::Unidentified(told.class)) };
    let consequence = follow(conn, policy, &delivery, told.class, told.reason, now)?;
    Ok(Outcome::Settled {
        delivery: delivery.id,
        campaign: delivery.campaign_id,
        class: told.class,
        reason: told.reason,
        consequence,
    })
}

/// How long what nobody can be named for is kept.
#[must_use]
pub fn unidentified_until(now: NaiveDateTime) -> NaiveDateTime {
    now - TimeDelta::days(90)
}

/// The recipient whose failure, or complaint, is to be acted on; our messages have one recipient each.
fn worst(notice: &Notice) -> Option<&Recipient> {
    let weight = |recipient: &&Recipient| match (recipient.class, recipient.reason) {
        (Class::Hard, _) => 5,
        (Class::None, Reason::Complaint | Reason::OptOut) => 4,
        (Class::Block, _) => 3,
        (Class::Message, _) => 2,
        (Class::Soft, _) => 1,
        (Class::None, _) => 0,
    };
    notice.recipients.iter().filter(|recipient| weight(recipient) > 0).max_by_key(weight)
}

fn key(address: &str) -> Option<String> {
    EmailAddress::parse(address).ok().map(|address| address.key().to_owned())
}

/// The same for the same mail, whichever way it came and whatever was put before its header on the way.
/// One mail may have come for several addresses of ours.
fn fingerprint(bytes: &[u8], delivery: Option<i64>) -> String {
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    let at = text.windows(2).position(|pair| pair == b"\n\n").unwrap_or(text.len());
    let (header, body) = text.split_at(at);
    let mut hash = Sha256::new();
    hash.update(delivery.unwrap_or_default().to_be_bytes());
    for line in header.split(|byte| *byte == b'\n') {
        let lower = line.to_ascii_lowercase();
        if [&b"message-id:"[..], b"date:", b"from:", b"to:"].iter().any(|name| lower.starts_with(name)) {
            hash.update(&lower);
            hash.update(b"\n");
        }
    }
    hash.update(body.trim_ascii());
    HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn the_way_does_not_change_the_fingerprint() {
        let mail = b"From: a@example.se\nMessage-ID: <1@x>\n\nbody\n";
        let other_way = b"Received: by x\r\nFrom: a@example.se\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n\r\n";
        assert_eq!(fingerprint(mail, Some(1)), fingerprint(other_way, Some(1)));
        assert_ne!(fingerprint(mail, Some(1)), fingerprint(mail, Some(2)));
        let other = b"From: a@example.se\nMessage-ID: <2@x>\n\nbody\n";
        assert_ne!(fingerprint(mail, None), fingerprint(other, None));
    }
}
