//! What every handler can reach.

use std::sync::Arc;

use crate::config::Config;
use crate::content::Layouts;
use crate::db::Database;
use crate::kernel::clock::Clock;
use crate::links::{Signer, Urls};
use crate::media::{Files, FilesError};
use crate::tracking::Tracker;

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
    /// Pictures.
    pub files: Files,
    /// Counts opens and clicks.
    pub tracker: Tracker,
}

impl State {
    /// Builds links and opens the store of pictures from the settings.
    ///
    /// # Errors
    /// When the store of pictures cannot be used.
    pub fn new(
        config: Config,
        layouts: Arc<Layouts>,
        db: Database,
        clock: Clock,
    ) -> Result<Self, FilesError> {
        let urls = Urls::new(&config.base_url, Signer::new(config.secret_keys.clone()));
        let tracker = Tracker::new(db.clone());
        let files = Files::open(&config.media)?;
        Ok(Self { config, layouts, db, clock, urls, files, tracker })
    }
}
