//! By what a rejected row tells of somebody, so that erasing a person finds the rows that name them (product P41). Its cells
//! may stand in the wrong columns, so each is taken for what it looks like: an address, a number, a name beside another.

use crate::contacts::search_key;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::phone::PhoneNumber;

/// The longest cell that is looked at, in characters.
const LONGEST: usize = 200;

/// The words of a row, each once.
pub(super) fn words(cells: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    let cells: Vec<&str> =
        cells.iter().map(|cell| cell.trim()).filter(|cell| cell.chars().count() <= LONGEST).collect();
    for cell in &cells {
        if cell.contains('@') {
            words.push(address(cell));
        } else if cell.bytes().any(|b| b.is_ascii_digit()) {
            // A number of a source system, and a phone number as the register has it.
            words.push((*cell).to_owned());
            let phones = ["SE", "NO"].map(|country| PhoneNumber::parse(cell, country).ok());
            words.extend(phones.into_iter().flatten().map(|phone| phone.as_str().to_owned()));
        }
    }
    // Whichever of the two columns comes first.
    for pair in cells.windows(2).filter(|pair| pair.iter().all(|cell| is_name(cell))) {
        words.push(search_key(&format!("{} {}", pair[0], pair[1])));
        words.push(search_key(&format!("{} {}", pair[1], pair[0])));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The form for comparison; of a text that is no address, its own.
pub(super) fn address(text: &str) -> String {
    EmailAddress::parse(text).map_or_else(|_| search_key(text), |address| address.key().to_owned())
}

fn is_name(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !cell.chars().any(|c| c.is_ascii_digit() || c == '@')
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_row_is_found_by_address_number_and_name_in_whatever_columns() {
        let cells =
            ["19640823", "Ek", "Eva  Maria", "EVA@example.org", "070-123 45 67", "", "S-17", "Kalmar"];
        let found = words(&cells.map(str::to_owned));
        for word in ["eva@example.org", "+46701234567", "eva maria ek", "ek eva maria", "S-17"] {
            assert!(found.contains(&word.to_owned()), "{word}: {found:?}");
        }
        assert!(!found.iter().any(|word| word == "kalmar"), "a single word names nobody: {found:?}");
        assert_eq!(words(&["a@b".to_owned(), "x".repeat(500)]), ["a@b"]);
    }
}
