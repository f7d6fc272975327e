//! The addresses that are not the primary one: kept when another takes its place, or when a file has an address
//! that may not take the place of one that somebody chose.

use chrono::NaiveDateTime;

use super::change::{ChangeValue, Changed, Told};
use super::claim::Claim;
use super::fold::Fold;
use super::mapping::Mapping;
use super::plan::Plan;
use super::register::Stored;
use crate::contacts::{Address, AddressSource, NewAddress, NewContact};

/// Whether the address of a row says nothing about the primary one: staff took it away from the person, or the
/// person was found by it among their others and by nothing better.
pub(super) fn says_nothing(claim: &Claim, stored: Option<&Stored>) -> bool {
    let (Some((_, key)), Some(stored)) = (&claim.email, stored) else { return false };
    let found_by_it = claim.identity.is_none() && claim.number.is_none();
    let theirs = stored.addresses.iter().find(|other| other.address_key == *key);
    theirs.is_some_and(|other| other.removed_at.is_some() || found_by_it)
}

impl Fold<'_> {
    /// Plans which addresses are kept beside the primary one of `contact`, as it will be.
    pub fn addresses(
        &mut self,
        plan: &mut Plan,
        contact: &NewContact,
        (stored, others): (Option<&Stored>, &[&Stored]),
        (mapping, now): (&Mapping, NaiveDateTime),
    ) {
        let primary = contact.email_key.as_deref();
        let held: Vec<&Address> =
            stored.into_iter().chain(others.iter().copied()).flat_map(|person| &person.addresses).collect();
        let mut keep = |(address, key): (&str, &str), source: AddressSource| {
            let known = held.iter().any(|other| other.address_key == key)
                || plan.addresses.iter().any(|other| other.address_key == key);
            if primary == Some(key) || known {
                return false;
            }
            let system = (source == AddressSource::Import).then(|| mapping.source.clone());
            plan.addresses.push(NewAddress { system, ..NewAddress::new(0, (address, key), source, now) });
            true
        };
        for (person, source) in stored
            .map(|stored| (stored, AddressSource::Former))
            .into_iter()
            .chain(others.iter().map(|other| (*other, AddressSource::Merge)))
        {
            if let (Some(address), Some(key)) = (&person.contact.email, &person.contact.email_key) {
                keep((address, key), source);
            }
        }
        let mut told = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            if let Some((address, key)) = &row.claim.email
                && keep((address, key), AddressSource::Import)
            {
                told.push((place, address.clone()));
            }
        }
        let taken_back = held.iter().filter(|other| Some(other.address_key.as_str()) == primary);
        plan.old_addresses = taken_back.map(|other| other.id).collect();
        for (place, address) in told {
            self.note(place, Changed::OtherAddress, || (ChangeValue::Nothing, address.told()));
        }
    }
}
