//! Countries by ISO 3166-1 alpha-2 code, with names in Swedish, Norwegian and English.
//!
//! The crates for ISO 3166 know English names only, so the table is made from Unicode CLDR by `scripts/make-places`.

use std::{collections::HashMap, sync::LazyLock};

use super::{Names, fold};

/// A country or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub code: &'static str,
    /// Its names.
    pub names: Names,
}

/// What people also write.
const ALSO_CALLED: &[(&str, &str)] = &[
    ("swe", "SE"),
    ("nor", "NO"),
    ("dnk", "DK"),
    ("fin", "FI"),
    ("isl", "IS"),
    ("noreg", "NO"),
    ("suomi", "FI"),
    ("finnland", "FI"),
    ("ahvenanmaa", "AX"),
    ("foroyar", "FO"),
    ("deutschland", "DE"),
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("skottland", "GB"),
    ("wales", "GB"),
    ("northern ireland", "GB"),
    ("nordirland", "GB"),
    ("united states of america", "US"),
    ("amerikas forenta stater", "US"),
    ("holland", "NL"),
    ("the netherlands", "NL"),
    ("turkey", "TR"),
    ("czech republic", "CZ"),
    ("tjeckiska republiken", "CZ"),
    ("vitryssland", "BY"),
    ("hviterussland", "BY"),
    ("makedonien", "MK"),
    ("hongkong", "HK"),
    ("hong kong", "HK"),
    ("macao", "MO"),
    ("myanmar", "MM"),
    ("burma", "MM"),
    ("palestina", "PS"),
    ("palestine", "PS"),
    ("ivory coast", "CI"),
    ("vatican", "VA"),
];

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = include_str!("countries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next();
            Some(Country { code: next()?, names: Names { sv: next()?, nb: next()?, en: next()? } })
        })
        .collect()
});

static BY_NAME: LazyLock<HashMap<String, &'static Country>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    // Codes are entered last: they win over a name of two letters, if there ever is one.
    for country in all() {
        for name in country.names.all() {
            names.insert(fold::accents(name), country);
        }
    }
    for (name, code) in ALSO_CALLED {
        if let Some(country) = all().iter().find(|country| country.code == *code) {
            names.insert((*name).to_owned(), country);
        }
    }
    for country in all() {
        names.insert(country.code.to_lowercase(), country);
    }
    names
});

/// Every country, by code.
#[must_use]
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The country of a two-letter code or a name in Swedish, Norwegian or English; case and accents do not matter.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Country> {
    BY_NAME.get(fold::accents(code_or_name).as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::{ALSO_CALLED, all, find};
    use crate::{kernel::language::Language, taxonomy::fold};

    #[test]
    fn finds_a_country_in_three_languages_and_by_code() {
        for (text, code) in [
            ("Sverige", "SE"),
            ("SWEDEN", "SE"),
            ("se", "SE"),
            ("Norge", "NO"),
            ("Norway", "NO"),
            ("Østerrike", "AT"),
            ("Österrike", "AT"),
            ("Osterrike", "AT"),
            ("Sveits", "CH"),
            ("U.S.A.", "US"),
            ("Storbritannien", "GB"),
            ("Island", "IS"),
            ("Åland", "AX"),
        ] {
            assert_eq!(find(text).map(|c| c.code), Some(code), "{text}");
        }
        assert!(find("Sverje").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn every_name_leads_to_its_own_country() {
        assert!(all().len() > 240);
        for country in all() {
            for name in country.names.all() {
                assert_eq!(find(name).map(|c| c.code), Some(country.code), "{name}");
            }
        }
        for (name, code) in ALSO_CALLED {
            assert_eq!(fold::accents(name), *name);
            assert_eq!(find(name).map(|c| c.code), Some(*code), "{name}");
        }
        assert_eq!(find("DE").map(|c| c.names.get(Language::Norwegian)), Some("Tyskland"));
    }
}
