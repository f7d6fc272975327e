//! `/u/TOKEN`: leaving the mailings of a unit, with one click in the mail program or with a button on the page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::Recipient;
use crate::campaign;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::links::Token;
use crate::preferences::{Channel, PreferenceSource, RefusalScope};
use crate::units::{self, Topic};
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

/// How much somebody wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Unit,
    Topic,
    Email,
    Everything,
}

impl Choice {
    const ALL: [Self; 4] = [Self::Unit, Self::Topic, Self::Email, Self::Everything];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Topic => "topic",
            Self::Email => "email",
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
    unit_name: Option<String>,
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
            unit_name: units::tree(conn)?.get(link.unit).map(|unit| unit.name.clone()),
            recipient,
            topic,
            refused,
        })
    }

    fn scope(&self, choice: Choice, link: Link) -> Option<RefusalScope> {
        match choice {
            Choice::Unit => Some(RefusalScope::Unit(link.unit)),
            Choice::Topic => self.topic.as_ref().map(|topic| RefusalScope::Topic(topic.id)),
            Choice::Email => Some(RefusalScope::Channel(Channel::Email)),
            Choice::Everything => Some(RefusalScope::Everything),
        }
    }

    fn has_refused(&self, choice: Choice, link: Link) -> bool {
        self.scope(choice, link).is_some_and(|scope| self.refused.contains(&scope))
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
    text: String,
    choices: Vec<ChoiceRow>,
    preferences: Option<String>,
}

struct ChoiceRow {
    word: &'static str,
    text: String,
    refused: bool,
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
    let Some(unit) = situation.unit_name.clone() else { return Err(PageError::InvalidLink) };
    let texts = Texts(Locale::for_person(&request, situation.language).0);
    let widest = [Choice::Everything, Choice::Email, Choice::Unit];
    if let Some(left) = widest.into_iter().find(|choice| situation.has_refused(*choice, link)) {
        return show(&done_page(
            &request,
            &state,
            texts,
            &situation,
            link,
            &format!("left-already-{}", left.as_str()),
        ));
    }
    show(&AskPage {
        page: Page::public(&request, texts, &state.config.office_name),
        unit,
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
    let situation = state
        .db
        .write(move |conn| {
            let mut situation = Situation::read(conn, link)?;
            if let (Some(recipient), Some(scope)) = (&situation.recipient, situation.scope(choice, link)) {
                recipient.say(conn, source, Some(link.campaign), now, scope, refused)?;
                situation.refused = recipient.refusals(conn)?;
            }
            Ok::<_, PageError>(situation)
        })
        .await?;
    let texts = Texts(Locale::for_person(&request, situation.language).0);
    if one_click {
        return Ok(HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(texts.t("left-one-click")));
    }
    let key = format!("{}-{}", if refused { "left" } else { "back" }, choice.as_str());
    show(&done_page(&request, &state, texts, &situation, link, &key))
}

fn done_page(
    request: &HttpRequest,
    state: &State,
    texts: Texts,
    situation: &Situation,
    link: Link,
    key: &str,
) -> DonePage {
    let unit = situation.unit_name.as_deref().unwrap_or(&state.config.office_name);
    let topic = situation.topic.as_ref().map_or("", |topic| topic.name(texts.0));
    let choices = Choice::ALL
        .into_iter()
        .filter(|choice| situation.recipient.is_some() && situation.scope(*choice, link).is_some())
        .map(|choice| ChoiceRow {
            word: choice.as_str(),
            text: texts.t2(&format!("choice-{}", choice.as_str()), "unit", unit, "topic", topic),
            refused: situation.has_refused(choice, link),
        })
        .collect();
    DonePage {
        page: Page::public(request, texts, &state.config.office_name),
        heading: texts.t2(key, "unit", unit, "topic", topic),
        text: texts.t("left-text"),
        choices,
        preferences: situation.recipient.as_ref().map(|person| state.urls.preferences(person.contact.id)),
    }
}
