//! What every source of bounces holds: the database, the keys, the policy.

use std::sync::Arc;

use super::ingest::{Outcome, Policy, Source, ingest, ingest_event};
use super::refusals::{refusals_wait, settle_refusals};
use super::webhook::Event;
use crate::config::Config;
use crate::db::{Database, Error};
use crate::kernel::clock::Clock;
use crate::links::Signer;

/// Takes mails in, each in a transaction of its own.
#[derive(Clone)]
pub struct Taker {
    db: Database,
    clock: Clock,
    signer: Signer,
    policy: Policy,
}

impl Taker {
    /// With the keys and the policy of these settings.
    #[must_use]
    pub fn new(config: &Config, db: Database, clock: Clock) -> Self {
        let signer = Signer::new(config.secret_keys.clone());
        let policy = Policy { soft_in_a_row: config.soft_bounces, soft_days: config.soft_bounce_days };
        Self { db, clock, signer, policy }
    }

    /// Takes a mail in; see [`ingest`].
    ///
    /// # Errors
    /// Those of the database: the mail has to be offered again.
    pub async fn take(
        &self,
        source: Source,
        mail: Arc<[u8]>,
        envelope: Option<String>,
    ) -> Result<Outcome, Error> {
        let (signer, policy, now) = (self.signer.clone(), self.policy, self.clock.now().naive_utc());
        self.db
            .write(move |conn| ingest(conn, &signer, policy, source, &mail, envelope.as_deref(), now))
            .await
    }

    /// Takes in events of a provider, all in one transaction; see [`ingest_event`].
    ///
    /// # Errors
    /// Those of the database: the provider offers them again.
    pub async fn take_events(&self, events: Vec<Event>) -> Result<Vec<Outcome>, Error> {
        let (signer, policy, now) = (self.signer.clone(), self.policy, self.clock.now().naive_utc());
        self.db
            .write(move |conn| {
                let take = |event: &Event| ingest_event(conn, &signer, policy, &event.id, &event.notice, now);
                events.iter().map(take).collect()
            })
            .await
    }

    /// The same for a program without a runtime.
    ///
    /// # Errors
    /// Those of the database.
    pub fn take_blocking(
        &self,
        source: Source,
        mail: &[u8],
        envelope: Option<&str>,
    ) -> Result<Outcome, Error> {
        let now = self.clock.now().naive_utc();
        self.db.write_blocking(|conn| ingest(conn, &self.signer, self.policy, source, mail, envelope, now))
    }

    /// Settles the refusals that were heard while sending; tells how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn settle_refusals(&self) -> Result<usize, Error> {
        let (policy, now) = (self.policy, self.clock.now().naive_utc());
        // Looking disturbs nobody who writes.
        if !self.db.read(move |conn| refusals_wait(conn, now)).await? {
            return Ok(0);
        }
        self.db.write(move |conn| settle_refusals(conn, policy, now)).await
    }
}
