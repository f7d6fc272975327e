//! Workbooks (xlsx, xlsb, xls, ods), whose cells have types that we read as the text a person sees.

use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader, Sheets, Xlsx, XlsxError};

use super::{Input, SourceError, open, unreadable};

/// The most rows and columns that a sheet can have (ECMA-376).
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;

/// How many empty cells before the last of their rows may be held in memory, and how many more for each that has
/// something in it. A single cell far out in many rows would ask for much more than a register ever does.
const EMPTY_CELLS: usize = 4_000_000;
const EMPTY_PER_FILLED: usize = 16;

/// Every row of the first sheet that has any, from the sheet's first row.
pub(super) fn rows(input: &Input) -> Result<Vec<Vec<String>>, SourceError> {
    let mut bytes = Vec::new();
    open(input)?.read_to_end(&mut bytes).map_err(|error| unreadable(input, error))?;
    // The library stops with a panic at some damaged files, as our fuzzing found; the file is at fault, not we.
    let read = catch_unwind(AssertUnwindSafe(|| first_sheet(bytes)));
    read.unwrap_or_else(|_| Err(damaged("it is damaged")))
}

fn damaged(error: impl ToString) -> SourceError {
    SourceError::Workbook(error.to_string())
}

fn first_sheet(bytes: Vec<u8>) -> Result<Vec<Vec<String>>, SourceError> {
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    for name in workbook.sheet_names() {
        let rows = match &mut workbook {
            Sheets::Xlsx(workbook) => xlsx_rows(workbook, &name)?,
            workbook => {
                let range = workbook.worksheet_range(&name).map_err(damaged)?;
                let first = range.start().map_or(0, |(row, _)| row as usize);
                let above = std::iter::repeat_n(Vec::new(), first);
                above.chain(range.rows().map(|row| row.iter().map(text).collect())).collect()
            }
        };
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Err(SourceError::Empty)
}

/// The cells of an xlsx one by one: the library's own table is as large as the rectangle around all cells, and
/// two cells in opposite corners would exhaust the memory.
fn xlsx_rows<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str) -> Result<Vec<Vec<String>>, SourceError> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A diagram, for instance.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(damaged(error)),
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut held, mut filled, mut first) = (0, 0, MOST_COLUMNS);
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let text = text(&cell.get_value().clone().into());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(damaged("a cell lies beyond the sheet"));
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if rows[row].len() <= column {
            held += column + 1 - rows[row].len();
            filled += 1;
            if held > EMPTY_CELLS + EMPTY_PER_FILLED * filled {
                return Err(damaged("it has too many empty cells with others far out to the right of them"));
            }
            rows[row].resize(column + 1, String::new());
        }
        rows[row][column] = text;
        first = first.min(column);
    }
    for row in &mut rows {
        // A table may begin further in than the first column.
        row.drain(..first.min(row.len()));
    }
    Ok(rows)
}

/// A whole number has no decimals however the sheet stores it; dates are ISO 8601.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) => decimal(*number),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::DateTime(duration) => decimal(duration.as_f64()),
        Data::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        other => other.to_string(),
    }
}

/// Without `.0` and without an exponent: identity numbers are kept as numbers by spreadsheets.
fn decimal(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}
