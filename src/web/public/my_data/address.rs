//! Another e-mail address: `/d/TOKEN/address` takes it, `/address/TOKEN` is where the link in the mail to it leads.
//!
//! It is given behind the short-lived link alone: whoever a newsletter was forwarded to must not move another's mail.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Opened, back, open, texts};
use crate::kernel::email_address::EmailAddress;
use crate::links::Token;
use crate::privacy::address;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show, show_with};
use crate::web::parts::Input;

/// Every answer takes this long at the least: nobody can tell by the time whether a mail was written.
const AT_LEAST: Duration = Duration::from_millis(400);

#[derive(Template)]
#[template(path = "public/address.html")]
struct AskPage {
    page: Page,
    back: String,
    problem: bool,
    now: Option<String>,
    email: Input,
    primary: bool,
}

#[derive(Template)]
#[template(path = "public/address_confirm.html")]
struct ConfirmPage {
    page: Page,
    heading: String,
    text: String,
    /// Whether there is something to confirm.
    open: bool,
    preferences: Option<String>,
}

/// `GET /d/{token}/address`
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    let texts = texts(&request, Some(&contact));
    show(&ask_page(&request, &state, texts, &token, contact.email.as_deref(), &Form::default(), false))
}

fn ask_page(
    request: &HttpRequest,
    state: &State,
    texts: Texts,
    token: &str,
    now: Option<&str>,
    form: &Form,
    problem: bool,
) -> AskPage {
    AskPage {
        page: Page::public(request, texts, &state.config.office_name),
        back: format!("/d/{token}?lang={}", texts.tag()),
        problem,
        now: now.map(|address| texts.t1("own-address-now", "address", address)),
        email: Input::text("email", texts.t("own-address-new"), form.get("email"))
            .kind("email")
            .autocomplete("email"),
        primary: form.has("primary"),
    }
}

/// `POST /d/{token}/address`: the same answer whatever is known of the address.
pub async fn take(
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
    let Ok(address) = EmailAddress::parse(form.get("email")) else {
        let page = ask_page(&request, &state, texts, &token, contact.email.as_deref(), &form, true);
        return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let pause = tokio::time::sleep(AT_LEAST);
    let (shared, primary) = (state.clone(), form.has("primary"));
    let asked = state
        .db
        .write(move |conn| {
            Ok::<_, PageError>(address::ask(conn, super::link::sender(&shared), &contact, &address, primary)?)
        })
        .await;
    pause.await;
    asked?;
    Ok(back(&token, texts, "address"))
}

/// The number of the request that a link confirms; `None` when the link is ours and its time is over.
fn request_of(state: &State, token: &str) -> Result<Option<i64>, PageError> {
    match state.urls.signer().verify(token) {
        Ok(Token::ConfirmAddress { request, expires }) => {
            Ok(Some(request).filter(|_| expires > state.clock.now().timestamp()))
        }
        _ => Err(PageError::InvalidLink),
    }
}

fn gone(request: &HttpRequest, state: &State, locale: Locale) -> Result<HttpResponse, PageError> {
    let texts = Texts(locale.0);
    let page = ConfirmPage {
        page: Page::public(request, texts, &state.config.office_name),
        heading: texts.t("own-address-gone"),
        text: texts.t("own-address-gone-text"),
        open: false,
        preferences: None,
    };
    show_with(StatusCode::GONE, &page)
}

/// `GET /address/{token}`: a button, and nothing changes, because mail scanners follow links. Whoever gets this mail
/// need not be who was meant, so the page names nobody.
pub async fn ask_confirmation(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(id) = request_of(&state, &token)? else { return gone(&request, &state, locale) };
    let now = state.clock.now().naive_utc();
    let waiting =
        state.db.read(move |conn| address::waiting(conn, id, now)).await.map_err(PageError::Database)?;
    let Some((asked, contact)) = waiting else { return gone(&request, &state, locale) };
    let texts = Texts(Locale::for_person(&request, Some(contact.language)).0);
    let key = if asked.make_primary { "own-address-confirm-primary" } else { "own-address-confirm-other" };
    show(&ConfirmPage {
        page: Page::public(&request, texts, &state.config.office_name),
        heading: texts.t1("own-address-confirm-question", "address", address::masked(&asked.address)),
        text: texts.t1(key, "office", &state.config.office_name),
        open: true,
        preferences: None,
    })
}

/// `POST /address/{token}`: the address is the person's from now on.
pub async fn confirm(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(id) = request_of(&state, &token)? else { return gone(&request, &state, locale) };
    let shared = state.clone();
    let confirmed = state
        .db
        .write(move |conn| Ok::<_, PageError>(address::confirm(conn, super::link::sender(&shared), id)?))
        .await?;
    let Some((asked, contact)) = confirmed else { return gone(&request, &state, locale) };
    let texts = Texts(Locale::for_person(&request, Some(contact.language)).0);
    let key = if asked.make_primary { "own-address-done-primary" } else { "own-address-done-other" };
    show(&ConfirmPage {
        page: Page::public(&request, texts, &state.config.office_name),
        heading: texts.t("own-address-done"),
        text: texts.t1(key, "office", &state.config.office_name),
        open: false,
        preferences: Some(state.urls.preferences(contact.id)),
    })
}
