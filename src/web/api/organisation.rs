//! Units, topics and purposes.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::staff::Action;
use crate::units::{self, NewTopic, NewUnit, Topic, UnitTree};
use crate::web::State;

/// A part of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitView {
    id: i64,
    /// Its short name in files and addresses.
    slug: String,
    name: String,
    /// The short name of the unit that it belongs to.
    parent: Option<String>,
}

impl UnitView {
    fn of(id: i64, tree: &UnitTree) -> Option<Self> {
        let unit = tree.get(id)?;
        let parent = unit.parent_id.and_then(|parent| tree.get(parent)).map(|parent| parent.slug.clone());
        Some(Self { id, slug: unit.slug.clone(), name: unit.name.clone(), parent })
    }
}

/// List the units.
#[utoipa::path(
    get, path = "/api/v1/units", tag = "units", operation_id = "list_units",
    params(PageQuery),
    responses((status = 200, description = "A part of the tree", body = Page<UnitView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list_units(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let asked = query.read()?;
    let tree = state.db.read(units::tree).await?;
    let mut ids: Vec<i64> =
        tree.all().into_iter().map(|unit| unit.id).filter(|id| *id > asked.after()).collect();
    ids.sort_unstable();
    Ok(HttpResponse::Ok().json(Page::of(ids, asked, |id| *id, |id| UnitView::of(id, &tree))))
}

/// A unit to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitInput {
    /// Its short name: lower-case letters a–z, digits and hyphens.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
    slug: String,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The short name of the unit that it belongs to.
    parent: Option<String>,
}

/// Add a unit.
#[utoipa::path(
    post, path = "/api/v1/units", tag = "units", operation_id = "create_unit",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = UnitInput,
    responses((status = 201, description = "The unit", body = UnitView)),
    security(("token" = ["manage"]))
)]
pub async fn create_unit(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<UnitInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let input = body.read()?;
    let mut faults = Vec::new();
    if !units::is_short_name(&input.slug) {
        faults
            .push(Fault::new("$.slug", "write 1 to 40 lower-case letters a to z, digits and inner hyphens"));
    }
    check_name("$.name", &input.name, &mut faults);
    let tree = state.db.read(units::tree).await?;
    let parent_id = match &input.parent {
        None => None,
        Some(slug) => match tree.by_slug(slug) {
            Some(parent) => Some(parent.id),
            None => {
                faults.push(Fault::new("$.parent", format!("there is no unit \"{slug}\"")));
                None
            }
        },
    };
    if !faults.is_empty() {
        return Err(ApiError::Invalid(faults));
    }
    caller.may(Action::ManageUnits, parent_id)?;
    let unit = NewUnit {
        parent_id,
        slug: input.slug,
        name: input.name.trim().to_owned(),
        created_at: state.clock.now().naive_utc(),
    };
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let id = units::insert_unit(conn, &unit)?;
            let detail = serde_json::json!({ "slug": unit.slug });
            noting.note(
                conn,
                &noted,
                &Deed {
                    action: "unit.create",
                    subject_kind: "unit",
                    subject_id: Some(id),
                    unit_id: Some(id),
                    detail: &detail,
                },
            )?;
            let tree = units::tree(conn)?;
            Ok((id, UnitView::of(id, &tree).ok_or_else(|| ApiError::no("unit", id))?))
        })
        .await
}

fn check_name(path: &str, name: &str, faults: &mut Vec<Fault>) {
    if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        faults.push(Fault::new(path, "write a name of 1 to 200 characters on one line"));
    }
}

/// A name in every language of the pages.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    sv: String,
    nb: String,
    en: String,
}

/// What mailings can be about.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicView {
    id: i64,
    code: String,
    names: Names,
    /// The short name of the unit whose topic it is; null: everybody's.
    unit: Option<String>,
}

impl TopicView {
    fn of(topic: Topic, tree: &UnitTree) -> Self {
        let unit = topic.unit_id.and_then(|unit| tree.get(unit)).map(|unit| unit.slug.clone());
        let names = Names { sv: topic.name_sv, nb: topic.name_nb, en: topic.name_en };
        Self { id: topic.id, code: topic.code, names, unit }
    }
}

/// List the topics.
#[utoipa::path(
    get, path = "/api/v1/topics", tag = "topics", operation_id = "list_topics",
    params(PageQuery),
    responses((status = 200, description = "A part of the topics", body = Page<TopicView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list_topics(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let asked = query.read()?;
    let (tree, topics) =
        state.db.read(|conn| Ok::<_, ApiError>((units::tree(conn)?, units::topics(conn)?))).await?;
    let topics: Vec<Topic> = topics.into_iter().filter(|topic| topic.id > asked.after()).collect();
    let page = Page::of(topics, asked, |topic| topic.id, |topic| Some(TopicView::of(topic, &tree)));
    Ok(HttpResponse::Ok().json(page))
}

/// A topic to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicInput {
    /// Lower-case letters a–z, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,63}$")]
    code: String,
    names: Names,
    /// The short name of the unit whose topic it is.
    unit: Option<String>,
}

/// Add a topic.
#[utoipa::path(
    post, path = "/api/v1/topics", tag = "topics", operation_id = "create_topic",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = TopicInput,
    responses((status = 201, description = "The topic", body = TopicView)),
    security(("token" = ["manage"]))
)]
pub async fn create_topic(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<TopicInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::ManageUnits)?;
    let input = body.read()?;
    let mut faults = Vec::new();
    let is_code = |text: &str| {
        (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !is_code(&input.code) {
        faults.push(Fault::new("$.code", "write 1 to 63 lower-case letters a to z, digits and underscores"));
    }
    for (path, name) in
        [("$.names.sv", &input.names.sv), ("$.names.nb", &input.names.nb), ("$.names.en", &input.names.en)]
    {
        check_name(path, name, &mut faults);
    }
    let tree = state.db.read(units::tree).await?;
    let unit_id = match &input.unit {
        None => None,
        Some(slug) => match tree.by_slug(slug) {
            Some(unit) => Some(unit.id),
            None => {
                faults.push(Fault::new("$.unit", format!("there is no unit \"{slug}\"")));
                None
            }
        },
    };
    if !faults.is_empty() {
        return Err(ApiError::Invalid(faults));
    }
    caller.may(Action::ManageUnits, unit_id)?;
    let topic = NewTopic {
        unit_id,
        code: input.code,
        name_sv: input.names.sv.trim().to_owned(),
        name_nb: input.names.nb.trim().to_owned(),
        name_en: input.names.en.trim().to_owned(),
    };
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let id = units::insert_topic(conn, &topic)?;
            let detail = serde_json::json!({ "code": topic.code });
            noting.note(
                conn,
                &noted,
                &Deed {
                    action: "topic.create",
                    subject_kind: "topic",
                    subject_id: Some(id),
                    unit_id,
                    detail: &detail,
                },
            )?;
            let stored = units::topic_by_code(conn, &topic.code)?.ok_or_else(|| ApiError::no("topic", id))?;
            let tree = units::tree(conn)?;
            Ok((id, TopicView::of(stored, &tree)))
        })
        .await
}

/// What personal data is used for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurposeView {
    id: i64,
    code: String,
    names: Names,
}

/// List the purposes.
#[utoipa::path(
    get, path = "/api/v1/purposes", tag = "topics", operation_id = "list_purposes",
    params(PageQuery),
    responses((status = 200, description = "A part of the purposes", body = Page<PurposeView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list_purposes(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let asked = query.read()?;
    let purposes = state.db.read(units::purposes).await?;
    let purposes: Vec<_> = purposes.into_iter().filter(|purpose| purpose.id > asked.after()).collect();
    let page = Page::of(
        purposes,
        asked,
        |purpose| purpose.id,
        |purpose| {
            let names = Names { sv: purpose.name_sv, nb: purpose.name_nb, en: purpose.name_en };
            Some(PurposeView { id: purpose.id, code: purpose.code, names })
        },
    );
    Ok(HttpResponse::Ok().json(page))
}
