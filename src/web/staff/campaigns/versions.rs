//! The versions of a campaign: who saved each, what differs, and the way back to one.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{find, frame, who_did};
use crate::campaign::versions::{self, Change, Line};
use crate::campaign::{self, CampaignFile, NewCampaign, Stored};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::session::SignedIn;
use crate::web::staff::Done;

#[derive(Template)]
#[template(path = "staff/campaigns/versions.html")]
struct ListPage {
    page: Page,
    stored: Stored,
    versions: Vec<Row>,
}

struct Row {
    version: i32,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "staff/campaigns/version.html")]
struct OnePage {
    page: Page,
    stored: Stored,
    version: i32,
    /// What a way back would change; empty when nothing.
    lines: Vec<Line>,
    may_restore: bool,
}

impl OnePage {
    fn word(&self, change: &Change) -> String {
        match change {
            Change::Same | Change::Gap => String::new(),
            Change::Removed | Change::Added => self.page.word("version-line", change),
        }
    }
}

/// `GET /campaigns/{id}/versions`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let shown = state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let stored = find(conn, &who, Action::SeeCampaigns, *id)?;
            let mut rows = Vec::new();
            for version in versions::of_campaign(conn, stored.id)? {
                rows.push(Row {
                    version: version.version,
                    who: who_did(conn, texts, version.actor)?,
                    when: texts.date_time(&version.created_at),
                });
            }
            Ok::<_, PageError>(ListPage { page, stored, versions: rows })
        })
        .await?;
    show(&shown)
}

/// `GET /campaigns/{id}/versions/{version}`: what differs between the version and the campaign as it is.
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    path: web::Path<(i64, i32)>,
) -> Result<HttpResponse, PageError> {
    let (page, (id, version)) = (frame(&request, &state, &who), path.into_inner());
    let shown = state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            let then = versions::file(conn, id, version)?.ok_or(PageError::NotFound)?;
            let now = CampaignFile::of(conn, &stored.campaign)?;
            let may_compose = who.may(Action::Compose, Some(stored.campaign.unit_id()));
            Ok::<_, PageError>(OnePage {
                lines: versions::compare(&then, &now),
                may_restore: may_compose && stored.state.is_editable() && version != stored.version,
                page,
                stored,
                version,
            })
        })
        .await?;
    show(&shown)
}

/// `POST /campaigns/{id}/versions/{version}`: makes the campaign what it was, as a new version.
pub async fn restore(
    state: web::Data<State>,
    who: SignedIn,
    path: web::Path<(i64, i32)>,
) -> Result<HttpResponse, PageError> {
    let ((id, version), shared) = (path.into_inner(), state.clone());
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::Compose, id)?;
            let file = versions::file(conn, id, version)?.ok_or(PageError::NotFound)?;
            let checked = NewCampaign::check(conn, file, &shared.layouts, shared.config.public_authority)?;
            who.must(Action::Compose, Some(checked.unit_id()))?;
            if checked.is_important() {
                who.must(Action::MarkImportant, Some(checked.unit_id()))?;
            }
            campaign::replace(conn, id, stored.version, &checked, now)?;
            versions::sign(conn, id, who.actor)?;
            let done = Done::to("campaign.restore", "campaign", id).in_unit(checked.unit_id());
            done.with(serde_json::json!({ "version": version })).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{id}?done=saved")))
}

/// `POST /campaigns/{id}/copy`: a new draft with all of an earlier campaign, under another name.
pub async fn copy(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, shared, now) = (*id, state.clone(), state.clock.now().naive_utc());
    let made = state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::Compose, id)?;
            let name = Texts(who.language).t1("campaign-copy-of", "name", stored.campaign.name());
            let name = name.chars().take(200).collect();
            let file = CampaignFile { name, ..CampaignFile::of(conn, &stored.campaign)? };
            let checked = NewCampaign::check(conn, file, &shared.layouts, shared.config.public_authority)?;
            if checked.is_important() {
                who.must(Action::MarkImportant, Some(checked.unit_id()))?;
            }
            let made = campaign::insert(conn, &checked, now)?;
            versions::sign(conn, made, who.actor)?;
            let done = Done::to("campaign.create", "campaign", made).in_unit(checked.unit_id());
            done.with(serde_json::json!({ "copy_of": id })).record(conn, now, who.actor)?;
            Ok::<_, PageError>(made)
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{made}/edit?done=created")))
}
