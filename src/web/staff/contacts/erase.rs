//! Erasing a person whom staff heard from (product P22, P41).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{frame, living};
use crate::privacy::{self, Cause};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::Input;
use crate::web::session::SignedIn;
use crate::web::staff::Done;

#[derive(Template)]
#[template(path = "staff/contacts/erase.html")]
struct ErasePage {
    page: Page,
    id: i64,
    name: String,
    number: Input,
    problem: Option<String>,
}

impl ErasePage {
    fn new(page: Page, contact: &crate::contacts::Contact, problem: Option<&str>) -> Self {
        let label = page.t1("erase-number", "number", contact.id.to_string());
        Self {
            id: contact.id,
            name: contact.full_name(),
            number: Input::text("number", label, ""),
            problem: problem.map(|key| page.t(key)),
            page,
        }
    }
}

/// `GET /contacts/{id}/erase`: says what will go, and asks for the person's number.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EraseContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let contact = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            Done::to("contact.see", "contact", contact.id).record(conn, now, actor)?;
            Ok::<_, PageError>(contact)
        })
        .await?;
    show(&ErasePage::new(page, &contact, None))
}

/// `POST /contacts/{id}/erase`
pub async fn erase(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EraseContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id, shared) = (who.actor, state.clock.now().naive_utc(), *id, state.clone());
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            if form.get("number") != contact.id.to_string() {
                return Ok(Some(contact));
            }
            privacy::erase(conn, &shared.config.secret_keys, contact.id, Cause::Asked, now)?;
            let detail = serde_json::json!({ "cause": Cause::Asked.as_str() });
            Done::to("contact.erase", "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(contact) => show_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &ErasePage::new(page, &contact, Some("erase-problem")),
        ),
        None => Ok(go_to("/contacts?done=erased")),
    }
}
