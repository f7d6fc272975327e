//! Public archives of units.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::campaign::archive;
use crate::db::Conn;
use crate::staff::Action;
use crate::units::{self, Unit};
use crate::web::State;

/// An open archive.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveView {
    /// The unit's short name.
    unit: String,
    /// Mailings that began after this moment stand in it.
    since: DateTime<Utc>,
    /// Where everybody finds it.
    address: String,
    /// Its feed (Atom, RFC 4287).
    feed: String,
}

impl ArchiveView {
    fn of(state: &State, unit: &Unit, since: chrono::NaiveDateTime) -> Self {
        Self {
            unit: unit.slug.clone(),
            since: since.and_utc(),
            address: state.urls.archive(&unit.slug),
            feed: state.urls.archive_feed(&unit.slug),
        }
    }
}

/// List the open archives. A unit has none until somebody opens it.
#[utoipa::path(
    get, path = "/api/v1/archives", tag = "units", operation_id = "list_archives",
    responses((status = 200, description = "Every open archive", body = Vec<ArchiveView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (opened, tree) =
        state.db.read(|conn| Ok::<_, ApiError>((archive::opened(conn)?, units::tree(conn)?))).await?;
    let views: Vec<ArchiveView> = opened
        .into_iter()
        .filter_map(|(unit, since)| Some(ArchiveView::of(&state, tree.get(unit)?, since)))
        .collect();
    Ok(HttpResponse::Ok().json(views))
}

fn unit_of(conn: &mut Conn, caller: &Caller, slug: &str) -> Result<Unit, ApiError> {
    let unit = units::unit_by_slug(conn, slug)?
        .ok_or_else(|| ApiError::NotFound(format!("there is no unit \"{slug}\"")))?;
    caller.may(Action::ManageUnits, Some(unit.id))?;
    Ok(unit)
}

fn note(
    conn: &mut Conn,
    state: &State,
    caller: &Caller,
    action: &'static str,
    unit: i64,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    let deed =
        Deed { action, subject_kind: "unit", subject_id: Some(unit), unit_id: Some(unit), detail: &detail };
    caller.note(conn, state, &deed)
}

/// Open a unit's archive: everybody can then read what it sends from now on, without anybody's data. One that is open
/// stays as it is.
#[utoipa::path(
    put, path = "/api/v1/archives/{unit}", tag = "units", operation_id = "open_archive",
    params(("unit" = String, Path, description = "The unit's short name")),
    responses((status = 200, description = "The archive", body = ArchiveView)),
    security(("token" = ["manage"]))
)]
pub async fn open(
    caller: Caller,
    state: web::Data<State>,
    slug: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let (now, shared) = (state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let unit = unit_of(conn, &caller, &slug)?;
            archive::open(conn, unit.id, now)?;
            note(conn, &shared, &caller, "archive.open", unit.id)?;
            let since = archive::since(conn, unit.id)?.unwrap_or(now);
            Ok::<_, ApiError>(ArchiveView::of(&shared, &unit, since))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Close a unit's archive. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/archives/{unit}", tag = "units", operation_id = "close_archive",
    params(("unit" = String, Path, description = "The unit's short name")),
    responses((status = 204, description = "There is no such archive any more")),
    security(("token" = ["manage"]))
)]
pub async fn close(
    caller: Caller,
    state: web::Data<State>,
    slug: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let shared = state.clone();
    state
        .db
        .write(move |conn| {
            let unit = unit_of(conn, &caller, &slug)?;
            if archive::close(conn, unit.id)? {
                note(conn, &shared, &caller, "archive.close", unit.id)?;
            }
            Ok::<_, ApiError>(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
