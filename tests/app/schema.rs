//! The migrations of both engines and src/db/schema.rs describe the same tables.

use std::collections::BTreeSet;
use std::path::Path;

use brevduva::db::{Conn, Error};
use brevduva::each;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::support::db::{Engine, TestDatabase};
use crate::support::service;

/// `table.column TYPE`, with a question mark where NULL is allowed.
type Columns = BTreeSet<String>;

#[test]
fn both_engines_have_migrations_of_the_same_names() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn the_schema_is_that_of_sqlite() {
    let database = TestDatabase::on(Engine::Sqlite);
    assert_same(&declared(), &database.db.read_blocking(columns).unwrap());
}

#[test]
fn the_schema_is_that_of_postgres_and_so_are_the_indexes() {
    if service("BREVDUVA_TEST_POSTGRES_URL", "the comparison with PostgreSQL's tables").is_none() {
        return;
    }
    let postgres = TestDatabase::on(Engine::Postgres);
    assert_same(&declared(), &postgres.db.read_blocking(columns).unwrap());
    let sqlite = TestDatabase::on(Engine::Sqlite);
    let indexes_of = |database: &TestDatabase| database.db.read_blocking(indexes).unwrap();
    assert!(indexes_of(&sqlite).len() > 10);
    assert_same(&indexes_of(&sqlite), &indexes_of(&postgres));
}

fn assert_same(left: &BTreeSet<String>, right: &BTreeSet<String>) {
    let differences: Vec<_> = left.symmetric_difference(right).collect();
    assert!(differences.is_empty(), "only in one of the two: {differences:#?}");
}

/// What src/db/schema.rs says. Its macros leave nothing behind that could be listed, so its text is read.
fn declared() -> Columns {
    let mut columns = Columns::new();
    let mut table = "";
    for line in include_str!("../../src/db/schema.rs").lines().map(str::trim) {
        if line.starts_with("diesel::joinable!") {
            break;
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name;
        } else if let Some((column, kind)) = line.split_once(" -> ") {
            let kind = kind.trim_end_matches(',');
            match kind.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>')) {
                Some(kind) => columns.insert(format!("{table}.{column} {kind}?")),
                None => columns.insert(format!("{table}.{column} {kind}")),
            };
        }
    }
    assert!(columns.len() > 100, "the form of schema.rs has changed: {columns:?}");
    columns
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// What the database says of itself.
fn columns(conn: &mut Conn) -> Result<Columns, Error> {
    let question = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS table_name, c.name AS column_name, c.type AS kind, (c.\"notnull\" = 0) AS nullable \
             FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable \
             FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'"
        }
    };
    let rows: Vec<Column> = each!(conn, engine => diesel::sql_query(question).load(engine))?;
    let mut columns = Columns::new();
    for row in rows {
        let kind = match row.kind.to_ascii_lowercase().as_str() {
            // An INTEGER that numbers the rows of SQLite has 64 bits.
            "integer" if row.column_name == "id" => "BigInt",
            "bigint" => "BigInt",
            "integer" => "Integer",
            "text" => "Text",
            "boolean" => "Bool",
            "date" => "Date",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            "double precision" => "Double",
            "blob" | "bytea" => "Binary",
            other => panic!("{}.{} has the type {other}", row.table_name, row.column_name),
        };
        let unknown = if row.nullable { "?" } else { "" };
        columns.insert(format!("{}.{} {kind}{unknown}", row.table_name, row.column_name));
    }
    Ok(columns)
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The indexes that the migrations name; those that a constraint brings along are named by the engines.
fn indexes(conn: &mut Conn) -> Result<BTreeSet<String>, Error> {
    let question = match conn {
        Conn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        Conn::Postgres(_) => {
            "SELECT c.relname::text AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid \
             JOIN pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'public' \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))"
        }
    };
    let rows: Vec<Name> = each!(conn, engine => diesel::sql_query(question).load(engine))?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
