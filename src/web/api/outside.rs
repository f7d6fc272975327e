//! Organisations outside the university. (`organisation` is the university's own: units, topics, purposes.)

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Asked, Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::contacts::{self, NewOrganisation, Organisation, OrganisationKind, RelationRole};
use crate::db::Conn;
use crate::kernel::organisation_number::OrganisationNumber;
use crate::staff::Action;
use crate::web::State;

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationView {
    id: i64,
    kind: OrganisationKind,
    name: String,
    /// In the country's register of organisations.
    number: Option<String>,
    place: Option<String>,
}

impl OrganisationView {
    fn of(one: Organisation) -> Self {
        Self { id: one.id, kind: one.kind, name: one.name, number: one.number, place: one.place }
    }
}

/// The parameters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// How many at most; 100 unless told.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// Where to go on: the `next` of the page before.
    #[param(pattern = "^[0-9]{0,18}$")]
    cursor: Option<String>,
    /// The beginnings of words of the name, or the whole registration number. Then there is one page.
    q: Option<String>,
}

/// List organisations by name, or find some.
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "organisations", operation_id = "list_organisations",
    params(OrganisationQuery),
    responses((status = 200, description = "Organisations", body = Page<OrganisationView>)),
    security(("token" = ["contacts"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<OrganisationQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let asked = Asked::read(query.limit, query.cursor.as_deref())?;
    let wanted = query.into_inner().q;
    let page = state
        .db
        .read(move |conn| {
            let found = match wanted {
                Some(text) => contacts::search_organisations(conn, &text, asked.limit)?,
                None => contacts::organisation_page(conn, asked.after(), asked.rows())?,
            };
            Ok::<_, ApiError>(Page::of(found, asked, |one| one.id, |one| Some(OrganisationView::of(one))))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// One organisation.
#[utoipa::path(
    get, path = "/api/v1/organisations/{id}", tag = "organisations", operation_id = "get_organisation",
    params(("id" = i64, Path, description = "The organisation's number")),
    responses((status = 200, description = "The organisation", body = OrganisationView)),
    security(("token" = ["contacts"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let one = state.db.read(move |conn| existing(conn, id)).await?;
    Ok(HttpResponse::Ok().json(OrganisationView::of(one)))
}

fn existing(conn: &mut Conn, id: i64) -> Result<Organisation, ApiError> {
    contacts::organisation(conn, id)?.ok_or_else(|| ApiError::no("organisation", id))
}

/// An organisation to add, or its new values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    kind: OrganisationKind,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// A Swedish number, a Norwegian one, or another country's behind its two letters.
    #[schema(min_length = 1, max_length = 200, example = "232100-0255")]
    number: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    place: Option<String>,
}

impl OrganisationInput {
    fn read(self) -> Result<NewOrganisation, ApiError> {
        let mut faults = Vec::new();
        let mut line = |path: &str, text: &str| {
            let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if spaced.is_empty() || spaced.chars().count() > 200 || spaced.chars().any(char::is_control) {
                faults.push(Fault::new(path, "write 1 to 200 characters on one line"));
            }
            spaced
        };
        let name = line("$.name", &self.name);
        let number = self.number.as_deref().map(|text| line("$.number", text));
        let place = self.place.as_deref().map(|text| line("$.place", text));
        let number = match number.as_deref().map(OrganisationNumber::parse).transpose() {
            Ok(number) => number.map(|number| number.to_string()),
            Err(error) => {
                faults.push(Fault::new("$.number", error.to_string()));
                None
            }
        };
        if !faults.is_empty() {
            return Err(ApiError::Invalid(faults));
        }
        Ok(NewOrganisation { kind: self.kind, name, number, place })
    }
}

/// Refuses a number that another organisation has.
fn refuse_double(conn: &mut Conn, new: &NewOrganisation, id: Option<i64>) -> Result<(), ApiError> {
    let Some(number) = &new.number else { return Ok(()) };
    match contacts::organisation_by_number(conn, number)? {
        Some(other) if Some(other.id) != id => {
            Err(ApiError::Conflict(format!("organisation {} has this registration number", other.id)))
        }
        _ => Ok(()),
    }
}

fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    id: i64,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    let deed =
        Deed { action, subject_kind: "organisation", subject_id: Some(id), unit_id: None, detail: &detail };
    caller.note(conn, state, &deed)
}

/// Add an organisation.
#[utoipa::path(
    post, path = "/api/v1/organisations", tag = "organisations", operation_id = "create_organisation",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = OrganisationInput,
    responses((status = 201, description = "The organisation", body = OrganisationView)),
    security(("token" = ["import"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<OrganisationInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let new = body.read()?.read()?;
    let now = state.clock.now().naive_utc();
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            refuse_double(conn, &new, None)?;
            let id = contacts::insert_organisation(conn, &new, now)?;
            note(&noting, conn, &noted, "organisation.create", id)?;
            Ok((id, OrganisationView::of(existing(conn, id)?)))
        })
        .await
}

/// Replace what is known of an organisation.
#[utoipa::path(
    put, path = "/api/v1/organisations/{id}", tag = "organisations", operation_id = "put_organisation",
    params(("id" = i64, Path, description = "The organisation's number")),
    request_body = OrganisationInput,
    responses((status = 200, description = "The organisation", body = OrganisationView)),
    security(("token" = ["import"]))
)]
pub async fn put(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<OrganisationInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let new = body.read()?.read()?;
    let (id, now, noted) = (id.into_inner(), state.clock.now().naive_utc(), state.clone());
    let one = state
        .db
        .write(move |conn| {
            existing(conn, id)?;
            refuse_double(conn, &new, Some(id))?;
            contacts::update_organisation(conn, id, &new, now)?;
            note(&caller, conn, &noted, "organisation.edit", id)?;
            existing(conn, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(OrganisationView::of(one)))
}

/// Remove an organisation that nobody is tied to.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{id}", tag = "organisations", operation_id = "delete_organisation",
    params(("id" = i64, Path, description = "The organisation's number")),
    responses((status = 204, description = "It is gone")),
    security(("token" = ["import"]))
)]
pub async fn delete(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let (id, noted) = (id.into_inner(), state.clone());
    state
        .db
        .write(move |conn| {
            existing(conn, id)?;
            if !contacts::delete_organisation(conn, id)? {
                return Err(ApiError::Conflict(
                    "people are tied to it: remove the relations first".to_owned(),
                ));
            }
            note(&caller, conn, &noted, "organisation.delete", id)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Somebody who is tied to an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct TiedView {
    /// The relation's number.
    id: i64,
    /// The person's number.
    contact: i64,
    role: RelationRole,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// The people who are tied to an organisation.
#[utoipa::path(
    get, path = "/api/v1/organisations/{id}/people", tag = "organisations", operation_id = "organisation_people",
    params(("id" = i64, Path, description = "The organisation's number"), PageQuery),
    responses((status = 200, description = "A part of the relations", body = Page<TiedView>)),
    security(("token" = ["contacts"]))
)]
pub async fn people(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let (asked, id) = (query.read()?, id.into_inner());
    let page = state
        .db
        .read(move |conn| {
            existing(conn, id)?;
            let relations = contacts::relations_of_organisation(conn, id, asked.after(), asked.rows())?;
            let view = |one: contacts::Relation| {
                let (from, to) = (one.from_date, one.to_date);
                Some(TiedView { id: one.id, contact: one.contact_id, role: one.role, from, to })
            };
            Ok::<_, ApiError>(Page::of(relations, asked, |one| one.id, view))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
