//! Words for lines of work, such as "jurister", and what they stand for in the register.

use super::values::{OneOf, Text};
use crate::contacts::search_key;
use crate::taxonomy::profession;
use crate::taxonomy::synonyms::Synonyms;

/// What a list of words amounts to: codes, and titles for the people whose code nobody knows.
pub(super) struct Called {
    prefixes: Vec<String>,
    title_keys: Vec<String>,
}

impl Called {
    /// A word that neither the program nor the office has a code for stands for people with exactly that title.
    pub(super) fn resolve(words: Option<&OneOf<Text>>, synonyms: &Synonyms) -> Self {
        let mut called = Self { prefixes: Vec::new(), title_keys: Vec::new() };
        for word in words.into_iter().flat_map(OneOf::iter).map(Text::as_str) {
            called.title_keys.push(search_key(word));
            let known = profession::called(word).into_iter().flat_map(|profession| profession.prefixes);
            let prefixes: Vec<&str> =
                known.copied().chain(synonyms.codes(word).iter().map(String::as_str)).collect();
            if prefixes.is_empty() {
                continue;
            }
            // Advokater are jurister too, so somebody who is only known as "Advokat" belongs.
            let within = |code: &str| prefixes.iter().any(|prefix| code.starts_with(prefix));
            let professions =
                profession::ALL.iter().filter(|other| other.prefixes.iter().all(|code| within(code)));
            called.title_keys.extend(professions.flat_map(|other| other.words()).map(search_key));
            let others = synonyms.all().filter(|other| other.codes.iter().all(|code| within(code)));
            called.title_keys.extend(others.flat_map(|other| &other.written).map(|word| search_key(word)));
            called.prefixes.extend(prefixes.into_iter().map(str::to_owned));
        }
        called.prefixes.sort_unstable();
        called.prefixes.dedup();
        called.title_keys.sort();
        called.title_keys.dedup();
        called
    }

    /// How many codes and titles the words stand for.
    pub(super) fn len(&self) -> usize {
        self.prefixes.len() + self.title_keys.len()
    }

    /// First digits of the occupation codes.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.prefixes.iter().map(String::as_str)
    }

    /// Job titles as `search_key` folds them.
    pub(super) fn title_keys(&self) -> &[String] {
        &self.title_keys
    }
}

#[cfg(test)]
mod tests {
    use super::Called;
    use crate::segment::values::{Named, OneOf, Text};
    use crate::taxonomy::synonyms::Synonyms;

    fn called_with(word: &str, synonyms: &[(&str, &str)]) -> Called {
        let synonyms =
            Synonyms::of(synonyms.iter().map(|(word, code)| ((*word).to_owned(), (*code).to_owned())));
        Called::resolve(OneOf::new(vec![Text::read(&word.into()).unwrap()]).as_ref(), &synonyms)
    }

    fn called(word: &str) -> Called {
        called_with(word, &[])
    }

    #[test]
    fn a_word_stands_for_its_codes_and_for_every_title_within_them() {
        let lawyers = called("Jurister");
        assert_eq!(lawyers.prefixes().collect::<Vec<_>>(), ["261"]);
        assert!(
            ["jurister", "jurist", "advokat"]
                .iter()
                .all(|title| lawyers.title_keys().contains(&(*title).to_owned()))
        );
        assert!(!called("advokater").title_keys().contains(&"jurist".to_owned()));
    }

    #[test]
    fn a_word_that_nobody_knows_is_a_title() {
        let wizards = called(" TROLLKARL ");
        assert_eq!(wizards.prefixes().count(), 0);
        assert_eq!(wizards.title_keys(), ["trollkarl"]);
    }

    #[test]
    fn an_office_adds_words_and_codes_of_its_own() {
        let words =
            [("Rättsväsendets Folk", "261"), ("Rättsväsendets Folk", "3411"), ("Bolagsjurist", "2619")];
        let folk = called_with("RATTSVASENDETS folk", &words);
        assert_eq!(folk.prefixes().collect::<Vec<_>>(), ["261", "3411"]);
        for title in ["advokat", "bolagsjurist", "rättsväsendets folk"] {
            assert!(folk.title_keys().contains(&title.to_owned()), "{title}: {:?}", folk.title_keys());
        }
        // Whoever is known by an office's word alone is found by the word for the whole.
        let lawyers = called_with("jurister", &words);
        assert!(lawyers.title_keys().contains(&"bolagsjurist".to_owned()));
        assert!(
            !lawyers.title_keys().contains(&"rättsväsendets folk".to_owned()),
            "not all of them are lawyers"
        );
        assert_eq!(
            called_with("jurister", &[("jurister", "2422")]).prefixes().collect::<Vec<_>>(),
            ["2422", "261"]
        );
    }
}
