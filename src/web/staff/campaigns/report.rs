//! What becomes of a campaign: progress, pause, resume, cancel.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{find, frame, preview};
use crate::bounce;
use crate::campaign::{self, CampaignKind, CampaignState, Stored, Tracking};
use crate::config::QuietHours;
use crate::db::Conn;
use crate::delivery::{self, DeliveryState, Live, RelayCondition, Status, Wait};
use crate::invitations;
use crate::staff::Action;
use crate::tracking::trial::{self, TrialReport};
use crate::tracking::{self, Totals};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::session::SignedIn;
use crate::web::staff::Done;
use crate::web::staff::archives::Archived;

#[derive(Template)]
#[template(path = "staff/campaigns/report.html")]
struct ReportPage {
    page: Page,
    stored: Stored,
    facts: Vec<(String, String)>,
    report: Report,
    may_send: bool,
    archived: Archived,
    may_compose: bool,
}

/// The part of the page that changes while a campaign is sent.
struct Report {
    status: Status,
    /// Why people were skipped, the most first.
    skipped: Vec<(String, String, i64)>,
    /// What came back, each kind with its text.
    came_back: Vec<(String, i64)>,
    /// Opens and clicks, where they are counted.
    totals: Option<Totals>,
    /// Of an invitation: how many people did what, each with its text.
    answers: Vec<(String, i64)>,
    may_see_people: bool,
    live: Live,
    /// Why nothing goes, in words.
    wait: Option<String>,
    /// Each with its name, how it is, its messages of this campaign and its rate.
    relays: Vec<RelayLine>,
    /// How the variants of a trial do.
    trial: Option<TrialReport>,
}

/// A relay as the page shows it.
struct RelayLine {
    name: String,
    condition: String,
    trouble: bool,
    fault: Option<String>,
    sent: i64,
    deferred: i64,
    failed: i64,
    rate: f64,
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
        quiet: Option<&QuietHours>,
        full: bool,
        now: chrono::NaiveDateTime,
    ) -> Result<Self, PageError> {
        let (status, live) = delivery::live(conn, stored.id, quiet, now)?;
        let live = live.known_to_be_full(full, &status);
        let mut skipped: Vec<_> = status
            .skipped
            .iter()
            .map(|(reason, people)| (reason.clone(), texts.word("reason", reason), *people))
            .collect();
        skipped.sort_by_key(|(_, _, people)| std::cmp::Reverse(*people));
        let mut came_back: Vec<(String, i64)> = status
            .bounced
            .iter()
            .map(|(class, messages)| (texts.word("bounce-class", class), *messages))
            .collect();
        if status.complaints > 0 {
            came_back.push((texts.t("bounce-complaints"), status.complaints));
        }
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
        let wait = live.wait.as_ref().map(|wait| in_words(texts, wait));
        let relays = relay_lines(texts, &live);
        let trial = trial::report(conn, stored.id)?;
        Ok(Self { status, skipped, came_back, totals, answers, may_see_people, live, wait, relays, trial })
    }
}

fn in_words(texts: Texts, wait: &Wait) -> String {
    let at = |key: &str, until: &chrono::DateTime<chrono::Utc>| {
        texts.t1(key, "time", texts.date_time(&until.naive_utc()))
    };
    match wait {
        Wait::QuietHours { until } => at("live-quiet-hours", until),
        Wait::Relays { until: Some(until) } => at("live-relays-until", until),
        Wait::Relays { until: None } => texts.t("live-relays"),
        Wait::Workers => texts.t("live-workers"),
        Wait::Room => texts.t("live-room"),
        Wait::Winner { until: Some(until) } => at("live-winner-until", until),
        Wait::Winner { until: None } => texts.t("live-winner"),
        Wait::Decision => texts.t("live-decision"),
        Wait::Deferred { until } => at("live-deferred", until),
    }
}

/// Every relay that is there, and every one that took part.
fn relay_lines(texts: Texts, live: &Live) -> Vec<RelayLine> {
    let flow = |name: &str| live.by_relay.iter().find(|flow| flow.name == name);
    let mut lines: Vec<RelayLine> = live
        .relays
        .iter()
        .map(|relay| {
            let flow = flow(&relay.name);
            let trouble = relay.condition != RelayCondition::Working;
            RelayLine {
                name: relay.name.clone(),
                condition: texts.word("relay", relay.condition),
                trouble,
                fault: relay.fault.clone().filter(|_| trouble),
                sent: flow.map_or(0, |flow| flow.sent),
                deferred: flow.map_or(0, |flow| flow.deferred),
                failed: flow.map_or(0, |flow| flow.failed),
                rate: flow.map_or(0.0, |flow| flow.rate),
            }
        })
        .collect();
    for flow in &live.by_relay {
        if !lines.iter().any(|line| line.name == flow.name) {
            lines.push(RelayLine {
                name: flow.name.clone(),
                condition: String::new(),
                trouble: false,
                fault: None,
                sent: flow.sent,
                deferred: flow.deferred,
                failed: flow.failed,
                rate: flow.rate,
            });
        }
    }
    lines
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

    fn can_decide(&self) -> bool {
        self.may_send && self.report.live.wait == Some(Wait::Decision)
    }

    fn can_retry(&self) -> bool {
        let reopens = matches!(
            self.stored.state,
            CampaignState::Sending | CampaignState::Paused | CampaignState::Finished
        );
        self.may_send && reopens && self.report.status.counts.failed > 0
    }

    /// Whether somebody may choose the winner before its time.
    fn can_choose(&self) -> bool {
        self.may_send
            && !matches!(self.stored.state, CampaignState::Cancelled)
            && self.report.trial.as_ref().is_some_and(|trial| trial.winner.is_none())
    }

    fn can_cancel(&self) -> bool {
        self.may_send && !self.stored.state.is_over()
    }
}

impl Progress<'_> {
    fn is_over(&self) -> bool {
        self.report.status.state.is_over()
    }

    /// Whether mail servers block the campaign.
    fn is_blocked(&self) -> bool {
        self.report.status.bounced.get("block").is_some_and(|messages| *messages >= bounce::ALARM)
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

    /// Whether relays and domains say anything yet.
    fn is_under_way(&self) -> bool {
        self.report.status.started_at.is_some() && !self.report.relays.is_empty()
    }

    fn remaining(&self) -> Option<String> {
        let seconds = self.report.live.remaining_seconds?;
        Some(match seconds {
            ..90 => self.page.t1("live-remaining-seconds", "count", seconds),
            90..5_400 => self.page.t1("live-remaining-minutes", "count", (seconds + 59) / 60),
            _ => self.page.t1("live-remaining-hours", "count", (seconds + 3_599) / 3_600),
        })
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
    let (quiet, full, shared) = (state.config.quiet_hours, state.db.is_full(), state.clone());
    let shown = state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            Ok::<_, PageError>(ReportPage {
                facts: preview::facts(conn, texts, &stored)?,
                report: Report::read(conn, texts, &who, &stored, quiet.as_ref(), full, now)?,
                archived: Archived::read(conn, &shared, &stored)?,
                may_send: who.may(Action::Send, Some(stored.campaign.unit_id())),
                may_compose: who.may(Action::Compose, Some(stored.campaign.unit_id())),
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
    let (quiet, full) = (state.config.quiet_hours, state.db.is_full());
    let report = state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            Report::read(conn, Texts(who.language), &who, &stored, quiet.as_ref(), full, now)
        })
        .await?;
    show(&Progress { page: &page, report: &report })
}

pub(super) async fn step(
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
pub(super) struct ConfirmPage {
    pub page: Page,
    pub title: String,
    pub text: String,
    pub action: String,
    pub button: String,
    pub back: String,
    pub danger: bool,
}

/// How a campaign goes, for somebody who decides what becomes of it.
pub(super) async fn status_to_decide(state: &State, who: SignedIn, id: i64) -> Result<Status, PageError> {
    let now = state.clock.now().naive_utc();
    state
        .db
        .read(move |conn| {
            find(conn, &who, Action::Send, id)?;
            Ok::<_, PageError>(delivery::status(conn, id, now)?)
        })
        .await
}

/// `GET /campaigns/{id}/cancel`: says how many people will not get it, and asks.
pub async fn ask_cancel(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let status = status_to_decide(&state, who, id).await?;
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
