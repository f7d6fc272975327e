//! Segments: the list, saving, copying, sharing and deleting. [`editor`] is the form that counts while one writes,
//! [`explain`] says why one person is in or out, [`compare`] lays two segments over each other.

pub mod compare;
pub mod editor;
pub mod explain;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section};
use crate::db::Conn;
use crate::segment::{self, Rule, RuleError, Segment};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::session::SignedIn;
use editor::{Draft, edit_page};

pub(in crate::web::staff) use editor::panel;

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

impl From<segment::Error> for PageError {
    fn from(error: segment::Error) -> Self {
        match error {
            segment::Error::Database(error) => Self::Database(error),
            other => Self::refused("error-segment", other),
        }
    }
}

/// Whether somebody may look at a segment, and so use and copy it: one of their units', or one that its unit shares.
fn may_see(who: &SignedIn, segment: &Segment) -> bool {
    who.may(Action::SeeCampaigns, Some(segment.unit_id))
        || (segment.shared && who.must_somewhere(Action::SeeCampaigns).is_ok())
}

/// The segments that somebody may see.
pub(in crate::web::staff) fn seen(
    conn: &mut Conn,
    who: &SignedIn,
    tree: &UnitTree,
) -> Result<Vec<Segment>, PageError> {
    let units: Vec<i64> =
        tree.all().iter().map(|unit| unit.id).filter(|id| who.may(Action::SeeCampaigns, Some(*id))).collect();
    Ok(segment::page(conn, &units, 0, LISTED)?)
}

/// A segment that somebody may see.
pub(in crate::web::staff) fn find(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<Segment, PageError> {
    let segment = segment::find(conn, id)?.ok_or(PageError::NotFound)?;
    if may_see(who, &segment) { Ok(segment) } else { Err(PageError::NotAllowed) }
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
            let row = |segment: Segment| Row {
                unit: tree.get(segment.unit_id).map(|unit| unit.name.clone()).unwrap_or_default(),
                segment,
            };
            Ok::<_, PageError>(seen(conn, &who, &tree)?.into_iter().map(row).collect())
        })
        .await?;
    show(&ListPage { page, segments, may_compose })
}

/// `GET /segments/new`: empty, or with the rule that `?copy=`, `?of=&without=` or `?of=&and=` make of saved segments.
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let asked = ["copy", "of", "without", "and"].map(|name| super::number_in_query(&request, name));
    let reader = who.clone();
    let draft = state
        .db
        .read(move |conn| {
            let texts = Texts(reader.language);
            let mut saved = |id: Option<i64>| id.map(|id| find(conn, &reader, id)).transpose();
            let [copy, of, without, and] = asked;
            let (copy, of, without, and) = (saved(copy)?, saved(of)?, saved(without)?, saved(and)?);
            Ok::<_, PageError>(match (copy, of, without, and) {
                (Some(copy), ..) => {
                    Draft::made_of(copy.rule.to_json(), texts.t1("segment-copy-name", "name", copy.name))
                }
                (None, Some(of), Some(without), _) => Draft::made_of(
                    serde_json::json!({ "all": [of.rule, { "not": without.rule }] }),
                    texts.t2("compare-minus-name", "first", of.name, "second", without.name),
                ),
                (None, Some(of), None, Some(and)) => Draft::made_of(
                    serde_json::json!({ "all": [of.rule, and.rule] }),
                    texts.t2("compare-both-name", "first", of.name, "second", and.name),
                ),
                _ => Draft::default(),
            })
        })
        .await?;
    show(&edit_page(&state, page, &who, draft, Vec::new()).await?)
}

/// `POST /segments`: saves a new segment, or does what a button of its form says.
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let saves = !asks_for_more(&form);
    let reader = who.clone();
    let (draft, unit) = state
        .db
        .read(move |conn| {
            let draft = Draft::read(conn, &reader, None, &form)?;
            let unit = units::unit_by_slug(conn, &draft.unit)?;
            Ok::<_, PageError>((draft, unit))
        })
        .await?;
    if !saves {
        return show(&edit_page(&state, page, &who, draft, Vec::new()).await?);
    }
    let texts = Texts(who.language);
    let (name, rule) = (checked_name(texts, &draft.name), draft.rule());
    match (unit, name, rule) {
        (Some(unit), Ok(name), Ok(rule)) => {
            who.must(Action::Compose, Some(unit.id))?;
            let (actor, now, shared) = (who.actor, state.clock.now().naive_utc(), draft.shared);
            let id = state
                .db
                .write(move |conn| {
                    let id = segment::insert(conn, unit.id, &name, &rule, now)?;
                    if shared {
                        segment::share(conn, id, true, now)?;
                    }
                    let done = Done::to("segment.create", "segment", id).in_unit(unit.id);
                    done.with(serde_json::json!({ "shared": shared })).record(conn, now, actor)?;
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

/// Whether a button of the form was pressed that does not save.
fn asks_for_more(form: &Form) -> bool {
    form.has("count") || form.has("do")
}

/// The name, or what is wrong with it.
fn checked_name(texts: Texts, name: &str) -> Result<String, String> {
    let fits = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(texts.t("name-problem")) }
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
    problems.extend(rule.err().unwrap_or_default().iter().map(|error| super::rule_form::told(texts, error)));
    problems
}

/// A segment that somebody may change.
async fn own(state: &State, who: &SignedIn, id: i64) -> Result<(Segment, UnitTree), PageError> {
    let (segment, tree) = state
        .db
        .read(move |conn| {
            let segment = segment::find(conn, id)?.ok_or(PageError::NotFound)?;
            Ok::<_, PageError>((segment, units::tree(conn)?))
        })
        .await?;
    who.must(Action::Compose, Some(segment.unit_id))?;
    Ok((segment, tree))
}

/// `GET /segments/{id}`
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (page, reader) = (frame(&request, &state, &who), who.clone());
    let draft = state
        .db
        .read(move |conn| {
            let segment = find(conn, &reader, *id)?;
            Ok::<_, PageError>(Draft::of(&segment, &units::tree(conn)?))
        })
        .await?;
    show(&edit_page(&state, page, &who, draft, Vec::new()).await?)
}

/// `POST /segments/{id}`: saves it, or does what a button of its form says.
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (segment, tree) = own(&state, &who, *id).await?;
    let page = frame(&request, &state, &who);
    let saves = !asks_for_more(&form);
    let (reader, id) = (who.clone(), segment.id);
    let mut draft = state.db.read(move |conn| Draft::read(conn, &reader, Some(id), &form)).await?;
    draft.unit = tree.get(segment.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default();
    if !saves {
        return show(&edit_page(&state, page, &who, draft, Vec::new()).await?);
    }
    let texts = Texts(who.language);
    match (checked_name(texts, &draft.name), draft.rule()) {
        (Ok(name), Ok(rule)) => {
            let (actor, now, shared) = (who.actor, state.clock.now().naive_utc(), draft.shared);
            state
                .db
                .write(move |conn| {
                    segment::update(conn, id, &name, &rule, now)?;
                    segment::share(conn, id, shared, now)?;
                    let done = Done::to("segment.change", "segment", id).in_unit(segment.unit_id);
                    done.with(serde_json::json!({ "shared": shared })).record(conn, now, actor)?;
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

/// `GET /segments/{id}/delete`: asks first.
pub async fn ask_delete(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (segment, _) = own(&state, &who, *id).await?;
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
    let (segment, _) = own(&state, &who, *id).await?;
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
