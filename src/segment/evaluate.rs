//! The same rule judged on one person in memory: what the compiled query must agree with, and what explains it.

use chrono::{NaiveDateTime, TimeDelta};

use super::called::Called;
use super::rule::{Attended, Condition, Degree, Engaged, Lives, Node, Person, Profession, Rule, Works};
use super::values::{OneOf, Text};
use crate::contacts::{self, Contact, ContactKind, Employment, Engagement, search_key};
use crate::invitations::Network;

/// What a rule can ask about one person. `None` is "nobody knows".
#[derive(Debug, Clone, PartialEq)]
pub struct PersonFacts {
    /// Name, language, where the person lives, protected or not.
    pub contact: Contact,
    /// What the person is to the university.
    pub kinds: Vec<ContactKind>,
    /// Whether they were asked to join the network, and did.
    pub network: Network,
    /// Degrees and courses of study.
    pub degrees: Vec<contacts::Degree>,
    /// Employments, present and past.
    pub employments: Vec<Employment>,
    /// Events taken part in: code and day.
    pub participations: Vec<(String, Option<chrono::NaiveDate>)>,
    /// Campaigns that were sent to the person.
    pub received: Vec<i64>,
    /// Purposes of consents that stand, whatever the channel and unit.
    pub consents: Vec<String>,
    /// What the person did with our mails; none for people who did not agree to be measured.
    pub engagements: Option<Vec<Engagement>>,
    /// The moment from which `within_days` looks back, UTC.
    pub judged_at: NaiveDateTime,
}

impl Rule {
    /// Whether the person is in the segment.
    #[must_use]
    pub fn matches(&self, person: &PersonFacts) -> bool {
        person.contact.merged_into.is_none() && self.root.holds(person) == Some(true)
    }
}

impl Node {
    /// `None` where it has no answer for this person.
    pub(super) fn holds(&self, person: &PersonFacts) -> Option<bool> {
        match self {
            Self::Everyone => Some(true),
            Self::All(nodes) => all(nodes.iter().map(|node| node.holds(person))),
            Self::Any(nodes) => any(nodes.iter().map(|node| node.holds(person))),
            Self::Not(node) => not(node.holds(person)),
            Self::Condition(Condition::Engaged(wanted)) => {
                person.engagements.as_ref().map(|done| wanted.fits(done, person.judged_at))
            }
            Self::Condition(condition) => Some(condition.holds(person)),
        }
    }
}

/// What `all` answers when its parts answer so.
pub(super) fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => answer = None,
        }
    }
    answer
}

/// What `any` answers when its parts answer so.
pub(super) fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    not(all(parts.map(not)))
}

/// What `not` answers.
pub(super) fn not(part: Option<bool>) -> Option<bool> {
    part.map(|part| !part)
}

impl Condition {
    fn holds(&self, person: &PersonFacts) -> bool {
        match self {
            Self::Degree(wanted) => person.degrees.iter().any(|degree| wanted.fits(degree)),
            Self::Lives(wanted) => wanted.fits(&person.contact),
            Self::Works(wanted) => {
                let called = wanted.profession.as_ref().map(Profession::called);
                person.employments.iter().any(|employment| wanted.fits(called.as_ref(), employment))
            }
            Self::Person(wanted) => wanted.fits(person),
            Self::Attended(wanted) => {
                person.participations.iter().any(|(event, day)| wanted.fits(event, *day))
            }
            Self::Received(wanted) => wanted.campaign.iter().any(|id| person.received.contains(&id.get())),
            Self::Consented(wanted) => {
                person.consents.iter().any(|purpose| purpose == wanted.purpose.as_str())
            }
            // Has three answers, and was asked before.
            Self::Engaged(_) => false,
        }
    }
}

impl Degree {
    fn fits(&self, degree: &contacts::Degree) -> bool {
        let year = degree.graduation_year;
        asks(&self.programme, |codes| codes.iter().any(|code| code.as_str() == degree.programme_code))
            && asks(&self.faculty, |names| is_one_of(degree.faculty.as_deref(), names))
            && asks(&self.level, |levels| degree.level.is_some_and(|level| levels.contains(&level)))
            && asks(&self.graduation_year, |years| year.is_some_and(|year| years.contains(year)))
            && asks(&self.graduated, |graduated| *graduated == year.is_some())
    }
}

impl Lives {
    fn fits(&self, home: &Contact) -> bool {
        fn is(value: Option<&str>, mut codes: impl Iterator<Item: AsRef<str>>) -> bool {
            value.is_some_and(|value| codes.any(|code| code.as_ref() == value))
        }
        !home.protected
            && asks(&self.region, |codes| is(home.region.as_deref(), codes.iter()))
            && asks(&self.municipality, |codes| is(home.municipality.as_deref(), codes.iter()))
            && asks(&self.country, |codes| is(home.country.as_deref(), codes.iter()))
            && asks(&self.within_km, |within| {
                within.circle().zip(home.coordinates()).is_some_and(|(circle, home)| circle.contains(home))
            })
    }
}

impl Works {
    fn fits(&self, called: Option<&Called>, work: &Employment) -> bool {
        asks(&self.profession, |wanted| {
            let under = wanted.under.iter().flat_map(OneOf::iter).map(AsRef::as_ref);
            begins(
                work.profession_code.as_deref(),
                under.chain(called.into_iter().flat_map(Called::prefixes)),
            ) || work
                .job_title
                .as_deref()
                .map(search_key)
                .is_some_and(|title| called.is_some_and(|called| called.title_keys().contains(&title)))
        }) && asks(&self.industry, |wanted| {
            work.industry_code
                .as_deref()
                .is_some_and(|code| wanted.iter().any(|prefix| prefix.codes().contain(code)))
        }) && asks(&self.employer, |part| {
            work.employer.as_deref().is_some_and(|name| search_key(name).contains(&search_key(part.as_str())))
        }) && asks(&self.sector, |wanted| work.sector.is_some_and(|sector| wanted.contains(&sector)))
            && asks(&self.current, |wanted| *wanted == work.current)
    }
}

impl Person {
    fn fits(&self, person: &PersonFacts) -> bool {
        asks(&self.kind, |wanted| person.kinds.iter().any(|kind| wanted.contains(kind)))
            && asks(&self.language, |wanted| wanted.contains(&person.contact.language))
            && asks(&self.network, |wanted| wanted.contains(&person.network))
    }
}

impl Attended {
    fn fits(&self, event: &str, day: Option<chrono::NaiveDate>) -> bool {
        asks(&self.event, |codes| codes.iter().any(|code| code.as_str() == event))
            && asks(&self.since, |since| day.is_some_and(|day| day >= *since))
    }
}

impl Engaged {
    /// From when on deeds count.
    pub(super) fn since(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        // As far back as the calendar goes is as far back as the records go.
        now.checked_sub_signed(TimeDelta::days(self.within_days?))
    }

    fn fits(&self, done: &[Engagement], now: NaiveDateTime) -> bool {
        let ((deeds, wanted), since) = (self.did.looks_for(), self.since(now));
        let counts = |one: &Engagement| deeds.contains(&one.did) && asks(&since, |at| one.happened_at >= *at);
        done.iter().any(counts) == wanted
    }
}

/// A field that the rule does not set asks nothing.
fn asks<T>(wanted: &Option<T>, fits: impl FnOnce(&T) -> bool) -> bool {
    wanted.as_ref().is_none_or(fits)
}

fn is_one_of(value: Option<&str>, wanted: &OneOf<Text>) -> bool {
    value.map(search_key).is_some_and(|value| wanted.iter().any(|text| search_key(text.as_str()) == value))
}

fn begins<'a>(value: Option<&str>, mut prefixes: impl Iterator<Item = &'a str>) -> bool {
    value.is_some_and(|value| prefixes.any(|prefix| value.starts_with(prefix)))
}
