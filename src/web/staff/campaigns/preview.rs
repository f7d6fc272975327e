//! A draft as its recipients would see it, the test mail, and the launch.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::check::CheckPanel;
use super::{find, frame};
use crate::campaign::{self, CampaignState, Stored};
use crate::contacts;
use crate::db::Conn;
use crate::delivery::{self, PersonValues, Rendered};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::kernel::local_time::{LocalTime, resolve};
use crate::mail::outbox::{self, OutboxKind};
use crate::preferences;
use crate::segment::{self, Count};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, CountPanel, Select};
use crate::web::session::SignedIn;
use crate::web::staff::pressure::OverlapPanel;
use crate::web::staff::rule_form::told;
use crate::web::staff::{Done, text_in_query};

/// How many people of the audience a preview offers.
const PEOPLE: i64 = 15;

/// A mail may bring its own looks and pictures and nothing that runs; only our own pages show it.
pub(super) const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

#[derive(Template)]
#[template(path = "staff/campaigns/draft.html")]
struct DraftPage {
    page: Page,
    stored: Stored,
    facts: Vec<(String, String)>,
    panel: CountPanel,
    overlap: OverlapPanel,
    checked: CheckPanel,
    standing: String,
    people: Select,
    person: String,
    mail: Result<Rendered, String>,
    may_compose: bool,
    may_send: bool,
    test_to: String,
}

/// Names for the things that a campaign names by number or code.
pub(super) fn facts(
    conn: &mut Conn,
    texts: Texts,
    stored: &Stored,
) -> Result<Vec<(String, String)>, PageError> {
    let campaign = &stored.campaign;
    let unit = units::tree(conn)?.get(campaign.unit_id()).map(|unit| unit.name.clone());
    let topic = units::topics(conn)?.into_iter().find(|topic| topic.id == campaign.topic_id());
    let purpose = units::purpose_by_code(conn, campaign.purpose())?;
    let languages: Vec<String> =
        campaign.content().languages.keys().map(|language| texts.word("tongue", language)).collect();
    let mut facts = vec![
        (texts.t("campaign-kind"), texts.word("campaign-kind", campaign.kind())),
        (texts.t("unit"), unit.unwrap_or_default()),
        (texts.t("topic"), topic.map(|topic| topic.name(texts.0).to_owned()).unwrap_or_default()),
        (texts.t("purpose"), purpose.map(|purpose| purpose.name(texts.0).to_owned()).unwrap_or_default()),
        (texts.t("legal-basis"), texts.word("basis", campaign.legal_basis())),
        (texts.t("campaign-sender"), format!("{} <{}>", campaign.from_name(), campaign.from_address())),
        (texts.t("tracking"), texts.word("tracking", campaign.tracking())),
        (texts.t("campaign-languages"), languages.join(", ")),
    ];
    facts.extend(campaign.is_important().then(|| (texts.t("campaign-important"), texts.t("yes"))));
    Ok(facts)
}

/// Somebody invented, who reads a language. Number 0 belongs to nobody: links of a preview or a test change
/// nothing for anybody.
fn invented(language: Language) -> PersonValues {
    PersonValues {
        contact: 0,
        language,
        given_name: "Kim".to_owned(),
        family_name: "Berg".to_owned(),
        programme: Texts(language).t("preview-programme"),
        graduation_year: "2012".to_owned(),
        measured: false,
    }
}

/// Who the preview is for: `sv`, `nb` or `en` for somebody invented, or a person's number.
pub(super) fn person_of(
    conn: &mut Conn,
    who: &SignedIn,
    chosen: &str,
    stored: &Stored,
) -> Result<PersonValues, PageError> {
    if let Ok(number) = chosen.parse::<i64>() {
        who.must(Action::SeeContacts, None)?;
        // Nobody with a protected identity is shown here: their name stands in no sample either.
        contacts::find(conn, number)?.filter(|person| !person.protected).ok_or(PageError::NotFound)?;
        let found = delivery::person_values(conn, &[number])?.remove(&number).ok_or(PageError::NotFound)?;
        return Ok(PersonValues { contact: 0, ..found });
    }
    let language = chosen.parse().unwrap_or(stored.campaign.content().default_language);
    Ok(invented(language))
}

/// The person whose data the mail shows, unless it is somebody invented.
fn shown_to_be(conn: &mut Conn, chosen: &str) -> Result<Option<i64>, PageError> {
    match chosen.parse::<i64>() {
        Ok(number) => Ok(contacts::find(conn, number)?.map(|person| person.id)),
        Err(_) => Ok(None),
    }
}

fn rendered(
    conn: &mut Conn,
    state: &State,
    stored: &Stored,
    person: &PersonValues,
) -> Result<Rendered, PageError> {
    let now = state.clock.now();
    Ok(delivery::prepare_uncounted(conn, stored, &state.layouts, &state.urls, now)?.render(person))
}

fn count(conn: &mut Conn, stored: &Stored, now: NaiveDateTime) -> Result<Count, segment::Error> {
    let tree = units::tree(conn)?;
    let question = preferences::with_caps(conn, stored.campaign.question(stored.id, &tree), &tree, now)?;
    segment::count(conn, stored.campaign.rule(), &question, now)
}

fn overlap(conn: &mut Conn, texts: Texts, stored: &Stored) -> Result<OverlapPanel, PageError> {
    let tree = units::tree(conn)?;
    OverlapPanel::read(conn, texts, stored, &tree)
}

/// The page of a draft.
pub(super) async fn draft(
    request: &HttpRequest,
    state: &web::Data<State>,
    who: &SignedIn,
    page: Page,
    stored: Stored,
) -> Result<HttpResponse, PageError> {
    let chosen = text_in_query(request, "person")
        .unwrap_or_else(|| stored.campaign.content().default_language.to_string());
    let (state, who) = (state.clone(), who.clone());
    let shown = state
        .clone()
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let unit = Some(stored.campaign.unit_id());
            let now = state.clock.now().naive_utc();
            let outcome = match count(conn, &stored, now) {
                Ok(count) => Ok(count),
                Err(segment::Error::Database(error)) => return Err(error.into()),
                Err(segment::Error::Rule(errors)) => {
                    Err(errors.iter().map(|error| told(texts, error)).collect())
                }
                Err(error) => Err(vec![error.to_string()]),
            };
            let mut choices: Vec<Choice> = stored
                .campaign
                .content()
                .languages
                .keys()
                .map(|tag| {
                    let label = texts.t1("preview-invented", "language", texts.word("tongue", tag));
                    Choice::new(tag, label, tag.as_str() == chosen)
                })
                .collect();
            if who.may(Action::SeeContacts, None) && outcome.is_ok() {
                let question = stored.campaign.question(stored.id, &units::tree(conn)?);
                let rule = segment::in_units(conn, stored.campaign.rule(), question.units())?;
                for person in segment::sample(conn, &rule, PEOPLE, now)? {
                    let label = format!("{} ({})", person.full_name(), texts.word("tongue", person.language));
                    choices.push(Choice::new(person.id, label, person.id.to_string() == chosen));
                }
            }
            let person = person_of(conn, &who, &chosen, &stored)?;
            let mail = match rendered(conn, &state, &stored, &person) {
                Ok(mail) => Ok(mail),
                Err(PageError::Refused { detail, .. }) => Err(detail),
                Err(error) => return Err(error),
            };
            Ok(DraftPage {
                facts: facts(conn, texts, &stored)?,
                panel: CountPanel::new(texts, outcome),
                overlap: overlap(conn, texts, &stored)?,
                checked: CheckPanel::read(conn, texts, &stored, &state, true)?,
                standing: super::review::standing(conn, texts, &stored)?,
                people: Select {
                    name: "person".to_owned(),
                    label: page.t("preview-person"),
                    hint: String::new(),
                    choices,
                },
                person: chosen,
                mail,
                may_compose: who.may(Action::Compose, unit),
                may_send: who.may(Action::Send, unit),
                test_to: who.email.clone(),
                stored,
                page,
            })
        })
        .await?;
    show(&shown)
}

/// `GET /campaigns/{id}/preview`: the mail's HTML alone, for the frame on the page.
pub async fn html(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let chosen = text_in_query(&request, "person").unwrap_or_default();
    let (id, shared) = (*id, state.clone());
    let mail = state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            let person = person_of(conn, &who, &chosen, &stored)?;
            rendered(conn, &shared, &stored, &person)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(mail.html))
}

/// `POST /campaigns/{id}/test`: one mail to an address of the sender's choice.
pub async fn test(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let address = form.get("to").to_owned();
    let (id, chosen, shared) = (*id, form.get("person").to_owned(), state.clone());
    let back = format!("/campaigns/{id}?done=test-sent&person={chosen}");
    state
        .db
        .write(move |conn| {
            // Permission first: whoever may not is told nothing about what they wrote.
            let stored = find(conn, &who, Action::Compose, id)?;
            let to = EmailAddress::parse(&address)
                .map_err(|error| PageError::refused("error-test-address", error))?;
            let person = person_of(conn, &who, &chosen, &stored)?;
            let about = shown_to_be(conn, &chosen)?;
            let now = shared.clock.now();
            let job = delivery::prepare_uncounted(conn, &stored, &shared.layouts, &shared.urls, now)?;
            let random = data_encoding::HEXLOWER.encode(&shared.clock.random_bytes::<16>());
            let mut message = Vec::new();
            job.message(&person, &to, &format!("test.{random}@{}", job.from.domain()), &mut message)
                .map_err(|error| PageError::refused("error-campaign", error))?;
            let now = now.naive_utc();
            outbox::enqueue_about(conn, about, OutboxKind::TestSend, &job.from, &to, &message, now)?;
            let unit = stored.campaign.unit_id();
            Done::to("campaign.test", "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&back))
}

#[derive(Template)]
#[template(path = "staff/campaigns/launch.html")]
struct LaunchPage {
    page: Page,
    stored: Stored,
    facts: Vec<(String, String)>,
    panel: CountPanel,
    overlap: OverlapPanel,
    checked: CheckPanel,
    /// Why it may not be launched yet, though its text may.
    unapproved: Option<String>,
    reachable: i64,
    /// The office's time zone, in which a time is written.
    zone: String,
    /// What was written last, and what is wrong with it.
    at: String,
    problem: Option<String>,
    /// The two moments that a doubled time may mean.
    twice: Vec<(String, String)>,
}

/// `GET /campaigns/{id}/launch`: says to how many people, and asks.
pub async fn ask_launch(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let page = frame(&request, &state, &who);
    let launch = launch_page(&state, who, page, *id, Asked::default()).await?;
    let missed = state.clock.now().naive_utc() - campaign::MISSED;
    let may_start = match launch.stored.state {
        CampaignState::Draft | CampaignState::InReview => true,
        CampaignState::Scheduled => launch.stored.scheduled_at.is_some_and(|at| at < missed),
        _ => false,
    };
    if !may_start {
        return Ok(go_to(&format!("/campaigns/{id}")));
    }
    show(&launch)
}

/// A time that was asked for and cannot be used as it is.
#[derive(Default)]
struct Asked {
    at: String,
    problem: Option<String>,
    twice: Vec<(String, String)>,
}

async fn launch_page(
    state: &State,
    who: SignedIn,
    page: Page,
    id: i64,
    asked: Asked,
) -> Result<LaunchPage, PageError> {
    let (texts, now) = (Texts(who.language), state.clock.now().naive_utc());
    let (zone, shared) = (state.config.time_zone.name().to_owned(), state.clone());
    state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::Send, id)?;
            let count = count(conn, &stored, now)?;
            let reachable = count.reachable;
            let facts = facts(conn, texts, &stored)?;
            let overlap = overlap(conn, texts, &stored)?;
            let checked = CheckPanel::read(conn, texts, &stored, &shared, false)?;
            let above = shared.config.approval_above;
            let unapproved = match campaign::review::may_launch(conn, &stored, above, now) {
                Ok(()) => None,
                Err(campaign::Error::Review(refused)) => Some(texts.t(&format!("{}-text", refused.key()))),
                Err(error) => return Err(error.into()),
            };
            Ok::<_, PageError>(LaunchPage {
                page,
                stored,
                facts,
                overlap,
                checked,
                unapproved,
                panel: CountPanel::new(texts, Ok(count)),
                reachable,
                zone,
                at: asked.at,
                problem: asked.problem,
                twice: asked.twice,
            })
        })
        .await
}

/// When it is to start: now without a time; else a time in the office's zone, or one moment of a doubled one.
fn start_of(state: &State, texts: Texts, form: &Form) -> Result<chrono::NaiveDateTime, Asked> {
    let now = state.clock.now();
    let asked =
        |problem: String, twice| Asked { at: form.get("at").to_owned(), problem: Some(problem), twice };
    if let Ok(moment) = form.get("moment").parse::<chrono::DateTime<chrono::Utc>>() {
        return Ok(moment.naive_utc());
    }
    if form.get("at").is_empty() {
        return Ok(now.naive_utc());
    }
    let zone = state.config.time_zone;
    let local = chrono::NaiveDateTime::parse_from_str(form.get("at"), "%Y-%m-%dT%H:%M")
        .map_err(|_| asked(texts.t("schedule-unreadable"), Vec::new()))?;
    let clock = |at: &chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%H:%M %Z").to_string();
    match resolve(local, zone) {
        LocalTime::Once(at) if at < now - chrono::TimeDelta::minutes(5) => {
            Err(asked(texts.t("schedule-past"), Vec::new()))
        }
        LocalTime::Once(at) => Ok(at.naive_utc()),
        LocalTime::Twice(first, second) => {
            let choices = [first, second].iter().map(|at| (at.to_rfc3339(), clock(at))).collect();
            Err(asked(texts.t("schedule-twice"), choices))
        }
        LocalTime::Never(next) => Err(asked(texts.t1("schedule-never", "time", clock(&next)), Vec::new())),
    }
}

/// `POST /campaigns/{id}/launch`
pub async fn launch(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, now, shared) = (*id, state.clock.now().naive_utc(), state.clone());
    let at = match start_of(&state, Texts(who.language), &form) {
        Ok(at) => at,
        Err(asked) => {
            let page = frame(&request, &state, &who);
            let launch = launch_page(&state, who, page, id, asked).await?;
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &launch);
        }
    };
    state
        .db
        .write(move |conn| {
            find(conn, &who, Action::Send, id)?;
            let stored = campaign::held(conn, id)?;
            super::check::must_pass(&stored, &shared, Texts(who.language))?;
            campaign::review::may_launch(conn, &stored, shared.config.approval_above, now)?;
            campaign::launch(conn, id, at, now)?;
            let unit = stored.campaign.unit_id();
            Done::to("campaign.launch", "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(())
        })
        .await?;
    let done = if at > now { "scheduled" } else { "launched" };
    Ok(go_to(&format!("/campaigns/{id}?done={done}")))
}
