//! The first page: what is under way, and where to begin.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::Section;
use super::campaigns::{Row, rows};
use super::requests::{Waiting, waiting};
use crate::contacts;
use crate::db::Conn;
use crate::delivery::{self, RelayCondition};
use crate::import;
use crate::segment as segments;
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;

/// Campaigns on the page.
const LATEST: i64 = 8;
/// Waiting rows are counted up to here.
const MANY: i64 = 100;

#[derive(Template)]
#[template(path = "staff/overview.html")]
struct OverviewPage {
    page: Page,
    rows: Vec<Row>,
    steps: Vec<Step>,
    may_compose: bool,
    /// Rows that wait for a decision, at most [`MANY`]; for those who may decide.
    reviews: usize,
    /// What people asked for by right and wait for; for those who answer.
    requests: Option<Waiting>,
    /// What hinders sending, for those who send.
    hindrances: Vec<String>,
}

/// A step from an empty register to the first campaign.
struct Step {
    key: &'static str,
    href: &'static str,
    done: bool,
}

/// `GET /`
pub async fn overview(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let page = Page::staff(&request, &who, &state.config.office_name, Section::Overview);
    let may_compose = who.must_somewhere(Action::Compose).is_ok();
    let may_import = who.may(Action::ImportRegister, None);
    let now = state.clock.now().naive_utc();
    let (texts, full) = (Texts(who.language), state.db.is_full());
    let (rows, has_people, has_segments, reviews, requests, hindrances) = state
        .db
        .read(move |conn| {
            let all: Vec<i64> = units::tree(conn)?.all().iter().map(|unit| unit.id).collect();
            let has_people = !contacts::page(conn, 0, 1)?.is_empty();
            let has_segments = !segments::page(conn, &all, 0, 1)?.is_empty();
            let rows = match who.must_somewhere(Action::SeeCampaigns) {
                Ok(()) => rows(conn, &who, i64::MAX, LATEST, now)?,
                Err(_) => Vec::new(),
            };
            let reviews = if may_import { import::pending_count(conn, MANY)? } else { 0 };
            let requests = waiting(conn, texts, &who, now)?;
            let hindrances = match who.must_somewhere(Action::Send) {
                Ok(()) => hindrances(conn, texts, full, now)?,
                Err(_) => Vec::new(),
            };
            Ok::<_, PageError>((rows, has_people, has_segments, reviews, requests, hindrances))
        })
        .await?;
    let mut steps = Vec::new();
    if rows.is_empty() {
        if may_import {
            steps.push(Step { key: "step-import", href: "/imports", done: has_people });
        }
        if may_compose {
            steps.push(Step { key: "step-segment", href: "/segments/new", done: has_segments });
            steps.push(Step { key: "step-campaign", href: "/campaigns/new", done: false });
        }
    }
    show(&OverviewPage { page, rows, steps, may_compose, reviews, requests, hindrances })
}

/// Relays that are left alone because they fail again and again, and a disk that is full.
fn hindrances(
    conn: &mut Conn,
    texts: Texts,
    full: bool,
    now: NaiveDateTime,
) -> Result<Vec<String>, PageError> {
    let resting = delivery::relays(conn, now)?.into_iter();
    let resting = resting.filter(|relay| relay.condition == RelayCondition::Resting).map(|relay| {
        let told = texts.t1("overview-relay", "name", &relay.name);
        relay.fault.map_or(told.clone(), |fault| format!("{told} {fault}"))
    });
    Ok(full.then(|| texts.t("live-room")).into_iter().chain(resting).collect())
}
