//! One loop over everything that is due: imports, campaigns, system mails.

use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::db::Database;
use crate::kernel::clock::Clock;

/// Works until told to stop; what is in flight is finished first.
pub async fn run(config: Config, db: Database, clock: Clock, stop: CancellationToken) {
    let _ = (config, db, clock);
    stop.cancelled().await;
}
