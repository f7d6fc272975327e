//! The tables `consents` and `standing_consents`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::contacts::forget_engagements;
use crate::db::schema::{consents, standing_consents};
use crate::db::{Conn, Error};
use crate::kernel::language::Language;
use crate::preferences::{Channel, MEASURING, PreferenceSource};

/// One act of agreeing or withdrawing (product P19).
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "product P19 names the fields")]
pub struct ConsentRecord {
    pub contact_id: i64,
    pub purpose: String,
    pub channel: Channel,
    pub unit_id: Option<i64>,
    pub given: bool,
    pub consent_text: String,
    pub text_version: String,
    pub language: Language,
    pub source: PreferenceSource,
    pub happened_at: NaiveDateTime,
    pub recorded_at: NaiveDateTime,
}

/// Adds records that are not there yet (the same act from the same source is one record) and brings the
/// standing consents up to date. Returns how many were new.
///
/// # Errors
/// Those of the database.
pub fn record_consents(conn: &mut Conn, records: &[ConsentRecord]) -> Result<usize, Error> {
    let mut new = 0;
    for record in records {
        let same_act = consents::table
            .filter(consents::contact_id.eq(record.contact_id))
            .filter(consents::purpose.eq(&record.purpose))
            .filter(consents::channel.eq(record.channel))
            .filter(consents::happened_at.eq(record.happened_at))
            .filter(consents::given.eq(record.given))
            .filter(consents::source.eq(record.source))
            .select(consents::id)
            .first::<i64>(conn)
            .optional()?;
        if same_act.is_none() {
            diesel::insert_into(consents::table).values(record).execute(conn)?;
            stand(conn, record.contact_id, &record.purpose, record.channel)?;
            new += 1;
        }
    }
    Ok(new)
}

/// Derives what stands now for one person, purpose and channel: per unit the latest act decides.
fn stand(conn: &mut Conn, contact: i64, purpose: &str, channel: Channel) -> Result<(), Error> {
    let acts: Vec<(Option<i64>, bool, NaiveDateTime)> = consents::table
        .filter(consents::contact_id.eq(contact))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::channel.eq(channel))
        .order((consents::happened_at, consents::id))
        .select((consents::unit_id, consents::given, consents::happened_at))
        .load(conn)?;
    diesel::delete(
        standing_consents::table
            .filter(standing_consents::contact_id.eq(contact))
            .filter(standing_consents::purpose.eq(purpose))
            .filter(standing_consents::channel.eq(channel)),
    )
    .execute(conn)?;
    let mut latest: Vec<(Option<i64>, bool, NaiveDateTime)> = Vec::new();
    for act in acts {
        latest.retain(|(unit, ..)| *unit != act.0);
        latest.push(act);
    }
    if purpose == MEASURING && !latest.iter().any(|(_, given, _)| *given) {
        forget_engagements(conn, contact)?;
    }
    for (unit, given, since) in latest {
        if given {
            diesel::insert_into(standing_consents::table)
                .values((
                    standing_consents::contact_id.eq(contact),
                    standing_consents::purpose.eq(purpose),
                    standing_consents::channel.eq(channel),
                    standing_consents::unit_id.eq(unit),
                    standing_consents::since.eq(since),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The acts of agreeing and withdrawing of a person.
///
/// # Errors
/// Those of the database.
pub fn moving(conn: &mut Conn, person: i64) -> Result<Vec<i64>, Error> {
    Ok(consents::table
        .filter(consents::contact_id.eq(person))
        .order(consents::id)
        .select(consents::id)
        .load(conn)?)
}

/// Moves these acts from one person to another, where they still are with the first, and derives what stands for both.
///
/// # Errors
/// Those of the database.
pub fn restand(conn: &mut Conn, acts: &[i64], from: i64, to: i64) -> Result<(), Error> {
    diesel::update(consents::table.filter(consents::id.eq_any(acts)).filter(consents::contact_id.eq(from)))
        .set(consents::contact_id.eq(to))
        .execute(conn)?;
    for person in [from, to] {
        diesel::delete(standing_consents::table.filter(standing_consents::contact_id.eq(person)))
            .execute(conn)?;
        let kinds: Vec<(String, Channel)> = consents::table
            .filter(consents::contact_id.eq(person))
            .select((consents::purpose, consents::channel))
            .distinct()
            .load(conn)?;
        for (purpose, channel) in kinds {
            stand(conn, person, &purpose, channel)?;
        }
    }
    Ok(())
}

/// Forgets what erased people agreed to.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    diesel::delete(standing_consents::table.filter(standing_consents::contact_id.eq_any(people)))
        .execute(conn)?;
    diesel::delete(consents::table.filter(consents::contact_id.eq_any(people))).execute(conn)?;
    Ok(())
}

/// What a person has agreed to and not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
#[allow(missing_docs, reason = "the fields are the columns of the act that stands")]
pub struct Agreed {
    pub purpose: String,
    pub channel: Channel,
    pub unit_id: Option<i64>,
    pub consent_text: String,
    pub text_version: String,
    pub language: Language,
    pub source: PreferenceSource,
    pub happened_at: NaiveDateTime,
}

/// What a person has agreed to and not withdrawn, with the words, the latest first.
///
/// # Errors
/// Those of the database.
pub fn agreed(conn: &mut Conn, person: i64) -> Result<Vec<Agreed>, Error> {
    // A standing consent has the moment of the act that it stands by.
    let act = standing_consents::contact_id
        .eq(consents::contact_id)
        .and(standing_consents::purpose.eq(consents::purpose))
        .and(standing_consents::channel.eq(consents::channel))
        .and(standing_consents::since.eq(consents::happened_at))
        .and(
            standing_consents::unit_id
                .eq(consents::unit_id)
                .assume_not_null()
                .or(standing_consents::unit_id.is_null().and(consents::unit_id.is_null())),
        );
    Ok(standing_consents::table
        .inner_join(consents::table.on(act))
        .filter(consents::contact_id.eq(person))
        .filter(consents::given.eq(true))
        .order((consents::happened_at.desc(), consents::id.desc()))
        .select((
            consents::purpose,
            consents::channel,
            consents::unit_id,
            consents::consent_text,
            consents::text_version,
            consents::language,
            consents::source,
            consents::happened_at,
        ))
        .load(conn)?)
}
