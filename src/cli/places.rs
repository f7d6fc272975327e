//! `brevduva places`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::contacts::home;
use crate::db::{self, Database};
use crate::taxonomy::Gazetteer;
use crate::taxonomy::postcodes::{self, PostcodeFile};

/// People who are read at a time, and at most as many are written in one transaction.
const BATCH: i64 = 500;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Load a country's postcodes from a file that GeoNames publishes
    #[command(
        after_help = "The files are at https://download.geonames.org/export/zip/ (CC BY 4.0); unpack SE.zip and load SE.txt.\n\
                      Example: brevduva places import SE.txt --relocate"
    )]
    Import {
        /// The file, tab-separated
        file: PathBuf,
        /// The date of the file [default: when it was last changed]
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<NaiveDate>,
        /// Look the addresses of everybody in the register up again
        #[arg(long)]
        relocate: bool,
    },
    /// List the files that were loaded
    List,
    /// Look the addresses of everybody in the register up again; one that was interrupted is run again
    Relocate,
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let db = context.database()?;
    match command {
        Command::Import { file, date, relocate } => {
            import(context, &db, &file, date)?;
            if relocate { self::relocate(context, &db) } else { Ok(()) }
        }
        Command::List => list(&db),
        Command::Relocate => relocate(context, &db),
    }
}

fn import(context: &Context, db: &Database, path: &Path, date: Option<NaiveDate>) -> anyhow::Result<()> {
    let name = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
    anyhow::ensure!(!bytes.starts_with(b"PK"), "{name} is packed; unpack it and load the .txt file in it");
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{name} is not UTF-8"))?;
    let file = PostcodeFile::parse(&text).with_context(|| format!("{name} cannot be loaded"))?;
    let date = match date {
        Some(date) => date,
        None => DateTime::<Utc>::from(std::fs::metadata(path)?.modified()?).date_naive(),
    };
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let now = context.clock.now().naive_utc();
    let amount = file.postcodes.len();
    db.write_blocking(|conn| {
        let id = postcodes::replace(conn, &file, (&file_name, date), now)?;
        let detail = json!({ "country": file.country, "postcodes": amount });
        record(conn, now, "places.import", Some(id), &detail)
    })?;
    println!("{amount} postcodes of {} loaded from {file_name} of {date}.", file.country);
    Ok(())
}

fn record(
    conn: &mut db::Conn,
    now: chrono::NaiveDateTime,
    action: &'static str,
    subject_id: Option<i64>,
    detail: &serde_json::Value,
) -> Result<(), db::Error> {
    let deed = Deed { action, subject_kind: "postcode_list", subject_id, unit_id: None, detail };
    audit::record(conn, now, Actor::COMMAND_LINE, &deed)
}

fn list(db: &Database) -> anyhow::Result<()> {
    let lists = db.read_blocking(postcodes::all)?;
    if lists.is_empty() {
        println!("No postcodes are loaded. {} has them: brevduva places import SE.txt", postcodes::SOURCE);
    }
    for list in lists {
        println!(
            "{}  {:>7} postcodes  {} of {}, {}, {}",
            list.country, list.postcodes, list.file_name, list.file_date, list.source, list.licence
        );
    }
    Ok(())
}

fn move_homes(conn: &mut db::Conn, after: i64, gazetteer: &Gazetteer) -> Result<usize, db::Error> {
    let mut moved = 0;
    for address in home::addresses(conn, after, BATCH)? {
        if let Some(home) = address.moved(gazetteer) {
            home::relocate(conn, address.contact, &home)?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Goes through the register in the order of numbers. Nobody waits longer than one batch takes, and what is done
/// stays done: running it again reads everybody and writes only those whose place is now known better.
fn relocate(context: &Context, db: &Database) -> anyhow::Result<()> {
    let gazetteer = db.read_blocking(postcodes::gazetteer)?;
    let bar = ProgressBar::new_spinner()
        .with_style(ProgressStyle::with_template("{pos} people looked up, {per_sec} {msg}")?);
    let (mut after, mut moved) = (0, 0_usize);
    loop {
        let batch = db.read_blocking(|conn| home::addresses(conn, after, BATCH))?;
        let Some(last) = batch.last() else { break };
        if batch.iter().any(|address| address.moved(&gazetteer).is_some()) {
            // Read again in the transaction that writes: an address may have been changed in between.
            moved += db.write_blocking(|conn| move_homes(conn, after, &gazetteer))?;
        }
        after = last.contact;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    let now = context.clock.now().naive_utc();
    db.write_blocking(|conn| record(conn, now, "places.relocate", None, &json!({ "people": moved })))?;
    println!("{moved} people have another place than before.");
    Ok(())
}
