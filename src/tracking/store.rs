//! The table itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::signals::{Age, Sign};
use super::{Signal, Tally};
use crate::contacts::{self, Engagement};
use crate::db::schema::{campaigns, tracking_signals, tracking_tallies};
use crate::db::{Conn, Error};
use crate::each;
use crate::kernel::language::Language;
use crate::preferences;

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 500;

/// Adds sums to those that are stored. Events of a campaign that is gone are dropped.
pub(super) fn add(conn: &mut Conn, sums: &HashMap<Tally, i64>) -> Result<(), Error> {
    let there = campaigns_there(conn, sums.keys().map(|tally| tally.campaign))?;
    let sums: Vec<_> = sums.iter().filter(|(tally, _)| there.contains(&tally.campaign)).collect();
    for batch in sums.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(tally, amount)| {
                (
                    tracking_tallies::campaign_id.eq(tally.campaign),
                    tracking_tallies::language.eq(tally.language),
                    tracking_tallies::link.eq(tally.link),
                    tracking_tallies::hour.eq(tally.hour),
                    tracking_tallies::amount.eq(**amount),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(tracking_tallies::table)
                .values(rows)
                .on_conflict((
                    tracking_tallies::campaign_id,
                    tracking_tallies::language,
                    tracking_tallies::link,
                    tracking_tallies::hour,
                ))
                .do_update()
                .set(tracking_tallies::amount.eq(tracking_tallies::amount + excluded(tracking_tallies::amount)))
                .execute(engine)
        })?;
    }
    Ok(())
}

/// Adds by what it was asked for to what is stored. Events of a campaign that is gone are dropped.
pub(super) fn add_signals(conn: &mut Conn, signals: &HashMap<Signal, i64>) -> Result<(), Error> {
    let there = campaigns_there(conn, signals.keys().map(|signal| signal.campaign))?;
    let signals: Vec<_> =
        signals.iter().filter(|(signal, amount)| **amount != 0 && there.contains(&signal.campaign)).collect();
    for batch in signals.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(signal, amount)| {
                (
                    tracking_signals::campaign_id.eq(signal.campaign),
                    tracking_signals::language.eq(signal.language),
                    tracking_signals::link.eq(signal.link),
                    tracking_signals::day.eq(signal.day),
                    tracking_signals::family.eq(signal.family),
                    tracking_signals::sign.eq(signal.sign),
                    tracking_signals::age.eq(signal.age),
                    tracking_signals::amount.eq(**amount),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(tracking_signals::table)
                .values(rows)
                .on_conflict((
                    tracking_signals::campaign_id,
                    tracking_signals::language,
                    tracking_signals::link,
                    tracking_signals::day,
                    tracking_signals::family,
                    tracking_signals::sign,
                    tracking_signals::age,
                ))
                .do_update()
                .set(tracking_signals::amount.eq(tracking_signals::amount + excluded(tracking_signals::amount)))
                .execute(engine)
        })?;
    }
    Ok(())
}

/// Who of these people agree to be measured now; each by the number of the person whom merges have made of them.
pub(super) fn readers(
    conn: &mut Conn,
    people: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, i64>, Error> {
    let people: HashSet<i64> = people.collect();
    let mut now: HashMap<i64, i64> = HashMap::new();
    for contact in contacts::by_ids(conn, &Vec::from_iter(people))? {
        let id = contact.id;
        let current = if contact.merged_into.is_some() { contacts::find(conn, id)? } else { Some(contact) };
        now.extend(current.filter(|person| person.erased_at.is_none()).map(|person| (id, person.id)));
    }
    let agreed = preferences::measured(conn, &now.values().copied().collect::<Vec<_>>())?;
    now.retain(|_, person| agreed.contains(person));
    Ok(now)
}

/// Keeps what people did who agree to it, in campaigns that are still there.
pub(super) fn keep(conn: &mut Conn, done: HashSet<Engagement>) -> Result<(), Error> {
    if done.is_empty() {
        return Ok(());
    }
    let there = campaigns_there(conn, done.iter().map(|one| one.campaign_id))?;
    let kept: Vec<Engagement> = done.into_iter().filter(|one| there.contains(&one.campaign_id)).collect();
    contacts::record_engagements(conn, &kept)
}

fn campaigns_there(conn: &mut Conn, named: impl Iterator<Item = i64>) -> Result<HashSet<i64>, Error> {
    let named: HashSet<i64> = named.collect();
    let there: Vec<i64> =
        campaigns::table.filter(campaigns::id.eq_any(named)).select(campaigns::id).load(conn)?;
    Ok(there.into_iter().collect())
}

/// Language, link and number of events of a campaign, over all hours.
pub(super) fn sums(conn: &mut Conn, campaign: i64) -> Result<Vec<(Language, i32, i64)>, Error> {
    let rows: Vec<(Language, i32, i64)> = tracking_tallies::table
        .filter(tracking_tallies::campaign_id.eq(campaign))
        .select((tracking_tallies::language, tracking_tallies::link, tracking_tallies::amount))
        .load(conn)?;
    // Added up here: a campaign has some hundreds of rows, and the engines' sums differ in type.
    let mut sums: BTreeMap<(Language, i32), i64> = BTreeMap::new();
    for (language, link, amount) in rows {
        *sums.entry((language, link)).or_default() += amount;
    }
    Ok(sums.into_iter().map(|((language, link), amount)| (language, link, amount)).collect())
}

/// What was counted of one link, by what it was asked for, over all days.
pub(super) type SignalSum = (Language, i32, String, Sign, Age, i64);

/// By what events of a campaign were asked for.
pub(super) fn signals(conn: &mut Conn, campaign: i64) -> Result<Vec<SignalSum>, Error> {
    Ok(tracking_signals::table
        .filter(tracking_signals::campaign_id.eq(campaign))
        .select((
            tracking_signals::language,
            tracking_signals::link,
            tracking_signals::family,
            tracking_signals::sign,
            tracking_signals::age,
            tracking_signals::amount,
        ))
        .load(conn)?)
}

/// Events of a campaign by hour (UTC) and link.
pub(super) fn hours(conn: &mut Conn, campaign: i64) -> Result<Vec<(NaiveDateTime, i32, i64)>, Error> {
    Ok(tracking_tallies::table
        .filter(tracking_tallies::campaign_id.eq(campaign))
        .select((tracking_tallies::hour, tracking_tallies::link, tracking_tallies::amount))
        .load(conn)?)
}
