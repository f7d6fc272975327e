//! `/u/TOKEN`: leaving the mailings of a unit, with one click in the mail program or with a button on the page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::Recipient;
use crate::campaign;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::links::Token;
use crate::preferences::{Channel, PreferenceSource, RefusalScope};
use crate::units::{self, Topic, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show};

/// What the link carries.
#[derive(Debug, Clone, Copy)]
struct Link {
    contact: i64,
    unit: i64,
    campaign: i64,
}

/// How much somebody wants to leave, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// The topic of the mailing, from the unit that sent it.
    Offer,
    /// The unit that sent it.
    Unit,
    /// The unit above it that was left before; it can be taken back.
    Above,
    /// The topic, whoever sends.
    Topic,
    /// E-mail at all.
    Email,
    /// Every channel.
    Channels,
    /// Any contact.
    Everything,
}

impl Choice {
    const ALL: [Self; 7] =
        [Self::Offer, Self::Unit, Self::Above, Self::Topic, Self::Email, Self::Channels, Self::Everything];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Unit => "unit",
            Self::Above => "above",
            Self::Topic => "topic",
            Self::Email => "email",
            Self::Channels => "channels",
            Self::Everything => "everything",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word)
    }
}

/// What is known about a link's person and mailing.
struct Situation {
    recipient: Option<Recipient>,
    language: Option<Language>,
    tree: UnitTree,
    unit: i64,
    topic: Option<Topic>,
    refused: Vec<RefusalScope>,
}

impl Situation {
    fn read(conn: &mut Conn, link: Link) -> Result<Self, PageError> {
        let recipient =
            Recipient::find(conn, link.contact)?.filter(|person| person.contact.erased_at.is_none());
        let refused = match &recipient {
            Some(recipient) => recipient.refusals(conn)?,
            None => Vec::new(),
        };
        let topic = match campaign::find(conn, link.campaign) {
            Ok(stored) => {
                units::topics(conn)?.into_iter().find(|topic| topic.id == stored.campaign.topic_id())
            }
            // The link outlives the campaign that it came with.
            Err(_) => None,
        };
        Ok(Self {
            language: recipient.as_ref().map(|person| person.contact.language),
            tree: units::tree(conn)?,
            unit: link.unit,
            recipient,
            topic,
            refused,
        })
    }

    /// The nearest unit above the sender that the person has left.
    fn left_above(&self) -> Option<i64> {
        let above = self.tree.with_ancestors(self.unit).into_iter().skip(1);
        above.into_iter().find(|unit| self.refused.contains(&RefusalScope::Unit(*unit)))
    }

    /// What a choice says no to; nothing when there is no such choice here.
    fn scopes(&self, choice: Choice) -> Vec<RefusalScope> {
        let ways = || Channel::ALL.iter().copied();
        match (choice, &self.topic) {
            (Choice::Offer, Some(topic)) => {
                let (unit, topic) = (self.unit, topic.id);
                ways().map(|channel| RefusalScope::Offer { unit, topic, channel }).collect()
            }
            (Choice::Topic, Some(topic)) => vec![RefusalScope::Topic(topic.id)],
            (Choice::Offer | Choice::Topic, None) => Vec::new(),
            (Choice::Unit, _) => vec![RefusalScope::Unit(self.unit)],
            (Choice::Above, _) => self.left_above().map(RefusalScope::Unit).into_iter().collect(),
            (Choice::Email, _) => vec![RefusalScope::Channel(Channel::Email)],
            (Choice::Channels, _) => ways().map(RefusalScope::Channel).collect(),
            (Choice::Everything, _) => vec![RefusalScope::Everything],
        }
    }

    fn has_refused(&self, choice: Choice) -> bool {
        let scopes = self.scopes(choice);
        !scopes.is_empty() && scopes.iter().all(|scope| self.refused.contains(scope))
    }

    /// Says no to a choice, or takes that back. Whoever has left the unit and now wants to stop the topic alone takes
    /// the unit back.
    fn say(
        &self,
        conn: &mut Conn,
        choice: Choice,
        refused: bool,
        voice: (PreferenceSource, i64),
        at: NaiveDateTime,
    ) -> Result<(), PageError> {
        let Some(recipient) = &self.recipient else { return Ok(()) };
        let (source, campaign) = (voice.0, Some(voice.1));
        let scopes = self.scopes(choice);
        for scope in &scopes {
            recipient.say(conn, source, campaign, at, *scope, refused)?;
        }
        if choice == Choice::Offer && refused && !scopes.is_empty() && self.has_refused(Choice::Unit) {
            recipient.say(conn, source, campaign, at, RefusalScope::Unit(self.unit), false)?;
        }
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "public/unsubscribe.html")]
struct AskPage {
    page: Page,
    unit: String,
    address: Option<String>,
}

#[derive(Template)]
#[template(path = "public/unsubscribed.html")]
struct DonePage {
    page: Page,
    heading: String,
    /// What takes back what was just done.
    mistake: Option<&'static str>,
    text: String,
    choices: Vec<ChoiceRow>,
    preferences: Option<String>,
}

struct ChoiceRow {
    word: &'static str,
    text: String,
    refused: bool,
    /// Of a choice that is narrower than what was left.
    narrower: bool,
}

fn link_of(state: &State, token: &str) -> Result<Link, PageError> {
    match state.urls.signer().verify(token) {
        Ok(Token::Unsubscribe { contact, unit, campaign }) => Ok(Link { contact, unit, campaign }),
        _ => Err(PageError::InvalidLink),
    }
}

/// `GET /u/{token}`: tells what will happen and changes nothing.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = link_of(&state, &token)?;
    let situation = state.db.read(move |conn| Situation::read(conn, link)).await?;
    let Some(unit) = situation.tree.get(link.unit) else { return Err(PageError::InvalidLink) };
    let texts = Texts(Locale::for_person(&request, situation.language).0);
    let widest = [Choice::Everything, Choice::Channels, Choice::Email, Choice::Above, Choice::Unit];
    if let Some(left) = widest.into_iter().find(|choice| situation.has_refused(*choice)) {
        return show(&done_page(&request, &state, texts, &situation, "left-already", left));
    }
    show(&AskPage {
        page: Page::public(&request, texts, &state.config.office_name),
        unit: unit.name.clone(),
        address: situation.recipient.as_ref().and_then(Recipient::masked_address),
    })
}

/// `POST /u/{token}`: from a mail program (RFC 8058) or from our own page. Needs no cookie and asks nothing back:
/// whoever holds the link has said no.
pub async fn act(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    form: Result<Form, PageError>,
) -> Result<HttpResponse, PageError> {
    let link = link_of(&state, &token)?;
    // A body that cannot be read still comes from somebody who wants to leave.
    let form = form.unwrap_or_default();
    let one_click = form.get("List-Unsubscribe").eq_ignore_ascii_case("One-Click");
    let back = Choice::read(form.get("back")).filter(|_| !one_click);
    let choice =
        back.or_else(|| Choice::read(form.get("leave"))).filter(|_| !one_click).unwrap_or(Choice::Unit);
    let refused = back.is_none();
    let source = if one_click { PreferenceSource::OneClick } else { PreferenceSource::Page };
    let now = state.clock.now().naive_utc();
    let (situation, above) = state
        .db
        .write(move |conn| {
            let before = Situation::read(conn, link)?;
            before.say(conn, choice, refused, (source, link.campaign), now)?;
            let above = before.left_above();
            // A mail program reads no page.
            let after = if one_click { before } else { Situation::read(conn, link)? };
            Ok::<_, PageError>((after, above))
        })
        .await?;
    let texts = Texts(Locale::for_person(&request, situation.language).0);
    if one_click {
        return Ok(HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(texts.t("left-one-click")));
    }
    let said = if refused { "left" } else { "back" };
    let mut page = done_page(&request, &state, texts, &situation, said, choice);
    if choice == Choice::Above {
        // What was taken back is above no more.
        let name = above.and_then(|unit| situation.tree.get(unit)).map_or("", |unit| &unit.name);
        page.heading = texts.t2("back-unit", "unit", name, "topic", "");
    }
    show(&page)
}

/// A choice in words: the message of a family, with the names that belong to the mailing.
fn told(state: &State, texts: Texts, situation: &Situation, family: &str, choice: Choice) -> String {
    let unit = match choice {
        Choice::Above => situation.left_above(),
        _ => Some(situation.unit),
    };
    let unit = unit.and_then(|unit| situation.tree.get(unit));
    let unit = unit.map_or(state.config.office_name.as_str(), |unit| unit.name.as_str());
    let topic = situation.topic.as_ref().map_or("", |topic| topic.name(texts.0));
    // A unit above is a unit.
    let word = if choice == Choice::Above { Choice::Unit } else { choice }.as_str();
    texts.t2(&format!("{family}-{word}"), "unit", unit, "topic", topic)
}

/// What holds now, after `choice` was left or taken back, or when it had been left before.
fn done_page(
    request: &HttpRequest,
    state: &State,
    texts: Texts,
    situation: &Situation,
    said: &str,
    choice: Choice,
) -> DonePage {
    let known = situation.recipient.is_some();
    let choices: Vec<ChoiceRow> = Choice::ALL
        .into_iter()
        .filter(|choice| known && !situation.scopes(*choice).is_empty())
        .map(|choice| ChoiceRow {
            word: choice.as_str(),
            text: told(state, texts, situation, "choice", choice),
            refused: situation.has_refused(choice),
            narrower: choice == Choice::Offer && situation.has_refused(Choice::Unit),
        })
        .collect();
    let text = match said {
        // Taking one "no" back leaves the others.
        "back" if choices.iter().any(|choice| choice.refused) => "back-still",
        "back" => "back-text",
        _ => "left-text",
    };
    DonePage {
        page: Page::public(request, texts, &state.config.office_name),
        heading: told(state, texts, situation, said, choice),
        mistake: (known && situation.has_refused(choice)).then_some(choice.as_str()),
        text: texts.t(text),
        choices,
        preferences: situation.recipient.as_ref().map(|person| state.urls.preferences(person.contact.id)),
    }
}
