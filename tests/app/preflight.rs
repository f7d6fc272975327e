//! What is found before a launch, where it is told, and what keeps a campaign from being launched.

use brevduva::app::Parts;
use brevduva::campaign;
use brevduva::content::Layouts;
use brevduva::content::check::{Finding, Found};
use brevduva::preflight::{self, Answer, Checker, Fetch};
use brevduva::staff::{Role, Scope};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::support::app::TestApp;
use crate::support::builders::{self, campaign as mailing, person};
use crate::support::campaigns::{PATIENCE, insert};
use crate::support::cli;

/// A campaign whose one picture has no description.
fn without_alt() -> Value {
    let html = "<p>Hej {{given_name}}</p>\n<img src=\"https://example.se/fest.png\">";
    mailing().set("content", json!({"sv": {"subject": "Hej", "html": html}})).json()
}

async fn store(app: &TestApp, file: Value) -> i64 {
    app.write(move |conn| insert(conn, file, None, builders::some_time())).await
}

#[tokio::test]
async fn errors_keep_a_campaign_from_being_launched() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = store(&app, without_alt()).await;
    let admin = app.sign_in(Role::Admin).await;
    let draft = admin.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
    assert!(draft.contains("One error must be corrected") && draft.contains("has no description"), "{draft}");
    assert!(draft.contains("language=sv#body_sv") && draft.contains("To line 2"), "{draft}");
    let launch = format!("/campaigns/{id}/launch");
    let page = admin.get(&launch).await.text().await.unwrap();
    assert!(page.contains("One error must be corrected") && !page.contains("Send to"), "{page}");
    let refused = admin.post_form(&launch, &[]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("has no description"));

    let token = app.token(&[Scope::Send]).await;
    let call = app.client.post(app.url(&format!("/api/v1/campaigns/{id}/launch"))).bearer_auth(&token);
    let refused = call.send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["errors"][0]["path"], "$.content.sv");
    let state = app.database.read(move |conn| campaign::find(conn, id).unwrap().state).await;
    assert_eq!(state, campaign::CampaignState::Draft);
    app.stop().await;
}

#[tokio::test]
async fn the_command_line_refuses_errors_too() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = store(&app, without_alt()).await;
    let run = cli::run(&app.database, &["campaign", "launch", &id.to_string()]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("no description"), "{}", run.stderr);
    app.stop().await;
}

#[tokio::test]
async fn the_campaign_of_the_contract_is_launched_at_once() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = store(&app, mailing().json()).await;
    let token = app.token(&[Scope::Send]).await;
    let check = app.client.get(app.url(&format!("/api/v1/campaigns/{id}/check"))).bearer_auth(&token);
    let told: Value = check.send().await.unwrap().json().await.unwrap();
    assert!(told["found"].as_array().unwrap().iter().all(|found| found["level"] == "warning"), "{told}");
    let launch = app.client.post(app.url(&format!("/api/v1/campaigns/{id}/launch"))).bearer_auth(&token);
    assert_eq!(launch.send().await.unwrap().status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn people_who_lack_what_a_field_says_are_counted() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = app
        .write(|conn| {
            person().named("", "Namnlös").email("a@example.org").save(conn);
            person().named("", "Utan").email("b@example.org").save(conn);
            // Those who get nothing lack nothing, nor do those who get another text.
            person().named("", "Död").email("c@example.org").deceased().save(conn);
            person().named("Eva", "Ek").email("d@example.org").save(conn);
            let text = |greeting: &str| json!({"subject": "Hej", "markdown": greeting});
            let content =
                json!({"sv": text("Hej {{given_name}}"), "en": text("Hi {{fallback given_name \"you\"}}")});
            insert(conn, mailing().set("content", content).json(), None, builders::some_time())
        })
        .await;
    let report = app
        .database
        .read(move |conn| {
            let stored = campaign::find(conn, id).unwrap();
            preflight::report(conn, &stored, &Layouts::embedded().unwrap(), builders::some_time()).unwrap()
        })
        .await;
    let gaps: Vec<&Found> = report.found.iter().filter(|found| found.finding == Finding::MergeGap).collect();
    assert_eq!(gaps.len(), 1, "{report:?}");
    assert_eq!((gaps[0].what.as_str(), gaps[0].amount), ("given_name", 2));
    app.stop().await;
}

/// Answers by the link's own words.
struct Answers;

impl Fetch for Answers {
    fn fetch(&self, link: String) -> BoxFuture<'_, Answer> {
        let answer = match link.rsplit('/').next() {
            Some("gone") => Answer::Gone,
            Some("silent") => Answer::Silent,
            Some("inside") => Answer::Internal,
            _ => Answer::Works,
        };
        Box::pin(async move { answer })
    }
}

#[tokio::test]
async fn links_that_do_not_work_are_told_and_silence_is_not_when_all_are_silent() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let linking = |ends: &[&str]| {
        let links: Vec<String> =
            ends.iter().map(|end| format!("[Om {end}](https://example.se/{end})")).collect();
        mailing().set("content", json!({"sv": {"subject": "Hej", "markdown": links.join("\n\n")}})).json()
    };
    let checker = Checker { web: Arc::new(Answers), names: None, dkim: Default::default() };
    for (ends, told) in [
        (vec!["fine", "gone", "silent", "inside"], vec!["gone", "inside", "silent"]),
        (vec!["silent"], vec![]),
    ] {
        let id = store(&app, linking(&ends)).await;
        let stored = app.database.read(move |conn| campaign::find(conn, id).unwrap()).await;
        let outside = checker.check(&stored, &Layouts::embedded().unwrap(), builders::some_time()).await;
        let found: Vec<&str> =
            outside.found.iter().filter_map(|found| found.what.rsplit('/').next()).collect();
        assert_eq!(found, told);
    }
    app.stop().await;
}

#[tokio::test]
async fn the_worker_tries_links_in_the_background_and_never_inside() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let inside = format!("http://127.0.0.1:{}/secret", listener.local_addr().unwrap().port());
    let app = TestApp::build().settings(|config| config.check_outside = true).start().await;
    let content = json!({"sv": {"subject": "Hej", "markdown": format!("[Hemligt]({inside})")}});
    // A name that exists nowhere (RFC 2606), so that no name server is needed.
    let from = json!({"name": "Alumn", "address": "alumn@nowhere.invalid"});
    let id = store(&app, mailing().set("content", content).set("from", from).json()).await;
    let admin = app.sign_in(Role::Admin).await;
    let started = std::time::Instant::now();
    loop {
        let page = admin.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
        if page.contains("leads into a private network") {
            assert!(page.contains("were checked"), "{page}");
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{page}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let asked = tokio::time::timeout(std::time::Duration::from_millis(20), listener.accept()).await;
    assert!(asked.is_err(), "the server inside was asked");
    assert_eq!(admin.post_form(&format!("/campaigns/{id}/check"), &[]).await.status(), 303);
    app.stop().await;
}
