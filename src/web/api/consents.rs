//! What people are asked to agree to, in versions (product P19).

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::caller::Caller;
use super::create::Creation;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::preferences::Channel;
use crate::preferences::texts::{self as consent_texts, Checked, ConsentText, Wrong};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::staff::consents::subject;

/// A version of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentTextView {
    id: i64,
    /// The code of the purpose; `individual_measuring` is asked on everybody's page of preferences.
    purpose: String,
    channel: Channel,
    /// The unit; null: the whole office.
    unit: Option<String>,
    version: i32,
    /// How consent records name it.
    name: String,
    /// The words by language.
    texts: BTreeMap<Language, String>,
    written_at: DateTime<Utc>,
    /// Null: it is a draft.
    published_at: Option<DateTime<Utc>>,
}

impl ConsentTextView {
    fn of(text: ConsentText, tree: &UnitTree) -> Self {
        Self {
            id: text.id,
            name: text.name(),
            unit: text.subject.unit.and_then(|id| tree.get(id)).map(|unit| unit.slug.clone()),
            purpose: text.subject.purpose,
            channel: text.subject.channel,
            version: text.version,
            texts: text.words,
            written_at: text.created_at.and_utc(),
            published_at: text.published_at.map(|at| at.and_utc()),
        }
    }
}

/// List every version of every text, the latest of each first.
#[utoipa::path(
    get, path = "/api/v1/consent-texts", tag = "consents", operation_id = "list_consent_texts",
    responses((status = 200, description = "Every version", body = Vec<ConsentTextView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (all, tree) =
        state.db.read(|conn| Ok::<_, ApiError>((consent_texts::all(conn)?, units::tree(conn)?))).await?;
    let all: Vec<ConsentTextView> = all.into_iter().map(|text| ConsentTextView::of(text, &tree)).collect();
    Ok(HttpResponse::Ok().json(all))
}

/// The draft of a version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentTextInput {
    /// The code of the purpose, or `individual_measuring`.
    purpose: String,
    channel: Channel,
    /// The unit's short name; left out or null: the whole office.
    #[serde(default)]
    unit: Option<String>,
    /// The words by language; for `individual_measuring` in every language.
    texts: BTreeMap<Language, String>,
}

/// Write the draft of the next version, in the place of the draft that is there. Nobody is asked it before it is published.
#[utoipa::path(
    post, path = "/api/v1/consent-texts", tag = "consents", operation_id = "write_consent_text",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = ConsentTextInput,
    responses((status = 201, description = "The draft", body = ConsentTextView)),
    security(("token" = ["manage"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<ConsentTextInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let input = body.read()?;
    let (now, noting, noted) = (state.clock.now().naive_utc(), caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let tree = units::tree(conn)?;
            let unit = match input.unit.as_deref() {
                None => None,
                Some(slug) => match tree.by_slug(slug) {
                    Some(unit) => Some(unit.id),
                    None => return Err(ApiError::invalid("$.unit", format!("there is no unit \"{slug}\""))),
                },
            };
            let unknown = format!("there is no purpose \"{}\"", input.purpose);
            let subject = subject(conn, input.purpose, input.channel, unit)?
                .ok_or_else(|| ApiError::invalid("$.purpose", unknown))?;
            noting.may(Action::ManageUnits, subject.unit)?;
            let words = Checked::check(&subject, &input.texts).map_err(|wrong| refused(&wrong))?;
            let id = consent_texts::save(conn, &subject, &words, None, now)?;
            let detail = serde_json::json!({ "purpose": subject.purpose, "channel": subject.channel });
            noting.note(conn, &noted, &deed("consent_text.write", id, subject.unit, &detail))?;
            Ok((id, stored(conn, id, &tree)?))
        })
        .await
}

fn refused(wrong: &Wrong) -> ApiError {
    match wrong {
        Wrong::Empty | Wrong::Missing(_) => ApiError::invalid("$.texts", wrong.to_string()),
        Wrong::TooLong(language) => ApiError::invalid(format!("$.texts.{language}"), wrong.to_string()),
    }
}

const fn deed<'a>(
    action: &'static str,
    id: i64,
    unit_id: Option<i64>,
    detail: &'a serde_json::Value,
) -> Deed<'a> {
    Deed { action, subject_kind: "consent_text", subject_id: Some(id), unit_id, detail }
}

fn stored(conn: &mut Conn, id: i64, tree: &UnitTree) -> Result<ConsentTextView, ApiError> {
    let text = consent_texts::find(conn, id)?.ok_or_else(|| ApiError::no("consent text", id))?;
    Ok(ConsentTextView::of(text, tree))
}

/// Publish a draft: people are asked this from now on, and it never changes.
#[utoipa::path(
    post, path = "/api/v1/consent-texts/{id}/publish", tag = "consents", operation_id = "publish_consent_text",
    params(("id" = i64, Path, description = "The draft's number")),
    responses((status = 200, description = "The version", body = ConsentTextView)),
    security(("token" = ["manage"]))
)]
pub async fn publish(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let (id, now, shared) = (*id, state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let tree = units::tree(conn)?;
            let text = consent_texts::find(conn, id)?.ok_or_else(|| ApiError::no("consent text", id))?;
            caller.may(Action::ManageUnits, text.subject.unit)?;
            if !consent_texts::publish(conn, id, None, now)? {
                return Err(ApiError::Conflict("this version is published already".to_owned()));
            }
            let detail = serde_json::json!({});
            caller.note(conn, &shared, &deed("consent_text.publish", id, text.subject.unit, &detail))?;
            stored(conn, id, &tree)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
