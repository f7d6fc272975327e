//! What people tell staff by letter, by phone, by e-mail or in person: on the pages and through the API.

use brevduva::contacts;
use brevduva::kernel::language::Language;
use brevduva::preferences::texts::{self, Subject};
use brevduva::preferences::{self, Channel, LegalBasis, Question, RefusalScope, decide};
use brevduva::privacy;
use brevduva::staff::{Role, Scope};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{person, unit};

async fn refused(app: &TestApp, id: i64) -> Vec<RefusalScope> {
    app.database
        .read(move |conn| {
            let contact = contacts::find(conn, id).unwrap().unwrap();
            preferences::refusals(conn, id, contact.email_key.as_deref()).unwrap()
        })
        .await
}

async fn agreed(app: &TestApp, id: i64) -> bool {
    app.database
        .read(move |conn| {
            let contact = contacts::find(conn, id).unwrap().unwrap();
            let facts = preferences::facts(conn, &contact, Channel::Email).unwrap();
            let question =
                Question::new(Channel::Email).with_purpose("surveys").on_basis(LegalBasis::Consent);
            decide(&facts, &question).is_none()
        })
        .await
}

#[tokio::test]
async fn a_wish_that_came_by_letter_holds_at_once_and_is_told_with_both_days() {
    let app = TestApp::start().await;
    let id = app.write(|conn| person().named("Eva", "Ek").email("x@example.org").save(conn)).await;
    let staff = app.sign_in(Role::DataProtectionOfficer).await;
    let path = format!("/contacts/{id}/wishes");
    let today = brevduva::web::i18n::office_day(app.clock.now().naive_utc());
    let (tomorrow, earlier) = ((today + chrono::TimeDelta::days(2)).to_string(), "2025-03-14");
    let send = async |wish: &str, on: &str, way: &str, note: &str| {
        staff.post_form(&path, &[("wish", wish), ("arrived_on", on), ("way", way), ("note", note)]).await
    };
    let form = staff.get(&path).await.text().await.unwrap();
    assert!(
        form.contains("Does not want: Any contact at all") && form.contains(&today.to_string()),
        "{form}"
    );

    // Nothing is chosen beforehand, and nothing chosen is no wish.
    assert!(form.contains("<option value=\"\" selected>Choose"), "{form}");
    assert_eq!(send("", &today.to_string(), "letter", "").await.status(), 422);
    assert!(form.contains("Wants the use of their details restricted"), "{form}");
    let future = send("no:everything", &tomorrow, "letter", "").await;
    assert_eq!(future.status(), 422);
    assert!(future.text().await.unwrap().contains("is still to come"));
    for (wish, on, way, status) in [
        ("no:everything", "yesterday", "letter", 422),
        ("no:everything", earlier, "pigeon", 422),
        ("maybe:everything", earlier, "letter", 400),
        ("no:nothing", earlier, "letter", 400),
    ] {
        assert_eq!(send(wish, on, way, "").await.status(), status, "{wish} {on} {way}");
    }
    assert!(refused(&app, id).await.is_empty());

    assert_eq!(send("no:everything", earlier, "letter", "Case 12").await.status(), 303);
    assert_eq!(refused(&app, id).await, [RefusalScope::Everything]);
    let page = staff.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("Said no to: Any contact at all"), "{page}");
    assert!(
        page.contains("datetime=\"2025-03-14\"") && page.contains("Letter, recorded by staff on"),
        "{page}"
    );
    assert!(page.contains("Case 12") && page.contains("/wishes?wish=yes:everything"), "{page}");

    // What came before the no does not take it back; what came after does.
    let chosen = staff.get(&format!("{path}?wish=yes:everything")).await.text().await.unwrap();
    assert!(chosen.contains("value=\"yes:everything\" selected"), "{chosen}");
    let before = send("yes:everything", "2025-03-14", "phone", "").await;
    assert_eq!(before.status(), 422);
    assert!(before.text().await.unwrap().contains("has said no after that day"));
    assert_eq!(send("yes:everything", "2025-03-15", "phone", "").await.status(), 303);
    assert!(refused(&app, id).await.is_empty());

    // A restriction is a request by right, with the day on which it came.
    assert_eq!(send("no:restricted", earlier, "in_person", "").await.status(), 303);
    let requests = app.database.read(move |conn| privacy::requests::of_people(conn, &[id]).unwrap()).await;
    assert_eq!(requests[0].kind.as_str(), "restriction");
    assert_eq!(requests[0].received_at.date().to_string(), earlier);
    assert!(requests[0].done_at > Some(requests[0].received_at));
    let audited = app
        .database
        .read(|conn| {
            let latest = brevduva::audit::latest(conn, 20).unwrap();
            latest.into_iter().filter(|event| event.action == "preference.record").collect::<Vec<_>>()
        })
        .await;
    assert_eq!(audited.len(), 3);
    assert!(audited[2].detail.contains("2025-03-14") && !audited[2].detail.contains("Case 12"));

    // The person reads it too.
    let held = app
        .database
        .read(move |conn| {
            let contact = contacts::find(conn, id).unwrap().unwrap();
            privacy::held(conn, &contact).unwrap()
        })
        .await;
    assert!(
        held.iter().any(|record| record.fields.contains(&("note", "Case 12".to_owned()))
            && record.fields.contains(&("arrived_on", earlier.to_owned()))),
        "{held:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_consent_on_paper_is_kept_in_its_words_and_ends_with_its_withdrawal() {
    let app = TestApp::start().await;
    let id = app.write(|conn| person().email("x@example.org").save(conn)).await;
    let staff = app.sign_in(Role::Editor).await;
    let path = format!("/contacts/{id}/consents");
    let send = async |answer: &str, text: &str, on: &str| {
        let form = [
            ("answer", answer),
            ("purpose", "surveys"),
            ("channel", "email"),
            ("unit", ""),
            ("text", text),
            ("language", "sv"),
            ("arrived_on", on),
            ("way", "letter"),
        ];
        staff.post_form(&path, &form).await
    };
    assert!(staff.get(&path).await.text().await.unwrap().contains("Every unit"));
    assert_eq!(send("given", "", "2025-03-14").await.status(), 422, "a consent has words");
    assert!(!agreed(&app, id).await);
    for _ in 0..2 {
        assert_eq!(send("given", "Ja,\ngärna enkäter", "2025-03-14").await.status(), 303);
    }
    assert!(agreed(&app, id).await);
    let history = async || staff.get(&format!("/contacts/{id}/timeline")).await.text().await.unwrap();
    assert_eq!(history().await.matches("Agreed to: Surveys").count(), 1, "the same letter is one consent");
    // A no of the same day wins, in whichever order they are written down.
    assert_eq!(send("withdrawn", "", "2025-03-14").await.status(), 303);
    assert!(!agreed(&app, id).await);
    assert!(history().await.contains("Withdrew the consent to: Surveys"));
    app.stop().await;
}

#[tokio::test]
async fn a_signed_form_is_one_of_the_published_texts_and_stands_on_the_persons_page() {
    let app = TestApp::start().await;
    let id = app.write(|conn| person().email("x@example.org").save(conn)).await;
    let words =
        [(Language::Swedish, "Ja, kalla mig".to_owned()), (Language::English, "Yes, call me".to_owned())];
    let subject = Subject { purpose: "surveys".to_owned(), channel: Channel::Phone, unit: None };
    let now = app.clock.now().naive_utc();
    let (text, draft) = app
        .write(move |conn| {
            let words = texts::Checked::check(&subject, &words.into_iter().collect()).unwrap();
            let text = texts::save(conn, &subject, &words, None, now).unwrap();
            assert!(texts::publish(conn, text, None, now).unwrap());
            (text, texts::save(conn, &subject, &words, None, now).unwrap())
        })
        .await;
    let staff = app.sign_in(Role::Editor).await;
    let path = format!("/contacts/{id}/consents");
    let page = staff.get(&path).await.text().await.unwrap();
    assert!(page.contains("Surveys · Phone · The whole office · Version 1"), "{page}");
    assert!(!page.contains("Version 2"), "a draft was never signed");
    let send = async |version: i64, answer: &str| {
        let form = [
            ("answer", answer),
            ("version", &version.to_string()),
            ("language", "nb"),
            ("arrived_on", "2025-03-14"),
            ("way", "letter"),
        ];
        staff.post_form(&path, &form).await.status().as_u16()
    };
    assert_eq!(send(draft, "given").await, 400);
    assert_eq!(send(text, "given").await, 303);
    let kept = app.database.read(move |conn| preferences::agreed(conn, id).unwrap()).await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].channel, &*kept[0].text_version), (Channel::Phone, "surveys/phone/office/1"));
    // Norwegians read Swedish sooner than English.
    assert_eq!((kept[0].language, &*kept[0].consent_text), (Language::Swedish, "Ja, kalla mig"));
    let page = staff.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("Has agreed to") && page.contains("Ja, kalla mig"), "{page}");
    assert_eq!(send(text, "withdrawn").await, 303);
    assert!(!staff.get(&format!("/contacts/{id}")).await.text().await.unwrap().contains("Has agreed to"));
    app.stop().await;
}

#[tokio::test]
async fn programs_record_wishes_too_and_erasing_takes_the_notes_away() {
    let app = TestApp::start().await;
    let id = app
        .write(|conn| {
            unit(conn, "law", None);
            person().email("x@example.org").save(conn)
        })
        .await;
    let token = app.token(&[Scope::Contacts]).await;
    let post = async |what: &str, body: Value| {
        let path = app.url(&format!("/api/v1/contacts/{id}/{what}"));
        let answer = app.client.post(path).bearer_auth(&token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let wish = json!({ "scope": "unit:law", "refused": true, "arrived_on": "2025-03-14", "way": "phone", "note": "N" });
    let (status, made) = post("wishes", wish.clone()).await;
    assert_eq!((status, &made["arrived_on"]), (201, &json!("2025-03-14")));
    assert_eq!(refused(&app, id).await.len(), 1);
    for (member, value, status) in [
        ("scope", json!("unit:nowhere"), 422),
        ("arrived_on", json!("2999-01-01"), 422),
        ("way", json!("pigeon"), 422),
        ("scope", json!("pause"), 422),
        ("refused", json!(false), 409),
    ] {
        let mut wrong = wish.clone();
        wrong[member] = value;
        assert_eq!(post("wishes", wrong.clone()).await.0, status, "{wrong}");
    }
    let consent = json!({ "given": true, "purpose": "surveys", "channel": "email", "unit": null, "text": "Ja",
                          "language": "sv", "arrived_on": "2025-03-14", "way": "in_person" });
    assert_eq!(post("consents", consent.clone()).await.0, 201);
    assert!(agreed(&app, id).await);
    for (member, value) in [("purpose", "x"), ("unit", "x"), ("text", "")] {
        let mut wrong = consent.clone();
        wrong[member] = json!(value);
        assert_eq!(post("consents", wrong).await.0, 422, "{member}");
    }
    let timeline = app.url(&format!("/api/v1/contacts/{id}/timeline"));
    let told: Value =
        app.client.get(timeline).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let refusal = told["items"].as_array().unwrap().iter().find(|one| one["what"] == "refused").unwrap();
    assert_eq!((&refusal["recorded"]["way"], &refusal["recorded"]["note"]), (&json!("phone"), &json!("N")));

    let (keys, now) = (app.config.secret_keys.clone(), app.clock.now().naive_utc());
    let left = app
        .write(move |conn| {
            privacy::erase(conn, &keys, id, privacy::Cause::Asked, now).unwrap();
            preferences::recorded_of(conn, &[id]).unwrap()
        })
        .await;
    assert!(left.is_empty(), "{left:?}");
    app.stop().await;
}
