//! `/archive/UNIT`: a unit's mailings for everybody, where the unit wants that, with a feed (RFC 4287).

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use atom_syndication::{Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use chrono::NaiveDateTime;

use super::web_version::POLICY;
use crate::campaign::archive;
use crate::campaign::{self, Stored};
use crate::db::Conn;
use crate::delivery::{self, Rendered};
use crate::kernel::language::Language;
use crate::units::{self, Unit};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show};

/// Mailings on one page, and in the feed.
const LISTED: i64 = 20;

#[derive(Template)]
#[template(path = "public/archive.html")]
struct ArchivePage {
    page: Page,
    unit: String,
    feed: String,
    mailings: Vec<Mailing>,
    older: Option<String>,
}

/// A mailing as the list and the feed show it.
struct Mailing {
    address: String,
    subject: String,
    language: Language,
    at: NaiveDateTime,
}

/// The unit, if its archive is open.
fn open_unit(conn: &mut Conn, slug: &str) -> Result<Unit, PageError> {
    let unit = units::unit_by_slug(conn, slug)?.ok_or(PageError::NotFound)?;
    archive::since(conn, unit.id)?.ok_or(PageError::NotFound)?;
    Ok(unit)
}

/// A mailing as everybody may read it; of several variants the one that won.
fn rendered(
    conn: &mut Conn,
    state: &State,
    unit: &Unit,
    stored: &Stored,
    language: Language,
) -> Result<Rendered, PageError> {
    let winner = campaign::trial::find(conn, stored.id)?.and_then(|trial| trial.winner).unwrap_or_default();
    let (layouts, urls, now) = (&state.layouts, &state.urls, state.clock.now());
    let job = delivery::prepare_variant_uncounted(conn, stored, winner, layouts, urls, now)?;
    let (address, home) = (state.urls.archived(&unit.slug, stored.id), state.urls.archive(&unit.slug));
    Ok(job.render_for_everybody(language, &address, &home))
}

/// The unit's mailings before number `before`, and the number of the last if there are more.
fn mailings(
    conn: &mut Conn,
    state: &State,
    unit: &Unit,
    language: Language,
    before: i64,
) -> Result<(Vec<Mailing>, Option<i64>), PageError> {
    let mut entries = archive::entries(conn, unit.id, before, LISTED + 1)?;
    let more = entries.len() as i64 > LISTED;
    entries.truncate(LISTED as usize);
    let last = entries.last().map(|stored| stored.id).filter(|_| more);
    let mailings = entries.iter().map(|stored| {
        let mail = rendered(conn, state, unit, stored, language)?;
        Ok(Mailing {
            address: state.urls.archived(&unit.slug, stored.id),
            subject: mail.subject,
            language: mail.language,
            at: stored.started_at.unwrap_or(stored.created_at),
        })
    });
    Ok((mailings.collect::<Result<_, PageError>>()?, last))
}

/// `GET /archive/{unit}?before=…`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let page = Page::public(&request, Texts(locale.0), &state.config.office_name);
    let before = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "before")
        .and_then(|(_, number)| number.parse().ok())
        .unwrap_or(i64::MAX);
    let shared = state.clone();
    let (unit, mailings, last) = state
        .db
        .read(move |conn| {
            let unit = open_unit(conn, &slug)?;
            let (mailings, last) = mailings(conn, &shared, &unit, locale.0, before)?;
            Ok::<_, PageError>((unit, mailings, last))
        })
        .await?;
    show(&ArchivePage {
        older: last.map(|last| format!("/archive/{}?before={last}&lang={}", unit.slug, locale.0)),
        feed: format!("/archive/{}/feed?lang={}", unit.slug, locale.0),
        unit: unit.name,
        mailings,
        page,
    })
}

/// `GET /archive/{unit}/feed`
pub async fn feed(
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let (shared, language) = (state.clone(), locale.0);
    let (unit, mailings) = state
        .db
        .read(move |conn| {
            let unit = open_unit(conn, &slug)?;
            let (mailings, _) = mailings(conn, &shared, &unit, language, i64::MAX)?;
            Ok::<_, PageError>((unit, mailings))
        })
        .await?;
    let time = |at: NaiveDateTime| FixedDateTime::from(at.and_utc());
    let link = |rel: &str, href: &str, kind: &str| Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..Link::default()
    };
    let (home, own) = (state.urls.archive(&unit.slug), state.urls.archive_feed(&unit.slug));
    // Without mailings it is as old as the epoch: a feed must say when it changed (RFC 4287 section 4.1.1).
    let updated = mailings.first().map_or(chrono::DateTime::UNIX_EPOCH.naive_utc(), |mailing| mailing.at);
    let entries = mailings.into_iter().map(|mailing| Entry {
        title: Text { lang: Some(mailing.language.to_string()), ..Text::plain(mailing.subject) },
        id: mailing.address.clone(),
        updated: time(mailing.at),
        published: Some(time(mailing.at)),
        links: vec![link("alternate", &mailing.address, "text/html")],
        ..Entry::default()
    });
    let feed = Feed {
        title: Text::plain(unit.name.clone()),
        id: home.clone(),
        updated: time(updated),
        authors: vec![Person { name: unit.name, ..Person::default() }],
        generator: Some(Generator { value: "Brevduva".to_owned(), ..Generator::default() }),
        links: vec![link("self", &own, "application/atom+xml"), link("alternate", &home, "text/html")],
        entries: entries.collect(),
        lang: Some(language.to_string()),
        ..Feed::default()
    };
    Ok(HttpResponse::Ok().content_type("application/atom+xml; charset=utf-8").body(feed.to_string()))
}

/// `GET /archive/{unit}/{campaign}`: the mail, without anybody's data in it.
pub async fn mail(
    state: web::Data<State>,
    locale: Locale,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, PageError> {
    let ((slug, id), shared) = (path.into_inner(), state.clone());
    let mail = state
        .db
        .read(move |conn| {
            let unit = open_unit(conn, &slug)?;
            let stored = archive::entry(conn, unit.id, id)?.ok_or(PageError::NotFound)?;
            rendered(conn, &shared, &unit, &stored, locale.0)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(mail.html))
}
