//! The table `campaign_overlaps`, and what is counted for it. Functions take a connection and open no transaction.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::not;
use diesel::prelude::*;

use super::{Audience, DAYS};
use crate::campaign::{CampaignState, Stored};
use crate::db::Conn;
use crate::db::dialect::Predicate;
use crate::db::schema::{campaign_overlaps, campaigns, contacts};
use crate::delivery::Error;
use crate::preferences::{Mailed, mailed, refused};
use crate::segment;

/// How many of a campaign's people other units mail too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Of which version of the campaign.
    pub version: i32,
    /// How many days back and ahead.
    pub days: i32,
    /// All of them, each once; `None` when a rule cannot be judged.
    pub people: Option<i64>,
    /// The units with the people of each, the most people first.
    pub by_unit: Vec<(i64, i64)>,
    /// When it was counted.
    pub counted_at: NaiveDateTime,
}

/// The other units that have sent, or are sending, since a moment.
pub(super) fn mailed_lately(conn: &mut Conn, unit: i64, since: NaiveDateTime) -> Result<Vec<i64>, Error> {
    Ok(campaigns::table
        .filter(campaigns::unit_id.ne(unit))
        .filter(campaigns::started_at.is_not_null())
        .filter(campaigns::finished_at.is_null().or(campaigns::finished_at.ge(since).assume_not_null()))
        .select(campaigns::unit_id)
        .distinct()
        .load(conn)?)
}

pub(super) fn unknown(stored: &Stored, now: NaiveDateTime) -> Result<Overlap, Error> {
    Ok(Overlap { version: stored.version, days: DAYS, people: None, by_unit: Vec::new(), counted_at: now })
}

/// One query for each of the other units and one for all of them together.
pub(super) fn count(
    conn: &mut Conn,
    stored: &Stored,
    audience: &Audience,
    others: &[i64],
    planned: &[Audience],
    now: NaiveDateTime,
) -> Result<Overlap, Error> {
    let mut overlap = Overlap { people: Some(0), ..unknown(stored, now)? };
    for unit in others {
        let people = people(conn, audience, std::slice::from_ref(unit), planned, now)?;
        if people > 0 {
            overlap.by_unit.push((*unit, people));
        }
    }
    overlap.by_unit.sort_by_key(|(unit, people)| (-people, *unit));
    overlap.people = match overlap.by_unit.as_slice() {
        [] => Some(0),
        [(_, people)] => Some(*people),
        _ => Some(people(conn, audience, others, planned, now)?),
    };
    Ok(overlap)
}

/// How many people of the audience get something of these units.
fn people(
    conn: &mut Conn,
    audience: &Audience,
    units: &[i64],
    planned: &[Audience],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let since = now - TimeDelta::days(i64::from(DAYS));
    let mut theirs =
        mailed(Mailed { units: Some(units.to_vec()), since, times: 1, waiting: true, people: None });
    for plan in planned.iter().filter(|plan| units.contains(&plan.unit)) {
        theirs = Box::new(theirs.or(reached(plan, now)?));
    }
    Ok(contacts::table.filter(reached(audience, now)?).filter(theirs).count().get_result(conn)?)
}

fn reached(audience: &Audience, now: NaiveDateTime) -> Result<Predicate<contacts::table>, Error> {
    let rule = segment::compile(&audience.rule, now).map_err(|errors| {
        Error::Rule(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(Box::new(rule.predicate().and(not(refused(&audience.question)))))
}

/// What was counted for a campaign; `None` until then.
///
/// # Errors
/// Those of the database; a stored list that cannot be read is one.
pub fn of_campaign(conn: &mut Conn, id: i64) -> Result<Option<Overlap>, Error> {
    type Row = (i32, i32, Option<i64>, String, NaiveDateTime);
    let row: Option<Row> = campaign_overlaps::table
        .find(id)
        .select((
            campaign_overlaps::version,
            campaign_overlaps::days,
            campaign_overlaps::people,
            campaign_overlaps::by_unit,
            campaign_overlaps::counted_at,
        ))
        .first(conn)
        .optional()?;
    let Some((version, days, people, by_unit, counted_at)) = row else { return Ok(None) };
    let by_unit = serde_json::from_str(&by_unit)
        .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
    Ok(Some(Overlap { version, days, people, by_unit, counted_at }))
}

/// The newest campaign that waits for its count: one that is not sent yet and was never counted, was changed since, or,
/// being scheduled, was counted more than an hour ago.
///
/// # Errors
/// Those of the database.
pub fn waiting(conn: &mut Conn, now: NaiveDateTime) -> Result<Option<i64>, Error> {
    let old = campaigns::state
        .eq(CampaignState::Scheduled)
        .and(campaign_overlaps::counted_at.lt(now - TimeDelta::hours(1)));
    Ok(campaigns::table
        .left_join(campaign_overlaps::table)
        .filter(campaigns::state.eq_any([
            CampaignState::Draft,
            CampaignState::InReview,
            CampaignState::Scheduled,
        ]))
        .filter(
            campaign_overlaps::version
                .nullable()
                .is_null()
                .or(campaign_overlaps::version.nullable().ne(campaigns::version.nullable()).assume_not_null())
                .or(old.assume_not_null()),
        )
        .order(campaigns::id.desc())
        .select(campaigns::id)
        .first(conn)
        .optional()?)
}

/// Has the worker count anew.
///
/// # Errors
/// Those of the database.
pub fn count_again(conn: &mut Conn, id: i64) -> Result<(), Error> {
    diesel::delete(campaign_overlaps::table.find(id)).execute(conn)?;
    Ok(())
}

pub(super) fn keep(conn: &mut Conn, id: i64, overlap: &Overlap) -> Result<(), Error> {
    count_again(conn, id)?;
    let by_unit = serde_json::to_string(&overlap.by_unit)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(campaign_overlaps::table)
        .values((
            campaign_overlaps::campaign_id.eq(id),
            campaign_overlaps::version.eq(overlap.version),
            campaign_overlaps::days.eq(overlap.days),
            campaign_overlaps::people.eq(overlap.people),
            campaign_overlaps::by_unit.eq(by_unit),
            campaign_overlaps::counted_at.eq(overlap.counted_at),
        ))
        .execute(conn)?;
    Ok(())
}
