//! The pages on which people choose, in a real browser: accessible in three languages, narrow, enlarged, without scripts.

use std::time::{Duration, Instant};

use brevduva::db::schema::outbox;
use brevduva::kernel::channel::Channel;
use brevduva::preferences::RefusalScope;
use chrono::TimeDelta;
use diesel::prelude::*;
use fantoccini::Locator;
use serde_json::json;

use crate::support::browser::{Browser, PATIENCE};
use crate::wishes::{Scene, scene};

const LANGUAGES: [&str; 3] = ["sv", "nb", "en"];

/// The pages behind links, the last of them that which confirms an address.
async fn pages(scene: &Scene) -> [String; 4] {
    let expires = (scene.app.clock.now() + TimeDelta::minutes(60)).timestamp();
    let data = scene.app.urls().my_data(scene.contact, expires);
    let data = url::Url::parse(&data).unwrap().path().to_owned();
    let give = format!("{data}/address");
    scene.app.post_form(&give, &[("email", "asa@new.example"), ("primary", "yes")]).await;
    let mail: Vec<u8> =
        scene.app.write(|conn| outbox::table.select(outbox::message).first(conn).unwrap()).await;
    let mail = String::from_utf8(mail).unwrap().replace("=\r\n", "");
    let confirm = mail[mail.find("/address/").unwrap()..].split_whitespace().next().unwrap().to_owned();
    [scene.leave.clone(), scene.choose.clone(), give, confirm]
}

impl Browser {
    async fn fits(&self, page: &str) {
        let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        let wide = self.script(wide).await;
        assert_eq!(wide, json!(false), "{page} scrolls sideways");
    }
}

#[tokio::test]
async fn every_page_of_choices_is_accessible_and_never_scrolls_sideways() {
    let Some(browser) = Browser::start("the pages of choices").await else { return };
    let scene = scene().await;
    // Something is refused, so that every explanation is on the page.
    let no = [
        scene.offer(scene.faculty, Channel::Sms).to_string(),
        "channel:phone".to_owned(),
        "topic:2".to_owned(),
    ];
    let shown: Vec<(&str, &str)> = no.iter().map(|scope| ("shown", scope.as_str())).collect();
    scene.app.post_form(&scene.choose, &shown).await;
    let pages = pages(&scene).await;
    for language in LANGUAGES {
        for page in &pages {
            let page = format!("{page}?lang={language}");
            for (width, zoom) in [(1280, "1"), (320, "1"), (640, "2")] {
                browser.client.set_window_size(width, 900).await.unwrap();
                if width == 1280 {
                    browser.open(&scene.app.url(&page)).await;
                } else {
                    browser.client.goto(&scene.app.url(&page)).await.unwrap();
                }
                let enlarge = "document.documentElement.style.zoom = arguments[0];
                    for (const part of document.querySelectorAll('details')) part.open = true;";
                browser.client.execute(enlarge, vec![json!(zoom)]).await.unwrap();
                browser.fits(&format!("{page} at {width} pixels, {zoom} times as large,")).await;
                if zoom == "1" {
                    browser.axe().await;
                }
            }
        }
        // Leaving, and the way back.
        browser.client.set_window_size(320, 900).await.unwrap();
        browser.client.goto(&scene.app.url(&format!("{}?lang={language}", scene.leave))).await.unwrap();
        for (press, refused) in [("leave", true), ("back", false)] {
            browser.press(&format!("button[name={press}][value=unit]")).await;
            browser.client.wait().for_element(Locator::Css("h1[role=status]")).await.unwrap();
            browser.axe().await;
            browser.fits("the page after leaving").await;
            let left = scene.refused().await.iter().any(|scope| matches!(scope, RefusalScope::Unit(_)));
            assert_eq!(left, refused, "{press} in {language}");
        }
    }
    browser.press("a[href*='/p/']").await;
    browser.stop().await;
    scene.app.stop().await;
}

#[tokio::test]
async fn everything_works_without_scripts() {
    let Some(browser) = Browser::start_without_scripts("leaving and choosing without scripts").await else {
        return;
    };
    let scene = scene().await;
    let client = &browser.client;
    // Nothing has to be scrolled to.
    client.set_window_size(1280, 4000).await.unwrap();
    let press = async |css: &str| browser.press_without_scripts(css).await;
    let until_refused = async |count: usize| {
        let started = Instant::now();
        while scene.refused().await.len() != count {
            assert!(started.elapsed() < PATIENCE, "{:?} instead of {count}", scene.refused().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let pages = pages(&scene).await;
    client
        .goto("data:text/html,<h1>off</h1><script>document.querySelector('h1').textContent='on'</script>")
        .await
        .unwrap();
    let heading = client.find(Locator::Css("h1")).await.unwrap().text().await.unwrap();
    assert_eq!(heading, "off", "scripts run in this browser");

    client.goto(&scene.app.url(&scene.leave)).await.unwrap();
    press("button[value=unit]").await;
    press("button[name=leave][value=offer]").await;
    until_refused(Channel::ALL.len()).await;
    press("button[name=back][value=offer]").await;
    until_refused(0).await;
    press("a[href*='/p/']").await;

    let no = scene.offer(scene.faculty, Channel::Email);
    client.find(Locator::XPath("//summary[contains(., 'faculty')]")).await.unwrap().click().await.unwrap();
    press(&format!("input[value='{no}']")).await;
    press("input[value=digest]").await;
    press("button.btn-primary").await;
    client.wait().for_element(Locator::Css("[role=status]")).await.unwrap();
    assert_eq!(scene.refused().await, [no, RefusalScope::SingleEvents]);

    client.goto(&scene.app.url(&pages[3])).await.unwrap();
    press("button.btn-primary").await;
    client.wait().for_element(Locator::Css("h1[role=status]")).await.unwrap();
    let contact = scene.contact;
    let primary =
        scene.app.write(move |conn| brevduva::contacts::find(conn, contact).unwrap().unwrap().email);
    assert_eq!(primary.await.as_deref(), Some("asa@new.example"));
    browser.stop().await;
    scene.app.stop().await;
}
