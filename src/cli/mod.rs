//! The command line: one file per command.
//!
//! Exit status: 0 done, 1 failed with one line on standard error, 2 wrong usage. What `--json` prints goes to
//! standard output alone.

mod import;
mod migrate;
mod serve;
mod staff;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, LogFormat};
use crate::db::{self, Database};
use crate::kernel::clock::Clock;

/// Newsletters and segmented mailings for university alumni offices.
#[derive(Debug, Parser)]
#[command(name = "brevduva", version, about, arg_required_else_help = true, propagate_version = true)]
#[command(after_help = "Try it: brevduva demo\nSettings: brevduva.toml and the environment, see docs/configure.md")]
struct Arguments {
    /// The settings file [default: brevduva.toml if there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web server, and a worker in the same process
    Serve(serve::Arguments),
    /// Run jobs and sending only; several may share one PostgreSQL
    Worker,
    /// Bring the database up to date
    Migrate,
    /// Import a register file, whether or not a server is running
    Import(import::Arguments),
    /// Staff accounts
    #[command(subcommand)]
    Staff(staff::Command),
    /// API tokens
    #[command(subcommand)]
    Token(token::Command),
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
    let arguments = Arguments::parse();
    let result = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Into::into).and_then(
        |runtime| {
            let result = runtime.block_on(run(arguments));
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            result
        },
    );
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("brevduva: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?;
    start_logging(&config);
    let context = Context { config, clock: Clock::system() };
    match arguments.command {
        Command::Serve(arguments) => serve::serve(context, &arguments).await,
        Command::Worker => serve::worker(context).await,
        Command::Migrate => migrate::run(&context),
        Command::Import(arguments) => import::run(context, arguments).await,
        Command::Staff(command) => staff::run(&context, command),
        Command::Token(command) => token::run(&context, command),
    }
}

/// Logs go to standard error; they carry fields, never personal data.
fn start_logging(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
    // Only a second start in one process, as in tests, can fail; the first one's settings stay.
    drop(started);
}
