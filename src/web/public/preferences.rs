//! `/p/TOKEN`: what a person wants to get, how and from whom, in which language, from when on, and whether they agree to
//! be measured. The link to what is held about them is asked for here.

mod matrix;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Months, NaiveDateTime};

use super::{Recipient, note};
use crate::contacts::{self, FieldSource, NewContact};
use crate::db::Conn;
use crate::delivery;
use crate::kernel::language::Language;
use crate::links::Token;
use crate::preferences::texts::ConsentText;
use crate::preferences::{self, Channel, PreferenceSource, RefusalScope};
use crate::units::{self, Topic, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show};
use crate::web::parts::{Choice, Select};

/// How often somebody wants to hear from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Everything,
    Digest,
    Important,
}

impl Frequency {
    const ALL: [Self; 3] = [Self::Everything, Self::Digest, Self::Important];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Digest => "digest",
            Self::Important => "important",
        }
    }

    /// What it says no to.
    const fn refuses(self) -> Option<RefusalScope> {
        match self {
            Self::Everything => None,
            Self::Digest => Some(RefusalScope::SingleEvents),
            Self::Important => Some(RefusalScope::Ordinary),
        }
    }

    /// Of two that staff recorded, the one that sends less.
    fn of(refused: &[RefusalScope]) -> Self {
        let said = |one: &Self| one.refuses().is_some_and(|scope| refused.contains(&scope));
        Self::ALL.into_iter().rev().find(said).unwrap_or(Self::Everything)
    }
}

/// How many months a pause may last.
const PAUSES: [u32; 4] = [1, 3, 6, 12];
/// What `?done=` says of the link to one's own data.
const TOLD: [&str; 3] = ["link", "link-often", "no-address"];

#[derive(Template)]
#[template(path = "public/preferences.html")]
struct PreferencesPage {
    page: Page,
    address: Option<String>,
    saved: bool,
    /// Do not contact me.
    nothing: bool,
    /// Whether they agree to be measured, by which text, and its version.
    measured: bool,
    measuring: String,
    version: String,
    groups: Vec<Group>,
    parts: Vec<matrix::Part>,
    frequencies: Vec<Choice>,
    pause: Select,
    language: Select,
    /// Whether a link to one's own data was sent just now.
    told: Option<String>,
    sent: bool,
    /// Where such a link would go.
    hidden_address: Option<String>,
}

/// Boxes under one heading; a ticked box is something that the person wants.
struct Group {
    heading: String,
    boxes: Vec<Tick>,
}

struct Tick {
    scope: String,
    name: String,
    wanted: bool,
}

struct Situation {
    recipient: Recipient,
    paused_until: Option<NaiveDateTime>,
    refused: Vec<RefusalScope>,
    measured: bool,
    /// The published text by which people agree to be measured; the program's own until there is one.
    agreement: Option<ConsentText>,
    tree: UnitTree,
    /// The units that mailed the person, that they agreed to hear from, or that they said no to something of.
    units: Vec<i64>,
    topics: Vec<Topic>,
}

impl Situation {
    fn read(conn: &mut Conn, contact: i64) -> Result<Self, PageError> {
        let recipient = Recipient::find(conn, contact)?.filter(|person| person.contact.erased_at.is_none());
        let recipient = recipient.ok_or(PageError::InvalidLink)?;
        let refused = recipient.refusals(conn)?;
        let measured = preferences::is_measured(conn, recipient.contact.id)?;
        let mut units = delivery::units_that_mailed(conn, recipient.contact.id)?;
        let consents = preferences::facts(conn, &recipient.contact, Channel::Email)?.consents;
        units.extend(consents.into_iter().filter_map(|(_, _, unit)| unit));
        units.extend(refused.iter().filter_map(|scope| match scope {
            RefusalScope::Unit(unit) | RefusalScope::Offer { unit, .. } => Some(*unit),
            _ => None,
        }));
        let (person, key) = (recipient.contact.id, recipient.contact.email_key.as_deref());
        Ok(Self {
            paused_until: preferences::paused_until(conn, person, key)?,
            refused,
            measured,
            agreement: preferences::texts::published(conn, &preferences::measuring_subject())?,
            recipient,
            units,
            tree: units::tree(conn)?,
            topics: units::topics(conn)?,
        })
    }
}

fn contact_of(state: &State, token: &str) -> Result<i64, PageError> {
    match state.urls.signer().verify(token) {
        Ok(Token::Preferences { contact }) => Ok(contact),
        _ => Err(PageError::InvalidLink),
    }
}

/// `GET /p/{token}`
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let contact = contact_of(&state, &token)?;
    let situation = state.db.read(move |conn| Situation::read(conn, contact)).await?;
    show(&page(&request, &state, &situation, false))
}

/// `POST /p/{token}`: keeps what is ticked. Only what the page showed is changed.
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let contact = contact_of(&state, &token)?;
    let now = state.clock.now().naive_utc();
    // The form says in which language the page was.
    let (texts, office) = (Texts(Locale::of(&request).0), state.config.office_name.clone());
    let situation = state
        .db
        .write(move |conn| {
            let mut situation = Situation::read(conn, contact)?;
            let known = |word: &str| word.parse::<RefusalScope>().map_err(|_| PageError::Unreadable);
            let wanted = form.all("wants").map(known).collect::<Result<Vec<_>, _>>()?;
            for scope in form.all("shown").map(known).collect::<Result<Vec<_>, _>>()? {
                let refused = match scope {
                    // This box says what is not wanted.
                    RefusalScope::Everything => form.has("nothing"),
                    scope => !wanted.contains(&scope),
                };
                if refused != situation.refused.contains(&scope) && situation.knows(scope) {
                    situation.recipient.say(conn, PreferenceSource::Page, None, now, scope, refused)?;
                }
            }
            let (asked, agrees) = (form.get("asked"), form.has("measuring"));
            // Whoever saw another text than today's has not agreed to today's. A no needs no text.
            if asked == situation.agreement(texts, &office).version || (!asked.is_empty() && !agrees) {
                situation.measure(conn, agrees, texts, &office, now)?;
            }
            situation.hear(conn, form.get("frequency"), now)?;
            situation.pause(conn, form.get("pause"), now)?;
            situation.speak(conn, form.get("language"), now)?;
            situation.refused = situation.recipient.refusals(conn)?;
            Ok::<_, PageError>(situation)
        })
        .await?;
    show(&page(&request, &state, &situation, true))
}

/// What people agree to; kept with their agreement, word for word.
struct Agreement {
    text: String,
    version: String,
    language: Language,
}

impl Situation {
    fn agreement(&self, texts: Texts, office: &str) -> Agreement {
        let published = self.agreement.as_ref();
        match published.and_then(|one| Some((one.name(), one.in_language(texts.0)?))) {
            Some((version, (language, text))) => Agreement { text: text.to_owned(), version, language },
            None => Agreement {
                text: texts.t1("preferences-measuring", "office", office),
                version: preferences::MEASURING_VERSION.to_owned(),
                language: texts.0,
            },
        }
    }

    /// Records that the person agrees to be measured or does so no more.
    fn measure(
        &mut self,
        conn: &mut Conn,
        agrees: bool,
        texts: Texts,
        office: &str,
        at: NaiveDateTime,
    ) -> Result<(), PageError> {
        if agrees != self.measured {
            let (person, source) = (self.recipient.contact.id, PreferenceSource::Page);
            let Agreement { text, version, language } = self.agreement(texts, office);
            let record = preferences::measuring_record(person, agrees, text, version, language, source, at);
            preferences::record_consents(conn, &[record])?;
            self.measured = agrees;
        }
        Ok(())
    }

    /// How often they want to hear from us; an empty word leaves it as it is.
    fn hear(&mut self, conn: &mut Conn, word: &str, now: NaiveDateTime) -> Result<(), PageError> {
        if word.is_empty() {
            return Ok(());
        }
        let chosen = Frequency::ALL.into_iter().find(|one| one.as_str() == word);
        let chosen = chosen.ok_or(PageError::Unreadable)?.refuses();
        for scope in [RefusalScope::SingleEvents, RefusalScope::Ordinary] {
            let refused = chosen == Some(scope);
            if refused != self.refused.contains(&scope) {
                self.recipient.say(conn, PreferenceSource::Page, None, now, scope, refused)?;
            }
        }
        Ok(())
    }

    /// A pause for some months, or the end of one; an empty word leaves it as it is.
    fn pause(&mut self, conn: &mut Conn, word: &str, now: NaiveDateTime) -> Result<(), PageError> {
        let until = match word {
            "" | "keep" => return Ok(()),
            "none" => None,
            months => {
                let months = months.parse().ok().filter(|months| PAUSES.contains(months));
                Some(now + Months::new(months.ok_or(PageError::Unreadable)?))
            }
        };
        if until.is_some() || self.paused_until.is_some() {
            self.recipient.pause(conn, now, until)?;
            self.paused_until = until;
        }
        Ok(())
    }

    /// The language of mails. No import sets it again (product P9).
    fn speak(&mut self, conn: &mut Conn, word: &str, now: NaiveDateTime) -> Result<(), PageError> {
        if word.is_empty() {
            return Ok(());
        }
        let language: Language = word.parse().map_err(|_| PageError::Unreadable)?;
        let contact = &mut self.recipient.contact;
        if language != contact.language {
            let person = NewContact { language, updated_at: now, ..NewContact::from(&*contact) };
            contacts::update(conn, contact.id, &person)?;
            contacts::set_provenance(conn, contact.id, &["language"], FieldSource::Person, now)?;
            note(conn, contact.id, "my_data.correct", &serde_json::json!({ "fields": ["language"] }), now)?;
            contact.language = language;
        }
        Ok(())
    }

    /// The unit and those above it: a "no" to one of them is a "no" to it.
    fn line(&self, unit: i64) -> impl Iterator<Item = i64> + use<> {
        self.tree.with_ancestors(unit).into_iter()
    }

    /// Whether a unit sends mailings about a topic: those of everybody, and its own.
    fn offers(&self, unit: i64, topic: &Topic) -> bool {
        topic.unit_id.is_none_or(|owner| self.tree.is_within(unit, owner))
    }

    /// The "no" that leaves nothing to choose, in words.
    fn overrules_all(&self, texts: Texts) -> Option<String> {
        let key = if self.refused.contains(&RefusalScope::Everything) {
            "preferences-nothing"
        } else if self.refused.contains(&RefusalScope::Restricted) {
            "held-scope-restricted"
        } else if self.refused.contains(&RefusalScope::Pause) {
            "preferences-pause"
        } else {
            return None;
        };
        Some(texts.t1("preferences-overruled", "what", texts.t(key)))
    }

    fn knows(&self, scope: RefusalScope) -> bool {
        match scope {
            RefusalScope::Everything | RefusalScope::Channel(_) => true,
            RefusalScope::Unit(unit) => self.tree.get(unit).is_some(),
            RefusalScope::Topic(topic) => self.topics.iter().any(|one| one.id == topic),
            RefusalScope::Offer { unit, topic, .. } => {
                let known = self.topics.iter().find(|one| one.id == topic);
                self.tree.get(unit).is_some() && known.is_some_and(|topic| self.offers(unit, topic))
            }
            // A pause and the frequency have fields of their own, a restriction a page.
            RefusalScope::Pause
            | RefusalScope::Restricted
            | RefusalScope::Ordinary
            | RefusalScope::SingleEvents => false,
        }
    }
}

fn page(request: &HttpRequest, state: &State, situation: &Situation, saved: bool) -> PreferencesPage {
    let texts = Texts(Locale::for_person(request, Some(situation.recipient.contact.language)).0);
    let tick = |scope: RefusalScope, name: String| Tick {
        scope: scope.to_string(),
        name,
        wanted: !situation.refused.contains(&scope),
    };
    // A "no" is shown even where the office has given up the channel: it can be taken back.
    let used = |way: &&Channel| {
        state.config.channels.contains(way) || situation.refused.contains(&RefusalScope::Channel(**way))
    };
    let channels = Channel::ALL.iter().filter(used);
    let channels = channels.map(|way| tick(RefusalScope::Channel(*way), texts.word("channel", way)));
    let met = |topic: &&Topic| {
        topic.unit_id.is_none() || situation.units.iter().any(|unit| situation.offers(*unit, topic))
    };
    let topics = situation
        .topics
        .iter()
        .filter(met)
        .map(|topic| tick(RefusalScope::Topic(topic.id), topic.name(texts.0).to_owned()));
    let units = situation
        .tree
        .all()
        .into_iter()
        .filter(|unit| situation.units.contains(&unit.id))
        .map(|unit| tick(RefusalScope::Unit(unit.id), unit.name.clone()));
    let groups = [
        Group { heading: texts.t("preferences-channels"), boxes: channels.collect() },
        Group { heading: texts.t("preferences-topics"), boxes: topics.collect() },
        Group { heading: texts.t("preferences-units"), boxes: units.collect() },
    ];
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let done = query
        .filter(|(name, _)| name == "done")
        .map(|(_, word)| word.into_owned())
        .find(|word| TOLD.contains(&word.as_str()));
    let agreement = situation.agreement(texts, &state.config.office_name);
    let groups = groups.into_iter().filter(|group| !group.boxes.is_empty()).collect();
    PreferencesPage {
        page: Page::public(request, texts, &state.config.office_name),
        address: situation.recipient.hidden_address(),
        saved,
        nothing: situation.refused.contains(&RefusalScope::Everything),
        measured: situation.measured,
        measuring: agreement.text,
        version: agreement.version,
        groups,
        parts: matrix::parts(texts, situation, &state.config.channels),
        frequencies: Frequency::ALL
            .into_iter()
            .map(|one| {
                let word = one.as_str();
                let chosen = one == Frequency::of(&situation.refused);
                Choice::new(word, texts.t(&format!("preferences-frequency-{word}")), chosen)
            })
            .collect(),
        pause: pause_select(texts, situation.paused_until),
        language: Select {
            name: "language".to_owned(),
            label: texts.t("my-data-language"),
            hint: String::new(),
            choices: Language::ALL
                .iter()
                .map(|one| {
                    let chosen = *one == situation.recipient.contact.language;
                    Choice::new(one, texts.word("tongue", one), chosen)
                })
                .collect(),
        },
        sent: done.as_deref() == Some("link"),
        told: done.map(|word| texts.word("preferences-told", word)),
        hidden_address: situation.recipient.hidden_address(),
    }
}

fn pause_select(texts: Texts, until: Option<NaiveDateTime>) -> Select {
    let mut choices = Vec::new();
    if let Some(until) = until {
        choices.push(Choice::new("keep", texts.t1("preferences-paused", "date", texts.date(&until)), true));
    }
    choices.push(Choice::new("none", texts.t("preferences-pause-none"), until.is_none()));
    choices.extend(PAUSES.iter().map(|months| {
        Choice::new(months, texts.t1("preferences-pause-months", "months", i64::from(*months)), false)
    }));
    Select {
        name: "pause".to_owned(),
        label: texts.t("preferences-pause"),
        hint: texts.t("preferences-pause-hint"),
        choices,
    }
}
