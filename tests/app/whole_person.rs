//! Several addresses of one person, events and projects, relations, and the history of it all.

use brevduva::app::Parts;
use brevduva::contacts::{self, AddressSource, ContactKind, ParticipationKind};
use brevduva::delivery;
use brevduva::import::Summary;
use brevduva::kernel::email_address::EmailAddress;
use brevduva::kernel::language::Language;
use brevduva::preferences::{self, Channel, ConsentRecord, PreferenceSource, RefusalScope, Voice};
use brevduva::staff::{Role, Scope};
use brevduva::timeline;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::app::TestApp;
use super::support::browser::Browser;
use super::support::builders;
use super::support::register::{ONE, form, import, ladok, ladok_row};

async fn office() -> TestApp {
    TestApp::build().parts(Parts::Web).start().await
}

async fn only(app: &TestApp) -> i64 {
    let people = app.database.read(|conn| contacts::page(conn, 0, 10).unwrap()).await;
    assert_eq!(people.len(), 1, "{people:?}");
    people[0].id
}

/// The primary address and the others with how they came, in order.
async fn addresses(app: &TestApp, id: i64) -> (Option<String>, Vec<(String, AddressSource)>) {
    app.database
        .read(move |conn| {
            let primary = contacts::find(conn, id).unwrap().unwrap().email;
            let mut others: Vec<_> = contacts::other_addresses(conn, &[id])
                .unwrap()
                .into_iter()
                .map(|other| (other.address, other.source))
                .collect();
            others.sort();
            (primary, others)
        })
        .await
}

fn others(list: &[(&str, AddressSource)]) -> Vec<(String, AddressSource)> {
    list.iter().map(|(address, source)| ((*address).to_owned(), *source)).collect()
}

async fn extract(app: &TestApp, email: &str) -> Summary {
    import(app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", email, "")])).await
}

#[tokio::test]
async fn a_file_makes_its_address_primary_and_keeps_the_former_one() {
    let app = office().await;
    extract(&app, "a@example.se").await;
    let id = only(&app).await;
    assert_eq!(extract(&app, "b@example.se").await.updated, 1);
    let former = others(&[("a@example.se", AddressSource::Former)]);
    assert_eq!(addresses(&app, id).await, (Some("b@example.se".to_owned()), former.clone()));
    assert_eq!(extract(&app, "B@Example.SE").await.unchanged, 1, "the same file changes nothing");

    // Whoever writes from the other address is the same person, and their primary address stays.
    let again = import(&app, "form", &form(&["Eva,Ek,a@example.se,sv,,,,,,,"])).await;
    assert_eq!((again.created, again.to_review), (0, 0), "{again:?}");
    assert_eq!(addresses(&app, id).await, (Some("b@example.se".to_owned()), former));
    // Somebody of another name with it is a question for staff.
    let stranger = import(&app, "form", &form(&["Ivar,Ny,a@example.se,sv,,,,,,,"])).await;
    assert_eq!(stranger.to_review, 1, "{stranger:?}");

    // The register is sure of the person, and may take the address back.
    assert_eq!(extract(&app, "a@example.se").await.updated, 1);
    let former = others(&[("b@example.se", AddressSource::Former)]);
    assert_eq!(addresses(&app, id).await, (Some("a@example.se".to_owned()), former));
    app.stop().await;
}

#[tokio::test]
async fn an_address_that_staff_chose_stays_primary_and_the_files_is_kept() {
    let app = office().await;
    extract(&app, "a@example.se").await;
    let id = only(&app).await;
    let who = app.sign_in(Role::Editor).await;
    let path = format!("/contacts/{id}/addresses");
    for wrong in ["nobody", "A@example.se"] {
        let answer = who.post_form(&path, &[("email", wrong)]).await;
        assert_eq!(answer.status(), 422, "{wrong}");
    }
    assert_eq!(who.post_form(&path, &[("email", "private@example.se")]).await.status(), 303);
    let number =
        app.database.read(move |conn| contacts::other_addresses(conn, &[id]).unwrap().remove(0).id).await;
    assert_eq!(who.post_form(&format!("{path}/{number}/primary"), &[]).await.status(), 303);
    assert_eq!(who.post_form(&format!("{path}/{number}/primary"), &[]).await.status(), 404, "it is primary");
    let now = addresses(&app, id).await;
    assert_eq!(
        now,
        (Some("private@example.se".to_owned()), others(&[("a@example.se", AddressSource::Former)]))
    );
    assert_eq!(extract(&app, "a@example.se").await.unchanged, 1, "known, and not primary");
    assert_eq!(extract(&app, "c@example.se").await.updated, 1);
    assert_eq!(extract(&app, "c@example.se").await.unchanged, 1);
    let now = addresses(&app, id).await;
    let kept = [("a@example.se", AddressSource::Former), ("c@example.se", AddressSource::Import)];
    assert_eq!(now, (Some("private@example.se".to_owned()), others(&kept)));

    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("private@example.se") && page.contains("c@example.se"), "{page}");
    assert!(page.contains("From a file (ladok)"), "the source is told: {page}");
    let deeds: Vec<String> = app
        .database
        .read(|conn| brevduva::audit::latest(conn, 9).unwrap().into_iter().map(|deed| deed.action).collect())
        .await;
    for deed in ["contact.address.add", "contact.address.primary"] {
        assert!(deeds.iter().any(|done| done == deed), "{deeds:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_address_that_staff_removed_is_not_brought_back() {
    let app = office().await;
    extract(&app, "a@example.se").await;
    let id = only(&app).await;
    extract(&app, "b@example.se").await;
    let who = app.sign_in(Role::Admin).await;
    let page = who.get(&format!("/contacts/{id}/addresses")).await.text().await.unwrap();
    let number = page.split("/remove\"").next().unwrap().rsplit('/').next().unwrap().to_owned();
    let path = format!("/contacts/{id}/addresses/{number}/remove");
    assert!(who.get(&path).await.text().await.unwrap().contains("Remove a@example.se?"));
    assert_eq!(who.post_form(&path, &[]).await.status(), 303);
    assert_eq!(who.post_form(&path, &[]).await.status(), 404, "removed once");

    assert_eq!(extract(&app, "a@example.se").await.unchanged, 1);
    assert_eq!(addresses(&app, id).await, (Some("b@example.se".to_owned()), Vec::new()));
    let found = app.database.read(|conn| contacts::search(conn, "a@exa", 5).unwrap().len()).await;
    assert_eq!(found, 0, "nobody is found by it");
    let stored = app.database.read(move |conn| contacts::addresses_of(conn, &[id]).unwrap().remove(0)).await;
    assert_eq!(stored.address, "", "of what was removed no more is kept than is needed to know it");
    // Staff may write it down again.
    let answer = who.post_form(&format!("/contacts/{id}/addresses"), &[("email", "a@example.se")]).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(addresses(&app, id).await.1, others(&[("a@example.se", AddressSource::Staff)]));
    app.stop().await;
}

#[tokio::test]
async fn a_person_is_found_by_every_address() {
    let app = office().await;
    let (id, hidden) = app
        .write(|conn| {
            let id = builders::person().named("Eva", "Ek").email("a@example.se").save(conn);
            let hidden = builders::person().named("Siv", "S").email("s@example.se").protected().save(conn);
            for (person, address) in [(id, "other@example.se"), (hidden, "other2@example.se")] {
                let contact = contacts::find(conn, person).unwrap().unwrap();
                let address = EmailAddress::parse(address).unwrap();
                let source = AddressSource::Staff;
                contacts::add_address(conn, &contact, &address, source, builders::some_time()).unwrap();
            }
            (id, hidden)
        })
        .await;
    let found = app.database.read(|conn| contacts::search(conn, "other", 5).unwrap()).await;
    assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [id], "and nobody protected");
    let token = app.token(&[Scope::Contacts]).await;
    let search = |email: &str| {
        let call = app.client.post(app.url("/api/v1/contacts/search")).bearer_auth(&token);
        call.json(&json!({ "email": email })).send()
    };
    let body: Value = search("OTHER@example.se").await.unwrap().json().await.unwrap();
    assert_eq!(body["items"][0]["id"], id);
    assert_eq!(body["items"][0]["other_emails"][0]["email"], "other@example.se");
    let body: Value = search("other2@example.se").await.unwrap().json().await.unwrap();
    assert_eq!(body["items"], json!([]), "{hidden} is protected");
    app.stop().await;
}

/// Everything that belongs to two people and that a merge moves, without times of change.
async fn belongings(app: &TestApp, ids: [i64; 2]) -> Vec<String> {
    app.database
        .read(move |conn| {
            ids.map(|id| {
                let contact = contacts::by_ids(conn, &[id]).unwrap().remove(0);
                let mut addresses: Vec<_> = contacts::addresses_of(conn, &[id])
                    .unwrap()
                    .into_iter()
                    .map(|one| (one.address, one.source, one.recorded_at))
                    .collect();
                addresses.sort();
                let took_part = contacts::participations(conn, &[id]).unwrap();
                let relations = contacts::relations(conn, id).unwrap();
                format!("{:?} {addresses:?} {took_part:?} {relations:?}", contact.email)
            })
            .to_vec()
        })
        .await
}

#[tokio::test]
async fn a_merge_keeps_what_belongs_to_both_and_gives_it_back() {
    let app = office().await;
    let ids = app
        .write(|conn| {
            let now = builders::some_time();
            let one = builders::person().named("Eva", "Ek").email("a@example.se").save(conn);
            let other = builders::person().named("Eva", "Ek-Al").email("b@example.se").save(conn);
            let third = builders::person().named("Bo", "Al").save(conn);
            for (person, address) in [(one, "c@example.se"), (other, "c@example.se"), (other, "d@example.se")]
            {
                let contact = contacts::find(conn, person).unwrap().unwrap();
                let address = EmailAddress::parse(address).unwrap();
                contacts::add_address(conn, &contact, &address, AddressSource::Person, now).unwrap();
            }
            let took_part = |contact_id, code: &str| contacts::Participation {
                contact_id,
                kind: ParticipationKind::Event,
                event_code: code.to_owned(),
                event_name: code.to_owned(),
                attended_on: None,
                source: "test".to_owned(),
                recorded_at: Some(now),
            };
            let events = [took_part(one, "dag"), took_part(other, "dag"), took_part(other, "natt")];
            contacts::insert_participations(conn, &events).unwrap();
            for (contact_id, other_contact_id) in [(other, third), (third, other), (one, other), (other, one)]
            {
                let relation = contacts::NewRelation {
                    contact_id,
                    organisation_id: None,
                    other_contact_id: Some(other_contact_id),
                    role: contacts::RelationRole::Mentor,
                    from_date: None,
                    to_date: None,
                    recorded_at: now,
                };
                contacts::insert_relation(conn, &relation).unwrap();
            }
            [one, other]
        })
        .await;
    let before = belongings(&app, ids).await;
    let who = app.sign_in(Role::Admin).await;
    let answer = who.post_form(&format!("/contacts/{}/merge/{}", ids[0], ids[1]), &[]).await;
    assert_eq!(answer.status(), 303);
    let kept = [
        ("b@example.se", AddressSource::Merge),
        ("c@example.se", AddressSource::Person),
        ("d@example.se", AddressSource::Person),
    ];
    assert_eq!(addresses(&app, ids[0]).await, (Some("a@example.se".to_owned()), others(&kept)));
    let id = ids[0];
    let codes: Vec<String> = app
        .database
        .read(move |conn| {
            let held = contacts::participations(conn, &[id]).unwrap();
            held.into_iter().map(|(_, one)| one.event_code).collect()
        })
        .await;
    assert_eq!(codes, ["dag", "natt"], "what both took part in is one");
    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    let ties = page.split("id=\"ties-heading\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(ties.matches("Bo Al").count(), 2, "as mentor and as mentee: {ties}");
    assert_eq!(ties.matches("Ek").count(), 0, "nobody is their own mentor: {ties}");

    let undo = page.split("/unmerge/").nth(1).unwrap().split('"').next().unwrap();
    who.post_form(&format!("/contacts/{id}/unmerge/{undo}"), &[]).await;
    assert_eq!(belongings(&app, ids).await, before, "as they were");
    app.stop().await;
}

#[tokio::test]
async fn after_a_merge_is_undone_an_address_is_its_persons_alone() {
    let app = office().await;
    import(&app, "ladok", &ladok(&[ladok_row(ONE, "Eva", "Ek", "", "")])).await;
    import(&app, "form", &form(&["Eva,Ek,form@example.se,sv,,,,,,,"])).await;
    let people = app.database.read(|conn| contacts::page(conn, 0, 10).unwrap()).await;
    let (one, other) = (people[0].id, people[1].id);
    let who = app.sign_in(Role::Admin).await;
    who.post_form(&format!("/contacts/{one}/merge/{other}"), &[]).await;
    // The address of the entry that joined became the primary one, and then a former one.
    extract(&app, "new@example.se").await;
    let page = who.get(&format!("/contacts/{one}")).await.text().await.unwrap();
    let merge = page.split("/unmerge/").nth(1).unwrap().split('"').next().unwrap();
    who.post_form(&format!("/contacts/{one}/unmerge/{merge}"), &[]).await;
    assert_eq!(addresses(&app, one).await, (Some("new@example.se".to_owned()), Vec::new()));
    assert_eq!(addresses(&app, other).await, (Some("form@example.se".to_owned()), Vec::new()));
    app.stop().await;
}

#[tokio::test]
async fn participants_of_a_file_are_imported_once() {
    let app = office().await;
    let text = include_str!("../data/deltagare.csv");
    let summary = import(&app, "participants", text).await;
    let counts = (summary.read, summary.created, summary.updated, summary.unchanged, summary.rejected);
    assert_eq!(counts, (8, 4, 1, 1, 2), "{summary:?}");
    let again = import(&app, "participants", text).await;
    assert_eq!((again.unchanged, again.rejected), (6, 2), "{again:?}");
    let reversed: Vec<&str> = text.lines().collect();
    let mut rows = reversed[..2].to_vec();
    rows.extend(reversed[2..].iter().rev());
    let again = import(&app, "participants", &rows.join("\n")).await;
    assert_eq!(again.unchanged, 6, "in whatever order: {again:?}");

    let (held, kinds, matched) = app
        .database
        .read(|conn| {
            let nils = contacts::search(conn, "nils", 2).unwrap().remove(0);
            let held: Vec<_> = contacts::participations(conn, &[nils.id])
                .unwrap()
                .into_iter()
                .map(|(_, one)| (one.kind, one.event_code, one.attended_on.map(|day| day.to_string())))
                .collect();
            let kinds = contacts::kinds(conn, &[nils.id]).unwrap();
            let rule = r#"{"attended":{"event":{"in":["karriärdag-våren-2026"]},"since":"2026-01-01"}}"#;
            let rule = brevduva::segment::Rule::parse_text(rule).unwrap();
            let matched = brevduva::segment::sample(conn, &rule, 9, builders::some_time()).unwrap();
            (held, kinds, matched)
        })
        .await;
    assert_eq!(
        held,
        [
            (ParticipationKind::Event, "jubileum-2025".to_owned(), Some("2025-10-04".to_owned())),
            (ParticipationKind::Project, "mentorsprogrammet".to_owned(), None),
        ]
    );
    assert_eq!(kinds.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), [ContactKind::Participant]);
    let mut names: Vec<_> = matched.into_iter().map(|one| one.given_name).collect();
    names.sort();
    assert_eq!(names, ["Alva", "Ingrid"]);
    let who = app.sign_in(Role::Viewer).await;
    let offered = who.post_form("/segments/values", &[("field", "attended.event"), ("text", "karri")]).await;
    assert!(offered.text().await.unwrap().contains("Karriärdag våren 2026"));
    app.stop().await;
}

#[tokio::test]
async fn staff_write_down_what_somebody_took_part_in() {
    let app = office().await;
    let id = app.write(|conn| builders::person().named("Eva", "Ek").save(conn)).await;
    let who = app.sign_in(Role::Editor).await;
    let path = format!("/contacts/{id}/participations");
    assert!(who.get(&path).await.text().await.unwrap().contains("What did Eva Ek take part in?"));
    for wrong in [
        [("kind", "event"), ("name", ""), ("day", "")],
        [("kind", "party"), ("name", "Dag"), ("day", "")],
        [("kind", "event"), ("name", "Dag"), ("day", "4 oktober")],
    ] {
        assert_eq!(who.post_form(&path, &wrong).await.status(), 422, "{wrong:?}");
    }
    let right = [("kind", "event"), ("name", "Öppen  dag"), ("day", "2026-03-18")];
    for _ in 0..2 {
        let answer = who.post_form(&path, &right).await;
        assert_eq!(answer.headers()["location"], format!("/contacts/{id}?done=saved").as_str());
    }
    let held = app.database.read(move |conn| contacts::participations(conn, &[id]).unwrap()).await;
    assert_eq!(held.len(), 1, "once: {held:?}");
    assert_eq!((held[0].1.event_code.as_str(), held[0].1.event_name.as_str()), ("öppen-dag", "Öppen dag"));
    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("Öppen dag") && page.contains("2026-03-18"), "{page}");
    let remove = format!("{path}/{}/remove", held[0].0);
    assert!(who.get(&remove).await.text().await.unwrap().contains("Öppen dag"));
    assert_eq!(who.post_form(&remove, &[]).await.status(), 303);
    assert_eq!(who.post_form(&remove, &[]).await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn organisations_and_people_are_tied_and_the_tie_ends() {
    let app = office().await;
    let (id, mentee, hidden) = app
        .write(|conn| {
            (
                builders::person().named("Eva", "Ek").save(conn),
                builders::person().named("Bo", "Al").save(conn),
                builders::person().named("Siv", "Skyddad").protected().save(conn),
            )
        })
        .await;
    let who = app.sign_in(Role::Editor).await;
    let region = [("name", "Region  Skåne"), ("kind", "employer"), ("number", "232100-0255"), ("place", "")];
    let made = who.post_form("/organisations/new", &region).await;
    let organisation = made.headers()["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    let number = organisation.rsplit('/').next().unwrap();
    for wrong in [
        vec![("name", "Other"), ("kind", "employer"), ("number", "16232100 0255")],
        vec![("name", "Other"), ("kind", "employer"), ("number", "640823-3234")],
        vec![("name", ""), ("kind", "employer")],
        vec![("name", "Other"), ("kind", "club")],
    ] {
        assert_eq!(who.post_form("/organisations/new", &wrong).await.status(), 422, "{wrong:?}");
    }
    let wrong = [("name", "Other"), ("kind", "employer"), ("number", "232100-0256")];
    let told = who.post_form("/organisations/new", &wrong).await.text().await.unwrap();
    assert!(told.contains("The check digit of the registration number is wrong"), "{told}");
    for query in ["skå", "REGION", "sk reg", "232100-0255", "2321000255"] {
        let found = who.post_form("/organisations/search", &[("q", query)]).await.text().await.unwrap();
        assert!(found.contains(&format!("href=\"{organisation}\"")), "{query}: {found}");
    }
    let none = who.post_form("/organisations/search", &[("q", "kåne")]).await.text().await.unwrap();
    assert!(none.contains("No organisation matches: kåne"), "{none}");

    let base = format!("/contacts/{id}/relations");
    let found = who.post_form(&format!("{base}/search"), &[("q", "skå")]).await.text().await.unwrap();
    let add = format!("{base}/add?organisation={number}");
    assert!(found.contains(&add), "{found}");
    assert!(who.get(&add).await.text().await.unwrap().contains("Eva Ek and Region Skåne"));
    assert_eq!(who.get(&format!("{base}/add?person={id}")).await.status(), 404, "with oneself");
    assert_eq!(who.get(&format!("{base}/add?person={hidden}")).await.status(), 404, "not for this role");
    let add = format!("{base}/add");
    let backwards =
        [("organisation", number), ("role", "employee"), ("from", "2020-01-02"), ("to", "2020-01-01")];
    assert_eq!(who.post_form(&add, &backwards).await.status(), 422);
    let right = [("organisation", number), ("role", "employee"), ("from", "2020-01-02"), ("to", "")];
    assert_eq!(who.post_form(&add, &right).await.status(), 303);
    let mentee_number = mentee.to_string();
    let mentor = [("person", mentee_number.as_str()), ("role", "mentor"), ("from", ""), ("to", "")];
    assert_eq!(who.post_form(&add, &mentor).await.status(), 303);
    // A protected person is tied by whoever may see them.
    let officer = app.sign_in(Role::DataProtectionOfficer).await;
    let hidden_number = hidden.to_string();
    let tie = [("person", hidden_number.as_str()), ("role", "other"), ("from", ""), ("to", "")];
    assert_eq!(officer.post_form(&add, &tie).await.status(), 303);
    let tie = [("organisation", number), ("role", "donor"), ("from", ""), ("to", "")];
    let of_hidden = format!("/contacts/{hidden}/relations/add");
    assert_eq!(officer.post_form(&of_hidden, &tie).await.status(), 303);

    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("Region Skåne") && page.contains("2020-01-02–"), "{page}");
    assert!(page.contains("Mentor: ") && !page.contains("Skyddad"), "{page}");
    assert!(page.contains("Protected identity"), "that there is somebody is shown: {page}");
    let seen = officer.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(seen.contains("Siv Skyddad"), "{seen}");
    let page = who.get(&format!("/contacts/{mentee}")).await.text().await.unwrap();
    assert!(page.contains("Has as mentor") && page.contains("Eva Ek"), "from the other end: {page}");
    let page = who.get(&organisation).await.text().await.unwrap();
    assert!(page.contains("Eva Ek") && page.contains("Employee"), "{page}");
    assert!(!page.contains("Skyddad") && !page.contains("Donor</td>"), "nobody protected is listed: {page}");
    let refused = who.post_form(&format!("{organisation}/delete"), &[]).await;
    assert_eq!(refused.status(), 422, "somebody is tied to it");

    let relation =
        app.database.read(move |conn| contacts::relations(conn, id).unwrap().pop().unwrap().id).await;
    let ended = [("role", "employee"), ("from", "2020-01-02"), ("to", "2024-05-31")];
    assert_eq!(who.post_form(&format!("{base}/{relation}"), &ended).await.status(), 303);
    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert!(page.contains("2020-01-02–2024-05-31") && page.contains("Ended"), "{page}");
    let stranger = format!("/contacts/{mentee}/relations/{relation}");
    assert_eq!(who.post_form(&stranger, &ended).await.status(), 404, "somebody else's relation");
    assert_eq!(who.post_form(&format!("{base}/{relation}/remove"), &[]).await.status(), 303);
    app.stop().await;
}

/// The kinds of a person's entries, in order, read in pages of this size.
async fn history(app: &TestApp, id: i64, limit: i64) -> Vec<timeline::Entry> {
    app.database
        .read(move |conn| {
            let contact = contacts::find(conn, id).unwrap().unwrap();
            let mut entries = Vec::new();
            let mut cursor = None;
            loop {
                let page = timeline::page(conn, &contact, cursor, limit, true).unwrap();
                assert!(
                    page.entries.len() as i64 <= limit && (page.next.is_none() || !page.entries.is_empty())
                );
                entries.extend(page.entries);
                match page.next {
                    Some(next) => cursor = Some(next.to_string().parse().unwrap()),
                    None => return entries,
                }
            }
        })
        .await
}

/// Somebody with whom much has happened, a good deal of it at one time.
async fn eventful(app: &TestApp) -> i64 {
    extract(app, "a@example.se").await;
    let id = only(app).await;
    extract(app, "b@example.se").await;
    import(app, "form", &form(&["Eva,Ek-Al,form@example.se,sv,Volvo,,,,events,2026-01-01,Ja"])).await;
    app.write(move |conn| {
        let now = builders::some_time();
        let other = contacts::by_email_keys(conn, &["form@example.se".to_owned()]).unwrap().remove(0).id;
        brevduva::import::join(conn, other, id, now).unwrap();
        let file = brevduva::campaign::CampaignFile::parse(builders::campaign().json()).unwrap();
        let layouts = brevduva::content::Layouts::embedded().unwrap();
        let checked = brevduva::campaign::NewCampaign::check(conn, file, &layouts, true).unwrap();
        let invitation = brevduva::campaign::insert(conn, &checked, now).unwrap();
        brevduva::invitations::claim(conn, invitation, &[id], now).unwrap();
        brevduva::invitations::accept(conn, &[id], invitation, now).unwrap();
        contacts::set_provenance(conn, id, &["phone", "email"], contacts::FieldSource::Staff, now).unwrap();
        for (hour, scope) in [(0, Channel::Sms), (0, Channel::Letter), (1, Channel::Phone)] {
            let voice = Voice {
                contact: Some(id),
                address_key: None,
                source: PreferenceSource::OneClick,
                campaign: None,
                at: now + TimeDelta::hours(hour),
            };
            preferences::refuse(conn, &voice, RefusalScope::Channel(scope)).unwrap();
            preferences::allow(conn, &voice, RefusalScope::Channel(scope)).unwrap();
        }
        let consent = |given: bool| ConsentRecord {
            contact_id: id,
            purpose: "surveys".to_owned(),
            channel: Channel::Email,
            unit_id: None,
            given,
            consent_text: "Ja".to_owned(),
            text_version: "1".to_owned(),
            language: Language::Swedish,
            source: PreferenceSource::Staff,
            happened_at: now,
            recorded_at: now,
        };
        preferences::record_consents(conn, &[consent(true), consent(false)]).unwrap();
        let did = |did: contacts::Deed, link: i32| contacts::Engagement {
            contact_id: id,
            campaign_id: invitation,
            did,
            language: Language::Swedish,
            link,
            happened_at: now,
        };
        let done = [did(contacts::Deed::Opened, contacts::PIXEL), did(contacts::Deed::Clicked, 0)];
        contacts::record_engagements(conn, &done).unwrap();
        brevduva::campaign::store_links(
            conn,
            invitation,
            &std::collections::BTreeMap::from([(
                Language::Swedish,
                vec!["https://example.se/jubileum".to_owned()],
            )]),
        )
        .unwrap();
        let event = |code: &str, day: Option<&str>| contacts::Participation {
            contact_id: id,
            kind: ParticipationKind::Event,
            event_code: code.to_owned(),
            event_name: code.to_uppercase(),
            attended_on: day.map(|day| day.parse().unwrap()),
            source: "test".to_owned(),
            recorded_at: Some(now),
        };
        let events = [event("a", None), event("b", Some("2026-01-02")), event("c", Some("1965-03-04"))];
        contacts::insert_participations(conn, &events).unwrap();
        for _ in 0..2 {
            let campaign = brevduva::campaign::insert(conn, &checked, now).unwrap();
            let stored = brevduva::campaign::find(conn, campaign).unwrap();
            delivery::freeze(conn, &stored, now).unwrap();
            delivery::cancel_rest(conn, campaign, now).unwrap();
        }
        let relation = contacts::NewRelation {
            contact_id: id,
            organisation_id: None,
            other_contact_id: Some(builders::person().named("Siv", "Skyddad").protected().save(conn)),
            role: contacts::RelationRole::Mentor,
            from_date: Some("2020-01-01".parse().unwrap()),
            to_date: Some("2021-01-01".parse().unwrap()),
            recorded_at: now,
        };
        contacts::insert_relation(conn, &relation).unwrap();
    })
    .await;
    id
}

#[tokio::test]
async fn a_history_has_every_kind_and_is_the_same_in_pages_of_any_size() {
    let app = office().await;
    let id = eventful(&app).await;
    let whole = history(&app, id, 500).await;
    let kinds: Vec<Value> = whole.iter().map(|one| json!(one.what)["what"].clone()).collect();
    for (kind, times) in [
        ("imported", 2),
        ("updated", 1),
        ("corrected", 1),
        ("address_added", 2),
        ("merged", 1),
        ("refused", 3),
        ("allowed", 3),
        ("consented", 2),
        ("withdrew", 1),
        ("joined", 1),
        ("mailing", 2),
        ("opened", 1),
        ("clicked", 1),
        ("took_part", 3),
        ("tied", 1),
        ("untied", 1),
    ] {
        let found = kinds.iter().filter(|one| **one == kind).count();
        assert_eq!(found, times, "{kind}: {kinds:#?}");
    }
    assert!(whole.is_sorted_by(|one, next| one.at >= next.at), "the latest first");
    assert!(whole.last().unwrap().at.to_string().starts_with("1965"), "{whole:?}");
    for limit in [1, 2, 3, 7] {
        assert_eq!(history(&app, id, limit).await, whole, "in pages of {limit}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_history_is_read_on_the_page_and_through_the_api() {
    let app = office().await;
    let id = eventful(&app).await;
    let who = app.sign_in(Role::Editor).await;
    let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
    assert_eq!(page.matches("<time ").count(), 8, "the latest: {page}");
    let all = who.get(&format!("/contacts/{id}/timeline")).await.text().await.unwrap();
    for text in [
        "Imported from Ladok",
        "Updated from Ladok",
        "Staff corrected: E-mail, Phone",
        "Was the primary address",
        "Merged with Eva Ek-Al",
        "Said no to: Letter",
        "With one click in a mail",
        "Agreed to: Surveys",
        "Withdrew the consent to: Surveys",
        "Was left out of “Jubileum”",
        "Campaign cancelled",
        "Opened “Jubileum”",
        "Followed a link in “Jubileum”",
        "https://example.se/jubileum",
        "Took part in “C”",
        "No longer: Mentor, Protected identity",
    ] {
        assert!(all.contains(text), "{text}: {all}");
    }
    assert!(!all.contains("Skyddad"), "{all}");
    assert_eq!(who.get(&format!("/contacts/{id}/timeline?before=x")).await.status(), 404);

    let token = app.token(&[Scope::Contacts]).await;
    let get = |path: String| app.client.get(app.url(&path)).bearer_auth(&token).send();
    let first: Value =
        get(format!("/api/v1/contacts/{id}/timeline?limit=5")).await.unwrap().json().await.unwrap();
    assert_eq!(first["items"].as_array().unwrap().len(), 5);
    let next = first["next"].as_str().unwrap();
    let path = format!("/api/v1/contacts/{id}/timeline?limit=100&cursor={next}");
    let rest: Value = get(path).await.unwrap().json().await.unwrap();
    assert_eq!(rest["next"], Value::Null);
    assert_eq!(rest["items"].as_array().unwrap().len() + 5, history(&app, id, 500).await.len());
    assert!(!rest.to_string().contains("Skyddad") && !first.to_string().contains("Skyddad"));
    assert_eq!(get(format!("/api/v1/contacts/{id}/timeline?cursor=1_2")).await.unwrap().status(), 400);
    app.stop().await;
}

#[tokio::test]
async fn the_history_of_the_protected_is_for_named_roles() {
    let app = office().await;
    let id = app.write(|conn| builders::person().named("Siv", "Skyddad").protected().save(conn)).await;
    for (role, may) in [(Role::Editor, false), (Role::DataProtectionOfficer, true), (Role::Admin, true)] {
        let who = app.sign_in(role).await;
        let page = who.get(&format!("/contacts/{id}")).await.text().await.unwrap();
        assert_eq!(page.contains("Came into the register"), may, "{role}: {page}");
        assert_eq!(page.contains("Your role does not show"), !may, "{role}: {page}");
        let status = who.get(&format!("/contacts/{id}/timeline")).await.status();
        assert_eq!(status, if may { 200 } else { 403 }, "{role}");
    }
    let token = app.token(Scope::ALL).await;
    for path in ["timeline", "relations", "participations"] {
        let path = app.url(&format!("/api/v1/contacts/{id}/{path}"));
        assert_eq!(app.client.get(path).bearer_auth(&token).send().await.unwrap().status(), 404);
    }
    app.stop().await;
}

#[tokio::test]
async fn programs_edit_the_whole_person() {
    let app = office().await;
    extract(&app, "a@example.se").await;
    let id = only(&app).await;
    let token = app.token(&[Scope::Import, Scope::Contacts]).await;
    let call = async |method: &str, path: String, body: Value| {
        let request = app.client.request(method.parse().unwrap(), app.url(&path)).bearer_auth(&token);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    let base = format!("/api/v1/contacts/{id}");
    let (status, person) =
        call("POST", format!("{base}/addresses"), json!({ "email": "b@example.se" })).await;
    assert_eq!((status, &person["other_emails"][0]["source"]), (201, &json!("staff")));
    let (status, _) = call("POST", format!("{base}/addresses"), json!({ "email": "B@example.se" })).await;
    assert_eq!(status, 409);
    let address = &person["other_emails"][0]["id"];
    let (_, person) = call("POST", format!("{base}/addresses/{address}/primary"), Value::Null).await;
    assert_eq!(
        (&person["email"], &person["other_emails"][0]["email"]),
        (&json!("b@example.se"), &json!("a@example.se"))
    );
    let address = &person["other_emails"][0]["id"];
    assert_eq!(call("DELETE", format!("{base}/addresses/{address}"), Value::Null).await.0, 204);
    assert_eq!(call("DELETE", format!("{base}/addresses/{address}"), Value::Null).await.0, 404);

    let event = json!({ "kind": "event", "name": "Öppen dag", "day": "2026-03-18" });
    let (status, first) = call("POST", format!("{base}/participations"), event.clone()).await;
    assert_eq!((status, &first["code"]), (201, &json!("öppen-dag")));
    let (_, second) = call("POST", format!("{base}/participations"), event).await;
    assert_eq!(first["id"], second["id"], "once");
    let (status, _) = call("DELETE", format!("{base}/participations/{}", first["id"]), Value::Null).await;
    assert_eq!(status, 204);

    let organisation = json!({ "kind": "donor", "name": "Haugsbø Mekaniske", "number": "974 760 673" });
    let (status, made) = call("POST", "/api/v1/organisations".to_owned(), organisation.clone()).await;
    assert_eq!((status, &made["number"]), (201, &json!("974760673")));
    let wrong = json!({ "kind": "donor", "name": "X", "number": "974 760 674" });
    let (status, told) = call("POST", "/api/v1/organisations".to_owned(), wrong).await;
    assert_eq!((status, &told["errors"][0]["path"]), (422, &json!("$.number")));
    assert_eq!(
        call("POST", "/api/v1/organisations".to_owned(), organisation).await.0,
        409,
        "the number is taken"
    );
    let tie = json!({ "role": "donor", "organisation": made["id"], "from": "2026-01-01" });
    let (status, tied) = call("POST", format!("{base}/relations"), tie).await;
    assert_eq!((status, &tied["with"]["name"]), (201, &json!("Haugsbø Mekaniske")));
    let neither = json!({ "role": "donor" });
    assert_eq!(call("POST", format!("{base}/relations"), neither).await.0, 422);
    let nobody = json!({ "role": "mentor", "person": id });
    assert_eq!(call("POST", format!("{base}/relations"), nobody).await.0, 422);
    let (_, people) = call("GET", format!("/api/v1/organisations/{}/people", made["id"]), Value::Null).await;
    assert_eq!(people["items"][0]["contact"], id);
    let end = json!({ "role": "donor", "from": "2026-01-01", "to": "2026-06-30" });
    let (_, ended) = call("PUT", format!("{base}/relations/{}", tied["id"]), end).await;
    assert_eq!(ended["to"], "2026-06-30");
    assert_eq!(call("DELETE", format!("/api/v1/organisations/{}", made["id"]), Value::Null).await.0, 409);
    assert_eq!(call("DELETE", format!("{base}/relations/{}", tied["id"]), Value::Null).await.0, 204);
    assert_eq!(call("DELETE", format!("/api/v1/organisations/{}", made["id"]), Value::Null).await.0, 204);
    app.stop().await;
}

#[tokio::test]
async fn what_belongs_to_a_person_goes_with_them() {
    let app = office().await;
    let id = eventful(&app).await;
    let keys = app.config.secret_keys.clone();
    app.write(move |conn| {
        let cause = brevduva::privacy::Cause::Asked;
        brevduva::privacy::erase(conn, &keys, id, cause, builders::some_time()).unwrap();
    })
    .await;
    app.database
        .read(move |conn| {
            assert!(contacts::addresses_of(conn, &[id]).unwrap().is_empty());
            assert!(contacts::participations(conn, &[id]).unwrap().is_empty());
            assert!(contacts::relations(conn, id).unwrap().is_empty());
        })
        .await;
    // Neither the primary address nor another one brings anybody back.
    for address in ["b@example.se", "a@example.se", "form@example.se"] {
        let row = format!("Eva,Ek,{address},sv,,,,,,,");
        let again = import(&app, "form", &form(&[&row])).await;
        assert_eq!((again.created, again.rejected), (0, 1), "{address}: {again:?}");
    }
    let who = app.sign_in(Role::Admin).await;
    assert_eq!(who.get(&format!("/contacts/{id}/timeline")).await.status(), 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_person_is_read_and_changed_in_a_browser() {
    let Some(browser) = Browser::start("the page of a person").await else { return };
    let app = TestApp::start().await;
    let id = eventful(&app).await;
    let secret = app.login_secret(Role::Admin, None).await;
    browser.open(&app.url(&format!("/login/{secret}"))).await;
    browser.press("form button.btn-primary").await;
    browser.wait_for_text("Imports").await;

    browser.open(&app.url("/organisations/new")).await;
    browser.fill("#name", "Region Skåne").await;
    browser.press("main form button.btn-primary").await;
    browser.wait_for_text("Created").await;
    // Found while it is written, without a button.
    browser.open(&app.url(&format!("/contacts/{id}/relations/new"))).await;
    browser.fill("#q", "skå").await;
    browser.wait_for_text("Region Skåne").await;
    browser.press("#found a").await;
    browser.wait_for_text("Eva Ek and Region Skåne").await;
    browser.press("main form button.btn-primary").await;
    browser.wait_for_text("Employee: Region Skåne").await;

    for language in ["sv", "nb", "en"] {
        browser.press(&format!("footer button[lang={language}]")).await;
        for width in [1280, 360] {
            browser.client.set_window_size(width, 900).await.unwrap();
            for path in [
                format!("/contacts/{id}"),
                format!("/contacts/{id}/addresses"),
                format!("/contacts/{id}/edit"),
                format!("/contacts/{id}/wishes"),
                format!("/contacts/{id}/consents"),
                format!("/contacts/{id}/participations"),
                format!("/contacts/{id}/relations/1"),
                format!("/contacts/{id}/relations/1/remove"),
                format!("/contacts/{id}/timeline"),
                "/organisations".to_owned(),
                "/organisations/1".to_owned(),
            ] {
                browser.open(&app.url(&path)).await;
                let narrow = "return document.documentElement.scrollWidth <= window.innerWidth";
                let fits = browser.script(narrow).await;
                assert_eq!(fits, true, "{path} is wider than {width} pixels");
            }
        }
    }
    browser.stop().await;
    app.stop().await;
}
