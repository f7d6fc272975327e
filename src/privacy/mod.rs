//! The rights of the people in the register (product P38-P41): a short-lived [`link`] to everything that is [`held`], a
//! register of what was asked for. Erasing is one thing, done in one place: every owner of what is known about somebody
//! is asked to forget it. Owns the tables `requests`, `link_requests` and
//! `address_requests`.

pub mod address;
mod held;
pub mod link;
mod mail;
pub mod requests;

use chrono::NaiveDateTime;

use crate::contacts::erased;
use crate::db::Conn;
use crate::delivery::{self, Error};
use crate::links::SecretKeys;
use crate::mail::outbox;
use crate::staff::idempotency;
use crate::{bounce, campaign, forms, import, invitations, preferences, reports};

pub use held::{Record, Section, held};

/// Why somebody is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// They declined an invitation.
    Declined,
    /// They asked staff.
    Asked,
}

impl Cause {
    /// As the audit log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined_invitation",
            Self::Asked => "asked",
        }
    }
}

/// Erases a person for good, in the caller's transaction. What is left: an empty row under their number, keyed
/// hashes that keep register files from bringing them back, and totals that name nobody.
///
/// # Errors
/// Those of the database.
pub fn erase(
    conn: &mut Conn,
    keys: &SecretKeys,
    contact: i64,
    cause: Cause,
    now: NaiveDateTime,
) -> Result<(), Error> {
    // Whoever has read the person and not committed would write about them after us.
    campaign::wait_for_freezes(conn)?;
    import::wait_for_imports(conn)?;
    // While everybody still knows them.
    let people = erased::with_parts(conn, contact)?;
    reports::keep(conn, &people, now)?;
    let forgotten = erased::forget(conn, keys, contact, now)?;
    preferences::forget(conn, &forgotten)?;
    forms::forget(conn, &forgotten.emails)?;
    import::forget(conn, &forgotten)?;
    bounce::forget(conn, &forgotten.people, &forgotten.emails)?;
    delivery::forget(conn, &forgotten.people, now)?;
    outbox::forget_people(conn, &forgotten.people, &forgotten.emails)?;
    idempotency::forget(conn, &forgotten.people)?;
    requests::forget(conn, &forgotten.people, now)?;
    address::forget(conn, &forgotten.people, &forgotten.emails)?;
    invitations::forget(conn, &forgotten.people, cause == Cause::Declined, now)?;
    Ok(())
}
