//! The gate that every write on SQLite passes, in this process and in others.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Error;
use super::conn::{self, Conn, Manager};

/// How long a write waits for a foreign program that holds the database, a backup for instance.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file beside the database whose lock processes pass to each other; it stays empty.
pub(super) fn lock_file(database: &Path, suffix: &str) -> Result<File, Error> {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    let name = PathBuf::from(name);
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| Error::Unavailable(format!("cannot open {}: {error}", name.display())))
}

/// One writer at a time, in the order of arrival.
///
/// Inside the process a tokio mutex is fair. Between processes two lock files are: whoever wants to write
/// first takes the turnstile, keeps it while waiting for the lock, and lets go of it once inside. A process
/// that has just written therefore finds the turnstile taken by whoever waited.
pub(super) struct Gate(Arc<Mutex<Writer>>);

struct Writer {
    manager: Manager,
    conn: Option<Conn>,
    turnstile: File,
    lock: File,
}

/// The right to write, until dropped.
pub(super) struct Turn(OwnedMutexGuard<Writer>);

impl Gate {
    pub(super) fn open(path: &Path, manager: &Manager) -> Result<Self, Error> {
        let (turnstile, lock) = (lock_file(path, "-turnstile")?, lock_file(path, "-lock")?);
        let conn = manager.writer()?;
        Ok(Self(Arc::new(Mutex::new(Writer { manager: manager.clone(), conn: Some(conn), turnstile, lock }))))
    }

    pub(super) async fn turn(&self) -> Turn {
        Turn(self.0.clone().lock_owned().await)
    }

    pub(super) fn turn_blocking(&self) -> Turn {
        let lock = self.0.clone();
        match tokio::runtime::Handle::try_current() {
            // A command's thread drives the runtime itself: it may wait, but has to say so.
            Ok(runtime) => Turn(tokio::task::block_in_place(|| runtime.block_on(lock.lock_owned()))),
            Err(_) => Turn(lock.blocking_lock_owned()),
        }
    }
}

impl Turn {
    pub(super) fn write<T, E: From<Error>>(
        mut self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let writer = &mut *self.0;
        let lost = |error: std::io::Error| Error::Unavailable(format!("the database's lock file: {error}"));
        writer.turnstile.lock().map_err(lost)?;
        let locked = writer.lock.lock();
        writer.turnstile.unlock().map_err(lost)?;
        locked.map_err(lost)?;
        let _unlock = Unlock(&writer.lock);
        // Taken out, so that a panic inside the work costs the connection and not the whole gate.
        let mut conn = match writer.conn.take() {
            Some(conn) => conn,
            None => writer.manager.writer()?,
        };
        let started = Instant::now();
        let mut work = Some(work);
        loop {
            let mut begun = false;
            let result = conn::transaction(&mut conn, |conn| {
                begun = true;
                match work.take() {
                    Some(work) => work(conn),
                    None => Err(Error::Unavailable("the work was begun twice".to_owned()).into()),
                }
            });
            match result {
                // Only a foreign program can hold the lock here, since all of ours pass the gate.
                Err(_) if !begun && started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                result => {
                    writer.conn = Some(conn);
                    return result;
                }
            }
        }
    }
}

struct Unlock<'a>(&'a File);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "the database's lock file could not be released");
        }
    }
}
