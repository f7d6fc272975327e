//! Two people who are one: what each knew before, what the one who stays knows after, and how it comes apart again.
//!
//! A merge moves rows, and whoever plans it may fold two degrees into one. So both people are kept as they were,
//! beside the result: undoing gives each their own back, and leaves alone what changed after the merge.

mod store;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::addresses::{NewAddress, delete_addresses, insert_addresses, rows_of};
use super::engagement;
use super::person::{Contact, ContactKind, Degree, Employment, NewContact, search_key};
use super::provenance::{locked_fields, unlock};
use super::records;
use super::relations::{RelationRows, give_back_relations, relation_rows};
use super::store as people;
use crate::db::{Conn, Error};

pub use store::{StoredMerge, merge, merges_into, merges_of};

crate::text_enum! {
    /// Who joined two people.
    MergeSource {
        /// Staff, after looking at both.
        Staff = "staff",
        /// An import, by a rule.
        Import = "import",
    }
}

/// Everything that a merge can change of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    contact: NewContact,
    kinds: Vec<ContactKind>,
    degrees: Vec<Degree>,
    employments: Vec<Employment>,
    /// By row id, which these keep.
    identifiers: Vec<i64>,
    participations: Vec<i64>,
    /// By row id; merges of earlier versions know none.
    #[serde(default)]
    engagements: Vec<i64>,
    /// Merges from before there were any have none.
    #[serde(default)]
    addresses: Vec<NewAddress>,
    #[serde(default)]
    relations: RelationRows,
    /// Fields that the person or staff set.
    locked: Vec<String>,
}

/// What is stored of a merge.
#[derive(Debug, Serialize, Deserialize)]
struct Snapshot {
    from: Side,
    into: Side,
    after: Side,
    /// What moved of what the person wants; its owner reads it.
    preferences: serde_json::Value,
}

/// A merge that has begun: it is recorded when everything is written.
#[derive(Debug)]
pub struct Merging {
    from: (i64, Side),
    into: (i64, Side),
    preferences: serde_json::Value,
}

/// A merge that was undone.
#[derive(Debug)]
pub struct Unmerged {
    /// Who is a person of their own again.
    pub from: i64,
    /// Who had stayed.
    pub into: i64,
    /// What had moved of what the person wants.
    pub preferences: serde_json::Value,
}

/// Why a merge cannot be undone.
#[derive(Debug, thiserror::Error)]
pub enum UnmergeError {
    /// There is none of that number, or it was undone.
    #[error("there is no merge {0} to undo")]
    NotFound(i64),
    /// The one who stayed has become part of somebody else, or was erased.
    #[error("the person has been merged or erased since; undo that merge first")]
    MovedOn,
    /// What was stored cannot be read any more.
    #[error("the merge cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] Error),
}

impl Side {
    fn read(conn: &mut Conn, id: i64) -> Result<Self, Error> {
        let contact = people::by_ids(conn, &[id])?.pop().ok_or(diesel::result::Error::NotFound)?;
        Ok(Self {
            contact: NewContact::from(&contact),
            kinds: records::kinds(conn, &[id])?.into_iter().map(|(_, kind)| kind).collect(),
            degrees: records::degrees(conn, &[id])?.into_iter().map(|(_, degree)| degree).collect(),
            employments: records::employments(conn, &[id])?.into_iter().map(|(_, work)| work).collect(),
            identifiers: store::identifier_rows(conn, id)?,
            participations: store::participation_rows(conn, id)?,
            engagements: engagement::rows(conn, id)?,
            addresses: rows_of(conn, id)?.into_iter().map(|(_, address)| address).collect(),
            relations: relation_rows(conn, id)?,
            locked: locked_fields(conn, &[id])?.remove(&id).unwrap_or_default(),
        })
    }
}

/// Moves everything of one person to another, and marks the first as merged.
///
/// # Errors
/// Those of the database.
pub fn begin_merge(conn: &mut Conn, from: i64, into: i64) -> Result<Merging, Error> {
    let merging = Merging {
        from: (from, Side::read(conn, from)?),
        into: (into, Side::read(conn, into)?),
        preferences: serde_json::Value::Null,
    };
    store::merge(conn, from, into)?;
    Ok(merging)
}

impl Merging {
    /// Keeps what moved of what the person wants.
    #[must_use]
    pub fn with_preferences(mut self, moved: serde_json::Value) -> Self {
        self.preferences = moved;
        self
    }

    /// Records the merge, when the one who stays is written as they will be.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(self, conn: &mut Conn, source: MergeSource, now: NaiveDateTime) -> Result<(), Error> {
        let after = Side::read(conn, self.into.0)?;
        let snapshot =
            Snapshot { from: self.from.1, into: self.into.1, after, preferences: self.preferences };
        let text = serde_json::to_string(&snapshot).unwrap_or_default();
        store::insert_merge(conn, self.from.0, self.into.0, source, &text, now)
    }
}

/// Gives both people of a merge their own back. What changed since stays with the one who had stayed.
///
/// # Errors
/// When it cannot be undone; then nothing is written.
pub fn undo_merge(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Unmerged, UnmergeError> {
    let merge = store::merge_by_id(conn, id)?.ok_or(UnmergeError::NotFound(id))?;
    let StoredMerge { from_id, into_id, undone_at, snapshot, .. } = merge;
    if undone_at.is_some() {
        return Err(UnmergeError::NotFound(id));
    }
    let people = people::by_ids(conn, &[from_id, into_id])?;
    let find = |id: i64| people.iter().find(|person| person.id == id);
    let (Some(from), Some(into)) = (find(from_id), find(into_id)) else {
        return Err(UnmergeError::NotFound(id));
    };
    let gone = |person: &Contact| person.erased_at.is_some();
    if from.merged_into != Some(into_id) || into.merged_into.is_some() || gone(from) || gone(into) {
        return Err(UnmergeError::MovedOn);
    }
    let Snapshot { from: theirs, into: before, after, preferences } = serde_json::from_str(&snapshot)?;

    store::separate(conn, from_id)?;
    store::take_back(conn, into_id, from_id, &theirs.identifiers, &theirs.participations)?;
    engagement::hand_over(conn, &theirs.engagements, into_id, from_id)?;
    let mut person = NewContact::from(into);
    give_back(&mut person, &before.contact, &after.contact);
    person.updated_at = now;
    people::update(conn, into_id, &person)?;

    let gained: Vec<ContactKind> =
        after.kinds.iter().copied().filter(|kind| !before.kinds.contains(kind)).collect();
    for kind in gained.into_iter().filter(|kind| theirs.kinds.contains(kind)) {
        records::remove_kind(conn, &[into_id], kind)?;
    }
    let kinds = theirs.kinds.iter().map(|kind| (from_id, *kind));
    let kinds: Vec<_> = kinds.chain(before.kinds.iter().map(|kind| (into_id, *kind))).collect();
    records::add_kinds(conn, &kinds)?;
    let gained: Vec<String> =
        after.locked.iter().filter(|field| !before.locked.contains(field)).cloned().collect();
    let gained: Vec<String> = gained.into_iter().filter(|field| theirs.locked.contains(field)).collect();
    unlock(conn, into_id, &gained)?;

    let held = records::degrees(conn, &[into_id])?;
    let change = Change::between(before.degrees, after.degrees, held);
    records::delete_degrees(conn, &change.remove)?;
    records::insert_degrees(conn, &of(into_id, change.add, |row, id| row.contact_id = id))?;
    records::insert_degrees(conn, &of(from_id, theirs.degrees, |row, id| row.contact_id = id))?;
    let held = records::employments(conn, &[into_id])?;
    let change = Change::between(before.employments, after.employments, held);
    records::delete_employments(conn, &change.remove)?;
    records::insert_employments(conn, &of(into_id, change.add, |row, id| row.contact_id = id))?;
    records::insert_employments(conn, &of(from_id, theirs.employments, |row, id| row.contact_id = id))?;

    give_back_relations(conn, &theirs.relations, into_id, from_id)?;
    let own = address_keys(&before.contact, &before.addresses);
    let foreign = address_keys(&theirs.contact, &theirs.addresses);
    let held = rows_of(conn, into_id)?;
    let mut change = Change::between(before.addresses, after.addresses, held.clone());
    // What was primary while they were one may be among the others by now.
    let came_along = |key: &String| foreign.contains(key) && !own.contains(key);
    change.remove.extend(held.iter().filter(|(_, row)| came_along(&row.address_key)).map(|(id, _)| *id));
    delete_addresses(conn, &change.remove)?;
    insert_addresses(conn, &of(into_id, change.add, |row, id| row.contact_id = id))?;
    insert_addresses(conn, &of(from_id, theirs.addresses, |row, id| row.contact_id = id))?;

    store::mark_undone(conn, id, now)?;
    Ok(Unmerged { from: from_id, into: into_id, preferences })
}

/// Every address of a person, in the form for comparison.
fn address_keys(contact: &NewContact, others: &[NewAddress]) -> Vec<String> {
    others.iter().map(|address| address.address_key.clone()).chain(contact.email_key.clone()).collect()
}

fn of<T>(id: i64, mut rows: Vec<T>, set: impl Fn(&mut T, i64)) -> Vec<T> {
    rows.iter_mut().for_each(|row| set(row, id));
    rows
}

/// What takes a list of rows from after a merge to before it.
struct Change<T> {
    remove: Vec<i64>,
    add: Vec<T>,
}

impl<T: PartialEq> Change<T> {
    /// `held` are the rows as they are now: those that the merge brought go, those that it took come back.
    fn between(before: Vec<T>, after: Vec<T>, held: Vec<(i64, T)>) -> Self {
        let gained: Vec<&T> = after.iter().filter(|row| !before.contains(row)).collect();
        let remove = held.iter().filter(|(_, row)| gained.contains(&row)).map(|(id, _)| *id).collect();
        let lost = |row: &T| !after.contains(row) && !held.iter().any(|(_, held)| held == row);
        let add = before.into_iter().filter(lost).collect();
        Self { remove, add }
    }
}

/// Sets each field that the merge changed, and that nobody changed since, to what it was before.
fn give_back(now: &mut NewContact, before: &NewContact, after: &NewContact) {
    macro_rules! fields {
        ($($field:ident),+) => {
            $(if now.$field == after.$field {
                now.$field.clone_from(&before.$field);
            })+
        };
    }
    fields!(
        given_name,
        family_name,
        language,
        birth_date,
        email,
        email_key,
        phone,
        street,
        postcode,
        place,
        municipality,
        region,
        country,
        latitude,
        longitude,
        deceased,
        protected
    );
    now.name_key = search_key(&format!("{} {}", now.given_name, now.family_name));
    now.place_key = now.place.as_deref().map(search_key);
}
