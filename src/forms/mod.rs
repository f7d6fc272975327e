//! Sign-up forms (product P45): per unit and topics, with double opt-in.
//!
//! ```text
//! /f/SLUG --POST--> pending sign-up, a mail --/confirm/TOKEN, a button--> a person with a recorded consent
//!                        '---- nobody confirms for 7 days ----> deleted
//! ```
//!
//! Until the link in the mail is used nothing is known about the person and the register is not looked at, so that
//! no answer tells whether an address is known. What a form says is kept in every version: a consent names the form
//! and the version that was read.
//!
//! Owns the tables `sign_up_forms`, `sign_up_texts`, `sign_ups` and `sign_up_attempts`.

mod confirm;
mod form;
mod sign_up;
mod store;

pub use confirm::{Confirmed, confirm};
pub use form::{Form, FormInput, FormText, NewForm, Part, Texts, Wrong};
pub use sign_up::{Mailing, Outcome, Request, VALID_DAYS, WrongRequest, sign_up};
pub use store::{Pending, by_slug, expire, find, forget, insert, page, pending, text_of, update};

use crate::content::LayoutError;
use crate::mail::message::MessageError;

/// Why a sign-up or a form could not be dealt with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// The text of the mail.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The mail itself.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// What is stored cannot be read.
    #[error("the stored form {0} cannot be read: {1}")]
    Stored(i64, String),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
