//! Writing a campaign: a new one, or a draft again.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Datelike as _, NaiveDateTime};

use super::fields::{Fields, Offered, Written};
use super::{find, frame};
use crate::campaign::{self, CampaignFile, NewCampaign, Problem, Stored};
use crate::content::Field;
use crate::db::Conn;
use crate::preferences::{self, Channel, Question};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::CountPanel;
use crate::web::session::SignedIn;
use crate::web::staff::{Done, segments};

#[derive(Template)]
#[template(path = "staff/campaigns/edit.html")]
struct EditPage {
    page: Page,
    /// `None` while it is new.
    id: Option<i64>,
    problems: Vec<String>,
    fields: Fields,
    merge_fields: Vec<MergeField>,
    panel: Option<CountPanel>,
}

struct MergeField {
    name: &'static str,
    meaning: String,
}

fn merge_fields(texts: Texts, invitation: bool) -> Vec<MergeField> {
    let field = |field: Field| MergeField { name: field.name(), meaning: texts.word("field", field.name()) };
    let fits = |field: &Field| invitation || !Field::OF_INVITATIONS.contains(field);
    Field::MERGE_FIELDS.into_iter().filter(fits).map(field).collect()
}

/// The audience of what is written so far; `None` while no segment is chosen.
fn audience(
    conn: &mut Conn,
    who: &SignedIn,
    written: &Written,
    present: Option<&Stored>,
    now: NaiveDateTime,
) -> Result<Option<CountPanel>, PageError> {
    let rule = present.map(|stored| stored.campaign.rule());
    let Some(rule) = written.rule(conn, who, now.year(), rule)? else { return Ok(None) };
    let tree = units::tree(conn)?;
    let weight = campaign::weight(written.important, &written.topic);
    let mut question = Question::new(Channel::Email).with_purpose(&written.purpose).weighing(weight);
    if let Some(unit) = tree.by_slug(&written.unit) {
        question = question.from_unit(unit.id, &tree);
    }
    if let Some(topic) = units::topic_by_code(conn, &written.topic)? {
        question = question.about(topic.id);
    }
    if let Ok(basis) = written.legal_basis.parse() {
        question = question.on_basis(basis);
    }
    if written.is_invitation() {
        question = question.inviting(present.map_or(0, |stored| stored.id));
    }
    let question = preferences::with_caps(conn, question, &tree, now)?;
    let mut panel = segments::panel(conn, who, Ok(rule), &question, now)?;
    panel.edited_at = written.segment.parse::<i64>().ok().map(|id| format!("/segments/{id}"));
    Ok(Some(panel))
}

/// Fills in what a person sees chosen although they chose nothing: the first of each list.
fn with_first_choices(mut written: Written, fields: &Fields) -> Written {
    let first = |chosen: &mut String, select: &crate::web::parts::Select| {
        if chosen.is_empty()
            && let Some(choice) = select.choices.first()
        {
            chosen.clone_from(&choice.value);
        }
    };
    first(&mut written.unit, &fields.unit);
    first(&mut written.segment, &fields.segment);
    written
}

async fn edit_page(
    state: &web::Data<State>,
    page: Page,
    who: &SignedIn,
    stored: Option<Stored>,
    written: Written,
    problems: Vec<String>,
) -> Result<EditPage, PageError> {
    let (state, who, now) = (state.clone(), who.clone(), state.clock.now().naive_utc());
    state
        .clone()
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let fields = Offered::read(conn, &who)?.fields(&state, texts, &who, &written, stored.is_some());
            let written = with_first_choices(written, &fields);
            let panel = audience(conn, &who, &written, stored.as_ref(), now)?;
            let merge_fields = merge_fields(texts, written.is_invitation());
            let id = stored.as_ref().map(|stored| stored.id);
            Ok(EditPage { page, id, problems, fields, merge_fields, panel })
        })
        .await
}

/// What is wrong, each with the name of its field.
fn told(texts: Texts, problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| {
            let field = problem.path.trim_start_matches("$.").split(['.', '[']).next().unwrap_or_default();
            let key = match field {
                "name" => "name",
                "unit" => "unit",
                "topic" => "topic",
                "purpose" => "purpose",
                "legal_basis" => "legal-basis",
                "from" => "campaign-sender",
                "segment" => "segment",
                "tracking" => "tracking",
                "layout" => "campaign-layout",
                "default_language" => "campaign-default-language",
                _ => "campaign-text",
            };
            format!("{}: {}", texts.t(key), texts.campaign_fault(&problem.fault))
        })
        .collect()
}

/// `GET /campaigns/new`
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let written = match super::super::text_in_query(&request, "start").as_deref() {
        Some("invitation") => Written::invitation(&state, &who),
        _ => Written {
            segment: super::super::text_in_query(&request, "segment").unwrap_or_default(),
            ..Written::new(&state, &who)
        },
    };
    show(&edit_page(&state, page, &who, None, written, Vec::new()).await?)
}

/// `GET /campaigns/{id}/edit`
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let (id, writer) = (*id, who.clone());
    let (stored, written) = state
        .db
        .read(move |conn| {
            let stored = find(conn, &writer, Action::Compose, id)?;
            let written = Written::of(&stored, &units::tree(conn)?, &units::topics(conn)?);
            Ok::<_, PageError>((stored, written))
        })
        .await?;
    if !stored.state.is_editable() {
        return Ok(go_to(&format!("/campaigns/{id}")));
    }
    show(&edit_page(&state, page, &who, Some(stored), written, Vec::new()).await?)
}

/// What came of saving.
enum Saved {
    As(i64),
    Wrong(Vec<Problem>),
    /// Somebody else saved in the meantime.
    Overtaken,
}

/// `POST /campaigns`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    save_as(&request, &state, &who, None, &form).await
}

/// `POST /campaigns/{id}/edit`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, writer) = (*id, who.clone());
    let stored = state.db.read(move |conn| find(conn, &writer, Action::Compose, id)).await?;
    save_as(&request, &state, &who, Some(stored), &form).await
}

async fn save_as(
    request: &HttpRequest,
    state: &web::Data<State>,
    who: &SignedIn,
    stored: Option<Stored>,
    form: &Form,
) -> Result<HttpResponse, PageError> {
    let written = Written::read(form);
    let page = frame(request, state, who);
    if form.has("count") {
        return show(&edit_page(state, page, who, stored, written, Vec::new()).await?);
    }
    let (writer, before, draft, shared) = (who.clone(), stored.clone(), written.clone(), state.clone());
    let saved = state.db.write(move |conn| write(conn, &shared, &writer, before.as_ref(), &draft)).await?;
    let texts = Texts(who.language);
    let problems = match saved {
        Saved::As(id) => return Ok(go_to(&format!("/campaigns/{id}?done=saved"))),
        Saved::Wrong(problems) => told(texts, &problems),
        Saved::Overtaken => vec![texts.t("campaign-overtaken")],
    };
    show_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &edit_page(state, page, who, stored, written, problems).await?,
    )
}

fn write(
    conn: &mut Conn,
    state: &State,
    who: &SignedIn,
    before: Option<&Stored>,
    written: &Written,
) -> Result<Saved, PageError> {
    let year = state.clock.now().year();
    let rule = written.rule(conn, who, year, before.map(|stored| stored.campaign.rule()))?;
    let file = match written.file(rule.as_ref()) {
        // Variants are written on a page of their own.
        Ok(file) => {
            CampaignFile { variants: before.and_then(|stored| stored.campaign.trial().cloned()), ..file }
        }
        Err(problems) => return Ok(Saved::Wrong(problems)),
    };
    let checked = match NewCampaign::check(conn, file, &state.layouts, state.config.public_authority) {
        Ok(checked) => checked,
        Err(campaign::Error::Invalid(problems)) => return Ok(Saved::Wrong(problems)),
        Err(error) => return Err(error.into()),
    };
    let unit = checked.unit_id();
    who.must(Action::Compose, Some(unit))?;
    if checked.is_important() {
        who.must(Action::MarkImportant, Some(unit))?;
    }
    let now = state.clock.now().naive_utc();
    let (id, action) = match before {
        None => (campaign::insert(conn, &checked, now)?, "campaign.create"),
        Some(stored) => {
            if !campaign::replace(conn, stored.id, written.version, &checked, now)? {
                return Ok(Saved::Overtaken);
            }
            (stored.id, "campaign.change")
        }
    };
    campaign::versions::sign(conn, id, who.actor)?;
    Done::to(action, "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
    Ok(Saved::As(id))
}

/// `POST /campaigns/count` and `POST /campaigns/{id}/count`: the audience alone, for the page's script.
pub async fn count(
    state: web::Data<State>,
    who: SignedIn,
    id: Option<web::Path<i64>>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let (id, now) = (id.map(|id| *id), state.clock.now().naive_utc());
    let panel = state
        .db
        .read(move |conn| {
            let stored = id.map(|id| find(conn, &who, Action::Compose, id)).transpose()?;
            audience(conn, &who, &Written::read(&form), stored.as_ref(), now)
        })
        .await?;
    match panel {
        Some(mut panel) => {
            panel.rule = None;
            show(&panel)
        }
        None => Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").finish()),
    }
}
