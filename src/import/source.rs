//! A register file as it comes: what it is written in, where its header stands, and its rows.
//!
//! Nothing about a file has to be said beforehand. The header is the row that holds the most of the columns
//! that the mapping names, so that title rows above it do no harm, and the delimiter is the one that splits
//! that row best. Rows of a text file are read one at a time; a workbook is held in memory.

mod header;
mod text;
mod workbook;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

/// Where a file's bytes are: on disk, or received from a browser.
#[derive(Debug, Clone)]
enum Input {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

/// An opened file, whose rows can be read as many times as needed.
#[derive(Debug, Clone)]
pub struct Source {
    input: Input,
    table: Table,
}

/// How a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The header's cells, in order.
    pub columns: Vec<String>,
    /// How its text is written.
    pub encoding: Encoding,
    /// What stands between its cells; a workbook has none.
    pub delimiter: Option<char>,
    /// The row of the header; the first row of a file is 1.
    pub header_row: u64,
}

/// How a file's text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without the mark at its beginning.
    Utf8,
    /// Windows-1252, which older registers export.
    Windows1252,
    /// A workbook (xlsx, xlsb, xls or ods) carries its own.
    Workbook,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
            Self::Workbook => "workbook",
        })
    }
}

/// A data row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place in the file; the first line of a text file, and the first row of a sheet, is 1.
    pub number: u64,
    /// Its cells, without surrounding space.
    pub cells: Vec<String>,
}

/// A column that a mapping reads: its headings, any of which will do, and whether it may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Headings that the column may have.
    pub headings: Vec<String>,
    /// Whether the file may lack it.
    pub optional: bool,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file is away or closed to us.
    #[error("{0} cannot be read ({1}); check the path and that this program may read it")]
    Unreadable(String, io::Error),
    /// Neither text nor a workbook.
    #[error("the file is neither text nor a workbook; export it as CSV (UTF-8) or xlsx and import that")]
    Binary,
    /// UTF-16 or UTF-32.
    #[error(
        "the file is written in UTF-16, which is not supported; save it as \"CSV UTF-8\" and import that"
    )]
    Utf16,
    /// Text in no encoding that we know.
    #[error("line {line} is neither UTF-8 nor Windows-1252; save the file as \"CSV UTF-8\" and import that")]
    Encoding {
        /// The line with the first byte that does not fit; the first is 1.
        line: u64,
    },
    /// No rows at all.
    #[error("the file is empty; export it again")]
    Empty,
    /// No row holds any expected column.
    #[error(
        "no row looks like a header: none of the columns {} was found among {}; choose another mapping or correct the header",
        quoted(expected),
        quoted(found)
    )]
    NoHeader {
        /// The columns that the mapping reads.
        expected: Vec<String>,
        /// The cells of the first row.
        found: Vec<String>,
    },
    /// The header lacks columns.
    #[error(
        "the file lacks {} {}; its columns are {}: add what is missing, or change the mapping",
        if missing.len() == 1 { "the column" } else { "the columns" },
        quoted(missing),
        quoted(found)
    )]
    MissingColumns {
        /// What the mapping reads and the header lacks.
        missing: Vec<String>,
        /// What the header has.
        found: Vec<String>,
    },
    /// One heading stands twice.
    #[error("the column \"{0}\" stands twice in the header; rename or remove one of them")]
    RepeatedColumn(String),
    /// A damaged workbook.
    #[error("the workbook cannot be opened ({0}); open it in a spreadsheet program and save it again")]
    Workbook(String),
}

fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 30;
    let mut text = names.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(" …");
    }
    text
}

/// How many rows from the top are searched for the header.
const HEADER_WITHIN: usize = 30;

impl Source {
    /// Opens a file whose header holds the `expected` columns.
    ///
    /// # Errors
    /// When the file cannot be read, is neither text nor a workbook, or its header is not found or incomplete.
    pub fn open(path: &Path, expected: &[Expected]) -> Result<Self, SourceError> {
        let input = Input::File(path.to_owned());
        let table = find_table(&input, expected)?;
        Ok(Self { input, table })
    }

    /// The same for bytes that are in memory already.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn from_bytes(bytes: Vec<u8>, expected: &[Expected]) -> Result<Self, SourceError> {
        let input = Input::Bytes(bytes.into());
        let table = find_table(&input, expected)?;
        Ok(Self { input, table })
    }

    /// Opens a file of which nobody has said what its columns mean: the header is the row that holds the most
    /// of the `known` columns, or else the one that looks like a header.
    ///
    /// # Errors
    /// When the file cannot be read, is neither text nor a workbook, or is empty.
    pub fn explore(path: &Path, known: &[Expected]) -> Result<Self, SourceError> {
        let input = Input::File(path.to_owned());
        let table = header::guess(candidates(&input)?, known)?;
        Ok(Self { input, table })
    }

    /// How the file is laid out.
    #[must_use]
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// The data rows from the first. Lines without any character, and sheet rows without any value, are none.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn rows(&self) -> Result<Rows, SourceError> {
        let kind = match (self.table.encoding, self.table.delimiter) {
            (Encoding::Workbook, _) | (_, None) => {
                let skip = usize::try_from(self.table.header_row).unwrap_or(usize::MAX);
                RowsKind::Workbook(workbook::rows(&self.input)?.into_iter().enumerate().skip(skip))
            }
            (encoding, Some(delimiter)) => RowsKind::Text(Box::new(text::Rows::start(
                &self.input,
                encoding,
                delimiter,
                self.table.header_row,
            )?)),
        };
        Ok(Rows { kind, width: self.table.columns.len() })
    }
}

/// The data rows of a file, in order.
pub struct Rows {
    kind: RowsKind,
    width: usize,
}

enum RowsKind {
    Text(Box<text::Rows>),
    Workbook(std::iter::Skip<std::iter::Enumerate<std::vec::IntoIter<Vec<String>>>>),
}

impl Iterator for Rows {
    type Item = Result<Row, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = match &mut self.kind {
            RowsKind::Text(rows) => match rows.next()? {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            },
            RowsKind::Workbook(rows) => {
                let (index, mut cells) = rows.find(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()))?;
                // A sheet's rows are as wide as its widest one, title rows and stray cells included.
                cells.resize(self.width, String::new());
                Row { number: index as u64 + 1, cells }
            }
        };
        for cell in &mut row.cells {
            clean(cell);
        }
        Some(Ok(row))
    }
}

/// Takes away surrounding space, and the apostrophe that keeps a spreadsheet from seeing a formula: our own
/// rejects files have it, and people correct those and import them again.
fn clean(cell: &mut String) {
    let inner = cell.trim();
    let inner = match inner.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => inner,
    };
    if inner.len() != cell.len() {
        *cell = inner.to_owned();
    }
}

fn find_table(input: &Input, expected: &[Expected]) -> Result<Table, SourceError> {
    choose_header(candidates(input)?, expected)
}

/// The first rows of a file, in every way that it may be meant.
fn candidates(input: &Input) -> Result<Vec<Candidate>, SourceError> {
    let mut start = Vec::new();
    open(input)?.take(8).read_to_end(&mut start).map_err(|error| unreadable(input, error))?;
    Ok(match start.as_slice() {
        [] => return Err(SourceError::Empty),
        // A ZIP archive or an OLE2 document.
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            vec![(Encoding::Workbook, None, number_rows(workbook::rows(input)?))]
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(SourceError::Utf16),
        _ => {
            let encoding = text::encoding(input)?;
            [';', ',', '\t']
                .into_iter()
                .map(|delimiter| {
                    let rows = text::Rows::start(input, encoding, delimiter, 0)?
                        .take(HEADER_WITHIN)
                        .collect::<Result<Vec<Row>, _>>()?;
                    Ok((encoding, Some(delimiter), rows))
                })
                .collect::<Result<Vec<_>, SourceError>>()?
        }
    })
}

fn number_rows(rows: Vec<Vec<String>>) -> Vec<Row> {
    let numbered = rows.into_iter().take(HEADER_WITHIN).zip(1..);
    numbered.map(|(cells, number)| Row { number, cells }).collect()
}

type Candidate = (Encoding, Option<char>, Vec<Row>);

/// The row that holds the most expected columns; of equals the first.
fn choose_header(candidates: Vec<Candidate>, expected: &[Expected]) -> Result<Table, SourceError> {
    let holds =
        |row: &Row| expected.iter().filter(|column| position(&row.cells, &column.headings).is_some()).count();
    let mut best: Option<(usize, Table)> = None;
    let mut widest: Vec<String> = Vec::new();
    for (encoding, delimiter, rows) in candidates {
        for row in rows {
            let found = holds(&row);
            if widest.len() < row.cells.len() && row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                widest.clone_from(&row.cells);
            }
            if found > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((found, table_under(&row, encoding, delimiter)));
            }
        }
    }
    let name = |column: &Expected| column.headings.first().cloned().unwrap_or_default();
    let Some((_, table)) = best else {
        if widest.is_empty() {
            return Err(SourceError::Empty);
        }
        return Err(SourceError::NoHeader { expected: expected.iter().map(name).collect(), found: widest });
    };
    let missing: Vec<String> = expected
        .iter()
        .filter(|column| !column.optional && position(&table.columns, &column.headings).is_none())
        .map(name)
        .collect();
    if !missing.is_empty() {
        return Err(SourceError::MissingColumns { missing, found: table.columns });
    }
    for column in expected {
        let matching = table.columns.iter().filter(|cell| is_any(cell, &column.headings));
        if matching.count() > 1 {
            return Err(SourceError::RepeatedColumn(name(column)));
        }
    }
    Ok(table)
}

fn table_under(header: &Row, encoding: Encoding, delimiter: Option<char>) -> Table {
    let mut columns: Vec<String> = header.cells.iter().map(|cell| cell.trim().to_owned()).collect();
    // Columns without a heading at the right edge are a sheet's or an export's slack.
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    Table { columns, encoding, delimiter, header_row: header.number }
}

/// Where the column with one of these headings stands.
#[must_use]
pub fn position(columns: &[String], headings: &[String]) -> Option<usize> {
    columns.iter().position(|cell| is_any(cell, headings))
}

/// Headings are compared without case and surrounding space.
pub(super) fn is_any(cell: &str, headings: &[String]) -> bool {
    let cell = cell.trim();
    headings.iter().any(|heading| {
        cell.chars().flat_map(char::to_lowercase).eq(heading.trim().chars().flat_map(char::to_lowercase))
    })
}

fn open(input: &Input) -> Result<Box<dyn Read + Send>, SourceError> {
    Ok(match input {
        Input::File(path) => Box::new(fs::File::open(path).map_err(|error| unreadable(input, error))?),
        Input::Bytes(bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
    })
}

fn unreadable(input: &Input, error: io::Error) -> SourceError {
    let name = match input {
        Input::File(path) => path.display().to_string(),
        Input::Bytes(_) => "the file".to_owned(),
    };
    SourceError::Unreadable(name, error)
}
