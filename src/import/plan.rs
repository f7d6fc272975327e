//! What the rows of one person change: computed from the rows and the register alone, written elsewhere.
//!
//! All rows of a person are folded before anything is compared, the last one winning, so that neither the
//! order of batches nor a second import of the same file can change the outcome.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::claim::{Address, Claim, Identity, is_same_name};
use super::mapping::{Kind, Mapping};
use super::matching::{Decision, ReviewReason};
use super::register::{Newcomers, Person, Register, Stored};
use super::summary::Outcome;
use super::units::{Unit, UnitRow};
use crate::contacts::{ContactKind, Degree, Employment, NewContact, search_key};

/// Everything to be written for one unit.
#[derive(Debug, Default)]
pub struct Plan {
    /// Who it is about; nobody when every row waits for staff.
    pub person: Option<Person>,
    /// The person's own row, when it is new or changes.
    pub contact: Option<NewContact>,
    /// Stored people who become part of this one.
    pub joined: Vec<i64>,
    /// Identity numbers that the person lacks.
    pub identities: Vec<Identity>,
    /// Numbers in the source system that the person lacks.
    pub numbers: Vec<String>,
    /// Kinds that the person gets.
    pub kinds: Vec<ContactKind>,
    /// Whether the person stops being a student.
    pub no_longer_student: bool,
    /// Degrees that are replaced, by row id.
    pub old_degrees: Vec<i64>,
    /// Degrees that are added.
    pub degrees: Vec<Degree>,
    /// Employments that are replaced, by row id.
    pub old_employments: Vec<i64>,
    /// Employments that are added.
    pub employments: Vec<Employment>,
    /// Consents that are added: purpose, time, text.
    pub consents: Vec<(String, DateTime<Utc>, String)>,
    /// Rows that wait for staff, or that staff need never see again.
    pub reviews: Vec<Review>,
    /// What became of each row.
    pub outcomes: Vec<RowOutcome>,
}

/// A row put beside a person.
#[derive(Debug)]
pub struct Review {
    /// The person.
    pub with: Person,
    /// The row's number in the file.
    pub row: u64,
    /// Why staff must decide; `None` when the row made the person itself.
    pub reason: Option<ReviewReason>,
    /// The row.
    pub claim: Claim,
    /// Its digest.
    pub fingerprint: String,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// Its number in the file.
    pub row: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The name in it.
    pub person: String,
    /// What it changed.
    pub fields: Vec<&'static str>,
}

/// Plans one unit after the [`decision`](super::matching::decide) about it.
#[must_use]
pub fn plan(
    unit: &Unit,
    decision: Decision,
    mapping: &Mapping,
    register: &Register,
    newcomers: &mut Newcomers,
    now: NaiveDateTime,
) -> Plan {
    match decision {
        Decision::Review { with, reason } => {
            let mut plan = Plan::default();
            for row in &unit.rows {
                plan.review(row, with, reason, register, newcomers);
            }
            plan
        }
        Decision::Create => person(unit, mapping, register, newcomers, now, None, &[]),
        Decision::Update(id) => person(unit, mapping, register, newcomers, now, register.person(id), &[]),
        Decision::Merge { into, from } => {
            person(unit, mapping, register, newcomers, now, register.person(into), &from)
        }
    }
}

impl Plan {
    fn review(
        &mut self,
        row: &UnitRow,
        with: Person,
        reason: ReviewReason,
        register: &Register,
        newcomers: &mut Newcomers,
    ) {
        let fingerprint = row.claim.fingerprint();
        let stored = matches!(with, Person::Stored(id) if register.knows_row(id, &fingerprint));
        let known = stored || !newcomers.remember(with, &fingerprint);
        let outcome = if known { Outcome::Unchanged } else { Outcome::ToReview };
        self.outcome(row, outcome, Vec::new());
        if !known {
            let claim = row.claim.clone();
            self.reviews.push(Review { with, row: row.number, reason: Some(reason), claim, fingerprint });
        }
    }

    fn outcome(&mut self, row: &UnitRow, outcome: Outcome, fields: Vec<&'static str>) {
        let person = format!("{} {}", row.claim.given_name, row.claim.family_name);
        let mut fields = fields;
        fields.dedup();
        self.outcomes.push(RowOutcome { row: row.number, outcome, person, fields });
    }
}

/// Splits off rows whose given and family name both differ from everybody else's under the same number.
fn split_strangers<'a>(unit: &'a Unit, stored: Option<&Stored>) -> (Vec<&'a UnitRow>, Vec<&'a UnitRow>) {
    let mut rest: Vec<&UnitRow> = unit.rows.iter().collect();
    let mut names: Vec<(&str, &str)> = match (stored, rest.first()) {
        (Some(stored), _) => vec![(&stored.contact.given_name, &stored.contact.family_name)],
        (None, Some(first)) => vec![(&first.claim.given_name, &first.claim.family_name)],
        (None, None) => Vec::new(),
    };
    let mut own: Vec<&UnitRow> = Vec::new();
    // A person may change one name after the other: whoever shares a name with a row that belongs, belongs.
    loop {
        let before = own.len();
        rest.retain(|row| {
            let belongs = names.iter().any(|(given, family)| !row.claim.is_stranger_to(given, family));
            if belongs {
                own.push(row);
            }
            !belongs
        });
        if own.len() == before {
            break;
        }
        names.extend(
            own[before..].iter().map(|row| (row.claim.given_name.as_str(), row.claim.family_name.as_str())),
        );
    }
    own.sort_by_key(|row| row.number);
    (own, rest)
}

/// The plan for rows that mean one person, stored or new.
fn person(
    unit: &Unit,
    mapping: &Mapping,
    register: &Register,
    newcomers: &mut Newcomers,
    now: NaiveDateTime,
    stored: Option<&Stored>,
    joined: &[i64],
) -> Plan {
    let (own, strangers) = split_strangers(unit, stored);
    let who = match stored {
        Some(stored) => Person::Stored(stored.contact.id),
        None => newcomers.add(own.iter().map(|row| &row.claim)),
    };
    let others: Vec<&Stored> = joined.iter().filter_map(|id| register.person(*id)).collect();
    let mut fold = Fold { rows: &own, changed: own.iter().map(|_| Vec::new()).collect() };
    let mut plan = Plan { person: Some(who), joined: joined.to_vec(), ..Plan::default() };

    let before = stored.map(|stored| values(&stored.contact));
    let mut after = before.clone().unwrap_or_else(|| blank(mapping, now));
    for other in &others {
        fill_gaps(&mut after, &other.contact, mapping);
    }
    fold.contact(&mut after, stored);
    if before.as_ref() != Some(&after) {
        after.updated_at = now;
        plan.contact = Some(after);
    }
    fold.identifiers(&mut plan, register);
    fold.degrees(&mut plan, stored, &others);
    fold.employments(&mut plan, stored, &others);
    fold.consents(&mut plan, who, register);
    kinds(&mut plan, mapping, stored, &others);

    if stored.is_none()
        && let [only] = own.as_slice()
        && super::register::is_weak(&only.claim)
    {
        // Nothing but its name could find this person again: the row itself is remembered.
        let fingerprint = only.claim.fingerprint();
        newcomers.remember(who, &fingerprint);
        let claim = only.claim.clone();
        plan.reviews.push(Review { with: who, row: only.number, reason: None, claim, fingerprint });
    }
    for (place, (row, fields)) in own.iter().zip(fold.changed).enumerate() {
        let outcome = match (place, stored) {
            (0, None) => Outcome::Created,
            (0, Some(_)) if !joined.is_empty() => Outcome::Merged,
            _ if fields.is_empty() => Outcome::Unchanged,
            _ => Outcome::Updated,
        };
        plan.outcome(row, outcome, fields);
    }
    if plan.kinds_alone_changed(stored.is_some())
        && let Some(first) = plan.outcomes.first_mut()
        && first.outcome == Outcome::Unchanged
    {
        first.outcome = Outcome::Updated;
        first.fields.push("kind");
    }
    for row in strangers {
        plan.review(row, who, ReviewReason::OtherName, register, newcomers);
    }
    plan
}

impl Plan {
    fn kinds_alone_changed(&self, is_stored: bool) -> bool {
        let changed = !self.kinds.is_empty() || self.no_longer_student;
        is_stored && changed && self.outcomes.iter().all(|row| row.outcome == Outcome::Unchanged)
    }
}

/// The rows of one person while they are folded, and what each of them changes.
struct Fold<'a> {
    rows: &'a [&'a UnitRow],
    changed: Vec<Vec<&'static str>>,
}

impl Fold<'_> {
    /// The last row's value, and the row that brought it.
    fn last<T: PartialEq + Clone>(&self, value: impl Fn(&Claim) -> Option<T>) -> Option<(T, usize)> {
        let mut last: Option<(T, usize)> = None;
        for (place, row) in self.rows.iter().enumerate() {
            if let Some(value) = value(&row.claim)
                && last.as_ref().is_none_or(|(before, _)| *before != value)
            {
                last = Some((value, place));
            }
        }
        last
    }

    fn set<T: PartialEq + Clone>(
        &mut self,
        field: &'static str,
        slot: &mut T,
        value: impl Fn(&Claim) -> Option<T>,
    ) {
        if let Some((value, place)) = self.last(value)
            && *slot != value
        {
            *slot = value;
            self.changed[place].push(field);
        }
    }

    fn contact(&mut self, contact: &mut NewContact, stored: Option<&Stored>) {
        let locked =
            |field: &str| stored.is_some_and(|stored| stored.locked.iter().any(|locked| locked == field));
        if !locked("given_name") {
            let known = contact.given_name.clone();
            self.set("given_name", &mut contact.given_name, |claim| {
                Some(undamaged(&claim.given_name, &known))
            });
        }
        if !locked("family_name") {
            let known = contact.family_name.clone();
            self.set("family_name", &mut contact.family_name, |claim| {
                Some(undamaged(&claim.family_name, &known))
            });
        }
        contact.name_key = search_key(&format!("{} {}", contact.given_name, contact.family_name));
        if !locked("language") {
            self.set("language", &mut contact.language, |claim| claim.language);
        }
        // A lasting number tells the date of birth better than the temporary one before it.
        let lasting =
            |claim: &Claim| claim.identity.as_ref().filter(|identity| !identity.temporary).map(|i| i.born);
        if self.last(lasting).is_some() {
            self.set("birth_date", &mut contact.birth_date, |claim| lasting(claim).map(Some));
        } else if contact.birth_date.is_none() {
            self.set("birth_date", &mut contact.birth_date, |claim| {
                Some(Some(claim.identity.as_ref()?.born))
            });
        }
        if !locked("email") {
            let mut email = contact.email.clone().zip(contact.email_key.clone());
            let known = email.clone();
            // The same address in other letters is no news.
            let same = |claimed: &(String, String)| known.as_ref().is_some_and(|(_, key)| *key == claimed.1);
            self.set("email", &mut email, |claim| {
                claim
                    .email
                    .as_ref()
                    .map(|email| if same(email) { known.clone() } else { Some(email.clone()) })
            });
            (contact.email, contact.email_key) = email.unzip();
        }
        if !locked("phone") {
            self.set("phone", &mut contact.phone, |claim| claim.phone.clone().map(Some));
        }
        self.set("protected", &mut contact.protected, |claim| claim.protected.then_some(true));
        self.set("deceased", &mut contact.deceased, |claim| claim.deceased.then_some(true));
        let mut address = address_of(contact);
        if contact.protected {
            address = Address::default();
        } else if !["address", "street", "postcode", "place", "country"].into_iter().any(locked) {
            self.set("address", &mut address, |claim| claim.address.clone());
        }
        set_address(contact, address);
    }

    fn identifiers(&mut self, plan: &mut Plan, register: &Register) {
        for (place, row) in self.rows.iter().enumerate() {
            if let Some(identity) = &row.claim.identity
                && register.by_identity(&row.claim).is_none()
                && !plan.identities.contains(identity)
            {
                plan.identities.push(identity.clone());
                self.changed[place].push("identity_number");
            }
            if let Some(number) = &row.claim.number
                && register.by_number(&row.claim).is_none()
                && !plan.numbers.contains(number)
            {
                plan.numbers.push(number.clone());
                self.changed[place].push("source_number");
            }
        }
    }

    fn degrees(&mut self, plan: &mut Plan, stored: Option<&Stored>, others: &[&Stored]) {
        let mut held: Vec<Held<Degree>> = Vec::new();
        for (row, degree) in stored.into_iter().flat_map(|stored| &stored.degrees) {
            held.push(Held { stored: Some((*row, degree.clone())), now: degree.clone(), told_by: None });
        }
        for (row, degree) in others.iter().flat_map(|other| &other.degrees) {
            match held.iter_mut().find(|held| is_same_degree(&held.now, degree)) {
                Some(same) => {
                    same.now = overlaid(degree, &same.now);
                    plan.old_degrees.push(*row);
                }
                None => {
                    held.push(Held {
                        stored: Some((*row, degree.clone())),
                        now: degree.clone(),
                        told_by: None,
                    });
                }
            }
        }
        for (place, row) in self.rows.iter().enumerate() {
            let Some(degree) = &row.claim.degree else { continue };
            match held.iter_mut().find(|held| is_same_degree(&held.now, degree)) {
                Some(same) => same.tell(overlaid(&same.now, degree), place),
                None => held.push(Held { stored: None, now: degree.clone(), told_by: Some(place) }),
            }
        }
        for held in held {
            match (&held.stored, held.told_by) {
                (Some((_, before)), _) if *before == held.now => continue,
                (stored, told_by) => {
                    plan.old_degrees.extend(stored.as_ref().map(|(row, _)| *row));
                    if let Some(place) = told_by {
                        self.changed[place].push("degree");
                    }
                    plan.degrees.push(held.now);
                }
            }
        }
    }

    fn employments(&mut self, plan: &mut Plan, stored: Option<&Stored>, others: &[&Stored]) {
        let kept = stored.into_iter().chain(others.iter().copied()).flat_map(|stored| &stored.employments);
        let mut held: Vec<Held<Employment>> = Vec::new();
        for (row, employment) in kept {
            if held.iter().any(|held| is_same_employment(&held.now, employment)) {
                plan.old_employments.push(*row);
            } else {
                let stored = Some((*row, employment.clone()));
                held.push(Held { stored, now: employment.clone(), told_by: None });
            }
        }
        for (place, row) in self.rows.iter().enumerate() {
            let Some(employment) = &row.claim.employment else { continue };
            match held.iter_mut().find(|held| is_same_employment(&held.now, employment)) {
                Some(same) => {
                    let contact_id = same.now.contact_id;
                    let current = same.now.current;
                    same.tell(Employment { contact_id, current, ..employment.clone() }, place);
                }
                None => held.push(Held { stored: None, now: employment.clone(), told_by: Some(place) }),
            }
        }
        // Of several periods from one source the latest is the present one.
        for place in 0..held.len() {
            let one = &held[place].now;
            let later = |other: &Held<Employment>| {
                other.now.source == one.source && other.now.from_date > one.from_date
            };
            let current = one.to_date.is_none() && !held.iter().any(later);
            held[place].now.current = current;
        }
        for held in held {
            match (&held.stored, held.told_by) {
                (Some((_, before)), _) if *before == held.now => continue,
                (stored, told_by) => {
                    plan.old_employments.extend(stored.as_ref().map(|(row, _)| *row));
                    if let Some(place) = told_by {
                        self.changed[place].push("employment");
                    }
                    plan.employments.push(held.now);
                }
            }
        }
    }

    fn consents(&mut self, plan: &mut Plan, who: Person, register: &Register) {
        for (place, row) in self.rows.iter().enumerate() {
            let Some((purposes, at, text)) = &row.claim.consent else { continue };
            for purpose in purposes {
                let recorded =
                    matches!(who, Person::Stored(id) if register.has_consent(id, purpose, at.naive_utc()));
                let consent = (purpose.clone(), *at, text.clone());
                if !recorded && !plan.consents.iter().any(|(same, time, _)| same == purpose && time == at) {
                    plan.consents.push(consent);
                    self.changed[place].push("consent");
                }
            }
        }
    }
}

/// A name, or the one that we know when the name is that one with letters lost to an old encoding.
fn undamaged(name: &str, known: &str) -> String {
    let damaged = name.contains('?') && !known.contains('?') && is_same_name(name, known);
    if damaged { known } else { name }.to_owned()
}

/// A repeating record while rows are folded into it.
struct Held<T> {
    stored: Option<(i64, T)>,
    now: T,
    told_by: Option<usize>,
}

impl<T: PartialEq> Held<T> {
    fn tell(&mut self, now: T, place: usize) {
        if self.now != now {
            self.now = now;
            self.told_by = Some(place);
        }
    }
}

/// Studies of one programme that began in one year are one record; without the years they are told apart
/// by whatever is known of them.
fn is_same_degree(one: &Degree, other: &Degree) -> bool {
    fn agree(one: Option<i32>, other: Option<i32>) -> bool {
        one.is_none() || other.is_none() || one == other
    }
    let programme = if one.programme_code.is_empty() && other.programme_code.is_empty() {
        search_key(&one.programme_name) == search_key(&other.programme_name)
    } else {
        one.programme_code == other.programme_code
    };
    programme
        && if one.start_year.is_some() && other.start_year.is_some() {
            one.start_year == other.start_year
        } else {
            agree(one.graduation_year, other.graduation_year)
        }
}

/// `under` with everything that `over` says.
fn overlaid(under: &Degree, over: &Degree) -> Degree {
    let text = |over: &str, under: &str| if over.is_empty() { under.to_owned() } else { over.to_owned() };
    Degree {
        contact_id: under.contact_id,
        programme_code: text(&over.programme_code, &under.programme_code),
        programme_name: text(&over.programme_name, &under.programme_name),
        faculty: over.faculty.clone().or_else(|| under.faculty.clone()),
        faculty_key: over.faculty_key.clone().or_else(|| under.faculty_key.clone()),
        level: over.level.or(under.level),
        start_year: over.start_year.or(under.start_year),
        graduation_year: over.graduation_year.or(under.graduation_year),
        degree_title: over.degree_title.clone().or_else(|| under.degree_title.clone()),
        credits: over.credits.or(under.credits),
        source: under.source.clone(),
    }
}

/// A source tells of one employment at a time, or of several that began on different days.
fn is_same_employment(one: &Employment, other: &Employment) -> bool {
    one.source == other.source && one.from_date == other.from_date
}

/// The office's rule: whoever has a graduation year is an alumn, everybody else with studies a student.
fn kinds(plan: &mut Plan, mapping: &Mapping, stored: Option<&Stored>, others: &[&Stored]) {
    let all = || stored.into_iter().chain(others.iter().copied());
    let has = |kind: ContactKind| all().any(|stored| stored.kinds.contains(&kind));
    let kept = all().flat_map(|stored| &stored.degrees).filter(|(row, _)| !plan.old_degrees.contains(row));
    let graduated =
        kept.map(|(_, degree)| degree).chain(&plan.degrees).any(|degree| degree.graduation_year.is_some());
    let mut wanted = Vec::new();
    match mapping.kind {
        Kind::ByDegree if graduated || has(ContactKind::Alumn) => wanted.push(ContactKind::Alumn),
        Kind::ByDegree => wanted.push(ContactKind::Student),
        Kind::Interested => wanted.push(ContactKind::Interested),
        Kind::Unsaid => {}
    }
    plan.no_longer_student =
        has(ContactKind::Student) && (wanted.contains(&ContactKind::Alumn) || has(ContactKind::Alumn));
    plan.kinds = wanted.into_iter().filter(|kind| !has(*kind)).collect();
}

fn blank(mapping: &Mapping, now: NaiveDateTime) -> NewContact {
    NewContact {
        given_name: String::new(),
        family_name: String::new(),
        name_key: String::new(),
        language: mapping.language,
        birth_date: None,
        email: None,
        email_key: None,
        phone: None,
        street: None,
        postcode: None,
        place: None,
        place_key: None,
        municipality: None,
        region: None,
        country: None,
        latitude: None,
        longitude: None,
        deceased: false,
        protected: false,
        updated_at: now,
    }
}

fn values(contact: &crate::contacts::Contact) -> NewContact {
    NewContact {
        given_name: contact.given_name.clone(),
        family_name: contact.family_name.clone(),
        name_key: search_key(&contact.full_name()),
        language: contact.language,
        birth_date: contact.birth_date,
        email: contact.email.clone(),
        email_key: contact.email_key.clone(),
        phone: contact.phone.clone(),
        street: contact.street.clone(),
        postcode: contact.postcode.clone(),
        place_key: contact.place.as_deref().map(search_key),
        place: contact.place.clone(),
        municipality: contact.municipality.clone(),
        region: contact.region.clone(),
        country: contact.country.clone(),
        latitude: contact.latitude,
        longitude: contact.longitude,
        deceased: contact.deceased,
        protected: contact.protected,
        updated_at: contact.updated_at,
    }
}

/// What somebody who joins knows and the one who stays does not.
fn fill_gaps(contact: &mut NewContact, other: &crate::contacts::Contact, mapping: &Mapping) {
    if contact.language == mapping.language {
        // Most likely nobody said so, and it stands there because every person has one.
        contact.language = other.language;
    }
    contact.birth_date = contact.birth_date.or(other.birth_date);
    if contact.email.is_none() {
        (contact.email, contact.email_key) = (other.email.clone(), other.email_key.clone());
    }
    contact.phone = contact.phone.take().or_else(|| other.phone.clone());
    if address_of(contact) == Address::default() {
        set_address(contact, address_of(&values(other)));
    }
    contact.deceased |= other.deceased;
    contact.protected |= other.protected;
}

fn address_of(contact: &NewContact) -> Address {
    Address {
        street: contact.street.clone(),
        postcode: contact.postcode.clone(),
        place: contact.place.clone(),
        country: contact.country.clone(),
        municipality: contact.municipality.clone(),
        region: contact.region.clone(),
        latitude: contact.latitude,
        longitude: contact.longitude,
    }
}

fn set_address(contact: &mut NewContact, address: Address) {
    contact.place_key = address.place.as_deref().map(search_key);
    contact.street = address.street;
    contact.postcode = address.postcode;
    contact.place = address.place;
    contact.country = address.country;
    contact.municipality = address.municipality;
    contact.region = address.region;
    contact.latitude = address.latitude;
    contact.longitude = address.longitude;
}
