//! The tables. Functions take a connection and open no transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::groups::Numbers;
use super::register::{Gauge, Snapshot};
use super::{Dimension, Measure};
use crate::contacts::Deed;
use crate::db::schema::{
    bounces, campaign_counts, campaign_groups, campaigns, contact_provenance, contacts, degrees, deliveries,
    delivery_tallies, engagements, preference_events, register_surveys, standing_consents,
};
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::each;
use crate::preferences;

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 1_000;

/// A row of a person who is still there.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) contact: i64,
    pub(super) email_key: Option<String>,
    pub(super) state: DeliveryState,
    pub(super) updated_at: NaiveDateTime,
}

type Columns = (i64, Option<i64>, Option<String>, DeliveryState, NaiveDateTime);

fn row((id, contact, email_key, state, updated_at): Columns) -> Option<Row> {
    Some(Row { id, contact: contact?, email_key, state, updated_at })
}

const COLUMNS: (
    deliveries::id,
    deliveries::contact_id,
    deliveries::email_key,
    deliveries::state,
    deliveries::updated_at,
) = (
    deliveries::id,
    deliveries::contact_id,
    deliveries::email_key,
    deliveries::state,
    deliveries::updated_at,
);

/// The next rows of a campaign in one state, by number.
pub(super) fn rows(
    conn: &mut Conn,
    campaign: i64,
    state: DeliveryState,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let rows: Vec<Columns> = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::state.eq(state))
        .filter(deliveries::id.gt(after))
        .filter(deliveries::contact_id.is_not_null())
        .order(deliveries::id)
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Every row of these people, with its campaign.
pub(super) fn rows_of(conn: &mut Conn, people: &[i64]) -> Result<Vec<(i64, Row)>, Error> {
    let rows: Vec<(i64, Columns)> = deliveries::table
        .filter(deliveries::contact_id.eq_any(people))
        .order(deliveries::id)
        .select((deliveries::campaign_id, COLUMNS))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(campaign, columns)| Some((campaign, row(columns)?))).collect())
}

/// Campaigns that are on their way or ended after a moment, and those of somebody who was erased since they were counted.
pub(super) fn launched(conn: &mut Conn, since: NaiveDateTime) -> Result<Vec<i64>, Error> {
    let mut launched: BTreeSet<i64> = campaigns::table
        .filter(campaigns::started_at.is_not_null())
        .filter(campaigns::finished_at.is_null().or(campaigns::finished_at.gt(since)))
        .select(campaigns::id)
        .load(conn)?
        .into_iter()
        .collect();
    let erased = campaign_counts::table.filter(campaign_counts::fingerprint.eq(""));
    launched.extend(erased.select(campaign_counts::campaign_id).load::<i64>(conn)?);
    Ok(launched.into_iter().collect())
}

/// Changes with every event of a campaign; read from totals and the ends of indexes.
pub(super) fn fingerprint(conn: &mut Conn, campaign: i64) -> Result<String, Error> {
    let totals: Vec<(String, i64)> = delivery_tallies::table
        .filter(delivery_tallies::campaign_id.eq(campaign))
        .select((delivery_tallies::state, delivery_tallies::amount))
        .load(conn)?;
    let mut states: BTreeMap<String, i64> = BTreeMap::new();
    totals.into_iter().for_each(|(state, amount)| *states.entry(state).or_default() += amount);
    let bounce: Option<i64> = bounces::table
        .filter(bounces::campaign_id.eq(campaign))
        .order(bounces::id.desc())
        .select(bounces::id)
        .first(conn)
        .optional()?;
    let wish: Option<i64> = preference_events::table
        .filter(preference_events::campaign_id.eq(campaign))
        .order(preference_events::id.desc())
        .select(preference_events::id)
        .first(conn)
        .optional()?;
    let deed: Option<i64> = engagements::table
        .filter(engagements::campaign_id.eq(campaign))
        .order(engagements::id.desc())
        .select(engagements::id)
        .first(conn)
        .optional()?;
    Ok(format!("{states:?} {bounce:?} {wish:?} {deed:?}"))
}

/// When a campaign was counted, and of what.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = campaign_counts)]
pub(super) struct Count {
    pub(super) campaign_id: i64,
    pub(super) fingerprint: String,
    pub(super) erasures: i64,
    pub(super) counted_at: NaiveDateTime,
    pub(super) milliseconds: i64,
}

pub(super) fn count_of(conn: &mut Conn, campaign: i64) -> Result<Option<Count>, Error> {
    Ok(campaign_counts::table.find(campaign).first(conn).optional()?)
}

pub(super) fn set_count(conn: &mut Conn, count: &Count) -> Result<(), Error> {
    diesel::delete(campaign_counts::table.find(count.campaign_id)).execute(conn)?;
    diesel::insert_into(campaign_counts::table).values(count.clone()).execute(conn)?;
    Ok(())
}

/// Notes that somebody of a campaign is erased: what is being counted is not right any more.
pub(super) fn note_erasure(conn: &mut Conn, campaign: i64, now: NaiveDateTime) -> Result<(), Error> {
    let mut count = count_of(conn, campaign)?.unwrap_or_else(|| Count {
        campaign_id: campaign,
        fingerprint: String::new(),
        erasures: 0,
        counted_at: now,
        milliseconds: 0,
    });
    count.erasures += 1;
    count.fingerprint.clear();
    set_count(conn, &count)
}

/// Puts new numbers in the place of the old ones; those of the erased stay.
pub(super) fn replace(conn: &mut Conn, campaign: i64, numbers: &Numbers) -> Result<(), Error> {
    diesel::delete(
        campaign_groups::table
            .filter(campaign_groups::campaign_id.eq(campaign))
            .filter(campaign_groups::kept.eq(false)),
    )
    .execute(conn)?;
    add(conn, campaign, numbers, false)
}

/// Adds to the numbers of the erased.
pub(super) fn keep(conn: &mut Conn, campaign: i64, numbers: &Numbers) -> Result<(), Error> {
    add(conn, campaign, numbers, true)
}

fn add(conn: &mut Conn, campaign: i64, numbers: &Numbers, kept: bool) -> Result<(), Error> {
    let numbers: Vec<_> = numbers.iter().collect();
    for batch in numbers.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|((dimension, value, measure), amount)| {
                (
                    campaign_groups::campaign_id.eq(campaign),
                    campaign_groups::kept.eq(kept),
                    campaign_groups::dimension.eq(*dimension),
                    campaign_groups::value.eq(value.clone()),
                    campaign_groups::measure.eq(*measure),
                    campaign_groups::amount.eq(**amount),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(campaign_groups::table)
                .values(rows)
                .on_conflict((
                    campaign_groups::campaign_id,
                    campaign_groups::kept,
                    campaign_groups::dimension,
                    campaign_groups::value,
                    campaign_groups::measure,
                ))
                .do_update()
                .set(campaign_groups::amount.eq(campaign_groups::amount + excluded(campaign_groups::amount)))
                .execute(engine)
        })?;
    }
    Ok(())
}

/// What a programme is called in the register, where anybody there studied it.
pub(super) fn programme_name(conn: &mut Conn, code: &str) -> Result<Option<String>, Error> {
    Ok(degrees::table
        .filter(degrees::programme_code.eq(code))
        .select(degrees::programme_name)
        .first(conn)
        .optional()?)
}

/// Every number of a campaign.
pub(super) fn groups(
    conn: &mut Conn,
    campaign: i64,
) -> Result<Vec<(Dimension, String, Measure, i64)>, Error> {
    Ok(campaign_groups::table
        .filter(campaign_groups::campaign_id.eq(campaign))
        .select((
            campaign_groups::dimension,
            campaign_groups::value,
            campaign_groups::measure,
            campaign_groups::amount,
        ))
        .load(conn)?)
}

/// The numbers of all people together, of several campaigns.
pub(super) fn totals(conn: &mut Conn, campaigns: &[i64]) -> Result<Vec<(i64, Measure, i64)>, Error> {
    Ok(campaign_groups::table
        .filter(campaign_groups::campaign_id.eq_any(campaigns))
        .filter(campaign_groups::dimension.eq(Dimension::All))
        .select((campaign_groups::campaign_id, campaign_groups::measure, campaign_groups::amount))
        .load(conn)?)
}

/// What was refused by links of a campaign, and by whom.
pub(super) fn refusals(
    conn: &mut Conn,
    campaign: i64,
) -> Result<Vec<(Option<i64>, String, NaiveDateTime)>, Error> {
    Ok(preference_events::table
        .filter(preference_events::campaign_id.eq(campaign))
        .filter(preference_events::refused.eq(true))
        .order(preference_events::id)
        .select((preference_events::contact_id, preference_events::scope, preference_events::happened_at))
        .load(conn)?)
}

/// Who of these people refused something by a link of a campaign, and when first.
pub(super) fn left(
    conn: &mut Conn,
    campaign: i64,
    people: &[i64],
) -> Result<HashMap<i64, NaiveDateTime>, Error> {
    let events: Vec<(Option<i64>, NaiveDateTime)> = preference_events::table
        .filter(preference_events::contact_id.eq_any(people))
        .filter(preference_events::campaign_id.eq(campaign))
        .filter(preference_events::refused.eq(true))
        .order(preference_events::id.desc())
        .select((preference_events::contact_id, preference_events::happened_at))
        .load(conn)?;
    Ok(events.into_iter().filter_map(|(contact, at)| Some((contact?, at))).collect())
}

/// Who did what with a campaign's mail.
pub(super) fn did(conn: &mut Conn, campaign: i64) -> Result<Vec<(i64, Deed)>, Error> {
    Ok(engagements::table
        .filter(engagements::campaign_id.eq(campaign))
        .select((engagements::contact_id, engagements::did))
        .load(conn)?)
}

/// What these people did with a campaign's mail.
pub(super) fn did_of(conn: &mut Conn, campaign: i64, people: &[i64]) -> Result<Vec<(i64, Deed)>, Error> {
    Ok(engagements::table
        .filter(engagements::contact_id.eq_any(people))
        .filter(engagements::campaign_id.eq(campaign))
        .select((engagements::contact_id, engagements::did))
        .load(conn)?)
}

/// Earlier campaigns of a unit that ended or are on their way, the latest first: number, name and when they began.
pub(super) fn earlier(
    conn: &mut Conn,
    unit: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, String, Option<NaiveDateTime>)>, Error> {
    Ok(campaigns::table
        .filter(campaigns::unit_id.eq(unit))
        .filter(campaigns::started_at.is_not_null())
        .filter(campaigns::id.lt(before))
        .order(campaigns::id.desc())
        .limit(limit)
        .select((campaigns::id, campaigns::name, campaigns::started_at))
        .load(conn)?)
}

/// Whether the register was counted on a day.
pub(super) fn is_surveyed(conn: &mut Conn, day: NaiveDate) -> Result<bool, Error> {
    let found: Option<i64> = register_surveys::table
        .filter(register_surveys::day.eq(day))
        .select(register_surveys::amount)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Writes down what was counted on a day. Of two workers that counted, the second changes nothing.
pub(super) fn survey(conn: &mut Conn, day: NaiveDate, found: &[(Gauge, String, i64)]) -> Result<(), Error> {
    for batch in found.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(gauge, value, amount)| {
                (
                    register_surveys::day.eq(day),
                    register_surveys::gauge.eq(*gauge),
                    register_surveys::value.eq(value.clone()),
                    register_surveys::amount.eq(*amount),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(register_surveys::table).values(rows).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// Everything of the latest day, and of the days since another one the numbers that make a line over time.
pub(super) fn surveys(conn: &mut Conn, since: NaiveDate) -> Result<Vec<Snapshot>, Error> {
    let latest: Option<NaiveDate> = register_surveys::table
        .order(register_surveys::day.desc())
        .select(register_surveys::day)
        .first(conn)
        .optional()?;
    let Some(latest) = latest else { return Ok(Vec::new()) };
    let lines = [Gauge::People, Gauge::Reachable];
    let rows: Vec<(NaiveDate, Gauge, String, i64)> = register_surveys::table
        .filter(register_surveys::day.ge(since))
        .filter(register_surveys::day.eq(latest).or(register_surveys::gauge.eq_any(lines)))
        .order((register_surveys::day, register_surveys::value))
        .select((
            register_surveys::day,
            register_surveys::gauge,
            register_surveys::value,
            register_surveys::amount,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(day, gauge, value, amount)| Snapshot { day, gauge, value, amount }).collect())
}

/// People who came since a moment and are still there.
pub(super) fn new_people(conn: &mut Conn, since: NaiveDateTime) -> Result<i64, Error> {
    Ok(contacts::table
        .filter(contacts::created_at.ge(since))
        .filter(contacts::merged_into.is_null())
        .filter(contacts::erased_at.is_null())
        .count()
        .get_result(conn)?)
}

/// What became of the mails of campaigns that began since a moment.
pub(super) fn rates(conn: &mut Conn, since: NaiveDateTime) -> Result<Vec<(Gauge, i64)>, Error> {
    let rows: Vec<(Measure, i64)> = campaign_groups::table
        .inner_join(campaigns::table)
        .filter(campaigns::started_at.ge(since).assume_not_null())
        .filter(campaign_groups::dimension.eq(Dimension::All))
        .select((campaign_groups::measure, campaign_groups::amount))
        .load(conn)?;
    let sum = |wanted: Measure| rows.iter().filter(|(of, _)| *of == wanted).map(|(_, amount)| amount).sum();
    Ok(vec![
        (Gauge::Sent, sum(Measure::Sent)),
        (Gauge::Bounced, sum(Measure::Bounced)),
        (Gauge::Complained, sum(Measure::Complained)),
        (Gauge::Unsubscribed, sum(Measure::Unsubscribed)),
    ])
}

/// E-mail addresses whose source and day are known, of which these since a moment.
pub(super) fn addresses(conn: &mut Conn, since: Option<NaiveDateTime>) -> Result<i64, Error> {
    let known = contact_provenance::table.filter(contact_provenance::field.eq("email"));
    Ok(match since {
        None => known.count().get_result(conn)?,
        Some(since) => known.filter(contact_provenance::recorded_at.ge(since)).count().get_result(conn)?,
    })
}

/// People who agreed to be measured, and those of them who opened or clicked anything.
pub(super) fn ever_engaged(conn: &mut Conn) -> Result<(i64, i64), Error> {
    let measured: Vec<i64> = standing_consents::table
        .filter(standing_consents::purpose.eq(preferences::MEASURING))
        .select(standing_consents::contact_id)
        .distinct()
        .load(conn)?;
    let mut engaged = 0;
    for batch in measured.chunks(BATCH) {
        let did: Vec<i64> = engagements::table
            .filter(engagements::contact_id.eq_any(batch))
            .select(engagements::contact_id)
            .distinct()
            .load(conn)?;
        engaged += did.len();
    }
    Ok((measured.len() as i64, engaged as i64))
}
