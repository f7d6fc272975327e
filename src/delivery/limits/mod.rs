//! How much may go where: shares of several processes, relays with their rest and their windows, recipient domains.

pub(super) mod lane;
pub(super) mod queue;
pub(super) mod share;
mod store;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

pub(super) use store::{
    Grant, Report, forget_dead, give_back, hold, let_go, report, reserve, share, slow, slow_domains, states,
};

/// Now, by both clocks: limits that staff set are kept by the wall, pauses of a fraction of a second by the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub wall: DateTime<Utc>,
    pub steady: Instant,
}

impl Moment {
    pub fn new(wall: DateTime<Utc>) -> Self {
        Self { wall, steady: Instant::now() }
    }
}
