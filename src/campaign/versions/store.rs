//! Reading and writing versions. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Version;
use crate::audit::{Actor, ActorKind};
use crate::campaign::{CampaignFile, Error, NewCampaign};
use crate::db::Conn;
use crate::db::schema::campaign_versions;

/// A page shows no more.
const SHOWN: i64 = 500;

/// Keeps a version; who saved it is told by [`sign`].
pub(in crate::campaign) fn keep(
    conn: &mut Conn,
    campaign: i64,
    version: i32,
    new: &NewCampaign,
    now: NaiveDateTime,
) -> Result<(), Error> {
    let file = CampaignFile::of(conn, new)?;
    let file = serde_json::to_string(&file)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(campaign_versions::table)
        .values((
            campaign_versions::campaign_id.eq(campaign),
            campaign_versions::version.eq(version),
            campaign_versions::file.eq(file),
            campaign_versions::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says who saved the latest version of a campaign.
///
/// # Errors
/// Those of the database.
pub fn sign(conn: &mut Conn, campaign: i64, actor: Actor) -> Result<(), Error> {
    let latest: Option<i32> = campaign_versions::table
        .filter(campaign_versions::campaign_id.eq(campaign))
        .order(campaign_versions::version.desc())
        .select(campaign_versions::version)
        .first(conn)
        .optional()?;
    let Some(latest) = latest else { return Ok(()) };
    diesel::update(campaign_versions::table.find((campaign, latest)))
        .set((campaign_versions::actor_kind.eq(actor.kind), campaign_versions::actor_id.eq(actor.id)))
        .execute(conn)?;
    Ok(())
}

/// Who saved a version, when that is known.
///
/// # Errors
/// Those of the database.
pub fn author(conn: &mut Conn, campaign: i64, version: i32) -> Result<Option<Actor>, Error> {
    let row: Option<(Option<ActorKind>, Option<i64>)> = campaign_versions::table
        .find((campaign, version))
        .select((campaign_versions::actor_kind, campaign_versions::actor_id))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(kind, id)| kind.map(|kind| Actor { kind, id })))
}

/// The versions of a campaign, the latest first.
///
/// # Errors
/// Those of the database.
pub fn of_campaign(conn: &mut Conn, campaign: i64) -> Result<Vec<Version>, Error> {
    type Row = (i32, Option<ActorKind>, Option<i64>, NaiveDateTime);
    let rows: Vec<Row> = campaign_versions::table
        .filter(campaign_versions::campaign_id.eq(campaign))
        .order(campaign_versions::version.desc())
        .limit(SHOWN)
        .select((
            campaign_versions::version,
            campaign_versions::actor_kind,
            campaign_versions::actor_id,
            campaign_versions::created_at,
        ))
        .load(conn)?;
    let version = |(version, kind, id, created_at): Row| Version {
        version,
        actor: kind.map(|kind| Actor { kind, id }),
        created_at,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The campaign file of a version, as JSON.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, campaign: i64, version: i32) -> Result<Option<String>, Error> {
    Ok(campaign_versions::table
        .find((campaign, version))
        .select(campaign_versions::file)
        .first(conn)
        .optional()?)
}
