//! `brevduva words`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::db::Database;
use crate::import::Source;
use crate::import::source::{Expected, position};
use crate::kernel::language::Language;
use crate::taxonomy::official::{self, About, Classification};

/// How the published files head their columns; the first that is there is taken.
const CODES: [&str; 9] =
    ["code", "kod", "kode", "ssyk 2012 kod", "ssyk 2012", "sni-kod", "isco 08 code", "nace code", "notation"];
const NAMES: [&str; 11] = [
    "name",
    "namn",
    "navn",
    "benämning",
    "yrkesbenämning",
    "klartext",
    "title en",
    "title",
    "description",
    "heading",
    "label",
];

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Load official names of professions or industries, as CSV or a workbook
    #[command(after_help = "Load the list whose codes the register holds.\n\
        Example: brevduva words import professions ssyk-2012.xlsx --language sv --edition \"SSYK 2012\" --source SCB --licence CC0")]
    Import(Import),
    /// List which names are in use
    List,
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// professions or industries
    kind: Classification,
    /// The file: CSV (UTF-8 or Windows-1252) or xlsx, a row for each code
    file: PathBuf,
    /// The language of its names: sv, nb or en
    #[arg(long)]
    language: Language,
    /// Which edition it is, such as "SSYK 2012" or "SNI 2025"
    #[arg(long)]
    edition: String,
    /// Who published it
    #[arg(long)]
    source: String,
    /// Under which licence
    #[arg(long)]
    licence: String,
    /// The heading of the column with the codes [default: found by its usual names]
    #[arg(long, value_name = "HEADING")]
    code: Option<String>,
    /// The heading of the column with the names [default: found by its usual names]
    #[arg(long, value_name = "HEADING")]
    name: Option<String>,
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let db = context.database()?;
    match command {
        Command::Import(asked) => import(context, &db, &asked),
        Command::List => list(&db),
    }
}

fn import(context: &Context, db: &Database, asked: &Import) -> anyhow::Result<()> {
    let shown = asked.file.display();
    let (names, others) = read(asked).with_context(|| format!("{shown} cannot be loaded"))?;
    let about = About {
        version: asked.edition.clone(),
        file_name: file_name(&asked.file),
        source: asked.source.clone(),
        licence: asked.licence.clone(),
    };
    let now = context.clock.now().naive_utc();
    db.write_blocking(|conn| {
        let id = official::replace(conn, asked.kind, asked.language, &about, &names, now)?;
        let detail =
            json!({ "kind": asked.kind.as_str(), "language": asked.language.as_str(), "names": names.len() });
        let deed = Deed {
            action: "words.import",
            subject_kind: "classification_list",
            subject_id: Some(id),
            unit_id: None,
            detail: &detail,
        };
        audit::record(conn, now, Actor::COMMAND_LINE, &deed)
    })?;
    println!("{} names of {} ({}) loaded from {}.", names.len(), asked.kind, asked.language, about.file_name);
    if others > 0 {
        println!("{others} rows have no code of a group or no name and were left out.");
    }
    Ok(())
}

/// Codes and names, by code, and how many rows hold none.
fn read(asked: &Import) -> anyhow::Result<(Vec<(String, String)>, usize)> {
    let column = |chosen: &Option<String>, usual: &[&str]| Expected {
        headings: match chosen {
            Some(heading) => vec![heading.clone()],
            None => usual.iter().map(|heading| (*heading).to_owned()).collect(),
        },
        optional: false,
    };
    let columns = [column(&asked.code, &CODES), column(&asked.name, &NAMES)];
    let source = Source::open(&asked.file, &columns)
        .context("say which columns hold codes and names with --code and --name")?;
    let place = |column: &Expected| position(&source.table().columns, &column.headings);
    let [Some(code), Some(name)] = [place(&columns[0]), place(&columns[1])] else {
        anyhow::bail!("it has no columns for codes and names; say which they are with --code and --name");
    };
    let (mut names, mut others) = (BTreeMap::new(), 0);
    for row in source.rows()? {
        let row = row?;
        let cell = |place: usize| row.cells.get(place).map(String::as_str).unwrap_or_default().trim();
        match asked.kind.normalized(cell(code)).filter(|_| !cell(name).is_empty()) {
            Some(code) => {
                names.entry(code).or_insert_with(|| cell(name).to_owned());
            }
            None => others += 1,
        }
    }
    anyhow::ensure!(!names.is_empty(), "no row holds a code of {} and a name", asked.kind);
    Ok((names.into_iter().collect(), others))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn list(db: &Database) -> anyhow::Result<()> {
    let loaded = db.read_blocking(official::lists)?;
    for kind in Classification::ALL {
        for language in Language::ALL {
            match loaded.iter().find(|list| list.kind == *kind && list.language == *language) {
                Some(list) => println!(
                    "{kind:<11} {language}  {:>5} names  {}, {}, {}, {}",
                    list.names, list.version, list.source, list.licence, list.file_name
                ),
                None => println!("{kind:<11} {language}  those of the program: the upper groups"),
            }
        }
    }
    Ok(())
}
