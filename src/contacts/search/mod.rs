//! Finding one person among a million while their name is being written.
//!
//! Names, family names, addresses and places are found by how they begin, through an index each; the words of a
//! name that begin neither the given nor the family name stand in `contact_words`, so that most people have none.

mod store;

use super::person::{NewContact, search_key};

pub use store::search;
pub(super) use store::{add_words, renew_words};

/// The words of a name that no other index begins with.
fn further_words(person: &NewContact) -> Vec<String> {
    let mut words: Vec<String> = [&person.given_name, &person.family_name]
        .into_iter()
        .flat_map(|name| {
            let key = search_key(name);
            let words: Vec<String> =
                key.split([' ', '-']).filter(|word| !word.is_empty()).skip(1).map(str::to_owned).collect();
            words
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
