//! The command line: one file per command.
//!
//! Exit status: 0 done, 1 failed with one line on standard error, 2 wrong usage. What `--json` prints goes to
//! standard output alone.

mod bounce;
mod campaign;
mod check_templates;
mod demo;
mod dkim;
mod import;
mod later;
mod migrate;
mod places;
mod segment;
mod serve;
mod staff;
mod synonyms;
mod token;
mod unit;
mod words;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::config::{Config, LogFormat};
use crate::db::{self, Database};
use crate::kernel::clock::Clock;

/// Newsletters and segmented mailings for university alumni offices.
#[derive(Debug, Parser)]
#[command(name = "brevduva", version, about, arg_required_else_help = true, propagate_version = true)]
#[command(
    after_help = "Try it: brevduva demo\nSettings: brevduva.toml and the environment, see docs/configure.md"
)]
struct Arguments {
    /// The settings file [default: brevduva.toml if there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything: invented alumni, pages, worker and a mail catcher, in one command
    Demo(demo::Arguments),
    /// Run the web server, and a worker in the same process
    Serve(serve::Arguments),
    /// Run jobs and sending only; several may share one PostgreSQL
    Worker,
    /// Bring the database up to date
    Migrate,
    /// Who a mailing would reach
    #[command(subcommand)]
    Segment(segment::Command),
    /// Import a register file, whether or not a server is running
    Import(import::Arguments),
    /// Campaigns: create, launch, status, pause, resume, cancel
    #[command(subcommand)]
    Campaign(campaign::Command),
    /// The keys that sign mails
    #[command(subcommand)]
    Dkim(dkim::Command),
    /// The organisation's units
    #[command(subcommand)]
    Unit(unit::Command),
    /// Places and postcodes
    #[command(subcommand)]
    Places(places::Command),
    /// Staff accounts
    #[command(subcommand)]
    Staff(staff::Command),
    /// The office's own words for professions
    #[command(subcommand)]
    Synonyms(synonyms::Command),
    /// Official names of professions and industries
    #[command(subcommand)]
    Words(words::Command),
    /// API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Render every mail template with its samples
    CheckTemplates,
    /// Bounces and complaints: what they mean
    #[command(subcommand)]
    Bounce(bounce::Command),
    /// Retention (not in this version yet)
    #[command(hide = true)]
    Retention(Rest),
    /// Backup (not in this version yet)
    #[command(hide = true)]
    Backup(Rest),
    /// Restore (not in this version yet)
    #[command(hide = true)]
    Restore(Rest),
}

/// Whatever a command of a later version is called with.
#[derive(Debug, clap::Args)]
struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<String>,
}

/// What a command needs.
struct Context {
    config: Config,
    clock: Clock,
}

impl Context {
    /// The database, refused when it does not fit this program.
    fn database(&self) -> anyhow::Result<Database> {
        let db = Database::open(&self.config.database_url, 4)?;
        db::migrate::check(&db)?;
        Ok(db)
    }
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("brevduva: {error:#}");
            if error.is::<later::NotYet>() {
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

/// Commands that serve or send get a runtime; the others block, which must not happen inside one.
fn run(arguments: Arguments) -> anyhow::Result<()> {
    // These need no settings.
    match arguments.command {
        Command::Demo(arguments) => return on_runtime(demo::run(arguments, Clock::system())),
        Command::CheckTemplates => return check_templates::run(),
        Command::Bounce(bounce::Command::Classify(arguments)) => return bounce::classify(&arguments),
        Command::Retention(_) => return Err(later::NotYet("retention").into()),
        Command::Backup(_) => return Err(later::NotYet("backup").into()),
        Command::Restore(_) => return Err(later::NotYet("restore").into()),
        _ => {}
    }
    let config = Config::load(arguments.config.as_deref())?;
    start_logging(&config);
    let context = Context { config, clock: Clock::system() };
    match arguments.command {
        Command::Serve(arguments) => on_runtime(serve::serve(context, &arguments)),
        Command::Worker => on_runtime(serve::worker(context)),
        Command::Migrate => migrate::run(&context),
        Command::Segment(command) => segment::run(&context, command),
        Command::Import(arguments) => on_runtime(import::run(context, arguments)),
        Command::Places(command) => places::run(&context, command),
        Command::Staff(command) => staff::run(&context, command),
        Command::Campaign(command) => campaign::run(&context, command),
        Command::Dkim(command) => dkim::run(&context, &command),
        Command::Unit(command) => unit::run(&context, command),
        Command::Synonyms(command) => synonyms::run(&context, command),
        Command::Words(command) => words::run(&context, command),
        Command::Token(command) => token::run(&context, command),
        Command::Bounce(bounce::Command::Ingest(arguments)) => bounce::ingest(&context, &arguments),
        Command::Demo(_)
        | Command::CheckTemplates
        | Command::Bounce(bounce::Command::Classify(_))
        | Command::Retention(_)
        | Command::Backup(_)
        | Command::Restore(_) => Ok(()),
    }
}

fn on_runtime(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(command);
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}

/// A small text file, or standard input for `-`.
fn read_text(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).context("standard input cannot be read");
    }
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Logs go to standard error; they carry fields, never personal data.
fn start_logging(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
    // Only a second start in one process, as in tests, can fail; the first one's settings stay.
    drop(started);
}
