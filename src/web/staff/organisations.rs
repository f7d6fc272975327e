//! Organisations outside the university, and who is tied to them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::contacts::relations::{period, role_text};
use super::contacts::{ConfirmPage, FormPage, frame};
use super::{Done, number_in_query};
use crate::contacts::{self, NewOrganisation, Organisation, OrganisationKind};
use crate::db::Conn;
use crate::kernel::organisation_number::{InvalidOrganisationNumber, OrganisationNumber};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

/// Organisations, and people of one, on a page.
const LISTED: i64 = 50;
/// The longest name, place or number, in characters.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "staff/organisations/list.html")]
struct ListPage {
    page: Page,
    query: String,
    may_edit: bool,
    found: Found,
}

/// The organisations that were found, or all by name; a piece of the page of its own.
#[derive(Template)]
#[template(path = "staff/organisations/found.html")]
struct Found {
    texts: Texts,
    query: String,
    organisations: Vec<Organisation>,
    next: Option<String>,
}

impl Found {
    fn by(conn: &mut Conn, texts: Texts, query: String, after: i64) -> Result<Self, PageError> {
        if !query.is_empty() {
            let organisations = contacts::search_organisations(conn, &query, LISTED)?;
            return Ok(Self { texts, query, organisations, next: None });
        }
        let mut organisations = contacts::organisation_page(conn, after, LISTED + 1)?;
        let more = organisations.len() as i64 > LISTED;
        organisations.truncate(LISTED as usize);
        let next =
            organisations.last().filter(|_| more).map(|last| format!("/organisations?after={}", last.id));
        Ok(Self { texts, query, organisations, next })
    }
}

/// `GET /organisations?after=…`, and `POST` with what is looked for.
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Option<Form>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let query = form.map(|form| form.get("q").to_owned()).unwrap_or_default();
    let after = number_in_query(&request, "after").unwrap_or(0);
    let (texts, wanted) = (Texts(who.language), query.clone());
    let found = state.db.read(move |conn| Found::by(conn, texts, wanted, after)).await?;
    show(&ListPage { page, query, may_edit: who.may(Action::EditContacts, None), found })
}

/// `POST /organisations/search`: the organisations found so far, while somebody writes.
pub async fn found(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let (texts, query) = (Texts(who.language), form.get("q").to_owned());
    show(&state.db.read(move |conn| Found::by(conn, texts, query, 0)).await?)
}

#[derive(Template)]
#[template(path = "staff/organisations/organisation.html")]
struct OrganisationPage {
    page: Page,
    organisation: Organisation,
    may_edit: bool,
    people: Vec<Tied>,
    next: Option<String>,
}

/// Somebody who is tied to the organisation.
struct Tied {
    person: i64,
    name: String,
    role: String,
    period: String,
}

fn existing(conn: &mut Conn, id: i64) -> Result<Organisation, PageError> {
    contacts::organisation(conn, id)?.ok_or(PageError::NotFound)
}

/// `GET /organisations/{id}?after=…`: people with protected identity are not among those that are listed.
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let after = number_in_query(&request, "after").unwrap_or(0);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let texts = Texts(who.language);
    let shown = state
        .db
        .write(move |conn| {
            let organisation = existing(conn, id)?;
            Done::to("organisation.see", "organisation", id).record(conn, now, actor)?;
            let mut relations = contacts::relations_of_organisation(conn, id, after, LISTED + 1)?;
            let more = relations.len() as i64 > LISTED;
            relations.truncate(LISTED as usize);
            let next =
                relations.last().filter(|_| more).map(|one| format!("/organisations/{id}?after={}", one.id));
            let ids: Vec<i64> = relations.iter().map(|one| one.contact_id).collect();
            let known = contacts::by_ids(conn, &ids)?;
            let tied = |one: contacts::Relation| {
                let person = known.iter().find(|person| person.id == one.contact_id)?;
                Some(Tied {
                    person: person.id,
                    name: person.full_name(),
                    role: role_text(texts, one.role, true),
                    period: period(&one),
                })
            };
            let people = relations.into_iter().filter_map(tied).collect();
            let may_edit = who.may(Action::EditContacts, None);
            Ok::<_, PageError>(OrganisationPage { page, organisation, may_edit, people, next })
        })
        .await?;
    show(&shown)
}

/// What the form of an organisation holds.
struct Fields {
    kind: String,
    name: String,
    number: String,
    place: String,
}

impl Fields {
    fn sent(form: &Form) -> Self {
        let text = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
        Self { kind: text("kind"), name: text("name"), number: text("number"), place: text("place") }
    }

    fn of(one: &Organisation) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (number, place) = (text(&one.number), text(&one.place));
        Self { kind: one.kind.to_string(), name: one.name.clone(), number, place }
    }

    /// The organisation with these values, if no other one has the number; `id` is its own.
    fn read(
        &self,
        conn: &mut Conn,
        id: Option<i64>,
    ) -> Result<Result<NewOrganisation, &'static str>, PageError> {
        let short = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if self.name.is_empty()
            || ![&self.name, &self.number, &self.place].into_iter().all(|text| short(text))
        {
            return Ok(Err("name-problem"));
        }
        let Ok(kind) = self.kind.parse() else { return Ok(Err("form-choice-problem")) };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let place = given(&self.place);
        let number = match given(&self.number).map(|text| OrganisationNumber::parse(&text)).transpose() {
            Ok(number) => number.map(|number| number.to_string()),
            Err(error) => {
                return Ok(Err(match error {
                    InvalidOrganisationNumber::Form => "organisation-number-form",
                    InvalidOrganisationNumber::Personal => "organisation-number-personal",
                    InvalidOrganisationNumber::CheckDigit => "organisation-number-check",
                }));
            }
        };
        if let Some(number) = &number
            && contacts::organisation_by_number(conn, number)?.is_some_and(|other| Some(other.id) != id)
        {
            return Ok(Err("organisation-number-taken"));
        }
        Ok(Ok(NewOrganisation { kind, name: self.name.clone(), number, place }))
    }

    fn page(&self, page: Page, id: Option<i64>, problems: Vec<String>) -> Result<FormPage, PageError> {
        let kinds = OrganisationKind::ALL
            .iter()
            .map(|kind| Choice::new(kind, page.word("organisation-kind", kind), kind.as_str() == self.kind));
        let kind = Select {
            name: "kind".to_owned(),
            label: page.t("organisation-kind"),
            hint: String::new(),
            choices: kinds.collect(),
        };
        let number = Input::text("number", page.t("organisation-number"), &self.number)
            .hint(page.t("organisation-number-hint"))
            .optional();
        let place = Input::text("place", page.t("person-place"), &self.place).optional();
        let name = Input::text("name", page.t("name"), &self.name);
        let address = id.map(|id| format!("/organisations/{id}"));
        Ok(FormPage {
            title: page.t(if id.is_some() { "organisation-edit-title" } else { "organisation-new-title" }),
            lead: page.t("organisation-lead"),
            action: address.as_ref().map_or("/organisations/new".to_owned(), |one| format!("{one}/edit")),
            back: address.unwrap_or_else(|| "/organisations".to_owned()),
            problems,
            fields: vec![name.render()?, kind.render()?, number.render()?, place.render()?],
            hidden: Vec::new(),
            page,
        })
    }
}

/// `GET /organisations/new`
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    show(&Fields::sent(&Form::default()).page(frame(&request, &state, &who), None, Vec::new())?)
}

/// `POST /organisations/new`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let fields = Fields::sent(&form);
    let made = state
        .db
        .write(move |conn| {
            let new = match fields.read(conn, None)? {
                Ok(new) => new,
                Err(key) => {
                    let problems = vec![page.t(key)];
                    return Ok(Err(fields.page(page, None, problems)?));
                }
            };
            let id = contacts::insert_organisation(conn, &new, now)?;
            Done::to("organisation.create", "organisation", id).record(conn, now, actor)?;
            Ok::<_, PageError>(Ok(id))
        })
        .await?;
    match made {
        Ok(id) => Ok(go_to(&format!("/organisations/{id}?done=created"))),
        Err(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
}

/// `GET /organisations/{id}/edit`
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let id = *id;
    let organisation = state.db.read(move |conn| existing(conn, id)).await?;
    show(&Fields::of(&organisation).page(page, Some(id), Vec::new())?)
}

/// `POST /organisations/{id}/edit`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let fields = Fields::sent(&form);
    let refused = state
        .db
        .write(move |conn| {
            existing(conn, id)?;
            let new = match fields.read(conn, Some(id))? {
                Ok(new) => new,
                Err(key) => {
                    let problems = vec![page.t(key)];
                    return fields.page(page, Some(id), problems).map(Some);
                }
            };
            contacts::update_organisation(conn, id, &new, now)?;
            Done::to("organisation.edit", "organisation", id).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/organisations/{id}?done=saved"))),
    }
}

/// `GET /organisations/{id}/delete`: asks.
pub async fn ask_delete(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let id = *id;
    let organisation = state.db.read(move |conn| existing(conn, id)).await?;
    show(&ConfirmPage {
        title: page.t1("organisation-delete-title", "name", organisation.name),
        text: page.t("organisation-delete-text"),
        action: format!("/organisations/{id}/delete"),
        button: page.t("remove"),
        back: format!("/organisations/{id}"),
        danger: true,
        page,
    })
}

/// `POST /organisations/{id}/delete`
pub async fn delete(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    state
        .db
        .write(move |conn| {
            existing(conn, id)?;
            if !contacts::delete_organisation(conn, id)? {
                return Err(PageError::refused("error-organisation-in-use", ""));
            }
            Done::to("organisation.delete", "organisation", id).record(conn, now, actor)?;
            Ok(())
        })
        .await?;
    Ok(go_to("/organisations?done=deleted"))
}
