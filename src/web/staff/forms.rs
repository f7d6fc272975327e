//! Sign-up forms: the list, writing them, looking at them, and what to put on another site.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section, unit_choices};
use crate::db::Conn;
use crate::forms::{self, Form as SignUpForm, FormInput, FormText, NewForm, Part, Wrong};
use crate::kernel::language::Language;
use crate::links::Token;
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Checklist, Choice, Input, Select};
use crate::web::public::sign_up::Shown;
use crate::web::session::SignedIn;

/// The list shows no more; nobody has as many.
const LISTED: i64 = 500;

#[derive(Template)]
#[template(path = "staff/forms/list.html")]
struct ListPage {
    page: Page,
    forms: Vec<Row>,
}

struct Row {
    form: SignUpForm,
    unit: String,
}

#[derive(Template)]
#[template(path = "staff/forms/edit.html")]
struct EditPage {
    page: Page,
    heading: String,
    problems: Vec<String>,
    stored: Option<SignUpForm>,
    name: Input,
    unit: Select,
    slug: Input,
    purpose: Select,
    from_address: Input,
    topics: Checklist,
    enabled: bool,
    texts: Vec<TextFields>,
    address: String,
    frame: String,
    snippets: Vec<NamedSnippet>,
}

struct TextFields {
    tag: &'static str,
    name: String,
    parts: Vec<TextField>,
}

struct TextField {
    name: String,
    label: String,
    value: String,
    rows: u8,
}

struct NamedSnippet {
    tag: &'static str,
    name: String,
    html: String,
}

/// A form of plain HTML for another site.
#[derive(Template)]
#[template(path = "staff/forms/snippet.html")]
struct Snippet<'a> {
    texts: Texts,
    action: String,
    text: &'a FormText,
    topics: Vec<Choice>,
    token: String,
}

/// What the fields of the page hold.
#[derive(Default)]
struct Draft {
    unit: String,
    input: FormInput,
}

impl Draft {
    fn read(form: &Form) -> Self {
        let text = |language: &Language| {
            let part = |part: Part| form.get(&field(part, *language)).to_owned();
            let text = FormText {
                heading: part(Part::Heading),
                purpose: part(Part::Purpose),
                storage: part(Part::Storage),
                consent: part(Part::Consent),
            };
            (*language, text)
        };
        Self {
            unit: form.get("unit").to_owned(),
            input: FormInput {
                slug: form.get("slug").to_owned(),
                name: form.get("name").to_owned(),
                topics: form.all("topics").map(str::to_owned).collect(),
                purpose: form.get("purpose").to_owned(),
                from_address: form.get("from_address").to_owned(),
                enabled: form.has("enabled"),
                texts: Language::ALL.iter().map(text).collect(),
            },
        }
    }

    fn of(conn: &mut Conn, form: &SignUpForm) -> Result<Self, PageError> {
        let topics = units::topics(conn)?.into_iter().filter(|topic| form.topics.contains(&topic.id));
        Ok(Self {
            unit: String::new(),
            input: FormInput {
                slug: form.slug.clone(),
                name: form.name.clone(),
                topics: topics.map(|topic| topic.code).collect(),
                purpose: form.purpose.clone(),
                from_address: form.from_address.clone(),
                enabled: form.enabled,
                texts: form.texts.clone(),
            },
        })
    }
}

fn field(part: Part, language: Language) -> String {
    format!("{part}_{language}")
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Forms)
}

fn told(texts: Texts, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Text { language, part } => texts.t2(
            "forms-wrong-text",
            "part",
            texts.word("forms-part", part),
            "language",
            texts.word("tongue", language),
        ),
        other => texts.word("forms-wrong", other.key()),
    }
}

/// A form that somebody may look at and change.
fn own(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<SignUpForm, PageError> {
    let form = forms::find(conn, id)?.ok_or(PageError::NotFound)?;
    who.must(Action::Compose, Some(form.unit_id))?;
    Ok(form)
}

/// The page with these fields.
fn edit_page(
    conn: &mut Conn,
    page: Page,
    state: &State,
    who: &SignedIn,
    stored: Option<SignUpForm>,
    draft: &Draft,
    problems: Vec<String>,
) -> Result<EditPage, PageError> {
    let (texts, input) = (Texts(who.language), &draft.input);
    let fields = |language: &Language| {
        let text = input.texts.get(language).cloned().unwrap_or_default();
        let part = |part: &Part| TextField {
            name: field(*part, *language),
            label: texts.word("forms-part", part),
            value: text.part(*part).to_owned(),
            rows: if *part == Part::Heading { 1 } else { 4 },
        };
        TextFields {
            tag: language.as_str(),
            name: texts.word("tongue", language),
            parts: Part::ALL.iter().map(part).collect(),
        }
    };
    let select = |name: &str, label: &str, choices: Vec<Choice>| Select {
        name: name.to_owned(),
        label: texts.t(label),
        hint: String::new(),
        choices,
    };
    let topic = |topic: units::Topic| {
        let chosen = input.topics.contains(&topic.code);
        Choice::new(&topic.code, topic.name(texts.0), chosen)
    };
    let purpose = |purpose: units::Purpose| {
        Choice::new(&purpose.code, purpose.name(texts.0), purpose.code == input.purpose)
    };
    let snippets = match &stored {
        Some(form) => snippets(conn, state, texts, form)?,
        None => Vec::new(),
    };
    let address = stored.as_ref().map(|form| state.urls.sign_up_form(&form.slug)).unwrap_or_default();
    Ok(EditPage {
        heading: stored.as_ref().map_or_else(|| texts.t("forms-new"), |form| form.name.clone()),
        name: Input::text("name", texts.t("name"), &input.name),
        unit: select("unit", "unit", unit_choices(&units::tree(conn)?, who, Action::Compose, &draft.unit)),
        slug: Input::text("slug", texts.t("forms-slug"), &input.slug).hint(texts.t("forms-slug-hint")),
        purpose: select(
            "purpose",
            "forms-purpose",
            units::purposes(conn)?.into_iter().map(purpose).collect(),
        ),
        from_address: Input::text("from_address", texts.t("forms-from"), &input.from_address)
            .kind("email")
            .hint(texts.t("forms-from-hint")),
        topics: Checklist {
            name: "topics".to_owned(),
            label: texts.t("forms-topics"),
            empty: String::new(),
            choices: units::topics(conn)?.into_iter().map(topic).collect(),
        },
        enabled: input.enabled,
        texts: Language::ALL.iter().map(fields).collect(),
        frame: format!(
            "<iframe src=\"{address}/embed\" title=\"{}\" width=\"100%\" height=\"900\"></iframe>",
            heading_for_frame(stored.as_ref()),
        ),
        address,
        snippets,
        page,
        problems,
        stored,
    })
}

/// A frame's title, safe in an attribute.
fn heading_for_frame(form: Option<&SignUpForm>) -> String {
    let heading = form.and_then(|form| form.texts.values().next()).map(|text| text.heading.as_str());
    heading.unwrap_or_default().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

fn snippets(
    conn: &mut Conn,
    state: &State,
    texts: Texts,
    form: &SignUpForm,
) -> Result<Vec<NamedSnippet>, PageError> {
    let offered: Vec<_> =
        units::topics(conn)?.into_iter().filter(|topic| form.topics.contains(&topic.id)).collect();
    let (id, version) = (form.id, i64::from(form.version));
    // Nobody knows when a page of another site is shown.
    let token = state.urls.signer().sign(Token::SignUpForm { form: id, version, shown_at: 0 });
    let snippet = |(language, text): (&Language, &FormText)| {
        let choice = |topic: &units::Topic| Choice::new(topic.id, topic.name(*language), offered.len() == 1);
        let html = Snippet {
            texts: Texts(*language),
            action: format!("{}?lang={language}", state.urls.sign_up_form(&form.slug)),
            text,
            topics: offered.iter().map(choice).collect(),
            token: token.clone(),
        };
        let name = texts.word("tongue", language);
        Ok(NamedSnippet { tag: language.as_str(), name, html: html.render()? })
    };
    form.texts.iter().map(snippet).collect()
}

/// `GET /forms`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let page = frame(&request, &state, &who);
    let forms = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let seen: Option<Vec<i64>> =
                who.units_for(Action::Compose).map(|units| units.into_iter().collect());
            let row = |form: SignUpForm| Row {
                unit: tree.get(form.unit_id).map(|unit| unit.name.clone()).unwrap_or_default(),
                form,
            };
            Ok::<_, PageError>(forms::page(conn, seen.as_deref(), 0, LISTED)?.into_iter().map(row).collect())
        })
        .await?;
    show(&ListPage { page, forms })
}

/// `GET /forms/new`
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let (page, shared) = (frame(&request, &state, &who), state.clone());
    let draft = Draft { input: FormInput { enabled: true, ..FormInput::default() }, ..Draft::default() };
    let shown =
        state.db.read(move |conn| edit_page(conn, page, &shared, &who, None, &draft, Vec::new())).await?;
    show(&shown)
}

/// `POST /forms`
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let (page, shared, now) = (frame(&request, &state, &who), state.clone(), state.clock.now().naive_utc());
    let mut draft = Draft::read(&form);
    let outcome = state
        .db
        .write(move |conn| {
            let texts = Texts(who.language);
            let unit = units::unit_by_slug(conn, &draft.unit)?;
            if let Some(unit) = &unit {
                who.must(Action::Compose, Some(unit.id))?;
            }
            let mut problems = Vec::new();
            if unit.is_none() {
                problems.push(texts.t("unit-problem"));
            }
            if forms::by_slug(conn, &draft.input.slug)?.is_some() {
                problems.push(texts.t("forms-wrong-slug-taken"));
            }
            if let Some(unit) = &unit {
                draft.input = draft.input.with_published_consent(conn, unit.id)?;
            }
            match (NewForm::check(conn, &draft.input)?, unit) {
                (Ok(new), Some(unit)) if problems.is_empty() => {
                    let id = forms::insert(conn, unit.id, &new, now)?;
                    Done::to("form.create", "form", id).in_unit(unit.id).record(conn, now, who.actor)?;
                    Ok(Ok(id))
                }
                (checked, _) => {
                    problems.extend(checked.err().unwrap_or_default().iter().map(|one| told(texts, one)));
                    Ok::<_, PageError>(Err(edit_page(conn, page, &shared, &who, None, &draft, problems)?))
                }
            }
        })
        .await?;
    match outcome {
        Ok(id) => Ok(go_to(&format!("/forms/{id}?done=created"))),
        Err(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
}

/// `GET /forms/{id}`
pub async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (page, shared) = (frame(&request, &state, &who), state.clone());
    let shown = state
        .db
        .read(move |conn| {
            let form = own(conn, &who, *id)?;
            let draft = Draft::of(conn, &form)?;
            edit_page(conn, page, &shared, &who, Some(form), &draft, Vec::new())
        })
        .await?;
    show(&shown)
}

/// `POST /forms/{id}`
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (page, shared, now) = (frame(&request, &state, &who), state.clone(), state.clock.now().naive_utc());
    let (mut draft, id) = (Draft::read(&form), *id);
    let outcome = state
        .db
        .write(move |conn| {
            let stored = own(conn, &who, id)?;
            draft.input.slug.clone_from(&stored.slug);
            draft.input = draft.input.with_published_consent(conn, stored.unit_id)?;
            match NewForm::check(conn, &draft.input)? {
                Ok(new) => {
                    forms::update(conn, &stored, &new, now)?;
                    let done = Done::to("form.change", "form", id).in_unit(stored.unit_id);
                    done.record(conn, now, who.actor)?;
                    Ok(None)
                }
                Err(wrong) => {
                    let problems = wrong.iter().map(|one| told(Texts(who.language), one)).collect();
                    let page = edit_page(conn, page, &shared, &who, Some(stored), &draft, problems)?;
                    Ok::<_, PageError>(Some(page))
                }
            }
        })
        .await?;
    match outcome {
        None => Ok(go_to(&format!("/forms/{id}?done=saved"))),
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
}

/// `GET /forms/{id}/preview`: the page as people see it, also while the form is closed.
pub async fn preview(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let shown = state
        .db
        .read(move |conn| {
            let form = own(conn, &who, *id)?;
            Shown::read(conn, form)
        })
        .await?;
    show(&shown.preview(&request, &state, Locale::of(&request).0))
}
