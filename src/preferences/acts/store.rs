//! Reading the histories of `preference_events` and `consents`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{consents, preference_events};
use crate::db::{Conn, Error};
use crate::preferences::question::Channel;
use crate::preferences::store::PreferenceSource;

/// A "no" that was said or taken back.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = preference_events)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct PreferenceAct {
    pub scope: String,
    pub refused: bool,
    pub source: PreferenceSource,
    pub happened_at: NaiveDateTime,
}

/// An agreement that was given or withdrawn.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = consents)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct ConsentAct {
    pub purpose: String,
    pub channel: Channel,
    pub unit_id: Option<i64>,
    pub given: bool,
    pub consent_text: String,
    pub source: PreferenceSource,
    pub happened_at: NaiveDateTime,
}

/// Every "no" of a person and every taking back, the earliest first.
///
/// # Errors
/// Those of the database, like every function here.
pub fn preference_acts(conn: &mut Conn, contact: i64) -> Result<Vec<PreferenceAct>, Error> {
    Ok(preference_events::table
        .filter(preference_events::contact_id.eq(contact))
        .order(preference_events::id)
        .select(PreferenceAct::as_select())
        .load(conn)?)
}

/// Everything that a person agreed to or withdrew, the earliest first.
pub fn consent_acts(conn: &mut Conn, contact: i64) -> Result<Vec<ConsentAct>, Error> {
    Ok(consents::table
        .filter(consents::contact_id.eq(contact))
        .order((consents::happened_at, consents::id))
        .select(ConsentAct::as_select())
        .load(conn)?)
}
