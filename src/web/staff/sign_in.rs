//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::audit::{self, Deed};
use crate::kernel::email_address::EmailAddress;
use crate::staff::sign_in::{self, Attempt};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::session;

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    page: Page,
    email: String,
    next: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/sign_in_link.html")]
struct LinkPage {
    page: Page,
    open: bool,
}

fn frame(request: &HttpRequest, state: &State, locale: Locale) -> Page {
    let texts = Texts(locale.0);
    let mut page = Page::public(request, texts, &state.config.office_name);
    page.notice = request.query_string().contains("done=signed-out").then(|| texts.t("notice-signed-out"));
    page
}

/// Only addresses on this site: whoever signs in is never sent elsewhere.
pub(super) fn local(address: &str) -> String {
    let is_path =
        address.starts_with('/') && !address.starts_with("//") && !address.contains(['\\', '\r', '\n']);
    if is_path { address.to_owned() } else { "/".to_owned() }
}

/// `GET /login`
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
) -> Result<HttpResponse, PageError> {
    let next = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "next")
        .map_or_else(|| "/".to_owned(), |(_, next)| local(&next));
    show(&SignInPage { page: frame(&request, &state, locale), email: String::new(), next, problem: None })
}

/// `POST /login`: address and password.
pub async fn with_password(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (email, next) = (form.get("email").to_owned(), local(form.get("next")));
    // What is no address belongs to no account; it is refused like any wrong address.
    let key =
        EmailAddress::parse(&email).map_or_else(|_| email.to_lowercase(), |address| address.key().to_owned());
    let now = state.clock.now();
    let prepared = state.db.read(move |conn| sign_in::prepare(conn, now, &key)).await?;
    let (clock, password) = (state.clock.clone(), form.get("password").to_owned());
    // Hashing is slow on purpose: it must hold up neither other requests nor a transaction.
    let (prepared, verified) = web::block(move || {
        let verified = prepared.verify(&clock, &password);
        (prepared, verified)
    })
    .await
    .map_err(|error| PageError::Fault(error.to_string()))?;
    let clock = state.clock.clone();
    let attempt = state.db.write(move |conn| sign_in::finish(conn, &clock, &prepared, verified)).await?;
    let texts = Texts(locale.0);
    let (status, problem) = match attempt {
        Attempt::SignedIn(secret) => {
            note_sign_in(&state, secret.clone()).await?;
            let mut response = go_to(&next);
            response
                .add_cookie(&session::cookie(&state, secret))
                .map_err(|error| PageError::Fault(error.to_string()))?;
            return Ok(response);
        }
        Attempt::Refused => (StatusCode::UNPROCESSABLE_ENTITY, texts.t("sign-in-refused")),
        Attempt::Throttled(minutes) => {
            (StatusCode::TOO_MANY_REQUESTS, texts.t1("sign-in-throttled", "minutes", minutes))
        }
    };
    show_with(
        status,
        &SignInPage { page: frame(&request, &state, locale), email, next, problem: Some(problem) },
    )
}

/// `GET /login/{secret}`: a button. Mail scanners open links too, and must not use this one up.
pub async fn link(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    secret: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let now = state.clock.now();
    let open = state.db.read(move |conn| sign_in::link_is_open(conn, now, &secret)).await?;
    let status = if open { StatusCode::OK } else { StatusCode::NOT_FOUND };
    show_with(status, &LinkPage { page: frame(&request, &state, locale), open })
}

/// `POST /login/{secret}`: signs in.
pub async fn with_link(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    secret: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let clock = state.clock.clone();
    let session = state.db.write(move |conn| sign_in::with_link(conn, &clock, &secret)).await?;
    let Some(session) = session else {
        return show_with(
            StatusCode::NOT_FOUND,
            &LinkPage { page: frame(&request, &state, locale), open: false },
        );
    };
    note_sign_in(&state, session.clone()).await?;
    let mut response = go_to("/");
    response
        .add_cookie(&session::cookie(&state, session))
        .map_err(|error| PageError::Fault(error.to_string()))?;
    Ok(response)
}

async fn note_sign_in(state: &State, session: String) -> Result<(), PageError> {
    let now = state.clock.now();
    state
        .db
        .write(move |conn| {
            let Some(account) = sign_in::session(conn, now, &session)? else { return Ok(()) };
            let deed = Deed {
                action: "staff.sign_in",
                subject_kind: "staff_account",
                subject_id: account.actor.id,
                unit_id: None,
                detail: &serde_json::json!({}),
            };
            audit::record(conn, now.naive_utc(), account.actor, &deed)?;
            Ok::<_, PageError>(())
        })
        .await
}

/// `POST /logout`
pub async fn out(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, PageError> {
    if let Some(secret) = session::secret(&request) {
        state.db.write(move |conn| sign_in::sign_out(conn, &secret)).await?;
    }
    let mut response = go_to("/login?done=signed-out");
    response.add_cookie(&session::no_cookie(&state)).map_err(|error| PageError::Fault(error.to_string()))?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for address in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nb",
            "",
        ] {
            assert_eq!(local(address), "/", "{address}");
        }
        assert_eq!(local("/campaigns/3?page=2"), "/campaigns/3?page=2");
    }
}
