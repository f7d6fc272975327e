//! A campaign from launch to the relay: what arrives, what a fault at each step of SMTP does, who is left out.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use brevduva::campaign;
use brevduva::catcher::smtp::{Fault, Options, Received, Rule, Script, SmtpServer, Step};
use brevduva::delivery::{self, Status};
use brevduva::kernel::clock::Clock;
use chrono::{DateTime, TimeDelta};
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, office, person, unit};
use crate::support::campaigns::{PATIENCE, launch};
use crate::support::cli;
use crate::support::db::{Engine, TestDatabase};

async fn catcher() -> SmtpServer {
    SmtpServer::start(Options::default()).await.unwrap()
}

/// A relay that takes so many milliseconds to take a message.
async fn slow_relay(milliseconds: u64) -> SmtpServer {
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(milliseconds)));
    SmtpServer::start(Options { script, ..Options::default() }).await.unwrap()
}

fn clock() -> Clock {
    Clock::fixed(DateTime::from_timestamp(1_795_000_000, 0).unwrap(), 7)
}

async fn people(database: &TestDatabase, count: usize) -> Vec<i64> {
    database
        .write(move |conn| {
            (0..count)
                .map(|number| {
                    person().named("Åsa", "Öberg").email(&format!("person{number}@example.org")).save(conn)
                })
                .collect()
        })
        .await
}

async fn status(database: &TestDatabase, clock: &Clock, id: i64) -> Status {
    let now = clock.now().naive_utc();
    let status = database.read(move |conn| delivery::status(conn, id, now).unwrap()).await;
    let counts = status.counts;
    let sum = counts.queued + counts.sending + counts.sent + counts.deferred + counts.failed + counts.skipped;
    assert_eq!(sum, status.recipients);
    assert_eq!(status.skipped.values().sum::<i64>(), counts.skipped);
    status
}

async fn wait_until(
    database: &TestDatabase,
    clock: &Clock,
    id: i64,
    holds: impl Fn(&Status) -> bool,
) -> Status {
    let started = std::time::Instant::now();
    loop {
        let status = status(database, clock, id).await;
        if holds(&status) {
            return status;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {status:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_finished(status: &Status) -> bool {
    status.state == campaign::CampaignState::Finished
}

fn header(mail: &Received, name: &str) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    parsed.header_raw(name).unwrap_or_default().trim().to_owned()
}

/// Every recipient's Message-IDs in the order of arrival.
fn arrivals(mails: &[std::sync::Arc<Received>]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in mails {
        found.entry(mail.recipients[0].clone()).or_default().push(header(mail, "Message-ID"));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_is_what_was_written_with_the_headers_that_providers_require() {
    let relay = catcher().await;
    let app = TestApp::build().relay(&relay.url()).start().await;
    people(&app.database, 1).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    wait_until(&app.database, &app.clock, id, is_finished).await;

    let mails = relay.mailbox().messages();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.recipients, ["person0@example.org"]);
    assert_eq!(mail.mail_from, "alumn@example.se");
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    assert_eq!(parsed.subject(), Some("Välkommen, Åsa"));
    assert_eq!(header(mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(header(mail, "List-Id").ends_with("<alumn.example.se>"), "{}", header(mail, "List-Id"));
    assert!(header(mail, "Message-ID").ends_with("@example.se>"));
    let unsubscribe = header(mail, "List-Unsubscribe");
    let html = parsed.body_html(0).unwrap();
    let text = parsed.body_text(0).unwrap();
    assert!(html.contains("Hej Åsa") && text.contains("Hej Åsa"));
    assert!(html.contains("lang=\"sv\""));
    assert!(html.contains("/o/") && html.contains(".gif"), "the pixel of the aggregate mode is missing");
    assert!(!html.contains("https://example.se/jubileum"), "the link is not counted");

    // A mail program's button: done at once, and the next campaign says why the person is left out.
    let address = unsubscribe.trim_matches(['<', '>']);
    let answer = app.client.post(address).form(&[("List-Unsubscribe", "One-Click")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().get("set-cookie").is_none());
    let next = launch(&app.database, &app.clock, campaign_file().json()).await;
    let left_out = wait_until(&app.database, &app.clock, next, is_finished).await;
    assert_eq!(left_out.skipped, BTreeMap::from([("unit".to_owned(), 1)]));

    // Another unit still reaches them.
    app.database.write(|conn| unit(conn, "law", None)).await;
    let other = launch(&app.database, &app.clock, campaign_file().sent_by("law").json()).await;
    let reached = wait_until(&app.database, &app.clock, other, is_finished).await;
    assert_eq!(reached.counts.sent, 1);
    app.stop().await;
    relay.stop().await;
}

/// What one fault, made once, must lead to.
struct Case {
    step: Step,
    fault: Fault,
    failed: i64,
    repeated: i64,
    /// Mails that the relay took in all.
    taken: u64,
}

async fn check(case: Case) {
    const PEOPLE: usize = 5;
    let relay = SmtpServer::start(Options {
        script: Script::default().rule(Rule::at(case.step).times(1).then(case.fault.clone())),
        ..Options::default()
    })
    .await
    .unwrap();
    let clock = clock();
    let app = TestApp::build().relay(&relay.url()).clock(clock.clone()).start().await;
    people(&app.database, PEOPLE).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let ticking = clock.clone();
    let end = wait_until(&app.database, &clock, id, move |status| {
        // Whatever was deferred is due again after its minute.
        if status.counts.deferred > 0 {
            ticking.advance(TimeDelta::minutes(2));
        }
        is_finished(status)
    })
    .await;
    let name = format!("{:?} at {:?}", case.fault, case.step);
    assert_eq!(end.counts.failed, case.failed, "{name}: {end:?}");
    assert_eq!(end.counts.sent, PEOPLE as i64 - case.failed, "{name}: {end:?}");
    assert_eq!(end.repeated, case.repeated, "{name}: {end:?}");
    assert_eq!(relay.mailbox().counters().messages, case.taken, "{name}");
    for (recipient, ids) in arrivals(&relay.mailbox().messages()) {
        assert!(
            ids.windows(2).all(|two| two[0] == two[1]),
            "{name}: {recipient} got other Message-IDs: {ids:?}"
        );
    }
    app.stop().await;
    relay.stop().await;
}

macro_rules! faults {
    ($($name:ident: $step:ident, $fault:expr, failed $failed:literal, repeated $repeated:literal, taken $taken:literal;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                check(Case { step: Step::$step, fault: $fault, failed: $failed, repeated: $repeated, taken: $taken }).await;
            }
        )+
    };
}

faults! {
    refused_at_connect: Connect, Fault::reply(554, "5.7.1 not you"), failed 0, repeated 0, taken 5;
    closing_at_connect: Connect, Fault::reply(421, "4.3.2 closing"), failed 0, repeated 0, taken 5;
    reset_at_connect: Connect, Fault::reset_before_reply(), failed 0, repeated 0, taken 5;
    dropped_at_ehlo: Ehlo, Fault::drop_before_reply(), failed 0, repeated 0, taken 5;
    closing_at_mail: Mail, Fault::reply(421, "4.3.2 closing"), failed 0, repeated 0, taken 5;
    later_at_mail: Mail, Fault::reply(451, "4.3.0 later"), failed 0, repeated 0, taken 5;
    greylisted_at_rcpt: Rcpt, Fault::reply(450, "4.2.0 greylisted"), failed 0, repeated 0, taken 5;
    unknown_at_rcpt: Rcpt, Fault::reply(550, "5.1.1 no such user"), failed 1, repeated 0, taken 4;
    reset_at_rcpt: Rcpt, Fault::reset_before_reply(), failed 0, repeated 0, taken 5;
    later_at_data: Data, Fault::reply(451, "4.3.0 later"), failed 0, repeated 0, taken 5;
    refused_at_data: Data, Fault::reply(554, "5.6.0 no"), failed 1, repeated 0, taken 4;
    full_after_the_message: FinalDot, Fault::reply(452, "4.3.1 full"), failed 0, repeated 0, taken 5;
    too_large_after_the_message: FinalDot, Fault::reply(552, "5.3.4 too large"), failed 1, repeated 0, taken 4;
    answer_lost_after_the_message: FinalDot, Fault::drop_before_reply(), failed 0, repeated 1, taken 6;
    answer_reset_after_the_message: FinalDot, Fault::reset_before_reply(), failed 0, repeated 1, taken 6;
    slow_answer: FinalDot, Fault::stall(Duration::from_secs(2)), failed 0, repeated 0, taken 5;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_says_no_while_the_campaign_runs_gets_nothing_more() {
    // The relay needs a fifth of a second per mail on four connections, so a hundred people take five seconds.
    let relay = slow_relay(200).await;
    let app = TestApp::build().relay(&relay.url()).start().await;
    let ids = people(&app.database, 100).await;
    let alumn = app.database.write(office).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    relay.mailbox().wait_for(3, PATIENCE).await.unwrap();
    let last = *ids.last().unwrap();
    let address = app.urls().unsubscribe(last, alumn, id);
    let answer = app.client.post(address).form(&[("List-Unsubscribe", "One-Click")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let end = wait_until(&app.database, &app.clock, id, is_finished).await;
    assert_eq!(end.counts.sent, 99);
    assert_eq!(end.skipped, BTreeMap::from([("unit".to_owned(), 1)]));
    assert!(relay.mailbox().messages_to("person99@example.org").is_empty());
    app.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pausing_loses_nothing_and_cancelling_skips_the_rest() {
    let relay = slow_relay(100).await;
    let app = TestApp::build().relay(&relay.url()).start().await;
    people(&app.database, 200).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    relay.mailbox().wait_for(5, PATIENCE).await.unwrap();
    let now = app.clock.now().naive_utc();
    app.database.write(move |conn| campaign::pause(conn, id, now).unwrap()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let paused = relay.mailbox().counters().messages;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(relay.mailbox().counters().messages, paused, "a paused campaign went on");
    app.database.write(move |conn| campaign::resume(conn, id, now).unwrap()).await;
    relay.mailbox().wait_for(paused + 5, PATIENCE).await.unwrap();
    app.database
        .write(move |conn| {
            campaign::cancel(conn, id, now).unwrap();
            delivery::cancel_rest(conn, id, now).unwrap();
        })
        .await;
    let end = wait_until(&app.database, &app.clock, id, |status| status.counts.sending == 0).await;
    assert_eq!(end.recipients, 200);
    assert_eq!(end.counts.sent + end.skipped["cancelled"], 200, "{end:?}");
    assert_eq!(relay.mailbox().counters().messages, end.counts.sent as u64);
    app.stop().await;
    relay.stop().await;
}

/// A sending process of its own, which does not outlive its test.
struct Worker(Child);

impl Worker {
    fn start(database: &TestDatabase, relay: &SmtpServer, connections: u64) -> Self {
        let mut command = cli::command(database, &["worker"]);
        command
            .env("BREVDUVA_SMTP_URL", relay.url())
            .env("BREVDUVA_SMTP_CONNECTIONS", connections.to_string());
        Self(command.spawn().unwrap())
    }

    fn kill(&mut self) {
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How many processes have connections to the relay, and how many connections that makes.
fn connected_workers(conn: &mut brevduva::db::Conn) -> (i64, i64) {
    use brevduva::db::schema::relay_states::dsl::{connections, relay_states};
    use diesel::prelude::*;
    let open: Vec<i32> = relay_states.filter(connections.gt(0)).select(connections).load(conn).unwrap();
    (open.len() as i64, open.iter().map(|one| i64::from(*one)).sum())
}

/// The end of a campaign of which a process was killed: on PostgreSQL the dead one is believed for half a minute.
async fn wait_for_take_over(database: &TestDatabase, clock: &Clock, id: i64) -> Status {
    let started = std::time::Instant::now();
    loop {
        let status = status(database, clock, id).await;
        if is_finished(&status) {
            return status;
        }
        assert!(started.elapsed() < Duration::from_secs(90), "{status:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// After a kill everybody has the mail, at most one per connection twice, and then with the same Message-ID.
fn nobody_is_lost(relay: &SmtpServer, end: &Status, people: usize, connections: u64) {
    let arrivals = arrivals(&relay.mailbox().messages());
    assert_eq!(arrivals.len(), people, "somebody is lost");
    let twice = arrivals.values().filter(|ids| ids.len() > 1).count() as u64;
    assert!(twice <= connections, "{twice} people got two mails");
    assert!(arrivals.values().all(|ids| ids.windows(2).all(|two| two[0] == two[1])));
    assert!(end.repeated as u64 >= twice && end.repeated as u64 <= connections, "{end:?}");
    assert_eq!(end.counts.sent, people as i64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_workers_one_is_killed_and_the_other_brings_the_campaign_to_its_end() {
    const PEOPLE: usize = 400;
    const CONNECTIONS: u64 = 4;
    let relay = slow_relay(50).await;
    let database = TestDatabase::new();
    let clock = Clock::system();
    people(&database, PEOPLE).await;
    let mut workers = [(), ()].map(|()| Worker::start(&database, &relay, CONNECTIONS));
    let id = launch(&database, &clock, campaign_file().json()).await;
    relay.mailbox().wait_for(40, PATIENCE).await.unwrap();
    // PostgreSQL lets both send, with the connections shared; on SQLite the second waits for its turn.
    let expected = if Engine::of_run() == Engine::Postgres { 2 } else { 1 };
    let started = std::time::Instant::now();
    loop {
        let (senders, open) = database.read(connected_workers).await;
        // What they say is up to a second old.
        if senders == expected && open <= CONNECTIONS as i64 {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{senders} processes send over {open} connections");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    workers[0].kill();
    let end = wait_for_take_over(&database, &clock, id).await;
    drop(workers);
    nobody_is_lost(&relay, &end, PEOPLE, CONNECTIONS);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_nobody_is_lost_and_only_what_was_on_the_wire_repeats() {
    const PEOPLE: usize = 120;
    const CONNECTIONS: u64 = 5;
    let relay = slow_relay(50).await;
    let database = TestDatabase::new();
    let clock = Clock::system();
    people(&database, PEOPLE).await;
    let id = launch(&database, &clock, campaign_file().json()).await;
    let worker = || Worker::start(&database, &relay, CONNECTIONS);
    let mut first = worker();
    relay.mailbox().wait_for(20, PATIENCE).await.unwrap();
    first.kill();
    let second = worker();
    let end = wait_for_take_over(&database, &clock, id).await;
    drop(second);
    nobody_is_lost(&relay, &end, PEOPLE, CONNECTIONS);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_matched_has_a_row_with_the_first_reason_that_holds() {
    let relay = catcher().await;
    let app = TestApp::build().relay(&relay.url()).start().await;
    app.database
        .write(|conn| {
            person().email("one@example.org").save(conn);
            person().email("ONE@example.org").save(conn);
            person().email("dead@example.org").deceased().save(conn);
            person().named("Utan", "Adress").save(conn);
        })
        .await;
    let id = launch(&app.database, &app.clock, campaign_file().to(json!({ "everyone": true })).json()).await;
    let end = wait_until(&app.database, &app.clock, id, is_finished).await;
    let expected =
        [("deceased", 1), ("no_address", 1), ("same_address", 1)].map(|(name, n)| (name.to_owned(), n));
    assert_eq!(end.skipped, BTreeMap::from(expected));
    assert_eq!((end.recipients, end.counts.sent), (4, 1));
    app.stop().await;
    relay.stop().await;
}
