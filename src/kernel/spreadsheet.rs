//! Cells of files that somebody opens in a spreadsheet program.

/// A spreadsheet takes a cell that begins like this for a formula and runs it (OWASP, CSV injection); an apostrophe in
/// front makes it text. The import takes that away again.
#[must_use]
pub fn without_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
