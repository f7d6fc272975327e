//! An import from its first row to its last: queued, claimed by one process, read twice, written in batches.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::{fs, io, thread};

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::apply::Context;
use super::batches::Batches;
use super::claim::source_identifier;
use super::erased::{self, Erased};
use super::mapping::{Mapping, MappingError};
use super::matching::decide;
use super::people::People;
use super::plan::{RowOutcome, explained};
use super::record::Parser;
use super::register::{Newcomers, Register};
use super::rejects::{Layout, Reject};
use super::source::{Source, SourceError};
use super::store::{self, Import, ImportState, NewImport};
use super::summary::{Outcome, Summary};
use super::units::{Step, Steps, Unit, What};
use crate::db::{self, Database};
use crate::kernel::clock::Clock;
use crate::links::SecretKeys;
use crate::taxonomy::postcodes;
use crate::units;

/// Why an import stops.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The mapping cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// There is no such import, or it has ended.
    #[error("import {0} does not wait to be run; look at the list of imports")]
    NotWaiting(i64),
    /// Another import has the turn.
    #[error("another import is running; wait until it has finished and try again")]
    Busy,
    /// The mapping names a unit that does not exist.
    #[error(
        "the mapping gives consents to the unit \"{0}\", which does not exist; add the unit or change the mapping"
    )]
    UnknownUnit(String),
    /// The caller asked for it; the import can go on later.
    #[error("the import was stopped; run it again and it goes on where it was")]
    Stopped,
    /// Somebody else took the import over.
    #[error("the import was taken over by another process; look at the list of imports")]
    TakenOver,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows of the file, once the first reading has counted them.
    pub total: Option<u64>,
    /// What became of the rows so far.
    pub summary: Summary,
}

/// Called while the import goes on; a `Break` stops it soon, to go on later.
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// What an import would do.
#[derive(Debug)]
pub struct DryRun {
    /// What would become of the rows.
    pub summary: Summary,
    /// The first rows that would change something.
    pub changes: Vec<RowOutcome>,
    /// Every row that would be rejected.
    pub rejects: Vec<Reject>,
    /// How the file is written.
    pub layout: Layout,
}

/// How many changes a dry run tells of.
const CHANGES_SHOWN: usize = 50;

/// How long an import belongs to a process that shows no sign of life.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(15);

/// Imports files into one database.
#[derive(Clone)]
pub struct Importer {
    /// Where to.
    pub database: Database,
    /// The keys that identity numbers are hashed with.
    pub keys: SecretKeys,
    /// The time.
    pub clock: Clock,
}

/// An opened file with everything that reading it needs.
pub(super) struct Job {
    source: Source,
    parser: Parser,
    pub(super) people: People,
    pub(super) context: Context,
}

impl Importer {
    /// Describes a file for [`store::insert`]: reads it once to know it again by its digest.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn describe(path: &Path, mapping_toml: &str, account: Option<i64>) -> Result<NewImport, ImportError> {
        let unreadable = |error| SourceError::Unreadable(path.display().to_string(), error);
        let mut digest = Sha256::new();
        let mut file = fs::File::open(path).map_err(unreadable)?;
        let bytes = io::copy(&mut file, &mut Hashing(&mut digest)).map_err(unreadable)?;
        let absolute = fs::canonicalize(path).map_err(unreadable)?;
        Ok(NewImport {
            account_id: account,
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            file_path: absolute.to_string_lossy().into_owned(),
            file_hash: data_encoding::HEXLOWER.encode(&digest.finalize()),
            mapping: mapping_toml.to_owned(),
            file_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        })
    }

    /// Stores an import, or finds the one of the same file and mapping that was begun and not ended.
    ///
    /// # Errors
    /// Those of the database.
    pub fn enqueue(&self, new: &NewImport) -> Result<i64, ImportError> {
        let now = self.clock.now().naive_utc();
        Ok(self.database.write_blocking(|conn| {
            match store::unfinished(conn, &new.file_hash, &new.mapping)? {
                Some(id) => Ok::<_, db::Error>(id),
                None => store::insert(conn, new, now),
            }
        })?)
    }

    /// Runs the oldest import that waits, if any; for a worker's loop. `owner` names the process.
    ///
    /// # Errors
    /// As [`Importer::run`]; what is wrong with the file is also stored with the import.
    pub fn run_next(&self, owner: &str, on_progress: OnProgress<'_>) -> Result<Option<Summary>, ImportError> {
        let now = self.clock.now().naive_utc();
        match self.database.read_blocking(|conn| store::next_waiting(conn, now))? {
            Some(id) => match self.run(id, owner, on_progress) {
                Err(ImportError::Busy | ImportError::NotWaiting(_)) => Ok(None),
                result => result.map(Some),
            },
            None => Ok(None),
        }
    }

    /// Runs an import to its end, from where it was.
    ///
    /// # Errors
    /// When the file, its mapping or the database do not let it, or the caller stops it.
    pub fn run(&self, id: i64, owner: &str, on_progress: OnProgress<'_>) -> Result<Summary, ImportError> {
        let now = self.clock.now().naive_utc();
        let import = self.database.write_blocking(|conn| {
            let import = store::find(conn, id)?.ok_or(ImportError::NotWaiting(id))?;
            if !matches!(import.state, ImportState::Queued | ImportState::Running) {
                return Err(ImportError::NotWaiting(id));
            }
            if store::claim(conn, id, owner, now, now + LEASE)? { Ok(import) } else { Err(ImportError::Busy) }
        })?;
        let result = self.run_claimed(&import, owner, on_progress);
        let (state, message) = match &result {
            Ok(_) => (ImportState::Finished, None),
            Err(ImportError::Stopped | ImportError::TakenOver | ImportError::Database(_)) => {
                (ImportState::Queued, None)
            }
            Err(error) => (ImportState::Failed, Some(error.to_string())),
        };
        let now = self.clock.now().naive_utc();
        let released = self
            .database
            .write_blocking(|conn| store::release(conn, id, owner, state, message.as_deref(), now));
        let summary = result?;
        released?;
        Ok(summary)
    }

    fn run_claimed(
        &self,
        import: &Import,
        owner: &str,
        on_progress: OnProgress<'_>,
    ) -> Result<Summary, ImportError> {
        let mapping = Mapping::from_toml(&import.mapping)?;
        let source = Source::open(Path::new(&import.file_path), &mapping.expected())?;
        let layout = serde_json::to_string(&Layout::from(source.table())).unwrap_or_default();
        self.database.write_blocking(|conn| store::set_layout(conn, import.id, &layout))?;
        let started = Summary::from(import);
        let mut renewed = self.clock.now();
        let job = self.prepare(source, mapping, import.id, started, &mut |progress| {
            let now = self.clock.now();
            if now - renewed > LEASE / 3 {
                renewed = now;
                let until = (now + LEASE).naive_utc();
                // Should this fail, the first batch finds out whether the import is still ours.
                let _ = self.database.write_blocking(|conn| store::renew(conn, import.id, owner, until));
            }
            on_progress(progress)
        })?;
        let next_row = usize::try_from(import.next_row).unwrap_or_default();
        let mut batches = Batches::new(&job, self, import, owner);
        job.each_step(next_row, &self.keys, |steps| batches.run(steps, on_progress))
    }

    /// Tells what importing a file would do; writes nothing and holds nobody up.
    ///
    /// # Errors
    /// As [`Importer::run`].
    pub fn dry_run(
        &self,
        path: &Path,
        mapping: &Mapping,
        on_progress: OnProgress<'_>,
    ) -> Result<DryRun, ImportError> {
        let source = Source::open(path, &mapping.expected())?;
        let layout = Layout::from(source.table());
        let mut run =
            DryRun { summary: Summary::default(), changes: Vec::new(), rejects: Vec::new(), layout };
        let job = self.prepare(source, mapping.clone(), 0, run.summary, on_progress)?;
        let mut newcomers = Newcomers::default();
        job.each_step(0, &self.keys, |steps| {
            let mut batch: Vec<Step> = Vec::new();
            loop {
                let step = steps.recv().ok().transpose()?;
                let at_end = step.is_none();
                batch.extend(step);
                if batch.len() < 500 && !at_end {
                    continue;
                }
                let (units, rejects) = split(std::mem::take(&mut batch));
                for reject in rejects {
                    run.summary.count(Outcome::Rejected);
                    run.rejects.push(reject);
                }
                let (scheme, _) = source_identifier(mapping, "");
                let (erased, register) = self.database.read_blocking(|conn| {
                    let erased = Erased::among(conn, &units, scheme, &self.keys)?;
                    Ok::<_, db::Error>((erased, Register::load(conn, &units, scheme)?))
                })?;
                for unit in &units {
                    let decision = decide(unit, &register, &newcomers);
                    if erased.refuses(unit, &decision) {
                        unit.rows.iter().for_each(|_| run.summary.count(Outcome::Rejected));
                        run.rejects.extend(erased::rejects(unit));
                        continue;
                    }
                    let plan = explained(unit, decision, mapping, &register, &mut newcomers, job.context.now);
                    for row in plan.outcomes {
                        run.summary.count(row.outcome);
                        if row.outcome != Outcome::Unchanged && run.changes.len() < CHANGES_SHOWN {
                            run.changes.push(row);
                        }
                    }
                }
                if on_progress(job.progress(run.summary)).is_break() {
                    return Err(ImportError::Stopped);
                }
                if at_end {
                    return Ok(());
                }
            }
        })?;
        run.rejects.sort_by_key(|reject| reject.row);
        Ok(run)
    }

    /// The first reading: which rows speak of one person.
    fn prepare(
        &self,
        source: Source,
        mapping: Mapping,
        import: i64,
        summary: Summary,
        on_progress: OnProgress<'_>,
    ) -> Result<Job, ImportError> {
        let slug = mapping.consent.as_ref().map(|rule| rule.unit.clone());
        let (unit, purposes, gazetteer) = self.database.read_blocking(|conn| {
            let unit = match &slug {
                Some(slug) => units::unit_by_slug(conn, slug)?.map(|unit| unit.id),
                None => None,
            };
            let purposes = units::purposes(conn)?.into_iter().map(|purpose| purpose.code);
            Ok::<_, db::Error>((unit, purposes.collect::<Vec<_>>(), postcodes::gazetteer(conn)?))
        })?;
        if let (Some(slug), None) = (slug, unit) {
            return Err(ImportError::UnknownUnit(slug));
        }
        let now = self.clock.now();
        let parser =
            Parser::new(&mapping, source.table(), now).with_purposes(purposes).with_gazetteer(gazetteer);
        let people = People::of(&source, &parser, |_| {
            // Too early to stop: nothing is begun. The call lets a progress bar show that something happens.
            let _ = on_progress(Progress { done: summary.read, total: None, summary });
        })?;
        let context = Context { import, mapping, consent_unit: unit, now: now.naive_utc() };
        Ok(Job { source, parser, people, context })
    }
}

impl Job {
    pub(super) fn progress(&self, summary: Summary) -> Progress {
        Progress { done: summary.read, total: Some(self.people.rows() as u64), summary }
    }

    /// Reads, checks and hashes on a thread of its own while `consume` talks to the database.
    fn each_step<T>(
        &self,
        from: usize,
        keys: &SecretKeys,
        consume: impl FnOnce(&Receiver<Result<Step, SourceError>>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let steps = Steps::from(from, &self.source, &self.people, &self.parser, &self.context.mapping, keys)?;
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(1000);
            scope.spawn(move || {
                for step in steps {
                    // Nobody listens any more once the import has stopped.
                    if sender.send(step).is_err() {
                        break;
                    }
                }
            });
            let result = consume(&receiver);
            drop(receiver);
            result
        })
    }
}

fn split(steps: Vec<Step>) -> (Vec<Unit>, Vec<Reject>) {
    let (mut units, mut rejects) = (Vec::new(), Vec::new());
    for step in steps {
        match step.what {
            What::Person(unit) => units.push(unit),
            What::Rejected(reject) => rejects.push(reject),
        }
    }
    (units, rejects)
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
