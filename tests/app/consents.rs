//! Consent texts: drafts, versions that never change, and what people agreed to, shown for ever.

use brevduva::db::schema::{consents, sign_up_texts};
use brevduva::staff::{Role, Scope};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{person, unit};
use crate::support::forms::fields;

/// Words in three languages.
fn words(text: &str) -> [(String, String); 3] {
    ["sv", "nb", "en"].map(|language| (format!("text_{language}"), format!("{text} ({language})")))
}

fn all<'a>(more: &[(&'a str, &'a str)], words: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    let words = words.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    more.iter().copied().chain(words).collect()
}

#[tokio::test]
async fn a_published_version_never_changes_and_what_somebody_agreed_to_stays() {
    let app = TestApp::start().await;
    let contact = app.write(|conn| person().email("asa@example.org").save(conn)).await;
    let admin = app.sign_in(Role::Admin).await;
    let subject = [("purpose", "individual_measuring"), ("channel", "email"), ("unit", "")];
    let swedish = [("text_sv".to_owned(), "Bara svenska".to_owned())];
    let refused = admin.post_form("/consents", &all(&subject, &swedish)).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("Norwegian"), "everybody is asked, in every language");

    let first = words("First <b>words</b>");
    let saved = admin.post_form("/consents", &all(&subject, &first)).await;
    assert_eq!(saved.status(), 303);
    let address = saved.headers()["location"].to_str().unwrap().replace("?done=saved", "");
    let preferences = url::Url::parse(&app.urls().preferences(contact)).unwrap().path().to_owned();
    let asked = async || app.get(&format!("{preferences}?lang=en")).await.text().await.unwrap();
    assert!(!asked().await.contains("First"), "a draft is asked of nobody");
    admin.post_form(&address, &all(&[("publish", "yes")], &first)).await;
    let page = asked().await;
    assert!(page.contains("First &#60;b&#62;words&#60;/b&#62; (en)"), "{page}");
    let mut agreeing = fields(&page);
    agreeing.push(("measuring".to_owned(), "yes".to_owned()));
    let agree = async |fields: &[(String, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(app.post_form(&format!("{preferences}?lang=en"), &fields).await.status(), 200);
    };
    agree(&agreeing).await;

    // The next version, and somebody who still has the page with the old one.
    let second = words("Second words");
    let next = admin.post_form(&address, &all(&[("publish", "yes")], &second)).await;
    let next = next.headers()["location"].to_str().unwrap().replace("?done=saved", "");
    assert_ne!(next, address);
    let old = admin.get(&address).await.text().await.unwrap();
    assert!(old.contains("First &#60;b&#62;") && old.contains("Version 2"), "{old}");
    let other = app.write(|conn| person().email("eva@example.org").save(conn)).await;
    let preferences = url::Url::parse(&app.urls().preferences(other)).unwrap().path().to_owned();
    let fields: Vec<_> = agreeing.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.post_form(&format!("{preferences}?lang=en"), &fields).await;

    let records: Vec<(i64, String, String, String)> = app
        .database
        .read(|conn| {
            let columns =
                (consents::contact_id, consents::consent_text, consents::text_version, consents::language);
            consents::table.select(columns).load(conn).unwrap()
        })
        .await;
    let version = "individual_measuring/email/office/1".to_owned();
    let text = "First <b>words</b> (en)".to_owned();
    assert_eq!(
        records,
        [(contact, text, version.clone(), "en".to_owned())],
        "today's text was not agreed to"
    );
    let timeline = admin.get(&format!("/contacts/{contact}/timeline")).await.text().await.unwrap();
    assert!(timeline.contains("First &#60;b&#62;words") && timeline.contains(&version), "{timeline}");
    let soon = (app.clock.now() + chrono::TimeDelta::minutes(5)).timestamp();
    let held = url::Url::parse(&app.urls().my_data(contact, soon)).unwrap().path().to_owned();
    assert!(app.get(&held).await.text().await.unwrap().contains(&version));
    app.stop().await;
}

#[tokio::test]
async fn a_form_without_a_consent_of_its_own_takes_the_published_one() {
    let app = TestApp::start().await;
    app.write(|conn| unit(conn, "faculty", None)).await;
    let token = app.token(&[Scope::Manage, Scope::Compose, Scope::Read]).await;
    let post = async |path: &str, body: Value| {
        let call = app.client.post(app.url(path)).bearer_auth(&token).json(&body);
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let text = |unit: Option<&str>, words: &str| json!({ "purpose": "newsletter", "channel": "email", "unit": unit, "texts": { "sv": words } });
    let form = |slug: &str, unit: &str| {
        json!({
            "slug": slug, "unit": unit, "name": "Brev", "topics": ["newsletter"], "purpose": "newsletter",
            "from_address": "alumn@example.se", "enabled": true,
            "texts": { "sv": { "heading": "Brev", "purpose": "Nyheter", "storage": "Ett år", "consent": "" } }
        })
    };
    assert_eq!(post("/api/v1/forms", form("early", "alumn")).await.0, 422, "there is no text yet");
    let (status, draft) = post("/api/v1/consent-texts", text(None, "Ja, från kontoret")).await;
    assert_eq!((status, &draft["published_at"]), (201, &Value::Null));
    assert_eq!(post("/api/v1/forms", form("early", "alumn")).await.0, 422, "a draft is none");
    let publish = format!("/api/v1/consent-texts/{}/publish", draft["id"]);
    assert_eq!(post(&publish, json!({})).await.0, 200);
    assert_eq!(post(&publish, json!({})).await.0, 409);
    let (_, own) = post("/api/v1/consent-texts", text(Some("faculty"), "Ja, från fakulteten")).await;
    post(&format!("/api/v1/consent-texts/{}/publish", own["id"]), json!({})).await;
    assert_eq!(post("/api/v1/forms", form("office", "alumn")).await.0, 201);
    assert_eq!(post("/api/v1/forms", form("faculty", "faculty")).await.0, 201);
    let kept: Vec<String> = app
        .database
        .read(|conn| {
            sign_up_texts::table
                .order(sign_up_texts::form_id)
                .select(sign_up_texts::texts)
                .load(conn)
                .unwrap()
        })
        .await;
    assert!(kept[0].contains("Ja, från kontoret") && kept[1].contains("Ja, från fakulteten"), "{kept:?}");
    app.stop().await;
}
