//! Everything that is held about one person, each with its source and date (GDPR article 15, product P38). One list, from
//! which the page, the JSON and the CSV are made, so that none of them can leave something out.

use chrono::NaiveDateTime;

use super::requests;
use crate::contacts::{self, Contact, erased};
use crate::db::{Conn, Error};
use crate::kernel::history::Before;
use crate::preferences::{self, RefusalScope};
use crate::units::{self, Topic, UnitTree};
use crate::{delivery, invitations};

/// How much of each history is listed, the latest; more than anybody has.
const MOST: i64 = 5_000;

crate::text_enum! {
    /// What a record is about.
    Section {
        Details = "details",
        Kinds = "kinds",
        Identifiers = "identifiers",
        Degrees = "degrees",
        Employments = "employments",
        Participations = "participations",
        Relations = "relations",
        Network = "network",
        Wishes = "wishes",
        Consents = "consents",
        Mailings = "mailings",
        Activity = "activity",
        Requests = "requests",
    }
}

/// One thing that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub section: Section,
    /// Names and values; values of a fixed set are the program's words.
    pub fields: Vec<(&'static str, String)>,
    /// Where it is from: a word of the program, or a source system's name.
    pub source: String,
    /// When it was recorded, where that is known.
    pub at: Option<NaiveDateTime>,
}

/// The program itself made it.
const SYSTEM: &str = "system";
/// It came with a register file.
const REGISTER: &str = "register";

impl Record {
    fn new(section: Section, source: impl ToString, at: Option<NaiveDateTime>) -> Self {
        Self { section, fields: Vec::new(), source: source.to_string(), at }
    }

    /// With one value more, if there is one.
    fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.fields
            .extend(value.map(|value| (name, value.to_string())).filter(|(_, value)| !value.is_empty()));
        self
    }
}

/// Reads everything, section by section.
///
/// # Errors
/// Those of the database.
pub fn held(conn: &mut Conn, contact: &Contact) -> Result<Vec<Record>, Error> {
    let people = erased::with_parts(conn, contact.id)?;
    let (tree, topics) = (units::tree(conn)?, units::topics(conn)?);
    let mut records = details(conn, contact)?;
    records.extend(register(conn, contact.id)?);
    records.push(
        Record::new(Section::Network, SYSTEM, None)
            .with("network", Some(invitations::network(conn, contact.id)?)),
    );
    let recorded = preferences::recorded_of(conn, &people)?;
    for act in preferences::preference_events(conn, &people, Before::everything(), MOST)? {
        let mut record = Record::new(Section::Wishes, act.source, Some(act.happened_at));
        record.fields.extend(scope_fields(&act.scope, contact, &tree, &topics));
        let told = recorded.iter().find(|one| one.event_id == Some(act.id));
        records.push(arrived(record.with("answer", Some(if act.refused { "no" } else { "yes" })), told));
    }
    if let Some(until) = preferences::paused_until(conn, contact.id, contact.email_key.as_deref())? {
        records.push(Record::new(Section::Wishes, "page", None).with("until", Some(until.date())));
    }
    for act in preferences::consent_events(conn, &people, Before::everything(), MOST)? {
        let told = recorded.iter().find(|one| one.consent_id == Some(act.id));
        records.push(arrived(
            Record::new(Section::Consents, act.source, Some(act.happened_at))
                .with("purpose", Some(act.purpose))
                .with("channel", Some(act.channel))
                .with("unit", act.unit_id.map(|unit| unit_name(&tree, unit)))
                .with("answer", Some(if act.given { "yes" } else { "no" }))
                .with("text", Some(act.consent_text))
                .with("version", Some(act.text_version)),
            told,
        ));
    }
    for mailing in delivery::mailings(conn, &people, MOST)? {
        records.push(
            Record::new(Section::Mailings, SYSTEM, Some(mailing.updated_at))
                .with("mailing", Some(mailing.campaign))
                .with("unit", Some(unit_name(&tree, mailing.unit_id)))
                .with("email", mailing.email)
                .with("state", Some(mailing.state))
                .with("reason", mailing.reason),
        );
    }
    for digest in delivery::digest::digests_of(conn, &people)? {
        records.push(
            Record::new(Section::Mailings, SYSTEM, Some(digest.made_at))
                .with("digest", Some(digest.month.format("%Y-%m")))
                .with("email", digest.email_key),
        );
    }
    for done in contacts::engagements_of(conn, contact.id)? {
        records.push(
            Record::new(Section::Activity, SYSTEM, Some(done.happened_at))
                .with("did", Some(done.did))
                .with("mailing_number", Some(done.campaign_id))
                .with("link", (done.link != contacts::PIXEL).then_some(done.link)),
        );
    }
    for request in requests::of_people(conn, &people)? {
        records.push(
            Record::new(Section::Requests, request.how, Some(request.received_at))
                .with("request", Some(request.kind))
                .with("done", request.done_at.map(|at| at.date())),
        );
    }
    Ok(records)
}

/// With how it came to staff, where they wrote it down.
fn arrived(record: Record, told: Option<&preferences::Recorded>) -> Record {
    let Some(told) = told else { return record };
    record
        .with("arrived_on", Some(told.arrived_on))
        .with("way", Some(told.way))
        .with("recorded_on", Some(told.recorded_at.date()))
        .with("note", told.note.clone())
}

/// The person's own fields, each with whoever set it.
fn details(conn: &mut Conn, contact: &Contact) -> Result<Vec<Record>, Error> {
    let provenance = contacts::provenance(conn, contact.id)?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let yes = |mark: bool| if mark { "yes".to_owned() } else { String::new() };
    // Value and the field by which imports and provenance know it.
    let values = [
        ("given_name", "given_name", contact.given_name.clone()),
        ("family_name", "family_name", contact.family_name.clone()),
        ("language", "language", contact.language.to_string()),
        ("birth_date", "birth_date", contact.birth_date.map(|date| date.to_string()).unwrap_or_default()),
        ("email", "email", text(&contact.email)),
        ("phone", "phone", text(&contact.phone)),
        ("street", "address", text(&contact.street)),
        ("postcode", "address", text(&contact.postcode)),
        ("place", "address", text(&contact.place)),
        ("municipality", "address", text(&contact.municipality)),
        ("region", "address", text(&contact.region)),
        ("country", "address", text(&contact.country)),
        (
            "coordinates",
            "address",
            contact.coordinates().map(|(north, east)| format!("{north:.4}, {east:.4}")).unwrap_or_default(),
        ),
        ("protected", "protected", yes(contact.protected)),
        ("deceased", "deceased", yes(contact.deceased)),
    ];
    Ok(values
        .into_iter()
        .filter(|(_, _, value)| !value.is_empty())
        .map(|(name, field, value)| {
            let set = provenance.iter().find(|one| one.field == field);
            let (source, at) = match set {
                Some(set) => (set.source.to_string(), set.recorded_at),
                None => (REGISTER.to_owned(), contact.updated_at),
            };
            Record::new(Section::Details, source, Some(at)).with(name, Some(value))
        })
        .collect())
}

/// What the register holds around the person.
fn register(conn: &mut Conn, id: i64) -> Result<Vec<Record>, Error> {
    let ids = [id];
    let mut records = Vec::new();
    for address in contacts::addresses_of(conn, &ids)?.into_iter().filter(|one| one.removed_at.is_none()) {
        let former = address.source == contacts::AddressSource::Former;
        let word = if former { REGISTER.to_owned() } else { address.source.to_string() };
        let source = address.system.unwrap_or(word);
        records.push(
            Record::new(Section::Details, source, Some(address.recorded_at))
                .with("email", Some(address.address))
                .with("confirmed", address.confirmed_at.map(|at| at.date())),
        );
    }
    let provenance = contacts::provenance(conn, id)?;
    for (_, kind) in contacts::kinds(conn, &ids)? {
        let set = provenance.iter().find(|one| one.field == contacts::kind_field(kind));
        let source = set.map_or_else(|| REGISTER.to_owned(), |set| set.source.to_string());
        let record = Record::new(Section::Kinds, source, set.map(|set| set.recorded_at));
        records.push(record.with("kind", Some(kind)));
    }
    for identifier in contacts::identifiers(conn, &ids)? {
        // The kind alone: an identity number is kept as a hash that nobody can read, and is shown to nobody.
        records
            .push(Record::new(Section::Identifiers, REGISTER, None).with("scheme", Some(identifier.scheme)));
    }
    for (_, degree) in contacts::degrees(conn, &ids)? {
        records.push(
            Record::new(Section::Degrees, degree.source, None)
                .with("programme", Some(degree.programme_name))
                .with("programme_code", Some(degree.programme_code))
                .with("faculty", degree.faculty)
                .with("level", degree.level)
                .with("start_year", degree.start_year)
                .with("graduation_year", degree.graduation_year)
                .with("degree_title", degree.degree_title)
                .with("credits", degree.credits),
        );
    }
    for (_, work) in contacts::employments(conn, &ids)? {
        records.push(
            Record::new(Section::Employments, work.source, None)
                .with("employer", work.employer)
                .with("job_title", work.job_title)
                .with("profession_code", work.profession_code)
                .with("industry_code", work.industry_code)
                .with("sector", work.sector)
                .with("from_date", work.from_date)
                .with("to_date", work.to_date)
                .with("current", work.current.then_some("yes")),
        );
    }
    for (_, event) in contacts::participations(conn, &ids)? {
        records.push(
            Record::new(Section::Participations, event.source, event.recorded_at)
                .with("occasion", Some(event.kind))
                .with("event", Some(event.event_name))
                .with("event_code", Some(event.event_code))
                .with("attended_on", event.attended_on),
        );
    }
    for relation in contacts::relations(conn, id)? {
        let organisation = match relation.organisation_id {
            Some(organisation) => contacts::organisation(conn, organisation)?.map(|one| one.name),
            None => None,
        };
        let role = if relation.contact_id == id { "relation" } else { "relation_of" };
        records.push(
            Record::new(Section::Relations, "staff", Some(relation.recorded_at))
                .with(role, Some(relation.role))
                .with("organisation", organisation)
                // Who the other person is, is theirs to tell (GDPR article 15(4)).
                .with("other_person", relation.other_contact_id.map(|_| "yes"))
                .with("from_date", relation.from_date)
                .with("to_date", relation.to_date),
        );
    }
    Ok(records)
}

fn unit_name(tree: &UnitTree, unit: i64) -> String {
    tree.get(unit).map_or_else(|| unit.to_string(), |unit| unit.name.clone())
}

/// What a "no" is about, by its name.
fn scope_fields(
    scope: &str,
    contact: &Contact,
    tree: &UnitTree,
    topics: &[Topic],
) -> Vec<(&'static str, String)> {
    let of_topic = |topic: i64| {
        let name = topics.iter().find(|one| one.id == topic).map(|one| one.name(contact.language));
        ("topic", name.map_or_else(|| topic.to_string(), str::to_owned))
    };
    match scope.parse() {
        Ok(RefusalScope::Channel(channel)) => vec![("channel", channel.to_string())],
        Ok(RefusalScope::Unit(unit)) => vec![("unit", unit_name(tree, unit))],
        Ok(RefusalScope::Topic(topic)) => vec![of_topic(topic)],
        Ok(RefusalScope::Offer { unit, topic, channel }) => {
            vec![of_topic(topic), ("unit", unit_name(tree, unit)), ("channel", channel.to_string())]
        }
        _ => vec![("scope", scope.to_owned())],
    }
}
