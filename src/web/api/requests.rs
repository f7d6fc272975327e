//! What people asked for by right (product P39).

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{Page, PageQuery};
use super::caller::Caller;
use super::problem::ApiError;
use crate::privacy::requests::{self, Request, RequestKind, RequestWay};
use crate::staff::Action;
use crate::web::State;

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    id: i64,
    /// The person's number; null once they are erased.
    contact: Option<i64>,
    kind: RequestKind,
    how: RequestWay,
    received_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
}

impl From<Request> for RequestView {
    fn from(stored: Request) -> Self {
        Self {
            id: stored.id,
            contact: stored.contact_id,
            kind: stored.kind,
            how: stored.how,
            received_at: stored.received_at.and_utc(),
            done_at: stored.done_at.map(|at| at.and_utc()),
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
    let asked = query.read()?;
    let rows = state.db.read(move |conn| requests::after(conn, asked.after(), asked.rows())).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, asked, |row| row.id, |row| Some(RequestView::from(row)))))
}
