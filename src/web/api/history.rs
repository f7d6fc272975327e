//! A person's history. That of people with protected identity is not shown (product P8).

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Asked;
use super::caller::Caller;
use super::problem::ApiError;
use super::ties::shown;
use crate::staff::Action;
use crate::timeline::{self, Cursor, Entry, What};
use crate::web::State;

/// The parameters of a history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// How many at most; 100 unless told.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// Where to go on: the `next` of the page before.
    cursor: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// When; midnight where only the day is known.
    at: DateTime<Utc>,
    /// Whether only the day is known.
    day_only: bool,
    #[serde(flatten)]
    what: What,
}

impl EntryView {
    fn of(entry: Entry) -> Self {
        Self { at: entry.at.and_utc(), day_only: entry.is_day, what: entry.what }
    }
}

/// A part of a person's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The latest first.
    items: Vec<EntryView>,
    /// The cursor of the next part; null on the last one.
    next: Option<String>,
}

/// What happened with a person, the latest first.
#[utoipa::path(
    get, path = "/api/v1/contacts/{id}/timeline", tag = "contacts", operation_id = "timeline",
    params(("id" = i64, Path, description = "The person's number"), HistoryQuery),
    responses((status = 200, description = "A part of the history", body = History)),
    security(("token" = ["contacts"]))
)]
pub async fn read(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    query: web::Query<HistoryQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let limit = Asked::read(query.limit, None)?.limit;
    let cursor = query
        .cursor
        .as_deref()
        .map(str::parse::<Cursor>)
        .transpose()
        .map_err(|error| ApiError::parameter("cursor", error.to_string()))?;
    let id = id.into_inner();
    let part = state
        .db
        .read(move |conn| {
            let contact = shown(conn, id)?;
            Ok::<_, ApiError>(timeline::page(conn, &contact, cursor, limit, false)?)
        })
        .await?;
    let next = part.next.map(|next| next.to_string());
    Ok(HttpResponse::Ok()
        .json(History { items: part.entries.into_iter().map(EntryView::of).collect(), next }))
}
