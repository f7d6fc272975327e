//! What people choose for themselves: leaving by degrees, the page of their choices, topic by topic and way by way.

use brevduva::campaign::{self, CampaignFile, NewCampaign};
use brevduva::content::Layouts;
use brevduva::kernel::channel::Channel;
use brevduva::kernel::language::Language;
use brevduva::preferences::{
    self, ConsentRecord, PreferenceSource, Question, Reason, RefusalScope, Voice, Weight,
};
use brevduva::staff::{Role, Scope};
use brevduva::{contacts, units};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{self, person, some_time, unit};
use crate::support::forms::fields;

const ADDRESS: &str = "asa.oberg@example.org";
const EVENTS: &str = "events";

/// A person who has met a faculty and its department, and a mailing of the department about events.
pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) contact: i64,
    pub(super) faculty: i64,
    department: i64,
    events: i64,
    pub(super) leave: String,
    pub(super) choose: String,
}

pub(super) async fn scene() -> Scene {
    of(TestApp::build().start().await).await
}

async fn of(app: TestApp) -> Scene {
    let (contact, faculty, department, events, campaign) = app
        .write(|conn| {
            let contact = person().email(ADDRESS).phone("+46701234567").save(conn);
            let faculty = unit(conn, "faculty", None);
            let department = unit(conn, "department", Some(faculty));
            let events = units::topic_by_code(conn, EVENTS).unwrap().unwrap().id;
            let met = [faculty, department].map(|unit| ConsentRecord {
                contact_id: contact,
                purpose: "newsletter".to_owned(),
                channel: Channel::Email,
                unit_id: Some(unit),
                given: true,
                consent_text: "Ja".to_owned(),
                text_version: "1".to_owned(),
                language: Language::Swedish,
                source: PreferenceSource::Page,
                happened_at: some_time() + chrono::TimeDelta::minutes(unit),
                recorded_at: some_time(),
            });
            preferences::record_consents(conn, &met).unwrap();
            let file = builders::campaign().sent_by("department").set("topic", json!(EVENTS)).json();
            let new = NewCampaign::check(
                conn,
                CampaignFile::parse(file).unwrap(),
                &Layouts::embedded().unwrap(),
                true,
            );
            let campaign = campaign::insert(conn, &new.unwrap(), some_time()).unwrap();
            (contact, faculty, department, events, campaign)
        })
        .await;
    let leave = path(&app.urls().unsubscribe(contact, department, campaign));
    let choose = path(&app.urls().preferences(contact));
    Scene { app, contact, faculty, department, events, leave, choose }
}

fn path(link: &str) -> String {
    url::Url::parse(link).unwrap().path().to_owned()
}

impl Scene {
    pub(super) async fn refused(&self) -> Vec<RefusalScope> {
        let contact = self.contact;
        self.app.write(move |conn| preferences::refusals(conn, contact, Some(ADDRESS)).unwrap()).await
    }

    /// Why the person does not hear about events from a unit in this way.
    async fn reason(&self, unit: i64, channel: Channel) -> Option<Reason> {
        let (contact, events) = (self.contact, self.events);
        self.app
            .write(move |conn| {
                let contact = contacts::find(conn, contact).unwrap().unwrap();
                let facts = preferences::facts(conn, &contact, channel).unwrap();
                let tree = units::tree(conn).unwrap();
                preferences::decide(&facts, &Question::new(channel).from_unit(unit, &tree).about(events))
            })
            .await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.app.post_form(path, fields).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    pub(super) fn offer(&self, unit: i64, channel: Channel) -> RefusalScope {
        RefusalScope::Offer { unit, topic: self.events, channel }
    }

    /// Sends the page's form back as it is, but for one box.
    async fn untick(&self, scope: RefusalScope) -> String {
        let page = self.app.get(&self.choose).await.text().await.unwrap();
        let mut sent = fields(page.split("<h2 id=\"my-data-heading\"").next().unwrap());
        let before = sent.len();
        sent.retain(|(name, value)| name != "wants" || *value != scope.to_string());
        assert_eq!(sent.len() + 1, before, "{scope} is one ticked box of the page");
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&self.choose, &sent).await
    }
}

#[tokio::test]
async fn after_leaving_a_unit_more_or_less_can_be_left_and_each_taken_back() {
    let scene = scene().await;
    let left = scene.post(&scene.leave, &[("leave", "unit")]).await;
    assert_eq!(scene.refused().await, [RefusalScope::Unit(scene.department)]);
    for word in ["offer", "topic", "email", "channels", "everything"] {
        assert!(left.contains(&format!("name=\"leave\" value=\"{word}\"")), "{word} is not offered: {left}");
    }
    assert!(left.contains("Det var ett misstag"), "{left}");

    // The topic alone instead of the whole unit.
    scene.post(&scene.leave, &[("leave", "offer")]).await;
    assert_eq!(
        scene.refused().await,
        Channel::ALL.iter().map(|way| scene.offer(scene.department, *way)).collect::<Vec<_>>()
    );
    assert_eq!(scene.reason(scene.department, Channel::Email).await, Some(Reason::UnitTopic));
    assert_eq!(scene.reason(scene.faculty, Channel::Email).await, None, "the unit above is another sender");
    scene.post(&scene.leave, &[("back", "offer")]).await;
    assert!(scene.refused().await.is_empty());

    scene.post(&scene.leave, &[("leave", "channels")]).await;
    assert_eq!(scene.refused().await.len(), Channel::ALL.len());
    assert_eq!(scene.reason(scene.department, Channel::Letter).await, Some(Reason::NoAddress));
    assert_eq!(scene.reason(scene.department, Channel::Sms).await, Some(Reason::Channel));
    assert!(scene.app.get(&scene.leave).await.text().await.unwrap().contains("alla sätt att nå dig"));
    let back = scene.post(&scene.leave, &[("back", "email")]).await;
    assert!(!back.contains("gäller fortfarande"), "e-mail comes again: {back}");
    scene.post(&scene.leave, &[("back", "channels")]).await;
    assert!(scene.refused().await.is_empty());
    scene.app.stop().await;
}

#[tokio::test]
async fn a_unit_above_that_was_left_is_told_and_can_be_taken_back() {
    let scene = scene().await;
    let (contact, faculty) = (scene.contact, scene.faculty);
    scene
        .app
        .write(move |conn| {
            let voice = Voice {
                contact: Some(contact),
                address_key: Some(ADDRESS),
                source: PreferenceSource::Page,
                campaign: None,
                at: some_time(),
            };
            preferences::refuse(conn, &voice, RefusalScope::Unit(faculty)).unwrap();
        })
        .await;
    let page = scene.app.get(&scene.leave).await.text().await.unwrap();
    assert!(page.contains("Du har redan sagt nej till e-post från Enheten faculty"), "{page}");
    let still = scene.post(&scene.leave, &[("back", "unit")]).await;
    assert!(still.contains("gäller fortfarande"), "a no above still holds: {still}");
    let back = scene.post(&scene.leave, &[("back", "above")]).await;
    assert!(back.contains("Du får e-post från Enheten faculty igen"), "{back}");
    assert!(scene.refused().await.is_empty());
    scene.app.stop().await;
}

#[tokio::test]
async fn one_box_of_the_page_is_one_topic_of_one_unit_in_one_way() {
    let scene = scene().await;
    let no = scene.offer(scene.faculty, Channel::Sms);
    scene.untick(no).await;
    assert_eq!(scene.refused().await, [no]);
    assert_eq!(scene.reason(scene.faculty, Channel::Sms).await, Some(Reason::UnitTopic));
    assert_eq!(scene.reason(scene.department, Channel::Sms).await, Some(Reason::UnitTopic), "beneath it too");
    assert_eq!(scene.reason(scene.faculty, Channel::Phone).await, None);
    assert_eq!(scene.reason(scene.faculty, Channel::Email).await, None);

    // What a wider "no" overrules is explained, and keeps its own answer.
    let page = scene.app.get(&scene.choose).await.text().await.unwrap();
    assert!(page.contains("Stoppas av ditt nej: Enheten faculty"), "the department's box says why: {page}");
    let page = scene.untick(RefusalScope::Channel(Channel::Sms)).await;
    assert!(page.contains("Stoppas av ditt nej: SMS"), "{page}");
    assert_eq!(scene.reason(scene.faculty, Channel::Sms).await, Some(Reason::Channel));
    scene.post(&scene.choose, &[("shown", "channel:sms"), ("wants", "channel:sms")]).await;
    assert_eq!(scene.refused().await, [no]);

    // A unit that is not there, a topic that is not, a word that is none.
    scene.post(&scene.choose, &[("shown", "offer:987:1:email"), ("shown", "offer:1:987:email")]).await;
    assert_eq!(scene.refused().await, [no]);
    assert_eq!(scene.app.post_form(&scene.choose, &[("shown", "offer:1:1:fax")]).await.status(), 400);
    scene.app.stop().await;
}

#[tokio::test]
async fn the_page_offers_the_ways_that_the_office_uses() {
    let app = TestApp::build().settings(|config| config.channels = vec![Channel::Email]).start().await;
    let scene = of(app).await;
    let page = scene.app.get(&scene.choose).await.text().await.unwrap();
    assert!(page.contains(&scene.offer(scene.faculty, Channel::Email).to_string()));
    assert!(!page.contains("sms") && !page.contains("letter"), "{page}");
    scene.app.stop().await;
}

#[tokio::test]
async fn programs_and_staff_see_a_narrow_no_and_take_it_back() {
    let scene = scene().await;
    let no = scene.offer(scene.department, Channel::Email);
    scene.untick(no).await;
    let token = scene.app.token(&[Scope::Contacts]).await;
    let address = scene.app.url(&format!("/api/v1/contacts/{}/preferences", scene.contact));
    let standing: Value =
        scene.app.client.get(&address).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    assert_eq!(standing["refused"], json!(["offer:department:events:email"]));
    let put = |refused: Value| {
        scene.app.client.put(&address).bearer_auth(&token).json(&json!({ "refused": refused })).send()
    };
    assert_eq!(put(json!(["offer:department:events:fax"])).await.unwrap().status(), 422);
    let answer = put(json!(["offer:faculty:events:letter"])).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(scene.refused().await, [scene.offer(scene.faculty, Channel::Letter)]);

    let staff = scene.app.sign_in(Role::DataProtectionOfficer).await;
    let person = format!("/contacts/{}", scene.contact);
    let page = staff.get(&person).await.text().await.unwrap();
    assert!(page.contains("Events, Enheten faculty, Letter"), "{page}");
    let wish = format!("yes:{}", scene.offer(scene.faculty, Channel::Letter));
    let today = brevduva::web::i18n::office_day(scene.app.clock.now().naive_utc()).to_string();
    let fields = [("wish", wish.as_str()), ("arrived_on", &today), ("way", "phone")];
    staff.post_form(&format!("{person}/wishes"), &fields).await;
    assert!(scene.refused().await.is_empty());
    scene.app.stop().await;
}

#[tokio::test]
async fn whoever_wants_less_is_left_out_of_what_matters_less() {
    let scene = scene().await;
    let answers = async |choice: &str| {
        scene.post(&scene.choose, &[("frequency", choice)]).await;
        let contact = scene.contact;
        scene
            .app
            .write(move |conn| {
                let contact = contacts::find(conn, contact).unwrap().unwrap();
                let facts = preferences::facts(conn, &contact, Channel::Email).unwrap();
                let ask =
                    |weight| preferences::decide(&facts, &Question::new(Channel::Email).weighing(weight));
                [Weight::Important, Weight::Event, Weight::Ordinary].map(ask)
            })
            .await
    };
    let only = Some(Reason::ImportantOnly);
    assert_eq!(answers("important").await, [None, only, only]);
    assert_eq!(scene.refused().await, [RefusalScope::Ordinary]);
    assert_eq!(answers("digest").await, [None, Some(Reason::Digest), None]);
    let page = scene.app.get(&scene.choose).await.text().await.unwrap();
    assert!(page.contains("value=\"digest\" checked"), "{page}");
    // Boxes that are not about it leave it alone, and what is not asked about is not judged.
    scene
        .post(&scene.choose, &[("shown", "ordinary"), ("shown", "channel:sms"), ("wants", "channel:sms")])
        .await;
    assert_eq!(scene.refused().await, [RefusalScope::SingleEvents]);
    assert_eq!(scene.reason(scene.faculty, Channel::Email).await, None);
    assert_eq!(answers("everything").await, [None; 3]);
    assert_eq!(scene.app.post_form(&scene.choose, &[("frequency", "often")]).await.status(), 400);
    scene.app.stop().await;
}

#[tokio::test]
async fn a_mark_of_importance_needs_a_role() {
    let app = TestApp::start().await;
    let file = builders::campaign().set("important", json!(true)).json();
    let create = async |scopes: &[Scope]| {
        let token = app.token(scopes).await;
        app.client.post(app.url("/api/v1/campaigns")).bearer_auth(token).json(&file).send().await.unwrap()
    };
    assert_eq!(create(&[Scope::Compose]).await.status(), 403);
    let made = create(&[Scope::Compose, Scope::Manage]).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["important"], true);

    // Saved by somebody without the role, the mark is gone.
    let path = format!("/campaigns/{}/edit", made["id"]);
    let admin = app.sign_in(Role::Admin).await;
    assert!(admin.get(&path).await.text().await.unwrap().contains("name=\"important\" value=\"yes\""));
    let editor = app.sign_in(Role::Editor).await;
    let page = editor.get(&path).await.text().await.unwrap();
    assert!(!page.contains("name=\"important\""));
    let mut sent = fields(&page);
    sent.push(("important".to_owned(), "yes".to_owned()));
    let strings = |sent: &[(String, String)]| -> Vec<(String, String)> { sent.to_vec() };
    let post = async |sent: Vec<(String, String)>| {
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        editor.post_form(&path, &sent).await.status().as_u16()
    };
    assert_eq!(post(strings(&sent)).await, 403);
    sent.pop();
    assert_eq!(post(sent).await, 303);
    let id = made["id"].as_i64().unwrap();
    assert!(!app.write(move |conn| campaign::find(conn, id).unwrap().campaign.is_important()).await);
    app.stop().await;
}
