//! Why one person is in a segment or not, in words (product P16), and whether they may be reached.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::editor::question_of;
use super::{find, frame};
use crate::contacts::{self, Contact, Deed, Degree, Employment};
use crate::db::Conn;
use crate::preferences::{self, Channel};
use crate::segment::{self, Explanation, PersonFacts, Record, Segment};
use crate::staff::Action;
use crate::taxonomy::region;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;
use crate::web::staff::Done;
use crate::web::staff::rule_form::{Names, RuleForm, words_of};

/// A search shows no more; it is for finding one person.
const FOUND: i64 = 20;

#[derive(Template)]
#[template(path = "staff/segments/explain.html")]
struct ExplainPage {
    page: Page,
    segment: Segment,
    query: String,
    found: Vec<Contact>,
    more: bool,
    explained: Option<Explained>,
}

/// What there is to say about one person.
struct Explained {
    contact: Contact,
    is_in: Option<bool>,
    is_reachable: bool,
    permission: String,
    steps: String,
}

#[derive(Template)]
#[template(path = "staff/segments/step.html")]
struct Step {
    texts: Texts,
    /// None where the person is not measured.
    holds: Option<bool>,
    /// What is asked.
    words: String,
    /// The records that meet it.
    by: Vec<String>,
    /// What the register has where nothing meets it; `None` where there is nothing to say.
    has: Option<Vec<String>>,
    parts: Vec<String>,
}

/// `GET /segments/{id}/explain`: asks for a person.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let segment = state.db.read(move |conn| find(conn, &who, *id)).await?;
    show(&ExplainPage {
        page,
        segment,
        query: String::new(),
        found: Vec::new(),
        more: false,
        explained: None,
    })
}

/// `POST /segments/{id}/explain`: finds people by what was typed, or explains the one that was chosen. Looking at a
/// person is recorded.
pub async fn answer(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let (query, chosen) = (form.get("q").to_owned(), form.get("person").parse().ok());
    let (searcher, wanted, id) = (who.clone(), query.clone(), *id);
    let (segment, mut found) = state
        .db
        .read(move |conn| {
            let segment = find(conn, &searcher, id)?;
            let searches = chosen.is_none() && !wanted.is_empty();
            let found = if searches { contacts::search(conn, &wanted, FOUND + 1)? } else { Vec::new() };
            Ok::<_, PageError>((segment, found))
        })
        .await?;
    let more = found.len() as i64 > FOUND;
    found.truncate(FOUND as usize);
    // One who fits needs no choosing.
    let chosen = chosen.or(match found.as_slice() {
        [only] => Some(only.id),
        _ => None,
    });
    let explained = match chosen {
        Some(person) => {
            let (segment, now) = (segment.clone(), state.clock.now().naive_utc());
            let explained = state
                .db
                .write(move |conn| {
                    let explained = explain(conn, &who, &segment, person, now)?;
                    Done::to("segment.explain", "contact", explained.contact.id)
                        .in_unit(segment.unit_id)
                        .with(serde_json::json!({ "segment": segment.id }))
                        .record(conn, now, who.actor)?;
                    Ok::<_, PageError>(explained)
                })
                .await?;
            Some(explained)
        }
        None => None,
    };
    if explained.is_some() {
        found.clear();
    }
    show(&ExplainPage { page, segment, query, found, more, explained })
}

fn explain(
    conn: &mut Conn,
    who: &SignedIn,
    segment: &Segment,
    person: i64,
    now: NaiveDateTime,
) -> Result<Explained, PageError> {
    let contact = contacts::find(conn, person)?.ok_or(PageError::NotFound)?;
    // Protected identity is for those who answer for the register: administrators and the data protection officer.
    if contact.protected && !who.may(Action::SeeAudit, None) {
        return Err(PageError::NotFound);
    }
    let facts = segment::facts(conn, contact.id, now)?.ok_or(PageError::NotFound)?;
    let explanation = segment.rule.explain(&facts);
    let names = match RuleForm::of(&segment.rule.to_json()) {
        Some(form) => Names::read(conn, who, &form)?,
        None => Names::without_values(conn, who)?,
    };
    let tree = units::tree(conn)?;
    let unit = tree.get(segment.unit_id);
    let question = question_of(conn, &tree, unit.map(|unit| unit.slug.as_str()).unwrap_or_default(), now)?;
    let reason = if explanation.holds == Some(true) {
        // Who else is behind the same address matters only among those who are in.
        let rule = segment::in_units(conn, &segment.rule, question.units())?;
        segment::reason_for(conn, &rule, &question, contact.id, now)?
    } else {
        preferences::decide(&preferences::facts(conn, &contact, Channel::Email)?, &question)
    };
    let (texts, unit) = (names.texts, unit.map(|unit| unit.name.clone()).unwrap_or_default());
    let mut narrator = Narrator { conn, who, names, facts: &facts };
    Ok(Explained {
        is_in: explanation.holds,
        is_reachable: reason.is_none(),
        permission: match reason {
            None => texts.t1("explain-reachable", "unit", unit),
            Some(reason) => texts.t2(
                "explain-barred",
                "unit",
                unit,
                "reason",
                texts.word("reason", reason).to_lowercase(),
            ),
        },
        steps: narrator.step(&explanation)?,
        contact,
    })
}

/// Tells an explanation in words.
struct Narrator<'n> {
    conn: &'n mut Conn,
    who: &'n SignedIn,
    names: Names,
    facts: &'n PersonFacts,
}

impl Narrator<'_> {
    fn step(&mut self, step: &Explanation) -> Result<String, PageError> {
        let texts = self.names.texts;
        let words = match (&step.asks, step.step) {
            (Some(asks), condition) => words_of(condition, asks, &self.names),
            (None, "everyone") => texts.t("say-everyone"),
            (None, "all") => texts.t("explain-all"),
            (None, "any") => texts.t("explain-any"),
            (None, _) => texts.t("explain-not"),
        };
        let mut records = Vec::new();
        for record in &step.records {
            records.push(self.record(record)?);
        }
        let others = records.split_off(step.meeting);
        let of_home = match step.step {
            "lives" => self.home().map(|home| vec![home]),
            "person" => {
                Some(vec![self.person(step.asks.as_ref().is_some_and(|asks| asks.get("network").is_some()))])
            }
            "degree" | "works" | "attended" | "received" | "consented" => Some(others),
            "engaged" if step.holds.is_some() => Some(others),
            _ => None,
        };
        let holds = step.holds == Some(true);
        let (by, has) = match step.step {
            "lives" | "person" if holds => (of_home.unwrap_or_default(), None),
            _ if holds => (records, None),
            _ => (Vec::new(), of_home),
        };
        let parts = step.parts.iter().map(|part| self.step(part)).collect::<Result<_, _>>()?;
        Ok(Step { texts, holds: step.holds, words, by, has, parts }.render()?)
    }

    fn record(&mut self, record: &Record) -> Result<String, PageError> {
        let texts = self.names.texts;
        Ok(match record {
            Record::Degree(degree) => degree_in_words(texts, degree),
            Record::Employment(employment) => employment_in_words(texts, employment),
            Record::Participation(code, day) => {
                let name = self.name_of("attended.event", code)?;
                match day {
                    Some(day) => texts.t2("record-year", "what", name, "year", day.to_string()),
                    None => name,
                }
            }
            Record::Campaign(id) => self.name_of("received.campaign", &id.to_string())?,
            Record::Consent(purpose) if purpose == preferences::MEASURING => texts.t("purpose-measuring"),
            Record::Consent(purpose) => self.names.purpose(purpose).to_owned(),
            Record::Engagement(done) => {
                let campaign = self.name_of("received.campaign", &done.campaign_id.to_string())?;
                let key = match done.did {
                    Deed::Opened => "record-opened",
                    Deed::Clicked => "record-clicked",
                };
                texts.t2(key, "what", campaign, "when", texts.date(&done.happened_at))
            }
        })
    }

    fn name_of(&mut self, field: &str, value: &str) -> Result<String, PageError> {
        self.names.learn(self.conn, self.who, field, value)?;
        Ok(self.names.of(field, value).to_owned())
    }

    /// Where the person lives, unless nobody may know.
    fn home(&self) -> Option<String> {
        let home = &self.facts.contact;
        if home.protected {
            return None;
        }
        let texts = self.names.texts;
        let region = home.region.as_deref();
        let region =
            region.and_then(region::by_code).map_or(region, |region| Some(region.names.get(texts.0)));
        let parts: Vec<&str> =
            [home.place.as_deref(), region, home.country.as_deref()].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| texts.t1("record-lives", "what", parts.join(", ")))
    }

    /// What they are; how they stand to the network when that was asked.
    fn person(&self, of_network: bool) -> String {
        let texts = self.names.texts;
        let kinds = self.facts.kinds.iter().map(|kind| texts.word("kind", kind).to_lowercase());
        let language = texts.word("tongue", self.facts.contact.language);
        let network = of_network.then(|| texts.word("network", self.facts.network).to_lowercase());
        kinds.chain([language]).chain(network).collect::<Vec<_>>().join(", ")
    }
}

fn degree_in_words(texts: Texts, degree: &Degree) -> String {
    let name = if degree.programme_name.is_empty() { &degree.programme_code } else { &degree.programme_name };
    match degree.graduation_year {
        Some(year) => texts.t2("record-year", "what", name, "year", year.to_string()),
        None => texts.t1("record-no-year", "what", name),
    }
}

fn employment_in_words(texts: Texts, work: &Employment) -> String {
    let what = match (&work.job_title, &work.employer) {
        (Some(title), Some(employer)) => texts.t2("record-work", "title", title, "employer", employer),
        (Some(only), None) | (None, Some(only)) => only.clone(),
        (None, None) => work.profession_code.clone().unwrap_or_else(|| texts.t("record-work-unknown")),
    };
    texts.t1(if work.current { "record-current" } else { "record-past" }, "what", what)
}
