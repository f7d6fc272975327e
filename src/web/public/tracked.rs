//! `/o/TOKEN.gif`, `/c/TOKEN` and `/t/TOKEN`: counted and answered at once.

use actix_web::http::Method;
use actix_web::http::header::{LOCATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::links::{TRAP, Token};
use crate::tracking::Asker;
use crate::web::State;
use crate::web::error::PageError;

/// A transparent picture of one point (GIF89a).
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0xf9, 4, 1, 0, 0, 0,
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

/// Where requests say that they fetch ahead: the standard's name (Fetch, "Sec-Purpose") and what came before it.
const AHEAD: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/// By what a request asks: nothing of it is kept but coarse words.
fn asker(request: &HttpRequest) -> Asker {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ahead = |value: &str| {
        let value = value.to_ascii_lowercase();
        ["prefetch", "prerender", "preview"].iter().any(|word| value.contains(word))
    };
    let fetches_ahead = AHEAD.iter().filter_map(|name| header(name)).any(ahead);
    Asker::of(header(USER_AGENT.as_str()), request.method() == Method::HEAD, fetches_ahead)
}

/// `GET /o/{token}.gif`. A HEAD, which scanners send, is answered and is no opening.
pub async fn open(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let (campaign, language, variant, reader) = match state.urls.signer().verify(&token) {
        Ok(Token::Open { campaign, language, variant }) => (campaign, language, variant, None),
        Ok(Token::OpenBy { campaign, language, variant, contact }) => {
            (campaign, language, variant, Some(contact))
        }
        _ => return Err(PageError::InvalidLink),
    };
    state.tracker.opened(campaign, language, variant, reader, asker(&request), state.clock.now());
    Ok(HttpResponse::Ok().content_type("image/gif").body(PIXEL))
}

/// `GET /c/{token}`: leads only to addresses that the campaign itself contains.
pub async fn click(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let (asker, now) = (asker(&request), state.clock.now());
    let (campaign, language, link, reader) = match state.urls.signer().verify(&token) {
        Ok(Token::Click { campaign, language, link }) => (campaign, language, link, None),
        Ok(Token::ClickBy { campaign, language, link, contact }) => {
            (campaign, language, i64::from(link), Some(contact))
        }
        _ => return Err(PageError::InvalidLink),
    };
    let address = state.tracker.clicked((campaign, language, link), reader, asker, now).await?;
    let address = address.ok_or(PageError::InvalidLink)?;
    Ok(HttpResponse::Found().insert_header((LOCATION, address.as_ref())).finish())
}

/// `GET /t/{token}`: the hidden link, which leads nowhere.
pub async fn trap(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let (campaign, language, link, reader) = match state.urls.signer().verify(&token) {
        Ok(Token::Click { campaign, language, link }) => (campaign, language, link, None),
        Ok(Token::ClickBy { campaign, language, link, contact }) => {
            (campaign, language, i64::from(link), Some(contact))
        }
        _ => return Err(PageError::InvalidLink),
    };
    if link != TRAP {
        return Err(PageError::InvalidLink);
    }
    state.tracker.trapped(campaign, language, reader, asker(&request), state.clock.now());
    Ok(HttpResponse::NoContent().finish())
}
