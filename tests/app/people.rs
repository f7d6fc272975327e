//! What staff do with one person: correct what the register knows, join two entries that are one person, and take
//! that back.

use brevduva::app::Parts;
use brevduva::contacts::{self, Contact, ContactKind};
use brevduva::kernel::language::Language;
use brevduva::preferences::{self, Channel, ConsentRecord, PreferenceSource, RefusalScope, Voice};
use brevduva::staff::{Role, Scope};
use serde_json::{Value, json};

use super::support::app::TestApp;
use super::support::builders;
use super::support::register::{ONE, OTHER, form, import, ladok, ladok_row};

async fn office() -> TestApp {
    TestApp::build().parts(Parts::Web).start().await
}

async fn find(app: &TestApp, id: i64) -> Contact {
    app.database.read(move |conn| contacts::find(conn, id).unwrap().unwrap()).await
}

/// Everything of the two people that a merge may touch, without row ids and times of change.
async fn both(app: &TestApp, ids: [i64; 2]) -> Vec<String> {
    app.database
        .read(move |conn| {
            let mut texts = Vec::new();
            for id in ids {
                let person = contacts::by_ids(conn, &[id]).unwrap().remove(0);
                let facts = preferences::facts(conn, &person, Channel::Email).unwrap();
                let mut person = person;
                person.updated_at = builders::some_time();
                let mut degrees: Vec<_> =
                    contacts::degrees(conn, &[id]).unwrap().into_iter().map(|(_, row)| row).collect();
                degrees.sort_by_key(|degree| format!("{degree:?}"));
                let work: Vec<_> =
                    contacts::employments(conn, &[id]).unwrap().into_iter().map(|(_, row)| row).collect();
                let mut kinds = contacts::kinds(conn, &[id]).unwrap();
                kinds.sort();
                let mut numbers: Vec<_> =
                    contacts::identifiers(conn, &[id]).unwrap().into_iter().map(|one| one.value).collect();
                numbers.sort();
                texts.push(format!(
                    "{person:?} {degrees:?} {work:?} {kinds:?} {numbers:?} {:?} {:?}",
                    facts.consents,
                    contacts::provenance(conn, id).unwrap()
                ));
            }
            texts
        })
        .await
}

async fn refused(app: &TestApp, id: i64) -> Vec<RefusalScope> {
    app.database.read(move |conn| preferences::refusals(conn, id, None).unwrap()).await
}

/// Two entries of one person: of the register, and of the form, with a no and a consent.
async fn two_entries(app: &TestApp) -> (i64, i64) {
    import(app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "", "")])).await;
    import(app, "form", &form(&["Eva,Ek-Al,eva@example.se,nb,Volvo,Chef,,,events,2026-01-01,Ja"])).await;
    let people = app.database.read(|conn| contacts::page(conn, 0, 10).unwrap()).await;
    let (one, other) = (people[0].id, people[1].id);
    app.write(move |conn| {
        let voice = Voice {
            contact: Some(other),
            address_key: None,
            source: PreferenceSource::Staff,
            campaign: None,
            at: builders::some_time(),
        };
        preferences::refuse(conn, &voice, RefusalScope::Channel(Channel::Letter)).unwrap();
        contacts::add_kinds(conn, &[(other, ContactKind::Partner)]).unwrap();
        // The same studies stand in both entries.
        let (_, mut degree) = contacts::degrees(conn, &[one]).unwrap().remove(0);
        degree.contact_id = other;
        contacts::insert_degrees(conn, &[degree]).unwrap();
    })
    .await;
    (one, other)
}

#[tokio::test]
async fn everything_that_differs_stands_side_by_side() {
    let app = office().await;
    let (one, other) = app
        .write(|conn| {
            let eva = |place: &str| {
                builders::person().named("Eva", "Ek").living_at("Storgatan 1", place).phone("+46701112233")
            };
            let one = eva("Kalmar").email("eva@example.org").working(builders::employment("2611")).save(conn);
            let other = eva("Lund").email("EVA@example.org").with(builders::degree("SJURI", 2001)).save(conn);
            let contact = contacts::find(conn, other).unwrap().unwrap();
            let address = brevduva::kernel::email_address::EmailAddress::parse("more@example.org").unwrap();
            let (source, now) = (contacts::AddressSource::Staff, builders::some_time());
            contacts::add_address(conn, &contact, &address, source, now).unwrap();
            contacts::add_kinds(conn, &[(other, ContactKind::Partner)]).unwrap();
            let event = |contact_id: i64, name: &str| contacts::Participation {
                contact_id,
                kind: contacts::ParticipationKind::Event,
                event_code: name.to_lowercase(),
                event_name: name.to_owned(),
                attended_on: Some("2025-10-04".parse().unwrap()),
                source: "test".to_owned(),
                recorded_at: None,
            };
            contacts::insert_participations(conn, &[event(one, "Jubileum"), event(other, "Middag")]).unwrap();
            let new = contacts::NewOrganisation {
                kind: contacts::OrganisationKind::Employer,
                name: "Region Skåne".to_owned(),
                number: None,
                place: None,
            };
            let organisation = contacts::insert_organisation(conn, &new, now).unwrap();
            let relation = contacts::NewRelation {
                contact_id: one,
                organisation_id: Some(organisation),
                other_contact_id: None,
                role: contacts::RelationRole::Donor,
                from_date: None,
                to_date: None,
                recorded_at: now,
            };
            contacts::insert_relation(conn, &relation).unwrap();
            (one, other)
        })
        .await;
    let who = app.sign_in(Role::Editor).await;
    let page = who.get(&format!("/contacts/{one}/merge/{other}")).await.text().await.unwrap();
    // The row of a label, and whether it is marked.
    let row = |label: &str| {
        let start = page.find(&format!("row\">{label}")).unwrap_or_else(|| panic!("{label}: {page}"));
        let start = page[..start].rfind("<tr").unwrap();
        page[start..].split("</tr>").next().unwrap().to_owned()
    };
    for (label, texts, differs) in [
        ("E-mail addresses", vec!["eva@example.org", "EVA@example.org; more@example.org"], true),
        ("Phone", vec!["+46701112233"], false),
        ("Place", vec!["Storgatan 1, Kalmar", "Storgatan 1, Lund"], true),
        ("Kinds", vec!["Alumn; Partner or donor"], true),
        (
            "Degrees and programmes",
            vec!["Programmet SJURI (SJURI), 2001", "Master", "Start year: 1996"],
            false,
        ),
        ("Work", vec!["Region Skåne, Profession code"], false),
        ("Events and projects", vec!["Jubileum (2025-10-04)", "Middag (2025-10-04)"], true),
        ("Relations", vec!["Donor: Region Skåne"], false),
    ] {
        let row = row(label);
        assert!(texts.iter().any(|text| row.contains(text)), "{label}: {row}");
        assert_eq!(row.contains("class=\"differs\""), differs, "{label}: {row}");
    }
    app.stop().await;
}

#[tokio::test]
async fn two_entries_become_one_and_two_again() {
    let app = office().await;
    let (one, other) = two_entries(&app).await;
    let before = both(&app, [one, other]).await;
    let who = app.sign_in(Role::Editor).await;

    let page = who.get(&format!("/contacts/{one}/merge")).await.text().await.unwrap();
    assert!(!page.contains("Ek-Al"), "another name and no address: {page}");
    let answer = who.post_form(&format!("/contacts/{one}/merge"), &[("q", "eva ek")]).await;
    let page = answer.text().await.unwrap();
    assert!(page.contains(&format!("/contacts/{one}/merge/{other}")), "{page}");
    let path = format!("/contacts/{one}/merge/{other}");
    let page = who.get(&path).await.text().await.unwrap();
    assert!(page.contains("Ek-Al") && page.contains("eva@example.se") && page.contains("Juristprogrammet"));
    assert!(page.contains("Credits: 270") && page.contains("Chef, Volvo"), "{page}");

    let answer = who.post_form(&path, &[]).await;
    assert_eq!(answer.headers()["location"], format!("/contacts/{one}?done=merged").as_str());
    let merged = find(&app, other).await;
    assert_eq!(merged.id, one, "the old number leads to the one who stays");
    assert_eq!((merged.family_name.as_str(), merged.email.as_deref()), ("Ek", Some("eva@example.se")));
    assert_eq!(merged.language, Language::Swedish, "what was there stands");
    let (degrees, work, consents) = app
        .database
        .read(move |conn| {
            let facts = preferences::facts(conn, &merged, Channel::Email).unwrap();
            let degrees = contacts::degrees(conn, &[one]).unwrap().len();
            (degrees, contacts::employments(conn, &[one]).unwrap().len(), facts.consents.len())
        })
        .await;
    assert_eq!((degrees, work, consents), (1, 1, 1), "the same studies are one");
    let no = vec![RefusalScope::Channel(Channel::Letter)];
    assert_eq!((refused(&app, one).await, refused(&app, other).await), (no.clone(), no.clone()));

    // An import of either file finds the one.
    let again = import(&app, "form", &form(&["Eva,Ek,eva@example.se,sv,Volvo,Chef,,,,,"])).await;
    assert_eq!((again.created, again.to_review), (0, 0), "{again:?}");

    let page = who.get(&format!("/contacts/{one}")).await.text().await.unwrap();
    let undo = page.split(&format!("/contacts/{one}/unmerge/")).nth(1).unwrap().split('"').next().unwrap();
    let undo = format!("/contacts/{one}/unmerge/{undo}");
    assert!(who.get(&undo).await.text().await.unwrap().contains("Ek-Al"));
    let answer = who.post_form(&undo, &[]).await;
    assert_eq!(answer.headers()["location"], format!("/contacts/{other}?done=unmerged").as_str());
    assert_eq!(both(&app, [one, other]).await, before, "as they were");
    assert_eq!((refused(&app, one).await, refused(&app, other).await), (no.clone(), no));
    assert_eq!(who.post_form(&undo, &[]).await.status(), 404, "undone once");
    let deeds: Vec<String> = app
        .database
        .read(|conn| brevduva::audit::latest(conn, 9).unwrap().into_iter().map(|deed| deed.action).collect())
        .await;
    assert!(
        deeds.iter().any(|deed| deed == "contact.merge")
            && deeds.iter().any(|deed| deed == "contact.unmerge")
    );
    app.stop().await;
}

#[tokio::test]
async fn what_changed_after_a_merge_stays_with_the_one_who_stayed() {
    let app = office().await;
    let (one, other) = two_entries(&app).await;
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{one}/merge/{other}"), &[]).await;
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "new@example.se", "+46701234567")])).await;
    let page = who.get(&format!("/contacts/{one}")).await.text().await.unwrap();
    let merge = page.split("/unmerge/").nth(1).unwrap().split('"').next().unwrap();
    who.post_form(&format!("/contacts/{one}/unmerge/{merge}"), &[]).await;
    let (one, other) = (find(&app, one).await, find(&app, other).await);
    assert_eq!(one.email.as_deref(), Some("new@example.se"));
    assert_eq!(one.phone.as_deref(), Some("+46701234567"));
    assert_eq!(other.email.as_deref(), Some("eva@example.se"));
    app.stop().await;
}

#[tokio::test]
async fn a_merge_by_an_import_can_be_undone_too() {
    let app = office().await;
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "", "")])).await;
    import(&app, "form", &form(&["Eva,Ek,e@example.se,nb,Volvo,,,,events,2026-01-01,Ja"])).await;
    let people = app.database.read(|conn| contacts::page(conn, 0, 10).unwrap()).await;
    let ids = [people[0].id, people[1].id];
    let before = both(&app, ids).await;
    let summary = import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "e@example.se", "")])).await;
    assert_eq!(summary.merged, 1, "{summary:?}");
    let who = app.sign_in(Role::Admin).await;
    let page = who.get(&format!("/contacts/{}", ids[0])).await.text().await.unwrap();
    let merge = page.split("/unmerge/").nth(1).unwrap().split('"').next().unwrap();
    let answer = who.post_form(&format!("/contacts/{}/unmerge/{merge}", ids[0]), &[]).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(both(&app, ids).await, before);
    app.stop().await;
}

#[tokio::test]
async fn a_no_after_a_merge_holds_for_mails_under_the_old_number() {
    let app = office().await;
    let (one, other) = two_entries(&app).await;
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{one}/merge/{other}"), &[]).await;
    let answer = who
        .post_form(
            &format!("/contacts/{one}/wishes"),
            &[("wish", "no:everything"), ("arrived_on", "2026-01-02"), ("way", "phone")],
        )
        .await;
    assert_eq!(answer.status(), 303);
    assert!(refused(&app, other).await.contains(&RefusalScope::Everything));
    app.stop().await;
}

#[tokio::test]
async fn links_of_both_entries_lead_to_the_one_who_stays() {
    let app = office().await;
    let (one, other) = two_entries(&app).await;
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{one}/merge/{other}"), &[]).await;
    let link = app.urls().unsubscribe(other, app.write(builders::office).await, 1);
    let path = link.to_string().replace(&app.base, "");
    let answer = app.post_form(&path, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(refused(&app, one).await.len(), 2, "the no came through the old link");
    app.stop().await;
}

const FIELDS: [&str; 10] = [
    "given_name",
    "family_name",
    "language",
    "birth_date",
    "email",
    "phone",
    "street",
    "postcode",
    "place",
    "country",
];

fn filled<'a>(values: &[&'a str; 10]) -> Vec<(&'static str, &'a str)> {
    FIELDS.into_iter().zip(values.iter().copied()).chain([("kind", "alumn")]).collect()
}

#[tokio::test]
async fn what_staff_correct_survives_the_next_import() {
    let app = office().await;
    let file = ladok(&[ladok_row(ONE, "Eva", "Ek", "e@example.se", "+46702222222")]);
    import(&app, "ladok", &file).await;
    let id = app.database.read(|conn| contacts::page(conn, 0, 1).unwrap().remove(0).id).await;
    let who = app.sign_in(Role::Editor).await;
    let page = who.get(&format!("/contacts/{id}/edit")).await.text().await.unwrap();
    assert!(page.contains("value=\"e@example.se\"") && page.contains("value=\"Storgatan 1\""), "{page}");

    let values = [
        "Eva-Lena",
        "Ek",
        "nb",
        "1964-08-24",
        "el@example.no",
        "070-123 45 67",
        "Lillgatan 2",
        "211 20",
        "Malmö",
        "SE",
    ];
    let answer = who.post_form(&format!("/contacts/{id}/edit"), &filled(&values)).await;
    assert_eq!(answer.headers()["location"], format!("/contacts/{id}?done=saved").as_str());
    let corrected = find(&app, id).await;
    assert_eq!(corrected.given_name, "Eva-Lena");
    assert_eq!(corrected.phone.as_deref(), Some("+46701234567"));
    assert_eq!(corrected.postcode.as_deref(), Some("21120"));
    assert_eq!(corrected.region.as_deref(), Some("SE-M"), "located anew");

    let again = import(&app, "ladok", &file).await;
    assert_eq!(again.unchanged, 1, "{again:?}");
    assert_eq!(find(&app, id).await, corrected, "no import overwrites it");
    // What staff did not touch follows the register.
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva-Lena", "Berg", "e@example.se", "")])).await;
    assert_eq!(find(&app, id).await.family_name, "Berg");

    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert_eq!(page.matches("Corrected by staff").count(), 6, "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_correction_that_does_not_hold_is_told_and_kept_in_the_form() {
    let app = office().await;
    let id = app.write(|conn| builders::person().named("Eva", "Ek").email("e@example.se").save(conn)).await;
    let who = app.sign_in(Role::Admin).await;
    let before = find(&app, id).await;
    let path = format!("/contacts/{id}/edit");
    let values = ["", "Ek", "de", "2999-01-01", "no address", "12", "", "", "", "XX"];
    let answer = who.post_form(&path, &filled(&values)).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    for text in ["1 to 200 characters", "date in the past", "name@example.org", "+46701234567", "Choose one"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains("value=\"no address\""), "what was written stays: {page}");
    assert_eq!(find(&app, id).await, before);
    app.stop().await;
}

#[tokio::test]
async fn staff_mark_a_person_as_protected_and_the_address_goes() {
    let app = office().await;
    let person = builders::person().named("Eva", "Ek").living_at("Storgatan 1", "Kalmar");
    let id = app.write(move |conn| person.save(conn)).await;
    let who = app.sign_in(Role::Admin).await;
    let mut fields = filled(&["Eva", "Ek", "sv", "", "", "", "Storgatan 1", "", "Kalmar", "SE"]);
    fields.push(("protected", "yes"));
    assert_eq!(who.post_form(&format!("/contacts/{id}/edit"), &fields).await.status(), 303);
    let eva = find(&app, id).await;
    assert!(eva.protected && eva.street.is_none() && eva.place.is_none() && eva.region.is_none());
    app.stop().await;
}

#[tokio::test]
async fn a_corrected_name_stays_when_staff_say_that_a_row_means_the_person() {
    let app = office().await;
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "e@example.se", "")])).await;
    let id = app.database.read(|conn| contacts::page(conn, 0, 1).unwrap().remove(0).id).await;
    let who = app.sign_in(Role::Admin).await;
    let values =
        ["Eva-Lena", "Ek", "sv", "1964-08-23", "e@example.se", "", "Storgatan 1", "39231", "Kalmar", "SE"];
    who.post_form(&format!("/contacts/{id}/edit"), &filled(&values)).await;
    let file = ladok(&[ladok_row(OTHER, "Eva-Lena", "Ek", "e@example.se", "+46701111111")]);
    import(&app, "ladok", &file).await;
    let token = app.token(&[Scope::Import]).await;
    let reviews =
        app.client.get(app.url("/api/v1/imports/reviews")).bearer_auth(&token).send().await.unwrap();
    let review = reviews.json::<Value>().await.unwrap()["items"][0]["id"].clone();
    let path = app.url(&format!("/api/v1/imports/reviews/{review}"));
    let body = json!({ "decision": "same" });
    assert_eq!(app.client.post(path).bearer_auth(&token).json(&body).send().await.unwrap().status(), 200);
    let eva = find(&app, id).await;
    assert_eq!((eva.given_name.as_str(), eva.phone.as_deref()), ("Eva-Lena", Some("+46701111111")));
    app.stop().await;
}

#[tokio::test]
async fn consents_of_both_entries_are_kept() {
    let app = office().await;
    let (one, other) = two_entries(&app).await;
    app.write(move |conn| {
        let consent = ConsentRecord {
            contact_id: one,
            purpose: "surveys".to_owned(),
            channel: Channel::Email,
            unit_id: None,
            given: true,
            consent_text: "Ja".to_owned(),
            text_version: "1".to_owned(),
            language: Language::Swedish,
            source: PreferenceSource::Staff,
            happened_at: builders::some_time(),
            recorded_at: builders::some_time(),
        };
        preferences::record_consents(conn, &[consent]).unwrap();
    })
    .await;
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{one}/merge/{other}"), &[]).await;
    let person = find(&app, one).await;
    let facts =
        app.database.read(move |conn| preferences::facts(conn, &person, Channel::Email).unwrap()).await;
    let mut purposes: Vec<_> = facts.consents.into_iter().map(|(purpose, ..)| purpose).collect();
    purposes.sort();
    assert_eq!(purposes, ["events", "surveys"]);
    app.stop().await;
}

#[tokio::test]
async fn a_preview_fills_in_nobody_with_a_protected_identity() {
    let app = office().await;
    let (campaign, open, protected) = app
        .write(|conn| {
            use brevduva::campaign::{self, CampaignFile, NewCampaign};
            let layouts = brevduva::content::Layouts::embedded().unwrap();
            let file = CampaignFile::parse(builders::campaign().json()).unwrap();
            let checked = NewCampaign::check(conn, file, &layouts, true).unwrap();
            (
                campaign::insert(conn, &checked, builders::some_time()).unwrap(),
                builders::person().named("Eva", "Ek").email("e@example.se").save(conn),
                builders::person().named("Siv", "Skyddad").email("s@example.se").protected().save(conn),
            )
        })
        .await;
    let who = app.sign_in(Role::Admin).await;
    let preview = |person: i64| format!("/campaigns/{campaign}/preview?person={person}");
    let shown = who.get(&preview(open)).await;
    assert_eq!(shown.status(), 200);
    assert!(shown.text().await.unwrap().contains("Eva"));
    assert_eq!(who.get(&preview(protected)).await.status(), 404);
    app.stop().await;
}
