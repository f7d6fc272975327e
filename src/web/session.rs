//! Who is signed in: the session's cookie, and the extractor that every staff page asks for.

use std::ops::Deref;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::State;
use super::error::PageError;
use crate::staff::{self, Account, Action, sign_in};

/// The cookie's name (contract).
pub const COOKIE: &str = "brevduva_session";

/// The account that is signed in. Whoever is not is sent to the sign-in page and comes back afterwards.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Account);

impl Deref for SignedIn {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.0
    }
}

impl SignedIn {
    /// Whether the account may do something.
    #[must_use]
    pub fn may(&self, action: Action, unit: Option<i64>) -> bool {
        staff::may(&self.0, action, unit)
    }

    /// Insists that the account may do something.
    ///
    /// # Errors
    /// When it may not.
    pub fn must(&self, action: Action, unit: Option<i64>) -> Result<(), PageError> {
        if self.may(action, unit) { Ok(()) } else { Err(PageError::NotAllowed) }
    }

    /// Insists that the account may do something in at least one unit.
    ///
    /// # Errors
    /// When there is none.
    pub fn must_somewhere(&self, action: Action) -> Result<(), PageError> {
        let somewhere = self.units_for(action).is_none_or(|units| !units.is_empty());
        if somewhere { Ok(()) } else { Err(PageError::NotAllowed) }
    }
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let account = account(&request).await?;
            let account = account.ok_or_else(|| PageError::SignInFirst(come_back_to(&request)))?;
            // Error pages and texts follow the account's language.
            request.extensions_mut().insert(account.clone());
            Ok(Self(account))
        })
    }
}

async fn account(request: &HttpRequest) -> Result<Option<Account>, PageError> {
    let Some(state) = request.app_data::<web::Data<State>>() else { return Ok(None) };
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(None) };
    let now = state.clock.now();
    Ok(state.db.read(move |conn| sign_in::session(conn, now, cookie.value())).await?)
}

/// The secret of the session that a request belongs to.
#[must_use]
pub fn secret(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// A form cannot be repeated after signing in, so its page is shown anew.
fn come_back_to(request: &HttpRequest) -> String {
    match *request.method() {
        Method::GET | Method::HEAD => {
            request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned()
        }
        _ => "/".to_owned(),
    }
}

/// The cookie that carries a session.
#[must_use]
pub fn cookie(state: &State, secret: String) -> Cookie<'static> {
    build(state, secret).max_age(Duration::hours(sign_in::SESSION_HOURS)).finish()
}

/// The cookie that takes a session away.
#[must_use]
pub fn no_cookie(state: &State) -> Cookie<'static> {
    build(state, String::new()).max_age(Duration::ZERO).finish()
}

fn build(state: &State, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        // Lax and not Strict, so that a link in a mail to a colleague opens signed in.
        .same_site(SameSite::Lax)
        .secure(state.config.base_url.scheme() == "https")
}
