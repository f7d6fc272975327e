//! Why somebody is in the register, as staff correct it.

use brevduva::contacts::{self, ContactKind};
use brevduva::staff::{Role, Scope};
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::forms::fields;
use crate::support::register::{ONE, import, ladok, ladok_row};

async fn kinds(app: &TestApp, id: i64) -> Vec<ContactKind> {
    let mut kinds: Vec<ContactKind> = app
        .database
        .read(move |conn| contacts::kinds(conn, &[id]).unwrap().into_iter().map(|(_, kind)| kind).collect())
        .await;
    kinds.sort_by_key(|kind| kind.as_str());
    kinds
}

#[tokio::test]
async fn what_staff_say_of_a_kind_stands_against_every_file() {
    use ContactKind::{Alumn, Staff, Student};
    let app = TestApp::start().await;
    let row = ladok_row(ONE, "Eva", "Ek", "eva@example.org", "");
    import(&app, "ladok", &ladok(std::slice::from_ref(&row))).await;
    assert_eq!(kinds(&app, 1).await, [Alumn]);

    let who = app.sign_in(Role::Admin).await;
    let page = who.get("/contacts/1/edit").await.text().await.unwrap();
    let mut form = fields(&page);
    assert!(form.contains(&("kind".to_owned(), "alumn".to_owned())), "{form:?}");
    form.retain(|(name, _)| name != "kind");
    let send = async |kinds: &[&str]| {
        let own = form.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<(&str, &str)> = own.chain(kinds.iter().map(|kind| ("kind", *kind))).collect();
        who.post_form("/contacts/1/edit", &form).await
    };
    let refused = send(&[]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("Choose at least one kind"));
    assert_eq!(send(&["wizard"]).await.status(), 400);
    assert_eq!(send(&["student", "staff"]).await.status(), 303);
    assert_eq!(kinds(&app, 1).await, [Staff, Student]);
    let page = who.get("/contacts/1").await.text().await.unwrap();
    assert!(page.contains("Staff corrected: Alumn, Staff, Student"), "{page}");

    // The file still tells of a degree: it neither makes an alumn nor takes the student.
    let again = import(&app, "ladok", &ladok(&[row.replace("Storgatan 1", "Storgatan 2")])).await;
    assert_eq!(again.updated, 1);
    assert_eq!(kinds(&app, 1).await, [Staff, Student]);

    let token = app.token(&[Scope::Import]).await;
    let put = async |body: serde_json::Value| {
        app.client
            .put(app.url("/api/v1/contacts/1/kinds"))
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(put(json!({ "kinds": [] })).await.status(), 422);
    let answer = put(json!({ "kinds": ["alumn"] })).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["kinds"], json!(["alumn"]));
    let audited = app
        .database
        .read(|conn| {
            let latest = brevduva::audit::latest(conn, 20).unwrap();
            latest.iter().filter(|event| event.action == "contact.kinds").count()
        })
        .await;
    assert_eq!(audited, 2);
    app.stop().await;
}
