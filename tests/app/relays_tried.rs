//! Relays that refuse us, certificates of one's own, weights, a full disk, and what staff are told of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use brevduva::campaign::CampaignState;
use brevduva::catcher::smtp::{Fault, Options, Rule, Script, SmtpServer, Step};
use brevduva::config::{Config, DomainLimits};
use brevduva::delivery::{RelayCondition, Wait};
use brevduva::kernel::clock::Clock;
use brevduva::preferences::pressure::{self, Cap};
use brevduva::staff::Role;
use chrono::TimeDelta;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Name, X509Ref};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::relays::{addresses, finish, look, noon, people, relay, server, start, wait_until};
use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, person};
use crate::support::campaigns::{self, PATIENCE, launch};
use crate::support::cli;
use crate::support::db::{Engine, TestDatabase};

/// A relay that wants a password, and answers so as often as said before it lets everybody in.
async fn suspicious(refusal: Fault, times: u64) -> SmtpServer {
    let script = Script::default()
        .rule(Rule::at(Step::Auth).times(times).then(refusal))
        .rule(Rule::at(Step::Auth).then(Fault::reply(235, "2.7.0 welcome")));
    let extensions = vec!["8BITMIME", "ENHANCEDSTATUSCODES", "AUTH PLAIN"];
    SmtpServer::start(Options { script, extensions, ..Options::default() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_refuses_our_password_is_left_alone_and_burns_nobody() {
    let server = suspicious(Fault::reply(535, "5.7.8 authentication failed"), u64::MAX).await;
    let clock = noon();
    let address = server.address();
    let app = start(&clock, move |config| {
        config.relays = vec![relay("main", &format!("smtp://us:hemligt@{address}?tls=none"))];
    })
    .await;
    people(&app.database, addresses(10, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let (status, live) = wait_until(&app, id, |_, live| matches!(live.wait, Some(Wait::Relays { .. }))).await;
    assert_eq!((status.counts.queued, status.counts.failed, status.repeated), (10, 0, 0));
    assert_eq!(live.relays[0].condition, RelayCondition::Resting);
    assert!(live.relays[0].fault.as_ref().unwrap().starts_with("535 5.7.8"), "{:?}", live.relays);
    assert_eq!(server.mailbox().counters().messages, 0);
    // Whoever sends reads it on the first page; whoever only reads does not.
    let first = app.sign_in(Role::Admin).await.get("/").await.text().await.unwrap();
    assert!(first.contains("The mail relay main fails again and again"), "{first}");
    assert!(first.contains("535 5.7.8 authentication failed") && !first.contains("hemligt"));
    let first = app.sign_in(Role::Viewer).await.get("/").await.text().await.unwrap();
    assert!(!first.contains("fails again and again"));
    // The password is right again: everybody gets their mail, once.
    server.set_script(Script::default().on(Step::Auth, Fault::reply(235, "2.7.0 welcome")));
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (10, 0, 0));
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_cannot_check_passwords_for_now_is_asked_again() {
    let server = suspicious(Fault::reply(454, "4.7.0 temporary authentication failure"), 3).await;
    let clock = noon();
    let address = server.address();
    let app = start(&clock, move |config| {
        config.relays = vec![relay("main", &format!("smtp://us:hemligt@{address}?tls=none"))];
    })
    .await;
    people(&app.database, addresses(10, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (10, 0, 0));
    assert_eq!(look(&app, id).await.1.slow_domains.len(), 0, "no recipient domain is to blame");
    app.stop().await;
    server.stop().await;
}

/// A certificate of these names, signed by an authority or, without one, by itself.
fn certificate(name: &str, authority: Option<(&X509Ref, &PKey<Private>)>) -> (X509, PKey<Private>) {
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&curve).unwrap()).unwrap();
    let mut subject = X509Name::builder().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut made = X509::builder().unwrap();
    made.set_version(2).unwrap();
    let serial = BigNum::from_u32(if authority.is_some() { 2 } else { 1 }).unwrap();
    made.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    made.set_subject_name(&subject).unwrap();
    made.set_issuer_name(authority.map_or(&*subject, |(one, _)| one.subject_name())).unwrap();
    made.set_pubkey(&key).unwrap();
    made.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    made.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    if authority.is_some() {
        let named = SubjectAlternativeName::new().dns(name).build(&made.x509v3_context(None, None)).unwrap();
        made.append_extension(named).unwrap();
    } else {
        made.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    }
    made.sign(authority.map_or(&key, |(_, key)| key), MessageDigest::sha256()).unwrap();
    (made.build(), key)
}

/// Speaks TLS from the first octet and hands what it hears to a server that does not.
async fn behind_tls(server: SocketAddr, certificate: &X509, key: &PKey<Private>) -> SocketAddr {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let chain = vec![CertificateDer::from(certificate.to_der().unwrap())];
    let key = PrivateKeyDer::try_from(key.private_key_to_pkcs8().unwrap()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let mut server = TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_ones_own_authority_is_trusted_when_the_settings_name_it_and_else_refused() {
    let server = server(Script::default()).await;
    let (authority, authority_key) = certificate("the university", None);
    let (own, key) = certificate("localhost", Some((&authority, &authority_key)));
    let port = behind_tls(server.address(), &own, &key).await.port();
    let clock = noon();
    let database = TestDatabase::new();
    people(&database, addresses(20, "example.org")).await;
    let id = launch(&database, &clock, campaign_file().json()).await;
    let with = |authority: Option<Vec<u8>>| {
        let mut main = relay("main", &format!("smtps://localhost:{port}"));
        main.authority = authority;
        TestApp::build().clock(clock.clone()).settings(move |config| config.relays = vec![main])
    };
    let app = with(None).start_on(database).await;
    let (status, live) = wait_until(&app, id, |_, live| matches!(live.wait, Some(Wait::Relays { .. }))).await;
    assert_eq!(status.counts.queued, 20);
    assert!(live.relays[0].fault.as_ref().unwrap().contains("certificate"), "{:?}", live.relays);
    let database = app.stop().await;
    let app = with(Some(authority.to_pem().unwrap())).start_on(database).await;
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.repeated), (20, 0));
    assert_eq!(server.mailbox().counters().messages, 20);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_get_mail_by_their_weight_while_they_wait_for_it() {
    const PEOPLE: usize = 240;
    let (heavy, light) = (server(Script::default()).await, server(Script::default()).await);
    let urls = (heavy.url(), light.url());
    let app = start(&Clock::system(), move |config| {
        let mut first = relay("heavy", &urls.0);
        first.weight = 3;
        config.relays = vec![first, relay("light", &urls.1)];
        // Slower than any relay here, so that connections wait.
        let limits = DomainLimits { connections: None, per_second: Some(150.0) };
        config.domains.set("example.org", limits);
    })
    .await;
    people(&app.database, addresses(PEOPLE, "example.org")).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!((end.counts.sent, end.repeated), (PEOPLE as i64, 0));
    let (much, little) = (heavy.mailbox().counters().messages, light.mailbox().counters().messages);
    assert_eq!(much + little, PEOPLE as u64);
    let part = much as f64 / PEOPLE as f64;
    assert!((0.65..=0.85).contains(&part), "{much} to {little} is not three to one");
    app.stop().await;
    heavy.stop().await;
    light.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_only_delays_and_staff_are_told() {
    if Engine::of_run() != Engine::Sqlite {
        return;
    }
    const PEOPLE: usize = 600;
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(4)));
    let server = server(script).await;
    let url = server.url();
    let app =
        start(&Clock::system(), move |config: &mut Config| config.relays = vec![relay("main", &url)]).await;
    people(&app.database, addresses(PEOPLE, "example.org")).await;
    let admin = app.sign_in(Role::Admin).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    server.mailbox().wait_for(20, PATIENCE).await.unwrap();
    // The writing connection is this process's only one: what it may not write nobody can.
    let pages = |most: &'static str| {
        move |conn: &mut brevduva::db::Conn| {
            use diesel::connection::SimpleConnection as _;
            conn.batch_execute(&format!("PRAGMA max_page_count = {most}")).unwrap();
        }
    };
    // SQLite takes the number of pages that there are when it is told fewer.
    app.database.write(pages("1")).await;
    let (full, _) = wait_until(&app, id, |status, _| {
        assert!(status.state == CampaignState::Sending, "the disk was large enough: {status:?}");
        app.database.db.is_full()
    })
    .await;
    assert_eq!((full.counts.failed, full.repeated), (0, 0));
    let page = admin.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
    assert!(page.contains("There is no room for the database"), "{page}");
    assert!(admin.get("/").await.text().await.unwrap().contains("There is no room for the database"));
    app.database.write(pages("1000000")).await;
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (PEOPLE as i64, 0, 0));
    assert_eq!(server.mailbox().counters().messages, PEOPLE as u64);
    assert!(!app.database.db.is_full());
    app.stop().await;
    server.stop().await;
}

/// Two mails are on the wire when their process dies. Until another takes over, one person says no.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_says_no_while_it_is_in_doubt_whether_their_mail_arrived_is_not_called_skipped() {
    let server = server(Script::default().on(Step::FinalDot, Fault::drop_before_reply())).await;
    let clock = noon();
    let url = server.url();
    let app = start(&clock, move |config| config.relays = vec![relay("main", &url)]).await;
    let ids = app
        .write(|conn| {
            ["one@example.org", "two@example.org"].map(|address| person().email(address).save(conn))
        })
        .await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    // Both have their mail, and no answer came.
    wait_until(&app, id, |status, _| status.counts.deferred == 2).await;
    assert_eq!(server.mailbox().messages().len(), 2);
    server.set_script(Script::default());
    let unit = app.database.read(crate::support::builders::office).await;
    let answer = app
        .client
        .post(app.urls().unsubscribe(ids[0], unit, id))
        .form(&[("List-Unsubscribe", "One-Click")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.counts.skipped), (1, 1, 0), "{end:?}");
    assert_eq!(server.mailbox().messages_to("one@example.org").len(), 1);
    let admin = app.sign_in(Role::Admin).await;
    let page = admin.get(&format!("/campaigns/{id}/recipients?state=failed")).await.text().await.unwrap();
    assert!(page.contains("it may have arrived"), "{page}");
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cap_that_is_set_while_a_campaign_is_sent_holds_for_what_is_left_and_goes_when_it_is_removed() {
    const PEOPLE: usize = 300;
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(40)));
    let server = server(script).await;
    let url = server.url();
    let app = start(&Clock::system(), move |config| config.relays = vec![relay("main", &url)]).await;
    let now = app.clock.now().naive_utc();
    app.write(move |conn| {
        let office = crate::support::builders::office(conn);
        for number in 0..PEOPLE {
            let somebody = person().email(&format!("person{number}@example.org")).save(conn);
            crate::support::builders::mailed(conn, office, somebody, "sent", now - TimeDelta::days(1));
        }
    })
    .await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    server.mailbox().wait_for(10, PATIENCE).await.unwrap();
    app.write(move |conn| {
        pressure::set(conn, Cap { unit_id: None, mailings: 1, days: 7 }, now).unwrap();
    })
    .await;
    let (end, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    let skipped = campaigns::skipped(&end).get("contact_pressure").copied().unwrap_or(0);
    assert!(skipped > 0, "the cap did not reach the campaign: {end:?}");
    assert_eq!(end.counts.sent + skipped, PEOPLE as i64);
    app.stop().await;
    server.stop().await;
}

/// A server of its own, which does not outlive its test.
struct Serving(std::process::Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn pages_show_times_of_the_offices_zone() {
    use std::io::{BufRead as _, BufReader};
    let database = TestDatabase::new();
    let at: chrono::NaiveDateTime = "2027-01-15T12:00:00".parse().unwrap();
    let id = database
        .db
        .write_blocking(|conn| {
            use brevduva::db::schema::campaigns::dsl::{campaigns as table, started_at, state};
            use diesel::prelude::*;
            let now = crate::support::builders::some_time();
            let id = campaigns::insert(conn, campaign_file().json(), Some(at), now);
            let begun = (started_at.eq(at), state.eq(CampaignState::Finished));
            diesel::update(table.find(id)).set(begun).execute(conn)?;
            Ok::<_, brevduva::db::Error>(id)
        })
        .unwrap();
    let mut command = cli::command(&database, &["serve", "--no-worker"]);
    command.env("BREVDUVA_LOG", "info").env("BREVDUVA_TIME_ZONE", "Atlantic/Reykjavik");
    let mut serve = Serving(command.spawn().unwrap());
    let mut log = BufReader::new(serve.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let ready = log.find(|line| line.contains("serving")).unwrap();
    let port = ready.split_whitespace().find_map(|word| word.strip_prefix("port="));
    let port = port.unwrap_or_else(|| panic!("no port in {ready}"));
    let base = format!("http://127.0.0.1:{port}");
    let added = cli::run(&database, &["staff", "add", "eva@example.se", "--role", "admin"]);
    let link = added.stdout.split_whitespace().find(|word| word.contains("/login/")).unwrap().to_owned();
    let secret = link.rsplit('/').next().unwrap().to_owned();
    let page = tokio::runtime::Runtime::new().unwrap().block_on(async move {
        let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
        let answer = client
            .post(format!("{base}/login/{secret}"))
            .header("Origin", &base)
            .header("Sec-Fetch-Site", "same-origin")
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        client.get(format!("{base}/campaigns")).send().await.unwrap().text().await.unwrap()
    });
    assert!(id > 0);
    // At 13 o'clock in Stockholm it is noon in Iceland.
    assert!(page.contains("12:00") && !page.contains("13:00"), "{page}");
}
