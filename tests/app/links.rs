//! Signed links: whom a click to leave binds, what a link outlives, what it opens and what it does not.

use brevduva::kernel::language::Language;
use brevduva::links::{Signer, Token, Urls};
use brevduva::preferences::{self, RefusalScope};
use brevduva::{campaign, contacts, tracking};
use reqwest::Response;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, office, person, some_time, unit};
use crate::support::cli;

const ADDRESS: &str = "asa@example.org";

/// A person, a unit with one beneath it, and a campaign of the unit.
struct Scene {
    app: TestApp,
    person: i64,
    law: i64,
    stockholm: i64,
    campaign: i64,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let (person, law, stockholm) = app
        .write(|conn| {
            let law = unit(conn, "law", None);
            (person().email(ADDRESS).save(conn), law, unit(conn, "law-stockholm", Some(law)))
        })
        .await;
    let campaign = draft(&app, "law").await;
    Scene { app, person, law, stockholm, campaign }
}

async fn draft(app: &TestApp, unit: &str) -> i64 {
    let file = campaign_file().sent_by(unit).json();
    let text = file.to_string();
    let answer = cli::run_with_input(&app.database, &["campaign", "create", "-", "--json"], text.as_bytes());
    answer.json()["id"].as_i64().unwrap()
}

impl Scene {
    fn path(&self, address: &str) -> String {
        address.strip_prefix(&self.app.base).unwrap().to_owned()
    }

    fn unsubscribe(&self) -> String {
        self.path(&self.app.urls().unsubscribe(self.person, self.law, self.campaign))
    }

    async fn refused(&self) -> Vec<RefusalScope> {
        let person = self.person;
        self.app.database.read(move |conn| preferences::refusals(conn, person, Some(ADDRESS)).unwrap()).await
    }

    /// A mail program's request (RFC 8058): from anywhere, without cookies.
    async fn one_click(&self, path: &str) -> Response {
        let request = self.app.client.post(self.app.url(path));
        request
            .header("Origin", "https://mail.example.com")
            .header("Sec-Fetch-Site", "cross-site")
            .form(&[("List-Unsubscribe", "One-Click")])
            .send()
            .await
            .unwrap()
    }

    /// How many people a mailing of this unit would reach, and the reasons for the others.
    async fn count(&self, unit: &str) -> serde_json::Value {
        let rule = br#"{"everyone":true}"#;
        cli::run_with_input(&self.app.database, &["segment", "count", "-", "--unit", unit, "--json"], rule)
            .json()
    }
}

#[tokio::test]
async fn one_click_leaves_the_unit_and_those_beneath_it() {
    let scene = scene().await;
    let answer = scene.one_click(&scene.unsubscribe()).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(answer.headers().get("location").is_none());
    assert_eq!(scene.refused().await, [RefusalScope::Unit(scene.law)]);
    // Again, as some mail programs do.
    assert_eq!(scene.one_click(&scene.unsubscribe()).await.status(), 200);
    assert_eq!(scene.refused().await.len(), 1);

    let left_out = json!({ "matched": 1, "reachable": 0, "left_out": { "unit": 1 } });
    assert_eq!(scene.count("law").await, left_out);
    assert_eq!(scene.count("law-stockholm").await, left_out);
    assert_eq!(scene.count("alumn").await["reachable"], 1, "other units still reach them");
    scene.app.stop().await;
}

#[tokio::test]
async fn a_no_to_a_lower_unit_leaves_the_upper_one_alone() {
    let scene = scene().await;
    let link = scene.path(&scene.app.urls().unsubscribe(scene.person, scene.stockholm, scene.campaign));
    assert_eq!(scene.one_click(&link).await.status(), 200);
    assert_eq!(scene.count("law-stockholm").await["left_out"]["unit"], 1);
    assert_eq!(scene.count("law").await["reachable"], 1);
    scene.app.stop().await;
}

#[tokio::test]
async fn one_click_comes_in_every_form_that_mail_programs_send() {
    for body in ["multipart", "urlencoded", "none", "nonsense"] {
        let scene = scene().await;
        let request = scene.app.client.post(scene.app.url(&scene.unsubscribe()));
        let request = match body {
            "multipart" => {
                request.multipart(reqwest::multipart::Form::new().text("List-Unsubscribe", "One-Click"))
            }
            "urlencoded" => request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("List-Unsubscribe=One-Click"),
            "none" => request,
            _ => request.header("Content-Type", "application/x-www-form-urlencoded").body("%%%=\u{0}"),
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        assert_eq!(scene.refused().await, [RefusalScope::Unit(scene.law)], "{body}");
        scene.app.stop().await;
    }
}

#[tokio::test]
async fn a_link_follows_a_merge() {
    let scene = scene().await;
    let (from, stays) =
        (scene.person, scene.app.write(|conn| person().email("new@example.org").save(conn)).await);
    scene
        .app
        .write(move |conn| {
            contacts::merge(conn, from, stays).unwrap();
            preferences::follow_merge(conn, from, stays).unwrap();
        })
        .await;
    assert_eq!(scene.one_click(&scene.unsubscribe()).await.status(), 200);
    let refused = scene
        .app
        .database
        .read(move |conn| preferences::refusals(conn, stays, Some("new@example.org")).unwrap())
        .await;
    assert_eq!(refused, [RefusalScope::Unit(scene.law)]);
    assert_eq!(scene.count("law").await["left_out"]["unit"], 1);
    scene.app.stop().await;
}

#[tokio::test]
async fn the_link_of_an_erased_person_answers_a_click_with_200() {
    use brevduva::db::schema::contacts::dsl;
    use diesel::prelude::*;
    let scene = scene().await;
    let person = scene.person;
    scene
        .app
        .write(move |conn| {
            let gone = (
                dsl::erased_at.eq(some_time()),
                dsl::email.eq(None::<String>),
                dsl::email_key.eq(None::<String>),
            );
            diesel::update(dsl::contacts.find(person)).set(gone).execute(conn).unwrap();
        })
        .await;
    assert_eq!(scene.one_click(&scene.unsubscribe()).await.status(), 200);
    // So does the link of a person and a campaign that never were.
    let nobody = scene.path(&scene.app.urls().unsubscribe(999_999, scene.law, 999_999));
    assert_eq!(scene.one_click(&nobody).await.status(), 200);
    scene.app.stop().await;
}

#[tokio::test]
async fn changed_and_foreign_tokens_get_one_and_the_same_page() {
    let scene = scene().await;
    let urls = scene.app.urls();
    let genuine = scene.unsubscribe();
    let mut changed = genuine.clone().into_bytes();
    let last = changed.len() - 20;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let foreign = Urls::new(
        &scene.app.base.parse().unwrap(),
        Signer::new(format!("k0:{}", "ff".repeat(32)).parse().unwrap()),
    );
    let token = |address: String| address.rsplit('/').next().unwrap().to_owned();
    let mut pages = Vec::new();
    for path in [
        String::from_utf8(changed).unwrap(),
        scene.path(&foreign.unsubscribe(scene.person, scene.law, scene.campaign)),
        // Another purpose's token opens nothing here, and this one nothing there.
        format!("/u/{}", token(urls.preferences(scene.person))),
        format!("/p/{}", token(urls.unsubscribe(scene.person, scene.law, scene.campaign))),
        format!("/v/{}", token(urls.preferences(scene.person))),
        format!("/c/{}", token(urls.open_pixel(scene.campaign, Language::Swedish)).replace(".gif", "")),
        format!("/o/{}.gif", token(urls.preferences(scene.person))),
        "/u/no-such-token".to_owned(),
        format!("/u/{}", "A".repeat(500)),
    ] {
        let page = scene.app.get(&path).await;
        assert_eq!(page.status(), 404, "{path}");
        let html = page.text().await.unwrap();
        pages.push(html.replace(&path, "").replace(path.split('/').nth(2).unwrap(), ""));
        if path.starts_with("/u/") {
            assert_eq!(scene.one_click(&path).await.status(), 404, "{path}");
        }
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the pages tell them apart: {pages:#?}");
    assert!(scene.refused().await.is_empty());
    scene.app.stop().await;
}

#[tokio::test]
async fn old_links_live_on_under_new_keys() {
    let scene = scene().await;
    let (path, person, law) = (scene.unsubscribe(), scene.person, scene.law);
    let database = scene.app.stop().await;
    let keys = format!("k1:{},{}", "77".repeat(32), crate::support::app::SECRET_KEYS);
    let app = TestApp::build()
        .settings(move |config| config.secret_keys = keys.parse().unwrap())
        .start_on(database)
        .await;
    let answer =
        app.client.post(app.url(&path)).form(&[("List-Unsubscribe", "One-Click")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let refused = app.database.read(move |conn| preferences::refusals(conn, person, None).unwrap()).await;
    assert_eq!(refused, [RefusalScope::Unit(law)]);
    app.stop().await;
}

#[tokio::test]
async fn a_click_leads_only_to_addresses_of_its_campaign() {
    let scene = scene().await;
    let id = scene.campaign;
    scene
        .app
        .write(move |conn| {
            let links = [(Language::Swedish, vec!["https://example.se/a?x=1&y=å".to_owned()])].into();
            campaign::store_links(conn, id, &links).unwrap();
        })
        .await;
    let urls = scene.app.urls();
    let path = scene.path(&urls.click(id, Language::Swedish, 0));
    let answer = scene.app.get(&path).await;
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.headers()["location"].as_bytes(), "https://example.se/a?x=1&y=å".as_bytes());
    assert!(answer.headers().get("set-cookie").is_none());
    // No place for another address, whatever is added.
    let answer = scene.app.get(&format!("{path}?url=https://evil.example")).await;
    assert_eq!(answer.headers()["location"].as_bytes(), "https://example.se/a?x=1&y=å".as_bytes());
    for token in [
        Token::Click { campaign: id, language: Language::Swedish, link: 1 },
        Token::Click { campaign: id, language: Language::English, link: 0 },
        Token::Click { campaign: id + 1, language: Language::Swedish, link: 0 },
        Token::Click { campaign: id, language: Language::Swedish, link: i64::MAX },
    ] {
        let answer = scene.app.get(&format!("/c/{}", urls.signer().sign(token))).await;
        assert_eq!(answer.status(), 404, "{token:?}");
    }
    let pixel = scene.path(&urls.open_pixel(id, Language::Swedish));
    for _ in 0..3 {
        let answer = scene.app.get(&pixel).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"image/gif".parse().unwrap())
        );
    }
    // A scanner that only asks counts as nobody.
    assert_eq!(scene.app.client.head(scene.app.url(&pixel)).send().await.unwrap().status(), 200);
    assert_eq!(scene.app.client.head(scene.app.url(&path)).send().await.unwrap().status(), 302);
    let database = scene.app.stop().await;
    let totals = database.read(move |conn| tracking::totals(conn, id).unwrap()).await;
    assert_eq!((totals.opens, totals.clicks), (3, 2), "what was counted is written when the process stops");
}

#[tokio::test]
async fn the_web_version_is_there_once_the_campaign_is_on_its_way() {
    let scene = scene().await;
    let urls = scene.app.urls();
    let path = scene.path(&urls.web_version(scene.campaign, scene.person));
    assert_eq!(scene.app.get(&path).await.status(), 404, "a draft is not for recipients");
    let id = scene.campaign.to_string();
    let later = ["campaign", "launch", &id, "--at", "2099-01-01T00:00:00Z"];
    assert_eq!(cli::run(&scene.app.database, &later).status, 0);
    let page = scene.app.get(&path).await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert!(page.text().await.unwrap().contains("Hej Åsa"));
    scene.app.stop().await;
}

#[tokio::test]
async fn the_office_itself_can_be_left() {
    let scene = scene().await;
    let office = scene.app.write(office).await;
    let path = scene.path(&scene.app.urls().unsubscribe(scene.person, office, scene.campaign));
    scene.one_click(&path).await;
    assert_eq!(scene.count("alumn").await["left_out"]["unit"], 1);
    assert_eq!(scene.count("law").await["reachable"], 1, "the office is beside the others, not above them");
    scene.app.stop().await;
}
