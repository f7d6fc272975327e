//! Asking for the link: from the preference page, and by whoever has no mail of ours at hand.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::Recipient;
use crate::contacts;
use crate::kernel::email_address::EmailAddress;
use crate::links::Token;
use crate::privacy::link::{self, Asker, LinkError, Sender};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::Input;

/// Every answer takes this long at the least, so that nobody can tell by the time whether an address is known.
const AT_LEAST: Duration = Duration::from_millis(400);

#[derive(Template)]
#[template(path = "public/link.html")]
struct LinkPage {
    page: Page,
    sent: bool,
    problem: bool,
    email: Input,
}

impl From<LinkError> for PageError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Database(error) => Self::Database(error),
            // The addresses in them are not for logs.
            LinkError::Address(_) => Self::Fault("an address cannot be used in a mail".to_owned()),
            other => Self::Fault(other.to_string()),
        }
    }
}

fn page(request: &HttpRequest, state: &State, locale: Locale, email: &str, sent: bool) -> LinkPage {
    let texts = Texts(locale.0);
    LinkPage {
        page: Page::public(request, texts, &state.config.office_name),
        sent,
        problem: false,
        email: Input::text("email", texts.t("link-address"), email).kind("email").autocomplete("email"),
    }
}

/// `GET /link`
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
) -> Result<HttpResponse, PageError> {
    let sent = request.query_string().split('&').any(|part| part == "done=sent");
    show(&page(&request, &state, locale, "", sent))
}

/// `POST /link`: the same answer whether or not the address is known, and whether or not it was asked too often.
pub async fn send(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let Ok(address) = EmailAddress::parse(form.get("email")) else {
        let page = LinkPage { problem: true, ..page(&request, &state, locale, form.get("email"), false) };
        return show_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let pause = tokio::time::sleep(AT_LEAST);
    let shared = state.clone();
    let sent = state
        .db
        .write(move |conn| {
            let (key, now) = (address.key(), shared.clock.now().naive_utc());
            let found = contacts::by_confirmed_address(conn, key)?;
            // As the register has it: what was typed may only look alike (Unicode).
            let to = found.first().map(|(_, stored)| EmailAddress::parse(stored)).transpose();
            let to = to.map_err(LinkError::Address)?;
            let people: Vec<_> = found.into_iter().map(|(contact, _)| contact).collect();
            if link::may_send(conn, &shared.config.secret_keys, key, Asker::Anybody, now)?
                && let Some(to) = to
            {
                link::send(conn, sender(&shared), &to, &people)?;
            }
            Ok::<_, PageError>(())
        })
        .await;
    pause.await;
    sent?;
    Ok(go_to(&format!("/link?lang={}&done=sent", locale.0)))
}

/// `POST /p/{token}/link`: to the address on record, which the page does not tell.
pub async fn send_to_holder(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Ok(Token::Preferences { contact }) = state.urls.signer().verify(&token) else {
        return Err(PageError::InvalidLink);
    };
    let shared = state.clone();
    let (done, language) = state
        .db
        .write(move |conn| {
            let person = Recipient::find(conn, contact)?.filter(|one| one.contact.erased_at.is_none());
            let contact = person.ok_or(PageError::InvalidLink)?.contact;
            let Some(key) = contact.email_key.as_deref() else { return Ok(("no-address", contact.language)) };
            let now = shared.clock.now().naive_utc();
            let may = link::may_send(conn, &shared.config.secret_keys, key, Asker::Holder, now)?;
            if may {
                let to = EmailAddress::parse(contact.email.as_deref().unwrap_or_default());
                let to = to.map_err(LinkError::Address)?;
                link::send(conn, sender(&shared), &to, std::slice::from_ref(&contact))?;
            }
            Ok::<_, PageError>((if may { "link" } else { "link-often" }, contact.language))
        })
        .await?;
    let language = Locale::for_person(&request, Some(language)).0;
    Ok(go_to(&format!("/p/{token}?lang={language}&done={done}")))
}

pub(super) fn sender(state: &State) -> Sender<'_> {
    Sender { config: &state.config, layouts: &state.layouts, urls: &state.urls, clock: &state.clock }
}
