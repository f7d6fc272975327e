//! What rules can say about places and words, and what a form may offer while somebody writes one.

use brevduva::contacts::{self, ContactKind, Degree, Employment};
use brevduva::db::Conn;
use brevduva::kernel::language::Language;
use brevduva::preferences::{Channel, Question};
use brevduva::segment::{self, Count, Field, Rule};
use brevduva::staff::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{PersonBuilder, degree, employment, person, some_time, unit};
use crate::support::cli::run;
use crate::support::db::TestDatabase;

const MALMO: (f64, f64) = (55.6059, 13.0007);
const LUND: (f64, f64) = (55.7058, 13.1932);
const OSLO: (f64, f64) = (59.9127, 10.7461);

fn at(place: (f64, f64)) -> PersonBuilder {
    let mut somebody = person();
    (somebody.contact.latitude, somebody.contact.longitude) = (Some(place.0), Some(place.1));
    somebody
}

fn count(conn: &mut Conn, rule: &Value) -> Count {
    let question = Question::new(Channel::Email);
    segment::count(conn, &Rule::parse(rule).unwrap(), &question, some_time()).unwrap()
}

#[tokio::test]
async fn people_are_found_by_how_far_away_they_live() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            for home in [MALMO, LUND, OSLO] {
                at(home).with(degree("SJURI", 2001)).save(conn);
            }
            at(LUND).protected().with(degree("SJURI", 2001)).save(conn);
            person().with(degree("SJURI", 2001)).save(conn);
            person().with(degree("SEKON", 2001)).save(conn);
            person().protected().with(degree("SJURI", 2001)).save(conn);
            let near = |km: i64| json!({ "lives": { "within_km": { "place": "malmo", "km": km } } });
            let law = json!({ "degree": { "programme": { "in": ["SJURI"] } } });
            let of = |rule: &Value, conn: &mut Conn| {
                let count = count(conn, rule);
                (count.matched, count.place_unknown)
            };
            assert_eq!(of(&near(1), conn), (1, Some(2)));
            assert_eq!(of(&near(17), conn), (2, Some(2)));
            assert_eq!(of(&near(600), conn), (3, Some(2)));
            assert_eq!(of(&json!({ "all": [near(17), law] }), conn), (2, Some(1)), "only lawyers hang on it");
            assert_eq!(of(&json!({ "not": near(17) }), conn), (5, Some(2)));
            assert_eq!(of(&json!({ "any": [near(17), { "everyone": true }] }), conn), (7, Some(0)));
            assert_eq!(of(&law, conn), (6, None), "nobody asked for a distance");
        })
        .await;
}

#[tokio::test]
async fn a_field_offers_what_the_register_holds() {
    let database = TestDatabase::new();
    database.write(fill).await;
    let offered = |field: Field, text: &'static str| {
        let database = &database;
        async move {
            let values = database
                .read(move |conn| segment::values_offered(conn, field, text, Language::Swedish).unwrap())
                .await;
            let lines =
                values.into_iter().map(|value| format!("{} {} {}", value.value, value.label, value.people));
            lines.collect::<Vec<_>>().join("; ")
        }
    };
    assert_eq!(offered(Field::Programme, "").await, "SJURI Programmet SJURI 3; SEKON Programmet SEKON 1");
    assert_eq!(offered(Field::Programme, "programmet sj").await, "SJURI Programmet SJURI 3");
    assert_eq!(offered(Field::Programme, "uri").await, "", "words are found by their beginning");
    assert_eq!(offered(Field::Faculty, "HANDELS").await, "Handelshögskolan Handelshögskolan 1");
    assert_eq!(offered(Field::Level, "").await, "master master 3", "two degrees of one person count once");
    assert_eq!(
        offered(Field::Region, "").await,
        "SE-M Skåne län 2; NO-46 Vestland 1",
        "one of three in Skåne has a protected identity"
    );
    assert_eq!(offered(Field::Region, "skane").await, "SE-M Skåne län 2");
    assert_eq!(offered(Field::Municipality, "malmo").await, "1280 Malmö 2");
    assert_eq!(offered(Field::Country, "norge").await, "NO Norge 1");
    assert_eq!(offered(Field::Employer, "region").await, "Region Skåne Region Skåne 1");
    assert_eq!(offered(Field::Employer, "skåne").await, "Region Skåne Region Skåne 1");
    assert_eq!(offered(Field::Employer, "örebro").await, "");
    assert_eq!(offered(Field::Profession, "").await, "2611 advokater 1");
    assert_eq!(
        offered(Field::Profession, "juri").await,
        "26 Yrken med krav på fördjupad högskolekompetens inom juridik, kultur och socialt arbete m.m. 1; 261 jurister 1",
        "groups in the order of their names"
    );
    assert_eq!(offered(Field::Profession, "261").await, "2611 advokater 1; 261 jurister 1");
    assert_eq!(
        offered(Field::Industry, "").await,
        "69101 Juridisk och ekonomisk konsultverksamhet (69101) 1"
    );
    assert_eq!(
        offered(Field::Industry, "jurid").await,
        "69 Juridisk och ekonomisk konsultverksamhet 1; 69101 Juridisk och ekonomisk konsultverksamhet (69101) 1; \
         M Verksamhet inom juridik, ekonomi, vetenskap och teknik 1"
    );
    assert_eq!(offered(Field::Sector, "").await, "public public 1");
    assert_eq!(offered(Field::Kind, "").await, "alumn alumn 3; staff staff 1");
    assert_eq!(offered(Field::Event, "").await, "");
    assert_eq!(offered(Field::Language, "").await, "sv sv 3; en en 1");
}

/// More values than are looked through one by one: their beginning finds them.
#[tokio::test]
async fn a_long_list_is_searched_by_its_beginning() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let mut busy = person();
            for number in 0..5_001 {
                let employer = format!("Företag {number:04}");
                let (key, code) = (Some(employer.to_lowercase()), format!("KURS{number:04}"));
                let work = Employment { employer: Some(employer), employer_key: key, ..employment("2611") };
                busy = busy.working(work).with(degree(&code, 2001));
            }
            busy.save(conn);
            let mut offered = |field: Field, text: &str| -> Vec<String> {
                let offered = segment::values_offered(conn, field, text, Language::Swedish).unwrap();
                offered.into_iter().map(|value| value.value).collect()
            };
            assert_eq!(offered(Field::Employer, "FÖRETAG 499").len(), 10);
            assert_eq!(offered(Field::Employer, "företag 5000"), ["Företag 5000"]);
            assert!(offered(Field::Employer, "5000").is_empty(), "not by a word in the middle");
            assert_eq!(offered(Field::Programme, "kurs5000"), ["KURS5000"]);
            assert_eq!(offered(Field::Programme, "").len(), segment::OFFERED);
        })
        .await;
}

fn fill(conn: &mut Conn) {
    let somebody = |region: &str, municipality: &str| {
        let mut somebody = person().region(region);
        somebody.contact.municipality = Some(municipality.to_owned());
        somebody
    };
    let economics = Degree {
        faculty: Some("Handelshögskolan".to_owned()),
        faculty_key: Some("handelshögskolan".to_owned()),
        ..degree("SEKON", 2009)
    };
    somebody("SE-M", "1280").with(degree("SJURI", 2001)).with(economics).save(conn);
    let work = Employment { industry_code: Some("69101".to_owned()), ..employment("2611") };
    somebody("SE-M", "1280").with(degree("SJURI", 2002)).working(work).save(conn);
    somebody("SE-M", "1281").protected().with(degree("SJURI", 2002)).save(conn);
    somebody("NO-46", "4601").speaking(Language::English).kind(ContactKind::Staff).save(conn);
}

#[tokio::test]
async fn the_api_offers_values_and_says_what_is_wrong() {
    let app = TestApp::start().await;
    app.write(fill).await;
    let token = app.token(&[Scope::Read]).await;
    let ask = |query: &str| {
        app.client.get(app.url(&format!("/api/v1/segments/values?{query}"))).bearer_auth(&token)
    };
    let answer: Value =
        ask("field=region&q=sk%C3%A5ne&language=en").send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, json!({ "values": [{ "value": "SE-M", "label": "Skåne County", "people": 2 }] }));
    for (query, place) in [
        ("", "?field"),
        ("field=colour", "?field"),
        ("field=region&language=fi", "?language"),
        (&*format!("field=region&q={}", "x".repeat(101)), "?q"),
    ] {
        let answer = ask(query).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["path"], place, "{query}");
    }
    app.stop().await;
}

/// One row as Ladok exports it.
const LADOK: &str = "Personnummer;Efternamn;Förnamn;E-postadress;Telefon;Gatuadress;Postnr;Ort;Land;Programkod;\
                     Programnamn;Fakultet;Startår;Examensår;Examen;Poäng;Sekretess;Avliden\n\
                     ;Öberg;Åsa;asa@example.se;;Storgatan 1;99901;Påhittad;Sverige;SJURI;Juristprogrammet;;2001;2006;\
                     Juristexamen;270,0;;\n";

#[test]
fn postcodes_of_geonames_tell_where_people_live() {
    let database = TestDatabase::new();
    let read = |ids: Vec<i64>| {
        let people = database.db.read_blocking(|conn| contacts::by_ids(conn, &ids)).unwrap();
        let mut homes: Vec<_> = people
            .into_iter()
            .map(|one| (one.id, one.municipality, one.region, one.latitude.zip(one.longitude)))
            .collect();
        homes.sort_by_key(|home| home.0);
        homes
            .into_iter()
            .map(|(_, municipality, region, place)| (municipality, region, place))
            .collect::<Vec<_>>()
    };
    let living = |postcode: &str, place: &str| {
        let mut somebody = person().living_at("Storgatan 1", place);
        somebody.contact.postcode = Some(postcode.to_owned());
        somebody.contact.country = Some("SE".to_owned());
        somebody
    };
    let ids = database
        .db
        .write_blocking(|conn| {
            let people = [
                living("999 01", "Påhittad"),
                living("99901", "Malmö"),
                living("99999", "Ingenstans"),
                living("99901", "Påhittad").protected(),
            ];
            Ok::<_, brevduva::db::Error>(people.map(|person| person.save(conn)))
        })
        .unwrap();
    let file = database.folder.path().join("SE.txt");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "SE\t999 01\tPåhittad\tSkåne\tM\tLund\t1281\t\t\t55.7\t13.2\t4\n").unwrap();
    let answer = run(&database, &["places", "import", path, "--date", "2026-01-31", "--relocate"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""));
    assert_eq!(
        answer.stdout,
        "1 postcodes of SE loaded from SE.txt of 2026-01-31.\n2 people have another place than before.\n"
    );
    let lund = (Some("1281".to_owned()), Some("SE-M".to_owned()), Some((55.7, 13.2)));
    let nowhere = (None, None, None);
    assert_eq!(read(ids.to_vec()), [lund.clone(), lund.clone(), nowhere.clone(), nowhere]);
    let near = json!({ "lives": { "within_km": { "place": "Lund", "km": 5 } } });
    let counted = database.db.read_blocking(|conn| Ok::<_, brevduva::db::Error>(count(conn, &near))).unwrap();
    assert_eq!((counted.matched, counted.place_unknown), (2, Some(1)));

    let listed = run(&database, &["places", "list"]).stdout;
    assert!(listed.contains("SE.txt of 2026-01-31, GeoNames") && listed.contains("CC BY 4.0"), "{listed}");
    let again = run(&database, &["places", "relocate"]).stdout;
    assert_eq!(again, "0 people have another place than before.\n");

    // What is imported from now on is found by its postcode too.
    let register = database.folder.path().join("ladok.csv");
    std::fs::write(&register, LADOK).unwrap();
    let imported =
        run(&database, &["import", register.to_str().unwrap(), "--mapping", "ladok", "--json"]).json();
    assert_eq!(imported["created"], 1, "{imported}");
    assert_eq!(read(vec![ids[3] + 1]), [lund]);

    std::fs::write(&file, "SE;999 01;Påhittad\n").unwrap();
    assert!(run(&database, &["places", "import", path]).error_line(1).contains("line 1 is not as GeoNames"));
}

#[tokio::test]
async fn an_office_and_its_units_have_words_of_their_own() {
    let app = TestApp::start().await;
    app.write(|conn| {
        let law = unit(conn, "law", None);
        unit(conn, "law-stockholm", Some(law));
        person().working(employment("2612")).save(conn);
        let titled = Employment {
            job_title: Some("Rådman".to_owned()),
            job_title_key: Some("rådman".to_owned()),
            profession_code: None,
            ..employment("")
        };
        person().working(titled).save(conn);
        person().working(employment("2411")).save(conn);
    })
    .await;
    let (compose, local) =
        (app.token(&[Scope::Compose]).await, app.token_in(Some("law"), &[Scope::Compose]).await);
    let call = |method: Method, path: &str, token: &str, body: Option<Value>| {
        let request = app.client.request(method, app.url(&format!("/api/v1{path}"))).bearer_auth(token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        async move { request.send().await.unwrap() }
    };
    let matched = async |word: &str, unit: &str| -> Value {
        let rule = json!({ "works": { "profession": { "called": [word] } } });
        let body = json!({ "rule": rule, "unit": unit });
        let answer: Value =
            call(Method::POST, "/segments/count", &compose, Some(body)).await.json().await.unwrap();
        answer["matched"].clone()
    };
    assert_eq!(matched("Dömande", "law").await, 0);
    assert_eq!(matched("domare", "law").await, 1);

    let own = json!({ "unit": "law", "word": "Dömande", "code": "2612" });
    let added = call(Method::POST, "/synonyms", &local, Some(own.clone())).await;
    assert_eq!(added.status(), 201);
    let added: Value = added.json().await.unwrap();
    let again: Value = call(Method::POST, "/synonyms", &local, Some(own)).await.json().await.unwrap();
    assert_eq!(again, added, "adding twice changes nothing");
    let title = json!({ "word": "rådman", "code": "2612" });
    assert_eq!(call(Method::POST, "/synonyms", &local, Some(title.clone())).await.status(), 403);
    assert_eq!(call(Method::POST, "/synonyms", &compose, Some(title)).await.status(), 201);

    // Its own unit and those beneath know the word; by "rådman" everybody finds who wrote just that.
    for (word, unit, people) in [
        ("DOMANDE", "law", 2),
        ("dömande", "law-stockholm", 2),
        ("dömande", "alumn", 0),
        ("domare", "alumn", 2),
        ("rådman", "alumn", 2),
    ] {
        assert_eq!(matched(word, unit).await, people, "{word} in {unit}");
    }

    let listed: Value = call(Method::GET, "/synonyms", &local, None).await.json().await.unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed["items"][0], added);
    for (body, place) in [
        (json!({ "word": "rådman", "code": "26121" }), "$.code"),
        (json!({ "word": " ", "code": "2612" }), "$.word"),
        (json!({ "word": "domare", "code": "2612" }), "$.word"),
        (json!({ "word": "rådman", "code": "2612", "unit": "nowhere" }), "$.unit"),
    ] {
        let answer = call(Method::POST, "/synonyms", &compose, Some(body)).await;
        assert_eq!(answer.status(), 422);
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["path"], place);
    }
    let path = format!("/synonyms/{}", added["id"]);
    assert_eq!(call(Method::DELETE, &path, &local, None).await.status(), 204);
    assert_eq!(call(Method::DELETE, &path, &local, None).await.status(), 404);
    assert_eq!(matched("dömande", "law").await, 0);
    app.stop().await;
}

#[test]
fn words_are_added_from_the_shell() {
    let database = TestDatabase::new();
    assert_eq!(run(&database, &["synonyms", "add", "rådman", "2612", "2611", "--unit", "alumn"]).status, 0);
    assert_eq!(run(&database, &["synonyms", "list"]).stdout, "2612 rådman (alumn)\n2611 rådman (alumn)\n");
    let wrong = run(&database, &["synonyms", "add", "jurister", "2611"]);
    assert!(wrong.error_line(1).contains("already, without being added"));
    assert!(run(&database, &["synonyms", "remove", "rådman"]).error_line(1).contains("no word"));
    assert_eq!(run(&database, &["synonyms", "remove", "RÅDMAN", "--unit", "alumn"]).status, 0);
    assert_eq!(run(&database, &["synonyms", "list"]).stdout, "");
}

#[tokio::test]
async fn official_names_stand_before_those_of_the_program() {
    let database = TestDatabase::new();
    database.write(fill).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let professions =
        file("ssyk.csv", "SSYK 2012\n\nKod;Benämning\n26;Jurister m.m.\n2611;Advokater\n2612;Domare\n");
    let industries = file("sni.csv", "code,name\n69.101,\"Advokatbyråer\"\nM,Konsulter\nx,Ingenting\n");
    let import = |kind: &str, file: &str, edition: &str| {
        let about = ["--language", "sv", "--edition", edition, "--source", "SCB", "--licence", "CC0"];
        run(&database, &[&["words", "import", kind, file], &about[..]].concat())
    };
    assert_eq!(import("professions", &professions, "SSYK 2011").status, 0);
    let loaded = import("professions", &professions, "SSYK 2012");
    assert_eq!(
        (loaded.status, loaded.stdout.as_str()),
        (0, "3 names of professions (sv) loaded from ssyk.csv.\n")
    );
    let loaded = import("industries", &industries, "SNI 2007");
    assert!(
        loaded.stdout.contains("2 names of industries") && loaded.stdout.contains("1 rows"),
        "{}",
        loaded.stdout
    );
    let listed = run(&database, &["words", "list"]).stdout;
    assert!(listed.contains("professions sv      3 names  SSYK 2012, SCB, CC0, ssyk.csv"), "{listed}");
    assert!(
        listed.contains("professions nb  those of the program") && !listed.contains("SSYK 2011"),
        "{listed}"
    );

    let wrong = file("wrong.csv", "a;b\n1;2\n");
    assert!(import("professions", &wrong, "x").error_line(1).contains("--code"));
    database
        .write(|conn| {
            let mut labels = |field: Field, text: &str, language: Language| -> Vec<(String, String)> {
                let offered = segment::values_offered(conn, field, text, language).unwrap();
                offered.into_iter().map(|offer| (offer.value, offer.label)).collect()
            };
            let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
            let swedish = labels(Field::Profession, "advok", Language::Swedish);
            assert!(swedish.contains(&pair("2611", "Advokater")), "{swedish:?}");
            let groups = labels(Field::Profession, "jurister m", Language::Swedish);
            assert_eq!(groups, [pair("26", "Jurister m.m.")]);
            let english = labels(Field::Profession, "2611", Language::English);
            assert!(english.iter().all(|(_, label)| label != "Advokater"), "{english:?}");
            assert_eq!(labels(Field::Industry, "konsulter", Language::Swedish), [pair("M", "Konsulter")]);
            let industry = labels(Field::Industry, "69101", Language::Swedish);
            assert_eq!(industry, [pair("69101", "Advokatbyråer")]);
        })
        .await;
}
