//! Taking a picture from a page, or from the editor, which asks for JSON.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde_json::json;

use crate::media::{Picture, Unusable};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::go_to;
use crate::web::pictures::{self, Refusal, Sent};
use crate::web::session::SignedIn;

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Form => Self::Unreadable,
            Refusal::NoFile => Self::refused("error-picture-none", ""),
            Refusal::Picture(Unusable::Kind) => Self::refused("error-picture-kind", ""),
            Refusal::Picture(Unusable::TooLarge) => Self::refused("error-picture-large", ""),
            Refusal::Picture(Unusable::TooManyPixels) => Self::refused("error-picture-pixels", ""),
            Refusal::Picture(Unusable::Damaged) => Self::refused("error-picture-damaged", ""),
            Refusal::Alt => Self::refused("error-picture-alt", ""),
            Refusal::TooMany => Self::refused("error-picture-many", ""),
            Refusal::Files(error) => Self::Fault(error.to_string()),
            Refusal::Media(error) => error.into(),
        }
    }
}

/// `POST /media`: a form with the parts `file`, `unit`, `name`, and `alt_sv`, `alt_nb` and `alt_en`. Without a unit it
/// is the first one for which the person may write.
pub async fn upload(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    parts: Multipart,
) -> Result<HttpResponse, PageError> {
    let wants_json = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    let texts = Texts(who.language);
    match (take(&state, who, parts).await, wants_json) {
        (Ok(picture), false) => Ok(go_to(&format!("/media/{}?done=created", picture.id))),
        (Ok(picture), true) => Ok(HttpResponse::Created().json(as_json(&state, &picture))),
        (Err(error), true) => Ok(problem(texts, &error)),
        (Err(error), false) => Err(error),
    }
}

async fn take(state: &web::Data<State>, who: SignedIn, parts: Multipart) -> Result<Picture, PageError> {
    who.must_somewhere(Action::Compose)?;
    let sent = Sent::receive(parts).await?;
    let (slug, account) = (sent.form.get("unit").to_owned(), who.clone());
    let unit = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let first = || tree.all().into_iter().find(|unit| account.may(Action::Compose, Some(unit.id)));
            let unit = if slug.is_empty() { first() } else { tree.by_slug(&slug) };
            let unit = unit.ok_or_else(|| PageError::refused("error-picture-unit", ""))?.id;
            account.must(Action::Compose, Some(unit))?;
            Ok::<_, PageError>(unit)
        })
        .await?;
    let new = pictures::keep(state, sent, unit).await?;
    let (actor, shared) = (who.actor, state.clone());
    Ok(state.db.write(move |conn| pictures::insert(conn, &shared, actor, &new)).await?)
}

/// What the editor is told of a picture.
fn as_json(state: &State, picture: &Picture) -> serde_json::Value {
    json!({
        "id": picture.id,
        "url": picture.address(&state.urls),
        "width": picture.width,
        "height": picture.height,
        "name": picture.name,
        "alt": picture.alt,
    })
}

/// Problem details (RFC 9457) in the reader's words.
fn problem(texts: Texts, error: &PageError) -> HttpResponse {
    let status = error.status_code();
    let key = match error {
        PageError::Refused { key, .. } => *key,
        PageError::NotAllowed => "error-not-allowed",
        PageError::Unreadable => "error-unreadable",
        _ if status == StatusCode::SERVICE_UNAVAILABLE => "error-busy",
        _ => {
            tracing::error!(%error, "a picture could not be taken");
            "error-fault"
        }
    };
    HttpResponse::build(status).content_type("application/problem+json").body(
        json!({
            "type": "about:blank",
            "title": texts.t(&format!("{key}-title")),
            "status": status.as_u16(),
            "detail": texts.t(&format!("{key}-text")),
        })
        .to_string(),
    )
}
