//! Relays that fail, limits that hold, and campaigns that wait, come back and are sent again.

use std::time::Duration;

use brevduva::campaign::{self, CampaignState};
use brevduva::catcher::smtp::{Fault, Options, Rule, Script, SmtpServer, Step};
use brevduva::config::{Config, QuietHours, RelaySettings, WarmUp};
use brevduva::delivery::{self, DeliveryState, Live, RelayCondition, Status, Wait, Wanted};
use brevduva::kernel::clock::Clock;
use brevduva::staff::{Role, Scope};
use chrono::{DateTime, NaiveTime, TimeDelta};

use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, person};
use crate::support::campaigns::{PATIENCE, launch};
use crate::support::db::{Engine, TestDatabase};

/// Half past twelve on a November day in Stockholm.
pub fn noon() -> Clock {
    Clock::fixed(DateTime::from_timestamp(1_795_001_400, 0).unwrap(), 7)
}

pub async fn server(script: Script) -> SmtpServer {
    SmtpServer::start(Options { script, ..Options::default() }).await.unwrap()
}

pub fn relay(name: &str, url: &str) -> RelaySettings {
    RelaySettings::plain(name, url.parse().unwrap(), 4)
}

pub async fn start(clock: &Clock, change: impl FnOnce(&mut Config) + 'static) -> TestApp {
    TestApp::build().clock(clock.clone()).settings(change).start().await
}

pub async fn people(database: &TestDatabase, addresses: Vec<String>) {
    let save = move |conn: &mut brevduva::db::Conn| {
        for address in &addresses {
            person().email(address).save(conn);
        }
    };
    database.write(save).await;
}

pub fn addresses(count: usize, domain: &str) -> Vec<String> {
    (0..count).map(|number| format!("person{number}@{domain}")).collect()
}

pub async fn look(app: &TestApp, id: i64) -> (Status, Live) {
    let (now, quiet) = (app.clock.now().naive_utc(), app.config.quiet_hours);
    let (status, live) =
        app.database.read(move |conn| delivery::live(conn, id, quiet.as_ref(), now).unwrap()).await;
    let counts = status.counts;
    let sum = counts.queued + counts.sending + counts.sent + counts.deferred + counts.failed + counts.skipped;
    assert_eq!(sum, status.recipients, "{status:?}");
    (status, live)
}

pub async fn wait_until(app: &TestApp, id: i64, holds: impl Fn(&Status, &Live) -> bool) -> (Status, Live) {
    let started = std::time::Instant::now();
    loop {
        let (status, live) = look(app, id).await;
        if holds(&status, &live) {
            return (status, live);
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {status:?} {live:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The end, with the clock moved on whenever something is to come later.
pub async fn finish(app: &TestApp, id: i64) -> Status {
    let clock = app.clock.clone();
    let is_over = move |status: &Status, _: &Live| {
        if status.counts.deferred > 0 {
            clock.advance(TimeDelta::minutes(2));
        }
        status.state == CampaignState::Finished
    };
    wait_until(app, id, is_over).await.0
}

/// Each code once at a step, and what becomes of ten people.
async fn every_code_at(step: Step, failed: i64, refused: usize) {
    let codes = [421, 451, 452, 550, 552, 554];
    let script = codes.iter().fold(Script::default(), |script, code| {
        script.rule(Rule::at(step).times(1).then(Fault::reply(*code, "told to fail")))
    });
    let server = server(script).await;
    let clock = noon();
    let url = server.url();
    let app = start(&clock, move |config| config.relays = vec![relay("main", &url)]).await;
    people(&app.database, addresses(10, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let end = finish(&app, id).await;
    assert_eq!((end.counts.failed, end.counts.sent), (failed, 10 - failed), "{step:?}: {end:?}");
    assert_eq!(end.repeated, 0);
    assert_eq!(server.mailbox().counters().messages as i64, 10 - failed, "{step:?}");
    let refusals = app.database.read(|conn| delivery::refusals(conn, 0, 100).unwrap()).await;
    assert_eq!(refusals.len(), refused, "{refusals:?}");
    app.stop().await;
    server.stop().await;
}

macro_rules! codes {
    ($($name:ident: $step:ident, failed $failed:literal, refused $refused:literal;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                every_code_at(Step::$step, $failed, $refused).await;
            }
        )+
    };
}

codes! {
    every_code_at_the_greeting: Connect, failed 0, refused 0;
    every_code_at_ehlo: Ehlo, failed 0, refused 0;
    // The message is too large: that is final whoever hears it first.
    every_code_at_mail: Mail, failed 1, refused 0;
    every_code_at_rcpt: Rcpt, failed 3, refused 3;
    every_code_at_data: Data, failed 3, refused 0;
    every_code_after_the_message: FinalDot, failed 3, refused 0;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_whose_tls_is_broken_is_left_alone_and_another_takes_its_mail() {
    let extensions = vec!["8BITMIME", "STARTTLS"];
    // It agrees to TLS and goes on in plain text.
    let script = Script::default().on(Step::StartTls, Fault::reply(220, "go ahead"));
    let broken = SmtpServer::start(Options { script, extensions, ..Options::default() }).await.unwrap();
    let good = server(Script::default()).await;
    let clock = noon();
    let urls = (format!("{}?tls=required", broken.url()), good.url());
    let app = start(&clock, move |config| {
        config.relays = vec![relay("broken", &urls.0), relay("good", &urls.1)];
    })
    .await;
    people(&app.database, addresses(30, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (30, 0, 0));
    assert_eq!(good.mailbox().counters().messages, 30);
    assert_eq!(broken.mailbox().counters().messages, 0);
    app.stop().await;
    broken.stop().await;
    good.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_only_relay_is_away_the_campaign_waits_and_staff_are_told() {
    let first = server(Script::default()).await;
    let address = first.address();
    first.stop().await;
    let clock = noon();
    let app = start(&clock, move |config| {
        config.relays = vec![relay("main", &format!("smtp://us:hemligt@{address}?tls=none"))];
    })
    .await;
    people(&app.database, addresses(20, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let (_, live) = wait_until(&app, id, |_, live| matches!(live.wait, Some(Wait::Relays { .. }))).await;
    assert_eq!(live.relays[0].condition, RelayCondition::Resting);
    assert!(live.relays[0].fault.is_some());
    let page = app.sign_in(Role::Editor).await.get(&format!("/campaigns/{id}")).await.text().await.unwrap();
    assert!(page.contains("No mail relay can take mail now"), "{page}");
    assert!(page.contains("main") && !page.contains("hemligt"));
    let (waiting, _) = look(&app, id).await;
    assert_eq!((waiting.counts.failed, waiting.counts.queued), (0, 20), "nobody is burnt: {waiting:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_was_away_gets_everything_when_it_is_back() {
    let first = server(Script::default()).await;
    let address = first.address();
    first.stop().await;
    let clock = noon();
    let app =
        start(&clock, move |config| config.relays = vec![relay("main", &format!("smtp://{address}"))]).await;
    people(&app.database, addresses(20, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    wait_until(&app, id, |_, live| matches!(live.wait, Some(Wait::Relays { .. }))).await;
    let back = SmtpServer::start(Options { bind: address, ..Options::default() }).await.unwrap();
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (20, 0, 0));
    app.stop().await;
    back.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_that_asks_for_less_is_left_alone_and_the_others_go_on() {
    let script = Script::default()
        .rule(Rule::at(Step::Rcpt).to("*@slow.example").times(1).then(Fault::reply(421, "4.7.0 too many")));
    let server = server(script).await;
    let clock = noon();
    let url = server.url();
    let app = start(&clock, move |config| config.relays = vec![relay("main", &url)]).await;
    people(&app.database, [addresses(15, "slow.example"), addresses(15, "fast.example")].concat()).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    // Time stands still: whoever is left alone stays so.
    let to = |domain: &str| {
        server.mailbox().messages().iter().filter(|mail| mail.recipients[0].ends_with(domain)).count()
    };
    let (status, live) = wait_until(&app, id, |_, live| {
        to("@fast.example") == 15 && live.slow_domains.iter().any(|slow| slow.name == "slow.example")
    })
    .await;
    let taken = to("@slow.example");
    assert!(taken < 15 && status.counts.failed == 0, "{status:?}");
    tokio::time::sleep(Duration::from_millis(400)).await;
    // Four connections may have been in the middle of a message.
    assert!(to("@slow.example") <= taken + 3, "it is not left alone");
    assert_eq!(live.slow_domains[0].name, "slow.example");
    assert_eq!(live.slow_domains[0].code, "421 4.7.0");
    let end = finish(&app, id).await;
    assert_eq!((end.counts.sent, end.counts.failed), (30, 0));
    assert_eq!(to("@slow.example"), 15);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_and_a_warm_up_hold_also_after_a_restart() {
    let server = server(Script::default()).await;
    let clock = noon();
    let limited = |url: String| {
        move |config: &mut Config| {
            let mut main = relay("main", &url);
            main.windows = vec!["5/hour".parse().unwrap()];
            main.warm_up = Some(WarmUp { from: "2026-11-18".parse().unwrap(), caps: vec![8, 100] });
            config.relays = vec![main];
        }
    };
    let app = start(&clock, limited(server.url())).await;
    people(&app.database, addresses(12, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let used_up = |_: &Status, live: &Live| matches!(live.wait, Some(Wait::Relays { .. }));
    let (status, live) = wait_until(&app, id, used_up).await;
    assert_eq!(status.counts.sent, 5);
    assert_eq!(live.relays[0].condition, RelayCondition::Exhausted);
    let database = app.stop().await;
    let app = TestApp::build().clock(clock.clone()).settings(limited(server.url())).start_on(database).await;
    let (status, _) = wait_until(&app, id, used_up).await;
    assert_eq!(status.counts.sent, 5, "a restart is no new hour");
    clock.advance(TimeDelta::minutes(70));
    let (status, _) =
        wait_until(&app, id, |status, live| status.counts.sent > 5 && used_up(status, live)).await;
    assert_eq!(status.counts.sent, 8, "the first day of the warm-up is over");
    clock.advance(TimeDelta::days(1));
    let (status, _) = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await;
    assert_eq!(status.counts.sent, 12);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_starts_in_quiet_hours_and_the_campaign_says_so() {
    let server = server(Script::default()).await;
    let clock = noon();
    let url = server.url();
    let app = start(&clock, move |config| {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        config.relays = vec![relay("main", &url)];
        config.quiet_hours = Some(QuietHours::new(time(12), time(14), config.time_zone));
    })
    .await;
    people(&app.database, addresses(3, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    wait_until(&app, id, |_, live| matches!(live.wait, Some(Wait::QuietHours { .. }))).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(server.mailbox().counters().messages, 0);
    clock.advance(TimeDelta::hours(2));
    assert_eq!(finish(&app, id).await.counts.sent, 3);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_that_was_missed_by_hours_asks_before_it_sends() {
    let server = server(Script::default()).await;
    let clock = noon();
    let url = server.url();
    let database = TestDatabase::new();
    people(&database, addresses(2, "example.org")).await;
    let id = launch(&database, &clock, campaign_file().json()).await;
    clock.advance(TimeDelta::hours(5));
    let app = TestApp::build()
        .clock(clock.clone())
        .settings(move |config| config.relays = vec![relay("main", &url)])
        .start_on(database)
        .await;
    let (status, _) = wait_until(&app, id, |_, live| live.wait == Some(Wait::Decision)).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(status.state, CampaignState::Scheduled);
    assert_eq!(look(&app, id).await.0.recipients, 0);
    let editor = app.sign_in(Role::Editor).await;
    assert!(
        editor
            .get(&format!("/campaigns/{id}"))
            .await
            .text()
            .await
            .unwrap()
            .contains("passed while nothing was running")
    );
    let answer = editor.post_form(&format!("/campaigns/{id}/launch"), &[]).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(finish(&app, id).await.counts.sent, 2);
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_is_written_in_the_offices_time_and_odd_hours_are_answered_plainly() {
    let clock = Clock::fixed("2026-10-01T08:00:00Z".parse().unwrap(), 3);
    let app = start(&clock, |_| ()).await;
    let draft = || async {
        let now = clock.now().naive_utc();
        app.database
            .write(move |conn| {
                let file = campaign::CampaignFile::parse(campaign_file().json()).unwrap();
                let layouts = brevduva::content::Layouts::embedded().unwrap();
                let new = campaign::NewCampaign::check(conn, file, &layouts, true).unwrap();
                campaign::insert(conn, &new, now).unwrap()
            })
            .await
    };
    let editor = app.sign_in(Role::Editor).await;
    let (first, second) = (draft().await, draft().await);
    let path = format!("/campaigns/{first}/launch");
    for (at, says) in [
        ("2027-03-28T02:30", "does not exist"),
        ("2026-10-25T02:30", "comes twice"),
        ("2026-09-30T09:00", "has passed"),
        ("soon", "Write the day"),
    ] {
        let answer = editor.post_form(&path, &[("at", at)]).await;
        assert_eq!(answer.status(), 422, "{at}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(says), "{at}: {page}");
    }
    let start_of = |id| app.database.read(move |conn| campaign::find(conn, id).unwrap().scheduled_at);
    assert_eq!(editor.post_form(&path, &[("moment", "2026-10-25T01:30:00+00:00")]).await.status(), 303);
    assert_eq!(start_of(first).await.unwrap().to_string(), "2026-10-25 01:30:00");
    let path = format!("/campaigns/{second}/launch");
    assert_eq!(editor.post_form(&path, &[("at", "2026-12-01T09:00")]).await.status(), 303);
    assert_eq!(start_of(second).await.unwrap().to_string(), "2026-12-01 08:00:00");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_failed_are_listed_exported_and_sent_again() {
    let script = Script::default().rule(
        Rule::at(Step::Rcpt).to("*@gone.example").times(3).then(Fault::reply(550, "5.1.1 =no such user")),
    );
    let server = server(script).await;
    let clock = noon();
    let url = server.url();
    let app = start(&clock, move |config| {
        config.relays = vec![relay("main", &url)];
        config.metrics_token = Some("maskin".to_owned());
    })
    .await;
    people(&app.database, [addresses(3, "gone.example"), addresses(2, "here.example")].concat()).await;
    app.write(|conn| person().email("hidden@here.example").protected().save(conn)).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    let end = finish(&app, id).await;
    assert_eq!((end.counts.failed, end.counts.sent), (3, 3));
    let refusals = app.database.read(|conn| delivery::refusals(conn, 0, 10).unwrap()).await;
    assert_eq!(refusals.len(), 3);
    assert_eq!(refusals[0].code, "550 5.1.1");

    let editor = app.sign_in(Role::Editor).await;
    let editor = &editor;
    let text = |path: String| async move { editor.get(&path).await.text().await.unwrap() };
    let page = text(format!("/campaigns/{id}/recipients?domain=here.example")).await;
    assert!(page.contains("person0@here.example") && !page.contains("@gone.example"));
    assert!(!page.contains("hidden@"), "people with protected identity are never listed");
    let file = text(format!("/campaigns/{id}/recipients.csv?state=failed")).await;
    assert_eq!(file.lines().count(), 4, "{file}");
    assert!(file.contains("550 5.1.1 =no such user"), "{file}");

    let failed = Wanted { state: Some(DeliveryState::Failed), ..Wanted::default() };
    let rows = app.database.read(move |conn| delivery::recipients(conn, id, &failed, 0, 10).unwrap()).await;
    let one = rows[0].id.to_string();
    let again = |fields: Vec<(&'static str, String)>| async move {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = editor.post_form(&format!("/campaigns/{id}/retry"), &fields).await;
        assert_eq!(answer.status(), 303);
    };
    again(vec![("only", "chosen".to_owned()), ("delivery", one)]).await;
    let end = wait_until(&app, id, |status, _| status.counts.sent == 4).await.0;
    assert_eq!(end.counts.failed, 2, "only the chosen one is sent again");
    assert!(text(format!("/campaigns/{id}/retry")).await.contains("2 people"));
    let token = app.token(&[Scope::Send]).await;
    let answer =
        app.client.post(app.url(&format!("/api/v1/campaigns/{id}/retry"))).bearer_auth(token).send().await;
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(finish(&app, id).await.counts.sent, 6);

    assert_eq!(app.get("/metrics").await.status(), 404);
    let metrics = app.client.get(app.url("/metrics")).bearer_auth("maskin").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("brevduva_campaigns{state=\"finished\"} 1"), "{metrics}");
    assert!(metrics.contains("brevduva_relay_connections{relay=\"main\"}"), "{metrics}");
    app.stop().await;
    server.stop().await;
}

/// The database cannot be used for a while in the middle of a campaign.
async fn through_trouble(trouble: impl AsyncFnOnce(&TestDatabase)) {
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(20)));
    let server = server(script).await;
    let clock = Clock::system();
    let url = server.url();
    let app = start(&clock, move |config| config.relays = vec![relay("main", &url)]).await;
    people(&app.database, addresses(300, "example.org")).await;
    let id = launch(&app.database, &clock, campaign_file().json()).await;
    server.mailbox().wait_for(20, PATIENCE).await.unwrap();
    trouble(&app.database).await;
    let end = wait_until(&app, id, |status, _| status.state == CampaignState::Finished).await.0;
    assert_eq!((end.counts.sent, end.counts.failed, end.repeated), (300, 0, 0));
    assert_eq!(server.mailbox().counters().messages, 300, "nobody is lost, nobody is mailed twice");
    app.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_somebody_locks_for_long_only_delays() {
    if Engine::of_run() != Engine::Sqlite {
        return;
    }
    through_trouble(async |database| {
        let path = database.folder.path().join("test.sqlite");
        tokio::task::spawn_blocking(move || {
            use diesel::Connection as _;
            use diesel::connection::SimpleConnection as _;
            let mut conn = diesel::SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
            // Longer than anybody waits for a lock.
            std::thread::sleep(Duration::from_secs(7));
            conn.batch_execute("COMMIT").unwrap();
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_that_ends_every_connection_only_delays() {
    if Engine::of_run() != Engine::Postgres {
        return;
    }
    through_trouble(async |database| {
        for _ in 0..3 {
            database
                .read(|conn| {
                    use diesel::prelude::*;
                    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                               WHERE datname = current_database() AND pid <> pg_backend_pid()";
                    diesel::sql_query(end).execute(conn).unwrap()
                })
                .await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    })
    .await;
}
