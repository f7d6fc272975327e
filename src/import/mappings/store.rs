//! The table `import_mappings`. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::name_key;
use crate::db::schema::import_mappings;
use crate::db::{Conn, Error};
use crate::insert_returning_id;

/// A mapping that staff have made.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = import_mappings)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct StoredMapping {
    pub id: i64,
    pub name: String,
    pub toml: String,
    pub updated_at: NaiveDateTime,
}

/// Every mapping, by name.
///
/// # Errors
/// Those of the database, like every function here.
pub fn all(conn: &mut Conn) -> Result<Vec<StoredMapping>, Error> {
    let order = (import_mappings::name_key, import_mappings::id);
    Ok(import_mappings::table.order(order).select(StoredMapping::as_select()).load(conn)?)
}

/// One mapping.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<StoredMapping>, Error> {
    Ok(import_mappings::table.find(id).select(StoredMapping::as_select()).first(conn).optional()?)
}

/// The mapping with this name, however its letters are written.
///
/// # Errors
/// Those of the database.
pub fn by_name(conn: &mut Conn, name: &str) -> Result<Option<StoredMapping>, Error> {
    Ok(import_mappings::table
        .filter(import_mappings::name_key.eq(name_key(name)))
        .select(StoredMapping::as_select())
        .first(conn)
        .optional()?)
}

/// Stores a mapping under its name; one that has the name already is replaced.
///
/// # Errors
/// Those of the database.
pub fn save(
    conn: &mut Conn,
    name: &str,
    toml: &str,
    account: Option<i64>,
    now: NaiveDateTime,
) -> Result<i64, Error> {
    if let Some(stored) = by_name(conn, name)? {
        diesel::update(import_mappings::table.find(stored.id))
            .set((
                import_mappings::name.eq(name),
                import_mappings::toml.eq(toml),
                import_mappings::account_id.eq(account),
                import_mappings::updated_at.eq(now),
            ))
            .execute(conn)?;
        return Ok(stored.id);
    }
    let row = (
        import_mappings::name.eq(name),
        import_mappings::name_key.eq(name_key(name)),
        import_mappings::toml.eq(toml),
        import_mappings::account_id.eq(account),
        import_mappings::created_at.eq(now),
        import_mappings::updated_at.eq(now),
    );
    Ok(insert_returning_id!(conn, import_mappings, row)?)
}

/// Gives a mapping another name, which stands in its text too.
///
/// # Errors
/// Those of the database.
pub fn rename(conn: &mut Conn, id: i64, name: &str, toml: &str, now: NaiveDateTime) -> Result<(), Error> {
    diesel::update(import_mappings::table.find(id))
        .set((
            import_mappings::name.eq(name),
            import_mappings::name_key.eq(name_key(name)),
            import_mappings::toml.eq(toml),
            import_mappings::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets a mapping. Imports that were made with it keep their own copy.
///
/// # Errors
/// Those of the database.
pub fn delete(conn: &mut Conn, id: i64) -> Result<(), Error> {
    diesel::delete(import_mappings::table.find(id)).execute(conn)?;
    Ok(())
}
