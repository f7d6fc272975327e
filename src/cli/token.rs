//! `brevduva token`.

use super::Context;
use crate::staff::{self, Scope};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make an API token and print it; it is not shown again
    #[command(
        after_help = "Example: brevduva token create website --scope read --scope compose --scope send"
    )]
    Create {
        /// What the token is for
        name: String,
        /// read, contacts, import, compose, send or manage; may stand several times
        #[arg(long, required = true, num_args = 1..)]
        scope: Vec<Scope>,
        /// The unit in which the token may act, with those beneath it [default: every unit]
        #[arg(long)]
        unit: Option<String>,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let Command::Create { name, scope, unit } = command;
    let db = context.database()?;
    let clock = context.clock.clone();
    let token =
        db.write_blocking(move |conn| staff::tokens::create(conn, &clock, &name, unit.as_deref(), &scope))?;
    println!("{token}");
    Ok(())
}
