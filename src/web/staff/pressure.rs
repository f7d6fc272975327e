//! How many mailings a person may get in how many days, and whom other units mail as well (product P23).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section};
use crate::campaign::Stored;
use crate::db::Conn;
use crate::delivery::overlap;
use crate::preferences::pressure::{self, Cap, MOST_DAYS, MOST_MAILINGS};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "staff/pressure.html")]
struct PressurePage {
    page: Page,
    problem: Option<String>,
    rows: Vec<Row>,
    /// To set one; `None` for those who may only look.
    form: Option<SetForm>,
}

struct Row {
    /// Of which unit; `None`: of everybody together.
    unit: Option<String>,
    /// The unit's short name in the form, or nothing.
    slug: String,
    cap: Cap,
    may_remove: bool,
}

struct SetForm {
    scope: Select,
    mailings: Input,
    days: Input,
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Campaigns)
}

/// `GET /pressure`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let shown = state.db.read(move |conn| pressure_page(conn, page, &who, &Form::default(), None)).await?;
    show(&shown)
}

fn pressure_page(
    conn: &mut Conn,
    page: Page,
    who: &SignedIn,
    form: &Form,
    problem: Option<String>,
) -> Result<PressurePage, PageError> {
    let tree = units::tree(conn)?;
    let row = |cap: Cap| {
        let unit = cap.unit_id.and_then(|id| tree.get(id));
        Row {
            unit: unit.map(|unit| unit.name.clone()),
            slug: unit.map(|unit| unit.slug.clone()).unwrap_or_default(),
            may_remove: who.may(Action::ManageUnits, cap.unit_id),
            cap,
        }
    };
    let rows = pressure::caps(conn)?.into_iter().map(row).collect();
    let chosen = form.get("unit");
    let mut choices = super::unit_choices(&tree, who, Action::ManageUnits, chosen);
    if who.may(Action::ManageUnits, None) {
        choices.insert(0, Choice::new("", page.t("pressure-everybody"), chosen.is_empty()));
    }
    let number = |name: &'static str, label: &'static str| {
        Input::text(name, page.t(label), form.get(name)).kind("number")
    };
    let form = (!choices.is_empty()).then(|| SetForm {
        scope: Select {
            name: "unit".to_owned(),
            label: page.t("pressure-of"),
            hint: page.t("pressure-of-hint"),
            choices,
        },
        mailings: number("mailings", "pressure-mailings"),
        days: number("days", "pressure-days"),
    });
    Ok(PressurePage { page, problem, rows, form })
}

/// `POST /pressure`: sets a cap, or takes one away.
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::ManageUnits)?;
    let within = |name: &str, most: i32| {
        form.get(name).parse::<i32>().ok().filter(|number| (1..=most).contains(number))
    };
    let removes = form.has("remove");
    let (mailings, days) = match (within("mailings", MOST_MAILINGS), within("days", MOST_DAYS)) {
        (Some(mailings), Some(days)) => (mailings, days),
        _ if removes => (0, 0),
        _ => {
            let page = frame(&request, &state, &who);
            let problem = page.t2("pressure-problem", "mailings", MOST_MAILINGS, "days", MOST_DAYS);
            let shown =
                state.db.read(move |conn| pressure_page(conn, page, &who, &form, Some(problem))).await?;
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
    };
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let unit_id = match form.get("unit") {
                "" => None,
                slug => Some(units::tree(conn)?.by_slug(slug).ok_or(PageError::NotFound)?.id),
            };
            who.must(Action::ManageUnits, unit_id)?;
            let (action, detail) = if removes {
                pressure::remove(conn, unit_id)?;
                ("contact_cap.remove", serde_json::json!({}))
            } else {
                pressure::set(conn, Cap { unit_id, mailings, days }, now)?;
                ("contact_cap.set", serde_json::json!({ "mailings": mailings, "days": days }))
            };
            Done { action, subject: "contact_cap", id: None, unit: unit_id, detail }
                .record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to("/pressure?done=saved"))
}

/// `POST /campaigns/{id}/overlap`: has the worker count anew.
pub async fn count_again(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let id = *id;
    state
        .db
        .write(move |conn| {
            super::campaigns::find(conn, &who, Action::SeeCampaigns, id)?;
            Ok::<_, PageError>(overlap::count_again(conn, id)?)
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{id}")))
}

/// Whom other units mail as well, as a part of a campaign's page.
#[derive(Template)]
#[template(path = "parts/overlap.html")]
pub(super) struct OverlapPanel {
    texts: Texts,
    campaign: i64,
    /// Until the worker has counted.
    counting: bool,
    /// `None` when it cannot be counted.
    people: Option<i64>,
    days: i32,
    by_unit: Vec<(String, i64)>,
    counted_at: chrono::NaiveDateTime,
}

impl OverlapPanel {
    /// What is kept for the campaign.
    pub(super) fn read(
        conn: &mut Conn,
        texts: Texts,
        stored: &Stored,
        tree: &UnitTree,
    ) -> Result<Self, PageError> {
        let kept = overlap::of_campaign(conn, stored.id)?;
        let counting = kept.as_ref().is_none_or(|kept| kept.version != stored.version);
        let name = |id: i64| tree.get(id).map(|unit| unit.name.clone()).unwrap_or_default();
        let by_unit = kept.iter().flat_map(|kept| &kept.by_unit);
        Ok(Self {
            texts,
            campaign: stored.id,
            counting,
            people: kept.as_ref().and_then(|kept| kept.people),
            days: overlap::DAYS,
            by_unit: by_unit.map(|(unit, people)| (name(*unit), *people)).collect(),
            counted_at: kept.map(|kept| kept.counted_at).unwrap_or_default(),
        })
    }
}
