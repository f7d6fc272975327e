//! Caps on how many mailings a person gets (product P23).

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Body;
use super::caller::Caller;
use super::problem::ApiError;
use crate::audit::Deed;
use crate::preferences::pressure::{self, Cap, MOST_DAYS, MOST_MAILINGS};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;

/// A cap: at most so many mailings per person in so many days.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapView {
    /// The unit whose mailings, with those of the units beneath it, count; null: the mailings of all units together.
    unit: Option<String>,
    /// So many mailings.
    mailings: i32,
    /// In so many days.
    days: i32,
}

impl CapView {
    fn of(cap: Cap, tree: &UnitTree) -> Self {
        let unit = cap.unit_id.and_then(|id| tree.get(id)).map(|unit| unit.slug.clone());
        Self { unit, mailings: cap.mailings, days: cap.days }
    }
}

/// List the caps. There are none until somebody sets one.
#[utoipa::path(
    get, path = "/api/v1/contact-caps", tag = "units", operation_id = "list_contact_caps",
    responses((status = 200, description = "Every cap", body = Vec<CapView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (caps, tree) =
        state.db.read(|conn| Ok::<_, ApiError>((pressure::caps(conn)?, units::tree(conn)?))).await?;
    let caps: Vec<CapView> = caps.into_iter().map(|cap| CapView::of(cap, &tree)).collect();
    Ok(HttpResponse::Ok().json(caps))
}

/// A cap to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapInput {
    /// The unit's short name; left out or null: all units together.
    #[serde(default)]
    unit: Option<String>,
    /// So many mailings.
    #[schema(minimum = 1, maximum = 100)]
    mailings: i32,
    /// In so many days.
    #[schema(minimum = 1, maximum = 366)]
    days: i32,
}

/// Set a cap, in the place of the one that the unit has. Campaigns that rest on a legal obligation and invitations to
/// the network are not stopped by it.
#[utoipa::path(
    put, path = "/api/v1/contact-caps", tag = "units", operation_id = "set_contact_cap",
    request_body = CapInput,
    responses((status = 200, description = "The cap", body = CapView)),
    security(("token" = ["manage"]))
)]
pub async fn put(
    caller: Caller,
    state: web::Data<State>,
    body: Body<CapInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let CapInput { unit, mailings, days } = body.read()?;
    let within = |path: &str, number: i32, most: i32| {
        if (1..=most).contains(&number) {
            Ok(())
        } else {
            Err(ApiError::invalid(path, format!("write a number from 1 to {most}")))
        }
    };
    within("$.mailings", mailings, MOST_MAILINGS)?;
    within("$.days", days, MOST_DAYS)?;
    let (now, shared) = (state.clock.now().naive_utc(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let tree = units::tree(conn)?;
            let unit_id = place(&tree, unit.as_deref()).map_err(|told| ApiError::invalid("$.unit", told))?;
            caller.may(Action::ManageUnits, unit_id)?;
            let cap = Cap { unit_id, mailings, days };
            pressure::set(conn, cap, now)?;
            let detail = serde_json::json!({ "mailings": mailings, "days": days });
            let deed = Deed {
                action: "contact_cap.set",
                subject_kind: "contact_cap",
                subject_id: None,
                unit_id,
                detail: &detail,
            };
            caller.note(conn, &shared, &deed)?;
            Ok::<_, ApiError>(CapView::of(cap, &tree))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Of which unit.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CapQuery {
    /// The unit's short name; left out: the cap on all units together.
    unit: Option<String>,
}

/// Take a cap away. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/contact-caps", tag = "units", operation_id = "remove_contact_cap",
    params(CapQuery),
    responses((status = 204, description = "There is no such cap any more")),
    security(("token" = ["manage"]))
)]
pub async fn remove(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<CapQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let shared = state.clone();
    state
        .db
        .write(move |conn| {
            let tree = units::tree(conn)?;
            let unit_id =
                place(&tree, query.unit.as_deref()).map_err(|told| ApiError::parameter("unit", told))?;
            caller.may(Action::ManageUnits, unit_id)?;
            if pressure::remove(conn, unit_id)? {
                let detail = serde_json::json!({});
                let deed = Deed {
                    action: "contact_cap.remove",
                    subject_kind: "contact_cap",
                    subject_id: None,
                    unit_id,
                    detail: &detail,
                };
                caller.note(conn, &shared, &deed)?;
            }
            Ok::<_, ApiError>(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn place(tree: &UnitTree, unit: Option<&str>) -> Result<Option<i64>, String> {
    let Some(slug) = unit else { return Ok(None) };
    tree.by_slug(slug).map(|unit| Some(unit.id)).ok_or_else(|| format!("there is no unit \"{slug}\""))
}
