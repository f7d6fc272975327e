//! The regions of the Nordic countries by ISO 3166-2: Swedish län, Norwegian fylker (as of 2024), Danish regioner,
//! Finnish maakunnat/landskap, Icelandic landsvæði.

use std::{collections::HashMap, sync::LazyLock};

use super::{Names, fold};

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166-2, such as `SE-M`.
    pub code: &'static str,
    /// Its names; a language without a name of its own has the local one.
    pub names: Names,
}

impl Region {
    /// The ISO 3166-1 code of its country.
    #[must_use]
    pub fn country(&self) -> &'static str {
        self.code.split_once('-').map_or(self.code, |(country, _)| country)
    }
}

const fn region(code: &'static str, sv: &'static str, nb: &'static str, en: &'static str) -> Region {
    Region { code, names: Names { sv, nb, en } }
}

/// Every region, by country in the order of the official codes.
pub const ALL: &[Region] = &[
    region("SE-AB", "Stockholms län", "Stockholms län", "Stockholm County"),
    region("SE-C", "Uppsala län", "Uppsala län", "Uppsala County"),
    region("SE-D", "Södermanlands län", "Södermanlands län", "Södermanland County"),
    region("SE-E", "Östergötlands län", "Östergötlands län", "Östergötland County"),
    region("SE-F", "Jönköpings län", "Jönköpings län", "Jönköping County"),
    region("SE-G", "Kronobergs län", "Kronobergs län", "Kronoberg County"),
    region("SE-H", "Kalmar län", "Kalmar län", "Kalmar County"),
    region("SE-I", "Gotlands län", "Gotlands län", "Gotland County"),
    region("SE-K", "Blekinge län", "Blekinge län", "Blekinge County"),
    region("SE-M", "Skåne län", "Skåne län", "Skåne County"),
    region("SE-N", "Hallands län", "Hallands län", "Halland County"),
    region("SE-O", "Västra Götalands län", "Västra Götalands län", "Västra Götaland County"),
    region("SE-S", "Värmlands län", "Värmlands län", "Värmland County"),
    region("SE-T", "Örebro län", "Örebro län", "Örebro County"),
    region("SE-U", "Västmanlands län", "Västmanlands län", "Västmanland County"),
    region("SE-W", "Dalarnas län", "Dalarnas län", "Dalarna County"),
    region("SE-X", "Gävleborgs län", "Gävleborgs län", "Gävleborg County"),
    region("SE-Y", "Västernorrlands län", "Västernorrlands län", "Västernorrland County"),
    region("SE-Z", "Jämtlands län", "Jämtlands län", "Jämtland County"),
    region("SE-AC", "Västerbottens län", "Västerbottens län", "Västerbotten County"),
    region("SE-BD", "Norrbottens län", "Norrbottens län", "Norrbotten County"),
    region("NO-03", "Oslo", "Oslo", "Oslo"),
    region("NO-11", "Rogaland", "Rogaland", "Rogaland"),
    region("NO-15", "Møre og Romsdal", "Møre og Romsdal", "Møre og Romsdal"),
    region("NO-18", "Nordland", "Nordland", "Nordland"),
    region("NO-21", "Svalbard", "Svalbard", "Svalbard"),
    region("NO-31", "Østfold", "Østfold", "Østfold"),
    region("NO-32", "Akershus", "Akershus", "Akershus"),
    region("NO-33", "Buskerud", "Buskerud", "Buskerud"),
    region("NO-34", "Innlandet", "Innlandet", "Innlandet"),
    region("NO-39", "Vestfold", "Vestfold", "Vestfold"),
    region("NO-40", "Telemark", "Telemark", "Telemark"),
    region("NO-42", "Agder", "Agder", "Agder"),
    region("NO-46", "Vestland", "Vestland", "Vestland"),
    region("NO-50", "Trøndelag", "Trøndelag", "Trøndelag"),
    region("NO-55", "Troms", "Troms", "Troms"),
    region("NO-56", "Finnmark", "Finnmark", "Finnmark"),
    region("DK-81", "Nordjylland", "Nordjylland", "North Denmark"),
    region("DK-82", "Mittjylland", "Midtjylland", "Central Denmark"),
    region("DK-83", "Syddanmark", "Syddanmark", "Southern Denmark"),
    region("DK-84", "Huvudstadsregionen", "Hovedstaden", "Capital Region of Denmark"),
    region("DK-85", "Själland", "Sjælland", "Zealand"),
    region("FI-01", "Åland", "Åland", "Åland"),
    region("FI-02", "Södra Karelen", "Sør-Karelen", "South Karelia"),
    region("FI-03", "Södra Österbotten", "Sør-Österbotten", "South Ostrobothnia"),
    region("FI-04", "Södra Savolax", "Sør-Savolax", "South Savo"),
    region("FI-05", "Kajanaland", "Kainuu", "Kainuu"),
    region("FI-06", "Egentliga Tavastland", "Egentlige Tavastland", "Kanta-Häme"),
    region("FI-07", "Mellersta Österbotten", "Mellersta Österbotten", "Central Ostrobothnia"),
    region("FI-08", "Mellersta Finland", "Mellersta Finland", "Central Finland"),
    region("FI-09", "Kymmenedalen", "Kymmenedalen", "Kymenlaakso"),
    region("FI-10", "Lappland", "Lappland", "Lapland"),
    region("FI-11", "Birkaland", "Birkaland", "Pirkanmaa"),
    region("FI-12", "Österbotten", "Österbotten", "Ostrobothnia"),
    region("FI-13", "Norra Karelen", "Nord-Karelen", "North Karelia"),
    region("FI-14", "Norra Österbotten", "Nord-Österbotten", "North Ostrobothnia"),
    region("FI-15", "Norra Savolax", "Nord-Savolax", "North Savo"),
    region("FI-16", "Päijänne-Tavastland", "Päijänne-Tavastland", "Päijät-Häme"),
    region("FI-17", "Satakunta", "Satakunta", "Satakunta"),
    region("FI-18", "Nyland", "Nyland", "Uusimaa"),
    region("FI-19", "Egentliga Finland", "Egentlige Finland", "Southwest Finland"),
    region("IS-1", "Höfuðborgarsvæðið", "Höfuðborgarsvæðið", "Capital Region"),
    region("IS-2", "Suðurnes", "Suðurnes", "Southern Peninsula"),
    region("IS-3", "Vesturland", "Vesturland", "Western Region"),
    region("IS-4", "Vestfirðir", "Vestfirðir", "Westfjords"),
    region("IS-5", "Norðurland vestra", "Norðurland vestra", "Northwestern Region"),
    region("IS-6", "Norðurland eystra", "Norðurland eystra", "Northeastern Region"),
    region("IS-7", "Austurland", "Austurland", "Eastern Region"),
    region("IS-8", "Suðurland", "Suðurland", "Southern Region"),
];

static BY_NAME: LazyLock<HashMap<String, &'static Region>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for region in ALL {
        names.insert(region.code.to_lowercase(), region);
        for name in region.names.all() {
            names.insert(fold::case(name), region);
            names.insert(fold::accents(name), region);
        }
    }
    names
});

/// The region of an ISO 3166-2 code, as written in the standard.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Region> {
    ALL.iter().find(|region| region.code == code)
}

/// The region of a code or a name in any of the three languages; case and accents do not matter.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Region> {
    BY_NAME.get(&fold::case(code_or_name)).or_else(|| BY_NAME.get(&fold::accents(code_or_name))).copied()
}

#[cfg(test)]
mod tests {
    use super::{ALL, by_code, find};

    #[test]
    fn finds_by_code_and_by_name() {
        assert_eq!(by_code("SE-M").map(|r| r.names.sv), Some("Skåne län"));
        assert!(by_code("SE-L").is_none(), "Kristianstads län ended in 1996");
        assert_eq!(find("orebro lan").map(|r| r.code), Some("SE-T"));
        assert_eq!(find("Skåne County").map(|r| r.code), Some("SE-M"));
        assert_eq!(find("troms").map(|r| r.code), Some("NO-55"));
    }

    #[test]
    fn every_code_and_name_is_unique() {
        assert_eq!(ALL.iter().filter(|r| r.country() == "SE").count(), 21);
        assert_eq!(ALL.iter().filter(|r| r.country() == "NO").count(), 16, "15 fylker and Svalbard");
        for region in ALL {
            assert_eq!(by_code(region.code), Some(region));
            for name in region.names.all() {
                assert_eq!(find(name), Some(region), "{name}");
            }
        }
    }
}
