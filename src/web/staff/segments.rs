//! Segments: the list, and the form that counts while one writes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::rule_form::{Offered, RuleFields, RuleForm};
use super::{Done, Section, unit_choices};
use crate::db::Conn;
use crate::preferences::{Channel, Question};
use crate::segment::{self, Rule, RuleError, Segment};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{CountPanel, Input, Select};
use crate::web::session::SignedIn;

/// The list shows no more; nobody has as many.
const LISTED: i64 = 500;
/// How many people are named beside a count.
const SAMPLE: i64 = 8;

#[derive(Template)]
#[template(path = "staff/segments/list.html")]
struct ListPage {
    page: Page,
    segments: Vec<Row>,
    may_compose: bool,
}

struct Row {
    segment: Segment,
    unit: String,
}

#[derive(Template)]
#[template(path = "staff/segments/edit.html")]
struct EditPage {
    page: Page,
    /// `None` while it is new.
    id: Option<i64>,
    problems: Vec<String>,
    name: Input,
    unit: Option<Select>,
    fields: RuleFields,
    year_from: String,
    year_to: String,
    professions: String,
    /// The rule is edited as JSON.
    use_rule: bool,
    rule: String,
    panel: CountPanel,
    may_save: bool,
}

#[derive(Template)]
#[template(path = "staff/confirm.html")]
struct ConfirmPage {
    page: Page,
    title: String,
    text: String,
    action: String,
    button: String,
    back: String,
    danger: bool,
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Segments)
}

fn wrong(errors: &[RuleError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

impl From<segment::Error> for PageError {
    fn from(error: segment::Error) -> Self {
        match error {
            segment::Error::Database(error) => Self::Database(error),
            other => Self::refused("error-segment", other),
        }
    }
}

/// `GET /segments`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let may_compose = who.must_somewhere(Action::Compose).is_ok();
    let segments = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let seen: Vec<i64> = tree
                .all()
                .iter()
                .map(|unit| unit.id)
                .filter(|id| who.may(Action::SeeCampaigns, Some(*id)))
                .collect();
            let segments = segment::page(conn, &seen, 0, LISTED)?;
            let row = |segment: Segment| Row {
                unit: tree.get(segment.unit_id).map(|unit| unit.name.clone()).unwrap_or_default(),
                segment,
            };
            Ok::<_, PageError>(segments.into_iter().map(row).collect())
        })
        .await?;
    show(&ListPage { page, segments, may_compose })
}

/// What the form holds: fields or JSON, whichever the person chose.
struct Draft {
    id: Option<i64>,
    name: String,
    unit: String,
    form: RuleForm,
    use_rule: bool,
    rule: String,
}

impl Draft {
    fn read(id: Option<i64>, form: &Form) -> Self {
        Self {
            id,
            name: form.get("name").to_owned(),
            unit: form.get("unit").to_owned(),
            form: RuleForm::read(form),
            use_rule: form.has("use_rule"),
            rule: form.get("rule").to_owned(),
        }
    }

    fn of(segment: &Segment, tree: &UnitTree) -> Self {
        let form = RuleForm::of(&segment.rule);
        Self {
            id: Some(segment.id),
            name: segment.name.clone(),
            unit: tree.get(segment.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
            use_rule: form.is_none(),
            form: form.unwrap_or_default(),
            rule: pretty(&segment.rule),
        }
    }

    fn rule(&self) -> Result<Rule, Vec<RuleError>> {
        if self.use_rule { Rule::parse_text(&self.rule) } else { Rule::parse(&self.form.to_json()) }
    }
}

fn pretty(rule: &Rule) -> String {
    serde_json::to_string_pretty(&rule.to_json()).unwrap_or_default()
}

/// Counts a rule for the mailings of a unit.
pub(super) fn panel(
    conn: &mut Conn,
    texts: Texts,
    who: &SignedIn,
    rule: Result<Rule, Vec<RuleError>>,
    question: &Question,
) -> Result<CountPanel, PageError> {
    let counted = rule.and_then(|rule| match segment::count(conn, &rule, question) {
        Err(segment::Error::Rule(errors)) => Err(errors),
        result => Ok((rule, result)),
    });
    let (rule, count) = match counted {
        Ok((rule, count)) => (rule, count?),
        Err(errors) => return Ok(CountPanel::new(texts, Err(wrong(&errors)))),
    };
    let mut panel = CountPanel::new(texts, Ok(count));
    if who.may(Action::SeeContacts, None) {
        let meant = segment::in_units(conn, &rule, question.units())?;
        panel.sample =
            segment::sample(conn, &meant, SAMPLE)?.iter().map(crate::contacts::Contact::full_name).collect();
    }
    panel.rule = Some(pretty(&rule));
    Ok(panel)
}

fn question_of(tree: &UnitTree, unit: &str) -> Question {
    let question = Question::new(Channel::Email);
    match tree.by_slug(unit) {
        Some(unit) => question.from_unit(unit.id, tree),
        None => question,
    }
}

async fn edit_page(
    state: &State,
    page: Page,
    who: &SignedIn,
    draft: Draft,
    problems: Vec<String>,
) -> Result<EditPage, PageError> {
    let who = who.clone();
    state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let tree = units::tree(conn)?;
            let offered = Offered::read(conn)?;
            let panel = panel(conn, texts, &who, draft.rule(), &question_of(&tree, &draft.unit))?;
            let rule = match &panel.rule {
                Some(rule) if !draft.use_rule => rule.clone(),
                _ => draft.rule.clone(),
            };
            let unit = draft.id.is_none().then(|| Select {
                name: "unit".to_owned(),
                label: page.t("unit"),
                hint: String::new(),
                choices: unit_choices(&tree, &who, Action::Compose, &draft.unit),
            });
            let may_save = match tree.by_slug(&draft.unit) {
                Some(unit) => who.may(Action::Compose, Some(unit.id)),
                None => draft.id.is_none(),
            };
            Ok(EditPage {
                may_save,
                id: draft.id,
                problems,
                name: Input::text("name", page.t("name"), &draft.name),
                unit,
                fields: offered.checklists(texts, &draft.form),
                year_from: draft.form.year_from,
                year_to: draft.form.year_to,
                professions: draft.form.professions,
                use_rule: draft.use_rule,
                rule,
                panel,
                page,
            })
        })
        .await
}

/// `GET /segments/new`
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let draft = Draft::read(None, &Form::default());
    show(&edit_page(&state, page, &who, draft, Vec::new()).await?)
}

/// The name, or what is wrong with it.
fn checked_name(texts: Texts, name: &str) -> Result<String, String> {
    let fits = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(texts.t("name-problem")) }
}

/// `POST /segments`: saves a new segment, or counts it where there is no script.
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let draft = Draft::read(None, &form);
    if form.has("count") {
        return show(&edit_page(&state, page, &who, draft, Vec::new()).await?);
    }
    let texts = Texts(who.language);
    let slug = draft.unit.clone();
    let unit =
        state.db.read(move |conn| units::unit_by_slug(conn, &slug)).await.map_err(PageError::Database)?;
    let (name, rule) = (checked_name(texts, &draft.name), draft.rule());
    match (unit, name, rule) {
        (Some(unit), Ok(name), Ok(rule)) => {
            who.must(Action::Compose, Some(unit.id))?;
            let (actor, now) = (who.actor, state.clock.now().naive_utc());
            let id = state
                .db
                .write(move |conn| {
                    let id = segment::insert(conn, unit.id, &name, &rule, now)?;
                    Done::to("segment.create", "segment", id).in_unit(unit.id).record(conn, now, actor)?;
                    Ok::<_, PageError>(id)
                })
                .await?;
            Ok(go_to(&format!("/segments/{id}?done=created")))
        }
        (unit, name, rule) => {
            let problems = problems_of(texts, unit.is_some(), name, rule);
            show_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &edit_page(&state, page, &who, draft, problems).await?,
            )
        }
    }
}

fn problems_of(
    texts: Texts,
    unit_is_known: bool,
    name: Result<String, String>,
    rule: Result<Rule, Vec<RuleError>>,
) -> Vec<String> {
    let mut problems = Vec::new();
    if !unit_is_known {
        problems.push(texts.t("unit-problem"));
    }
    problems.extend(name.err());
    problems.extend(wrong(&rule.err().unwrap_or_default()));
    problems
}

async fn find(state: &State, id: i64) -> Result<(Segment, UnitTree), PageError> {
    state
        .db
        .read(move |conn| {
            let segment = segment::find(conn, id)?.ok_or(PageError::NotFound)?;
            Ok((segment, units::tree(conn)?))
        })
        .await
}

/// `GET /segments/{id}`
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (segment, tree) = find(&state, *id).await?;
    who.must(Action::SeeCampaigns, Some(segment.unit_id))?;
    let page = frame(&request, &state, &who);
    show(&edit_page(&state, page, &who, Draft::of(&segment, &tree), Vec::new()).await?)
}

/// `POST /segments/{id}`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (segment, tree) = find(&state, *id).await?;
    let unit = segment.unit_id;
    who.must(Action::Compose, Some(unit))?;
    let page = frame(&request, &state, &who);
    let mut draft = Draft::read(Some(segment.id), &form);
    draft.unit = tree.get(unit).map(|unit| unit.slug.clone()).unwrap_or_default();
    if form.has("count") {
        return show(&edit_page(&state, page, &who, draft, Vec::new()).await?);
    }
    let texts = Texts(who.language);
    match (checked_name(texts, &draft.name), draft.rule()) {
        (Ok(name), Ok(rule)) => {
            let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), segment.id);
            state
                .db
                .write(move |conn| {
                    segment::update(conn, id, &name, &rule, now)?;
                    Done::to("segment.change", "segment", id).in_unit(unit).record(conn, now, actor)?;
                    Ok::<_, PageError>(())
                })
                .await?;
            Ok(go_to(&format!("/segments/{id}?done=saved")))
        }
        (name, rule) => {
            let problems = problems_of(texts, true, name, rule);
            show_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &edit_page(&state, page, &who, draft, problems).await?,
            )
        }
    }
}

/// `POST /segments/count`: the count alone, for the page's script.
pub async fn count(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let draft = Draft::read(None, &form);
    let panel = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            panel(conn, Texts(who.language), &who, draft.rule(), &question_of(&tree, &draft.unit))
        })
        .await?;
    show(&panel)
}

/// `GET /segments/{id}/delete`: asks first.
pub async fn ask_delete(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (segment, _) = find(&state, *id).await?;
    who.must(Action::Compose, Some(segment.unit_id))?;
    let page = frame(&request, &state, &who);
    show(&ConfirmPage {
        title: page.t1("segment-delete-question", "name", &segment.name),
        text: page.t("segment-delete-text"),
        action: format!("/segments/{id}/delete"),
        button: page.t("segment-delete"),
        back: format!("/segments/{id}"),
        danger: true,
        page,
    })
}

/// `POST /segments/{id}/delete`
pub async fn delete(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (segment, _) = find(&state, *id).await?;
    who.must(Action::Compose, Some(segment.unit_id))?;
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            segment::delete(conn, segment.id)?;
            let done = Done::to("segment.delete", "segment", segment.id).in_unit(segment.unit_id);
            done.with(serde_json::json!({ "name": segment.name })).record(conn, now, actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to("/segments?done=deleted"))
}
