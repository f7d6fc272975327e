//! What comes back: mails in many dialects, written for these tests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use brevduva::bounce::{self, Class, Consequence, Outcome, Policy, Reason, Source};
use brevduva::campaign::{self, CampaignFile, NewCampaign};
use brevduva::contacts::{self, AddressSource};
use brevduva::content::Layouts;
use brevduva::db::Conn;
use brevduva::delivery;
use brevduva::kernel::email_address::EmailAddress;
use brevduva::links::{BounceToken, Signer};
use brevduva::preferences::{self, Channel, RefusalScope, SuppressionReason};
use brevduva::staff::Role;
use chrono::{NaiveDateTime, TimeDelta};
use diesel::RunQueryDsl as _;
use serde_json::Value;

use crate::support::app::{SECRET_KEYS, TestApp};
use crate::support::browser::Browser;
use crate::support::builders::{self, some_time};
use crate::support::cli;
use crate::support::db::TestDatabase;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bounces")
}

/// A line of expected.tsv.
fn line_of(mail: &Value) -> String {
    let mut line = format!("{}\t{}", mail["file"].as_str().unwrap(), mail["kind"].as_str().unwrap());
    for recipient in mail["recipients"].as_array().unwrap() {
        let word = |name: &str| recipient[name].as_str().unwrap_or("-").to_owned();
        let words = ["address", "action", "status", "class", "reason"].map(word);
        write!(line, "\t{}", words.join(" ")).unwrap();
    }
    line
}

#[test]
fn every_dialect_is_understood_without_database_and_settings() {
    let table = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let expected: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    let files: Vec<&str> = expected.iter().map(|line| line.split('\t').next().unwrap()).collect();
    let mut arguments = vec!["bounce", "classify", "--json"];
    arguments.extend(&files);
    let answer = cli::finish(cli::bare(&folder(), &arguments).env_clear().spawn().unwrap());
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    let found: Vec<String> =
        answer.stdout.lines().map(|line| line_of(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(found, expected);
}

#[test]
fn whatever_a_mail_is_the_command_succeeds() {
    let temporary = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("empty", &b""[..]), ("noise", &[0, 255, 13, 10, 64, 60][..]), ("text", &b"hello"[..])]
    {
        std::fs::write(temporary.path().join(name), bytes).unwrap();
    }
    let answer = cli::finish(
        cli::bare(temporary.path(), &["bounce", "classify", "empty", "noise", "text"]).spawn().unwrap(),
    );
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    assert_eq!(answer.stdout, "empty: other\nnoise: other\ntext: other\n");
    let missing =
        cli::finish(cli::bare(temporary.path(), &["bounce", "classify", "text", "nowhere"]).spawn().unwrap());
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("nowhere cannot be read"), "{}", missing.stderr);
    assert_eq!(missing.stdout, "text: other\n", "the others are classified all the same");
}

const ANNA: &str = "anna@example.se";

fn signer() -> Signer {
    Signer::new(SECRET_KEYS.parse().unwrap())
}

/// A campaign to everybody, sent.
fn sent(conn: &mut Conn, now: NaiveDateTime) -> i64 {
    let file = CampaignFile::parse(builders::campaign().json()).unwrap();
    let new = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true).unwrap();
    let id = campaign::insert(conn, &new, now).unwrap();
    let stored = campaign::find(conn, id).unwrap();
    delivery::freeze(conn, &stored, now).unwrap();
    diesel::sql_query("UPDATE deliveries SET state = 'sent' WHERE state = 'queued'").execute(conn).unwrap();
    id
}

fn delivery_to(conn: &mut Conn, campaign: i64, contact: i64) -> i64 {
    delivery::returned_of(conn, campaign, contact).unwrap().unwrap().id
}

/// One person, one campaign, its delivery.
fn mailed(conn: &mut Conn) -> (i64, i64, i64) {
    let contact = builders::person().named("Anna", "Lind").email(ANNA).save(conn);
    let campaign = sent(conn, some_time());
    (contact, campaign, delivery_to(conn, campaign, contact))
}

/// A report about Anna's address in Postfix's form, with this text, to this address.
fn report(to: &str, diagnostic: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mail.example.org\nTo: {to}\nSubject: Undelivered\nMessage-ID: <{}@x>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         Sorry.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.org\n\n\
         Final-Recipient: rfc822; {ANNA}\nAction: failed\nDiagnostic-Code: smtp; {diagnostic}\n\n--b--\n",
        diagnostic.len()
    )
    .into_bytes()
}

fn return_path(delivery: i64) -> String {
    format!("{}@bounce.example.se", signer().bounce_local_part(BounceToken { delivery }).to_uppercase())
}

fn take(conn: &mut Conn, mail: &[u8], envelope: Option<&str>, now: NaiveDateTime) -> Outcome {
    bounce::ingest(conn, &signer(), Policy::default(), Source::Pipe, mail, envelope, now).unwrap()
}

fn consequence(outcome: &Outcome) -> Consequence {
    match outcome {
        Outcome::Settled { consequence, .. } => *consequence,
        other => panic!("not settled: {other:?}"),
    }
}

fn suppressed(conn: &mut Conn) -> Option<SuppressionReason> {
    preferences::suppression(conn, Channel::Email, ANNA).unwrap()
}

#[tokio::test]
async fn a_hard_bounce_stops_the_address_once() {
    let database = TestDatabase::new();
    let (campaign, delivery) = database
        .write(|conn| {
            let (_, campaign, delivery) = mailed(conn);
            (campaign, delivery)
        })
        .await;
    let mail = report(&return_path(delivery), "550 5.1.1 User unknown");
    let answer = cli::run_with_input(&database, &["bounce", "ingest"], &mail);
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""));
    assert_eq!(answer.stdout, format!("delivery {delivery} of campaign {campaign}: hard, user_unknown\n"));
    let again = cli::run_with_input(&database, &["bounce", "ingest"], &mail);
    assert_eq!(again.stdout, "this mail was here before\n");
    database
        .read(move |conn| {
            assert_eq!(suppressed(conn), Some(SuppressionReason::Bounce));
            let stored = bounce::of_deliveries(conn, &[delivery]).unwrap();
            assert_eq!(stored.len(), 1);
            assert_eq!((stored[0].class, stored[0].reason), (Class::Hard, Reason::UserUnknown));
            let status = delivery::status(conn, campaign, some_time()).unwrap();
            assert_eq!(status.bounced.get("hard"), Some(&1));
            assert_eq!(status.recipients, 1, "the sums stay");
        })
        .await;
}

#[tokio::test]
async fn nothing_is_believed_without_a_token_of_ours() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (_, _, delivery) = mailed(conn);
            let forged = return_path(delivery + 1);
            for to in [
                "alumn@example.se",
                forged.as_str(),
                "bounce+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bounce.example.se",
            ] {
                let outcome = take(conn, &report(to, &format!("550 5.1.1 no {to}")), None, some_time());
                assert_eq!(outcome, Outcome::Unidentified(Class::Hard), "{to}");
            }
            assert_eq!(suppressed(conn), None);
            let kept = bounce::unidentified(conn, i64::MAX, 10).unwrap();
            assert_eq!(kept.len(), 3);
            assert_eq!(kept[0].address.as_deref(), Some(ANNA));
            let later = some_time() + TimeDelta::days(91);
            assert_eq!(bounce::forget_unidentified(conn, bounce::unidentified_until(later)).unwrap(), 3);
        })
        .await;
}

#[tokio::test]
async fn what_we_signed_in_the_returned_header_names_the_delivery() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (contact, campaign, delivery) = mailed(conn);
            let name = signer().delivery_name(campaign, delivery);
            let unit = builders::office(conn);
            let token = signer().sign(brevduva::links::Token::Unsubscribe { contact, unit, campaign });
            for (header, text) in [
                (format!("Message-ID: <{name}@example.se>"), "452 4.2.2 over quota"),
                (format!("List-Unsubscribe: <mailto:x@example.se>,\n <https://alumn.example.se/u/{token}>"), "421 4.4.2 timeout"),
            ] {
                let mut mail = String::from_utf8(report("alumn@example.se", text)).unwrap();
                mail = mail.replace("\n--b--", &format!("\n--b\nContent-Type: text/rfc822-headers\n\n{header}\n\n--b--"));
                let outcome = take(conn, mail.as_bytes(), None, some_time());
                assert!(matches!(outcome, Outcome::Settled { delivery: found, class: Class::Soft, .. } if found == delivery), "{outcome:?}");
            }
            // Nor does anything else need the header: the mail server tells whom the mail was for.
            let outcome = take(conn, &report("undisclosed", "550 5.7.1 blocked"), Some(&return_path(delivery)), some_time());
            assert!(matches!(outcome, Outcome::Settled { class: Class::Block, .. }), "{outcome:?}");
            assert_eq!(suppressed(conn), None);
        })
        .await;
}

#[tokio::test]
async fn another_confirmed_address_takes_over() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (contact, _, delivery) = mailed(conn);
            let person = contacts::find(conn, contact).unwrap().unwrap();
            let (staffs, own) = ("from-staff@example.se", "own@example.se");
            let staffs = EmailAddress::parse(staffs).unwrap();
            contacts::add_address(conn, &person, &staffs, AddressSource::Staff, some_time()).unwrap();
            contacts::confirm_address(conn, &person, &EmailAddress::parse(own).unwrap(), some_time())
                .unwrap();
            let outcome = take(conn, &report(&return_path(delivery), "550 5.1.1 gone"), None, some_time());
            assert_eq!(consequence(&outcome), Consequence::TakenOver);
            let person = contacts::find(conn, contact).unwrap().unwrap();
            assert_eq!(person.email.as_deref(), Some(own));
            assert_eq!(suppressed(conn), Some(SuppressionReason::Bounce));
        })
        .await;
}

#[tokio::test]
async fn soft_bounces_count_in_a_row_over_days() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let contact = builders::person().named("Anna", "Lind").email(ANNA).save(conn);
            let bounces = |conn: &mut Conn, day: i64, comes_back: bool| {
                let at = some_time() + TimeDelta::days(day);
                let campaign = sent(conn, at);
                if comes_back {
                    let delivery = delivery_to(conn, campaign, contact);
                    take(conn, &report(&return_path(delivery), "452 4.2.2 Mailbox full"), None, at);
                }
            };
            for day in [0, 7, 14, 21] {
                bounces(conn, day, true);
            }
            assert_eq!(suppressed(conn), None, "four are not five");
            bounces(conn, 28, false);
            for day in [35, 36, 37, 38, 39] {
                bounces(conn, day, true);
            }
            assert_eq!(suppressed(conn), None, "five within a few days are a holiday");
            bounces(conn, 50, true);
            assert_eq!(suppressed(conn), Some(SuppressionReason::Bounce));
        })
        .await;
}

#[tokio::test]
async fn a_complaint_leaves_the_unit_and_stops_the_address() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (contact, campaign, delivery) = mailed(conn);
            let to = return_path(delivery);
            let mail = format!(
                "From: fbl@example.org\nTo: {to}\nSubject: complaint\nMIME-Version: 1.0\n\
                 Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n\
                 --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--b--\n"
            );
            let outcome = take(conn, mail.as_bytes(), None, some_time());
            assert_eq!(consequence(&outcome), Consequence::Left);
            assert_eq!(suppressed(conn), Some(SuppressionReason::Complaint));
            let unit = builders::office(conn);
            let said = preferences::refusals(conn, contact, None).unwrap();
            assert_eq!(said, [RefusalScope::Unit(unit)]);
            let status = delivery::status(conn, campaign, some_time()).unwrap();
            assert_eq!((status.complaints, status.bounced.len()), (1, 0));
        })
        .await;
}

#[tokio::test]
async fn blocks_raise_the_alarm_and_punish_nobody() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (_, _, delivery) = mailed(conn);
            let to = return_path(delivery);
            let outcomes: Vec<Consequence> = (0..12)
                .map(|number| {
                    let text = format!("554 5.7.1 blocked using zen.spamhaus.org {}", "x".repeat(number));
                    consequence(&take(conn, &report(&to, &text), None, some_time()))
                })
                .collect();
            assert_eq!(outcomes.iter().filter(|one| **one == Consequence::Alarm).count(), 1);
            assert_eq!(outcomes[9], Consequence::Alarm);
            let domains = bounce::blocking_domains(conn, some_time()).unwrap();
            assert_eq!(domains.into_iter().collect::<Vec<_>>(), [("example.se".to_owned(), 12)]);
            assert_eq!(suppressed(conn), None);
        })
        .await;
}

#[tokio::test]
async fn answers_and_delays_are_ignored_and_the_erased_are_forgotten() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (contact, _, delivery) = mailed(conn);
            let to = return_path(delivery);
            let delayed = String::from_utf8(report(&to, "451 4.4.1 later"))
                .unwrap()
                .replace("Action: failed", "Action: delayed");
            assert!(matches!(take(conn, delayed.as_bytes(), None, some_time()), Outcome::Ignored(_)));
            let away = format!("From: {ANNA}\nTo: {to}\nSubject: Autosvar: hej\n\nBorta.\n");
            assert!(matches!(take(conn, away.as_bytes(), None, some_time()), Outcome::Ignored(_)));
            take(conn, &report(&to, "550 5.1.1 gone"), None, some_time());
            take(conn, &report("alumn@example.se", "550 5.1.1 gone too"), None, some_time());
            bounce::forget(conn, &[contact], &[ANNA.to_owned()]).unwrap();
            assert_eq!(bounce::of_deliveries(conn, &[delivery]).unwrap()[0].diagnostic, "");
            assert!(bounce::unidentified(conn, i64::MAX, 10).unwrap().is_empty());
        })
        .await;
}

#[tokio::test]
async fn staff_see_stopped_addresses_and_use_one_again_for_a_reason() {
    let app = TestApp::start().await;
    // What nobody can be named for is forgotten after 90 days.
    let now = app.clock.now().naive_utc();
    app.write(move |conn| {
        let (_, _, delivery) = mailed(conn);
        take(conn, &report(&return_path(delivery), "550 5.1.1 gone"), None, some_time());
        take(conn, &report("alumn@example.se", "550 5.1.1 somebody else"), None, now);
    })
    .await;
    let admin = app.sign_in(Role::Admin).await;
    let list = admin.get("/suppressions").await.text().await.unwrap();
    assert!(list.contains(ANNA) && list.contains("no such address"), "{list}");
    let search = |q: &'static str| {
        let admin = &admin;
        async move { admin.post_form("/suppressions", &[("q", q)]).await.text().await.unwrap() }
    };
    assert!(search("ANNA@example.se").await.contains("href=\"/suppressions/1\""));
    assert!(search("other@example.se").await.contains("The address is not stopped."));
    assert!(admin.get("/bounces").await.text().await.unwrap().contains("somebody else"));

    let refused = admin.post_form("/suppressions/1", &[("reason", " ")]).await;
    assert_eq!(refused.status(), 422);
    let lifted = admin.post_form("/suppressions/1", &[("reason", "rang and asked")]).await;
    assert!(lifted.status().is_success() || lifted.status().is_redirection());
    app.write(|conn| {
        assert_eq!(suppressed(conn), None);
        let last = brevduva::audit::latest(conn, 5).unwrap();
        let deed = last.iter().find(|event| event.action == "suppression.lift").unwrap();
        assert!(deed.detail.contains("rang and asked"));
    })
    .await;
    app.stop().await;
}

#[tokio::test]
async fn people_whom_no_mail_reaches_are_listed_without_those_of_protected_identity() {
    let app = TestApp::start().await;
    app.write(|conn| {
        let people = [
            builders::person().named("Anna", "Lind").email(ANNA).living_at("=1+1", "Lund"),
            builders::person().named("Gömd", "Person").email("hidden@example.se").protected(),
            builders::person().named("Död", "Person").email("dead@example.se").deceased(),
            builders::person().named("Klagande", "Person").email("angry@example.se"),
            builders::person().named("Glad", "Person").email("well@example.se"),
        ];
        people.into_iter().for_each(|person| {
            person.save(conn);
        });
        for (name, address, scope) in [
            ("Tyst", "quiet@example.se", RefusalScope::Everything),
            ("Brevlös", "no-letters@example.se", RefusalScope::Channel(Channel::Letter)),
        ] {
            let id = builders::person()
                .named(name, "Person")
                .email(address)
                .living_at("Brevgatan 7", "Lund")
                .save(conn);
            let voice = preferences::Voice {
                contact: Some(id),
                address_key: None,
                source: preferences::PreferenceSource::Page,
                campaign: None,
                at: some_time(),
            };
            preferences::refuse(conn, &voice, scope).unwrap();
            preferences::suppress(conn, Channel::Email, address, SuppressionReason::Bounce, "", some_time())
                .unwrap();
        }
        for (address, reason) in [
            (ANNA, SuppressionReason::Bounce),
            ("hidden@example.se", SuppressionReason::Bounce),
            ("dead@example.se", SuppressionReason::Bounce),
            ("angry@example.se", SuppressionReason::Complaint),
        ] {
            preferences::suppress(conn, Channel::Email, address, reason, "", some_time()).unwrap();
        }
    })
    .await;
    let admin = app.sign_in(Role::Admin).await;
    let file = admin.post_form("/lost", &[]).await.text().await.unwrap();
    let rows: Vec<&str> = file.lines().collect();
    assert_eq!(rows.len(), 3, "{file}");
    let of =
        |name: &str| *rows.iter().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}: {file}"));
    assert!(of("Anna").contains("Anna;Lind;anna@example.se"), "{file}");
    assert!(of("Anna").contains(";'=1+1;"), "a spreadsheet must not run it: {file}");
    assert!(!of("Brevlös").contains("Brevgatan"), "who wants no letters has no street here: {file}");
    let page = admin.get("/lost").await.text().await.unwrap();
    assert!(page.contains("Anna Lind"));
    for name in ["Gömd", "Död", "Klagande", "Glad", "Tyst"] {
        assert!(!page.contains(name), "{name}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_pages_of_what_came_back_are_accessible() {
    let Some(browser) = Browser::start("the pages of bounces").await else { return };
    let app = TestApp::start().await;
    let now = app.clock.now().naive_utc();
    let campaign = app
        .write(move |conn| {
            let (_, campaign, delivery) = mailed(conn);
            take(conn, &report(&return_path(delivery), "550 5.1.1 gone"), None, some_time());
            take(conn, &report("alumn@example.se", "550 5.1.1 somebody else"), None, now);
            campaign
        })
        .await;
    browser.open(&app.url(&format!("/login/{}", app.login_secret(Role::Admin, None).await))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;
    let campaign = format!("/campaigns/{campaign}/recipients");
    for page in ["/suppressions", "/suppressions/1", "/bounces", "/lost", campaign.as_str()] {
        browser.open(&app.url(page)).await;
        browser.client.set_window_size(320, 800).await.unwrap();
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.script(overflow).await, serde_json::json!(0), "{page}");
        browser.client.set_window_size(1280, 1000).await.unwrap();
        browser.axe().await;
    }
    browser.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_mail_server_hands_bounces_over_by_lmtp() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let app = TestApp::start().await;
    let delivery = app.write(|conn| mailed(conn).2).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let taker = bounce::Taker::new(&app.config, app.database.second_handle(), app.clock.clone());
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(bounce::lmtp::serve(listener, taker, stop.clone()));

    let mut client = tokio::net::TcpStream::connect(at).await.unwrap();
    let mail =
        String::from_utf8(report("undisclosed", "550 5.1.1 gone\n..dots")).unwrap().replace('\n', "\r\n");
    let conversation = format!(
        "RCPT TO:<early@example.se>\r\nLHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<{}>\r\nRCPT TO:<other@example.se>\r\nDATA\r\n{mail}\r\n.\r\nQUIT\r\n",
        return_path(delivery)
    );
    client.write_all(conversation.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    let codes: Vec<&str> =
        answer.lines().filter(|line| !line.starts_with("250-")).map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "503", "250", "250", "250", "250", "354", "250", "250", "221"], "{answer}");
    app.write(move |conn| {
        assert_eq!(suppressed(conn), Some(SuppressionReason::Bounce));
        assert_eq!(bounce::of_deliveries(conn, &[delivery]).unwrap()[0].source, Source::Lmtp);
    })
    .await;
    stop.cancel();
    serving.await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn refusals_while_sending_mean_the_same() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let (_, campaign, delivery) = mailed(conn);
            let update = format!(
                "UPDATE deliveries SET state = 'failed', reply = '550 5.1.1 User unknown' WHERE id = {delivery}"
            );
            diesel::sql_query(update).execute(conn).unwrap();
            let started = format!("UPDATE campaigns SET started_at = created_at WHERE id = {campaign}");
            diesel::sql_query(started).execute(conn).unwrap();
            let settle = |conn: &mut Conn| bounce::settle_refusals(conn, Policy::default(), some_time()).unwrap();
            assert_eq!(settle(conn), 1);
            assert_eq!(settle(conn), 0);
            assert_eq!(suppressed(conn), Some(SuppressionReason::Bounce));
            let stored = bounce::of_deliveries(conn, &[delivery]).unwrap();
            assert_eq!((stored[0].source, stored[0].class), (Source::Smtp, Class::Hard));
        })
        .await;
}
