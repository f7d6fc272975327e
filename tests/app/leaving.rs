//! Leaving: the one-click POST of mail programs, the page, the preference page, and links that are not ours.

use brevduva::links::Token;
use brevduva::preferences::{self, Channel, RefusalScope};

use super::support::app::TestApp;
use super::support::builders;

struct Recipient {
    contact: i64,
    unit: i64,
    link: String,
}

async fn recipient(app: &TestApp) -> Recipient {
    let (contact, unit) = app
        .write(|conn| {
            let contact = builders::person().named("Åsa", "Öberg").email("asa.oberg@example.org").save(conn);
            (contact, builders::office(conn))
        })
        .await;
    Recipient { contact, unit, link: app.urls().unsubscribe(contact, unit, 1) }
}

async fn refusals(app: &TestApp, contact: i64, address: &'static str) -> Vec<RefusalScope> {
    app.write(move |conn| preferences::refusals(conn, contact, Some(address)).unwrap()).await
}

fn path(link: &str) -> String {
    url::Url::parse(link).unwrap().path().to_owned()
}

#[tokio::test]
async fn one_click_needs_no_cookie_and_no_origin_and_binds_person_and_address() {
    let app = TestApp::start().await;
    let recipient = recipient(&app).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = client
        .post(app.url(&path(&recipient.link)))
        .header("Origin", "https://mail.example")
        .header("Sec-Fetch-Site", "cross-site")
        .form(&[("List-Unsubscribe", "One-Click")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().get("set-cookie").is_none());
    let scope = RefusalScope::Unit(recipient.unit);
    assert_eq!(refusals(&app, recipient.contact, "nobody@example.org").await, [scope]);
    // Number 0 is nobody: what is found belongs to the address alone.
    assert_eq!(refusals(&app, 0, "asa.oberg@example.org").await, [scope]);

    let form = reqwest::multipart::Form::new().text("List-Unsubscribe", "One-Click");
    let again = client.post(app.url(&path(&recipient.link))).multipart(form).send().await.unwrap();
    assert_eq!(again.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn looking_changes_nothing_and_the_button_does_with_a_way_back() {
    let app = TestApp::start().await;
    let recipient = recipient(&app).await;
    let link = path(&recipient.link);
    let page = app.get(&link).await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    let text = page.text().await.unwrap();
    assert!(text.contains("a•••@example.org") && !text.contains("asa.oberg"), "the address is masked");
    assert!(refusals(&app, recipient.contact, "asa.oberg@example.org").await.is_empty());

    let done = app.post_form(&link, &[("leave", "unit")]).await;
    assert_eq!(done.status(), 200);
    let scope = RefusalScope::Unit(recipient.unit);
    assert_eq!(refusals(&app, recipient.contact, "asa.oberg@example.org").await, [scope]);
    app.post_form(&link, &[("leave", "email")]).await;
    assert!(
        refusals(&app, recipient.contact, "asa.oberg@example.org")
            .await
            .contains(&RefusalScope::Channel(Channel::Email))
    );
    app.post_form(&link, &[("back", "unit")]).await;
    app.post_form(&link, &[("back", "email")]).await;
    assert!(refusals(&app, recipient.contact, "asa.oberg@example.org").await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn a_changed_link_an_unknown_one_and_one_of_another_purpose_get_the_same_page() {
    let app = TestApp::start().await;
    let recipient = recipient(&app).await;
    let good = app.urls().signer().sign(Token::Preferences { contact: recipient.contact });
    let mut changed = app.urls().signer().sign(Token::Unsubscribe { contact: 1, unit: 1, campaign: 1 });
    changed.replace_range(10..11, if &changed[10..11] == "A" { "B" } else { "A" });
    let mut pages = Vec::new();
    for token in [changed, good, "no-token-at-all".to_owned()] {
        let answer = app.get(&format!("/u/{token}")).await;
        assert_eq!(answer.status(), 404);
        pages.push(answer.text().await.unwrap().replace(&token, ""));
        let posted = app.post_form(&format!("/u/{token}"), &[("List-Unsubscribe", "One-Click")]).await;
        assert_eq!(posted.status(), 404);
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    app.stop().await;
}

#[tokio::test]
async fn a_genuine_link_of_somebody_who_is_gone_is_thanked() {
    let app = TestApp::start().await;
    let unit = app.write(builders::office).await;
    let link = path(&app.urls().unsubscribe(987_654, unit, 3));
    let answer = app.post_form(&link, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(answer.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn the_preference_page_changes_what_it_shows_and_nothing_else() {
    let app = TestApp::start().await;
    let recipient = recipient(&app).await;
    let link = path(&app.urls().preferences(recipient.contact));
    app.post_form(&path(&recipient.link), &[("leave", "unit")]).await;
    let page = app.get(&link).await.text().await.unwrap();
    assert!(page.contains(&format!("unit:{}", recipient.unit)), "a unit that was left can be taken back");

    let saved = app
        .post_form(&link, &[("shown", "channel:email"), ("shown", "topic:1"), ("wants", "channel:email")])
        .await;
    assert_eq!(saved.status(), 200);
    let refused = refusals(&app, recipient.contact, "asa.oberg@example.org").await;
    assert_eq!(refused, [RefusalScope::Unit(recipient.unit), RefusalScope::Topic(1)]);

    app.post_form(&link, &[("shown", "everything"), ("nothing", "yes")]).await;
    let refused = refusals(&app, recipient.contact, "asa.oberg@example.org").await;
    assert!(refused.contains(&RefusalScope::Everything));
    app.stop().await;
}

#[tokio::test]
async fn the_page_is_in_the_persons_language() {
    let app = TestApp::start().await;
    let contact = app
        .write(|conn| {
            let language = brevduva::kernel::language::Language::Norwegian;
            builders::person().email("kari@example.org").speaking(language).save(conn)
        })
        .await;
    let link = path(&app.urls().preferences(contact));
    assert!(app.get(&link).await.text().await.unwrap().contains("<html lang=\"nb\">"));
    assert!(app.get(&format!("{link}?lang=en")).await.text().await.unwrap().contains("<html lang=\"en\">"));
    app.stop().await;
}
