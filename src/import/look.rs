//! What a file looks like before anybody has said what its columns mean: how it is written, and a little of
//! what stands in each column. Nobody with protected identity is among the samples, and identity numbers are
//! cut to the date of birth.

use std::path::Path;

use super::mapping::{Field, Mapping};
use super::rejects::cut;
use super::source::{self, Expected, Row, Source, SourceError, Table};
use super::words;

/// Samples of a column.
const SAMPLES: usize = 3;
/// The longest sample, in characters.
const LONGEST: usize = 60;
/// Rows that are looked at; a mapping is a matter of a file's beginning.
const ROWS: usize = 20_000;
/// Different values of a column that may be translated; with more it holds no fixed set of values.
const WORDS: usize = 30;

/// Headings that mark people with protected identity, as they are written in Sweden and Norway.
const PROTECTED: [&str; 6] = ["sekret", "skydd", "protected", "sperret", "gradert", "diskresjon"];

/// A file before it has a mapping.
#[derive(Debug, Clone)]
pub struct Look {
    /// How it is laid out.
    pub table: Table,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Whether the heading tells it from every other column; else no mapping can name it.
    pub is_named: bool,
    /// Some of its values.
    pub samples: Vec<String>,
    /// Its different values, when they are few.
    pub words: Vec<String>,
}

/// Looks at a file; `known` are the mappings that may fit it.
///
/// # Errors
/// When the file cannot be read.
pub fn look(path: &Path, known: &[Mapping]) -> Result<Look, SourceError> {
    let expected: Vec<Expected> = known.iter().flat_map(Mapping::expected).collect();
    let source = Source::explore(path, &expected)?;
    let table = source.table().clone();
    let marks = marks(&table, known);
    let mut columns: Vec<Seen> = table.columns.iter().map(|_| Seen::default()).collect();
    for row in source.rows()?.take(ROWS) {
        let row = row?;
        let shown = !marks.iter().any(|place| is_marked(&row, *place));
        for (column, cell) in columns.iter_mut().zip(&row.cells) {
            column.see(cell, shown);
        }
    }
    let columns = table.columns.iter().zip(columns).map(|(heading, seen)| {
        let alike = table.columns.iter().filter(|other| source::is_any(other, std::slice::from_ref(heading)));
        Column {
            heading: heading.clone(),
            is_named: !heading.is_empty() && alike.count() == 1,
            samples: seen.samples,
            words: if seen.words.len() > WORDS { Vec::new() } else { seen.words },
        }
    });
    Ok(Look { columns: columns.collect(), table })
}

/// Which of the mappings fits the file best: one that the file lacks nothing of, with the most columns; else the
/// one with the most columns, if the file has half of what it reads. Of equals the first; `None` when none fits.
#[must_use]
pub fn best(table: &Table, known: &[Mapping]) -> Option<usize> {
    let fit = |mapping: &Mapping| {
        let found = mapping.places(&table.columns);
        let required = mapping.columns.keys().filter(|field| !mapping.optional.contains(field));
        let lacking = required.filter(|field| !found.contains_key(field)).count();
        (lacking <= found.len()).then_some((lacking == 0, found.len()))
    };
    let mut best: Option<(usize, (bool, usize))> = None;
    for (place, mapping) in known.iter().enumerate() {
        let Some(fit) = fit(mapping) else { continue };
        if fit.1 > 0 && best.is_none_or(|(_, before)| before < fit) {
            best = Some((place, fit));
        }
    }
    best.map(|(place, _)| place)
}

/// Where a mark of protected identity may stand.
fn marks(table: &Table, known: &[Mapping]) -> Vec<usize> {
    let mapped = known.iter().filter_map(|mapping| mapping.places(&table.columns).remove(&Field::Protected));
    let mut places: Vec<usize> = mapped.collect();
    let named = |heading: &String| PROTECTED.iter().any(|word| heading.to_lowercase().contains(word));
    places.extend(table.columns.iter().enumerate().filter(|(_, heading)| named(heading)).map(|(at, _)| at));
    places
}

fn is_marked(row: &Row, place: usize) -> bool {
    let cell = row.cells.get(place).map_or("", |cell| cell.as_str());
    !cell.is_empty() && words::flag(&cell.to_lowercase()) != Some(false)
}

#[derive(Default)]
struct Seen {
    samples: Vec<String>,
    words: Vec<String>,
}

impl Seen {
    fn see(&mut self, cell: &str, shown: bool) {
        if cell.is_empty() {
            return;
        }
        if shown && self.samples.len() < SAMPLES {
            let sample = sample(cell);
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
        // One more than can be translated tells that there are too many.
        if self.words.len() <= WORDS && cell.len() <= LONGEST && cut(cell) == cell {
            let is_known = |word: &String| word == cell || word.to_lowercase() == cell.to_lowercase();
            if !self.words.iter().any(is_known) {
                self.words.push(cell.to_owned());
            }
        }
    }
}

fn sample(cell: &str) -> String {
    let mut shown: String = cut(cell).chars().take(LONGEST).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}
