//! Signing in: by a one-time link, or by address and password; sessions; throttling.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::account::Account;
use super::{Error, store};
use crate::db::Conn;
use crate::kernel::clock::Clock;
use crate::kernel::language::Language;

/// How long a session lasts.
pub const SESSION_HOURS: i64 = 12;
/// How long a one-time link can be opened.
pub const LINK_HOURS: i64 = 24;
/// Failures within [`WINDOW_MINUTES`] after which an account is left alone until the window ends.
const MAX_FAILURES: i32 = 10;
const WINDOW_MINUTES: i64 = 15;
const MIN_PASSWORD_CHARACTERS: usize = 12;

/// A secret of 256 bits as text, and the hash under which it is stored.
pub(super) fn new_secret(clock: &Clock) -> (String, String) {
    let secret = URL_SAFE_NO_PAD.encode(clock.random_bytes::<32>());
    let hash = hash(&secret);
    (secret, hash)
}

/// Secrets are random and long, so a plain hash keeps a stolen database from opening sessions.
pub(super) fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Makes a one-time link's secret.
///
/// # Errors
/// Those of the database.
pub fn create_link(conn: &mut Conn, clock: &Clock, account: i64) -> Result<String, Error> {
    let (secret, hash) = new_secret(clock);
    store::insert_login_link(conn, account, &hash, (clock.now() + TimeDelta::hours(LINK_HOURS)).naive_utc())?;
    Ok(secret)
}

/// Whether a link can still be used. Opening the page uses nothing up: mail scanners open links too.
///
/// # Errors
/// Those of the database.
pub fn link_is_open(conn: &mut Conn, now: DateTime<Utc>, secret: &str) -> Result<bool, Error> {
    store::login_link_is_open(conn, &hash(secret), now.naive_utc())
}

/// Uses a link up and opens a session; `None` when it is unknown, used or too old.
///
/// # Errors
/// Those of the database.
pub fn with_link(conn: &mut Conn, clock: &Clock, secret: &str) -> Result<Option<String>, Error> {
    match store::use_login_link(conn, &hash(secret), clock.now().naive_utc())? {
        Some(account) => Ok(Some(open_session(conn, clock, account)?)),
        None => Ok(None),
    }
}

/// What came of an attempt with a password.
#[derive(Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The session's secret.
    SignedIn(String),
    /// Address or password is wrong; which one is not told.
    Refused,
    /// Too many failures; the next attempt counts in this many minutes.
    Throttled(i64),
}

/// What an attempt needs to know before the slow hashing, which must not happen inside a transaction.
#[derive(Debug)]
pub struct Prepared {
    subject_key: String,
    account: Option<(i64, Option<String>)>,
    throttled_minutes: Option<i64>,
}

/// Looks up the account and its failures.
///
/// # Errors
/// Those of the database.
pub fn prepare(conn: &mut Conn, now: DateTime<Utc>, email_key: &str) -> Result<Prepared, Error> {
    let subject_key = hash(email_key);
    let throttled_minutes = match store::attempts(conn, &subject_key)? {
        Some((failures, since)) if failures >= MAX_FAILURES => {
            let left = since + TimeDelta::minutes(WINDOW_MINUTES) - now.naive_utc();
            (left > TimeDelta::zero()).then(|| left.num_minutes() + 1)
        }
        _ => None,
    };
    Ok(Prepared { subject_key, account: store::credentials(conn, email_key)?, throttled_minutes })
}

impl Prepared {
    /// Compares the password; takes as long for an unknown account as for a known one.
    #[must_use]
    pub fn verify(&self, clock: &Clock, password: &str) -> bool {
        let known = self.account.as_ref().and_then(|(_, hash)| hash.as_deref());
        match known.map(PasswordHash::new) {
            Some(Ok(hash)) if self.throttled_minutes.is_none() => {
                argon2::Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
            }
            _ => {
                let _ = hash_password(clock, password);
                false
            }
        }
    }
}

/// Records the outcome and opens the session.
///
/// # Errors
/// Those of the database.
pub fn finish(conn: &mut Conn, clock: &Clock, prepared: &Prepared, verified: bool) -> Result<Attempt, Error> {
    if let Some(minutes) = prepared.throttled_minutes {
        return Ok(Attempt::Throttled(minutes));
    }
    let now = clock.now().naive_utc();
    match &prepared.account {
        Some((account, _)) if verified => {
            store::set_attempts(conn, &prepared.subject_key, 0, now)?;
            Ok(Attempt::SignedIn(open_session(conn, clock, *account)?))
        }
        _ => {
            let (failures, since) = match store::attempts(conn, &prepared.subject_key)? {
                Some((failures, since)) if since + TimeDelta::minutes(WINDOW_MINUTES) > now => {
                    (failures + 1, since)
                }
                _ => (1, now),
            };
            store::set_attempts(conn, &prepared.subject_key, failures, since)?;
            Ok(Attempt::Refused)
        }
    }
}

fn open_session(conn: &mut Conn, clock: &Clock, account: i64) -> Result<String, Error> {
    let (secret, hash) = new_secret(clock);
    let now = clock.now();
    let until = now + TimeDelta::hours(SESSION_HOURS);
    store::insert_session(conn, account, &hash, now.naive_utc(), until.naive_utc())?;
    Ok(secret)
}

/// Whose session this is.
///
/// # Errors
/// Those of the database.
pub fn session(conn: &mut Conn, now: DateTime<Utc>, secret: &str) -> Result<Option<Account>, Error> {
    match store::session_account(conn, &hash(secret), now.naive_utc())? {
        Some(account) => store::account_by_id(conn, account),
        None => Ok(None),
    }
}

/// Ends one session.
///
/// # Errors
/// Those of the database.
pub fn sign_out(conn: &mut Conn, secret: &str) -> Result<(), Error> {
    store::delete_session(conn, &hash(secret))
}

/// The form in which a password is stored (argon2id).
///
/// # Errors
/// When it is too short.
pub fn hash_password(clock: &Clock, password: &str) -> Result<String, Error> {
    if password.chars().count() < MIN_PASSWORD_CHARACTERS {
        return Err(Error::PasswordTooShort);
    }
    let hashing = |error: argon2::password_hash::Error| Error::Hashing(error.to_string());
    let salt = SaltString::encode_b64(&clock.random_bytes::<16>()).map_err(hashing)?;
    Ok(argon2::Argon2::default().hash_password(password.as_bytes(), &salt).map_err(hashing)?.to_string())
}

/// Stores a password's hash and ends every session of the account.
///
/// # Errors
/// Those of the database.
pub fn set_password_hash(conn: &mut Conn, account: i64, hash: &str) -> Result<(), Error> {
    store::set_password_hash(conn, account, hash)?;
    store::delete_sessions_of(conn, account)
}

/// Stores the language of an account's pages.
///
/// # Errors
/// Those of the database.
pub fn set_language(conn: &mut Conn, account: i64, language: Language) -> Result<(), Error> {
    store::set_language(conn, account, language)
}
