//! What the rows of one person change: computed from the rows and the register alone, written elsewhere.
//!
//! All rows of a person are folded before anything is compared, the last one winning, so that neither the
//! order of batches nor a second import of the same file can change the outcome.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::change::{Change, ChangeValue, Changed};
use super::claim::{Claim, Identity};
use super::fold::Fold;
use super::mapping::{Kind, Mapping};
use super::matching::{Decision, ReviewReason};
use super::register::{Newcomers, Person, Register, Stored};
use super::summary::Outcome;
use super::units::{Unit, UnitRow};
use super::values::{blank, fill_gaps};
use crate::contacts::{self, ContactKind, Degree, Employment, NewAddress, NewContact, Participation};

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
    /// Addresses beside the primary one that become it, by row id.
    pub old_addresses: Vec<i64>,
    /// Addresses that are kept beside the primary one.
    pub addresses: Vec<NewAddress>,
    /// Participations that are replaced, by row id.
    pub old_participations: Vec<i64>,
    /// Participations that are added.
    pub participations: Vec<Participation>,
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
    /// Whether a later row of the file spoke of the person too.
    pub superseded: bool,
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
    /// The name in it; empty for somebody with protected identity.
    pub person: String,
    /// What it changed.
    pub changes: Vec<Change>,
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
    Planner { mapping, register, newcomers, now, explain: false }.plan(unit, decision)
}

/// The same, with the old and the new value of every change.
#[must_use]
pub fn explained(
    unit: &Unit,
    decision: Decision,
    mapping: &Mapping,
    register: &Register,
    newcomers: &mut Newcomers,
    now: NaiveDateTime,
) -> Plan {
    Planner { mapping, register, newcomers, now, explain: true }.plan(unit, decision)
}

/// What a plan is made from, beside the unit.
struct Planner<'a> {
    mapping: &'a Mapping,
    register: &'a Register,
    newcomers: &'a mut Newcomers,
    now: NaiveDateTime,
    explain: bool,
}

impl Planner<'_> {
    fn plan(mut self, unit: &Unit, decision: Decision) -> Plan {
        let register = self.register;
        match decision {
            Decision::Review { with, reason } => {
                let mut plan = Plan::default();
                for row in &unit.rows {
                    plan.review(row, with, (reason, false), register, self.newcomers);
                }
                plan
            }
            Decision::Create => self.person(unit, None, &[]),
            Decision::Update(id) => self.person(unit, register.person(id), &[]),
            Decision::Merge { into, from } => self.person(unit, register.person(into), &from),
        }
    }
}

impl Plan {
    fn review(
        &mut self,
        row: &UnitRow,
        with: Person,
        (reason, superseded): (ReviewReason, bool),
        register: &Register,
        newcomers: &mut Newcomers,
    ) {
        let fingerprint = row.claim.fingerprint();
        let stored = matches!(with, Person::Stored(id) if register.knows_row(id, &fingerprint));
        let known = stored
            || register.kept_apart_from(&row.claim).is_some()
            || !newcomers.remember(with, &fingerprint);
        let outcome = if known { Outcome::Unchanged } else { Outcome::ToReview };
        let protected =
            matches!(with, Person::Stored(id) if register.person(id).is_some_and(|s| s.contact.protected));
        self.outcome(row, outcome, Vec::new(), protected);
        if !known {
            let claim = row.claim.clone();
            let (row, reason) = (row.number, Some(reason));
            self.reviews.push(Review { with, row, reason, superseded, claim, fingerprint });
        }
    }

    fn outcome(&mut self, row: &UnitRow, outcome: Outcome, mut changes: Vec<Change>, protected: bool) {
        let mut person = String::new();
        if protected || row.claim.protected {
            changes.iter_mut().for_each(|change| change.values = None);
        } else {
            person = format!("{} {}", row.claim.given_name, row.claim.family_name);
        }
        changes.dedup();
        self.outcomes.push(RowOutcome { row: row.number, outcome, person, changes });
    }
}

/// Splits off rows whose given and family name both differ from everybody else's under the same number.
fn split_strangers<'a>(
    mut rest: Vec<&'a UnitRow>,
    stored: Option<&'a Stored>,
) -> (Vec<&'a UnitRow>, Vec<&'a UnitRow>) {
    let mut names: Vec<(&str, &str)> = match (stored, rest.first()) {
        (Some(stored), _) => stored.names().collect(),
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

impl Planner<'_> {
    /// The plan for rows that mean one person, stored or new.
    fn person(&mut self, unit: &Unit, stored: Option<&Stored>, joined: &[i64]) -> Plan {
        let (mapping, register, now) = (self.mapping, self.register, self.now);
        let (decided, open): (Vec<_>, Vec<_>) =
            unit.rows.iter().partition(|row| register.kept_apart_from(&row.claim).is_some());
        let (own, strangers) = split_strangers(open, stored);
        let who = match stored {
            Some(stored) => Person::Stored(stored.contact.id),
            None => self.newcomers.add(own.iter().map(|row| &row.claim)),
        };
        let others: Vec<&Stored> = joined.iter().filter_map(|id| register.person(*id)).collect();
        let mut fold =
            Fold { rows: &own, changed: own.iter().map(|_| Vec::new()).collect(), explain: self.explain };
        let mut plan = Plan { person: Some(who), joined: joined.to_vec(), ..Plan::default() };

        let before = stored.map(|stored| NewContact::from(&stored.contact));
        let mut after = before.clone().unwrap_or_else(|| blank(mapping, now));
        if let Some(into) = stored {
            others.iter().for_each(|other| fill_gaps(&mut after, into, other, mapping));
        }
        fold.contact(&mut after, stored);
        fold.addresses(&mut plan, &after, (stored, &others), (mapping, now));
        let protected = after.protected;
        if before.as_ref() != Some(&after) {
            after.updated_at = now;
            plan.contact = Some(after);
        }
        fold.identifiers(&mut plan, register);
        fold.degrees(&mut plan, stored, &others);
        fold.employments(&mut plan, stored, &others);
        fold.participations(&mut plan, (stored, &others), (mapping, now));
        fold.consents(&mut plan, who, register);
        kinds(&mut plan, mapping, stored, &others);

        if stored.is_none()
            && let [only] = own.as_slice()
            && super::register::is_weak(&only.claim)
        {
            // Nothing but its name could find this person again: the row itself is remembered.
            let fingerprint = only.claim.fingerprint();
            self.newcomers.remember(who, &fingerprint);
            let claim = only.claim.clone();
            let (row, reason) = (only.number, None);
            plan.reviews.push(Review { with: who, row, reason, superseded: false, claim, fingerprint });
        }
        let last = own.last().map_or(0, |row| row.number);
        for (place, (row, changes)) in own.iter().zip(fold.changed).enumerate() {
            let outcome = match (place, stored) {
                (0, None) => Outcome::Created,
                (0, Some(_)) if !joined.is_empty() => Outcome::Merged,
                _ if changes.is_empty() => Outcome::Unchanged,
                _ => Outcome::Updated,
            };
            plan.outcome(row, outcome, changes, protected);
        }
        if plan.kinds_alone_changed(stored.is_some())
            && let Some(first) = plan.outcomes.first_mut()
            && first.outcome == Outcome::Unchanged
        {
            first.outcome = Outcome::Updated;
            let before = if plan.no_longer_student { Some(ContactKind::Student) } else { None };
            let value = |kind: Option<ContactKind>| kind.map_or(ChangeValue::Nothing, ChangeValue::Kind);
            let values = self.explain.then(|| (value(before), value(plan.kinds.first().copied())));
            first.changes.push(Change { field: Changed::Kind, values });
        }
        for row in strangers {
            let reason = (ReviewReason::OtherName, row.number < last);
            plan.review(row, who, reason, register, self.newcomers);
        }
        for row in decided {
            plan.outcome(row, Outcome::Unchanged, Vec::new(), protected);
        }
        plan
    }
}

impl Plan {
    fn kinds_alone_changed(&self, is_stored: bool) -> bool {
        let changed = !self.kinds.is_empty() || self.no_longer_student;
        is_stored && changed && self.outcomes.iter().all(|row| row.outcome == Outcome::Unchanged)
    }
}

/// The office's rule: whoever has a graduation year is an alumn, everybody else with studies a student. What staff decided
/// of a kind stands.
fn kinds(plan: &mut Plan, mapping: &Mapping, stored: Option<&Stored>, others: &[&Stored]) {
    let all = || stored.into_iter().chain(others.iter().copied());
    let has = |kind: ContactKind| all().any(|stored| stored.kinds.contains(&kind));
    let decided = |kind: ContactKind| {
        let field = contacts::kind_field(kind);
        all().any(|stored| stored.locked.contains(&field))
    };
    let kept = all().flat_map(|stored| &stored.degrees).filter(|(row, _)| !plan.old_degrees.contains(row));
    let graduated =
        kept.map(|(_, degree)| degree).chain(&plan.degrees).any(|degree| degree.graduation_year.is_some());
    let mut wanted = Vec::new();
    match mapping.kind {
        Kind::ByDegree if graduated || has(ContactKind::Alumn) => wanted.push(ContactKind::Alumn),
        Kind::ByDegree => wanted.push(ContactKind::Student),
        Kind::Interested => wanted.push(ContactKind::Interested),
        Kind::Participant => wanted.push(ContactKind::Participant),
        Kind::Unsaid => {}
    }
    plan.kinds = wanted.into_iter().filter(|kind| !has(*kind) && !decided(*kind)).collect();
    plan.no_longer_student = has(ContactKind::Student)
        && !decided(ContactKind::Student)
        && (plan.kinds.contains(&ContactKind::Alumn) || has(ContactKind::Alumn));
}
