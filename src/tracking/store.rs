//! The table itself.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tally;
use crate::db::schema::{campaigns, tracking_tallies};
use crate::db::{Conn, Error};
use crate::each;
use crate::kernel::language::Language;

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 500;

/// Adds sums to those that are stored. Events of a campaign that is gone are dropped.
pub(super) fn add(conn: &mut Conn, sums: &[(Tally, i64)]) -> Result<(), Error> {
    let named: HashSet<i64> = sums.iter().map(|(tally, _)| tally.campaign).collect();
    let there: HashSet<i64> = campaigns::table
        .filter(campaigns::id.eq_any(named))
        .select(campaigns::id)
        .load::<i64>(conn)?
        .into_iter()
        .collect();
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
                    tracking_tallies::amount.eq(*amount),
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
