//! The header of a file of which nobody has said what its columns mean.

use super::{Candidate, Expected, Row, SourceError, Table, position, table_under};

/// So many known columns make a header; a single one may be a word in a title.
const SURELY: usize = 2;

/// The row that holds the most known columns, or else the widest one that looks like a header.
pub(super) fn guess(candidates: Vec<Candidate>, known: &[Expected]) -> Result<Table, SourceError> {
    let mut best: Option<(Rank, Table)> = None;
    for (encoding, delimiter, rows) in candidates {
        for (place, row) in rows.iter().enumerate() {
            let Some(rank) = Rank::of(row, rows.get(place + 1), known) else { continue };
            if best.as_ref().is_none_or(|(before, _)| *before < rank) {
                best = Some((rank, table_under(row, encoding, delimiter)));
            }
        }
    }
    best.map(|(_, table)| table).ok_or(SourceError::Empty)
}

/// How much a row is like a header; of equals the first wins.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Known columns in it, when there are several.
    known: usize,
    /// Whether its cells are names, and a row as wide stands below it.
    shaped: bool,
    /// Cells with something in them.
    filled: usize,
}

impl Rank {
    /// `None` for a row without anything in it.
    fn of(row: &Row, below: Option<&Row>, known: &[Expected]) -> Option<Self> {
        let cells: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled == 0 {
            return None;
        }
        let found = known.iter().filter(|column| position(&row.cells, &column.headings).is_some()).count();
        let last = cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
        let names = cells.iter().all(|cell| cell.is_empty() || is_name(cell));
        let shaped = names && below.is_some_and(|below| below.cells.len() > last);
        Some(Self { known: if found >= SURELY { found } else { 0 }, shaped, filled })
    }
}

/// Whether a cell can be a heading: words, no number, no address.
fn is_name(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !cell.contains('@') && cell.chars().count() <= 80
}
