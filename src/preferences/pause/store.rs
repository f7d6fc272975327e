//! Pauses among the table `refusals`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::refusals;
use crate::db::{Conn, Error};
use crate::preferences::question::RefusalScope;
use crate::preferences::store::{PreferenceSource, Voice, record_event, refuse};

/// Pauses that one call takes back, so that a transaction stays short.
const BATCH: i64 = 500;

/// Records that somebody wants nothing until then. An earlier pause gets the new end.
///
/// # Errors
/// Those of the database, like every function here.
pub fn pause(conn: &mut Conn, voice: &Voice<'_>, until: NaiveDateTime) -> Result<(), Error> {
    refuse(conn, voice, RefusalScope::Pause)?;
    let paused = RefusalScope::Pause.to_string();
    if let Some(contact) = voice.contact {
        let mut people = vec![contact];
        people.extend(merged(conn, contact)?);
        diesel::update(
            refusals::table.filter(refusals::contact_id.eq_any(people)).filter(refusals::scope.eq(&paused)),
        )
        .set(refusals::ends_at.eq(until))
        .execute(conn)?;
    }
    if let Some(address) = voice.address_key {
        diesel::update(
            refusals::table.filter(refusals::address_key.eq(address)).filter(refusals::scope.eq(&paused)),
        )
        .set(refusals::ends_at.eq(until))
        .execute(conn)?;
    }
    Ok(())
}

/// Those who became part of a person: mails may still wait under their numbers.
fn merged(conn: &mut Conn, contact: i64) -> Result<Vec<i64>, Error> {
    use crate::db::schema::contacts;
    Ok(contacts::table.filter(contacts::merged_into.eq(contact)).select(contacts::id).load(conn)?)
}

/// Until when a person, or the holder of their address, wants nothing; the later of several.
pub fn paused_until(
    conn: &mut Conn,
    contact: i64,
    address_key: Option<&str>,
) -> Result<Option<NaiveDateTime>, Error> {
    let paused = RefusalScope::Pause.to_string();
    let own: Option<Option<NaiveDateTime>> = refusals::table
        .filter(refusals::contact_id.eq(contact))
        .filter(refusals::scope.eq(&paused))
        .select(refusals::ends_at)
        .first(conn)
        .optional()?;
    let mut latest = own.flatten();
    if let Some(address) = address_key {
        let theirs: Option<Option<NaiveDateTime>> = refusals::table
            .filter(refusals::address_key.eq(address))
            .filter(refusals::scope.eq(&paused))
            .select(refusals::ends_at)
            .first(conn)
            .optional()?;
        latest = latest.max(theirs.flatten());
    }
    Ok(latest)
}

/// Takes back the pauses whose time is over, the earliest first; tells how many.
pub fn end_pauses(conn: &mut Conn, now: NaiveDateTime) -> Result<usize, Error> {
    let over: Vec<(i64, Option<i64>)> = refusals::table
        .filter(refusals::ends_at.le(now))
        .order(refusals::ends_at)
        .limit(BATCH)
        .select((refusals::id, refusals::contact_id))
        .load(conn)?;
    let ids: Vec<i64> = over.iter().map(|(id, _)| *id).collect();
    diesel::delete(refusals::table.filter(refusals::id.eq_any(&ids))).execute(conn)?;
    for (_, contact) in &over {
        // The address's own row has no history of its own.
        if let Some(contact) = contact {
            let voice = Voice {
                contact: Some(*contact),
                address_key: None,
                source: PreferenceSource::PauseEnded,
                campaign: None,
                at: now,
            };
            record_event(conn, &voice, &RefusalScope::Pause.to_string(), false)?;
        }
    }
    Ok(over.len())
}
