//! The postcodes that the office has loaded.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::super::place::{Gazetteer, Location, Municipality};
use super::super::region;
use super::PostcodeFile;
use crate::db::schema::{postcode_lists, postcodes};
use crate::db::{Conn, Error};
use crate::{each, insert_returning_id};

/// Rows per statement, well under SQLite's 32,766 bound values.
const BATCH: usize = 1_000;

/// A file that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = postcode_lists)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct PostcodeList {
    pub country: String,
    pub file_name: String,
    pub file_date: NaiveDate,
    pub source: String,
    pub licence: String,
    pub postcodes: i64,
    pub loaded_at: NaiveDateTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = postcodes, treat_none_as_default_value = false)]
struct Row {
    list_id: i64,
    postcode: String,
    place: String,
    municipality: Option<String>,
    municipality_name: Option<String>,
    region: Option<String>,
    latitude: f64,
    longitude: f64,
}

/// Every list, by country.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> Result<Vec<PostcodeList>, Error> {
    Ok(postcode_lists::table.order(postcode_lists::country).select(PostcodeList::as_select()).load(conn)?)
}

/// Stores a file in the place of the one that its country had.
///
/// # Errors
/// Those of the database.
pub fn replace(
    conn: &mut Conn,
    file: &PostcodeFile,
    (name, date): (&str, NaiveDate),
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let old: Option<i64> = postcode_lists::table
        .filter(postcode_lists::country.eq(file.country))
        .select(postcode_lists::id)
        .first(conn)
        .optional()?;
    if let Some(old) = old {
        diesel::delete(postcodes::table.filter(postcodes::list_id.eq(old))).execute(conn)?;
        diesel::delete(postcode_lists::table.find(old)).execute(conn)?;
    }
    let amount = i64::try_from(file.postcodes.len()).unwrap_or(i64::MAX);
    let list_id = insert_returning_id!(
        conn,
        postcode_lists,
        (
            postcode_lists::country.eq(file.country),
            postcode_lists::file_name.eq(name),
            postcode_lists::file_date.eq(date),
            postcode_lists::source.eq(super::SOURCE),
            postcode_lists::licence.eq(super::LICENCE),
            postcode_lists::postcodes.eq(amount),
            postcode_lists::loaded_at.eq(now),
        )
    )?;
    for batch in file.postcodes.chunks(BATCH) {
        let rows: Vec<Row> = batch
            .iter()
            .map(|(postcode, location)| Row {
                list_id,
                postcode: postcode.clone(),
                place: location.place.clone(),
                municipality: location.municipality.as_ref().map(|one| one.code.clone()),
                municipality_name: location.municipality.as_ref().map(|one| one.name.clone()),
                region: location.region_code().map(str::to_owned),
                latitude: location.latitude,
                longitude: location.longitude,
            })
            .collect();
        each!(&mut *conn, engine => diesel::insert_into(postcodes::table).values(&rows).execute(engine))?;
    }
    Ok(list_id)
}

/// The built-in places together with every postcode that was loaded. It takes some milliseconds and as many
/// megabytes: made once for an import, not once for a row.
///
/// # Errors
/// Those of the database.
pub fn gazetteer(conn: &mut Conn) -> Result<Gazetteer, Error> {
    let rows: Vec<(String, Row)> = postcodes::table
        .inner_join(postcode_lists::table)
        .select((postcode_lists::country, Row::as_select()))
        .load(conn)?;
    Ok(Gazetteer::with_postcodes(rows.into_iter().filter_map(|(country, row)| {
        // Åland and Svalbard have lists of their own and are addressed as Finland and Norway.
        let country = match country.as_str() {
            "AX" => "FI",
            "SJ" => "NO",
            other => super::COUNTRIES.into_iter().find(|code| *code == other)?,
        };
        let location = Location {
            place: row.place,
            municipality: row
                .municipality
                .zip(row.municipality_name)
                .map(|(code, name)| Municipality { code, name }),
            region: row.region.as_deref().and_then(region::by_code),
            country,
            latitude: row.latitude,
            longitude: row.longitude,
        };
        Some((row.postcode, location))
    })))
}
