//! Campaigns that are launched, and how they end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use brevduva::campaign::{self, CampaignFile, NewCampaign};
use brevduva::content::Layouts;
use brevduva::db::Conn;
use brevduva::delivery::{self, Status};
use brevduva::kernel::clock::Clock;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::builders::campaign as mailing;
use super::db::TestDatabase;

/// How long a test waits for mails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The ready invitation, to everyone.
pub fn invitation() -> Value {
    let layouts = Layouts::embedded().unwrap();
    let Value::Object(content) = serde_json::to_value(layouts.start("invitation").unwrap()).unwrap() else {
        panic!("content is an object");
    };
    content
        .into_iter()
        .fold(mailing().set("kind", json!("invitation")), |file, (member, value)| file.set(&member, value))
        .json()
}

/// Stores a campaign: a draft, or one that begins at a moment.
pub fn insert(conn: &mut Conn, file: Value, scheduled: Option<NaiveDateTime>, now: NaiveDateTime) -> i64 {
    let file = CampaignFile::parse(file).unwrap();
    let new = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true).unwrap();
    let id = campaign::insert(conn, &new, now).unwrap();
    if let Some(at) = scheduled {
        campaign::launch(conn, id, at, now).unwrap();
    }
    id
}

pub async fn launch(database: &TestDatabase, clock: &Clock, file: Value) -> i64 {
    let now = clock.now().naive_utc();
    database.write(move |conn| insert(conn, file, Some(now), now)).await
}

pub async fn status(database: &TestDatabase, id: i64) -> Status {
    let now = Clock::system().now().naive_utc();
    let status = database.read(move |conn| delivery::status(conn, id, now).unwrap()).await;
    let counts = status.counts;
    let sum = counts.queued + counts.sending + counts.sent + counts.deferred + counts.failed + counts.skipped;
    assert_eq!(sum, status.recipients);
    assert_eq!(status.skipped.values().sum::<i64>(), counts.skipped);
    status
}

pub async fn wait_until(database: &TestDatabase, id: i64, holds: impl Fn(&Status) -> bool) -> Status {
    let started = Instant::now();
    loop {
        let status = status(database, id).await;
        if holds(&status) {
            return status;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {status:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn finished(database: &TestDatabase, id: i64) -> Status {
    wait_until(database, id, |status| status.state == campaign::CampaignState::Finished).await
}

/// Why people were left out, and how many.
pub fn skipped(status: &Status) -> BTreeMap<&str, i64> {
    status.skipped.iter().map(|(reason, people)| (reason.as_str(), *people)).collect()
}
