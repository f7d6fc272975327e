//! Whatever a person or staff says while a campaign runs holds for every message that is not on the wire yet: nothing
//! leaves after the answer was committed (docs/permission.md lists the places that ask).

use std::collections::BTreeMap;
use std::time::Duration;

use brevduva::catcher::smtp::{Fault, Options, Script, SmtpServer, Step};
use brevduva::db::schema::deliveries;
use brevduva::staff::{Role, Scope};
use diesel::prelude::*;
use serde_json::json;

use crate::support::app::{SignedIn, TestApp};
use crate::support::builders::{campaign, office, person};
use crate::support::campaigns::{PATIENCE, finished, launch, skipped};

/// Enough that the last are not on the wire when the first have arrived: four connections, a while each.
const PEOPLE: usize = 80;

/// Every way in which somebody is not to be mailed any more, with the reason that their row then has.
const WAYS: [(&str, &str); 11] = [
    ("one click", "unit"),
    ("page of the link", "channel"),
    ("preferences", "do_not_contact"),
    ("pause", "paused"),
    ("restriction", "restricted"),
    ("own erasure", "erased"),
    ("staff note", "topic"),
    ("suppression", "suppressed"),
    ("erasure by staff", "erased"),
    ("erasure by a program", "erased"),
    ("preferences by a program", "unit"),
];

struct Office<'a> {
    app: &'a TestApp,
    officer: SignedIn<'a>,
    token: String,
    unit: i64,
    topic: i64,
}

impl Office<'_> {
    /// Does it, and returns when it is committed.
    async fn say(&self, way: &str, contact: i64, campaign: i64) {
        let app = self.app;
        let path = |url: String| url::Url::parse(&url).unwrap().path().to_owned();
        let unsubscribe = path(app.urls().unsubscribe(contact, self.unit, campaign));
        let preferences = path(app.urls().preferences(contact));
        let soon = app.clock.now() + chrono::TimeDelta::hours(1);
        let my_data = path(app.urls().my_data(contact, soon.timestamp()));
        let status = match way {
            "one click" => app.post_form(&unsubscribe, &[("List-Unsubscribe", "One-Click")]).await.status(),
            "page of the link" => app.post_form(&unsubscribe, &[("leave", "email")]).await.status(),
            "preferences" => {
                let fields = [("shown", "everything"), ("nothing", "yes")];
                app.post_form(&preferences, &fields).await.status()
            }
            "pause" => app.post_form(&preferences, &[("pause", "3")]).await.status(),
            "restriction" => app.post_form(&my_data, &[("act", "restrict")]).await.status(),
            "own erasure" => app.post_form(&format!("{my_data}/erase"), &[("sure", "yes")]).await.status(),
            "staff note" => {
                let wish = format!("no:topic:{}", self.topic);
                let fields = [("wish", wish.as_str()), ("arrived_on", "2025-03-14"), ("way", "letter")];
                self.officer.post_form(&format!("/contacts/{contact}/wishes"), &fields).await.status()
            }
            "suppression" => {
                let body = json!({ "channel": "email", "address": address(contact) });
                self.call(reqwest::Method::POST, "/api/v1/suppressions")
                    .json(&body)
                    .send()
                    .await
                    .unwrap()
                    .status()
            }
            "erasure by staff" => {
                let number = contact.to_string();
                let path = format!("/contacts/{contact}/erase");
                self.officer.post_form(&path, &[("number", &number)]).await.status()
            }
            "erasure by a program" => {
                let path = format!("/api/v1/contacts/{contact}");
                self.call(reqwest::Method::DELETE, &path).send().await.unwrap().status()
            }
            "preferences by a program" => {
                let body = json!({ "refused": ["unit:alumn"] });
                let path = format!("/api/v1/contacts/{contact}/preferences");
                self.call(reqwest::Method::PUT, &path).json(&body).send().await.unwrap().status()
            }
            other => panic!("{other} is not done here"),
        };
        assert!(status.is_success() || status.is_redirection(), "{way} answered {status}");
    }

    fn call(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.app.client.request(method, self.app.url(path)).bearer_auth(&self.token)
    }
}

fn address(contact: i64) -> String {
    format!("p{contact}@example.org")
}

async fn state_of(app: &TestApp, row: i64) -> (String, Option<String>) {
    app.database
        .read(move |conn| {
            deliveries::table.find(row).select((deliveries::state, deliveries::reason)).first(conn).unwrap()
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_after_a_no_was_committed() {
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(150)));
    let relay = SmtpServer::start(Options { script, ..Options::default() }).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let people: Vec<i64> = app
        .write(|conn| {
            // Numbers begin at 1 in a new database, so that each address has the number of its person.
            (1..=PEOPLE as i64).map(|number| person().email(&address(number)).save(conn)).collect()
        })
        .await;
    assert_eq!(people, (1..=PEOPLE as i64).collect::<Vec<_>>());
    let (unit, topic) = app
        .write(|conn| (office(conn), brevduva::units::topic_by_code(conn, "newsletter").unwrap().unwrap().id))
        .await;
    let token = app.token(&[Scope::Contacts, Scope::Manage]).await;
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    let office = Office { app: &app, officer, token, unit, topic };

    let id = launch(&app.database, &app.clock, campaign().json()).await;
    relay.mailbox().wait_for(1, PATIENCE).await.unwrap();
    let rows: BTreeMap<i64, i64> = app
        .database
        .read(move |conn| {
            let found: Vec<(Option<i64>, i64)> = deliveries::table
                .filter(deliveries::campaign_id.eq(id))
                .select((deliveries::contact_id, deliveries::id))
                .load(conn)
                .unwrap();
            found.into_iter().map(|(contact, row)| (contact.unwrap(), row)).collect()
        })
        .await;
    // Those whose turn comes last.
    for ((way, reason), contact) in WAYS.iter().zip(people.iter().rev()) {
        office.say(way, *contact, id).await;
        let (state, now) = state_of(&app, rows[contact]).await;
        assert!(
            state == "queued" || (state == "skipped" && now.as_deref() == Some(*reason)),
            "{way}: the message was {state} before anything was said: the campaign is too fast for this test"
        );
    }
    let end = finished(&app.database, id).await;
    assert_eq!((end.counts.sent, end.counts.skipped), ((PEOPLE - WAYS.len()) as i64, WAYS.len() as i64));
    let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
    WAYS.iter().for_each(|(_, reason)| *expected.entry(reason).or_default() += 1);
    assert_eq!(skipped(&end), expected);
    for ((way, _), contact) in WAYS.iter().zip(people.iter().rev()) {
        let got = relay.mailbox().messages_to(&address(*contact));
        assert!(got.is_empty(), "{way}: {} got a mail", address(*contact));
    }
    app.stop().await;
    relay.stop().await;
}
