//! A rule as a tree. Its insides are private to this module's folder: JSON through [`Rule::parse`] is the only
//! door in, [`Rule::to_json`] the only one out.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::called::Called;
use super::fault::{RuleError, RuleFault};
use super::parse;
use super::strict_json::StrictJson;
use super::values::{
    CampaignId, Country, Did, IndustryPrefix, Municipality, Named, OneOf, ProfessionPrefix, Region, Text,
    Years,
};
use crate::contacts::person::{ContactKind, DegreeLevel, Sector};
use crate::invitations::Network;
use crate::kernel::language::Language;
use crate::taxonomy::Gazetteer;
use crate::taxonomy::distance::Circle;
use crate::taxonomy::synonyms::Synonyms;

/// Who a mailing is for. Every rule in the program has been checked: no empty lists, no unknown words, at most
/// [`super::MAX_DEPTH`] deep and [`super::MAX_CONDITIONS`] conditions long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) root: Node,
}

impl Rule {
    /// Reads a rule from a JSON value.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its JSON path, not just the first fault.
    pub fn parse(value: &Value) -> Result<Self, Vec<RuleError>> {
        parse::parse(value)
    }

    /// Reads a rule from JSON text. Prefer this where the text is at hand: it also sees a key that is there twice.
    ///
    /// # Errors
    /// One error with the line and column when the text is no JSON, else as [`Rule::parse`].
    pub fn parse_text(text: &str) -> Result<Self, Vec<RuleError>> {
        let StrictJson(value) = serde_json::from_str(text).map_err(|error| {
            vec![RuleError { path: "$".to_owned(), fault: RuleFault::NotJson(error.to_string()) }]
        })?;
        Self::parse(&value)
    }

    /// Everyone in the register.
    #[must_use]
    pub const fn everyone() -> Self {
        Self { root: Node::Everyone }
    }

    /// The rule in its one spelling: `Rule::parse(&rule.to_json())` gives the same rule back.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.root.to_json()
    }

    /// The rule as a unit means it, by its own words for professions. Saved segments come with those of their unit;
    /// whoever counts, samples or freezes a rule for a unit gives it those of that unit.
    #[must_use]
    pub fn with_synonyms(mut self, synonyms: &Arc<Synonyms>) -> Self {
        self.root.give(synonyms);
        self
    }
}

impl FromStr for Rule {
    type Err = Vec<RuleError>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_text(text)
    }
}

impl fmt::Display for Rule {
    /// The canonical JSON on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_json().fmt(f)
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// One step of the tree. The lists are never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Everyone,
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Condition(Condition),
}

/// A question about one person. At least one field of each is set, and all that are set must hold of the same
/// record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Degree(Degree),
    Lives(Lives),
    Works(Works),
    Person(Person),
    Attended(Attended),
    Engaged(Engaged),
    Received(Received),
    Consented(Consented),
}

/// One degree or course of study.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Degree {
    pub(super) programme: Option<OneOf<Text>>,
    pub(super) faculty: Option<OneOf<Text>>,
    pub(super) level: Option<OneOf<DegreeLevel>>,
    pub(super) graduation_year: Option<Years>,
    /// Whether a graduation year is recorded.
    pub(super) graduated: Option<bool>,
}

/// Where the person lives. People with protected identity live nowhere that a rule can see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lives {
    pub(super) region: Option<OneOf<Region>>,
    pub(super) municipality: Option<OneOf<Municipality>>,
    pub(super) country: Option<OneOf<Country>>,
    pub(super) within_km: Option<WithinKm>,
}

/// A circle around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WithinKm {
    pub(super) place: Text,
    /// Radius in kilometres, 1–20,000.
    pub(super) km: i64,
}

/// One employment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Works {
    pub(super) profession: Option<Profession>,
    pub(super) industry: Option<OneOf<IndustryPrefix>>,
    pub(super) employer: Option<Text>,
    pub(super) sector: Option<OneOf<Sector>>,
    pub(super) current: Option<bool>,
}

/// A line of work, by code or by what people call it; either is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Profession {
    pub(super) under: Option<OneOf<ProfessionPrefix>>,
    pub(super) called: Option<OneOf<Text>>,
    /// What the office calls professions, beside what everybody does: see [`Rule::with_synonyms`].
    pub(super) synonyms: Arc<Synonyms>,
}

impl Profession {
    /// What the words of `called` stand for.
    pub(super) fn called(&self) -> Called {
        Called::resolve(self.called.as_ref(), &self.synonyms)
    }
}

/// What is recorded of the person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Person {
    pub(super) kind: Option<OneOf<ContactKind>>,
    pub(super) language: Option<OneOf<Language>>,
    /// Whether they were asked to join the network, and did.
    pub(super) network: Option<OneOf<Network>>,
}

/// An event that the person took part in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Attended {
    pub(super) event: Option<OneOf<Text>>,
    pub(super) since: Option<NaiveDate>,
}

/// What the person did with our mails, among those who agreed to be measured one by one. Of the others nobody knows:
/// they match neither this nor its `not`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Engaged {
    pub(super) did: Did,
    /// How far back to look, 1–36,500 days; without it, as far back as the records go.
    pub(super) within_days: Option<i64>,
}

/// Earlier campaigns that reached the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Received {
    pub(super) campaign: OneOf<CampaignId>,
}

/// A consent that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Consented {
    pub(super) purpose: Text,
}

impl WithinKm {
    /// The circle on the globe; none if the list of places has lost the place since the rule was read.
    pub(super) fn circle(&self) -> Option<Circle> {
        #[expect(clippy::cast_precision_loss, reason = "at most 20,000")]
        let km = self.km as f64;
        Some(Circle::of(Gazetteer::builtin().named(self.place.as_str()).ok()?.coordinates(), km))
    }
}

impl Node {
    fn give(&mut self, synonyms: &Arc<Synonyms>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter_mut().for_each(|node| node.give(synonyms)),
            Self::Not(node) => node.give(synonyms),
            Self::Condition(Condition::Works(Works { profession: Some(profession), .. })) => {
                profession.synonyms = Arc::clone(synonyms);
            }
            Self::Everyone | Self::Condition(_) => {}
        }
    }

    /// How many codes and titles all words for professions together stand for.
    pub(super) fn called(&self) -> usize {
        match self {
            Self::Everyone => 0,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().map(Self::called).sum(),
            Self::Not(node) => node.called(),
            Self::Condition(Condition::Works(Works { profession: Some(profession), .. })) => {
                profession.called().len()
            }
            Self::Condition(_) => 0,
        }
    }

    /// Whether some condition asks how far away people live.
    pub(super) fn asks_distance(&self) -> bool {
        match self {
            Self::Everyone => false,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::asks_distance),
            Self::Not(node) => node.asks_distance(),
            Self::Condition(condition) => {
                matches!(condition, Condition::Lives(Lives { within_km: Some(_), .. }))
            }
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Everyone => Object::default().put("everyone", Some(true)).build(),
            Self::All(nodes) => Object::default().put("all", Some(list(nodes))).build(),
            Self::Any(nodes) => Object::default().put("any", Some(list(nodes))).build(),
            Self::Not(node) => Object::default().put("not", Some(node.to_json())).build(),
            Self::Condition(condition) => condition.to_json(),
        }
    }
}

fn list(nodes: &[Node]) -> Value {
    nodes.iter().map(Node::to_json).collect()
}

impl Condition {
    /// The condition's word in JSON.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Degree(_) => "degree",
            Self::Lives(_) => "lives",
            Self::Works(_) => "works",
            Self::Person(_) => "person",
            Self::Attended(_) => "attended",
            Self::Engaged(_) => "engaged",
            Self::Received(_) => "received",
            Self::Consented(_) => "consented",
        }
    }

    fn to_json(&self) -> Value {
        operator(self.name(), self.fields())
    }

    /// What stands behind the condition's word.
    pub(super) fn fields(&self) -> Value {
        let fields = match self {
            Self::Degree(degree) => Object::default()
                .put("programme", degree.programme.as_ref().map(one_of))
                .put("faculty", degree.faculty.as_ref().map(one_of))
                .put("level", degree.level.as_ref().map(one_of))
                .put(
                    "graduation_year",
                    degree.graduation_year.map(|years| operator("between", years.to_json())),
                )
                .put("graduated", degree.graduated),
            Self::Lives(lives) => Object::default()
                .put("region", lives.region.as_ref().map(one_of))
                .put("municipality", lives.municipality.as_ref().map(one_of))
                .put("country", lives.country.as_ref().map(one_of))
                .put(
                    "within_km",
                    lives.within_km.as_ref().map(|within| {
                        Object::default()
                            .put("place", Some(within.place.to_json()))
                            .put("km", Some(within.km))
                            .build()
                    }),
                ),
            Self::Works(works) => Object::default()
                .put(
                    "profession",
                    works.profession.as_ref().map(|profession| {
                        Object::default()
                            .put("under", profession.under.as_ref().map(values))
                            .put("called", profession.called.as_ref().map(values))
                            .build()
                    }),
                )
                .put("industry", works.industry.as_ref().map(|codes| operator("under", values(codes))))
                .put("employer", works.employer.as_ref().map(|text| operator("contains", text.to_json())))
                .put("sector", works.sector.as_ref().map(one_of))
                .put("current", works.current),
            Self::Person(person) => Object::default()
                .put("kind", person.kind.as_ref().map(one_of))
                .put("language", person.language.as_ref().map(one_of))
                .put("network", person.network.as_ref().map(one_of)),
            Self::Attended(attended) => Object::default()
                .put("event", attended.event.as_ref().map(one_of))
                .put("since", attended.since.map(|date| date.to_string())),
            Self::Engaged(engaged) => Object::default()
                .put("did", Some(engaged.did.to_json()))
                .put("within_days", engaged.within_days),
            Self::Received(received) => Object::default().put("campaign", Some(one_of(&received.campaign))),
            Self::Consented(consented) => Object::default().put("purpose", Some(consented.purpose.to_json())),
        };
        fields.build()
    }
}

/// Builds a JSON object of the fields that are there.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    fn build(self) -> Value {
        Value::Object(self.0)
    }
}

fn operator(name: &str, operand: Value) -> Value {
    Object::default().put(name, Some(operand)).build()
}

fn one_of<T: Named>(choices: &OneOf<T>) -> Value {
    operator("in", values(choices))
}

fn values<T: Named>(choices: &OneOf<T>) -> Value {
    choices.iter().map(Named::to_json).collect()
}
