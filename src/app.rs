//! Wires the parts of one process together.

use std::net::TcpListener;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::content::{LayoutError, Layouts};
use crate::db::{self, Database};
use crate::kernel::clock::Clock;
use crate::{web, worker};

/// Which parts a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// `brevduva serve`
    WebAndWorker,
    /// `brevduva serve --no-worker`
    Web,
    /// `brevduva worker`
    Worker,
}

/// A running process.
pub struct App {
    port: Option<u16>,
    db: Database,
    stop: CancellationToken,
    server: Option<(actix_web::dev::ServerHandle, JoinHandle<std::io::Result<()>>)>,
    worker: Option<JoinHandle<()>>,
}

/// Why a process did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The layouts of mails.
    #[error(transparent)]
    Layouts(#[from] LayoutError),
    /// The certificates of a relay.
    #[error(transparent)]
    Relay(#[from] worker::InvalidAuthority),
    /// A key that the database uses is missing from the settings.
    #[error(
        "setting BREVDUVA_SECRET_KEYS: key k{0} is missing, but the database holds hashes made with it; add it again, after the others"
    )]
    MissingKey(i32),
    /// Somebody else listens there, or the address is not ours.
    #[error(
        "cannot listen on {address}: {error}; stop whatever uses that port or set BREVDUVA_BIND to another"
    )]
    Listen {
        /// Where we wanted to listen.
        address: std::net::SocketAddr,
        /// What the system said.
        error: std::io::Error,
    },
    /// The store of pictures cannot be used.
    #[error(transparent)]
    Pictures(#[from] crate::media::FilesError),
    /// The data directory cannot be made.
    #[error("cannot make the directory {path}: {error}; set BREVDUVA_DATA_DIR to one that can be written")]
    DataDirectory {
        /// The directory.
        path: std::path::PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

impl App {
    /// Starts the parts; a bind port of 0 takes any free one, see [`App::port`].
    ///
    /// # Errors
    /// When the database is away, too old or was used with a key that is missing, or the port is taken.
    pub async fn start(config: Config, clock: Clock, parts: Parts) -> Result<Self, StartError> {
        let db = Database::open(&config.database_url, 16)?;
        Self::start_with(config, db, clock, parts).await
    }

    /// [`App::start`] on a database that is open already.
    ///
    /// # Errors
    /// As [`App::start`].
    pub async fn start_with(
        mut config: Config,
        db: Database,
        clock: Clock,
        parts: Parts,
    ) -> Result<Self, StartError> {
        for key in used_keys(db.clone()).await? {
            if u8::try_from(key).ok().and_then(|id| config.secret_keys.get(id)).is_none() {
                return Err(StartError::MissingKey(key));
            }
        }
        std::fs::create_dir_all(&config.data_dir)
            .map_err(|error| StartError::DataDirectory { path: config.data_dir.clone(), error })?;
        let relays = worker::Relays::of(&config)?;
        let stop = CancellationToken::new();
        let mut port = None;
        let mut listening = None;
        if parts != Parts::Worker {
            let address = config.bind;
            let listen = |error| StartError::Listen { address, error };
            let listener = TcpListener::bind(config.bind).map_err(listen)?;
            let bound = listener.local_addr().map_err(listen)?.port();
            if config.bind.port() == 0 {
                // A base URL with port 0 can only have come from the bind address.
                if config.base_url.port() == Some(0) {
                    let _ = config.base_url.set_port(Some(bound));
                }
                config.bind.set_port(bound);
            }
            port = Some(bound);
            listening = Some(listener);
        }
        // They name the logo's address, which is known only now.
        let layouts = Arc::new(Layouts::embedded()?.of_office(&config));
        let mut server = None;
        if let Some(listener) = listening {
            let address = config.bind;
            let listen = |error| StartError::Listen { address, error };
            let running = web::serve(
                web::State::new(config.clone(), layouts.clone(), db.clone(), clock.clone())?,
                listener,
            )
            .map_err(listen)?;
            server = Some((running.handle(), tokio::spawn(running)));
        }
        let worker = (parts != Parts::Web)
            .then(|| tokio::spawn(worker::run(config, relays, layouts, db.clone(), clock, stop.clone())));
        Ok(Self { port, db, stop, server, worker })
    }

    /// The port of the web server.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The database, for whoever started the process.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Waits for SIGTERM or Ctrl-C, then stops gracefully.
    pub async fn run_until_stopped(self, mut signals: StopSignals) {
        signals.wait().await;
        tracing::info!("stopping: finishing what is in flight");
        self.stop().await;
    }

    /// Stops gracefully: requests and messages in flight are finished.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Some((handle, running)) = self.server {
            handle.stop(true).await;
            let _ = running.await;
        }
        if let Some(worker) = self.worker {
            let _ = worker.await;
        }
    }
}

/// The keys that a database which fits this program was used with.
async fn used_keys(db: Database) -> Result<Vec<i32>, db::Error> {
    // Waiting for the gate would block the runtime, so this has a thread of its own.
    let checked = tokio::task::spawn_blocking(move || {
        db::migrate::check(&db)?;
        db.read_blocking(db::keys::used)
    });
    checked.await.map_err(|error| db::Error::Unavailable(error.to_string()))?
}

/// SIGTERM and Ctrl-C. Made before the start, so that a stop asked for at any moment after it is a graceful one.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
