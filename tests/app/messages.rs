//! Mails as they go over the wire: signed by the sender's domain, and to addresses of every script.

use std::sync::Arc;

use brevduva::catcher::smtp::{Options, Received, SmtpServer};
use brevduva::config::{DkimKey, DkimKeys};
use brevduva::kernel::email_address::EmailAddress;
use brevduva::mail::dkim;
use chrono::DateTime;
use openssl::pkey::PKey;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, person};
use crate::support::campaigns::{PATIENCE, finished, launch};
use crate::support::cli;
use crate::support::db::TestDatabase;

fn keys(domain: &str) -> DkimKeys {
    let pem = |key: PKey<openssl::pkey::Private>| key.private_key_to_pem_pkcs8().unwrap();
    let rsa = pem(PKey::from_rsa(openssl::rsa::Rsa::generate(2048).unwrap()).unwrap());
    let edwards = pem(PKey::generate_ed25519().unwrap());
    DkimKeys::new(vec![
        DkimKey::new(domain, "rsa2026", &rsa).unwrap(),
        DkimKey::new(domain, "ed2026", &edwards).unwrap(),
    ])
}

/// The mail holds exactly the signatures that these keys make of what follows them. (scripts/judge-mails lets another
/// program verify them.)
fn assert_signed(mail: &Received, keys: &DkimKeys) {
    let text = std::str::from_utf8(&mail.data).unwrap();
    let at = text.find("\r\nFrom:").expect("the signatures come first") + 2;
    let (signatures, rest) = text.split_at(at);
    assert_eq!(signatures.matches("DKIM-Signature:").count(), 2, "{signatures}");
    let time = signatures.split(" t=").nth(1).unwrap().split(';').next().unwrap();
    let time = DateTime::from_timestamp(time.parse().unwrap(), 0).unwrap();
    let expected = dkim::signatures(keys.as_slice().iter(), time, rest.as_bytes()).unwrap();
    assert_eq!(signatures, expected);
}

async fn only_mail(relay: &SmtpServer) -> Arc<Received> {
    relay.mailbox().wait_for(1, PATIENCE).await.unwrap();
    relay.mailbox().messages()[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_signed_with_every_key_of_the_senders_domain() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let keys = keys("example.se");
    let theirs = keys.clone();
    let app = TestApp::build()
        .relay(&relay.url())
        .settings(move |config| {
            config.dkim = theirs;
            config.return_path = Some("bounce.example.net".to_owned());
            config.system_address = Some(EmailAddress::parse("alumn@example.se").unwrap());
        })
        .start()
        .await;
    app.write(|conn| person().named("Åsa", "Öberg").email("asa@example.org").save(conn)).await;

    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    finished(&app.database, id).await;
    let mail = only_mail(&relay).await;
    assert_signed(&mail, &keys);
    let (local, domain) = mail.mail_from.split_once('@').unwrap();
    assert!(
        app.urls().signer().verify_bounce(local).is_ok() && domain == "bounce.example.net",
        "{}",
        mail.mail_from
    );
    let names = String::from_utf8_lossy(&mail.data).replace("\r\n ", "");
    let names = names
        .split("; h=")
        .nth(1)
        .or(names.split(";h=").nth(1))
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    for name in
        ["from:from", "list-unsubscribe:", "list-unsubscribe-post", "message-id", "feedback-id", "list-id"]
    {
        assert!(names.contains(name), "{name} is not covered: {names}");
    }
    assert!(!names.contains("content-type") && !names.contains("content-transfer"), "{names}");

    // A system mail is signed too, when it leaves.
    assert_eq!(app.post_form("/link", &[("email", "asa@example.org")]).await.status(), 303);
    relay.mailbox().wait_for(2, PATIENCE).await.unwrap();
    assert_signed(&relay.mailbox().messages()[1], &keys);
    app.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_domain_is_not_signed_for() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let keys = keys("example.com");
    let app = TestApp::build().relay(&relay.url()).settings(move |config| config.dkim = keys).start().await;
    app.write(|conn| person().email("asa@example.org").save(conn)).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    finished(&app.database, id).await;
    assert!(only_mail(&relay).await.data.starts_with(b"From:"));
    app.stop().await;
    relay.stop().await;
}

/// Sends to three people, one of whom has an address that no ASCII can write.
async fn send_to_every_script(
    extensions: Vec<&'static str>,
) -> (brevduva::delivery::Status, Vec<Arc<Received>>) {
    let relay = SmtpServer::start(Options { extensions, ..Options::default() }).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    app.write(|conn| {
        for address in ["asa@example.org", "åsa@example.org", "eva@räksmörgås.example"] {
            person().named("Åsa, \"Ås\"", "Öberg").email(address).save(conn);
        }
    })
    .await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    let end = finished(&app.database, id).await;
    let mails = relay.mailbox().messages();
    app.stop().await;
    relay.stop().await;
    (end, mails)
}

fn to<'a>(mails: &'a [Arc<Received>], recipient: &str) -> Option<&'a Received> {
    mails.iter().map(AsRef::as_ref).find(|mail| mail.recipients == [recipient])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_international_address_asks_the_relay_for_smtputf8_and_others_do_not() {
    let (end, mails) = send_to_every_script(vec!["8BITMIME", "SMTPUTF8"]).await;
    assert_eq!((end.counts.sent, end.counts.failed), (3, 0));
    let international = to(&mails, "åsa@example.org").unwrap();
    assert!(international.smtputf8 && international.eight_bit);
    for recipient in ["asa@example.org", "eva@xn--rksmrgs-5wao1o.example"] {
        let mail = to(&mails, recipient).unwrap();
        assert!(!mail.smtputf8 && !mail.eight_bit && mail.data.is_ascii(), "{recipient}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_smtputf8_the_international_address_fails_and_the_campaign_goes_on() {
    let (end, mails) = send_to_every_script(vec!["8BITMIME"]).await;
    assert_eq!((end.counts.sent, end.counts.failed), (2, 1));
    assert!(to(&mails, "åsa@example.org").is_none());
    assert!(
        to(&mails, "asa@example.org").is_some() && to(&mails, "eva@xn--rksmrgs-5wao1o.example").is_some()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_with_such_an_address_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let token = app.token(&[brevduva::staff::Scope::Compose]).await;
    let file = campaign_file().set("from", json!({"name": "Alumn", "address": "ålumn@example.se"})).json();
    let answer =
        app.client.post(app.url("/api/v1/campaigns")).bearer_auth(token).json(&file).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["errors"][0]["path"], "$.from.address");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("ASCII"), "{problem}");
    app.stop().await;
}

#[test]
fn the_settings_file_names_the_keys_and_a_command_prints_their_records() {
    let database = TestDatabase::new();
    let folder = database.folder.path();
    let refused = cli::run(&database, &["dkim", "record"]);
    assert!(refused.error_line(1).contains("[[dkim]]"), "{refused:?}");

    let rsa = openssl::rsa::Rsa::generate(2048).unwrap();
    std::fs::write(folder.join("rsa.pem"), rsa.private_key_to_pem().unwrap()).unwrap();
    let edwards = PKey::generate_ed25519().unwrap();
    std::fs::write(folder.join("ed.pem"), edwards.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let entry = |selector: &str, file: &str| {
        format!("[[dkim]]\ndomain = \"example.se\"\nselector = \"{selector}\"\nkey_file = \"{file}\"\n")
    };
    let settings = |text: String| std::fs::write(folder.join("brevduva.toml"), text).unwrap();
    settings(entry("rsa2026", "rsa.pem") + &entry("ed2026", "ed.pem"));
    let answer = cli::run(&database, &["dkim", "record"]);
    assert_eq!(answer.status, 0, "{answer:?}");
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert!(
        lines[0].starts_with("rsa2026._domainkey.example.se. IN TXT \"v=DKIM1; k=rsa; p=MII"),
        "{}",
        lines[0]
    );
    assert!(lines[0].split('"').all(|string| string.len() <= 255));
    assert!(
        lines[1].starts_with("ed2026._domainkey.example.se. IN TXT \"v=DKIM1; k=ed25519; p="),
        "{}",
        lines[1]
    );

    std::fs::write(
        folder.join("bad.pem"),
        "-----BEGIN PRIVATE KEY-----\nhemligt\n-----END PRIVATE KEY-----\n",
    )
    .unwrap();
    for (wrong, right) in [
        (entry("rsa2026", "nowhere.pem"), "cannot be read"),
        (entry("rsa2026", "bad.pem"), "PEM form"),
        (entry("rsa2026", "rsa.pem").repeat(2), "selector of its own"),
        (entry("rsa 2026", "rsa.pem"), "brevduva2026"),
        ("[[dkim]]\ndomain = \"example.se\"\n".to_owned(), "selector"),
    ] {
        settings(wrong);
        let refused = cli::run(&database, &["serve"]);
        let line = refused.error_line(1);
        assert!(line.contains(right) && !line.contains("hemligt"), "{line}");
    }
}
