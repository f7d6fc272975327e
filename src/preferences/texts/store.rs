//! The table `consent_texts`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Checked, ConsentText, Subject, Words};
use crate::db::schema::consent_texts;
use crate::db::{Conn, Db, Error};
use crate::insert_returning_id;
use crate::preferences::Channel;

#[derive(Queryable, Selectable)]
#[diesel(table_name = consent_texts)]
struct Row {
    id: i64,
    unit_id: Option<i64>,
    purpose: String,
    channel: Channel,
    version: i32,
    texts: String,
    created_by: Option<i64>,
    created_at: NaiveDateTime,
    published_by: Option<i64>,
    published_at: Option<NaiveDateTime>,
}

impl Row {
    fn read(self) -> Result<ConsentText, Error> {
        let words: Words = serde_json::from_str(&self.texts)
            .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
        Ok(ConsentText {
            id: self.id,
            subject: Subject { purpose: self.purpose, channel: self.channel, unit: self.unit_id },
            version: self.version,
            words,
            created_by: self.created_by,
            created_at: self.created_at,
            published_by: self.published_by,
            published_at: self.published_at,
        })
    }
}

fn rows<'a>(subject: &Subject) -> consent_texts::BoxedQuery<'a, Db> {
    let rows = consent_texts::table
        .filter(consent_texts::purpose.eq(subject.purpose.clone()))
        .filter(consent_texts::channel.eq(subject.channel))
        .into_boxed::<Db>();
    match subject.unit {
        Some(unit) => rows.filter(consent_texts::unit_id.eq(unit)),
        None => rows.filter(consent_texts::unit_id.is_null()),
    }
}

fn written(words: &Checked) -> Result<String, Error> {
    Ok(serde_json::to_string(words.words())
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?)
}

/// Every version of every text, by purpose, channel and unit, the latest version first. There are hundreds at most.
///
/// # Errors
/// Those of the database, like every function here; words that cannot be read are one.
pub fn all(conn: &mut Conn) -> Result<Vec<ConsentText>, Error> {
    let rows: Vec<Row> = consent_texts::table
        .order((
            consent_texts::purpose,
            consent_texts::channel,
            consent_texts::unit_id,
            consent_texts::version.desc(),
        ))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// The text of this number.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<ConsentText>, Error> {
    let row = consent_texts::table.find(id).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::read).transpose()
}

/// Every version about a subject, the latest first.
pub fn versions(conn: &mut Conn, subject: &Subject) -> Result<Vec<ConsentText>, Error> {
    let rows: Vec<Row> =
        rows(subject).order(consent_texts::version.desc()).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// The version that people are asked about a subject today.
pub fn published(conn: &mut Conn, subject: &Subject) -> Result<Option<ConsentText>, Error> {
    let row = rows(subject)
        .filter(consent_texts::published_at.is_not_null())
        .order(consent_texts::version.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::read).transpose()
}

/// The draft about a subject, if there is one.
pub fn draft(conn: &mut Conn, subject: &Subject) -> Result<Option<ConsentText>, Error> {
    let row = rows(subject)
        .filter(consent_texts::published_at.is_null())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::read).transpose()
}

/// Keeps words as the draft about a subject, in the place of the draft that is there; returns its number.
pub fn save(
    conn: &mut Conn,
    subject: &Subject,
    words: &Checked,
    by: Option<i64>,
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let texts = written(words)?;
    if let Some(draft) = draft(conn, subject)? {
        diesel::update(consent_texts::table.find(draft.id).filter(consent_texts::published_at.is_null()))
            .set((
                consent_texts::texts.eq(texts),
                consent_texts::created_by.eq(by),
                consent_texts::created_at.eq(now),
            ))
            .execute(conn)?;
        return Ok(draft.id);
    }
    let version = versions(conn, subject)?.first().map_or(1, |latest| latest.version + 1);
    Ok(insert_returning_id!(
        conn,
        consent_texts,
        (
            consent_texts::unit_id.eq(subject.unit),
            consent_texts::purpose.eq(&subject.purpose),
            consent_texts::channel.eq(subject.channel),
            consent_texts::version.eq(version),
            consent_texts::texts.eq(texts),
            consent_texts::created_by.eq(by),
            consent_texts::created_at.eq(now),
        )
    )?)
}

/// Makes a draft the version that people are asked from now on; false when it is published already.
pub fn publish(conn: &mut Conn, id: i64, by: Option<i64>, now: NaiveDateTime) -> Result<bool, Error> {
    let published =
        diesel::update(consent_texts::table.find(id).filter(consent_texts::published_at.is_null()))
            .set((consent_texts::published_by.eq(by), consent_texts::published_at.eq(now)))
            .execute(conn)?;
    Ok(published > 0)
}
