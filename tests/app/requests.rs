//! The clock of what people ask for by right: a month, put off once, and who sees that it is over.

use brevduva::db::schema::{audit_events, requests as table};
use brevduva::kernel::clock::Clock;
use brevduva::privacy::requests::{self, RequestKind, RequestWay};
use brevduva::staff::{Role, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::person;

fn moment() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

async fn app() -> (TestApp, i64) {
    let app = TestApp::build().clock(Clock::fixed(moment(), 3)).start().await;
    let contact = app.write(|conn| person().email("asa@example.org").save(conn)).await;
    (app, contact)
}

/// A request that came so many days ago.
async fn received(app: &TestApp, contact: i64, days_ago: i64) -> i64 {
    let at = (moment() - TimeDelta::days(days_ago)).naive_utc();
    app.write(move |conn| {
        requests::receive(conn, contact, RequestKind::Access, RequestWay::Letter, at, None).unwrap()
    })
    .await
}

#[tokio::test]
async fn a_letter_starts_the_clock_on_the_day_on_which_it_came() {
    let (app, contact) = app().await;
    let editor = app.sign_in(Role::Editor).await;
    let number = contact.to_string();
    let fields = |day: &'static str| {
        [
            ("contact", number.clone()),
            ("kind", "access".into()),
            ("how", "letter".into()),
            ("received", day.into()),
        ]
    };
    let post = async |day: &'static str| {
        let fields = fields(day);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        editor.post_form("/requests", &fields).await
    };
    assert_eq!(post("2026-11-25").await.status(), 422, "a letter of tomorrow");
    assert_eq!(post("").await.status(), 422);
    let stored = post("2026-11-20").await;
    assert_eq!(stored.status(), 303);
    let address = stored.headers()["location"].to_str().unwrap().replace("?done=recorded", "");
    let page = editor.get(&address).await.text().await.unwrap();
    assert!(page.contains("20 Dec 2026") && page.contains("editor@office.example"), "{page}");
    // Whoever writes it down need not be the one who may answer.
    assert!(!page.contains("name=\"act\""));
    assert_eq!(editor.post_form(&address, &[("act", "take")]).await.status(), 403);
    app.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_late_stands_on_the_officers_first_page() {
    let (app, contact) = app().await;
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    let first = async || officer.get("/").await.text().await.unwrap();
    assert!(!first().await.contains("/requests"));
    let fresh = received(&app, contact, 3).await;
    assert!(first().await.contains("One request waits for an answer"));
    let late = received(&app, contact, 40).await;
    assert!(first().await.contains("One request was not answered in time"));
    let editor = app.sign_in(Role::Editor).await;
    assert!(!editor.get("/").await.text().await.unwrap().contains("not answered in time"));

    let list = async |query: &str| officer.get(&format!("/requests{query}")).await.text().await.unwrap();
    let has = |page: &str, id: i64| page.contains(&format!("href=\"/requests/{id}\""));
    let open = list("").await;
    // The most urgent first.
    let place = |id: i64| open.find(&format!("href=\"/requests/{id}\"")).unwrap();
    assert!(place(late) < place(fresh));
    let overdue = list("?show=overdue").await;
    assert!(has(&overdue, late) && !has(&overdue, fresh));

    let address = format!("/requests/{late}");
    assert_eq!(officer.post_form(&address, &[("act", "take")]).await.status(), 303);
    let extended = officer.post_form(&address, &[("act", "extend"), ("reason", "Many registers")]).await;
    assert_eq!(extended.status(), 422, "its time is over");
    let empty =
        officer.post_form(&address, &[("act", "answer"), ("outcome", "refused"), ("answer", " ")]).await;
    assert_eq!(empty.status(), 422);
    let answer = [("act", "answer"), ("outcome", "refused"), ("answer", "Asked every day this week.")];
    assert_eq!(officer.post_form(&address, &answer).await.status(), 303);
    assert_eq!(officer.post_form(&address, &answer).await.status(), 422, "answered once");
    let page = officer.get(&address).await.text().await.unwrap();
    assert!(page.contains("Asked every day") && page.contains("data_protection_officer@office.example"));
    assert!(has(&list("?show=answered").await, late) && !has(&list("").await, late));
    let deeds: Vec<String> = app
        .database
        .read(|conn| {
            audit_events::table
                .filter(audit_events::subject_kind.eq("request"))
                .filter(audit_events::action.ne("request.see"))
                .order(audit_events::id)
                .select(audit_events::action)
                .load(conn)
                .unwrap()
        })
        .await;
    assert_eq!(deeds, ["request.take", "request.answer"]);
    app.stop().await;
}

#[tokio::test]
async fn an_answer_is_put_off_once_and_in_time() {
    let (app, contact) = app().await;
    let id = received(&app, contact, 10).await;
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    let address = format!("/requests/{id}");
    let extend = [("act", "extend"), ("reason", "Three registers must be searched")];
    assert_eq!(officer.post_form(&address, &extend).await.status(), 303);
    let page = officer.get(&address).await.text().await.unwrap();
    // It came on 14 November: one month and two more.
    assert!(page.contains("14 Feb 2027") && page.contains("Three registers"), "{page}");
    assert_eq!(officer.post_form(&address, &extend).await.status(), 422);
    app.stop().await;
}

#[tokio::test]
async fn erasing_somebody_answers_their_request_and_forgets_what_they_were_told() {
    let (app, contact) = app().await;
    let at = moment().naive_utc();
    app.write(move |conn| {
        let id = requests::receive(conn, contact, RequestKind::Access, RequestWay::Email, at, None).unwrap();
        requests::answer(conn, id, requests::Answered::Done, "Sent to Åsa", at).unwrap();
        requests::receive(conn, contact, RequestKind::Erasure, RequestWay::Phone, at, None).unwrap();
    })
    .await;
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    let number = contact.to_string();
    let erased = officer.post_form(&format!("/contacts/{contact}/erase"), &[("number", &number)]).await;
    assert_eq!(erased.status(), 303);
    type Row = (Option<i64>, Option<chrono::NaiveDateTime>, Option<String>);
    let rows: Vec<Row> = app
        .database
        .read(|conn| {
            let columns = (table::contact_id, table::done_at, table::answer);
            table::table.order(table::id).select(columns).load(conn).unwrap()
        })
        .await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|(person, done, answer)| person.is_none() && done.is_some() && answer.is_none()));
    app.stop().await;
}

#[tokio::test]
async fn programs_record_put_off_and_answer_too() {
    let (app, contact) = app().await;
    let token = app.token(&[Scope::Contacts, Scope::Manage]).await;
    let post = async |path: &str, body: Value| {
        let call = app.client.post(app.url(path)).bearer_auth(&token).json(&body);
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let body =
        json!({ "contact": contact, "kind": "correction", "how": "email", "received_on": "2026-11-01" });
    let (status, stored) = post("/api/v1/requests", body.clone()).await;
    assert_eq!((status, &stored["due_on"], &stored["state"]), (201, &json!("2026-12-01"), &json!("open")));
    let mut by_page = body.clone();
    by_page["how"] = json!("page");
    assert_eq!(post("/api/v1/requests", by_page).await.0, 422);
    let path = format!("/api/v1/requests/{}", stored["id"]);
    let (status, later) = post(&format!("{path}/extension"), json!({ "reason": "Hard to find" })).await;
    assert_eq!((status, &later["due_on"]), (200, &json!("2027-02-01")));
    assert_eq!(post(&format!("{path}/extension"), json!({ "reason": "Again" })).await.0, 409);
    let told = json!({ "outcome": "done", "answer": "Corrected" });
    let (status, answered) = post(&format!("{path}/answer"), told.clone()).await;
    assert_eq!((status, &answered["state"]), (200, &json!("done")));
    assert_eq!(post(&format!("{path}/answer"), told).await.0, 409);
    app.stop().await;
}
