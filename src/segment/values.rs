//! The values that a rule may name. Each is checked when it is read, so that what a [`super::Rule`] holds is right.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::fault::{self, Got, Noun, RuleFault, Wanted};
use super::parse::nearest;
use crate::contacts::Deed;
use crate::contacts::person::{ContactKind, DegreeLevel, Sector};
use crate::invitations::Network;
use crate::kernel::language::Language;
use crate::taxonomy::industry;

/// Longest text that a rule may name, in characters.
pub const MAX_TEXT: usize = 200;

/// A value with one spelling in JSON.
pub(super) trait Named: Sized {
    /// Reads the value, or says what was expected.
    fn read(value: &Value) -> Result<Self, RuleFault>;
    /// The spelling that [`Named::read`] takes back.
    fn to_json(&self) -> Value;
}

/// At least one value; a record matches when it has one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OneOf<T>(Vec<T>);

impl<T> OneOf<T> {
    /// `None` when there is nothing to choose from.
    pub(super) fn new(values: Vec<T>) -> Option<Self> {
        (!values.is_empty()).then_some(Self(values))
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    pub(super) fn contains(&self, value: &T) -> bool
    where
        T: PartialEq,
    {
        self.0.contains(value)
    }

    pub(super) fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.0.clone()
    }
}

/// Words as people write them: trimmed, 1–200 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Named for Text {
    fn read(value: &Value) -> Result<Self, RuleFault> {
        let text = string(value, Noun::new("text", "a text"))?;
        if text.chars().count() > MAX_TEXT {
            return Err(RuleFault::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(RuleFault::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    fn to_json(&self) -> Value {
        self.0.as_str().into()
    }
}

/// Declares a code: a text of a fixed shape, kept in one spelling.
macro_rules! code {
    ($(#[$meta:meta])* $name:ident, $key:literal, $expected:literal, $shape:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(super) struct $name(String);

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Named for $name {
            fn read(value: &Value) -> Result<Self, RuleFault> {
                const EXPECTED: Noun = Noun::new($key, $expected);
                let shape: fn(&str) -> bool = $shape;
                let text = string(value, EXPECTED)?;
                if shape(text) {
                    return Ok(Self(text.to_owned()));
                }
                let upper = text.to_ascii_uppercase();
                let hint = shape(&upper).then_some(upper);
                Err(misread(EXPECTED, text, hint))
            }

            fn to_json(&self) -> Value {
                self.0.as_str().into()
            }
        }
    };
}

code!(
    /// A country (ISO 3166-1 alpha-2).
    Country,
    "country",
    "a country code (ISO 3166-1) such as \"SE\"",
    |text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
);
code!(
    /// A county or other part of a country (ISO 3166-2).
    Region,
    "region",
    "a region code (ISO 3166-2) such as \"SE-M\"",
    |text| text.split_once('-').is_some_and(|(country, part)| {
        country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=3).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
);
code!(
    /// A municipality by the number that its country's statistics office gives it: three digits in Denmark and
    /// Finland, four in Sweden and Norway.
    Municipality,
    "municipality",
    "a municipality code of 3 or 4 digits such as \"1280\"",
    |text| (3..=4).contains(&text.len()) && digits(text)
);
code!(
    /// The first digits of an occupation code (SSYK 2012, STYRK-08, ISCO-08).
    ProfessionPrefix,
    "profession",
    "the first 1 to 4 digits of an SSYK or ISCO code such as \"261\"",
    |text| (1..=4).contains(&text.len()) && digits(text)
);

/// A section of SNI 2007 and NACE Rev. 2 (a letter), or the first digits of a code, kept without dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndustryPrefix(String);

impl IndustryPrefix {
    /// The codes that belong to it.
    pub(super) fn codes(&self) -> Codes {
        Codes::of_industry(&self.0)
    }
}

impl Named for IndustryPrefix {
    fn read(value: &Value) -> Result<Self, RuleFault> {
        const EXPECTED: Noun = Noun::new(
            "industry",
            "the first 1 to 5 digits of an SNI or NACE code such as \"69\" or \"69.1\", or a section's letter from A to U",
        );
        let text = string(value, EXPECTED)?;
        let code = industry::normalized(text);
        code.map(Self).ok_or_else(|| misread(EXPECTED, text, None))
    }

    fn to_json(&self) -> Value {
        self.0.as_str().into()
    }
}

/// A range of codes of digits: LIKE 'x%' finds no index on SQLite, nor on PostgreSQL unless its collation is C. Digits
/// are ordered alike by every collation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Codes {
    /// The first of them.
    pub(super) first: String,
    /// The first behind them; none after the last of all.
    pub(super) end: Option<String>,
}

impl Codes {
    /// The codes that begin with these digits.
    pub(super) fn beginning(prefix: &str) -> Self {
        Self { first: prefix.to_owned(), end: after(prefix) }
    }

    /// The codes of an industry: of a section by its letter, else those that begin with these digits.
    pub(super) fn of_industry(code: &str) -> Self {
        match industry::section(code) {
            Some((first, last)) => Self { first: first.to_owned(), end: after(last) },
            None => Self::beginning(code),
        }
    }

    /// Whether a code is among them.
    pub(super) fn contain(&self, code: &str) -> bool {
        self.first.as_str() <= code && self.end.as_deref().is_none_or(|end| code < end)
    }
}

/// The first code behind all that begin with these digits: "262" for "261", "3" for "29"; none after "9".
fn after(prefix: &str) -> Option<String> {
    let mut digits = prefix.trim_end_matches('9').to_owned();
    let last = digits.pop()?;
    let next = char::from_digit(last.to_digit(10)? + 1, 10)?;
    digits.push(next);
    Some(digits)
}

/// The number of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CampaignId(i64);

impl CampaignId {
    pub(super) const fn get(self) -> i64 {
        self.0
    }
}

impl Named for CampaignId {
    fn read(value: &Value) -> Result<Self, RuleFault> {
        whole(value, Noun::new("campaign", "a campaign's number"), 1, i64::MAX).map(Self)
    }

    fn to_json(&self) -> Value {
        self.0.into()
    }
}

/// The enums of the register as values of a rule.
macro_rules! words {
    ($($name:ident: $key:literal, $expected:literal;)+) => {$(
        impl Named for $name {
            fn read(value: &Value) -> Result<Self, RuleFault> {
                word(value, Noun::new($key, $expected), Self::ALL)
            }

            fn to_json(&self) -> Value {
                self.as_str().into()
            }
        }
    )+};
}

words! {
    ContactKind: "kind", "a kind of contact";
    DegreeLevel: "level", "a level";
    Language: "language", "a language";
    Network: "network", "a way to stand to the network";
    Sector: "sector", "a sector";
    Did: "did", "something readers do";
}

crate::text_enum! {
    /// What a reader did with our mails.
    Did {
        Opened = "opened",
        Clicked = "clicked",
        /// Neither.
        Nothing = "none",
    }
}

impl Did {
    /// The deeds that are looked for, and whether finding one is what is asked.
    pub(super) const fn looks_for(self) -> (&'static [Deed], bool) {
        match self {
            Self::Opened => (&[Deed::Opened], true),
            Self::Clicked => (&[Deed::Clicked], true),
            Self::Nothing => (Deed::ALL, false),
        }
    }
}

/// Calendar years from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Years {
    from: i32,
    to: i32,
}

impl Years {
    pub(super) const fn first(self) -> i32 {
        self.from
    }

    pub(super) const fn last(self) -> i32 {
        self.to
    }

    pub(super) const fn contains(self, year: i32) -> bool {
        self.from <= year && year <= self.to
    }
}

impl Years {
    /// From the first year to the last, in this order.
    pub(super) fn new(from: i32, to: i32) -> Result<Self, RuleFault> {
        if from > to {
            return Err(RuleFault::Reversed { from, to });
        }
        Ok(Self { from, to })
    }

    pub(super) fn to_json(self) -> Value {
        vec![self.from, self.to].into()
    }
}

/// A year in four digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Year(pub(super) i32);

impl Named for Year {
    fn read(value: &Value) -> Result<Self, RuleFault> {
        const YEAR: Noun = Noun::new("year", "a year");
        let year = whole(value, YEAR, 1800, 2200)?;
        i32::try_from(year).map(Self).map_err(|_| unexpected(YEAR, value))
    }

    fn to_json(&self) -> Value {
        self.0.into()
    }
}

/// Something of another kind than what belongs there.
pub(super) fn unexpected(expected: impl Into<Wanted>, value: &Value) -> RuleFault {
    RuleFault::Unexpected { expected: expected.into(), got: Got::Kind(Noun::type_of(value)) }
}

/// A text that does not read as what belongs there.
pub(super) fn misread(expected: Noun, text: &str, hint: Option<String>) -> RuleFault {
    RuleFault::Unexpected { expected: expected.into(), got: Got::Text { text: shorten(text), hint } }
}

/// A text value without the space around it; nothing but space is refused.
pub(super) fn string(value: &Value, expected: Noun) -> Result<&str, RuleFault> {
    let text = value.as_str().ok_or_else(|| unexpected(expected, value))?.trim();
    if text.is_empty() {
        let got = Got::Kind(fault::EMPTY_TEXT);
        return Err(RuleFault::Unexpected { expected: expected.into(), got });
    }
    Ok(text)
}

/// A whole number within bounds, both included.
pub(super) fn whole(value: &Value, what: Noun, least: i64, most: i64) -> Result<i64, RuleFault> {
    if !value.is_number() {
        return Err(RuleFault::NotANumber { what, got: Noun::type_of(value) });
    }
    value.as_i64().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let most = (most != i64::MAX).then_some(most);
        RuleFault::OutOfRange { what, least, most, got: value.to_string() }
    })
}

/// One of a fixed set of words.
fn word<T: FromStr + fmt::Display>(value: &Value, what: Noun, all: &[T]) -> Result<T, RuleFault> {
    let text = string(value, what)?;
    text.parse().map_err(|_| {
        let allowed: Vec<String> = all.iter().map(ToString::to_string).collect();
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        RuleFault::NoneOf { word: shorten(text), what, nearest: nearest(text, &allowed) }
    })
}

/// A text in quotes for a message, cut when it is long.
pub(super) fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{:?}", start + "…")
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Codes, IndustryPrefix, Named, after};

    #[test]
    fn a_prefix_ends_before_the_next_code() {
        assert_eq!(after("261").as_deref(), Some("262"));
        assert_eq!(after("29").as_deref(), Some("3"));
        assert_eq!(after("1999").as_deref(), Some("2"));
        assert_eq!(after("9"), None);
        assert_eq!(after("99"), None);
    }

    #[test]
    fn a_section_is_a_range_of_divisions() {
        let codes = |text: &str| IndustryPrefix::read(&text.into()).unwrap().codes();
        for (section, inside, outside) in [
            ("M", ["69", "69101", "75000"], ["68", "76", "760"]),
            ("B", ["05", "07290", "09900"], ["04", "10", "1"]),
            ("C", ["10", "29", "33200"], ["09900", "34", "35"]),
            ("u", ["99", "99000", "990"], ["98", "98200", "9"]),
        ] {
            assert!(inside.iter().all(|code| codes(section).contain(code)), "{section}");
            assert!(!outside.iter().any(|code| codes(section).contain(code)), "{section}");
        }
        assert_eq!(codes("69.1"), Codes::beginning("691"));
        assert!(codes("69.101").contain("69101") && !codes("69.101").contain("69102"));
    }
}
