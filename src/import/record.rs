//! One row, parsed: a [`Record`] whose every value has its type, or the reason why the row is rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::level;
use super::mapping::{Field, Mapping};
use super::reason::RejectReason;
use super::source::{Encoding, Row, Table};
use super::words;
use crate::contacts::person::{DegreeLevel, Sector};
use crate::contacts::{ParticipationKind, code_of_name};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::identity_number::IdentityNumber;
use crate::kernel::language::Language;
use crate::kernel::phone::PhoneNumber;
use crate::taxonomy::{Gazetteer, country};

/// What one row says about a person. What it does not say is `None`, and changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The identity number; never stored, see [`IdentityNumber::hash`].
    pub identity_number: Option<IdentityNumber>,
    /// The person's number in the system that the file comes from.
    pub source_number: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
    /// Postal address.
    pub address: Option<Address>,
    /// Preferred language.
    pub language: Option<Language>,
    /// A degree, or studies towards one.
    pub degree: Option<Degree>,
    /// A place of work.
    pub employment: Option<Employment>,
    /// Events and projects.
    pub participations: Vec<TookPart>,
    /// A consent given.
    pub consent: Option<Consent>,
    /// Protected identity.
    pub protected: bool,
    /// The register says that the person is dead.
    pub deceased: bool,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: Option<String>,
    /// Postcode, without space in Sweden and Norway.
    pub postcode: Option<String>,
    /// Postal place.
    pub place: Option<String>,
    /// ISO 3166-1, two letters.
    pub country: String,
}

/// A degree, or studies towards one.
#[derive(Debug, Clone, PartialEq)]
pub struct Degree {
    /// The programme's code; opaque.
    pub programme_code: Option<String>,
    /// The programme's name.
    pub programme_name: Option<String>,
    /// The faculty's name.
    pub faculty: Option<String>,
    /// Level, where the file or the title leaves no doubt.
    pub level: Option<DegreeLevel>,
    /// The year that the studies began.
    pub start_year: Option<i32>,
    /// The year of graduation, which may be an expected one.
    pub graduation_year: Option<i32>,
    /// The degree's title.
    pub title: Option<String>,
    /// Credits earned.
    pub credits: Option<f64>,
}

/// A place of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employment {
    /// Employer's name.
    pub employer: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// SSYK 2012 or ISCO-08 code, one to four digits.
    pub profession_code: Option<String>,
    /// SNI or NACE code, one to five digits.
    pub industry_code: Option<String>,
    /// Who employs.
    pub sector: Option<Sector>,
    /// First day.
    pub from: Option<NaiveDate>,
}

/// An event or a project that somebody took part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TookPart {
    /// Which of the two.
    pub kind: ParticipationKind,
    /// Its code; that of its name where the file has none.
    pub code: String,
    /// Its name; its code where the file has none.
    pub name: String,
    /// When.
    pub on: Option<NaiveDate>,
}

/// A consent as the file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The purposes that it covers; at least one.
    pub purposes: Vec<String>,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// The exact text that the person agreed to.
    pub text: String,
}

/// Turns the rows of one file into records.
#[derive(Debug, Clone)]
pub struct Parser {
    mapping: Mapping,
    places: BTreeMap<Field, usize>,
    columns: usize,
    encoding: Encoding,
    now: DateTime<Utc>,
    purposes: Option<BTreeSet<String>>,
    gazetteer: Option<Arc<Gazetteer>>,
}

impl Parser {
    /// A parser for a file of this layout. Dates after `now` are refused.
    #[must_use]
    pub fn new(mapping: &Mapping, table: &Table, now: DateTime<Utc>) -> Self {
        Self {
            mapping: mapping.clone(),
            places: mapping.places(&table.columns),
            columns: table.columns.len(),
            encoding: table.encoding,
            now,
            purposes: None,
            gazetteer: None,
        }
    }

    /// Refuses consents to other purposes than these.
    #[must_use]
    pub fn with_purposes(mut self, purposes: impl IntoIterator<Item = String>) -> Self {
        self.purposes = Some(purposes.into_iter().collect());
        self
    }

    /// Looks addresses up here, in place of the built-in list alone.
    #[must_use]
    pub fn with_gazetteer(mut self, gazetteer: Gazetteer) -> Self {
        self.gazetteer = Some(Arc::new(gazetteer));
        self
    }

    /// Where addresses are looked up.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        self.gazetteer.as_deref().unwrap_or_else(|| Gazetteer::builtin())
    }

    /// Parses a row.
    ///
    /// # Errors
    /// The first reason that stands against importing it.
    pub fn parse(&self, row: &Row) -> Result<Record, RejectReason> {
        let (found, expected) = (row.cells.len(), self.columns);
        if row.cells.iter().all(String::is_empty) {
            return Err(RejectReason::EmptyRow);
        }
        if found < expected {
            return Err(RejectReason::ShortRow { found, expected });
        }
        if row.cells[expected..].iter().any(|cell| !cell.is_empty()) {
            return Err(RejectReason::LongRow { found, expected });
        }
        Cells { parser: self, cells: &row.cells }.record()
    }
}

/// The longest value that a column takes; a consent's text may be ten times that.
const LONGEST: usize = 500;

/// One row's cells by field.
struct Cells<'a> {
    parser: &'a Parser,
    cells: &'a [String],
}

impl Cells<'_> {
    fn record(&self) -> Result<Record, RejectReason> {
        let country = match self.word(Field::Country)? {
            Some(name) => {
                let known = country::find(&name).ok_or(RejectReason::UnknownValue(Field::Country))?;
                known.code.to_owned()
            }
            None => self.parser.mapping.country.clone(),
        };
        Ok(Record {
            given_name: self.text(Field::GivenName)?.ok_or(RejectReason::Missing(Field::GivenName))?,
            family_name: self.text(Field::FamilyName)?.ok_or(RejectReason::Missing(Field::FamilyName))?,
            identity_number: self.identity_number()?,
            source_number: self.text(Field::SourceNumber)?,
            email: match self.raw(Field::Email)? {
                Some(text) => Some(EmailAddress::parse(text).map_err(|_| RejectReason::Email)?),
                None => None,
            },
            phone: match self.raw(Field::Phone)? {
                Some(text) => Some(PhoneNumber::parse(text, &country).map_err(|_| RejectReason::Phone)?),
                None => None,
            },
            address: self.address(country)?,
            language: self.language()?,
            degree: self.degree()?,
            employment: self.employment()?,
            participations: self.participations()?,
            consent: self.consent()?,
            protected: self.flag(Field::Protected)?,
            deceased: self.flag(Field::Deceased)?,
        })
    }

    /// The cell's text, if the file has the column and the cell has any.
    fn raw(&self, field: Field) -> Result<Option<&str>, RejectReason> {
        let longest = if field == Field::ConsentText { LONGEST * 10 } else { LONGEST };
        let cell = self.parser.places.get(&field).and_then(|place| self.cells.get(*place));
        match cell.map(String::as_str) {
            None | Some("") => Ok(None),
            Some(text) if text.len() > longest && text.chars().count() > longest => {
                Err(RejectReason::TooLong { field, longest })
            }
            Some(text) => Ok(Some(text)),
        }
    }

    /// Text for people: composed characters (Unicode NFC), single spaces.
    fn text(&self, field: Field) -> Result<Option<String>, RejectReason> {
        Ok(self.raw(field)?.map(|text| {
            let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_nfc_quick(spaced.chars()) == IsNormalized::Yes { spaced } else { spaced.nfc().collect() }
        }))
    }

    /// One of our words: translated by the mapping, where it has a list for the field.
    fn word(&self, field: Field) -> Result<Option<String>, RejectReason> {
        let Some(text) = self.raw(field)? else { return Ok(None) };
        match self.parser.mapping.values.get(&field) {
            None => Ok(Some(text.to_lowercase())),
            Some(words) => words
                .iter()
                .find(|(theirs, _)| theirs.to_lowercase() == text.to_lowercase())
                .map(|(_, ours)| Some(ours.clone()))
                .ok_or(RejectReason::UnknownValue(field)),
        }
    }

    fn flag(&self, field: Field) -> Result<bool, RejectReason> {
        match self.word(field)? {
            None => Ok(false),
            Some(word) => words::flag(&word).ok_or(RejectReason::UnknownValue(field)),
        }
    }

    fn identity_number(&self) -> Result<Option<IdentityNumber>, RejectReason> {
        let Some(text) = self.raw(Field::IdentityNumber)? else { return Ok(None) };
        // A spreadsheet that takes the number for a quantity drops a zero in front.
        let zero_lost = self.parser.encoding == Encoding::Workbook
            && text.len() == if self.parser.mapping.country == "NO" { 10 } else { 9 };
        let text = if zero_lost { format!("0{text}") } else { text.to_owned() };
        let number = IdentityNumber::parse(&text, self.parser.now.date_naive());
        number.map(Some).map_err(RejectReason::IdentityNumber)
    }

    fn address(&self, country: String) -> Result<Option<Address>, RejectReason> {
        let postcode = self.text(Field::Postcode)?.map(|text| normal_postcode(&text, &country));
        let (street, place) = (self.text(Field::Street)?, self.text(Field::Place)?);
        if street.is_none() && postcode.is_none() && place.is_none() {
            return Ok(None);
        }
        Ok(Some(Address { street, postcode, place, country }))
    }

    fn language(&self) -> Result<Option<Language>, RejectReason> {
        match self.word(Field::Language)? {
            None => Ok(None),
            Some(tag) => words::language(&tag).map(Some).ok_or(RejectReason::UnknownValue(Field::Language)),
        }
    }

    fn degree(&self) -> Result<Option<Degree>, RejectReason> {
        let today = self.parser.now.year();
        let start_year = self.year(Field::StartYear, today + 2)?;
        let graduation_year = self.year(Field::GraduationYear, today + 10)?;
        if let (Some(start), Some(graduation)) = (start_year, graduation_year)
            && graduation < start
        {
            return Err(RejectReason::GraduationBeforeStart);
        }
        let title = self.text(Field::DegreeTitle)?;
        let level = match self.word(Field::Level)? {
            Some(word) => Some(word.parse().map_err(|_| RejectReason::UnknownValue(Field::Level))?),
            None => title.as_deref().and_then(level::of_title),
        };
        let degree = Degree {
            programme_code: self.text(Field::ProgrammeCode)?,
            programme_name: self.text(Field::ProgrammeName)?,
            faculty: self.text(Field::Faculty)?,
            level,
            start_year,
            graduation_year,
            title,
            credits: self.credits()?,
        };
        let says_something = degree.programme_code.is_some()
            || degree.programme_name.is_some()
            || degree.title.is_some()
            || degree.graduation_year.is_some();
        Ok(says_something.then_some(degree))
    }

    fn year(&self, field: Field, latest: i32) -> Result<Option<i32>, RejectReason> {
        const EARLIEST: i32 = 1900;
        let Some(text) = self.raw(field)? else { return Ok(None) };
        let year = text.parse().ok().filter(|year| (EARLIEST..=latest).contains(year));
        year.map(Some).ok_or(RejectReason::Year { field, earliest: EARLIEST, latest })
    }

    fn credits(&self) -> Result<Option<f64>, RejectReason> {
        let Some(text) = self.raw(Field::Credits)? else { return Ok(None) };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
        let number = text.replace(',', ".").parse::<f64>().ok();
        number
            .filter(|credits| plain && (0.0..=2000.0).contains(credits))
            .map(Some)
            .ok_or(RejectReason::Credits)
    }

    fn employment(&self) -> Result<Option<Employment>, RejectReason> {
        let employment = Employment {
            employer: self.text(Field::Employer)?,
            job_title: self.text(Field::JobTitle)?,
            profession_code: self.code(Field::ProfessionCode, 4)?,
            industry_code: self.code(Field::IndustryCode, 5)?,
            sector: match self.word(Field::Sector)? {
                Some(word) => Some(word.parse().map_err(|_| RejectReason::UnknownValue(Field::Sector))?),
                None => None,
            },
            from: self.date(Field::EmployedFrom)?,
        };
        let says_something = employment.employer.is_some()
            || employment.job_title.is_some()
            || employment.profession_code.is_some()
            || employment.industry_code.is_some();
        Ok(says_something.then_some(employment))
    }

    fn code(&self, field: Field, most: usize) -> Result<Option<String>, RejectReason> {
        let Some(text) = self.raw(field)? else { return Ok(None) };
        let code: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
        let right = (1..=most).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        if right { Ok(Some(code)) } else { Err(RejectReason::Code { field, most }) }
    }

    fn date(&self, field: Field) -> Result<Option<NaiveDate>, RejectReason> {
        let date = self.raw(field)?.map(str::parse).transpose();
        date.map_err(|_| RejectReason::Date(field))
    }

    fn participations(&self) -> Result<Vec<TookPart>, RejectReason> {
        let took_part = |kind, code: Option<String>, name: Option<String>, on| {
            let code = code.or_else(|| name.as_deref().map(code_of_name))?;
            let name = name.unwrap_or_else(|| code.clone());
            Some(TookPart { kind, code, name, on })
        };
        let on = self.date(Field::AttendedOn)?;
        let (code, name) = (self.text(Field::EventCode)?, self.text(Field::EventName)?);
        let event = took_part(ParticipationKind::Event, code, name, on);
        // The day is that of the event, where there is one.
        let on = on.filter(|_| event.is_none());
        let project = took_part(ParticipationKind::Project, None, self.text(Field::Project)?, on);
        Ok(event.into_iter().chain(project).collect())
    }

    fn consent(&self) -> Result<Option<Consent>, RejectReason> {
        let (Some(rule), Some(given_at)) = (&self.parser.mapping.consent, self.raw(Field::ConsentedAt)?)
        else {
            return Ok(None);
        };
        let given_at = time(given_at)
            .filter(|time| *time <= self.parser.now)
            .ok_or(RejectReason::Date(Field::ConsentedAt))?;
        let text = self.text(Field::ConsentText)?.ok_or(RejectReason::Missing(Field::ConsentText))?;
        let topics = self.raw(Field::Topics)?.unwrap_or_default();
        let mut purposes: Vec<String> = topics
            .split(&rule.separator)
            .map(|topic| topic.trim().to_lowercase())
            .filter(|topic| !topic.is_empty())
            .collect();
        if purposes.is_empty() {
            purposes.push(rule.without_topic.clone());
        }
        purposes.sort();
        purposes.dedup();
        if self
            .parser
            .purposes
            .as_ref()
            .is_some_and(|known| purposes.iter().any(|purpose| !known.contains(purpose)))
        {
            return Err(RejectReason::UnknownValue(Field::Topics));
        }
        Ok(Some(Consent { purposes, given_at, text }))
    }
}

/// RFC 3339, or a date or a time of day without an offset, which is taken as UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").map(|time| time.and_utc()))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").map(|time| time.and_utc()))
        .or_else(|_| text.parse::<NaiveDate>().map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc()))
        .ok()
}

/// Five digits in Sweden, four in Norway (with a zero that a spreadsheet dropped put back); elsewhere as written.
fn normal_postcode(text: &str, country: &str) -> String {
    let digits: String = text
        .trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-')
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{a0}'))
        .collect();
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    match (country, digits.len()) {
        ("SE", 5) | ("NO", 4) if plain => digits,
        ("NO", 3) if plain => format!("0{digits}"),
        _ => text.to_uppercase(),
    }
}
