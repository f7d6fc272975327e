//! The rows of a file in the order in which they are imported: each person when the last of their rows has come by.

use std::collections::HashMap;

use super::claim::Claim;
use super::mapping::Mapping;
use super::people::People;
use super::record::Parser;
use super::rejects::Reject;
use super::source::{Rows, Source, SourceError, Table};
use crate::links::SecretKeys;

/// The rows of one person.
#[derive(Debug)]
pub struct Unit {
    /// The rows in the file's order; at least one.
    pub rows: Vec<UnitRow>,
}

/// One row of a person.
#[derive(Debug)]
pub struct UnitRow {
    /// Its number in the file.
    pub number: u64,
    /// What it claims.
    pub claim: Claim,
}

/// What is imported at one step.
#[derive(Debug)]
pub struct Step {
    /// The data row, counted from 0, at which this step is due. An import that goes on at a row takes the
    /// steps from there.
    pub place: usize,
    /// A person, or a rejected row.
    pub what: What,
}

/// See [`Step`].
#[derive(Debug)]
pub enum What {
    /// A person's rows.
    Person(Unit),
    /// A row that is not imported.
    Rejected(Reject),
}

/// The steps of a file.
pub struct Steps<'a> {
    rows: std::iter::Enumerate<Rows>,
    people: &'a People,
    parser: &'a Parser,
    mapping: &'a Mapping,
    table: &'a Table,
    keys: &'a SecretKeys,
    waiting: HashMap<u32, Vec<UnitRow>>,
    from: usize,
}

impl<'a> Steps<'a> {
    /// The steps that are due at data row `from` and later.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn from(
        from: usize,
        source: &'a Source,
        people: &'a People,
        parser: &'a Parser,
        mapping: &'a Mapping,
        keys: &'a SecretKeys,
    ) -> Result<Self, SourceError> {
        let rows = source.rows()?.enumerate();
        Ok(Self { rows, people, parser, mapping, table: source.table(), keys, waiting: HashMap::new(), from })
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<Step, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (place, row) = self.rows.next()?;
            let row = match row {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            let last = self.people.last(place);
            if last < self.from {
                continue;
            }
            let record = match self.parser.parse(&row) {
                Ok(record) => record,
                Err(reason) => {
                    let reject = Reject::new(&row, &reason, self.table, self.mapping);
                    return Some(Ok(Step { place, what: What::Rejected(reject) }));
                }
            };
            let claim = Claim::new(record, self.mapping, self.keys, self.parser.gazetteer());
            let row = UnitRow { number: row.number, claim };
            let person = self.people.person(place).unwrap_or_default();
            if place < last {
                self.waiting.entry(person).or_default().push(row);
                continue;
            }
            let mut rows = self.waiting.remove(&person).unwrap_or_default();
            rows.push(row);
            return Some(Ok(Step { place, what: What::Person(Unit { rows }) }));
        }
    }
}
