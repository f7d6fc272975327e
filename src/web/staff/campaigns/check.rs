//! What was found before the launch, as a list on the page of a draft and of its launch.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::find;
use crate::campaign::Stored;
use crate::content::check::{Found, Whereabouts};
use crate::db::Conn;
use crate::preflight;
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::go_to;
use crate::web::session::SignedIn;
use crate::web::staff::Done;

/// The list.
#[derive(Template)]
#[template(path = "staff/campaigns/check.html")]
pub(super) struct CheckPanel {
    texts: Texts,
    id: i64,
    /// How many findings keep the campaign from being launched.
    pub(super) errors: usize,
    warnings: usize,
    lines: Vec<Line>,
    /// Whether the network was asked since the last change; `None` where it never is.
    outside: Option<bool>,
    /// Whether the panel has its button.
    can_ask: bool,
}

struct Line {
    error: bool,
    text: String,
    language: String,
    /// The way to the place: where it is edited.
    to: Option<(String, String)>,
}

impl CheckPanel {
    pub(super) fn read(
        conn: &mut Conn,
        texts: Texts,
        stored: &Stored,
        state: &State,
        can_ask: bool,
    ) -> Result<Self, PageError> {
        let report = preflight::report(conn, stored, &state.layouts, state.clock.now().naive_utc())?;
        let errors = report.found.iter().filter(|found| found.is_error()).count();
        Ok(Self {
            texts,
            id: stored.id,
            errors,
            warnings: report.found.len() - errors,
            lines: report.found.iter().map(|found| line(texts, stored.id, found)).collect(),
            outside: state.config.check_outside.then_some(report.outside),
            can_ask: can_ask && state.config.check_outside,
        })
    }
}

fn line(texts: Texts, id: i64, found: &Found) -> Line {
    let to = found.language.zip(found.place.as_ref()).map(|(language, place)| match place {
        Whereabouts::Block { id: block } => {
            (format!("/campaigns/{id}/edit?language={language}#block-{block}"), texts.t("check-to-block"))
        }
        Whereabouts::Line { line } => (
            format!("/campaigns/{id}/edit?language={language}#body_{language}"),
            texts.t1("check-to-line", "line", i64::try_from(*line).unwrap_or(i64::MAX)),
        ),
    });
    Line {
        error: found.is_error(),
        text: told(texts, found),
        language: found.language.map(|language| texts.word("tongue", language)).unwrap_or_default(),
        to,
    }
}

/// A finding in the reader's words.
fn told(texts: Texts, found: &Found) -> String {
    let key = format!("check-found-{}", found.finding).replace('_', "-");
    // A field is told by its meaning.
    let what = match found.finding {
        crate::content::check::Finding::MergeGap => texts.word("field", &found.what),
        _ => found.what.clone(),
    };
    texts.t2(&key, "what", what, "amount", found.amount)
}

/// Refuses to launch what has errors.
pub(super) fn must_pass(stored: &Stored, state: &State, texts: Texts) -> Result<(), PageError> {
    let errors = preflight::errors(stored, &state.layouts);
    if errors.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = errors.iter().map(|found| told(texts, found)).collect();
    Err(PageError::refused("error-check", told.join(" ")))
}

/// `POST /campaigns/{id}/check`: has the worker ask the network anew.
pub async fn again(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, now) = (*id, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            preflight::check_again(conn, id)?;
            let unit = stored.campaign.unit_id();
            Done::to("campaign.check", "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{id}#check")))
}
