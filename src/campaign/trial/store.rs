//! The table `campaign_trials`. Functions take a connection and open no transaction.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Plan, Trial};
use crate::campaign::{CampaignState, Error};
use crate::db::Conn;
use crate::db::schema::{campaign_trials, campaigns};

type Row = (String, Option<NaiveDateTime>, Option<i32>, Option<NaiveDateTime>);

/// Keeps a campaign's plan, or that it has none.
///
/// # Errors
/// Those of the database, like every function here.
pub(in crate::campaign) fn keep(conn: &mut Conn, campaign: i64, plan: Option<&Plan>) -> Result<(), Error> {
    diesel::delete(campaign_trials::table.find(campaign)).execute(conn)?;
    if let Some(plan) = plan {
        let plan = serde_json::to_string(plan)
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        diesel::insert_into(campaign_trials::table)
            .values((campaign_trials::campaign_id.eq(campaign), campaign_trials::plan.eq(plan)))
            .execute(conn)?;
    }
    Ok(())
}

/// The plans of those of these campaigns that have one.
///
/// # Errors
/// Those of the database.
pub(in crate::campaign) fn plans(conn: &mut Conn, campaigns: &[i64]) -> Result<HashMap<i64, Plan>, Error> {
    let rows: Vec<(i64, String)> = campaign_trials::table
        .filter(campaign_trials::campaign_id.eq_any(campaigns))
        .select((campaign_trials::campaign_id, campaign_trials::plan))
        .load(conn)?;
    rows.into_iter().map(|(id, plan)| Ok((id, read(&plan)?))).collect()
}

fn read(plan: &str) -> Result<Plan, Error> {
    serde_json::from_str(plan)
        .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)).into())
}

/// A campaign's trial.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, campaign: i64) -> Result<Option<Trial>, Error> {
    let row: Option<Row> = campaign_trials::table
        .find(campaign)
        .select((
            campaign_trials::plan,
            campaign_trials::ends_at,
            campaign_trials::winner,
            campaign_trials::decided_at,
        ))
        .first(conn)
        .optional()?;
    row.map(|(plan, ends_at, winner, decided_at)| {
        Ok(Trial { plan: read(&plan)?, ends_at, winner, decided_at })
    })
    .transpose()
}

/// Campaigns that are being sent, or were, and whose winner is not chosen.
///
/// # Errors
/// Those of the database.
pub fn undecided(conn: &mut Conn) -> Result<Vec<i64>, Error> {
    Ok(campaign_trials::table
        .inner_join(campaigns::table)
        .filter(campaign_trials::winner.is_null())
        .filter(campaigns::state.eq_any([
            CampaignState::Sending,
            CampaignState::Paused,
            CampaignState::Finished,
        ]))
        .order(campaign_trials::campaign_id)
        .select(campaign_trials::campaign_id)
        .load(conn)?)
}

/// Says when the winner is to be chosen, if nobody has said so yet.
///
/// # Errors
/// Those of the database.
pub fn end_at(conn: &mut Conn, campaign: i64, at: NaiveDateTime) -> Result<(), Error> {
    diesel::update(campaign_trials::table.find(campaign).filter(campaign_trials::ends_at.is_null()))
        .set(campaign_trials::ends_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Chooses the winner; `false` when there is one already.
///
/// # Errors
/// Those of the database.
pub fn choose(conn: &mut Conn, campaign: i64, winner: i32, now: NaiveDateTime) -> Result<bool, Error> {
    let changed =
        diesel::update(campaign_trials::table.find(campaign).filter(campaign_trials::winner.is_null()))
            .set((campaign_trials::winner.eq(winner), campaign_trials::decided_at.eq(now)))
            .execute(conn)?;
    Ok(changed == 1)
}
