//! Mappings that staff have made: stored as TOML under a name, offered beside the presets.

mod store;

pub use store::{StoredMapping, all, by_name, delete, find, rename, save};

use super::mapping::Mapping;
use crate::contacts::search_key;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 100;

/// The form in which names are compared: `Våra läkare` and `våra  läkare` are one.
#[must_use]
pub fn name_key(name: &str) -> String {
    search_key(name)
}

/// Whether a preset has this name, by its short name or the one for people.
#[must_use]
pub fn is_preset(name: &str) -> bool {
    let key = name_key(name);
    Mapping::PRESETS.iter().any(|(preset, text)| {
        name_key(preset) == key
            || Mapping::from_toml(text).is_ok_and(|mapping| name_key(&mapping.name) == key)
    })
}
