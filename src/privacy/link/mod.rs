//! The link to what is held about somebody: sent to the address on record, because a newsletter with its own links may
//! have been forwarded. It works for an hour.

mod store;

use chrono::{NaiveDateTime, TimeDelta};

use super::mail;
use super::requests::{self, RequestKind, RequestWay};
use crate::audit::{self, Actor, ActorKind, Deed};
use crate::config::Config;
use crate::contacts::Contact;
use crate::content::{LayoutError, Layouts};
use crate::db::{self, Conn};
use crate::kernel::clock::Clock;
use crate::kernel::email_address::{EmailAddress, InvalidEmailAddress};
use crate::links::{SecretKeys, Urls};
use crate::mail::message::MessageError;
use crate::mail::outbox::OutboxKind;

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
    if asker == Asker::Anybody && store::asked(conn, now - TimeDelta::hours(1), IN_ALL)? >= IN_ALL {
        return Ok(false);
    }
    ask_within(conn, keys, ("link request", email_key), (PER_ADDRESS, TimeDelta::hours(1)), now)
}

/// Whether something of a kind may be asked for again about a subject, which was asked for no more than `most` times
/// within a day; counts as one more if it may.
pub(super) fn may_ask(
    conn: &mut Conn,
    keys: &SecretKeys,
    asked: (&str, &str),
    most: i64,
    now: NaiveDateTime,
) -> Result<bool, db::Error> {
    ask_within(conn, keys, asked, (most, TimeDelta::days(1)), now)
}

/// Only a keyed hash of the subject is kept, for a day.
fn ask_within(
    conn: &mut Conn,
    keys: &SecretKeys,
    (kind, subject): (&str, &str),
    (most, window): (i64, TimeDelta),
    now: NaiveDateTime,
) -> Result<bool, db::Error> {
    let hash = keys.hashes(kind, subject).into_iter().next().map(|(_, hash)| hash);
    let Some(hash) = hash else { return Ok(false) };
    store::forget_before(conn, now - TimeDelta::days(1))?;
    let may = store::asked_for(conn, &hash, now - window, most)? < most;
    if may {
        store::remember(conn, &hash, now)?;
    }
    Ok(may)
}

/// Puts a mail to this address in the outbox with a link for each of these people, who share it. Nothing is sent about
/// the dead or the erased.
///
/// # Errors
/// When the mail cannot be made, and those of the database.
pub fn send(
    conn: &mut Conn,
    sender: Sender<'_>,
    to: &EmailAddress,
    people: &[Contact],
) -> Result<(), LinkError> {
    let now = sender.clock.now();
    let people: Vec<&Contact> =
        people.iter().filter(|one| one.erased_at.is_none() && !one.deceased).take(PEOPLE).collect();
    let Some(first) = people.first() else { return Ok(()) };
    let expires = (now + TimeDelta::minutes(LINK_MINUTES)).timestamp();
    let links: Vec<String> = people
        .iter()
        .map(|one| match (people.len(), sender.urls.my_data(one.id, expires)) {
            (1, link) => link,
            (_, link) => format!("{}: {link}", one.full_name()),
        })
        .collect();
    let links = links.join("\n");
    mail::enqueue(conn, sender, OutboxKind::MyData, to, first.language, &[("links", links.as_str())])?;
    let now = now.naive_utc();
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
