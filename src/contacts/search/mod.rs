//! Finding one person among a million while their name is being written.
//!
//! Names, family names, addresses and places are found by how they begin, through an index each; the words of a
//! name that begin neither the given nor the family name stand in `contact_words`, so that most people have none.

mod store;

use super::person::{NewContact, search_key};

pub use store::search;
pub(super) use store::{add_words, renew_words, words_of};

/// The family name's part of the key of the whole name: its last words.
pub(super) fn family_key(person: &NewContact) -> &str {
    let words = person.family_name.split_whitespace().count();
    let begin = match words {
        0 => person.name_key.len(),
        words => person.name_key.rmatch_indices(' ').nth(words - 1).map_or(0, |(space, _)| space + 1),
    };
    person.name_key.get(begin..).unwrap_or_default()
}

/// The words of a name that no other index begins with.
fn further_words(person: &NewContact) -> Vec<String> {
    let mut words = Vec::new();
    for name in [&person.given_name, &person.family_name] {
        // Most names are one word, and cost nothing.
        if name.contains([' ', '-']) {
            let key = search_key(name);
            words.extend(key.split([' ', '-']).filter(|word| !word.is_empty()).skip(1).map(str::to_owned));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}
