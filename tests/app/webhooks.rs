//! What mail providers tell by webhook: taken when it is signed, with the consequences of every bounce.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use brevduva::app::Parts;
use brevduva::campaign;
use brevduva::config::Webhooks;
use brevduva::db::Conn;
use brevduva::delivery;
use brevduva::links::Signer as OurSigner;
use brevduva::preferences::{self, Channel};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use serde_json::{Value, json};

use crate::support::app::{SECRET_KEYS, TestApp};
use crate::support::builders::{campaign as campaign_file, person, some_time};
use crate::support::campaigns::insert;

const MAILGUN: &str = "key-0123456789";
const POSTMARK: &str = "0123456789abcdefghij";

fn sendgrid_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

async fn start(key: &PKey<Private>) -> TestApp {
    let public = STANDARD.encode(key.public_key_to_der().unwrap());
    TestApp::build()
        .parts(Parts::Web)
        .settings(move |config| {
            config.webhooks = Webhooks {
                mailgun_key: Some(MAILGUN.to_owned()),
                postmark_token: Some(POSTMARK.to_owned()),
                sendgrid_key: Some(public),
                ses_topic: None,
            };
        })
        .start()
        .await
}

/// A campaign that went to these addresses; the Message-ID of each.
fn sent(conn: &mut Conn, addresses: &[&str]) -> Vec<String> {
    let people: Vec<i64> = addresses.iter().map(|address| person().email(address).save(conn)).collect();
    let id = insert(conn, campaign_file().json(), None, some_time());
    let stored = campaign::find(conn, id).unwrap();
    delivery::freeze(conn, &stored, some_time()).unwrap();
    diesel::sql_query("UPDATE deliveries SET state = 'sent' WHERE state = 'queued'").execute(conn).unwrap();
    let signer = OurSigner::new(SECRET_KEYS.parse().unwrap());
    people
        .into_iter()
        .map(|person| {
            let delivery = delivery::returned_of(conn, id, person).unwrap().unwrap().id;
            format!("{}@example.se", signer.delivery_name(id, delivery))
        })
        .collect()
}

async fn suppressed(app: &TestApp, address: &'static str) -> Option<String> {
    app.write(move |conn| {
        let found = preferences::suppression(conn, Channel::Email, address).unwrap();
        found.map(|reason| reason.to_string())
    })
    .await
}

fn mailgun(now: DateTime<Utc>, key: &str, data: &Value) -> Value {
    let (timestamp, token) = (now.timestamp().to_string(), "abcdef");
    let key = PKey::hmac(key.as_bytes()).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer.update(timestamp.as_bytes()).unwrap();
    signer.update(token.as_bytes()).unwrap();
    let signature = data_encoding::HEXLOWER.encode(&signer.sign_to_vec().unwrap());
    json!({"signature": {"timestamp": timestamp, "token": token, "signature": signature}, "event-data": data})
}

async fn post(app: &TestApp, provider: &str, body: String, headers: &[(&str, String)]) -> u16 {
    let mut request = app.client.post(app.url(&format!("/webhooks/{provider}"))).body(body);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn mailgun_is_heard_when_it_signs() {
    let app = start(&sendgrid_key()).await;
    let ids = app.write(|conn| sent(conn, &["anna@example.org", "bo@example.org"])).await;
    let failed = json!({
        "id": "e-1", "event": "failed", "severity": "permanent", "reason": "bounce", "recipient": "anna@example.org",
        "delivery-status": {"code": 550, "message": "5.1.1 The email account that you tried to reach does not exist"},
        "message": {"headers": {"message-id": ids[0]}},
    });
    let now = app.clock.now();
    let body = mailgun(now, MAILGUN, &failed).to_string();
    for (refused, what) in [
        (mailgun(now, "another key", &failed).to_string(), "another key"),
        (mailgun(now - chrono::TimeDelta::days(3), MAILGUN, &failed).to_string(), "an old signature"),
        (json!({"event-data": failed}).to_string(), "no signature"),
    ] {
        assert_eq!(post(&app, "mailgun", refused, &[]).await, 403, "{what}");
    }
    assert_eq!(suppressed(&app, "anna@example.org").await, None);
    // The same event twice counts once.
    for _ in 0..2 {
        assert_eq!(post(&app, "mailgun", body.clone(), &[]).await, 200);
    }
    assert_eq!(suppressed(&app, "anna@example.org").await.as_deref(), Some("bounce"));
    let complained = json!({
        "id": "e-2", "event": "complained", "recipient": "bo@example.org",
        "message": {"headers": {"message-id": ids[1]}},
    });
    let body = mailgun(now, MAILGUN, &complained).to_string();
    assert_eq!(post(&app, "mailgun", body, &[]).await, 200);
    assert_eq!(suppressed(&app, "bo@example.org").await.as_deref(), Some("complaint"));
    assert_eq!(post(&app, "mailgun", "no json".to_owned(), &[]).await, 400);
    app.stop().await;
}

#[tokio::test]
async fn nothing_of_ours_named_stops_nobody() {
    let app = start(&sendgrid_key()).await;
    app.write(|conn| sent(conn, &["anna@example.org"])).await;
    let failed = json!({
        "id": "e-3", "event": "failed", "severity": "permanent", "recipient": "anna@example.org",
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "message": {"headers": {"message-id": "guessed@example.se"}},
    });
    let body = mailgun(app.clock.now(), MAILGUN, &failed).to_string();
    assert_eq!(post(&app, "mailgun", body, &[]).await, 200);
    assert_eq!(suppressed(&app, "anna@example.org").await, None);
    // A provider that is not set, and one that there is not.
    assert_eq!(post(&app, "ses", "{}".to_owned(), &[]).await, 404);
    assert_eq!(post(&app, "nobody", "{}".to_owned(), &[]).await, 404);
    app.stop().await;
}

#[tokio::test]
async fn sendgrid_is_heard_when_it_signs() {
    let key = sendgrid_key();
    let app = start(&key).await;
    let ids = app.write(|conn| sent(conn, &["anna@example.org", "bo@example.org", "cia@example.org"])).await;
    let events = json!([
        {"event": "bounce", "type": "bounce", "email": "anna@example.org", "sg_event_id": "1", "status": "5.1.1",
         "reason": "550 5.1.1 user unknown", "smtp-id": format!("<{}>", ids[0])},
        {"event": "bounce", "type": "blocked", "email": "bo@example.org", "sg_event_id": "2", "status": "5.7.1",
         "reason": "550 5.7.1 listed at a block list", "smtp-id": format!("<{}>", ids[1])},
        {"event": "spamreport", "email": "cia@example.org", "sg_event_id": "3", "smtp-id": format!("<{}>", ids[2])},
        {"event": "processed", "email": "cia@example.org", "sg_event_id": "4"},
    ])
    .to_string();
    let timestamp = app.clock.now().timestamp().to_string();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer.update(timestamp.as_bytes()).unwrap();
    signer.update(events.as_bytes()).unwrap();
    let signature = STANDARD.encode(signer.sign_to_vec().unwrap());
    let headers = [
        ("X-Twilio-Email-Event-Webhook-Signature", signature),
        ("X-Twilio-Email-Event-Webhook-Timestamp", timestamp),
    ];
    assert_eq!(post(&app, "sendgrid", events.replace("anna", "olle"), &headers).await, 403, "another body");
    assert_eq!(post(&app, "sendgrid", events.clone(), &headers[..1]).await, 403, "no timestamp");
    assert_eq!(post(&app, "sendgrid", events, &headers).await, 200);
    assert_eq!(suppressed(&app, "anna@example.org").await.as_deref(), Some("bounce"));
    assert_eq!(suppressed(&app, "bo@example.org").await, None, "a block punishes nobody");
    assert_eq!(suppressed(&app, "cia@example.org").await.as_deref(), Some("complaint"));
    app.stop().await;
}

#[tokio::test]
async fn postmark_is_heard_with_its_password() {
    let app = start(&sendgrid_key()).await;
    let ids = app.write(|conn| sent(conn, &["anna@example.org"])).await;
    let content = format!(
        "From: MAILER-DAEMON@example.org\nTo: x@example.se\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         Sorry.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.org\n\n\
         Final-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\n\n--b\n\
         Content-Type: text/rfc822-headers\n\nMessage-ID: <{}>\nSubject: x\n\n--b--\n",
        ids[0]
    );
    let bounce = json!({
        "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "Email": "anna@example.org",
        "Details": "smtp;550 5.1.1 no such user", "Content": content,
    })
    .to_string();
    let password =
        |word: &str| [("Authorization", format!("Basic {}", STANDARD.encode(format!("brevduva:{word}"))))];
    assert_eq!(post(&app, "postmark", bounce.clone(), &[]).await, 403);
    assert_eq!(post(&app, "postmark", bounce.clone(), &password("another")).await, 403);
    assert_eq!(suppressed(&app, "anna@example.org").await, None);
    assert_eq!(post(&app, "postmark", bounce, &password(POSTMARK)).await, 200);
    assert_eq!(suppressed(&app, "anna@example.org").await.as_deref(), Some("bounce"));
    app.stop().await;
}
