//! Writes plans: one statement per table and batch wherever rows are new.

use chrono::NaiveDateTime;

use super::claim::source_identifier;
use super::history;
use super::mapping::Mapping;
use super::plan::{Plan, RowOutcome};
use super::register::Person;
use super::store::{self, NewReview, ReviewState};
use super::summary::Outcome;
use crate::contacts;
use crate::contacts::NewIdentifier;
use crate::contacts::{ContactKind, IdentifierScheme, MergeSource};
use crate::db::{Conn, Error, keys};
use crate::invitations;
use crate::preferences::{self, Channel, ConsentRecord, PreferenceSource};

/// What every batch of one import shares.
#[derive(Debug, Clone)]
pub struct Context {
    /// The import.
    pub import: i64,
    /// The mapping.
    pub mapping: Mapping,
    /// The unit that consents are given to.
    pub consent_unit: Option<i64>,
    /// The time of the batch.
    pub now: NaiveDateTime,
}

/// Writes plans in the transaction of the caller. New people are numbered in the order of their plans; returns
/// their numbers.
///
/// # Errors
/// Those of the database.
pub fn apply(conn: &mut Conn, plans: Vec<Plan>, context: &Context) -> Result<Vec<i64>, Error> {
    apply_for(conn, plans, context, MergeSource::Import)
}

/// [`apply`], where somebody else than a rule may have joined people.
///
/// # Errors
/// Those of the database.
pub(super) fn apply_for(
    conn: &mut Conn,
    mut plans: Vec<Plan>,
    context: &Context,
    source: MergeSource,
) -> Result<Vec<i64>, Error> {
    let is_new = |plan: &&mut Plan| matches!(plan.person, Some(Person::New(_)));
    let new = plans.iter_mut().filter(is_new).filter_map(|plan| plan.contact.take()).collect();
    let new = contacts::insert(conn, new)?;
    let id_of = |person: Person| match person {
        Person::Stored(id) => Some(id),
        Person::New(index) => new.get(index).copied(),
    };

    let mut batch = Batch::default();
    let mut merges = Vec::new();
    for plan in plans {
        batch.reviews.extend(plan.reviews.into_iter().filter_map(|review| {
            Some(NewReview {
                import_id: context.import,
                row_number: i64::try_from(review.row).unwrap_or(i64::MAX),
                contact_id: id_of(review.with)?,
                fingerprint: review.fingerprint,
                reason: review.reason.map_or("", |reason| reason.as_str()).to_owned(),
                record: serde_json::to_string(&review.claim).unwrap_or_default(),
                state: if review.reason.is_some() { ReviewState::Pending } else { ReviewState::Origin },
                created_at: context.now,
                superseded: review.superseded,
            })
        }));
        let Some((person, id)) = plan.person.and_then(|person| Some((person, id_of(person)?))) else {
            continue;
        };
        for joined in plan.joined {
            let merging = contacts::begin_merge(conn, joined, id)?;
            let moved = preferences::follow_merge(conn, joined, id)?;
            store::follow_merge(conn, joined, id)?;
            invitations::follow_merge(conn, joined, id)?;
            let moved = serde_json::to_value(moved).unwrap_or_default();
            merges.push(merging.with_preferences(moved));
        }
        if let (Person::Stored(id), Some(contact)) = (person, &plan.contact) {
            contacts::update(conn, id, contact)?;
        }
        for identity in plan.identities {
            // The newest key comes first.
            let Some((key, value)) = identity.hashes.into_iter().next() else { continue };
            let scheme = IdentifierScheme::IdentityNumber;
            let (key_id, temporary) = (Some(i32::from(key)), identity.temporary);
            batch.identifiers.push(NewIdentifier { contact_id: id, scheme, value, key_id, temporary });
        }
        let (scheme, _) = source_identifier(&context.mapping, "");
        batch.identifiers.extend(plan.numbers.into_iter().map(|value| NewIdentifier {
            contact_id: id,
            scheme,
            value,
            key_id: None,
            temporary: false,
        }));
        batch.kinds.extend(plan.kinds.into_iter().map(|kind| (id, kind)));
        batch.no_longer_students.extend(plan.no_longer_student.then_some(id));
        batch.old_degrees.extend(plan.old_degrees);
        batch.degrees.extend(plan.degrees.into_iter().map(|mut degree| {
            degree.contact_id = id;
            degree
        }));
        batch.old_employments.extend(plan.old_employments);
        batch.employments.extend(plan.employments.into_iter().map(|mut employment| {
            employment.contact_id = id;
            employment
        }));
        batch.old_addresses.extend(plan.old_addresses);
        batch.addresses.extend(plan.addresses.into_iter().map(|mut address| {
            address.contact_id = id;
            address
        }));
        batch.old_participations.extend(plan.old_participations);
        batch.participations.extend(plan.participations.into_iter().map(|mut one| {
            one.contact_id = id;
            one
        }));
        let touched = |row: &RowOutcome| matches!(row.outcome, Outcome::Updated | Outcome::Merged);
        if matches!(person, Person::Stored(_)) && plan.outcomes.iter().any(touched) {
            batch.changed.push(id);
        }
        batch.consents.extend(plan.consents.into_iter().map(|(purpose, at, text)| ConsentRecord {
            contact_id: id,
            purpose,
            channel: Channel::Email,
            unit_id: context.consent_unit,
            given: true,
            text_version: preferences::text_version(&text),
            consent_text: text,
            language: context.mapping.language,
            source: PreferenceSource::Import,
            happened_at: at.naive_utc(),
            recorded_at: context.now,
        }));
    }
    let changed = std::mem::take(&mut batch.changed);
    batch.write(conn, context.now)?;
    if source == MergeSource::Import {
        history::record_changes(conn, context.import, (&new, &changed), context.now)?;
    }
    for merging in merges {
        merging.finish(conn, source, context.now)?;
    }
    Ok(new)
}

#[derive(Default)]
struct Batch {
    identifiers: Vec<NewIdentifier>,
    kinds: Vec<(i64, ContactKind)>,
    no_longer_students: Vec<i64>,
    old_degrees: Vec<i64>,
    degrees: Vec<crate::contacts::Degree>,
    old_employments: Vec<i64>,
    employments: Vec<crate::contacts::Employment>,
    old_addresses: Vec<i64>,
    addresses: Vec<contacts::NewAddress>,
    old_participations: Vec<i64>,
    participations: Vec<contacts::Participation>,
    /// Stored people whom the rows changed.
    changed: Vec<i64>,
    consents: Vec<ConsentRecord>,
    reviews: Vec<NewReview>,
}

impl Batch {
    fn write(self, conn: &mut Conn, now: NaiveDateTime) -> Result<(), Error> {
        if let Some(key) =
            self.identifiers.iter().find_map(|identifier| u8::try_from(identifier.key_id?).ok())
        {
            keys::remember(conn, key, now)?;
        }
        contacts::insert_identifiers(conn, &self.identifiers)?;
        contacts::add_kinds(conn, &self.kinds)?;
        contacts::remove_kind(conn, &self.no_longer_students, ContactKind::Student)?;
        contacts::delete_degrees(conn, &self.old_degrees)?;
        contacts::insert_degrees(conn, &self.degrees)?;
        contacts::delete_employments(conn, &self.old_employments)?;
        contacts::insert_employments(conn, &self.employments)?;
        contacts::delete_addresses(conn, &self.old_addresses)?;
        contacts::insert_addresses(conn, &self.addresses)?;
        contacts::delete_participations(conn, &self.old_participations)?;
        contacts::insert_participations(conn, &self.participations)?;
        preferences::record_consents(conn, &self.consents)?;
        store::insert_reviews(conn, &self.reviews)
    }
}
