//! The same rule judged on one person in memory: what the compiled query must agree with, and what explains it.

use super::called::Called;
use super::parse::RuleError;
use super::rule::{Attended, Condition, Degree, Lives, Node, Person, Profession, Rule, Works};
use super::values::{OneOf, Text};
use crate::contacts::{self, Contact, ContactKind, Employment, search_key};
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
}

impl Rule {
    /// Whether the person is in the segment.
    ///
    /// # Errors
    /// As [`Rule::check_available`].
    pub fn matches(&self, person: &PersonFacts) -> Result<bool, Vec<RuleError>> {
        self.check_available()?;
        Ok(person.contact.merged_into.is_none() && self.root.holds(person))
    }
}

impl Node {
    pub(super) fn holds(&self, person: &PersonFacts) -> bool {
        match self {
            Self::Everyone => true,
            Self::All(nodes) => nodes.iter().all(|node| node.holds(person)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(person)),
            Self::Not(node) => !node.holds(person),
            Self::Condition(condition) => condition.holds(person),
        }
    }
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
            // Refused by `check_available`.
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
