//! Two people who are one: found, seen side by side, joined, and taken apart again.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::super::Done;
use super::sides::{Held, line};
use super::{ConfirmPage, frame, living, postal_text};
use crate::contacts::{self, Contact, UnmergeError};
use crate::db::Conn;
use crate::import;
use crate::preferences;
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::parts::{Compared, Comparison};
use crate::web::session::SignedIn;

/// A search for the other one shows no more.
const FOUND: i64 = 20;

#[derive(Template)]
#[template(path = "staff/contacts/merge_find.html")]
struct FindPage {
    page: Page,
    id: i64,
    name: String,
    query: String,
    found: Vec<Contact>,
}

#[derive(Template)]
#[template(path = "staff/contacts/merge.html")]
struct MergePage {
    page: Page,
    id: i64,
    other: i64,
    name: String,
    other_name: String,
    comparison: Comparison,
}

impl From<UnmergeError> for PageError {
    fn from(error: UnmergeError) -> Self {
        match error {
            UnmergeError::NotFound(_) => Self::NotFound,
            UnmergeError::MovedOn => Self::refused("error-unmerge", ""),
            UnmergeError::Unreadable(error) => Self::Fault(error.to_string()),
            UnmergeError::Database(error) => Self::Database(error),
        }
    }
}

/// `GET /contacts/{id}/merge`: who has the same name or address; `POST`: who is found by what was written.
pub async fn find(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Option<Form>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let id = *id;
    let query = form.map(|form| form.get("q").to_owned()).unwrap_or_default();
    let shown = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            let mut found = if query.is_empty() {
                alike(conn, &contact)?
            } else {
                contacts::search(conn, &query, FOUND)?
            };
            found.retain(|other| other.id != contact.id && !other.protected && other.erased_at.is_none());
            Ok::<_, PageError>(FindPage { page, id: contact.id, name: contact.full_name(), query, found })
        })
        .await?;
    show(&shown)
}

/// People with the same address or the same name.
fn alike(conn: &mut Conn, contact: &Contact) -> Result<Vec<Contact>, PageError> {
    let mut found = contacts::by_name_keys(conn, &[contacts::search_key(&contact.full_name())])?;
    let others = contacts::other_addresses(conn, &[contact.id])?;
    let mut keys: Vec<String> = others.into_iter().map(|other| other.address_key).collect();
    keys.extend(contact.email_key.clone());
    let of_address = contacts::by_any_address(conn, &keys)?;
    found.retain(|one| !of_address.iter().any(|other| other.id == one.id));
    found.splice(0..0, of_address);
    found.truncate(FOUND as usize);
    Ok(found)
}

/// Both people of the address; two different ones.
fn both(conn: &mut Conn, id: i64, other: i64) -> Result<(Contact, Contact), PageError> {
    let (one, other) = (living(conn, id)?, living(conn, other)?);
    if one.id == other.id { Err(PageError::NotFound) } else { Ok((one, other)) }
}

/// `GET /contacts/{id}/merge/{other}`: both side by side. Looking at a person is recorded.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, (id, other)) = (who.actor, state.clock.now().naive_utc(), *ids);
    let shown = state
        .db
        .write(move |conn| {
            let (one, other) = both(conn, id, other)?;
            for person in [&one, &other] {
                Done::to("contact.see", "contact", person.id).record(conn, now, actor)?;
            }
            let comparison = comparison(conn, &page, (&one, &other), now.date())?;
            Ok::<_, PageError>(MergePage {
                page,
                id: one.id,
                other: other.id,
                name: one.full_name(),
                other_name: other.full_name(),
                comparison,
            })
        })
        .await?;
    show(&shown)
}

/// Both people, with everything in which they may differ.
fn comparison(
    conn: &mut Conn,
    page: &Page,
    (one, other): (&Contact, &Contact),
    today: NaiveDate,
) -> Result<Comparison, PageError> {
    let texts = Texts(page.0);
    let (left, right) = (Held::of(conn, texts, one, today)?, Held::of(conn, texts, other, today)?);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let born = |person: &Contact| person.birth_date.map(|date| date.to_string()).unwrap_or_default();
    let home = |person: &Contact| {
        if person.protected {
            return texts.t("reason-protected");
        }
        let parts = [person.street.as_deref(), person.postcode.as_deref(), person.place.as_deref()];
        postal_text(parts, person.country.as_deref())
    };
    let mut refused = |person: &Contact| -> Result<String, PageError> {
        let said = preferences::refusals(conn, person.id, person.email_key.as_deref())?.len();
        Ok(if said == 0 { String::new() } else { texts.number(said) })
    };
    let refusals = [refused(one)?, refused(other)?];
    let value = |key: &str, left: String, right: String| Compared::new(texts.t(key), left, right);
    let lists = |key: &str, left: &[String], right: &[String]| Compared::lists(texts.t(key), left, right);
    let lines = |records: &[Vec<String>]| records.iter().map(|parts| line(parts)).collect::<Vec<_>>();
    let [refused_left, refused_right] = refusals;
    let rows = vec![
        value("person-given-name", one.given_name.clone(), other.given_name.clone()),
        value("person-family-name", one.family_name.clone(), other.family_name.clone()),
        value("person-born", born(one), born(other)),
        lists("addresses", &left.emails, &right.emails),
        value("channel-phone", text(&one.phone), text(&other.phone)),
        value("person-place", home(one), home(other)),
        value("language", texts.word("tongue", one.language), texts.word("tongue", other.language)),
        lists("merge-kinds", &left.kinds, &right.kinds),
        lists("person-degrees", &lines(&left.degrees), &lines(&right.degrees)),
        lists("person-work", &lines(&left.employments), &lines(&right.employments)),
        lists("took-part", &left.took_part, &right.took_part),
        lists("ties", &left.relations, &right.relations),
        value("merge-refusals", refused_left, refused_right),
    ];
    Ok(Comparison {
        caption: texts.t("merge-title"),
        headings: [texts.t("merge-stays"), texts.t("merge-joins")],
        different: texts.t("review-different"),
        rows,
    })
}

/// `POST /contacts/{id}/merge/{other}`: the other becomes part of this one.
pub async fn merge(
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (actor, now, (id, other)) = (who.actor, state.clock.now().naive_utc(), *ids);
    let id = state
        .db
        .write(move |conn| {
            let (into, from) = both(conn, id, other)?;
            import::join(conn, from.id, into.id, now)?;
            let detail = serde_json::json!({ "from": from.id });
            Done::to("contact.merge", "contact", into.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(into.id)
        })
        .await?;
    Ok(go_to(&format!("/contacts/{id}?done=merged")))
}

/// `GET /contacts/{id}/unmerge/{merge}`: says what will come back, and asks.
pub async fn ask_unmerge(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (id, merge) = *ids;
    let (into, from) = state.db.read(move |conn| merged(conn, id, merge)).await?;
    show(&ConfirmPage {
        title: page.t1("unmerge-title", "name", from.full_name()),
        text: page.t("unmerge-text"),
        action: format!("/contacts/{}/unmerge/{merge}", into.id),
        button: page.t("unmerge-do"),
        back: format!("/contacts/{}", into.id),
        danger: false,
        page,
    })
}

/// Both people of a merge that is not undone yet.
fn merged(conn: &mut Conn, id: i64, merge: i64) -> Result<(Contact, Contact), PageError> {
    let into = living(conn, id)?;
    let merges = contacts::merges_into(conn, into.id)?;
    let merge = merges.iter().find(|one| one.id == merge).ok_or(PageError::NotFound)?;
    let from = contacts::by_ids(conn, &[merge.from_id])?.pop().ok_or(PageError::NotFound)?;
    Ok((into, from))
}

/// `POST /contacts/{id}/unmerge/{merge}`
pub async fn unmerge(
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (actor, now, (id, merge)) = (who.actor, state.clock.now().naive_utc(), *ids);
    let from = state
        .db
        .write(move |conn| {
            let (into, from) = merged(conn, id, merge)?;
            import::part(conn, merge, now)?;
            let detail = serde_json::json!({ "from": from.id });
            Done::to("contact.unmerge", "contact", into.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(from.id)
        })
        .await?;
    Ok(go_to(&format!("/contacts/{from}?done=unmerged")))
}
