use super::{Gazetteer, Location, Municipality, SWEDISH_CITIES, locate};

fn region_of(place: &str, country: &str) -> Option<&'static str> {
    locate(None, Some(place), Some(country)).and_then(Location::region_code)
}

fn municipality_of(place: &str, country: &str) -> Option<&'static str> {
    locate(None, Some(place), Some(country))?.municipality.as_ref().map(|m| m.code.as_str())
}

#[test]
fn well_known_cities_lie_in_their_regions() {
    for (place, country, region) in [
        ("Stockholm", "SE", "SE-AB"),
        ("Uppsala", "SE", "SE-C"),
        ("Eskilstuna", "SE", "SE-D"),
        ("Linköping", "SE", "SE-E"),
        ("Jönköping", "SE", "SE-F"),
        ("Växjö", "SE", "SE-G"),
        ("Kalmar", "SE", "SE-H"),
        ("Visby", "SE", "SE-I"),
        ("Karlskrona", "SE", "SE-K"),
        ("Malmö", "SE", "SE-M"),
        ("Halmstad", "SE", "SE-N"),
        ("Göteborg", "SE", "SE-O"),
        ("Karlstad", "SE", "SE-S"),
        ("Örebro", "SE", "SE-T"),
        ("Västerås", "SE", "SE-U"),
        ("Falun", "SE", "SE-W"),
        ("Gävle", "SE", "SE-X"),
        ("Sundsvall", "SE", "SE-Y"),
        ("Östersund", "SE", "SE-Z"),
        ("Umeå", "SE", "SE-AC"),
        ("Luleå", "SE", "SE-BD"),
        ("Oslo", "NO", "NO-03"),
        ("Stavanger", "NO", "NO-11"),
        ("Ålesund", "NO", "NO-15"),
        ("Bodø", "NO", "NO-18"),
        ("Longyearbyen", "NO", "NO-21"),
        ("Fredrikstad", "NO", "NO-31"),
        ("Ås", "NO", "NO-32"),
        ("Drammen", "NO", "NO-33"),
        ("Hamar", "NO", "NO-34"),
        ("Tønsberg", "NO", "NO-39"),
        ("Skien", "NO", "NO-40"),
        ("Kristiansand", "NO", "NO-42"),
        ("Bergen", "NO", "NO-46"),
        ("Trondheim", "NO", "NO-50"),
        ("Tromsø", "NO", "NO-55"),
        ("Alta", "NO", "NO-56"),
        ("Aalborg", "DK", "DK-81"),
        ("Aarhus", "DK", "DK-82"),
        ("Odense", "DK", "DK-83"),
        ("København", "DK", "DK-84"),
        ("Roskilde", "DK", "DK-85"),
        ("Mariehamn", "FI", "FI-01"),
        ("Lappeenranta", "FI", "FI-02"),
        ("Seinäjoki", "FI", "FI-03"),
        ("Mikkeli", "FI", "FI-04"),
        ("Kajaani", "FI", "FI-05"),
        ("Hämeenlinna", "FI", "FI-06"),
        ("Karleby", "FI", "FI-07"),
        ("Jyväskylä", "FI", "FI-08"),
        ("Kotka", "FI", "FI-09"),
        ("Rovaniemi", "FI", "FI-10"),
        ("Tammerfors", "FI", "FI-11"),
        ("Vasa", "FI", "FI-12"),
        ("Joensuu", "FI", "FI-13"),
        ("Oulu", "FI", "FI-14"),
        ("Kuopio", "FI", "FI-15"),
        ("Lahti", "FI", "FI-16"),
        ("Pori", "FI", "FI-17"),
        ("Helsingfors", "FI", "FI-18"),
        ("Åbo", "FI", "FI-19"),
        ("Reykjavík", "IS", "IS-1"),
        ("Keflavík", "IS", "IS-2"),
        ("Akranes", "IS", "IS-3"),
        ("Ísafjörður", "IS", "IS-4"),
        ("Sauðárkrókur", "IS", "IS-5"),
        ("Akureyri", "IS", "IS-6"),
        ("Egilsstaðir", "IS", "IS-7"),
        ("Selfoss", "IS", "IS-8"),
    ] {
        assert_eq!(region_of(place, country), Some(region), "{place}");
    }
}

#[test]
fn names_are_found_however_they_are_written() {
    for name in ["Örebro", "ÖREBRO", " örebro ", "Orebro", "O\u{308}rebro"] {
        assert_eq!(region_of(name, "Sverige"), Some("SE-T"), "{name}");
    }
    assert_eq!(region_of("Gothenburg", "Sweden"), Some("SE-O"));
    assert_eq!(region_of("Tromsö", "Norge"), Some("NO-55"));
    assert_eq!(region_of("Århus", "Danmark"), Some("DK-82"));
    assert_eq!(region_of("Jarfalla", "SE"), Some("SE-AB"), "a postal town that is a municipality only");
    assert_eq!(region_of("Mariehamn", "Åland"), Some("FI-01"));
}

#[test]
fn municipalities_have_their_national_codes() {
    for (place, country, code) in [
        ("Malmö", "SE", "1280"),
        ("Göteborg", "SE", "1480"),
        ("Örebro", "SE", "1880"),
        ("Stockholm", "SE", "0180"),
        ("Kumla", "SE", "1881"),
        ("Tromsø", "NO", "5501"),
        ("Ås", "NO", "3218"),
        ("København", "DK", "101"),
    ] {
        assert_eq!(municipality_of(place, country), Some(code), "{place}");
    }
    assert_eq!(municipality_of("Helsinki", "FI"), None, "not known, and not invented");
}

#[test]
fn national_codes_agree_with_the_regions() {
    // The first two digits of a kommunkod are the number of its län; those of a kommunenummer its fylke.
    let counties = [
        ("01", "AB"),
        ("03", "C"),
        ("04", "D"),
        ("05", "E"),
        ("06", "F"),
        ("07", "G"),
        ("08", "H"),
        ("09", "I"),
        ("10", "K"),
        ("12", "M"),
        ("13", "N"),
        ("14", "O"),
        ("17", "S"),
        ("18", "T"),
        ("19", "U"),
        ("20", "W"),
        ("21", "X"),
        ("22", "Y"),
        ("23", "Z"),
        ("24", "AC"),
        ("25", "BD"),
    ];
    for (location, _) in &Gazetteer::builtin().places {
        let Some(municipality) = &location.municipality else { continue };
        let (_, region) = location.region_code().unwrap().split_once('-').unwrap();
        match location.country {
            "SE" => assert!(counties.contains(&(&municipality.code[..2], region)), "{location:?}"),
            "NO" => assert_eq!(&municipality.code[..2], region, "{location:?}"),
            _ => {}
        }
    }
}

#[test]
fn the_country_tells_places_of_one_name_apart() {
    assert_eq!(region_of("Ås", "NO"), Some("NO-32"));
    assert_eq!(locate(None, Some("Ås"), None), None, "Norway has one, Sweden has two");
    assert_eq!(locate(None, Some("Ås"), Some("SE")), None, "both are small");
    assert_eq!(
        locate(Some("1430"), Some("Ås"), None).map(|l| l.country),
        Some("NO"),
        "Sweden has five digits"
    );
    assert_eq!(
        locate(None, Some("Lund"), None).and_then(Location::region_code),
        Some("SE-M"),
        "far larger than its namesakes"
    );
    assert_eq!(region_of("Frederiksberg", "DK"), Some("DK-84"), "far larger than the village on Sjælland");
    assert_eq!(locate(None, Some("Malmö"), Some("Tyskland")), None);
    assert_eq!(locate(None, Some("Malmö"), Some("Svärje")), None, "an unknown country is not ignored");
}

#[test]
fn every_place_of_the_sample_files_is_found() {
    for place in [
        "Göteborg",
        "Helsingborg",
        "Kalmar",
        "Karlstad",
        "Landskrona",
        "Linköping",
        "Luleå",
        "Lund",
        "Malmö",
        "Mölndal",
        "Solna",
        "Stockholm",
        "Umeå",
        "Uppsala",
        "Visby",
        "Växjö",
        "Örebro",
    ] {
        assert!(region_of(place, "Sverige").is_some(), "{place}");
        assert!(locate(None, Some(place), None).is_some(), "{place}");
    }
    for place in ["Trondheim", "Oslo", "Bergen", "Tromsø", "Stavanger", "Ås"] {
        assert!(region_of(place, "NO").is_some(), "{place}");
    }
}

#[test]
fn a_swedish_postcode_alone_finds_the_large_cities() {
    let place = |postcode, country| locate(Some(postcode), None, country).map(|l| l.place.as_str());
    assert_eq!(place("703 62", Some("SE")), Some("Örebro"));
    assert_eq!(place("SE-111 20", Some("Sverige")), Some("Stockholm"));
    assert_eq!(place("70362", None), None, "Finland has five digits too");
    assert_eq!(place("7036", Some("SE")), None);
    assert_eq!(place("76040", Some("SE")), None, "not certain");
    for (_, _, city) in SWEDISH_CITIES {
        assert_eq!(locate(None, Some(city), Some("SE")).map(|l| l.place.as_str()), Some(*city));
    }
}

#[test]
fn a_table_of_postcodes_comes_first() {
    let hamlet = Location {
        place: "Hampetorp".into(),
        municipality: Some(Municipality { code: "1880".into(), name: "Örebro".into() }),
        ..locate(None, Some("Örebro"), Some("SE")).unwrap().clone()
    };
    let gazetteer = Gazetteer::with_postcodes([("702 93".to_owned(), hamlet)]);
    let found =
        |postcode, place, country| gazetteer.locate(postcode, place, country).map(|l| l.place.as_str());
    assert_eq!(found(Some("70293"), Some("Kumla"), Some("SE")), Some("Hampetorp"));
    assert_eq!(found(Some("702 93"), None, None), Some("Hampetorp"));
    assert_eq!(found(Some("70293"), Some("Oulu"), Some("FI")), Some("Oulu"));
    assert_eq!(found(Some("69230"), Some("Kumla"), Some("SE")), Some("Kumla"));
}

#[test]
fn a_broken_table_is_refused_with_its_line() {
    let error = Gazetteer::parse("# header\nMalmö\t\tSE-L\t\t\t1\t55.6\t13.0").unwrap_err();
    assert_eq!(error.line, 2);
}
