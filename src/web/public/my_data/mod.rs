//! `/d/TOKEN`: everything that is held about a person, behind a link that works for an hour (product P38). Each button
//! is a form of its own; what it did is told on the page that comes after, so that reloading does nothing twice.

pub mod address;
pub mod correct;
pub mod erase;
pub mod export;
pub mod link;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{Recipient, note};
use crate::contacts::{Contact, erased};
use crate::db::Conn;
use crate::invitations::{self, Network};
use crate::links::Token;
use crate::preferences::{self, ConsentRecord, PreferenceSource, RefusalScope, Voice};
use crate::privacy::requests::{self, RequestKind, RequestWay};
use crate::privacy::{self, Record, Section};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, go_to, show, show_with};

/// What the page says was done, by the word in `?done=`.
const DONE: [&str; 6] = ["corrected", "unchanged", "restrict", "lift", "leave", "address"];

#[derive(Template)]
#[template(path = "public/my_data.html")]
struct MyDataPage {
    page: Page,
    done: Option<String>,
    sections: Vec<Part>,
    restricted: bool,
    member: bool,
    preferences: String,
}

/// The records about one thing.
struct Part {
    heading: String,
    records: Vec<Shown>,
}

/// A record in the reader's language.
struct Shown {
    fields: Vec<(String, String)>,
    source: String,
}

#[derive(Template)]
#[template(path = "public/my_data_told.html")]
struct ToldPage {
    page: Page,
    heading: String,
    text: String,
    /// Where a new link can be had.
    link: bool,
}

/// Whose data a link opens now, or the page that says why it opens nothing.
enum Opened {
    Person(Box<Contact>),
    Nothing(HttpResponse),
}

/// Checks the link before anything is looked up: the signature, then the hour.
async fn open(request: &HttpRequest, state: &State, token: &str) -> Result<Opened, PageError> {
    let Ok(Token::MyData { contact, expires }) = state.urls.signer().verify(token) else {
        return Err(PageError::InvalidLink);
    };
    if expires <= state.clock.now().timestamp() {
        return Ok(Opened::Nothing(told(request, state, None, "my-data-old", StatusCode::GONE)?));
    }
    let found = state.db.read(move |conn| Recipient::find(conn, contact)).await?;
    let Some(found) = found else { return Err(PageError::InvalidLink) };
    if found.contact.erased_at.is_some() {
        return Ok(Opened::Nothing(told(request, state, None, "my-data-erased", StatusCode::OK)?));
    }
    Ok(Opened::Person(Box::new(found.contact)))
}

/// A page that says one thing: the messages `key` and `key-text`.
fn told(
    request: &HttpRequest,
    state: &State,
    person: Option<&Contact>,
    key: &str,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    let texts = texts(request, person);
    show_with(
        status,
        &ToldPage {
            page: Page::public(request, texts, &state.config.office_name),
            heading: texts.t(key),
            text: texts.t(&format!("{key}-text")),
            link: status == StatusCode::GONE,
        },
    )
}

fn texts(request: &HttpRequest, person: Option<&Contact>) -> Texts {
    Texts(Locale::for_person(request, person.map(|person| person.language)).0)
}

/// Back to the page, which says what was done; in the language that was read.
fn back(token: &str, texts: Texts, done: &str) -> HttpResponse {
    go_to(&format!("/d/{token}?lang={}&done={done}", texts.tag()))
}

/// `GET /d/{token}`
pub async fn show_all(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    let texts = texts(&request, Some(&contact));
    let now = state.clock.now().naive_utc();
    let (id, person) = (contact.id, contact.clone());
    let (records, refused, network) = state
        .db
        .write(move |conn| {
            note(conn, person.id, "my_data.see", &serde_json::json!({}), now)?;
            let refused = preferences::refusals(conn, person.id, None)?;
            Ok::<_, PageError>((
                privacy::held(conn, &person)?,
                refused,
                invitations::network(conn, person.id)?,
            ))
        })
        .await?;
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let done = query
        .filter(|(name, _)| name == "done")
        .find_map(|(_, word)| DONE.contains(&word.as_ref()).then(|| texts.word("my-data-done", word)));
    show(&MyDataPage {
        page: Page::public(&request, texts, &state.config.office_name),
        done,
        sections: parts(texts, &records),
        restricted: refused.contains(&RefusalScope::Restricted),
        member: network == Network::Member,
        preferences: state.urls.preferences(id),
    })
}

fn parts(texts: Texts, records: &[Record]) -> Vec<Part> {
    Section::ALL
        .iter()
        .map(|section| Part {
            heading: texts.word("held-section", section),
            records: records
                .iter()
                .filter(|record| record.section == *section)
                .map(|record| shown(texts, record))
                .collect(),
        })
        .filter(|part| !part.records.is_empty())
        .collect()
}

fn shown(texts: Texts, record: &Record) -> Shown {
    let source = source(texts, &record.source);
    let source = match &record.at {
        Some(at) => texts.t2("held-source-and-date", "source", source, "date", texts.date(at)),
        None => texts.t1("held-source", "source", source),
    };
    let fields = record
        .fields
        .iter()
        .map(|(name, value)| (texts.word("held-field", name), value_in_words(texts, name, value)))
        .collect();
    Shown { fields, source }
}

/// The program's own sources in words; a source system is told by its name.
fn source(texts: Texts, source: &str) -> String {
    const OURS: [&str; 19] = [
        "register",
        "system",
        "staff",
        "person",
        "one_click",
        "page",
        "form",
        "invitation",
        "api",
        "import",
        "demo",
        "complaint",
        "pause_ended",
        "letter",
        "phone",
        "email",
        "in_person",
        "ladok",
        "fs",
    ];
    if OURS.contains(&source) { texts.word("held-from", source) } else { source.to_owned() }
}

/// Values of a fixed set in words, everything else as it is.
fn value_in_words(texts: Texts, name: &str, value: &str) -> String {
    let family = match name {
        "language" => "tongue",
        "kind" => "kind",
        "scheme" => "held-scheme",
        "level" => "level",
        "sector" => "sector",
        "network" => "network",
        "channel" => "channel",
        "scope" => "held-scope",
        "relation" => "relation",
        "relation_of" => "relation-of",
        "occasion" => "occasion",
        "answer" | "protected" | "deceased" | "current" | "other_person" => "held-answer",
        "state" => "delivery",
        "reason" => "reason",
        "way" => "arrived-by",
        "did" => "held-did",
        "request" => "request",
        _ => return value.to_owned(),
    };
    texts.word(family, value)
}

/// `POST /d/{token}`: restricts, lifts the restriction or leaves the network. Doing it again changes nothing.
pub async fn act(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    let texts = texts(&request, Some(&contact));
    let now = state.clock.now().naive_utc();
    let word = match form.get("act") {
        "restrict" => "restrict",
        "lift" => "lift",
        "leave" => "leave",
        _ => return Err(PageError::Unreadable),
    };
    state
        .db
        .write(move |conn| match word {
            "restrict" => restrict(conn, contact.id, true, now),
            "lift" => restrict(conn, contact.id, false, now),
            _ => leave(conn, contact.id, texts, now),
        })
        .await?;
    Ok(back(&token, texts, word))
}

/// Restricts processing at once, or lifts it.
fn restrict(conn: &mut Conn, contact: i64, restricted: bool, now: NaiveDateTime) -> Result<(), PageError> {
    let before = preferences::refusals(conn, contact, None)?.contains(&RefusalScope::Restricted);
    if before == restricted {
        return Ok(());
    }
    let voice = Voice {
        contact: Some(contact),
        address_key: None,
        source: PreferenceSource::Page,
        campaign: None,
        at: now,
    };
    let kind = if restricted {
        preferences::refuse(conn, &voice, RefusalScope::Restricted)?;
        RequestKind::Restriction
    } else {
        // Mails that wait under the number of somebody who was merged away had the "no" too.
        for part in erased::with_parts(conn, contact)? {
            let voice = Voice { contact: Some(part), ..voice.clone() };
            preferences::allow(conn, &voice, RefusalScope::Restricted)?;
        }
        RequestKind::Lifting
    };
    requests::record(conn, contact, kind, RequestWay::Page, now)?;
    note(conn, contact, "my_data.restrict", &serde_json::json!({ "restricted": restricted }), now)
}

/// Ends the membership, withdraws every consent and says no to all contact: whoever leaves hears no more.
fn leave(conn: &mut Conn, contact: i64, texts: Texts, now: NaiveDateTime) -> Result<(), PageError> {
    let people = erased::with_parts(conn, contact)?;
    if !invitations::leave(conn, &people, now)? {
        return Ok(());
    }
    let Some(person) = Recipient::find(conn, contact)? else { return Ok(()) };
    let text = texts.t("my-data-leave-text");
    let standing = preferences::facts(conn, &person.contact, preferences::Channel::Email)?.consents;
    let withdrawals: Vec<ConsentRecord> = standing
        .into_iter()
        .map(|(purpose, channel, unit)| ConsentRecord {
            contact_id: contact,
            purpose,
            channel,
            unit_id: unit,
            given: false,
            consent_text: text.clone(),
            text_version: preferences::text_version(&text),
            language: texts.0,
            source: PreferenceSource::Page,
            happened_at: now,
            recorded_at: now,
        })
        .collect();
    preferences::record_consents(conn, &withdrawals)?;
    person.say(conn, PreferenceSource::Page, None, now, RefusalScope::Everything, true)?;
    requests::record(conn, contact, RequestKind::Leaving, RequestWay::Page, now)?;
    note(conn, contact, "my_data.leave", &serde_json::json!({}), now)
}
