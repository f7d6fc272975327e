//! One picture: what it shows, where it is shown, and its end.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{AltField, alt_fields, find, frame, size};
use crate::campaign;
use crate::db::Conn;
use crate::media::{self, Picture};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::Input;
use crate::web::pictures::{self, Refusal};
use crate::web::session::SignedIn;

/// The page names no more campaigns.
const CAMPAIGNS: i64 = 100;

#[derive(Template)]
#[template(path = "staff/media/one.html")]
struct OnePage {
    page: Page,
    picture: Picture,
    address: String,
    shows: String,
    facts: Vec<(String, String)>,
    campaigns: Vec<(i64, String)>,
    /// Campaigns of units whose campaigns the reader may not see.
    others: usize,
    may_change: bool,
    name: Input,
    alt: Vec<AltField>,
    problem: Option<String>,
}

/// The campaigns that show a picture: those that somebody may see, and how many others.
fn shown_in(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<(Vec<(i64, String)>, usize), PageError> {
    let all = campaign::showing(conn, id, CAMPAIGNS)?;
    let amount = all.len();
    let seen: Vec<(i64, String)> = all
        .into_iter()
        .filter(|(_, _, unit)| who.may(Action::SeeCampaigns, Some(*unit)))
        .map(|(id, name, _)| (id, name))
        .collect();
    let others = amount - seen.len();
    Ok((seen, others))
}

fn page_of(
    conn: &mut Conn,
    page: Page,
    state: &State,
    who: &SignedIn,
    picture: Picture,
    problem: Option<String>,
) -> Result<OnePage, PageError> {
    let texts = Texts(who.language);
    let unit = units::tree(conn)?.get(picture.unit_id).map(|unit| unit.name.clone()).unwrap_or_default();
    let (campaigns, others) = shown_in(conn, who, picture.id)?;
    Ok(OnePage {
        address: picture.address(&state.urls),
        shows: picture.alt_in(texts.0).to_owned(),
        facts: vec![
            (texts.t("unit"), unit),
            (texts.t("media-pixels"), format!("{} × {}", picture.width, picture.height)),
            (texts.t("media-weight"), size(texts, picture.size)),
            (texts.t("media-uploaded"), texts.date_time(&picture.created_at)),
        ],
        campaigns,
        others,
        may_change: who.may(Action::Compose, Some(picture.unit_id)),
        name: Input::text("name", texts.t("name"), &picture.name),
        alt: alt_fields(texts, &picture.alt),
        problem,
        picture,
        page,
    })
}

/// `GET /media/{id}`
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (page, shared) = (frame(&request, &state, &who), state.clone());
    let shown = state
        .db
        .read(move |conn| {
            let picture = find(conn, &who, Action::SeeCampaigns, *id)?;
            page_of(conn, page, &shared, &who, picture, None)
        })
        .await?;
    show(&shown)
}

/// `POST /media/{id}`: another name and other descriptions. Mails that are sent keep what they say.
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, page, shared) = (*id, frame(&request, &state, &who), state.clone());
    let refused = state
        .db
        .write(move |conn| {
            let picture = find(conn, &who, Action::Compose, id)?;
            let name = media::name_of(form.get("name"));
            match pictures::alt(&form) {
                Ok(alt) if !name.is_empty() => {
                    media::describe(conn, id, &name, &alt, shared.clock.now().naive_utc())?;
                    pictures::note(conn, &shared, who.actor, "media.describe", id, picture.unit_id)?;
                    Ok(None)
                }
                Err(Refusal::Alt) | Ok(_) => {
                    let key = if name.is_empty() { "media-name-problem" } else { "error-picture-alt-text" };
                    let problem = Some(Texts(who.language).t(key));
                    page_of(conn, page, &shared, &who, picture, problem).map(Some)
                }
                Err(other) => Err(PageError::from(other)),
            }
        })
        .await?;
    match refused {
        None => Ok(go_to(&format!("/media/{id}?done=saved"))),
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
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

/// A picture that may be deleted: no campaign shows it.
fn deletable(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<Picture, PageError> {
    let picture = find(conn, who, Action::Compose, id)?;
    if campaign::showing(conn, id, 1)?.is_empty() {
        return Ok(picture);
    }
    Err(PageError::refused("error-picture-used", ""))
}

/// `GET /media/{id}/delete`
pub async fn ask_delete(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let picture = state.db.read(move |conn| deletable(conn, &who, *id)).await?;
    show(&ConfirmPage {
        title: page.t1("media-delete-question", "name", picture.name.as_str()),
        text: page.t("media-delete-text"),
        action: format!("/media/{}/delete", picture.id),
        button: page.t("media-delete"),
        back: format!("/media/{}", picture.id),
        danger: true,
        page,
    })
}

/// `POST /media/{id}/delete`
pub async fn delete(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, shared) = (*id, state.clone());
    let picture = state
        .db
        .write(move |conn| {
            let picture = deletable(conn, &who, id)?;
            media::delete(conn, id)?;
            pictures::note(conn, &shared, who.actor, "media.delete", id, picture.unit_id)?;
            Ok::<_, PageError>(picture)
        })
        .await?;
    pictures::remove_file(&state, picture).await;
    Ok(go_to("/media?done=deleted"))
}
