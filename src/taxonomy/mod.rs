//! What words mean: places, regions, countries, professions and industries.
//!
//! A register says "Orebro" or "70362" or "jurister"; a segment asks for `SE-T`, `1880` or `261`. This module
//! translates, and translates only what is certain: a name that two places share, with nothing to tell them apart,
//! is `None` and never a guess.
//!
//! * [`locate`] turns postcode, place and country into a [`Location`];
//! * [`country`], [`region`], [`profession`], [`profession_groups`] and [`industry`] hold names in the three languages
//!   of our users;
//! * [`distance`] answers "within 50 km of Malmö";
//! * [`postcodes`] and [`official`] names are the office's own to load, [`synonyms`] its own words for professions.
//!
//! Owns the tables `postcode_lists`, `postcodes`, `classification_lists`, `classification_names` and
//! `profession_synonyms`.

pub mod country;
pub mod distance;
mod fold;
pub mod industry;
pub mod official;
pub mod place;
pub mod postcodes;
pub mod profession;
pub mod profession_groups;
pub mod region;
pub mod synonyms;

pub use country::Country;
pub use place::{Gazetteer, Location, Municipality, UnknownPlace, locate, municipality_names};
pub use region::Region;

use crate::kernel::language::Language;

/// A text in lower case and without accents, as names are compared here: "Örebro" and "OREBRO" are "orebro".
#[must_use]
pub fn without_accents(text: &str) -> String {
    fold::accents(text)
}

/// One name in each language of our users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// Swedish.
    pub sv: &'static str,
    /// Norwegian bokmål.
    pub nb: &'static str,
    /// English.
    pub en: &'static str,
}

impl Names {
    /// The name in one language.
    #[must_use]
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Swedish => self.sv,
            Language::Norwegian => self.nb,
            Language::English => self.en,
        }
    }

    /// The three names.
    #[must_use]
    pub const fn all(self) -> [&'static str; 3] {
        [self.sv, self.nb, self.en]
    }
}
