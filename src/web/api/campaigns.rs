//! Campaigns: what is said, to whom, and what becomes of it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Asked, Body, Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::campaign::{self, CampaignFile, CampaignKind, CampaignState, NewCampaign, Sender, Stored};
use crate::contacts;
use crate::content::Layouts;
use crate::db::Conn;
use crate::delivery::{
    self, CampaignJob, DeliveryState, DomainName, Live, PersonValues, Recipient, Status, Wanted,
};
use crate::invitations::{self, Answers};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::mail::outbox::{self, OutboxKind};
use crate::preferences::Reason;
use crate::preflight;
use crate::reports;
use crate::staff::Action;
use crate::tracking::Totals;
use crate::tracking::trial::{self, Choice, TrialReport};
use crate::units::{self, Topic, UnitTree};
use crate::web::State;

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignView {
    id: i64,
    state: CampaignState,
    /// Goes up with every change.
    version: i32,
    /// When it starts or started.
    scheduled_at: Option<DateTime<Utc>>,
    /// When its recipients were fixed.
    started_at: Option<DateTime<Utc>>,
    /// When nothing was left to do.
    finished_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// What it was made from.
    #[serde(flatten)]
    file: CampaignFile,
}

impl CampaignView {
    fn of(stored: Stored, tree: &UnitTree, topics: &[Topic]) -> Self {
        let campaign = stored.campaign;
        let topic = topics.iter().find(|topic| topic.id == campaign.topic_id());
        Self {
            id: stored.id,
            state: stored.state,
            version: stored.version,
            scheduled_at: stored.scheduled_at.map(|at| at.and_utc()),
            started_at: stored.started_at.map(|at| at.and_utc()),
            finished_at: stored.finished_at.map(|at| at.and_utc()),
            created_at: stored.created_at.and_utc(),
            file: CampaignFile {
                name: campaign.name().to_owned(),
                kind: campaign.kind(),
                unit: tree.get(campaign.unit_id()).map(|unit| unit.slug.clone()).unwrap_or_default(),
                topic: topic.map(|topic| topic.code.clone()).unwrap_or_default(),
                purpose: campaign.purpose().to_owned(),
                legal_basis: campaign.legal_basis(),
                from: Sender {
                    name: campaign.from_name().to_owned(),
                    address: campaign.from_address().as_str().to_owned(),
                },
                segment: campaign.rule().to_json(),
                important: campaign.is_important(),
                tracking: campaign.tracking(),
                variants: campaign.trial().cloned(),
                content: campaign.content().clone(),
            },
        }
    }

    fn find(conn: &mut Conn, id: i64) -> Result<Self, ApiError> {
        let stored = campaign::find(conn, id)?;
        Ok(Self::of(stored, &units::tree(conn)?, &units::topics(conn)?))
    }
}

/// List the campaigns of the units that the token may see, newest first.
#[utoipa::path(
    get, path = "/api/v1/campaigns", tag = "campaigns", operation_id = "list_campaigns",
    params(PageQuery),
    responses((status = 200, description = "A part of the campaigns", body = Page<CampaignView>)),
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
            let (tree, topics) = (units::tree(conn)?, units::topics(conn)?);
            let units = caller.units_for(Action::SeeCampaigns);
            let before = asked.cursor.unwrap_or(i64::MAX);
            let rows = campaign::page(conn, units.as_deref(), before, asked.rows())?;
            let view = |row| Some(CampaignView::of(row, &tree, &topics));
            Ok::<_, ApiError>(Page::of(rows, asked, |row| row.id, view))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// One campaign.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}", tag = "campaigns", operation_id = "get_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "The campaign", body = CampaignView)),
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
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            CampaignView::find(conn, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Store a campaign as a draft.
#[utoipa::path(
    post, path = "/api/v1/campaigns", tag = "campaigns", operation_id = "create_campaign",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once")),
    request_body = CampaignFile,
    responses((status = 201, description = "The draft", body = CampaignView)),
    security(("token" = ["compose"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<serde_json::Value>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let file = file(&body)?;
    let (layouts, public_authority) = (state.layouts.clone(), state.config.public_authority);
    let now = state.clock.now().naive_utc();
    let (noting, noted) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .run(&state, &caller, move |conn| {
            let campaign = NewCampaign::check(conn, file, &layouts, public_authority)?;
            noting.may(Action::Compose, Some(campaign.unit_id()))?;
            if campaign.is_important() {
                noting.may(Action::MarkImportant, Some(campaign.unit_id()))?;
            }
            let id = campaign::insert(conn, &campaign, now)?;
            campaign::versions::sign(conn, id, noting.actor())?;
            note(&noting, conn, &noted, "campaign.create", id)?;
            Ok((id, CampaignView::find(conn, id)?))
        })
        .await
}

fn file(body: &Body<serde_json::Value>) -> Result<CampaignFile, ApiError> {
    CampaignFile::parse(body.read()?).map_err(|problem| ApiError::Invalid(vec![problem.into()]))
}

/// Change a campaign that was not launched yet.
#[utoipa::path(
    put, path = "/api/v1/campaigns/{id}", tag = "campaigns", operation_id = "put_campaign",
    params(
        ("id" = i64, Path, description = "The campaign's number"),
        ("If-Match" = String, Header, description = "The version that was changed, in quotation marks: a change that somebody else made meanwhile is not lost"),
    ),
    request_body = CampaignFile,
    responses((status = 200, description = "The campaign", body = CampaignView)),
    security(("token" = ["compose"]))
)]
pub async fn put(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<serde_json::Value>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let id = id.into_inner();
    let version = request
        .headers()
        .get("If-Match")
        .and_then(|value| value.to_str().ok()?.trim().trim_matches('"').parse::<i32>().ok())
        .ok_or_else(|| {
            let fault = Fault::new("If-Match", "write the version that was changed, like \"1\"");
            ApiError::Malformed("the header If-Match is missing or no version".to_owned(), vec![fault])
        })?;
    let file = file(&body)?;
    let now = state.clock.now().naive_utc();
    let within = state.clone();
    let view = state
        .db
        .write(move |conn| {
            caller.may(Action::Compose, Some(campaign::unit_of(conn, id)?))?;
            let changed = NewCampaign::check(conn, file, &within.layouts, within.config.public_authority)?;
            caller.may(Action::Compose, Some(changed.unit_id()))?;
            if changed.is_important() {
                caller.may(Action::MarkImportant, Some(changed.unit_id()))?;
            }
            if !campaign::replace(conn, id, version, &changed, now)? {
                return Err(ApiError::Conflict(format!(
                    "campaign {id} is no longer at version {version}; get it again and repeat the change"
                )));
            }
            campaign::versions::sign(conn, id, caller.actor())?;
            note(&caller, conn, &within, "campaign.change", id)?;
            CampaignView::find(conn, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Whom a preview is for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuery {
    /// The number of a person whose values are filled in; needs the scope contacts too.
    contact: Option<i64>,
    /// The language, where no person is given; the campaign's default one unless told.
    language: Option<Language>,
}

/// A message as its recipient would see it. Its personal links open nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// The language that was chosen.
    language: Language,
    subject: String,
    html: String,
    text: String,
}

/// See a campaign as somebody would get it.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/preview", tag = "campaigns", operation_id = "preview_campaign",
    params(("id" = i64, Path, description = "The campaign's number"), PreviewQuery),
    responses((status = 200, description = "The message", body = Preview)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn preview(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    query: web::Query<PreviewQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (id, query, within) = (id.into_inner(), query.into_inner(), state.clone());
    let rendered = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            let reader = reader(conn, &caller, query.contact, query.language, "?contact")?;
            let (job, stored) = job(conn, &within, id)?;
            Ok::<_, ApiError>(job.render(&reader.unwrap_or_else(|| somebody(&stored, query.language))))
        })
        .await?;
    Ok(HttpResponse::Ok().json(Preview {
        language: rendered.language,
        subject: rendered.subject,
        html: rendered.html,
        text: rendered.text,
    }))
}

fn job(conn: &mut Conn, state: &State, id: i64) -> Result<(CampaignJob, Stored), ApiError> {
    let stored = campaign::find(conn, id)?;
    let job = delivery::prepare_uncounted(conn, &stored, &state.layouts, &state.urls, state.clock.now())?;
    Ok((job, stored))
}

/// The values of a chosen person. Their number is left out: the links of a preview must not act in their name.
fn reader(
    conn: &mut Conn,
    caller: &Caller,
    contact: Option<i64>,
    language: Option<Language>,
    path: &str,
) -> Result<Option<PersonValues>, ApiError> {
    let Some(id) = contact else { return Ok(None) };
    caller.may(Action::SeeContacts, None)?;
    let person = contacts::find(conn, id)?
        .filter(|contact| !contact.protected && contact.erased_at.is_none())
        .ok_or_else(|| ApiError::invalid(path, format!("there is no contact {id}")))?;
    let values = delivery::person_values(conn, &[person.id])?.remove(&person.id);
    Ok(values.map(|values| PersonValues {
        contact: 0,
        language: language.unwrap_or(values.language),
        ..values
    }))
}

/// Invented values, where no person is chosen.
fn somebody(stored: &Stored, language: Option<Language>) -> PersonValues {
    let language = language.unwrap_or(stored.campaign.content().default_language);
    let (given_name, family_name, programme) = match language {
        Language::Swedish => ("Anna", "Andersson", "Juristprogrammet"),
        Language::Norwegian => ("Kari", "Nordmann", "Rettsvitenskap"),
        Language::English => ("Jane", "Smith", "Master of Laws"),
    };
    PersonValues {
        contact: 0,
        language,
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        programme: programme.to_owned(),
        graduation_year: "2001".to_owned(),
        measured: false,
    }
}

/// A test to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestInput {
    /// Where it goes.
    to: String,
    /// The number of a person whose values are filled in; needs the scope contacts too.
    contact: Option<i64>,
    /// The language; the campaign's default one unless told.
    language: Option<Language>,
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestView {
    /// Its number in the outbox.
    id: i64,
}

/// Send one message of the campaign to an address, as a test. Its personal links open nothing.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/test", tag = "campaigns", operation_id = "test_campaign",
    params(
        ("id" = i64, Path, description = "The campaign's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once"),
    ),
    request_body = TestInput,
    responses((status = 202, description = "The test is on its way", body = TestView)),
    security(("token" = ["compose"]))
)]
pub async fn test(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<TestInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let id = id.into_inner();
    let input = body.read()?;
    let to = EmailAddress::parse(&input.to).map_err(|error| ApiError::invalid("$.to", error.to_string()))?;
    let (noting, within) = (caller.clone(), state.clone());
    Creation::of(&request, body.bytes())?
        .accepted()
        .run(&state, &caller, move |conn| {
            noting.may(Action::Compose, Some(campaign::unit_of(conn, id)?))?;
            let reader = reader(conn, &noting, input.contact, input.language, "$.contact")?;
            let (job, stored) = job(conn, &within, id)?;
            let reader = reader.unwrap_or_else(|| somebody(&stored, input.language));
            let name = data_encoding::HEXLOWER.encode(&within.clock.random_bytes::<12>());
            let message_id = format!("test.{name}@{}", job.from.domain());
            let mut message = Vec::new();
            job.message(&reader, &to, &message_id, &mut message)
                .map_err(|error| ApiError::Conflict(error.to_string()))?;
            let now = within.clock.now().naive_utc();
            let about = match input.contact {
                Some(id) => contacts::find(conn, id)?.map(|person| person.id),
                None => None,
            };
            let kind = OutboxKind::TestSend;
            let test = outbox::enqueue_about(conn, about, kind, &job.from, &to, &message, now)?;
            note(&noting, conn, &within, "campaign.test", id)?;
            Ok((test, TestView { id: test }))
        })
        .await
}

/// When a campaign starts.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchInput {
    /// Now unless given.
    at: Option<DateTime<Utc>>,
}

/// Launch a campaign, now or later.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/launch", tag = "campaigns", operation_id = "launch_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    request_body = LaunchInput,
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn launch(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<LaunchInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Send)?;
    let input = if body.bytes().is_empty() { LaunchInput::default() } else { body.read()? };
    let now = state.clock.now().naive_utc();
    let (at, within) = (input.at.map_or(now, |at| at.naive_utc()), state.clone());
    step(caller, state, id.into_inner(), "campaign.launch", move |conn, id| {
        let stored = campaign::held(conn, id)?;
        must_pass(&stored, &within.layouts)?;
        campaign::review::may_launch(conn, &stored, within.config.approval_above, now)?;
        Ok::<_, ApiError>(campaign::launch(conn, id, at, now)?)
    })
    .await
}

/// Refuses to launch what has errors: each is told with its place.
fn must_pass(stored: &Stored, layouts: &Layouts) -> Result<(), ApiError> {
    let errors = preflight::errors(stored, layouts);
    if errors.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid(errors.iter().map(|found| Fault::new(found.path(), found.to_string())).collect()))
}

/// See what is wrong with a campaign before it is launched: errors keep it from being launched, warnings do not.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/check", tag = "campaigns", operation_id = "check_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "What was found", body = preflight::Report)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn check(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (id, within) = (id.into_inner(), state.clone());
    let report = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            let stored = campaign::find(conn, id)?;
            Ok::<_, ApiError>(preflight::report(
                conn,
                &stored,
                &within.layouts,
                within.clock.now().naive_utc(),
            )?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(report))
}

/// Stop sending for a while; nothing is lost.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/pause", tag = "campaigns", operation_id = "pause_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn pause(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now().naive_utc();
    step(caller, state, id.into_inner(), "campaign.pause", move |conn, id| campaign::pause(conn, id, now))
        .await
}

/// Go on after a pause.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/resume", tag = "campaigns", operation_id = "resume_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn resume(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now().naive_utc();
    step(caller, state, id.into_inner(), "campaign.resume", move |conn, id| campaign::resume(conn, id, now))
        .await
}

/// End a campaign; whoever it has not reached is skipped.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/cancel", tag = "campaigns", operation_id = "cancel_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn cancel(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now().naive_utc();
    step(caller, state, id.into_inner(), "campaign.cancel", move |conn, id| {
        campaign::cancel(conn, id, now)?;
        delivery::cancel_rest(conn, id, now)
    })
    .await
}

/// Which messages are sent again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryInput {
    /// Numbers of recipients' rows; all that failed unless given.
    #[schema(max_items = 10_000)]
    deliveries: Option<Vec<i64>>,
}

/// Send again to those whom a campaign failed to reach, all or these. Whether they may get it is asked again.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/retry", tag = "campaigns", operation_id = "retry_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    request_body = RetryInput,
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn retry(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<RetryInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Send)?;
    let input = if body.bytes().is_empty() { RetryInput::default() } else { body.read()? };
    if input.deliveries.as_ref().is_some_and(|chosen| chosen.len() > 10_000) {
        return Err(ApiError::invalid("$.deliveries", "name at most 10000 at once".to_owned()));
    }
    let now = state.clock.now().naive_utc();
    step(caller, state, id.into_inner(), "campaign.retry", move |conn, id| {
        campaign::reopen(conn, id, now)?;
        delivery::retry_failed(conn, id, input.deliveries.as_deref(), now).map(drop)
    })
    .await
}

/// One step of a campaign's life, and where it stands then.
async fn step<E: Into<ApiError>>(
    caller: Caller,
    state: web::Data<State>,
    id: i64,
    action: &'static str,
    step: impl FnOnce(&mut Conn, i64) -> Result<(), E> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Send)?;
    let within = state.clone();
    let status = state
        .db
        .write(move |conn| {
            caller.may(Action::Send, Some(campaign::unit_of(conn, id)?))?;
            step(conn, id).map_err(Into::into)?;
            note(&caller, conn, &within, action, id)?;
            Ok::<_, ApiError>(delivery::status(conn, id, within.clock.now().naive_utc())?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(status))
}

/// Which recipients are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RecipientsQuery {
    /// How many at most; 100 unless told.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// Where to go on: the `next` of the page before.
    #[param(pattern = "^[0-9]{0,18}$")]
    cursor: Option<String>,
    /// Only those in this state.
    state: Option<DeliveryState>,
    /// Only those that were skipped for this reason.
    reason: Option<Reason>,
    /// Only those with an address in this domain.
    domain: Option<String>,
    /// Only those in the sample of a trial who get this variant: 0 is the campaign's own text.
    #[param(minimum = 0, maximum = 4)]
    variant: Option<i32>,
}

/// Who gets a campaign and what became of each message.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/recipients", tag = "campaigns", operation_id = "list_recipients",
    params(("id" = i64, Path, description = "The campaign's number"), RecipientsQuery),
    responses((status = 200, description = "A part of the recipients", body = Page<Recipient>)),
    security(("token" = ["read", "contacts"]), ("token" = ["compose", "contacts"]), ("token" = ["send", "contacts"]))
)]
pub async fn recipients(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    query: web::Query<RecipientsQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    caller.may_somewhere(Action::SeeContacts)?;
    let (id, query) = (id.into_inner(), query.into_inner());
    let asked = Asked::read(query.limit, query.cursor.as_deref())?;
    let domain = query.domain.as_deref().map(str::parse::<DomainName>).transpose();
    let domain = domain.map_err(|error| ApiError::parameter("domain", error.to_string()))?;
    let wanted = Wanted { state: query.state, reason: query.reason, domain, variant: query.variant };
    let rows = state
        .db
        .read(move |conn| {
            let unit = Some(campaign::unit_of(conn, id)?);
            caller.may(Action::SeeCampaigns, unit)?;
            caller.may(Action::SeeContacts, unit)?;
            let (after, limit) = (asked.after(), asked.rows());
            Ok::<_, ApiError>(delivery::recipients(conn, id, &wanted, after, limit)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, asked, |row| row.id, Some)))
}

/// How a campaign goes, or went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    #[serde(flatten)]
    status: Status,
    /// How it goes at this moment.
    live: Live,
    /// Opens and clicks, by everybody and everything together: programs that fetch pictures ahead count, readers
    /// who see none do not.
    measured: Totals,
    #[serde(flatten)]
    became: reports::Report,
    /// Of an invitation: who was invited by it, and what they answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<Answers>,
    /// Of a campaign with variants: how they do, and which has won.
    #[serde(skip_serializing_if = "Option::is_none")]
    trial: Option<TrialReport>,
}

/// The variant that the rest is to get.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WinnerInput {
    /// `0` is the campaign's own text, `1` the first of its other variants.
    #[schema(minimum = 0, maximum = 4)]
    variant: i32,
}

/// Choose the winner of a campaign's trial before its time: the rest is sent at once.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{id}/winner", tag = "campaigns", operation_id = "choose_winner",
    params(("id" = i64, Path, description = "The campaign's number")),
    request_body = WinnerInput,
    responses((status = 200, description = "Where it stands", body = Status)),
    security(("token" = ["send"]))
)]
pub async fn winner(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<WinnerInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Send)?;
    let WinnerInput { variant } = body.read()?;
    let now = state.clock.now().naive_utc();
    step(caller, state, id.into_inner(), "campaign.winner", move |conn, id| {
        match trial::choose_early(conn, id, variant, now)? {
            Choice::Made => Ok(()),
            Choice::NoSuchVariant => {
                Err(ApiError::invalid("$.variant", "the campaign has no such variant".to_owned()))
            }
            Choice::TooLate => {
                Err(ApiError::Conflict("there is no trial under way that could be decided".to_owned()))
            }
        }
    })
    .await
}

/// How a campaign goes, or went.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{id}/report", tag = "campaigns", operation_id = "report_campaign",
    params(("id" = i64, Path, description = "The campaign's number")),
    responses((status = 200, description = "The numbers", body = Report)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn report(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let id = id.into_inner();
    let (quiet, full) = (state.config.quiet_hours, state.db.is_full());
    let now = state.clock.now().naive_utc();
    let report = state
        .db
        .read(move |conn| {
            caller.may(Action::SeeCampaigns, Some(campaign::unit_of(conn, id)?))?;
            let stored = campaign::find(conn, id)?;
            let answers = match stored.campaign.kind() {
                CampaignKind::Mailing => None,
                CampaignKind::Invitation => Some(invitations::tally(conn, id)?),
            };
            let (status, live) = delivery::live(conn, id, quiet.as_ref(), now)?;
            let live = live.known_to_be_full(full, &status);
            let (became, trial) = (reports::report(conn, id)?, trial::report(conn, id)?);
            Ok::<_, ApiError>(Report { answers, status, live, measured: became.measured, became, trial })
        })
        .await?;
    Ok(HttpResponse::Ok().json(report))
}

fn note(
    caller: &Caller,
    conn: &mut Conn,
    state: &State,
    action: &'static str,
    id: i64,
) -> Result<(), ApiError> {
    let unit_id = Some(campaign::unit_of(conn, id)?);
    let detail = serde_json::json!({});
    caller.note(
        conn,
        state,
        &Deed { action, subject_kind: "campaign", subject_id: Some(id), unit_id, detail: &detail },
    )
}
