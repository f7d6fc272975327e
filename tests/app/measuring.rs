//! Opens and clicks of one person: kept only of those who agreed, only in campaigns that say so, and only for as long
//! as they agree.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use brevduva::campaign::{self, CampaignFile, CampaignState, NewCampaign};
use brevduva::catcher::smtp::{Options, SmtpServer};
use brevduva::contacts::{self, Deed, Engagement, PIXEL};
use brevduva::content::Layouts;
use brevduva::db::Conn;
use brevduva::db::schema::consents;
use brevduva::import;
use brevduva::kernel::language::Language;
use brevduva::preferences::{self, Channel, LegalBasis, MEASURING, PreferenceSource, Question};
use brevduva::segment::{self, Rule};
use brevduva::staff::Role;
use brevduva::tracking;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{campaign as campaign_file, office, person, some_time};
use crate::support::db::TestDatabase;
use crate::support::forms::fields;

/// Agrees or takes it back on the page behind the signed link, leaving all else as it is.
async fn say(app: &TestApp, contact: i64, agrees: bool) {
    let link = url::Url::parse(&app.urls().preferences(contact)).unwrap().path().to_owned();
    let page = app.get(&link).await.text().await.unwrap();
    let mut form = fields(&page);
    form.retain(|(name, _)| name != "measuring");
    if agrees {
        form.push(("measuring".to_owned(), "yes".to_owned()));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(app.post_form(&format!("{link}?lang=sv"), &form).await.status(), 200);
}

/// Sends a campaign and gives back the tracked paths of everybody's mail: of the pixel and of the links.
async fn send(
    app: &TestApp,
    relay: &SmtpServer,
    tracking: &str,
) -> (i64, HashMap<String, (String, Vec<String>)>) {
    let (now, file) = (app.clock.now().naive_utc(), campaign_file().set("tracking", json!(tracking)).json());
    let before = relay.mailbox().messages().len();
    let id = app
        .write(move |conn| {
            let file = CampaignFile::parse(file).unwrap();
            let new = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true).unwrap();
            let id = campaign::insert(conn, &new, now).unwrap();
            campaign::launch(conn, id, now, now).unwrap();
            id
        })
        .await;
    let started = Instant::now();
    while app.write(move |conn| campaign::find(conn, id).unwrap().state).await != CampaignState::Finished {
        assert!(started.elapsed() < Duration::from_secs(30), "the campaign does not finish");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut found = HashMap::new();
    for mail in &relay.mailbox().messages()[before..] {
        let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
        let html = parsed.body_html(0).unwrap();
        let paths = |text: &str, way: &str| -> Vec<String> {
            let starts = text.match_indices(way).map(|(at, _)| &text[at..]);
            starts.map(|rest| rest.split(['"', ')', ' ', '\n', '\r']).next().unwrap().to_owned()).collect()
        };
        let links = paths(&html, "/c/");
        assert_eq!(links, paths(&parsed.body_text(0).unwrap(), "/c/"), "both parts lead the same way");
        found.insert(mail.recipients[0].clone(), (paths(&html, "/o/").remove(0), links));
    }
    (id, found)
}

/// Waits until so many opens and clicks of a campaign are written.
async fn written(app: &TestApp, campaign: i64, opens: i64, clicks: i64) {
    let started = Instant::now();
    loop {
        let totals = app.write(move |conn| tracking::totals(conn, campaign).unwrap()).await;
        if (totals.opens, totals.clicks) == (opens, clicks) {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{totals:?} instead of {opens}, {clicks}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn engagements(app: &TestApp, contact: i64) -> Vec<(Deed, i32)> {
    let mut found: Vec<_> =
        app.write(move |conn| contacts::engagements_of(conn, contact).unwrap()).await.into_iter().collect();
    found.sort_by_key(|done| done.link);
    found.into_iter().map(|done| (done.did, done.link)).collect()
}

fn matched(conn: &mut Conn, rule: &Value) -> i64 {
    let (rule, question) = (Rule::parse(rule).unwrap(), Question::new(Channel::Email));
    let now = brevduva::kernel::clock::Clock::system().now().naive_utc();
    segment::count(conn, &rule, &question, now).unwrap().matched
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_agreed_are_measured_and_only_while_they_do() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let [reader, idle, other, another] = ["reader", "idle", "other", "another"];
    let people: Vec<i64> = app
        .write(move |conn| {
            let somebody = |name: &str| person().email(&format!("{name}@example.org"));
            [reader, idle, other, another].map(|name| somebody(name).save(conn)).to_vec()
        })
        .await;
    say(&app, people[0], true).await;
    say(&app, people[1], true).await;
    let kept = app.write(|conn| preferences::measured(conn, &[1, 2, 3, 4]).unwrap()).await;
    assert_eq!(kept, people[..2].iter().copied().collect());

    // Aggregate: one token for everybody, whatever they agreed to.
    let (_, mails) = send(&app, &relay, "aggregate").await;
    let of = |mails: &HashMap<String, (String, Vec<String>)>, name: &str| {
        mails[&format!("{name}@example.org")].clone()
    };
    assert_eq!(of(&mails, reader), of(&mails, other));

    // Individual: the others share theirs.
    let (campaign, mails) = send(&app, &relay, "individual").await;
    let (mine, theirs) = (of(&mails, reader), of(&mails, other));
    assert_eq!(theirs, of(&mails, another));
    assert!(mine.0 != theirs.0 && mine.0 != of(&mails, idle).0);
    assert!(mine.1[0] != theirs.1[0] && mine.1[0] != of(&mails, idle).1[0]);

    for (pixel, links) in [&mine, &theirs] {
        let opened = app.get(pixel).await;
        assert_eq!(opened.status(), 200);
        assert_eq!(opened.headers()["cache-control"], "no-store");
        assert!(opened.headers().get("set-cookie").is_none() && opened.headers().get("etag").is_none());
        let clicked = app.get(&links[0]).await;
        assert_eq!(clicked.status(), 302);
        assert_eq!(clicked.headers()["location"], "https://example.se/jubileum");
    }
    // A scanner that only asks counts as nobody.
    app.client.head(app.url(&of(&mails, idle).0)).send().await.unwrap();
    written(&app, campaign, 2, 2).await;
    assert_eq!(engagements(&app, people[0]).await, [(Deed::Opened, PIXEL), (Deed::Clicked, 0)]);
    assert!(engagements(&app, people[1]).await.is_empty());
    assert!(engagements(&app, people[2]).await.is_empty());
    let opened = json!({"engaged": {"did": "opened", "within_days": 30}});
    let counts = app
        .write({
            let opened = opened.clone();
            move |conn| {
                let nothing = json!({"engaged": {"did": "none"}});
                (matched(conn, &opened), matched(conn, &json!({ "not": opened })), matched(conn, &nothing))
            }
        })
        .await;
    assert_eq!(counts, (1, 1, 1), "of four people two are measured");

    let rule = opened.to_string();
    let segment = app
        .write(move |conn| {
            let (unit, rule) = (office(conn), Rule::parse_text(&rule).unwrap());
            segment::insert(conn, unit, "Läsare", &rule, some_time()).unwrap()
        })
        .await;
    let staff = app.sign_in(Role::Admin).await;
    for (person, answer) in [(people[0], "opened Jubileum, "), (people[2], "Not measured")] {
        let (path, person) = (format!("/segments/{segment}/explain"), person.to_string());
        let page = staff.post_form(&path, &[("person", &person)]).await.text().await.unwrap();
        assert!(page.contains(answer), "the explanation does not say {answer}");
    }

    // Taken back: forgotten, and the mail that was sent counts in the sum alone.
    say(&app, people[0], false).await;
    assert!(engagements(&app, people[0]).await.is_empty());
    app.get(&mine.0).await;
    app.get(&mine.1[0]).await;
    written(&app, campaign, 3, 3).await;
    assert!(engagements(&app, people[0]).await.is_empty());
    let database = app.stop().await;
    assert_eq!(database.write(move |conn| matched(conn, &opened)).await, 0);
    // Every act stands in the record, with the text that was read.
    let acts: Vec<(bool, String)> = database.write(move |conn| consents_of(conn, people[0])).await;
    assert_eq!(acts.iter().map(|(given, _)| *given).collect::<Vec<_>>(), [true, false]);
    assert!(acts[0].1.starts_with("Ja, ") && acts[0].1.contains("IP-adressen sparas inte"));
}

/// Whether a person gave each consent, and by which text.
fn consents_of(conn: &mut Conn, contact: i64) -> Vec<(bool, String)> {
    consents::table
        .filter(consents::contact_id.eq(contact))
        .order(consents::id)
        .select((consents::given, consents::consent_text))
        .load(conn)
        .unwrap()
}

/// Somebody who agreed, and what they did with the mail of a campaign.
fn measured(conn: &mut Conn, campaign: i64, name: &str, links: &[i32]) -> i64 {
    let id = person().named("Åsa", name).save(conn);
    agree(conn, id, true);
    let done: Vec<Engagement> = links
        .iter()
        .map(|link| Engagement {
            contact_id: id,
            campaign_id: campaign,
            did: if *link == PIXEL { Deed::Opened } else { Deed::Clicked },
            language: Language::Swedish,
            link: *link,
            happened_at: some_time(),
        })
        .collect();
    contacts::record_engagements(conn, &done).unwrap();
    // The same again changes nothing.
    contacts::record_engagements(conn, &done).unwrap();
    id
}

fn agree(conn: &mut Conn, id: i64, given: bool) {
    let (text, at) = ("Ja".to_owned(), some_time() + chrono::TimeDelta::seconds(i64::from(!given)));
    let record = preferences::measuring_record(
        id,
        given,
        text,
        "1".to_owned(),
        Language::Swedish,
        PreferenceSource::Page,
        at,
    );
    preferences::record_consents(conn, &[record]).unwrap();
}

fn draft(conn: &mut Conn) -> i64 {
    let file = CampaignFile::parse(campaign_file().json()).unwrap();
    let new = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true).unwrap();
    campaign::insert(conn, &new, some_time()).unwrap()
}

#[tokio::test]
async fn what_was_measured_follows_a_merge_and_comes_apart_again() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let campaign = draft(conn);
            let from = measured(conn, campaign, "Öberg", &[PIXEL, 1]);
            let into = measured(conn, campaign, "Berg", &[PIXEL, 2]);
            let links = |conn: &mut Conn, id: i64| {
                let done = contacts::engagements_of(conn, id).unwrap();
                let mut links: Vec<i32> = done.into_iter().map(|done| done.link).collect();
                links.sort_unstable();
                links
            };
            import::join(conn, from, into, some_time()).unwrap();
            // Both opened it in the same hour: that is one opening.
            assert_eq!(links(conn, into), [PIXEL, 1, 2]);
            let merge = contacts::merges_into(conn, into).unwrap()[0].id;
            import::part(conn, merge, some_time()).unwrap();
            assert_eq!((links(conn, from), links(conn, into)), (vec![PIXEL, 1], vec![PIXEL, 2]));

            // Whoever of both took it back, took it back for the one person that they are.
            agree(conn, into, false);
            import::join(conn, from, into, some_time()).unwrap();
            assert!(links(conn, into).is_empty());
        })
        .await;
}

#[tokio::test]
async fn agreeing_to_be_measured_allows_nobody_to_write() {
    let database = TestDatabase::new();
    database
        .write(|conn| {
            let id = person().email("asa@example.org").save(conn);
            agree(conn, id, true);
            let unit = office(conn);
            let tree = brevduva::units::tree(conn).unwrap();
            let question = Question::new(Channel::Email).from_unit(unit, &tree).on_basis(LegalBasis::Consent);
            let count = segment::count(conn, &Rule::everyone(), &question, some_time()).unwrap();
            assert_eq!((count.reachable, count.left_out.get("no_legal_basis")), (0, Some(&1)));
            let contact = contacts::find(conn, id).unwrap().unwrap();
            let facts = preferences::facts(conn, &contact, Channel::Email).unwrap();
            assert!(facts.consents.iter().any(|(purpose, ..)| purpose == MEASURING));
            assert_eq!(preferences::decide(&facts, &question).unwrap().as_str(), "no_legal_basis");
        })
        .await;
}
