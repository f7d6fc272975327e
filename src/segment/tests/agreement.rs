//! The compiled query and the judgement in memory agree on random people, on each engine.

use diesel::connection::SimpleConnection;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestError, TestRunner};

use super::super::store;
use super::super::{Error, PersonFacts, Rule};
use super::arbitrary;
use super::people::{anybody, some_time};
use crate::contacts::store as register;
use crate::contacts::{Contact, Degree, Employment, NewContact, search_key};
use crate::db::{Conn, Database, DatabaseUrl, migrate};

#[test]
fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("agreement.db"));
    check(&Database::open(&url, 2).unwrap());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests find their database in the environment")]
fn on_postgres() {
    let Ok(url) = std::env::var("BREVDUVA_TEST_POSTGRES_URL") else { return };
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
        *person = store::facts(conn, person.contact.id)?.unwrap();
    }

    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let conn = std::cell::RefCell::new(conn);
    let result = runner.run(&arbitrary::rules(), |json| {
        let rule = Rule::parse(&json).unwrap();
        let matched = store::everyone_matched(&mut conn.borrow_mut(), &rule).unwrap();
        for person in &people {
            let id = person.contact.id;
            proptest::prop_assert_eq!(
                matched.contains(&id),
                rule.matches(person).unwrap(),
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
    let ids = register::insert(conn, &contacts)?;
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
             VALUES ({campaign}, NULL, 'sent', CURRENT_TIMESTAMP);"
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
        for purpose in &person.consents {
            sql += &format!(
                "INSERT INTO standing_consents (contact_id, purpose, channel, since) \
                 VALUES ({id}, '{purpose}', 'email', CURRENT_TIMESTAMP);"
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
