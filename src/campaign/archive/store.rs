//! The tables of the archive. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::campaign::{CampaignKind, CampaignState, Error, Stored, find};
use crate::db::Conn;
use crate::db::schema::{archive_exceptions, campaigns, public_archives};

/// The states of a campaign whose mails went out, or are going out.
const PUBLIC: [CampaignState; 3] = [CampaignState::Sending, CampaignState::Paused, CampaignState::Finished];

/// The open archives: unit, and since when.
///
/// # Errors
/// Those of the database, like every function here.
pub fn opened(conn: &mut Conn) -> Result<Vec<(i64, NaiveDateTime)>, Error> {
    Ok(public_archives::table
        .order(public_archives::unit_id)
        .select((public_archives::unit_id, public_archives::since))
        .load(conn)?)
}

/// Since when a unit's archive is open, if it is.
///
/// # Errors
/// Those of the database.
pub fn since(conn: &mut Conn, unit: i64) -> Result<Option<NaiveDateTime>, Error> {
    Ok(public_archives::table.find(unit).select(public_archives::since).first(conn).optional()?)
}

/// Opens a unit's archive; one that is open stays as it is.
///
/// # Errors
/// Those of the database.
pub fn open(conn: &mut Conn, unit: i64, now: NaiveDateTime) -> Result<(), Error> {
    if since(conn, unit)?.is_none() {
        diesel::insert_into(public_archives::table)
            .values((public_archives::unit_id.eq(unit), public_archives::since.eq(now)))
            .execute(conn)?;
    }
    Ok(())
}

/// Closes a unit's archive; tells whether it was open.
///
/// # Errors
/// Those of the database.
pub fn close(conn: &mut Conn, unit: i64) -> Result<bool, Error> {
    Ok(diesel::delete(public_archives::table.find(unit)).execute(conn)? > 0)
}

/// Takes a campaign out of the archive.
///
/// # Errors
/// Those of the database.
pub fn hide(conn: &mut Conn, campaign: i64, now: NaiveDateTime) -> Result<(), Error> {
    if !is_hidden(conn, campaign)? {
        diesel::insert_into(archive_exceptions::table)
            .values((archive_exceptions::campaign_id.eq(campaign), archive_exceptions::hidden_at.eq(now)))
            .execute(conn)?;
    }
    Ok(())
}

/// Puts a campaign back that was taken out.
///
/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, campaign: i64) -> Result<(), Error> {
    diesel::delete(archive_exceptions::table.find(campaign)).execute(conn)?;
    Ok(())
}

/// Whether a campaign was taken out.
///
/// # Errors
/// Those of the database.
pub fn is_hidden(conn: &mut Conn, campaign: i64) -> Result<bool, Error> {
    let found: Option<i64> = archive_exceptions::table
        .find(campaign)
        .select(archive_exceptions::campaign_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The campaigns of a unit's archive, the newest first, before number `before`; none while it is closed.
///
/// # Errors
/// Those of the database.
pub fn entries(conn: &mut Conn, unit: i64, before: i64, limit: i64) -> Result<Vec<Stored>, Error> {
    let Some(since) = since(conn, unit)? else { return Ok(Vec::new()) };
    let hidden = archive_exceptions::table.select(archive_exceptions::campaign_id);
    let ids: Vec<i64> = campaigns::table
        .filter(campaigns::unit_id.eq(unit))
        .filter(campaigns::id.lt(before))
        .filter(campaigns::kind.eq(CampaignKind::Mailing))
        .filter(campaigns::state.eq_any(PUBLIC))
        .filter(campaigns::started_at.ge(since).assume_not_null())
        .filter(campaigns::id.ne_all(hidden))
        .order(campaigns::id.desc())
        .limit(limit)
        .select(campaigns::id)
        .load(conn)?;
    ids.into_iter().map(|id| find(conn, id)).collect()
}

/// A campaign, if it stands in its unit's archive.
///
/// # Errors
/// Those of the database.
pub fn entry(conn: &mut Conn, unit: i64, campaign: i64) -> Result<Option<Stored>, Error> {
    let found = entries(conn, unit, campaign.saturating_add(1), 1)?.pop();
    Ok(found.filter(|stored| stored.id == campaign))
}
