//! `/o/TOKEN.gif` and `/c/TOKEN`: counted and answered at once.

use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::links::Token;
use crate::web::State;
use crate::web::error::PageError;

/// A transparent picture of one point (GIF89a).
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0xf9, 4, 1, 0, 0, 0,
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

/// `GET /o/{token}.gif`. A HEAD, which scanners send, is answered and not counted.
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
    if request.method() == Method::GET {
        state.tracker.opened(campaign, language, variant, reader, state.clock.now());
    }
    Ok(HttpResponse::Ok().content_type("image/gif").body(PIXEL))
}

/// `GET /c/{token}`: leads only to addresses that the campaign itself contains.
pub async fn click(
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
    let address = if request.method() == Method::GET {
        state.tracker.clicked((campaign, language, link), reader, state.clock.now()).await?
    } else {
        state.tracker.address((campaign, language, link)).await?
    };
    let address = address.ok_or(PageError::InvalidLink)?;
    Ok(HttpResponse::Found().insert_header((LOCATION, address.as_ref())).finish())
}
