//! The table itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tally;
use crate::contacts::{self, Engagement};
use crate::db::schema::{campaigns, tracking_tallies};
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

/// Keeps what people did who agree to it now, as the people whom merges have made of them. Of others nothing is kept,
/// nor of campaigns that are gone.
pub(super) fn keep(conn: &mut Conn, done: &HashSet<Engagement>) -> Result<(), Error> {
    if done.is_empty() {
        return Ok(());
    }
    let there = campaigns_there(conn, done.iter().map(|one| one.campaign_id))?;
    let readers: HashSet<i64> = done.iter().map(|one| one.contact_id).collect();
    let mut now: HashMap<i64, i64> = HashMap::new();
    for contact in contacts::by_ids(conn, &Vec::from_iter(readers))? {
        let id = contact.id;
        let current = if contact.merged_into.is_some() { contacts::find(conn, id)? } else { Some(contact) };
        now.extend(current.filter(|person| person.erased_at.is_none()).map(|person| (id, person.id)));
    }
    let agreed = preferences::measured(conn, &now.values().copied().collect::<Vec<_>>())?;
    let kept: Vec<Engagement> = done
        .iter()
        .filter(|one| there.contains(&one.campaign_id))
        .filter_map(|one| Some(Engagement { contact_id: *now.get(&one.contact_id)?, ..one.clone() }))
        .filter(|one| agreed.contains(&one.contact_id))
        .collect();
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
