//! What becomes of a campaign: progress, who got it and who did not, pause, resume, cancel.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{find, frame, preview};
use crate::campaign::{self, CampaignKind, CampaignState, Stored, Tracking};
use crate::db::Conn;
use crate::delivery::{self, DeliveryState, Recipient, Status};
use crate::invitations;
use crate::preferences::Reason;
use crate::staff::Action;
use crate::tracking::{self, Totals};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;
use crate::web::staff::{Done, number_in_query, text_in_query};

/// Recipients on one page.
const LISTED: i64 = 100;

#[derive(Template)]
#[template(path = "staff/campaigns/report.html")]
struct ReportPage {
    page: Page,
    stored: Stored,
    facts: Vec<(String, String)>,
    report: Report,
    may_send: bool,
}

/// The part of the page that changes while a campaign is sent.
struct Report {
    status: Status,
    /// Why people were skipped, the most first.
    skipped: Vec<(String, String, i64)>,
    /// Opens and clicks, where they are counted.
    totals: Option<Totals>,
    /// Of an invitation: how many people did what, each with its text.
    answers: Vec<(String, i64)>,
    may_see_people: bool,
}

#[derive(Template)]
#[template(path = "staff/campaigns/progress.html")]
struct Progress<'a> {
    page: &'a Page,
    report: &'a Report,
}

impl Report {
    fn read(
        conn: &mut Conn,
        texts: Texts,
        who: &SignedIn,
        stored: &Stored,
        now: chrono::NaiveDateTime,
    ) -> Result<Self, PageError> {
        let status = delivery::status(conn, stored.id, now)?;
        let mut skipped: Vec<_> = status
            .skipped
            .iter()
            .map(|(reason, people)| (reason.clone(), texts.word("reason", reason), *people))
            .collect();
        skipped.sort_by_key(|(_, _, people)| std::cmp::Reverse(*people));
        let totals = match stored.campaign.tracking() {
            Tracking::Off => None,
            Tracking::Aggregate | Tracking::Individual => Some(tracking::totals(conn, stored.id)?),
        };
        let answers = match stored.campaign.kind() {
            CampaignKind::Mailing => Vec::new(),
            CampaignKind::Invitation => {
                let answers = invitations::tally(conn, stored.id)?;
                vec![
                    (texts.t("campaign-invited"), answers.invited),
                    (texts.t("campaign-accepted"), answers.accepted),
                    (texts.t("campaign-declined"), answers.declined),
                    (texts.t("campaign-unanswered"), answers.unanswered),
                ]
            }
        };
        let may_see_people = who.may(Action::SeeContacts, Some(stored.campaign.unit_id()));
        Ok(Self { status, skipped, totals, answers, may_see_people })
    }
}

impl ReportPage {
    fn progress(&self) -> Progress<'_> {
        Progress { page: &self.page, report: &self.report }
    }

    fn can_pause(&self) -> bool {
        self.may_send && self.stored.state == CampaignState::Sending
    }

    fn can_resume(&self) -> bool {
        self.may_send && self.stored.state == CampaignState::Paused
    }

    fn can_cancel(&self) -> bool {
        self.may_send && !self.stored.state.is_over()
    }
}

impl Progress<'_> {
    fn is_over(&self) -> bool {
        self.report.status.state.is_over()
    }

    /// People whose outcome is known.
    fn done(&self) -> i64 {
        let counts = &self.report.status.counts;
        counts.sent + counts.failed + counts.skipped
    }

    fn figures(&self) -> [(DeliveryState, i64); 6] {
        let counts = &self.report.status.counts;
        [
            (DeliveryState::Sent, counts.sent),
            (DeliveryState::Queued, counts.queued),
            (DeliveryState::Sending, counts.sending),
            (DeliveryState::Deferred, counts.deferred),
            (DeliveryState::Failed, counts.failed),
            (DeliveryState::Skipped, counts.skipped),
        ]
    }

    fn finished(&self) -> Option<chrono::NaiveDateTime> {
        self.report.status.finished_at.map(|at| at.naive_utc())
    }
}

/// The page of a campaign that was launched.
pub(super) async fn show_report(
    state: &State,
    who: &SignedIn,
    page: Page,
    stored: Stored,
) -> Result<HttpResponse, PageError> {
    let (who, now) = (who.clone(), state.clock.now().naive_utc());
    let shown = state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            Ok::<_, PageError>(ReportPage {
                facts: preview::facts(conn, texts, &stored)?,
                report: Report::read(conn, texts, &who, &stored, now)?,
                may_send: who.may(Action::Send, Some(stored.campaign.unit_id())),
                stored,
                page,
            })
        })
        .await?;
    show(&shown)
}

/// `GET /campaigns/{id}/progress`
pub async fn progress(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let (id, now) = (*id, state.clock.now().naive_utc());
    let report = state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            Report::read(conn, Texts(who.language), &who, &stored, now)
        })
        .await?;
    show(&Progress { page: &page, report: &report })
}

async fn step(
    state: &State,
    who: SignedIn,
    id: i64,
    action: &'static str,
    change: impl FnOnce(&mut Conn, i64, chrono::NaiveDateTime) -> Result<(), PageError> + Send + 'static,
) -> Result<(), PageError> {
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::Send, id)?;
            change(conn, id, now)?;
            let unit = stored.campaign.unit_id();
            Done::to(action, "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok(())
        })
        .await
}

/// `POST /campaigns/{id}/pause`
pub async fn pause(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    step(&state, who, *id, "campaign.pause", |conn, id, now| Ok(campaign::pause(conn, id, now)?)).await?;
    Ok(go_to(&format!("/campaigns/{id}?done=paused")))
}

/// `POST /campaigns/{id}/resume`
pub async fn resume(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    step(&state, who, *id, "campaign.resume", |conn, id, now| Ok(campaign::resume(conn, id, now)?)).await?;
    Ok(go_to(&format!("/campaigns/{id}?done=resumed")))
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

/// `GET /campaigns/{id}/cancel`: says how many people will not get it, and asks.
pub async fn ask_cancel(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let now = state.clock.now().naive_utc();
    let status = state
        .db
        .read(move |conn| {
            find(conn, &who, Action::Send, id)?;
            Ok::<_, PageError>(delivery::status(conn, id, now)?)
        })
        .await?;
    let left = status.counts.queued + status.counts.deferred;
    show(&ConfirmPage {
        title: page.t1("campaign-cancel-question", "name", &status.name),
        text: page.t2("campaign-cancel-text", "left", left, "sent", status.counts.sent),
        action: format!("/campaigns/{id}/cancel"),
        button: page.t("campaign-cancel"),
        back: format!("/campaigns/{id}"),
        danger: true,
        page,
    })
}

/// `POST /campaigns/{id}/cancel`
pub async fn cancel(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    step(&state, who, *id, "campaign.cancel", |conn, id, now| {
        campaign::cancel(conn, id, now)?;
        Ok(delivery::cancel_rest(conn, id, now)?)
    })
    .await?;
    Ok(go_to(&format!("/campaigns/{id}?done=cancelled")))
}

#[derive(Template)]
#[template(path = "staff/campaigns/recipients.html")]
struct RecipientsPage {
    page: Page,
    stored: Stored,
    state: Select,
    reason: Select,
    recipients: Vec<Recipient>,
    next: Option<String>,
}

/// `GET /campaigns/{id}/recipients?state=…&reason=…&after=…`
pub async fn recipients(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let wanted: Option<DeliveryState> = text_in_query(&request, "state").and_then(|word| word.parse().ok());
    let reason: Option<Reason> = text_in_query(&request, "reason").and_then(|word| word.parse().ok());
    let after = number_in_query(&request, "after").unwrap_or(0);
    let (id, actor, now) = (*id, who.actor, state.clock.now().naive_utc());
    let (stored, mut found) = state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::SeeContacts, id)?;
            Done::to("campaign.recipients", "campaign", id)
                .in_unit(stored.campaign.unit_id())
                .record(conn, now, actor)?;
            let found = delivery::recipients(conn, id, wanted, reason, after, LISTED + 1)?;
            Ok::<_, PageError>((stored, found))
        })
        .await?;
    let more = found.len() as i64 > LISTED;
    found.truncate(LISTED as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let state = wanted.map_or("", DeliveryState::as_str);
        let reason = reason.map_or("", Reason::as_str);
        format!("/campaigns/{id}/recipients?state={state}&reason={reason}&after={}", last.id)
    });
    let any = |chosen: bool| Choice::new("", page.t("any"), chosen);
    let mut states = vec![any(wanted.is_none())];
    states.extend(
        DeliveryState::ALL
            .iter()
            .map(|one| Choice::new(one, page.word("delivery", one), wanted == Some(*one))),
    );
    let mut reasons = vec![any(reason.is_none())];
    reasons.extend(
        Reason::ALL.iter().map(|one| Choice::new(one, page.word("reason", one), reason == Some(*one))),
    );
    let select = |name: &str, key: &str, choices| Select {
        name: name.to_owned(),
        label: page.t(key),
        hint: String::new(),
        choices,
    };
    show(&RecipientsPage {
        state: select("state", "state", states),
        reason: select("reason", "reason", reasons),
        stored,
        recipients: found,
        next,
        page,
    })
}
