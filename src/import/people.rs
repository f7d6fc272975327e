//! Which rows of a file speak of one person.
//!
//! "The file's last row wins" and "the same file twice changes nothing" both need to know, at any row, what
//! the rows below it say. So the file is read twice: first to tell its people apart, then to import them, each
//! when the last of their rows has come by. Of the first reading only a few numbers per row are kept.

use std::hash::{BuildHasher, RandomState};

use chrono::NaiveDate;

use super::record::{Parser, Record};
use super::source::{Source, SourceError};
use crate::contacts::search_key;

/// The people of a file, by the place of their rows; the first data row is 0.
#[derive(Debug)]
pub struct People {
    person: Vec<u32>,
    last: Vec<u32>,
}

/// A row that belongs to nobody, because it is rejected.
const NOBODY: u32 = u32::MAX;

impl People {
    /// Reads the whole file. `on_row` is called now and then with the number of rows read so far.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(source: &Source, parser: &Parser, mut on_rows: impl FnMut(u64)) -> Result<Self, SourceError> {
        let mut index = Index::default();
        for (place, row) in source.rows()?.enumerate() {
            match parser.parse(&row?) {
                Ok(record) => index.add(&record),
                Err(_) => index.add_nobody(),
            }
            if place % 10_000 == 0 {
                on_rows(place as u64);
            }
        }
        Ok(index.finish())
    }

    /// How many data rows the file has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.person.len()
    }

    /// The person that a row speaks of; `None` when the row is rejected.
    #[must_use]
    pub fn person(&self, place: usize) -> Option<u32> {
        self.person.get(place).copied().filter(|person| *person != NOBODY)
    }

    /// The last row that speaks of the same person as this one; the row itself when it speaks of nobody.
    #[must_use]
    pub fn last(&self, place: usize) -> usize {
        let last = self.person(place).and_then(|person| self.last.get(person as usize));
        last.map_or(place, |last| *last as usize)
    }
}

/// What tells that two rows cannot be one person although name and address agree.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    /// A digest of the lasting identity number.
    lasting: Option<u64>,
    born: Option<NaiveDate>,
}

impl Marks {
    fn agree(self, other: Self) -> bool {
        fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
            matches!((one, other), (Some(one), Some(other)) if one != other)
        }
        !differ(self.lasting, other.lasting) && !differ(self.born, other.born)
    }
}

/// Rows joined by what they have in common: union-find over digests of 64 bits, by which two of a million
/// people meet by chance once in millions of imports.
#[derive(Default)]
struct Index {
    parent: Vec<u32>,
    marks: Vec<Marks>,
    keys: Vec<Key>,
    hasher: RandomState,
}

/// Something by which a row can be known: rows with the same digest have it in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    digest: u64,
    row: u32,
    kind: Kind,
}

/// What a key is made of. All but identity numbers join rows only if nothing tells the people apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Identity,
    Number,
    NameAndAddress,
}

impl Index {
    fn add_nobody(&mut self) {
        self.parent.push(NOBODY);
        self.marks.push(Marks::default());
    }

    fn add(&mut self, record: &Record) {
        // A file of four thousand million rows is not one that a person imports.
        let row = u32::try_from(self.parent.len()).unwrap_or(NOBODY - 1);
        let identity = record.identity_number.as_ref();
        let digest = identity.map(|number| self.hasher.hash_one((Kind::Identity, number)));
        self.parent.push(row);
        self.marks.push(Marks {
            lasting: digest.filter(|_| identity.is_some_and(|number| !number.kind().is_temporary())),
            born: identity.map(|number| number.birth_date()),
        });
        if let Some(digest) = digest {
            self.keys.push(Key { digest, row, kind: Kind::Identity });
        }
        if let Some(number) = &record.source_number {
            let kind = Kind::Number;
            self.keys.push(Key { digest: self.hasher.hash_one((kind, number)), row, kind });
        }
        if let Some(email) = &record.email {
            let names = (search_key(&record.given_name), search_key(&record.family_name));
            let kind = Kind::NameAndAddress;
            self.keys.push(Key { digest: self.hasher.hash_one((kind, names, email.key())), row, kind });
        }
    }

    /// Joins each row with the first of the same digest, in the order of the rows and, of one row, of the kinds. The keys are sorted rather than hashed: a table of them would take four times the memory.
    fn join_all(&mut self) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        let mut repeated = Vec::new();
        for same in keys.chunk_by(|one, other| one.digest == other.digest) {
            if let [first, others @ ..] = same {
                repeated.extend(others.iter().map(|key| (key.row, key.kind, first.row)));
            }
        }
        repeated.sort_unstable();
        for (row, kind, first) in repeated {
            self.join(row, first, kind != Kind::Identity);
        }
    }

    fn join(&mut self, row: u32, other: u32, if_marks_agree: bool) {
        let (one, other) = (self.root(row), self.root(other));
        let (marks, others) = (self.marks[one as usize], self.marks[other as usize]);
        if one == other || (if_marks_agree && !marks.agree(others)) {
            return;
        }
        let (root, leaf) = (one.min(other), one.max(other));
        self.parent[leaf as usize] = root;
        self.marks[root as usize] =
            Marks { lasting: marks.lasting.or(others.lasting), born: marks.born.or(others.born) };
    }

    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let above = self.parent[self.parent[row as usize] as usize];
            self.parent[row as usize] = above;
            row = above;
        }
        row
    }

    fn finish(mut self) -> People {
        self.join_all();
        let mut last = vec![NOBODY; self.parent.len()];
        for row in 0..self.parent.len() {
            if self.parent[row] != NOBODY {
                let root = self.root(u32::try_from(row).unwrap_or(NOBODY));
                self.parent[row] = root;
                last[root as usize] = u32::try_from(row).unwrap_or(NOBODY);
            }
        }
        People { person: self.parent, last }
    }
}
