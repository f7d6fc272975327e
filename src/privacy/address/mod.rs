//! Another e-mail address that a person gives. A link goes to it, and only when the link is confirmed is the address
//! used. The address that mail went to before is told, with whom to write to, because whoever has another's mailbox for
//! a minute must not take over their mail unseen.
//!
//! What is answered does not depend on whether the address is anybody's: nobody looks.

mod store;

use chrono::{NaiveDateTime, TimeDelta};

use super::link::{self, LinkError, Sender};
use super::mail;
use super::requests::{self, RequestKind, RequestWay};
use crate::audit::{self, Actor, ActorKind, Deed};
use crate::contacts::{self, Contact, FieldSource, erased};
use crate::db::{self, Conn};
use crate::kernel::email_address::EmailAddress;
use crate::mail::outbox::OutboxKind;
use crate::preferences::{self, Channel, SuppressionReason};

pub use store::{AddressRequest, expire, forget};

/// How long a link works.
pub const VALID_HOURS: i64 = 48;
/// Links to one address within a day, whoever asks.
const PER_ADDRESS: i64 = 3;
/// Addresses that one person gives within a day.
const PER_PERSON: i64 = 5;

/// Keeps the address until it is confirmed, and puts a mail with the link in the outbox. The same comes of it for every
/// address: nothing that is told.
///
/// No mail goes to an address whose owner was erased, complained about our mail or had staff stop it; one that bounced
/// may live again, and then the link is the proof.
///
/// # Errors
/// When the mail cannot be made, and those of the database.
pub fn ask(
    conn: &mut Conn,
    sender: Sender<'_>,
    contact: &Contact,
    address: &EmailAddress,
    make_primary: bool,
) -> Result<(), LinkError> {
    let (now, key) = (sender.clock.now(), address.key());
    let (at, keys) = (now.naive_utc(), &sender.config.secret_keys);
    let person = contact.id.to_string();
    let often = !link::may_ask(conn, keys, ("address of a person", &person), PER_PERSON, at)?
        || !link::may_ask(conn, keys, ("address to confirm", key), PER_ADDRESS, at)?;
    let barred = preferences::suppression(conn, Channel::Email, key)?
        .is_some_and(|reason| reason != SuppressionReason::Bounce)
        || erased::is_erased_address(conn, keys, key)?;
    if often || barred || contact.email_key.as_deref() == Some(key) {
        return Ok(());
    }
    let expires = now + TimeDelta::hours(VALID_HOURS);
    let request =
        store::insert(conn, contact.id, (address.as_str(), key), make_primary, (at, expires.naive_utc()))?;
    let link = sender.urls.confirm_address(request, expires.timestamp());
    let hours = VALID_HOURS.to_string();
    let values = [("link", link.as_str()), ("hours", hours.as_str())];
    mail::enqueue(conn, sender, OutboxKind::ConfirmAddress, address, contact.language, &values)
}

/// What a link would confirm; `None` when its time is over, when it was confirmed, or when the person is gone.
///
/// # Errors
/// Those of the database.
pub fn waiting(
    conn: &mut Conn,
    request: i64,
    now: NaiveDateTime,
) -> Result<Option<(AddressRequest, Contact)>, db::Error> {
    let Some(request) = store::find(conn, request, now)? else { return Ok(None) };
    let contact = contacts::find(conn, request.contact_id)?.filter(|contact| contact.erased_at.is_none());
    Ok(contact.map(|contact| (request, contact)))
}

/// Makes the address the person's, and their primary one if they asked for that; tells the address that mail went to
/// before. `None` as [`waiting`].
///
/// # Errors
/// When the mail cannot be made, and those of the database.
pub fn confirm(
    conn: &mut Conn,
    sender: Sender<'_>,
    request: i64,
) -> Result<Option<(AddressRequest, Contact)>, LinkError> {
    let now = sender.clock.now().naive_utc();
    let Some((request, contact)) = waiting(conn, request, now)? else { return Ok(None) };
    // Of two who press the button at once, one does it.
    if !store::take(conn, request.id)? {
        return Ok(None);
    }
    let Ok(address) = EmailAddress::parse(&request.address) else { return Ok(None) };
    let other = contacts::confirm_address(conn, &contact, &address, now)?;
    if preferences::suppression(conn, Channel::Email, address.key())? == Some(SuppressionReason::Bounce) {
        // The mail with the link has arrived.
        preferences::lift_suppression(conn, Channel::Email, address.key())?;
    }
    if let Some(other) = other.filter(|_| request.make_primary) {
        contacts::make_primary(conn, &contact, other, FieldSource::Person, now)?;
    }
    requests::record(conn, contact.id, RequestKind::Correction, RequestWay::Page, now)?;
    let detail = serde_json::json!({ "fields": ["email"], "primary": request.make_primary });
    let deed = Deed {
        action: "my_data.address",
        subject_kind: "contact",
        subject_id: Some(contact.id),
        unit_id: None,
        detail: &detail,
    };
    audit::record(conn, now, Actor { kind: ActorKind::Person, id: Some(contact.id) }, &deed)?;
    tell_former(conn, sender, &contact, &request)?;
    Ok(Some((request, contact)))
}

/// The new address is not written out: the mailbox may be another's by now.
fn tell_former(
    conn: &mut Conn,
    sender: Sender<'_>,
    contact: &Contact,
    request: &AddressRequest,
) -> Result<(), LinkError> {
    let Some(former) = contact.email.as_deref().and_then(|address| EmailAddress::parse(address).ok()) else {
        return Ok(());
    };
    let (office, masked) = (sender.config.sender()?, masked(&request.address));
    let values = [("address", masked.as_str()), ("write_to", office.as_str())];
    let kind = if request.make_primary { OutboxKind::AddressChanged } else { OutboxKind::AddressAdded };
    mail::enqueue(conn, sender, kind, &former, contact.language, &values)
}

/// Enough of an address to know one's own by.
#[must_use]
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or(("", address));
    format!("{}•••@{domain}", local.chars().next().map(String::from).unwrap_or_default())
}
