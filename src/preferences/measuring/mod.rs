//! The agreement to be measured one by one: without it, whoever opens and clicks is counted in a sum and nobody
//! knows who it was (product P35).
//!
//! An agreement is a consent like others, with a purpose of its own. It is for the whole office and allows nobody to
//! contact anybody. Whoever takes it back is forgotten: nothing of what they did stays with them.

mod store;

pub use store::{is_measured, measured};

use chrono::NaiveDateTime;

use super::question::Channel;
use super::texts::Subject;
use super::{ConsentRecord, PreferenceSource};
use crate::kernel::language::Language;

/// The purpose of consents to individual measuring. It is none of the office's own purposes: nothing is sent for it.
pub const MEASURING: &str = "individual_measuring";

/// The version of the program's own text, which people are asked until staff publish one of theirs. A change of the text
/// in any language is a new version.
pub const MEASURING_VERSION: &str = "2026-11-24";

/// What the text about individual measuring is about: the whole office, by e-mail.
#[must_use]
pub fn measuring_subject() -> Subject {
    Subject { purpose: MEASURING.to_owned(), channel: Channel::Email, unit: None }
}

/// The record of somebody who agrees to individual measuring by this text, or takes it back.
#[must_use]
pub fn measuring_record(
    contact: i64,
    given: bool,
    text: String,
    version: String,
    language: Language,
    source: PreferenceSource,
    at: NaiveDateTime,
) -> ConsentRecord {
    ConsentRecord {
        contact_id: contact,
        purpose: MEASURING.to_owned(),
        channel: Channel::Email,
        unit_id: None,
        given,
        consent_text: text,
        text_version: version,
        language,
        source,
        happened_at: at,
        recorded_at: at,
    }
}
