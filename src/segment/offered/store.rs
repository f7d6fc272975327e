//! Which values the register holds, and how many people have each: from indexes alone, on both engines.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::super::values::Codes;
use super::Field;
use crate::db::Conn;
use crate::db::Error;
use crate::each;

/// Bound values per statement, well under SQLite's 32,766.
const BATCH: usize = 1_000;

/// Where a field's values stand. Each key begins an index, whose order its comparisons follow.
struct Column {
    table: &'static str,
    key: &'static str,
    /// How the register names the value.
    name: Option<&'static str>,
    person: &'static str,
}

impl Column {
    const fn of(field: Field) -> Self {
        const fn column(table: &'static str, key: &'static str, name: Option<&'static str>) -> Column {
            Column { table, key, name, person: "contact_id" }
        }
        const fn own(key: &'static str) -> Column {
            Column { table: "contacts", key, name: None, person: "id" }
        }
        match field {
            Field::Programme => column("degrees", "programme_code", Some("programme_name")),
            Field::Faculty => column("degrees", "faculty_key", Some("faculty")),
            Field::Level => column("degrees", "level", None),
            Field::Profession => column("employments", "profession_code", None),
            Field::Industry => column("employments", "industry_code", None),
            Field::Employer => column("employments", "employer_key", Some("employer")),
            Field::Sector => column("employments", "sector", None),
            Field::Kind => column("contact_kinds", "kind", None),
            Field::Event => column("participations", "event_code", Some("event_name")),
            Field::Region => own("region"),
            Field::Municipality => own("municipality"),
            Field::Country => own("country"),
            Field::Place => Column { name: Some("place"), ..own("place_key") },
            Field::Language => own("language"),
        }
    }

    /// The words of SQL for "from here on", "behind this" and "in order", as the key's index is sorted.
    fn order(&self, conn: &Conn) -> [&'static str; 3] {
        match conn {
            // Its index is that of the search, by bytes.
            Conn::Postgres(_) if self.key == "place_key" => ["~>=~", "~>~", "USING ~<~"],
            _ => [">=", ">", ""],
        }
    }

    /// The key as it is compared. An employer's is searched by its beginning, which is a range of an index only
    /// where letters are ordered by their bytes: always on SQLite, by the index's own COLLATE on PostgreSQL.
    fn compared(&self, conn: &Conn) -> String {
        match conn {
            Conn::Postgres(_) if self.key == "employer_key" => format!("{} COLLATE \"C\"", self.key),
            _ => self.key.to_owned(),
        }
    }
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

#[derive(QueryableByName)]
struct Tally {
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// The values that begin with `beginning` among the `limit` that follow it, each with a name that it goes by.
///
/// Jumps from value to value along an index, so it costs as much as there are values, however many people.
pub(super) fn held(
    conn: &mut Conn,
    field: Field,
    beginning: &str,
    limit: usize,
) -> Result<Vec<(String, Option<String>)>, Error> {
    let column = Column::of(field);
    let (table, key) = (column.table, column.compared(conn));
    let [from, behind, order] = column.order(conn);
    let first = |bound: &str| {
        format!("(SELECT {key} FROM {table} WHERE {key} {bound} ORDER BY {key} {order} LIMIT 1)")
    };
    let (begin, next) = (first(&format!("{from} $1")), first(&format!("{behind} held.value")));
    let name = column.name.map_or_else(
        || "NULL".to_owned(),
        |name| format!("(SELECT {name} FROM {table} WHERE {key} = held.value LIMIT 1)"),
    );
    let sql = format!(
        "WITH RECURSIVE held (value) AS (\
           SELECT {begin} UNION ALL SELECT {next} FROM held WHERE held.value IS NOT NULL) \
         SELECT value, {name} AS name FROM held WHERE value IS NOT NULL LIMIT {limit}"
    );
    let rows: Vec<Held> =
        each!(conn, engine => diesel::sql_query(sql).bind::<Text, _>(beginning).load(engine))?;
    Ok(rows
        .into_iter()
        .map(|row| (row.value, row.name))
        .filter(|(value, _)| !value.is_empty() && value.starts_with(beginning))
        .collect())
}

/// How often each of these values stands in the register: as often as there are records, not people, where one
/// person can have several. It tells which values come first.
pub(super) fn records(conn: &mut Conn, field: Field, keys: &[&str]) -> Result<HashMap<String, i64>, Error> {
    counted(conn, field, "COUNT(*)", keys)
}

/// How many people have each of these values. Whoever has none of them is left out.
pub(super) fn people(conn: &mut Conn, field: Field, keys: &[&str]) -> Result<HashMap<String, i64>, Error> {
    let column = Column::of(field);
    if column.table != "contacts" {
        return counted(conn, field, &format!("COUNT(DISTINCT {})", column.person), keys);
    }
    let mut people = counted(conn, field, "COUNT(*)", keys)?;
    // Few, and each kind has an index of its own: taken off instead of looked for in every row.
    let mut hidden = vec!["merged_into IS NOT NULL"];
    if matches!(field, Field::Region | Field::Municipality | Field::Country | Field::Place) {
        hidden.push("protected AND merged_into IS NULL");
    }
    for condition in hidden {
        let sql = format!(
            "WITH hidden (value) AS MATERIALIZED (SELECT {} FROM contacts WHERE {condition}) \
             SELECT value, COUNT(*) AS people FROM hidden WHERE value IS NOT NULL GROUP BY value",
            column.key
        );
        for (value, amount) in tally(conn, &sql, &[])? {
            people.entry(value).and_modify(|people| *people -= amount);
        }
    }
    Ok(people)
}

fn counted(
    conn: &mut Conn,
    field: Field,
    amount: &str,
    keys: &[&str],
) -> Result<HashMap<String, i64>, Error> {
    let column = Column::of(field);
    let (table, key) = (column.table, column.compared(conn));
    let mut counted = HashMap::new();
    for batch in keys.chunks(BATCH) {
        let marks: Vec<String> = (1..=batch.len()).map(|number| format!("${number}")).collect();
        let marks = marks.join(", ");
        let sql = format!(
            "SELECT {key} AS value, {amount} AS people FROM {table} WHERE {key} IN ({marks}) GROUP BY 1"
        );
        counted.extend(tally(conn, &sql, batch)?);
    }
    Ok(counted)
}

/// How many people have one of the codes in a range.
pub(super) fn people_within(conn: &mut Conn, field: Field, codes: &Codes) -> Result<i64, Error> {
    let Column { table, key, person, .. } = Column::of(field);
    let end = codes.end.as_ref().map_or(String::new(), |_| format!(" AND {key} < $2"));
    let sql =
        format!("SELECT '' AS value, COUNT(DISTINCT {person}) AS people FROM {table} WHERE {key} >= $1{end}");
    let bounds: Vec<&str> = std::iter::once(codes.first.as_str()).chain(codes.end.as_deref()).collect();
    Ok(tally(conn, &sql, &bounds)?.first().map_or(0, |(_, people)| *people))
}

fn tally(conn: &mut Conn, sql: &str, keys: &[&str]) -> Result<Vec<(String, i64)>, Error> {
    let rows: Vec<Tally> = each!(conn, engine => {
        let question = diesel::sql_query(sql).into_boxed();
        keys.iter().fold(question, |question, key| question.bind::<Text, _>(*key)).load(engine)
    })?;
    Ok(rows.into_iter().map(|row| (row.value, row.people)).collect())
}
