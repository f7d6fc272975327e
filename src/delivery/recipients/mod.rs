//! Who got a campaign and who did not, for staff; and what bounces learn from refusals.

mod store;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::DeliveryState;
use crate::db::schema::deliveries;
use crate::preferences::Reason;
pub use store::{recipients, refusals, retry_failed};

/// One person's row, for staff.
#[derive(Debug, Clone, Queryable, Selectable, serde::Serialize, utoipa::ToSchema)]
#[diesel(table_name = deliveries)]
pub struct Recipient {
    /// The row's number; pages continue after it.
    pub id: i64,
    /// The person, unless anonymised.
    pub contact_id: Option<i64>,
    /// The address that the mail went to.
    pub email: Option<String>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// How often it may have arrived twice.
    pub repeated: i32,
    /// The relay's words, after a refusal.
    pub reply: Option<String>,
    /// The variant, of somebody in the sample of a trial: 0 is the campaign's own text.
    pub variant: Option<i32>,
}

/// Which recipients are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<DeliveryState>,
    /// Only those that were skipped for this reason.
    pub reason: Option<Reason>,
    /// Only those with an address in this domain.
    pub domain: Option<DomainName>,
    /// Only those of the sample who get this variant.
    pub variant: Option<i32>,
}

/// A domain as it is looked for: ASCII, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainName(String);

/// A text that is no domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a domain like example.com")]
pub struct InvalidDomainName;

impl DomainName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for DomainName {
    type Err = InvalidDomainName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name =
            idna::domain_to_ascii(text.trim().trim_start_matches('@')).map_err(|_| InvalidDomainName)?;
        // Nothing that means something else in a pattern.
        let plain =
            name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if plain { Ok(Self(name.to_lowercase())) } else { Err(InvalidDomainName) }
    }
}

/// A recipient whom a relay refused for good when they were named (RCPT TO): a bounce without a mail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Refusal {
    /// Its number; they go up with time.
    pub id: i64,
    /// The delivery.
    pub delivery: i64,
    /// The campaign.
    pub campaign: i64,
    /// The person.
    pub contact: i64,
    /// The address that was refused.
    pub email: String,
    /// The codes, such as `550 5.1.1`.
    pub code: String,
    /// The relay's words.
    pub reply: Option<String>,
    /// When.
    pub refused_at: NaiveDateTime,
}
