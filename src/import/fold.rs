//! The rows of one person folded over what the register knows, the last row winning.

use chrono::NaiveDateTime;

use super::addresses::says_nothing;
use super::change::{Change, ChangeValue, Changed, Told};
use super::claim::{Address, Claim, is_same_name};
use super::mapping::Mapping;
use super::plan::Plan;
use super::register::{Person, Register, Stored};
use super::units::UnitRow;
use super::values::{address_of, set_address};
use crate::contacts::{Degree, Employment, NewContact, Participation, is_same_participation, search_key};

/// The rows of one person while they are folded, and what each of them changes.
pub(super) struct Fold<'a> {
    /// The rows in the file's order.
    pub rows: &'a [&'a UnitRow],
    /// What each row changes.
    pub changed: Vec<Vec<Change>>,
    /// Whether the values are told too, which takes time that an import does not have.
    pub explain: bool,
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

    pub(super) fn note(
        &mut self,
        place: usize,
        field: Changed,
        values: impl FnOnce() -> (ChangeValue, ChangeValue),
    ) {
        let values = self.explain.then(values);
        self.changed[place].push(Change { field, values });
    }

    fn set<T: PartialEq + Clone + Told>(
        &mut self,
        field: Changed,
        slot: &mut T,
        value: impl Fn(&Claim) -> Option<T>,
    ) {
        if let Some((value, place)) = self.last(value)
            && *slot != value
        {
            self.note(place, field, || (slot.told(), value.told()));
            *slot = value;
        }
    }

    pub fn contact(&mut self, contact: &mut NewContact, stored: Option<&Stored>) {
        let locked =
            |field: &str| stored.is_some_and(|stored| stored.locked.iter().any(|locked| locked == field));
        if !locked("given_name") {
            let known = contact.given_name.clone();
            self.set(Changed::GivenName, &mut contact.given_name, |claim| {
                Some(undamaged(&claim.given_name, &known))
            });
        }
        if !locked("family_name") {
            let known = contact.family_name.clone();
            self.set(Changed::FamilyName, &mut contact.family_name, |claim| {
                Some(undamaged(&claim.family_name, &known))
            });
        }
        contact.name_key = search_key(&format!("{} {}", contact.given_name, contact.family_name));
        if !locked("language") {
            self.set(Changed::Language, &mut contact.language, |claim| claim.language);
        }
        // A lasting number tells the date of birth better than the temporary one before it.
        let lasting =
            |claim: &Claim| claim.identity.as_ref().filter(|identity| !identity.temporary).map(|i| i.born);
        if locked("birth_date") {
            // As somebody said it.
        } else if self.last(lasting).is_some() {
            self.set(Changed::BirthDate, &mut contact.birth_date, |claim| lasting(claim).map(Some));
        } else if contact.birth_date.is_none() {
            self.set(Changed::BirthDate, &mut contact.birth_date, |claim| {
                Some(Some(claim.identity.as_ref()?.born))
            });
        }
        if !locked("email") {
            let mut email = contact.email.clone().zip(contact.email_key.clone());
            let known = email.clone();
            // The same address in other letters is no news.
            let same = |claimed: &(String, String)| known.as_ref().is_some_and(|(_, key)| *key == claimed.1);
            self.set(Changed::Email, &mut email, |claim| {
                claim
                    .email
                    .as_ref()
                    .filter(|_| !says_nothing(claim, stored))
                    .map(|email| if same(email) { known.clone() } else { Some(email.clone()) })
            });
            (contact.email, contact.email_key) = email.unzip();
        }
        if !locked("phone") {
            self.set(Changed::Phone, &mut contact.phone, |claim| claim.phone.clone().map(Some));
        }
        if !locked("protected") {
            self.set(Changed::Protected, &mut contact.protected, |claim| claim.protected.then_some(true));
        }
        if !locked("deceased") {
            self.set(Changed::Deceased, &mut contact.deceased, |claim| claim.deceased.then_some(true));
        }
        let mut address = address_of(contact);
        if contact.protected {
            address = Address::default();
        } else if !["address", "street", "postcode", "place", "country"].into_iter().any(locked) {
            self.set(Changed::Address, &mut address, |claim| claim.address.clone());
        }
        set_address(contact, address);
    }

    pub fn identifiers(&mut self, plan: &mut Plan, register: &Register) {
        for (place, row) in self.rows.iter().enumerate() {
            if let Some(identity) = &row.claim.identity
                && register.by_identity(&row.claim).is_none()
                && !plan.identities.contains(identity)
            {
                plan.identities.push(identity.clone());
                self.note(place, Changed::IdentityNumber, || (ChangeValue::Nothing, ChangeValue::Untold));
            }
            if let Some(number) = &row.claim.number
                && register.by_number(&row.claim).is_none()
                && !plan.numbers.contains(number)
            {
                plan.numbers.push(number.clone());
                self.note(place, Changed::SourceNumber, || (ChangeValue::Nothing, number.told()));
            }
        }
    }

    pub fn degrees(&mut self, plan: &mut Plan, stored: Option<&Stored>, others: &[&Stored]) {
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
                        let before = stored.as_ref().map(|(_, before)| before);
                        self.note(place, Changed::Degree, || (told(before), held.now.told()));
                    }
                    plan.degrees.push(held.now);
                }
            }
        }
    }

    pub fn employments(&mut self, plan: &mut Plan, stored: Option<&Stored>, others: &[&Stored]) {
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
                        let before = stored.as_ref().map(|(_, before)| before);
                        self.note(place, Changed::Employment, || (told(before), held.now.told()));
                    }
                    plan.employments.push(held.now);
                }
            }
        }
    }

    pub fn participations(
        &mut self,
        plan: &mut Plan,
        (stored, others): (Option<&Stored>, &[&Stored]),
        (mapping, now): (&Mapping, NaiveDateTime),
    ) {
        if self.rows.iter().all(|row| row.claim.participations.is_empty()) {
            return;
        }
        let of = |(row, one): &(i64, Participation)| Held {
            stored: Some((*row, one.clone())),
            now: one.clone(),
            told_by: None,
        };
        let mut held: Vec<Held<Participation>> =
            stored.into_iter().flat_map(|stored| &stored.participations).map(of).collect();
        let joined = || others.iter().flat_map(|other| &other.participations);
        for (place, row) in self.rows.iter().enumerate() {
            for one in &row.claim.participations {
                let told = Participation {
                    contact_id: stored.map_or(0, |stored| stored.contact.id),
                    kind: one.kind,
                    event_code: one.code.clone(),
                    event_name: one.name.clone(),
                    attended_on: one.on,
                    source: mapping.source.clone(),
                    recorded_at: Some(now),
                };
                if joined().any(|(_, other)| is_same_participation(other, &told)) {
                    continue; // It comes along with whoever joins.
                }
                match held.iter_mut().find(|held| is_same_participation(&held.now, &told)) {
                    Some(same) => {
                        let attended_on = told.attended_on.or(same.now.attended_on);
                        // A file without names tells the code in their place.
                        let named = told.event_name != told.event_code;
                        let event_name = if named { told.event_name } else { same.now.event_name.clone() };
                        same.tell(Participation { event_name, attended_on, ..same.now.clone() }, place);
                    }
                    None => held.push(Held { stored: None, now: told, told_by: Some(place) }),
                }
            }
        }
        for held in held {
            let Some(place) = held.told_by else { continue };
            let before = held.stored.as_ref().map(|(_, before)| before);
            if before == Some(&held.now) {
                continue;
            }
            self.note(place, Changed::Participation, || (told(before), held.now.told()));
            plan.old_participations.extend(held.stored.as_ref().map(|(row, _)| *row));
            plan.participations.push(held.now);
        }
    }

    pub fn consents(&mut self, plan: &mut Plan, who: Person, register: &Register) {
        for (place, row) in self.rows.iter().enumerate() {
            let Some((purposes, at, text)) = &row.claim.consent else { continue };
            for purpose in purposes {
                let recorded =
                    matches!(who, Person::Stored(id) if register.has_consent(id, purpose, at.naive_utc()));
                let consent = (purpose.clone(), *at, text.clone());
                if !recorded && !plan.consents.iter().any(|(same, time, _)| same == purpose && time == at) {
                    plan.consents.push(consent);
                    self.note(place, Changed::Consent, || {
                        (ChangeValue::Nothing, ChangeValue::Text(format!("{purpose}, {}", at.date_naive())))
                    });
                }
            }
        }
    }
}

fn told(value: Option<&impl Told>) -> ChangeValue {
    value.map_or(ChangeValue::Nothing, Told::told)
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
