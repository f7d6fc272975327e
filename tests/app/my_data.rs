//! My data: the short-lived link, what is held, correcting, taking it away, restricting, leaving, erasing; the pause.

use brevduva::contacts::{self, FieldSource, NewOrganisation, NewRelation, OrganisationKind, RelationRole};
use brevduva::db::schema::{outbox, requests};
use brevduva::invitations::{self, Network};
use brevduva::kernel::clock::Clock;
use brevduva::kernel::language::Language;
use brevduva::preferences::{self, Channel, Question, Reason, RefusalScope};
use brevduva::staff::Role;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::builders::{degree, employment, person};

const ADDRESS: &str = "asa.oberg@example.org";

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// An app whose clock stands still, and a person.
async fn app() -> (TestApp, i64) {
    let app = TestApp::build().clock(Clock::fixed(moment(), 7)).start().await;
    let contact = app
        .write(|conn| {
            let asa = person()
                .email(ADDRESS)
                .phone("+46701234567")
                .living_at("=Storgatan 1", "Lund")
                .with(degree("SJURI", 1999))
                .working(employment("2611"));
            asa.save(conn)
        })
        .await;
    (app, contact)
}

fn link(app: &TestApp, contact: i64) -> String {
    let expires = (app.clock.now() + TimeDelta::minutes(60)).timestamp();
    path(&app.urls().my_data(contact, expires))
}

fn path(link: &str) -> String {
    url::Url::parse(link).unwrap().path().to_owned()
}

/// Recipient and text of every mail in the outbox, the earliest first.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    let rows: Vec<(String, Vec<u8>)> = app
        .write(|conn| {
            outbox::table.order(outbox::id).select((outbox::rcpt_to, outbox::message)).load(conn).unwrap()
        })
        .await;
    // Quoted-printable: a soft line break is no part of the text.
    rows.into_iter().map(|(to, mail)| (to, String::from_utf8(mail).unwrap().replace("=\r\n", ""))).collect()
}

/// The first address in a mail under this path.
fn link_in(mail: &str, path: &str) -> String {
    let from = mail.find(path).unwrap_or_else(|| panic!("{path} is not in {mail}"));
    let is_token = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    mail[from..from + path.len()]
        .chars()
        .chain(mail[from + path.len()..].chars().take_while(is_token))
        .collect()
}

async fn reason(app: &TestApp, contact: i64) -> Option<Reason> {
    app.write(move |conn| {
        let contact = contacts::find(conn, contact).unwrap().unwrap();
        let facts = preferences::facts(conn, &contact, Channel::Email).unwrap();
        preferences::decide(&facts, &Question::new(Channel::Email))
    })
    .await
}

async fn kinds(app: &TestApp) -> Vec<(Option<i64>, String)> {
    app.write(|conn| {
        requests::table.order(requests::id).select((requests::contact_id, requests::kind)).load(conn).unwrap()
    })
    .await
}

#[tokio::test]
async fn the_link_goes_to_the_address_on_record_and_works_for_an_hour() {
    let (app, contact) = app().await;
    let preferences = path(&app.urls().preferences(contact));
    let page = app.get(&preferences).await.text().await.unwrap();
    assert!(page.contains("a•••@e•••.org") && !page.contains("example.org"), "the page tells no address");

    let answer = app.post_form(&format!("{preferences}/link"), &[]).await;
    assert_eq!(answer.status(), 303);
    let told = app.get(answer.headers()["location"].to_str().unwrap()).await.text().await.unwrap();
    assert!(told.contains("Länken är skickad"), "{told}");
    let sent = mails(&app).await;
    let [(to, mail)] = &sent[..] else { panic!("one mail, not {sent:?}") };
    assert_eq!(to, ADDRESS);
    assert!(
        mail.contains("Auto-Submitted: auto-generated") && mail.contains("Content-Language: sv"),
        "{mail}"
    );

    let link = link_in(mail, "/d/");
    let shown = app.get(&link).await;
    assert_eq!(shown.status(), 200);
    assert_eq!(shown.headers()["referrer-policy"], "no-referrer");
    assert!(shown.text().await.unwrap().contains(ADDRESS));
    assert_eq!(kinds(&app).await, [(Some(contact), "access".to_owned())]);

    app.clock.advance(TimeDelta::minutes(61));
    for old in [
        app.get(&link).await,
        app.get(&format!("{link}/json")).await,
        app.post_form(&link, &[("act", "restrict")]).await,
    ] {
        assert_eq!(old.status(), 410);
        assert!(!old.text().await.unwrap().contains("berg"), "an old link tells nothing");
    }
    assert_eq!(reason(&app, contact).await, None);
    app.stop().await;
}

#[tokio::test]
async fn another_links_token_opens_nothing_here() {
    let (app, contact) = app().await;
    let token = path(&app.urls().preferences(contact)).replace("/p/", "/d/");
    for path in [token.clone(), format!("{token}/csv"), format!("{token}/correct"), format!("{token}/erase")]
    {
        assert_eq!(app.get(&path).await.status(), 404, "{path}");
    }
    assert_eq!(app.post_form(&format!("{token}/erase"), &[("sure", "yes")]).await.status(), 404);
    let link = link(&app, contact).replace("/d/", "/p/");
    assert_eq!(app.get(&link).await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn whoever_asks_learns_nothing_and_nobody_is_flooded() {
    let (app, _) = app().await;
    app.write(|conn| person().named("Bo", "Öberg").email(ADDRESS).speaking(Language::English).save(conn))
        .await;
    let mut answers = Vec::new();
    for address in [ADDRESS, "nobody@example.org", ADDRESS, ADDRESS, ADDRESS, ADDRESS] {
        let started = std::time::Instant::now();
        let answer = app.post_form("/link", &[("email", address)]).await;
        assert!(started.elapsed() >= std::time::Duration::from_millis(400), "{address}");
        answers.push((answer.status(), answer.headers()["location"].clone(), answer.text().await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let sent = mails(&app).await;
    assert_eq!(sent.len(), 3, "three in an hour and no more");
    assert_eq!(sent[0].1.matches("/d/").count(), 2, "a link for each of the two");
    assert_eq!(app.post_form("/link", &[("email", "no address")]).await.status(), 422);
    app.stop().await;
}

#[tokio::test]
async fn everything_held_is_shown_and_taken_away_and_no_cell_is_a_formula() {
    let (app, contact) = app().await;
    let link = link(&app, contact);
    let page = app.get(&link).await.text().await.unwrap();
    for held in ["Åsa", "Öberg", ADDRESS, "+46701234567", "Storgatan 1", "SJURI", "1999", "Region Skåne"] {
        assert!(page.contains(held), "{held} is not on the page");
    }
    let json: serde_json::Value = app.get(&format!("{link}/json")).await.json().await.unwrap();
    assert_eq!(json["degrees"][0]["programme_code"], "SJURI");
    assert_eq!(json["degrees"][0]["source"], "test");
    assert_eq!(json["employments"][0]["employer"], "Region Skåne");
    let csv = app.get(&format!("{link}/csv")).await;
    assert!(csv.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let csv = csv.text().await.unwrap();
    assert!(csv.contains(";'=Storgatan 1;") && csv.contains(";'+46701234567;"), "{csv}");
    app.stop().await;
}

#[tokio::test]
async fn ties_are_shown_without_saying_who_the_other_person_is() {
    let (app, contact) = app().await;
    app.write(move |conn| {
        let now = moment().naive_utc();
        let new = NewOrganisation {
            kind: OrganisationKind::Employer,
            name: "Kulturföreningen".to_owned(),
            number: None,
            place: None,
        };
        let organisation = contacts::insert_organisation(conn, &new, now).unwrap();
        let mentor = person().named("Hemlig", "Mentor").email("mentor@example.org").save(conn);
        let tie = |organisation_id, other_contact_id| NewRelation {
            contact_id: contact,
            organisation_id,
            other_contact_id,
            role: RelationRole::Employee,
            from_date: None,
            to_date: None,
            recorded_at: now,
        };
        contacts::insert_relation(conn, &tie(Some(organisation), None)).unwrap();
        contacts::insert_relation(conn, &tie(None, Some(mentor))).unwrap();
    })
    .await;
    let page = app.get(&link(&app, contact)).await.text().await.unwrap();
    assert!(page.contains("Kulturföreningen") && page.contains("Med en annan person"), "{page}");
    assert!(!page.contains("Hemlig"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn what_a_person_corrects_is_theirs() {
    let (app, contact) = app().await;
    let link = link(&app, contact);
    let wrong = app.post_form(&format!("{link}/correct"), &[("given_name", ""), ("phone", "hej")]).await;
    assert_eq!(wrong.status(), 422);
    let fields =
        [("given_name", "Åse"), ("phone", "070-765 43 21"), ("deceased", "yes"), ("email", "x@example.org")];
    let saved = app.post_form(&format!("{link}/correct"), &fields).await;
    assert_eq!(saved.status(), 303);
    let again = app.post_form(&format!("{link}/correct"), &fields).await;
    assert!(again.headers()["location"].to_str().unwrap().ends_with("done=unchanged"));
    app.write(move |conn| {
        let person = contacts::find(conn, contact).unwrap().unwrap();
        assert_eq!((person.given_name.as_str(), person.phone.as_deref()), ("Åse", Some("+46707654321")));
        assert!(!person.deceased && person.email.as_deref() == Some(ADDRESS), "only their own fields");
        let set: Vec<_> = contacts::provenance(conn, contact).unwrap();
        assert!(set.iter().all(|one| one.source == FieldSource::Person));
        assert_eq!(set.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["given_name", "phone"]);
    })
    .await;
    assert_eq!(kinds(&app).await, [(Some(contact), "correction".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn restricting_holds_at_once_for_the_person_alone_until_they_lift_it() {
    let (app, contact) = app().await;
    let other = app.write(|conn| person().named("Bo", "Öberg").email(ADDRESS).save(conn)).await;
    let link = link(&app, contact);
    for _ in 0..2 {
        assert_eq!(app.post_form(&link, &[("act", "restrict")]).await.status(), 303);
    }
    assert_eq!(reason(&app, contact).await, Some(Reason::Restricted));
    assert_eq!(reason(&app, other).await, None);
    // The list of what a person refuses does not lift it.
    app.post_form(
        &path(&app.urls().preferences(contact)),
        &[("shown", "restricted"), ("wants", "restricted")],
    )
    .await;
    assert_eq!(reason(&app, contact).await, Some(Reason::Restricted));
    assert_eq!(app.post_form(&link, &[("act", "lift")]).await.status(), 303);
    assert_eq!(reason(&app, contact).await, None);
    let asked = [(Some(contact), "restriction".to_owned()), (Some(contact), "lifting".to_owned())];
    assert_eq!(kinds(&app).await, asked);
    assert_eq!(app.post_form(&link, &[("act", "something")]).await.status(), 400);
    app.stop().await;
}

#[tokio::test]
async fn erasing_takes_two_steps_and_leaves_a_request_without_a_person() {
    let (app, contact) = app().await;
    let link = link(&app, contact);
    assert_eq!(app.post_form(&format!("{link}/erase"), &[]).await.status(), 422);
    assert!(app.get(&link).await.text().await.unwrap().contains(ADDRESS), "nothing happened yet");
    for _ in 0..2 {
        let erased = app.post_form(&format!("{link}/erase"), &[("sure", "yes")]).await;
        assert!(erased.status() == 303 || erased.status() == 200);
    }
    let page = app.get(&link).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(!page.contains("berg"), "{page}");
    assert_eq!(kinds(&app).await, [(None, "erasure".to_owned())]);
    let staff = app.sign_in(Role::DataProtectionOfficer).await;
    let listed = staff.get("/requests?show=all").await;
    assert_eq!(listed.status(), 200);
    assert!(listed.text().await.unwrap().contains("Erasure"));
    app.stop().await;
}

#[tokio::test]
async fn a_member_leaves_the_network_and_hears_no_more() {
    let (app, contact) = app().await;
    let link = link(&app, contact);
    assert!(!app.get(&link).await.text().await.unwrap().contains("value=\"leave\""));
    app.write(move |conn| {
        use brevduva::campaign::{self, CampaignFile, NewCampaign};
        let file = CampaignFile::parse(crate::support::builders::campaign().json()).unwrap();
        let layouts = brevduva::content::Layouts::embedded().unwrap();
        let new = NewCampaign::check(conn, file, &layouts, true).unwrap();
        let campaign = campaign::insert(conn, &new, moment().naive_utc()).unwrap();
        invitations::accept(conn, &[contact], campaign, moment().naive_utc()).unwrap();
    })
    .await;
    assert!(app.get(&link).await.text().await.unwrap().contains("value=\"leave\""));
    for _ in 0..2 {
        assert_eq!(app.post_form(&link, &[("act", "leave")]).await.status(), 303);
    }
    assert_eq!(reason(&app, contact).await, Some(Reason::DoNotContact));
    let network = app.write(move |conn| invitations::network(conn, contact).unwrap()).await;
    assert_eq!(network, Network::Left);
    assert_eq!(kinds(&app).await, [(Some(contact), "leaving".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn another_address_is_used_once_its_own_link_is_confirmed_and_the_former_one_is_told() {
    const NEW: &str = "asa@new.example";
    let (app, contact) = app().await;
    let data = link(&app, contact);
    for (primary, expected) in [(false, (Some(ADDRESS), Some(NEW))), (true, (Some(NEW), Some(ADDRESS)))] {
        let wrong = app.post_form(&format!("{data}/address"), &[("email", "no address")]).await;
        assert_eq!(wrong.status(), 422);
        let mut fields = vec![("email", NEW)];
        fields.extend(primary.then_some(("primary", "yes")));
        let asked = app.post_form(&format!("{data}/address"), &fields).await;
        assert!(asked.headers()["location"].to_str().unwrap().ends_with("done=address"));
        let (to, mail) = mails(&app).await.pop().unwrap();
        assert_eq!(to, NEW);
        let confirm = link_in(&mail, "/address/");
        let held = addresses(&app, contact).await;
        let page = app.get(&confirm).await;
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["referrer-policy"], "no-referrer");
        let page = page.text().await.unwrap();
        assert!(
            page.contains("a•••@new.example") && !page.contains("Öberg") && !page.contains(ADDRESS),
            "{page}"
        );
        assert_eq!(addresses(&app, contact).await, held, "looking changes nothing");

        assert_eq!(app.post_form(&confirm, &[]).await.status(), 200);
        let (first, other) = addresses(&app, contact).await;
        assert_eq!((first.as_deref(), other.as_deref()), expected);
        let (to, notice) = mails(&app).await.pop().unwrap();
        assert_eq!(to, ADDRESS);
        assert!(notice.contains("alumn@localhost.invalid") && !notice.contains(NEW), "{notice}");
        assert_eq!(app.post_form(&confirm, &[]).await.status(), 410, "once");

        // The link to one's data goes to the address that was shown to be theirs, as the register has it.
        app.post_form("/link", &[("email", "ASA@new.example")]).await;
        let (to, mail) = mails(&app).await.pop().unwrap();
        assert_eq!(to, NEW);
        assert_eq!(app.get(&link_in(&mail, "/d/")).await.status(), 200);
    }
    let sent = mails(&app).await.len();
    app.post_form("/link", &[("email", ADDRESS)]).await;
    assert_eq!(mails(&app).await.len(), sent, "an address that is no longer in use may be another's by now");
    let corrected = kinds(&app).await.into_iter().filter(|(_, kind)| kind == "correction").count();
    assert_eq!(corrected, 2);
    app.stop().await;
}

/// The primary address and another one.
async fn addresses(app: &TestApp, contact: i64) -> (Option<String>, Option<String>) {
    app.write(move |conn| {
        let others = contacts::other_addresses(conn, &[contact]).unwrap();
        let primary = contacts::find(conn, contact).unwrap().unwrap().email;
        (primary, others.into_iter().next().map(|other| other.address))
    })
    .await
}

#[tokio::test]
async fn the_answer_to_another_address_is_the_same_for_all_and_nobody_is_flooded() {
    use brevduva::privacy::{self, Cause};
    let (app, contact) = app().await;
    let keys = app.config.secret_keys.clone();
    app.write(move |conn| {
        let now = moment().naive_utc();
        person().named("Bo", "Ek").email("bo@example.org").save(conn);
        let erased = person().named("Eva", "Ek").email("eva@example.org").save(conn);
        privacy::erase(conn, &keys, erased, Cause::Asked, now).unwrap();
        for (address, reason) in [
            ("angry@example.org", preferences::SuppressionReason::Complaint),
            ("dead@example.org", preferences::SuppressionReason::Bounce),
        ] {
            preferences::suppress(conn, Channel::Email, address, reason, "", now).unwrap();
        }
    })
    .await;
    let data = link(&app, contact);
    let give = async |address: &'static str| {
        let answer = app.post_form(&format!("{data}/address"), &[("email", address)]).await;
        (answer.status(), answer.headers()["location"].clone())
    };
    let first = give("bo@example.org").await;
    for address in [ADDRESS, "eva@example.org", "angry@example.org", "dead@example.org"] {
        assert_eq!(give(address).await, first, "{address}");
    }
    let to: Vec<String> = mails(&app).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["bo@example.org", "dead@example.org"], "not to the erased, nor to who wants no mail");
    // Five in a day.
    assert_eq!(give("sixth@example.org").await, first);
    assert_eq!(mails(&app).await.len(), 2);

    // What bounced before has now brought a mail.
    let (_, mail) = mails(&app).await.pop().unwrap();
    let confirm = link_in(&mail, "/address/");
    app.post_form(&confirm, &[]).await;
    let lifted =
        app.write(|conn| preferences::suppression(conn, Channel::Email, "dead@example.org").unwrap()).await;
    assert_eq!(lifted, None);

    // Whoever is erased confirms nothing more, and after two days nobody does.
    let (_, mail) = mails(&app).await.remove(0);
    let confirm = link_in(&mail, "/address/");
    let token = path(&app.urls().preferences(contact)).replace("/p/", "/address/");
    assert_eq!(app.get(&token).await.status(), 404);
    let keys = app.config.secret_keys.clone();
    app.write(move |conn| {
        privacy::erase(conn, &keys, contact, Cause::Asked, moment().naive_utc()).unwrap();
    })
    .await;
    assert_eq!(app.get(&confirm).await.status(), 410);
    app.clock.advance(TimeDelta::hours(49));
    assert_eq!(app.post_form(&confirm, &[]).await.status(), 410);
    app.stop().await;
}

#[tokio::test]
async fn a_pause_is_a_no_with_an_end_and_the_language_is_the_persons() {
    let (app, contact) = app().await;
    let link = path(&app.urls().preferences(contact));
    assert_eq!(app.post_form(&link, &[("pause", "2")]).await.status(), 400);
    let saved = app.post_form(&link, &[("pause", "3"), ("language", "nb")]).await;
    assert_eq!(saved.status(), 200);
    assert_eq!(reason(&app, contact).await, Some(Reason::Paused));
    // The address is bound too: number 0 is nobody.
    let bound = app.write(|conn| preferences::refusals(conn, 0, Some(ADDRESS)).unwrap()).await;
    assert_eq!(bound, [RefusalScope::Pause]);
    // What the page shows unchanged changes nothing.
    app.post_form(&link, &[("pause", "keep"), ("language", "nb")]).await;
    let until = app.write(move |conn| preferences::paused_until(conn, contact, None).unwrap()).await.unwrap();
    let days = (until - moment().naive_utc()).num_days();
    assert!((89..=92).contains(&days), "{days}");
    app.write(move |conn| {
        assert_eq!(contacts::find(conn, contact).unwrap().unwrap().language, Language::Norwegian);
        assert_eq!(contacts::provenance(conn, contact).unwrap()[0].source, FieldSource::Person);
        assert_eq!(preferences::end_pauses(conn, until - TimeDelta::seconds(1)).unwrap(), 0);
        assert_eq!(preferences::end_pauses(conn, until).unwrap(), 2);
    })
    .await;
    assert_eq!(reason(&app, contact).await, None);
    app.post_form(&link, &[("pause", "1")]).await;
    app.post_form(&link, &[("pause", "none")]).await;
    assert_eq!(reason(&app, contact).await, None);
    app.stop().await;
}

#[tokio::test]
async fn every_page_is_accessible_in_three_languages() {
    let Some(browser) = Browser::start("the pages about one's own data").await else { return };
    let (app, contact) = app().await;
    let link = link(&app, contact);
    let preferences = path(&app.urls().preferences(contact));
    app.post_form(&link, &[("act", "restrict")]).await;
    for (width, languages) in [(1280, &["sv", "nb", "en"][..]), (320, &["sv"][..])] {
        browser.client.set_window_size(width, 900).await.unwrap();
        for language in languages {
            for page in [&link, &format!("{link}/correct"), &format!("{link}/erase"), &preferences, "/link"] {
                browser.open(&app.url(&format!("{page}?lang={language}"))).await;
                let wide =
                    "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
                let wide = browser.script(wide).await;
                assert_eq!(wide, serde_json::json!(false), "{page} is wider than {width} pixels");
            }
        }
    }
    browser.stop().await;
    app.stop().await;
}
