//! A place as a person names it when nothing else is known: "Malmö", or "Dale, Vaksdal" where there are several.

use super::{Gazetteer, Location, fold};
use crate::taxonomy::{country, region};

/// How many places are suggested instead of one that is not there.
const SUGGESTIONS: usize = 4;
/// Longer names are not places of the Nordic countries, and not compared letter by letter.
const LONGEST: usize = 60;

/// Why a name stands for no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownPlace {
    /// Nothing is called so.
    #[error("the list of places does not have it{}", suggested("did you mean", .0, "?"))]
    Nowhere(Vec<String>),
    /// More than one place is called so.
    #[error("there are several places of that name{}", suggested("write", .0, ""))]
    Several(Vec<String>),
}

fn suggested(verb: &str, names: &[String], end: &str) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!("; {verb} {last:?}{end}"),
        Some((last, others)) => {
            let others: Vec<String> = others.iter().map(|name| format!("{name:?}")).collect();
            format!("; {verb} {} or {last:?}{end}", others.join(", "))
        }
    }
}

impl Gazetteer {
    /// The place of a name; a region, municipality or country behind a comma tells several of one name apart. Case
    /// does not matter, nor do accents if nothing is called exactly so.
    ///
    /// # Errors
    /// When there is no such place or more than one, with the likeliest.
    pub fn named(&self, text: &str) -> Result<&Location, UnknownPlace> {
        let (name, within) = match text.rsplit_once(',') {
            Some((name, within)) => (name.trim(), Some(within.trim())),
            None => (text.trim(), None),
        };
        if within.is_none()
            && let Some(found) = self.by_name(name, None, None)
        {
            return Ok(found);
        }
        let found = self.candidates(name);
        let within: Vec<&Location> = found
            .iter()
            .map(|index| &self.places[*index].0)
            .filter(|location| within.is_none_or(|within| lies_within(location, within)))
            .collect();
        match within.as_slice() {
            [one] => Ok(one),
            [] => Err(UnknownPlace::Nowhere(self.similar(name))),
            several => {
                let mut names: Vec<String> = several.iter().map(|location| told_apart(location)).collect();
                names.dedup();
                // The most populous comes first, and nobody can tell them further apart than by municipality.
                if names.len() == 1 {
                    return Ok(several[0]);
                }
                names.truncate(SUGGESTIONS);
                Err(UnknownPlace::Several(names))
            }
        }
    }

    fn candidates(&self, name: &str) -> &[usize] {
        let found =
            self.as_written.get(&fold::case(name)).or_else(|| self.without_accents.get(&fold::accents(name)));
        found.map_or(&[], Vec::as_slice)
    }

    /// Places whose names are like a word, the likeliest and then the largest first.
    fn similar(&self, word: &str) -> Vec<String> {
        let word = fold::accents(word);
        if word.chars().count() > LONGEST {
            return Vec::new();
        }
        let most = 1 + word.chars().count() / 4;
        let mut near: Vec<(usize, usize)> = Vec::new();
        for (name, indexes) in &self.without_accents {
            let Some(index) = indexes.first() else { continue };
            let distance = if word.len() >= 3 && name.starts_with(&word) {
                1
            } else if name.len().abs_diff(word.len()) > 2 * most {
                continue;
            } else {
                strsim::osa_distance(&word, name)
            };
            if distance <= most {
                near.push((distance, *index));
            }
        }
        near.sort_unstable_by_key(|(distance, index)| {
            (*distance, std::cmp::Reverse(self.places[*index].1), *index)
        });
        let mut names: Vec<String> = Vec::new();
        for (_, index) in near {
            let name = &self.places[index].0.place;
            if !names.contains(name) {
                names.push(name.clone());
            }
            if names.len() == SUGGESTIONS {
                break;
            }
        }
        names
    }
}

fn lies_within(location: &Location, within: &str) -> bool {
    region::find(within).is_some_and(|region| Some(region.code) == location.region_code())
        || country::find(within).is_some_and(|country| country.code == location.country)
        || location
            .municipality
            .as_ref()
            .is_some_and(|municipality| fold::accents(&municipality.name) == fold::accents(within))
}

/// "Dale, Vaksdal": the name and what tells it from others, as [`Gazetteer::named`] reads it back.
fn told_apart(location: &Location) -> String {
    let beside = match &location.municipality {
        Some(municipality) if municipality.name != location.place => municipality.name.as_str(),
        _ => location.region.map_or(location.country, |region| region.names.sv),
    };
    format!("{}, {beside}", location.place)
}

#[cfg(test)]
mod tests {
    use super::UnknownPlace;
    use crate::taxonomy::Gazetteer;

    fn region_of(text: &str) -> Result<&'static str, UnknownPlace> {
        Gazetteer::builtin().named(text).map(|location| location.region_code().unwrap_or_default())
    }

    #[test]
    fn a_place_is_found_however_it_is_written() {
        for name in ["Malmö", "MALMÖ", " malmo ", "Malmö, Skåne län", "Malmö, Sverige", "malmö, SE-M"]
        {
            assert_eq!(region_of(name), Ok("SE-M"), "{name}");
        }
        assert_eq!(region_of("Goteborg"), Ok("SE-O"));
        assert_eq!(region_of("Tromso"), Ok("NO-55"));
        assert_eq!(region_of("Köpenhamn"), Ok("DK-84"));
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is_like_it() {
        let told = |name: &str| Gazetteer::builtin().named(name).unwrap_err().to_string();
        assert!(told("Mamlö").contains("did you mean \"Malmö\""), "{}", told("Mamlö"));
        assert!(told("Linkøpin").contains("\"Linköping\""), "{}", told("Linkøpin"));
        assert_eq!(told("Xyzzyville"), "the list of places does not have it");
        assert_eq!(told(&"ö".repeat(200)), "the list of places does not have it");
        assert!(told("Malmö, Norge").contains("\"Malmö\""));
    }

    #[test]
    fn places_of_one_name_are_told_apart_by_what_stands_behind_the_comma() {
        let gazetteer = Gazetteer::builtin();
        let Err(UnknownPlace::Several(names)) = gazetteer.named("Dale") else {
            panic!("there are several: {:?}", gazetteer.named("Dale"))
        };
        assert!(names.len() > 1);
        for name in names {
            assert!(gazetteer.named(&name).is_ok(), "{name}");
        }
    }
}
