//! Signing in: links work once and in time, passwords are throttled.

use brevduva::db::Conn;
use brevduva::kernel::clock::Clock;
use brevduva::kernel::email_address::EmailAddress;
use brevduva::kernel::language::Language;
use brevduva::staff::sign_in::{self, Attempt};
use brevduva::staff::{self, Action, Role};
use chrono::{TimeDelta, TimeZone, Utc};

use crate::support::app::TestApp;
use crate::support::db::TestDatabase;

fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 4, 5, 6, 7).unwrap(), 1)
}

fn eva(conn: &mut Conn, clock: &Clock) -> i64 {
    let email = EmailAddress::parse("Eva@Example.se").unwrap();
    staff::add_account(conn, clock.now().naive_utc(), &email, Language::Swedish, Role::Editor, Some("alumn"))
        .unwrap()
}

#[tokio::test]
async fn a_link_opens_one_session() {
    let (database, clock) = (TestDatabase::new(), clock());
    database
        .write(move |conn| {
            let account = eva(conn, &clock);
            let link = sign_in::create_link(conn, &clock, account).unwrap();
            assert!(sign_in::link_is_open(conn, clock.now(), &link).unwrap());
            let session = sign_in::with_link(conn, &clock, &link).unwrap().unwrap();
            assert!(!sign_in::link_is_open(conn, clock.now(), &link).unwrap());
            assert_eq!(sign_in::with_link(conn, &clock, &link).unwrap(), None, "a link works once");
            let somebody = sign_in::session(conn, clock.now(), &session).unwrap().unwrap();
            assert_eq!(somebody.actor.id, Some(account));
            assert!(staff::may(&somebody, Action::Send, Some(1)));
            assert!(sign_in::session(conn, clock.now(), &link).unwrap().is_none(), "a link is no session");
            sign_in::sign_out(conn, &session).unwrap();
            assert!(sign_in::session(conn, clock.now(), &session).unwrap().is_none());
        })
        .await;
}

#[tokio::test]
async fn links_and_sessions_end() {
    let (database, clock) = (TestDatabase::new(), clock());
    database
        .write(move |conn| {
            let account = eva(conn, &clock);
            let late = sign_in::create_link(conn, &clock, account).unwrap();
            let link = sign_in::create_link(conn, &clock, account).unwrap();
            let session = sign_in::with_link(conn, &clock, &link).unwrap().unwrap();
            clock.advance(TimeDelta::hours(sign_in::SESSION_HOURS) - TimeDelta::seconds(1));
            assert!(sign_in::session(conn, clock.now(), &session).unwrap().is_some());
            clock.advance(TimeDelta::seconds(1));
            assert!(sign_in::session(conn, clock.now(), &session).unwrap().is_none());
            clock.advance(TimeDelta::hours(sign_in::LINK_HOURS));
            assert!(!sign_in::link_is_open(conn, clock.now(), &late).unwrap());
            assert_eq!(sign_in::with_link(conn, &clock, &late).unwrap(), None);
        })
        .await;
}

fn attempt(conn: &mut Conn, clock: &Clock, email: &str, password: &str) -> Attempt {
    let prepared = sign_in::prepare(conn, clock.now(), email).unwrap();
    let verified = prepared.verify(clock, password);
    sign_in::finish(conn, clock, &prepared, verified).unwrap()
}

#[tokio::test]
async fn a_password_signs_in_and_guessing_is_slowed_down() {
    const PASSWORD: &str = "korrekt häst batteri";
    let (database, clock) = (TestDatabase::new(), clock());
    database
        .write(move |conn| {
            let account = eva(conn, &clock);
            assert_eq!(
                attempt(conn, &clock, "eva@example.se", PASSWORD),
                Attempt::Refused,
                "there is no password yet"
            );
            let hash = sign_in::hash_password(&clock, PASSWORD).unwrap();
            let link = sign_in::create_link(conn, &clock, account).unwrap();
            let earlier = sign_in::with_link(conn, &clock, &link).unwrap().unwrap();
            sign_in::set_password_hash(conn, account, &hash).unwrap();
            assert!(
                sign_in::session(conn, clock.now(), &earlier).unwrap().is_none(),
                "a new password ends sessions"
            );

            let Attempt::SignedIn(session) = attempt(conn, &clock, "eva@example.se", PASSWORD) else {
                panic!("the right password was refused")
            };
            assert!(sign_in::session(conn, clock.now(), &session).unwrap().is_some());
            assert_eq!(attempt(conn, &clock, "nobody@example.se", PASSWORD), Attempt::Refused);

            let mut refused = 0;
            let minutes = loop {
                match attempt(conn, &clock, "eva@example.se", "fel lösenord igen") {
                    Attempt::Refused => refused += 1,
                    Attempt::Throttled(minutes) => break minutes,
                    Attempt::SignedIn(_) => panic!("a wrong password signed in"),
                }
                assert!(refused < 50, "guessing is never slowed down");
            };
            assert!(
                matches!(attempt(conn, &clock, "eva@example.se", PASSWORD), Attempt::Throttled(_)),
                "not even the right password helps while throttled"
            );
            clock.advance(TimeDelta::minutes(minutes));
            assert!(matches!(attempt(conn, &clock, "eva@example.se", PASSWORD), Attempt::SignedIn(_)));
        })
        .await;
}

#[test]
fn short_passwords_are_refused() {
    assert!(sign_in::hash_password(&clock(), "elva tecken").is_err());
    assert!(sign_in::hash_password(&clock(), "tolv tecken!").is_ok());
}

#[tokio::test]
async fn signing_in_sets_a_careful_cookie_and_leads_nowhere_else() {
    let app = TestApp::start().await;
    let secret = app.login_secret(Role::Viewer, None).await;
    let path = format!("/login/{secret}");
    let page = app.get(&path).await;
    assert!(page.headers().get("set-cookie").is_none(), "scanners open links too");
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        let secret = app.login_secret(Role::Viewer, None).await;
        let answer = app.post_form(&format!("/login/{secret}"), &[("next", next)]).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.starts_with('/') && !location.contains("evil"), "{next} leads to {location}");
    }
    assert_eq!(app.post_form(&path, &[]).await.status(), 303);
    let again = app.post_form(&path, &[]).await;
    assert!(again.headers().get("set-cookie").is_none(), "a link works once");
    app.stop().await;

    let app = TestApp::build()
        .settings(|config| config.base_url = "https://alumn.example.se".parse().unwrap())
        .start()
        .await;
    let secret = app.login_secret(Role::Viewer, None).await;
    let answer = app.post_form(&format!("/login/{secret}"), &[]).await;
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Secure"));
    assert!(answer.headers().contains_key("strict-transport-security"));
    app.stop().await;
}
