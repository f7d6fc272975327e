//! `/d/TOKEN/erase`: a person has themselves erased, in two steps (product P41).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::note;
use super::{Opened, open, texts};
use crate::privacy::requests::{self, RequestKind, RequestWay};
use crate::privacy::{self, Cause};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show, show_with};

#[derive(Template)]
#[template(path = "public/my_data_erase.html")]
struct ErasePage {
    page: Page,
    back: String,
    problem: bool,
}

fn page(request: &HttpRequest, state: &State, token: &str, person: &crate::contacts::Contact) -> ErasePage {
    let texts = texts(request, Some(person));
    ErasePage {
        page: Page::public(request, texts, &state.config.office_name),
        back: format!("/d/{token}?lang={}", texts.tag()),
        problem: false,
    }
}

/// `GET /d/{token}/erase`: says what goes and what stays, and asks.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    match open(&request, &state, &token).await? {
        Opened::Person(contact) => show(&page(&request, &state, &token, &contact)),
        Opened::Nothing(page) => Ok(page),
    }
}

/// `POST /d/{token}/erase`: with the box ticked. Afterwards the link says that nothing is there.
pub async fn erase(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    if form.get("sure") != "yes" {
        let page = ErasePage { problem: true, ..page(&request, &state, &token, &contact) };
        return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let texts = texts(&request, Some(&contact));
    let (shared, now, id) = (state.clone(), state.clock.now().naive_utc(), contact.id);
    state
        .db
        .write(move |conn| {
            requests::record(conn, id, RequestKind::Erasure, RequestWay::Page, now)?;
            privacy::erase(conn, &shared.config.secret_keys, id, Cause::Asked, now)?;
            note(conn, id, "contact.erase", &serde_json::json!({ "cause": Cause::Asked.as_str() }), now)
        })
        .await?;
    Ok(go_to(&format!("/d/{token}?lang={}", texts.tag())))
}
