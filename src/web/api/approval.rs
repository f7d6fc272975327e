//! What is said about a campaign before its launch, and its versions. A token asks for approval; a person gives it.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::caller::Caller;
use super::problem::ApiError;
use crate::audit::{ActorKind, Deed};
use crate::campaign::review::{self, Standing, Step};
use crate::campaign::{self, versions};
use crate::db::Conn;
use crate::staff::Action;
use crate::web::State;

/// One step of a review, or one comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    id: i64,
    step: Step,
    /// What kind of actor did it.
    actor_kind: ActorKind,
    /// The number of the account or token.
    actor: Option<i64>,
    note: String,
    at: DateTime<Utc>,
}

/// What is said about a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    /// Whether somebody has agreed to the campaign as it is now.
    approved: bool,
    /// Whether it waits for an answer.
    waiting: bool,
    /// The latest first.
    steps: Vec<StepView>,
}

fn view(conn: &mut Conn, id: i64) -> Result<ReviewView, ApiError> {
    let stored = campaign::find(conn, id)?;
    let standing = review::standing(conn, &stored)?;
    let step = |entry: review::Entry| StepView {
        id: entry.id,
        step: entry.step,
        actor_kind: entry.actor.kind,
        actor: entry.actor.id,
        note: entry.note,
        at: entry.created_at.and_utc(),
    };
    Ok(ReviewView {
        approved: matches!(standing, Standing::Approved { .. }),
        waiting: matches!(standing, Standing::Waiting { .. }),
        steps: review::of_campaign(conn, id)?.into_iter().map(step).collect(),
    })
}

/// See what is said about a campaign, and whether it is approved.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/review", tag = "campaigns", operation_id = "get_review",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "What is said", body = ReviewView)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let id = id.into_inner();
    let shown = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            view(conn, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

crate::text_enum! {
    /// What a token may do in a review.
    TokenStep {
        Comment = "comment",
        Submit = "submit",
        Withdraw = "withdraw",
    }
}

/// A step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    /// What to do. Approving and sending back is for people alone, on the campaign's page.
    step: TokenStep,
    /// What is said; a comment needs it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
}

/// Say something about a campaign, submit it for approval, or take it back.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/review", tag = "campaigns", operation_id = "post_review",
    params(("id" = i64, Path, description = "The campaign's number")),
    request_body = StepInput,
    responses((status = 200, description = "What is said now", body = ReviewView)),
    security(("token" = ["compose"]))
)]
pub async fn post(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<StepInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let (id, input, within) = (id.into_inner(), body.read()?, state.clone());
    let shown = state
        .db
        .write(move |conn| {
            let stored = campaign::find(conn, id)?;
            let unit_id = Some(stored.campaign.unit_id());
            caller.may(Action::Compose, unit_id)?;
            let (actor, now) = (caller.actor(), within.clock.now().naive_utc());
            let action = match input.step {
                TokenStep::Comment => {
                    review::comment(conn, id, actor, &input.note, now)?;
                    "campaign.comment"
                }
                TokenStep::Submit => {
                    review::submit(conn, &stored, actor, &input.note, now)?;
                    "campaign.submit"
                }
                TokenStep::Withdraw => {
                    review::withdraw(conn, &stored, actor, &input.note, now)?;
                    "campaign.withdraw"
                }
            };
            let detail = serde_json::json!({ "version": stored.version });
            let deed =
                Deed { action, subject_kind: "campaign", subject_id: Some(id), unit_id, detail: &detail };
            caller.note(conn, &within, &deed)?;
            view(conn, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// A version of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    version: i32,
    /// What kind of actor saved it.
    actor_kind: Option<ActorKind>,
    /// The number of the account or token.
    actor: Option<i64>,
    at: DateTime<Utc>,
}

/// The versions of a campaign, the latest first, at most 500.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/versions", tag = "campaigns", operation_id = "list_versions",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "The versions", body = Vec<VersionView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list_versions(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let id = id.into_inner();
    let shown: Vec<VersionView> = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            let view = |version: versions::Version| VersionView {
                version: version.version,
                actor_kind: version.actor.map(|actor| actor.kind),
                actor: version.actor.and_then(|actor| actor.id),
                at: version.created_at.and_utc(),
            };
            Ok::<_, ApiError>(versions::of_campaign(conn, id)?.into_iter().map(view).collect())
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// The campaign file of a version; put it to the campaign to restore it.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/versions/{version}", tag = "campaigns", operation_id = "get_version",
    params(
        ("id" = i64, Path, description = "The campaign's number"),
        ("version" = i32, Path, description = "The version"),
    ),
    responses((status = 200, description = "What the campaign was", body = campaign::CampaignFile)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn get_version(
    caller: Caller,
    state: web::Data<State>,
    path: web::Path<(i64, i32)>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (id, version) = path.into_inner();
    let file = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            let missing = || ApiError::NotFound(format!("campaign {id} has no version {version}"));
            versions::file(conn, id, version)?.ok_or_else(missing)
        })
        .await?;
    Ok(HttpResponse::Ok().json(file))
}
