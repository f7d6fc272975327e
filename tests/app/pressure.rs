//! Contact pressure: nobody gets more mailings than a cap allows, and staff see whom other units mail too.

use std::time::Duration;

use brevduva::catcher::smtp::{Fault, Options, Script, SmtpServer, Step};
use brevduva::db::Conn;
use brevduva::kernel::clock::Clock;
use brevduva::preferences::pressure::{self, Cap};
use brevduva::staff::{Role, Scope};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{self, campaign, mailed, office, person, unit};
use crate::support::campaigns::{self, finished, invitation, skipped};
use crate::support::db::TestDatabase;

const PEOPLE: usize = 40;

fn people(conn: &mut Conn, count: usize) -> Vec<i64> {
    (0..count).map(|number| person().email(&format!("person{number}@example.org")).save(conn)).collect()
}

/// At most one mailing a week from this unit, or from everybody together.
fn one_a_week(conn: &mut Conn, unit_id: Option<i64>) {
    pressure::set(conn, Cap { unit_id, mailings: 1, days: 7 }, builders::some_time()).unwrap();
}

/// A relay that takes a moment for each message, so that campaigns run side by side.
async fn slow_relay() -> SmtpServer {
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(10)));
    SmtpServer::start(Options { script, ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn campaigns_that_run_side_by_side_share_a_cap() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            people(conn, PEOPLE);
            one_a_week(conn, None);
        })
        .await;
    let (clock, relay) = (Clock::system(), slow_relay().await);
    let mut ids = Vec::new();
    for name in ["Ett", "Två", "Tre"] {
        ids.push(campaigns::launch(&database, &clock, campaign().set("name", json!(name)).json()).await);
    }
    let app = TestApp::build().relay(&relay.url()).start_on(database).await;
    let (mut sent, mut left_out) = (0, 0);
    for id in ids {
        let status = finished(&app.database, id).await;
        sent += status.counts.sent;
        left_out += skipped(&status).get("contact_pressure").copied().unwrap_or(0);
    }
    assert_eq!((sent, left_out), (PEOPLE as i64, 2 * PEOPLE as i64));
    let mut addresses: Vec<String> =
        relay.mailbox().messages().iter().flat_map(|mail| mail.recipients.clone()).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), PEOPLE, "everybody got one mail, nobody two");
    assert_eq!(relay.mailbox().messages().len(), PEOPLE);
    app.stop().await;
}

async fn count(app: &TestApp, token: &str, question: Value) -> Value {
    let mut body = json!({ "rule": { "everyone": true } });
    for (member, value) in question.as_object().unwrap() {
        body[member] = value.clone();
    }
    let answer = app
        .client
        .post(app.url("/api/v1/segments/count"))
        .bearer_auth(token)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_units_cap_counts_its_own_mailings_and_a_law_or_an_invitation_is_never_stopped() {
    let app = TestApp::start().await;
    let now = app.clock.now().naive_utc();
    app.write(move |conn| {
        let faculty = unit(conn, "faculty", None);
        let department = unit(conn, "department", Some(faculty));
        let people = people(conn, 3);
        // The first got mail of the department two days ago, the second of the office, the third long ago.
        mailed(conn, department, people[0], "sent", now - TimeDelta::days(2));
        let office = office(conn);
        mailed(conn, office, people[1], "sent", now - TimeDelta::days(2));
        mailed(conn, faculty, people[2], "sent", now - TimeDelta::days(8));
        one_a_week(conn, Some(faculty));
    })
    .await;
    let token = app.token(&[Scope::Read]).await;
    let left_out = |count: &Value| count["left_out"]["contact_pressure"].as_i64().unwrap_or(0);
    for (question, expected) in [
        (json!({ "unit": "faculty" }), 1),
        (json!({ "unit": "department" }), 1),
        (json!({ "unit": "alumn" }), 0),
        (json!({}), 0),
        (json!({ "unit": "faculty", "legal_basis": "legal_obligation" }), 0),
        (json!({ "unit": "faculty", "legal_basis": "public_interest" }), 1),
        (json!({ "unit": "faculty", "kind": "invitation" }), 0),
        (json!({ "unit": "faculty", "channel": "letter" }), 0),
    ] {
        assert_eq!(left_out(&count(&app, &token, question.clone()).await), expected, "{question}");
    }
    app.write(|conn| one_a_week(conn, None)).await;
    assert_eq!(left_out(&count(&app, &token, json!({ "unit": "alumn" })).await), 2);
    app.stop().await;
}

#[tokio::test]
async fn an_invitation_goes_out_in_spite_of_a_cap() {
    let database = TestDatabase::new();
    let clock = Clock::system();
    let now = clock.now().naive_utc();
    database
        .write(move |conn| {
            let (somebody, office) = (people(conn, 1)[0], office(conn));
            mailed(conn, office, somebody, "sent", now - TimeDelta::hours(1));
            one_a_week(conn, None);
        })
        .await;
    let barred = campaigns::launch(&database, &clock, campaign().json()).await;
    let invites = campaigns::launch(&database, &clock, invitation()).await;
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start_on(database).await;
    assert_eq!(skipped(&finished(&app.database, barred).await), [("contact_pressure", 1)].into());
    assert_eq!(finished(&app.database, invites).await.counts.sent, 1);
    app.stop().await;
}

#[tokio::test]
async fn caps_are_set_by_those_who_manage_units_on_the_page_and_by_the_api() {
    let app = TestApp::start().await;
    app.write(|conn| unit(conn, "faculty", None)).await;
    let admin = app.sign_in(Role::Admin).await;
    let fields = [("unit", ""), ("mailings", "2"), ("days", "30")];
    assert_eq!(admin.post_form("/pressure", &fields).await.status(), 303);
    let wrong = admin.post_form("/pressure", &[("unit", ""), ("mailings", "0"), ("days", "30")]).await;
    assert_eq!(wrong.status(), 422);
    // Who manages one unit sets its cap and not that of all.
    let own = app.sign_in_to(Role::Admin, Some("faculty")).await;
    assert_eq!(own.post_form("/pressure", &fields).await.status(), 403);
    let fields = [("unit", "faculty"), ("mailings", "1"), ("days", "7")];
    assert_eq!(own.post_form("/pressure", &fields).await.status(), 303);

    let token = app.token(&[Scope::Read, Scope::Manage]).await;
    let caps = || async {
        let call = app.client.get(app.url("/api/v1/contact-caps")).bearer_auth(&token);
        call.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let everybody = json!({ "unit": null, "mailings": 2, "days": 30 });
    assert_eq!(caps().await, json!([everybody, { "unit": "faculty", "mailings": 1, "days": 7 }]));
    let put = |body: Value| app.client.put(app.url("/api/v1/contact-caps")).bearer_auth(&token).json(&body);
    let set = put(json!({ "unit": "faculty", "mailings": 3, "days": 60 })).send().await.unwrap();
    assert_eq!(set.status(), 200);
    let refused = put(json!({ "mailings": 3, "days": 400 })).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    let gone = app.client.delete(app.url("/api/v1/contact-caps?unit=faculty")).bearer_auth(&token);
    assert_eq!(gone.send().await.unwrap().status(), 204);
    assert_eq!(caps().await, json!([everybody]));
    admin.post_form("/pressure", &[("unit", ""), ("remove", "yes")]).await;
    assert_eq!(caps().await, json!([]));
    app.stop().await;
}

#[tokio::test]
async fn staff_see_whom_other_units_mail_too() {
    let app = TestApp::start().await;
    let now = app.clock.now().naive_utc();
    let people = app
        .write(move |conn| {
            let faculty = unit(conn, "faculty", None);
            let people = people(conn, 5);
            let office = office(conn);
            // Of another unit: lately, waiting, long ago. Of the campaign's own unit: no matter.
            mailed(conn, faculty, people[0], "sent", now - TimeDelta::days(3));
            mailed(conn, faculty, people[1], "queued", now - TimeDelta::hours(1));
            mailed(conn, faculty, people[2], "sent", now - TimeDelta::days(20));
            mailed(conn, office, people[3], "sent", now - TimeDelta::days(1));
            people
        })
        .await;
    // Of a third unit, planned in four days, to those who studied law.
    let id = app
        .write(move |conn| {
            unit(conn, "events", None);
            let lawyer =
                person().email("lawyer@example.org").with(builders::degree("SJURI", 2001)).save(conn);
            assert!(lawyer > people[4]);
            let law = json!({ "degree": { "programme": { "in": ["SJURI"] } } });
            campaigns::insert(
                conn,
                campaign().sent_by("events").to(law).json(),
                Some(now + TimeDelta::days(4)),
                now,
            );
            campaigns::insert(conn, campaign().json(), None, now)
        })
        .await;
    let viewer = app.sign_in(Role::Viewer).await;
    let text = async |text: &str| {
        let started = std::time::Instant::now();
        loop {
            let page = viewer.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
            if page.contains(text) {
                return page;
            }
            assert!(started.elapsed() < campaigns::PATIENCE, "no {text:?} on {page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let page = text("3 of them get mail from other units too").await;
    assert!(page.contains("Enheten faculty") && page.contains("Enheten events"));
    assert!(page.contains(">2</td>") && page.contains(">1</td>"));
    // What was counted is kept until somebody asks anew.
    app.write(move |conn| {
        let (events, somebody) = (unit(conn, "more", None), people_after(conn));
        mailed(conn, events, somebody, "sent", now)
    })
    .await;
    assert!(viewer.get(&format!("/campaigns/{id}")).await.text().await.unwrap().contains("3 of them"));
    assert_eq!(viewer.post_form(&format!("/campaigns/{id}/overlap"), &[]).await.status(), 303);
    text("4 of them get mail from other units too").await;
    app.stop().await;
}

fn people_after(conn: &mut Conn) -> i64 {
    person().email("late@example.org").save(conn)
}
