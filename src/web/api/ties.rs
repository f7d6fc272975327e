//! What belongs to one person: other e-mail addresses, and what they took part in. People with protected identity
//! are not shown (product P8).

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::caller::Caller;
use super::contacts::{ContactView, email};
use super::create::Creation;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::contacts::{
    self, AddressSource, Contact, ContactKind, FieldSource, Participation, ParticipationKind,
};
use crate::db::Conn;
use crate::staff::Action;
use crate::web::State;

/// The person of that number, if they may be shown.
pub(super) fn shown(conn: &mut Conn, id: i64) -> Result<Contact, ApiError> {
    contacts::find(conn, id)?.filter(super::contacts::may_be_shown).ok_or_else(|| ApiError::no("contact", id))
}

pub(super) fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    contact: &Contact,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    let deed = Deed {
        action,
        subject_kind: "contact",
        subject_id: Some(contact.id),
        unit_id: None,
        detail: &detail,
    };
    caller.note(conn, state, &deed)
}

/// Takes something of a person away and writes that down; `what` is its name where there is none of that number.
pub(super) async fn remove_of_person(
    caller: Caller,
    state: &web::Data<State>,
    (id, one): (i64, i64),
    what: &'static str,
    action: &'static str,
    remove: impl FnOnce(&mut Conn, &Contact, i64, NaiveDateTime) -> Result<bool, crate::db::Error>
    + Send
    + 'static,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let (now, noted) = (state.clock.now().naive_utc(), state.clone());
    state
        .db
        .write(move |conn| {
            let contact = shown(conn, id)?;
            if !remove(conn, &contact, one, now)? {
                return Err(ApiError::no(what, one));
            }
            note(&caller, conn, &noted, action, &contact)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn view(conn: &mut Conn, id: i64) -> Result<ContactView, ApiError> {
    let stored = contacts::by_ids(conn, &[id])?;
    ContactView::all(conn, stored)?.pop().ok_or_else(|| ApiError::no("contact", id))
}

/// Why a person is in the register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KindsInput {
    /// All of them; what is not named is taken away.
    #[schema(min_items = 1)]
    kinds: Vec<ContactKind>,
}

/// Say why a person is in the register. No import gives or takes again what changes here.
#[utoipa::path(
    put, path = "/api/v1/contacts/{id}/kinds", tag = "contacts", operation_id = "put_kinds",
    params(("id" = i64, Path, description = "The person's number")),
    request_body = KindsInput,
    responses((status = 200, description = "The person", body = ContactView)),
    security(("token" = ["import"]))
)]
pub async fn put_kinds(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<KindsInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let kinds = body.read()?.kinds;
    if kinds.is_empty() {
        return Err(ApiError::invalid("$.kinds", "say why the person is in the register: at least one kind"));
    }
    let (id, now, noted) = (id.into_inner(), state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let contact = shown(conn, id)?;
            if !contacts::set_kinds(conn, contact.id, &kinds, FieldSource::Staff, now)?.is_empty() {
                note(&caller, conn, &noted, "contact.kinds", &contact)?;
            }
            view(conn, contact.id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// An address to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressInput {
    email: String,
}

/// Add an e-mail address beside the primary one.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/addresses", tag = "contacts", operation_id = "add_address",
    params(("id" = i64, Path, description = "The person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = AddressInput,
    responses((status = 201, description = "The person", body = ContactView)),
    security(("token" = ["import"]))
)]
pub async fn add_address(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<AddressInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let address = email(&body.read()?.email)?;
    let (id, now) = (id.into_inner(), state.clock.now().naive_utc());
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let contact = shown(conn, id)?;
            if !contacts::add_address(conn, &contact, &address, AddressSource::Staff, now)? {
                return Err(ApiError::Conflict("the person has this address already".to_owned()));
            }
            note(&noting, conn, &noted, "contact.address.add", &contact)?;
            let others = contacts::other_addresses(conn, &[contact.id])?;
            let added = others.iter().find(|other| other.address_key == address.key());
            Ok((added.map_or(0, |added| added.id), view(conn, contact.id)?))
        })
        .await
}

/// Make another e-mail address the primary one, which no import changes any more. The former one is kept.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/addresses/{address}/primary", tag = "contacts",
    operation_id = "make_address_primary",
    params(("id" = i64, Path, description = "The person's number"),
        ("address" = i64, Path, description = "The address's number")),
    responses((status = 200, description = "The person", body = ContactView)),
    security(("token" = ["import"]))
)]
pub async fn make_primary(
    caller: Caller,
    state: web::Data<State>,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let ((id, address), now, noted) = (ids.into_inner(), state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let contact = shown(conn, id)?;
            if !contacts::make_primary(conn, &contact, address, FieldSource::Staff, now)? {
                return Err(ApiError::no("address", address));
            }
            note(&caller, conn, &noted, "contact.address.primary", &contact)?;
            view(conn, contact.id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Remove an e-mail address that is not the primary one. No import brings it back.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{id}/addresses/{address}", tag = "contacts", operation_id = "remove_address",
    params(("id" = i64, Path, description = "The person's number"),
        ("address" = i64, Path, description = "The address's number")),
    responses((status = 204, description = "It is gone")),
    security(("token" = ["import"]))
)]
pub async fn remove_address(
    caller: Caller,
    state: web::Data<State>,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    let taken =
        |conn: &mut Conn, contact: &Contact, one, now| contacts::remove_address(conn, contact, one, now);
    remove_of_person(caller, &state, *ids, "address", "contact.address.remove", taken).await
}

/// An event or a project that a person took part in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipationView {
    id: i64,
    kind: ParticipationKind,
    /// What segments ask for with `attended`.
    code: String,
    name: String,
    day: Option<NaiveDate>,
    /// Who told: the system of a register file, or `staff`.
    source: String,
}

impl ParticipationView {
    fn of((id, one): (i64, Participation)) -> Self {
        let (kind, code, name) = (one.kind, one.event_code, one.event_name);
        Self { id, kind, code, name, day: one.attended_on, source: one.source }
    }
}

/// Everything that a person took part in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participations {
    items: Vec<ParticipationView>,
}

/// What a person took part in.
#[utoipa::path(
    get, path = "/api/v1/contacts/{id}/participations", tag = "contacts", operation_id = "list_participations",
    params(("id" = i64, Path, description = "The person's number")),
    responses((status = 200, description = "Events and projects", body = Participations)),
    security(("token" = ["contacts"]))
)]
pub async fn participations(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let items = state
        .db
        .read(move |conn| {
            let contact = shown(conn, id)?;
            let held = contacts::participations(conn, &[contact.id])?;
            Ok::<_, ApiError>(held.into_iter().map(ParticipationView::of).collect())
        })
        .await?;
    Ok(HttpResponse::Ok().json(Participations { items }))
}

/// Something that a person took part in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipationInput {
    kind: ParticipationKind,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Made of the name where it is not given.
    #[schema(min_length = 1, max_length = 200)]
    code: Option<String>,
    day: Option<NaiveDate>,
}

/// Add an event or a project. One that the person has already is not added again.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/participations", tag = "contacts", operation_id = "add_participation",
    params(("id" = i64, Path, description = "The person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = ParticipationInput,
    responses((status = 201, description = "The event or project", body = ParticipationView)),
    security(("token" = ["import"]))
)]
pub async fn add_participation(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<ParticipationInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let input = body.read()?;
    let name = line("$.name", &input.name)?;
    let code = match &input.code {
        Some(code) => line("$.code", code)?,
        None => contacts::code_of_name(&name),
    };
    let (id, now) = (id.into_inner(), state.clock.now().naive_utc());
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let contact = shown(conn, id)?;
            let one = Participation {
                contact_id: contact.id,
                kind: input.kind,
                event_code: code,
                event_name: name,
                attended_on: input.day,
                source: "staff".to_owned(),
                recorded_at: Some(now),
            };
            let same = |held: &(i64, Participation)| contacts::is_same_participation(&held.1, &one);
            if !contacts::participations(conn, &[contact.id])?.iter().any(same) {
                contacts::insert_participations(conn, std::slice::from_ref(&one))?;
                note(&noting, conn, &noted, "contact.participation.add", &contact)?;
            }
            let held = contacts::participations(conn, &[contact.id])?.into_iter().find(same);
            let held = held.ok_or_else(|| ApiError::Fault("a participation was not stored".to_owned()))?;
            Ok((held.0, ParticipationView::of(held)))
        })
        .await
}

/// A text of 1 to 200 characters on one line, with single spaces.
fn line(path: &str, text: &str) -> Result<String, ApiError> {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if spaced.is_empty() || spaced.chars().count() > 200 || spaced.chars().any(char::is_control) {
        return Err(ApiError::invalid(path, "write 1 to 200 characters on one line"));
    }
    Ok(spaced)
}

/// Remove something that a person took part in.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{id}/participations/{participation}", tag = "contacts",
    operation_id = "remove_participation",
    params(("id" = i64, Path, description = "The person's number"),
        ("participation" = i64, Path, description = "The participation's number")),
    responses((status = 204, description = "It is gone")),
    security(("token" = ["import"]))
)]
pub async fn remove_participation(
    caller: Caller,
    state: web::Data<State>,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    let taken =
        |conn: &mut Conn, contact: &Contact, one, _| contacts::remove_participation(conn, contact.id, one);
    remove_of_person(caller, &state, *ids, "participation", "contact.participation.remove", taken).await
}
