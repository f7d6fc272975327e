//! Sign-up forms.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::db::Conn;
use crate::forms::{self, Form, FormInput, FormText, NewForm, Wrong};
use crate::kernel::language::Language;
use crate::staff::Action;
use crate::units::{self, Topic, UnitTree};
use crate::web::State;

impl From<forms::Error> for ApiError {
    fn from(error: forms::Error) -> Self {
        match error {
            forms::Error::Database(error) => Self::Database(error),
            other => Self::Fault(other.to_string()),
        }
    }
}

fn refused(wrong: Vec<Wrong>) -> ApiError {
    ApiError::Invalid(wrong.iter().map(|one| Fault::new(one.path(), one.to_string())).collect())
}

/// What a form says, by language.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormTexts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sv: Option<FormText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nb: Option<FormText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    en: Option<FormText>,
}

impl FormTexts {
    fn of(mut texts: forms::Texts) -> Self {
        let mut take = |language| texts.remove(&language);
        Self { sv: take(Language::Swedish), nb: take(Language::Norwegian), en: take(Language::English) }
    }

    fn into_texts(self) -> forms::Texts {
        let Self { sv, nb, en } = self;
        let all = [(Language::Swedish, sv), (Language::Norwegian, nb), (Language::English, en)];
        all.into_iter().filter_map(|(language, text)| Some((language, text?))).collect::<BTreeMap<_, _>>()
    }
}

/// A sign-up form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormView {
    id: i64,
    /// The short name of its unit.
    unit: String,
    /// Its name in addresses: people find it at `/f/SLUG`.
    slug: String,
    name: String,
    /// The codes of the topics that it offers.
    topics: Vec<String>,
    /// The code of the purpose that people agree to.
    purpose: String,
    /// The sender of the mail that asks for confirmation.
    from_address: String,
    /// Whether anybody can sign up by it.
    enabled: bool,
    /// The version of purpose and texts; consents name it as `SLUG/VERSION`.
    version: i32,
    texts: FormTexts,
    /// Its address.
    address: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl FormView {
    fn of(form: Form, state: &State, tree: &UnitTree, topics: &[Topic]) -> Self {
        let offered = topics.iter().filter(|topic| form.topics.contains(&topic.id));
        Self {
            id: form.id,
            unit: tree.get(form.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
            address: state.urls.sign_up_form(&form.slug),
            slug: form.slug,
            name: form.name,
            topics: offered.map(|topic| topic.code.clone()).collect(),
            purpose: form.purpose,
            from_address: form.from_address,
            enabled: form.enabled,
            version: form.version,
            texts: FormTexts::of(form.texts),
            created_at: form.created_at.and_utc(),
            updated_at: form.updated_at.and_utc(),
        }
    }

    fn read(conn: &mut Conn, state: &State, id: i64) -> Result<Self, ApiError> {
        let form = forms::find(conn, id)?.ok_or_else(|| ApiError::no("form", id))?;
        Ok(Self::of(form, state, &units::tree(conn)?, &units::topics(conn)?))
    }
}

/// List the forms of the units that the token may see.
#[utoipa::path(
    get, path = "/api/v1/forms", tag = "forms", operation_id = "list_forms",
    params(PageQuery),
    responses((status = 200, description = "A part of the forms", body = Page<FormView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (asked, shared) = (query.read()?, state.clone());
    let page = state
        .db
        .read(move |conn| {
            let (tree, topics) = (units::tree(conn)?, units::topics(conn)?);
            let seen = caller.units_for(Action::SeeCampaigns);
            let rows = forms::page(conn, seen.as_deref(), asked.after(), asked.rows())?;
            let view = |form| Some(FormView::of(form, &shared, &tree, &topics));
            Ok::<_, ApiError>(Page::of(rows, asked, |row| row.id, view))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// A form to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFormInput {
    /// The short name of its unit.
    unit: String,
    /// Its name in addresses.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
    slug: String,
    name: String,
    /// Codes of topics.
    topics: Vec<String>,
    /// The code of a purpose.
    purpose: String,
    from_address: String,
    enabled: bool,
    texts: FormTexts,
}

/// What can be changed of a form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormChange {
    name: String,
    /// Codes of topics.
    topics: Vec<String>,
    /// The code of a purpose.
    purpose: String,
    from_address: String,
    enabled: bool,
    texts: FormTexts,
}

impl FormChange {
    fn into_input(self, slug: String) -> FormInput {
        FormInput {
            slug,
            name: self.name,
            topics: self.topics,
            purpose: self.purpose,
            from_address: self.from_address,
            enabled: self.enabled,
            texts: self.texts.into_texts(),
        }
    }
}

/// Add a form.
#[utoipa::path(
    post, path = "/api/v1/forms", tag = "forms", operation_id = "create_form",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = NewFormInput,
    responses((status = 201, description = "The form", body = FormView)),
    security(("token" = ["compose"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<NewFormInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let NewFormInput { unit, slug, name, topics, purpose, from_address, enabled, texts } = body.read()?;
    let changes = FormChange { name, topics, purpose, from_address, enabled, texts };
    let tree = state.db.read(units::tree).await?;
    let unknown = || ApiError::invalid("$.unit", format!("there is no unit \"{unit}\""));
    let unit = tree.by_slug(&unit).map(|unit| unit.id).ok_or_else(unknown)?;
    caller.may(Action::Compose, Some(unit))?;
    let input = changes.into_input(slug);
    let (now, noting, noted) = (state.clock.now().naive_utc(), caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let input = input.with_published_consent(conn, unit)?;
            let new = NewForm::check(conn, &input)?.map_err(refused)?;
            let id = forms::insert(conn, unit, &new, now)?;
            note(&noting, conn, &noted, "form.create", id, unit)?;
            Ok((id, FormView::read(conn, &noted, id)?))
        })
        .await
}

/// Read a form.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}", tag = "forms", operation_id = "get_form",
    params(("id" = i64, Path, description = "The form's number")),
    responses((status = 200, description = "The form", body = FormView)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (id, shared) = (id.into_inner(), state.clone());
    let view = state
        .db
        .read(move |conn| {
            let form = forms::find(conn, id)?.ok_or_else(|| ApiError::no("form", id))?;
            caller.may(Action::SeeCampaigns, Some(form.unit_id))?;
            FormView::read(conn, &shared, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Change a form. Its unit and its address stay. Other texts, or another purpose, are a new version.
#[utoipa::path(
    put, path = "/api/v1/forms/{id}", tag = "forms", operation_id = "put_form",
    params(("id" = i64, Path, description = "The form's number")),
    request_body = FormChange,
    responses((status = 200, description = "The form", body = FormView)),
    security(("token" = ["compose"]))
)]
pub async fn put(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<FormChange>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let change = body.read()?;
    let (id, shared, now) = (id.into_inner(), state.clone(), state.clock.now().naive_utc());
    let view = state
        .db
        .write(move |conn| {
            let form = forms::find(conn, id)?.ok_or_else(|| ApiError::no("form", id))?;
            caller.may(Action::Compose, Some(form.unit_id))?;
            let input = change.into_input(form.slug.clone()).with_published_consent(conn, form.unit_id)?;
            let new = NewForm::check(conn, &input)?.map_err(refused)?;
            forms::update(conn, &form, &new, now)?;
            note(&caller, conn, &shared, "form.change", id, form.unit_id)?;
            FormView::read(conn, &shared, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    form: i64,
    unit: i64,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({});
    let deed =
        Deed { action, subject_kind: "form", subject_id: Some(form), unit_id: Some(unit), detail: &detail };
    caller.note(conn, state, &deed)
}
