//! Workbooks (xlsx, xlsb, xls, ods), whose cells have types that we read as the text a person sees.

use std::io::{Cursor, Read};

use calamine::{Data, Reader};

use super::{Input, SourceError, open, unreadable};

/// Every row of the first sheet that has any, from the sheet's first row.
pub(super) fn rows(input: &Input) -> Result<Vec<Vec<String>>, SourceError> {
    let mut bytes = Vec::new();
    open(input)?.read_to_end(&mut bytes).map_err(|error| unreadable(input, error))?;
    let damaged = |error: calamine::Error| SourceError::Workbook(error.to_string());
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    for sheet in workbook.sheet_names() {
        let range = workbook.worksheet_range(&sheet).map_err(damaged)?;
        let Some((first, _)) = range.start() else { continue };
        let above = std::iter::repeat_n(Vec::new(), usize::try_from(first).unwrap_or(0));
        return Ok(above.chain(range.rows().map(|row| row.iter().map(text).collect())).collect());
    }
    Err(SourceError::Empty)
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
