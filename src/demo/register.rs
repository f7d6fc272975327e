//! Stores invented people as an office would have them: units, people, degrees, employments, preferences.

use chrono::NaiveDateTime;

use super::people::{self, InventedPerson, InventedRefusal};
use crate::contacts::{self, Degree, Employment, NewContact, search_key};
use crate::db::{Conn, Error};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::preferences::{
    self, Channel, ConsentRecord, PreferenceSource, RefusalScope, Voice, record_consents,
};
use crate::units::{self, NewUnit, Topic, UnitTree};

const SOURCE: &str = "demo";

/// Fills the register with `count` invented people; the same ones each time.
///
/// # Errors
/// Those of the database.
pub fn fill(conn: &mut Conn, count: usize, now: NaiveDateTime) -> Result<(), Error> {
    for (slug, name) in people::UNITS {
        if units::unit_by_slug(conn, slug)?.is_none() {
            let unit = NewUnit {
                parent_id: None,
                slug: (*slug).to_owned(),
                name: (*name).to_owned(),
                created_at: now,
            };
            units::insert_unit(conn, &unit)?;
        }
    }
    let tree = units::tree(conn)?;
    let topics = units::topics(conn)?;
    let invented: Vec<InventedPerson> = people::people(count, 1).collect();
    for batch in invented.chunks(5_000) {
        let rows: Vec<NewContact> = batch.iter().map(|person| contact(person, now)).collect();
        let ids = contacts::insert(conn, rows.clone())?;
        let mut kinds = Vec::new();
        let mut degrees = Vec::new();
        let mut employments = Vec::new();
        for (person, &id) in batch.iter().zip(&ids) {
            kinds.extend(person.kinds.iter().map(|kind| (id, *kind)));
            degrees.extend(person.degrees.iter().map(|degree| Degree {
                contact_id: id,
                programme_code: degree.programme_code.to_owned(),
                programme_name: degree.programme_name.to_owned(),
                faculty: Some(degree.faculty.to_owned()),
                faculty_key: Some(search_key(degree.faculty)),
                level: Some(degree.level),
                start_year: Some(degree.start_year),
                graduation_year: degree.graduation_year,
                degree_title: degree.degree_title.map(str::to_owned),
                credits: Some(degree.credits),
                source: SOURCE.to_owned(),
            }));
            employments.extend(person.employments.iter().map(|work| Employment {
                contact_id: id,
                employer: Some(work.employer.to_owned()),
                employer_key: Some(search_key(work.employer)),
                job_title: Some(work.title.to_owned()),
                job_title_key: Some(search_key(work.title)),
                profession_code: Some(work.ssyk.to_owned()),
                industry_code: Some(work.industry.to_owned()),
                sector: Some(work.sector),
                from_date: Some(work.from),
                to_date: work.to,
                current: work.to.is_none(),
                source: SOURCE.to_owned(),
            }));
        }
        contacts::add_kinds(conn, &kinds)?;
        contacts::insert_degrees(conn, &degrees)?;
        contacts::insert_employments(conn, &employments)?;
        for ((person, row), &id) in batch.iter().zip(&rows).zip(&ids) {
            wishes(conn, person, row, id, &tree, &topics, now)?;
        }
    }
    Ok(())
}

fn contact(person: &InventedPerson, now: NaiveDateTime) -> NewContact {
    let email = person.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
    let place = person.home.place.map(str::to_owned);
    let location = person.home.location;
    NewContact {
        given_name: person.given_name.to_owned(),
        family_name: person.family_name.to_owned(),
        name_key: search_key(&format!("{} {}", person.given_name, person.family_name)),
        language: person.language,
        birth_date: Some(person.birth_date),
        email: email.as_ref().map(|address| address.as_str().to_owned()),
        email_key: email.as_ref().map(|address| address.key().to_owned()),
        phone: person.phone.clone(),
        street: person.home.street.clone(),
        postcode: person.home.postcode.map(str::to_owned),
        place_key: place.as_deref().map(search_key),
        place,
        municipality: location.and_then(|found| found.municipality.as_ref().map(|one| one.code.clone())),
        region: location.and_then(|found| found.region_code()).map(str::to_owned),
        country: person.home.country.map(str::to_owned),
        latitude: location.map(|found| found.latitude),
        longitude: location.map(|found| found.longitude),
        deceased: person.deceased,
        protected: person.protected,
        updated_at: now,
    }
}

fn wishes(
    conn: &mut Conn,
    person: &InventedPerson,
    row: &NewContact,
    id: i64,
    tree: &UnitTree,
    topics: &[Topic],
    now: NaiveDateTime,
) -> Result<(), Error> {
    let voice = Voice {
        contact: Some(id),
        address_key: row.email_key.as_deref(),
        source: PreferenceSource::Demo,
        campaign: None,
        at: now,
    };
    for refusal in &person.refusals {
        let scope = match refusal {
            InventedRefusal::Everything => Some(RefusalScope::Everything),
            InventedRefusal::Email => Some(RefusalScope::Channel(Channel::Email)),
            InventedRefusal::Unit(slug) => tree.by_slug(slug).map(|unit| RefusalScope::Unit(unit.id)),
            InventedRefusal::Topic(code) => {
                topics.iter().find(|topic| topic.code == *code).map(|topic| RefusalScope::Topic(topic.id))
            }
        };
        if let Some(scope) = scope {
            preferences::refuse(conn, &voice, scope)?;
        }
    }
    let records: Vec<ConsentRecord> = person
        .consents
        .iter()
        .map(|purpose| ConsentRecord {
            contact_id: id,
            purpose: (*purpose).to_owned(),
            channel: Channel::Email,
            unit_id: None,
            given: true,
            consent_text: "Jag vill ha nyheter från mitt universitet.".to_owned(),
            text_version: "demo-1".to_owned(),
            language: Language::Swedish,
            source: PreferenceSource::Demo,
            happened_at: now,
            recorded_at: now,
        })
        .collect();
    record_consents(conn, &records)?;
    Ok(())
}
