//! People, and what they want.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::contacts::{self, Address, AddressSource, Contact, ContactKind, NewContact, erased, search_key};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::preferences::{self, Channel, PreferenceSource, RefusalScope, Voice};
use crate::privacy::{self, Cause};
use crate::staff::Action;
use crate::units::{self, Topic, UnitTree};
use crate::web::State;

/// A person, as far as the API shows them. People with protected identity are not shown (product P8).
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    id: i64,
    given_name: String,
    family_name: String,
    /// The primary address: mail goes there.
    email: Option<String>,
    /// The others.
    other_emails: Vec<OtherEmail>,
    phone: Option<String>,
    language: Language,
    /// Why the person is in the register.
    kinds: Vec<ContactKind>,
    postcode: Option<String>,
    place: Option<String>,
    /// SCB's or SSB's code of the municipality.
    municipality: Option<String>,
    /// ISO 3166-2 code of the county.
    region: Option<String>,
    /// ISO 3166-1 code.
    country: Option<String>,
    deceased: bool,
}

/// An address beside the primary one.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherEmail {
    id: i64,
    email: String,
    /// How it came to us.
    source: AddressSource,
    /// The system of the file that had it.
    system: Option<String>,
    recorded_at: DateTime<Utc>,
}

impl OtherEmail {
    fn of(other: &Address) -> Self {
        let (source, system) = (other.source, other.system.clone());
        let recorded_at = other.recorded_at.and_utc();
        Self { id: other.id, email: other.address.clone(), source, system, recorded_at }
    }
}

impl ContactView {
    fn of(contact: Contact, kinds: Vec<ContactKind>, other_emails: Vec<OtherEmail>) -> Self {
        Self {
            id: contact.id,
            given_name: contact.given_name,
            family_name: contact.family_name,
            email: contact.email,
            other_emails,
            phone: contact.phone,
            language: contact.language,
            kinds,
            postcode: contact.postcode,
            place: contact.place,
            municipality: contact.municipality,
            region: contact.region,
            country: contact.country,
            deceased: contact.deceased,
        }
    }

    /// The people that may be shown, in the order of their numbers.
    pub(super) fn all(conn: &mut Conn, people: Vec<Contact>) -> Result<Vec<Self>, ApiError> {
        let shown: Vec<Contact> = people.into_iter().filter(may_be_shown).collect();
        let ids: Vec<i64> = shown.iter().map(|contact| contact.id).collect();
        let kinds = contacts::kinds(conn, &ids)?;
        let kinds_of =
            |id: i64| kinds.iter().filter(|(contact, _)| *contact == id).map(|(_, kind)| *kind).collect();
        let others = contacts::other_addresses(conn, &ids)?;
        let others_of =
            |id: i64| others.iter().filter(|one| one.contact_id == id).map(OtherEmail::of).collect();
        let mut views: Vec<Self> = shown
            .into_iter()
            .map(|contact| {
                let (kinds, others) = (kinds_of(contact.id), others_of(contact.id));
                Self::of(contact, kinds, others)
            })
            .collect();
        views.sort_by_key(|view| view.id);
        Ok(views)
    }
}

pub(super) fn may_be_shown(contact: &Contact) -> bool {
    !contact.protected && contact.erased_at.is_none()
}

/// List people, in the order of their numbers.
#[utoipa::path(
    get, path = "/api/v1/contacts", tag = "contacts", operation_id = "list_contacts",
    params(PageQuery),
    responses((status = 200, description = "A part of the register", body = Page<ContactView>)),
    security(("token" = ["contacts"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let asked = query.read()?;
    let page = state
        .db
        .read(move |conn| {
            let people = contacts::page(conn, asked.after(), asked.rows())?;
            let page = Page::of(people, asked, |contact| contact.id, Some);
            Ok::<_, ApiError>(Page { items: ContactView::all(conn, page.items)?, next: page.next })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// What to look for; every member that is given must agree.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactSearch {
    /// An e-mail address, whatever its case.
    email: String,
}

/// The people that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactsFound {
    items: Vec<ContactView>,
}

/// Find people by their e-mail address. The address stands in the body: addresses of pages end up in logs.
#[utoipa::path(
    post, path = "/api/v1/contacts/search", tag = "contacts", operation_id = "search_contacts",
    request_body = ContactSearch,
    responses((status = 200, description = "Whoever has that address, as the primary one or another", body = ContactsFound)),
    security(("token" = ["contacts"]))
)]
pub async fn search(
    caller: Caller,
    state: web::Data<State>,
    body: Body<ContactSearch>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let key = email(&body.read()?.email)?.key().to_owned();
    let items = state
        .db
        .read(move |conn| {
            let people = contacts::by_any_address(conn, &[key])?;
            ContactView::all(conn, people)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ContactsFound { items }))
}

pub(super) fn email(text: &str) -> Result<EmailAddress, ApiError> {
    EmailAddress::parse(text).map_err(|error| ApiError::invalid("$.email", error.to_string()))
}

/// One person.
#[utoipa::path(
    get, path = "/api/v1/contacts/{id}", tag = "contacts", operation_id = "get_contact",
    params(("id" = i64, Path, description = "The person's number; the number of a merged person leads to the one that stayed")),
    responses((status = 200, description = "The person", body = ContactView)),
    security(("token" = ["contacts"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let view = state
        .db
        .read(move |conn| {
            let contact = contacts::find(conn, id)?.ok_or_else(|| ApiError::no("contact", id))?;
            ContactView::all(conn, vec![contact])?.pop().ok_or_else(|| ApiError::no("contact", id))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// A person to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    #[schema(min_length = 1, max_length = 200)]
    given_name: String,
    #[schema(min_length = 1, max_length = 200)]
    family_name: String,
    email: Option<String>,
    language: Language,
    /// Why the person is in the register.
    #[schema(min_items = 1)]
    kinds: Vec<ContactKind>,
}

/// Add a person.
#[utoipa::path(
    post, path = "/api/v1/contacts", tag = "contacts", operation_id = "create_contact",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = ContactInput,
    responses((status = 201, description = "The person", body = ContactView)),
    security(("token" = ["import"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<ContactInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let input = body.read()?;
    let mut faults = Vec::new();
    for (path, name) in [("$.given_name", &input.given_name), ("$.family_name", &input.family_name)] {
        if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            faults.push(Fault::new(path, "write a name of 1 to 200 characters on one line"));
        }
    }
    if input.kinds.is_empty() {
        faults.push(Fault::new("$.kinds", "say why the person is in the register: at least one kind"));
    }
    let address = match input.email.as_deref().map(EmailAddress::parse).transpose() {
        Ok(address) => address,
        Err(error) => {
            faults.push(Fault::new("$.email", error.to_string()));
            None
        }
    };
    if !faults.is_empty() {
        return Err(ApiError::Invalid(faults));
    }
    let now = state.clock.now().naive_utc();
    let (given_name, family_name) = (input.given_name.trim().to_owned(), input.family_name.trim().to_owned());
    let person = NewContact {
        name_key: search_key(&format!("{given_name} {family_name}")),
        given_name,
        family_name,
        language: input.language,
        birth_date: None,
        email: address.as_ref().map(|address| address.as_str().to_owned()),
        email_key: address.as_ref().map(|address| address.key().to_owned()),
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
    let (kinds, noting, noted) = (input.kinds, caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            refuse_double(conn, &person)?;
            refuse_erased(conn, &noted, &person)?;
            let id = contacts::insert(conn, vec![person])?
                .pop()
                .ok_or_else(|| ApiError::Fault("a person was stored without a number".to_owned()))?;
            let kinds: Vec<_> = kinds.into_iter().map(|kind| (id, kind)).collect();
            // Whoever is interested and nothing else is here by their own wish alone, which a program cannot speak for.
            if kinds.iter().all(|(_, kind)| *kind == ContactKind::Interested) {
                preferences::wait_for_confirmation(conn, id, now)?;
            }
            contacts::add_kinds(conn, &kinds)?;
            let detail = serde_json::json!({});
            noting.note(
                conn,
                &noted,
                &Deed {
                    action: "contact.create",
                    subject_kind: "contact",
                    subject_id: Some(id),
                    unit_id: None,
                    detail: &detail,
                },
            )?;
            let stored = contacts::by_ids(conn, &[id])?;
            let view = ContactView::all(conn, stored)?.pop().ok_or_else(|| ApiError::no("contact", id))?;
            Ok((id, view))
        })
        .await
}

/// One name behind one address is one person (product P12).
fn refuse_double(conn: &mut Conn, person: &NewContact) -> Result<(), ApiError> {
    let Some(key) = &person.email_key else { return Ok(()) };
    let same_name = |contact: &Contact| search_key(&contact.full_name()) == person.name_key;
    let known = contacts::by_any_address(conn, std::slice::from_ref(key))?;
    match known.iter().find(|contact| same_name(contact)) {
        Some(contact) => {
            Err(ApiError::Conflict(format!("that person is in the register: contact {}", contact.id)))
        }
        None => Ok(()),
    }
}

/// Whoever asked to be erased is not taken in again (product P41).
fn refuse_erased(conn: &mut Conn, state: &State, person: &NewContact) -> Result<(), ApiError> {
    match &person.email_key {
        Some(key) if erased::is_erased_address(conn, &state.config.secret_keys, key)? => {
            Err(ApiError::Conflict("the person asked to be erased and is not taken in again".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Erase a person for good: everything that is known of them goes, and they are not taken in again.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{id}", tag = "contacts", operation_id = "erase_contact",
    params(("id" = i64, Path, description = "The person's number")),
    responses((status = 204, description = "The person is erased")),
    security(("token" = ["manage"]))
)]
pub async fn erase(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EraseContacts, None)?;
    let (id, shared, now) = (id.into_inner(), state.clone(), state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            let contact = person(conn, id)?;
            privacy::erase(conn, &shared.config.secret_keys, contact.id, Cause::Asked, now)?;
            let detail = serde_json::json!({ "cause": Cause::Asked.as_str() });
            caller.note(
                conn,
                &shared,
                &Deed {
                    action: "contact.erase",
                    subject_kind: "contact",
                    subject_id: Some(contact.id),
                    unit_id: None,
                    detail: &detail,
                },
            )
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a person has said no to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// `everything`, `ordinary` (all but what is important), `single_events` (a digest instead), `channel:CHANNEL`, `unit:SHORT-NAME`, `topic:CODE` or, about one topic from one unit in one way,
    /// `offer:SHORT-NAME:CODE:CHANNEL`.
    #[schema(example = json!(["channel:letter", "unit:alumn", "topic:surveys", "offer:alumn:events:sms"]))]
    refused: Vec<String>,
}

/// What a person, or whoever holds the same address, has said no to.
#[utoipa::path(
    get, path = "/api/v1/contacts/{id}/preferences", tag = "preferences", operation_id = "get_preferences",
    params(("id" = i64, Path, description = "The person's number")),
    responses((status = 200, description = "The standing refusals", body = Preferences)),
    security(("token" = ["contacts"]))
)]
pub async fn get_preferences(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let preferences = state
        .db
        .read(move |conn| {
            let contact = person(conn, id)?;
            standing(conn, &contact)
        })
        .await?;
    Ok(HttpResponse::Ok().json(preferences))
}

/// Record what a person wants: the list replaces the standing one.
#[utoipa::path(
    put, path = "/api/v1/contacts/{id}/preferences", tag = "preferences", operation_id = "put_preferences",
    params(("id" = i64, Path, description = "The person's number")),
    request_body = Preferences,
    responses((status = 200, description = "The standing refusals", body = Preferences)),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn put_preferences(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<Preferences>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let id = id.into_inner();
    let wanted = body.read()?.refused;
    let at = state.clock.now().naive_utc();
    let noted = state.clone();
    let preferences = state
        .db
        .write(move |conn| {
            let contact = person(conn, id)?;
            let names = Names::read(conn)?;
            let wanted = names.scopes(&wanted)?;
            let mut standing_before = preferences::refusals(conn, contact.id, contact.email_key.as_deref())?;
            standing_before.retain(|scope| !is_their_own(*scope));
            let voice = Voice {
                contact: Some(contact.id),
                address_key: contact.email_key.as_deref(),
                source: PreferenceSource::Api,
                campaign: None,
                at,
            };
            for scope in wanted.iter().filter(|scope| !standing_before.contains(scope)) {
                preferences::refuse(conn, &voice, *scope)?;
            }
            for scope in standing_before.iter().filter(|scope| !wanted.contains(scope)) {
                preferences::allow(conn, &voice, *scope)?;
            }
            let detail = serde_json::json!({});
            caller.note(
                conn,
                &noted,
                &Deed {
                    action: "preferences.record",
                    subject_kind: "contact",
                    subject_id: Some(contact.id),
                    unit_id: None,
                    detail: &detail,
                },
            )?;
            standing(conn, &contact)
        })
        .await?;
    Ok(HttpResponse::Ok().json(preferences))
}

/// The person of that number, protected or not: whoever says no is heard.
pub(super) fn person(conn: &mut Conn, id: i64) -> Result<Contact, ApiError> {
    contacts::find(conn, id)?
        .filter(|contact| contact.erased_at.is_none())
        .ok_or_else(|| ApiError::no("contact", id))
}

fn standing(conn: &mut Conn, contact: &Contact) -> Result<Preferences, ApiError> {
    let names = Names::read(conn)?;
    let scopes = preferences::refusals(conn, contact.id, contact.email_key.as_deref())?;
    let scopes = scopes.into_iter().filter(|scope| !is_their_own(*scope));
    Ok(Preferences { refused: scopes.map(|scope| names.text(scope)).collect() })
}

/// A pause and a restriction are begun and ended by the person, on their own pages: a program that replaces the list of
/// what they refuse leaves both alone.
const fn is_their_own(scope: RefusalScope) -> bool {
    matches!(scope, RefusalScope::Pause | RefusalScope::Restricted)
}

/// The short names that scopes are written with.
pub(super) struct Names {
    tree: UnitTree,
    topics: Vec<Topic>,
}

impl Names {
    pub(super) fn read(conn: &mut Conn) -> Result<Self, ApiError> {
        Ok(Self { tree: units::tree(conn)?, topics: units::topics(conn)? })
    }

    fn text(&self, scope: RefusalScope) -> String {
        let unit = |id: i64| self.tree.get(id).map_or_else(|| id.to_string(), |unit| unit.slug.clone());
        let topic = |id: i64| {
            let code = self.topics.iter().find(|topic| topic.id == id).map(|topic| topic.code.clone());
            code.unwrap_or_else(|| id.to_string())
        };
        match scope {
            RefusalScope::Unit(id) => format!("unit:{}", unit(id)),
            RefusalScope::Topic(id) => format!("topic:{}", topic(id)),
            RefusalScope::Offer { unit: of, topic: about, channel } => {
                format!("offer:{}:{}:{channel}", unit(of), topic(about))
            }
            scope => scope.to_string(),
        }
    }

    fn scopes(&self, texts: &[String]) -> Result<Vec<RefusalScope>, ApiError> {
        let mut scopes = Vec::new();
        let mut faults = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            match self.scope(text) {
                Ok(scope) if scopes.contains(&scope) => {}
                Ok(scope) => scopes.push(scope),
                Err(message) => faults.push(Fault::new(format!("$.refused[{place}]"), message)),
            }
        }
        if faults.is_empty() { Ok(scopes) } else { Err(ApiError::Invalid(faults)) }
    }

    fn unit(&self, slug: &str) -> Result<i64, String> {
        self.tree.by_slug(slug).map(|unit| unit.id).ok_or_else(|| format!("there is no unit \"{slug}\""))
    }

    fn topic(&self, code: &str) -> Result<i64, String> {
        let known = self.topics.iter().find(|topic| topic.code == code);
        known.map(|topic| topic.id).ok_or_else(|| format!("there is no topic \"{code}\""))
    }

    pub(super) fn scope(&self, text: &str) -> Result<RefusalScope, String> {
        let channel = |word: &str| word.parse::<Channel>().map_err(|error| error.to_string());
        if let Some(("offer", offer)) = text.split_once(':')
            && let [slug, code, way] = offer.split(':').collect::<Vec<_>>()[..]
        {
            let (unit, topic) = (self.unit(slug)?, self.topic(code)?);
            return Ok(RefusalScope::Offer { unit, topic, channel: channel(way)? });
        }
        match text.split_once(':') {
            None if text == "everything" => Ok(RefusalScope::Everything),
            None if text == "ordinary" => Ok(RefusalScope::Ordinary),
            None if text == "single_events" => Ok(RefusalScope::SingleEvents),
            Some(("channel", way)) => channel(way).map(RefusalScope::Channel),
            Some(("unit", slug)) => self.unit(slug).map(RefusalScope::Unit),
            Some(("topic", code)) => self.topic(code).map(RefusalScope::Topic),
            _ => Err(
                "write everything, ordinary, single_events, channel:CHANNEL, unit:SHORT-NAME, topic:CODE or \
                      offer:SHORT-NAME:CODE:CHANNEL"
                    .to_owned(),
            ),
        }
    }
}
