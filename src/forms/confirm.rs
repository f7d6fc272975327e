//! A confirmed sign-up: the person is found or created, and what they agreed to is recorded.

use chrono::NaiveDateTime;

use super::Error;
use super::form::Form;
use super::store::{self, Pending};
use crate::audit::{self, Actor, ActorKind, Deed};
use crate::contacts::{self, Contact, ContactKind, FieldSource, NewContact, search_key};
use crate::db::Conn;
use crate::preferences::{
    self, Channel, ConsentRecord, PreferenceSource, RefusalScope, SuppressionReason, Voice,
};
use crate::units;

/// Who signed up for what.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The person's number.
    pub contact: i64,
    /// What was confirmed.
    pub sign_up: Pending,
    /// The form.
    pub form: Form,
}

/// Does what a sign-up asked for; `None` when there is none of that number any more.
///
/// # Errors
/// Those of the database.
pub fn confirm(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Option<Confirmed>, Error> {
    let Some(sign_up) = store::pending(conn, id, now)? else { return Ok(None) };
    // Of two who press the button at once, one does it.
    if !store::take(conn, id)? {
        return Ok(None);
    }
    let Some(form) = store::find(conn, sign_up.form_id)? else { return Ok(None) };
    let Some((purpose, text)) = store::text_of(conn, form.id, sign_up.version, sign_up.language)? else {
        return Ok(None);
    };
    let (contact, is_new) = match known(conn, &sign_up)? {
        Some(contact) => (keep(conn, &contact, &sign_up, now)?, false),
        None => (create(conn, &sign_up, now)?, true),
    };
    contacts::add_kinds(conn, &[(contact, ContactKind::Interested)])?;
    let consent = ConsentRecord {
        contact_id: contact,
        purpose,
        channel: Channel::Email,
        unit_id: Some(form.unit_id),
        given: true,
        consent_text: text.consent,
        text_version: form.text_version(sign_up.version),
        language: sign_up.language,
        source: PreferenceSource::Form,
        happened_at: now,
        recorded_at: now,
    };
    preferences::record_consents(conn, &[consent])?;
    preferences::confirm(conn, contact)?;
    open(conn, contact, &form, &sign_up, is_new, now)?;
    let detail = serde_json::json!({ "form": form.slug, "version": sign_up.version });
    let deed = Deed {
        action: "sign_up.confirm",
        subject_kind: "contact",
        subject_id: Some(contact),
        unit_id: Some(form.unit_id),
        detail: &detail,
    };
    audit::record(conn, now, Actor { kind: ActorKind::Person, id: Some(contact) }, &deed)?;
    Ok(Some(Confirmed { contact, sign_up, form }))
}

/// The person with this address and both names (product P12). Anything weaker is somebody else: a form must not
/// change or show what the register holds of others.
fn known(conn: &mut Conn, sign_up: &Pending) -> Result<Option<Contact>, Error> {
    let names = [search_key(&sign_up.given_name), search_key(&sign_up.family_name)];
    let mut found = contacts::by_email_keys(conn, std::slice::from_ref(&sign_up.email_key))?;
    found.retain(|person| [search_key(&person.given_name), search_key(&person.family_name)] == names);
    Ok(found.into_iter().min_by_key(|person| person.id))
}

/// Leaves everything as it is but the language, which the person has just chosen.
fn keep(conn: &mut Conn, contact: &Contact, sign_up: &Pending, now: NaiveDateTime) -> Result<i64, Error> {
    if contact.language != sign_up.language {
        let person = NewContact { language: sign_up.language, updated_at: now, ..NewContact::from(contact) };
        contacts::update(conn, contact.id, &person)?;
        contacts::set_provenance(conn, contact.id, &["language"], FieldSource::Person, now)?;
    }
    Ok(contact.id)
}

/// Somebody who was erased may come back so: they ask for it themselves. The hashes that keep register files from
/// bringing them back stay, and so the register holds no more than what they wrote in the form.
fn create(conn: &mut Conn, sign_up: &Pending, now: NaiveDateTime) -> Result<i64, Error> {
    let person = NewContact {
        given_name: sign_up.given_name.clone(),
        family_name: sign_up.family_name.clone(),
        name_key: search_key(&format!("{} {}", sign_up.given_name, sign_up.family_name)),
        language: sign_up.language,
        birth_date: None,
        email: Some(sign_up.email.clone()),
        email_key: Some(sign_up.email_key.clone()),
        phone: None,
        street: None,
        postcode: None,
        place: None,
        place_key: None,
        municipality: None,
        region: None,
        country: None,
        latitude: None,
        longitude: None,
        deceased: false,
        protected: false,
        updated_at: now,
    };
    let stored = contacts::insert(conn, vec![person])?.pop();
    let id = stored.ok_or_else(|| Error::Stored(sign_up.form_id, "a person got no number".to_owned()))?;
    let said = ["given_name", "family_name", "email", "language"];
    contacts::set_provenance(conn, id, &said, FieldSource::Person, now)?;
    Ok(id)
}

/// Takes back every "no" that stands against what the person has just asked for. A "no" that was wider than that
/// stays as a "no" to all other topics, and so does the silence of somebody new.
fn open(
    conn: &mut Conn,
    contact: i64,
    form: &Form,
    sign_up: &Pending,
    is_new: bool,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if preferences::suppression(conn, Channel::Email, &sign_up.email_key)? == Some(SuppressionReason::Bounce)
    {
        // The mail with the link has arrived.
        preferences::lift_suppression(conn, Channel::Email, &sign_up.email_key)?;
    }
    let voice = Voice {
        contact: Some(contact),
        address_key: Some(&sign_up.email_key),
        source: PreferenceSource::Form,
        campaign: None,
        at: now,
    };
    let refused = preferences::refusals(conn, contact, Some(&sign_up.email_key))?;
    let widest = [RefusalScope::Everything, RefusalScope::Channel(Channel::Email), RefusalScope::Ordinary];
    let wider: Vec<RefusalScope> = widest
        .into_iter()
        .chain(
            units::tree(conn)?
                .with_ancestors(form.unit_id)
                .into_iter()
                .filter(|unit| *unit != form.unit_id)
                .map(RefusalScope::Unit),
        )
        .filter(|scope| refused.contains(scope))
        .collect();
    let line = units::tree(conn)?.with_ancestors(form.unit_id);
    let offers = sign_up.topics.iter().flat_map(|topic| {
        let offer = |unit: &i64| RefusalScope::Offer { unit: *unit, topic: *topic, channel: Channel::Email };
        line.iter().map(offer).collect::<Vec<_>>()
    });
    let asked = std::iter::once(RefusalScope::Unit(form.unit_id))
        .chain(sign_up.topics.iter().copied().map(RefusalScope::Topic))
        .chain(offers)
        .filter(|scope| refused.contains(scope));
    for scope in wider.iter().copied().chain(asked) {
        preferences::allow(conn, &voice, scope)?;
    }
    // A "no" of the person alone: others may read at the same address.
    let own = Voice { address_key: None, ..voice };
    if wider.contains(&RefusalScope::Everything) {
        for channel in [Channel::Sms, Channel::Letter, Channel::Phone] {
            preferences::refuse(conn, &own, RefusalScope::Channel(channel))?;
        }
    }
    if is_new || !wider.is_empty() {
        for topic in units::topics(conn)?.iter().filter(|topic| !sign_up.topics.contains(&topic.id)) {
            preferences::refuse(conn, &own, RefusalScope::Topic(topic.id))?;
        }
    }
    Ok(())
}
