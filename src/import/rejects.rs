//! The rejected rows as a file: the input's columns, so that people can correct it and import it again,
//! with the row's number and the reason after them.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::mapping::{Field, Mapping};
use super::reason::RejectReason;
use super::source::{Row, Table};
use crate::kernel::spreadsheet::without_formula;

/// A rejected row, without identity numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its place in the file.
    pub row: u64,
    /// Why.
    pub reason: RejectReason,
    /// Its cells; identity numbers are cut to the date of birth.
    pub cells: Vec<String>,
}

impl Reject {
    /// A row of a file of this layout.
    #[must_use]
    pub fn new(row: &Row, reason: &RejectReason, table: &Table, mapping: &Mapping) -> Self {
        // In these columns a long number is no identity number.
        let places = mapping.places(&table.columns);
        let exempt = |place: usize| {
            [Field::Phone, Field::SourceNumber].iter().any(|field| places.get(field) == Some(&place))
        };
        let cells = row.cells.iter().enumerate();
        Self {
            row: row.number,
            reason: reason.clone(),
            cells: cells.map(|(place, cell)| if exempt(place) { cell.clone() } else { cut(cell) }).collect(),
        }
    }
}

/// What a file of rejected rows takes over from the file that they were in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The header's cells.
    pub columns: Vec<String>,
    /// What stands between cells.
    pub delimiter: Option<char>,
}

impl From<&Table> for Layout {
    fn from(table: &Table) -> Self {
        Self { columns: table.columns.clone(), delimiter: table.delimiter }
    }
}

/// Writes rejected rows.
pub struct RejectsFile<W: Write> {
    writer: csv::Writer<W>,
    columns: usize,
    /// Columns that the input has because it is a rejects file itself.
    ours: Vec<usize>,
    delimiter: char,
}

/// The columns that we add.
const ADDED: [&str; 2] = ["row", "reason"];

impl<W: Write> RejectsFile<W> {
    /// Starts a file: UTF-8 with a mark, which spreadsheet programs need to see, and the input's delimiter, or
    /// `;` for a workbook.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn start(mut out: W, layout: &Layout) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let delimiter = layout.delimiter.unwrap_or(';');
        let writer = csv::WriterBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b';'))
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let ours = |(place, name): (usize, &String)| ADDED.contains(&name.as_str()).then_some(place);
        let mut file = Self {
            writer,
            columns: layout.columns.len(),
            ours: layout.columns.iter().enumerate().filter_map(ours).collect(),
            delimiter,
        };
        file.write_cells(&layout.columns, ADDED.map(str::to_owned))?;
        Ok(file)
    }

    /// Adds a row, with its reason in words.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, reject: &Reject, reason: &str) -> io::Result<()> {
        let mut cells = reject.cells.clone();
        if cells.len() > self.columns {
            let surplus = cells.split_off(self.columns);
            if let Some(last) = cells.last_mut() {
                for cell in surplus {
                    last.push(self.delimiter);
                    last.push_str(&cell);
                }
            }
        }
        cells.resize(self.columns, String::new());
        self.write_cells(&cells, [reject.row.to_string(), reason.to_owned()])
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn write_cells(&mut self, cells: &[String], added: [String; 2]) -> io::Result<()> {
        let kept = cells.iter().enumerate().filter(|(place, _)| !self.ours.contains(place));
        for cell in kept.map(|(_, cell)| cell).chain(&added) {
            self.writer.write_field(without_formula(cell)).map_err(io::Error::from)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io::Error::from)
    }
}

/// Cuts anything that looks like an identity number, right or wrong, to the date of birth: rows with
/// shifted cells have them in other columns too, and people write them into notes.
pub(super) fn cut(cell: &str) -> String {
    cut_whole(cell).unwrap_or_else(|| cut_inside(cell))
}

/// A cell that is such a number and nothing else, with spaces in it or a digit too many.
fn cut_whole(cell: &str) -> Option<String> {
    let characters: Vec<char> = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let shape: String = characters.iter().filter(|c| !matches!(c, '-' | '+')).collect();
    let digits = shape.chars().filter(char::is_ascii_digit).count();
    let letters = shape.chars().count() - digits;
    let starts_with_digits = shape.chars().take(6).all(|c| c.is_ascii_digit());
    if !starts_with_digits || !cell.starts_with(|c: char| c.is_ascii_digit()) || letters > 1 {
        return None;
    }
    match shape.len() {
        // Eight and four; with a digit too many or too few the date is still in front.
        12.. => Some(shape.chars().take(8).collect()),
        9..=11 => Some(shape.chars().take(6).collect()),
        _ => None,
    }
}

/// A cell that holds such a number among other things.
fn cut_inside(cell: &str) -> String {
    let mut rest = cell;
    let mut before = None;
    let mut shown = String::with_capacity(cell.len());
    while let Some(c) = rest.chars().next() {
        // Digits after more digits are no beginning, and after a plus sign they are a phone number.
        let begins = !before.is_some_and(|c: char| c.is_ascii_digit() || c == '+');
        if let Some((date, whole)) = number_at(rest).filter(|_| begins) {
            shown.push_str(&rest[..date]);
            before = Some('0');
            rest = &rest[whole..];
        } else {
            shown.push(c);
            before = Some(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    shown
}

/// Whether a text begins with an identity number: the length of its date, and of the whole.
fn number_at(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let ends = |at: usize| !bytes.get(at).is_some_and(u8::is_ascii_digit);
    let separator = |at: usize| usize::from(matches!(bytes.get(at), Some(b'-' | b'+' | b' ')));
    [8, 6].into_iter().filter(|date| digits(0, *date)).find_map(|date| {
        let at = date + separator(date);
        let swedish = (digits(at, 1) || matches!(bytes.get(at), Some(b'T' | b't'))) && digits(at + 1, 3);
        let norwegian = date == 6 && digits(at, 5) && ends(at + 5);
        match (swedish && ends(at + 4), norwegian) {
            (true, _) => Some((date, at + 4)),
            (_, true) => Some((date, at + 5)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Layout, Reject, RejectReason, RejectsFile, cut, without_formula};

    #[test]
    fn identity_numbers_end_at_the_birth_date() {
        for (cell, expected) in [
            ("19640823-3234", "19640823"),
            ("196408233235", "19640823"),
            ("640823-3234", "640823"),
            ("640823+3234", "640823"),
            ("19970919T997", "19970919"),
            ("10915596784", "109155"),
            ("19640823", "19640823"),
            ("39231", "39231"),
            ("Storgatan 19640823", "Storgatan 19640823"),
            ("2025-11-04T10:00:00+01:00", "2025-11-04T10:00:00+01:00"),
            ("Ek 19640823-3234", "Ek 19640823"),
            ("'640823-3234", "'640823"),
            ("SE196408233234, gift", "SE19640823, gift"),
            ("eva.640823+3234@example.se", "eva.640823@example.se"),
            ("f.nr 10915596784 eller 109155 96784", "f.nr 109155 eller 109155"),
            ("se 970919T997 och 640823-3234.", "se 970919 och 640823."),
            ("tel +46701234567", "tel +46701234567"),
            ("order 12345678901234", "order 12345678901234"),
            ("år 1964 åäö", "år 1964 åäö"),
            ("", ""),
        ] {
            assert_eq!(cut(cell), expected, "{cell}");
        }
    }

    /// Every place of the file that a spreadsheet would run something from.
    #[test]
    fn no_cell_of_the_file_begins_like_a_formula() {
        for first in ["=", "+", "-", "@", "\t", "\r"] {
            let cell = format!("{first}1+1");
            let layout = Layout { columns: vec![cell.clone(), "b".to_owned()], delimiter: Some(';') };
            let mut out = Vec::new();
            let mut file = RejectsFile::start(&mut out, &layout).unwrap();
            // With more cells than columns, the surplus goes into the last one.
            let cells = vec![cell.clone(), cell.clone(), cell.clone()];
            file.write(&Reject { row: 2, reason: RejectReason::EmptyRow, cells }, &cell).unwrap();
            let short = Reject { row: 3, reason: RejectReason::EmptyRow, cells: vec![cell.clone()] };
            file.write(&short, "").unwrap();
            file.finish().unwrap();
            let mut read =
                csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(&out[3..]);
            let cells: Vec<String> = read
                .records()
                .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                .collect();
            assert_eq!(cells.iter().filter(|found| **found == format!("'{cell}")).count(), 4, "{cells:?}");
            let bare = cells.iter().filter(|found| found.starts_with(['=', '+', '-', '@', '\t', '\r']));
            assert_eq!(bare.count(), 0, "{cells:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_number_survives_wherever_it_stands(
            before in "([a-zåä ,.]{0,8}[a-zåä ,.])?", after in "([a-zåä ,.][a-zåä ,.]{0,8})?",
            date in "(19|20)?[0-9]{6}", sign in "[-+]?", last in "[0-9tT][0-9]{3}",
        ) {
            let cell = format!("{before}{date}{sign}{last}{after}");
            let shown = cut(&cell);
            proptest::prop_assert!(!shown.contains(&format!("{date}{sign}{last}")), "{cell}: {shown}");
            proptest::prop_assert!(shown.contains(&date), "{cell}: {shown}");
        }

        #[test]
        fn cutting_never_panics_and_is_done_once(cell in "\\PC{0,30}") {
            let shown = cut(&cell);
            proptest::prop_assert_eq!(cut(&shown), shown);
        }
    }

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+46", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(without_formula(cell), format!("'{cell}"));
        }
        assert_eq!(without_formula("a=b"), "a=b");
    }
}
