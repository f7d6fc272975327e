//! The transactions of an import: each writes the people of many rows and, with them, where the import goes on
//! after a crash.
//!
//! Large transactions are cheap per row, small ones let others write. So a transaction goes on chunk by chunk
//! for as long as nobody waits, and ends after the chunk in which somebody does.

use std::collections::{HashSet, VecDeque};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use super::apply::{Context, apply};
use super::claim::source_identifier;
use super::erased::{self, Erased};
use super::job::{ImportError, Importer, Job, LEASE, OnProgress};
use super::matching::{Decision, decide};
use super::plan::plan;
use super::register::{Newcomers, Register};
use super::rejects::Reject;
use super::source::SourceError;
use super::store::{self, Import};
use super::summary::{Outcome, Summary};
use super::units::{Step, What};
use crate::db;

/// How long a chunk should take where one writes at a time: whoever else writes waits about as long.
const CHUNK_TIME: Duration = Duration::from_millis(20);
/// How long where nobody waits for a writer.
const CHUNK_TIME_BESIDE_OTHERS: Duration = Duration::from_millis(500);

/// How long a transaction goes on while nobody waits, and the steps that it holds in memory, to write them again
/// should it fail.
const LONGEST: Duration = Duration::from_secs(1);
const MOST_STEPS: usize = 15_000;

/// How often a transaction is tried while the database is away, half a second apart.
const ATTEMPTS: u32 = 60;

/// What the reading thread sends.
type Steps = Receiver<Result<Step, SourceError>>;

/// The transactions of one run.
pub(super) struct Batches<'a> {
    job: &'a Job,
    importer: &'a Importer,
    import: &'a Import,
    owner: &'a str,
    /// What is committed.
    summary: Summary,
    /// Read and not committed.
    queue: VecDeque<Step>,
    /// How many steps the next chunk has.
    chunk: usize,
}

/// How far an open transaction has come.
#[derive(Clone, Copy)]
struct Written {
    steps: usize,
    summary: Summary,
    /// The caller asked to stop.
    stop: bool,
}

impl<'a> Batches<'a> {
    pub(super) fn new(job: &'a Job, importer: &'a Importer, import: &'a Import, owner: &'a str) -> Self {
        let queue = VecDeque::new();
        Self { job, importer, import, owner, summary: Summary::from(import), queue, chunk: 200 }
    }

    /// Writes everything that comes.
    pub(super) fn run(&mut self, steps: &Steps, on_progress: OnProgress<'_>) -> Result<Summary, ImportError> {
        loop {
            self.fill(steps, self.chunk)?;
            if self.queue.is_empty() {
                return Ok(self.summary);
            }
            let written = self.transaction(steps, on_progress)?;
            self.queue.drain(..written.steps);
            self.summary = written.summary;
            if written.stop {
                return Err(ImportError::Stopped);
            }
        }
    }

    /// Reads until that many steps wait, or the file ends.
    fn fill(&mut self, steps: &Steps, wanted: usize) -> Result<(), ImportError> {
        while self.queue.len() < wanted {
            let Some(step) = steps.recv().ok().transpose()? else { break };
            self.queue.push_back(step);
        }
        Ok(())
    }

    /// One transaction, tried again while the database is away: what it wrote is still in the queue.
    fn transaction(&mut self, steps: &Steps, on_progress: OnProgress<'_>) -> Result<Written, ImportError> {
        let importer = self.importer;
        let mut attempt = 0;
        loop {
            match importer.database.write_blocking(|conn| self.write(conn, steps, on_progress)) {
                Err(ImportError::Database(error)) if error.is_transient() && attempt < ATTEMPTS => {
                    attempt += 1;
                    tracing::warn!(%error, attempt, "the import waits for the database");
                    thread::sleep(Duration::from_millis(500));
                    if on_progress(self.job.progress(self.summary)).is_break() {
                        return Err(ImportError::Stopped);
                    }
                }
                result => return result,
            }
        }
    }

    fn write(
        &mut self,
        conn: &mut db::Conn,
        steps: &Steps,
        on_progress: OnProgress<'_>,
    ) -> Result<Written, ImportError> {
        db::plan_for_growing_tables(conn)?;
        store::hold(conn, self.import.id)?;
        let began = Instant::now();
        let mut written = Written { steps: 0, summary: self.summary, stop: false };
        loop {
            let chunk_began = Instant::now();
            let after = self.write_chunk(conn, written)?;
            self.chunk = next_size(after.steps - written.steps, chunk_began.elapsed(), self.chunk_time());
            written = after;
            written.stop = on_progress(self.job.progress(written.summary)).is_break();
            let long = began.elapsed() > LONGEST || written.steps >= MOST_STEPS;
            if written.stop || long || self.importer.database.is_awaited() {
                break;
            }
            self.fill(steps, written.steps + self.chunk)?;
            if self.queue.len() == written.steps {
                break;
            }
        }
        self.advance(conn, written)?;
        Ok(written)
    }

    /// Writes the next steps of the queue, of which those before `written` are written already.
    fn write_chunk(&mut self, conn: &mut db::Conn, written: Written) -> Result<Written, ImportError> {
        let end = self.queue.len().min(written.steps + self.chunk);
        let steps = &self.queue.make_contiguous()[written.steps..end];
        let now = self.importer.clock.now().naive_utc();
        let context = Context { now, ..self.job.context.clone() };
        let persons = steps.iter().filter_map(|step| match &step.what {
            What::Person(unit) => Some(unit),
            What::Rejected(_) => None,
        });
        let (scheme, _) = source_identifier(&context.mapping, "");
        let erased = Erased::among(conn, persons.clone(), scheme, &self.importer.keys)?;
        let register = Register::load(conn, persons, scheme)?;
        let (mut newcomers, mut touched) = (Newcomers::default(), HashSet::new());
        let (mut plans, mut rejects, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let Written { steps: mut taken, mut summary, .. } = written;
        for step in steps {
            match &step.what {
                What::Rejected(reject) => {
                    summary.count(Outcome::Rejected);
                    rejects.push(reject);
                }
                What::Person(unit) => {
                    let decision = decide(unit, &register, &newcomers);
                    if erased.refuses(unit, &decision) {
                        unit.rows.iter().for_each(|_| summary.count(Outcome::Rejected));
                        refused.extend(erased::rejects(unit));
                        taken += 1;
                        continue;
                    }
                    if !touches(&decision).all(|id| touched.insert(id)) {
                        // The register was read before this person changed: the rest goes into the next chunk.
                        break;
                    }
                    let plan = plan(unit, decision, &context.mapping, &register, &mut newcomers, now);
                    for row in &plan.outcomes {
                        summary.count(row.outcome);
                    }
                    plans.push(plan);
                }
            }
            taken += 1;
        }
        apply(conn, plans, &context)?;
        let told = erased::told_in(conn, &rejects, &self.importer.keys)?;
        let bare = |reject: &&&Reject| told.contains(&reject.row);
        let emptied: Vec<Reject> = rejects
            .iter()
            .filter(bare)
            .map(|reject| Reject { cells: Vec::new(), ..(**reject).clone() })
            .collect();
        rejects.retain(|reject| !told.contains(&reject.row));
        rejects.extend(emptied.iter().chain(&refused));
        store::insert_rejects(conn, self.import.id, &rejects)?;
        Ok(Written { steps: taken, summary, stop: false })
    }

    fn chunk_time(&self) -> Duration {
        if self.importer.database.is_postgres() { CHUNK_TIME_BESIDE_OTHERS } else { CHUNK_TIME }
    }

    /// Stores how far the import has come, if it is still ours.
    fn advance(&self, conn: &mut db::Conn, written: Written) -> Result<(), ImportError> {
        let last = self.queue.get(written.steps.saturating_sub(1));
        let next_row = last.map_or(0, |step| step.place + 1);
        let mut position = written.summary.position(next_row);
        position.lease_until = Some(self.importer.clock.now().naive_utc() + LEASE);
        let (rows, total) = (next_row as u128, self.job.people.rows().max(1) as u128);
        let bytes = u128::try_from(self.import.file_bytes).unwrap_or_default() * rows / total;
        position.done_bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        if store::advance(conn, self.import.id, self.owner, &position)? {
            Ok(())
        } else {
            Err(ImportError::TakenOver)
        }
    }
}

/// The stored people that a decision changes.
fn touches(decision: &Decision) -> impl Iterator<Item = i64> {
    let ids = match decision {
        Decision::Create | Decision::Review { .. } => Vec::new(),
        Decision::Update(id) => vec![*id],
        Decision::Merge { into, from } => std::iter::once(into).chain(from).copied().collect(),
    };
    ids.into_iter()
}

/// As many steps as fit in the wanted time at the speed of the last chunk, changing by half at most.
fn next_size(steps: usize, time: Duration, wanted: Duration) -> usize {
    let steps = steps.max(1) as f64;
    let fitting = steps * wanted.as_secs_f64() / time.as_secs_f64().max(0.001);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 50 and 2,000")]
    let next = fitting.clamp(steps * 0.5, steps * 1.5).clamp(50.0, 2_000.0) as usize;
    next
}
