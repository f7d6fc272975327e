//! What a person told us by letter, by phone, by e-mail or in person, written down by a program (product P22).

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::caller::Caller;
use super::contacts::{Names, person};
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::contacts::Contact;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::preferences::{self, Agreement, Arrival, Channel, InvalidWish, RefusalScope, Way};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::i18n::office_day;
use crate::web::staff::contacts::wishes::note_request;

/// A "no", or one that is taken back, with how it came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WishInput {
    /// `everything`, `restricted`, `channel:CHANNEL`, `unit:SHORT-NAME` or `topic:CODE`.
    #[schema(example = "unit:alumn")]
    scope: String,
    /// True for a no, false for one that is taken back.
    refused: bool,
    /// The day on which it came; not one that is still to come.
    arrived_on: NaiveDate,
    way: Way,
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// A consent or its withdrawal, with how it came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementInput {
    given: bool,
    /// The code of a purpose.
    purpose: String,
    channel: Channel,
    /// The short name of a unit; every unit when there is none.
    unit: Option<String>,
    /// The words that the person agreed to; a withdrawal needs none.
    #[serde(default)]
    #[schema(max_length = 5000)]
    text: String,
    language: Language,
    /// The day on which it came; not one that is still to come.
    arrived_on: NaiveDate,
    way: Way,
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// What was written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct WishView {
    id: i64,
    arrived_on: NaiveDate,
    way: Way,
}

fn refused(why: InvalidWish) -> ApiError {
    let path = match why {
        InvalidWish::LaterNo => return ApiError::Conflict(why.to_string()),
        InvalidWish::Future => "$.arrived_on",
        InvalidWish::Note => "$.note",
        InvalidWish::Text => "$.text",
    };
    ApiError::Invalid(vec![Fault::new(path, why.to_string())])
}

fn arrival(on: NaiveDate, way: Way, note: Option<&str>, state: &State) -> Result<Arrival, ApiError> {
    let today = office_day(state.clock.now().naive_utc());
    Arrival::new(on, way, note.unwrap_or_default(), today).map_err(refused)
}

fn noted(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    contact: &Contact,
    detail: &serde_json::Value,
) -> Result<(), ApiError> {
    let deed = Deed { action, subject_kind: "contact", subject_id: Some(contact.id), unit_id: None, detail };
    caller.note(conn, state, &deed)
}

/// Record a wish that came by letter, by phone, by e-mail or in person. It holds at once.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/wishes", tag = "preferences", operation_id = "record_wish",
    params(("id" = i64, Path, description = "The person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = WishInput,
    responses((status = 201, description = "It is written down", body = WishView)),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn record_wish(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<WishInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let input = body.read()?;
    let arrival = arrival(input.arrived_on, input.way, input.note.as_deref(), &state)?;
    let (id, now) = (id.into_inner(), state.clock.now().naive_utc());
    let (noting, shared) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let contact = person(conn, id)?;
            let scope = match input.scope.as_str() {
                "restricted" => RefusalScope::Restricted,
                text => {
                    let known = Names::read(conn)?.scope(text);
                    known.map_err(|message| ApiError::invalid("$.scope", message))?
                }
            };
            let number = preferences::record_wish(conn, &contact, scope, input.refused, &arrival, now)?;
            let number = number.map_err(refused)?;
            note_request(conn, &contact, scope, input.refused, &arrival, now)?;
            let detail = serde_json::json!({
                "scope": scope.to_string(), "refused": input.refused,
                "arrived_on": arrival.on(), "way": arrival.way(),
            });
            noted(&noting, conn, &shared, "preference.record", &contact, &detail)?;
            Ok((number, WishView { id: number, arrived_on: arrival.on(), way: arrival.way() }))
        })
        .await
}

/// Record a consent, or its withdrawal, that came by letter, by phone, by e-mail or in person.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/consents", tag = "preferences", operation_id = "record_consent",
    params(("id" = i64, Path, description = "The person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = AgreementInput,
    responses((status = 201, description = "It is written down", body = WishView)),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn record_consent(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<AgreementInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let input = body.read()?;
    let arrival = arrival(input.arrived_on, input.way, input.note.as_deref(), &state)?;
    let (id, now) = (id.into_inner(), state.clock.now().naive_utc());
    let (noting, shared) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let contact = person(conn, id)?;
            if units::purpose_by_code(conn, &input.purpose)?.is_none() {
                let message = format!("there is no purpose \"{}\"", input.purpose);
                return Err(ApiError::invalid("$.purpose", message));
            }
            let unit_id = match &input.unit {
                None => None,
                Some(slug) => {
                    let unit = units::unit_by_slug(conn, slug)?;
                    let known = unit
                        .ok_or_else(|| ApiError::invalid("$.unit", format!("there is no unit \"{slug}\"")));
                    Some(known?.id)
                }
            };
            let detail = serde_json::json!({
                "purpose": &input.purpose, "channel": input.channel, "given": input.given,
                "arrived_on": arrival.on(), "way": arrival.way(),
            });
            let agreement = Agreement {
                given: input.given,
                purpose: input.purpose,
                channel: input.channel,
                unit_id,
                text: input.text,
                version: None,
                language: input.language,
            };
            let number = preferences::record_agreement(conn, &contact, agreement, &arrival, now)?;
            let number = number.map_err(refused)?;
            noted(&noting, conn, &shared, "consent.record", &contact, &detail)?;
            Ok((number, WishView { id: number, arrived_on: arrival.on(), way: arrival.way() }))
        })
        .await
}
