//! Finding one person among many: by how a name, an address or a place begins, while it is being written.

use brevduva::app::Parts;
use brevduva::contacts;
use brevduva::staff::Role;

use super::support::app::TestApp;
use super::support::builders;

async fn office() -> TestApp {
    let app = TestApp::build().parts(Parts::Web).start().await;
    app.write(|conn| {
        builders::person()
            .named("Eva-Lena", "Ek")
            .email("el.ek@example.se")
            .living_at("A 1", "Malmö")
            .save(conn);
        builders::person().named("Eva Maria", "von Essen").email("essen@example.se").save(conn);
        builders::person().named("Åsa", "Öberg").with(builders::degree("SJURI", 2000)).save(conn);
        builders::person().named("Bo", "Evaldsson").living_at("B 1", "Malmö").save(conn);
        builders::person().named("Eva", "Hemlig").email("hemlig@example.se").protected().save(conn);
        builders::person().named("100%", "Under_streck").save(conn);
    })
    .await;
    app
}

async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let text = text.to_owned();
    let mut people = app.database.read(move |conn| contacts::search(conn, &text, 50).unwrap()).await;
    people.sort_by_key(|person| person.id);
    people.into_iter().map(|person| person.family_name).collect()
}

#[tokio::test]
async fn people_are_found_by_every_beginning() {
    let app = office().await;
    for (text, expected) in [
        ("eva", vec!["Ek", "von Essen", "Evaldsson"]),
        ("EVA-L", vec!["Ek"]),
        ("lena", vec!["Ek"]),
        ("ek", vec!["Ek"]),
        ("eva ek", vec!["Ek"]),
        ("Ek eva", vec!["Ek"]),
        ("eva-lena ek", vec!["Ek"]),
        ("essen", vec!["von Essen"]),
        ("von", vec!["von Essen"]),
        ("eva essen", vec!["von Essen"]),
        ("eva von essen", vec!["von Essen"]),
        ("eva maria von", vec!["von Essen"]),
        ("maria", vec!["von Essen"]),
        ("åsa", vec!["Öberg"]),
        ("ÖB", vec!["Öberg"]),
        ("A\u{30a}sa  ö", vec!["Öberg"]),
        ("el.ek@", vec!["Ek"]),
        ("malm", vec!["Ek", "Evaldsson"]),
        ("bo malmö", vec!["Evaldsson"]),
        ("sjuri", vec!["Öberg"]),
        ("hemlig", vec![]),
        ("va", vec![]),
        ("%", vec![]),
        ("_", vec![]),
        ("100%", vec!["Under_streck"]),
        ("", vec![]),
        ("  ", vec![]),
    ] {
        assert_eq!(found(&app, text).await, expected, "{text:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_new_name_is_found_and_the_old_one_is_not() {
    let app = office().await;
    let id = app
        .write(|conn| {
            let id = builders::person().named("Anna Karin", "Berg").save(conn);
            let person = contacts::by_ids(conn, &[id]).unwrap().remove(0);
            let mut person = contacts::NewContact::from(&person);
            person.given_name = "Anna Sofia".to_owned();
            person.family_name = "Lund".to_owned();
            person.name_key = contacts::search_key("Anna Sofia Lund");
            contacts::update(conn, id, &person).unwrap();
            id
        })
        .await;
    assert!(found(&app, "karin").await.is_empty() && found(&app, "berg").await.is_empty());
    assert_eq!(found(&app, "sofia").await, ["Lund"]);
    let other = app.write(|conn| builders::person().named("Sofia", "Ny").save(conn)).await;
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{other}/merge/{id}"), &[]).await;
    assert_eq!(found(&app, "sofia").await, ["Ny"], "who became part of somebody is found as that person");
    app.stop().await;
}

#[tokio::test]
async fn the_page_and_the_piece_of_it_say_the_same() {
    let app = office().await;
    let who = app.sign_in(Role::Editor).await;
    let form = who.get("/contacts").await.text().await.unwrap();
    assert!(form.contains("data-search=\"/contacts/search\""), "{form}");
    let page = who.post_form("/contacts", &[("q", "eva")]).await.text().await.unwrap();
    let piece = who.post_form("/contacts/search", &[("q", "eva")]).await.text().await.unwrap();
    assert!(page.contains(piece.trim()), "{piece}");
    assert!(piece.contains("Eva-Lena Ek") && !piece.contains("Hemlig") && !piece.contains("<html"));
    let nobody = who.post_form("/contacts/search", &[("q", "zz")]).await.text().await.unwrap();
    assert!(nobody.contains("Nobody matches"));
    app.stop().await;
}
