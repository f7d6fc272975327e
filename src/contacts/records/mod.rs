//! What a person is and has done: kinds, degrees, employments.

mod store;

use chrono::NaiveDateTime;

use super::person::{ContactKind, FieldSource};
use super::provenance::set_provenance;
use crate::db::{Conn, Error};

pub use store::{
    add_kinds, degrees, delete_degrees, delete_employments, employments, insert_degrees, insert_employments,
    kinds, remove_kind,
};

/// The field by which provenance knows whether somebody is of a kind.
#[must_use]
pub fn kind_field(kind: ContactKind) -> String {
    format!("kind:{kind}")
}

/// Makes a person be of these kinds and no others, and notes who said so of each that changed: no import gives or takes
/// it any more (product P9). Returns those that changed.
///
/// # Errors
/// Those of the database.
pub fn set_kinds(
    conn: &mut Conn,
    id: i64,
    wanted: &[ContactKind],
    source: FieldSource,
    now: NaiveDateTime,
) -> Result<Vec<ContactKind>, Error> {
    let held: Vec<ContactKind> = kinds(conn, &[id])?.into_iter().map(|(_, kind)| kind).collect();
    let mut changed = Vec::new();
    for kind in ContactKind::ALL {
        match (held.contains(kind), wanted.contains(kind)) {
            (false, true) => add_kinds(conn, &[(id, *kind)])?,
            (true, false) => remove_kind(conn, &[id], *kind)?,
            _ => continue,
        }
        changed.push(*kind);
    }
    let fields: Vec<String> = changed.iter().map(|kind| kind_field(*kind)).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    set_provenance(conn, id, &fields, source, now)?;
    Ok(changed)
}
