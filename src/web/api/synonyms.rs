//! What an office and its units call professions.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::db::Conn;
use crate::staff::Action;
use crate::taxonomy::synonyms::{self, NewSynonym, Synonym, WrongSynonym};
use crate::units::{self, UnitTree};
use crate::web::State;

/// A word for a profession.
#[derive(Debug, Serialize, ToSchema)]
pub struct SynonymView {
    id: i64,
    /// The short name of the unit whose word it is, and of those beneath it; null: it holds everywhere.
    unit: Option<String>,
    word: String,
    /// The first digits of an SSYK, STYRK or ISCO code.
    code: String,
    created_at: DateTime<Utc>,
}

impl SynonymView {
    fn of(synonym: Synonym, tree: &UnitTree) -> Self {
        Self {
            id: synonym.id,
            unit: synonym.unit_id.and_then(|id| tree.get(id)).map(|unit| unit.slug.clone()),
            word: synonym.word,
            code: synonym.code,
            created_at: synonym.created_at.and_utc(),
        }
    }
}

/// List the words that hold everywhere and those of the units that the token may see.
#[utoipa::path(
    get, path = "/api/v1/synonyms", tag = "segments", operation_id = "list_synonyms",
    params(PageQuery),
    responses((status = 200, description = "A part of the words", body = Page<SynonymView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let asked = query.read()?;
    let page = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let seen = caller.units_for(Action::SeeCampaigns);
            let rows = synonyms::page(conn, seen.as_deref(), asked.after(), asked.rows())?;
            Ok::<_, ApiError>(Page::of(rows, asked, |row| row.id, |row| Some(SynonymView::of(row, &tree))))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// A word to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SynonymInput {
    /// The short name of the unit whose word it is; without it, it holds everywhere.
    unit: Option<String>,
    /// As people write it.
    #[schema(min_length = 1, max_length = 100)]
    word: String,
    /// The first 1 to 4 digits of an SSYK, STYRK or ISCO code.
    #[schema(pattern = "^[0-9]{1,4}$")]
    code: String,
}

/// Let a word stand for a profession. A word may stand for several; adding one twice changes nothing.
#[utoipa::path(
    post, path = "/api/v1/synonyms", tag = "segments", operation_id = "create_synonym",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = SynonymInput,
    responses((status = 201, description = "The word", body = SynonymView)),
    security(("token" = ["compose"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<SynonymInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let SynonymInput { unit, word, code } = body.read()?;
    let tree = state.db.read(units::tree).await?;
    let unit = match unit {
        None => None,
        Some(slug) => {
            let unit = tree.by_slug(&slug).map(|unit| unit.id);
            let unknown = || ApiError::invalid("$.unit", format!("there is no unit \"{slug}\""));
            Some(unit.ok_or_else(unknown)?)
        }
    };
    caller.may(Action::Compose, unit)?;
    let new = NewSynonym::new(&word, &code).map_err(|error| refused(&error))?;
    let now = state.clock.now().naive_utc();
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let synonym = synonyms::add(conn, unit, &new, now)?.map_err(|error| refused(&error))?;
            note(&noting, conn, &noted, "synonym.create", &synonym)?;
            Ok((synonym.id, SynonymView::of(synonym, &tree)))
        })
        .await
}

fn refused(error: &WrongSynonym) -> ApiError {
    let place = match error {
        WrongSynonym::Code => "$.code",
        WrongSynonym::Word | WrongSynonym::Known(_) | WrongSynonym::TooMany => "$.word",
    };
    ApiError::invalid(place, error.to_string())
}

/// Take a word away.
#[utoipa::path(
    delete, path = "/api/v1/synonyms/{id}", tag = "segments", operation_id = "delete_synonym",
    params(("id" = i64, Path, description = "The word's number")),
    responses((status = 204, description = "The word is gone")),
    security(("token" = ["compose"]))
)]
pub async fn remove(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let id = id.into_inner();
    let noted = state.clone();
    state
        .db
        .write(move |conn| {
            let synonym = synonyms::find(conn, id)?.ok_or_else(|| ApiError::no("synonym", id))?;
            caller.may(Action::Compose, synonym.unit_id)?;
            synonyms::remove(conn, id)?;
            note(&caller, conn, &noted, "synonym.delete", &synonym)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    synonym: &Synonym,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    caller.note(
        conn,
        state,
        &Deed {
            action,
            subject_kind: "synonym",
            subject_id: Some(synonym.id),
            unit_id: synonym.unit_id,
            detail: &detail,
        },
    )
}
