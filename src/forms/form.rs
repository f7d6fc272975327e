//! A form: what it says and offers, and what a form has to have.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::db::{Conn, Error};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::preferences::Channel;
use crate::preferences::texts::{self as consent_texts, Subject};
use crate::units;

/// The longest heading, in characters.
const LONGEST_HEADING: usize = 200;
/// The longest of the other texts, in characters.
const LONGEST_TEXT: usize = 5_000;

crate::text_enum! {
    /// A part of what a form says.
    Part {
        Heading = "heading",
        Purpose = "purpose",
        Storage = "storage",
        Consent = "consent",
    }
}

/// What a form says in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormText {
    /// What one signs up for.
    pub heading: String,
    /// What the data is used for.
    pub purpose: String,
    /// How long it is kept.
    pub storage: String,
    /// What the person agrees to, word for word.
    pub consent: String,
}

impl FormText {
    /// One part of it.
    #[must_use]
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Heading => &self.heading,
            Part::Purpose => &self.purpose,
            Part::Storage => &self.storage,
            Part::Consent => &self.consent,
        }
    }

    fn trimmed(&self) -> Self {
        let trim = |part: Part| self.part(part).replace("\r\n", "\n").trim().to_owned();
        Self {
            heading: trim(Part::Heading),
            purpose: trim(Part::Purpose),
            storage: trim(Part::Storage),
            consent: trim(Part::Consent),
        }
    }

    /// Whether it says something and leaves the consent open.
    fn lacks_consent(&self) -> bool {
        self.consent.trim().is_empty() && !self.trimmed().is_empty()
    }

    fn is_empty(&self) -> bool {
        Part::ALL.iter().all(|part| self.part(*part).is_empty())
    }
}

/// What a form says, by language. Its languages are those that it has texts in.
pub type Texts = BTreeMap<Language, FormText>;

/// A form as stored, with the latest version of its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Form {
    pub id: i64,
    pub unit_id: i64,
    pub slug: String,
    /// What staff call it.
    pub name: String,
    /// The topics that it offers, by number.
    pub topics: Vec<i64>,
    /// The sender of the mail that asks for confirmation.
    pub from_address: String,
    pub version: i32,
    /// Whether anybody can sign up by it.
    pub enabled: bool,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    /// The code of the purpose that people agree to.
    pub purpose: String,
    pub texts: Texts,
}

impl Form {
    /// The language to show the form in, for somebody who reads this one.
    #[must_use]
    pub fn language_for(&self, wanted: Language) -> Language {
        let mut order = std::iter::once(wanted).chain(wanted.fallbacks());
        order.find(|language| self.texts.contains_key(language)).unwrap_or(wanted)
    }

    /// How a consent names what was read: the form and the version of its texts.
    #[must_use]
    pub fn text_version(&self, version: i32) -> String {
        format!("{}/{version}", self.slug)
    }
}

/// A form as staff write it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "as Form; topics by code")]
pub struct FormInput {
    pub slug: String,
    pub name: String,
    pub topics: Vec<String>,
    pub purpose: String,
    pub from_address: String,
    pub enabled: bool,
    pub texts: Texts,
}

/// A form that was checked.
#[derive(Debug, Clone)]
pub struct NewForm {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) topics: Vec<i64>,
    pub(super) purpose: String,
    pub(super) from_address: String,
    pub(super) enabled: bool,
    pub(super) texts: Texts,
}

/// Something that a form lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The short name.
    #[error("write a short name of 1 to 40 lower-case letters a–z, digits and hyphens")]
    Slug,
    /// The name.
    #[error("write a name of 1 to 200 characters on one line")]
    Name,
    /// No topic is offered.
    #[error("choose at least one topic")]
    NoTopic,
    /// A topic that is not there.
    #[error("there is no topic \"{0}\"")]
    UnknownTopic(String),
    /// A purpose that is not there.
    #[error("there is no purpose \"{0}\"")]
    Purpose(String),
    /// The sender's address.
    #[error("write the sender as an e-mail address like alumn@example.se")]
    FromAddress,
    /// No language.
    #[error("write the texts in at least one language")]
    NoText,
    /// A text that is missing or too long.
    #[error("the {part} in {language} is missing or too long")]
    Text {
        /// In which language.
        language: Language,
        /// Which text.
        part: Part,
    },
}

impl Wrong {
    /// Where in the JSON of the API.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Slug => "$.slug".to_owned(),
            Self::Name => "$.name".to_owned(),
            Self::NoTopic | Self::UnknownTopic(_) => "$.topics".to_owned(),
            Self::Purpose(_) => "$.purpose".to_owned(),
            Self::FromAddress => "$.from_address".to_owned(),
            Self::NoText => "$.texts".to_owned(),
            Self::Text { language, part } => format!("$.texts.{language}.{part}"),
        }
    }

    /// The last part of the key of its text on pages.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Slug => "slug",
            Self::Name => "name",
            Self::NoTopic | Self::UnknownTopic(_) => "topics",
            Self::Purpose(_) => "purpose",
            Self::FromAddress => "from-address",
            Self::NoText => "no-text",
            Self::Text { .. } => "text",
        }
    }
}

impl FormInput {
    /// Takes the published consent text for the form's purpose where a language has other words and no consent: the
    /// unit's own, else that of the nearest unit above, else the office's.
    ///
    /// # Errors
    /// Those of the database.
    pub fn with_published_consent(mut self, conn: &mut Conn, unit: i64) -> Result<Self, Error> {
        if !self.texts.values().any(FormText::lacks_consent) {
            return Ok(self);
        }
        let places = units::tree(conn)?.with_ancestors(unit).into_iter().map(Some).chain([None]);
        for unit in places {
            let subject = Subject { purpose: self.purpose.clone(), channel: Channel::Email, unit };
            let Some(published) = consent_texts::published(conn, &subject)? else { continue };
            for (language, text) in self.texts.iter_mut().filter(|(_, text)| text.lacks_consent()) {
                text.consent = published.words.get(language).cloned().unwrap_or_default();
            }
            return Ok(self);
        }
        Ok(self)
    }
}

impl NewForm {
    /// Checks what staff wrote. A language without any text is left out.
    ///
    /// # Errors
    /// Those of the database; within, everything that the form lacks.
    pub fn check(conn: &mut Conn, input: &FormInput) -> Result<Result<Self, Vec<Wrong>>, Error> {
        let mut wrong = Vec::new();
        let name = input.name.trim().to_owned();
        if !units::is_short_name(&input.slug) {
            wrong.push(Wrong::Slug);
        }
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            wrong.push(Wrong::Name);
        }
        let mut topics = Vec::new();
        for code in &input.topics {
            match units::topic_by_code(conn, code)? {
                Some(topic) if topics.contains(&topic.id) => {}
                Some(topic) => topics.push(topic.id),
                None => wrong.push(Wrong::UnknownTopic(code.clone())),
            }
        }
        if input.topics.is_empty() {
            wrong.push(Wrong::NoTopic);
        }
        if units::purpose_by_code(conn, &input.purpose)?.is_none() {
            wrong.push(Wrong::Purpose(input.purpose.clone()));
        }
        let sender = EmailAddress::parse(&input.from_address);
        // A sender with others than ASCII characters before the @ reaches only servers with SMTPUTF8 (RFC 6531).
        if sender.as_ref().map_or(true, EmailAddress::needs_smtputf8) {
            wrong.push(Wrong::FromAddress);
        }
        let mut texts = Texts::new();
        for (language, text) in &input.texts {
            let text = text.trimmed();
            if text.is_empty() {
                continue;
            }
            for part in Part::ALL {
                let longest = if *part == Part::Heading { LONGEST_HEADING } else { LONGEST_TEXT };
                if !(1..=longest).contains(&text.part(*part).chars().count()) {
                    wrong.push(Wrong::Text { language: *language, part: *part });
                }
            }
            texts.insert(*language, text);
        }
        if texts.is_empty() {
            wrong.push(Wrong::NoText);
        }
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        Ok(Ok(Self {
            slug: input.slug.clone(),
            name,
            topics,
            purpose: input.purpose.clone(),
            from_address: sender.map(|sender| sender.as_str().to_owned()).unwrap_or_default(),
            enabled: input.enabled,
            texts,
        }))
    }
}
