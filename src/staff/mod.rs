//! Who works here and what they may do: accounts, roles per unit, sign-in, API tokens.
//!
//! [`may`] is the one place that answers "may this account do this in this unit?"; every handler asks it.
//! Owns the tables `staff_accounts`, `staff_roles`, `staff_sessions`, `staff_login_links`, `login_attempts`,
//! `api_tokens` and `idempotency_keys`.

mod account;
pub mod idempotency;
pub mod sign_in;
mod store;
pub mod tokens;

pub use account::{Account, Action, Grant, Reach, Role, Scope, may};
pub use store::{account_by_id, add_account, has_accounts};

/// Why something about accounts was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// There is no such unit.
    #[error("there is no unit \"{0}\"; see the units with: brevduva unit list")]
    UnknownUnit(String),
    /// The password is too short.
    #[error("a password needs at least 12 characters")]
    PasswordTooShort,
    /// Hashing failed, which only a broken installation causes.
    #[error("the password could not be hashed: {0}")]
    Hashing(String),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
