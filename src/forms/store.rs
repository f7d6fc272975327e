//! Reading and writing forms and sign-ups. Functions take a connection and open no transaction.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Error;
use super::form::{Form, FormText, NewForm, Texts};
use crate::db::schema::{sign_up_attempts, sign_up_forms, sign_up_texts, sign_ups};
use crate::db::{Conn, Db};
use crate::kernel::language::Language;
use crate::{each, insert_returning_id};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_up_forms)]
struct FormRow {
    id: i64,
    unit_id: i64,
    slug: String,
    name: String,
    topics: String,
    from_address: String,
    version: i32,
    enabled: bool,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

fn read<T: serde::de::DeserializeOwned>(form: i64, json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Stored(form, error.to_string()))
}

fn written<T: serde::Serialize>(form: i64, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Stored(form, error.to_string()))
}

/// The form with the latest version of its texts.
fn whole(conn: &mut Conn, row: FormRow) -> Result<Form, Error> {
    let (purpose, texts): (String, String) = sign_up_texts::table
        .filter(sign_up_texts::form_id.eq(row.id))
        .filter(sign_up_texts::version.eq(row.version))
        .select((sign_up_texts::purpose, sign_up_texts::texts))
        .first(conn)?;
    Ok(Form {
        topics: read(row.id, &row.topics)?,
        texts: read(row.id, &texts)?,
        purpose,
        id: row.id,
        unit_id: row.unit_id,
        slug: row.slug,
        name: row.name,
        from_address: row.from_address,
        version: row.version,
        enabled: row.enabled,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The form of this number.
///
/// # Errors
/// Those of the database, like every function here; a stored text that cannot be read is one.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Form>, Error> {
    let row = sign_up_forms::table.find(id).select(FormRow::as_select()).first(conn).optional()?;
    row.map(|row| whole(conn, row)).transpose()
}

/// The form at this address.
///
/// # Errors
/// Those of the database.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Form>, Error> {
    let form = sign_up_forms::table.filter(sign_up_forms::slug.eq(slug));
    let row = form.select(FormRow::as_select()).first(conn).optional()?;
    row.map(|row| whole(conn, row)).transpose()
}

/// Up to `limit` forms of these units (`None`: of all) after number `after`, by number.
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, units: Option<&[i64]>, after: i64, limit: i64) -> Result<Vec<Form>, Error> {
    let mut forms = sign_up_forms::table.filter(sign_up_forms::id.gt(after)).into_boxed::<Db>();
    if let Some(units) = units {
        forms = forms.filter(sign_up_forms::unit_id.eq_any(units.to_vec()));
    }
    let rows: Vec<FormRow> =
        forms.order(sign_up_forms::id).limit(limit).select(FormRow::as_select()).load(conn)?;
    rows.into_iter().map(|row| whole(conn, row)).collect()
}

/// Stores a new form and returns its number.
///
/// # Errors
/// Those of the database; a duplicate when the short name is taken.
pub fn insert(conn: &mut Conn, unit: i64, form: &NewForm, now: NaiveDateTime) -> Result<i64, Error> {
    let topics = written(0, &form.topics)?;
    let id: i64 = insert_returning_id!(
        conn,
        sign_up_forms,
        (
            sign_up_forms::unit_id.eq(unit),
            sign_up_forms::slug.eq(&form.slug),
            sign_up_forms::name.eq(&form.name),
            sign_up_forms::topics.eq(topics),
            sign_up_forms::from_address.eq(&form.from_address),
            sign_up_forms::version.eq(1),
            sign_up_forms::enabled.eq(form.enabled),
            sign_up_forms::created_at.eq(now),
            sign_up_forms::updated_at.eq(now),
        )
    )?;
    insert_texts(conn, id, 1, form, now)?;
    Ok(id)
}

fn insert_texts(
    conn: &mut Conn,
    form: i64,
    version: i32,
    new: &NewForm,
    now: NaiveDateTime,
) -> Result<(), Error> {
    diesel::insert_into(sign_up_texts::table)
        .values((
            sign_up_texts::form_id.eq(form),
            sign_up_texts::version.eq(version),
            sign_up_texts::purpose.eq(&new.purpose),
            sign_up_texts::texts.eq(written(form, &new.texts)?),
            sign_up_texts::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces what a form says and offers. Its unit and its address stay; other texts or another purpose are a new
/// version.
///
/// # Errors
/// Those of the database.
pub fn update(conn: &mut Conn, stored: &Form, new: &NewForm, now: NaiveDateTime) -> Result<(), Error> {
    let mut version = stored.version;
    if new.texts != stored.texts || new.purpose != stored.purpose {
        version += 1;
        insert_texts(conn, stored.id, version, new, now)?;
    }
    diesel::update(sign_up_forms::table.find(stored.id))
        .set((
            sign_up_forms::name.eq(&new.name),
            sign_up_forms::topics.eq(written(stored.id, &new.topics)?),
            sign_up_forms::from_address.eq(&new.from_address),
            sign_up_forms::version.eq(version),
            sign_up_forms::enabled.eq(new.enabled),
            sign_up_forms::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The purpose and what a form said, in one version and language.
///
/// # Errors
/// Those of the database.
pub fn text_of(
    conn: &mut Conn,
    form: i64,
    version: i32,
    language: Language,
) -> Result<Option<(String, FormText)>, Error> {
    let found: Option<(String, String)> = sign_up_texts::table
        .filter(sign_up_texts::form_id.eq(form))
        .filter(sign_up_texts::version.eq(version))
        .select((sign_up_texts::purpose, sign_up_texts::texts))
        .first(conn)
        .optional()?;
    let Some((purpose, texts)) = found else { return Ok(None) };
    let mut texts: Texts = read(form, &texts)?;
    Ok(texts.remove(&language).map(|text| (purpose, text)))
}

/// A sign-up that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Pending {
    pub id: i64,
    pub form_id: i64,
    pub version: i32,
    pub language: Language,
    pub topics: Vec<i64>,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub email_key: String,
    pub expires_at: NaiveDateTime,
}

/// What is needed of a sign-up until it is confirmed.
#[derive(Insertable)]
#[diesel(table_name = sign_ups)]
pub(super) struct NewSignUp<'a> {
    pub form_id: i64,
    pub version: i32,
    pub language: Language,
    pub topics: String,
    pub given_name: &'a str,
    pub family_name: &'a str,
    pub email: &'a str,
    pub email_key: &'a str,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

pub(super) fn insert_sign_up(conn: &mut Conn, new: NewSignUp<'_>) -> Result<i64, Error> {
    Ok(insert_returning_id!(conn, sign_ups, &new)?)
}

/// The sign-up of this number, unless it is too old.
///
/// # Errors
/// Those of the database.
pub fn pending(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Option<Pending>, Error> {
    type Row = (i64, i64, i32, Language, String, String, String, String, String, NaiveDateTime);
    let found: Option<Row> = sign_ups::table
        .find(id)
        .filter(sign_ups::expires_at.gt(now))
        .select((
            sign_ups::id,
            sign_ups::form_id,
            sign_ups::version,
            sign_ups::language,
            sign_ups::topics,
            sign_ups::given_name,
            sign_ups::family_name,
            sign_ups::email,
            sign_ups::email_key,
            sign_ups::expires_at,
        ))
        .first(conn)
        .optional()?;
    let Some((id, form_id, version, language, topics, given_name, family_name, email, email_key, expires_at)) =
        found
    else {
        return Ok(None);
    };
    let topics = read(form_id, &topics)?;
    Ok(Some(Pending {
        id,
        form_id,
        version,
        language,
        topics,
        given_name,
        family_name,
        email,
        email_key,
        expires_at,
    }))
}

/// Takes a sign-up away; false when somebody else did.
pub(super) fn take(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    Ok(diesel::delete(sign_ups::table.find(id)).execute(conn)? > 0)
}

/// Deletes what nobody confirmed in time, and counts of sign-ups that no longer matter.
///
/// # Errors
/// Those of the database.
pub fn expire(conn: &mut Conn, now: NaiveDateTime) -> Result<usize, Error> {
    let gone = diesel::delete(sign_ups::table.filter(sign_ups::expires_at.le(now))).execute(conn)?;
    let long_ago = now - TimeDelta::days(1);
    diesel::delete(sign_up_attempts::table.filter(sign_up_attempts::window_started_at.lt(long_ago)))
        .execute(conn)?;
    Ok(gone)
}

/// Deletes what waits for confirmation at the addresses of an erased person.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, email_keys: &[String]) -> Result<(), crate::db::Error> {
    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq_any(email_keys))).execute(conn)?;
    Ok(())
}

/// Counts one more attempt of `subject` and tells how many there were in the running window of this length.
pub(super) fn count_attempt(
    conn: &mut Conn,
    subject: &str,
    window: TimeDelta,
    now: NaiveDateTime,
) -> Result<i32, Error> {
    let running = diesel::update(
        sign_up_attempts::table.find(subject).filter(sign_up_attempts::window_started_at.gt(now - window)),
    )
    .set(sign_up_attempts::amount.eq(sign_up_attempts::amount + 1))
    .execute(conn)?;
    if running > 0 {
        return Ok(sign_up_attempts::table.find(subject).select(sign_up_attempts::amount).first(conn)?);
    }
    diesel::delete(sign_up_attempts::table.find(subject)).execute(conn)?;
    each!(&mut *conn, engine => {
        diesel::insert_into(sign_up_attempts::table)
            .values((
                sign_up_attempts::subject_key.eq(subject),
                sign_up_attempts::amount.eq(1),
                sign_up_attempts::window_started_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(1)
}
