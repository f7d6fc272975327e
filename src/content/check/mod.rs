//! The pre-flight check of what a campaign says (product P27), over the finished HTML, so that every kind of body is
//! judged alike. What needs the register or the network is found elsewhere and told in the same form.

mod colour;
mod page;
mod place;

use std::fmt;

use super::compile::{CompiledCampaign, CompiledLanguage};
use super::pieces::{Field, MergeValues, Piece};
use super::source::{CampaignContent, LanguageContent};
use crate::kernel::language::Language;

pub use place::Whereabouts;

/// Gmail shows no more of a mail, in octets of its HTML.
pub const CLIPPED_AT: usize = 102 * 1024;
/// The longest subject that phones show, in characters.
pub const LONGEST_SUBJECT: usize = 60;

crate::text_enum! {
    /// How grave a finding is.
    Level {
        /// The campaign cannot be launched with it.
        Error = "error",
        /// Somebody should look at it.
        Warning = "warning",
    }
}

crate::text_enum! {
    /// What was found.
    Finding {
        /// The text does not compile.
        Text = "text",
        /// A picture without a description, not even an empty one.
        NoAlt = "no_alt",
        /// A picture with an empty description.
        EmptyAlt = "empty_alt",
        /// A link without any words.
        EmptyLink = "empty_link",
        /// A link whose words say nothing of where it leads.
        VagueLink = "vague_link",
        /// A link that leads nowhere.
        NowhereLink = "nowhere_link",
        /// A link that did not answer as it should.
        DeadLink = "dead_link",
        /// A link into a private network.
        InternalLink = "internal_link",
        /// Text that is hard to tell from what it stands on.
        Contrast = "contrast",
        /// A heading that leaves out a level.
        HeadingOrder = "heading_order",
        /// A heading without words.
        EmptyHeading = "empty_heading",
        /// A field without fallback that some recipients have no value for.
        MergeGap = "merge_gap",
        /// A language without text, while others have one.
        NoLanguage = "no_language",
        /// A preheader in some languages alone.
        NoPreheader = "no_preheader",
        /// More HTML than Gmail shows.
        Clipped = "clipped",
        /// Pictures that weigh more than people wait for.
        HeavyPictures = "heavy_pictures",
        /// A subject that phones cut off.
        LongSubject = "long_subject",
        /// No way to leave.
        NoUnsubscribe = "no_unsubscribe",
        /// The sender's domain has no SPF record (RFC 7208).
        NoSpf = "no_spf",
        /// The sender's domain has no DKIM key under the selector in use (RFC 6376).
        NoDkim = "no_dkim",
        /// The sender's domain has no DMARC record (RFC 7489).
        NoDmarc = "no_dmarc",
    }
}

impl Finding {
    /// How grave it is.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Text | Self::NoAlt | Self::EmptyLink | Self::NowhereLink | Self::NoUnsubscribe => {
                Level::Error
            }
            _ => Level::Warning,
        }
    }

    /// One sentence for programs and the command line, with what it is about.
    #[must_use]
    pub fn sentence(self, what: &str, amount: i64) -> String {
        match self {
            Self::Text => format!("the text cannot be used: {what}"),
            Self::NoAlt => format!("the picture {what} has no description; say what it shows"),
            Self::EmptyAlt => {
                format!(
                    "the picture {what} has an empty description; that is right for mere decoration alone"
                )
            }
            Self::EmptyLink => format!("the link to {what} has no words; say where it leads"),
            Self::VagueLink => format!("\"{what}\" does not say where the link leads"),
            Self::NowhereLink => format!("the link \"{what}\" leads nowhere; give it an address"),
            Self::DeadLink => format!("the link to {what} does not work"),
            Self::InternalLink => format!("the link to {what} leads into a private network"),
            Self::Contrast => {
                format!("\"{what}\" is hard to read on its background; use a contrast of 4.5 to 1")
            }
            Self::HeadingOrder => format!("the heading \"{what}\" leaves out a level"),
            Self::EmptyHeading => "a heading has no words".to_owned(),
            Self::MergeGap => {
                format!("{amount} recipients have no {what} and the field has no fallback; write one")
            }
            Self::NoLanguage => {
                "there is no text in this language; its readers get the default one".to_owned()
            }
            Self::NoPreheader => "there is no preheader in this language, while another has one".to_owned(),
            Self::Clipped => format!("the HTML has {amount} kB; Gmail shows 102 kB of it"),
            Self::HeavyPictures => format!("the pictures weigh {amount} kB together; make them smaller"),
            Self::LongSubject => format!("the subject has {amount} characters; phones show about 60"),
            Self::NoUnsubscribe => "there is no way to unsubscribe; write {{unsubscribe_url}}".to_owned(),
            Self::NoSpf => format!("the sender's domain {what} has no SPF record"),
            Self::NoDkim => format!("the sender's domain {what} has no DKIM key that we could find"),
            Self::NoDmarc => format!("the sender's domain {what} has no DMARC record"),
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Found {
    /// What it is.
    pub finding: Finding,
    /// How grave it is.
    pub level: Level,
    /// In which language's text; none when it concerns the campaign as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What it is about: an address, words of the text, a field's name.
    pub what: String,
    /// How many people, octets or characters, where that is said.
    pub amount: i64,
    /// Where it was written, when that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Whereabouts>,
}

impl Found {
    /// Something found, without more about it.
    #[must_use]
    pub fn new(finding: Finding, language: Option<Language>, what: impl Into<String>) -> Self {
        Self { finding, level: finding.level(), language, what: what.into(), amount: 0, place: None }
    }

    /// With an amount.
    #[must_use]
    pub fn amounting(mut self, amount: i64) -> Self {
        self.amount = amount;
        self
    }

    /// With the place in the source where these words stand first.
    #[must_use]
    pub fn at(mut self, source: &LanguageContent, words: &str) -> Self {
        self.place = place::of(source, words);
        self
    }

    /// Whether it keeps the campaign from being launched.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// A JSON path into the campaign file.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = "$.content".to_owned();
        if let Some(language) = self.language {
            path.push_str(&format!(".{language}"));
        }
        if let Some(Whereabouts::Block { id }) = &self.place {
            path.push_str(&format!(".blocks[?@.id=='{id}']"));
        }
        path
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(language) = self.language {
            write!(f, "{language}: ")?;
        }
        f.write_str(&self.finding.sentence(&self.what, self.amount))
    }
}

/// Everything that can be found in the text alone, errors first. `compiled` is the same content, without counted links.
#[must_use]
pub fn check(content: &CampaignContent, compiled: &CompiledCampaign) -> Vec<Found> {
    let mut found = Vec::new();
    for text in compiled.languages() {
        if let Some(source) = content.languages.get(&text.language) {
            check_language(source, text, &mut found);
        }
    }
    // A campaign in one language is so on purpose.
    if content.languages.len() > 1 {
        let missing = Language::ALL.iter().filter(|language| !content.languages.contains_key(language));
        found.extend(missing.map(|language| Found::new(Finding::NoLanguage, Some(*language), "")));
        let has = |source: &LanguageContent| {
            source.preheader.as_deref().is_some_and(|text| !text.trim().is_empty())
        };
        if content.languages.values().any(has) {
            let without = content.languages.iter().filter(|(_, source)| !has(source));
            found.extend(without.map(|(language, _)| Found::new(Finding::NoPreheader, Some(*language), "")));
        }
    }
    found.sort_by_key(|one| one.level);
    found
}

fn check_language(source: &LanguageContent, text: &CompiledLanguage, found: &mut Vec<Found>) {
    let language = Some(text.language);
    let html = text.html.filled(&somebody());
    if html.len() > CLIPPED_AT {
        let kilobytes = i64::try_from(html.len().div_ceil(1024)).unwrap_or(i64::MAX);
        found.push(Found::new(Finding::Clipped, language, "").amounting(kilobytes));
    }
    let subject = text.subject.filled(&somebody()).chars().count();
    if subject > LONGEST_SUBJECT {
        let subject = i64::try_from(subject).unwrap_or(i64::MAX);
        found.push(Found::new(Finding::LongSubject, language, "").amounting(subject));
    }
    if !text.html.uses(Field::UnsubscribeUrl) || !text.text.uses(Field::UnsubscribeUrl) {
        found.push(Found::new(Finding::NoUnsubscribe, language, ""));
    }
    page::check(source, text.language, &html, found);
}

/// The fields of persons that stand somewhere without a fallback.
#[must_use]
pub fn without_fallback(text: &CompiledLanguage) -> Vec<Field> {
    let personal = [Field::GivenName, Field::FamilyName, Field::Programme, Field::GraduationYear];
    let all = [Some(&text.subject), text.preheader.as_ref(), Some(&text.html)];
    let bare = |field: &Field| {
        all.iter().flatten().flat_map(|pieces| pieces.as_slice()).any(
            |piece| matches!(piece, Piece::Slot(slot) if slot.field() == *field && slot.fallback().is_none()),
        )
    };
    personal.into_iter().filter(bare).collect()
}

/// Values as long as most people's.
fn somebody() -> MergeValues<'static> {
    const LINK: &str =
        "https://alumn.example.se/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    MergeValues {
        given_name: "Katarina",
        family_name: "Lindström",
        programme: "Juristprogrammet",
        graduation_year: "2012",
        unit_name: "Alumn",
        preferences_url: LINK,
        unsubscribe_url: LINK,
        web_version_url: LINK,
        accept_url: LINK,
        decline_url: LINK,
        pixel_url: LINK,
        trap_url: LINK,
        links: &[],
    }
}

#[cfg(test)]
mod tests;
