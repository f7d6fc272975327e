//! The table `recorded_wishes`. Functions take a connection and open no transaction.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{Arrival, Way};
use crate::db::schema::{consents, preference_events, recorded_wishes, refusals};
use crate::db::{Conn, Error};
use crate::insert_returning_id;
use crate::preferences::ConsentRecord;
use crate::preferences::question::RefusalScope;

/// How an act came to staff, and when they wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, serde::Serialize, utoipa::ToSchema)]
#[diesel(table_name = recorded_wishes)]
pub struct Recorded {
    /// The act, where it is a "no" or one that was taken back.
    #[serde(skip)]
    pub event_id: Option<i64>,
    /// The act, where it is a consent or its withdrawal.
    #[serde(skip)]
    pub consent_id: Option<i64>,
    /// The day on which it came.
    pub arrived_on: NaiveDate,
    /// How it came.
    pub way: Way,
    /// What staff noted.
    pub note: Option<String>,
    /// When it was written down, UTC.
    #[serde(serialize_with = "utc")]
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: NaiveDateTime,
}

fn utc<S: serde::Serializer>(at: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&at.and_utc(), serializer)
}

/// What was written down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    Event(i64),
    Consent(i64),
}

impl Act {
    const fn ids(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Event(id) => (Some(id), None),
            Self::Consent(id) => (None, Some(id)),
        }
    }
}

pub(super) fn insert(
    conn: &mut Conn,
    contact: i64,
    act: Act,
    arrival: &Arrival,
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let (event, consent) = act.ids();
    let row = (
        recorded_wishes::contact_id.eq(contact),
        recorded_wishes::event_id.eq(event),
        recorded_wishes::consent_id.eq(consent),
        recorded_wishes::arrived_on.eq(arrival.on),
        recorded_wishes::way.eq(arrival.way),
        recorded_wishes::note.eq(&arrival.note),
        recorded_wishes::recorded_at.eq(now),
    );
    Ok(insert_returning_id!(conn, recorded_wishes, row)?)
}

/// Under which number an act was written down.
pub(super) fn recording(conn: &mut Conn, act: Act) -> Result<Option<i64>, Error> {
    let (event, consent) = act.ids();
    Ok(recorded_wishes::table
        .filter(recorded_wishes::event_id.eq(event).or(recorded_wishes::consent_id.eq(consent)))
        .select(recorded_wishes::id)
        .first(conn)
        .optional()?)
}

/// What staff wrote down of these entries of one person.
///
/// # Errors
/// Those of the database.
pub fn recorded_of(conn: &mut Conn, people: &[i64]) -> Result<Vec<Recorded>, Error> {
    Ok(recorded_wishes::table
        .filter(recorded_wishes::contact_id.eq_any(people))
        .order(recorded_wishes::id)
        .select(Recorded::as_select())
        .load(conn)?)
}

/// Whether one of these entries of a person refused something after a moment.
pub(super) fn refused_after(
    conn: &mut Conn,
    people: &[i64],
    scope: RefusalScope,
    at: NaiveDateTime,
) -> Result<bool, Error> {
    let later: Option<i64> = preference_events::table
        .filter(preference_events::contact_id.eq_any(people))
        .filter(preference_events::scope.eq(scope.to_string()))
        .filter(preference_events::refused.eq(true))
        .filter(preference_events::happened_at.gt(at))
        .select(preference_events::id)
        .first(conn)
        .optional()?;
    Ok(later.is_some())
}

/// Takes a "no" from every entry of a person: mails may wait under the numbers of those who became part of them.
pub(super) fn lift(conn: &mut Conn, people: &[i64], scope: RefusalScope) -> Result<(), Error> {
    let theirs = refusals::table
        .filter(refusals::contact_id.eq_any(people))
        .filter(refusals::scope.eq(scope.to_string()));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// The number of a consent that is stored.
pub(super) fn consent_of(conn: &mut Conn, record: &ConsentRecord) -> Result<i64, Error> {
    Ok(consents::table
        .filter(consents::contact_id.eq(record.contact_id))
        .filter(consents::purpose.eq(&record.purpose))
        .filter(consents::channel.eq(record.channel))
        .filter(consents::happened_at.eq(record.happened_at))
        .filter(consents::given.eq(record.given))
        .filter(consents::source.eq(record.source))
        .select(consents::id)
        .first(conn)?)
}

/// Forgets what was written down of these people.
pub(in crate::preferences) fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    diesel::delete(recorded_wishes::table.filter(recorded_wishes::contact_id.eq_any(people)))
        .execute(conn)?;
    Ok(())
}
