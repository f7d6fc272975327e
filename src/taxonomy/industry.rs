//! Industries by SNI 2007, SN2007 and NACE Rev. 2, which share their sections (letters) and divisions (two digits).
//!
//! A register's codes are digits without dots, "69101" for 69.101. A rule names the first digits of a code, with or
//! without dots, or a section: `M` is everything from 69 to 75.

use std::sync::LazyLock;

use super::Names;

/// A section or a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Industry {
    /// A letter, or two digits.
    pub code: &'static str,
    /// Its names.
    pub names: Names,
}

/// Where the divisions of each section begin and end.
const SECTIONS: [(&str, &str, &str); 21] = [
    ("A", "01", "03"),
    ("B", "05", "09"),
    ("C", "10", "33"),
    ("D", "35", "35"),
    ("E", "36", "39"),
    ("F", "41", "43"),
    ("G", "45", "47"),
    ("H", "49", "53"),
    ("I", "55", "56"),
    ("J", "58", "63"),
    ("K", "64", "66"),
    ("L", "68", "68"),
    ("M", "69", "75"),
    ("N", "77", "82"),
    ("O", "84", "84"),
    ("P", "85", "85"),
    ("Q", "86", "88"),
    ("R", "90", "93"),
    ("S", "94", "96"),
    ("T", "97", "98"),
    ("U", "99", "99"),
];

static ALL: LazyLock<Vec<Industry>> = LazyLock::new(|| {
    let lines = include_str!("industries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next();
            Some(Industry { code: next()?, names: Names { sv: next()?, nb: next()?, en: next()? } })
        })
        .collect()
});

/// Every section, each followed by its divisions.
#[must_use]
pub fn all() -> &'static [Industry] {
    &ALL
}

/// The first and the last division of a section's letter.
#[must_use]
pub fn section(letter: &str) -> Option<(&'static str, &'static str)> {
    SECTIONS.iter().find(|(code, _, _)| *code == letter).map(|(_, first, last)| (*first, *last))
}

/// The one spelling of a code as people write it: "69.101" is "69101", "m" is "M". `None` when it is none.
#[must_use]
pub fn normalized(code: &str) -> Option<String> {
    let letter = code.to_ascii_uppercase();
    if section(&letter).is_some() {
        return Some(letter);
    }
    // "69.1" and "69.10" and "69.101": one dot, behind the division.
    let digits = match code.split_once('.') {
        Some((division, rest)) if division.len() == 2 && !rest.is_empty() => format!("{division}{rest}"),
        Some(_) => return None,
        None => code.to_owned(),
    };
    ((1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// The section or division that a code is or belongs to, to show a name beside it.
#[must_use]
pub fn of_code(code: &str) -> Option<&'static Industry> {
    let known = code.get(..2).unwrap_or(code);
    all().iter().find(|industry| industry.code == known)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{SECTIONS, all, normalized, of_code};

    #[test]
    fn the_list_is_whole() {
        let codes: Vec<&str> = all().iter().map(|industry| industry.code).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 21 + 88);
        let mut expected = Vec::new();
        for (section, first, last) in SECTIONS {
            expected.push(section.to_owned());
            // There is no division 04, 34, 40, 44, 48, 54, 57, 67, 76, 83 or 89: each lies between two sections.
            let divisions = first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap();
            expected.extend(divisions.map(|division| format!("{division:02}")));
        }
        assert_eq!(codes, expected);
        assert!(all().iter().flat_map(|industry| industry.names.all()).all(|name| name.trim().len() > 3));
    }

    #[test]
    fn a_code_is_read_with_and_without_dots() {
        for (written, read) in [
            ("69", Some("69")),
            ("69.1", Some("691")),
            ("69.101", Some("69101")),
            ("69101", Some("69101")),
            ("m", Some("M")),
            ("6", Some("6")),
            ("6.9", None),
            ("69.", None),
            ("69.1.1", None),
            ("691012", None),
            ("V", None),
            ("AB", None),
            ("", None),
        ] {
            assert_eq!(normalized(written).as_deref(), read, "{written}");
        }
    }

    #[test]
    fn a_code_has_the_name_of_its_division() {
        assert_eq!(
            of_code("69101").map(|one| one.names.sv),
            Some("Juridisk och ekonomisk konsultverksamhet")
        );
        assert_eq!(of_code("M").map(|one| one.code), Some("M"));
        assert_eq!(of_code("34"), None);
        assert_eq!(of_code("é"), None);
    }
}
