//! System mails and test sends: put here in the transaction that causes them, sent by the worker.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::outcome::Reply;
use crate::db::schema::outbox;
use crate::db::{Conn, Error};
use crate::insert_returning_id;
use crate::kernel::email_address::EmailAddress;

crate::text_enum! {
    /// Why a mail is sent.
    OutboxKind {
        TestSend = "test_send",
        LoginLink = "login_link",
        /// The link to what is held about somebody.
        MyData = "my_data",
        /// The question whether an address is that of the person who gave it.
        ConfirmAddress = "confirm_address",
        /// Mail goes to another address now.
        AddressChanged = "address_changed",
        /// There is another address beside this one.
        AddressAdded = "address_added",
        /// A month's invitations in one mail.
        Digest = "digest",
        /// The question whether a sign-up was meant.
        SignUp = "sign_up",
    }
}

crate::text_enum! {
    /// Where a mail stands.
    OutboxState {
        Waiting = "waiting",
        Sent = "sent",
        Failed = "failed",
    }
}

/// A mail that is due.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct OutboxMail {
    pub id: i64,
    pub kind: OutboxKind,
    pub mail_from: String,
    pub rcpt_to: String,
    pub message: Vec<u8>,
    pub attempts: i32,
}

/// Puts a finished message in the outbox.
///
/// # Errors
/// Those of the database.
pub fn enqueue(
    conn: &mut Conn,
    kind: OutboxKind,
    mail_from: &EmailAddress,
    rcpt_to: &EmailAddress,
    message: &[u8],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    enqueue_about(conn, None, kind, mail_from, rcpt_to, message, now)
}

/// [`enqueue`] for a message that shows somebody's data, `about` whom it is, to somebody else.
///
/// # Errors
/// Those of the database.
pub fn enqueue_about(
    conn: &mut Conn,
    about: Option<i64>,
    kind: OutboxKind,
    mail_from: &EmailAddress,
    rcpt_to: &EmailAddress,
    message: &[u8],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    Ok(insert_returning_id!(
        conn,
        outbox,
        (
            outbox::kind.eq(kind),
            outbox::mail_from.eq(mail_from.as_str()),
            outbox::rcpt_to.eq(rcpt_to.as_str()),
            outbox::message.eq(message),
            outbox::state.eq(OutboxState::Waiting),
            outbox::attempts.eq(0),
            outbox::next_attempt_at.eq(now),
            outbox::created_at.eq(now),
            outbox::contact_id.eq(about),
            outbox::rcpt_key.eq(rcpt_to.key()),
        )
    )?)
}

/// Whether something is due: a cheap look that needs no write.
///
/// # Errors
/// Those of the database.
pub fn due_exists(conn: &mut Conn, now: NaiveDateTime) -> Result<bool, Error> {
    let due: Option<i64> = outbox::table
        .filter(outbox::state.eq(OutboxState::Waiting))
        .filter(outbox::next_attempt_at.le(now))
        .select(outbox::id)
        .first(conn)
        .optional()?;
    Ok(due.is_some())
}

/// Takes the next mail that is due; nobody else takes it before `lease_until`.
///
/// # Errors
/// Those of the database.
pub fn claim(
    conn: &mut Conn,
    owner: &str,
    now: NaiveDateTime,
    lease_until: NaiveDateTime,
) -> Result<Option<OutboxMail>, Error> {
    let due: Option<i64> = outbox::table
        .filter(outbox::state.eq(OutboxState::Waiting))
        .filter(outbox::next_attempt_at.le(now))
        .order(outbox::next_attempt_at)
        .select(outbox::id)
        .first(conn)
        .optional()?;
    let Some(id) = due else { return Ok(None) };
    // Moving the next attempt is the lease: a worker that dies leaves the mail due again after it.
    let claimed = diesel::update(
        outbox::table
            .find(id)
            .filter(outbox::state.eq(OutboxState::Waiting))
            .filter(outbox::next_attempt_at.le(now)),
    )
    .set((
        outbox::next_attempt_at.eq(lease_until),
        outbox::lease_owner.eq(owner),
        outbox::lease_until.eq(lease_until),
        outbox::attempts.eq(outbox::attempts + 1),
    ))
    .execute(conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    Ok(Some(outbox::table.find(id).select(OutboxMail::as_select()).first(conn)?))
}

/// Records what came of a mail; with `again_at` it is tried again then.
///
/// # Errors
/// Those of the database.
pub fn settle(
    conn: &mut Conn,
    id: i64,
    state: OutboxState,
    reply: &Reply,
    again_at: Option<NaiveDateTime>,
) -> Result<(), Error> {
    let row = diesel::update(outbox::table.find(id));
    let common =
        (outbox::state.eq(state), outbox::reply.eq(reply.as_str()), outbox::lease_owner.eq(None::<String>));
    match again_at {
        Some(at) => row.set((common, outbox::next_attempt_at.eq(at))).execute(conn)?,
        None => row.set(common).execute(conn)?,
    };
    Ok(())
}

/// Deletes mails by their numbers, sent or not.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, ids: &[i64]) -> Result<(), Error> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Deletes the mails that show these people's data or go to their addresses (in the form for comparison), sent or not. A
/// login link is a member of staff's, whose account has nothing to do with the register.
///
/// # Errors
/// Those of the database.
pub fn forget_people(conn: &mut Conn, people: &[i64], email_keys: &[String]) -> Result<(), Error> {
    diesel::delete(outbox::table.filter(outbox::contact_id.eq_any(people))).execute(conn)?;
    let theirs = outbox::table
        .filter(outbox::rcpt_key.eq_any(email_keys))
        .filter(outbox::kind.ne(OutboxKind::LoginLink));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// Deletes the mails of one kind that were put here before a moment, sent or not.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, kind: OutboxKind, before: NaiveDateTime) -> Result<usize, Error> {
    Ok(diesel::delete(outbox::table.filter(outbox::kind.eq(kind)).filter(outbox::created_at.lt(before)))
        .execute(conn)?)
}
