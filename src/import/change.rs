//! What a row changes, field by field, as a dry run tells it.

use std::fmt;

use chrono::NaiveDate;

use super::claim::Address;
use crate::contacts::{ContactKind, Degree, Employment, Participation};
use crate::kernel::language::Language;

crate::text_enum! {
    /// What of a person a row can change.
    Changed {
        GivenName = "given_name",
        FamilyName = "family_name",
        Language = "language",
        BirthDate = "birth_date",
        Email = "email",
        Phone = "phone",
        Protected = "protected",
        Deceased = "deceased",
        Address = "address",
        IdentityNumber = "identity_number",
        SourceNumber = "source_number",
        Degree = "degree",
        Employment = "employment",
        OtherAddress = "other_address",
        Participation = "participation",
        Consent = "consent",
        Kind = "kind",
    }
}

/// One field that a row changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which one.
    pub field: Changed,
    /// Its value before and after; `None` when nobody asked, or nobody may see it.
    pub values: Option<(ChangeValue, ChangeValue)>,
}

/// A value, before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeValue {
    /// There was none.
    Nothing,
    /// Text.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A language.
    Language(Language),
    /// A kind of contact.
    Kind(ContactKind),
    /// Yes or no.
    Flag(bool),
    /// Something new that is not told: an identity number.
    Untold,
}

/// For terminals; pages translate the words.
impl fmt::Display for ChangeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("-"),
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => write!(f, "{date}"),
            Self::Language(language) => write!(f, "{language}"),
            Self::Kind(kind) => write!(f, "{kind}"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Untold => f.write_str("new"),
        }
    }
}

/// `email: a@b.se -> c@b.se`, or `email: c@b.se` where there was none.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.field.as_str().replace('_', " ");
        match &self.values {
            None => f.write_str(&name),
            Some((ChangeValue::Nothing, after)) => write!(f, "{name}: {after}"),
            Some((before, after)) => write!(f, "{name}: {before} -> {after}"),
        }
    }
}

/// How a value is told.
pub(super) trait Told {
    fn told(&self) -> ChangeValue;
}

impl Told for String {
    fn told(&self) -> ChangeValue {
        if self.is_empty() { ChangeValue::Nothing } else { ChangeValue::Text(self.clone()) }
    }
}

impl Told for Language {
    fn told(&self) -> ChangeValue {
        ChangeValue::Language(*self)
    }
}

impl Told for NaiveDate {
    fn told(&self) -> ChangeValue {
        ChangeValue::Date(*self)
    }
}

impl Told for bool {
    fn told(&self) -> ChangeValue {
        ChangeValue::Flag(*self)
    }
}

/// An address as written, with its form for comparison.
impl Told for (String, String) {
    fn told(&self) -> ChangeValue {
        self.0.told()
    }
}

impl<T: Told> Told for Option<T> {
    fn told(&self) -> ChangeValue {
        self.as_ref().map_or(ChangeValue::Nothing, Told::told)
    }
}

impl Told for Address {
    fn told(&self) -> ChangeValue {
        let line = joined(&[self.postcode.as_deref(), self.place.as_deref()], " ");
        joined(&[self.street.as_deref(), Some(&line), self.country.as_deref()], ", ").told()
    }
}

impl Told for Degree {
    fn told(&self) -> ChangeValue {
        let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
        let years = format!("{}–{}", year(self.start_year), year(self.graduation_year));
        let level = self.level.map(|level| level.as_str());
        let credits = self.credits.map(|credits| credits.to_string());
        let parts = [
            Some(self.programme_code.as_str()),
            Some(self.programme_name.as_str()),
            self.faculty.as_deref(),
            Some(if years == "–" { "" } else { &years }),
            self.degree_title.as_deref(),
            level,
            credits.as_deref(),
        ];
        joined(&parts, ", ").told()
    }
}

impl Told for Employment {
    fn told(&self) -> ChangeValue {
        let from = self.from_date.map(|date| date.to_string());
        let parts = [
            self.job_title.as_deref(),
            self.employer.as_deref(),
            self.profession_code.as_deref(),
            self.industry_code.as_deref(),
            self.sector.map(|sector| sector.as_str()),
            from.as_deref(),
        ];
        joined(&parts, ", ").told()
    }
}

impl Told for Participation {
    fn told(&self) -> ChangeValue {
        let on = self.attended_on.map(|date| date.to_string());
        joined(&[Some(&self.event_name), on.as_deref()], ", ").told()
    }
}

fn joined(parts: &[Option<&str>], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().flatten().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}
