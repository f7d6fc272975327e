//! Words for lines of work, such as "jurister", and what they stand for in the register.

use super::values::{OneOf, Text};
use crate::contacts::search_key;
use crate::taxonomy::profession;

/// What a list of words amounts to: codes, and titles for the people whose code nobody knows.
pub(super) struct Called {
    prefixes: Vec<&'static str>,
    title_keys: Vec<String>,
}

impl Called {
    /// A word that no profession has stands for people with exactly that title.
    pub(super) fn resolve(words: Option<&OneOf<Text>>) -> Self {
        let mut called = Self { prefixes: Vec::new(), title_keys: Vec::new() };
        for word in words.into_iter().flat_map(OneOf::iter) {
            called.title_keys.push(search_key(word.as_str()));
            let Some(group) = profession::called(word.as_str()) else { continue };
            called.prefixes.extend(group.prefixes);
            // Advokater are jurister too, so somebody who is only known as "Advokat" belongs.
            let within =
                profession::ALL.iter().filter(|other| other.prefixes.iter().all(|code| group.includes(code)));
            called.title_keys.extend(within.flat_map(|other| other.words()).map(search_key));
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
        self.prefixes.iter().copied()
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

    fn called(word: &str) -> Called {
        Called::resolve(OneOf::new(vec![Text::read(&word.into()).unwrap()]).as_ref())
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
}
