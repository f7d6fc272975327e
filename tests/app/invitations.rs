//! Inviting new graduates: once, with an answer by signed link; whoever declines is erased and stays so.

use std::collections::BTreeMap;
use std::time::Duration;

use brevduva::campaign;
use brevduva::catcher::smtp::{Fault, Options, Received, Rule, Script, SmtpServer, Step};
use brevduva::contacts;
use brevduva::db::schema::{
    consents, contact_words, deliveries, erased_hashes, import_rejects, import_reviews,
};
use brevduva::delivery;
use brevduva::import;
use brevduva::invitations::{self, Answers, Network};
use brevduva::kernel::clock::Clock;
use brevduva::links::Token;
use brevduva::staff::{Role, Scope};
use chrono::{DateTime, Datelike, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::builders::{campaign as mailing, person};
use crate::support::campaigns::{PATIENCE, finished, invitation, launch, skipped, status, wait_until};
use crate::support::cli;
use crate::support::db::{Engine, TestDatabase};
use crate::support::forms;
use crate::support::register::{ONE, OTHER, form, import as import_file, ladok, ladok_row};

async fn network(app: &TestApp, contact: i64) -> Network {
    app.database.read(move |conn| invitations::network(conn, contact).unwrap()).await
}

async fn answers(app: &TestApp, campaign: i64) -> Answers {
    app.database.read(move |conn| invitations::tally(conn, campaign).unwrap()).await
}

async fn by_email(app: &TestApp, email: &str) -> i64 {
    let key = email.to_owned();
    app.database.read(move |conn| contacts::by_email_keys(conn, &[key]).unwrap()[0].id).await
}

/// The path of the mail's link that ends so.
fn link(mail: &Received, ending: &str) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    let (html, text) = (parsed.body_html(0).unwrap(), parsed.body_text(0).unwrap());
    let address = text
        .split_whitespace()
        .map(|word| word.trim_matches(['<', '>', '(', ')', '[', ']']))
        .find(|word| word.contains("/i/") && word.ends_with(ending))
        .unwrap_or_else(|| panic!("no link to {ending} in {text}"));
    assert!(html.contains(address), "the HTML lacks {address}");
    url::Url::parse(address).unwrap().path().to_owned()
}

fn answer_to(link: &str) -> String {
    link.rsplit_once('/').unwrap().0.to_owned()
}

/// An extract of this year's graduates.
fn graduates() -> String {
    let year = Clock::system().now().year();
    let row = |number: &str, given: &str, family: &str, email: &str| {
        ladok_row(number, given, family, email, "").replace(";2000;2004;", &format!(";{};{year};", year - 5))
    };
    ladok(&[row(ONE, "Eva", "Ek", "eva@example.org"), row(OTHER, "Nils Erik", "Nej", "nils@example.org")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_extract_to_a_member_and_to_somebody_who_never_comes_back() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    assert_eq!(import_file(&app, "ladok", &graduates()).await.created, 2);
    // A row that waits for staff tells of the second of them too.
    let beside = ",Nej,nils@example.org,sv,,,,,,,";
    assert_eq!(import_file(&app, "form", &form(&[beside])).await.rejected, 1);
    let beside = "Annat,Namn,nils@example.org,sv,,,,,,,";
    assert_eq!(import_file(&app, "form", &form(&[beside])).await.to_review, 1);
    let (yes, no) = (by_email(&app, "eva@example.org").await, by_email(&app, "nils@example.org").await);

    // Staff begin with the ready invitation, and send it as it is.
    let staff = app.sign_in(Role::Editor).await;
    let page = staff.get("/campaigns/new").await.text().await.unwrap();
    assert!(page.contains("/campaigns/new?start=invitation"), "{page}");
    let page = staff.get("/campaigns/new?start=invitation").await.text().await.unwrap();
    let mut fields = forms::fields(&page);
    fields.iter_mut().find(|(name, _)| name == "from_address").unwrap().1 = "alumn@example.se".to_owned();
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = staff.post_form("/campaigns", &sent).await;
    assert_eq!(saved.status(), 303, "{}", saved.text().await.unwrap());
    let place = saved.headers()["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    let campaign: i64 = place.rsplit('/').next().unwrap().parse().unwrap();
    // Saved again from its own page, it is still one.
    let page = staff.get(&format!("{place}/edit")).await.text().await.unwrap();
    let fields = forms::fields(&page);
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(staff.post_form(&format!("{place}/edit"), &sent).await.status(), 303);
    assert_eq!(staff.post_form(&format!("{place}/launch"), &[]).await.status(), 303);
    assert_eq!(finished(&app.database, campaign).await.counts.sent, 2);

    let mail = |address: &str| relay.mailbox().messages_to(address).remove(0);
    let (eva, nils) = (mail("eva@example.org"), mail("nils@example.org"));
    let (accept, decline) = (link(&eva, "/accept"), link(&nils, "/decline"));

    // Scanners follow links: looking changes nothing.
    for link in
        [link(&eva, "/decline"), link(&nils, "/accept"), accept.clone(), decline.clone(), answer_to(&accept)]
    {
        let page = app.get(&link).await;
        assert_eq!(page.status(), 200);
        let page = page.text().await.unwrap();
        assert!(page.contains("value=\"accept\"") && page.contains("value=\"decline\""));
        assert!(!page.contains("eva@example") && !page.contains("nils@example"), "the address is masked");
        assert_eq!(app.client.head(app.url(&link)).send().await.unwrap().status(), 200);
    }
    let unanswered = Answers { invited: 2, unanswered: 2, ..Answers::default() };
    assert_eq!(answers(&app, campaign).await, unanswered);

    // Yes: a member, with the text that the page showed.
    let shown = app.get(&format!("{accept}?lang=en")).await.text().await.unwrap();
    let done = app.post_form(&format!("{}?lang=en", answer_to(&accept)), &[("answer", "accept")]).await;
    let done = done.text().await.unwrap();
    assert!(done.contains("Welcome to the network") && done.contains("/p/"), "{done}");
    assert_eq!(network(&app, yes).await, Network::Member);
    let (text, language, source): (String, String, String) = app
        .database
        .read(move |conn| {
            consents::table
                .filter(consents::contact_id.eq(yes))
                .filter(consents::given.eq(true))
                .select((consents::consent_text, consents::language, consents::source))
                .first(conn)
                .unwrap()
        })
        .await;
    assert!(shown.contains(&text), "{text}");
    assert_eq!((language.as_str(), source.as_str()), ("en", "invitation"));
    // The first answer counts.
    app.post_form(&answer_to(&accept), &[("answer", "decline")]).await;
    assert_eq!(network(&app, yes).await, Network::Member);

    // No: what it means is told before, and nothing but a number and hashes is left.
    let asked = app.get(&format!("{decline}?lang=en")).await.text().await.unwrap();
    assert!(asked.contains("we delete your details"));
    assert!(
        asked.find("value=\"decline\"") < asked.find("value=\"accept\""),
        "the link's answer comes first"
    );
    let done = app.post_form(&format!("{}?lang=en", answer_to(&decline)), &[("answer", "decline")]).await;
    assert!(done.text().await.unwrap().contains("Your details are deleted"));
    app.database
        .read(move |conn| {
            let left = contacts::find(conn, no).unwrap().unwrap();
            assert!(left.erased_at.is_some() && left.full_name().is_empty());
            assert!(left.email.is_none() && left.street.is_none() && left.birth_date.is_none());
            assert!(contacts::degrees(conn, &[no]).unwrap().is_empty());
            assert!(contacts::kinds(conn, &[no]).unwrap().is_empty());
            assert!(contacts::identifiers(conn, &[no]).unwrap().is_empty());
            let count = |found: QueryResult<i64>| found.unwrap();
            let words = contact_words::table.filter(contact_words::contact_id.eq(no));
            assert_eq!(count(words.count().get_result(conn)), 0);
            let sent = deliveries::table.filter(deliveries::contact_id.eq(no));
            assert_eq!(count(sent.count().get_result(conn)), 0);
            let sent = deliveries::table.filter(deliveries::email.eq("nils@example.org"));
            assert_eq!(count(sent.count().get_result(conn)), 0);
            assert_eq!(count(import_reviews::table.count().get_result(conn)), 0);
            assert_eq!(count(erased_hashes::table.count().get_result(conn)), 2);
            assert!(import::pending_reviews(conn, 0, 10).unwrap().is_empty());
        })
        .await;
    let counted = Answers { invited: 2, accepted: 1, declined: 1, unanswered: 0 };
    assert_eq!(answers(&app, campaign).await, counted);
    assert_eq!(status(&app.database, campaign).await.counts.sent, 2, "numbers survive");
    let report = staff.get(&place).await.text().await.unwrap();
    assert!(report.contains("Declined, deleted"), "{report}");

    // The genuine link of somebody who is gone is calm, and so is leaving.
    let gone = app.get(&format!("{decline}?lang=en")).await;
    assert_eq!(gone.status(), 200);
    assert!(gone.text().await.unwrap().contains("no longer holds"));
    assert_eq!(app.post_form(&answer_to(&decline), &[("answer", "accept")]).await.status(), 200);
    assert_eq!(network(&app, no).await, Network::NotInvited);

    // The next extract brings nobody back, and its row leaves nothing of them.
    let again = import_file(&app, "ladok", &graduates()).await;
    assert_eq!((again.read, again.unchanged, again.rejected), (2, 1, 1), "{again:?}");
    let again = import_file(&app, "form", &form(&["Nils,Nej,nils@example.org,sv,,,,,,,"])).await;
    assert_eq!((again.read, again.rejected), (1, 1), "{again:?}");
    app.database
        .read(|conn| {
            assert!(contacts::by_email_keys(conn, &["nils@example.org".to_owned()]).unwrap().is_empty());
            let rejects: Vec<(String, String)> = import_rejects::table
                .order(import_rejects::id.desc())
                .limit(2)
                .select((import_rejects::reason, import_rejects::cells))
                .load(conn)
                .unwrap();
            for (reason, cells) in rejects {
                assert_eq!((reason.as_str(), cells.as_str()), ("\"erased\"", "[]"));
            }
        })
        .await;
    let token = app.token(&[Scope::Import]).await;
    let body = json!({ "given_name": "Nils", "family_name": "Nej", "email": "Nils@example.org",
                       "language": "sv", "kinds": ["alumn"] });
    let refused =
        app.client.post(app.url("/api/v1/contacts")).bearer_auth(token).json(&body).send().await.unwrap();
    assert_eq!(refused.status(), 409);

    // A second invitation reaches nobody, as the count says before.
    let token = app.token(&[Scope::Read]).await;
    let asked =
        json!({ "rule": { "person": { "network": { "in": ["member", "invited"] } } }, "kind": "invitation" });
    let request = app.client.post(app.url("/api/v1/segments/count")).bearer_auth(token).json(&asked);
    let count: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(count["left_out"], json!({ "already_invited": 1 }), "{count}");
    let second = launch(&app.database, &app.clock, invitation()).await;
    let end = finished(&app.database, second).await;
    assert_eq!(skipped(&end), BTreeMap::from([("already_invited", 1), ("erased", 1)]));
    // A mailing reaches the member.
    let mailing = launch(&app.database, &app.clock, mailing().json()).await;
    assert_eq!(finished(&app.database, mailing).await.counts.sent, 1);
    app.stop().await;
    relay.stop().await;
}

#[tokio::test]
async fn a_link_of_another_purpose_opens_no_invitation() {
    let app = TestApp::start().await;
    let (contact, campaign) = (app.write(|conn| person().email("a@example.org").save(conn)).await, 1);
    let signer = app.urls().signer().clone();
    let tokens = [
        signer.sign(Token::Preferences { contact }),
        signer.sign(Token::WebVersion { campaign, contact }),
        signer.sign(Token::Invitation { contact, campaign: 99 }),
        "x".repeat(40),
    ];
    for token in tokens {
        for path in [format!("/i/{token}"), format!("/i/{token}/accept")] {
            assert_eq!(app.get(&path).await.status(), 404, "{path}");
        }
        assert_eq!(app.post_form(&format!("/i/{token}"), &[("answer", "decline")]).await.status(), 404);
    }
    let invitation = signer.sign(Token::Invitation { contact, campaign });
    for page in ["u", "p", "v"] {
        assert_eq!(app.get(&format!("/{page}/{invitation}")).await.status(), 404, "{page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn both_answers_belong_to_invitations_in_every_language_and_to_nothing_else() {
    let app = TestApp::start().await;
    let token = app.token(&[Scope::Compose]).await;
    let create = async |file: &Value| {
        let request = app.client.post(app.url("/api/v1/campaigns")).bearer_auth(&token).json(file);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, text) = create(&invitation()).await;
    assert_eq!(status, 201, "{text}");
    assert!(text.contains("\"kind\":\"invitation\""), "{text}");

    let mut without = invitation();
    let english = without["content"]["en"]["markdown"]
        .as_str()
        .unwrap()
        .replace("{{decline_url}}", "https://a.example");
    without["content"]["en"]["markdown"] = json!(english);
    let (status, text) = create(&without).await;
    assert_eq!(status, 422, "{text}");
    assert!(text.contains("$.content.en") && text.contains("needs a link to {{decline_url}}"), "{text}");

    let mut mail = invitation();
    mail["kind"] = json!("mailing");
    let (status, text) = create(&mail).await;
    assert_eq!(status, 422, "{text}");
    assert!(text.contains("{{accept_url}} stands in invitations alone"), "{text}");
    let (status, text) = create(&mailing().json()).await;
    assert!(status == 201 && text.contains("\"kind\":\"mailing\""), "{text}");
    app.stop().await;
}

/// An app whose relay does something once to whoever has this address.
async fn with_fault(step: Step, fault: Fault) -> (SmtpServer, TestApp, Clock) {
    let rule = Rule::at(step).times(1).then(fault);
    let options = Options { script: Script::default().rule(rule), ..Options::default() };
    let relay = SmtpServer::start(options).await.unwrap();
    let clock = Clock::fixed(DateTime::from_timestamp(1_795_000_000, 0).unwrap(), 7);
    let app = TestApp::build().relay(&relay.url()).clock(clock.clone()).start().await;
    (relay, app, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_is_no_second_invitation_and_a_refusal_is_none_at_all() {
    for (fault, step, sent, repeated) in [
        (Fault::reply(450, "4.2.0 greylisted"), Step::Rcpt, 1, 0),
        (Fault::drop_before_reply(), Step::FinalDot, 1, 1),
        (Fault::reply(550, "5.1.1 no such user"), Step::Rcpt, 0, 0),
    ] {
        let (relay, app, clock) = with_fault(step, fault).await;
        let contact = app.write(|conn| person().email("a@example.org").save(conn)).await;
        let id = launch(&app.database, &clock, invitation()).await;
        let ticking = clock.clone();
        let end = wait_until(&app.database, id, move |status| {
            if status.counts.deferred > 0 {
                ticking.advance(TimeDelta::minutes(2));
            }
            status.state == campaign::CampaignState::Finished
        })
        .await;
        assert_eq!((end.counts.sent, end.repeated), (sent, repeated), "{end:?}");
        let invited = if sent == 1 { Network::Invited } else { Network::NotInvited };
        assert_eq!(network(&app, contact).await, invited);
        // Whoever was not reached may be invited when the address is right.
        let again = launch(&app.database, &clock, invitation()).await;
        let end = finished(&app.database, again).await;
        assert_eq!(end.counts.sent, 1 - sent, "{end:?}");
        assert_eq!(network(&app, contact).await, Network::Invited);
        app.stop().await;
        relay.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cancelled_campaign_tried_in_vain_is_no_invitation() {
    let (relay, app, clock) = with_fault(Step::Rcpt, Fault::reply(450, "4.2.0 later")).await;
    let contact = app.write(|conn| person().email("a@example.org").save(conn)).await;
    let id = launch(&app.database, &clock, invitation()).await;
    wait_until(&app.database, id, |status| status.counts.deferred == 1).await;
    assert_eq!(network(&app, contact).await, Network::Invited);
    let now = clock.now().naive_utc();
    app.write(move |conn| {
        campaign::cancel(conn, id, now).unwrap();
        delivery::cancel_rest(conn, id, now).unwrap();
    })
    .await;
    assert_eq!(network(&app, contact).await, Network::NotInvited);
    app.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_campaigns_at_once_one_invites_each_person() {
    const PEOPLE: i64 = 60;
    // The relay takes its time, so that both campaigns are on their way together.
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(20)));
    let relay = SmtpServer::start(Options { script, ..Options::default() }).await.unwrap();
    let database = TestDatabase::new();
    let clock = Clock::system();
    database
        .write(|conn| {
            for number in 0..PEOPLE {
                person().email(&format!("p{number}@example.org")).save(conn);
            }
        })
        .await;
    let one = launch(&database, &clock, invitation()).await;
    let other = launch(&database, &clock, invitation()).await;
    // Two processes: PostgreSQL lets both send.
    let worker = || {
        cli::command(&database, &["worker"])
            .env("BREVDUVA_SMTP_URL", relay.url())
            .env("BREVDUVA_SMTP_CONNECTIONS", "4")
            .spawn()
            .unwrap()
    };
    let mut workers = [worker(), worker()];
    // Where the other takes over at once, one of them is killed in the middle.
    let killed = Engine::of_run() == Engine::Sqlite;
    if killed {
        relay.mailbox().wait_for(15, PATIENCE).await.unwrap();
        workers[0].kill().unwrap();
    }
    let ends = [finished(&database, one).await, finished(&database, other).await];
    for worker in &mut workers {
        let _ = worker.kill();
        worker.wait().unwrap();
    }
    let sent: i64 = ends.iter().map(|end| end.counts.sent).sum();
    let left_out: i64 =
        ends.iter().map(|end| skipped(end).get("already_invited").copied().unwrap_or(0)).sum();
    assert_eq!((sent, left_out), (PEOPLE, PEOPLE), "{ends:?}");
    let mut invited: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in relay.mailbox().messages() {
        let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
        let id = parsed.message_id().unwrap().to_owned();
        invited.entry(mail.recipients[0].clone()).or_default().push(id);
    }
    assert_eq!(invited.len() as i64, PEOPLE, "somebody is lost");
    assert!(invited.values().all(|ids| ids.iter().all(|id| *id == ids[0])), "somebody was invited twice");
    let repeated: i64 = ends.iter().map(|end| end.repeated).sum();
    let twice = invited.values().filter(|ids| ids.len() > 1).count() as i64;
    assert!(twice <= repeated && repeated <= if killed { 4 } else { 0 }, "{ends:?}");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_holds_for_both_of_two_people_who_are_one() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let from = app.write(|conn| person().email("old@example.org").save(conn)).await;
    let id = launch(&app.database, &app.clock, invitation()).await;
    finished(&app.database, id).await;
    let now = app.clock.now().naive_utc();
    let into = app
        .write(move |conn| {
            let into = person().email("new@example.org").save(conn);
            import::join(conn, from, into, now).unwrap();
            into
        })
        .await;
    assert_eq!(network(&app, into).await, Network::Invited);
    let second = launch(&app.database, &app.clock, invitation()).await;
    let end = finished(&app.database, second).await;
    assert_eq!(skipped(&end), BTreeMap::from([("already_invited", 1)]));
    let accept = link(&relay.mailbox().messages()[0], "/accept");
    app.post_form(&answer_to(&accept), &[("answer", "accept")]).await;
    assert_eq!(network(&app, into).await, Network::Member);
    let counted = Answers { invited: 1, accepted: 1, ..Answers::default() };
    assert_eq!(answers(&app, id).await, counted, "a person is counted once");
    // Apart again, whoever was asked has their own answer, and the other none.
    app.write(move |conn| {
        let merge = contacts::merges_into(conn, into).unwrap().remove(0);
        import::part(conn, merge.id, now).unwrap();
    })
    .await;
    assert_eq!(network(&app, from).await, Network::Member);
    assert_eq!(network(&app, into).await, Network::NotInvited);
    app.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_an_invitation_in_a_browser() {
    let Some(browser) = Browser::start("the pages of an invitation").await else { return };
    let app = TestApp::start().await;
    let (yes, no) = app
        .write(|conn| {
            (person().email("yes@example.org").save(conn), person().email("no@example.org").save(conn))
        })
        .await;
    let id = launch(&app.database, &app.clock, invitation()).await;
    browser.client.set_window_size(320, 800).await.unwrap();
    let narrow = "return document.documentElement.scrollWidth <= window.innerWidth";
    for language in ["sv", "nb", "en"] {
        for answer in ["", "/accept", "/decline"] {
            browser.open(&format!("{}{answer}?lang={language}", app.urls().invitation(yes, id))).await;
            assert_eq!(browser.script(narrow).await, true);
        }
    }
    browser.press("button[value=accept]").await;
    browser.wait_for_text("Welcome to the network").await;
    browser.open(&format!("{}/decline?lang=en", app.urls().invitation(no, id))).await;
    browser.press("button[value=decline]").await;
    browser.wait_for_text("Your details are deleted").await;
    browser.open(&format!("{}?lang=en", app.urls().invitation(no, id))).await;

    browser.client.set_window_size(1280, 1000).await.unwrap();
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;
    for path in [
        "/campaigns/new".to_owned(),
        "/campaigns/new?start=invitation".to_owned(),
        format!("/campaigns/{id}"),
        format!("/contacts/{yes}"),
        format!("/contacts/{yes}/erase"),
    ] {
        browser.open(&app.url(&path)).await;
    }
    browser.stop().await;
    app.stop().await;
}
