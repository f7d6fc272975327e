//! Whom other units mail as well (product P23): counted by the worker for each draft and each scheduled campaign, and
//! kept, so that a page shows it without counting.
//!
//! Counted are the people whom the campaign may reach and who within [`DAYS`] days got a mail of another unit, or wait
//! for one, or will get one of those that another unit has scheduled in the next [`DAYS`] days.

mod store;

use chrono::{NaiveDateTime, TimeDelta};

use super::Error;
use crate::campaign::{self, Stored};
use crate::db::Conn;
use crate::preferences::with_caps;
use crate::segment;
use crate::units::{self, UnitTree};

pub use store::{Overlap, count_again, of_campaign, waiting};

/// How many days back and ahead.
pub const DAYS: i32 = 14;

/// Counts anew for one campaign. What cannot be counted, because a rule cannot be judged, is kept as not known.
///
/// # Errors
/// When the campaign is gone, and those of the database.
pub fn count(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Overlap, Error> {
    let stored = campaign::find(conn, id)?;
    let tree = units::tree(conn)?;
    let days = TimeDelta::days(i64::from(DAYS));
    let mut others = store::mailed_lately(conn, stored.campaign.unit_id(), now - days)?;
    let ahead = campaign::scheduled_before(conn, now + days)?;
    let ahead: Vec<Stored> =
        ahead.into_iter().filter(|other| other.campaign.unit_id() != stored.campaign.unit_id()).collect();
    others.extend(ahead.iter().map(|other| other.campaign.unit_id()));
    others.sort_unstable();
    others.dedup();

    let Some(audience) = audience(conn, &stored, &tree, now)? else { return store::unknown(&stored, now) };
    let mut planned = Vec::new();
    for other in &ahead {
        planned.extend(self::audience(conn, other, &tree, now)?);
    }
    store::count(conn, &stored, &audience, &others, &planned, now)
}

/// Those whom a campaign may reach.
struct Audience {
    unit: i64,
    rule: segment::Rule,
    question: crate::preferences::Question,
}

fn audience(
    conn: &mut Conn,
    stored: &Stored,
    tree: &UnitTree,
    now: NaiveDateTime,
) -> Result<Option<Audience>, Error> {
    let question = stored.campaign.question(stored.id, tree);
    let question = with_caps(conn, question, tree, now)?;
    let rule = segment::in_units(conn, stored.campaign.rule(), question.units())?;
    let is_fit = segment::compile(&rule, now).is_ok();
    Ok(is_fit.then(|| Audience { unit: stored.campaign.unit_id(), rule, question }))
}

/// Counts for the campaign that needs it most, and keeps it; `false` when none does.
///
/// # Errors
/// Those of the database.
pub fn next(conn: &mut Conn, now: NaiveDateTime) -> Result<Option<(i64, Overlap)>, Error> {
    match waiting(conn, now)? {
        Some(id) => Ok(Some((id, count(conn, id, now)?))),
        None => Ok(None),
    }
}

/// Keeps what was counted.
///
/// # Errors
/// Those of the database.
pub fn keep(conn: &mut Conn, id: i64, overlap: &Overlap) -> Result<(), Error> {
    store::keep(conn, id, overlap)
}
