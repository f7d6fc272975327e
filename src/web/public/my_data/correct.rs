//! `/d/TOKEN/correct`: a person corrects what the register knows. No import sets it again (product P9).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::note;
use super::{Opened, back, open, texts};
use crate::contacts::{self, Contact, FieldSource, NewContact};
use crate::kernel::language::Language;
use crate::privacy::requests::{self, RequestKind, RequestWay};
use crate::taxonomy::{country, postcodes};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::staff::contacts::edit::{Fields, changed};

#[derive(Template)]
#[template(path = "public/my_data_correct.html")]
struct CorrectPage {
    page: Page,
    back: String,
    problems: Vec<String>,
    inputs: Vec<Input>,
    language: Select,
    /// Not of somebody whose address is protected: none is kept.
    country: Option<Select>,
}

impl CorrectPage {
    fn new(page: Page, token: &str, fields: &Fields, problems: Vec<String>) -> Self {
        let texts = Texts(page.0);
        let input = |name: &str, key: &str, value: &str, purpose: &'static str| {
            Input::text(name, texts.t(key), value).autocomplete(purpose)
        };
        let mut inputs = vec![
            input("given_name", "person-given-name", &fields.given_name, "given-name"),
            input("family_name", "person-family-name", &fields.family_name, "family-name"),
            input("birth_date", "person-born", &fields.birth_date, "bday").kind("date").optional(),
            input("phone", "channel-phone", &fields.phone, "tel").kind("tel").optional(),
        ];
        if !fields.protected {
            inputs.extend([
                input("street", "person-street", &fields.street, "address-line1").optional(),
                input("postcode", "person-postcode", &fields.postcode, "postal-code").optional(),
                input("place", "person-place", &fields.place, "address-level2").optional(),
            ]);
        }
        let languages = Language::ALL.iter().map(|language| {
            let chosen = language.as_str() == fields.language;
            Choice::new(language, texts.word("tongue", language), chosen)
        });
        let none = Choice::new("", "–", fields.country.is_empty());
        let countries = country::all()
            .iter()
            .map(|one| Choice::new(one.code, one.names.get(texts.0), one.code == fields.country));
        Self {
            back: format!("/d/{token}?lang={}", texts.tag()),
            problems,
            inputs,
            language: Select {
                name: "language".to_owned(),
                label: texts.t("my-data-language"),
                hint: String::new(),
                choices: languages.collect(),
            },
            country: (!fields.protected).then(|| Select {
                name: "country".to_owned(),
                label: texts.t("person-country"),
                hint: String::new(),
                choices: std::iter::once(none).chain(countries).collect(),
            }),
            page,
        }
    }
}

/// What the person wrote over what is stored; address for mail and marks are not theirs to set here.
fn sent(form: &Form, contact: &Contact) -> Fields {
    let mut fields = Fields::of(contact);
    let places = [
        ("given_name", &mut fields.given_name),
        ("family_name", &mut fields.family_name),
        ("language", &mut fields.language),
        ("birth_date", &mut fields.birth_date),
        ("phone", &mut fields.phone),
        ("street", &mut fields.street),
        ("postcode", &mut fields.postcode),
        ("place", &mut fields.place),
        ("country", &mut fields.country),
    ];
    for (name, place) in places {
        if form.has(name) {
            *place = form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    fields
}

/// `GET /d/{token}/correct`
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    let page = Page::public(&request, texts(&request, Some(&contact)), &state.config.office_name);
    show(&CorrectPage::new(page, &token, &Fields::of(&contact), Vec::new()))
}

/// `POST /d/{token}/correct`
pub async fn save(
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
    let now = state.clock.now().naive_utc();
    let gazetteer = state.db.read(postcodes::gazetteer).await.map_err(PageError::Database)?;
    let id = contact.id;
    let outcome = state
        .db
        .write(move |conn| {
            let contact = contacts::find(conn, id)?.filter(|one| one.erased_at.is_none());
            let contact = contact.ok_or(PageError::InvalidLink)?;
            let fields = sent(&form, &contact);
            let person = match fields.applied(&contact, &gazetteer, now) {
                Ok(person) => NewContact { updated_at: now, ..person },
                Err(problems) => return Ok(Err((fields, problems))),
            };
            let changed = changed(&NewContact::from(&contact), &person);
            if !changed.is_empty() {
                contacts::update(conn, contact.id, &person)?;
                contacts::set_provenance(conn, contact.id, &changed, FieldSource::Person, now)?;
                requests::record(conn, contact.id, RequestKind::Correction, RequestWay::Page, now)?;
                note(conn, contact.id, "my_data.correct", &serde_json::json!({ "fields": changed }), now)?;
            }
            Ok::<_, PageError>(Ok(!changed.is_empty()))
        })
        .await?;
    match outcome {
        Ok(true) => Ok(back(&token, texts, "corrected")),
        Ok(false) => Ok(back(&token, texts, "unchanged")),
        Err((fields, problems)) => {
            let page = Page::public(&request, texts, &state.config.office_name);
            let problems = problems.into_iter().map(|key| texts.t(key)).collect();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &CorrectPage::new(page, &token, &fields, problems))
        }
    }
}
