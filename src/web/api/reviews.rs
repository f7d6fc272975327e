//! Rows of imports that wait for somebody to say whom they mean.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::contacts;
use crate::db::Conn;
use crate::import::{self, Claim, ReviewReason, StoredReview, Verdict};
use crate::staff::Action;
use crate::web::State;

/// A row beside the person whom it may mean. What is stored of the person is read with the scope `contacts`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    id: i64,
    /// The import that read the row.
    import: i64,
    /// The row's number in the file.
    row: i64,
    /// Why no rule could decide.
    reason: ReviewReason,
    /// The number of the person.
    contact: i64,
    /// The given name in the row; null when it or the person has protected identity.
    given_name: Option<String>,
    /// The family name in the row.
    family_name: Option<String>,
    /// The e-mail address in the row.
    email: Option<String>,
    since: DateTime<Utc>,
}

impl ReviewView {
    fn of(conn: &mut Conn, review: StoredReview) -> Result<Self, ApiError> {
        let contact = contacts::find(conn, review.contact_id)?
            .ok_or_else(|| ApiError::no("contact", review.contact_id))?;
        let claim: Claim =
            serde_json::from_str(&review.record).map_err(|error| ApiError::Fault(error.to_string()))?;
        let reason = review.reason.parse().map_err(|_| {
            ApiError::Fault(format!("row {} of the review queue has an unknown reason", review.id))
        })?;
        let shown = !(contact.protected || claim.protected);
        Ok(Self {
            id: review.id,
            import: review.import_id,
            row: review.row_number,
            reason,
            contact: contact.id,
            given_name: shown.then_some(claim.given_name),
            family_name: shown.then_some(claim.family_name),
            email: claim.email.map(|(email, _)| email).filter(|_| shown),
            since: review.created_at.and_utc(),
        })
    }
}

/// List the rows that wait for a decision, oldest first.
#[utoipa::path(
    get, path = "/api/v1/imports/reviews", tag = "imports", operation_id = "list_reviews",
    params(PageQuery),
    responses((status = 200, description = "A part of the queue", body = Page<ReviewView>)),
    security(("token" = ["import"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let asked = query.read()?;
    let page = state
        .db
        .read(move |conn| {
            let rows = import::pending_reviews(conn, asked.after(), asked.rows())?;
            let page = Page::of(rows, asked, |row| row.id, Some);
            let items: Result<Vec<_>, ApiError> =
                page.items.into_iter().map(|row| ReviewView::of(conn, row)).collect();
            Ok::<_, ApiError>(Page { items: items?, next: page.next })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// What is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDecision {
    /// `same`: the row's values become the person's. `apart`: the row becomes a new person.
    decision: Verdict,
}

/// Whom the row means.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewDecided {
    /// The person beside the row, or the new one.
    contact: i64,
}

/// Decide about a row, once: the same file again asks nothing and changes nothing.
#[utoipa::path(
    post, path = "/api/v1/imports/reviews/{id}", tag = "imports", operation_id = "decide_review",
    params(("id" = i64, Path, description = "The row's number in the queue")),
    request_body = ReviewDecision,
    responses((status = 200, description = "It is decided", body = ReviewDecided)),
    security(("token" = ["import"]))
)]
pub async fn decide(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<ReviewDecision>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let verdict = body.read()?.decision;
    let (id, now, noted) = (id.into_inner(), state.clock.now().naive_utc(), state.clone());
    let contact = state
        .db
        .write(move |conn| {
            let contact = import::settle(conn, id, verdict, now)?;
            let detail = serde_json::json!({ "decision": verdict, "contact": contact });
            caller.note(
                conn,
                &noted,
                &Deed {
                    action: "import.review",
                    subject_kind: "import_review",
                    subject_id: Some(id),
                    unit_id: None,
                    detail: &detail,
                },
            )?;
            Ok::<_, ApiError>(contact)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ReviewDecided { contact }))
}
