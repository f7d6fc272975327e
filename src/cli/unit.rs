//! `brevduva unit`.

use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::units::{self, NewUnit};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the units
    List,
    /// Add a unit
    #[command(after_help = "Example: brevduva unit add law \"Faculty of Law\" --under social-sciences")]
    Add {
        /// Its short name: lower-case letters, digits and hyphens
        slug: String,
        /// Its name for people
        name: String,
        /// The unit that it belongs to
        #[arg(long, value_name = "UNIT")]
        under: Option<String>,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let db = context.database()?;
    match command {
        Command::List => {
            let tree = db.read_blocking(units::tree)?;
            for unit in tree.all() {
                let under = unit
                    .parent_id
                    .and_then(|id| tree.get(id))
                    .map(|parent| format!(" (under {})", parent.slug));
                println!("{:<24}{}{}", unit.slug, unit.name, under.unwrap_or_default());
            }
        }
        Command::Add { slug, name, under } => {
            anyhow::ensure!(
                units::is_short_name(&slug),
                "\"{slug}\" is no short name; use 1 to 40 lower-case letters, digits and inner hyphens"
            );
            let (now, wanted) = (context.clock.now().naive_utc(), slug.clone());
            anyhow::ensure!(
                db.read_blocking(|conn| units::unit_by_slug(conn, &wanted))?.is_none(),
                "there is a unit \"{wanted}\" already; choose another short name"
            );
            db.write_blocking(|conn| {
                let parent_id = match under {
                    None => None,
                    Some(parent) => Some(
                        units::unit_by_slug(conn, &parent)?
                            .ok_or(crate::staff::Error::UnknownUnit(parent))?
                            .id,
                    ),
                };
                let id = units::insert_unit(conn, &NewUnit { parent_id, slug, name, created_at: now })?;
                let deed = Deed {
                    action: "unit.create",
                    subject_kind: "unit",
                    subject_id: Some(id),
                    unit_id: Some(id),
                    detail: &json!({}),
                };
                audit::record(conn, now, Actor::COMMAND_LINE, &deed)?;
                Ok::<_, crate::staff::Error>(())
            })?;
        }
    }
    Ok(())
}
