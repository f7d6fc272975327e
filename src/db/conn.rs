//! A connection to either engine, how it is opened, and the pool.
#![allow(missing_docs, reason = "the derive writes items that cannot carry comments")]

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};

use super::Error;

/// A connection to one of the two engines.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite, in this process.
    Sqlite(SqliteConnection),
}

pub(super) type Pool = diesel::r2d2::Pool<Manager>;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://PATH`
    Sqlite(PathBuf),
    /// `postgres://…`, kept whole because libpq reads it. Holds a password: never printed.
    Postgres(String),
}

/// A database URL that names neither engine.
#[derive(Debug, thiserror::Error)]
#[error("it must begin with sqlite:// and a path, or with postgres://")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("sqlite://") {
            Some("") => Err(InvalidDatabaseUrl),
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
            None if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            None => Err(InvalidDatabaseUrl),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// Opens connections. Ours, because the one that diesel derives for the enum tries PostgreSQL first and then
/// silently makes an SQLite file of that name.
#[derive(Debug, Clone)]
pub struct Manager(DatabaseUrl);

/// WAL lets readers go on while one writes; FULL because a lost "sending" mark would mean a second mail.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
     PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=1073741824;";

/// The answer of an `IN (SELECT …)` is searched by hash where it fits in work_mem, else from end to end for every
/// row; the usual 4 MB hold some 50,000 people.
///
/// How many reasons a count will find cannot be foreseen, so the planner takes there to be as many as people, and
/// believes that telling them from one process to another costs more than several processes gain.
const POSTGRES_SETUP: &str = "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET work_mem = '64MB'; \
     SET parallel_tuple_cost = 0.01";

impl Manager {
    pub(super) fn new(url: DatabaseUrl) -> Self {
        Self(url)
    }

    fn postgres(url: &str) -> Result<Conn, diesel::r2d2::Error> {
        let mut conn = PgConnection::establish(url).map_err(diesel::r2d2::Error::ConnectionError)?;
        conn.batch_execute(POSTGRES_SETUP).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(Conn::Postgres(conn))
    }

    fn sqlite(path: &Path, extra: &str) -> Result<Conn, diesel::r2d2::Error> {
        let mut conn = SqliteConnection::establish(&path.to_string_lossy())
            .map_err(diesel::r2d2::Error::ConnectionError)?;
        conn.batch_execute(SQLITE_SETUP).map_err(diesel::r2d2::Error::QueryError)?;
        conn.batch_execute(extra).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(Conn::Sqlite(conn))
    }

    /// A connection that may write, for the gate alone. An import changes pages all over the indexes again and
    /// again: those that fit in its cache are written once per transaction. The file is not mapped, so that its
    /// memory does not grow with the register.
    pub(super) fn writer(&self) -> Result<Conn, Error> {
        match &self.0 {
            DatabaseUrl::Sqlite(path) => Self::sqlite(path, "PRAGMA cache_size=-65536; PRAGMA mmap_size=0"),
            DatabaseUrl::Postgres(url) => Self::postgres(url),
        }
        .map_err(|error| Error::Unavailable(error.to_string()))
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        match &self.0 {
            // Writes pass the gate; a read connection that wrote would meet locks.
            DatabaseUrl::Sqlite(path) => Self::sqlite(path, "PRAGMA query_only=ON"),
            DatabaseUrl::Postgres(url) => Self::postgres(url),
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        match conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(_) => conn.ping().map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(conn)
    }
}

/// A write transaction: BEGIN IMMEDIATE on SQLite, so that a read inside it cannot make the write fail.
pub(super) fn transaction<T, E: From<Error>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    match conn {
        Conn::Postgres(_) => <Conn as Connection>::TransactionManager::begin_transaction(conn),
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
    }
    .map_err(Error::from)?;
    match work(conn) {
        Ok(value) => {
            <Conn as Connection>::TransactionManager::commit_transaction(conn).map_err(Error::from)?;
            Ok(value)
        }
        Err(error) => {
            // The first error tells what happened; a failed rollback ends with the connection anyway.
            let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}
