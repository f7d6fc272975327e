//! Which column of a file means what: saved as TOML, reused, with presets for the usual registers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::source::{self, Expected};
use crate::kernel::language::Language;

/// How the columns of a kind of file are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Its name, for people.
    pub name: String,
    /// The system that the file comes from: kept with every value as its source, and the realm in which its
    /// `source_number` is unique.
    pub source: String,
    /// The language of new people whose row names none.
    pub language: Language,
    /// The country (ISO 3166-1) of addresses and phone numbers that name none.
    pub country: String,
    /// What the people of the file are.
    #[serde(default)]
    pub kind: Kind,
    /// The heading, or headings, of each field's column.
    pub columns: BTreeMap<Field, Headings>,
    /// Fields whose columns a file may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<Field>,
    /// Words in the file that stand for one of ours, by field. With such a list every other word is an error.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<Field, BTreeMap<String, String>>,
    /// How consent is read, for files that carry it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRule>,
}

crate::text_enum! {
    /// What the people of a file become.
    #[derive(Default)]
    Kind {
        /// `alumn` or `student` by the office's rule over their degrees.
        #[default]
        ByDegree = "by_degree",
        /// `interested`: they wrote to us.
        Interested = "interested",
        /// `participant`: they took part in something.
        Participant = "participant",
        /// What they are already; the file says nothing about it.
        Unsaid = "unsaid",
    }
}

/// What a consent in the file covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// The unit that the consent was given to.
    pub unit: String,
    /// What stands between several topics in one cell.
    pub separator: String,
    /// The purpose of a consent that names no topic: what its text says.
    pub without_topic: String,
}

/// The heading of a column; with several, any of them will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Headings {
    /// One heading.
    One(String),
    /// Alternatives.
    Any(Vec<String>),
}

impl Headings {
    /// Every heading that will do.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        match self {
            Self::One(heading) => vec![heading.clone()],
            Self::Any(headings) => headings.clone(),
        }
    }
}

crate::text_enum! {
    /// Everything that a column can mean: each is the field of [`Record`](super::Record) with that name.
    Field {
        IdentityNumber = "identity_number",
        SourceNumber = "source_number",
        GivenName = "given_name",
        FamilyName = "family_name",
        Email = "email",
        Phone = "phone",
        Street = "street",
        Postcode = "postcode",
        Place = "place",
        Country = "country",
        Language = "language",
        ProgrammeCode = "programme_code",
        ProgrammeName = "programme_name",
        Faculty = "faculty",
        Level = "level",
        StartYear = "start_year",
        GraduationYear = "graduation_year",
        DegreeTitle = "degree_title",
        Credits = "credits",
        Employer = "employer",
        JobTitle = "job_title",
        ProfessionCode = "profession_code",
        IndustryCode = "industry_code",
        Sector = "sector",
        EmployedFrom = "employed_from",
        EventCode = "event_code",
        EventName = "event_name",
        AttendedOn = "attended_on",
        Project = "project",
        Topics = "topics",
        ConsentedAt = "consented_at",
        ConsentText = "consent_text",
        Protected = "protected",
        Deceased = "deceased",
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Neither a preset nor a file.
    #[error("there is no mapping \"{name}\"; give the path of a TOML file or one of {}", presets())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file is away or closed to us.
    #[error("the mapping {0} cannot be read ({1}); check the path")]
    Unreadable(String, std::io::Error),
    /// Not TOML, or a key that does not exist.
    #[error("the mapping is not right: {0}")]
    Invalid(String),
}

fn presets() -> String {
    Mapping::PRESETS.map(|(name, _)| name).join(", ")
}

impl Mapping {
    /// The mappings that come with the program.
    pub const PRESETS: [(&'static str, &'static str); 5] = [
        ("ladok", include_str!("presets/ladok.toml")),
        ("fs", include_str!("presets/fs.toml")),
        ("form", include_str!("presets/form.toml")),
        ("employment", include_str!("presets/employment.toml")),
        ("participants", include_str!("presets/participants.toml")),
    ];

    /// A mapping that comes with the program.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn preset(name: &str) -> Result<Self, MappingError> {
        let (_, text) = Self::PRESETS
            .into_iter()
            .find(|(preset, _)| *preset == name)
            .ok_or_else(|| MappingError::Unknown { name: name.to_owned() })?;
        Self::from_toml(text)
    }

    /// The TOML text of a preset by its name, or else of a file by its path.
    ///
    /// # Errors
    /// When there is neither, or the file cannot be read.
    pub fn toml_by_name_or_file(name: &str) -> Result<String, MappingError> {
        if let Some((_, text)) = Self::PRESETS.into_iter().find(|(preset, _)| *preset == name) {
            return Ok(text.to_owned());
        }
        let path = Path::new(name);
        if !path.exists() {
            return Err(MappingError::Unknown { name: name.to_owned() });
        }
        std::fs::read_to_string(path).map_err(|error| MappingError::Unreadable(name.to_owned(), error))
    }

    /// A preset by its name, or else a TOML file by its path.
    ///
    /// # Errors
    /// When there is neither, or the file is wrong.
    pub fn by_name_or_file(name: &str) -> Result<Self, MappingError> {
        Self::from_toml(&Self::toml_by_name_or_file(name)?)
    }

    /// Parses a mapping.
    ///
    /// # Errors
    /// When the text is no TOML, a key is unknown, or the columns do not make a person.
    pub fn from_toml(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            // The library draws the place over several lines; an error of ours is one.
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
            let line = before.matches('\n').count() + 1;
            MappingError::Invalid(format!("line {line}: {}", error.message().replace('\n', " ")))
        })?;
        mapping.check().map_err(MappingError::Invalid)?;
        Ok(mapping)
    }

    /// The mapping as TOML, which [`Mapping::from_toml`] reads again.
    ///
    /// # Errors
    /// When the mapping would not be taken from a file either.
    pub fn to_toml(&self) -> Result<String, MappingError> {
        self.check().map_err(MappingError::Invalid)?;
        toml::to_string(self).map_err(|error| MappingError::Invalid(error.to_string()))
    }

    fn check(&self) -> Result<(), String> {
        for field in [Field::GivenName, Field::FamilyName] {
            if !self.columns.contains_key(&field) {
                return Err("`columns` needs given_name and family_name".to_owned());
            }
        }
        let recognises = [Field::IdentityNumber, Field::SourceNumber, Field::Email];
        if !recognises.iter().any(|field| self.columns.contains_key(field)) {
            return Err(
                "`columns` needs one of identity_number, source_number and email, to recognise people by"
                    .to_owned(),
            );
        }
        if self.source.trim().is_empty() {
            return Err("`source` must name the system that the file comes from".to_owned());
        }
        if self.country.len() != 2 || !self.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(format!(
                "`country` must be two capital letters (ISO 3166-1), not \"{}\"",
                self.country
            ));
        }
        if self.columns.contains_key(&Field::ConsentedAt) != self.consent.is_some() {
            return Err("the column consented_at and the table [consent] belong together".to_owned());
        }
        if self.consent.as_ref().is_some_and(|rule| rule.separator.is_empty()) {
            return Err("`consent.separator` must not be empty".to_owned());
        }
        if self
            .columns
            .values()
            .any(|headings| headings.all().iter().all(|heading| heading.trim().is_empty()))
        {
            return Err("every column needs a heading".to_owned());
        }
        Ok(())
    }

    /// The columns that a file must or may have, for [`source::Source::open`].
    #[must_use]
    pub fn expected(&self) -> Vec<Expected> {
        let expected = |(field, headings): (&Field, &Headings)| Expected {
            headings: headings.all(),
            optional: self.optional.contains(field),
        };
        self.columns.iter().map(expected).collect()
    }

    /// Where each field stands among these columns.
    #[must_use]
    pub fn places(&self, columns: &[String]) -> BTreeMap<Field, usize> {
        let place = |(field, headings): (&Field, &Headings)| {
            Some((*field, source::position(columns, &headings.all())?))
        };
        self.columns.iter().filter_map(place).collect()
    }
}
