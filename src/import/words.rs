//! Our own words: what the cells of a column with a fixed set of values stand for.

use super::mapping::Field;
use crate::contacts::person::{DegreeLevel, Sector};
use crate::kernel::language::Language;

const FLAGS: [&str; 2] = ["yes", "no"];

/// The words that a field's cells can be translated to; empty when any text will do.
#[must_use]
pub fn of_field(field: Field) -> Vec<&'static str> {
    match field {
        Field::Level => DegreeLevel::ALL.iter().map(|level| level.as_str()).collect(),
        Field::Sector => Sector::ALL.iter().map(|sector| sector.as_str()).collect(),
        Field::Language => Language::ALL.iter().map(|language| language.as_str()).collect(),
        Field::Protected | Field::Deceased => FLAGS.to_vec(),
        _ => Vec::new(),
    }
}

/// Which of our words a cell stands for without any translation.
#[must_use]
pub fn understood(field: Field, cell: &str) -> Option<&'static str> {
    let word = cell.to_lowercase();
    match field {
        Field::Language => language(&word).map(Language::as_str),
        Field::Protected | Field::Deceased => flag(&word).map(|yes| if yes { FLAGS[0] } else { FLAGS[1] }),
        field => of_field(field).into_iter().find(|ours| *ours == word),
    }
}

/// Yes or no, in lower case.
pub(super) fn flag(word: &str) -> Option<bool> {
    match word {
        "n" | "nej" | "nei" | "no" | "false" | "0" => Some(false),
        "j" | "ja" | "y" | "yes" | "true" | "1" | "x" => Some(true),
        _ => None,
    }
}

/// A language by its tag, in lower case.
pub(super) fn language(tag: &str) -> Option<Language> {
    match tag {
        // The tag of the macrolanguage, and of its other written form, which we have no texts in.
        "no" | "nn" => Some(Language::Norwegian),
        tag => tag.parse().ok(),
    }
}
