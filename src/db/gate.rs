//! The gate that every write on SQLite passes, in this process and in others.

use std::fs::{File, OpenOptions};
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Error;
use super::conn::{self, Conn, Manager};

/// How long a write waits for a foreign program that holds the database, a backup for instance.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a process goes on with the writes that wait in it while another process waits too. Were it one
/// write each, a process with a hundred small writes would get one in after each long one of the other.
const SLICE: Duration = Duration::from_millis(30);
/// A write for which others wait longer is worth a line in the log.
const LONG: Duration = Duration::from_millis(250);

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
/// that has just written therefore finds the turnstile taken by whoever waited. Once inside, a process
/// does all that waits in it, for as long as a slice of time lasts.
pub(super) struct Gate {
    writer: Arc<Mutex<Writer>>,
    waiting: Arc<AtomicUsize>,
    /// The same file as the writer's, opened once more, because a lock belongs to the opened file.
    turnstile: File,
}

struct Writer {
    manager: Manager,
    conn: Option<Conn>,
    turnstile: File,
    lock: File,
    /// Since when this process has had the lock.
    inside: Option<Instant>,
}

/// The right to write, until dropped.
pub(super) struct Turn {
    writer: OwnedMutexGuard<Writer>,
    waiting: Arc<AtomicUsize>,
}

/// Counts somebody who waits for their turn, until they have it or give up.
struct Waiting {
    writer: Arc<Mutex<Writer>>,
    waiting: Arc<AtomicUsize>,
}

impl Waiting {
    async fn turn(self) -> Turn {
        let writer = self.writer.clone().lock_owned().await;
        Turn { writer, waiting: self.waiting.clone() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        // Whoever wrote last may have kept the lock for one who has given up. If somebody writes now, they see
        // to the lock themselves.
        if let Ok(mut writer) = self.writer.try_lock() {
            writer.leave_unless(|| self.waiting.load(Ordering::SeqCst) > 0);
        }
    }
}

impl Gate {
    pub(super) fn open(path: &Path, manager: &Manager) -> Result<Self, Error> {
        let (turnstile, lock) = (lock_file(path, "-turnstile")?, lock_file(path, "-lock")?);
        let conn = Some(manager.writer()?);
        let writer = Writer { manager: manager.clone(), conn, turnstile, lock, inside: None };
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            waiting: Arc::new(AtomicUsize::new(0)),
            turnstile: lock_file(path, "-turnstile")?,
        })
    }

    fn wait(&self) -> Waiting {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        Waiting { writer: self.writer.clone(), waiting: self.waiting.clone() }
    }

    pub(super) async fn turn(&self) -> Turn {
        self.wait().turn().await
    }

    pub(super) fn turn_blocking(&self) -> Turn {
        let waiting = self.wait();
        match tokio::runtime::Handle::try_current() {
            // A command's thread drives the runtime itself: it may wait, but has to say so.
            Ok(runtime) => tokio::task::block_in_place(|| runtime.block_on(waiting.turn())),
            Err(_) => Turn {
                writer: waiting.writer.clone().blocking_lock_owned(),
                waiting: waiting.waiting.clone(),
            },
        }
    }

    /// Whether anybody waits for the one who writes now, here or in another process.
    pub(super) fn is_awaited(&self) -> bool {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            return true;
        }
        match self.turnstile.try_lock() {
            Ok(()) => self.turnstile.unlock().is_err(),
            Err(_) => true,
        }
    }
}

impl Writer {
    /// Takes the lock from the other processes, unless this one has it still.
    fn enter(&mut self) -> std::io::Result<()> {
        if self.inside.is_none() {
            self.turnstile.lock()?;
            let locked = self.lock.lock();
            self.turnstile.unlock()?;
            locked?;
            self.inside = Some(Instant::now());
        }
        Ok(())
    }

    /// Lets other processes in, unless there is more to do here and the slice of time is not over.
    fn leave_unless(&mut self, more: impl Fn() -> bool) {
        let Some(since) = self.inside else { return };
        if more() && since.elapsed() < SLICE {
            return;
        }
        self.inside = None;
        if let Err(error) = self.lock.unlock() {
            tracing::error!(%error, "the database's lock file could not be released");
        }
    }
}

impl Turn {
    pub(super) fn write<T, E: From<Error>>(
        mut self,
        caller: &Location<'_>,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let writer = &mut *self.writer;
        let lost = |error: std::io::Error| Error::Unavailable(format!("the database's lock file: {error}"));
        writer.enter().map_err(lost)?;
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
                    let held = started.elapsed();
                    if held > LONG && self.waiting.load(Ordering::SeqCst) > 0 {
                        let milliseconds = held.as_millis() as u64;
                        tracing::info!(milliseconds, at = %caller, "one write held all others up");
                    }
                    return result;
                }
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.writer.leave_unless(|| self.waiting.load(Ordering::SeqCst) > 0);
    }
}
