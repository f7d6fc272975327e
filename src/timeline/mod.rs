//! A person's history (product P37): what we know since when, what we sent, what they did, what they agreed to.
//!
//! Each owner of tables tells what it knows of a person, the latest first; [`page`] lays the tellings over each other.
//! A further kind of entry is a variant of [`What`] and a line in [`SOURCES`]; owns no table.

mod sources;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime};
use serde::Serialize;
use utoipa::ToSchema;

use crate::contacts::{self, Contact};
use crate::contacts::{AddressSource, FieldSource, MergeSource, ParticipationKind, RelationRole, RelationTo};
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::kernel::history::Before;
use crate::kernel::language::Language;
use crate::preferences::{Channel, PreferenceSource, Recorded};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Whether only the day is known.
    pub is_day: bool,
    /// Its number among those of its source.
    pub id: i64,
    /// What.
    pub what: What,
}

/// What happened. `recorded` is there where staff wrote it down. A name is missing where it is that of somebody with protected identity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields say what they are")]
pub enum What {
    /// The person came into the register.
    Registered,
    /// A file brought the person.
    Imported { import: i64, file: String, mapping: String },
    /// A file changed something of the person.
    Updated { import: i64, file: String, mapping: String },
    /// Somebody set these fields, which no file changes any more.
    Corrected { fields: Vec<String>, source: FieldSource },
    /// An address was written down beside the primary one.
    AddressAdded { address: String, source: AddressSource, system: Option<String> },
    /// Another entry became part of this one.
    Merged { name: Option<String>, source: MergeSource },
    /// That was taken back.
    Unmerged { name: Option<String> },
    /// The person said no: to `everything`, `channel:CHANNEL`, `unit:ID` or `topic:ID`.
    Refused { scope: String, source: PreferenceSource, campaign: Option<i64>, recorded: Option<Recorded> },
    /// The person took a no back.
    Allowed { scope: String, source: PreferenceSource, campaign: Option<i64>, recorded: Option<Recorded> },
    /// The person agreed, to this text in this version and language.
    Consented {
        purpose: String,
        channel: Channel,
        unit: Option<i64>,
        source: PreferenceSource,
        text: String,
        version: String,
        language: Language,
        recorded: Option<Recorded>,
    },
    /// The person said yes to an invitation to the network.
    Joined,
    /// The person withdrew what they had agreed to.
    Withdrew {
        purpose: String,
        channel: Channel,
        unit: Option<i64>,
        source: PreferenceSource,
        recorded: Option<Recorded>,
    },
    /// A mailing was sent, failed, or left the person out for a reason.
    Mailing { campaign: i64, name: String, state: DeliveryState, reason: Option<String> },
    /// The person opened a mail. Known only of those who agreed to it (product P35), to the hour.
    Opened { campaign: i64, name: String },
    /// The person followed a link of a mail. Known only of those who agreed to it.
    Clicked { campaign: i64, name: String, address: Option<String> },
    /// The person took part.
    TookPart { kind: ParticipationKind, code: String, name: String },
    /// A relation began; `own`: the role is this person's, and not that of the other one.
    Tied { role: RelationRole, with: End, own: bool },
    /// A relation ended.
    Untied { role: RelationRole, with: End, own: bool },
}

/// Whom a relation is with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct End {
    /// The organisation's number, where it is one.
    pub organisation: Option<i64>,
    /// The person's number, where it is one that may be shown.
    pub person: Option<i64>,
    /// The name.
    pub name: Option<String>,
}

impl End {
    /// The other end with its name; of somebody with protected identity only for those who may see them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(conn: &mut Conn, to: RelationTo, see_protected: bool) -> Result<Option<Self>, Error> {
        match to {
            RelationTo::Organisation(id) => Ok(contacts::organisation(conn, id)?.map(|one| Self {
                organisation: Some(id),
                person: None,
                name: Some(one.name),
            })),
            RelationTo::Person(id) => {
                let Some(other) = contacts::by_ids(conn, &[id])?.pop() else { return Ok(None) };
                if other.merged_into.is_some() || other.erased_at.is_some() {
                    return Ok(None);
                }
                let shown = see_protected || !other.protected;
                let name = shown.then(|| other.full_name());
                Ok(Some(Self { organisation: None, person: shown.then_some(id), name }))
            }
        }
    }
}

/// Whose history is read.
pub struct Person {
    id: i64,
    /// The person's number and those of the entries that became part of them.
    entries: Vec<i64>,
    since: NaiveDateTime,
    see_protected: bool,
}

/// Reads what one owner knows, before a place in the history and at most so many, the latest first. More than
/// that may come where there is never much.
type Source = fn(&mut Conn, &Person, Before, i64) -> Result<Vec<Entry>, Error>;

/// Everybody who knows something. A cursor remembers the place in this list.
const SOURCES: &[Source] = &[
    sources::registered,
    sources::imports,
    sources::corrections,
    sources::addresses,
    sources::merges,
    sources::preferences,
    sources::consents,
    sources::joined,
    sources::mailings,
    sources::engagements,
    sources::participations,
    sources::relations,
];

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    at: NaiveDateTime,
    source: usize,
    id: i64,
}

impl Cursor {
    /// Where a source goes on: of what happened at one time the last source comes first.
    const fn before(self, source: usize) -> Before {
        let id = if source < self.source {
            i64::MAX
        } else if source > self.source {
            i64::MIN
        } else {
            self.id
        };
        Before { at: self.at, id }
    }
}

/// Numbers alone: neither a name nor an address.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.and_utc().timestamp_micros();
        let rest = self.at.and_utc().timestamp_subsec_nanos() % 1_000;
        write!(f, "{at}_{rest}_{}_{}", self.source, self.id)
    }
}

/// A text that is no cursor of ours.
#[derive(Debug, thiserror::Error)]
#[error("this is not the \"next\" of a page before")]
pub struct InvalidCursor;

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let numbers: Result<Vec<i64>, _> = text.split('_').map(str::parse).collect();
        let Ok([micros, nanos, source, id]) = numbers.as_deref() else { return Err(InvalidCursor) };
        let at = DateTime::from_timestamp_micros(*micros).ok_or(InvalidCursor)?.naive_utc();
        let nanos = u32::try_from(*nanos).ok().filter(|nanos| *nanos < 1_000).ok_or(InvalidCursor)?;
        let at = at + chrono::TimeDelta::nanoseconds(i64::from(nanos));
        let years = Before::everything();
        if at > years.at || at.and_utc().timestamp() < -62_135_596_800 {
            // Outside the years 1 to 9999, which both engines can compare.
            return Err(InvalidCursor);
        }
        Ok(Self { at, source: usize::try_from(*source).map_err(|_| InvalidCursor)?, id: *id })
    }
}

/// A part of a history.
#[derive(Debug)]
pub struct Page {
    /// The latest first.
    pub entries: Vec<Entry>,
    /// Where the next part begins, unless this is the last one.
    pub next: Option<Cursor>,
}

/// The history of a person after a cursor, or from the latest entry; names of people with protected identity only
/// for those who may see them.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut Conn,
    contact: &Contact,
    cursor: Option<Cursor>,
    limit: i64,
    see_protected: bool,
) -> Result<Page, Error> {
    let entries = contacts::erased::with_parts(conn, contact.id)?;
    let person = Person { id: contact.id, entries, since: contact.created_at, see_protected };
    let mut found = Vec::new();
    for (source, read) in SOURCES.iter().enumerate() {
        let before = cursor.map_or_else(Before::everything, |cursor| cursor.before(source));
        let told = read(conn, &person, before, limit + 1)?;
        found.extend(told.into_iter().filter(|one| before.covers(one.at, one.id)).map(|one| (source, one)));
    }
    found.sort_by_key(|(source, one)| std::cmp::Reverse((one.at, *source, one.id)));
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(source, last)| Cursor {
        at: last.at,
        source: *source,
        id: last.id,
    });
    Ok(Page { entries: found.into_iter().map(|(_, entry)| entry).collect(), next })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_cursor_is_read_as_it_is_written(
            seconds in -62_135_596_800_i64..253_370_764_800,
            nanos in 0_u32..1_000_000_000,
            source in 0_usize..20,
            id in proptest::prelude::any::<i64>(),
        ) {
            let at = DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
            let cursor = Cursor { at, source, id };
            proptest::prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9_-]{0,60}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
