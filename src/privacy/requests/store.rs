//! The table `requests`. Functions take a connection and open no transaction.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{Answered, RequestKind, RequestWay, Shown, due_on, extended_to};
use crate::db::schema::requests;
use crate::db::{Conn, Db, Error};
use crate::insert_returning_id;

/// A request as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = requests)]
pub struct Request {
    /// Its number.
    pub id: i64,
    /// Who asked; nobody once they are erased.
    pub contact_id: Option<i64>,
    /// What for.
    pub kind: RequestKind,
    /// How it came.
    pub how: RequestWay,
    /// When it came; the time to answer runs from here.
    pub received_at: NaiveDateTime,
    /// When it was done.
    pub done_at: Option<NaiveDateTime>,
    /// By which day it must be answered; none when it was done as it came.
    pub due_on: Option<NaiveDate>,
    /// When it was put off.
    pub extended_at: Option<NaiveDateTime>,
    /// Why, as the person was told.
    pub extension_reason: Option<String>,
    /// The account that deals with it.
    pub handler_id: Option<i64>,
    /// The account that wrote it down.
    pub recorded_by: Option<i64>,
    /// How it was answered.
    pub outcome: Option<Answered>,
    /// What was answered.
    pub answer: Option<String>,
}

/// Records a request that was done as it came.
///
/// # Errors
/// Those of the database, like every function here.
pub fn record(
    conn: &mut Conn,
    contact: i64,
    kind: RequestKind,
    how: RequestWay,
    at: NaiveDateTime,
) -> Result<(), Error> {
    record_arrived(conn, contact, kind, how, at, at)
}

/// Records a request that came earlier and was done now.
pub fn record_arrived(
    conn: &mut Conn,
    contact: i64,
    kind: RequestKind,
    how: RequestWay,
    received_at: NaiveDateTime,
    done_at: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(requests::table)
        .values((
            requests::contact_id.eq(contact),
            requests::kind.eq(kind),
            requests::how.eq(how),
            requests::received_at.eq(received_at),
            requests::done_at.eq(done_at),
            requests::outcome.eq(Answered::Done),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes down a request that came at a moment and waits for its answer; returns its number.
pub fn receive(
    conn: &mut Conn,
    contact: i64,
    kind: RequestKind,
    how: RequestWay,
    at: NaiveDateTime,
    by: Option<i64>,
) -> Result<i64, Error> {
    Ok(insert_returning_id!(
        conn,
        requests,
        (
            requests::contact_id.eq(contact),
            requests::kind.eq(kind),
            requests::how.eq(how),
            requests::received_at.eq(at),
            requests::due_on.eq(due_on(at.date())),
            requests::recorded_by.eq(by),
        )
    )?)
}

/// The request of this number.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Request>, Error> {
    Ok(requests::table.find(id).select(Request::as_select()).first(conn).optional()?)
}

/// Some of the requests: those that wait by the day on which they are due, all of them in one part; the others before
/// number `before`, the latest first.
pub fn page(
    conn: &mut Conn,
    shown: Shown,
    before: i64,
    limit: i64,
    now: NaiveDateTime,
) -> Result<Vec<Request>, Error> {
    let mut asked = requests::table.filter(requests::id.lt(before)).limit(limit).into_boxed::<Db>();
    asked = match shown {
        Shown::Open => asked.filter(requests::done_at.is_null()),
        Shown::Overdue => asked
            .filter(requests::done_at.is_null())
            .filter(requests::due_on.lt(now.date()).assume_not_null()),
        Shown::Answered => asked.filter(requests::done_at.is_not_null()),
        Shown::All => asked,
    };
    asked = match shown {
        Shown::Open | Shown::Overdue => asked.order((requests::due_on, requests::id)),
        Shown::Answered | Shown::All => asked.order(requests::id.desc()),
    };
    Ok(asked.select(Request::as_select()).load(conn)?)
}

/// How many wait for their answer, and how many of these too long.
pub fn counts(conn: &mut Conn, now: NaiveDateTime) -> Result<(i64, i64), Error> {
    let open = requests::table.filter(requests::done_at.is_null());
    let overdue = open.filter(requests::due_on.lt(now.date()).assume_not_null());
    Ok((open.count().get_result(conn)?, overdue.count().get_result(conn)?))
}

/// Puts the answer off by two months more. The caller has seen that it can wait; false when somebody was faster.
pub fn extend(conn: &mut Conn, request: &Request, reason: &str, now: NaiveDateTime) -> Result<bool, Error> {
    let changed = diesel::update(
        requests::table
            .find(request.id)
            .filter(requests::done_at.is_null())
            .filter(requests::extended_at.is_null()),
    )
    .set((
        requests::due_on.eq(extended_to(request.received_at.date())),
        requests::extended_at.eq(now),
        requests::extension_reason.eq(reason),
    ))
    .execute(conn)?;
    Ok(changed > 0)
}

/// Says who deals with a request that waits; false when it is answered.
pub fn take_on(conn: &mut Conn, id: i64, account: i64) -> Result<bool, Error> {
    let changed = diesel::update(requests::table.find(id).filter(requests::done_at.is_null()))
        .set(requests::handler_id.eq(account))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Records the answer to a request that waits; false when it is answered already.
pub fn answer(
    conn: &mut Conn,
    id: i64,
    outcome: Answered,
    text: &str,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let changed = diesel::update(requests::table.find(id).filter(requests::done_at.is_null()))
        .set((requests::done_at.eq(now), requests::outcome.eq(outcome), requests::answer.eq(text)))
        .execute(conn)?;
    Ok(changed > 0)
}

/// The requests after number `number`, the earliest first.
pub fn after(conn: &mut Conn, number: i64, limit: i64) -> Result<Vec<Request>, Error> {
    Ok(requests::table
        .filter(requests::id.gt(number))
        .order(requests::id)
        .limit(limit)
        .select(Request::as_select())
        .load(conn)?)
}

/// What these people asked for, the earliest first.
pub fn of_people(conn: &mut Conn, people: &[i64]) -> Result<Vec<Request>, Error> {
    Ok(requests::table
        .filter(requests::contact_id.eq_any(people))
        .order(requests::id)
        .select(Request::as_select())
        .load(conn)?)
}

/// Takes erased people out of their requests, with what was written to them. That they be erased is done now.
pub fn forget(conn: &mut Conn, people: &[i64], now: NaiveDateTime) -> Result<(), Error> {
    diesel::update(
        requests::table
            .filter(requests::contact_id.eq_any(people))
            .filter(requests::kind.eq(RequestKind::Erasure))
            .filter(requests::done_at.is_null()),
    )
    .set((requests::done_at.eq(now), requests::outcome.eq(Answered::Done)))
    .execute(conn)?;
    diesel::update(requests::table.filter(requests::contact_id.eq_any(people)))
        .set((
            requests::contact_id.eq(None::<i64>),
            requests::extension_reason.eq(None::<String>),
            requests::answer.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}
