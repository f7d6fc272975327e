//! What comes back: bounces and complaints are read, classified, tied to the delivery they are about, and have
//! their consequences.
//!
//! ```text
//! mail -> read (pure) -> Notice -> identify by what we signed -> stored once -> consequences
//! ```
//!
//! Nothing that came back is believed against a person unless something that we signed ourselves names the
//! delivery. Owns the table `bounces`.

mod consequences;
mod identify;
mod ingest;
pub mod lmtp;
mod notice;
mod refusals;
mod store;
mod taker;
pub mod webhook;

pub use consequences::{ALARM, Consequence};
pub use identify::KnownBy;
pub use ingest::{Outcome, Policy, Source, ingest, ingest_event, unidentified_until};
pub use notice::{Action, Class, Kind, Notice, Original, Reason, Recipient, Status, read};
pub use refusals::settle_refusals;
pub use store::{
    Bounce, Lost, blocking_domains, forget, forget_unidentified, lost, of_campaign, of_deliveries,
    unidentified,
};
pub use taker::Taker;
