//! Why a row is rejected, and what to do: typed, so that pages say it in the reader's language. `Display` is English.

use super::mapping::Field;
use crate::kernel::identity_number::InvalidIdentityNumber;

/// Why a row is not imported. None tells the value, which stands beside it in the rejects file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Separators only.
    #[error("the row is empty; remove it")]
    EmptyRow,
    /// Fewer cells than columns.
    #[error("the row has {found} cells where the header has {expected}; add what is missing")]
    ShortRow {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// More cells than columns.
    #[error(
        "the row has {found} cells where the header has {expected}; put cells that contain the separator in quotes"
    )]
    LongRow {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A value that must be there.
    #[error("the {} is missing; fill it in", .0.label())]
    Missing(Field),
    /// A value longer than any real one.
    #[error("the {} is longer than {longest} characters; shorten it", field.label())]
    TooLong {
        /// Which value.
        field: Field,
        /// What it may have.
        longest: usize,
    },
    /// The identity number is none.
    #[error("{0}")]
    IdentityNumber(InvalidIdentityNumber),
    /// The e-mail address is none.
    #[error("the e-mail address is not valid; it should look like name@example.org")]
    Email,
    /// The phone number is none.
    #[error("the phone number is not valid; write it as +46701234567")]
    Phone,
    /// Not a year, or far away.
    #[error("the {} is not a year from {earliest} to {latest}; correct it", field.label())]
    Year {
        /// Which value.
        field: Field,
        /// The first year that is believed.
        earliest: i32,
        /// The last one.
        latest: i32,
    },
    /// Graduation before start.
    #[error("the graduation year is before the start year; correct one of them")]
    GraduationBeforeStart,
    /// Not a number of credits.
    #[error("the credits are not a number from 0 to 2000; correct them")]
    Credits,
    /// A code of another form than the classification has.
    #[error("the {} must be 1 to {most} digits; correct it", field.label())]
    Code {
        /// Which value.
        field: Field,
        /// How many digits at most.
        most: usize,
    },
    /// Not a date or time.
    #[error("the {} is not a date in the past; write it as 2026-11-22", .0.label())]
    Date(Field),
    /// The person was erased, and wanted it.
    #[error("the person asked to be erased and is not taken in again; remove the row")]
    Erased,
    /// A word that means nothing to us.
    #[error("the {} is not one of the known values; correct it, or add it to the mapping", .0.label())]
    UnknownValue(Field),
    /// A row that an earlier version rejected: its own words.
    #[error("{0}")]
    Told(String),
}

impl RejectReason {
    /// As it is stored.
    #[must_use]
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From the database. Earlier versions stored a sentence.
    #[must_use]
    pub fn of_stored(text: String) -> Self {
        serde_json::from_str(&text).unwrap_or(Self::Told(text))
    }
}

impl Field {
    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity number",
            Self::SourceNumber => "number in the register",
            Self::GivenName => "given name",
            Self::FamilyName => "family name",
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::Street => "street",
            Self::Postcode => "postcode",
            Self::Place => "place",
            Self::Country => "country",
            Self::Language => "language",
            Self::ProgrammeCode => "programme code",
            Self::ProgrammeName => "programme name",
            Self::Faculty => "faculty",
            Self::Level => "level",
            Self::StartYear => "start year",
            Self::GraduationYear => "graduation year",
            Self::DegreeTitle => "degree title",
            Self::Credits => "credits",
            Self::Employer => "employer",
            Self::JobTitle => "job title",
            Self::ProfessionCode => "profession code",
            Self::IndustryCode => "industry code",
            Self::Sector => "sector",
            Self::EmployedFrom => "first day of employment",
            Self::EventCode => "event code",
            Self::EventName => "event",
            Self::AttendedOn => "day of the event",
            Self::Project => "project",
            Self::Topics => "topics",
            Self::ConsentedAt => "time of consent",
            Self::ConsentText => "text of the consent",
            Self::Protected => "mark of protected identity",
            Self::Deceased => "mark of death",
        }
    }
}
