//! Where a postal address lies: place, municipality, region and coordinates.
//!
//! The built-in table has the Nordic places of 500 people or more (GeoNames, CC BY 4.0; `places.tsv` says where it
//! comes from). A table of postcodes is the office's to load: the official ones may not be passed on.

use std::{collections::HashMap, sync::LazyLock};

use super::{Region, country, distance, fold, region};

/// A place on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// Its own name, such as "Göteborg".
    pub place: String,
    /// The municipality it lies in, where known: Finland has none here.
    pub municipality: Option<Municipality>,
    /// The region it lies in.
    pub region: &'static Region,
    /// The country's ISO 3166-1 alpha-2 code. Åland and Svalbard count as Finland and Norway.
    pub country: &'static str,
    /// Degrees north (WGS 84).
    pub latitude: f64,
    /// Degrees east (WGS 84).
    pub longitude: f64,
}

/// A municipality by its national code: kommunkod (SE), kommunenummer (NO, as of 2024), kommunekode (DK), IS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Municipality {
    /// The code with its leading zeros, such as "1280"; unique within the country.
    pub code: String,
    /// Its name, such as "Malmö".
    pub name: String,
}

/// Why a table of places cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the table of places is not as described in its header: {text:?}")]
pub struct InvalidPlace {
    /// The line, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// Places by name and, when loaded, by postcode.
#[derive(Debug, Default)]
pub struct Gazetteer {
    /// The most populous first, so that the first of several candidates is the likeliest.
    places: Vec<(Location, u32)>,
    as_written: HashMap<String, Vec<usize>>,
    without_accents: HashMap<String, Vec<usize>>,
    postcodes: HashMap<(&'static str, String), Location>,
}

/// The location of an address, from the built-in table; see [`Gazetteer::locate`].
#[must_use]
pub fn locate(
    postcode: Option<&str>,
    place: Option<&str>,
    country: Option<&str>,
) -> Option<&'static Location> {
    Gazetteer::builtin().locate(postcode, place, country)
}

/// The names of the municipalities of a national code: seldom more than one, but Laxå and Vestvågøy are both 1860.
#[must_use]
pub fn municipality_names(code: &str) -> &'static [&'static str] {
    static BY_CODE: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
        let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
        for (location, _) in &Gazetteer::builtin().places {
            if let Some(Municipality { code, name }) = &location.municipality {
                let names = names.entry(code).or_default();
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    });
    BY_CODE.get(code).map_or(&[], Vec::as_slice)
}

impl Gazetteer {
    /// The places that come with the program, without postcodes.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::from_builtin_table);
        &BUILTIN
    }

    /// The built-in places and a table of postcodes: country (ISO 3166-1), postcode, location.
    #[must_use]
    pub fn with_postcodes(postcodes: impl IntoIterator<Item = (String, Location)>) -> Self {
        let mut gazetteer = Self::from_builtin_table();
        for (postcode, location) in postcodes {
            gazetteer.postcodes.insert((location.country, digits(&postcode)), location);
        }
        gazetteer
    }

    #[expect(clippy::expect_used, reason = "the table is part of the program, and the tests read all of it")]
    fn from_builtin_table() -> Self {
        Self::parse(include_str!("places.tsv")).expect("the built-in table of places is as its header says")
    }

    fn parse(table: &str) -> Result<Self, InvalidPlace> {
        let mut gazetteer = Self::default();
        let mut other_names = Vec::new();
        for (number, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let invalid = || InvalidPlace { line: number + 1, text: line.to_owned() };
            let (location, people, others) = parse_line(line).ok_or_else(invalid)?;
            gazetteer.places.push((location, people));
            other_names.push(others);
        }
        gazetteer.add_municipalities(&mut other_names);
        let mut order: Vec<usize> = (0..gazetteer.places.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(gazetteer.places[index].1));
        for index in order {
            let own = gazetteer.places[index].0.place.clone();
            for name in std::iter::once(own.as_str()).chain(other_names[index].split('|')) {
                if !name.is_empty() {
                    gazetteer.as_written.entry(fold::case(name)).or_default().push(index);
                    gazetteer.without_accents.entry(fold::accents(name)).or_default().push(index);
                }
            }
        }
        Ok(gazetteer)
    }

    /// Some postal towns are municipalities without a town of that name (Järfälla): they lie where
    /// their largest town does.
    fn add_municipalities(&mut self, other_names: &mut Vec<&str>) {
        let mut largest: HashMap<(&str, &str), usize> = HashMap::new();
        let mut towns = std::collections::HashSet::new();
        for (index, (location, people)) in self.places.iter().enumerate() {
            towns.insert((location.country, location.place.as_str()));
            if let Some(municipality) = &location.municipality {
                let best = largest.entry((location.country, municipality.code.as_str())).or_insert(index);
                if self.places[*best].1 < *people {
                    *best = index;
                }
            }
        }
        let mut added = Vec::new();
        for index in largest.into_values() {
            let (location, people) = &self.places[index];
            if let Some(municipality) = &location.municipality
                && !towns.contains(&(location.country, municipality.name.as_str()))
            {
                added.push((Location { place: municipality.name.clone(), ..location.clone() }, *people));
            }
        }
        other_names.extend(added.iter().map(|_| ""));
        self.places.append(&mut added);
    }

    /// The location of an address.
    ///
    /// By postcode where a table of postcodes knows it; else by the place's name, compared without regard to case and,
    /// if nobody is called exactly so, to accents; else, for a Swedish address without a place, by the city that owns
    /// the postcode's first three digits. `country` is a code or a name in Swedish, Norwegian or English and tells
    /// places of one name apart; without it the postcode's length does. `None` when unknown or not certain.
    #[must_use]
    pub fn locate(
        &self,
        postcode: Option<&str>,
        place: Option<&str>,
        country: Option<&str>,
    ) -> Option<&Location> {
        let postcode = postcode.map(digits).filter(|digits| !digits.is_empty());
        let place = place.map(str::trim).filter(|place| !place.is_empty());
        let country = match country.map(str::trim).filter(|country| !country.is_empty()) {
            Some(text) => Some(country::find(text)?.code),
            None => None,
        };
        let mut by_postcode = postcode.iter().flat_map(|digits| {
            let countries =
                ["SE", "NO", "DK", "FI", "IS"].into_iter().filter(|code| lies_in(code, country, None));
            countries.filter_map(|code| self.postcodes.get(&(code, digits.clone())))
        });
        if let Some(found) = by_postcode.next()
            && by_postcode.next().is_none()
        {
            return Some(found);
        }
        match place {
            Some(place) => self.by_name(place, country, postcode.as_deref()),
            None if country == Some("SE") => self.by_name(swedish_city(postcode.as_deref()?)?, country, None),
            None => None,
        }
    }

    fn by_name(&self, name: &str, country: Option<&str>, postcode: Option<&str>) -> Option<&Location> {
        let allowed = |found: Option<&Vec<usize>>| -> Vec<&(Location, u32)> {
            let places = found.into_iter().flatten().map(|&index| &self.places[index]);
            places
                .filter(|(location, _)| match country {
                    Some("AX") => location.region.code == "FI-01",
                    Some("SJ") => location.region.code == "NO-21",
                    _ => lies_in(location.country, country, postcode),
                })
                .collect()
        };
        let mut candidates = allowed(self.as_written.get(&fold::case(name)));
        if candidates.is_empty() {
            candidates = allowed(self.without_accents.get(&fold::accents(name)));
        }
        let (first, others) = candidates.split_first()?;
        others.iter().all(|other| is_beside_the_point(first, other)).then_some(&first.0)
    }
}

/// Whether one of two places of one name can be left aside: it lies next to the larger one, as a suburb or a second
/// entry of the same town does, or it is so small beside it that nobody who gives the name alone means it.
fn is_beside_the_point(larger: &(Location, u32), other: &(Location, u32)) -> bool {
    let point = |location: &Location| (location.latitude, location.longitude);
    let near =
        larger.0.region == other.0.region && distance::kilometres(point(&larger.0), point(&other.0)) < 25.0;
    near || larger.1 / 10 >= other.1
}

/// Whether an address may lie in a country, given the country it names or else the length of its postcode.
fn lies_in(code: &str, country: Option<&str>, postcode: Option<&str>) -> bool {
    match (country, postcode.map(str::len)) {
        (Some(country), _) => country == code,
        (None, Some(3)) => code == "IS",
        (None, Some(4)) => matches!(code, "NO" | "DK"),
        (None, Some(5)) => matches!(code, "SE" | "FI"),
        _ => true,
    }
}

fn digits(postcode: &str) -> String {
    postcode.chars().filter(char::is_ascii_digit).collect()
}

fn parse_line(line: &str) -> Option<(Location, u32, &str)> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, others, region, code, municipality, people, latitude, longitude] = columns.try_into().ok()?;
    let region = region::by_code(region)?;
    let municipality =
        (!code.is_empty()).then(|| Municipality { code: code.to_owned(), name: municipality.to_owned() });
    let location = Location {
        place: name.to_owned(),
        municipality,
        region,
        country: region.country(),
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
    };
    Some((location, people.parse().ok()?, others))
}

/// The first three digits of Swedish postcodes that belong to one city as a whole. Far from all: only what is certain.
const SWEDISH_CITIES: &[(u16, u16, &str)] = &[
    (100, 118, "Stockholm"),
    (171, 171, "Solna"),
    (200, 218, "Malmö"),
    (221, 227, "Lund"),
    (250, 257, "Helsingborg"),
    (261, 261, "Landskrona"),
    (291, 291, "Kristianstad"),
    (301, 305, "Halmstad"),
    (351, 352, "Växjö"),
    (371, 371, "Karlskrona"),
    (391, 394, "Kalmar"),
    (400, 418, "Göteborg"),
    (431, 431, "Mölndal"),
    (451, 451, "Uddevalla"),
    (461, 461, "Trollhättan"),
    (501, 507, "Borås"),
    (541, 541, "Skövde"),
    (551, 556, "Jönköping"),
    (581, 589, "Linköping"),
    (601, 603, "Norrköping"),
    (611, 611, "Nyköping"),
    (621, 621, "Visby"),
    (631, 633, "Eskilstuna"),
    (651, 656, "Karlstad"),
    (691, 691, "Karlskoga"),
    (701, 703, "Örebro"),
    (721, 726, "Västerås"),
    (751, 757, "Uppsala"),
    (781, 781, "Borlänge"),
    (791, 791, "Falun"),
    (801, 806, "Gävle"),
    (831, 831, "Östersund"),
    (851, 857, "Sundsvall"),
    (891, 891, "Örnsköldsvik"),
    (901, 907, "Umeå"),
    (931, 931, "Skellefteå"),
    (971, 977, "Luleå"),
    (981, 981, "Kiruna"),
];

fn swedish_city(postcode: &str) -> Option<&'static str> {
    let prefix: u16 = postcode.get(..3).filter(|_| postcode.len() == 5)?.parse().ok()?;
    SWEDISH_CITIES.iter().find(|(from, to, _)| (*from..=*to).contains(&prefix)).map(|(_, _, city)| *city)
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
