//! What a person is to organisations and to other people.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::super::{Done, number_in_query};
use super::{ConfirmPage, FormPage, frame, living, remove_of_person};
use crate::contacts::{self, Contact, NewRelation, Organisation, Relation, RelationRole, RelationTo};
use crate::db::Conn;
use crate::staff::Action;
use crate::timeline::End;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

/// A search for the other end shows no more of each kind.
const FOUND: i64 = 10;

/// A relation as the person's page shows it.
pub(super) struct Tie {
    /// Its number.
    pub id: i64,
    /// What the person is there, or what the other one is to them.
    pub role: String,
    /// The other end's name.
    pub name: String,
    /// Where the other end is shown.
    pub href: Option<String>,
    /// From when until when.
    pub period: String,
    /// Whether it is over.
    pub ended: bool,
}

/// The relations of a person, those that are over last.
pub(super) fn ties(
    conn: &mut Conn,
    texts: Texts,
    contact: i64,
    see_protected: bool,
    today: NaiveDate,
) -> Result<Vec<Tie>, PageError> {
    let mut ties = Vec::new();
    for one in contacts::relations(conn, contact)? {
        let Some(to) = one.seen_from(contact) else { continue };
        let Some(end) = End::of(conn, to, see_protected)? else { continue };
        let href = match (end.organisation, end.person) {
            (Some(id), _) => Some(format!("/organisations/{id}")),
            (None, Some(id)) => Some(format!("/contacts/{id}")),
            (None, None) => None,
        };
        ties.push(Tie {
            id: one.id,
            role: role_text(texts, one.role, one.is_role_of(contact)),
            name: end.name.unwrap_or_else(|| texts.t("reason-protected")),
            href,
            period: period(&one),
            ended: one.to_date.is_some_and(|day| day < today),
        });
    }
    ties.sort_by_key(|tie| tie.ended);
    Ok(ties)
}

/// The role as seen from one of its ends.
pub fn role_text(texts: Texts, role: RelationRole, own: bool) -> String {
    texts.word(if own { "relation" } else { "relation-of" }, role)
}

/// `2019-08-01–2024-05-31`; empty when neither day is known.
pub fn period(one: &Relation) -> String {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = format!("{}–{}", day(one.from_date), day(one.to_date));
    if text == "–" { String::new() } else { text }
}

#[derive(Template)]
#[template(path = "staff/contacts/relation_find.html")]
struct FindPage {
    page: Page,
    id: i64,
    name: String,
    query: String,
    found: FoundEnds,
}

/// Organisations and people that were found; a piece of the page of its own.
#[derive(Template)]
#[template(path = "staff/contacts/relation_found.html")]
struct FoundEnds {
    texts: Texts,
    id: i64,
    query: String,
    organisations: Vec<Organisation>,
    people: Vec<Contact>,
}

impl FoundEnds {
    fn by(conn: &mut Conn, texts: Texts, contact: &Contact, query: String) -> Result<Self, PageError> {
        let (mut organisations, mut people) = (Vec::new(), Vec::new());
        if !query.is_empty() {
            organisations = contacts::search_organisations(conn, &query, FOUND)?;
            people = contacts::search(conn, &query, FOUND)?;
            people.retain(|other| other.id != contact.id);
        }
        Ok(Self { texts, id: contact.id, query, organisations, people })
    }
}

/// `GET /contacts/{id}/relations/new`, and `POST` with what is looked for: with whom?
pub async fn find(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Option<Form>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let query = form.map(|form| form.get("q").to_owned()).unwrap_or_default();
    let id = *id;
    let shown = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            let found = FoundEnds::by(conn, Texts(who.language), &contact, query.clone())?;
            Ok::<_, PageError>(FindPage { page, id: contact.id, name: contact.full_name(), query, found })
        })
        .await?;
    show(&shown)
}

/// `POST /contacts/{id}/relations/search`: what is found so far, while somebody writes.
pub async fn found(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (id, query) = (*id, form.get("q").to_owned());
    let shown = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            FoundEnds::by(conn, Texts(who.language), &contact, query)
        })
        .await?;
    show(&shown)
}

/// What the form of a relation holds.
struct Fields {
    role: String,
    from: String,
    to: String,
}

impl Fields {
    fn sent(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self { role: text("role"), from: text("from"), to: text("to") }
    }

    fn of(one: &Relation) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self { role: one.role.to_string(), from: day(one.from_date), to: day(one.to_date) }
    }

    fn read(&self) -> Result<(RelationRole, Option<NaiveDate>, Option<NaiveDate>), &'static str> {
        let day = |text: &str| match text {
            "" => Ok(None),
            text => text.parse::<NaiveDate>().map(Some).map_err(|_| "date-problem"),
        };
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err("tie-dates-problem");
        }
        Ok((self.role.parse().map_err(|_| "form-choice-problem")?, from, to))
    }

    /// The fields, with the roles as seen from one of the ends.
    fn parts(&self, page: &Page, own: bool) -> Result<Vec<String>, PageError> {
        let texts = Texts(page.0);
        let roles = RelationRole::ALL
            .iter()
            .map(|role| Choice::new(role, role_text(texts, *role, own), role.as_str() == self.role));
        let role = Select {
            name: "role".to_owned(),
            label: page.t("tie-role"),
            hint: String::new(),
            choices: roles.collect(),
        };
        let day = |name: &str, key: &str, value: &str| {
            Input::text(name, page.t(key), value).kind("date").optional()
        };
        let (from, to) = (day("from", "tie-from", &self.from), day("to", "tie-to", &self.to));
        let to = to.hint(page.t("tie-to-hint"));
        Ok(vec![role.render()?, from.render()?, to.render()?])
    }
}

/// The other end that a form or an address names, with its name.
fn other_end(
    conn: &mut Conn,
    contact: &Contact,
    (organisation, person): (Option<i64>, Option<i64>),
    see_protected: bool,
) -> Result<(RelationTo, String), PageError> {
    let to = match (organisation, person) {
        (Some(id), None) => RelationTo::Organisation(id),
        (None, Some(id)) if id != contact.id => RelationTo::Person(id),
        _ => return Err(PageError::NotFound),
    };
    let end = End::of(conn, to, see_protected)?.ok_or(PageError::NotFound)?;
    Ok((to, end.name.ok_or(PageError::NotFound)?))
}

/// `GET /contacts/{id}/relations/add?organisation=…` or `?person=…`: what, and since when?
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (id, see_protected) = (*id, who.may(Action::SeeProtected, None));
    let ends = (number_in_query(&request, "organisation"), number_in_query(&request, "person"));
    let (contact, (to, name)) = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            let end = other_end(conn, &contact, ends, see_protected)?;
            Ok::<_, PageError>((contact, end))
        })
        .await?;
    let fields = Fields { role: String::new(), from: String::new(), to: String::new() };
    show(&new_page(page, &contact, (to, &name), &fields, Vec::new())?)
}

fn new_page(
    page: Page,
    contact: &Contact,
    (to, name): (RelationTo, &str),
    fields: &Fields,
    problems: Vec<String>,
) -> Result<FormPage, PageError> {
    let hidden = match to {
        RelationTo::Organisation(id) => ("organisation", id.to_string()),
        RelationTo::Person(id) => ("person", id.to_string()),
    };
    Ok(FormPage {
        title: page.t2("tie-new-title", "name", contact.full_name(), "other", name),
        lead: page.t("tie-new-lead"),
        action: format!("/contacts/{}/relations/add", contact.id),
        back: format!("/contacts/{}", contact.id),
        problems,
        fields: fields.parts(&page, true)?,
        hidden: vec![hidden],
        page,
    })
}

/// `POST /contacts/{id}/relations/add`
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
    let see_protected = who.may(Action::SeeProtected, None);
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            let ends = (form.get("organisation").parse().ok(), form.get("person").parse().ok());
            let (to, name) = other_end(conn, &contact, ends, see_protected)?;
            let fields = Fields::sent(&form);
            let (role, from_date, to_date) = match fields.read() {
                Ok(read) => read,
                Err(key) => {
                    let problems = vec![page.t(key)];
                    return new_page(page, &contact, (to, &name), &fields, problems).map(Some);
                }
            };
            let (organisation_id, other_contact_id) = match to {
                RelationTo::Organisation(id) => (Some(id), None),
                RelationTo::Person(id) => (None, Some(id)),
            };
            let relation = NewRelation {
                contact_id: contact.id,
                organisation_id,
                other_contact_id,
                role,
                from_date,
                to_date,
                recorded_at: now,
            };
            let number = contacts::insert_relation(conn, &relation)?;
            let detail = serde_json::json!({ "relation": number });
            Done::to("contact.relation.add", "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}?done=saved"))),
    }
}

/// A relation of a person, and the other end's name.
fn one(
    conn: &mut Conn,
    (id, relation): (i64, i64),
    see_protected: bool,
) -> Result<(Contact, Relation, String), PageError> {
    let contact = living(conn, id)?;
    let all = contacts::relations(conn, contact.id)?;
    let relation = all.into_iter().find(|one| one.id == relation).ok_or(PageError::NotFound)?;
    let to = relation.seen_from(contact.id).ok_or(PageError::NotFound)?;
    let end = End::of(conn, to, see_protected)?.ok_or(PageError::NotFound)?;
    Ok((contact, relation, end.name.ok_or(PageError::NotFound)?))
}

fn edit_page(
    page: Page,
    contact: &Contact,
    (relation, name): (&Relation, &str),
    fields: &Fields,
    problems: Vec<String>,
) -> Result<FormPage, PageError> {
    Ok(FormPage {
        title: page.t2("tie-edit-title", "name", contact.full_name(), "other", name),
        lead: page.t("tie-edit-lead"),
        action: format!("/contacts/{}/relations/{}", contact.id, relation.id),
        back: format!("/contacts/{}", contact.id),
        problems,
        fields: fields.parts(&page, relation.is_role_of(contact.id))?,
        hidden: Vec::new(),
        page,
    })
}

/// `GET /contacts/{id}/relations/{relation}`: to end it, or to correct it.
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (ids, see_protected) = (*ids, who.may(Action::SeeProtected, None));
    let (contact, relation, name) = state.db.read(move |conn| one(conn, ids, see_protected)).await?;
    show(&edit_page(page, &contact, (&relation, &name), &Fields::of(&relation), Vec::new())?)
}

/// `POST /contacts/{id}/relations/{relation}`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, ids) = (who.actor, state.clock.now().naive_utc(), *ids);
    let see_protected = who.may(Action::SeeProtected, None);
    let refused = state
        .db
        .write(move |conn| {
            let (contact, relation, name) = one(conn, ids, see_protected)?;
            let fields = Fields::sent(&form);
            let (role, from, to) = match fields.read() {
                Ok(read) => read,
                Err(key) => {
                    let problems = vec![page.t(key)];
                    return edit_page(page, &contact, (&relation, &name), &fields, problems).map(Some);
                }
            };
            contacts::update_relation(conn, contact.id, relation.id, role, (from, to))?;
            let detail = serde_json::json!({ "relation": relation.id });
            Done::to("contact.relation.edit", "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{}?done=saved", ids.0))),
    }
}

/// `GET /contacts/{id}/relations/{relation}/remove`: for one that never was; asks.
pub async fn ask_remove(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    ids: web::Path<(i64, i64)>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (ids, see_protected) = (*ids, who.may(Action::SeeProtected, None));
    let (contact, relation, name) = state.db.read(move |conn| one(conn, ids, see_protected)).await?;
    let title = page.t2("tie-remove-title", "name", contact.full_name(), "other", name);
    let (text, back) = (page.t("tie-remove-text"), format!("/contacts/{}", contact.id));
    show(&ConfirmPage::removing(
        page,
        title,
        text,
        &format!("{back}/relations/{}", relation.id),
        back.clone(),
    ))
}

/// `POST /contacts/{id}/relations/{relation}/remove`
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
        "contact.relation.remove",
        &format!("/contacts/{id}"),
        move |conn, contact, _| contacts::remove_relation(conn, contact.id, one),
    )
    .await
}
