//! What is said about a campaign before its launch, and the approval by another person.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{find, frame, who_did};
use crate::campaign::review::{self, Standing, Step};
use crate::campaign::{self, CampaignState, Stored};
use crate::db::Conn;
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::session::SignedIn;
use crate::web::staff::Done;

/// Where a campaign stands between its writer and its approver, in a sentence.
pub(super) fn standing(conn: &mut Conn, texts: Texts, stored: &Stored) -> Result<String, PageError> {
    Ok(match review::standing(conn, stored)? {
        Standing::Open => texts.t("approval-standing-open"),
        Standing::Waiting { by } => {
            texts.t1("approval-standing-waiting", "who", who_did(conn, texts, Some(by))?)
        }
        Standing::Approved { by } => {
            texts.t1("approval-standing-approved", "who", who_did(conn, texts, Some(by))?)
        }
    })
}

#[derive(Template)]
#[template(path = "staff/campaigns/review.html")]
struct ReviewPage {
    page: Page,
    stored: Stored,
    standing: String,
    entries: Vec<Line>,
    may_submit: bool,
    may_withdraw: bool,
    may_answer: bool,
    may_comment: bool,
    /// Why somebody who has the right to approve cannot approve this one.
    own_work: bool,
    /// What an answer is about.
    seen: String,
}

struct Line {
    what: String,
    who: String,
    when: String,
    note: String,
}

/// Whether somebody takes part: writes for the unit, or approves for it.
fn takes_part(who: &SignedIn, stored: &Stored) -> bool {
    let unit = Some(stored.campaign.unit_id());
    who.may(Action::Compose, unit) || who.may(Action::Approve, unit)
}

/// `GET /campaigns/{id}/review`
pub async fn page(
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
            let unit = Some(stored.campaign.unit_id());
            let mut entries = Vec::new();
            for entry in review::of_campaign(conn, stored.id)? {
                entries.push(Line {
                    what: texts.word("approval-step", entry.step),
                    who: who_did(conn, texts, Some(entry.actor))?,
                    when: texts.date_time(&entry.created_at),
                    note: entry.note,
                });
            }
            let answer = review::may_answer(conn, &stored, who.actor);
            let own_work = matches!(answer, Err(campaign::Error::Review(review::Refused::OwnWork)));
            let approves = who.may(Action::Approve, unit);
            Ok::<_, PageError>(ReviewPage {
                standing: standing(conn, texts, &stored)?,
                entries,
                may_submit: stored.state == CampaignState::Draft && who.may(Action::Compose, unit),
                may_withdraw: stored.state == CampaignState::InReview && who.may(Action::Compose, unit),
                may_answer: approves && answer.is_ok(),
                may_comment: takes_part(&who, &stored),
                own_work: approves && own_work,
                seen: review::digest(&stored.campaign),
                stored,
                page,
            })
        })
        .await?;
    show(&shown)
}

/// `POST /campaigns/{id}/review`: `do` says what.
pub async fn act(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, now) = (*id, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            let (unit, actor, note) = (Some(stored.campaign.unit_id()), who.actor, form.get("note"));
            let step: Step = form.get("do").parse().map_err(|_| PageError::Unreadable)?;
            match step {
                Step::Comment if !takes_part(&who, &stored) => return Err(PageError::NotAllowed),
                Step::Comment => {}
                Step::Submitted | Step::Withdrawn => who.must(Action::Compose, unit)?,
                Step::Approved | Step::SentBack => who.must(Action::Approve, unit)?,
            }
            let action = match step {
                Step::Comment => {
                    review::comment(conn, id, actor, note, now)?;
                    "campaign.comment"
                }
                Step::Submitted => {
                    review::submit(conn, &stored, actor, note, now)?;
                    "campaign.submit"
                }
                Step::Approved => {
                    review::approve(conn, &stored, actor, form.get("seen"), note, now)?;
                    "campaign.approve"
                }
                Step::SentBack => {
                    review::send_back(conn, &stored, actor, form.get("seen"), note, now)?;
                    "campaign.send_back"
                }
                Step::Withdrawn => {
                    review::withdraw(conn, &stored, actor, note, now)?;
                    "campaign.withdraw"
                }
            };
            let done = Done::to(action, "campaign", id).in_unit(stored.campaign.unit_id());
            let detail = serde_json::json!({ "version": stored.version });
            done.with(detail).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&format!("/campaigns/{id}/review?done=recorded")))
}
