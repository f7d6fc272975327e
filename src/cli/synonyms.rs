//! `brevduva synonyms`.

use anyhow::Context as _;
use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::db::{self, Conn};
use crate::taxonomy::synonyms::{self, NewSynonym};
use crate::units;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the words
    List,
    /// Let a word stand for professions
    #[command(after_help = "Example: brevduva synonyms add rådman 2612 --unit law")]
    Add {
        /// The word, as people write it
        word: String,
        /// First digits of SSYK, STYRK or ISCO codes
        #[arg(required = true)]
        code: Vec<String>,
        /// The unit whose word it is, by its short name [default: it holds everywhere]
        #[arg(long)]
        unit: Option<String>,
    },
    /// Take a word away
    Remove {
        /// The word
        word: String,
        /// The unit whose word it is, by its short name [default: the word that holds everywhere]
        #[arg(long)]
        unit: Option<String>,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let db = context.database()?;
    let now = context.clock.now().naive_utc();
    match command {
        Command::List => db.read_blocking(list)?,
        Command::Add { word, code, unit } => {
            let words: Result<Vec<_>, _> = code.iter().map(|code| NewSynonym::new(&word, code)).collect();
            let words = words?;
            db.write_blocking(|conn| -> Result<(), Failure> {
                let unit = unit_of(conn, unit.as_deref())?;
                for new in words {
                    let added = synonyms::add(conn, unit, &new, now)?.map_err(anyhow::Error::from)?;
                    record(conn, now, "synonym.create", added.id, unit)?;
                }
                Ok(())
            })?;
        }
        Command::Remove { word, unit } => db.write_blocking(|conn| -> Result<(), Failure> {
            let unit = unit_of(conn, unit.as_deref())?;
            let found = synonyms::find_word(conn, unit, &word)?;
            if found.is_empty() {
                return Err(anyhow::anyhow!(
                    "there is no word \"{word}\"; see them with: brevduva synonyms list"
                )
                .into());
            }
            for synonym in found {
                synonyms::remove(conn, synonym.id)?;
                record(conn, now, "synonym.delete", synonym.id, unit)?;
            }
            Ok(())
        })?,
    }
    Ok(())
}

/// An error for people, which may also come from the database.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Failure(#[from] anyhow::Error);

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Self(error.into())
    }
}

fn unit_of(conn: &mut Conn, slug: Option<&str>) -> anyhow::Result<Option<i64>> {
    let Some(slug) = slug else { return Ok(None) };
    let unit = units::unit_by_slug(conn, slug)?
        .with_context(|| format!("there is no unit \"{slug}\"; see them with: brevduva unit list"))?;
    Ok(Some(unit.id))
}

fn record(
    conn: &mut Conn,
    now: chrono::NaiveDateTime,
    action: &'static str,
    id: i64,
    unit_id: Option<i64>,
) -> Result<(), db::Error> {
    let detail = json!({});
    let deed = Deed { action, subject_kind: "synonym", subject_id: Some(id), unit_id, detail: &detail };
    audit::record(conn, now, Actor::COMMAND_LINE, &deed)
}

fn list(conn: &mut Conn) -> Result<(), db::Error> {
    let tree = units::tree(conn)?;
    let mut after = 0;
    loop {
        let page = synonyms::page(conn, None, after, 500)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for synonym in page {
            let unit =
                synonym.unit_id.and_then(|id| tree.get(id)).map_or("everywhere", |unit| unit.slug.as_str());
            println!("{:<4} {} ({unit})", synonym.code, synonym.word);
        }
    }
}
