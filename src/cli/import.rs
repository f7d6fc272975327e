//! `brevduva import`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::db;
use crate::import::{
    self, DryRun, ImportError, Importer, Layout, Mapping, MappingError, Outcome, Progress, Reject,
    RejectsFile, Summary, mappings,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  brevduva import ladok.csv --mapping ladok --dry-run\n  \
                        brevduva import ladok.csv --mapping ladok --rejects rejected.csv\n\n\
                        A file that was only partly imported goes on where it was; a file that was imported \
                        before changes nothing.")]
pub(super) struct Arguments {
    /// The file: CSV (UTF-8 or Windows-1252; semicolons, commas or tabs) or xlsx
    file: PathBuf,
    /// What the columns mean: ladok, fs, form, employment, participants, a TOML file, or the name of a mapping made on the pages
    #[arg(long, value_name = "PRESET, FILE.toml or NAME")]
    mapping: String,
    /// Tell what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rejected rows here, each with the reason
    #[arg(long, value_name = "OUT.csv")]
    rejects: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<()> {
    tokio::task::spawn_blocking(move || import(&context, &arguments)).await?
}

fn import(context: &Context, arguments: &Arguments) -> anyhow::Result<()> {
    let text = match Mapping::toml_by_name_or_file(&arguments.mapping) {
        Ok(text) => text,
        // Neither a preset nor a file: one that staff have made.
        Err(unknown @ MappingError::Unknown { .. }) => {
            let database = context.database()?;
            let stored = database.read_blocking(|conn| mappings::by_name(conn, &arguments.mapping))?;
            stored.ok_or(unknown)?.toml
        }
        Err(error) => return Err(error.into()),
    };
    let mapping = Mapping::from_toml(&text)?;
    let database = context.database()?;
    let (keys, clock) = (context.config.secret_keys.clone(), context.clock.clone());
    let importer = Importer { database: database.clone(), keys, clock };
    let bar = Bar::new();
    if arguments.dry_run {
        let run = importer.dry_run(&arguments.file, &mapping, &mut |progress| bar.show(progress))?;
        bar.0.finish_and_clear();
        if let Some(path) = &arguments.rejects {
            write_rejects(path, &run.layout, |_| Ok(run.rejects.clone()))?;
        }
        return print(&run.summary, arguments.json, Some(&run));
    }
    let new = Importer::describe(&arguments.file, &text, None)?;
    let id = importer.enqueue(&new)?;
    let owner = format!("command line {}", std::process::id());
    let mut told = false;
    let summary = loop {
        match importer.run(id, &owner, &mut |progress| bar.show(progress)) {
            Err(ImportError::Busy) => {
                if !std::mem::replace(&mut told, true) {
                    bar.0.println("Another import is running; this one waits for its turn.");
                }
                std::thread::sleep(Duration::from_millis(500));
            }
            result => break result?,
        }
    };
    bar.0.finish_and_clear();
    let now = context.clock.now().naive_utc();
    let detail = serde_json::to_value(summary)?;
    let layout = database.write_blocking(|conn| {
        let deed = Deed {
            action: "import.run",
            subject_kind: "import",
            subject_id: Some(id),
            unit_id: None,
            detail: &detail,
        };
        audit::record(conn, now, Actor::COMMAND_LINE, &deed)?;
        Ok::<_, db::Error>(import::find(conn, id)?.and_then(|import| import.layout))
    })?;
    if let Some(path) = &arguments.rejects {
        let layout: Layout = serde_json::from_str(&layout.unwrap_or_default())?;
        write_rejects(path, &layout, |after| {
            Ok(database.read_blocking(|conn| import::rejected_rows(conn, id, after, 1000))?)
        })?;
    }
    print(&summary, arguments.json, None)
}

/// Writes every rejected row that `next` finds after a row number.
fn write_rejects(
    path: &Path,
    layout: &Layout,
    mut next: impl FnMut(i64) -> anyhow::Result<Vec<Reject>>,
) -> anyhow::Result<()> {
    let failed = || format!("the rejects file {} cannot be written; choose another path", path.display());
    let file = File::create(path).with_context(failed)?;
    let mut file = RejectsFile::start(BufWriter::new(file), layout).with_context(failed)?;
    let mut after = 0;
    loop {
        let rejects: Vec<Reject> = next(after)?
            .into_iter()
            .filter(|reject| i64::try_from(reject.row).is_ok_and(|row| row > after))
            .collect();
        let Some(last) = rejects.last() else { break };
        after = i64::try_from(last.row).unwrap_or(i64::MAX);
        for reject in &rejects {
            file.write(reject, &reject.reason.to_string()).with_context(failed)?;
        }
    }
    file.finish().with_context(failed)
}

fn print(summary: &Summary, json: bool, dry_run: Option<&DryRun>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(summary)?)?;
        return Ok(());
    }
    if let Some(run) = dry_run {
        for change in &run.changes {
            let what = match change.outcome {
                Outcome::Created => "create",
                Outcome::Updated => "update",
                Outcome::Merged => "merge",
                Outcome::ToReview => "review",
                Outcome::Unchanged | Outcome::Rejected => continue,
            };
            let person = if change.person.is_empty() { "(protected identity)" } else { &change.person };
            writeln!(out, "row {:>7}  {what:<7} {person}", change.row)?;
            for field in &change.changes {
                writeln!(out, "             {field}")?;
            }
        }
        writeln!(out, "Nothing was changed. What importing the file would do:")?;
    }
    let rows = [
        ("read", summary.read),
        ("created", summary.created),
        ("updated", summary.updated),
        ("unchanged", summary.unchanged),
        ("merged", summary.merged),
        ("to review", summary.to_review),
        ("rejected", summary.rejected),
    ];
    for (name, count) in rows {
        writeln!(out, "{name:<10} {count:>9}")?;
    }
    Ok(())
}

/// A progress bar on a terminal, nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.set_message("reading the file");
        Self(bar)
    }

    fn show(&self, progress: Progress) -> ControlFlow<()> {
        if let Some(total) = progress.total {
            if self.0.length().is_none() {
                let style =
                    ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {per_sec}, {eta} left {msg}");
                self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                self.0.set_length(total);
                self.0.set_message("");
            }
            self.0.set_position(progress.done);
        } else {
            self.0.tick();
        }
        ControlFlow::Continue(())
    }
}
