//! The public archive of a unit's mailings, and its feed.

use brevduva::catcher::smtp::Script;
use brevduva::staff::{Role, Scope};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::relays::{noon, relay, server, start, wait_until};
use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, person, unit};
use crate::support::campaigns::{invitation, launch};

/// Sends a campaign to its end.
async fn sent(app: &TestApp, file: Value) -> i64 {
    let id = launch(&app.database, &app.clock, file).await;
    wait_until(app, id, |status, _| status.state == brevduva::campaign::CampaignState::Finished).await;
    id
}

async fn text(app: &TestApp, path: &str) -> String {
    let answer = app.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_wants_it_has_its_mailings_in_the_open_without_anybodys_data() {
    let clock = noon();
    let server = server(Script::default()).await;
    let url = server.url();
    let app = start(&clock, move |config| config.relays = vec![relay("main", &url)]).await;
    app.write(|conn| {
        unit(conn, "law", None);
        person().named("Åsa", "Öberg").email("asa@example.org").save(conn);
    })
    .await;
    let before = sent(&app, campaign_file().set("name", json!("Förut")).json()).await;
    // Off until somebody wants it.
    for path in ["/archive/alumn", "/archive/alumn/feed", &format!("/archive/alumn/{before}")] {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
    clock.advance(TimeDelta::minutes(5));
    let admin = app.sign_in(Role::Admin).await;
    assert_eq!(admin.post_form("/archives", &[("unit", "alumn")]).await.status(), 303);
    assert!(admin.get("/archives").await.text().await.unwrap().contains("Open since"));
    clock.advance(TimeDelta::minutes(5));
    let subject = |subject: &str| {
        campaign_file().set("content", json!({ "sv": { "subject": subject, "markdown": "Hej {{fallback given_name \"vän\"}}, [läs](https://example.se/jubileum) eller [välj]({{preferences_url}})." } }))
    };
    let first = sent(&app, subject("Ett brev & mer").json()).await;
    let second = sent(&app, subject("Ännu ett").json()).await;
    let of_law = sent(&app, subject("Juridik").sent_by("law").json()).await;
    let invites = sent(&app, invitation()).await;
    let draft = app.write(move |conn| {
        crate::support::campaigns::insert(
            conn,
            campaign_file().json(),
            None,
            crate::support::builders::some_time(),
        )
    });
    let draft = draft.await;

    let list = text(&app, "/archive/alumn").await;
    assert!(list.contains("Ett brev &#38; mer") && list.contains("Ännu ett"), "{list}");
    assert!(!list.contains("Juridik") && !list.contains("Välkommen"), "{list}");
    for hidden in [before, of_law, invites, draft] {
        assert_eq!(app.get(&format!("/archive/alumn/{hidden}")).await.status(), 404);
    }
    assert_eq!(app.get("/archive/law").await.status(), 404);
    let answer = app.get(&format!("/archive/alumn/{first}")).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let mail = answer.text().await.unwrap();
    assert!(mail.contains("Hej vän") && mail.contains("https://example.se/jubileum"), "{mail}");
    assert!(!mail.contains("Åsa") && !mail.contains("asa@example.org"), "{mail}");
    for personal in ["/u/", "/p/", "/o/", "/c/", "/v/", "/i/"] {
        assert!(!mail.contains(&format!("{}{personal}", app.base)), "{personal} in {mail}");
    }

    let feed = app.get("/archive/alumn/feed").await;
    assert!(feed.headers()["content-type"].to_str().unwrap().starts_with("application/atom+xml"));
    let feed = atom_syndication::Feed::read_from(feed.text().await.unwrap().as_bytes()).unwrap();
    let entries: Vec<(&str, &str)> =
        feed.entries().iter().map(|entry| (entry.title().as_str(), entry.id())).collect();
    let address = |id: i64| format!("{}/archive/alumn/{id}", app.base);
    let (newest, oldest) = (address(second), address(first));
    assert_eq!(entries, [("Ännu ett", newest.as_str()), ("Ett brev & mer", oldest.as_str())]);
    assert!(feed.links().iter().any(|link| link.rel() == "self") && !feed.authors().is_empty());

    // Somebody takes one out, and puts it back; and the unit changes its mind.
    let choose = |field: &'static str| {
        let (admin, path) = (&admin, format!("/campaigns/{second}/archive"));
        async move { admin.post_form(&path, &[(field, "yes")]).await.status() }
    };
    assert!(admin.get(&format!("/campaigns/{second}")).await.text().await.unwrap().contains(&newest));
    assert_eq!(choose("hide").await, 303);
    assert_eq!(app.get(&format!("/archive/alumn/{second}")).await.status(), 404);
    assert!(!text(&app, "/archive/alumn").await.contains("Ännu ett"));
    assert!(admin.get(&format!("/campaigns/{second}")).await.text().await.unwrap().contains("was taken out"));
    assert_eq!(choose("show").await, 303);
    assert!(text(&app, "/archive/alumn").await.contains("Ännu ett"));
    assert_eq!(admin.post_form("/archives", &[("unit", "alumn"), ("close", "yes")]).await.status(), 303);
    assert_eq!(app.get(&format!("/archive/alumn/{first}")).await.status(), 404);
    app.stop().await;
    server.stop().await;
}

#[tokio::test]
async fn programs_open_and_close_archives_that_they_may_manage() {
    let app = TestApp::start().await;
    app.write(|conn| unit(conn, "law", None)).await;
    let (all, own) = (
        app.token(&[Scope::Manage, Scope::Read]).await,
        app.token_in(Some("law"), &[Scope::Manage, Scope::Read]).await,
    );
    let put = |token: &str, slug: &str| {
        app.client.put(app.url(&format!("/api/v1/archives/{slug}"))).bearer_auth(token).send()
    };
    assert_eq!(put(&own, "alumn").await.unwrap().status(), 403);
    assert_eq!(put(&own, "law").await.unwrap().status(), 200);
    assert_eq!(put(&all, "nowhere").await.unwrap().status(), 404);
    let listed: Value = app
        .client
        .get(app.url("/api/v1/archives"))
        .bearer_auth(&all)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(listed[0]["unit"], "law");
    assert_eq!(listed[0]["address"], format!("{}/archive/law", app.base));
    assert_eq!(app.get("/archive/law").await.status(), 200);
    let gone = app.client.delete(app.url("/api/v1/archives/law")).bearer_auth(&own).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(app.get("/archive/law").await.status(), 404);
    app.stop().await;
}
