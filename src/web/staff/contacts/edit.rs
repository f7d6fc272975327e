//! Correcting what the register knows of a person. What staff set, no import sets again (product P9).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::super::Done;
use super::frame;
use crate::contacts::{self, Contact, ContactKind, FieldSource, NewContact, search_key};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::kernel::phone::PhoneNumber;
use crate::staff::Action;
use crate::taxonomy::{Gazetteer, country, postcodes};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Checklist, Choice, Input, Select};
use crate::web::session::SignedIn;

/// The longest value that a field takes.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "staff/contacts/edit.html")]
struct EditPage {
    page: Page,
    id: i64,
    name: String,
    problems: Vec<String>,
    names: [Input; 2],
    language: Select,
    born: Input,
    reach: [Input; 2],
    address: Vec<Input>,
    country: Select,
    kinds: Checklist,
    marks: [(&'static str, String, bool); 2],
}

/// What the form holds, as text.
pub(in crate::web) struct Fields {
    pub(in crate::web) given_name: String,
    pub(in crate::web) family_name: String,
    pub(in crate::web) language: String,
    pub(in crate::web) birth_date: String,
    pub(in crate::web) email: String,
    pub(in crate::web) phone: String,
    pub(in crate::web) street: String,
    pub(in crate::web) postcode: String,
    pub(in crate::web) place: String,
    pub(in crate::web) country: String,
    pub(in crate::web) deceased: bool,
    pub(in crate::web) protected: bool,
}

impl Fields {
    pub(in crate::web) fn of(contact: &Contact) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            given_name: contact.given_name.clone(),
            family_name: contact.family_name.clone(),
            language: contact.language.to_string(),
            birth_date: contact.birth_date.map(|date| date.to_string()).unwrap_or_default(),
            email: text(&contact.email),
            phone: text(&contact.phone),
            street: text(&contact.street),
            postcode: text(&contact.postcode),
            place: text(&contact.place),
            country: text(&contact.country),
            deceased: contact.deceased,
            protected: contact.protected,
        }
    }

    fn sent(form: &Form) -> Self {
        let text = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            given_name: text("given_name"),
            family_name: text("family_name"),
            language: text("language"),
            birth_date: text("birth_date"),
            email: text("email"),
            phone: text("phone"),
            street: text("street"),
            postcode: text("postcode"),
            place: text("place"),
            country: text("country"),
            deceased: form.has("deceased"),
            protected: form.has("protected"),
        }
    }

    fn page(&self, page: Page, contact: &Contact, kinds: &[ContactKind], problems: Vec<String>) -> EditPage {
        let texts = Texts(page.0);
        let input = |name: &str, key: &str, value: &str| Input::text(name, texts.t(key), value);
        let languages = Language::ALL.iter().map(|language| {
            let chosen = language.as_str() == self.language;
            Choice::new(language, texts.word("tongue", language), chosen)
        });
        let none = Choice::new("", "–", self.country.is_empty());
        let countries = country::all()
            .iter()
            .map(|one| Choice::new(one.code, one.names.get(texts.0), one.code == self.country));
        EditPage {
            id: contact.id,
            name: contact.full_name(),
            problems,
            names: [
                input("given_name", "person-given-name", &self.given_name),
                input("family_name", "person-family-name", &self.family_name),
            ],
            language: Select {
                name: "language".to_owned(),
                label: texts.t("language"),
                hint: String::new(),
                choices: languages.collect(),
            },
            born: input("birth_date", "person-born", &self.birth_date).kind("date").optional(),
            reach: [
                input("email", "channel-email", &self.email).kind("email").optional(),
                input("phone", "channel-phone", &self.phone).kind("tel").optional(),
            ],
            address: vec![
                input("street", "person-street", &self.street).optional(),
                input("postcode", "person-postcode", &self.postcode).optional(),
                input("place", "person-place", &self.place).optional(),
            ],
            country: Select {
                name: "country".to_owned(),
                label: texts.t("person-country"),
                hint: String::new(),
                choices: std::iter::once(none).chain(countries).collect(),
            },
            kinds: Checklist {
                name: "kind".to_owned(),
                label: texts.t("merge-kinds"),
                empty: String::new(),
                choices: ContactKind::ALL
                    .iter()
                    .map(|kind| Choice::new(kind, texts.word("kind", kind), kinds.contains(kind)))
                    .collect(),
            },
            marks: [
                ("protected", texts.t("person-mark-protected"), self.protected),
                ("deceased", texts.t("person-mark-deceased"), self.deceased),
            ],
            page,
        }
    }

    /// The person with these values, or the messages of what does not hold.
    pub(in crate::web) fn applied(
        &self,
        contact: &Contact,
        gazetteer: &Gazetteer,
        now: NaiveDateTime,
    ) -> Result<NewContact, Vec<&'static str>> {
        let mut problems = Vec::new();
        let name = |text: &str| !text.is_empty() && short(text);
        if !name(&self.given_name) || !name(&self.family_name) {
            problems.push("person-name-problem");
        }
        if ![&self.street, &self.postcode, &self.place].into_iter().all(|text| short(text)) {
            problems.push("person-address-problem");
        }
        let known = |key: &'static str, problems: &mut Vec<&'static str>| {
            if !problems.contains(&key) {
                problems.push(key);
            }
        };
        let language = self.language.parse().ok();
        let country = country::all().iter().find(|one| one.code == self.country).map(|one| one.code);
        if language.is_none() || (country.is_none() && !self.country.is_empty()) {
            known("form-choice-problem", &mut problems);
        }
        let birth_date = optional(&self.birth_date, |text| text.parse::<NaiveDate>().ok());
        if birth_date.is_none_or(|date| date.is_some_and(|date| date > now.date())) {
            problems.push("person-born-problem");
        }
        let email = optional(&self.email, |text| EmailAddress::parse(text).ok());
        if email.is_none() {
            problems.push("person-email-problem");
        }
        let home = country.or(contact.country.as_deref()).unwrap_or("SE").to_owned();
        let phone = optional(&self.phone, |text| PhoneNumber::parse(text, &home).ok());
        if phone.is_none() {
            problems.push("person-phone-problem");
        }
        let (Some(language), Some(birth_date), Some(email), Some(phone), true) =
            (language, birth_date, email, phone, problems.is_empty())
        else {
            return Err(problems);
        };
        let mut person = NewContact::from(contact);
        person.given_name.clone_from(&self.given_name);
        person.family_name.clone_from(&self.family_name);
        person.name_key = search_key(&format!("{} {}", person.given_name, person.family_name));
        person.language = language;
        person.birth_date = birth_date;
        person.email_key = email.as_ref().map(|email| email.key().to_owned());
        person.email = email.map(|email| email.as_str().to_owned());
        person.phone = phone.map(|phone| phone.as_str().to_owned());
        person.deceased = self.deceased;
        person.protected = self.protected;
        self.settle(&mut person, country, gazetteer);
        Ok(person)
    }

    /// Sets the address and what is known of where it lies; of a protected person nothing is kept (product P8).
    fn settle(&self, person: &mut NewContact, country: Option<&str>, gazetteer: &Gazetteer) {
        let kept = |text: &str| (!text.is_empty() && !self.protected).then(|| text.to_owned());
        person.street = kept(&self.street);
        person.postcode = kept(&self.postcode).map(|text| postcode(&text, country));
        person.place = kept(&self.place);
        person.place_key = person.place.as_deref().map(search_key);
        person.country = country.filter(|_| !self.protected).map(str::to_owned);
        let location = match (&person.postcode, &person.place) {
            (None, None) => None,
            (postcode, place) => gazetteer.locate(postcode.as_deref(), place.as_deref(), country),
        };
        person.municipality =
            location.and_then(|found| found.municipality.as_ref()).map(|one| one.code.clone());
        person.region = location.and_then(|found| found.region).map(|region| region.code.to_owned());
        person.latitude = location.map(|found| found.latitude);
        person.longitude = location.map(|found| found.longitude);
    }
}

fn short(text: &str) -> bool {
    text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
}

/// `Some(None)` for an empty text, `None` for one that does not hold.
fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { parse(text).map(Some) }
}

/// Without the space in the middle where imports write it without.
fn postcode(text: &str, country: Option<&str>) -> String {
    match country {
        Some("SE" | "NO") => text.split_whitespace().collect(),
        _ => text.to_owned(),
    }
}

/// The fields, as imports know them, in which two states of a person differ.
pub(in crate::web) fn changed(before: &NewContact, after: &NewContact) -> Vec<&'static str> {
    let address = |person: &NewContact| {
        (person.street.clone(), person.postcode.clone(), person.place.clone(), person.country.clone())
    };
    let fields = [
        ("given_name", before.given_name != after.given_name),
        ("family_name", before.family_name != after.family_name),
        ("language", before.language != after.language),
        ("birth_date", before.birth_date != after.birth_date),
        ("email", before.email != after.email),
        ("phone", before.phone != after.phone),
        ("address", address(before) != address(after)),
        ("deceased", before.deceased != after.deceased),
        ("protected", before.protected != after.protected),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// `GET /contacts/{id}/edit`
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let (contact, kinds) = state
        .db
        .write(move |conn| {
            let contact = super::living(conn, id)?;
            Done::to("contact.see", "contact", contact.id).record(conn, now, actor)?;
            let kinds = kinds_of(conn, contact.id)?;
            Ok::<_, PageError>((contact, kinds))
        })
        .await?;
    show(&Fields::of(&contact).page(page, &contact, &kinds, Vec::new()))
}

fn kinds_of(conn: &mut Conn, id: i64) -> Result<Vec<ContactKind>, PageError> {
    Ok(contacts::kinds(conn, &[id])?.into_iter().map(|(_, kind)| kind).collect())
}

/// `POST /contacts/{id}/edit`
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
    let kinds: Vec<ContactKind> =
        form.all("kind").map(str::parse).collect::<Result<_, _>>().map_err(|_| PageError::Unreadable)?;
    let gazetteer = state.db.read(postcodes::gazetteer).await.map_err(PageError::Database)?;
    let refused = state
        .db
        .write(move |conn| {
            let contact = super::living(conn, id)?;
            let kindless = kinds.is_empty() && !kinds_of(conn, contact.id)?.is_empty();
            let person = match fields.applied(&contact, &gazetteer, now) {
                Ok(person) if !kindless => NewContact { updated_at: now, ..person },
                refused => {
                    let problems = refused.err().into_iter().flatten();
                    let problems = problems.chain(kindless.then_some("person-kinds-problem"));
                    let problems = problems.map(|key| page.t(key)).collect();
                    return Ok(Some(fields.page(page, &contact, &kinds, problems)));
                }
            };
            let kinds = contacts::set_kinds(conn, contact.id, &kinds, FieldSource::Staff, now)?;
            if !kinds.is_empty() {
                let detail = serde_json::json!({ "changed": kinds });
                Done::to("contact.kinds", "contact", contact.id).with(detail).record(conn, now, actor)?;
            }
            let changed = changed(&NewContact::from(&contact), &person);
            if !changed.is_empty() {
                contacts::update(conn, contact.id, &person)?;
                contacts::follow_primary(conn, &contact, &person, now)?;
                contacts::set_provenance(conn, contact.id, &changed, FieldSource::Staff, now)?;
                let detail = serde_json::json!({ "fields": changed });
                Done::to("contact.edit", "contact", contact.id).with(detail).record(conn, now, actor)?;
            }
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}?done=saved"))),
    }
}
