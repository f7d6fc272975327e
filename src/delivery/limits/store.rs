//! What processes that send tell each other through the database. Functions open no transaction.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::lane::{RelayCondition, Seen};
use super::queue::Slow;
use super::share::Share;
use crate::config::RelaySettings;
use crate::db::Conn;
use crate::db::schema::{domain_states, leases, relay_states, relay_usage, workers};
use crate::delivery::Error;
use crate::each;

/// Pieces that a window is cut into: so much finer does it slide.
const PIECES: i32 = 30;
/// The period of a warm-up, whose days are the office's own.
const WARM_UP: &str = "warm_up";

/// Takes or keeps the right to be the one that does something; `false` while another process has it.
pub(in crate::delivery) fn hold(
    conn: &mut Conn,
    name: &str,
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, Error> {
    let kept =
        diesel::update(leases::table.find(name).filter(leases::owner.eq(owner).or(leases::until.lt(now))))
            .set((leases::owner.eq(owner), leases::until.eq(until)))
            .execute(conn)?;
    if kept == 1 {
        return Ok(true);
    }
    let taken = each!(&mut *conn, engine => {
        diesel::insert_into(leases::table)
            .values((leases::name.eq(name), leases::owner.eq(owner), leases::until.eq(until)))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(taken == 1)
}

/// Keeps others from coming further than this until the end of the transaction.
fn lock(conn: &mut Conn, name: &str, now: NaiveDateTime) -> Result<(), Error> {
    each!(&mut *conn, engine => {
        diesel::insert_into(leases::table)
            .values((leases::name.eq(name), leases::owner.eq(""), leases::until.eq(now)))
            .on_conflict(leases::name)
            .do_update()
            .set(leases::until.eq(excluded(leases::until)))
            .execute(engine)
    })?;
    Ok(())
}

/// Gives back whatever a process held, and what it said of relays.
pub(in crate::delivery) fn let_go(conn: &mut Conn, owner: &str) -> Result<(), Error> {
    diesel::delete(leases::table.filter(leases::owner.eq(owner))).execute(conn)?;
    diesel::delete(relay_states::table.filter(relay_states::worker.eq(owner))).execute(conn)?;
    Ok(())
}

/// Forgets what processes said of relays that are not alive any more.
pub(in crate::delivery) fn forget_dead(conn: &mut Conn) -> Result<(), Error> {
    let alive = workers::table.select(workers::id);
    diesel::delete(relay_states::table.filter(relay_states::worker.ne_all(alive))).execute(conn)?;
    Ok(())
}

/// The part of every limit that a process may use, after its sign of life. One that is new, and has no share yet, waits
/// until all others have counted it.
pub(in crate::delivery) fn share(
    conn: &mut Conn,
    owner: &str,
    has_one: bool,
    now: NaiveDateTime,
) -> Result<Share, Error> {
    // One after the other, so that two which begin at the same moment see each other.
    lock(conn, "shares", now)?;
    let alive: Vec<(String, i32)> = workers::table
        .filter(workers::alive_until.ge(now))
        .order(workers::id)
        .select((workers::id, workers::counted))
        .load(conn)?;
    let count = alive.len();
    let counted = i32::try_from(count).unwrap_or(i32::MAX);
    diesel::update(workers::table.find(owner)).set(workers::counted.eq(counted)).execute(conn)?;
    let others_know = alive.iter().all(|(id, known)| id == owner || *known >= counted);
    Ok(match alive.iter().position(|(id, _)| id == owner) {
        Some(rank) if has_one || others_know => Share::new(rank, count),
        _ => Share::NONE,
    })
}

/// What a relay may be given out of its windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) enum Grant {
    /// So many messages, at least one.
    Some(u64),
    /// None until then.
    NoneUntil(DateTime<Utc>),
}

/// One limit of a relay: its name, from when on it counts, the piece that counts now, how many, when more is free.
struct Limit {
    period: &'static str,
    since: NaiveDateTime,
    bucket: NaiveDateTime,
    most: i64,
}

fn limits(settings: &RelaySettings, zone: Tz, now: DateTime<Utc>) -> Vec<Limit> {
    let mut limits: Vec<Limit> = settings
        .windows
        .iter()
        .map(|window| {
            let length = window.period.length();
            let piece = (length / PIECES).num_seconds().max(1);
            let second = now.timestamp();
            let begin =
                |at: i64| DateTime::from_timestamp(at - at.rem_euclid(piece), 0).unwrap_or(now).naive_utc();
            Limit {
                period: window.period.as_str(),
                // A piece counts until all of it is older than the window.
                since: begin(second) - length,
                bucket: begin(second),
                most: i64::from(window.limit),
            }
        })
        .collect();
    let day = now.with_timezone(&zone).date_naive();
    if let Some(cap) = settings.warm_up.as_ref().and_then(|warm_up| warm_up.cap(day)) {
        let bucket = day.and_time(chrono::NaiveTime::MIN);
        limits.push(Limit { period: WARM_UP, since: bucket, bucket, most: i64::from(cap) });
    }
    limits
}

/// Takes up to `wanted` messages out of every window of a relay; all processes count together.
pub(in crate::delivery) fn reserve(
    conn: &mut Conn,
    settings: &RelaySettings,
    zone: Tz,
    wanted: u64,
    now: DateTime<Utc>,
) -> Result<Grant, Error> {
    let limits = limits(settings, zone, now);
    if limits.is_empty() {
        return Ok(Grant::Some(wanted));
    }
    // First a write, so that processes that ask at the same time come one after the other.
    lock(conn, &format!("relay {}", settings.name), now.naive_utc())?;
    let mut grant = i64::try_from(wanted).unwrap_or(i64::MAX);
    let mut free_at = None;
    for limit in &limits {
        let rows: Vec<(NaiveDateTime, i64)> = relay_usage::table
            .filter(relay_usage::relay.eq(&settings.name))
            .filter(relay_usage::period.eq(limit.period))
            .filter(relay_usage::bucket.ge(limit.since))
            .order(relay_usage::bucket)
            .select((relay_usage::bucket, relay_usage::used))
            .load(conn)?;
        let left = limit.most - rows.iter().map(|(_, used)| used).sum::<i64>();
        if left <= 0 {
            let oldest = rows.iter().find(|(_, used)| *used > 0).map_or(limit.bucket, |(bucket, _)| *bucket);
            let at = freed(limit, oldest, zone);
            free_at = free_at.max(Some(at));
        }
        grant = grant.min(left);
    }
    if let Some(at) = free_at {
        return Ok(Grant::NoneUntil(at.max(now + TimeDelta::seconds(1))));
    }
    for limit in &limits {
        add(conn, &settings.name, limit.period, limit.bucket, grant)?;
    }
    let old = now.naive_utc() - TimeDelta::days(3);
    diesel::delete(
        relay_usage::table.filter(relay_usage::relay.eq(&settings.name)).filter(relay_usage::bucket.lt(old)),
    )
    .execute(conn)?;
    Ok(Grant::Some(u64::try_from(grant).unwrap_or(0)))
}

/// When what was used in a piece is free again.
fn freed(limit: &Limit, oldest: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    if limit.period == WARM_UP {
        let tomorrow = limit.bucket + TimeDelta::days(1);
        return tomorrow.and_local_timezone(zone).earliest().map_or(tomorrow.and_utc(), |at| at.to_utc());
    }
    // It stops to count with the first piece whose own window no longer reaches back to it.
    let length = limit.bucket - limit.since;
    (oldest + length + length / PIECES).and_utc()
}

/// Gives back what was taken and not used.
pub(in crate::delivery) fn give_back(
    conn: &mut Conn,
    settings: &RelaySettings,
    zone: Tz,
    unused: u64,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for limit in limits(settings, zone, now) {
        add(conn, &settings.name, limit.period, limit.bucket, -i64::try_from(unused).unwrap_or(0))?;
    }
    Ok(())
}

fn add(conn: &mut Conn, relay: &str, period: &str, bucket: NaiveDateTime, used: i64) -> Result<(), Error> {
    each!(&mut *conn, engine => {
        diesel::insert_into(relay_usage::table)
            .values((
                relay_usage::relay.eq(relay),
                relay_usage::period.eq(period),
                relay_usage::bucket.eq(bucket),
                relay_usage::used.eq(used),
            ))
            .on_conflict((relay_usage::relay, relay_usage::period, relay_usage::bucket))
            .do_update()
            .set(relay_usage::used.eq(relay_usage::used + excluded(relay_usage::used)))
            .execute(engine)
    })?;
    Ok(())
}

/// How one process finds one relay.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::delivery) struct Report {
    pub relay: String,
    pub seen: Seen,
    pub connections: i32,
    pub sent: i64,
    pub refused: i64,
}

/// Tells the others, and whoever looks at the pages, how relays are.
pub(in crate::delivery) fn report(
    conn: &mut Conn,
    worker: &str,
    reports: &[Report],
    now: NaiveDateTime,
) -> Result<(), Error> {
    for report in reports {
        let (fault, fault_at) = match &report.seen.fault {
            Some((reply, at)) => (Some(reply.as_str()), Some(at.naive_utc())),
            None => (None, None),
        };
        let values = (
            relay_states::state.eq(report.seen.condition),
            relay_states::until.eq(report.seen.until.map(|until| until.naive_utc())),
            relay_states::connections.eq(report.connections),
            relay_states::sent.eq(report.sent),
            relay_states::refused.eq(report.refused),
            relay_states::fault.eq(fault),
            relay_states::fault_at.eq(fault_at),
            relay_states::updated_at.eq(now),
        );
        let known =
            diesel::update(relay_states::table.find((worker, &report.relay))).set(values).execute(conn)?;
        if known == 0 {
            diesel::insert_into(relay_states::table)
                .values((relay_states::worker.eq(worker), relay_states::relay.eq(&report.relay), values))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// How a relay is, as one process finds it.
#[derive(Debug, Clone, Queryable)]
pub(in crate::delivery) struct StoredState {
    pub relay: String,
    pub condition: RelayCondition,
    pub until: Option<NaiveDateTime>,
    pub connections: i32,
    pub sent: i64,
    pub refused: i64,
    pub fault: Option<String>,
    pub fault_at: Option<NaiveDateTime>,
    pub updated_at: NaiveDateTime,
}

/// How relays are, as every process finds them.
pub(in crate::delivery) fn states(conn: &mut Conn) -> Result<Vec<StoredState>, Error> {
    Ok(relay_states::table
        .order((relay_states::relay, relay_states::worker))
        .select((
            relay_states::relay,
            relay_states::state,
            relay_states::until,
            relay_states::connections,
            relay_states::sent,
            relay_states::refused,
            relay_states::fault,
            relay_states::fault_at,
            relay_states::updated_at,
        ))
        .load(conn)?)
}

/// Keeps that a domain asked for less, or got over it.
pub(in crate::delivery) fn slow(
    conn: &mut Conn,
    domain: &str,
    slow: &Slow,
    reply: &str,
) -> Result<(), Error> {
    if slow.level <= 0 {
        diesel::delete(domain_states::table.find(domain)).execute(conn)?;
        return Ok(());
    }
    let values = (domain_states::level.eq(slow.level), domain_states::until.eq(slow.until.naive_utc()));
    let known = diesel::update(domain_states::table.find(domain)).set(values).execute(conn)?;
    if known == 0 {
        each!(&mut *conn, engine => {
            diesel::insert_into(domain_states::table)
                .values((domain_states::domain.eq(domain), values, domain_states::reply.eq(reply)))
                .on_conflict_do_nothing()
                .execute(engine)
        })?;
    }
    Ok(())
}

/// The domains that are left alone now, the longest first; at most `limit`.
pub(in crate::delivery) fn slow_domains(
    conn: &mut Conn,
    now: NaiveDateTime,
    limit: i64,
) -> Result<Vec<(String, Slow, String)>, Error> {
    let rows: Vec<(String, i32, NaiveDateTime, String)> = domain_states::table
        .filter(domain_states::until.gt(now))
        .order(domain_states::until.desc())
        .limit(limit)
        .select((domain_states::domain, domain_states::level, domain_states::until, domain_states::reply))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(domain, level, until, reply)| (domain, Slow { level, until: until.and_utc() }, reply))
        .collect())
}
