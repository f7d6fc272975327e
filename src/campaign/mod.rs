//! A campaign: what is said, to whom, on which basis, and where it stands.
//!
//! ```text
//! draft <-> in_review
//!   |           | approved
//!   +-----------+-> scheduled -> freezing -> sending -> finished
//!                       |            |          <-> paused
//!                       +------------+-----------+---> cancelled
//! ```
//!
//! Owns the tables `campaigns`, `campaign_links` and `campaign_media`; [`trial`] and [`archive`] own more.

pub mod archive;
mod check;
mod fault;
mod file;
pub mod review;
mod state;
mod store;
pub mod trial;
pub mod versions;

pub use check::{Campaign, NewCampaign, weight};
pub use fault::{Fault, LONGEST_NAME, Problem};
pub use file::{CampaignFile, Sender};
pub use state::{CampaignKind, CampaignState, Tracking, TransitionError};
pub use store::{
    MISSED, Stored, add_links, addresses, cancel, claim_due, count_by_state, due_exists, find, finish_if,
    held, insert, is_missed, launch, link, names, page, pause, reopen, replace, resume, scheduled_before,
    sending, set_sending, showing, store_links, unit_of, wait_for_freezes, with_rule,
};

/// Why something about a campaign was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// There is no campaign with this number.
    #[error("there is no campaign {0}; see the campaigns with: brevduva campaign list")]
    Unknown(i64),
    /// The campaign's state does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// It waits for somebody's approval, or needs it.
    #[error(transparent)]
    Review(#[from] review::Refused),
    /// What was handed in does not hold.
    #[error("the campaign cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Problem>),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
