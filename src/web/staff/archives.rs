//! Which units have a public archive, and which campaigns are taken out of it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::campaigns::find;
use super::{Done, Section};
use crate::campaign::archive;
use crate::db::Conn;
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show};
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "staff/archives.html")]
struct ArchivesPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    slug: String,
    name: String,
    since: Option<chrono::NaiveDateTime>,
    may_change: bool,
}

/// `GET /archives`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = Page::staff(&request, &who, &state.config.office_name, Section::Campaigns);
    let rows = state
        .db
        .read(move |conn| {
            let opened = archive::opened(conn)?;
            let tree = units::tree(conn)?;
            let seen = tree.all().into_iter().filter(|unit| who.may(Action::SeeCampaigns, Some(unit.id)));
            let rows = seen.map(|unit| Row {
                slug: unit.slug.clone(),
                name: unit.name.clone(),
                since: opened.iter().find(|(id, _)| *id == unit.id).map(|(_, since)| *since),
                may_change: who.may(Action::ManageUnits, Some(unit.id)),
            });
            Ok::<_, PageError>(rows.collect())
        })
        .await?;
    show(&ArchivesPage { page, rows })
}

/// `POST /archives`: opens a unit's archive, or closes it.
pub async fn save(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::ManageUnits)?;
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let unit = units::unit_by_slug(conn, form.get("unit"))?.ok_or(PageError::NotFound)?.id;
            who.must(Action::ManageUnits, Some(unit))?;
            let action = if form.has("close") {
                archive::close(conn, unit)?;
                "archive.close"
            } else {
                archive::open(conn, unit, now)?;
                "archive.open"
            };
            Done::to(action, "unit", unit).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to("/archives?done=saved"))
}

/// `POST /campaigns/{id}/archive`: takes a campaign out of the archive, or puts it back.
pub async fn choose(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, now) = (*id, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::Send, id)?;
            let action = if form.has("show") {
                archive::show(conn, id)?;
                "campaign.archive"
            } else {
                archive::hide(conn, id, now)?;
                "campaign.hide"
            };
            let unit = stored.campaign.unit_id();
            Done::to(action, "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{id}?done=saved")))
}

/// Where a campaign stands in its unit's archive.
pub(super) enum Archived {
    /// There is none, or it does not hold this campaign.
    No,
    /// Everybody can read it, at this address.
    At(String),
    /// Somebody took it out.
    Hidden,
}

impl Archived {
    pub(super) fn read(
        conn: &mut Conn,
        state: &State,
        stored: &crate::campaign::Stored,
    ) -> Result<Self, PageError> {
        let unit = stored.campaign.unit_id();
        if archive::entry(conn, unit, stored.id)?.is_some() {
            let slug = units::tree(conn)?.get(unit).map(|unit| unit.slug.clone()).unwrap_or_default();
            return Ok(Self::At(state.urls.archived(&slug, stored.id)));
        }
        let hidden = archive::since(conn, unit)?.is_some() && archive::is_hidden(conn, stored.id)?;
        Ok(if hidden { Self::Hidden } else { Self::No })
    }
}
