//! Creating calls that are repeated with the same `Idempotency-Key` answer as they did the first time.

use chrono::NaiveDateTime;

use super::{Error, store};
use crate::db::Conn;

/// What was answered to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// A hash of the request that the key came with.
    pub request_hash: String,
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: String,
}

/// The answer given before to this key of this token.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, token: i64, key: &str) -> Result<Option<Answer>, Error> {
    store::find_answer(conn, token, key)
}

/// Keeps an answer, in the transaction that did the work.
///
/// # Errors
/// Those of the database; a duplicate when the same key is being used at the same moment.
pub fn keep(
    conn: &mut Conn,
    token: i64,
    key: &str,
    answer: &Answer,
    now: NaiveDateTime,
) -> Result<(), Error> {
    store::keep_answer(conn, token, key, answer, now)
}

/// Forgets what was answered when these people were made: their names and addresses stand in it.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), crate::db::Error> {
    store::forget_answers(conn, people)
}
