//! Reading and writing units, topics and purposes.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::tree::{Unit, UnitTree};
use crate::db::schema::{purposes, topics, units};
use crate::db::{Conn, Error};
use crate::insert_returning_id;
use crate::kernel::language::Language;

/// A unit to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = units)]
pub struct NewUnit {
    /// The unit that it belongs to.
    pub parent_id: Option<i64>,
    /// Its short name in files and addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// When it was added.
    pub created_at: NaiveDateTime,
}

/// What mailings can be about, and what people can choose among.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = topics)]
#[allow(missing_docs, reason = "code and name in three languages")]
pub struct Topic {
    pub id: i64,
    pub unit_id: Option<i64>,
    pub code: String,
    pub name_sv: String,
    pub name_nb: String,
    pub name_en: String,
}

/// A topic to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = topics)]
#[allow(missing_docs, reason = "as Topic")]
pub struct NewTopic {
    pub unit_id: Option<i64>,
    pub code: String,
    pub name_sv: String,
    pub name_nb: String,
    pub name_en: String,
}

/// What personal data is used for; consents are given to one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = purposes)]
#[allow(missing_docs, reason = "code and name in three languages")]
pub struct Purpose {
    pub id: i64,
    pub code: String,
    pub name_sv: String,
    pub name_nb: String,
    pub name_en: String,
}

impl Topic {
    /// The name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.name_sv,
            Language::Norwegian => &self.name_nb,
            Language::English => &self.name_en,
        }
    }
}

impl Purpose {
    /// The name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.name_sv,
            Language::Norwegian => &self.name_nb,
            Language::English => &self.name_en,
        }
    }
}

/// The whole tree.
///
/// # Errors
/// Those of the database, like every function here.
pub fn tree(conn: &mut Conn) -> Result<UnitTree, Error> {
    Ok(UnitTree::new(units::table.select(Unit::as_select()).load(conn)?))
}

/// The unit with this short name.
///
/// # Errors
/// Those of the database.
pub fn unit_by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Unit>, Error> {
    Ok(units::table.filter(units::slug.eq(slug)).select(Unit::as_select()).first(conn).optional()?)
}

/// Adds a unit.
///
/// # Errors
/// Those of the database; a duplicate when the short name is taken.
pub fn insert_unit(conn: &mut Conn, unit: &NewUnit) -> Result<i64, Error> {
    Ok(insert_returning_id!(conn, units, unit)?)
}

/// Every topic, in the order of their making.
///
/// # Errors
/// Those of the database.
pub fn topics(conn: &mut Conn) -> Result<Vec<Topic>, Error> {
    Ok(topics::table.order(topics::id).select(Topic::as_select()).load(conn)?)
}

/// The topic with this code.
///
/// # Errors
/// Those of the database.
pub fn topic_by_code(conn: &mut Conn, code: &str) -> Result<Option<Topic>, Error> {
    Ok(topics::table.filter(topics::code.eq(code)).select(Topic::as_select()).first(conn).optional()?)
}

/// Adds a topic.
///
/// # Errors
/// Those of the database; a duplicate when the code is taken.
pub fn insert_topic(conn: &mut Conn, topic: &NewTopic) -> Result<i64, Error> {
    Ok(insert_returning_id!(conn, topics, topic)?)
}

/// Every purpose.
///
/// # Errors
/// Those of the database.
pub fn purposes(conn: &mut Conn) -> Result<Vec<Purpose>, Error> {
    Ok(purposes::table.order(purposes::id).select(Purpose::as_select()).load(conn)?)
}

/// The purpose with this code.
///
/// # Errors
/// Those of the database.
pub fn purpose_by_code(conn: &mut Conn, code: &str) -> Result<Option<Purpose>, Error> {
    Ok(purposes::table.filter(purposes::code.eq(code)).select(Purpose::as_select()).first(conn).optional()?)
}
