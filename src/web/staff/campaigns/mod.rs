//! Campaigns: the list, the draft and its launch, and what became of it.

pub mod check;
pub mod edit;
mod fields;
pub mod preview;
pub mod recipients;
pub mod report;
pub mod results;
pub mod review;
pub mod trial;
pub mod versions;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::Section;
use crate::audit::{Actor, ActorKind};
use crate::campaign::{self, CampaignState, Stored};
use crate::db::Conn;
use crate::delivery::{self, Status};
use crate::staff::{self, Action};
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;

/// Campaigns on one page of the list.
const LISTED: i64 = 50;

impl From<campaign::Error> for PageError {
    fn from(error: campaign::Error) -> Self {
        match error {
            campaign::Error::Database(error) => Self::Database(error),
            campaign::Error::Unknown(_) => Self::NotFound,
            campaign::Error::Transition(error) => Self::refused("error-campaign-state", error),
            campaign::Error::Review(refused) => Self::refused(refused.key(), ""),
            campaign::Error::Invalid(problems) => {
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Self::refused("error-campaign", problems.join("; "))
            }
        }
    }
}

impl From<delivery::Error> for PageError {
    fn from(error: delivery::Error) -> Self {
        match error {
            delivery::Error::Database(error) => Self::Database(error),
            delivery::Error::Campaign(error) => error.into(),
            other => Self::refused("error-campaign", other),
        }
    }
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Campaigns)
}

/// A campaign that somebody may do something with; what they may not see does not exist for them.
pub(super) fn find(conn: &mut Conn, who: &SignedIn, action: Action, id: i64) -> Result<Stored, PageError> {
    let stored = campaign::find(conn, id)?;
    let unit = Some(stored.campaign.unit_id());
    if !who.may(Action::SeeCampaigns, unit) {
        return Err(PageError::NotFound);
    }
    who.must(action, unit)?;
    Ok(stored)
}

/// Who did something, as colleagues know them.
fn who_did(conn: &mut Conn, texts: Texts, actor: Option<Actor>) -> Result<String, PageError> {
    let Some(actor) = actor else { return Ok("–".to_owned()) };
    let account = match (actor.kind, actor.id) {
        (ActorKind::Staff, Some(id)) => staff::account_by_id(conn, id)?,
        _ => None,
    };
    Ok(account.map_or_else(|| texts.word("actor", actor.kind), |account| account.email))
}

/// A line of the list.
pub(super) struct Row {
    pub(super) stored: Stored,
    pub(super) unit: String,
    /// Once it has recipients.
    pub(super) status: Option<Status>,
}

/// The campaigns that somebody may see, newest first.
pub(super) fn rows(
    conn: &mut Conn,
    who: &SignedIn,
    before: i64,
    limit: i64,
    now: chrono::NaiveDateTime,
) -> Result<Vec<Row>, PageError> {
    let tree = units::tree(conn)?;
    let seen: Option<Vec<i64>> = who.units_for(Action::SeeCampaigns).map(|units| units.into_iter().collect());
    campaign::page(conn, seen.as_deref(), before, limit)?
        .into_iter()
        .map(|stored| {
            let unit = tree.get(stored.campaign.unit_id()).map(|unit| unit.name.clone()).unwrap_or_default();
            let status = match stored.state {
                CampaignState::Draft | CampaignState::InReview => None,
                _ => Some(delivery::status(conn, stored.id, now)?),
            };
            Ok(Row { stored, unit, status })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "staff/campaigns/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    may_compose: bool,
    older: Option<i64>,
}

/// `GET /campaigns`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let may_compose = who.must_somewhere(Action::Compose).is_ok();
    let before = super::number_in_query(&request, "before").unwrap_or(i64::MAX);
    let now = state.clock.now().naive_utc();
    let mut rows = state.db.read(move |conn| rows(conn, &who, before, LISTED + 1, now)).await?;
    let more = rows.len() as i64 > LISTED;
    rows.truncate(LISTED as usize);
    let older = rows.last().map(|row| row.stored.id).filter(|_| more);
    show(&ListPage { page, rows, may_compose, older })
}

/// `GET /campaigns/{id}`: the draft while it is one, the report from then on.
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let reader = who.clone();
    let stored = state.db.read(move |conn| find(conn, &reader, Action::SeeCampaigns, id)).await?;
    if stored.state.is_editable() {
        return preview::draft(&request, &state, &who, page, stored).await;
    }
    report::show_report(&state, &who, page, stored).await
}
