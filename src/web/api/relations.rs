//! What a person is to organisations and to other people. People with protected identity are not shown (product P8).

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use super::ties::{note, remove_of_person, shown};
use crate::contacts::{self, Contact, NewRelation, Relation, RelationRole, RelationTo};
use crate::db::Conn;
use crate::staff::Action;
use crate::timeline::End;
use crate::web::State;

/// A relation as seen from a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationView {
    id: i64,
    role: RelationRole,
    /// Whether the role is the person's, and not that of the other one.
    own: bool,
    with: End,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl RelationView {
    fn of(conn: &mut Conn, one: &Relation, contact: i64) -> Result<Option<Self>, ApiError> {
        let Some(to) = one.seen_from(contact) else { return Ok(None) };
        let with = End::of(conn, to, false)?;
        let (role, own) = (one.role, one.is_role_of(contact));
        Ok(with.map(|with| Self { id: one.id, role, own, with, from: one.from_date, to: one.to_date }))
    }
}

/// The relations of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Relations {
    items: Vec<RelationView>,
}

/// What a person is to organisations and to other people.
#[utoipa::path(
    get, path = "/api/v1/contacts/{id}/relations", tag = "contacts", operation_id = "list_relations",
    params(("id" = i64, Path, description = "The person's number")),
    responses((status = 200, description = "The relations, the latest first", body = Relations)),
    security(("token" = ["contacts"]))
)]
pub async fn relations(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let items = state
        .db
        .read(move |conn| {
            let contact = shown(conn, id)?;
            let mut items = Vec::new();
            for one in contacts::relations(conn, contact.id)? {
                items.extend(RelationView::of(conn, &one, contact.id)?);
            }
            Ok::<_, ApiError>(items)
        })
        .await?;
    Ok(HttpResponse::Ok().json(Relations { items }))
}

/// A relation to an organisation or to a person: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationInput {
    role: RelationRole,
    organisation: Option<i64>,
    person: Option<i64>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

fn in_order(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<(), ApiError> {
    match from.zip(to) {
        Some((from, to)) if to < from => Err(ApiError::invalid("$.to", "the last day is before the first")),
        _ => Ok(()),
    }
}

/// Add a relation.
#[utoipa::path(
    post, path = "/api/v1/contacts/{id}/relations", tag = "contacts", operation_id = "add_relation",
    params(("id" = i64, Path, description = "The person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = RelationInput,
    responses((status = 201, description = "The relation", body = RelationView)),
    security(("token" = ["import"]))
)]
pub async fn add_relation(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<RelationInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let input = body.read()?;
    in_order(input.from, input.to)?;
    let to = match (input.organisation, input.person) {
        (Some(id), None) => RelationTo::Organisation(id),
        (None, Some(id)) => RelationTo::Person(id),
        _ => return Err(ApiError::invalid("$", "name an organisation or a person, one of the two")),
    };
    let (id, now) = (id.into_inner(), state.clock.now().naive_utc());
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let contact = shown(conn, id)?;
            let known = End::of(conn, to, false)?.is_some_and(|end| end.name.is_some());
            if !known || to == RelationTo::Person(contact.id) {
                let path = if input.person.is_some() { "$.person" } else { "$.organisation" };
                return Err(ApiError::Invalid(vec![Fault::new(
                    path,
                    "there is no other one of that number",
                )]));
            }
            let relation = NewRelation {
                contact_id: contact.id,
                organisation_id: input.organisation,
                other_contact_id: input.person,
                role: input.role,
                from_date: input.from,
                to_date: input.to,
                recorded_at: now,
            };
            let number = contacts::insert_relation(conn, &relation)?;
            note(&noting, conn, &noted, "contact.relation.add", &contact)?;
            Ok((number, relation_view(conn, &contact, number)?))
        })
        .await
}

fn relation_view(conn: &mut Conn, contact: &Contact, id: i64) -> Result<RelationView, ApiError> {
    let one = contacts::relations(conn, contact.id)?.into_iter().find(|one| one.id == id);
    let one = one.ok_or_else(|| ApiError::no("relation", id))?;
    RelationView::of(conn, &one, contact.id)?.ok_or_else(|| ApiError::no("relation", id))
}

/// What a relation is, and when it was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationChange {
    role: RelationRole,
    from: Option<NaiveDate>,
    /// The last day ends it.
    to: Option<NaiveDate>,
}

/// Change or end a relation.
#[utoipa::path(
    put, path = "/api/v1/contacts/{id}/relations/{relation}", tag = "contacts", operation_id = "put_relation",
    params(("id" = i64, Path, description = "The person's number"),
        ("relation" = i64, Path, description = "The relation's number")),
    request_body = RelationChange,
    responses((status = 200, description = "The relation", body = RelationView)),
    security(("token" = ["import"]))
)]
pub async fn put_relation(
    caller: Caller,
    state: web::Data<State>,
    ids: web::Path<(i64, i64)>,
    body: Body<RelationChange>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::EditContacts, None)?;
    let input = body.read()?;
    in_order(input.from, input.to)?;
    let ((id, relation), noted) = (ids.into_inner(), state.clone());
    let view = state
        .db
        .write(move |conn| {
            let contact = shown(conn, id)?;
            relation_view(conn, &contact, relation)?;
            let days = (input.from, input.to);
            contacts::update_relation(conn, contact.id, relation, input.role, days)?;
            note(&caller, conn, &noted, "contact.relation.edit", &contact)?;
            relation_view(conn, &contact, relation)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Remove a relation that never was. One that is over gets a last day instead.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{id}/relations/{relation}", tag = "contacts", operation_id = "remove_relation",
    params(("id" = i64, Path, description = "The person's number"),
        ("relation" = i64, Path, description = "The relation's number")),
    responses((status = 204, description = "It is gone")),
    security(("token" = ["import"]))
)]
pub async fn remove_relation(
    caller: Caller,
    state: web::Data<State>,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    let taken = |conn: &mut Conn, contact: &Contact, one, _| contacts::remove_relation(conn, contact.id, one);
    remove_of_person(caller, &state, *ids, "relation", "contact.relation.remove", taken).await
}
