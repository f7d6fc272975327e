//! Who is meant (product P12): by identity number, by the source system's number, or by given name, family
//! name and e-mail address. Anything weaker, and anything that contradicts itself, waits for staff.

use super::claim::Claim;
use super::register::{Newcomers, Person, Register, Stored, is_weak};
use super::units::Unit;

/// What to do with the rows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nobody is meant yet.
    Create,
    /// One stored person is meant.
    Update(i64),
    /// Several stored people are one: `from` become part of `into`.
    Merge {
        /// Who stays.
        into: i64,
        /// Who joins.
        from: Vec<i64>,
    },
    /// Staff decide.
    Review {
        /// The person beside whom the rows are put.
        with: Person,
        /// Why.
        reason: ReviewReason,
    },
}

crate::text_enum! {
    /// Why staff must say who is meant.
    ReviewReason {
        /// The number belongs to somebody whose given and family name both differ.
        OtherName = "other_name",
        /// Name and address belong to somebody with another identity number or date of birth.
        OtherIdentity = "other_identity",
        /// Somebody with another name has the address.
        SameAddress = "same_address",
        /// Somebody has the name, and the row tells no more.
        SameName = "same_name",
        /// Several people with this name have the address.
        SeveralPeople = "several_people",
    }
}

/// Decides whom the rows of one unit mean.
#[must_use]
pub fn decide(unit: &Unit, register: &Register, newcomers: &Newcomers) -> Decision {
    let claims: Vec<&Claim> = unit
        .rows
        .iter()
        .map(|row| &row.claim)
        .filter(|claim| register.kept_apart_from(claim).is_none())
        .collect();
    if claims.is_empty()
        && let Some(with) = unit.rows.iter().find_map(|row| register.kept_apart_from(&row.claim))
    {
        // Every row is known and was decided about; beside whom they stand makes no difference any more.
        return Decision::Review { with: Person::Stored(with), reason: ReviewReason::OtherIdentity };
    }
    let mut sure: Vec<i64> = Vec::new();
    let by_number = claims.iter().filter_map(|claim| register.by_number(claim));
    for id in claims.iter().filter_map(|claim| register.by_identity(claim)).chain(by_number) {
        if !sure.contains(&id) {
            sure.push(id);
        }
    }
    for id in &sure {
        if let Some(reason) = register.person(*id).and_then(|stored| contradiction(&claims, stored, register))
        {
            return Decision::Review { with: Person::Stored(*id), reason };
        }
    }
    let mut named: Vec<i64> = Vec::new();
    let mut contradicted = None;
    for id in claims.iter().flat_map(|claim| same_name_and_address(claim, register)) {
        let Some(stored) = register.person(id) else { continue };
        let apart = sure.iter().any(|sure| register.are_apart(*sure, id));
        if sure.contains(&id) || named.contains(&id) || apart {
            continue;
        }
        if contradicts_identity(&claims, stored, register) {
            contradicted.get_or_insert(id);
        } else {
            named.push(id);
        }
    }
    named.sort_unstable();
    match (sure.as_slice(), named.as_slice()) {
        ([], []) => stranger(&claims, contradicted, register, newcomers),
        ([], [one]) => Decision::Update(*one),
        ([], [first, ..]) => {
            Decision::Review { with: Person::Stored(*first), reason: ReviewReason::SeveralPeople }
        }
        ([one], []) => Decision::Update(*one),
        ([into, others @ ..], named) => {
            Decision::Merge { into: *into, from: others.iter().chain(named).copied().collect() }
        }
    }
}

/// Nobody stored is meant; somebody may still be near enough to be asked about.
fn stranger(
    claims: &[&Claim],
    contradicted: Option<i64>,
    register: &Register,
    newcomers: &Newcomers,
) -> Decision {
    let review = |with: Person, reason: ReviewReason| Decision::Review { with, reason };
    if let Some(id) = contradicted {
        return review(Person::Stored(id), ReviewReason::OtherIdentity);
    }
    let has_number = claims.iter().any(|claim| claim.identity.is_some() || claim.number.is_some());
    for claim in claims {
        if let Some(with) = claim.number.as_ref().and_then(|number| newcomers.by_number(number)) {
            return review(with, ReviewReason::OtherIdentity);
        }
        if let Some((_, key)) = &claim.email {
            match newcomers.by_email(key, &claim.name_key()) {
                Some((with, true)) => return review(with, ReviewReason::OtherIdentity),
                Some((with, false)) if !has_number => return review(with, ReviewReason::SameAddress),
                _ => {}
            }
            if let ([id, ..], false) = (register.by_email(key), has_number) {
                return review(Person::Stored(*id), ReviewReason::SameAddress);
            }
        }
        if is_weak(claim) && claims.len() == 1 {
            let stored = register.by_name(&claim.name_key()).first().map(|id| Person::Stored(*id));
            if let Some(with) = stored.or_else(|| newcomers.by_name(&claim.name_key())) {
                return review(with, ReviewReason::SameName);
            }
        }
    }
    Decision::Create
}

fn same_name_and_address(claim: &Claim, register: &Register) -> Vec<i64> {
    let Some((_, key)) = &claim.email else { return Vec::new() };
    let is_same = |id: &&i64| {
        register.person(**id).is_some_and(|stored| {
            crate::contacts::search_key(&stored.contact.given_name)
                == crate::contacts::search_key(&claim.given_name)
                && crate::contacts::search_key(&stored.contact.family_name)
                    == crate::contacts::search_key(&claim.family_name)
        })
    };
    register.by_email(key).iter().filter(is_same).copied().collect()
}

/// Why somebody found by a number cannot be meant after all.
fn contradiction(claims: &[&Claim], stored: &Stored, register: &Register) -> Option<ReviewReason> {
    if claims.iter().all(|claim| stored.is_stranger(claim)) {
        Some(ReviewReason::OtherName)
    } else if contradicts_identity(claims, stored, register) {
        Some(ReviewReason::OtherIdentity)
    } else {
        None
    }
}

/// Two lasting identity numbers are two people, and so are two dates of birth.
fn contradicts_identity(claims: &[&Claim], stored: &Stored, register: &Register) -> bool {
    claims.iter().any(|claim| {
        let Some(identity) = &claim.identity else { return false };
        let theirs = register.by_identity(claim) == Some(stored.contact.id);
        let two_numbers = !theirs && !identity.temporary && stored.lasting_identity;
        let two_birth_dates = !theirs && stored.contact.birth_date.is_some_and(|born| born != identity.born);
        two_numbers || two_birth_dates
    })
}
