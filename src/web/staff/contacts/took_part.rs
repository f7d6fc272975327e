//! Events and projects of a person, written down by staff.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::super::Done;
use super::{ConfirmPage, FormPage, frame, living, remove_of_person};
use crate::contacts::{self, Contact, Participation, ParticipationKind};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

/// The longest name or code, in characters.
const LONGEST: usize = 200;

fn page_of(page: Page, contact: &Contact, form: &Form, problems: Vec<String>) -> Result<FormPage, PageError> {
    let kinds = ParticipationKind::ALL
        .iter()
        .map(|kind| Choice::new(kind, page.word("occasion", kind), kind.as_str() == form.get("kind")));
    let kind = Select {
        name: "kind".to_owned(),
        label: page.t("took-part-kind"),
        hint: String::new(),
        choices: kinds.collect(),
    };
    let name = Input::text("name", page.t("name"), form.get("name"));
    let code = Input::text("code", page.t("took-part-code"), form.get("code"))
        .hint(page.t("took-part-code-hint"))
        .optional();
    let day = Input::text("day", page.t("took-part-day"), form.get("day")).kind("date").optional();
    Ok(FormPage {
        title: page.t1("took-part-title", "name", contact.full_name()),
        lead: page.t("took-part-lead"),
        action: format!("/contacts/{}/participations", contact.id),
        back: format!("/contacts/{}", contact.id),
        problems,
        fields: vec![kind.render()?, name.render()?, code.render()?, day.render()?],
        hidden: Vec::new(),
        page,
    })
}

/// `GET /contacts/{id}/participations`
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let id = *id;
    let contact = state.db.read(move |conn| living(conn, id)).await?;
    show(&page_of(page, &contact, &Form::default(), Vec::new())?)
}

/// `POST /contacts/{id}/participations`
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
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            let one = match read(&form) {
                Ok(one) => Participation { contact_id: contact.id, recorded_at: Some(now), ..one },
                Err(key) => {
                    let problems = vec![page.t(key)];
                    return page_of(page, &contact, &form, problems).map(Some);
                }
            };
            let held = contacts::participations(conn, &[contact.id])?;
            if !held.iter().any(|(_, other)| contacts::is_same_participation(other, &one)) {
                contacts::insert_participations(conn, &[one])?;
                Done::to("contact.participation.add", "contact", contact.id).record(conn, now, actor)?;
            }
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}?done=saved"))),
    }
}

fn read(form: &Form) -> Result<Participation, &'static str> {
    let text = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, code) = (text("name"), text("code"));
    if name.is_empty() || name.chars().count() > LONGEST || code.chars().count() > LONGEST {
        return Err("name-problem");
    }
    let day = match form.get("day") {
        "" => None,
        text => Some(text.parse::<NaiveDate>().map_err(|_| "date-problem")?),
    };
    Ok(Participation {
        contact_id: 0,
        kind: form.get("kind").parse().map_err(|_| "form-choice-problem")?,
        event_code: if code.is_empty() { contacts::code_of_name(&name) } else { code },
        event_name: name,
        attended_on: day,
        source: "staff".to_owned(),
        recorded_at: None,
    })
}

/// `GET /contacts/{id}/participations/{participation}/remove`: names the event, and asks.
pub async fn ask_remove(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (id, wanted) = *ids;
    let (contact, one) = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            let held = contacts::participations(conn, &[contact.id])?;
            let one = held.into_iter().find(|(row, _)| *row == wanted).ok_or(PageError::NotFound)?;
            Ok::<_, PageError>((contact, one.1))
        })
        .await?;
    let title = page.t2("took-part-remove-title", "event", one.event_name, "name", contact.full_name());
    let (text, back) = (page.t("took-part-remove-text"), format!("/contacts/{}", contact.id));
    show(&ConfirmPage::removing(page, title, text, &format!("{back}/participations/{wanted}"), back.clone()))
}

/// `POST /contacts/{id}/participations/{participation}/remove`
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
        "contact.participation.remove",
        &format!("/contacts/{id}"),
        move |conn, contact, _| contacts::remove_participation(conn, contact.id, one),
    )
    .await
}
