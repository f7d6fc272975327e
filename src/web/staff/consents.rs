//! What people are asked to agree to: the versions of each text, the draft of the next one, and its publication.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section};
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::preferences::texts::{self as consent_texts, Checked, ConsentText, Subject, Words, Wrong};
use crate::preferences::{Channel, MEASURING};
use crate::staff::{self, Action};
use crate::units::{self, Purpose, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "staff/consents/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    may_write: bool,
}

/// A subject, with the version that people are asked today and the draft of the next.
struct Row {
    name: Named,
    published: Option<ConsentText>,
    draft: Option<ConsentText>,
}

impl Row {
    /// The page of the version that matters most.
    fn id(&self) -> i64 {
        self.published.as_ref().or(self.draft.as_ref()).map_or(0, |text| text.id)
    }
}

/// A subject in words.
pub(super) struct Named {
    pub purpose: String,
    pub channel: String,
    pub unit: String,
}

#[derive(Template)]
#[template(path = "staff/consents/edit.html")]
struct EditPage {
    page: Page,
    problem: Option<String>,
    /// What it is about: chosen for a new one, said for one that is there.
    choice: Option<[Select; 3]>,
    shown: Option<Shown>,
    versions: Vec<Version>,
    may_write: bool,
    fields: Vec<Field>,
}

struct Shown {
    name: Named,
    text: ConsentText,
}

struct Version {
    text: ConsentText,
    written_by: String,
    published_by: String,
}

struct Field {
    name: String,
    label: String,
    tag: &'static str,
    value: String,
}

/// Who may write about a unit, or about the whole office.
const WRITE: Action = Action::ManageUnits;

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Forms)
}

/// What a text is about, in words.
pub(super) fn named(texts: Texts, subject: &Subject, purposes: &[Purpose], tree: &UnitTree) -> Named {
    let purpose = purposes.iter().find(|purpose| purpose.code == subject.purpose);
    Named {
        purpose: match purpose {
            Some(purpose) => purpose.name(texts.0).to_owned(),
            None if subject.purpose == MEASURING => texts.t("consents-measuring"),
            None => subject.purpose.clone(),
        },
        channel: texts.word("channel", subject.channel),
        unit: match subject.unit {
            Some(unit) => tree.get(unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            None => texts.t("consents-office"),
        },
    }
}

/// `GET /consents`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let may_write = who.must_somewhere(WRITE).is_ok();
    let texts = Texts(who.language);
    let rows = state
        .db
        .read(move |conn| {
            let (purposes, tree) = (units::purposes(conn)?, units::tree(conn)?);
            let mut rows: Vec<(Subject, Row)> = Vec::new();
            for text in consent_texts::all(conn)? {
                if rows.last().is_none_or(|(subject, _)| *subject != text.subject) {
                    let name = named(texts, &text.subject, &purposes, &tree);
                    rows.push((text.subject.clone(), Row { name, published: None, draft: None }));
                }
                let Some((_, row)) = rows.last_mut() else { continue };
                let place = if text.published_at.is_some() { &mut row.published } else { &mut row.draft };
                if place.is_none() {
                    *place = Some(text);
                }
            }
            Ok::<_, PageError>(rows.into_iter().map(|(_, row)| row).collect())
        })
        .await?;
    show(&ListPage { page, rows, may_write })
}

fn fields(page: &Page, value: impl Fn(Language) -> String) -> Vec<Field> {
    let field = |language: &Language| Field {
        name: format!("text_{language}"),
        label: page.word("tongue", language),
        tag: language.as_str(),
        value: value(*language),
    };
    Language::ALL.iter().map(field).collect()
}

fn written(form: &Form) -> Words {
    Language::ALL.iter().map(|one| (*one, form.get(&format!("text_{one}")).to_owned())).collect()
}

fn told(texts: Texts, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Empty => texts.t("consents-problem-empty"),
        Wrong::Missing(language) => {
            texts.t1("consents-problem-missing", "language", texts.word("tongue", language))
        }
        Wrong::TooLong(language) => {
            texts.t1("consents-problem-long", "language", texts.word("tongue", language))
        }
    }
}

fn new_page(
    conn: &mut Conn,
    page: Page,
    who: &SignedIn,
    form: &Form,
    problem: Option<String>,
) -> Result<EditPage, PageError> {
    let tree = units::tree(conn)?;
    let select = |name: &str, label: &str, choices: Vec<Choice>| Select {
        name: name.to_owned(),
        label: page.t(label),
        hint: String::new(),
        choices,
    };
    let mut purposes: Vec<Choice> = units::purposes(conn)?
        .into_iter()
        .map(|one| Choice::new(&one.code, one.name(page.0), one.code == form.get("purpose")))
        .collect();
    let mut unit_choices = super::unit_choices(&tree, who, WRITE, form.get("unit"));
    if who.may(WRITE, None) {
        purposes.push(Choice::new(MEASURING, page.t("consents-measuring"), form.get("purpose") == MEASURING));
        unit_choices.insert(0, Choice::new("", page.t("consents-office"), form.get("unit").is_empty()));
    }
    let channels = Channel::ALL
        .iter()
        .map(|one| Choice::new(one, page.word("channel", one), form.get("channel") == one.as_str()));
    Ok(EditPage {
        problem,
        choice: Some([
            select("purpose", "consents-purpose", purposes),
            select("channel", "consents-channel", channels.collect()),
            select("unit", "consents-unit", unit_choices),
        ]),
        shown: None,
        versions: Vec::new(),
        may_write: true,
        fields: fields(&page, |language| form.get(&format!("text_{language}")).to_owned()),
        page,
    })
}

/// `GET /consents/new`
pub async fn new(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(WRITE)?;
    let page = frame(&request, &state, &who);
    let shown = state.db.read(move |conn| new_page(conn, page, &who, &Form::default(), None)).await?;
    show(&shown)
}

/// `POST /consents`: keeps a draft.
pub async fn create(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(WRITE)?;
    let page = frame(&request, &state, &who);
    let (texts, now) = (Texts(who.language), state.clock.now().naive_utc());
    let saved = state
        .db
        .write(move |conn| {
            let unit = match form.get("unit") {
                "" => None,
                slug => Some(units::tree(conn)?.by_slug(slug).ok_or(PageError::NotFound)?.id),
            };
            let (purpose, channel) = (form.get("purpose").to_owned(), form.get("channel"));
            let channel = channel.parse().map_err(|_| PageError::Unreadable)?;
            let subject = subject(conn, purpose, channel, unit)?.ok_or(PageError::Unreadable)?;
            who.must(WRITE, subject.unit)?;
            match Checked::check(&subject, &written(&form)) {
                Ok(words) => {
                    let id = consent_texts::save(conn, &subject, &words, who.actor.id, now)?;
                    note(conn, &who, "consent_text.write", id, &subject, now)?;
                    Ok::<_, PageError>(Ok(id))
                }
                Err(wrong) => Ok(Err(new_page(conn, page, &who, &form, Some(told(texts, &wrong)))?)),
            }
        })
        .await?;
    match saved {
        Ok(id) => Ok(go_to(&format!("/consents/{id}?done=saved"))),
        Err(shown) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown),
    }
}

/// A subject that can have a text. Being measured is asked by the whole office, by e-mail.
pub(in crate::web) fn subject(
    conn: &mut Conn,
    purpose: String,
    channel: Channel,
    unit: Option<i64>,
) -> Result<Option<Subject>, crate::db::Error> {
    let (channel, unit) = match purpose.as_str() {
        MEASURING => (Channel::Email, None),
        code if units::purpose_by_code(conn, code)?.is_some() => (channel, unit),
        _ => return Ok(None),
    };
    Ok(Some(Subject { purpose, channel, unit }))
}

fn note(
    conn: &mut Conn,
    who: &SignedIn,
    action: &'static str,
    id: i64,
    subject: &Subject,
    now: chrono::NaiveDateTime,
) -> Result<(), crate::db::Error> {
    let detail = serde_json::json!({ "purpose": subject.purpose, "channel": subject.channel });
    Done { action, subject: "consent_text", id: Some(id), unit: subject.unit, detail }
        .record(conn, now, who.actor)
}

fn one_page(
    conn: &mut Conn,
    page: Page,
    who: &SignedIn,
    text: ConsentText,
    problem: Option<String>,
) -> Result<EditPage, PageError> {
    let (purposes, tree) = (units::purposes(conn)?, units::tree(conn)?);
    let mut versions = Vec::new();
    let mut draft = None;
    for version in consent_texts::versions(conn, &text.subject)? {
        let mut name = |account: Option<i64>| -> Result<String, PageError> {
            let Some(account) = account else { return Ok(String::new()) };
            Ok(staff::account_by_id(conn, account)?.map(|account| account.email).unwrap_or_default())
        };
        if version.published_at.is_none() {
            draft = Some(version.words.clone());
        }
        versions.push(Version {
            written_by: name(version.created_by)?,
            published_by: name(version.published_by)?,
            text: version,
        });
    }
    let start = draft.unwrap_or_else(|| text.words.clone());
    Ok(EditPage {
        problem,
        choice: None,
        versions,
        may_write: who.may(WRITE, text.subject.unit),
        fields: fields(&page, |language| start.get(&language).cloned().unwrap_or_default()),
        shown: Some(Shown { name: named(Texts(who.language), &text.subject, &purposes, &tree), text }),
        page,
    })
}

/// `GET /consents/{id}`
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let (page, id) = (frame(&request, &state, &who), *id);
    let shown = state
        .db
        .read(move |conn| {
            let text = consent_texts::find(conn, id)?.ok_or(PageError::NotFound)?;
            one_page(conn, page, &who, text, None)
        })
        .await?;
    show(&shown)
}

/// `POST /consents/{id}`: keeps the draft of the next version, or publishes it.
pub async fn act(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(WRITE)?;
    let (page, id, now) = (frame(&request, &state, &who), *id, state.clock.now().naive_utc());
    let texts = Texts(who.language);
    let outcome = state
        .db
        .write(move |conn| {
            let text = consent_texts::find(conn, id)?.ok_or(PageError::NotFound)?;
            who.must(WRITE, text.subject.unit)?;
            let subject = text.subject.clone();
            let words = match Checked::check(&subject, &written(&form)) {
                Ok(words) => words,
                Err(wrong) => return Ok(Err(one_page(conn, page, &who, text, Some(told(texts, &wrong)))?)),
            };
            let draft = consent_texts::save(conn, &subject, &words, who.actor.id, now)?;
            note(conn, &who, "consent_text.write", draft, &subject, now)?;
            if form.has("publish") && consent_texts::publish(conn, draft, who.actor.id, now)? {
                note(conn, &who, "consent_text.publish", draft, &subject, now)?;
            }
            Ok::<_, PageError>(Ok(draft))
        })
        .await?;
    match outcome {
        Ok(id) => Ok(go_to(&format!("/consents/{id}?done=saved"))),
        Err(shown) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown),
    }
}
