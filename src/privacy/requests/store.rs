//! The table `requests`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{RequestKind, RequestWay};
use crate::db::schema::requests;
use crate::db::{Conn, Error};

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
    diesel::insert_into(requests::table)
        .values((
            requests::contact_id.eq(contact),
            requests::kind.eq(kind),
            requests::how.eq(how),
            requests::received_at.eq(at),
            requests::done_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The requests before number `before`, the latest first.
pub fn page(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<Request>, Error> {
    Ok(requests::table
        .filter(requests::id.lt(before))
        .order(requests::id.desc())
        .limit(limit)
        .select(Request::as_select())
        .load(conn)?)
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

/// Takes erased people out of their requests.
pub fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    diesel::update(requests::table.filter(requests::contact_id.eq_any(people)))
        .set(requests::contact_id.eq(None::<i64>))
        .execute(conn)?;
    Ok(())
}
