//! What people asked for by right (product P39).

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::contacts;
use crate::db::Conn;
use crate::privacy::requests::{self, Answered, Request, RequestKind, RequestState, RequestWay};
use crate::staff::Action;
use crate::web::State;
use crate::web::staff::requests::{arrived, is_believable, is_text};

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    id: i64,
    /// The person's number; null once they are erased.
    contact: Option<i64>,
    kind: RequestKind,
    how: RequestWay,
    received_at: DateTime<Utc>,
    state: RequestState,
    /// By which day it must be answered; null when it was done as it came.
    due_on: Option<NaiveDate>,
    /// When the answer was put off.
    extended_at: Option<DateTime<Utc>>,
    /// Why, as the person was told.
    extension_reason: Option<String>,
    done_at: Option<DateTime<Utc>>,
    /// What the person was told.
    answer: Option<String>,
}

impl RequestView {
    fn of(stored: Request, now: NaiveDateTime) -> Self {
        Self {
            id: stored.id,
            contact: stored.contact_id,
            kind: stored.kind,
            how: stored.how,
            received_at: stored.received_at.and_utc(),
            state: stored.state(now),
            due_on: stored.due_on,
            extended_at: stored.extended_at.map(|at| at.and_utc()),
            extension_reason: stored.extension_reason,
            done_at: stored.done_at.map(|at| at.and_utc()),
            answer: stored.answer,
        }
    }
}

/// List what people asked for about their own data, the earliest first.
#[utoipa::path(
    get, path = "/api/v1/requests", tag = "requests", operation_id = "list_requests",
    params(PageQuery),
    responses((status = 200, description = "A part of the list", body = Page<RequestView>)),
    security(("token" = ["contacts"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let (asked, now) = (query.read()?, state.clock.now().naive_utc());
    let rows = state.db.read(move |conn| requests::after(conn, asked.after(), asked.rows())).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, asked, |row| row.id, |row| Some(RequestView::of(row, now)))))
}

/// A request that came by letter, phone or e-mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestInput {
    /// The person's number.
    contact: i64,
    kind: RequestKind,
    /// `letter`, `phone` or `email`.
    how: RequestWay,
    /// The day on which it came, within the last year. The time to answer, a month, runs from here.
    received_on: NaiveDate,
}

/// Record a request that came by letter, phone or e-mail and waits for its answer.
#[utoipa::path(
    post, path = "/api/v1/requests", tag = "requests", operation_id = "create_request",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = RequestInput,
    responses((status = 201, description = "The request", body = RequestView)),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<RequestInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let RequestInput { contact, kind, how, received_on } = body.read()?;
    let now = state.clock.now().naive_utc();
    if !RequestWay::BY_STAFF.contains(&how) {
        return Err(ApiError::invalid("$.how", "write letter, phone or email"));
    }
    if !is_believable(received_on, now) {
        return Err(ApiError::invalid("$.received_on", "write a day within the last year"));
    }
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let found = contacts::find(conn, contact)?.filter(|one| one.erased_at.is_none());
            let found =
                found.ok_or_else(|| ApiError::invalid("$.contact", "there is no person of that number"))?;
            let id = requests::receive(conn, found.id, kind, how, arrived(received_on, now), None)?;
            let detail = serde_json::json!({ "kind": kind, "how": how, "received": received_on });
            noting.note(conn, &noted, &deed("request.record", id, &detail))?;
            Ok((id, stored(conn, id, now)?))
        })
        .await
}

const fn deed<'a>(action: &'static str, id: i64, detail: &'a serde_json::Value) -> Deed<'a> {
    Deed { action, subject_kind: "request", subject_id: Some(id), unit_id: None, detail }
}

fn stored(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<RequestView, ApiError> {
    let found = requests::find(conn, id)?;
    found.map(|found| RequestView::of(found, now)).ok_or_else(unknown)
}

fn unknown() -> ApiError {
    ApiError::NotFound("there is no request of that number".to_owned())
}

/// Why the answer is put off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// As the person has been told.
    #[schema(min_length = 1, max_length = 5000)]
    reason: String,
}

/// Put the answer off by two months more (GDPR article 12(3)): once, before the first month is over, and only when the
/// person has been told why.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/extension", tag = "requests", operation_id = "extend_request",
    params(("id" = i64, Path, description = "The request's number")),
    request_body = ExtensionInput,
    responses((status = 200, description = "The request", body = RequestView)),
    security(("token" = ["manage"]))
)]
pub async fn extend(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<ExtensionInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::HandleRequests, None)?;
    let ExtensionInput { reason } = body.read()?;
    if !is_text(&reason) {
        return Err(ApiError::invalid("$.reason", "write 1 to 5000 characters"));
    }
    let (id, now, shared) = (*id, state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let found = requests::find(conn, id)?.ok_or_else(unknown)?;
            if !(found.can_wait(now) && requests::extend(conn, &found, reason.trim(), now)?) {
                let why = "a request can be put off once, and only before its time is over";
                return Err(ApiError::Conflict(why.to_owned()));
            }
            let detail = serde_json::json!({});
            caller.note(conn, &shared, &deed("request.extend", id, &detail))?;
            stored(conn, id, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// How a request was answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    outcome: Answered,
    /// What the person was told; a refusal says why, and where they can complain (GDPR article 12(4)).
    #[schema(min_length = 1, max_length = 5000)]
    answer: String,
}

/// Record the answer to a request.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/answer", tag = "requests", operation_id = "answer_request",
    params(("id" = i64, Path, description = "The request's number")),
    request_body = AnswerInput,
    responses((status = 200, description = "The request", body = RequestView)),
    security(("token" = ["manage"]))
)]
pub async fn answer(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<AnswerInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::HandleRequests, None)?;
    let AnswerInput { outcome, answer } = body.read()?;
    if !is_text(&answer) {
        return Err(ApiError::invalid("$.answer", "write 1 to 5000 characters"));
    }
    let (id, now, shared) = (*id, state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            requests::find(conn, id)?.ok_or_else(unknown)?;
            if !requests::answer(conn, id, outcome, answer.trim(), now)? {
                return Err(ApiError::Conflict("the request is answered already".to_owned()));
            }
            let detail = serde_json::json!({ "outcome": outcome });
            caller.note(conn, &shared, &deed("request.answer", id, &detail))?;
            stored(conn, id, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
