//! What became of a campaign: numbers, groups that hide nobody, files, and the page.

use std::time::{Duration, Instant};

use brevduva::campaign;
use brevduva::catcher::smtp::{Options, SmtpServer};
use brevduva::db::Conn;
use brevduva::db::schema::{bounces, deliveries};
use brevduva::kernel::clock::Clock;
use brevduva::privacy::{Cause, erase};
use brevduva::reports::{self, Counter, Gauge, Report, Surveyor};
use brevduva::staff::{Role, Scope};
use calamine::{Data, Reader as _};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::builders::{campaign as campaign_file, degree, employment, office, person, some_time};
use crate::support::campaigns::{insert, launch, wait_until};

/// Fourteen people: six lawyers and six engineers, and two others, too few to be shown.
fn people(conn: &mut Conn) -> Vec<i64> {
    let mut all = Vec::new();
    for (programme, year, number) in [("SJURI", 1998, 6), ("TCIVI", 2011, 6), ("KFILM", 2020, 2)] {
        for index in 0..number {
            all.push(
                person()
                    .email(&format!("{programme}{index}@example.org"))
                    .region("SE-M")
                    .with(degree(programme, year))
                    .with(degree(programme, year + 1))
                    .working(employment("2611"))
                    .save(conn),
            );
        }
    }
    all
}

/// A hard bounce of this person's mail.
fn bounce(conn: &mut Conn, campaign: i64, contact: i64) {
    let delivery: i64 = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::contact_id.eq(contact))
        .select(deliveries::id)
        .first(conn)
        .unwrap();
    diesel::insert_into(bounces::table)
        .values((
            bounces::fingerprint.eq(format!("test {delivery}")),
            bounces::source.eq("pipe"),
            bounces::kind.eq("dsn"),
            bounces::known_by.eq("return_path"),
            bounces::delivery_id.eq(delivery),
            bounces::campaign_id.eq(campaign),
            bounces::class.eq("hard"),
            bounces::reason.eq("user_unknown"),
            bounces::diagnostic.eq("550 5.1.1 nobody"),
            bounces::received_at.eq(some_time()),
        ))
        .execute(conn)
        .unwrap();
}

async fn counted(app: &TestApp, campaign: i64, holds: impl Fn(&Report) -> bool) -> Report {
    let started = Instant::now();
    loop {
        let report = app.write(move |conn| reports::report(conn, campaign).unwrap()).await;
        if holds(&report) {
            return report;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{report:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A campaign that reached everybody, of which one came back and one left.
async fn sent(app: &TestApp) -> (i64, Vec<i64>) {
    let people = app.write(people).await;
    let id = launch(&app.database, &app.clock, campaign_file().json()).await;
    wait_until(&app.database, id, |status| status.counts.sent == 14).await;
    let (back, away) = (people[0], people[1]);
    app.write(move |conn| bounce(conn, id, back)).await;
    let unit = app.write(office).await;
    let link = url::Url::parse(&app.urls().unsubscribe(away, unit, id)).unwrap().path().to_owned();
    assert_eq!(app.post_form(&link, &[("List-Unsubscribe", "One-Click")]).await.status(), 200);
    (id, people)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_told_by_groups_and_stay_when_people_are_erased() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let (id, people) = sent(&app).await;
    let done = |report: &Report| {
        let region = report.groups["region"].groups.first();
        region.is_some_and(|group| (group.bounced, group.unsubscribed) == (1, 1))
    };
    let report = counted(&app, id, done).await;
    // Two people are too few to be shown, and one small group alone would be the difference to the whole.
    let programmes = &report.groups["programme"];
    assert_eq!((programmes.groups.len(), programmes.folded), (1, 2), "{programmes:?}");
    assert_eq!(programmes.groups[0].recipients, 6, "two degrees of one programme count once");
    assert_eq!(programmes.others.as_ref().unwrap().recipients, 8);
    let region = &report.groups["region"].groups[0];
    assert_eq!((region.value.as_str(), region.sent, region.bounced, region.unsubscribed), ("SE-M", 14, 1, 1));
    assert_eq!(report.groups["profession"].groups[0].value, "26");
    assert_eq!(report.groups["domain"].groups[0].value, "example.org");
    assert_eq!(report.choices["unit"], 1);
    assert_eq!(report.over_time.iter().map(|hour| hour.sent).sum::<i64>(), 14);

    // The lawyer whose mail came back and the one who left are erased: nothing changes.
    let (keys, now) = (app.config.secret_keys.clone(), app.clock.now().naive_utc());
    let gone = [people[0], people[1]];
    app.write(move |conn| gone.iter().for_each(|id| erase(conn, &keys, *id, Cause::Asked, now).unwrap()))
        .await;
    let before = report.counted_at;
    let after = counted(&app, id, |report| report.counted_at > before && done(report)).await;
    assert_eq!(after.groups, report.groups);
    assert_eq!((after.unsubscribed, &after.choices), (1, &report.choices));
    assert_eq!(after.over_time, report.over_time);

    // A second count changes nothing either.
    let counter = Counter { db: app.database.db.clone(), clock: Clock::system() };
    counter.run(true).await.unwrap();
    let again = app.write(move |conn| reports::report(conn, id).unwrap()).await;
    assert_eq!(again.groups, report.groups);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_is_a_page_two_files_and_a_call() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let (id, _) = sent(&app).await;
    counted(&app, id, |report| report.unsubscribed == 1).await;
    let other = launch(&app.database, &app.clock, campaign_file().set("name", json!("=Nästa")).json()).await;
    wait_until(&app.database, other, |status| status.counts.sent > 0).await;
    let who = app.sign_in(Role::Viewer).await;
    let page = who.get(&format!("/campaigns/{id}/report?with={other}")).await.text().await.unwrap();
    assert!(page.contains("<svg") && page.contains("As a table"), "{page}");
    assert!(
        page.contains("Skåne County")
            && page.contains("Programmet TCIVI (TCIVI)")
            && page.contains("2 small groups together"),
        "{page}"
    );
    assert!(page.contains("=Nästa") && !page.contains(" style="));
    assert_eq!(who.get(&format!("/campaigns/{id}/report?with=999")).await.status(), 404);

    let csv = who.get(&format!("/campaigns/{id}/report.csv")).await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    let csv = csv.text().await.unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("Region;Skåne County;Sent;14"), "{csv}");
    let book = who.get(&format!("/campaigns/{id}/report.xlsx")).await.bytes().await.unwrap();
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(book.to_vec())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let row = sheet.rows().find(|row| row[1] == Data::String("Skåne County".to_owned())).unwrap();
    assert_eq!(row[3], Data::Float(14.0));

    let token = app.token(&[Scope::Read]).await;
    let address = app.url(&format!("/api/v1/campaigns/{id}/report"));
    let report: Value =
        app.client.get(address).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(report["groups"]["region"]["groups"][0]["sent"], 14);
    assert_eq!((report["unsubscribed"].as_i64(), report["choices"]["unit"].as_i64()), (Some(1), Some(1)));
    assert_eq!(report["links"][0]["address"], "https://example.se/jubileum");
    app.stop().await;
}

#[tokio::test]
async fn a_draft_has_no_report() {
    let app = TestApp::start().await;
    let id = app.write(|conn| insert(conn, campaign_file().json(), None, some_time())).await;
    let who = app.sign_in(Role::Viewer).await;
    let answer = who.get(&format!("/campaigns/{id}/report")).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
        (303, &*format!("/campaigns/{id}"))
    );
    assert!(app.write(move |conn| campaign::find(conn, id).unwrap().state.is_editable()).await);
    app.stop().await;
}

/// In three languages, on a desk and on a phone, with the tables behind the charts.
async fn everybody_can_read(browser: &Browser) {
    for language in ["sv", "nb", "en"] {
        browser.press(&format!("footer button[lang={language}]")).await;
        browser.until(&format!("return document.documentElement.lang === '{language}'")).await;
        assert_eq!(
            browser.script("return document.querySelectorAll('svg[role=img]').length > 0").await,
            true
        );
        browser.script("document.querySelectorAll('details').forEach((one) => { one.open = true })").await;
        browser.axe().await;
        // Nothing is wider than a small phone but what scrolls by itself.
        browser.client.set_window_size(360, 800).await.unwrap();
        browser.until("return document.documentElement.scrollWidth <= window.innerWidth").await;
        browser.axe().await;
        browser.client.set_window_size(1280, 1000).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_register_over_time_can_be_read_by_everybody() {
    let Some(browser) = Browser::start("the register over time").await else { return };
    let app = TestApp::build().parts(brevduva::app::Parts::Web).start().await;
    app.write(people).await;
    let surveyor = Surveyor { db: app.database.db.clone(), clock: Clock::system() };
    assert!(surveyor.run().await.unwrap());
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;
    browser.open(&app.url("/reports")).await;
    browser.wait_for_text("Addresses older than a year").await;
    everybody_can_read(&browser).await;
    browser.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_can_be_read_by_everybody() {
    let Some(browser) = Browser::start("the report").await else { return };
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let (id, _) = sent(&app).await;
    let pixel = app.urls().open_pixel(id, brevduva::kernel::language::Language::Swedish);
    app.get(url::Url::parse(&pixel).unwrap().path()).await;
    counted(&app, id, |report| report.unsubscribed == 1 && report.measured.opens == 1).await;
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;
    browser.open(&app.url(&format!("/campaigns/{id}/report"))).await;
    browser.wait_for_text("Compared with other campaigns").await;
    everybody_can_read(&browser).await;
    browser.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_register_is_counted_once_a_day() {
    let app = TestApp::build().parts(brevduva::app::Parts::Web).start().await;
    app.write(people).await;
    app.write(|conn| person().email("x@example.org").deceased().save(conn)).await;
    let who = app.sign_in(Role::Viewer).await;
    let page = who.get("/reports").await.text().await.unwrap();
    assert!(page.contains("for the first time in a few minutes"), "{page}");
    let surveyor = Surveyor { db: app.database.db.clone(), clock: Clock::system() };
    assert!(surveyor.run().await.unwrap());
    assert!(!surveyor.run().await.unwrap(), "once a day");
    let now = app.clock.now();
    let found = app.write(move |conn| reports::over_time(conn, now).unwrap()).await;
    let of = |gauge: Gauge, value: &str| {
        found.iter().find(|one| one.gauge == gauge && one.value == value).map(|one| one.amount)
    };
    assert_eq!((of(Gauge::People, ""), of(Gauge::Reachable, "email")), (Some(15), Some(14)));
    assert_eq!(of(Gauge::LeftOut, "deceased"), Some(1));
    assert_eq!((of(Gauge::Graduated, "1998"), of(Gauge::ReachableOfYear, "1998")), (Some(6), Some(6)));
    let page = who.get("/reports").await.text().await.unwrap();
    assert!(page.contains("<svg") && page.contains("Year of graduation"), "{page}");
    // Two people of one year are not shown by themselves.
    assert!(page.contains(">1998<") && !page.contains(">2020<"));
    app.stop().await;
}
