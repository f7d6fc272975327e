//! Reads `preference_events` and `consents`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{consents, preference_events as events};
use crate::db::{Conn, Error};
use crate::kernel::history::Before;
use crate::kernel::language::Language;
use crate::preferences::{Channel, PreferenceSource};

/// A "no", or one that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = events)]
#[allow(missing_docs, reason = "the fields are the columns; scope is a RefusalScope as text")]
pub struct PreferenceEvent {
    pub id: i64,
    pub scope: String,
    pub refused: bool,
    pub source: PreferenceSource,
    pub campaign_id: Option<i64>,
    pub happened_at: NaiveDateTime,
}

/// A consent, or one that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consents)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct ConsentEvent {
    pub id: i64,
    pub purpose: String,
    pub channel: Channel,
    pub unit_id: Option<i64>,
    pub given: bool,
    pub consent_text: String,
    pub text_version: String,
    pub language: Language,
    pub source: PreferenceSource,
    pub happened_at: NaiveDateTime,
}

/// What these entries of one person refused and took back, the latest first.
///
/// # Errors
/// Those of the database.
pub fn preference_events(
    conn: &mut Conn,
    ids: &[i64],
    before: Before,
    limit: i64,
) -> Result<Vec<PreferenceEvent>, Error> {
    Ok(events::table
        .filter(events::contact_id.eq_any(ids))
        .filter(
            events::happened_at
                .lt(before.at)
                .or(events::happened_at.eq(before.at).and(events::id.lt(before.id))),
        )
        .order((events::happened_at.desc(), events::id.desc()))
        .limit(limit)
        .select(PreferenceEvent::as_select())
        .load(conn)?)
}

/// What these entries of one person agreed to and withdrew, the latest first.
///
/// # Errors
/// Those of the database.
pub fn consent_events(
    conn: &mut Conn,
    ids: &[i64],
    before: Before,
    limit: i64,
) -> Result<Vec<ConsentEvent>, Error> {
    Ok(consents::table
        .filter(consents::contact_id.eq_any(ids))
        .filter(
            consents::happened_at
                .lt(before.at)
                .or(consents::happened_at.eq(before.at).and(consents::id.lt(before.id))),
        )
        .order((consents::happened_at.desc(), consents::id.desc()))
        .limit(limit)
        .select(ConsentEvent::as_select())
        .load(conn)?)
}
