//! Whole imports into real databases: SQLite always, PostgreSQL when a server is named.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use diesel::Connection;
use diesel::connection::SimpleConnection;

use super::{DryRun, ImportError, Importer, Mapping, Outcome, Summary, store};
use crate::contacts::{self, ContactKind};
use crate::db::{self, Database, DatabaseUrl};
use crate::kernel::clock::Clock;
use crate::preferences::{self, Channel};

/// An importer into a database of its own.
pub(super) struct Office {
    pub(super) importer: Importer,
    directory: tempfile::TempDir,
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// Runs a test on every engine there is.
pub(super) fn on_each_engine(test: impl Fn(&Office)) {
    test(&Office::sqlite());
    #[expect(clippy::disallowed_methods, reason = "names the service that the test needs")]
    if let Ok(server) = std::env::var("BREVDUVA_TEST_POSTGRES_URL") {
        test(&Office::postgres(&server));
    }
}

impl Office {
    pub(super) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("office.sqlite").display());
        Self::at(&url.parse().unwrap(), directory)
    }

    pub(super) fn postgres(server: &str) -> Self {
        let name = format!("import_{}", data_encoding::HEXLOWER.encode(&Clock::system().random_bytes::<8>()));
        let mut admin = diesel::PgConnection::establish(server).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        Self::at(&url.parse().unwrap(), tempfile::tempdir().unwrap())
    }

    pub(super) fn at(url: &DatabaseUrl, directory: tempfile::TempDir) -> Self {
        let database = Database::open(url, 4).unwrap();
        db::migrate::run(&database).unwrap();
        let keys = format!("k0:{}", "ab".repeat(32)).parse().unwrap();
        Self { importer: Importer { database, keys, clock: Clock::fixed(now(), 1) }, directory }
    }

    pub(super) fn file(&self, text: &str) -> PathBuf {
        let name = data_encoding::HEXLOWER.encode(&self.importer.clock.random_bytes::<8>());
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn enqueue(&self, preset: &str, path: &Path) -> i64 {
        let toml = Mapping::toml_by_name_or_file(preset).unwrap();
        self.importer.enqueue(&Importer::describe(path, &toml, None).unwrap()).unwrap()
    }

    pub(super) fn import(&self, preset: &str, path: &Path) -> Summary {
        let id = self.enqueue(preset, path);
        self.importer.run(id, "test", &mut |_| ControlFlow::Continue(())).unwrap()
    }

    pub(super) fn import_text(&self, preset: &str, text: &str) -> Summary {
        self.import(preset, &self.file(text))
    }

    pub(super) fn dry_run(&self, preset: &str, path: &Path) -> DryRun {
        let mapping = Mapping::preset(preset).unwrap();
        self.importer.dry_run(path, &mapping, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    /// Everybody as text, without ids and in the order of names.
    pub(super) fn people(&self) -> Vec<String> {
        self.importer
            .database
            .read_blocking(|conn| {
                let people = contacts::page(conn, 0, 1_000_000)?;
                let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
                let mut more: BTreeMap<i64, Vec<String>> = BTreeMap::new();
                for (id, kind) in contacts::kinds(conn, &ids)? {
                    more.entry(id).or_default().push(kind.to_string());
                }
                for (_, mut degree) in contacts::degrees(conn, &ids)? {
                    let id = std::mem::take(&mut degree.contact_id);
                    more.entry(id).or_default().push(format!("{degree:?}"));
                }
                for (_, mut employment) in contacts::employments(conn, &ids)? {
                    let id = std::mem::take(&mut employment.contact_id);
                    more.entry(id).or_default().push(format!("{employment:?}"));
                }
                for identifier in contacts::identifiers(conn, &ids)? {
                    more.entry(identifier.contact_id).or_default().push(identifier.value);
                }
                let mut texts = Vec::new();
                for mut person in people {
                    let mut facts = more.remove(&person.id).unwrap_or_default();
                    facts.sort();
                    let mut consents = preferences::facts(conn, &person, Channel::Email)?.consents;
                    consents.sort();
                    person.id = 0;
                    texts.push(format!("{person:?} {facts:?} {consents:?}"));
                }
                texts.sort();
                Ok::<_, db::Error>(texts)
            })
            .unwrap()
    }

    pub(super) fn only(&self, given_name: &str) -> contacts::Contact {
        let people = self.importer.database.read_blocking(|conn| contacts::page(conn, 0, 1_000_000)).unwrap();
        let mut found = people.into_iter().filter(|person| person.given_name == given_name);
        let one = found.next().unwrap();
        assert!(found.next().is_none(), "several {given_name}");
        one
    }

    pub(super) fn pending(&self) -> Vec<store::StoredReview> {
        self.importer.database.read_blocking(|conn| store::pending_reviews(conn, 0, 1000)).unwrap()
    }
}

pub(super) fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub(super) const SAMPLES: [(&str, &str); 4] = [
    ("ladok", "ladok_utdata.csv"),
    ("fs", "fs_eksport.txt"),
    ("form", "nyhetsbrev_anmalan.csv"),
    ("employment", "yrkesregister.xlsx"),
];

fn is_balanced(summary: &Summary) -> bool {
    let Summary { read, created, updated, unchanged, merged, to_review, rejected } = *summary;
    read == created + updated + unchanged + merged + to_review + rejected
}

#[test]
fn the_samples_count_exactly_and_a_second_time_changes_nothing() {
    on_each_engine(|office| {
        let mut summaries = Vec::new();
        for (preset, name) in SAMPLES {
            let expected = office.dry_run(preset, &sample(name));
            let summary = office.import(preset, &sample(name));
            assert!(is_balanced(&summary), "{summary:?}");
            assert_eq!(expected.summary, summary, "the dry run of {preset} told the truth");
            summaries.push((preset, summary));

            let (before, reviews) = (office.people(), office.pending().len());
            let again = office.import(preset, &sample(name));
            assert_eq!(again.unchanged + again.rejected, again.read, "{preset}: {again:?}");
            assert_eq!((office.people(), office.pending().len()), (before, reviews), "{preset}");
        }
        insta::assert_debug_snapshot!("samples", summaries);
    });
}

#[test]
fn a_dry_run_writes_nothing() {
    on_each_engine(|office| {
        let run = office.dry_run("ladok", &sample("ladok_utdata.csv"));
        assert!(office.people().is_empty());
        assert_eq!(run.changes.len(), 50);
        assert_eq!(run.changes[0].outcome, Outcome::Created);
        assert_eq!(run.rejects.len() as u64, run.summary.rejected);
    });
}

#[test]
fn the_order_of_rows_does_not_matter_where_they_agree() {
    // Windows-1252 bytes are letters of the same number in Latin-1, close enough to move lines about.
    let bytes = std::fs::read(sample("ladok_utdata.csv")).unwrap();
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    // Rows of the same studies that differ in credits disagree: the last one wins, so they stay out.
    let mut studies = std::collections::HashMap::new();
    for line in &lines {
        let cells: Vec<&str> = line.split(';').collect();
        let number = cells[0].replace('-', "");
        studies.entry((number, cells.get(9).copied())).or_insert_with(Vec::new).push(*line);
    }
    lines.retain(|line| {
        let cells: Vec<&str> = line.split(';').collect();
        studies[&(cells[0].replace('-', ""), cells.get(9).copied())].len() == 1
    });
    let (one, other) = (Office::sqlite(), Office::sqlite());
    let first = one.import_text("ladok", &format!("{header}\n{}", lines.join("\n")));
    lines.sort_by_key(|line| line.chars().rev().collect::<String>());
    let second = other.import_text("ladok", &format!("{header}\n{}", lines.join("\n")));
    assert_eq!(first, second);
    assert_eq!(one.people(), other.people());
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_was() {
    on_each_engine(|office| {
        let path = sample("ladok_utdata.csv");
        let id = office.enqueue("ladok", &path);
        let mut stops = 0;
        let summary = loop {
            let mut batches = 0;
            let result = office.importer.run(id, &format!("process {stops}"), &mut |progress| {
                batches += u32::from(progress.total.is_some());
                if batches == 3 && stops < 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            match result {
                Err(ImportError::Stopped) => stops += 1,
                result => break result.unwrap(),
            }
            assert_eq!(office.enqueue("ladok", &path), id, "the same file goes on, it does not begin again");
        };
        assert_eq!(stops, 3);
        let whole = Office::sqlite();
        assert_eq!(summary, whole.import("ladok", &path));
        assert_eq!(office.people(), whole.people());
        let rejects =
            office.importer.database.read_blocking(|conn| store::rejects(conn, id, 0, 1000)).unwrap();
        assert_eq!(rejects.len() as u64, summary.rejected);
        assert!(rejects.iter().all(|reject| reject.cells[0].len() <= 8), "identity numbers are cut");
    });
}

#[test]
fn two_imports_do_not_run_at_once_and_a_dead_ones_lease_runs_out() {
    let office = Office::sqlite();
    let id = office.enqueue("ladok", &sample("ladok_utdata.csv"));
    let at = now().naive_utc();
    let until = at + chrono::TimeDelta::seconds(15);
    let claim = |owner: &str, at| {
        let claimed =
            office.importer.database.write_blocking(|conn| store::claim(conn, id, owner, at, until));
        claimed.unwrap()
    };
    assert!(claim("the dead", at));
    assert!(!claim("the living", at));
    let run = office.importer.run(id, "the living", &mut |_| ControlFlow::Continue(()));
    assert!(matches!(run.unwrap_err(), ImportError::Busy));
    office.importer.clock.advance(chrono::TimeDelta::seconds(16));
    office.importer.run(id, "the living", &mut |_| ControlFlow::Continue(())).unwrap();
    let again = office.importer.run(id, "the living", &mut |_| ControlFlow::Continue(()));
    assert!(matches!(again.unwrap_err(), ImportError::NotWaiting(_)));
}

pub(super) const LADOK: &str = "Personnummer;Efternamn;Förnamn;E-postadress;Telefon;Gatuadress;Postnr;Ort;Land;Programkod;\
                     Programnamn;Fakultet;Startår;Examensår;Examen;Poäng;Sekretess;Avliden\n";

/// A Ladok row with the number, both names and the address.
pub(super) fn row(number: &str, family: &str, given: &str, email: &str) -> String {
    format!(
        "{number};{family};{given};{email};;Storgatan 1;39231;Kalmar;Sverige;SJURI;Juristprogrammet;J;2000;2004;Juristexamen;270,0;;\n"
    )
}

pub(super) fn ladok(rows: &[String]) -> String {
    format!("{LADOK}{}", rows.concat())
}

/// Valid made-up numbers of four people, and temporary ones of the first.
pub(super) const EVA: &str = "19640823-3234";
pub(super) const BO: &str = "19121212-1212";
pub(super) const EVA_INTERIM: &str = "19640823T239";

#[test]
fn the_last_row_wins_and_fills_no_gaps_with_nothing() {
    let office = Office::sqlite();
    let rows = ladok(&[
        row(EVA, "Ek", "Eva", "first@example.se"),
        row(BO, "Berg", "Bo", ""),
        row("6408233234", "Ek", "Eva", "second@example.se")
            .replace(";;Storgatan 1;", ";+46701234567;Storgatan 2;"),
        row(EVA, "Ek-Al", "Eva", "").replace("2004", ""),
    ]);
    let summary = office.import_text("ladok", &rows);
    assert_eq!((summary.created, summary.updated), (2, 2), "{summary:?}");
    let eva = office.only("Eva");
    assert_eq!(eva.family_name, "Ek-Al");
    assert_eq!(eva.email.as_deref(), Some("second@example.se"));
    assert_eq!(eva.phone.as_deref(), Some("+46701234567"));
    assert_eq!(eva.street.as_deref(), Some("Storgatan 1"), "the last row has the first address");
    assert_eq!(eva.region.as_deref(), Some("SE-H"));
    let before = office.people();
    let again = office.import_text("ladok", &rows);
    assert_eq!((again.unchanged, again.read), (4, 4), "{again:?}");
    assert_eq!(office.people(), before);
    assert!(before.iter().any(|person| person.contains("graduation_year: Some(2004)")));
}

#[test]
fn a_number_under_two_names_waits_for_staff() {
    on_each_engine(|office| {
        let rows = ladok(&[row(EVA, "Ek", "Eva", "e@example.se"), row(EVA, "Berg", "Bo", "b@example.se")]);
        let summary = office.import_text("ladok", &rows);
        assert_eq!((summary.created, summary.to_review), (1, 1), "{summary:?}");
        let summary = office.import_text("ladok", &ladok(&[row(EVA, "Lund", "Karin", "k@example.se")]));
        assert_eq!((summary.to_review, summary.read), (1, 1));
        assert_eq!(office.people().len(), 1);
        let pending = office.pending();
        assert_eq!(pending.len(), 2);
        assert!(
            pending.iter().all(|review| review.reason == "other_name" && !review.record.contains("3234\""))
        );
        let again = office.import_text("ladok", &rows);
        assert_eq!(again.unchanged, 2, "{again:?}");
    });
}

#[test]
fn one_changed_name_is_the_same_person() {
    let office = Office::sqlite();
    office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "")]));
    let summary = office.import_text("ladok", &ladok(&[row(EVA, "Lund", "Eva", "")]));
    assert_eq!(summary.updated, 1, "{summary:?}");
    assert_eq!(office.only("Eva").family_name, "Lund");
}

#[test]
fn a_temporary_number_is_replaced_by_the_lasting_one() {
    on_each_engine(|office| {
        office.import_text("ladok", &ladok(&[row(EVA_INTERIM, "Ek", "Eva", "e@example.se")]));
        let summary = office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
        assert_eq!(summary.updated, 1, "{summary:?}");
        let summary = office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "")]));
        assert_eq!(summary.unchanged, 1, "{summary:?}");
        assert_eq!(office.people().len(), 1);
    });
}

#[test]
fn a_row_that_joins_two_people_merges_them() {
    on_each_engine(|office| {
        office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "")]));
        let form = format!("{FORM}Eva,Ek,e@example.se,nb,Volvo,,,,events,2026-01-01,Ja\n");
        assert_eq!(office.import_text("form", &form).created, 1);
        assert_eq!(office.people().len(), 2);
        let summary = office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
        assert_eq!((summary.merged, summary.read), (1, 1), "{summary:?} {:#?}", office.people());
        let eva = office.only("Eva");
        let kinds = office.importer.database.read_blocking(|conn| contacts::kinds(conn, &[eva.id])).unwrap();
        assert_eq!(kinds.len(), 2, "{kinds:?}");
        let facts =
            office.importer.database.read_blocking(|conn| preferences::facts(conn, &eva, Channel::Email));
        assert_eq!(facts.unwrap().consents.len(), 1, "the consent went along");
        let again = office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
        assert_eq!(again.unchanged, 1, "{again:?}");
        let form = office.import_text("form", &form);
        assert_eq!(form.unchanged, 1, "{form:?}");
    });
}

const FORM: &str =
    "first_name,last_name,email,language,employer,job_title,ssyk,industry,topics,consented_at,consent_text\n";

#[test]
fn two_people_of_one_name_and_address_stay_two() {
    let office = Office::sqlite();
    office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
    let summary = office.import_text("ladok", &ladok(&[row(BO, "Ek", "Eva", "e@example.se")]));
    assert_eq!(summary.to_review, 1, "{summary:?}");
    assert_eq!(office.pending()[0].reason, "other_identity");
    // Another name behind the same address is another person when a number says so, a question when not.
    let summary = office.import_text("ladok", &ladok(&[row(BO, "Ek", "Bo", "e@example.se")]));
    assert_eq!(summary.created, 1, "{summary:?}");
    let summary = office.import_text("form", &format!("{FORM}Kim,Ek,e@example.se,sv,,,,,,,\n"));
    assert_eq!(summary.to_review, 1, "{summary:?}");
}

#[test]
fn a_name_alone_is_too_weak() {
    on_each_engine(|office| {
        let form =
            format!("{FORM}Eva,Ek,,sv,,,,,,,\nEva,Ek,,nb,,,,,,,\nBo,Berg,,sv,,,,,,,\nBo,Berg,,sv,,,,,,,\n");
        let dry = office.dry_run("form", &office.file(&form));
        let summary = office.import_text("form", &form);
        assert_eq!(dry.summary, summary);
        assert_eq!((summary.created, summary.to_review, summary.unchanged), (2, 1, 1), "{summary:?}");
        let again = office.import_text("form", &form);
        assert_eq!(again.unchanged, 4, "{again:?}");
    });
}

#[test]
fn protected_people_lose_their_address_and_stay_protected() {
    let office = Office::sqlite();
    office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
    let summary = office
        .import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se").replace(";;\n", ";J;\n")]));
    assert_eq!(summary.updated, 1);
    let eva = office.only("Eva");
    assert!(eva.protected && eva.street.is_none() && eva.region.is_none() && eva.latitude.is_none());
    let summary = office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "e@example.se")]));
    assert_eq!(summary.unchanged, 1, "{summary:?}");
    assert!(office.only("Eva").protected);
}

#[test]
fn whoever_graduates_is_no_longer_a_student() {
    let office = Office::sqlite();
    let student = row(EVA, "Ek", "Eva", "").replace(";2004;Juristexamen;", ";;;");
    office.import_text("ladok", &ladok(std::slice::from_ref(&student)));
    let kinds = || {
        let eva = office.only("Eva");
        office.importer.database.read_blocking(|conn| contacts::kinds(conn, &[eva.id])).unwrap()
    };
    assert_eq!(kinds()[0].1, ContactKind::Student);
    office.import_text("ladok", &ladok(&[row(EVA, "Ek", "Eva", "")]));
    assert_eq!(kinds().iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), [ContactKind::Alumn]);
    assert_eq!(
        office.import_text("ladok", &ladok(&[student])).unchanged,
        1,
        "an empty cell takes nothing back"
    );
}

#[test]
fn a_topic_that_does_not_exist_is_rejected() {
    let office = Office::sqlite();
    let summary = office.import_text("form", &format!("{FORM}Eva,Ek,e@b.se,sv,,,,,chess,2026-01-01,Ja\n"));
    assert_eq!(summary.rejected, 1, "{summary:?}");
}
