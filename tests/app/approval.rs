//! Review and approval: who may agree to what, what a change withdraws, and the versions that are kept.

use brevduva::app::Parts;
use brevduva::campaign::{self, CampaignState};
use brevduva::db::schema::audit_events;
use brevduva::staff::{Role, Scope};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::{SignedIn, TestApp};
use crate::support::builders::{campaign as mailing, person};

/// A draft that the editor has written.
async fn draft(app: &TestApp) -> i64 {
    let token = app.token(&[Scope::Compose]).await;
    let made = app.client.post(app.url("/api/v1/campaigns")).bearer_auth(&token).json(&mailing().json());
    made.send().await.unwrap().json::<Value>().await.unwrap()["id"].as_i64().unwrap()
}

/// A step of somebody who has just looked at the page.
async fn act(who: &SignedIn<'_>, id: i64, step: &str, note: &str) -> u16 {
    let seen = seen(who, id).await;
    answer(who, id, step, note, &seen).await
}

async fn answer(who: &SignedIn<'_>, id: i64, step: &str, note: &str, seen: &str) -> u16 {
    let path = format!("/campaigns/{id}/review");
    who.post_form(&path, &[("do", step), ("note", note), ("seen", seen)]).await.status().as_u16()
}

/// What the page says was looked at; nothing where there is nothing to answer.
async fn seen(who: &SignedIn<'_>, id: i64) -> String {
    let page = who.get(&format!("/campaigns/{id}/review")).await.text().await.unwrap();
    let seen = page.split_once("name=\"seen\" value=\"").map(|(_, rest)| rest);
    seen.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

async fn launch(who: &SignedIn<'_>, id: i64) -> reqwest::Response {
    who.post_form(&format!("/campaigns/{id}/launch"), &[]).await
}

async fn state(app: &TestApp, id: i64) -> CampaignState {
    app.database.read(move |conn| campaign::find(conn, id).unwrap().state).await
}

/// Changes the subject by the API.
async fn change(app: &TestApp, id: i64, subject: &str) -> u16 {
    let version = app.database.read(move |conn| campaign::find(conn, id).unwrap().version).await;
    let token = app.token(&[Scope::Compose]).await;
    let content = json!({"sv": {"subject": subject, "markdown": "# Hej\n\nText"}});
    let file = mailing().set("content", content).json();
    let put = app.client.put(app.url(&format!("/api/v1/campaigns/{id}"))).bearer_auth(&token);
    put.header("If-Match", format!("\"{version}\"")).json(&file).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn another_person_approves_and_a_change_withdraws_it() {
    let app =
        TestApp::build().parts(Parts::Web).settings(|config| config.approval_above = Some(0)).start().await;
    app.write(|conn| person().email("eva@example.org").save(conn)).await;
    let id = draft(&app).await;
    let (editor, approver) = (app.sign_in(Role::Editor).await, app.sign_in(Role::Approver).await);

    let refused = launch(&approver, id).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("needs approval"));
    assert_eq!(act(&approver, id, "approved", "").await, 422, "nobody has submitted it");
    assert_eq!(act(&approver, id, "submitted", "").await, 403, "approvers do not write");
    assert_eq!(act(&editor, id, "submitted", "Titta på ämnesraden").await, 303);
    assert_eq!(state(&app, id).await, CampaignState::InReview);
    assert_eq!(act(&editor, id, "approved", "").await, 403, "editors do not approve");
    assert_eq!(launch(&editor, id).await.status(), 422, "it waits");

    assert_eq!(act(&approver, id, "sent_back", "").await, 422, "a reason is needed");
    assert_eq!(act(&approver, id, "sent_back", "Kortare").await, 303);
    assert_eq!(state(&app, id).await, CampaignState::Draft);
    assert_eq!(act(&editor, id, "submitted", "").await, 303);
    assert_eq!(act(&approver, id, "approved", "Bra").await, 303);
    let page = editor.get(&format!("/campaigns/{id}/review")).await.text().await.unwrap();
    assert!(page.contains("Approved by approver@office.example as it is now"), "{page}");
    assert!(page.contains("Titta på ämnesraden") && page.contains("Kortare"), "{page}");

    // What is changed is not what was approved.
    assert_eq!(change(&app, id, "Annat").await, 200);
    assert_eq!(state(&app, id).await, CampaignState::Draft);
    assert_eq!(launch(&approver, id).await.status(), 422);
    let page = editor.get(&format!("/campaigns/{id}/review")).await.text().await.unwrap();
    assert!(page.contains("Taken back or changed") && page.contains("Not submitted"), "{page}");

    assert_eq!(act(&editor, id, "submitted", "").await, 303);
    assert_eq!(act(&approver, id, "approved", "").await, 303);
    assert_eq!(launch(&approver, id).await.status(), 303);
    assert_eq!(state(&app, id).await, CampaignState::Scheduled);
    let deeds: Vec<String> = app
        .database
        .read(move |conn| {
            let of = audit_events::table.filter(audit_events::subject_id.eq(id));
            let review = of.filter(audit_events::subject_kind.eq("campaign"));
            review.order(audit_events::id).select(audit_events::action).load(conn).unwrap()
        })
        .await;
    for deed in ["campaign.submit", "campaign.send_back", "campaign.approve", "campaign.launch"] {
        assert!(deeds.iter().any(|done| done == deed), "{deed} is not in {deeds:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_answer_is_about_what_was_looked_at() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = draft(&app).await;
    let (editor, approver) = (app.sign_in(Role::Editor).await, app.sign_in(Role::Approver).await);
    assert_eq!(act(&editor, id, "submitted", "").await, 303);
    let before = seen(&approver, id).await;
    assert_eq!(before.len(), 64, "{before}");
    // While the approver reads, it is changed and submitted again.
    assert_eq!(change(&app, id, "Annat").await, 200);
    assert_eq!(act(&editor, id, "submitted", "").await, 303);
    for step in ["approved", "sent_back"] {
        assert_eq!(answer(&approver, id, step, "Bra", &before).await, 422, "{step}");
        assert_eq!(answer(&approver, id, step, "Bra", "").await, 422, "{step}");
    }
    assert_eq!(state(&app, id).await, CampaignState::InReview);
    assert_eq!(act(&approver, id, "approved", "Bra").await, 303);
    app.stop().await;
}

#[tokio::test]
async fn nobody_approves_their_own_work_and_the_setting_counts_people() {
    let app =
        TestApp::build().parts(Parts::Web).settings(|config| config.approval_above = Some(1)).start().await;
    app.write(|conn| person().email("eva@example.org").save(conn)).await;
    let id = draft(&app).await;
    let admin = app.sign_in(Role::Admin).await;
    assert_eq!(act(&admin, id, "submitted", "").await, 303);
    assert_eq!(act(&admin, id, "approved", "").await, 422);
    let page = admin.get(&format!("/campaigns/{id}/review")).await.text().await.unwrap();
    assert!(page.contains("Somebody else approves it"), "{page}");
    // Taken back, it may go: one person is not more than one.
    assert_eq!(act(&admin, id, "withdrawn", "").await, 303);
    let other = draft(&app).await;
    assert_eq!(launch(&admin, other).await.status(), 303);
    app.write(|conn| person().email("nils@example.org").save(conn)).await;
    assert_eq!(launch(&admin, id).await.status(), 422, "two are");
    let token = app.token(&[Scope::Send]).await;
    let call = app.client.post(app.url(&format!("/api/v1/campaigns/{id}/launch"))).bearer_auth(&token);
    assert_eq!(call.send().await.unwrap().status(), 409);
    let run = crate::support::cli::command(&app.database, &["campaign", "launch", &id.to_string()])
        .env("BREVDUVA_APPROVAL_ABOVE", "1")
        .spawn()
        .unwrap();
    let run = crate::support::cli::finish(run);
    assert!(run.error_line(1).contains("needs approval"), "{run:?}");
    app.stop().await;
}

#[tokio::test]
async fn without_the_setting_nobody_is_asked() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    app.write(|conn| person().email("eva@example.org").save(conn)).await;
    let id = draft(&app).await;
    let editor = app.sign_in(Role::Editor).await;
    assert_eq!(launch(&editor, id).await.status(), 303);
    app.stop().await;
}

#[tokio::test]
async fn comments_are_for_those_who_take_part() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = draft(&app).await;
    let viewer = app.sign_in(Role::Viewer).await;
    assert_eq!(act(&viewer, id, "comment", "Hej").await, 403);
    let editor = app.sign_in(Role::Editor).await;
    assert_eq!(act(&editor, id, "comment", " ").await, 422);
    assert_eq!(act(&editor, id, "comment", "<b>Fint</b>").await, 303);
    let page = viewer.get(&format!("/campaigns/{id}/review")).await.text().await.unwrap();
    assert!(page.contains("Fint") && !page.contains("<b>Fint"), "{page}");
    // By a program, too.
    let token = app.token(&[Scope::Compose]).await;
    let review = app.url(&format!("/api/v1/campaigns/{id}/review"));
    let step = json!({"step": "submit", "note": "Klart"});
    let told: Value =
        app.client.post(&review).bearer_auth(&token).json(&step).send().await.unwrap().json().await.unwrap();
    assert_eq!((&told["waiting"], &told["steps"][0]["note"]), (&json!(true), &json!("Klart")));
    let approve = app.client.post(&review).bearer_auth(&token).json(&json!({"step": "approved"}));
    assert_eq!(approve.send().await.unwrap().status(), 422, "approving is for people");
    app.stop().await;
}

#[tokio::test]
async fn versions_are_compared_and_restored_and_campaigns_copied() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let id = draft(&app).await;
    assert_eq!(change(&app, id, "Nytt ämne").await, 200);
    let editor = app.sign_in(Role::Editor).await;
    let list = editor.get(&format!("/campaigns/{id}/versions")).await.text().await.unwrap();
    assert!(
        list.contains("Version 1") && list.contains("Version 2") && list.contains("A program (API)"),
        "{list}"
    );
    let diff = editor.get(&format!("/campaigns/{id}/versions/1")).await.text().await.unwrap();
    assert!(diff.contains("<del>sv subject: Välkommen, {{given_name}}</del>"), "{diff}");
    assert!(diff.contains("<ins>sv subject: Nytt ämne</ins>"), "{diff}");
    assert_eq!(editor.get(&format!("/campaigns/{id}/versions/9")).await.status(), 404);
    assert_eq!(editor.post_form(&format!("/campaigns/{id}/versions/1"), &[]).await.status(), 303);
    let restored = app.database.read(move |conn| campaign::find(conn, id).unwrap()).await;
    assert_eq!(restored.version, 3);
    let token = app.token(&[Scope::Read]).await;
    let get = |path: String| app.client.get(app.url(&path)).bearer_auth(&token).send();
    let first: Value = get(format!("/api/v1/campaigns/{id}/versions/1")).await.unwrap().json().await.unwrap();
    let third: Value = get(format!("/api/v1/campaigns/{id}/versions/3")).await.unwrap().json().await.unwrap();
    assert_eq!(first, third);
    let list = editor.get(&format!("/campaigns/{id}/versions")).await.text().await.unwrap();
    assert!(list.contains("editor@office.example"), "{list}");

    let copied = editor.post_form(&format!("/campaigns/{id}/copy"), &[]).await;
    let to = copied.headers()["location"].to_str().unwrap().to_owned();
    let copy: i64 = to.split('/').nth(2).unwrap().parse().unwrap();
    let (one, other) = app
        .database
        .read(move |conn| (campaign::find(conn, id).unwrap(), campaign::find(conn, copy).unwrap()))
        .await;
    assert_eq!(other.campaign.name(), "Copy of Jubileum");
    assert_eq!(campaign::review::digest(&one.campaign), campaign::review::digest(&other.campaign));
    app.stop().await;
}
