//! The shared sample files, whole, and files with everything wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::choices::Choices;
use super::look;
use super::mapping::Field;
use super::source::Encoding;
use super::{
    Mapping, MappingError, Parser, Record, Reject, RejectReason, RejectsFile, Row, Source, SourceError,
};
use crate::contacts::person::{DegreeLevel as Level, Sector};

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

struct Read {
    source: Source,
    good: Vec<(u64, Record)>,
    rejected: Vec<(Row, RejectReason)>,
}

impl Read {
    fn all(mapping: &Mapping, source: Source) -> Self {
        let parser = Parser::new(mapping, source.table(), now());
        let (mut good, mut rejected) = (Vec::new(), Vec::new());
        for row in source.rows().unwrap().map(Result::unwrap) {
            match parser.parse(&row) {
                Ok(record) => good.push((row.number, record)),
                Err(reason) => rejected.push((row, reason)),
            }
        }
        Self { source, good, rejected }
    }

    fn sample(preset: &str, name: &str) -> Self {
        let mapping = Mapping::preset(preset).unwrap();
        let source = Source::open(&sample(name), &mapping.expected()).unwrap();
        Self::all(&mapping, source)
    }

    fn text(preset: &str, text: impl Into<Vec<u8>>) -> Self {
        let mapping = Mapping::preset(preset).unwrap();
        let source = Source::from_bytes(text.into(), &mapping.expected()).unwrap();
        Self::all(&mapping, source)
    }

    fn reasons(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, reason) in &self.rejected {
            *counts.entry(reason.to_string()).or_default() += 1;
        }
        counts
    }

    fn row(&self, number: u64) -> &Record {
        &self.good.iter().find(|(at, _)| *at == number).unwrap().1
    }
}

#[test]
fn reads_the_ladok_sample() {
    let read = Read::sample("ladok", "ladok_utdata.csv");
    let table = read.source.table();
    assert_eq!((table.encoding, table.delimiter, table.header_row), (Encoding::Windows1252, Some(';'), 1));
    assert_eq!(read.good.len() + read.rejected.len(), 6130);
    insta::assert_debug_snapshot!(read.reasons());
    assert_eq!(read.rejected.last().unwrap().0.number, 6129);

    let first = read.row(2);
    assert_eq!((first.given_name.as_str(), first.family_name.as_str()), ("Aïcha", "Nguyen"));
    assert_eq!(first.phone.as_ref().unwrap().as_str(), "+46705098773");
    let address = first.address.as_ref().unwrap();
    assert_eq!((address.postcode.as_deref(), address.country.as_str()), (Some("39231"), "SE"));
    let degree = first.degree.as_ref().unwrap();
    assert_eq!((degree.start_year, degree.graduation_year, degree.credits), (Some(2011), None, Some(286.5)));
    assert_eq!(degree.level, None);
    let master = read.row(6).degree.as_ref().unwrap();
    assert_eq!(master.programme_name.as_deref(), Some("Master in Economics; Applied"));
    assert_eq!(master.level, Some(Level::Master));

    let count = |test: fn(&Record) -> bool| read.good.iter().filter(|(_, record)| test(record)).count();
    assert_eq!(count(|record| record.protected), 30);
    assert_eq!(count(|record| record.protected && record.address.is_some()), 0);
    assert_eq!(count(|record| record.deceased), 11);
    assert_eq!(count(|record| record.identity_number.is_none()), 35);
    assert_eq!(count(|record| record.degree.is_none()), 0);
}

#[test]
fn reads_the_fs_sample() {
    let read = Read::sample("fs", "fs_eksport.txt");
    let table = read.source.table();
    assert_eq!((table.encoding, table.delimiter, table.header_row), (Encoding::Utf8, Some('\t'), 1));
    assert_eq!(table.columns[0], "Studentnr");
    assert_eq!((read.good.len(), read.reasons()), (500, BTreeMap::new()));
    let first = read.row(2);
    assert_eq!(first.source_number.as_deref(), Some("600000"));
    assert_eq!(first.family_name, "Kovačević");
    assert_eq!(first.degree.as_ref().unwrap().level, Some(Level::Bachelor));
    let oslo = read.row(4).address.as_ref().unwrap();
    assert_eq!((oslo.postcode.as_deref(), oslo.country.as_str()), (Some("0150"), "NO"));
}

#[test]
fn reads_the_form_sample() {
    let read = Read::sample("form", "nyhetsbrev_anmalan.csv");
    assert_eq!(read.source.table().delimiter, Some(','));
    assert_eq!(read.good.len() + read.rejected.len(), 1000);
    insta::assert_debug_snapshot!(read.reasons());
    let consent = read.row(2).consent.as_ref().unwrap();
    assert_eq!(consent.purposes, ["events", "surveys"]);
    assert_eq!(consent.given_at, "2025-11-04T09:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert!(read.good.iter().all(|(_, record)| record.consent.is_some()));
    let quoted = read.good.iter().filter_map(|(_, record)| record.employment.as_ref()?.employer.as_deref());
    assert_eq!(quoted.filter(|employer| *employer == "\"Ekbergs\" Bygg, AB").count(), 144);
}

#[test]
fn reads_the_employment_sample() {
    let read = Read::sample("employment", "yrkesregister.xlsx");
    let table = read.source.table();
    assert_eq!((table.encoding, table.delimiter, table.header_row), (Encoding::Workbook, None, 3));
    assert_eq!(read.good.len() + read.rejected.len(), 833);
    insta::assert_debug_snapshot!(read.reasons());
    let employment = read.row(4).employment.as_ref().unwrap();
    assert_eq!(read.row(4).identity_number.as_ref().unwrap().birth_date().to_string(), "1995-08-16");
    assert_eq!(employment.profession_code.as_deref(), Some("2661"));
    assert_eq!(employment.industry_code.as_deref(), Some("88"));
    assert_eq!(employment.sector, Some(Sector::Public));
    assert_eq!(employment.from.unwrap().to_string(), "2015-12-01");
}

const FORM: &str =
    "first_name,last_name,email,language,employer,job_title,ssyk,industry,topics,consented_at,consent_text\n";

#[test]
fn says_why_each_row_is_rejected() {
    let rows = "\
        ,Ek,a@b.se,,,,,,,,\n\
        Eva,,a@b.se,,,,,,,,\n\
        Eva,Ek,a(at)b.se,,,,,,,,\n\
        Eva,Ek,a@b.se,fr,,,,,,,\n\
        Eva,Ek,a@b.se,sv,,,26111,,,,\n\
        Eva,Ek,a@b.se,sv,,,,x,,,\n\
        Eva,Ek,a@b.se,sv,,,,,newsletter,soon,Ja\n\
        Eva,Ek,a@b.se,sv,,,,,newsletter,2027-01-01,Ja\n\
        Eva,Ek,a@b.se,sv,,,,,newsletter,2026-01-01,\n\
        Eva,Ek,a@b.se\n\
        Eva,Ek,a@b.se,sv,,,,,,,,x\n\
        ,,,,,,,,,,\n\
        \n\
        Eva,Ek,,no,,,,,,,\n";
    let read = Read::text("form", format!("{FORM}{rows}"));
    let reasons: Vec<String> =
        read.rejected.iter().map(|(row, reason)| format!("{}: {reason}", row.number)).collect();
    insta::assert_snapshot!(reasons.join("\n"));
    assert_eq!(read.good.len(), 1);
    assert_eq!(read.good[0].0, 15, "a blank line is no row, but counts as a line");
}

#[test]
fn finds_the_header_under_title_rows_whatever_the_line_ends() {
    for end in ["\n", "\r\n"] {
        let rows =
            format!("Anmälningar 2026\n\n{FORM}\n\"Ev\na\",Ek,a@b.se,sv,,,,,,,\nBo,Ek,b@b.se,sv,,,,,,,");
        let read = Read::text("form", rows.replace('\n', end));
        assert_eq!(read.source.table().header_row, 3);
        assert_eq!(read.good.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [5, 7], "{end:?}");
        assert_eq!(read.good[0].1.given_name, "Ev a");
    }
}

fn open(bytes: impl Into<Vec<u8>>) -> Result<Source, SourceError> {
    Source::from_bytes(bytes.into(), &Mapping::preset("form").unwrap().expected())
}

#[test]
fn refuses_files_it_cannot_read_and_says_what_to_do() {
    let missing = Source::open(&sample("no-such-file"), &[]).unwrap_err();
    assert!(matches!(missing, SourceError::Unreadable(..)), "{missing}");
    assert!(matches!(open("").unwrap_err(), SourceError::Empty));
    assert!(matches!(open("\n\n\n").unwrap_err(), SourceError::Empty));
    assert!(matches!(open(&b"\x89PNG\r\n\x1a\n\0\0\0"[..]).unwrap_err(), SourceError::Binary));
    assert!(matches!(open(&b"\xff\xfef\0i\0"[..]).unwrap_err(), SourceError::Utf16));
    assert!(matches!(open(&b"PK\x03\x04 no archive"[..]).unwrap_err(), SourceError::Workbook(_)));
    let no_header = open("a;b\n1;2\n").unwrap_err();
    assert!(no_header.to_string().contains("\"first_name\""), "{no_header}");
    let lacking = open("first_name;last_name;email\nEva;Ek;a@b.se\n").unwrap_err();
    let SourceError::MissingColumns { missing, found } = &lacking else { panic!("{lacking}") };
    assert!(missing.contains(&"language".to_owned()) && found.len() == 3, "{lacking}");
    let twice = open(FORM.replace("job_title", "email")).unwrap_err();
    assert!(!matches!(twice, SourceError::Empty), "{twice}");
}

#[test]
fn tells_windows_1252_from_damaged_utf8() {
    let with = |bytes: &[u8]| [FORM.as_bytes(), b"Eva,Ek,a@b.se,sv,", bytes, b",,,,,,\n"].concat();
    assert_eq!(open(with(b"G\xf6teborg")).unwrap().table().encoding, Encoding::Windows1252);
    assert_eq!(open(with("Göteborg".as_bytes())).unwrap().table().encoding, Encoding::Utf8);
    let damaged = open(with("Åäö\u{20ac}".as_bytes()).into_iter().chain(*b"\xf6\n").collect::<Vec<_>>());
    assert!(matches!(damaged.unwrap_err(), SourceError::Encoding { line: 3 }));
    assert!(matches!(open(with(b"\x81\xf6")).unwrap_err(), SourceError::Encoding { line: 2 }));
    // A letter cut in two by the reader's blocks is still one letter.
    let long = with("ö".repeat((1 << 16) + 1).as_bytes());
    assert_eq!(open(long).unwrap().table().encoding, Encoding::Utf8);
}

#[test]
fn mappings_refuse_what_they_do_not_know() {
    for (name, text) in Mapping::PRESETS {
        Mapping::preset(name).unwrap();
        assert!(Mapping::from_toml(&format!("colour = \"red\"\n{text}")).is_err(), "{name}");
        assert!(Mapping::from_toml(&text.replace("given_name", "first_name_of")).is_err(), "{name}");
    }
    let unknown = Mapping::by_name_or_file("lado").unwrap_err();
    assert!(
        matches!(unknown, MappingError::Unknown { .. }) && unknown.to_string().contains("ladok"),
        "{unknown}"
    );
}

#[test]
fn the_rejects_file_is_safe_and_can_be_imported_again() {
    let mapping = Mapping::preset("ladok").unwrap();
    let header = "Personnummer;Efternamn;Förnamn;E-postadress;Telefon;Gatuadress;Postnr;Ort;Land;Programkod;\
                  Programnamn;Fakultet;Startår;Examensår;Examen;Poäng;Sekretess;Avliden";
    let rows = "19640823-3235;=cmd|' /C calc'!A0;Eva;e@b.se;+46701234567;G 1;39231;Kalmar;SE;A;B;C;2000;2003;D;1;;\r\n\
                19850101-9802;Kort;Rad\r\n";
    let read = Read::text("ladok", format!("{header}\r\n{rows}"));
    let mut out = Vec::new();
    let mut rejects = RejectsFile::start(&mut out, &read.source.table().into()).unwrap();
    for (row, reason) in &read.rejected {
        rejects.write(&Reject::new(row, reason, read.source.table(), &mapping), &reason.to_string()).unwrap();
    }
    rejects.finish().unwrap();
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(text.trim_start_matches('\u{feff}').replace('\r', ""));
    assert!(text.starts_with('\u{feff}'));
    assert!(!text.contains("3235") && !text.contains("9802"));

    let corrected = text.replace("19640823;", "19640823-3234;");
    let again = Read::text("ladok", corrected);
    assert_eq!(again.good.len(), 1, "{:?}", again.rejected);
    assert_eq!(again.good[0].1.family_name, "=cmd|' /C calc'!A0");
    assert_eq!(again.good[0].1.phone.as_ref().unwrap().as_str(), "+46701234567");
    let mut out = Vec::new();
    RejectsFile::start(&mut out, &again.source.table().into()).unwrap().finish().unwrap();
    let columns = String::from_utf8(out).unwrap().trim().split(';').count();
    assert_eq!(columns, 20, "`row` and `reason` are not added twice");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _ = open(bytes.clone());
        if let Ok(source) = open([FORM.as_bytes(), &bytes].concat()) {
            let parser = Parser::new(&Mapping::preset("form").unwrap(), source.table(), now());
            for row in source.rows().unwrap().flatten() {
                let _ = parser.parse(&row);
            }
        }
    }
}

fn presets() -> Vec<Mapping> {
    Mapping::PRESETS.map(|(_, text)| Mapping::from_toml(text).unwrap()).to_vec()
}

#[test]
fn each_sample_is_known_by_its_columns_and_nothing_chosen_is_the_preset() {
    let presets = presets();
    for (place, name) in
        ["ladok_utdata.csv", "fs_eksport.txt", "nyhetsbrev_anmalan.csv", "yrkesregister.xlsx"]
            .iter()
            .enumerate()
    {
        let look = look::look(&sample(name), &presets).unwrap();
        assert_eq!(look::best(&look.table, &presets), Some(place), "{name}");
        let base = &presets[place];
        let source = Source::open(&sample(name), &base.expected()).unwrap();
        assert_eq!(&look.table, source.table(), "{name}: a file is found to be the same without its mapping");
        let choices = Choices::of(Some(base), &presets, &look);
        assert_eq!(&choices.mapping(Some(base), &look).unwrap(), base, "{name}");
    }
}

#[test]
fn a_mapping_is_written_as_it_is_read() {
    for mapping in presets() {
        assert_eq!(Mapping::from_toml(&mapping.to_toml().unwrap()).unwrap(), mapping);
    }
}

fn looked(text: &str) -> look::Look {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, text).unwrap();
    look::look(&path, &presets()).unwrap()
}

#[test]
fn a_header_of_unknown_words_is_found() {
    for (text, row, delimiter, columns) in [
        ("A,B\n1,2\n", 1, ',', 2),
        ("Lista över alla, 2026\n\nId;Namn;Ort\n1;Eva, Ek;Lund\n", 3, ';', 3),
        ("Id\tNamn\n7\tEk, Eva; Lund\n", 1, '\t', 2),
        ("Titel\n\n1;2;3\nA;B;C\n4;5;6\n", 4, ';', 3),
        ("Namn\nEva\n", 1, ';', 1),
        ("a@b.se;1\n", 1, ';', 2),
    ] {
        let look = looked(text);
        let table = &look.table;
        assert_eq!(
            (table.header_row, table.delimiter, look.columns.len()),
            (row, Some(delimiter), columns),
            "{text}"
        );
    }
}

#[test]
fn samples_show_no_identity_number_and_nobody_with_protected_identity() {
    let look = looked(
        "Nr;Namn;Namn;;Sekretessmarkering\n19640823-3234;Eva;E;x;\n640823-3234;Bo;B;;N\n1;Dold;D;;J\n2;Gömd;G;;sekretess\n",
    );
    let samples: Vec<_> = look.columns.iter().map(|column| column.samples.join("|")).collect();
    assert_eq!(samples, ["19640823…|640823…", "Eva|Bo", "E|B", "x", "N"]);
    assert_eq!(
        look.columns.iter().map(|column| column.is_named).collect::<Vec<_>>(),
        [true, false, false, false, true]
    );
    assert_eq!(look.columns[0].words, ["1", "2"], "an identity number is no word to translate");
    assert_eq!(look.columns[4].words, ["N", "J", "sekretess"]);
}

#[test]
fn choices_make_a_mapping_or_say_what_is_missing() {
    let look = looked("Nr;Fornavn;Etternavn;Kjønn;Grad;Språk\n1;Eva;Ek;K;Master;nb\n2;Bo;Berg;M;Annet;en\n");
    let mut choices = Choices::of(None, &presets(), &look);
    assert_eq!(choices.fields[1..3], [Some(Field::GivenName), Some(Field::FamilyName)]);
    assert_eq!(choices.fields[4], Some(Field::Level), "FS calls it Grad");
    choices.name = "Mine".to_owned();
    choices.source = "mine".to_owned();
    let missing = choices.mapping(None, &look).unwrap_err().to_string();
    assert!(missing.contains("source_number"), "{missing}");
    choices.fields[0] = Some(Field::SourceNumber);
    choices.fields[5] = Some(Field::Language);
    choices.offer_words(None, &look);
    let mapping = choices.mapping(None, &look).unwrap();
    assert!(mapping.values.is_empty(), "what is understood, or unknown anyway, needs no list: {mapping:?}");
    let words = choices.values.get_mut(&Field::Level).unwrap();
    words.insert("Annet".to_owned(), Some("course".to_owned()));
    let mapping = choices.mapping(None, &look).unwrap();
    let known: Vec<_> =
        mapping.values[&Field::Level].iter().map(|(theirs, ours)| (&**theirs, &**ours)).collect();
    assert_eq!(known, [("Annet", "course"), ("Master", "master")]);
    choices.fields[3] = Some(Field::Level);
    let twice = choices.mapping(None, &look).unwrap_err().to_string();
    assert!(twice.contains("two columns"), "{twice}");
}
