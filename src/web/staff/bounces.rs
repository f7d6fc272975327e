//! Addresses that are not used any more, what came back without a name, and the people whom no mail reaches.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section, number_in_query};
use crate::bounce::{self, Bounce, Lost};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::spreadsheet::without_formula;
use crate::preferences::{self, Channel, Suppression};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::session::SignedIn;

/// Rows on a page.
const ROWS: i64 = 50;
/// Rows of the file of people whom no mail reaches.
const FILE_ROWS: i64 = 100_000;
/// The longest reason for using an address again, in characters.
const LONGEST: usize = 500;

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Contacts)
}

/// The first rows, and before which number the rest are.
fn part<T>(mut rows: Vec<T>, number: impl Fn(&T) -> i64) -> (Vec<T>, Option<i64>) {
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    let earlier = rows.last().filter(|_| more).map(number);
    (rows, earlier)
}

/// Why an address is not used, in words: staff wrote their own, a bounce has a reason.
fn why(texts: Texts, stored: &Suppression) -> String {
    let reason = stored.detail.parse::<bounce::Reason>();
    match reason {
        Ok(reason) => texts.word("bounce-reason", reason),
        Err(_) => stored.detail.clone(),
    }
}

#[derive(Template)]
#[template(path = "staff/bounces/suppressions.html")]
struct SuppressionsPage {
    page: Page,
    query: String,
    searched: bool,
    rows: Vec<(Suppression, String)>,
    earlier: Option<i64>,
}

/// `GET /suppressions?before=…`, and `POST` with the address that is looked for: addresses stay out of URLs.
pub async fn suppressions(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Option<Form>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let query = form.map(|form| form.get("q").to_owned()).unwrap_or_default();
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let (actor, now, wanted) = (who.actor, state.clock.now().naive_utc(), query.clone());
    let rows = state
        .db
        .write(move |conn| {
            let done = Done {
                action: "suppressions.see",
                subject: "suppressions",
                id: None,
                unit: None,
                detail: serde_json::json!({ "searched": !wanted.is_empty() }),
            };
            done.record(conn, now, actor)?;
            if wanted.is_empty() {
                return Ok::<_, PageError>(preferences::latest_suppressions(conn, before, ROWS + 1)?);
            }
            let Ok(address) = EmailAddress::parse(&wanted) else { return Ok(Vec::new()) };
            Ok(preferences::suppression_of(conn, Channel::Email, address.key())?.into_iter().collect())
        })
        .await?;
    let (rows, earlier) = part(rows, |row| row.id);
    let texts = Texts(who.language);
    let rows = rows.into_iter().map(|row| (why(texts, &row), row)).map(|(why, row)| (row, why)).collect();
    show(&SuppressionsPage { page, searched: !query.is_empty(), query, rows, earlier })
}

#[derive(Template)]
#[template(path = "staff/bounces/suppression.html")]
struct SuppressionPage {
    page: Page,
    stored: Suppression,
    why: String,
    may_lift: bool,
    reason: String,
    wrong: Option<String>,
}

/// `GET /suppressions/{id}`: everything that is known, and the way back.
pub async fn suppression(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let id = id.into_inner();
    let stored = state.db.read(move |conn| preferences::suppression_by_id(conn, id)).await?;
    let stored = stored.ok_or(PageError::NotFound)?;
    show(&explained(&request, &state, &who, stored, String::new(), None))
}

fn explained(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    stored: Suppression,
    reason: String,
    wrong: Option<String>,
) -> SuppressionPage {
    let page = frame(request, state, who);
    let why = why(Texts(who.language), &stored);
    SuppressionPage { page, why, stored, may_lift: who.may(Action::RecordPreferences, None), reason, wrong }
}

/// `POST /suppressions/{id}`: the address may be used again, for a reason that stays in the audit log.
pub async fn lift(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let (id, reason) = (id.into_inner(), form.get("reason").to_owned());
    if reason.is_empty() || reason.chars().count() > LONGEST {
        let stored = state.db.read(move |conn| preferences::suppression_by_id(conn, id)).await?;
        let stored = stored.ok_or(PageError::NotFound)?;
        let wrong = Some(Texts(who.language).t("suppression-reason-wrong"));
        let page = explained(&request, &state, &who, stored, reason, wrong);
        return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            if !preferences::lift_suppression_by_id(conn, id)? {
                return Err(PageError::NotFound);
            }
            let detail = serde_json::json!({ "reason": reason });
            Ok(Done::to("suppression.lift", "suppression", id).with(detail).record(conn, now, actor)?)
        })
        .await?;
    Ok(go_to("/suppressions?done=recorded"))
}

#[derive(Template)]
#[template(path = "staff/bounces/unidentified.html")]
struct UnidentifiedPage {
    page: Page,
    rows: Vec<Bounce>,
    earlier: Option<i64>,
}

/// `GET /bounces`: what came back and is believed against nobody.
pub async fn unidentified(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let rows = state.db.read(move |conn| bounce::unidentified(conn, before, ROWS + 1)).await?;
    let (rows, earlier) = part(rows, |row| row.id);
    show(&UnidentifiedPage { page, rows, earlier })
}

#[derive(Template)]
#[template(path = "staff/bounces/lost.html")]
struct LostPage {
    page: Page,
    rows: Vec<Lost>,
    earlier: Option<i64>,
}

/// `GET /lost`: people whose only address does not work any more, without those of protected identity.
pub async fn lost(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let rows = state.db.read(move |conn| bounce::lost(conn, before, ROWS + 1)).await?;
    let (rows, earlier) = part(rows, |row| row.suppression);
    show(&LostPage { page, rows, earlier })
}

/// `POST /lost`: the same people as a file, to be reached by letter or phone.
pub async fn lost_file(state: web::Data<State>, who: SignedIn) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let rows = state
        .db
        .write(move |conn| {
            let rows = bounce::lost(conn, i64::MAX, FILE_ROWS)?;
            let done = Done {
                action: "lost.export",
                subject: "contacts",
                id: None,
                unit: None,
                detail: serde_json::json!({ "people": rows.len() }),
            };
            done.record(conn, now, actor)?;
            Ok::<_, PageError>(rows)
        })
        .await?;
    let name = HeaderValue::from_static("attachment; filename=\"lost.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .body(table(&rows).map_err(|error| PageError::Fault(error.to_string()))?))
}

fn table(rows: &[Lost]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    file.write_record([
        "number",
        "given_name",
        "family_name",
        "former_email",
        "since",
        "phone",
        "street",
        "postcode",
        "place",
        "country",
    ])?;
    for row in rows {
        let text = |value: &Option<String>| without_formula(value.as_deref().unwrap_or_default());
        file.write_record([
            row.contact.to_string(),
            without_formula(&row.given_name),
            without_formula(&row.family_name),
            text(&row.email),
            row.since.date().to_string(),
            text(&row.phone),
            text(&row.street),
            text(&row.postcode),
            text(&row.place),
            text(&row.country),
        ])?;
    }
    file.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
