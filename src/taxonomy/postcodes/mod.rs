//! Files of postcodes that an office loads, because the official ones may not be passed on with a program.
//!
//! The form is that of <https://download.geonames.org/export/zip/>, tab-separated: country, postcode, place, then
//! name and code of three levels of administration, latitude, longitude, accuracy. Swedish files carry the letters
//! of the län and the kommunkod. Norwegian ones carry numbers of fylker that are not those of ISO 3166-2 and
//! kommunenummer from before 2020, so neither is believed by itself: see [`Municipalities`].

mod store;

use std::collections::HashMap;

use super::place::{Gazetteer, Location, Municipality};
use super::{Region, country, distance, fold, region};

pub use store::{PostcodeList, all, gazetteer, replace};

/// Where GeoNames publishes the files.
pub const SOURCE: &str = "GeoNames, https://download.geonames.org/export/zip/";
/// On what terms.
pub const LICENCE: &str = "CC BY 4.0";

/// A municipality that lies no nearer than this to a postcode is another one of the same name.
const NEAR_KM: f64 = 60.0;
/// A place of the built-in list farther away than this is another one of the same name.
const SAME_PLACE_KM: f64 = 25.0;

/// What a file says, ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct PostcodeFile {
    /// ISO 3166-1, as the file has it.
    pub country: &'static str,
    /// Each postcode once, in the file's order.
    pub postcodes: Vec<(String, Location)>,
}

/// Why a file cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostcodeFileError {
    /// A line of another form.
    #[error(
        "line {0} is not as GeoNames writes postcodes (country, postcode, place, three pairs of name and code, \
         latitude, longitude, accuracy, with tabs between)"
    )]
    Line(usize),
    /// A country whose postcodes nothing here asks for.
    #[error("line {line} is about {country:?}; take the file of one of {}", COUNTRIES.join(", "))]
    Country {
        /// The line, from 1.
        line: usize,
        /// What it says.
        country: String,
    },
    /// Several countries in one.
    #[error("line {0} is about another country than the lines before; take the file of one country")]
    Mixed(usize),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
}

/// Countries whose files are taken. Åland and Svalbard have files of their own.
const COUNTRIES: [&str; 7] = ["SE", "NO", "DK", "FI", "IS", "AX", "SJ"];

impl PostcodeFile {
    /// Reads a file. A postcode that is there several times keeps its first place, and its municipality and region
    /// where all agree.
    ///
    /// # Errors
    /// When it has another form, with the line.
    pub fn parse(text: &str) -> Result<Self, PostcodeFileError> {
        let municipalities = Municipalities::of(Gazetteer::builtin());
        let mut file: Option<Self> = None;
        let mut places: HashMap<String, usize> = HashMap::new();
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let number = number + 1;
            if line.trim().is_empty() {
                continue;
            }
            let row = Row::parse(line).ok_or(PostcodeFileError::Line(number))?;
            let unknown = || PostcodeFileError::Country { line: number, country: row.country.to_owned() };
            let code = COUNTRIES.into_iter().find(|code| *code == row.country).ok_or_else(unknown)?;
            let file = file.get_or_insert(Self { country: code, postcodes: Vec::new() });
            if file.country != code {
                return Err(PostcodeFileError::Mixed(number));
            }
            let location = municipalities.locate(&row, code);
            match places.get(row.postcode.as_str()) {
                Some(index) => {
                    let known = &mut file.postcodes[*index].1;
                    known.municipality =
                        known.municipality.take().filter(|one| Some(one) == location.municipality.as_ref());
                    known.region = known.region.filter(|_| known.region == location.region);
                }
                None => {
                    places.insert(row.postcode.clone(), file.postcodes.len());
                    file.postcodes.push((row.postcode, location));
                }
            }
        }
        file.ok_or(PostcodeFileError::Empty)
    }
}

/// One line.
struct Row<'t> {
    country: &'t str,
    postcode: String,
    place: &'t str,
    first_code: &'t str,
    second_name: &'t str,
    second_code: &'t str,
    coordinates: (f64, f64),
}

impl<'t> Row<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [country, postcode, place, _, first_code, second_name, second_code, _, _, latitude, longitude, _] =
            columns.try_into().ok()?;
        let postcode: String = postcode.chars().filter(char::is_ascii_digit).collect();
        let coordinates: (f64, f64) = (latitude.parse().ok()?, longitude.parse().ok()?);
        let is_on_earth =
            (-90.0..=90.0).contains(&coordinates.0) && (-180.0..=180.0).contains(&coordinates.1);
        if postcode.is_empty() || place.is_empty() || !is_on_earth {
            return None;
        }
        Some(Self { country, postcode, place, first_code, second_name, second_code, coordinates })
    }
}

/// A municipality as the built-in list of places has it.
struct Known<'g> {
    municipality: &'g Municipality,
    region: Option<&'static Region>,
    places: Vec<(f64, f64)>,
}

/// The municipalities of today, by number and by name.
struct Municipalities<'g> {
    gazetteer: &'g Gazetteer,
    by_code: HashMap<&'static str, HashMap<&'g str, Known<'g>>>,
    by_name: HashMap<(&'static str, String), Vec<&'g str>>,
}

impl<'g> Municipalities<'g> {
    fn of(gazetteer: &'g Gazetteer) -> Self {
        let mut by_code: HashMap<&'static str, HashMap<&str, Known<'g>>> = HashMap::new();
        for location in gazetteer.places() {
            if let Some(municipality) = &location.municipality {
                let theirs = by_code.entry(location.country).or_default();
                let known = theirs.entry(municipality.code.as_str()).or_insert_with(|| Known {
                    municipality,
                    region: location.region,
                    places: Vec::new(),
                });
                known.places.push(location.coordinates());
            }
        }
        let mut by_name: HashMap<(&'static str, String), Vec<&str>> = HashMap::new();
        for (country, theirs) in &by_code {
            for (code, known) in theirs {
                by_name.entry((*country, plain(&known.municipality.name))).or_default().push(code);
            }
        }
        Self { gazetteer, by_code, by_name }
    }

    /// What is certain about a line. A number counts if it is today's and has today's name; else the one
    /// municipality of that name nearby; else the municipality of the place itself, if the built-in list has it
    /// there. In Sweden the letters of the län are certain even then.
    fn locate(&self, row: &Row<'_>, code: &'static str) -> Location {
        let country = match code {
            "AX" => "FI",
            "SJ" => "NO",
            other => other,
        };
        let (municipality, region) = self
            .by_number(row, country)
            .or_else(|| self.by_name(row, country))
            .map(|known| (Some(known.municipality.clone()), known.region))
            .or_else(|| {
                let place = self.gazetteer.locate(None, Some(row.place), Some(country))?;
                let near = distance::kilometres(place.coordinates(), row.coordinates) < SAME_PLACE_KM;
                near.then(|| (place.municipality.clone(), place.region))
            })
            .unwrap_or_default();
        let region = region.or_else(|| match code {
            "SE" => region::by_code(&format!("SE-{}", row.first_code)),
            "AX" => region::by_code("FI-01"),
            "SJ" => region::by_code("NO-21"),
            _ => None,
        });
        Location {
            place: row.place.to_owned(),
            municipality,
            region,
            country: country::find(country).map_or(country, |country| country.code),
            latitude: row.coordinates.0,
            longitude: row.coordinates.1,
        }
    }

    fn by_number(&self, row: &Row<'_>, country: &'static str) -> Option<&Known<'g>> {
        let known = self.by_code.get(country)?.get(row.second_code)?;
        (plain(&known.municipality.name) == plain(row.second_name)).then_some(known)
    }

    fn by_name(&self, row: &Row<'_>, country: &'static str) -> Option<&Known<'g>> {
        let codes = self.by_name.get(&(country, plain(row.second_name)))?;
        let theirs = self.by_code.get(country)?;
        let mut near = codes.iter().filter_map(|code| theirs.get(code)).filter(|known| {
            known.places.iter().any(|place| distance::kilometres(*place, row.coordinates) < NEAR_KM)
        });
        near.next().filter(|_| near.next().is_none())
    }
}

/// A municipality's name without what tells it from others: "Bø (Telemark)", "Malmö kommun".
fn plain(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default();
    let name = fold::accents(name);
    name.strip_suffix(" kommun").or_else(|| name.strip_suffix(" kommune")).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{PostcodeFile, PostcodeFileError};

    fn line(
        country: &str,
        postcode: &str,
        place: &str,
        first: (&str, &str),
        second: (&str, &str),
        at: (f64, f64),
    ) -> String {
        format!(
            "{country}\t{postcode}\t{place}\t{}\t{}\t{}\t{}\t\t\t{}\t{}\t4\n",
            first.0, first.1, second.0, second.1, at.0, at.1
        )
    }

    /// Postcode, municipality and region of each line.
    fn read(text: &str) -> Vec<(String, Option<String>, Option<&'static str>)> {
        let file = PostcodeFile::parse(text).unwrap();
        let row = |(postcode, location): (String, super::Location)| {
            (postcode, location.municipality.as_ref().map(|one| one.code.clone()), location.region_code())
        };
        file.postcodes.into_iter().map(row).collect()
    }

    fn row(
        postcode: &str,
        municipality: Option<&str>,
        region: Option<&'static str>,
    ) -> (String, Option<String>, Option<&'static str>) {
        (postcode.to_owned(), municipality.map(str::to_owned), region)
    }

    #[test]
    fn swedish_lines_are_taken_at_their_word_where_it_is_that_of_today() {
        let text = line("SE", "211 20", "Malmö", ("Skåne", "M"), ("Malmö", "1280"), (55.6, 13.0))
            + &line("SE", "999 01", "Påhittad", ("Skåne", "M"), ("Gamla", "1101"), (55.7, 13.5))
            + &line("SE", "999 02", "Påhittad", ("Kristianstad", "L"), ("Gamla", "1101"), (10.0, 13.5));
        assert_eq!(
            read(&text),
            [
                row("21120", Some("1280"), Some("SE-M")),
                row("99901", None, Some("SE-M")),
                row("99902", None, None)
            ]
        );
    }

    #[test]
    fn norwegian_numbers_of_old_become_those_of_today() {
        let text = line("NO", "0010", "Oslo", ("Oslo", "12"), ("Oslo", "0301"), (59.91, 10.75))
            // Not NO-17 and not 0805, as the file says: those are Nord-Trøndelag and nothing.
            + &line("NO", "3901", "Porsgrunn", ("Telemark", "17"), ("Porsgrunn", "0805"), (59.1262, 9.6483))
            // There is a municipality Bø today, far away from the one that the file means.
            + &line("NO", "3833", "Påhittet", ("Telemark", "17"), ("Bø (Telemark)", "0821"), (59.41, 9.06))
            // Merged away, and the file has the wrong fylke: the town itself tells.
            + &line("NO", "6800", "Førde", ("Møre og Romsdal", "15"), ("Førde", "1432"), (61.4646, 5.7317));
        assert_eq!(
            read(&text),
            [
                row("0010", Some("0301"), Some("NO-03")),
                row("3901", Some("4001"), Some("NO-40")),
                row("3833", None, None),
                row("6800", Some("4647"), Some("NO-46")),
            ]
        );
    }

    #[test]
    fn a_postcode_of_two_municipalities_keeps_what_they_share() {
        let text = line("SE", "211 20", "Malmö", ("Skåne", "M"), ("Malmö", "1280"), (55.6, 13.0))
            + &line("SE", "21120", "Lund", ("Skåne", "M"), ("Lund", "1281"), (55.7, 13.2));
        assert_eq!(read(&text), [row("21120", None, Some("SE-M"))]);
        let svalbard = line("SJ", "9170", "Longyearbyen", ("", ""), ("", ""), (78.2, 15.6));
        assert_eq!(read(&svalbard)[0].2, Some("NO-21"));
    }

    #[test]
    fn another_form_is_refused_with_its_line() {
        let good = line("SE", "211 20", "Malmö", ("Skåne", "M"), ("Malmö", "1280"), (55.6, 13.0));
        let told = |text: &str| PostcodeFile::parse(text).unwrap_err();
        assert_eq!(told(""), PostcodeFileError::Empty);
        assert_eq!(told(&format!("{good}SE;211 21;Malmö")), PostcodeFileError::Line(2));
        assert_eq!(told(&good.replace("55.6", "155.6")), PostcodeFileError::Line(1));
        assert_eq!(told(&good.replace("211 20", "ABC")), PostcodeFileError::Line(1));
        assert!(matches!(told(&good.replace("SE\t", "DE\t")), PostcodeFileError::Country { line: 1, .. }));
        assert_eq!(told(&(good.clone() + &good.replace("SE\t", "NO\t"))), PostcodeFileError::Mixed(2));
    }
}
