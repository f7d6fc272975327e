//! The digest: invitations that were held back, once a month, in one mail.

use brevduva::content::Layouts;
use brevduva::db::schema::{digests, outbox};
use brevduva::delivery::digest::Digester;
use brevduva::kernel::clock::Clock;
use brevduva::preferences::{self, PreferenceSource, RefusalScope, Voice};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::support::app::TestApp;
use crate::support::builders::{self, person, unit};
use crate::support::campaigns::{finished, launch, skipped};

/// 2026-09-21 in UTC.
fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn digester(app: &TestApp) -> Digester {
    Digester {
        db: app.database.db.clone(),
        layouts: Arc::new(Layouts::embedded().unwrap()),
        urls: app.urls(),
        clock: app.clock.clone(),
        office: app.config.office_name.clone(),
        from: app.config.sender().unwrap(),
    }
}

async fn mails(app: &TestApp) -> Vec<(i64, String, String, String)> {
    let rows: Vec<(i64, String, String, Vec<u8>)> = app
        .write(|conn| {
            outbox::table
                .order(outbox::id)
                .select((outbox::id, outbox::rcpt_to, outbox::state, outbox::message))
                .load(conn)
                .unwrap()
        })
        .await;
    let text = |mail| String::from_utf8(mail).unwrap().replace("=\r\n", "");
    rows.into_iter().map(|(id, to, state, mail)| (id, to, state, text(mail))).collect()
}

async fn say(app: &TestApp, contact: i64, scope: RefusalScope, at: NaiveDateTime) {
    app.write(move |conn| {
        let voice = Voice {
            contact: Some(contact),
            address_key: None,
            source: PreferenceSource::Page,
            campaign: None,
            at,
        };
        preferences::refuse(conn, &voice, scope).unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_held_back_comes_in_one_mail_once_a_month_and_never_after_a_no() {
    let app = TestApp::build().clock(Clock::fixed(moment(), 7)).start().await;
    let now = moment().naive_utc();
    let (asa, twin, bo, cia, law) = app
        .write(|conn| {
            let asa = person().email("asa@example.org").save(conn);
            let twin = person().named("Tor", "Öberg").email("ASA@example.org").save(conn);
            let bo = person().named("Bo", "Ek").email("bo@example.org").save(conn);
            let cia = person().named("Cia", "Ek").email("cia@example.org").save(conn);
            (asa, twin, bo, cia, unit(conn, "law", None))
        })
        .await;
    for contact in [asa, twin, bo, cia] {
        say(&app, contact, RefusalScope::SingleEvents, now).await;
    }
    let invitation = |slug: &str, subject: &str| {
        builders::campaign()
            .sent_by(slug)
            .set("topic", json!("events"))
            .set(
                "content",
                json!({ "sv": { "subject": subject, "preheader": "Kom och fira", "markdown": "Välkommen" } }),
            )
            .json()
    };
    for (slug, subject) in [("law", "Jubileum & fest"), ("alumn", "Höstmingel")] {
        let id = launch(&app.database, &app.clock, invitation(slug, subject)).await;
        let status = finished(&app.database, id).await;
        assert_eq!(skipped(&status), [("digest", 4)].into());
    }
    // Cia wants nothing more, and Bo nothing of one of the two.
    say(&app, cia, RefusalScope::Everything, now).await;
    say(&app, bo, RefusalScope::Unit(law), now).await;

    let (digester, go_on) = (digester(&app), CancellationToken::new());
    assert_eq!(digester.run(&go_on).await.unwrap(), 0, "the month is not over");
    app.clock.advance(TimeDelta::days(14));
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert_eq!(digester.run(&stopped).await.unwrap(), 0, "whoever is stopped goes on later");
    assert_eq!(digester.run(&go_on).await.unwrap(), 2);
    assert_eq!(digester.run(&go_on).await.unwrap(), 0, "once");

    let sent = mails(&app).await;
    let [(_, to, _, both), (_, other, _, one)] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(
        (to.as_str(), other.as_str()),
        ("asa@example.org", "bo@example.org"),
        "one to a shared address"
    );
    assert!(both.contains("Jubileum & fest") && both.contains("Kom och fira"), "{both}");
    assert!(one.contains("/v/") && !one.contains("Jubileum"), "{one}");
    for header in [
        "List-Unsubscribe: <http",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Id:",
        "Feedback-ID:",
    ] {
        assert!(both.contains(header), "{header} is missing: {both}");
    }
    let from = both.find("/v/").unwrap();
    let link: String = both[from..].chars().take_while(|c| !c.is_whitespace()).collect();
    assert_eq!(app.get(&link).await.status(), 200);

    // One click in the mail program, and neither what waits nor the next month's goes.
    let from = both.find("/u/").unwrap();
    let leave: String = both[from..].chars().take_while(|c| !matches!(c, '>' | '\r')).collect();
    assert_eq!(app.post_form(&leave, &[("List-Unsubscribe", "One-Click")]).await.status(), 200);
    app.clock.advance(TimeDelta::hours(1));
    for _ in 0..500 {
        if mails(&app).await[0].2 == "failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let states: Vec<String> = mails(&app).await.into_iter().map(|(_, _, state, _)| state).collect();
    assert_eq!(states, ["failed", "waiting"], "the relay is away, and Åsa has said no");

    // Whoever is erased leaves no mail behind.
    let keys = app.config.secret_keys.clone();
    app.write(move |conn| {
        use brevduva::privacy::{self, Cause};
        privacy::erase(conn, &keys, bo, Cause::Asked, now).unwrap();
        let left: i64 = digests::table.filter(digests::contact_id.eq(bo)).count().get_result(conn).unwrap();
        assert_eq!(left, 0);
    })
    .await;
    assert_eq!(mails(&app).await.len(), 1);
    app.stop().await;
}
