//! Addresses that must not be used.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::phone::PhoneNumber;
use crate::preferences::{self, Channel, Suppression, SuppressionReason};
use crate::staff::Action;
use crate::web::State;

/// An address that must not be used.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionView {
    id: i64,
    channel: Channel,
    /// In the form in which addresses are compared.
    address: String,
    reason: SuppressionReason,
    detail: String,
    created_at: DateTime<Utc>,
}

impl From<Suppression> for SuppressionView {
    fn from(stored: Suppression) -> Self {
        Self {
            id: stored.id,
            channel: stored.channel,
            address: stored.address_key,
            reason: stored.reason,
            detail: stored.detail,
            created_at: stored.created_at.and_utc(),
        }
    }
}

/// List the addresses that must not be used.
#[utoipa::path(
    get, path = "/api/v1/suppressions", tag = "suppressions", operation_id = "list_suppressions",
    params(PageQuery),
    responses((status = 200, description = "A part of the list", body = Page<SuppressionView>)),
    security(("token" = ["contacts"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let asked = query.read()?;
    let rows =
        state.db.read(move |conn| preferences::suppressions(conn, asked.after(), asked.rows())).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, asked, |row| row.id, |row| Some(SuppressionView::from(row)))))
}

/// An address to suppress.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressionInput {
    /// `email`, `sms` or `phone`: a postal address is not suppressed by its text.
    channel: Channel,
    /// An e-mail address, or a phone number that begins with + and the country's code.
    address: String,
    /// Why, for whoever reads the list; no personal data.
    #[serde(default)]
    #[schema(max_length = 500)]
    detail: String,
}

/// Stop the use of an address. Doing it twice changes nothing.
#[utoipa::path(
    post, path = "/api/v1/suppressions", tag = "suppressions", operation_id = "create_suppression",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = SuppressionInput,
    responses((status = 201, description = "The suppression", body = SuppressionView)),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<SuppressionInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let SuppressionInput { channel, address, detail } = body.read()?;
    if detail.chars().count() > 500 {
        return Err(ApiError::invalid("$.detail", "write at most 500 characters"));
    }
    let key = match channel {
        Channel::Email => EmailAddress::parse(&address)
            .map(|address| address.key().to_owned())
            .map_err(|error| ApiError::invalid("$.address", error.to_string()))?,
        Channel::Sms | Channel::Phone if address.trim().starts_with('+') => {
            PhoneNumber::parse(&address, "SE")
                .map(|number| number.as_str().to_owned())
                .map_err(|error| ApiError::invalid("$.address", error.to_string()))?
        }
        Channel::Sms | Channel::Phone => {
            return Err(ApiError::invalid(
                "$.address",
                "write the number with + and the country's code first",
            ));
        }
        Channel::Letter => {
            return Err(ApiError::invalid(
                "$.channel",
                "a postal address is not suppressed by its text; refuse the channel",
            ));
        }
    };
    let now = state.clock.now().naive_utc();
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            preferences::suppress(conn, channel, &key, SuppressionReason::Staff, &detail, now)?;
            let stored = preferences::suppression_of(conn, channel, &key)?
                .ok_or_else(|| ApiError::Fault("a suppression was stored and is not there".to_owned()))?;
            let note = serde_json::json!({ "channel": channel });
            noting.note(
                conn,
                &noted,
                &Deed {
                    action: "suppression.create",
                    subject_kind: "suppression",
                    subject_id: Some(stored.id),
                    unit_id: None,
                    detail: &note,
                },
            )?;
            Ok((stored.id, SuppressionView::from(stored)))
        })
        .await
}

/// Let an address be used again.
#[utoipa::path(
    delete, path = "/api/v1/suppressions/{id}", tag = "suppressions", operation_id = "lift_suppression",
    params(("id" = i64, Path, description = "The suppression's number")),
    responses((status = 204, description = "The address may be used again")),
    security(("token" = ["contacts"]), ("token" = ["manage"]))
)]
pub async fn lift(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::RecordPreferences, None)?;
    let id = id.into_inner();
    let noted = state.clone();
    state
        .db
        .write(move |conn| {
            if !preferences::lift_suppression_by_id(conn, id)? {
                return Err(ApiError::no("suppression", id));
            }
            let detail = serde_json::json!({});
            caller.note(
                conn,
                &noted,
                &Deed {
                    action: "suppression.lift",
                    subject_kind: "suppression",
                    subject_id: Some(id),
                    unit_id: None,
                    detail: &detail,
                },
            )
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
