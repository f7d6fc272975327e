//! A/B tests: a sample gets variants, the rest gets the one that did best, and nobody gets two mails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use brevduva::campaign::trial::Measure;
use brevduva::campaign::{CampaignState, trial};
use brevduva::catcher::smtp::{Received, Script};
use brevduva::delivery::{self, Live, Status, Wait};
use brevduva::kernel::clock::Clock;
use brevduva::staff::{Role, Scope};
use brevduva::tracking::trial as results;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::relays::{addresses, look, noon, people, relay, server, start, wait_until};
use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, office};
use crate::support::campaigns::{insert, launch};

/// A campaign whose variant B has another subject.
fn file(sample: i64, winner: &str) -> Value {
    let variants = json!({
        "sample": sample, "wait_minutes": 60, "winner": winner,
        "others": [{ "content": { "sv": { "subject": "Kom hem, {{given_name}}" } } }],
    });
    campaign_file().set("variants", variants).json()
}

async fn running(people_there: usize, clock: &Clock) -> (TestApp, brevduva::catcher::smtp::SmtpServer) {
    let server = server(Script::default()).await;
    let url = server.url();
    let app = start(clock, move |config| config.relays = vec![relay("main", &url)]).await;
    people(&app.database, addresses(people_there, "example.org")).await;
    (app, server)
}

fn subject(mail: &Received) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    parsed.subject().unwrap().split(',').next().unwrap().to_owned()
}

fn by_subject(mails: &[Arc<Received>]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for mail in mails {
        *found.entry(subject(mail)).or_default() += 1;
    }
    found
}

/// An address in a mail's HTML that goes on like this after the app's own.
fn address(app: &TestApp, mail: &Received, path: &str) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    let html = parsed.body_html(0).unwrap().into_owned();
    let begin = html.find(&format!("{}{path}", app.base)).unwrap_or_else(|| panic!("no {path} in {html}"));
    html[begin..].split('"').next().unwrap().to_owned()
}

async fn until_sample_is_sent(app: &TestApp, id: i64) -> (Status, Live) {
    wait_until(app, id, |_, live| matches!(live.wait, Some(Wait::Winner { until: Some(_) }))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rest_gets_the_variant_with_most_clicks_and_nobody_gets_two_mails() {
    const PEOPLE: usize = 60;
    let clock = noon();
    let (app, server) = running(PEOPLE, &clock).await;
    let id = launch(&app.database, &clock, file(20, "clicks")).await;
    let (status, _) = until_sample_is_sent(&app, id).await;
    assert_eq!((status.counts.sent, status.counts.deferred), (20, 40), "{status:?}");
    let sample = server.mailbox().messages();
    assert_eq!(by_subject(&sample), [("Välkommen".to_owned(), 10), ("Kom hem".to_owned(), 10)].into());
    let counts = app.database.read(move |conn| delivery::counts_by_variant(conn, id).unwrap()).await;
    assert_eq!(
        counts.iter().map(|(variant, counts)| (*variant, counts.sent)).collect::<Vec<_>>(),
        [(0, 10), (1, 10)]
    );

    // Everybody who got B clicks, twice; of A three do.
    for mail in sample.iter().filter(|mail| subject(mail) == "Kom hem") {
        let answer = app.client.get(address(&app, mail, "/c/")).send().await.unwrap();
        assert_eq!(answer.headers()["location"], "https://example.se/jubileum");
    }
    for mail in sample.iter().filter(|mail| subject(mail) == "Välkommen").take(3) {
        app.client.get(address(&app, mail, "/c/")).send().await.unwrap();
    }
    // A scanner at one provider follows every link of A, and again: that is nobody's choice.
    for mail in sample.iter().filter(|mail| subject(mail) == "Välkommen") {
        for _ in 0..3 {
            let call = app.client.get(address(&app, mail, "/c/")).header("user-agent", "SafeLinks");
            assert_eq!(call.send().await.unwrap().status(), 302);
        }
    }
    // Before the time is over nobody else gets anything.
    clock.advance(TimeDelta::minutes(58));
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    assert_eq!(look(&app, id).await.0.counts.sent, 20);
    // Somebody in the rest says no meanwhile.
    let reached: BTreeSet<String> = sample.iter().map(|mail| mail.recipients[0].clone()).collect();
    let waiting = (0..PEOPLE).map(|number| format!("person{number}@example.org"));
    let no = waiting.clone().find(|one| !reached.contains(one)).unwrap();
    let other = waiting.clone().filter(|one| !reached.contains(one)).nth(1).unwrap();
    let (of_no, of_other) = (contact(&app, &no).await, contact(&app, &other).await);
    let unit = app.database.read(office).await;
    let leave =
        app.client.post(app.urls().unsubscribe(of_no, unit, id)).form(&[("List-Unsubscribe", "One-Click")]);
    assert_eq!(leave.send().await.unwrap().status(), 200);

    clock.advance(TimeDelta::minutes(3));
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!((end.counts.sent, end.counts.skipped, end.repeated), (59, 1, 0), "{end:?}");
    let all = server.mailbox().messages();
    assert_eq!(by_subject(&all), [("Välkommen".to_owned(), 10), ("Kom hem".to_owned(), 49)].into());
    let got: BTreeSet<&str> = all.iter().map(|mail| mail.recipients[0].as_str()).collect();
    assert_eq!((got.len(), all.len()), (59, 59), "somebody got two mails");
    assert!(!got.contains(no.as_str()));

    // The web version of somebody in the rest is the winner's, and the page says who won.
    assert_eq!(app.database.read(move |conn| delivery::variant_for(conn, id, of_other).unwrap()).await, 1);
    let admin = app.sign_in(Role::Admin).await;
    let page = admin.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
    assert!(page.contains("winner") && page.contains("Variant B"), "{page}");
    let only = admin.get(&format!("/campaigns/{id}/recipients?variant=1")).await.text().await.unwrap();
    assert_eq!(only.matches("@example.org").count(), 10, "{only}");
    let token = app.token(&[Scope::Read]).await;
    let call = app.client.get(app.url(&format!("/api/v1/campaigns/{id}/report"))).bearer_auth(token);
    let report: Value = call.send().await.unwrap().json().await.unwrap();
    assert_eq!(report["trial"]["winner"], "B");
    assert_eq!(report["trial"]["variants"][1]["clicks"], 10);
    assert_eq!(report["trial"]["variants"][0]["clicks"], 3);
    app.stop().await;
    server.stop().await;
}

async fn contact(app: &TestApp, address: &str) -> i64 {
    use brevduva::db::schema::contacts::dsl::{contacts, email, id};
    use diesel::prelude::*;
    let address = address.to_owned();
    app.database
        .read(move |conn| {
            contacts.filter(email.eq(address).assume_not_null()).select(id).first(conn).unwrap()
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opens_decide_where_the_plan_says_so_and_without_any_the_own_text_wins() {
    for (opened, winner) in [(true, "B"), (false, "A")] {
        let clock = noon();
        let (app, server) = running(12, &clock).await;
        let id = launch(&app.database, &clock, file(4, "opens")).await;
        until_sample_is_sent(&app, id).await;
        for mail in server.mailbox().messages().iter().filter(|mail| opened && subject(mail) == "Kom hem") {
            assert_eq!(app.client.get(address(&app, mail, "/o/")).send().await.unwrap().status(), 200);
        }
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        clock.advance(TimeDelta::minutes(61));
        let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
        assert_eq!((end.counts.sent, end.repeated), (12, 0));
        let report = app.database.read(move |conn| results::report(conn, id).unwrap().unwrap()).await;
        assert_eq!((report.winner.as_deref(), report.measure), (Some(winner), Measure::Opens));
        let much = if winner == "B" { "Kom hem" } else { "Välkommen" };
        assert_eq!(by_subject(&server.mailbox().messages())[much], 10);
        app.stop().await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_choose_the_winner_before_its_time_once() {
    let clock = noon();
    let (app, server) = running(10, &clock).await;
    let id = launch(&app.database, &clock, file(4, "clicks")).await;
    until_sample_is_sent(&app, id).await;
    let token = app.token(&[Scope::Send]).await;
    let choose = |variant: i32| {
        let call = app.client.post(app.url(&format!("/api/v1/campaigns/{id}/winner"))).bearer_auth(&token);
        call.json(&json!({ "variant": variant })).send()
    };
    assert_eq!(choose(2).await.unwrap().status(), 422);
    let admin = app.sign_in(Role::Admin).await;
    assert!(
        admin.get(&format!("/campaigns/{id}")).await.text().await.unwrap().contains("Send B to the rest")
    );
    let answer = admin.post_form(&format!("/campaigns/{id}/winner"), &[("variant", "1")]).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(choose(0).await.unwrap().status(), 409, "it is decided");
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!((end.counts.sent, end.repeated), (10, 0));
    assert_eq!(by_subject(&server.mailbox().messages())["Kom hem"], 8);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_of_more_people_than_there_are_is_everybody_once() {
    let clock = noon();
    let (app, server) = running(5, &clock).await;
    let id = launch(&app.database, &clock, file(50, "clicks")).await;
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!((end.recipients, end.counts.sent, end.repeated), (5, 5, 0));
    let counts = by_subject(&server.mailbox().messages());
    assert_eq!(counts.values().copied().collect::<BTreeSet<_>>(), [2, 3].into());
    app.stop().await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_is_said_with_its_place() {
    let app = TestApp::start().await;
    let token = app.token(&[Scope::Compose]).await;
    let create = |file: Value| {
        let call = app.client.post(app.url("/api/v1/campaigns")).bearer_auth(&token);
        call.json(&file).send()
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut file = file(10, "clicks");
        change(&mut file);
        file
    };
    for (file, path) in [
        (with(&|file| file["variants"]["sample"] = json!(1)), "$.variants.sample"),
        (with(&|file| file["variants"]["wait_minutes"] = json!(1)), "$.variants.wait_minutes"),
        (with(&|file| file["variants"]["others"] = json!([])), "$.variants.others"),
        (with(&|file| file["tracking"] = json!("off")), "$.variants"),
        (
            with(&|file| file["variants"]["others"][0]["content"] = json!({ "nb": { "subject": "Hei" } })),
            "$.variants.others[0].content",
        ),
        (
            with(&|file| {
                file["variants"]["others"][0]["content"]["sv"] = json!({ "markdown": "{{nothing}}" })
            }),
            "$.variants.others[0].content",
        ),
        (
            with(&|file| file["variants"]["others"][0]["content"]["sv"] = json!({ "colour": "red" })),
            "$.variants.others[0].content",
        ),
    ] {
        let answer = create(file).await.unwrap();
        assert_eq!(answer.status(), 422, "{path}");
        let problem: Value = answer.json().await.unwrap();
        assert!(
            problem["errors"].as_array().unwrap().iter().any(|error| error["path"] == path),
            "{path}: {problem}"
        );
    }
    // What was written is read again, and another body takes the place of the campaign's own.
    let whole =
        with(&|file| file["variants"]["others"][0]["content"]["sv"] = json!({ "html": "<p>Hej</p>" }));
    let created: Value = create(whole.clone()).await.unwrap().json().await.unwrap();
    assert_eq!(created["variants"], whole["variants"]);
    app.stop().await;
}

#[tokio::test]
async fn a_draft_gets_its_variants_on_a_page_and_keeps_them_when_it_is_edited() {
    let app = TestApp::start().await;
    let id = app
        .write(|conn| insert(conn, campaign_file().json(), None, crate::support::builders::some_time()))
        .await;
    let editor = app.sign_in(Role::Editor).await;
    let path = format!("/campaigns/{id}/trial");
    let wrong = [("sample", "1"), ("hours", "2"), ("winner", "clicks"), ("subject_1_sv", "Kom hem")];
    assert_eq!(editor.post_form(&path, &wrong).await.status(), 422);
    let right = [
        ("sample", "200"),
        ("hours", "1,5"),
        ("winner", "opens"),
        ("subject_1_sv", "Kom hem, {{given_name}}"),
        ("preheader_2_sv", "Bara nu"),
    ];
    assert_eq!(editor.post_form(&path, &right).await.status(), 303);
    let plan = || app.database.read(move |conn| trial::find(conn, id).unwrap().map(|trial| trial.plan));
    let saved = plan().await.unwrap();
    assert_eq!(
        (saved.sample, saved.wait_minutes, saved.winner, saved.variants()),
        (200, 90, Measure::Opens, 3)
    );
    let page = editor.get(&path).await.text().await.unwrap();
    assert!(
        page.contains("Kom hem, {{given_name}}")
            && page.contains("Bara nu")
            && page.contains("value=\"1.50\"")
    );
    let variant = editor.get(&format!("{path}/2")).await;
    assert_eq!(variant.status(), 200);
    assert!(variant.text().await.unwrap().contains("Bara nu"));
    assert_eq!(editor.get(&format!("{path}/3")).await.status(), 404);

    let token = app.token(&[Scope::Compose, Scope::Read]).await;
    let call = app.client.get(app.url(&format!("/api/v1/campaigns/{id}"))).bearer_auth(&token);
    let view: Value = call.send().await.unwrap().json().await.unwrap();
    assert_eq!(view["variants"]["others"][1]["content"]["sv"]["preheader"], "Bara nu");
    let edit = [
        ("name", "Jubileum igen"),
        ("kind", "mailing"),
        ("unit", "alumn"),
        ("topic", "newsletter"),
        ("purpose", "newsletter"),
        ("legal_basis", "public_interest"),
        ("from_name", "Alumn"),
        ("from_address", "alumn@example.se"),
        ("segment", "present"),
        ("tracking", "aggregate"),
        ("layout", "newsletter"),
        ("default_language", "sv"),
        ("subject_sv", "Välkommen"),
        ("kind_sv", "markdown"),
        ("body_sv", "Hej"),
        ("version", "2"),
    ];
    assert_eq!(editor.post_form(&format!("/campaigns/{id}/edit"), &edit).await.status(), 303);
    assert_eq!(plan().await, Some(saved), "editing the text keeps the test");
    assert_eq!(editor.post_form(&path, &[("remove", "yes")]).await.status(), 303);
    assert_eq!(plan().await, None);
    app.stop().await;
}
