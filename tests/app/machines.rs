//! People and machines: what opens and clicks were asked for by, and that nothing of it is lost.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::{Duration, Instant};

use brevduva::campaign;
use brevduva::contacts::{self, Deed};
use brevduva::db::Conn;
use brevduva::db::schema::deliveries;
use brevduva::kernel::clock::Clock;
use brevduva::kernel::language::Language;
use brevduva::links::{Signer, TRAP, Urls};
use brevduva::preferences::{self, PreferenceSource};
use brevduva::staff::Scope;
use brevduva::tracking::{self, Totals};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::{SECRET_KEYS, TestApp};
use crate::support::builders::{campaign as campaign_file, person, some_time};
use crate::support::campaigns::insert;
use crate::support::cli::command;
use crate::support::db::TestDatabase;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// A campaign with four links in Swedish.
fn prepare(conn: &mut Conn, mode: &str) -> i64 {
    let id = insert(conn, campaign_file().set("tracking", json!(mode)).json(), None, some_time());
    let links = (0..4).map(|link| format!("https://example.se/{link}")).collect();
    campaign::store_links(conn, id, &[(Language::Swedish, links)].into()).unwrap();
    id
}

/// Somebody who agreed to be measured and was sent the campaign at a moment.
fn reader(conn: &mut Conn, campaign: i64, email: &str, sent: NaiveDateTime) -> i64 {
    let id = person().email(email).save(conn);
    let (source, language) = (PreferenceSource::Page, Language::Swedish);
    let record = preferences::measuring_record(
        id,
        true,
        "Ja".to_owned(),
        "1".to_owned(),
        language,
        source,
        some_time(),
    );
    preferences::record_consents(conn, &[record]).unwrap();
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::campaign_id.eq(campaign),
            deliveries::contact_id.eq(id),
            deliveries::state.eq("sent"),
            deliveries::updated_at.eq(sent),
        ))
        .execute(conn)
        .unwrap();
    id
}

async fn ask(app: &TestApp, address: &str, agent: &str, header: Option<(&str, &str)>) -> u16 {
    let path = url::Url::parse(address).unwrap().path().to_owned();
    let mut request = app.client.get(app.url(&path)).header("User-Agent", agent);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    request.send().await.unwrap().status().as_u16()
}

/// Waits until a campaign's totals are as they should be.
async fn settled(app: &TestApp, campaign: i64, holds: impl Fn(&Totals) -> bool) -> Totals {
    let started = Instant::now();
    loop {
        let totals = app.write(move |conn| tracking::totals(conn, campaign).unwrap()).await;
        if holds(&totals) {
            return totals;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{totals:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn programs_are_counted_beside_people() {
    let app = TestApp::start().await;
    let campaign = app.write(|conn| prepare(conn, "aggregate")).await;
    let urls = app.urls();
    let (pixel, link) =
        (urls.open_pixel(campaign, Language::Swedish), urls.click(campaign, Language::Swedish, 0));
    for (agent, header) in [
        (FIREFOX, None),
        ("Mozilla/5.0", None),
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", None),
        ("Mimecast", None),
        (FIREFOX, Some(("Sec-Purpose", "prefetch;prerender"))),
        ("Nobody/1.0", None),
    ] {
        assert_eq!(ask(&app, &pixel, agent, header).await, 200);
        assert_eq!(ask(&app, &link, agent, header).await, 302);
    }
    for address in [&pixel, &link] {
        let path = url::Url::parse(address).unwrap().path().to_owned();
        app.client.head(app.url(&path)).send().await.unwrap();
    }
    let totals = settled(&app, campaign, |totals| totals.opens == 6 && totals.probes == 2).await;
    let classes = totals.opens_by;
    assert_eq!(
        (classes.person, classes.proxy, classes.prefetch, classes.scanner, classes.unknown),
        (1, 1, 2, 1, 1)
    );
    assert_eq!((totals.clicks, totals.clicks_by), (6, classes));
    let token = app.token(&[Scope::Read]).await;
    let report: Value = app
        .client
        .get(app.url(&format!("/api/v1/campaigns/{campaign}/report")))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(report["measured"]["opens_by"]["prefetch"], 2);
    assert_eq!(report["measured"]["opens"], 6);
    app.stop().await;
}

#[tokio::test]
async fn whoever_follows_every_link_or_the_hidden_one_is_a_scanner() {
    let app = TestApp::start().await;
    let now = Clock::system().now().naive_utc();
    let (campaign, people) = app
        .write(move |conn| {
            let campaign = prepare(conn, "individual");
            let ago = now - TimeDelta::hours(2);
            let people = [("a@example.org", ago), ("b@example.org", ago), ("c@example.org", ago)]
                .map(|(email, sent)| reader(conn, campaign, email, sent));
            (campaign, people)
        })
        .await;
    let urls = app.urls();
    let click = |link: u32, person: i64| urls.click_of(campaign, Language::Swedish, link, person);
    let [curious, scanned, trapped] = people;
    // Two links are a curious reader; four at once are not.
    for link in 0..2 {
        assert_eq!(ask(&app, &click(link, curious), FIREFOX, None).await, 302);
    }
    for link in 0..4 {
        assert_eq!(ask(&app, &click(link, scanned), FIREFOX, None).await, 302);
    }
    assert_eq!(ask(&app, &click(0, trapped), FIREFOX, None).await, 302);
    let trap = urls.trap_of(campaign, Language::Swedish, trapped);
    assert_eq!(ask(&app, &trap, FIREFOX, None).await, 204, "it leads nowhere");
    assert_eq!(ask(&app, &click(u32::try_from(TRAP).unwrap(), trapped), FIREFOX, None).await, 404);
    let link = click(0, trapped).replace("/c/", "/t/");
    assert_eq!(ask(&app, &link, FIREFOX, None).await, 404, "a link of the campaign is no trap");
    let totals = settled(&app, campaign, |totals| totals.clicks == 7 && totals.probes == 1).await;
    assert_eq!((totals.clicks_by.person, totals.clicks_by.scanner), (2, 5));
    let done = app
        .write(move |conn| people.map(|person| contacts::engagements_of(conn, person).unwrap().len()))
        .await;
    assert_eq!(done, [2, 0, 0]);

    // In a later commit, the earlier ones are judged anew.
    let late =
        app.write(move |conn| reader(conn, campaign, "d@example.org", now - TimeDelta::hours(2))).await;
    ask(&app, &click(0, late), FIREFOX, None).await;
    settled(&app, campaign, |totals| totals.clicks_by.person == 3).await;
    let kept = app.write(move |conn| contacts::engagements_of(conn, late).unwrap()).await;
    assert_eq!(kept[0].did, Deed::Clicked);
    for link in 1..4 {
        ask(&app, &click(link, late), FIREFOX, None).await;
    }
    let totals = settled(&app, campaign, |totals| totals.clicks == 11).await;
    assert_eq!((totals.clicks_by.person, totals.clicks_by.scanner), (2, 9));
    assert!(app.write(move |conn| contacts::engagements_of(conn, late).unwrap()).await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn a_mail_of_ones_own_holds_the_hidden_link() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            use brevduva::content::Layouts;
            use brevduva::delivery;
            let layouts = Layouts::embedded().unwrap();
            let urls = Urls::new(
                &"https://b.example.se".parse().unwrap(),
                Signer::new(SECRET_KEYS.parse().unwrap()),
            );
            for (mode, hidden) in [("individual", 1), ("aggregate", 0)] {
                let id = insert(conn, campaign_file().set("tracking", json!(mode)).json(), None, some_time());
                let stored = campaign::find(conn, id).unwrap();
                let reader = reader(conn, id, &format!("{mode}@example.org"), some_time());
                let job = delivery::prepare(conn, &stored, 0, &layouts, &urls, None, some_time().and_utc())
                    .unwrap();
                let values = job.people(conn, &[reader]).unwrap();
                let mail = job.render(&values[&reader]);
                let trap = urls.trap_of(id, Language::Swedish, reader);
                assert_eq!(mail.html.matches(&trap).count(), hidden, "{mode}");
                assert!(!mail.text.contains(&trap));
            }
        })
        .await;
}

/// A server of its own, and its address.
fn serve(database: &TestDatabase) -> (Child, String) {
    let mut child = command(database, &["serve", "--no-worker"]).env("BREVDUVA_LOG", "info").spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut lines = log.lines().map(Result::unwrap);
    let line = lines.find(|line| line.contains("serving")).expect("the start is logged");
    let (_, port) = line.split_once("port=").expect("the port is logged");
    let digits = port.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(port.len());
    let address = format!("http://127.0.0.1:{}", &port[..digits]);
    // Whatever else it says would fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (child, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_written_before_a_stop_and_soon_before_a_kill() {
    let database = TestDatabase::new();
    let campaign = database.write(|conn| prepare(conn, "aggregate")).await;
    let urls = Urls::new(&"http://x.example".parse().unwrap(), Signer::new(SECRET_KEYS.parse().unwrap()));
    let path = url::Url::parse(&urls.open_pixel(campaign, Language::Swedish)).unwrap().path().to_owned();
    let client = reqwest::Client::new();
    let counted = async || database.read(move |conn| tracking::totals(conn, campaign).unwrap().opens).await;

    let (mut child, address) = serve(&database);
    for _ in 0..50 {
        assert_eq!(client.get(format!("{address}{path}")).send().await.unwrap().status(), 200);
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(counted().await, 50, "only what is younger than a commit is lost");

    let (mut child, address) = serve(&database);
    for _ in 0..50 {
        assert_eq!(client.get(format!("{address}{path}")).send().await.unwrap().status(), 200);
    }
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(counted().await, 100, "nothing is lost");
}
