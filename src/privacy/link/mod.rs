//! The link to what is held about somebody: sent to the address on record, because a newsletter with its own links may
//! have been forwarded. It works for an hour.

mod store;

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeDelta};

use super::requests::{self, RequestKind, RequestWay};
use crate::audit::{self, Actor, ActorKind, Deed};
use crate::config::Config;
use crate::contacts::Contact;
use crate::content::{LayoutError, Layouts};
use crate::db::{self, Conn};
use crate::kernel::clock::Clock;
use crate::kernel::email_address::{EmailAddress, InvalidEmailAddress};
use crate::links::{SecretKeys, Urls};
use crate::mail::message::{MessageError, SystemMessage};
use crate::mail::outbox::{self, OutboxKind};

/// How long a link works.
pub const LINK_MINUTES: i64 = 60;
/// Links to one address within an hour.
const PER_ADDRESS: i64 = 3;
/// Links that the page for everybody sends within an hour, to whatever address.
const IN_ALL: i64 = 300;
/// People behind one address who get a link each.
const PEOPLE: usize = 5;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Somebody who holds a signed link of the person.
    Holder,
    /// Anybody.
    Anybody,
}

/// Why no link could be sent.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The sender's or the person's address.
    #[error(transparent)]
    Address(#[from] InvalidEmailAddress),
    /// The mail.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The words of the mail.
    #[error(transparent)]
    Words(#[from] LayoutError),
}

/// What a mail is made with.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The words of mails.
    pub layouts: &'a Layouts,
    /// Signs the link.
    pub urls: &'a Urls,
    /// Time and randomness.
    pub clock: &'a Clock,
}

/// Whether a link may be sent to an address, in the form for comparison, now; counts as one that is. It takes the same
/// whether or not anybody has the address.
///
/// # Errors
/// Those of the database.
pub fn may_send(
    conn: &mut Conn,
    keys: &SecretKeys,
    email_key: &str,
    asker: Asker,
    now: NaiveDateTime,
) -> Result<bool, db::Error> {
    let hash = keys.hashes("link request", email_key).into_iter().next().map(|(_, hash)| hash);
    let Some(hash) = hash else { return Ok(false) };
    let since = now - TimeDelta::hours(1);
    store::forget_before(conn, now - TimeDelta::days(1))?;
    let often = store::asked_for(conn, &hash, since, PER_ADDRESS)? >= PER_ADDRESS
        || (asker == Asker::Anybody && store::asked(conn, since, IN_ALL)? >= IN_ALL);
    if !often {
        store::remember(conn, &hash, now)?;
    }
    Ok(!often)
}

/// Puts a mail in the outbox with a link for each of these people, who share one address. Nothing is sent about the dead
/// or the erased.
///
/// # Errors
/// When the mail cannot be made, and those of the database.
pub fn send(conn: &mut Conn, sender: Sender<'_>, people: &[Contact]) -> Result<(), LinkError> {
    let now = sender.clock.now();
    let people: Vec<&Contact> = people
        .iter()
        .filter(|one| one.erased_at.is_none() && !one.deceased && one.email.is_some())
        .take(PEOPLE)
        .collect();
    let Some(first) = people.first() else { return Ok(()) };
    let to = EmailAddress::parse(first.email.as_deref().unwrap_or_default())?;
    let expires = (now + TimeDelta::minutes(LINK_MINUTES)).timestamp();
    let links: Vec<String> = people
        .iter()
        .map(|one| match (people.len(), sender.urls.my_data(one.id, expires)) {
            (1, link) => link,
            (_, link) => format!("{}: {link}", one.full_name()),
        })
        .collect();
    let office = &sender.config.office_name;
    let links = links.join("\n");
    let values = BTreeMap::from([("office", office.as_str()), ("links", links.as_str())]);
    let text = sender.layouts.system("my_data", first.language, &values)?;
    let from = sender.config.sender()?;
    let random = data_encoding::HEXLOWER.encode(&sender.clock.random_bytes::<16>());
    let message = SystemMessage {
        from_name: office,
        from_address: &from,
        to_name: "",
        to_address: &to,
        subject: &text.subject,
        text: &text.text,
        html: None,
        language: first.language,
        date: now,
        message_id: &format!("my-data.{random}@{}", from.domain()),
    };
    let now = now.naive_utc();
    outbox::enqueue(conn, OutboxKind::MyData, &from, &to, &message.build()?, now)?;
    for one in people {
        requests::record(conn, one.id, RequestKind::Access, RequestWay::Page, now)?;
        let deed = Deed {
            action: "my_data.link",
            subject_kind: "contact",
            subject_id: Some(one.id),
            unit_id: None,
            detail: &serde_json::json!({}),
        };
        audit::record(conn, now, Actor { kind: ActorKind::Person, id: Some(one.id) }, &deed)?;
    }
    Ok(())
}
