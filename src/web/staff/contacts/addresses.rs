//! The e-mail addresses of a person: one that mail goes to, and others.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::Done;
use super::{ConfirmPage, EmailLine, email_lines, frame, living, remove_of_person};
use crate::contacts::{self, AddressSource, Contact, FieldSource};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::Input;
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "staff/contacts/addresses.html")]
struct AddressesPage {
    page: Page,
    id: i64,
    name: String,
    emails: Vec<EmailLine>,
    problem: Option<String>,
    input: Input,
}

impl AddressesPage {
    fn of(
        conn: &mut Conn,
        page: Page,
        contact: &Contact,
        problem: Option<String>,
        value: &str,
    ) -> Result<Self, PageError> {
        Ok(Self {
            id: contact.id,
            name: contact.full_name(),
            emails: email_lines(conn, &page, contact)?,
            problem,
            input: Input::text("email", page.t("address-new"), value).kind("email"),
            page,
        })
    }
}

/// `GET /contacts/{id}/addresses`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let shown = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            Done::to("contact.see", "contact", contact.id).record(conn, now, actor)?;
            AddressesPage::of(conn, page, &contact, None, "")
        })
        .await?;
    show(&shown)
}

/// `POST /contacts/{id}/addresses`: another address, beside the primary one.
pub async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let written = form.get("email").to_owned();
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            let problem = match EmailAddress::parse(&written) {
                Err(_) => Some("person-email-problem"),
                Ok(address)
                    if contacts::add_address(conn, &contact, &address, AddressSource::Staff, now)? =>
                {
                    Done::to("contact.address.add", "contact", contact.id).record(conn, now, actor)?;
                    None
                }
                Ok(_) => Some("address-known"),
            };
            let Some(problem) = problem.map(|key| page.t(key)) else { return Ok(None) };
            AddressesPage::of(conn, page, &contact, Some(problem), &written).map(Some)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}/addresses?done=saved"))),
    }
}

/// `POST /contacts/{id}/addresses/{address}/primary`: mail goes there from now on.
pub async fn make_primary(
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (actor, now, (id, address)) = (who.actor, state.clock.now().naive_utc(), *ids);
    state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            if !contacts::make_primary(conn, &contact, address, FieldSource::Staff, now)? {
                return Err(PageError::NotFound);
            }
            Done::to("contact.address.primary", "contact", contact.id).record(conn, now, actor)?;
            Ok(())
        })
        .await?;
    Ok(go_to(&format!("/contacts/{id}/addresses?done=saved")))
}

/// `GET /contacts/{id}/addresses/{address}/remove`: names the address, and asks.
pub async fn ask_remove(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (id, address) = *ids;
    let (contact, address) = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            let others = contacts::other_addresses(conn, &[contact.id])?;
            let one = others.into_iter().find(|one| one.id == address).ok_or(PageError::NotFound)?;
            Ok::<_, PageError>((contact, one))
        })
        .await?;
    let title = page.t1("address-remove-title", "address", address.address);
    let text = page.t1("address-remove-text", "name", contact.full_name());
    let back = format!("/contacts/{}/addresses", contact.id);
    show(&ConfirmPage::removing(page, title, text, &format!("{back}/{}", address.id), back.clone()))
}

/// `POST /contacts/{id}/addresses/{address}/remove`
pub async fn remove(
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    let (id, one) = *ids;
    remove_of_person(
        &state,
        &who,
        *ids,
        "contact.address.remove",
        &format!("/contacts/{id}/addresses"),
        move |conn, contact, now| contacts::remove_address(conn, contact, one, now),
    )
    .await
}
