//! The segment editor without script, sharing, comparing, and why somebody is in or out.

use brevduva::db::Conn;
use brevduva::segment::{self, Rule};
use brevduva::staff::Role;
use serde_json::{Value, json};

use super::support::app::{SignedIn, TestApp};
use super::support::builders::{degree, employment, office, person, some_time, unit};
use super::support::forms::fields;

/// The contract's example: every condition, every field.
const EXAMPLE: &str = r#"{"all":[
  {"degree":{"programme":{"in":["SJURI"]},"faculty":{"in":["Handelshögskolan"]},"level":{"in":["master"]},
             "graduation_year":{"between":[1998,2003]},"graduated":true}},
  {"lives":{"region":{"in":["SE-M"]},"municipality":{"in":["1280"]},"country":{"in":["SE"]},
            "within_km":{"place":"Malmö","km":50}}},
  {"works":{"profession":{"under":["261"],"called":["jurister"]},"industry":{"under":["69"]},
            "employer":{"contains":"region"},"sector":{"in":["public"]},"current":true}},
  {"person":{"kind":{"in":["alumn"]},"language":{"in":["sv"]}}},
  {"attended":{"event":{"in":["jubileum-2025"]},"since":"2024-01-01"}},
  {"engaged":{"did":"opened","within_days":365}},
  {"received":{"campaign":{"in":[12]}}},
  {"not":{"consented":{"purpose":"events"}}}]}"#;

fn saved(conn: &mut Conn, name: &str, rule: &str) -> i64 {
    let unit = office(conn);
    segment::insert(conn, unit, name, &Rule::parse_text(rule).unwrap(), some_time()).unwrap()
}

async fn rule_of(app: &TestApp, id: i64) -> Value {
    app.write(move |conn| segment::find(conn, id).unwrap().unwrap().rule.to_json()).await
}

/// Sends the form of a page with some fields changed or added, as a browser without script does.
async fn send(who: &SignedIn<'_>, action: &str, page: &str, changes: &[(&str, &str)]) -> reqwest::Response {
    let mut form = fields(page);
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.post_form(action, &form).await
}

async fn page(answer: reqwest::Response) -> String {
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_saved_segment_opened_and_saved_again_stays_the_same() {
    let app = TestApp::start().await;
    let who = app.sign_in(Role::Admin).await;
    for rule in [
        EXAMPLE,
        r#"{"everyone":true}"#,
        r#"{"any":[{"not":{"any":[{"degree":{"graduated":false}},{"all":[{"everyone":true}]}]}}]}"#,
        r#"{"degree":{"programme":{"in":["A, B","<\"&'>"]}}}"#,
    ] {
        let id = app.write(move |conn| saved(conn, "Kvar", rule)).await;
        let before = rule_of(&app, id).await;
        let path = format!("/segments/{id}");
        let shown = page(who.get(&path).await).await;
        let answer = send(&who, &path, &shown, &[]).await;
        assert_eq!(answer.status(), 303, "{rule}");
        assert_eq!(rule_of(&app, id).await, before);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_segment_is_built_by_buttons_without_script() {
    let app = TestApp::start().await;
    app.write(|conn| {
        person().email("a@example.org").region("SE-M").with(degree("SJURI", 2001)).save(conn);
        person().email("b@example.org").region("SE-O").with(degree("SJURI", 1980)).save(conn);
    })
    .await;
    let who = app.sign_in(Role::Editor).await;
    let empty = page(who.get("/segments/new").await).await;
    assert!(empty.contains("Everyone in the register"), "{empty}");

    let with_card =
        page(send(&who, "/segments", &empty, &[("name", "Skåne"), ("do", "add::degree")]).await).await;
    assert!(with_card.contains("one and the same degree") && with_card.contains("id=\"rule.0\""));
    assert!(with_card.contains("value=\"Skåne\""), "what was written stays");
    let grouped = page(send(&who, "/segments", &with_card, &[("do", "group:")]).await).await;
    let filled = [
        ("rule.0.degree.year.from", "1998"),
        // A name instead of a code: it is looked up in the register.
        ("rule.0.degree.programme.more", "programmet sjuri, OKÄND"),
        ("do", "add:1:lives"),
    ];
    let nested = page(send(&who, "/segments", &grouped, &filled).await).await;
    assert!(nested.contains("Programmet SJURI (SJURI)") && nested.contains("OKÄND"), "{nested}");
    assert!(nested.contains("1998 or later"), "the sentence follows");
    let answer = send(&who, "/segments", &nested, &[]).await;
    assert_eq!(answer.status(), 422, "an empty condition is not saved");
    assert!(answer.text().await.unwrap().contains("Nothing is chosen"));

    let answer = send(&who, "/segments", &nested, &[("rule.1.0.lives.region.more", "skåne county")]).await;
    assert_eq!(answer.status(), 303);
    let id = app.write(|conn| segment::page(conn, &[1], 0, 10).unwrap()[0].id).await;
    assert_eq!(
        rule_of(&app, id).await,
        json!({"all": [
            {"degree": {"programme": {"in": ["SJURI", "OKÄND"]}, "graduation_year": {"between": [1998, 2200]}}},
            {"any": [{"lives": {"region": {"in": ["SE-M"]}}}]}
        ]})
    );
    let opened = page(who.get(&format!("/segments/{id}")).await).await;
    assert!(opened.contains("lives in Skåne County"), "{opened}");
    app.stop().await;
}

#[tokio::test]
async fn values_are_offered_with_the_people_who_have_them() {
    let app = TestApp::start().await;
    app.write(|conn| {
        person().region("SE-M").working(employment("2611")).save(conn);
        person().region("SE-M").save(conn);
        person().region("SE-O").save(conn);
        person().region("SE-M").protected().save(conn);
        person().living_at("Storgatan 1", "Östersund").save(conn);
        person().living_at("Storgatan 2", "ÖSTERSUND").save(conn);
        person().living_at("Storgatan 3", "Nergårdslyckan i Ingenstad").save(conn);
    })
    .await;
    let who = app.sign_in(Role::Viewer).await;
    let offered = async |field: &str, text: &str| {
        page(who.post_form("/segments/values", &[("field", field), ("text", text)]).await).await
    };
    let regions = offered("lives.region", "skå").await;
    assert!(regions.contains("data-value=\"SE-M\"") && regions.contains("2 people"), "{regions}");
    assert!(!regions.contains("SE-O"));
    assert!(offered("lives.region", "nowhere").await.contains("Nothing in the register fits"));
    assert!(offered("works.called", "").await.contains("1 person"));
    // Free texts too: a part of the name, and a place from which a distance can be measured.
    let employers = offered("works.employer", "skå").await;
    assert!(
        employers.contains("data-value=\"Region Skåne\"") && employers.contains("1 person"),
        "{employers}"
    );
    let places = offered("lives.place", "").await;
    assert!(places.contains("Östersund") && places.contains("2 people"), "{places}");
    assert_eq!(places.matches("role=\"option\"").count(), 1, "no place that the rule refuses: {places}");
    assert!(offered("lives.place", "oster").await.contains("2 people"));
    assert!(!offered("person.kind", "").await.contains("role=\"option\""), "no other field is searched");
    app.stop().await;
}

#[tokio::test]
async fn a_rule_written_by_hand_comes_into_the_form() {
    let app = TestApp::start().await;
    let who = app.sign_in(Role::Editor).await;
    let empty = page(who.get("/segments/new").await).await;
    let by_hand =
        [("use_rule", "yes"), ("rule", r#"{"person":{"language":{"in":["nb"]}}}"#), ("count", "yes")];
    let shown = page(send(&who, "/segments", &empty, &by_hand).await).await;
    assert!(fields(&shown).contains(&("rule.0.person.language".to_owned(), "nb".to_owned())), "{shown}");
    let broken = [("use_rule", "yes"), ("rule", r#"{"person":{}"#), ("name", "x")];
    let answer = send(&who, "/segments", &empty, &broken).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("cannot be read as JSON"));
    app.stop().await;
}

#[tokio::test]
async fn a_shared_segment_is_used_and_copied_but_not_changed_by_others() {
    let app = TestApp::start().await;
    let (own, shared) = app
        .write(|conn| {
            unit(conn, "law", None);
            let own = saved(conn, "Eget", EXAMPLE);
            (own, saved(conn, "Delat", r#"{"person":{"kind":{"in":["alumn"]}}}"#))
        })
        .await;
    let office = app.sign_in(Role::Admin).await;
    let path = format!("/segments/{shared}");
    let opened = page(office.get(&path).await).await;
    assert_eq!(send(&office, &path, &opened, &[("shared", "yes")]).await.status(), 303);

    let other = app.sign_in_to(Role::Editor, Some("law")).await;
    let list = page(other.get("/segments").await).await;
    assert!(list.contains("Delat") && !list.contains("Eget"), "{list}");
    let opened = page(other.get(&path).await).await;
    assert!(opened.contains("Is alumn") && !opened.contains("name=\"do\""), "to read, not to change");
    assert_eq!(other.get(&format!("/segments/{own}")).await.status(), 403);
    for (action, changes) in [(path.clone(), [("name", "Mitt")]), (format!("{path}/delete"), [("x", "y")])] {
        assert_eq!(other.post_form(&action, &changes).await.status(), 403, "{action}");
    }
    let copy = page(other.get(&format!("/segments/new?copy={shared}")).await).await;
    assert!(copy.contains("Delat (copy)"));
    assert_eq!(send(&other, "/segments", &copy, &[]).await.status(), 303);
    assert!(page(other.get("/campaigns/new").await).await.contains(">Delat<"), "a campaign may use it");

    let opened = page(office.get(&path).await).await;
    let closed: Vec<(String, String)> =
        fields(&opened).into_iter().filter(|(name, _)| name != "shared").collect();
    let closed: Vec<(&str, &str)> =
        closed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(office.post_form(&path, &closed).await.status(), 303);
    assert_eq!(other.get(&path).await.status(), 403, "closed again");
    app.stop().await;
}

#[tokio::test]
async fn two_segments_are_compared_and_what_is_apart_becomes_a_segment() {
    let app = TestApp::start().await;
    let (skane, lawyers) = app
        .write(|conn| {
            for (region, programme) in
                [("SE-M", "SJURI"), ("SE-M", "SEKON"), ("SE-M", "SEKON"), ("SE-O", "SJURI")]
            {
                person().region(region).with(degree(programme, 2000)).save(conn);
            }
            let skane = saved(conn, "Skåne", r#"{"lives":{"region":{"in":["SE-M"]}}}"#);
            (skane, saved(conn, "Jurister", r#"{"degree":{"programme":{"in":["SJURI"]}}}"#))
        })
        .await;
    let who = app.sign_in(Role::Editor).await;
    let compared = page(who.get(&format!("/segments/compare?first={skane}&second={lawyers}")).await).await;
    let counts: Vec<&str> =
        compared.split("overlap-count\">").skip(1).map(|cell| cell.split('<').next().unwrap()).collect();
    assert_eq!(counts, ["2", "1", "1"], "only Skåne, both, only lawyers");

    let new = page(who.get(&format!("/segments/new?of={skane}&without={lawyers}")).await).await;
    assert!(new.contains("Skåne without Jurister"));
    assert_eq!(send(&who, "/segments", &new, &[]).await.status(), 303);
    let new = page(who.get(&format!("/segments/new?of={skane}&and={lawyers}")).await).await;
    assert_eq!(send(&who, "/segments", &new, &[]).await.status(), 303);
    let rules: Vec<Value> = app
        .write(|conn| {
            segment::page(conn, &[1], 0, 10).unwrap().iter().map(|one| one.rule.to_json()).collect()
        })
        .await;
    let (first, second) = (&rules[0], &rules[1]);
    assert_eq!(rules[2], json!({"all": [first, {"not": second}]}));
    assert_eq!(rules[3], json!({"all": [first, second]}));
    app.stop().await;
}

#[tokio::test]
async fn a_person_is_explained_in_words() {
    let app = TestApp::start().await;
    let (segment, hidden) = app
        .write(|conn| {
            person()
                .named("Eva", "Ek")
                .region("SE-M")
                .with(degree("SEKON", 1999))
                .with(degree("SJURI", 2001))
                .save(conn);
            person().named("Bo", "Berg").email("bo@example.org").region("SE-O").with(degree("SJURI", 1980)).save(conn);
            for name in ["Siv", "Sam"] {
                let shared = person().named(name, "Par").email("par@example.org");
                shared.with(degree("SJURI", 2000)).save(conn);
            }
            let hidden = person().named("Hemlig", "Person").email("h@example.org").protected().save(conn);
            let rule = r#"{"all":[{"degree":{"programme":{"in":["SJURI"]},"graduation_year":{"between":[1998,2003]}}},
                                  {"not":{"lives":{"region":{"in":["SE-O"]}}}}]}"#;
            (saved(conn, "Jurister", rule), hidden)
        })
        .await;
    let who = app.sign_in(Role::Editor).await;
    let path = format!("/segments/{segment}/explain");
    assert!(page(who.get(&format!("/segments/{segment}")).await).await.contains("Explain a person"));
    let eva = page(who.post_form(&path, &[("q", "eva")]).await).await;
    assert!(eva.contains("Is in the segment") && eva.contains("By: Programmet SJURI, 2001"), "{eva}");
    assert!(eva.contains("no e-mail address"), "whether she may be reached, and why not: {eva}");
    let first = page(who.post_form(&path, &[("q", "siv")]).await).await;
    assert!(first.contains("May be reached"), "{first}");
    let second = page(who.post_form(&path, &[("q", "sam")]).await).await;
    assert!(second.contains("Is in the segment") && second.contains("Is not reached by e-mail"), "{second}");
    assert!(second.contains("shares an address with another recipient"), "{second}");
    let bo = page(who.post_form(&path, &[("q", "bo@example")]).await).await;
    assert!(bo.contains("Is not in the segment") && bo.contains("May be reached"), "{bo}");
    assert!(bo.contains("The register has instead: Programmet SJURI, 1980"), "{bo}");

    // Protected identity: not found, and by number for those alone who answer for the register.
    assert!(!page(who.post_form(&path, &[("q", "hemlig")]).await).await.contains("Hemlig Person"));
    let number = hidden.to_string();
    assert_eq!(who.post_form(&path, &[("person", &number)]).await.status(), 404);
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    assert!(page(officer.post_form(&path, &[("person", &number)]).await).await.contains("Hemlig Person"));

    let looked: i64 = app
        .write(|conn| {
            use diesel::prelude::*;
            use diesel::sql_types::BigInt;
            #[derive(QueryableByName)]
            struct Row {
                #[diesel(sql_type = BigInt)]
                n: i64,
            }
            let sql = "SELECT COUNT(*) AS n FROM audit_events WHERE action = 'segment.explain'";
            let row: Row =
                brevduva::each!(conn, engine => diesel::sql_query(sql).get_result(engine)).unwrap();
            row.n
        })
        .await;
    assert_eq!(looked, 5, "whom somebody looked at is written down");
    app.stop().await;
}
