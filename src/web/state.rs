//! What every handler can reach.

use std::sync::Arc;

use crate::config::Config;
use crate::content::Layouts;
use crate::db::Database;
use crate::kernel::clock::Clock;
use crate::links::{Signer, Urls};

/// Shared by all handlers of one process.
#[derive(Clone)]
pub struct State {
    /// The settings.
    pub config: Config,
    /// Layouts of mails.
    pub layouts: Arc<Layouts>,
    /// The database.
    pub db: Database,
    /// Time and randomness.
    pub clock: Clock,
    /// Signed addresses.
    pub urls: Urls,
}

impl State {
    /// Builds links from the settings.
    #[must_use]
    pub fn new(config: Config, layouts: Arc<Layouts>, db: Database, clock: Clock) -> Self {
        let urls = Urls::new(&config.base_url, Signer::new(config.secret_keys.clone()));
        Self { config, layouts, db, clock, urls }
    }
}
