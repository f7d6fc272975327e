//! The review queue: what no rule could decide is asked once, and the answer holds for every later import.

use brevduva::app::Parts;
use brevduva::contacts::{self, Contact};
use brevduva::preferences::{self, Channel};
use brevduva::staff::{Role, Scope};
use serde_json::{Value, json};

use super::support::app::TestApp;
use super::support::builders;
use super::support::register::{ONE, OTHER, form, import, ladok, ladok_row};

/// Web pages without a worker, which would take the imports of the test.
async fn office() -> TestApp {
    TestApp::build().parts(Parts::Web).start().await
}

/// Everything that the register knows, as text.
async fn register(app: &TestApp) -> Vec<String> {
    app.database
        .read(|conn| {
            let people = contacts::page(conn, 0, 1_000).unwrap();
            people
                .into_iter()
                .map(|person| {
                    let ids = [person.id];
                    let facts = preferences::facts(conn, &person, Channel::Email).unwrap();
                    let mut identifiers: Vec<String> = contacts::identifiers(conn, &ids)
                        .unwrap()
                        .into_iter()
                        .map(|identifier| identifier.value)
                        .collect();
                    identifiers.sort();
                    let degrees = contacts::degrees(conn, &ids).unwrap();
                    let work = contacts::employments(conn, &ids).unwrap();
                    let kinds = contacts::kinds(conn, &ids).unwrap();
                    format!("{person:?} {identifiers:?} {degrees:?} {work:?} {kinds:?} {:?}", facts.consents)
                })
                .collect()
        })
        .await
}

async fn people(app: &TestApp) -> Vec<Contact> {
    app.database.read(|conn| contacts::page(conn, 0, 1_000).unwrap()).await
}

async fn waiting(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app.client.get(app.url("/api/v1/imports/reviews")).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["items"].as_array().unwrap().clone()
}

async fn decide(app: &TestApp, token: &str, id: &Value, decision: &str) -> reqwest::Response {
    let path = app.url(&format!("/api/v1/imports/reviews/{id}"));
    app.client.post(path).bearer_auth(token).json(&json!({ "decision": decision })).send().await.unwrap()
}

/// Preset and text of the files that lead to a question, the last of which asks it; the reason.
fn questions() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let eva = |phone: &str| ladok_row(ONE, "Eva", "Ek", "e@example.se", phone);
    let bo = ladok_row(ONE, "Bo", "Berg", "b@example.se", "+46701111111");
    vec![
        ("other_name", vec![("ladok", ladok(&[eva("+46702222222"), bo.clone()]))]),
        // The row in question stands between two of the other name.
        ("other_name", vec![("ladok", ladok(&[eva(""), bo.clone(), eva("+46703333333")]))]),
        ("other_name", vec![("ladok", ladok(&[eva("")])), ("ladok", ladok(&[bo]))]),
        (
            "other_identity",
            vec![
                ("ladok", ladok(&[eva("")])),
                ("ladok", ladok(&[ladok_row(OTHER, "Eva", "Ek", "e@example.se", "+46701111111")])),
            ],
        ),
        (
            "same_address",
            vec![
                ("ladok", ladok(&[eva("")])),
                ("form", form(&["Kim,Ek,e@example.se,en,Volvo,,,,events,2026-01-01,Ja"])),
            ],
        ),
        ("same_name", vec![("form", form(&["Eva,Ek,,sv,,,,,,,", "Eva,Ek,,nb,,,,,events,2026-01-01,Ja"]))]),
        (
            "several_people",
            vec![
                ("ladok", ladok(&[eva("")])),
                ("ladok", ladok(&[ladok_row(OTHER, "Eva", "Ek", "other@example.se", "")])),
                ("ladok", ladok(&[ladok_row(OTHER, "Eva", "Ek", "e@example.se", "")])),
                ("form", form(&["Eva,Ek,e@example.se,en,Volvo,,,,events,2026-01-01,Ja"])),
            ],
        ),
    ]
}

#[tokio::test]
async fn every_question_is_asked_once_whatever_the_answer() {
    for (reason, files) in questions() {
        for decision in ["same", "apart"] {
            let case = format!("{reason}, {decision}, {} files", files.len());
            let app = office().await;
            let token = app.token(&[Scope::Import]).await;
            for (preset, text) in &files {
                import(&app, preset, text).await;
            }
            let asked = waiting(&app, &token).await;
            assert_eq!(asked.len(), 1, "{case}: {asked:?}");
            assert_eq!(asked[0]["reason"], reason, "{case}");
            let before = people(&app).await;

            let answer = decide(&app, &token, &asked[0]["id"], decision).await;
            assert_eq!(answer.status(), 200, "{case}");
            let meant = answer.json::<Value>().await.unwrap()["contact"].as_i64().unwrap();
            let after = people(&app).await;
            if decision == "same" {
                assert_eq!(after.len(), before.len(), "{case}");
                assert_eq!(asked[0]["contact"], meant, "{case}");
            } else {
                assert_eq!(after.len(), before.len() + 1, "{case}");
                let old: Vec<_> = after.iter().filter(|person| person.id != meant).collect();
                assert_eq!(old, before.iter().collect::<Vec<_>>(), "{case}: nobody else changed");
            }
            assert!(waiting(&app, &token).await.is_empty(), "{case}");

            // The file with the question again: it asks nothing and changes nothing.
            let known = register(&app).await;
            let (preset, text) = files.last().unwrap();
            let again = import(&app, preset, text).await;
            assert_eq!(again.unchanged, again.read, "{case}: {again:?}");
            assert_eq!(register(&app).await, known, "{case}");
            if decision == "apart" {
                // Nor do the files before it bring the two together.
                for (preset, text) in &files {
                    import(&app, preset, text).await;
                }
                assert_eq!(people(&app).await.len(), after.len(), "{case}");
            }
            assert!(waiting(&app, &token).await.is_empty(), "{case}");

            let second = decide(&app, &token, &asked[0]["id"], decision).await;
            assert_eq!(second.status(), 409, "{case}: decided once");
            app.stop().await;
        }
    }
}

#[tokio::test]
async fn the_page_shows_both_and_takes_the_rows_values_over() {
    let app = office().await;
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "e@example.se", "")])).await;
    let row = "Kim,Ek,e@example.se,en,Volvo,Chef,,,events,2026-01-01,Ja";
    import(&app, "form", &form(&[row])).await;
    let who = app.sign_in(Role::Editor).await;
    let overview = who.get("/").await.text().await.unwrap();
    assert!(overview.contains("href=\"/reviews\""), "the first page says that something waits");
    let list = who.get("/reviews").await.text().await.unwrap();
    assert!(list.contains("Kim Ek") && list.contains("Eva Ek"), "{list}");
    let path = format!("/reviews/{}", list.split("/reviews/").nth(1).unwrap().split('"').next().unwrap());
    let page = who.get(&path).await.text().await.unwrap();
    for text in ["Kim", "Eva", "another name has the same e-mail address", "Juristprogrammet", "Chef, Volvo"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("3234"), "no identity number");

    let answer = who.post_form(&path, &[("decision", "same")]).await;
    assert_eq!(answer.headers()["location"], "/reviews?done=decided");
    let eva = people(&app).await.remove(0);
    assert_eq!((eva.given_name.as_str(), eva.language.as_str()), ("Kim", "en"));
    let (facts, audit) = app
        .database
        .read(move |conn| {
            let facts = preferences::facts(conn, &eva, Channel::Email).unwrap();
            (facts, brevduva::audit::latest(conn, 1).unwrap().remove(0))
        })
        .await;
    assert_eq!(facts.consents.len(), 1, "the consent of the row");
    assert_eq!((audit.action.as_str(), audit.subject_kind.as_str()), ("import.review", "import_review"));
    assert_eq!(who.get(&path).await.status(), 422, "decided");
    assert_eq!(who.post_form(&path, &[("decision", "apart")]).await.status(), 422);
    assert_eq!(who.get("/reviews/999").await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn people_with_protected_identity_are_not_named_in_the_list() {
    let app = office().await;
    app.write(|conn| builders::person().named("Eva", "Ek").email("e@example.se").protected().save(conn))
        .await;
    import(&app, "form", &form(&["Kim,Ek,e@example.se,sv,,,,,,,"])).await;
    let who = app.sign_in(Role::Admin).await;
    let list = who.get("/reviews").await.text().await.unwrap();
    assert!(list.contains("/reviews/1"), "{list}");
    assert!(!list.contains("Eva") && !list.contains("Kim"), "{list}");
    let token = app.token(&[Scope::Import]).await;
    assert_eq!(waiting(&app, &token).await[0]["given_name"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn the_queue_is_read_page_by_page() {
    let app = office().await;
    let mut rows = vec!["Eva,Ek,e@example.se,sv,,,,,,,".to_owned()];
    rows.extend((0..60).map(|n| format!("Kim{n},Berg{n},e@example.se,sv,,,,,,,")));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    import(&app, "form", &form(&rows)).await;
    let who = app.sign_in(Role::Admin).await;
    let first = who.get("/reviews").await.text().await.unwrap();
    assert!(first.contains("Kim0 ") && !first.contains("Kim55 "));
    let next = first.split("/reviews?after=").nth(1).unwrap().split('"').next().unwrap();
    let second = who.get(&format!("/reviews?after={next}")).await.text().await.unwrap();
    assert!(second.contains("Kim55 ") && !second.contains("Kim0 ") && !second.contains("?after="));
    app.stop().await;
}
