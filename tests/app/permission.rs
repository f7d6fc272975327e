//! Permission has one answer: what is decided for one person and what a query finds for many agree.

use std::cell::Cell;
use std::collections::BTreeMap;

use brevduva::campaign::{self, CampaignFile, NewCampaign};
use brevduva::contacts as register;
use brevduva::content::Layouts;
use brevduva::db::dialect::Predicate;
use brevduva::db::schema::contacts;
use brevduva::db::{Conn, Error};
use brevduva::invitations;
use brevduva::kernel::language::Language;
use brevduva::preferences::pressure::{self, Cap};
use brevduva::preferences::{
    self, Channel, ConsentRecord, LegalBasis, PreferenceSource, Question, Reason, RefusalScope,
    SuppressionReason, Voice, Weight,
};
use brevduva::units;
use diesel::prelude::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::support::builders::{self, office, person, some_time, unit};
use crate::support::db::TestDatabase;

#[test]
fn reasons_stand_in_the_order_of_the_contract() {
    let order: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(
        order,
        [
            "erased",
            "deceased",
            "do_not_contact",
            "restricted",
            "paused",
            "protected",
            "no_address",
            "suppressed",
            "channel",
            "unit",
            "topic",
            "unit_topic",
            "important_only",
            "digest",
            "no_legal_basis",
            "unconfirmed",
            "contact_pressure",
            "already_invited",
            "same_address",
            "cancelled",
        ]
    );
}

const PURPOSES: [&str; 2] = ["newsletter", "events"];
const ADDRESSES: [&str; 3] = ["shared@example.se", "b@example.se", "c@example.se"];
const PHONES: [&str; 2] = ["+46701234567", "+46701234568"];
/// The units of a case: the office, a faculty, a department of the faculty.
const UNITS: usize = 3;
const TOPICS: usize = 2;
const CAMPAIGNS: usize = 2;

/// A scope by the places of units and topics, which have numbers only once they are stored.
#[derive(Debug, Clone, Copy)]
enum Scope {
    Everything,
    Channel(Channel),
    Unit(usize),
    Topic(usize),
    Offer(usize, usize, Channel),
    Ordinary,
    SingleEvents,
    /// A pause that goes on, or whose time is over.
    Pause {
        over: bool,
    },
    Restricted,
}

#[derive(Debug, Clone)]
struct Somebody {
    email: Option<&'static str>,
    phone: Option<&'static str>,
    street: bool,
    place: bool,
    deceased: bool,
    protected: bool,
    erased: bool,
    refusals: Vec<Scope>,
    consents: Vec<Agreement>,
    invited: Option<Invited>,
    mailed: Vec<Mailed>,
    unconfirmed: bool,
}

/// A mail of the unit in this place, so many days ago.
#[derive(Debug, Clone, Copy)]
struct Mailed {
    unit: usize,
    days_ago: i64,
    state: &'static str,
}

/// By the campaign in this place.
#[derive(Debug, Clone, Copy)]
struct Invited {
    campaign: usize,
    answered: bool,
}

#[derive(Debug, Clone, Copy)]
struct Agreement {
    purpose: &'static str,
    channel: Channel,
    unit: Option<usize>,
    given: bool,
}

#[derive(Debug, Clone)]
struct World {
    people: Vec<Somebody>,
    addresses_refused: Vec<(&'static str, Scope)>,
    suppressed: Vec<(Channel, &'static str)>,
    /// Of the unit in this place or of all: so many mailings in so many days.
    caps: Vec<(Option<usize>, i32, i32)>,
    questions: Vec<Asked>,
}

#[derive(Debug, Clone)]
struct Asked {
    channel: Channel,
    unit: Option<usize>,
    topic: Option<usize>,
    purpose: Option<&'static str>,
    basis: Option<LegalBasis>,
    /// The campaign that invites.
    invites: Option<usize>,
    weight: Option<Weight>,
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        1 => Just(Scope::Everything),
        2 => select(Channel::ALL).prop_map(Scope::Channel),
        3 => (0..UNITS).prop_map(Scope::Unit),
        2 => (0..TOPICS).prop_map(Scope::Topic),
        16 => (0..UNITS, 0..TOPICS, select(Channel::ALL)).prop_map(|(unit, topic, way)| Scope::Offer(unit, topic, way)),
        2 => Just(Scope::Ordinary),
        2 => Just(Scope::SingleEvents),
        2 => any::<bool>().prop_map(|over| Scope::Pause { over }),
        1 => Just(Scope::Restricted),
    ]
}

fn somebody() -> impl Strategy<Value = Somebody> {
    let agreement =
        (select(&PURPOSES[..]), select(Channel::ALL), option::of(0..UNITS), prop::bool::weighted(0.8))
            .prop_map(|(purpose, channel, unit, given)| Agreement { purpose, channel, unit, given });
    let invited =
        (0..CAMPAIGNS, any::<bool>()).prop_map(|(campaign, answered)| Invited { campaign, answered });
    let mailed = (0..UNITS, 0..20_i64, select(vec!["sent", "sending", "queued", "failed"]))
        .prop_map(|(unit, days_ago, state)| Mailed { unit, days_ago, state });
    (
        option::weighted(0.8, select(&ADDRESSES[..])),
        option::of(select(&PHONES[..])),
        any::<(bool, bool)>(),
        (
            prop::bool::weighted(0.1),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.1),
            prop::bool::weighted(0.2),
        ),
        // Enough people who said nothing, so that the reasons that are asked for last come up too.
        prop_oneof![2 => Just(Vec::new()), 3 => vec(scope(), 1..3)],
        vec(agreement, 0..4),
        option::of(invited),
        prop_oneof![2 => Just(Vec::new()), 3 => vec(mailed, 2..6)],
    )
        .prop_map(|(email, phone, (street, place), flags, refusals, consents, invited, mailed)| {
            let (deceased, protected, erased, unconfirmed) = flags;
            Somebody {
                email,
                phone,
                street,
                place,
                deceased,
                protected,
                erased,
                refusals,
                consents,
                invited,
                mailed,
                unconfirmed,
            }
        })
}

fn world() -> impl Strategy<Value = World> {
    let suppression = prop_oneof![
        select(&ADDRESSES[..]).prop_map(|address| (Channel::Email, address)),
        (select(vec![Channel::Sms, Channel::Phone]), select(&PHONES[..])),
    ];
    let asked = (
        select(Channel::ALL),
        option::of(0..UNITS),
        option::of(0..TOPICS),
        option::of(select(&PURPOSES[..])),
        option::of(select(LegalBasis::ALL)),
        option::of(0..CAMPAIGNS),
        option::of(select(Weight::ALL)),
    )
        .prop_map(|(channel, unit, topic, purpose, basis, invites, weight)| Asked {
            channel,
            unit,
            topic,
            purpose,
            basis,
            invites,
            weight,
        });
    (
        vec(somebody(), 1..8),
        vec((select(&ADDRESSES[..]), scope()), 0..2),
        vec(suppression, 0..2),
        vec((option::of(0..UNITS), 1..3, 1..40), 0..4),
        vec(asked, 4..8),
    )
        .prop_map(|(people, addresses_refused, suppressed, caps, questions)| World {
            people,
            addresses_refused,
            suppressed,
            caps,
            questions,
        })
}

/// What a case leaves behind: nothing.
enum Undo {
    Done(Result<(), TestCaseError>),
    Database(Error),
}

impl From<Error> for Undo {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<diesel::result::Error> for Undo {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

#[test]
fn one_person_and_many_get_the_same_answer() {
    let database = TestDatabase::new();
    let campaigns = database.db.write_blocking(campaigns).unwrap();
    let seen = Cell::new(BTreeMap::new());
    let mut runner = TestRunner::new(Config { cases: 250, failure_persistence: None, ..Config::default() });
    runner
        .run(&world(), |world| {
            let mut reasons = seen.take();
            let outcome = database.db.write_blocking(|conn| -> Result<(), Undo> {
                Err(Undo::Done(compare(conn, &world, &campaigns, &mut reasons)?))
            });
            seen.set(reasons);
            match outcome {
                Err(Undo::Done(result)) => result,
                Err(Undo::Database(error)) => panic!("{error}"),
                Ok(()) => unreachable!("a case is always undone"),
            }
        })
        .unwrap();
    let seen = seen.take();
    // A test of nobody's refusals would pass too.
    for word in [
        "erased",
        "deceased",
        "do_not_contact",
        "restricted",
        "paused",
        "protected",
        "no_address",
        "suppressed",
        "channel",
        "unit",
        "topic",
        "unit_topic",
        "important_only",
        "digest",
        "no_legal_basis",
        "unconfirmed",
        "contact_pressure",
        "already_invited",
        "same_address",
        "reachable",
    ] {
        assert!(seen.contains_key(word), "no case had the answer {word}: {seen:?}");
    }
}

/// Campaigns that can invite.
fn campaigns(conn: &mut Conn) -> Result<Vec<i64>, campaign::Error> {
    let mut ids = Vec::new();
    for _ in 0..CAMPAIGNS {
        let file = CampaignFile::parse(builders::campaign().json()).unwrap();
        let new = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true)?;
        ids.push(campaign::insert(conn, &new, some_time())?);
    }
    Ok(ids)
}

/// Where the units and topics of a case are stored.
struct Places {
    units: Vec<i64>,
    topics: Vec<i64>,
}

impl Places {
    fn scope(&self, scope: Scope) -> RefusalScope {
        match scope {
            Scope::Everything => RefusalScope::Everything,
            Scope::Channel(channel) => RefusalScope::Channel(channel),
            Scope::Unit(place) => RefusalScope::Unit(self.units[place]),
            Scope::Topic(place) => RefusalScope::Topic(self.topics[place]),
            Scope::Offer(unit, topic, channel) => {
                RefusalScope::Offer { unit: self.units[unit], topic: self.topics[topic], channel }
            }
            Scope::Ordinary => RefusalScope::Ordinary,
            Scope::SingleEvents => RefusalScope::SingleEvents,
            Scope::Pause { .. } => RefusalScope::Pause,
            Scope::Restricted => RefusalScope::Restricted,
        }
    }
}

fn compare(
    conn: &mut Conn,
    world: &World,
    campaigns: &[i64],
    seen: &mut BTreeMap<String, usize>,
) -> Result<Result<(), TestCaseError>, Undo> {
    let (places, ids) = store(conn, world, campaigns)?;
    let tree = units::tree(conn)?;
    for asked in &world.questions {
        let mut question = Question::new(asked.channel);
        if let Some(place) = asked.unit {
            question = question.from_unit(places.units[place], &tree);
        }
        if let Some(place) = asked.topic {
            question = question.about(places.topics[place]);
        }
        if let Some(purpose) = asked.purpose {
            question = question.with_purpose(purpose);
        }
        if let Some(basis) = asked.basis {
            question = question.on_basis(basis);
        }
        if let Some(weight) = asked.weight {
            question = question.weighing(weight);
        }
        if let Some(place) = asked.invites {
            question = question.inviting(campaigns[place]);
        }
        question = preferences::with_caps(conn, question, &tree, some_time())?;

        let everyone = || -> Predicate<contacts::table> { Box::new(contacts::id.eq(contacts::id)) };
        let found: Vec<(i64, Option<String>)> = contacts::table
            .order(contacts::id)
            .select((contacts::id, preferences::reason_of(&question, &everyone)))
            .load(conn)?;
        let refused: Vec<i64> =
            contacts::table.filter(preferences::refused(&question)).select(contacts::id).load(conn)?;

        let mut first_behind = BTreeMap::new();
        let mut expected = Vec::new();
        for id in &ids {
            let contact = register::by_ids(conn, &[*id])?.remove(0);
            let facts = preferences::facts(conn, &contact, asked.channel)?;
            let personal = preferences::decide(&facts, &question);
            let reason = match (personal, &contact.email_key) {
                (None, Some(key)) if asked.channel == Channel::Email => {
                    let first = *first_behind.entry(key.clone()).or_insert(*id);
                    (first != *id).then_some(Reason::SameAddress)
                }
                (personal, _) => personal,
            };
            let word = reason.map_or("reachable", Reason::as_str);
            *seen.entry(word.to_owned()).or_default() += 1;
            expected.push((*id, reason.map(|reason| reason.as_str().to_owned())));
            // As a message is asked about just before it goes: by itself.
            let alone = question.of_people(&[*id], some_time());
            let refused_alone: i64 =
                contacts::table.find(*id).filter(preferences::refused(&alone)).count().get_result(conn)?;
            if refused.contains(id) != personal.is_some() || (refused_alone == 1) != personal.is_some() {
                return Ok(Err(TestCaseError::fail(format!(
                    "refused() differs from decide() on {asked:?} {facts:?}"
                ))));
            }
        }
        if found != expected {
            return Ok(Err(TestCaseError::fail(format!(
                "{asked:?}: the query says {found:?}, decide() {expected:?}"
            ))));
        }
    }
    Ok(Ok(()))
}

fn store(conn: &mut Conn, world: &World, campaigns: &[i64]) -> Result<(Places, Vec<i64>), Undo> {
    let office = office(conn);
    let faculty = unit(conn, "faculty", None);
    let department = unit(conn, "department", Some(faculty));
    let topics = units::topics(conn)?.iter().take(TOPICS).map(|topic| topic.id).collect();
    let places = Places { units: vec![office, faculty, department], topics };
    let at = some_time();
    let mut ids = Vec::new();
    for somebody in &world.people {
        let mut builder = person();
        if let Some(email) = somebody.email {
            builder = builder.email(email);
        }
        if let Some(phone) = somebody.phone {
            builder = builder.phone(phone);
        }
        builder.contact.street = somebody.street.then(|| "Storgatan 1".to_owned());
        builder.contact.place = somebody.place.then(|| "Lund".to_owned());
        builder.contact.deceased = somebody.deceased;
        builder.contact.protected = somebody.protected;
        let id = builder.save(conn);
        if somebody.erased {
            diesel::update(contacts::table.find(id)).set(contacts::erased_at.eq(at)).execute(conn)?;
        }
        let voice = Voice {
            contact: Some(id),
            address_key: None,
            source: PreferenceSource::Staff,
            campaign: None,
            at,
        };
        for scope in &somebody.refusals {
            say_no(conn, &voice, *scope, &places)?;
        }
        let records: Vec<ConsentRecord> = somebody
            .consents
            .iter()
            .enumerate()
            .map(|(number, agreement)| ConsentRecord {
                contact_id: id,
                purpose: agreement.purpose.to_owned(),
                channel: agreement.channel,
                unit_id: agreement.unit.map(|place| places.units[place]),
                given: agreement.given,
                consent_text: "Ja".to_owned(),
                text_version: "1".to_owned(),
                language: Language::Swedish,
                source: PreferenceSource::Page,
                happened_at: at + chrono::TimeDelta::minutes(number as i64),
                recorded_at: at,
            })
            .collect();
        preferences::record_consents(conn, &records)?;
        if let Some(invited) = somebody.invited {
            invitations::claim(conn, campaigns[invited.campaign], &[id], at)?;
            if invited.answered {
                invitations::accept(conn, &[id], campaigns[invited.campaign], at)?;
            }
        }
        if somebody.unconfirmed {
            preferences::wait_for_confirmation(conn, id, at)?;
        }
        for mailed in &somebody.mailed {
            builders::mailed(
                conn,
                places.units[mailed.unit],
                id,
                mailed.state,
                at - chrono::TimeDelta::days(mailed.days_ago),
            );
        }
        ids.push(id);
    }
    for (unit, mailings, days) in &world.caps {
        let unit_id = unit.map(|place| places.units[place]);
        pressure::set(conn, Cap { unit_id, mailings: *mailings, days: *days }, at)?;
    }
    for (address, scope) in &world.addresses_refused {
        let voice = Voice {
            contact: None,
            address_key: Some(address),
            source: PreferenceSource::OneClick,
            campaign: None,
            at,
        };
        say_no(conn, &voice, *scope, &places)?;
    }
    for (channel, address) in &world.suppressed {
        preferences::suppress(conn, *channel, address, SuppressionReason::Bounce, "", at)?;
    }
    preferences::end_pauses(conn, at)?;
    Ok((places, ids))
}

fn say_no(conn: &mut Conn, voice: &Voice<'_>, scope: Scope, places: &Places) -> Result<(), Error> {
    match scope {
        Scope::Pause { over: true } => preferences::pause(conn, voice, voice.at),
        Scope::Pause { over: false } => {
            preferences::pause(conn, voice, voice.at + chrono::TimeDelta::days(30))
        }
        scope => preferences::refuse(conn, voice, places.scope(scope)),
    }
}

#[test]
fn saying_no_twice_is_saying_it_once_and_yes_takes_it_back() {
    let database = TestDatabase::new();
    database
        .db
        .write_blocking(|conn| -> Result<(), Error> {
            let id = person().email("a@example.se").save(conn);
            let voice = Voice {
                contact: Some(id),
                address_key: Some("a@example.se"),
                source: PreferenceSource::Page,
                campaign: None,
                at: some_time(),
            };
            let scope = RefusalScope::Channel(Channel::Email);
            preferences::refuse(conn, &voice, scope)?;
            preferences::refuse(conn, &voice, scope)?;
            assert_eq!(preferences::refusals(conn, id, Some("a@example.se"))?, [scope]);
            // Somebody else behind the same address is bound too.
            let other = person().email("A@example.se").save(conn);
            assert_eq!(preferences::refusals(conn, other, Some("a@example.se"))?, [scope]);
            preferences::allow(conn, &voice, scope)?;
            assert!(preferences::refusals(conn, id, Some("a@example.se"))?.is_empty());
            assert!(preferences::refusals(conn, other, Some("a@example.se"))?.is_empty());
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn whoever_is_only_interested_by_a_programs_word_waits_for_their_own() {
    use brevduva::staff::{Role, Scope};
    let app = crate::support::app::TestApp::start().await;
    let token = app.token(&[Scope::Import, Scope::Read]).await;
    let post = async |path: &str, body: serde_json::Value| {
        let call = app.client.post(app.url(path)).bearer_auth(&token).json(&body);
        call.send().await.unwrap().json::<serde_json::Value>().await.unwrap()
    };
    let somebody = |name: &str, kinds: &[&str]| {
        let email = format!("{name}@example.org");
        serde_json::json!({ "given_name": name, "family_name": "Ek", "email": email, "language": "sv", "kinds": kinds })
    };
    let ada = post("/api/v1/contacts", somebody("ada", &["interested"])).await["id"].as_i64().unwrap();
    post("/api/v1/contacts", somebody("bo", &["interested", "alumn"])).await;
    let left_out = async || {
        let body = serde_json::json!({ "rule": { "everyone": true }, "unit": "alumn" });
        post("/api/v1/segments/count", body).await["left_out"].clone()
    };
    assert_eq!(left_out().await, serde_json::json!({ "unconfirmed": 1 }));
    let staff = app.sign_in(Role::Editor).await;
    let path = format!("/contacts/{ada}");
    assert!(staff.get(&path).await.text().await.unwrap().contains("/confirmed"));
    assert_eq!(staff.post_form(&format!("{path}/confirmed"), &[]).await.status(), 303);
    assert_eq!(left_out().await, serde_json::json!({}));
    assert!(!staff.get(&path).await.text().await.unwrap().contains("/confirmed"));
    app.stop().await;
}
