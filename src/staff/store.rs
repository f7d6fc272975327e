//! Reading and writing accounts, sessions, links and tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Error;
use super::account::{Account, Grant, Reach, Role, Scope};
use super::idempotency::Answer;
use crate::audit::{Actor, ActorKind};
use crate::db::Conn;
use crate::db::schema::{
    api_tokens, idempotency_keys, login_attempts, staff_accounts, staff_login_links, staff_roles,
    staff_sessions,
};
use crate::insert_returning_id;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::units::{self, UnitTree};

/// Adds an account, or gives a further role to one that is there. Returns its number.
///
/// # Errors
/// When the unit is unknown, and those of the database.
pub fn add_account(
    conn: &mut Conn,
    now: NaiveDateTime,
    email: &EmailAddress,
    language: Language,
    role: Role,
    unit: Option<&str>,
) -> Result<i64, Error> {
    let unit_id = match unit {
        None => None,
        Some(slug) => {
            Some(units::unit_by_slug(conn, slug)?.ok_or_else(|| Error::UnknownUnit(slug.to_owned()))?.id)
        }
    };
    let known: Option<i64> = staff_accounts::table
        .filter(staff_accounts::email_key.eq(email.key()))
        .select(staff_accounts::id)
        .first(conn)
        .optional()?;
    let account = match known {
        Some(id) => id,
        None => insert_returning_id!(
            conn,
            staff_accounts,
            (
                staff_accounts::email.eq(email.as_str()),
                staff_accounts::email_key.eq(email.key()),
                staff_accounts::language.eq(language),
                staff_accounts::created_at.eq(now),
            )
        )?,
    };
    let roles: Vec<(Role, Option<i64>)> = staff_roles::table
        .filter(staff_roles::account_id.eq(account))
        .select((staff_roles::role, staff_roles::unit_id))
        .load(conn)?;
    if !roles.contains(&(role, unit_id)) {
        diesel::insert_into(staff_roles::table)
            .values((
                staff_roles::account_id.eq(account),
                staff_roles::unit_id.eq(unit_id),
                staff_roles::role.eq(role),
            ))
            .execute(conn)?;
    }
    Ok(account)
}

/// Whether anybody can sign in at all.
///
/// # Errors
/// Those of the database.
pub fn has_accounts(conn: &mut Conn) -> Result<bool, Error> {
    let one: Option<i64> = staff_accounts::table.select(staff_accounts::id).first(conn).optional()?;
    Ok(one.is_some())
}

/// The account with this number and all its roles; `None` when it is unknown or disabled.
///
/// # Errors
/// Those of the database.
pub fn account_by_id(conn: &mut Conn, id: i64) -> Result<Option<Account>, Error> {
    let found: Option<(String, Language)> = staff_accounts::table
        .find(id)
        .filter(staff_accounts::disabled_at.is_null())
        .select((staff_accounts::email, staff_accounts::language))
        .first(conn)
        .optional()?;
    let Some((email, language)) = found else { return Ok(None) };
    let roles: Vec<(Role, Option<i64>)> = staff_roles::table
        .filter(staff_roles::account_id.eq(id))
        .select((staff_roles::role, staff_roles::unit_id))
        .load(conn)?;
    let tree = units::tree(conn)?;
    let grants = roles.into_iter().map(|(role, unit)| Grant::Role(role, Reach::of(unit, &tree))).collect();
    Ok(Some(Account { actor: Actor { kind: ActorKind::Staff, id: Some(id) }, email, language, grants }))
}

pub(super) fn credentials(conn: &mut Conn, email_key: &str) -> Result<Option<(i64, Option<String>)>, Error> {
    Ok(staff_accounts::table
        .filter(staff_accounts::email_key.eq(email_key))
        .filter(staff_accounts::disabled_at.is_null())
        .select((staff_accounts::id, staff_accounts::password_hash))
        .first(conn)
        .optional()?)
}

pub(super) fn set_password_hash(conn: &mut Conn, id: i64, hash: &str) -> Result<(), Error> {
    diesel::update(staff_accounts::table.find(id))
        .set(staff_accounts::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_language(conn: &mut Conn, id: i64, language: Language) -> Result<(), Error> {
    diesel::update(staff_accounts::table.find(id))
        .set(staff_accounts::language.eq(language))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_login_link(
    conn: &mut Conn,
    account: i64,
    token_hash: &str,
    expires_at: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(staff_login_links::table)
        .values((
            staff_login_links::account_id.eq(account),
            staff_login_links::token_hash.eq(token_hash),
            staff_login_links::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses a link up; `None` when it is unknown, used or too old.
pub(super) fn use_login_link(
    conn: &mut Conn,
    token_hash: &str,
    now: NaiveDateTime,
) -> Result<Option<i64>, Error> {
    let link = staff_login_links::table
        .filter(staff_login_links::token_hash.eq(token_hash))
        .filter(staff_login_links::used_at.is_null())
        .filter(staff_login_links::expires_at.gt(now));
    let account: Option<i64> = link.select(staff_login_links::account_id).first(conn).optional()?;
    let Some(account) = account else { return Ok(None) };
    // The update decides when two browsers open the link at once.
    let used = diesel::update(
        staff_login_links::table
            .filter(staff_login_links::token_hash.eq(token_hash))
            .filter(staff_login_links::used_at.is_null()),
    )
    .set(staff_login_links::used_at.eq(now))
    .execute(conn)?;
    Ok((used == 1).then_some(account))
}

pub(super) fn login_link_is_open(
    conn: &mut Conn,
    token_hash: &str,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let found: Option<i64> = staff_login_links::table
        .filter(staff_login_links::token_hash.eq(token_hash))
        .filter(staff_login_links::used_at.is_null())
        .filter(staff_login_links::expires_at.gt(now))
        .select(staff_login_links::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn insert_session(
    conn: &mut Conn,
    account: i64,
    token_hash: &str,
    now: NaiveDateTime,
    expires_at: NaiveDateTime,
) -> Result<(), Error> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::expires_at.le(now))).execute(conn)?;
    diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::account_id.eq(account),
            staff_sessions::token_hash.eq(token_hash),
            staff_sessions::created_at.eq(now),
            staff_sessions::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn session_account(
    conn: &mut Conn,
    token_hash: &str,
    now: NaiveDateTime,
) -> Result<Option<i64>, Error> {
    Ok(staff_sessions::table
        .filter(staff_sessions::token_hash.eq(token_hash))
        .filter(staff_sessions::expires_at.gt(now))
        .select(staff_sessions::account_id)
        .first(conn)
        .optional()?)
}

pub(super) fn delete_session(conn: &mut Conn, token_hash: &str) -> Result<(), Error> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::token_hash.eq(token_hash))).execute(conn)?;
    Ok(())
}

pub(super) fn delete_sessions_of(conn: &mut Conn, account: i64) -> Result<(), Error> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::account_id.eq(account))).execute(conn)?;
    Ok(())
}

pub(super) fn attempts(conn: &mut Conn, subject_key: &str) -> Result<Option<(i32, NaiveDateTime)>, Error> {
    Ok(login_attempts::table
        .filter(login_attempts::subject_key.eq(subject_key))
        .select((login_attempts::failures, login_attempts::window_started_at))
        .first(conn)
        .optional()?)
}

pub(super) fn set_attempts(
    conn: &mut Conn,
    subject_key: &str,
    failures: i32,
    window_started_at: NaiveDateTime,
) -> Result<(), Error> {
    diesel::delete(login_attempts::table.filter(login_attempts::subject_key.eq(subject_key)))
        .execute(conn)?;
    if failures > 0 {
        diesel::insert_into(login_attempts::table)
            .values((
                login_attempts::subject_key.eq(subject_key),
                login_attempts::failures.eq(failures),
                login_attempts::window_started_at.eq(window_started_at),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn insert_token(
    conn: &mut Conn,
    name: &str,
    unit_id: Option<i64>,
    token_hash: &str,
    scopes: &[Scope],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Ok(insert_returning_id!(
        conn,
        api_tokens,
        (
            api_tokens::name.eq(name),
            api_tokens::unit_id.eq(unit_id),
            api_tokens::token_hash.eq(token_hash),
            api_tokens::scopes.eq(words.join(" ")),
            api_tokens::created_at.eq(now),
        )
    )?)
}

pub(super) fn token_account(conn: &mut Conn, token_hash: &str) -> Result<Option<Account>, Error> {
    let found: Option<(i64, Option<i64>, String)> = api_tokens::table
        .filter(api_tokens::token_hash.eq(token_hash))
        .filter(api_tokens::revoked_at.is_null())
        .select((api_tokens::id, api_tokens::unit_id, api_tokens::scopes))
        .first(conn)
        .optional()?;
    let Some((id, unit, scopes)) = found else { return Ok(None) };
    let tree: UnitTree = units::tree(conn)?;
    let mut grants = Vec::new();
    for word in scopes.split_whitespace() {
        let scope: Scope = word.parse().map_err(|error: crate::kernel::text_enum::UnknownValue| {
            diesel::result::Error::DeserializationError(Box::new(error))
        })?;
        grants.push(Grant::Scope(scope, Reach::of(unit, &tree)));
    }
    Ok(Some(Account {
        actor: Actor { kind: ActorKind::ApiToken, id: Some(id) },
        email: String::new(),
        language: Language::English,
        grants,
    }))
}

pub(super) fn find_answer(conn: &mut Conn, token: i64, key: &str) -> Result<Option<Answer>, Error> {
    let found: Option<(String, i32, String)> = idempotency_keys::table
        .filter(idempotency_keys::token_id.eq(token))
        .filter(idempotency_keys::idempotency_key.eq(key))
        .select((
            idempotency_keys::request_hash,
            idempotency_keys::response_status,
            idempotency_keys::response_body,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(request_hash, status, body)| Answer { request_hash, status: status as u16, body }))
}

pub(super) fn keep_answer(
    conn: &mut Conn,
    token: i64,
    key: &str,
    answer: &Answer,
    now: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::token_id.eq(token),
            idempotency_keys::idempotency_key.eq(key),
            idempotency_keys::request_hash.eq(&answer.request_hash),
            idempotency_keys::response_status.eq(i32::from(answer.status)),
            idempotency_keys::response_body.eq(&answer.body),
            idempotency_keys::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the answers to calls that made these people: they repeat what was sent.
pub(super) fn forget_answers(conn: &mut Conn, people: &[i64]) -> Result<(), crate::db::Error> {
    for id in people {
        // The beginning of a person's JSON as the API answers it; whoever is erased has few of these to look through.
        let beginning = format!("{{\"id\":{id},\"given_name\":%");
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::response_body.like(beginning)))
            .execute(conn)?;
    }
    Ok(())
}
