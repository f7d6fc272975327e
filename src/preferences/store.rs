//! Recording what people want and what they agreed to. Functions open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::decide::Facts;
use super::measuring::is_measured;
use super::question::{Channel, RefusalScope};
use super::suppressions::{lift_suppression, suppression};
use super::{confirmation, consents, pressure, recorded};
use crate::contacts::erased::Forgotten;
use crate::contacts::{Contact, forget_engagements};
use crate::db::schema::{contacts, preference_events, refusals, standing_consents};
use crate::db::{Conn, Error};
use crate::invitations;
use crate::{each, insert_returning_id};

crate::text_enum! {
    /// How a preference reached us.
    PreferenceSource {
        /// A mail program's one-click button (RFC 8058).
        OneClick = "one_click",
        /// The page behind a signed link.
        Page = "page",
        /// The answer to an invitation.
        Invitation = "invitation",
        /// A sign-up form.
        Form = "form",
        /// Staff recorded what somebody told them (product P22).
        Staff = "staff",
        /// The API.
        Api = "api",
        /// A register file.
        Import = "import",
        /// The demo's invented people.
        Demo = "demo",
        /// A complaint that the person's mail provider passed on (RFC 5965).
        Complaint = "complaint",
        /// The time of a pause was over.
        PauseEnded = "pause_ended",
    }
}

/// Who says something about their preferences, and how it reached us.
#[derive(Debug, Clone)]
pub struct Voice<'a> {
    /// The person.
    pub contact: Option<i64>,
    /// The address that the "no" binds as well, so that it holds for whoever else stands behind it.
    pub address_key: Option<&'a str>,
    /// How it reached us.
    pub source: PreferenceSource,
    /// The campaign whose link was used.
    pub campaign: Option<i64>,
    /// When it was said.
    pub at: NaiveDateTime,
}

/// Records a "no". Saying it twice changes nothing.
///
/// # Errors
/// Those of the database.
pub fn refuse(conn: &mut Conn, voice: &Voice<'_>, scope: RefusalScope) -> Result<(), Error> {
    refuse_noted(conn, voice, scope).map(drop)
}

/// [`refuse`], with the number of the event in the history.
pub(super) fn refuse_noted(conn: &mut Conn, voice: &Voice<'_>, scope: RefusalScope) -> Result<i64, Error> {
    let scope_text = scope.to_string();
    let mut rows = Vec::new();
    if let Some(contact) = voice.contact {
        rows.push((Some(contact), None));
        // Mails may still wait under the numbers of those who became part of this person.
        let merged: Vec<i64> =
            contacts::table.filter(contacts::merged_into.eq(contact)).select(contacts::id).load(conn)?;
        rows.extend(merged.into_iter().map(|merged| (Some(merged), None)));
    }
    // Restricting is about one person's data, whoever else has the address.
    if voice.address_key.is_some() && scope != RefusalScope::Restricted {
        rows.push((None, voice.address_key));
    }
    for (contact, address) in rows {
        each!(&mut *conn, engine => {
            diesel::insert_into(refusals::table)
                .values((
                    refusals::contact_id.eq(contact),
                    refusals::address_key.eq(address),
                    refusals::scope.eq(&scope_text),
                    refusals::created_at.eq(voice.at),
                ))
                .on_conflict_do_nothing()
                .execute(engine)
        })?;
    }
    record_event(conn, voice, &scope_text, true)
}

/// Takes a "no" back: the person can always opt in again.
///
/// # Errors
/// Those of the database.
pub fn allow(conn: &mut Conn, voice: &Voice<'_>, scope: RefusalScope) -> Result<(), Error> {
    allow_noted(conn, voice, scope).map(drop)
}

/// [`allow`], with the number of the event in the history.
pub(super) fn allow_noted(conn: &mut Conn, voice: &Voice<'_>, scope: RefusalScope) -> Result<i64, Error> {
    let scope_text = scope.to_string();
    if let Some(contact) = voice.contact {
        diesel::delete(
            refusals::table.filter(refusals::contact_id.eq(contact)).filter(refusals::scope.eq(&scope_text)),
        )
        .execute(conn)?;
    }
    if let Some(address) = voice.address_key {
        diesel::delete(
            refusals::table.filter(refusals::address_key.eq(address)).filter(refusals::scope.eq(&scope_text)),
        )
        .execute(conn)?;
    }
    record_event(conn, voice, &scope_text, false)
}

pub(super) fn record_event(
    conn: &mut Conn,
    voice: &Voice<'_>,
    scope: &str,
    refused: bool,
) -> Result<i64, Error> {
    Ok(insert_returning_id!(
        conn,
        preference_events,
        (
            preference_events::contact_id.eq(voice.contact),
            preference_events::scope.eq(scope),
            preference_events::refused.eq(refused),
            preference_events::source.eq(voice.source),
            preference_events::campaign_id.eq(voice.campaign),
            preference_events::happened_at.eq(voice.at),
        )
    )?)
}

/// What a person, or the holder of their address, has said no to.
///
/// # Errors
/// Those of the database; a stored scope that is unknown is one.
pub fn refusals(
    conn: &mut Conn,
    contact: i64,
    address_key: Option<&str>,
) -> Result<Vec<RefusalScope>, Error> {
    let mut scopes: Vec<String> = refusals::table
        .filter(refusals::contact_id.eq(contact))
        .order(refusals::id)
        .select(refusals::scope)
        .load(conn)?;
    if let Some(address) = address_key {
        let more: Vec<String> = refusals::table
            .filter(refusals::address_key.eq(address))
            .order(refusals::id)
            .select(refusals::scope)
            .load(conn)?;
        for scope in more {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    scopes
        .iter()
        .map(|scope| {
            scope.parse().map_err(|error: super::UnknownScope| {
                Error::Query(diesel::result::Error::DeserializationError(Box::new(error)))
            })
        })
        .collect()
}

/// Everything that bears on permission of one person on one channel.
///
/// # Errors
/// Those of the database.
pub fn facts(conn: &mut Conn, contact: &Contact, channel: Channel) -> Result<Facts, Error> {
    let address = match channel {
        Channel::Email => contact.email_key.clone(),
        Channel::Sms | Channel::Phone => contact.phone.clone(),
        Channel::Letter => contact.street.clone().filter(|_| contact.place.is_some()),
    };
    let suppressed = match &address {
        Some(address) if channel != Channel::Letter => suppression(conn, channel, address)?.is_some(),
        _ => false,
    };
    let consents: Vec<(String, Channel, Option<i64>)> = standing_consents::table
        .filter(standing_consents::contact_id.eq(contact.id))
        .select((standing_consents::purpose, standing_consents::channel, standing_consents::unit_id))
        .load(conn)?;
    Ok(Facts {
        erased: contact.erased_at.is_some(),
        deceased: contact.deceased,
        protected: contact.protected,
        has_address: address.is_some(),
        suppressed,
        refused: refusals(conn, contact.id, contact.email_key.as_deref())?,
        consents,
        invitation: invitations::standing(conn, contact)?,
        unconfirmed: confirmation::is_unconfirmed(conn, contact.id)?,
        mailings: pressure::mailings_of(conn, contact.id)?,
    })
}

/// What moved with a merge, by row id.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MovedPreferences {
    consents: Vec<i64>,
    events: Vec<i64>,
}

/// Moves every consent of a person who was merged into another, and gives both every "no" of either: a mail that
/// still waits under the old number must not go where somebody said no.
///
/// # Errors
/// Those of the database.
pub fn follow_merge(conn: &mut Conn, from: i64, into: i64) -> Result<MovedPreferences, Error> {
    share_refusals(conn, from, into)?;
    confirmation::follow_merge(conn, from, into)?;
    let moved = MovedPreferences {
        consents: consents::moving(conn, from)?,
        events: preference_events::table
            .filter(preference_events::contact_id.eq(from))
            .order(preference_events::id)
            .select(preference_events::id)
            .load(conn)?,
    };
    move_history(conn, &moved, from, into)?;
    Ok(moved)
}

/// Gives a person who was merged into another their consents back. Every "no" of either stays with both.
///
/// # Errors
/// Those of the database.
pub fn undo_merge(conn: &mut Conn, from: i64, into: i64, moved: &MovedPreferences) -> Result<(), Error> {
    share_refusals(conn, from, into)?;
    move_history(conn, moved, into, from)?;
    // What was measured of them as one stays with the one who stayed, if that one agreed.
    if !is_measured(conn, into)? {
        forget_engagements(conn, into)?;
    }
    Ok(())
}

fn share_refusals(conn: &mut Conn, one: i64, other: i64) -> Result<(), Error> {
    for (from, to) in [(one, other), (other, one)] {
        let said: Vec<(String, NaiveDateTime, Option<NaiveDateTime>)> = refusals::table
            .filter(refusals::contact_id.eq(from))
            .select((refusals::scope, refusals::created_at, refusals::ends_at))
            .load(conn)?;
        for (scope, created_at, ends_at) in said {
            each!(&mut *conn, engine => {
                diesel::insert_into(refusals::table)
                    .values((
                        refusals::contact_id.eq(to),
                        refusals::scope.eq(&scope),
                        refusals::created_at.eq(created_at),
                        refusals::ends_at.eq(ends_at),
                    ))
                    .on_conflict_do_nothing()
                    .execute(engine)
            })?;
        }
    }
    Ok(())
}

/// Moves acts from one person to another, where they still are with the first.
fn move_history(conn: &mut Conn, moved: &MovedPreferences, from: i64, to: i64) -> Result<(), Error> {
    diesel::update(
        preference_events::table
            .filter(preference_events::id.eq_any(&moved.events))
            .filter(preference_events::contact_id.eq(from)),
    )
    .set(preference_events::contact_id.eq(to))
    .execute(conn)?;
    consents::restand(conn, &moved.consents, from, to)
}

/// Forgets what an erased person wanted and agreed to. What their addresses must not be used for is forgotten with
/// them, unless somebody else stands behind the address. The history keeps its acts, without the person.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, forgotten: &Forgotten) -> Result<(), Error> {
    let people = &forgotten.people;
    confirmation::forget(conn, people)?;
    recorded::forget(conn, people)?;
    diesel::delete(refusals::table.filter(refusals::contact_id.eq_any(people))).execute(conn)?;
    consents::forget(conn, people)?;
    diesel::update(preference_events::table.filter(preference_events::contact_id.eq_any(people)))
        .set(preference_events::contact_id.eq(None::<i64>))
        .execute(conn)?;

    let shared: Vec<Option<String>> = contacts::table
        .filter(contacts::email_key.eq_any(&forgotten.emails))
        .select(contacts::email_key)
        .load(conn)?;
    for email in forgotten.emails.iter().filter(|email| !shared.contains(&Some((*email).clone()))) {
        diesel::delete(refusals::table.filter(refusals::address_key.eq(email))).execute(conn)?;
        lift_suppression(conn, Channel::Email, email)?;
    }
    for phone in &forgotten.phones {
        for channel in [Channel::Sms, Channel::Phone] {
            // No index leads from a phone number to its people; few numbers are suppressed.
            if suppression(conn, channel, phone)?.is_some() {
                let others: i64 =
                    contacts::table.filter(contacts::phone.eq(phone)).count().get_result(conn)?;
                if others == 0 {
                    lift_suppression(conn, channel, phone)?;
                }
            }
        }
    }
    Ok(())
}
