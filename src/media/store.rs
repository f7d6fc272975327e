//! Reading and writing what is known of pictures. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Alt, Error, Kind, NewPicture, Picture};
use crate::db::schema::media;
use crate::db::{Conn, Db};
use crate::insert_returning_id;

#[derive(Queryable, Selectable)]
#[diesel(table_name = media)]
struct Row {
    id: i64,
    unit_id: i64,
    hash: String,
    kind: Kind,
    width: i32,
    height: i32,
    size: i32,
    name: String,
    alt: String,
    created_at: NaiveDateTime,
}

impl Row {
    fn into_picture(self) -> Result<Picture, Error> {
        let stored = |error: &dyn std::fmt::Display| Error::Stored(self.id, error.to_string());
        let number = |number: i32| u32::try_from(number).map_err(|error| stored(&error));
        Ok(Picture {
            width: number(self.width)?,
            height: number(self.height)?,
            size: number(self.size)?,
            alt: serde_json::from_str(&self.alt).map_err(|error| stored(&error))?,
            id: self.id,
            unit_id: self.unit_id,
            hash: self.hash,
            kind: self.kind,
            name: self.name,
            created_at: self.created_at,
        })
    }
}

/// Which pictures are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of these units; `None` means of all.
    pub units: Option<Vec<i64>>,
    /// With these words in the name or a description; empty means any.
    pub words: String,
}

fn search_text(name: &str, alt: &Alt) -> String {
    let mut text = name.to_lowercase();
    for description in alt.values() {
        text.push('\n');
        text.push_str(&description.to_lowercase());
    }
    text
}

fn alt_json(id: i64, alt: &Alt) -> Result<String, Error> {
    serde_json::to_string(alt).map_err(|error| Error::Stored(id, error.to_string()))
}

/// The picture of this number.
///
/// # Errors
/// Those of the database, like every function here; a stored value that cannot be read is one.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Picture>, Error> {
    let row: Option<Row> = media::table.find(id).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::into_picture).transpose()
}

/// The picture of a unit with this file, if it has been uploaded before.
///
/// # Errors
/// Those of the database.
pub fn of_hash(conn: &mut Conn, unit: i64, hash: &str) -> Result<Option<Picture>, Error> {
    let known = media::table.filter(media::unit_id.eq(unit)).filter(media::hash.eq(hash));
    let row: Option<Row> = known.select(Row::as_select()).first(conn).optional()?;
    row.map(Row::into_picture).transpose()
}

/// Whether any unit has this file.
///
/// # Errors
/// Those of the database.
pub fn has_hash(conn: &mut Conn, hash: &str) -> Result<bool, Error> {
    let known: Option<i64> =
        media::table.filter(media::hash.eq(hash)).select(media::id).first(conn).optional()?;
    Ok(known.is_some())
}

/// Pictures, newest first, before number `before` (`i64::MAX` for the first page).
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, wanted: &Wanted, before: i64, limit: i64) -> Result<Vec<Picture>, Error> {
    let mut pictures = media::table
        .filter(media::id.lt(before))
        .order(media::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .into_boxed::<Db>();
    if let Some(units) = &wanted.units {
        pictures = pictures.filter(media::unit_id.eq_any(units.clone()));
    }
    for word in wanted.words.to_lowercase().split_whitespace().take(10) {
        let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        pictures = pictures.filter(media::search.like(format!("%{word}%")).escape('\\'));
    }
    let rows: Vec<Row> = pictures.load(conn)?;
    rows.into_iter().map(Row::into_picture).collect()
}

/// Stores a picture and returns its number.
///
/// # Errors
/// Those of the database; a duplicate when the unit has this file.
pub fn insert(conn: &mut Conn, new: &NewPicture, now: NaiveDateTime) -> Result<i64, Error> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    Ok(insert_returning_id!(
        conn,
        media,
        (
            media::unit_id.eq(new.unit_id),
            media::hash.eq(&new.hash),
            media::kind.eq(new.picture.kind),
            media::width.eq(number(new.picture.width)),
            media::height.eq(number(new.picture.height)),
            media::size.eq(i32::try_from(new.picture.bytes.len()).unwrap_or(i32::MAX)),
            media::name.eq(&new.name),
            media::alt.eq(alt_json(0, &new.alt)?),
            media::search.eq(search_text(&new.name, &new.alt)),
            media::created_at.eq(now),
            media::updated_at.eq(now),
        )
    )?)
}

/// Changes what a picture is called and what it shows.
///
/// # Errors
/// Those of the database.
pub fn describe(conn: &mut Conn, id: i64, name: &str, alt: &Alt, now: NaiveDateTime) -> Result<(), Error> {
    diesel::update(media::table.find(id))
        .set((
            media::name.eq(name),
            media::alt.eq(alt_json(id, alt)?),
            media::search.eq(search_text(name, alt)),
            media::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets a picture. Whoever calls has asked whether a campaign shows it.
///
/// # Errors
/// Those of the database.
pub fn delete(conn: &mut Conn, id: i64) -> Result<(), Error> {
    diesel::delete(media::table.find(id)).execute(conn)?;
    Ok(())
}

/// Whether a unit has uploaded `amount` pictures since a moment.
///
/// # Errors
/// Those of the database.
pub fn uploaded_since(conn: &mut Conn, unit: i64, amount: i64, since: NaiveDateTime) -> Result<bool, Error> {
    let at: Option<NaiveDateTime> = media::table
        .filter(media::unit_id.eq(unit))
        .order(media::id.desc())
        .offset(amount - 1)
        .select(media::created_at)
        .first(conn)
        .optional()?;
    Ok(at.is_some_and(|at| at >= since))
}
