//! Wishes that came by letter, by phone, by e-mail or in person, and that staff write down (product P22). They have the
//! effect of the person's own at once. Of an act that came on an earlier day the hour is not known: a "no" counts from the
//! end of that day and a "yes" from its beginning, so that any "no" of the day wins.

mod store;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::consents::{ConsentRecord, text_version};
use super::question::RefusalScope;
use super::store::{PreferenceSource, Voice, allow_noted, refuse_noted};
use super::{Channel, record_consents};
use crate::contacts::{Contact, erased};
use crate::db::{Conn, Error};
use crate::kernel::language::Language;

pub(super) use store::forget;
pub use store::{Recorded, recorded_of};

crate::text_enum! {
    /// How something came to staff.
    Way {
        Letter = "letter",
        Phone = "phone",
        Email = "email",
        InPerson = "in_person",
    }
}

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;
/// The longest text that somebody agreed to, in characters.
const LONGEST_TEXT: usize = 5_000;

/// Why a wish is not written down so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWish {
    /// The day is still to come.
    #[error("the day on which it arrived is still to come")]
    Future,
    /// The note is too long, or on several lines.
    #[error("write a note of at most 500 characters on one line")]
    Note,
    /// What was agreed to is missing or too long.
    #[error("write what the person agreed to, in 1 to 5000 characters")]
    Text,
    /// The person said no after the "yes" came.
    #[error("the person has said no since; what arrived before that does not take it back")]
    LaterNo,
}

/// How and when a wish came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    on: NaiveDate,
    way: Way,
    note: Option<String>,
}

impl Arrival {
    /// `today` is the office's day.
    ///
    /// # Errors
    /// When the day is still to come or the note does not hold.
    pub fn new(on: NaiveDate, way: Way, note: &str, today: NaiveDate) -> Result<Self, InvalidWish> {
        if on > today {
            return Err(InvalidWish::Future);
        }
        let note = note.trim();
        if note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
            return Err(InvalidWish::Note);
        }
        Ok(Self { on, way, note: (!note.is_empty()).then(|| note.to_owned()) })
    }

    /// The day on which it came.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// How it came.
    #[must_use]
    pub const fn way(&self) -> Way {
        self.way
    }

    /// The moment from which it counts.
    #[must_use]
    pub fn moment(&self, refused: bool, now: NaiveDateTime) -> NaiveDateTime {
        if self.on >= now.date() {
            return now;
        }
        // The last second that is still that day by the clocks of the Nordic countries, summer and winter.
        let end = NaiveTime::from_hms_opt(20, 59, 59).unwrap_or(NaiveTime::MIN);
        self.on.and_time(if refused { end } else { NaiveTime::MIN })
    }
}

/// Writes down that a person refused something, or took a "no" back.
///
/// # Errors
/// When the person said no after the "yes" came; or those of the database.
pub fn record_wish(
    conn: &mut Conn,
    contact: &Contact,
    scope: RefusalScope,
    refused: bool,
    arrival: &Arrival,
    now: NaiveDateTime,
) -> Result<Result<i64, InvalidWish>, Error> {
    let at = arrival.moment(refused, now);
    let people = erased::with_parts(conn, contact.id)?;
    let voice = Voice {
        contact: Some(contact.id),
        address_key: contact.email_key.as_deref(),
        source: PreferenceSource::Staff,
        campaign: None,
        at,
    };
    let event = if refused {
        refuse_noted(conn, &voice, scope)?
    } else {
        if store::refused_after(conn, &people, scope, at)? {
            return Ok(Err(InvalidWish::LaterNo));
        }
        store::lift(conn, &people, scope)?;
        allow_noted(conn, &voice, scope)?
    };
    store::insert(conn, contact.id, store::Act::Event(event), arrival, now).map(Ok)
}

/// What somebody agreed to, or withdrew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Whether they agreed.
    pub given: bool,
    /// For what: the code of a purpose.
    pub purpose: String,
    /// In which way.
    pub channel: Channel,
    /// To whom; every unit when none is named.
    pub unit_id: Option<i64>,
    /// The words that they agreed to, or with which they withdrew.
    pub text: String,
    /// The published version that the words are of, if they are of one.
    pub version: Option<String>,
    /// The language of the words.
    pub language: Language,
}

/// Writes down that a person agreed, or withdrew it. What is written down already changes nothing.
///
/// # Errors
/// When the words are missing or too long; or those of the database.
pub fn record_agreement(
    conn: &mut Conn,
    contact: &Contact,
    agreement: Agreement,
    arrival: &Arrival,
    now: NaiveDateTime,
) -> Result<Result<i64, InvalidWish>, Error> {
    let text = agreement.text.trim();
    if (agreement.given && text.is_empty()) || text.chars().count() > LONGEST_TEXT {
        return Ok(Err(InvalidWish::Text));
    }
    let record = ConsentRecord {
        contact_id: contact.id,
        purpose: agreement.purpose,
        channel: agreement.channel,
        unit_id: agreement.unit_id,
        given: agreement.given,
        consent_text: text.to_owned(),
        text_version: agreement.version.unwrap_or_else(|| text_version(text)),
        language: agreement.language,
        source: PreferenceSource::Staff,
        happened_at: arrival.moment(!agreement.given, now),
        recorded_at: now,
    };
    record_consents(conn, std::slice::from_ref(&record))?;
    let act = store::Act::Consent(store::consent_of(conn, &record)?);
    match store::recording(conn, act)? {
        Some(known) => Ok(Ok(known)),
        None => store::insert(conn, contact.id, act, arrival, now).map(Ok),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_no_of_a_day_wins_and_nothing_lies_in_the_future() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let now = day("2026-11-24").and_hms_opt(12, 0, 0).unwrap();
        let on = |text: &str| Arrival::new(day(text), Way::Letter, " ", day("2026-11-24")).unwrap();
        let past = on("2026-11-03");
        assert!(past.moment(true, now) > past.moment(false, now));
        assert_eq!(past.moment(true, now).date(), past.on());
        assert_eq!(past.note, None);
        assert_eq!(on("2026-11-24").moment(true, now), now);
        assert_eq!(on("2026-11-24").moment(false, now), now);
        // Past midnight in the office, not yet by UTC.
        let late = day("2026-11-23").and_hms_opt(23, 30, 0).unwrap();
        assert_eq!(on("2026-11-24").moment(true, late), late);
        assert_eq!(
            Arrival::new(day("2026-11-25"), Way::Phone, "", day("2026-11-24")),
            Err(InvalidWish::Future)
        );
        assert_eq!(
            Arrival::new(day("2026-11-24"), Way::Phone, "a\nb", day("2026-11-24")),
            Err(InvalidWish::Note)
        );
    }
}
