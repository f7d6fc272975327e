//! The same rule judged on one person in memory: what the compiled query must agree with.

use super::parse::RuleError;
use super::rule::{Condition, Degree, Lives, Node, Rule, Works};
use super::values::{ContactKind, OneOf, Sector, Text};
use crate::kernel::language::Language;

/// What a rule can ask about one person. `None` is "nobody knows".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonFacts {
    /// What the person is to the university.
    pub kinds: Vec<ContactKind>,
    /// The language that the person reads.
    pub language: Option<Language>,
    /// Protected identity: such people never match `lives`.
    pub protected: bool,
    /// Where the person lives.
    pub home: HomeFacts,
    /// Degrees and courses of study.
    pub degrees: Vec<DegreeFacts>,
    /// Employments, present and past.
    pub employments: Vec<EmploymentFacts>,
    /// Campaigns that were sent to the person.
    pub received: Vec<i64>,
    /// Purposes that the person has agreed to and not withdrawn.
    pub consents: Vec<String>,
}

/// Where somebody lives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HomeFacts {
    /// ISO 3166-2.
    pub region: Option<String>,
    /// Statistics office's code.
    pub municipality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// One degree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DegreeFacts {
    /// The register's code.
    pub programme: Option<String>,
    /// The faculty's name.
    pub faculty: Option<String>,
    /// Such as "master".
    pub level: Option<String>,
    /// Year of graduation.
    pub graduation_year: Option<i32>,
    /// Whether the degree was taken.
    pub graduated: bool,
}

/// One employment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EmploymentFacts {
    /// SSYK or ISCO code.
    pub profession: Option<String>,
    /// The title as the person or the register writes it.
    pub job_title: Option<String>,
    /// SNI or NACE code without dots.
    pub industry: Option<String>,
    /// The employer's name.
    pub employer: Option<String>,
    /// Who owns the employer.
    pub sector: Option<Sector>,
    /// Whether the employment goes on.
    pub current: bool,
}

impl Rule {
    /// Whether the person is in the segment.
    ///
    /// # Errors
    /// As [`Rule::check_available`].
    pub fn matches(&self, person: &PersonFacts) -> Result<bool, Vec<RuleError>> {
        self.check_available()?;
        Ok(self.root.holds(person))
    }
}

impl Node {
    /// Conditions that are not available count as false; [`Rule::check_available`] has refused them before.
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
            Self::Lives(wanted) => !person.protected && wanted.fits(&person.home),
            Self::Works(wanted) => person.employments.iter().any(|employment| wanted.fits(employment)),
            Self::Person(wanted) => {
                holds(&wanted.kind, |kinds| kinds.iter().any(|kind| person.kinds.contains(kind)))
                    && holds(&wanted.language, |languages| {
                        languages.iter().any(|l| Some(*l) == person.language)
                    })
            }
            Self::Received(wanted) => wanted.campaign.iter().any(|id| person.received.contains(&id.get())),
            Self::Consented(wanted) => {
                person.consents.iter().any(|purpose| purpose == wanted.purpose.as_str())
            }
            Self::Attended(_) | Self::Engaged(_) => false,
        }
    }
}

impl Degree {
    fn fits(&self, degree: &DegreeFacts) -> bool {
        holds(&self.programme, |wanted| is_one_of(degree.programme.as_deref(), wanted))
            && holds(&self.faculty, |wanted| is_one_of(degree.faculty.as_deref(), wanted))
            && holds(&self.level, |wanted| is_one_of(degree.level.as_deref(), wanted))
            && holds(&self.graduation_year, |years| {
                degree.graduation_year.is_some_and(|year| years.contains(year))
            })
            && holds(&self.graduated, |wanted| *wanted == degree.graduated)
    }
}

impl Lives {
    fn fits(&self, home: &HomeFacts) -> bool {
        holds(&self.region, |wanted| wanted.iter().any(|code| home.region.as_deref() == Some(code.as_str())))
            && holds(&self.municipality, |wanted| {
                wanted.iter().any(|code| home.municipality.as_deref() == Some(code.as_str()))
            })
            && holds(&self.country, |wanted| {
                wanted.iter().any(|code| home.country.as_deref() == Some(code.as_str()))
            })
            && self.within_km.is_none()
    }
}

impl Works {
    fn fits(&self, work: &EmploymentFacts) -> bool {
        holds(&self.profession, |wanted| {
            let code = work.profession.as_deref();
            let under = wanted
                .under
                .as_ref()
                .is_some_and(|prefixes| begins(code, prefixes.iter().map(|p| p.as_str())));
            under || wanted.called.as_ref().is_some_and(|words| is_one_of(work.job_title.as_deref(), words))
        }) && holds(&self.industry, |wanted| {
            begins(work.industry.as_deref(), wanted.iter().map(|p| p.as_str()))
        }) && holds(&self.employer, |part| {
            work.employer.as_deref().is_some_and(|name| fold(name).contains(&fold(part.as_str())))
        }) && holds(&self.sector, |wanted| wanted.iter().any(|sector| Some(*sector) == work.sector))
            && holds(&self.current, |wanted| *wanted == work.current)
    }
}

/// A field that the rule does not set asks nothing.
fn holds<T>(wanted: &Option<T>, fits: impl FnOnce(&T) -> bool) -> bool {
    wanted.as_ref().is_none_or(fits)
}

fn is_one_of(value: Option<&str>, wanted: &OneOf<Text>) -> bool {
    value.map(fold).is_some_and(|value| wanted.iter().any(|text| fold(text.as_str()) == value))
}

fn begins<'a>(value: Option<&str>, mut prefixes: impl Iterator<Item = &'a str>) -> bool {
    value.is_some_and(|value| prefixes.any(|prefix| value.starts_with(prefix)))
}

/// Case and spelling of the same character set aside, as in the database's key columns.
fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}
