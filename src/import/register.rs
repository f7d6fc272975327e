//! The part of the register that a batch of rows can touch, read with one query per kind of key.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;

use super::claim::Claim;
use super::store::{self, ReviewState};
use super::units::Unit;
use crate::contacts;
use crate::contacts::{
    Address, Contact, ContactKind, Degree, Employment, IdentifierScheme, Participation, search_key,
};
use crate::db::{Conn, Error};

/// Somebody that rows can be about: stored, or new in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Person {
    /// Stored under this id.
    Stored(i64),
    /// The n-th new person of the batch, or of the whole dry run.
    New(usize),
}

/// A stored person with everything that an import compares.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The person.
    pub contact: Contact,
    /// Has an identity number that lasts.
    pub lasting_identity: bool,
    /// Kinds.
    pub kinds: Vec<ContactKind>,
    /// Degrees with their row ids.
    pub degrees: Vec<(i64, Degree)>,
    /// Employments with their row ids.
    pub employments: Vec<(i64, Employment)>,
    /// Addresses beside the primary one, with those that staff took away.
    pub addresses: Vec<Address>,
    /// What they took part in, with the row ids; read only for files that tell of it.
    pub participations: Vec<(i64, Participation)>,
    /// Fields that the person or staff set.
    pub locked: Vec<String>,
    /// Given and family names that staff said are the person's too.
    pub other_names: Vec<(String, String)>,
}

impl Stored {
    /// Whether a row's given and family name both differ from every name that the person goes by.
    #[must_use]
    pub fn is_stranger(&self, claim: &Claim) -> bool {
        self.names().all(|(given, family)| claim.is_stranger_to(given, family))
    }

    /// Every name that the person goes by, the present one first.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let present = (self.contact.given_name.as_str(), self.contact.family_name.as_str());
        let others = self.other_names.iter().map(|(given, family)| (given.as_str(), family.as_str()));
        std::iter::once(present).chain(others)
    }
}

/// What the batch can touch.
#[derive(Debug, Default)]
pub struct Register {
    people: HashMap<i64, Stored>,
    identities: HashMap<String, i64>,
    numbers: HashMap<String, i64>,
    by_email: HashMap<String, Vec<i64>>,
    by_name: HashMap<String, Vec<i64>>,
    consents: HashSet<(i64, String, NaiveDateTime)>,
    fingerprints: HashSet<(i64, String)>,
    /// Rows that staff kept apart from these people.
    apart: HashMap<String, Vec<i64>>,
    /// Rows that made these people.
    origins: HashMap<i64, Vec<String>>,
}

impl Register {
    /// Reads what concerns these units; `scheme` is the one of the file's source numbers.
    ///
    /// # Errors
    /// Those of the database.
    pub fn load<'a>(
        conn: &mut Conn,
        units: impl IntoIterator<Item = &'a Unit>,
        scheme: IdentifierScheme,
    ) -> Result<Self, Error> {
        Self::load_with(conn, units, scheme, &[])
    }

    /// As [`Register::load`], with these people whether the units find them or not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn load_with<'a>(
        conn: &mut Conn,
        units: impl IntoIterator<Item = &'a Unit>,
        scheme: IdentifierScheme,
        with: &[i64],
    ) -> Result<Self, Error> {
        let claims: Vec<&Claim> =
            units.into_iter().flat_map(|unit| unit.rows.iter().map(|row| &row.claim)).collect();
        let claims = || claims.iter().copied();
        let hashes = distinct(
            claims()
                .filter_map(|claim| claim.identity.as_ref())
                .flat_map(|identity| identity.hashes.iter().map(|(_, hash)| hash.clone())),
        );
        let numbers = distinct(claims().filter_map(|claim| claim.number.clone()));
        let emails = distinct(claims().filter_map(|claim| Some(claim.email.as_ref()?.1.clone())));
        let names = distinct(claims().filter(|claim| is_weak(claim)).map(Claim::name_key));

        let mut register = Self {
            identities: contacts::by_identifiers(conn, IdentifierScheme::IdentityNumber, &hashes)?,
            numbers: contacts::by_identifiers(conn, scheme, &numbers)?,
            ..Self::default()
        };
        let mut found = contacts::by_email_keys(conn, &emails)?;
        for contact in &found {
            register
                .by_email
                .entry(contact.email_key.clone().unwrap_or_default())
                .or_default()
                .push(contact.id);
        }
        let holders = contacts::address_holders(conn, &emails)?;
        let of_name = contacts::by_name_keys(conn, &names)?;
        for contact in &of_name {
            register.by_name.entry(search_key(&contact.full_name())).or_default().push(contact.id);
        }
        found.extend(of_name);
        let known: HashSet<i64> = found.iter().map(|contact| contact.id).collect();
        let by_identifier = register.identities.values().chain(register.numbers.values());
        let by_address = holders.iter().map(|(_, id)| id);
        let more: HashSet<i64> = by_identifier.chain(by_address).chain(with).copied().collect();
        found.extend(contacts::by_ids(conn, &more.difference(&known).copied().collect::<Vec<_>>())?);
        register.add_people(conn, found)?;
        for (key, id) in holders {
            register.by_email.entry(key).or_default().push(id);
        }

        let ids: Vec<i64> = register.people.keys().copied().collect();
        if claims().any(|claim| !claim.participations.is_empty()) {
            for (row, one) in contacts::participations(conn, &ids)? {
                register.with(one.contact_id, |stored| stored.participations.push((row, one)));
            }
        }
        if claims().any(|claim| claim.consent.is_some()) {
            register.consents = store::consents(conn, &ids)?;
        }
        for row in store::known_rows(conn, &ids)? {
            register.add_known_row(row);
        }
        Ok(register)
    }

    fn add_known_row(&mut self, row: store::KnownRow) {
        match row.state {
            ReviewState::Pending => {}
            ReviewState::Merged => self.accept_names(row.contact_id, other_names(row.other_names.as_deref())),
            ReviewState::KeptApart => {
                self.apart.entry(row.fingerprint.clone()).or_default().push(row.contact_id);
            }
            ReviewState::Origin => {
                self.origins.entry(row.contact_id).or_default().push(row.fingerprint.clone());
            }
        }
        self.fingerprints.insert((row.contact_id, row.fingerprint));
    }

    /// Takes these names for a person's own.
    pub fn accept_names(&mut self, id: i64, names: impl IntoIterator<Item = (String, String)>) {
        self.with(id, |stored| stored.other_names.extend(names));
    }

    fn add_people(&mut self, conn: &mut Conn, people: Vec<Contact>) -> Result<(), Error> {
        for contact in people {
            let (id, empty) = (contact.id, Vec::new);
            self.people.insert(
                id,
                Stored {
                    contact,
                    lasting_identity: false,
                    kinds: Vec::new(),
                    degrees: empty(),
                    employments: Vec::new(),
                    addresses: Vec::new(),
                    participations: Vec::new(),
                    locked: Vec::new(),
                    other_names: Vec::new(),
                },
            );
        }
        let ids: Vec<i64> = self.people.keys().copied().collect();
        for identifier in contacts::identifiers(conn, &ids)? {
            if identifier.scheme == IdentifierScheme::IdentityNumber && !identifier.temporary {
                self.with(identifier.contact_id, |stored| stored.lasting_identity = true);
            }
        }
        for (id, kind) in contacts::kinds(conn, &ids)? {
            self.with(id, |stored| stored.kinds.push(kind));
        }
        for (row, degree) in contacts::degrees(conn, &ids)? {
            self.with(degree.contact_id, |stored| stored.degrees.push((row, degree)));
        }
        for (row, employment) in contacts::employments(conn, &ids)? {
            self.with(employment.contact_id, |stored| stored.employments.push((row, employment)));
        }
        for address in contacts::addresses_of(conn, &ids)? {
            self.with(address.contact_id, |stored| stored.addresses.push(address));
        }
        for (id, fields) in contacts::locked_fields(conn, &ids)? {
            self.with(id, |stored| stored.locked = fields);
        }
        Ok(())
    }

    fn with(&mut self, id: i64, change: impl FnOnce(&mut Stored)) {
        if let Some(stored) = self.people.get_mut(&id) {
            change(stored);
        }
    }

    /// A stored person.
    #[must_use]
    pub fn person(&self, id: i64) -> Option<&Stored> {
        self.people.get(&id)
    }

    /// Whom the identity number of this claim belongs to.
    #[must_use]
    pub fn by_identity(&self, claim: &Claim) -> Option<i64> {
        let hashes = &claim.identity.as_ref()?.hashes;
        hashes.iter().find_map(|(_, hash)| self.identities.get(hash).copied())
    }

    /// Whom the source system's number of this claim belongs to.
    #[must_use]
    pub fn by_number(&self, claim: &Claim) -> Option<i64> {
        self.numbers.get(claim.number.as_ref()?).copied()
    }

    /// The people with this address.
    #[must_use]
    pub fn by_email(&self, key: &str) -> &[i64] {
        self.by_email.get(key).map_or(&[], Vec::as_slice)
    }

    /// The people with this name; asked only for claims that have nothing better.
    #[must_use]
    pub fn by_name(&self, key: &str) -> &[i64] {
        self.by_name.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a consent is recorded already.
    #[must_use]
    pub fn has_consent(&self, id: i64, purpose: &str, at: NaiveDateTime) -> bool {
        self.consents.contains(&(id, purpose.to_owned(), at))
    }

    /// Whom staff kept a row apart from. Such a row made a person of its own when that was decided, and has
    /// nothing more to say.
    #[must_use]
    pub fn kept_apart_from(&self, claim: &Claim) -> Option<i64> {
        if self.apart.is_empty() {
            return None; // As nearly always: no digest is made.
        }
        self.apart.get(&claim.fingerprint())?.first().copied()
    }

    /// Whether staff said that these are two people: the row that made one was kept apart from the other.
    #[must_use]
    pub fn are_apart(&self, one: i64, other: i64) -> bool {
        let made_apart = |made: i64, from: i64| {
            self.origins
                .get(&made)
                .into_iter()
                .flatten()
                .any(|row| self.apart.get(row).is_some_and(|people| people.contains(&from)))
        };
        made_apart(one, other) || made_apart(other, one)
    }

    /// Whether a row was put beside this person before, to wait for a decision or after one.
    #[must_use]
    pub fn knows_row(&self, id: i64, fingerprint: &str) -> bool {
        self.fingerprints.contains(&(id, fingerprint.to_owned()))
    }
}

/// The names that a decided row tells.
fn other_names(json: Option<&str>) -> Vec<(String, String)> {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Whether a claim has nothing but a name to recognise a person by.
#[must_use]
pub fn is_weak(claim: &Claim) -> bool {
    claim.identity.is_none() && claim.number.is_none() && claim.email.is_none()
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// The people that this run creates and that no query finds yet.
#[derive(Debug, Default)]
pub struct Newcomers {
    count: usize,
    emails: HashMap<String, Vec<(usize, String)>>,
    names: HashMap<String, usize>,
    numbers: HashMap<String, usize>,
    fingerprints: HashSet<(Person, String)>,
}

impl Newcomers {
    /// Adds a new person with these rows.
    pub fn add<'a>(&mut self, claims: impl Iterator<Item = &'a Claim>) -> Person {
        let index = self.count;
        self.count += 1;
        for claim in claims {
            if let Some((_, key)) = &claim.email {
                self.emails.entry(key.clone()).or_default().push((index, claim.name_key()));
            }
            if let Some(number) = &claim.number {
                self.numbers.entry(number.clone()).or_insert(index);
            }
            self.names.entry(claim.name_key()).or_insert(index);
        }
        Person::New(index)
    }

    /// Somebody new with this address, and whether the name is the same.
    #[must_use]
    pub fn by_email(&self, key: &str, name_key: &str) -> Option<(Person, bool)> {
        let people = self.emails.get(key)?;
        let same = people.iter().find(|(_, name)| name == name_key);
        same.or(people.first()).map(|(index, name)| (Person::New(*index), name == name_key))
    }

    /// Somebody new with this name.
    #[must_use]
    pub fn by_name(&self, key: &str) -> Option<Person> {
        self.names.get(key).map(|index| Person::New(*index))
    }

    /// Somebody new with this number in the source system.
    #[must_use]
    pub fn by_number(&self, number: &str) -> Option<Person> {
        self.numbers.get(number).map(|index| Person::New(*index))
    }

    /// Remembers that a row stands beside a person; tells whether that is new.
    pub fn remember(&mut self, person: Person, fingerprint: &str) -> bool {
        self.fingerprints.insert((person, fingerprint.to_owned()))
    }
}
