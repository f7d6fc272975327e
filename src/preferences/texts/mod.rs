//! What people are asked to agree to, word for word, in versions (product P19).
//!
//! A text is for one purpose, one channel and one unit, or the whole office; it is written in one or more languages. Staff
//! write a draft and publish it, which makes it the next version. A version that was published never changes: what
//! somebody agreed to stands in their consent record, and beside it the version's name, which leads here.

mod store;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::measuring::MEASURING;
use super::question::Channel;
use crate::kernel::language::Language;

pub use store::{all, draft, find, publish, published, save, versions};

/// The longest text, in characters.
pub const LONGEST: usize = 5_000;

/// The words by language.
pub type Words = BTreeMap<Language, String>;

/// What a text is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The code of the purpose; [`MEASURING`] is one.
    pub purpose: String,
    /// In which way people would be contacted.
    pub channel: Channel,
    /// By this unit; `None`: by the whole office.
    pub unit: Option<i64>,
}

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct ConsentText {
    pub id: i64,
    pub subject: Subject,
    pub version: i32,
    pub words: Words,
    pub created_by: Option<i64>,
    pub created_at: NaiveDateTime,
    pub published_by: Option<i64>,
    /// `None`: it is a draft.
    pub published_at: Option<NaiveDateTime>,
}

impl ConsentText {
    /// How a consent record names this version.
    #[must_use]
    pub fn name(&self) -> String {
        let place = self.subject.unit.map_or_else(|| "office".to_owned(), |unit| format!("unit-{unit}"));
        format!("{}/{}/{place}/{}", self.subject.purpose, self.subject.channel, self.version)
    }

    /// The words for somebody who reads this language.
    #[must_use]
    pub fn in_language(&self, wanted: Language) -> Option<(Language, &str)> {
        let mut order = std::iter::once(wanted).chain(wanted.fallbacks());
        order.find_map(|language| Some((language, self.words.get(&language)?.as_str())))
    }
}

/// Why a text cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Nothing is written.
    #[error("write the text in at least one language")]
    Empty,
    /// What everybody is asked on the page of preferences must be there in every language of that page.
    #[error("write the text in every language: {0} is missing")]
    Missing(Language),
    /// Too long.
    #[error("the text in {0} has more than 5000 characters")]
    TooLong(Language),
}

/// Words that were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Words);

impl Checked {
    /// Checks what staff wrote. A language without words is left out.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(subject: &Subject, written: &Words) -> Result<Self, Wrong> {
        let mut words = Words::new();
        for (language, text) in written {
            let text = text.replace("\r\n", "\n").trim().to_owned();
            if text.chars().count() > LONGEST {
                return Err(Wrong::TooLong(*language));
            }
            if !text.is_empty() {
                words.insert(*language, text);
            }
        }
        if words.is_empty() {
            return Err(Wrong::Empty);
        }
        let missing = Language::ALL.iter().find(|language| !words.contains_key(language));
        match missing {
            Some(missing) if subject.purpose == MEASURING => Err(Wrong::Missing(*missing)),
            _ => Ok(Self(words)),
        }
    }

    /// The words.
    #[must_use]
    pub const fn words(&self) -> &Words {
        &self.0
    }
}
