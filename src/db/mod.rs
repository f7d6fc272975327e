//! One diesel layer over SQLite and PostgreSQL; the database URL decides at run time.
//!
//! [`Database::read`] and [`Database::write`] run one unit of work each on a thread that may block. A write is
//! one transaction. On SQLite every write of every process passes one fair gate and keeps a connection of
//! its own, so that nobody ever meets a lock; readers never wait.

mod bulk;
mod conn;
pub mod dialect;
mod gate;
pub mod keys;
pub mod migrate;
#[rustfmt::skip]
pub mod schema;
mod turn;

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

pub use conn::{Conn, DatabaseUrl, InvalidDatabaseUrl, MultiBackend as Db};
use conn::{Manager, Pool};
use gate::Gate;
pub use turn::Turn;

/// The same expression, compiled once for each engine behind [`Conn`].
#[macro_export]
macro_rules! each {
    ($conn:expr, $engine:ident => $expression:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($engine) => $expression,
            $crate::db::Conn::Sqlite($engine) => $expression,
        }
    };
}

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers at the address, or no connection became free in time. Try again later.
    #[error("the database does not answer ({0}); check that it runs and that BREVDUVA_DATABASE_URL is right")]
    Unavailable(String),
    /// The database refused the statement.
    #[error("the database refused a statement: {0}")]
    Query(#[from] diesel::result::Error),
    /// The schema is not the one that this program was built for.
    #[error("{0}")]
    Schema(String),
}

impl Error {
    /// Whether the same work may succeed a little later: the engine is away, restarting or busy.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        match self {
            Self::Unavailable(_) => true,
            Self::Query(Diesel::DatabaseError(kind, info)) => match kind {
                Kind::ClosedConnection | Kind::SerializationFailure | Kind::UnableToSendCommand => true,
                _ => {
                    let text = info.message();
                    [
                        "locked",
                        "busy",
                        "terminating connection",
                        "shutting down",
                        "starting up",
                        "disk is full",
                        "No space left",
                        "server closed",
                        "connection",
                    ]
                    .iter()
                    .any(|sign| text.contains(sign))
                }
            },
            Self::Query(Diesel::BrokenTransactionManager) => true,
            Self::Query(_) | Self::Schema(_) => false,
        }
    }

    /// Whether there is no room for what was to be written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use diesel::result::Error as Diesel;
        match self {
            Self::Query(Diesel::DatabaseError(_, info)) => {
                ["disk is full", "No space left"].iter().any(|sign| info.message().contains(sign))
            }
            _ => false,
        }
    }

    /// Whether a unique index refused the row: it is there already.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        matches!(self, Self::Query(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// See [`Database::try_become_sender`]. The system takes the right back when the process ends, however it ends.
#[derive(Debug)]
pub struct SenderRight(#[expect(dead_code, reason = "held for its lock")] Option<std::fs::File>);

/// The database, shared by everything in the process.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    pool: Pool,
    gate: Option<Gate>,
    url: DatabaseUrl,
    /// Whether the ledger found no room for its latest commit.
    full: AtomicBool,
}

impl Database {
    /// Connects lazily; `readers` is the most connections for reading (on PostgreSQL also for writing).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn open(url: &DatabaseUrl, readers: u32) -> Result<Self, Error> {
        let manager = Manager::new(url.clone());
        let gate = match url {
            DatabaseUrl::Sqlite(path) => Some(Gate::open(path, &manager)?),
            DatabaseUrl::Postgres(_) => None,
        };
        let pool = Pool::builder()
            .max_size(readers)
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(10))
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(manager)
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self(Arc::new(Inner { pool, gate, url: url.clone(), full: AtomicBool::new(false) })))
    }

    /// Which database this is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Whether there was no room for what somebody in this process had to write, and has not been since.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.full.load(Ordering::Relaxed)
    }

    /// Remembers whether there was room. It cannot be written where there is none, so pages ask the process.
    pub fn found_full(&self, full: bool) {
        if self.0.full.swap(full, Ordering::Relaxed) && !full {
            tracing::info!("there is room for the database again");
        }
    }

    /// Whether several processes may send at the same time.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.0.gate.is_none()
    }

    /// Whether somebody waits for the one who writes now. Long work looks now and then, and commits what it has.
    /// On PostgreSQL nobody waits for a writer.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.0.gate.as_ref().is_some_and(Gate::is_awaited)
    }

    /// The right to be the one process that sends from an SQLite file, for as long as the value lives; `None`
    /// while another process has it. PostgreSQL lets any number send.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub fn try_become_sender(&self) -> Result<Option<SenderRight>, Error> {
        match &self.0.url {
            DatabaseUrl::Postgres(_) => Ok(Some(SenderRight(None))),
            DatabaseUrl::Sqlite(path) => {
                let file = gate::lock_file(path, "-sender")?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(SenderRight(Some(file)))),
                    Err(std::fs::TryLockError::WouldBlock) => Ok(None),
                    Err(std::fs::TryLockError::Error(error)) => Err(Error::Unavailable(error.to_string())),
                }
            }
        }
    }

    /// Reads. On SQLite the connection cannot write.
    ///
    /// # Errors
    /// Those of `work`, and [`Error::Unavailable`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let database = self.clone();
        on_blocking_thread(move || database.read_blocking(work)).await
    }

    /// Runs `work` in one transaction and commits it when it succeeds.
    ///
    /// # Errors
    /// Those of `work`, after which nothing of it remains, and [`Error::Unavailable`].
    #[track_caller]
    pub fn write<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (database, caller) = (self.clone(), Location::caller());
        async move {
            let Some(gate) = &database.0.gate else {
                return on_blocking_thread(move || database.write_blocking(work)).await;
            };
            gate.write(caller, work).await
        }
    }

    /// [`Database::read`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.0.pool.get().map_err(|error| Error::Unavailable(error.to_string()))?;
        work(&mut conn)
    }

    /// [`Database::write`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Database::write`].
    #[track_caller]
    pub fn write_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(gate) = &self.0.gate {
            return gate.write_blocking(Location::caller(), work);
        }
        self.read_blocking(|conn| conn::transaction(conn, work))
    }
}

async fn on_blocking_thread<T, E, F>(work: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::Unavailable("the program is stopping".to_owned()).into()),
    }
}

/// Inserts one row into a table with a numbered `id` and returns that id.
#[macro_export]
macro_rules! insert_returning_id {
    ($conn:expr, $table:ident, $row:expr) => {
        diesel::insert_into($table::table).values($row).returning($table::id).get_result::<i64>($conn)
    };
}

/// Tells PostgreSQL, until the end of the transaction, that tables grow while it writes. What it knows of their sizes
/// is old, and by that it would read whole tables for each chunk; everything is to be found by index. Plans stay
/// cached: planning anew would do so even for the check of each row's foreign key.
///
/// # Errors
/// When it does not answer.
pub fn plan_for_growing_tables(conn: &mut Conn) -> Result<(), Error> {
    if let Conn::Postgres(postgres) = conn {
        postgres.batch_execute("SET LOCAL enable_seqscan = off")?;
    }
    Ok(())
}

/// The database's own answer to "are you there?".
///
/// # Errors
/// When it does not answer.
pub fn ping(conn: &mut Conn) -> Result<(), Error> {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1")).get_result::<i32>(conn)?;
    Ok(())
}
