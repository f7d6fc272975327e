//! Words for lines of work, such as "jurister", and what they stand for in the register.

use super::values::{OneOf, Text};
use crate::contacts::search_key;

/// What a list of words amounts to: codes, and titles for the people whose code nobody knows.
pub(super) struct Called {
    prefixes: Vec<String>,
    title_keys: Vec<String>,
}

impl Called {
    /// A word that no profession has stands for people with exactly that title.
    pub(super) fn resolve(words: Option<&OneOf<Text>>) -> Self {
        let title_keys =
            words.into_iter().flat_map(OneOf::iter).map(|word| search_key(word.as_str())).collect();
        Self { prefixes: Vec::new(), title_keys }
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
