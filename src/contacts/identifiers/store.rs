//! The table `contact_identifiers`. Functions take a connection and open no transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text};

use crate::contacts::person::IdentifierScheme;
use crate::db::schema::contact_identifiers;
use crate::db::{Conn, Error};
use crate::load_all;

/// Values per statement.
const BATCH: usize = 500;

/// Whom these identifiers of one scheme belong to.
///
/// # Errors
/// Those of the database.
pub fn by_identifiers(
    conn: &mut Conn,
    scheme: IdentifierScheme,
    values: &[String],
) -> Result<HashMap<String, i64>, Error> {
    let mut found = HashMap::with_capacity(values.len());
    for batch in values.chunks(BATCH) {
        let rows: Vec<(String, i64)> = load_all!(
            conn,
            contact_identifiers::table
                .filter(contact_identifiers::scheme.eq(scheme))
                .filter(contact_identifiers::value.eq_any(batch))
                .select((contact_identifiers::value, contact_identifiers::contact_id))
        );
        found.extend(rows);
    }
    Ok(found)
}

/// An identifier to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contact_identifiers, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct NewIdentifier {
    pub contact_id: i64,
    pub scheme: IdentifierScheme,
    pub value: String,
    pub key_id: Option<i32>,
    pub temporary: bool,
}

/// Stores identifiers; one that is there already stays with whom it belongs to.
///
/// # Errors
/// Those of the database.
pub fn insert_identifiers(conn: &mut Conn, identifiers: &[NewIdentifier]) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            for row in identifiers {
                diesel::insert_into(contact_identifiers::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(sqlite)?;
            }
        }
        Conn::Postgres(_) if identifiers.is_empty() => {}
        Conn::Postgres(postgres) => {
            let column = |of: fn(&NewIdentifier) -> &str| identifiers.iter().map(of).collect::<Vec<_>>();
            diesel::sql_query(
                "INSERT INTO contact_identifiers (contact_id, scheme, value, key_id, temporary) \
                 SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind::<Array<BigInt>, _>(identifiers.iter().map(|row| row.contact_id).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(column(|row| row.scheme.as_str()))
            .bind::<Array<Text>, _>(column(|row| &row.value))
            .bind::<Array<Nullable<Integer>>, _>(identifiers.iter().map(|row| row.key_id).collect::<Vec<_>>())
            .bind::<Array<Bool>, _>(identifiers.iter().map(|row| row.temporary).collect::<Vec<_>>())
            .execute(postgres)?;
        }
    }
    Ok(())
}

/// An identifier as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contact_identifiers)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration explains")]
pub struct Identifier {
    pub contact_id: i64,
    pub scheme: IdentifierScheme,
    pub value: String,
    pub temporary: bool,
}

/// The identifiers of these people.
///
/// # Errors
/// Those of the database.
pub fn identifiers(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Identifier>, Error> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        found.extend(load_all!(
            conn,
            contact_identifiers::table
                .filter(contact_identifiers::contact_id.eq_any(batch))
                .select(Identifier::as_select())
        ));
    }
    Ok(found)
}
