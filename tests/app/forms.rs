//! Sign-up forms: from the form over the mail to a consent that a campaign stands on, and everything that must not
//! happen on the way.

use brevduva::app::Parts;
use brevduva::catcher::smtp::{Options, SmtpServer};
use brevduva::contacts::{self, ContactKind};
use brevduva::db::schema::{consents, contacts as people, outbox, sign_ups};
use brevduva::forms;
use brevduva::kernel::clock::Clock;
use brevduva::kernel::language::Language;
use brevduva::links::Token;
use brevduva::preferences::{self, Channel, PreferenceSource, RefusalScope, SuppressionReason, Voice};
use brevduva::privacy::{self, Cause};
use brevduva::staff::{Role, Scope};
use brevduva::units;
use chrono::{DateTime, TimeDelta};
use diesel::prelude::*;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::builders::{self, campaign as mailing, person};
use crate::support::campaigns::{PATIENCE, finished, launch, skipped};
use crate::support::forms::fields;

const EVA: [(&str, &str); 4] =
    [("given_name", "Eva"), ("family_name", "Ek"), ("email", "eva@example.org"), ("topic", "1")];

/// A web server without worker, whose clock stands still, with the form "nytt" of the office.
async fn app() -> (TestApp, i64) {
    let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 1);
    let app = TestApp::build().clock(clock).parts(Parts::Web).start().await;
    let form = with_form(&app).await;
    (app, form)
}

async fn with_form(app: &TestApp) -> i64 {
    app.write(|conn| {
        let office = builders::office(conn);
        builders::form(conn, office, "nytt")
    })
    .await
}

/// The hidden field of a form on another site.
fn token(app: &TestApp, form: i64) -> String {
    app.urls().signer().sign(Token::SignUpForm { form, version: 1, shown_at: 0 })
}

/// Posted from a page of another site, without cookies.
async fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Response {
    let request = app.client.post(app.url(path)).header("Origin", "https://elsewhere.example");
    request.header("Sec-Fetch-Site", "cross-site").form(fields).send().await.unwrap()
}

async fn sign_up(app: &TestApp, form: i64, fields: &[(&str, &str)]) -> Response {
    let token = token(app, form);
    post(app, "/f/nytt", &[fields, &[("form", &token)]].concat()).await
}

/// Recipient and text of every mail that waits.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    let waiting: Vec<(String, Vec<u8>)> = app
        .database
        .read(|conn| {
            outbox::table.order(outbox::id).select((outbox::rcpt_to, outbox::message)).load(conn).unwrap()
        })
        .await;
    waiting
        .into_iter()
        .map(|(to, message)| {
            let mail = mail_parser::MessageParser::default().parse(&message).unwrap();
            (to, mail.body_text(0).unwrap().into_owned())
        })
        .collect()
}

fn link(text: &str) -> String {
    let address = text.split_whitespace().find(|word| word.contains("/confirm/")).unwrap();
    url::Url::parse(address).unwrap().path().to_owned()
}

/// Signs up and confirms.
async fn confirmed(app: &TestApp, form: i64, fields: &[(&str, &str)]) -> String {
    assert_eq!(sign_up(app, form, fields).await.status(), 200);
    let link = link(&mails(app).await.pop().unwrap().1);
    let done = post(app, &link, &[]).await;
    assert_eq!(done.status(), 200);
    done.text().await.unwrap()
}

async fn everybody(app: &TestApp) -> Vec<contacts::Contact> {
    app.database.read(|conn| contacts::page(conn, 0, 100).unwrap()).await
}

async fn refusals(app: &TestApp, contact: i64) -> Vec<RefusalScope> {
    app.database
        .read(move |conn| preferences::refusals(conn, contact, Some("eva@example.org")).unwrap())
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_form_to_a_campaign_on_consent() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let form = with_form(&app).await;
    app.write(|conn| person().named("Nils", "Nej").email("nils@example.org").save(conn)).await;

    let page = app.get("/f/nytt?lang=nb").await.text().await.unwrap();
    assert!(
        page.contains("Jag samtycker (nb) för &#60;b&#62;alla"),
        "the consent stands there in full: {page}"
    );
    let answer = sign_up(&app, form, &[&EVA[..], &[("language", "nb")]].concat()).await;
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(everybody(&app).await.len() == 1, "nobody is made before the confirmation");

    relay.mailbox().wait_for(1, PATIENCE).await.unwrap();
    let mail = relay.mailbox().messages_to("eva@example.org").remove(0);
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    assert_eq!(parsed.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert!(parsed.subject().unwrap().starts_with("Bekreft"));
    let link = link(&parsed.body_text(0).unwrap());

    // Scanners follow links: looking changes nothing.
    let question = app.get(&link).await;
    assert_eq!(
        (question.status().as_u16(), &question.headers()["referrer-policy"]),
        (200, &"no-referrer".parse().unwrap())
    );
    let question = question.text().await.unwrap();
    assert!(question.contains("<html lang=\"nb\">") && question.contains("Jag samtycker (nb)"), "{question}");
    assert!(!question.contains("eva@example"), "the address is masked");
    assert_eq!(app.client.head(app.url(&link)).send().await.unwrap().status(), 200);
    assert_eq!(everybody(&app).await.len(), 1);

    let done = post(&app, &link, &[]).await.text().await.unwrap();
    assert!(done.contains("/p/") && done.contains("<html lang=\"nb\">"), "{done}");
    let eva = everybody(&app).await.pop().unwrap();
    assert_eq!((eva.full_name().as_str(), eva.language), ("Eva Ek", Language::Norwegian));
    let (kinds, said): (Vec<_>, (String, String, String, String, Option<i64>)) = app
        .database
        .read(move |conn| {
            let said = consents::table
                .filter(consents::contact_id.eq(eva.id))
                .select((
                    consents::consent_text,
                    consents::text_version,
                    consents::language,
                    consents::source,
                    consents::unit_id,
                ))
                .first(conn)
                .unwrap();
            (contacts::kinds(conn, &[eva.id]).unwrap(), said)
        })
        .await;
    assert_eq!(kinds, [(eva.id, ContactKind::Interested)]);
    assert_eq!(said.0, "Jag samtycker (nb) för <b>alla</b>");
    assert_eq!((said.1.as_str(), said.2.as_str(), said.3.as_str()), ("nytt/1", "nb", "form"));
    assert!(said.4.is_some(), "for the unit of the form");

    // The link is used up, and what was kept until then is gone.
    assert_eq!(app.get(&link).await.status(), 410);
    assert_eq!(post(&app, &link, &[]).await.status(), 410);
    let left: i64 = app.database.read(|conn| sign_ups::table.count().get_result(conn).unwrap()).await;
    assert_eq!(left, 0);

    let on_consent = mailing().set("legal_basis", json!("consent"));
    let id = launch(&app.database, &app.clock, on_consent.clone().json()).await;
    let status = finished(&app.database, id).await;
    assert_eq!(status.counts.sent, 1);
    assert_eq!(skipped(&status), [("no_legal_basis", 1)].into());
    // For another purpose nobody has agreed.
    let other = on_consent.clone().set("purpose", json!("surveys"));
    let id = launch(&app.database, &app.clock, other.json()).await;
    assert_eq!(skipped(&finished(&app.database, id).await), [("no_legal_basis", 2)].into());
    // Nor for a topic that she did not choose.
    let id = launch(&app.database, &app.clock, on_consent.set("topic", json!("events")).json()).await;
    assert_eq!(skipped(&finished(&app.database, id).await), [("no_legal_basis", 1), ("topic", 1)].into());
    app.stop().await;
    relay.stop().await;
}

#[tokio::test]
async fn the_answer_is_the_same_whether_or_not_the_address_is_known() {
    let (app, form) = app().await;
    app.write(|conn| {
        person().named("Eva", "Ek").email("eva@example.org").save(conn);
        preferences::suppress(
            conn,
            Channel::Email,
            "no@example.org",
            SuppressionReason::Complaint,
            "",
            builders::some_time(),
        )
        .unwrap();
    })
    .await;
    let mut pages = Vec::new();
    for email in ["eva@example.org", "new@example.org", "no@example.org"] {
        let mut fields = EVA;
        fields[2].1 = email;
        let answer = sign_up(&app, form, &fields).await;
        assert_eq!(answer.status(), 200);
        pages.push(answer.text().await.unwrap());
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    let to: Vec<String> = mails(&app).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["eva@example.org", "new@example.org"], "an address that complained is left alone");
    app.stop().await;
}

#[tokio::test]
async fn address_and_both_names_are_one_person_and_anything_else_is_somebody_new() {
    let (app, form) = app().await;
    let eva = app
        .write(|conn| person().named("Éva", "EK").email("eva@example.org").phone("+46701234567").save(conn))
        .await;
    let mut fields = EVA;
    fields[0].1 = "éva";
    let page = confirmed(&app, form, &fields).await;
    assert!(!page.contains("46701234567"), "nothing that is held is shown");
    let known = everybody(&app).await;
    assert_eq!((known.len(), known[0].id, known[0].given_name.as_str()), (1, eva, "Éva"));
    assert_eq!(known[0].phone.as_deref(), Some("+46701234567"));
    confirmed(&app, form, &EVA).await;
    let known = everybody(&app).await;
    assert_eq!(known.iter().map(|one| one.full_name()).collect::<Vec<_>>(), ["Éva EK", "Eva Ek"]);
    app.stop().await;
}

#[tokio::test]
async fn what_is_asked_for_is_opened_and_the_rest_of_a_no_stays() {
    let (app, form) = app().await;
    let (eva, office) = app
        .write(|conn| {
            let eva = person().named("Eva", "Ek").email("eva@example.org").save(conn);
            let office = builders::office(conn);
            let voice = Voice {
                contact: Some(eva),
                address_key: Some("eva@example.org"),
                source: PreferenceSource::Page,
                campaign: None,
                at: builders::some_time(),
            };
            for scope in [RefusalScope::Unit(office), RefusalScope::Topic(1), RefusalScope::Topic(3)] {
                preferences::refuse(conn, &voice, scope).unwrap();
            }
            (eva, office)
        })
        .await;
    confirmed(&app, form, &EVA).await;
    assert_eq!(refusals(&app, eva).await, [RefusalScope::Topic(3)], "topic 3 was not asked for");

    app.write(move |conn| {
        let voice = Voice {
            contact: Some(eva),
            address_key: Some("eva@example.org"),
            source: PreferenceSource::Page,
            campaign: None,
            at: builders::some_time(),
        };
        preferences::refuse(conn, &voice, RefusalScope::Everything).unwrap();
    })
    .await;
    confirmed(&app, form, &EVA).await;
    let refused = refusals(&app, eva).await;
    let topics: Vec<i64> = app
        .database
        .read(|conn| units::topics(conn).unwrap().into_iter().map(|topic| topic.id).collect())
        .await;
    for topic in topics {
        assert_eq!(refused.contains(&RefusalScope::Topic(topic)), topic != 1, "{topic}: {refused:?}");
    }
    assert!(refused.contains(&RefusalScope::Channel(Channel::Phone)), "{refused:?}");
    for gone in [RefusalScope::Everything, RefusalScope::Channel(Channel::Email), RefusalScope::Unit(office)]
    {
        assert!(!refused.contains(&gone), "{refused:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_was_erased_may_come_back_as_somebody_new() {
    let (app, form) = app().await;
    let keys = app.config.secret_keys.clone();
    let old = app
        .write(move |conn| {
            let eva = person().named("Eva", "Ek").email("eva@example.org").save(conn);
            privacy::erase(conn, &keys, eva, Cause::Asked, builders::some_time()).unwrap();
            eva
        })
        .await;
    confirmed(&app, form, &EVA).await;
    let now: Vec<_> = everybody(&app).await.into_iter().filter(|one| one.erased_at.is_none()).collect();
    assert_eq!(now.len(), 1);
    assert_ne!(now[0].id, old);
    // Erased while a sign-up waits: that is forgotten too.
    sign_up(&app, form, &EVA).await;
    let waits = link(&mails(&app).await.pop().unwrap().1);
    let (keys, id) = (app.config.secret_keys.clone(), now[0].id);
    app.write(move |conn| privacy::erase(conn, &keys, id, Cause::Asked, builders::some_time()).unwrap())
        .await;
    assert_eq!(post(&app, &waits, &[]).await.status(), 410);
    app.stop().await;
}

#[tokio::test]
async fn programs_and_the_hasty_send_no_mail() {
    let (app, form) = app().await;
    let trapped = sign_up(&app, form, &[&EVA[..], &[("website", "https://spam.example")]].concat()).await;
    assert_eq!(trapped.status(), 200, "a program is not told");

    // From the page itself, at once and again after a while.
    let page = app.get("/f/nytt").await.text().await.unwrap();
    let hidden = fields(&page).into_iter().find(|(name, _)| name == "form").unwrap().1;
    let all = [&EVA[..], &[("form", hidden.as_str())]].concat();
    let hasty = post(&app, "/f/nytt", &all).await;
    assert_eq!(hasty.status(), 422);
    let kept = hasty.text().await.unwrap();
    assert!(kept.contains("eva@example.org") && kept.contains(&hidden), "what was written is kept: {kept}");
    assert!(mails(&app).await.is_empty());
    app.clock.advance(TimeDelta::seconds(2));
    assert_eq!(post(&app, "/f/nytt", &all).await.status(), 200);
    assert_eq!(mails(&app).await.len(), 1);

    // Without the hidden field, with a changed one, and with that of another form.
    let other = token(&app, form + 1);
    let preferences = app.urls().signer().sign(Token::Preferences { contact: 1 });
    for hidden in ["", "no-token", &other, &preferences] {
        let answer = post(&app, "/f/nytt", &[&EVA[..], &[("form", hidden)]].concat()).await;
        assert_eq!(answer.status(), 422, "{hidden}");
    }
    for (field, value) in [(0, " "), (1, ""), (2, "no address"), (3, "3")] {
        let mut wrong = EVA;
        wrong[field].1 = value;
        assert_eq!(sign_up(&app, form, &wrong).await.status(), 422, "{:?}", wrong[field]);
    }
    assert_eq!(mails(&app).await.len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn one_address_gets_few_mails_and_all_together_are_limited() {
    let (app, form) = app().await;
    for _ in 0..5 {
        assert_eq!(sign_up(&app, form, &EVA).await.status(), 200);
    }
    assert_eq!(mails(&app).await.len(), 3);
    app.clock.advance(TimeDelta::minutes(61));
    sign_up(&app, form, &EVA).await;
    assert_eq!(mails(&app).await.len(), 4);
    // What was counted is written as a hash.
    app.write(|conn| {
        diesel::update(brevduva::db::schema::sign_up_attempts::table)
            .set(brevduva::db::schema::sign_up_attempts::amount.eq(300))
            .execute(conn)
            .unwrap();
        let subjects: Vec<String> = brevduva::db::schema::sign_up_attempts::table
            .select(brevduva::db::schema::sign_up_attempts::subject_key)
            .load(conn)
            .unwrap();
        assert!(subjects.iter().all(|subject| !subject.contains('@')), "{subjects:?}");
    })
    .await;
    let mut new = EVA;
    new[2].1 = "new@example.org";
    assert_eq!(sign_up(&app, form, &new).await.status(), 429);
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(sign_up(&app, form, &new).await.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn a_sign_up_that_nobody_confirms_is_deleted() {
    let (app, form) = app().await;
    sign_up(&app, form, &EVA).await;
    let link = link(&mails(&app).await[0].1);
    for other in [
        app.urls().signer().sign(Token::Preferences { contact: 1 }),
        app.urls().signer().sign(Token::SignUpForm { form, version: 1, shown_at: 0 }),
    ] {
        assert_eq!(app.get(&format!("/confirm/{other}")).await.status(), 404);
        assert_eq!(post(&app, &format!("/confirm/{other}"), &[]).await.status(), 404);
    }
    let forget = || {
        let now = app.clock.now().naive_utc();
        app.write(move |conn| forms::expire(conn, now).unwrap())
    };
    app.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    assert_eq!(forget().await, 0);
    assert_eq!(app.get(&link).await.status(), 200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(app.get(&link).await.status(), 410);
    assert_eq!(post(&app, &link, &[]).await.status(), 410);
    assert_eq!(forget().await, 1);
    let people: i64 = app.database.read(|conn| people::table.count().get_result(conn).unwrap()).await;
    assert_eq!(people, 0);
    app.stop().await;
}

#[tokio::test]
async fn only_the_page_that_is_made_for_it_stands_in_a_frame() {
    let (app, form) = app().await;
    let policy = |answer: &Response| answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy(&app.get("/f/nytt").await).contains("frame-ancestors 'none'"));
    let framed = app.get("/f/nytt/embed").await;
    assert!(policy(&framed).contains("frame-ancestors *") && policy(&framed).contains("default-src 'self'"));
    let text = framed.text().await.unwrap();
    assert!(text.contains("action=\"/f/nytt/embed?lang="), "{text}");
    let hidden = token(&app, form);
    let done = post(&app, "/f/nytt/embed", &[&EVA[..], &[("form", &hidden)]].concat()).await;
    assert!(done.status() == 200 && policy(&done).contains("frame-ancestors *"));
    let wrong = post(&app, "/f/nytt/embed", &[]).await;
    assert!(wrong.status() == 422 && policy(&wrong).contains("frame-ancestors *"));
    assert!(policy(&app.get("/login").await).contains("frame-ancestors 'none'"));
    app.stop().await;
}

#[tokio::test]
async fn staff_write_a_form_and_fetch_its_html() {
    let (app, _) = app().await;
    let staff = app.sign_in(Role::Editor).await;
    let texts = [("heading_sv", "Nytt"), ("purpose_sv", "Brev"), ("storage_sv", "Ett år")];
    let form = [
        ("unit", "alumn"),
        ("slug", "juridik"),
        ("name", "Juridik"),
        ("topics", "events"),
        ("purpose", "newsletter"),
        ("from_address", "juridik@example.se"),
    ];
    let answer = staff.post_form("/forms", &[&form[..], &texts].concat()).await;
    assert_eq!(answer.status(), 422, "the consent is missing");
    let all = [&form[..], &texts, &[("consent_sv", "Ja \"tack\""), ("enabled", "yes")]].concat();
    let made = staff.post_form("/forms", &all).await;
    assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
    let place = made.headers()["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    assert_eq!(staff.post_form("/forms", &all).await.status(), 422, "the address is taken");

    // The HTML works from another site as it stands.
    let page = staff.get(&place).await.text().await.unwrap();
    let html = page.split("id=\"snippet_sv\"").nth(1).unwrap().split_once('>').unwrap().1;
    let html = html.split("</textarea>").next().unwrap();
    let html = html.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#38;", "&");
    let mut sent = fields(&html);
    for (name, value) in &mut sent {
        let written = EVA.iter().find(|(field, _)| field == name);
        if let Some((_, wanted)) = written.filter(|_| name != "topic") {
            *value = (*wanted).to_owned();
        }
    }
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = post(&app, "/f/juridik?lang=sv", &sent).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    assert_eq!(mails(&app).await.len(), 1);

    // Another consent is a new version; whoever has read the old one agrees to the old one.
    let mut changed = all.clone();
    changed.retain(|(name, _)| *name != "consent_sv" && *name != "enabled");
    changed.push(("consent_sv", "Nej tack"));
    assert_eq!(staff.post_form(&place, &changed).await.status(), 303);
    assert!(staff.get(&place).await.text().await.unwrap().contains("Version 2"));
    let link = link(&mails(&app).await[0].1);
    assert!(app.get(&link).await.text().await.unwrap().contains("Ja &#34;tack&#34;"));
    post(&app, &link, &[]).await;
    let said: (String, String) = app
        .database
        .read(|conn| {
            consents::table.select((consents::consent_text, consents::text_version)).first(conn).unwrap()
        })
        .await;
    assert_eq!(said, ("Ja \"tack\"".to_owned(), "juridik/1".to_owned()));

    // Closed now, and staff still see it.
    assert_eq!(app.get("/f/juridik").await.status(), 404);
    assert!(staff.get(&format!("{place}/preview")).await.text().await.unwrap().contains("Nej tack"));
    app.write(|conn| builders::unit(conn, "law", None)).await;
    let local = app.sign_in_to(Role::Editor, Some("law")).await;
    assert_eq!(local.get(&place).await.status(), 403);
    assert!(!local.get("/forms").await.text().await.unwrap().contains("Juridik"));
    app.stop().await;
}

#[tokio::test]
async fn programs_write_forms_too() {
    let (app, _) = app().await;
    let token = app.token(&[Scope::Compose]).await;
    let call = |method: reqwest::Method, path: &str, body: Option<Value>| {
        let request = app.client.request(method, app.url(path)).bearer_auth(&token);
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    };
    let text = json!({ "heading": "News", "purpose": "Mail", "storage": "A year", "consent": "Yes" });
    let change = json!({
        "name": "News", "topics": ["events"], "purpose": "events", "from_address": "a@example.se",
        "enabled": true, "texts": { "en": text },
    });
    let mut form = change.clone();
    form["unit"] = json!("alumn");
    form["slug"] = json!("news");
    let made = call(reqwest::Method::POST, "/api/v1/forms", Some(form.clone())).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!((&made["version"], &made["texts"]), (&json!(1), &json!({ "en": text })));
    assert!(made["address"].as_str().unwrap().ends_with("/f/news"));
    let path = format!("/api/v1/forms/{}", made["id"]);
    let read: Value = call(reqwest::Method::GET, &path, None).send().await.unwrap().json().await.unwrap();
    assert_eq!(read, made);
    assert_eq!(call(reqwest::Method::POST, "/api/v1/forms", Some(form)).send().await.unwrap().status(), 409);

    let mut changed = change.clone();
    changed["texts"]["en"]["consent"] = json!("Yes, please");
    let put: Value =
        call(reqwest::Method::PUT, &path, Some(changed)).send().await.unwrap().json().await.unwrap();
    assert_eq!(put["version"], 2);
    let mut wrong = change;
    wrong["texts"]["en"]["consent"] = json!(" ");
    wrong["topics"] = json!(["nothing"]);
    let wrong = call(reqwest::Method::PUT, &path, Some(wrong)).send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    let wrong: Value = wrong.json().await.unwrap();
    let paths: Vec<&str> =
        wrong["errors"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["$.topics", "$.texts.en.consent"]);

    let list: Value =
        call(reqwest::Method::GET, "/api/v1/forms", None).send().await.unwrap().json().await.unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let reader = app.token(&[Scope::Contacts]).await;
    let refused = app.client.get(app.url(&path)).bearer_auth(reader).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_forms_are_accessible_in_three_languages() {
    let Some(browser) = Browser::start("the pages of sign-up forms").await else { return };
    let app = TestApp::start().await;
    let form = with_form(&app).await;
    for (language, problem, sent, done) in [
        ("sv", "Välj minst", "Titta i din inkorg", "Du är anmäld"),
        ("nb", "Velg minst", "Se i innboksen", "Du er påmeldt"),
        ("en", "Choose at least", "Look in your inbox", "You are signed up"),
    ] {
        browser.open(&app.url(&format!("/accessibility?lang={language}"))).await;
        browser.client.set_window_size(320, 800).await.unwrap();
        browser.open(&app.url(&format!("/f/nytt?lang={language}"))).await;
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.script(overflow).await, json!(0), "{language} at 320 px");
        browser.client.set_window_size(1280, 1000).await.unwrap();
        browser.fill("#given_name", "Eva").await;
        browser.fill("#family_name", "Ek").await;
        browser.fill("#email", &format!("eva@{language}.example.org")).await;
        // Nothing is chosen: the page says so, and keeps what was written.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        browser.press("form button.btn-primary").await;
        browser.wait_for_text(problem).await;
        browser.press("input[name=topic]").await;
        browser.press("form button.btn-primary").await;
        browser.wait_for_text(sent).await;
        let to_me = format!("eva@{language}.example.org");
        let mail = mails(&app).await.into_iter().find(|(to, _)| *to == to_me).unwrap().1;
        let link = link(&mail);
        browser.open(&app.url(&link)).await;
        browser.press("form button.btn-primary").await;
        browser.wait_for_text(done).await;
        browser.open(&app.url(&link)).await;
    }
    let secret = app.login_secret(Role::Admin, None).await;
    browser.client.goto(&app.url(&format!("/login/{secret}"))).await.unwrap();
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;
    for path in [
        "/forms".to_owned(),
        "/forms/new".to_owned(),
        format!("/forms/{form}"),
        format!("/forms/{form}/preview"),
    ] {
        browser.open(&app.url(&path)).await;
    }
    browser.stop().await;
    app.stop().await;
}
