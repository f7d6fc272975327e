//! Segments: saved rules, and how many people a rule matches.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault, rule_faults};
use crate::audit::Deed;
use crate::campaign::CampaignKind;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::preferences::{self, Channel, LegalBasis, Question};
use crate::segment::{self, Count, Field, OfferedValue, Rule, Segment};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;

/// A saved segment.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentView {
    id: i64,
    /// The short name of the unit that owns it.
    unit: String,
    name: String,
    /// The rule (see `RuleNode`).
    rule: RuleNode,
    /// Whether other units may use and copy it.
    shared: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl SegmentView {
    fn of(segment: Segment, tree: &UnitTree) -> Self {
        Self {
            id: segment.id,
            unit: tree.get(segment.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
            name: segment.name,
            rule: RuleNode(segment.rule.to_json()),
            shared: segment.shared,
            created_at: segment.created_at.and_utc(),
            updated_at: segment.updated_at.and_utc(),
        }
    }
}

/// A node of a rule: `{"all": [...]}`, `{"any": [...]}`, `{"not": NODE}`, `{"everyone": true}`, or one condition:
/// `degree`, `lives`, `works`, `person`, `attended`, `engaged`, `received`, `consented`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object, example = json!({"all": [
    {"degree": {"programme": {"in": ["SJURI"]}, "graduation_year": {"between": [1998, 2003]}}},
    {"not": {"lives": {"region": {"in": ["SE-M"]}}}}
]}))]
pub struct RuleNode(serde_json::Value);

/// List the saved segments of the units that the token may see, and those that other units share.
#[utoipa::path(
    get, path = "/api/v1/segments", tag = "segments", operation_id = "list_segments",
    params(PageQuery),
    responses((status = 200, description = "A part of the segments", body = Page<SegmentView>)),
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
            let units = caller
                .units_for(Action::SeeCampaigns)
                .unwrap_or_else(|| tree.all().into_iter().map(|unit| unit.id).collect());
            let rows = segment::page(conn, &units, asked.after(), asked.rows())?;
            Ok::<_, ApiError>(Page::of(rows, asked, |row| row.id, |row| Some(SegmentView::of(row, &tree))))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// One saved segment.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}", tag = "segments", operation_id = "get_segment",
    params(("id" = i64, Path, description = "The segment's number")),
    responses((status = 200, description = "The segment", body = SegmentView)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let id = id.into_inner();
    let view = state
        .db
        .read(move |conn| {
            let segment = find(conn, id)?;
            if !segment.shared {
                caller.may(Action::SeeCampaigns, Some(segment.unit_id))?;
            }
            Ok::<_, ApiError>(SegmentView::of(segment, &units::tree(conn)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

fn find(conn: &mut Conn, id: i64) -> Result<Segment, ApiError> {
    segment::find(conn, id)?.ok_or_else(|| ApiError::no("segment", id))
}

/// A segment to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentInput {
    /// The short name of the unit that owns it.
    unit: String,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    rule: RuleNode,
    /// Whether other units may use and copy it; `false` unless given.
    #[serde(default)]
    shared: bool,
}

/// Save a segment.
#[utoipa::path(
    post, path = "/api/v1/segments", tag = "segments", operation_id = "create_segment",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = SegmentInput,
    responses((status = 201, description = "The segment", body = SegmentView)),
    security(("token" = ["compose"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<SegmentInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let input = body.read()?;
    let tree = state.db.read(units::tree).await?;
    let unit = tree
        .by_slug(&input.unit)
        .map(|unit| unit.id)
        .ok_or_else(|| ApiError::invalid("$.unit", format!("there is no unit \"{}\"", input.unit)))?;
    caller.may(Action::Compose, Some(unit))?;
    let (name, rule) = (checked_name(&input.name)?, parsed(&input.rule)?);
    let now = state.clock.now().naive_utc();
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let id = segment::insert(conn, unit, &name, &rule, now)?;
            if input.shared {
                segment::share(conn, id, true, now)?;
            }
            note(&noting, conn, &noted, "segment.create", id, unit)?;
            Ok((id, SegmentView::of(find(conn, id)?, &tree)))
        })
        .await
}

/// The new name and rule of a segment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentChange {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    rule: RuleNode,
    /// Whether other units may use and copy it; as it was unless given.
    shared: Option<bool>,
}

/// Change a saved segment. Campaigns that were made from it keep the rule that they were made with.
#[utoipa::path(
    put, path = "/api/v1/segments/{id}", tag = "segments", operation_id = "put_segment",
    params(("id" = i64, Path, description = "The segment's number")),
    request_body = SegmentChange,
    responses((status = 200, description = "The segment", body = SegmentView)),
    security(("token" = ["compose"]))
)]
pub async fn put(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<SegmentChange>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let id = id.into_inner();
    let input = body.read()?;
    let (name, rule) = (checked_name(&input.name)?, parsed(&input.rule)?);
    let now = state.clock.now().naive_utc();
    let noted = state.clone();
    let view = state
        .db
        .write(move |conn| {
            let unit = find(conn, id)?.unit_id;
            caller.may(Action::Compose, Some(unit))?;
            segment::update(conn, id, &name, &rule, now)?;
            if let Some(shared) = input.shared {
                segment::share(conn, id, shared, now)?;
            }
            note(&caller, conn, &noted, "segment.change", id, unit)?;
            Ok::<_, ApiError>(SegmentView::of(find(conn, id)?, &units::tree(conn)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Forget a saved segment. Campaigns that were made from it keep their rule.
#[utoipa::path(
    delete, path = "/api/v1/segments/{id}", tag = "segments", operation_id = "delete_segment",
    params(("id" = i64, Path, description = "The segment's number")),
    responses((status = 204, description = "The segment is gone")),
    security(("token" = ["compose"]))
)]
pub async fn delete(
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
            let unit = find(conn, id)?.unit_id;
            caller.may(Action::Compose, Some(unit))?;
            segment::delete(conn, id)?;
            note(&caller, conn, &noted, "segment.delete", id, unit)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom a mailing would reach. What is not given is not judged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountInput {
    rule: RuleNode,
    /// The short name of the unit that would send.
    unit: Option<String>,
    /// `email` unless given.
    channel: Option<Channel>,
    /// The code of the topic.
    topic: Option<String>,
    /// The code of the purpose.
    purpose: Option<String>,
    legal_basis: Option<LegalBasis>,
    /// An `invitation` reaches nobody who was invited before.
    kind: Option<CampaignKind>,
}

/// Count the people of a rule: how many it matches, how many a mailing may reach, and the others by reason.
#[utoipa::path(
    post, path = "/api/v1/segments/count", tag = "segments", operation_id = "count_segment",
    request_body = CountInput,
    responses((status = 200, description = "The count", body = Count)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn count(
    caller: Caller,
    state: web::Data<State>,
    body: Body<CountInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let input = body.read()?;
    let rule = parsed(&input.rule)?;
    let (public_authority, now) = (state.config.public_authority, state.clock.now().naive_utc());
    let count = state
        .db
        .read(move |conn| {
            let question = question(conn, &caller, &input, public_authority)?;
            let tree = units::tree(conn)?;
            let question = preferences::with_caps(conn, question, &tree, now)?;
            Ok::<_, ApiError>(segment::count(conn, &rule, &question, now)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(count))
}

/// Which values are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ValuesQuery {
    /// The field of a rule.
    #[param(required = true, nullable = false, value_type = Field)]
    field: Option<String>,
    /// The beginning of the value, or of a word in its name; case and accents do not matter.
    #[param(max_length = 100)]
    q: Option<String>,
    /// The language of the names; `sv` unless given.
    #[param(value_type = Option<Language>)]
    language: Option<String>,
}

/// What the register holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValuesView {
    /// At most 20, those of most people first.
    values: Vec<OfferedValue>,
}

/// The values of a rule's field that the register holds, with how many people have each.
#[utoipa::path(
    get, path = "/api/v1/segments/values", tag = "segments", operation_id = "list_segment_values",
    params(ValuesQuery),
    responses((status = 200, description = "The values", body = ValuesView)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn values(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<ValuesQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let query = query.into_inner();
    let field: Field = word("field", query.field.as_deref().unwrap_or_default())?;
    let language = word("language", query.language.as_deref().unwrap_or(Language::Swedish.as_str()))?;
    let text = query.q.unwrap_or_default();
    if text.chars().count() > 100 {
        return Err(ApiError::parameter("q", "write at most 100 characters"));
    }
    let values = state
        .db
        .read(move |conn| Ok::<_, ApiError>(segment::values_offered(conn, field, &text, language)?))
        .await?;
    Ok(HttpResponse::Ok().json(ValuesView { values }))
}

fn word<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| ApiError::parameter(name, error.to_string()))
}

fn question(
    conn: &mut Conn,
    caller: &Caller,
    input: &CountInput,
    public_authority: bool,
) -> Result<Question, ApiError> {
    let mut question = Question::new(input.channel.unwrap_or(Channel::Email));
    let mut faults = Vec::new();
    if let Some(slug) = &input.unit {
        let tree = units::tree(conn)?;
        match tree.by_slug(slug) {
            Some(unit) => {
                caller.may(Action::SeeCampaigns, Some(unit.id))?;
                question = question.from_unit(unit.id, &tree);
            }
            None => faults.push(Fault::new("$.unit", format!("there is no unit \"{slug}\""))),
        }
    }
    if let Some(code) = &input.topic {
        match units::topic_by_code(conn, code)? {
            Some(topic) => question = question.about(topic.id),
            None => faults.push(Fault::new("$.topic", format!("there is no topic \"{code}\""))),
        }
    }
    if let Some(code) = &input.purpose {
        match units::purpose_by_code(conn, code)? {
            Some(purpose) => question = question.with_purpose(&purpose.code),
            None => faults.push(Fault::new("$.purpose", format!("there is no purpose \"{code}\""))),
        }
    }
    if let Some(basis) = input.legal_basis {
        if public_authority && basis == LegalBasis::LegitimateInterest {
            faults.push(Fault::new(
                "$.legal_basis",
                "a public authority may not rely on legitimate interest (GDPR article 6(1)); choose another basis",
            ));
        }
        question = question.on_basis(basis);
    }
    if input.kind == Some(CampaignKind::Invitation) {
        question = question.inviting(0);
    }
    if faults.is_empty() { Ok(question) } else { Err(ApiError::Invalid(faults)) }
}

fn parsed(RuleNode(rule): &RuleNode) -> Result<Rule, ApiError> {
    Rule::parse(rule).map_err(|errors| ApiError::Invalid(rule_faults(errors)))
}

fn checked_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(ApiError::invalid("$.name", "write a name of 1 to 200 characters on one line"));
    }
    Ok(name.to_owned())
}

fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    id: i64,
    unit: i64,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    caller.note(
        conn,
        state,
        &Deed { action, subject_kind: "segment", subject_id: Some(id), unit_id: Some(unit), detail: &detail },
    )
}
