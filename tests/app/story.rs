//! The whole story in a real browser: sign in, import, segment, campaign, mails, leaving. axe-core looks at
//! every page.

use std::time::{Duration, Instant};

use brevduva::catcher::smtp::{Options, SmtpServer};
use brevduva::staff::Role;
use brevduva::web::catcher;
use fantoccini::Locator;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, PATIENCE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_file_in_segmented_mail_out_one_click_to_leave() {
    let Some(browser) = Browser::start("the browser story").await else { return };
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let catcher_address = format!("http://{}", socket.local_addr().unwrap());
    let pages = catcher::serve(relay.mailbox().clone(), socket).unwrap();
    let pages_handle = pages.handle();
    tokio::spawn(pages);

    // Sign in with the one-time link.
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;

    // Import the Ladok extract.
    browser.open(&app.url("/imports")).await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ladok_utdata.csv");
    browser
        .client
        .find(Locator::Css("select[name=mapping]"))
        .await
        .unwrap()
        .select_by_value("ladok")
        .await
        .unwrap();
    browser.client.find(Locator::Css("#file")).await.unwrap().send_keys(file).await.unwrap();
    browser.press("form[action='/imports'] button.btn-primary").await;
    browser.wait_for_text("Windows-1252").await;
    browser.press("button[value=try]").await;
    browser.wait_for_text("4,954").await;
    browser.press("form[action='/imports/start'] button.btn-primary").await;
    let rejects = Locator::Css("a[href$='/rejects']");
    browser.client.wait().at_most(PATIENCE).for_element(rejects).await.expect("no file of rejected rows");
    browser.wait_for_text("63").await;

    // A segment, counted while it is written.
    browser.open(&app.url("/segments/new")).await;
    browser.fill("#name", "Class of the nineties").await;
    let counted = Locator::Css("[data-segment-count-result]");
    let before = browser.client.find(counted).await.unwrap().text().await.unwrap();
    browser.press("button[value='add::degree']").await;
    let year = Locator::Css("[name='rule.0.degree.year.from']");
    browser.client.wait().at_most(PATIENCE).for_element(year).await.expect("no card for a degree");
    browser.fill("[name='rule.0.degree.year.from']", "1990").await;
    browser.fill("[name='rule.0.degree.year.to']", "1999\t").await;
    let started = Instant::now();
    loop {
        let now = browser.client.find(counted).await.unwrap().text().await.unwrap_or_default();
        if now != before && now.contains(char::is_numeric) {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "the count does not follow the form: {now}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.wait_for_text("Has a degree: graduation year 1990–1999").await;
    browser.press("button.btn-primary").await;
    browser.wait_for_text("Class of the nineties").await;
    browser.open(&app.url("/segments")).await;

    // A campaign in two languages.
    browser.open(&app.url("/campaigns/new")).await;
    browser.fill("#name", "Reunion").await;
    browser.fill("[name=from_name]", "Alumn").await;
    browser.fill("[name=from_address]", "alumn@example.se").await;
    browser
        .client
        .execute("document.querySelectorAll('details').forEach((one) => { one.open = true })", vec![])
        .await
        .unwrap();
    browser.fill("[name=subject_sv]", "Välkommen, {{given_name}}").await;
    browser.fill("[name=body_sv]", "# Hej {{given_name}}\n\nLäs [mer](https://example.se/x).").await;
    browser.fill("[name=subject_en]", "Welcome, {{given_name}}").await;
    browser.fill("[name=body_en]", "# Hello {{given_name}}\n\nRead [more](https://example.se/y).").await;
    browser.axe().await;
    browser.press("aside button.btn-primary").await;
    browser.wait_for_text("Draft").await;

    // A test, then the launch.
    browser.fill("#to", "colleague@example.org").await;
    browser.press("form[action$='/test'] button").await;
    relay.mailbox().wait_for(1, PATIENCE).await.unwrap();
    assert_eq!(relay.mailbox().messages_to("colleague@example.org").len(), 1);
    browser.press("a[href$='/launch']").await;
    browser.axe().await;
    browser.press("form[action$='/launch'] button.btn-primary").await;
    browser.wait_for_text("Finished").await;

    // The mails, in the catcher's own pages.
    browser.open(&catcher_address).await;
    let mail = relay
        .mailbox()
        .messages()
        .into_iter()
        .rev()
        .find(|mail| mail.recipients[0] != "colleague@example.org")
        .unwrap();
    browser.open(&format!("{catcher_address}/messages/{}", mail.id)).await;
    let parsed = mail_parser::MessageParser::default().parse(&mail.data).unwrap();
    let unsubscribe =
        parsed.header_raw("List-Unsubscribe").unwrap().trim().trim_matches(['<', '>']).to_owned();

    // Leaving: the page asks, the button does it, and the choices get wider.
    browser.open(&format!("{unsubscribe}?lang=en")).await;
    browser.press("button[value=unit]").await;
    browser.axe().await;
    for language in ["sv", "nb", "en"] {
        browser.open(&format!("{unsubscribe}?lang={language}")).await;
    }
    let address = mail.recipients[0].clone();
    let refused = app
        .database
        .read(move |conn| {
            let key =
                brevduva::kernel::email_address::EmailAddress::parse(&address).unwrap().key().to_owned();
            let person =
                brevduva::contacts::by_email_keys(conn, std::slice::from_ref(&key)).unwrap().remove(0);
            brevduva::preferences::refusals(conn, person.id, Some(&key)).unwrap()
        })
        .await;
    assert_eq!(refused.len(), 1, "{refused:?}");

    for path in [
        "/contacts",
        "/contacts/1",
        "/contacts/1/edit",
        "/contacts/1/merge/2",
        "/reviews",
        "/campaigns",
        "/account",
        "/",
    ] {
        browser.open(&app.url(path)).await;
    }
    browser.stop().await;
    pages_handle.stop(false).await;
    app.stop().await;
    relay.stop().await;
}
