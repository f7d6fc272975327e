//! The gate that every write on SQLite passes, in this process and in others.

use std::fs::{File, OpenOptions};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

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
/// Inside the process one thread does the writes that are queued. Between processes two lock files are passed:
/// whoever wants to write first takes the turnstile, keeps it while waiting for the lock, and lets go of it once
/// inside. A process that has just written therefore finds the turnstile taken by whoever waited. Once inside,
/// a process does what is queued in it, for as long as a slice of time lasts.
pub(super) struct Gate {
    /// `None` once the gate closes.
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    waiting: Arc<AtomicUsize>,
    /// The same file as the writer's, opened once more, because a lock belongs to the opened file.
    turnstile: File,
}

/// A write that waits for its turn.
type Job = Box<dyn FnOnce(&mut Writer) + Send>;

/// What the writing thread holds.
struct Writer {
    manager: Manager,
    /// Nobody's while a write runs: a panic inside it costs the connection and not the whole gate.
    conn: Option<Conn>,
    waiting: Arc<AtomicUsize>,
    turnstile: File,
    lock: File,
    /// Why this process could not get inside.
    shut: Option<std::io::Error>,
}

fn stopped() -> Error {
    Error::Unavailable("the writer has stopped".to_owned())
}

impl Gate {
    pub(super) fn open(path: &Path, manager: &Manager) -> Result<Self, Error> {
        let waiting = Arc::new(AtomicUsize::new(0));
        let writer = Writer {
            manager: manager.clone(),
            conn: Some(manager.writer()?),
            waiting: waiting.clone(),
            turnstile: lock_file(path, "-turnstile")?,
            lock: lock_file(path, "-lock")?,
            shut: None,
        };
        let (queue, jobs) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("database writer".to_owned())
            .spawn(move || writer.run(&jobs))
            .map_err(|error| Error::Unavailable(format!("cannot start the writer: {error}")))?;
        let turnstile = lock_file(path, "-turnstile")?;
        Ok(Self { queue: Some(queue), thread: Some(thread), waiting, turnstile })
    }

    fn enqueue(&self, job: Job) -> Result<(), Error> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.queue.as_ref().and_then(|queue| queue.send(job).ok()).ok_or_else(stopped)
    }

    /// Does the work on the writing thread. Whoever gives up before their turn has written nothing.
    pub(super) async fn write<T, E, F>(&self, caller: &'static Location<'static>, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        self.enqueue(Box::new(move |writer| {
            if answer.is_closed() {
                return;
            }
            let outcome = match writer.take() {
                Err(error) => Ok(Err(error.into())),
                Ok(mut conn) => {
                    let outcome =
                        catch_unwind(AssertUnwindSafe(|| write(&mut conn, &writer.waiting, caller, work)));
                    if outcome.is_ok() {
                        writer.conn = Some(conn);
                    }
                    outcome
                }
            };
            // Nobody listens any more when the caller gave up meanwhile.
            let _ = answer.send(outcome);
        }))?;
        match outcome.await {
            Ok(Ok(result)) => result,
            // A panic is the caller's own.
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(stopped().into()),
        }
    }

    /// Does the work on the thread of the caller, which gets the connection for its turn.
    pub(super) fn write_blocking<T, E: From<Error>>(
        &self,
        caller: &Location<'_>,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let (give, turn) = sync_channel::<Result<Conn, Error>>(1);
        let (give_back, returned) = sync_channel::<Conn>(1);
        self.enqueue(Box::new(move |writer| {
            if give.send(writer.take()).is_ok() {
                // Nothing comes back from a caller who panicked.
                writer.conn = returned.recv().ok();
            }
        }))?;
        let wait = || turn.recv().map_err(|_| stopped());
        let mut conn = match tokio::runtime::Handle::try_current() {
            // A command's thread drives the runtime itself: it may wait, but has to say so.
            Ok(_) => tokio::task::block_in_place(wait),
            Err(_) => wait(),
        }??;
        let result = write(&mut conn, &self.waiting, caller, work);
        // Should the writer be gone, so is the connection.
        let _ = give_back.send(conn);
        result
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

/// Closes the file: it may be moved or removed afterwards.
impl Drop for Gate {
    fn drop(&mut self) {
        self.queue = None;
        // The last handle may have been that of a write.
        let ended = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id());
        if ended.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the database's writer broke off");
        }
    }
}

impl Writer {
    /// Until the last handle of the database is gone.
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            self.shut = self.enter().err();
            let inside = Instant::now();
            let mut next = Some(first);
            while let Some(job) = next {
                self.waiting.fetch_sub(1, Ordering::SeqCst);
                job(&mut self);
                next = if inside.elapsed() < SLICE { jobs.try_recv().ok() } else { None };
            }
            if self.shut.is_none()
                && let Err(error) = self.lock.unlock()
            {
                tracing::error!(%error, "the database's lock file could not be released");
            }
        }
    }

    fn enter(&self) -> std::io::Result<()> {
        self.turnstile.lock()?;
        let locked = self.lock.lock();
        self.turnstile.unlock()?;
        locked
    }

    fn take(&mut self) -> Result<Conn, Error> {
        if let Some(error) = &self.shut {
            return Err(Error::Unavailable(format!("the database's lock file: {error}")));
        }
        self.conn.take().map_or_else(|| self.manager.writer(), Ok)
    }
}

/// One transaction of somebody whose turn it is.
fn write<T, E: From<Error>>(
    conn: &mut Conn,
    waiting: &AtomicUsize,
    caller: &Location<'_>,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    let started = Instant::now();
    let mut work = Some(work);
    loop {
        let mut begun = false;
        let result = conn::transaction(conn, |conn| {
            begun = true;
            match work.take() {
                Some(work) => work(conn),
                None => Err(Error::Unavailable("the work was begun twice".to_owned()).into()),
            }
        });
        // Only a foreign program can hold the lock here, since all of ours pass the gate.
        if result.is_err() && !begun && started.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        let held = started.elapsed();
        if held > LONG && waiting.load(Ordering::SeqCst) > 0 {
            let milliseconds = held.as_millis() as u64;
            tracing::info!(milliseconds, at = %caller, "one write held all others up");
        }
        return result;
    }
}
