//! The review queue of imports: rows that no rule could give to a person, each beside the person whom it may mean.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::contacts::postal_text;
use super::contacts::sides::{Held, degree_parts, employment_parts, line, occasion};
use super::{Done, Section, number_in_query};
use crate::contacts::{self, Contact};
use crate::db::Conn;
use crate::import::{self, Claim, Neighbour, OpenReview, ReviewError, ReviewReason, StoredReview, Verdict};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::parts::{Compared, Comparison};
use crate::web::session::SignedIn;

/// Rows on a page of the queue.
const LISTED: i64 = 50;

#[derive(Template)]
#[template(path = "staff/reviews/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: i64,
    name: String,
    stored: String,
    reason: ReviewReason,
    file: String,
    since: NaiveDateTime,
}

#[derive(Template)]
#[template(path = "staff/reviews/review.html")]
struct ReviewPage {
    page: Page,
    id: i64,
    contact: i64,
    reason: String,
    file: String,
    row: i64,
    comparison: Comparison,
}

impl From<ReviewError> for PageError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound(_) => Self::NotFound,
            ReviewError::Decided => Self::refused("error-review-decided", ""),
            ReviewError::Erased => Self::refused("error-review-erased", ""),
            ReviewError::Database(error) => Self::Database(error),
            other => Self::Fault(other.to_string()),
        }
    }
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Imports)
}

/// `GET /reviews?after=…`: the oldest first.
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let after = number_in_query(&request, "after").unwrap_or(0);
    let hidden = page.t("reason-protected");
    let (rows, more) = state
        .db
        .read(move |conn| {
            let mut waiting = import::pending_reviews(conn, after, LISTED + 1)?;
            let more = waiting.len() as i64 > LISTED;
            waiting.truncate(LISTED as usize);
            let rows: Result<Vec<Row>, PageError> =
                waiting.into_iter().map(|review| row(conn, review, &hidden)).collect();
            Ok::<_, PageError>((rows?, more))
        })
        .await?;
    let next = rows.last().filter(|_| more).map(|row| format!("/reviews?after={}", row.id));
    show(&ListPage { page, rows, next })
}

/// A row of the list. People with protected identity stand in no list by name (product P8).
fn row(conn: &mut Conn, review: StoredReview, hidden: &str) -> Result<Row, PageError> {
    let contact = contacts::find(conn, review.contact_id)?.ok_or(PageError::NotFound)?;
    let import = import::find(conn, review.import_id)?.ok_or(PageError::NotFound)?;
    let claim: Claim =
        serde_json::from_str(&review.record).map_err(|error| PageError::Fault(error.to_string()))?;
    let protected = contact.protected || claim.protected;
    let shown = |name: String| if protected { hidden.to_owned() } else { name };
    Ok(Row {
        id: review.id,
        name: shown(format!("{} {}", claim.given_name, claim.family_name)),
        stored: shown(contact.full_name()),
        reason: review.reason.parse().map_err(|_| PageError::Fault("an unknown reason".to_owned()))?,
        file: import.file_name,
        since: review.created_at,
    })
}

/// `GET /reviews/{id}`: both side by side. Looking at a person is recorded.
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let shown = state
        .db
        .write(move |conn| {
            let review = import::open_review(conn, id)?;
            Done::to("contact.see", "contact", review.contact.id).record(conn, now, actor)?;
            let comparison = comparison(conn, &page, &review, now.date())?;
            Ok::<_, PageError>(ReviewPage {
                id,
                contact: review.contact.id,
                reason: page.word("review-reason", review.reason),
                file: review.import.file_name,
                row: review.row_number,
                comparison,
                page,
            })
        })
        .await?;
    show(&shown)
}

/// What is stored beside what the row says. What the row does not say is no difference: it changes nothing.
fn comparison(
    conn: &mut Conn,
    page: &Page,
    review: &OpenReview,
    today: chrono::NaiveDate,
) -> Result<Comparison, PageError> {
    let texts = Texts(page.0);
    let (contact, claim) = (&review.contact, &review.claim);
    let compare = |key: &str, stored: &str, told: &str| Compared::new(texts.t(key), stored, told);
    let mut rows = vec![
        compare("person-given-name", &contact.given_name, &claim.given_name),
        compare("person-family-name", &contact.family_name, &claim.family_name),
        compare("person-born", &date(contact.birth_date), &date(claim.identity.as_ref().map(|one| one.born))),
    ];
    rows.extend(number_row(&texts, "review-identity-number", review.identity));
    rows.extend(number_row(&texts, "review-source-number", review.number));
    let held = Held::of(conn, texts, contact, today)?;
    let told_email = claim.email.as_ref();
    let told = told_email.map_or("", |(email, _)| email);
    let mut email = compare("addresses", &held.emails.join("; "), told);
    // An address that the person has already, in whatever letters, is no difference.
    email.differs &= !held.emails.iter().any(|known| known.to_lowercase() == told.to_lowercase());
    rows.push(email);
    rows.push(compare(
        "channel-phone",
        contact.phone.as_deref().unwrap_or_default(),
        claim.phone.as_deref().unwrap_or_default(),
    ));
    let (at_home, told_home) = (home(&texts, contact), told_home(&texts, contact, claim));
    rows.push(compare("person-place", &at_home, &told_home));
    let told_language = claim.language.map(|language| texts.word("tongue", language)).unwrap_or_default();
    rows.push(compare("language", &texts.word("tongue", contact.language), &told_language));

    let told_kinds: Vec<String> =
        review.kind.iter().map(|kind| texts.word("kind", kind)).filter(|kind| !kind.is_empty()).collect();
    rows.push(repeating(&texts, "merge-kinds", &parted(&held.kinds), &parted(&told_kinds)));
    let told: Vec<Vec<String>> = claim.degree.iter().map(|degree| degree_parts(texts, degree)).collect();
    rows.push(repeating(&texts, "person-degrees", &held.degrees, &told));
    let told: Vec<Vec<String>> = claim.employment.iter().map(|work| employment_parts(texts, work)).collect();
    rows.push(repeating(&texts, "person-work", &held.employments, &told));
    let told: Vec<String> = claim.participations.iter().map(|one| occasion(&one.name, one.on)).collect();
    rows.push(repeating(&texts, "took-part", &parted(&held.took_part), &parted(&told)));
    // No file tells of relations; they say who is meant.
    rows.push(repeating(&texts, "ties", &parted(&held.relations), &[]));
    if let Some((purposes, at, _)) = &claim.consent {
        let known = units::purposes(conn)?;
        let name = |code: &String| {
            let purpose = known.iter().find(|purpose| purpose.code == *code);
            purpose.map_or_else(|| code.clone(), |purpose| purpose.name(texts.0).to_owned())
        };
        let names: Vec<String> = purposes.iter().map(name).collect();
        let told = format!("{} ({})", names.join(", "), texts.date(&at.naive_utc()));
        rows.push(compare("basis-consent", "", &told));
    }
    for (key, stored, told) in [
        ("person-mark-protected", contact.protected, claim.protected),
        ("person-mark-deceased", contact.deceased, claim.deceased),
    ] {
        if stored || told {
            let mark = |is: bool| if is { texts.t("yes") } else { String::new() };
            let mut row = compare(key, &mark(stored), &mark(told));
            row.differs = told && !stored;
            rows.push(row);
        }
    }
    Ok(Comparison {
        caption: texts.t("review-title"),
        headings: [texts.t("review-stored"), texts.t("review-row")],
        different: texts.t("review-different"),
        rows,
    })
}

fn date(date: Option<chrono::NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn home(texts: &Texts, contact: &Contact) -> String {
    if contact.protected {
        return texts.t("reason-protected");
    }
    let parts = [contact.street.as_deref(), contact.postcode.as_deref(), contact.place.as_deref()];
    postal_text(parts, contact.country.as_deref())
}

fn told_home(texts: &Texts, contact: &Contact, claim: &Claim) -> String {
    let Some(address) = &claim.address else { return String::new() };
    if contact.protected || claim.protected {
        return texts.t("reason-protected");
    }
    let parts = [address.street.as_deref(), address.postcode.as_deref(), address.place.as_deref()];
    postal_text(parts, address.country.as_deref())
}

/// Numbers are never shown: only whose they are.
fn number_row(texts: &Texts, key: &str, number: Neighbour) -> Option<Compared> {
    let word = match number {
        Neighbour::Untold => return None,
        Neighbour::Theirs => "theirs",
        Neighbour::SomebodyElses(_) => "somebody-elses",
        Neighbour::Nobodys => "nobodys",
    };
    let mut row = Compared::new(texts.t(key), "", texts.word("review-number", word));
    row.differs = number != Neighbour::Theirs;
    Some(row)
}

/// Values as records of one part.
fn parted(values: &[String]) -> Vec<Vec<String>> {
    values.iter().map(|value| vec![value.clone()]).collect()
}

/// Several records on each side: the row tells something new when no stored one says everything that it says.
fn repeating(texts: &Texts, key: &str, stored: &[Vec<String>], told: &[Vec<String>]) -> Compared {
    let text =
        |records: &[Vec<String>]| records.iter().map(|parts| line(parts)).collect::<Vec<_>>().join("; ");
    let known = |one: &Vec<String>| stored.iter().any(|held| one.iter().all(|part| held.contains(part)));
    let mut row = Compared::new(texts.t(key), text(stored), text(told));
    row.differs &= !told.iter().all(known);
    row
}

/// `POST /reviews/{id}`: decides, once and for every later import of the row.
pub async fn decide(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    who.must(Action::SeeContacts, None)?;
    let verdict: Verdict = form.get("decision").parse().map_err(|_| PageError::Unreadable)?;
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let next = state
        .db
        .write(move |conn| {
            let contact = import::settle(conn, id, verdict, now)?;
            let detail = serde_json::json!({ "decision": verdict, "contact": contact });
            Done::to("import.review", "import_review", id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(import::pending_reviews(conn, id, 1)?.pop())
        })
        .await?;
    // On to the next one: whoever works through the queue need not go back to the list.
    Ok(match next {
        Some(next) => go_to(&format!("/reviews/{}?done=decided", next.id)),
        None => go_to("/reviews?done=decided"),
    })
}
