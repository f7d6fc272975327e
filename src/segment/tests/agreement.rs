//! The compiled query and the judgement in memory agree on random people, on each engine.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestError, TestRunner};

use super::super::store;
use super::super::{Error, MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, PersonFacts, Rule};
use super::arbitrary;
use super::people::{anybody, some_time};
use crate::contacts as register;
use crate::contacts::{Contact, Degree, Employment, NewContact, search_key};
use crate::db::{Conn, Database, DatabaseUrl, migrate};
use crate::invitations::Network;
use crate::preferences::{Channel, Question};
use crate::taxonomy::synonyms::Synonyms;

#[test]
fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("agreement.db"));
    check(&Database::open(&url, 2).unwrap());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests find their database in the environment")]
fn on_postgres() {
    let Ok(url) = std::env::var("BREVDUVA_TEST_POSTGRES_URL") else {
        assert!(
            std::env::var("BREVDUVA_TEST_REQUIRE_SERVICES").is_err(),
            "there is no PostgreSQL to test on"
        );
        eprintln!("not run: there is no PostgreSQL to test on");
        return;
    };
    let database = Database::open(&url.parse().unwrap(), 2).unwrap();
    check(&database);
}

/// Fills the database with random people, compares, and takes them back.
fn check(database: &Database) {
    migrate::run(database).unwrap();
    let undone = database.write_blocking(|conn| {
        compare(conn)?;
        Err::<(), Error>(Error::Rule(Vec::new()))
    });
    assert!(matches!(undone, Err(Error::Rule(errors)) if errors.is_empty()));
}

fn compare(conn: &mut Conn) -> Result<(), Error> {
    let mut runner = TestRunner::deterministic();
    let people = vec(anybody(), 120).new_tree(&mut runner).unwrap().current();
    let mut people = insert(conn, &people)?;
    // One person is two records joined: the emptied one must not come back through a `not`.
    register::merge(conn, people[0].contact.id, people[1].contact.id)?;
    for person in &mut people {
        *person = store::facts(conn, person.contact.id, some_time())?.unwrap();
    }

    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let words = [("trollkarl", "2211"), ("jurister", "22"), ("vd", "26")];
    let words = words.map(|(word, code)| (word.to_owned(), code.to_owned()));
    let synonyms = Arc::new(Synonyms::of(words));
    let conn = std::cell::RefCell::new(conn);
    let result = runner.run(&arbitrary::rules(), |json| {
        let rule = Rule::parse(&json).unwrap().with_synonyms(&synonyms);
        let matched = store::everyone_matched(&mut conn.borrow_mut(), &rule, some_time()).unwrap();
        for person in &people {
            let id = person.contact.id;
            proptest::prop_assert_eq!(
                matched.contains(&id),
                rule.matches(person),
                "the query and the judgement differ on {:?}",
                person
            );
        }
        Ok(())
    });
    match result {
        Err(TestError::Fail(reason, json)) => panic!("{json}\n{reason}"),
        other => other.unwrap(),
    }
    Ok(())
}

/// Stores the people and gives them the numbers that the database gave them.
fn insert(conn: &mut Conn, people: &[PersonFacts]) -> Result<Vec<PersonFacts>, Error> {
    let contacts: Vec<NewContact> = people.iter().map(|person| new_contact(&person.contact)).collect();
    let ids = register::insert(conn, contacts)?;
    let mut stored = people.to_vec();
    for (person, id) in stored.iter_mut().zip(ids) {
        person.contact.id = id;
        person.degrees.iter_mut().for_each(|degree| keyed_degree(degree, id));
        person.employments.iter_mut().for_each(|employment| keyed_employment(employment, id));
    }
    let degrees: Vec<_> = stored.iter().flat_map(|person| person.degrees.clone()).collect();
    let employments: Vec<_> = stored.iter().flat_map(|person| person.employments.clone()).collect();
    let kinds: Vec<_> =
        stored.iter().flat_map(|person| person.kinds.iter().map(|kind| (person.contact.id, *kind))).collect();
    register::insert_degrees(conn, &degrees)?;
    register::insert_employments(conn, &employments)?;
    register::add_kinds(conn, &kinds)?;

    let mut sql = String::new();
    for campaign in 1..4 {
        sql += &format!(
            "INSERT INTO campaigns (id, name, unit_id, topic_id, purpose, legal_basis, from_name, from_address, rule, \
             tracking, content, state, version, created_at, updated_at) SELECT {campaign}, 'x', MIN(units.id), \
             MIN(topics.id), 'x', 'consent', 'x', 'x', '{{}}', 'off', '{{}}', 'sent', 1, CURRENT_TIMESTAMP, \
             CURRENT_TIMESTAMP FROM units, topics;
             INSERT INTO deliveries (campaign_id, contact_id, state, updated_at) \
             VALUES ({campaign}, NULL, 'sent', CURRENT_TIMESTAMP);
             INSERT INTO invitations (contact_id, campaign_id, invited_at, answer) \
             VALUES (NULL, {campaign}, CURRENT_TIMESTAMP, 'declined');"
        );
    }
    for person in &stored {
        let id = person.contact.id;
        for campaign in 1..4 {
            let state = if person.received.contains(&campaign) { "sent" } else { "failed" };
            sql += &format!(
                "INSERT INTO deliveries (campaign_id, contact_id, state, updated_at) \
                 VALUES ({campaign}, {id}, '{state}', CURRENT_TIMESTAMP);"
            );
        }
        let answer = match person.network {
            Network::NotInvited => None,
            Network::Invited => Some("NULL"),
            Network::Member => Some("'accepted'"),
            Network::Left => Some("'left'"),
        };
        if let Some(answer) = answer {
            sql += &format!(
                "INSERT INTO invitations (contact_id, campaign_id, invited_at, answer) \
                 VALUES ({id}, 1, CURRENT_TIMESTAMP, {answer});"
            );
        }
        for purpose in &person.consents {
            sql += &format!(
                "INSERT INTO standing_consents (contact_id, purpose, channel, since) \
                 VALUES ({id}, '{purpose}', 'email', CURRENT_TIMESTAMP);"
            );
        }
        for done in person.engagements.iter().flatten() {
            sql += &format!(
                "INSERT INTO engagements (contact_id, campaign_id, did, language, link, happened_at) \
                 VALUES ({id}, {}, '{}', 'sv', {}, '{}');",
                done.campaign_id, done.did, done.link, done.happened_at
            );
        }
        for (event, day) in &person.participations {
            let day = day.map_or("NULL".to_owned(), |day| format!("'{day}'"));
            sql += &format!(
                "INSERT INTO participations (contact_id, event_code, event_name, attended_on, source) \
                 VALUES ({id}, '{event}', 'x', {day}, 'test');"
            );
        }
    }
    conn.batch_execute(&sql)?;
    Ok(stored)
}

fn new_contact(contact: &Contact) -> NewContact {
    let contact = contact.clone();
    NewContact {
        name_key: search_key(&contact.full_name()),
        place_key: None,
        updated_at: some_time(),
        given_name: contact.given_name,
        family_name: contact.family_name,
        language: contact.language,
        birth_date: contact.birth_date,
        email: contact.email,
        email_key: contact.email_key,
        phone: contact.phone,
        street: contact.street,
        postcode: contact.postcode,
        place: contact.place,
        municipality: contact.municipality,
        region: contact.region,
        country: contact.country,
        latitude: contact.latitude,
        longitude: contact.longitude,
        deceased: contact.deceased,
        protected: contact.protected,
    }
}

fn keyed_degree(degree: &mut Degree, contact: i64) {
    degree.contact_id = contact;
    degree.faculty_key = degree.faculty.as_deref().map(search_key);
}

fn keyed_employment(employment: &mut Employment, contact: i64) {
    employment.contact_id = contact;
    employment.employer_key = employment.employer.as_deref().map(search_key);
    employment.job_title_key = employment.job_title.as_deref().map(search_key);
}

#[test]
fn a_count_tells_whom_nothing_bars_and_the_others_by_reason() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("count.db")), 2).unwrap();
    migrate::run(&database).unwrap();
    let count = database
        .write_blocking(|conn| {
            let somebody = super::people::somebody();
            let mut people = vec![new_contact(&somebody.contact); 4];
            for (person, address) in people.iter_mut().zip(["a@b.se", "c@d.se", "c@d.se"]) {
                person.email = Some(address.to_owned());
                person.email_key = Some(address.to_owned());
            }
            people[0].deceased = true;
            register::insert(conn, people)?;
            let question = Question::new(Channel::Email);
            let all = store::count(conn, &Rule::everyone(), &question, some_time())?;
            let none =
                store::count(conn, &super::rule(r#"{"not":{"everyone":true}}"#), &question, some_time())?;
            assert_eq!((none.matched, none.reachable, none.left_out.len()), (0, 0, 0));
            Ok::<_, Error>(all)
        })
        .unwrap();
    assert_eq!(
        serde_json::to_value(count).unwrap(),
        serde_json::json!({"matched": 4, "reachable": 1,
                           "left_out": {"deceased": 1, "no_address": 1, "same_address": 1}})
    );
}

#[test]
fn two_segments_are_laid_over_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("overlap.db")), 2).unwrap();
    migrate::run(&database).unwrap();
    database
        .write_blocking(|conn| {
            let somebody = super::people::somebody();
            let mut people = vec![new_contact(&somebody.contact); 6];
            for (person, region) in people.iter_mut().zip(["SE-M", "SE-M", "SE-M", "NO-46", "NO-46"]) {
                person.region = Some(region.to_owned());
                person.country = Some(region[..2].to_owned());
            }
            people[2].country = Some("DK".to_owned());
            register::insert(conn, people)?;
            let skane = super::rule(r#"{"lives":{"region":{"in":["SE-M"]}}}"#);
            let abroad = super::rule(r#"{"lives":{"country":{"in":["NO","DK"]}}}"#);
            let found = store::overlap(conn, &skane, &abroad, some_time())?;
            assert_eq!((found.only_first, found.both, found.only_second), (2, 1, 2));
            let found = store::overlap(conn, &skane, &skane, some_time())?;
            assert_eq!((found.only_first, found.both, found.only_second), (0, 3, 0));
            Ok::<_, Error>(())
        })
        .unwrap();
}

#[test]
fn a_saved_segment_comes_back_as_it_was_and_a_broken_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("saved.db")), 2).unwrap();
    migrate::run(&database).unwrap();
    let rule = super::rule(super::EXAMPLE);
    database
        .write_blocking(|conn| {
            let id = store::insert(conn, 1, "Jubileum", &rule, some_time())?;
            let saved = store::find(conn, id)?.unwrap();
            assert_eq!((saved.name.as_str(), &saved.rule, saved.unit_id), ("Jubileum", &rule, 1));
            assert!(store::update(conn, id, "Alla", &Rule::everyone(), some_time())?);
            assert_eq!(store::page(conn, &[1], 0, 10)?[0].rule, Rule::everyone());
            assert!(store::page(conn, &[], 0, 10)?.is_empty());
            assert!(store::share(conn, id, true, some_time())?);
            assert!(store::page(conn, &[], 0, 10)?[0].shared, "other units see what is shared");
            conn.batch_execute(r#"UPDATE segments SET rule = '{"all":[]}'"#)?;
            assert!(matches!(store::find(conn, id), Err(Error::Stored { id: broken, .. }) if broken == id));
            assert!(store::delete(conn, id)?);
            assert!(store::find(conn, id)?.is_none());
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// SQLite refuses expressions deeper than 1,000 and more than 32,766 parameters; a rule stays below.
#[test]
fn the_largest_rule_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("large.db")), 2).unwrap();
    migrate::run(&database).unwrap();
    let (works, lives) = (MAX_CONDITIONS / 3, MAX_CONDITIONS - MAX_CONDITIONS / 3);
    let circle = serde_json::json!({"lives": {"within_km": {"place": "Malmö", "km": 50}}});
    let each = (MAX_VALUES - 6 * lives) / works;
    let codes: Vec<String> = (0..each).map(|i| (1000 + i).to_string()).collect();
    let condition = serde_json::json!({"works": {"profession": {"under": codes}}});
    let conditions = [vec![condition; works], vec![circle; lives]].concat();
    let mut largest = serde_json::json!({ "any": conditions });
    for _ in 1..MAX_DEPTH {
        largest = serde_json::json!({ "not": largest });
    }
    let rule = Rule::parse(&largest).unwrap_or_else(|errors| panic!("{}", super::lines(&errors)));
    let question = Question::new(Channel::Email);
    database.read_blocking(|conn| store::count(conn, &rule, &question, some_time())).unwrap();
}
