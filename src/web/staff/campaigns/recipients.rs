//! Who got a campaign and who did not, as a list and as a file, and sending again to those whom it failed to reach.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::report::{ConfirmPage, status_to_decide, step};
use super::{find, frame};
use crate::bounce::{self, Bounce};
use crate::campaign::{self, Stored};
use crate::db::Database;
use crate::delivery::{self, DeliveryState, Recipient, Wanted};
use crate::kernel::spreadsheet::without_formula;
use crate::preferences::Reason;
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;
use crate::web::staff::{Done, number_in_query, text_in_query};

/// Recipients on one page.
const LISTED: i64 = 100;
/// Recipients of a file that are read at once.
const CHUNK: i64 = 2_000;

#[derive(Template)]
#[template(path = "staff/campaigns/recipients.html")]
struct RecipientsPage {
    page: Page,
    stored: Stored,
    state: Select,
    reason: Select,
    domain: String,
    /// What was asked for, as the query of an address.
    query: String,
    recipients: Vec<Recipient>,
    /// What came back of their messages.
    bounces: Vec<Bounce>,
    next: Option<String>,
    may_retry: bool,
}

impl RecipientsPage {
    /// What came back last of somebody's message.
    fn came_back(&self, one: &Recipient) -> Option<&Bounce> {
        self.bounces.iter().rfind(|bounce| bounce.delivery_id == Some(one.id))
    }

    fn has_failed(&self) -> bool {
        self.may_retry && self.recipients.iter().any(|one| one.state == DeliveryState::Failed)
    }
}

/// What the address asks for; what it says wrongly is not asked.
fn wanted(request: &HttpRequest) -> Wanted {
    Wanted {
        variant: text_in_query(request, "variant").and_then(|number| number.parse().ok()),
        state: text_in_query(request, "state").and_then(|word| word.parse().ok()),
        reason: text_in_query(request, "reason").and_then(|word| word.parse().ok()),
        domain: text_in_query(request, "domain").and_then(|word| word.parse().ok()),
    }
}

fn query_of(wanted: &Wanted) -> String {
    let state = wanted.state.map_or("", DeliveryState::as_str);
    let reason = wanted.reason.map_or("", Reason::as_str);
    let domain = wanted.domain.as_ref().map_or("", |domain| domain.as_str());
    let variant = wanted.variant.map_or(String::new(), |variant| format!("&variant={variant}"));
    format!("state={state}&reason={reason}&domain={domain}{variant}")
}

/// `GET /campaigns/{id}/recipients?state=…&reason=…&domain=…&after=…`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let wanted = wanted(&request);
    let after = number_in_query(&request, "after").unwrap_or(0);
    let (id, actor, now) = (*id, who.actor, state.clock.now().naive_utc());
    let asked = wanted.clone();
    let (stored, mut found, bounces, may_retry) = state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::SeeContacts, id)?;
            let unit = stored.campaign.unit_id();
            Done::to("campaign.recipients", "campaign", id).in_unit(unit).record(conn, now, actor)?;
            let found = delivery::recipients(conn, id, &asked, after, LISTED + 1)?;
            let ids: Vec<i64> = found.iter().map(|one| one.id).collect();
            let bounces = bounce::of_deliveries(conn, &ids)?;
            Ok::<_, PageError>((stored, found, bounces, who.may(Action::Send, Some(unit))))
        })
        .await?;
    let more = found.len() as i64 > LISTED;
    found.truncate(LISTED as usize);
    let query = query_of(&wanted);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("/campaigns/{id}/recipients?{query}&after={}", last.id));
    let any = |chosen: bool| Choice::new("", page.t("any"), chosen);
    let mut states = vec![any(wanted.state.is_none())];
    states.extend(
        DeliveryState::ALL
            .iter()
            .map(|one| Choice::new(one, page.word("delivery", one), wanted.state == Some(*one))),
    );
    let mut reasons = vec![any(wanted.reason.is_none())];
    reasons.extend(
        Reason::ALL.iter().map(|one| Choice::new(one, page.word("reason", one), wanted.reason == Some(*one))),
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
        domain: wanted.domain.map(|domain| domain.as_str().to_owned()).unwrap_or_default(),
        query,
        stored,
        recipients: found,
        bounces,
        next,
        may_retry,
        page,
    })
}

/// `GET /campaigns/{id}/recipients.csv?state=…&reason=…&domain=…`
pub async fn export(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, wanted, texts) = (*id, wanted(&request), Texts(who.language));
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::SeeContacts, id)?;
            let unit = stored.campaign.unit_id();
            Done::to("campaign.export", "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    let heads = [
        "channel-email",
        "state",
        "reason",
        "recipients-reply",
        "recipients-attempts",
        "recipients-repeated",
    ];
    let heads = heads.map(|key| texts.t(key));
    // The mark tells a spreadsheet that the file is UTF-8.
    let first = [b"\xef\xbb\xbf".as_slice(), &line(&heads)?].concat();
    let rows = futures_util::stream::try_unfold(
        (state.db.clone(), wanted, 0),
        move |(db, wanted, after)| async move {
            let (text, last) = chunk(&db, id, &wanted, after, texts).await?;
            Ok::<_, PageError>(last.map(|last| (Bytes::from(text), (db, wanted, last))))
        },
    );
    let first = futures_util::stream::once(std::future::ready(Ok(Bytes::from(first))));
    let body = futures_util::StreamExt::chain(first, rows);
    let name = format!("attachment; filename=\"campaign-{id}-recipients.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(body))
}

/// The next lines, and the last row in them.
async fn chunk(
    db: &Database,
    id: i64,
    wanted: &Wanted,
    after: i64,
    texts: Texts,
) -> Result<(Vec<u8>, Option<i64>), PageError> {
    let wanted = wanted.clone();
    let rows = db.read(move |conn| delivery::recipients(conn, id, &wanted, after, CHUNK)).await?;
    let mut text = Vec::new();
    for row in &rows {
        text.extend(line(&[
            row.email.clone().unwrap_or_default(),
            texts.word("delivery", row.state),
            row.reason.as_ref().map(|reason| texts.word("reason", reason)).unwrap_or_default(),
            row.reply.clone().unwrap_or_default(),
            row.attempts.to_string(),
            row.repeated.to_string(),
        ])?);
    }
    Ok((text, rows.last().map(|row| row.id)))
}

fn line(cells: &[String]) -> Result<Vec<u8>, PageError> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let written = writer.write_record(cells.iter().map(|cell| without_formula(cell)));
    written.map_err(|error| PageError::Fault(error.to_string()))?;
    writer.into_inner().map_err(|error| PageError::Fault(error.to_string()))
}

/// `GET /campaigns/{id}/retry`: says to how many people it is sent again, and asks.
pub async fn ask_retry(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let status = status_to_decide(&state, who, id).await?;
    if status.counts.failed == 0 {
        return Ok(go_to(&format!("/campaigns/{id}")));
    }
    show(&ConfirmPage {
        title: page.t1("campaign-retry-question", "name", &status.name),
        text: page.t1("campaign-retry-text", "count", status.counts.failed),
        action: format!("/campaigns/{id}/retry"),
        button: page.t1("campaign-retry", "count", status.counts.failed),
        back: format!("/campaigns/{id}"),
        danger: false,
        page,
    })
}

/// `POST /campaigns/{id}/retry`: sends again to all whom it failed to reach, or to those that were ticked.
pub async fn retry(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let chosen: Vec<i64> = form.all("delivery").filter_map(|number| number.parse().ok()).collect();
    let only_chosen = form.get("only") == "chosen";
    let id = *id;
    if only_chosen && chosen.is_empty() {
        return Ok(go_to(&format!("/campaigns/{id}/recipients?state=failed")));
    }
    step(&state, who, id, "campaign.retry", move |conn, id, now| {
        campaign::reopen(conn, id, now)?;
        delivery::retry_failed(conn, id, only_chosen.then_some(chosen.as_slice()), now)?;
        Ok(())
    })
    .await?;
    Ok(go_to(&format!("/campaigns/{id}?done=retried")))
}
