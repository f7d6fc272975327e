//! Questions about the tree that need no database.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::schema::units;

/// A part of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = units)]
pub struct Unit {
    /// Its number.
    pub id: i64,
    /// The unit that it belongs to.
    pub parent_id: Option<i64>,
    /// Its short name in files and addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
}

/// Whether a text can be a unit's short name: it stands in files, in addresses and, as a domain's label, in
/// List-Id (RFC 2919), so it is 1 to 40 lower-case letters, digits and hyphens, with no hyphen at either end.
#[must_use]
pub fn is_short_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Every unit. There are tens or hundreds, so the whole tree is read at once.
#[derive(Debug, Clone, Default)]
pub struct UnitTree(HashMap<i64, Unit>);

impl UnitTree {
    /// The tree of these units.
    #[must_use]
    pub fn new(units: Vec<Unit>) -> Self {
        Self(units.into_iter().map(|unit| (unit.id, unit)).collect())
    }

    /// The unit with this number.
    #[must_use]
    pub fn get(&self, id: i64) -> Option<&Unit> {
        self.0.get(&id)
    }

    /// The unit with this short name.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Unit> {
        self.0.values().find(|unit| unit.slug == slug)
    }

    /// Every unit in the order of names.
    #[must_use]
    pub fn all(&self) -> Vec<&Unit> {
        let mut units: Vec<_> = self.0.values().collect();
        units.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        units
    }

    /// The unit itself and every unit above it, nearest first. A "no" to any of them is a "no" to this one.
    #[must_use]
    pub fn with_ancestors(&self, id: i64) -> Vec<i64> {
        let mut line = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next
            && !line.contains(&id)
        {
            line.push(id);
            next = self.0.get(&id).and_then(|unit| unit.parent_id);
        }
        line
    }

    /// Whether `id` is `ancestor` or stands somewhere beneath it.
    #[must_use]
    pub fn is_within(&self, id: i64, ancestor: i64) -> bool {
        self.with_ancestors(id).contains(&ancestor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, UnitTree};

    #[test]
    fn knows_who_stands_beneath_whom() {
        let unit = |id, parent_id| Unit { id, parent_id, slug: format!("u{id}"), name: format!("Unit {id}") };
        let tree = UnitTree::new(vec![unit(1, None), unit(2, None), unit(3, Some(2)), unit(4, Some(3))]);
        assert_eq!(tree.with_ancestors(4), [4, 3, 2]);
        assert!(tree.is_within(4, 2) && tree.is_within(2, 2));
        assert!(!tree.is_within(2, 4) && !tree.is_within(4, 1));
    }
}
