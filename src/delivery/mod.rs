//! Who gets a campaign, and what became of each message.
//!
//! ```text
//! freeze: one row per matched person -> claim: rows leased to this process, ahead of need
//!   -> mark "sending" (permission asked again, committed) -> SMTP -> settle (in the next commit)
//! ```
//!
//! After a crash exactly the rows marked as sending are in doubt, at most one per connection. They go again
//! with the same Message-ID and are counted as repeated; nothing else is ever sent twice, nobody is lost.
//! Owns the tables `deliveries`, `delivery_tallies`, `workers`, `leases`, `relay_usage`, `relay_states`,
//! `domain_states`, `delivery_flows`, `delivery_refusals`, `digests`, `digest_months` and `campaign_overlaps`.

mod connection;
mod deferred;
pub mod digest;
mod engine;
mod feed;
mod freeze;
mod history;
mod job;
mod ledger;
mod limits;
mod live;
pub mod overlap;
mod processes;
mod recipients;
mod retry;
mod sample;
mod status;
mod store;
mod writer;

pub use engine::{Engine, run};
pub use freeze::freeze;
pub use history::{Outcome, outcomes_of};
pub use job::{
    CampaignJob, PersonValues, Rendered, Teaser, person_values, prepare, prepare_uncounted,
    prepare_variant_uncounted,
};
pub use ledger::{cancel_rest, units_that_mailed};
pub use limits::lane::RelayCondition;
pub use live::{Flow, LastFault, Live, Metrics, RelayNow, SlowDomain, Wait, live, metrics, relays};
pub use recipients::{
    DomainName, InvalidDomainName, Recipient, Refusal, Wanted, recipients, refusals, retry_failed,
};
pub use sample::{counts_by_variant, is_trying, variant_for, waiting_for_winner};
pub use status::{Counts, Status, status};
pub use store::{Mailing, Returned, delivered_at, forget, latest_sent, mailings, returned, returned_of};

crate::text_enum! {
    /// Where one person's message stands.
    DeliveryState {
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Deferred = "deferred",
        Failed = "failed",
        Skipped = "skipped",
    }
}

/// Why delivering could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// The campaign.
    #[error(transparent)]
    Campaign(#[from] crate::campaign::Error),
    /// The rule of the campaign cannot be judged.
    #[error("the campaign's segment cannot be used: {0}")]
    Rule(String),
    /// The campaign's text does not compile any more.
    #[error("the campaign's text cannot be used: {0}")]
    Content(String),
}

impl Error {
    /// Whether there is no room for what was to be written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_full())
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
