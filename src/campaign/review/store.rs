//! Reading and writing the steps. Functions take a connection and open no transaction; none changes a row.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Entry, Step};
use crate::audit::{Actor, ActorKind};
use crate::campaign::Error;
use crate::db::Conn;
use crate::db::schema::campaign_reviews;

type Row = (i64, Step, ActorKind, Option<i64>, String, String, NaiveDateTime);

/// A page shows no more; nobody reads as many.
const SHOWN: i64 = 500;

fn entry((id, step, kind, actor, digest, note, created_at): Row) -> Entry {
    Entry { id, step, actor: Actor { kind, id: actor }, digest, note, created_at }
}

/// What was said and done, the latest first.
///
/// # Errors
/// Those of the database.
pub fn of_campaign(conn: &mut Conn, campaign: i64) -> Result<Vec<Entry>, Error> {
    let rows: Vec<Row> = campaign_reviews::table
        .filter(campaign_reviews::campaign_id.eq(campaign))
        .order(campaign_reviews::id.desc())
        .limit(SHOWN)
        .select((
            campaign_reviews::id,
            campaign_reviews::step,
            campaign_reviews::actor_kind,
            campaign_reviews::actor_id,
            campaign_reviews::digest,
            campaign_reviews::note,
            campaign_reviews::created_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// The last thing that was done, comments aside.
pub(super) fn last_step(conn: &mut Conn, campaign: i64) -> Result<Option<Entry>, Error> {
    let row: Option<Row> = campaign_reviews::table
        .filter(campaign_reviews::campaign_id.eq(campaign))
        .filter(campaign_reviews::step.ne(Step::Comment))
        .order(campaign_reviews::id.desc())
        .select((
            campaign_reviews::id,
            campaign_reviews::step,
            campaign_reviews::actor_kind,
            campaign_reviews::actor_id,
            campaign_reviews::digest,
            campaign_reviews::note,
            campaign_reviews::created_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(entry))
}

pub(super) fn insert(
    conn: &mut Conn,
    campaign: i64,
    step: Step,
    actor: Actor,
    digest: &str,
    note: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(campaign_reviews::table)
        .values((
            campaign_reviews::campaign_id.eq(campaign),
            campaign_reviews::step.eq(step),
            campaign_reviews::actor_kind.eq(actor.kind),
            campaign_reviews::actor_id.eq(actor.id),
            campaign_reviews::digest.eq(digest),
            campaign_reviews::note.eq(note),
            campaign_reviews::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
