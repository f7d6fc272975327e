//! The segment editor in a real browser: by keyboard, in three languages, on a desk and on a phone.

use brevduva::staff::Role;
use fantoccini::Locator;
use fantoccini::key::Key;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, patiently};
use crate::support::builders::{degree, employment, person};

impl Browser {
    async fn type_into(&self, name: &str, keys: &str) {
        let css = format!("[id='{name}']");
        patiently(&css, async || self.client.find(Locator::Css(&css)).await?.send_keys(keys).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_editor_is_used_by_keyboard_in_three_languages() {
    let Some(browser) = Browser::start("the segment editor").await else { return };
    let app = TestApp::start().await;
    app.write(|conn| {
        for year in 1990..2000 {
            let region = if year % 2 == 0 { "SE-M" } else { "SE-AB" };
            let address = format!("p{year}@example.org");
            person()
                .named("Eva", &format!("Ek{year}"))
                .email(&address)
                .region(region)
                .with(degree("SJURI", year))
                .working(employment("2611"))
                .save(conn);
        }
    })
    .await;
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;

    browser.open(&app.url("/segments/new")).await;
    browser.fill("#name", "Jurister i Skåne").await;
    // A card is added where it stands, and has the attention.
    browser.press("button[value='add::degree']").await;
    browser.until("return document.activeElement.id === 'rule.0'").await;
    browser.until("return document.getElementById('name').value === 'Jurister i Skåne'").await;

    // Arrow and Enter choose what the register holds.
    let down = char::from(Key::Down);
    browser.type_into("rule.0.degree.programme", "sj").await;
    browser.until("return document.querySelectorAll('[role=option]').length === 1").await;
    browser.axe().await;
    browser.type_into("rule.0.degree.programme", &format!("{down}{}", char::from(Key::Enter))).await;
    browser
        .until("return document.querySelector('.chip')?.textContent.includes('Programmet SJURI (SJURI)')")
        .await;
    browser.wait_for_text("Has a degree: programme Programmet SJURI (SJURI)").await;

    // A group in the group, and what is written and left is looked up.
    browser.press("button[value='group:']").await;
    browser.until("return document.activeElement.id === 'rule.1'").await;
    browser.press("button[value='add:1:lives']").await;
    browser.until("return document.activeElement.id === 'rule.1.0'").await;
    browser.type_into("rule.1.0.lives.region", "Skåne County\t").await;
    browser.wait_for_text("and lives in Skåne County").await;
    browser.until("return document.querySelector('.count-reachable strong').textContent === '5'").await;

    // Moved up, out of its group, by its button, which keeps the attention.
    let up = "button[value='up:1.0']";
    let enter = char::from(Key::Enter).to_string();
    patiently(up, async || browser.client.find(Locator::Css(up)).await?.send_keys(&enter).await).await;
    browser.until("return document.activeElement.value === 'up:1'").await;
    browser.until("return document.getElementById('rule.1').classList.contains('rule-card')").await;

    // A free text takes what is chosen, and what is written.
    browser.press("button[value='add::works']").await;
    browser.until("return document.activeElement.id === 'rule.2'").await;
    browser.type_into("rule.2.works.employer", "reg").await;
    browser.until("return document.querySelectorAll('[role=option]').length === 1").await;
    browser.axe().await;
    browser.type_into("rule.2.works.employer", &format!("{down}{}", char::from(Key::Enter))).await;
    browser.until("return document.getElementById('rule.2.works.employer').value === 'Region Skåne'").await;
    browser.wait_for_text("employer with “Region Skåne” in the name").await;

    // A page of 360 pixels has nothing beside it.
    browser.client.set_window_size(360, 800).await.unwrap();
    browser.until("return document.documentElement.scrollWidth <= window.innerWidth").await;
    browser.client.set_window_size(1280, 1000).await.unwrap();
    browser.press("aside button.btn-primary").await;
    browser.wait_for_text("Created").await;
    let segment = browser.client.current_url().await.unwrap().path().to_owned();

    let everyone = app.url("/segments/new");
    browser.open(&everyone).await;
    browser.fill("#name", "Alla").await;
    browser.press("aside button.btn-primary").await;
    browser.wait_for_text("Created").await;

    let number = segment.rsplit('/').next().unwrap().to_owned();
    for language in ["sv", "nb", "en"] {
        browser.press(&format!("footer button[lang={language}]")).await;
        browser.until(&format!("return document.documentElement.lang === '{language}'")).await;
        for path in [
            segment.clone(),
            "/segments".to_owned(),
            format!("/segments/compare?first={number}&second={}", number.parse::<i64>().unwrap() + 1),
            format!("/segments/new?copy={number}"),
            format!("{segment}/explain"),
        ] {
            browser.open(&app.url(&path)).await;
        }
        browser.fill("main #q", "ek1992").await;
        browser.press("main form button.btn-primary").await;
        browser.until("return document.querySelectorAll('.verdict').length === 2").await;
        browser.axe().await;
        browser.open(&app.url(&segment)).await;
    }
    browser.stop().await;
    app.stop().await;
}
