//! `/i/TOKEN`: a new graduate's answer to the invitation to the network (product P13). Both links of the mail lead to
//! one page; looking at it changes nothing, because mail scanners follow links.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::Recipient;
use crate::audit::{self, Actor, ActorKind, Deed};
use crate::contacts::erased;
use crate::db::Conn;
use crate::invitations::{self, Network};
use crate::kernel::language::Language;
use crate::links::Token;
use crate::preferences::{self, Channel, ConsentRecord, PreferenceSource, RefusalScope};
use crate::privacy::{self, Cause};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show};
use crate::{campaign, units};

/// What the link carries.
#[derive(Debug, Clone, Copy)]
struct Link {
    contact: i64,
    campaign: i64,
}

/// The two answers, as the address and the form have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Accept,
    Decline,
}

impl Choice {
    fn read(word: &str) -> Option<Self> {
        match word {
            "accept" => Some(Self::Accept),
            "decline" => Some(Self::Decline),
            _ => None,
        }
    }

    fn answer(self, texts: Texts, unit: &str) -> Answer {
        match self {
            Self::Accept => Answer {
                value: "accept",
                label: texts.t("invitation-accept"),
                means: consent_text(texts, unit),
            },
            Self::Decline => Answer {
                value: "decline",
                label: texts.t("invitation-decline"),
                means: texts.t("invitation-decline-text"),
            },
        }
    }
}

/// What is known about a link's person and campaign.
struct Situation {
    /// Nobody once they are erased.
    recipient: Option<Recipient>,
    network: Network,
    unit: i64,
    unit_name: String,
    purpose: String,
}

impl Situation {
    fn read(conn: &mut Conn, link: Link) -> Result<Self, PageError> {
        let stored = match campaign::find(conn, link.campaign) {
            Ok(stored) => stored,
            Err(campaign::Error::Unknown(_)) => return Err(PageError::InvalidLink),
            Err(error) => return Err(error.into()),
        };
        let recipient =
            Recipient::find(conn, link.contact)?.filter(|person| person.contact.erased_at.is_none());
        let network = match &recipient {
            Some(person) => invitations::network(conn, person.contact.id)?,
            None => Network::NotInvited,
        };
        let unit = stored.campaign.unit_id();
        Ok(Self {
            recipient,
            network,
            unit,
            unit_name: units::tree(conn)?.get(unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            purpose: stored.campaign.purpose().to_owned(),
        })
    }

    fn language(&self) -> Option<Language> {
        self.recipient.as_ref().map(|person| person.contact.language)
    }
}

#[derive(Template)]
#[template(path = "public/invitation.html")]
struct AskPage {
    page: Page,
    /// Where the answer goes.
    action: String,
    unit: String,
    address: Option<String>,
    /// The one that the mail's link was for stands first.
    answers: [Answer; 2],
}

struct Answer {
    value: &'static str,
    /// What the button says.
    label: String,
    /// What pressing it means, told before.
    means: String,
}

#[derive(Template)]
#[template(path = "public/invitation_done.html")]
struct DonePage {
    page: Page,
    heading: String,
    text: String,
    preferences: Option<String>,
}

fn link_of(state: &State, token: &str) -> Result<Link, PageError> {
    match state.urls.signer().verify(token) {
        Ok(Token::Invitation { contact, campaign }) => Ok(Link { contact, campaign }),
        _ => Err(PageError::InvalidLink),
    }
}

/// What a person agrees to, word for word, as the page shows it.
fn consent_text(texts: Texts, unit: &str) -> String {
    texts.t1("invitation-consent", "unit", unit)
}

/// `GET /i/{token}`
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    show_question(&request, &state, &token, Choice::Accept).await
}

/// `GET /i/{token}/{choice}`: the same page with the answer that the mail's link was for in front.
pub async fn ask_chosen(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, choice) = path.into_inner();
    let choice = Choice::read(&choice).ok_or(PageError::InvalidLink)?;
    show_question(&request, &state, &token, choice).await
}

async fn show_question(
    request: &HttpRequest,
    state: &State,
    token: &str,
    choice: Choice,
) -> Result<HttpResponse, PageError> {
    let link = link_of(state, token)?;
    let situation = state.db.read(move |conn| Situation::read(conn, link)).await?;
    let texts = Texts(Locale::for_person(request, situation.language()).0);
    if situation.recipient.is_none() || situation.network == Network::Member {
        return done(request, state, texts, &situation, None);
    }
    let choices = match choice {
        Choice::Accept => [Choice::Accept, Choice::Decline],
        Choice::Decline => [Choice::Decline, Choice::Accept],
    };
    show(&AskPage {
        page: Page::public(request, texts, &state.config.office_name),
        action: format!("/i/{token}"),
        address: situation.recipient.as_ref().and_then(Recipient::masked_address),
        answers: choices.map(|choice| choice.answer(texts, &situation.unit_name)),
        unit: situation.unit_name,
    })
}

/// `POST /i/{token}`: a first yes or no counts. A member who wants to leave does so on the preference page.
pub async fn answer(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let link = link_of(&state, &token)?;
    let choice = Choice::read(form.get("answer")).ok_or(PageError::Unreadable)?;
    let language = state.db.read(move |conn| Situation::read(conn, link)).await?.language();
    // The language of the page whose text was agreed to.
    let texts = Texts(Locale::for_person(&request, language).0);
    let (shared, now) = (state.clone(), state.clock.now().naive_utc());
    let (situation, answered) = state
        .db
        .write(move |conn| {
            let situation = Situation::read(conn, link)?;
            let open = situation.recipient.as_ref().filter(|_| situation.network != Network::Member);
            let Some(person) = open else { return Ok((situation, None)) };
            match choice {
                Choice::Accept => accept(conn, &situation, person, link.campaign, texts, now)?,
                Choice::Decline => {
                    let keys = &shared.config.secret_keys;
                    privacy::erase(conn, keys, person.contact.id, Cause::Declined, now)?;
                    note(conn, person.contact.id, "contact.erase", Cause::Declined.as_str(), now)?;
                }
            }
            Ok::<_, PageError>((situation, Some(choice)))
        })
        .await?;
    done(&request, &state, texts, &situation, answered)
}

/// Membership, and the consent to be written to, which takes back whatever "no" stands against it.
fn accept(
    conn: &mut Conn,
    situation: &Situation,
    person: &Recipient,
    campaign: i64,
    texts: Texts,
    now: NaiveDateTime,
) -> Result<(), PageError> {
    let id = person.contact.id;
    let people = erased::with_parts(conn, id)?;
    invitations::accept(conn, &people, campaign, now)?;
    let text = consent_text(texts, &situation.unit_name);
    let consent = ConsentRecord {
        contact_id: id,
        purpose: situation.purpose.clone(),
        channel: Channel::Email,
        unit_id: Some(situation.unit),
        given: true,
        text_version: preferences::text_version(&text),
        consent_text: text,
        language: texts.0,
        source: PreferenceSource::Invitation,
        happened_at: now,
        recorded_at: now,
    };
    preferences::record_consents(conn, &[consent])?;
    let refused = person.refusals(conn)?;
    for scope in
        [RefusalScope::Everything, RefusalScope::Channel(Channel::Email), RefusalScope::Unit(situation.unit)]
    {
        if refused.contains(&scope) {
            person.say(conn, PreferenceSource::Invitation, Some(campaign), now, scope, false)?;
        }
    }
    note(conn, id, "invitation.accept", "", now)
}

fn note(
    conn: &mut Conn,
    contact: i64,
    action: &'static str,
    cause: &str,
    now: NaiveDateTime,
) -> Result<(), PageError> {
    let detail = if cause.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "cause": cause }) };
    let actor = Actor { kind: ActorKind::Person, id: Some(contact) };
    let deed =
        Deed { action, subject_kind: "contact", subject_id: Some(contact), unit_id: None, detail: &detail };
    Ok(audit::record(conn, now, actor, &deed)?)
}

/// What holds from now on; `answered` is what was done just now.
fn done(
    request: &HttpRequest,
    state: &State,
    texts: Texts,
    situation: &Situation,
    answered: Option<Choice>,
) -> Result<HttpResponse, PageError> {
    let (heading, text) = match (answered, &situation.recipient) {
        (Some(Choice::Accept), _) => ("invitation-accepted", "invitation-accepted-text"),
        (Some(Choice::Decline), _) => ("invitation-declined", "invitation-declined-text"),
        (None, Some(_)) => ("invitation-member", "invitation-accepted-text"),
        (None, None) => ("invitation-gone", "invitation-gone-text"),
    };
    let member = situation.recipient.as_ref().filter(|_| answered != Some(Choice::Decline));
    show(&DonePage {
        page: Page::public(request, texts, &state.config.office_name),
        heading: texts.t(heading),
        text: texts.t1(text, "unit", &situation.unit_name),
        preferences: member.map(|person| state.urls.preferences(person.contact.id)),
    })
}
