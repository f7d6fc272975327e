//! Staff join two people who are one, by the import's own rules, and take a merge back.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::apply::{Context, apply_for};
use super::mapping::{Kind, Mapping};
use super::matching::Decision;
use super::plan::plan;
use super::register::{Newcomers, Register};
use super::units::Unit;
use crate::contacts::{self, IdentifierScheme, MergeSource, UnmergeError, Unmerged};
use crate::db::{Conn, Error};
use crate::{invitations, preferences};

/// Makes `from` a part of `into`: the values of `into` stand, its gaps are filled, degrees and employments that
/// are the same become one, and nothing that either said no or agreed to is lost.
///
/// # Errors
/// Those of the database.
pub fn join(conn: &mut Conn, from: i64, into: i64, now: NaiveDateTime) -> Result<(), Error> {
    let register = Register::load_with(conn, [], IdentifierScheme::Other, &[from, into])?;
    let (Some(other), Some(_)) = (register.person(from), register.person(into)) else {
        return Err(diesel::result::Error::NotFound.into());
    };
    let mapping = Mapping {
        name: String::new(),
        source: String::new(),
        // So that the language of the one who stays is nobody's default.
        language: other.contact.language,
        country: String::new(),
        kind: Kind::Unsaid,
        columns: BTreeMap::new(),
        optional: Vec::new(),
        values: BTreeMap::new(),
        consent: None,
    };
    let nothing_new = Unit { rows: Vec::new() };
    let decision = Decision::Merge { into, from: vec![from] };
    let plan = plan(&nothing_new, decision, &mapping, &register, &mut Newcomers::default(), now);
    let context = Context { import: 0, mapping, consent_unit: None, now };
    apply_for(conn, vec![plan], &context, MergeSource::Staff)?;
    Ok(())
}

/// Takes a merge back: each person gets their own again, every "no" stays with both.
///
/// # Errors
/// When it cannot be undone; then nothing is written.
pub fn part(conn: &mut Conn, merge: i64, now: NaiveDateTime) -> Result<Unmerged, UnmergeError> {
    let unmerged = contacts::undo_merge(conn, merge, now)?;
    let moved = serde_json::from_value(unmerged.preferences.clone())?;
    preferences::undo_merge(conn, unmerged.from, unmerged.into, &moved)?;
    invitations::undo_merge(conn, unmerged.from, unmerged.into)?;
    Ok(unmerged)
}
