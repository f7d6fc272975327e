//! What people call professions beside the words that come with the program: an office's own, for all its units or
//! for one and those beneath it.
//!
//! A rule that names a word is given the synonyms of its unit before it is judged, so that whatever judges it, a
//! query or one person in memory, goes by the same words.

mod store;

use std::collections::BTreeMap;

use super::{fold, profession};

pub use store::{Synonym, add, find, find_word, of_units, page, remove};

/// How many words a unit may add, and how many may hold everywhere.
pub const MOST: i64 = 1_000;
/// The longest word, in characters.
const LONGEST: usize = 100;

/// The words of some units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synonyms(BTreeMap<String, Word>);

/// A word as it was written, in every way, and the first digits of its codes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// "Rådman", "rådman".
    pub written: Vec<String>,
    /// "2612".
    pub codes: Vec<String>,
}

impl Synonyms {
    /// Words as people write them, each with the first digits of an occupation code.
    #[must_use]
    pub fn of(words: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut synonyms = Self::default();
        for (word, code) in words {
            let known = synonyms.0.entry(fold::accents(&word)).or_default();
            if !known.written.contains(&word) {
                known.written.push(word);
            }
            if !known.codes.contains(&code) {
                known.codes.push(code);
            }
        }
        synonyms
    }

    /// The first digits of the codes that a word stands for; case and accents do not matter.
    #[must_use]
    pub fn codes(&self, word: &str) -> &[String] {
        self.0.get(&fold::accents(word)).map_or(&[], |word| word.codes.as_slice())
    }

    /// Every word.
    pub fn all(&self) -> impl Iterator<Item = &Word> {
        self.0.values()
    }
}

/// Why a word is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongSynonym {
    /// It is none.
    #[error("write a word of 1 to {LONGEST} characters on one line")]
    Word,
    /// The code is none.
    #[error("write the first 1 to 4 digits of an SSYK, STYRK or ISCO code, such as \"261\"")]
    Code,
    /// The program knows it already.
    #[error("\"{0}\" finds that profession already, without being added: use it in a rule as it is")]
    Known(String),
    /// There are too many.
    #[error("there are {MOST} words already; remove one first")]
    TooMany,
}

/// A word and a code, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSynonym {
    word: String,
    code: String,
}

impl NewSynonym {
    /// Checks a word and the first digits of a code.
    ///
    /// # Errors
    /// [`WrongSynonym`], with what would be right.
    pub fn new(word: &str, code: &str) -> Result<Self, WrongSynonym> {
        let (word, code) = (word.trim(), code.trim());
        if !(1..=LONGEST).contains(&word.chars().count()) || word.chars().any(char::is_control) {
            return Err(WrongSynonym::Word);
        }
        if !(1..=4).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WrongSynonym::Code);
        }
        if profession::called(word).is_some_and(|profession| profession.includes(code)) {
            return Err(WrongSynonym::Known(word.to_owned()));
        }
        Ok(Self { word: word.to_owned(), code: code.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{NewSynonym, Synonyms, WrongSynonym};

    #[test]
    fn a_word_has_the_codes_that_were_given_to_it() {
        let words = [
            ("Bolagsjurist", "2619"),
            ("bolagsjurist", "2611"),
            ("BOLAGSJURIST", "2619"),
            ("Rådman", "2612"),
        ];
        let synonyms = Synonyms::of(words.map(|(word, code)| (word.to_owned(), code.to_owned())));
        assert_eq!(synonyms.codes("bolagsjurist"), ["2619", "2611"]);
        assert_eq!(synonyms.codes("radman"), ["2612"]);
        assert!(synonyms.codes("jurist").is_empty());
    }

    #[test]
    fn what_is_no_synonym_is_refused() {
        assert!(NewSynonym::new(" Rådman ", "2612").is_ok());
        for (word, code, wrong) in [
            ("", "2612", WrongSynonym::Word),
            ("a\nb", "2612", WrongSynonym::Word),
            ("Rådman", "", WrongSynonym::Code),
            ("Rådman", "26121", WrongSynonym::Code),
            ("Rådman", "x", WrongSynonym::Code),
            ("Jurister", "2611", WrongSynonym::Known("Jurister".to_owned())),
        ] {
            assert_eq!(NewSynonym::new(word, code), Err(wrong), "{word} {code}");
        }
        assert!(NewSynonym::new("Jurister", "2422").is_ok(), "a word may stand for more than it does");
    }
}
