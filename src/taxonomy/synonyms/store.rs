//! The words that offices add. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{MOST, NewSynonym, Synonyms, WrongSynonym, fold};
use crate::db::dialect::Predicate;
use crate::db::schema::profession_synonyms as synonyms;
use crate::db::{Conn, Error};

/// A word that an office added.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = synonyms)]
pub struct Synonym {
    /// Its number.
    pub id: i64,
    /// The unit whose word it is; none: it holds everywhere.
    pub unit_id: Option<i64>,
    /// The word as it was written.
    pub word: String,
    /// The first digits of an occupation code.
    pub code: String,
    /// When it was added, UTC.
    pub created_at: NaiveDateTime,
}

/// The words that hold in these units: a unit's with its ancestors'.
///
/// # Errors
/// Those of the database.
pub fn of_units(conn: &mut Conn, units: &[i64]) -> Result<Synonyms, Error> {
    let words: Vec<(String, String)> = synonyms::table
        .filter(
            synonyms::unit_id
                .is_null()
                .or(synonyms::unit_id.is_not_null().and(synonyms::unit_id.assume_not_null().eq_any(units))),
        )
        .order((synonyms::word_key, synonyms::code))
        .select((synonyms::word, synonyms::code))
        .load(conn)?;
    Ok(Synonyms::of(words))
}

fn theirs(unit: Option<i64>) -> Predicate<synonyms::table> {
    match unit {
        None => Box::new(synonyms::unit_id.is_null()),
        Some(unit) => {
            Box::new(synonyms::unit_id.is_not_null().and(synonyms::unit_id.assume_not_null().eq(unit)))
        }
    }
}

/// Adds a word and returns it; one that is there already stays as it is.
///
/// # Errors
/// Those of the database; inside, [`WrongSynonym::TooMany`].
pub fn add(
    conn: &mut Conn,
    unit: Option<i64>,
    new: &NewSynonym,
    now: NaiveDateTime,
) -> Result<Result<Synonym, WrongSynonym>, Error> {
    let key = fold::accents(&new.word);
    let there: Option<Synonym> = synonyms::table
        .filter(synonyms::word_key.eq(&key))
        .filter(synonyms::code.eq(&new.code))
        .filter(theirs(unit))
        .select(Synonym::as_select())
        .first(conn)
        .optional()?;
    if let Some(there) = there {
        return Ok(Ok(there));
    }
    let amount: i64 = synonyms::table.filter(theirs(unit)).count().get_result(conn)?;
    if amount >= MOST {
        return Ok(Err(WrongSynonym::TooMany));
    }
    let id = diesel::insert_into(synonyms::table)
        .values((
            synonyms::unit_id.eq(unit),
            synonyms::word.eq(&new.word),
            synonyms::word_key.eq(&key),
            synonyms::code.eq(&new.code),
            synonyms::created_at.eq(now),
        ))
        .returning(synonyms::id)
        .get_result::<i64>(conn)?;
    Ok(Ok(Synonym { id, unit_id: unit, word: new.word.clone(), code: new.code.clone(), created_at: now }))
}

/// The word of this number.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Synonym>, Error> {
    Ok(synonyms::table.find(id).select(Synonym::as_select()).first(conn).optional()?)
}

/// The words of a unit (none: those that hold everywhere) that are folded alike.
///
/// # Errors
/// Those of the database.
pub fn find_word(conn: &mut Conn, unit: Option<i64>, word: &str) -> Result<Vec<Synonym>, Error> {
    Ok(synonyms::table
        .filter(synonyms::word_key.eq(fold::accents(word)))
        .filter(theirs(unit))
        .order(synonyms::code)
        .select(Synonym::as_select())
        .load(conn)?)
}

/// Up to `limit` words after number `after`, by number: those that hold everywhere, and of these units (`None`: of
/// all).
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, units: Option<&[i64]>, after: i64, limit: i64) -> Result<Vec<Synonym>, Error> {
    let mut words = synonyms::table
        .filter(synonyms::id.gt(after))
        .order(synonyms::id)
        .limit(limit)
        .select(Synonym::as_select())
        .into_boxed();
    if let Some(units) = units {
        words = words.filter(synonyms::unit_id.is_null().or(
            synonyms::unit_id.is_not_null().and(synonyms::unit_id.assume_not_null().eq_any(units.to_vec())),
        ));
    }
    Ok(words.load(conn)?)
}

/// Takes a word away; false when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    Ok(diesel::delete(synonyms::table.find(id)).execute(conn)? > 0)
}
