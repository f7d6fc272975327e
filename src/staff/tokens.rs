//! API tokens: made on the command line, shown once, stored as a hash.

use super::account::{Account, Scope};
use super::sign_in::{hash, new_secret};
use super::{Error, store};
use crate::db::Conn;
use crate::kernel::clock::Clock;
use crate::units;

/// How a token begins, so that one found in a log or a repository is recognised.
const PREFIX: &str = "bdv_";

/// Makes a token and returns its text, which is not kept.
///
/// # Errors
/// When the unit is unknown, and those of the database.
pub fn create(
    conn: &mut Conn,
    clock: &Clock,
    name: &str,
    unit: Option<&str>,
    scopes: &[Scope],
) -> Result<String, Error> {
    let unit_id = match unit {
        None => None,
        Some(slug) => {
            Some(units::unit_by_slug(conn, slug)?.ok_or_else(|| Error::UnknownUnit(slug.to_owned()))?.id)
        }
    };
    let (secret, _) = new_secret(clock);
    let text = format!("{PREFIX}{secret}");
    store::insert_token(conn, name, unit_id, &hash(&text), scopes, clock.now().naive_utc())?;
    Ok(text)
}

/// Whom a token speaks for; `None` when it is unknown or revoked.
///
/// # Errors
/// Those of the database.
pub fn account(conn: &mut Conn, text: &str) -> Result<Option<Account>, Error> {
    if !text.starts_with(PREFIX) {
        return Ok(None);
    }
    store::token_account(conn, &hash(text))
}
