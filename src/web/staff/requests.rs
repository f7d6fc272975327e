//! What people asked for by right, and by when it must be answered (product P39).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Done, Section, number_in_query, text_in_query};
use crate::contacts;
use crate::db::Conn;
use crate::privacy::requests::{self, Answered, Request, RequestKind, RequestState, RequestWay, Shown};
use crate::staff::{self, Action};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

/// Requests on a page.
const ROWS: i64 = 50;
/// The longest text about a request, in characters.
const LONGEST: usize = 5_000;

#[derive(Template)]
#[template(path = "staff/requests/list.html")]
struct ListPage {
    page: Page,
    now: NaiveDateTime,
    requests: Vec<Request>,
    shown: Shown,
    may_record: bool,
    /// Before which number the earlier ones are.
    earlier: Option<i64>,
}

impl ListPage {
    fn is_shown(&self, one: &Shown) -> bool {
        *one == self.shown
    }

    /// Whether those are shown that wait for an answer.
    fn waits(&self) -> bool {
        matches!(self.shown, Shown::Open | Shown::Overdue)
    }

    fn state(&self, one: &Request) -> RequestState {
        one.state(self.now)
    }

    fn due(&self, one: &Request) -> String {
        due(&self.page, one)
    }
}

/// By which day it is due; a dash when it was done as it came.
fn due(texts: &Texts, one: &Request) -> String {
    one.due_on.map_or_else(|| "–".to_owned(), |day| texts.date(&at_noon(day)))
}

#[derive(Template)]
#[template(path = "staff/requests/new.html")]
struct NewPage {
    page: Page,
    problem: Option<&'static str>,
    contact: Input,
    kind: Select,
    how: Select,
    received: Input,
}

#[derive(Template)]
#[template(path = "staff/requests/one.html")]
struct OnePage {
    page: Page,
    problem: Option<&'static str>,
    request: Request,
    state: RequestState,
    handler: Option<String>,
    recorded_by: Option<String>,
    may_handle: bool,
    can_wait: bool,
    due: String,
    overdue: bool,
    /// Until when it could be put off.
    later: String,
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Contacts)
}

/// A day as a moment, to be written as a date.
fn at_noon(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default())
}

/// `GET /requests`: people by number alone, since some of them are protected.
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let shown = text_in_query(&request, "show").and_then(|word| word.parse().ok()).unwrap_or(Shown::Open);
    let may_record = who.may(Action::RecordPreferences, None);
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    // Those that wait are few; whoever has more answers them first.
    let rows = if matches!(shown, Shown::Open | Shown::Overdue) { 10 * ROWS } else { ROWS };
    let mut requests = state
        .db
        .write(move |conn| {
            let done = Done {
                action: "requests.see",
                subject: "requests",
                id: None,
                unit: None,
                detail: serde_json::json!({}),
            };
            done.record(conn, now, actor)?;
            Ok::<_, PageError>(requests::page(conn, shown, before, rows + 1, now)?)
        })
        .await?;
    let more = requests.len() as i64 > rows;
    requests.truncate(rows as usize);
    let by_number = matches!(shown, Shown::Answered | Shown::All);
    let earlier = requests.last().filter(|_| more && by_number).map(|last| last.id);
    show(&ListPage { page, now, requests, shown, may_record, earlier })
}

fn new_page(page: Page, form: &Form, today: NaiveDate, problem: Option<&'static str>) -> NewPage {
    let select = |name: &str, label: &str, choices: Vec<Choice>| Select {
        name: name.to_owned(),
        label: page.t(label),
        hint: String::new(),
        choices,
    };
    let kinds = RequestKind::ALL
        .iter()
        .map(|kind| Choice::new(kind, page.word("request", kind), form.get("kind") == kind.as_str()));
    let ways = RequestWay::BY_STAFF
        .iter()
        .map(|way| Choice::new(way, page.word("held-from", way), form.get("how") == way.as_str()));
    let received = match form.get("received") {
        "" => today.to_string(),
        written => written.to_owned(),
    };
    NewPage {
        problem,
        contact: Input::text("contact", page.t("requests-contact"), form.get("contact"))
            .kind("number")
            .hint(page.t("requests-contact-hint")),
        kind: select("kind", "requests-kind", kinds.collect()),
        how: select("how", "requests-how", ways.collect()),
        received: Input::text("received", page.t("requests-received-on"), &received)
            .kind("date")
            .hint(page.t("requests-received-hint")),
        page,
    }
}

/// `GET /requests/new`: for what came by letter, phone or e-mail.
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let contact = number_in_query(&request, "contact").map(|id| ("contact".to_owned(), id.to_string()));
    let today = state.clock.now().date_naive();
    show(&new_page(frame(&request, &state, &who), &contact.into_iter().collect(), today, None))
}

/// `POST /requests`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let now = state.clock.now().naive_utc();
    let received = form.get("received").parse::<NaiveDate>().ok().filter(|day| is_believable(*day, now));
    let kind = form.get("kind").parse::<RequestKind>().ok();
    let how = form.get("how").parse::<RequestWay>().ok().filter(|way| RequestWay::BY_STAFF.contains(way));
    let contact = form.get("contact").parse::<i64>().ok();
    let stored = match (received, kind, how) {
        (Some(received), Some(kind), Some(how)) => {
            let actor = who.actor;
            let by = who.actor.id;
            state
                .db
                .write(move |conn| {
                    let Some(contact) = contact else { return Ok(None) };
                    let Some(found) = contacts::find(conn, contact)?.filter(|one| one.erased_at.is_none())
                    else {
                        return Ok(None);
                    };
                    let id = requests::receive(conn, found.id, kind, how, arrived(received, now), by)?;
                    let detail = serde_json::json!({ "kind": kind, "how": how, "received": received });
                    Done::to("request.record", "request", id).with(detail).record(conn, now, actor)?;
                    Ok::<_, PageError>(Some(id))
                })
                .await?
                .ok_or("requests-problem-contact")
        }
        _ => Err("requests-problem-received"),
    };
    match stored {
        Ok(id) => Ok(go_to(&format!("/requests/{id}?done=recorded"))),
        Err(problem) => show_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &new_page(frame(&request, &state, &who), &form, now.date(), Some(problem)),
        ),
    }
}

/// Not to come, and not so long ago that it must be a slip.
pub(in crate::web) fn is_believable(day: NaiveDate, now: NaiveDateTime) -> bool {
    day <= now.date() && day > now.date() - chrono::TimeDelta::days(366)
}

/// What came today came by now; what came on another day, in its middle.
pub(in crate::web) fn arrived(day: NaiveDate, now: NaiveDateTime) -> NaiveDateTime {
    at_noon(day).min(now)
}

fn one_page(
    conn: &mut Conn,
    page: Page,
    who: &SignedIn,
    id: i64,
    now: NaiveDateTime,
    problem: Option<&'static str>,
) -> Result<OnePage, PageError> {
    let request = requests::find(conn, id)?.ok_or(PageError::NotFound)?;
    let mut name = |account: Option<i64>| -> Result<Option<String>, PageError> {
        let Some(account) = account else { return Ok(None) };
        Ok(staff::account_by_id(conn, account)?.map(|account| account.email))
    };
    Ok(OnePage {
        handler: name(request.handler_id)?,
        recorded_by: name(request.recorded_by)?,
        state: request.state(now),
        overdue: request.state(now) == RequestState::Overdue,
        due: due(&page, &request),
        may_handle: who.may(Action::HandleRequests, None) && request.done_at.is_none(),
        can_wait: request.can_wait(now),
        later: page.date(&at_noon(requests::extended_to(request.received_at.date()))),
        problem,
        request,
        page,
    })
}

/// `GET /requests/{id}`
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let (page, id, now) = (frame(&request, &state, &who), *id, state.clock.now().naive_utc());
    let shown = state
        .db
        .write(move |conn| {
            let shown = one_page(conn, page, &who, id, now, None)?;
            Done::to("request.see", "request", id).record(conn, now, who.actor)?;
            Ok::<_, PageError>(shown)
        })
        .await?;
    show(&shown)
}

/// `POST /requests/{id}`: takes it on, puts it off, or answers it.
pub async fn act(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::HandleRequests, None)?;
    let (page, id, now) = (frame(&request, &state, &who), *id, state.clock.now().naive_utc());
    let refused = state
        .db
        .write(move |conn| {
            let stored = requests::find(conn, id)?.ok_or(PageError::NotFound)?;
            let problem = match form.get("act") {
                "take" => take(conn, &who, id)?,
                "extend" => extend(conn, &stored, form.get("reason"), now)?,
                "answer" => answer(conn, id, form.get("outcome"), form.get("answer"), now)?,
                _ => return Err(PageError::Unreadable),
            };
            if let Some(problem) = problem {
                return Ok(Some(one_page(conn, page, &who, id, now, Some(problem))?));
            }
            let action = match form.get("act") {
                "take" => "request.take",
                "extend" => "request.extend",
                _ => "request.answer",
            };
            Done::to(action, "request", id).record(conn, now, who.actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(shown) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown),
        None => Ok(go_to(&format!("/requests/{id}?done=saved"))),
    }
}

fn take(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<Option<&'static str>, PageError> {
    let account = who.actor.id.ok_or(PageError::NotAllowed)?;
    Ok((!requests::take_on(conn, id, account)?).then_some("requests-problem-answered"))
}

fn extend(
    conn: &mut Conn,
    stored: &Request,
    reason: &str,
    now: NaiveDateTime,
) -> Result<Option<&'static str>, PageError> {
    if !is_text(reason) {
        return Ok(Some("requests-problem-reason"));
    }
    let is_done = stored.can_wait(now) && requests::extend(conn, stored, reason, now)?;
    Ok((!is_done).then_some("requests-problem-late"))
}

fn answer(
    conn: &mut Conn,
    id: i64,
    outcome: &str,
    text: &str,
    now: NaiveDateTime,
) -> Result<Option<&'static str>, PageError> {
    let Some(outcome) = outcome.parse::<Answered>().ok().filter(|_| is_text(text)) else {
        return Ok(Some("requests-problem-answer"));
    };
    Ok((!requests::answer(conn, id, outcome, text, now)?).then_some("requests-problem-answered"))
}

/// Whether this can stand in the register as a reason or an answer.
pub(in crate::web) fn is_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.trim().chars().count())
}

/// What the start page tells those who deal with requests; `None` when nothing waits.
pub(super) struct Waiting {
    /// In words, with a link to follow.
    pub(super) text: String,
    /// Where they are.
    pub(super) href: &'static str,
    /// Whether one of them waits too long.
    pub(super) overdue: bool,
}

pub(super) fn waiting(
    conn: &mut Conn,
    texts: Texts,
    who: &SignedIn,
    now: NaiveDateTime,
) -> Result<Option<Waiting>, PageError> {
    if !who.may(Action::HandleRequests, None) {
        return Ok(None);
    }
    Ok(match requests::counts(conn, now)? {
        (0, _) => None,
        (open, 0) => Some(Waiting {
            text: texts.t1("requests-open-count", "count", open),
            href: "/requests",
            overdue: false,
        }),
        (_, overdue) => Some(Waiting {
            text: texts.t1("requests-overdue-count", "count", overdue),
            href: "/requests?show=overdue",
            overdue: true,
        }),
    })
}
