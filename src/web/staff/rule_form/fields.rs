//! The conditions of a rule as the form knows them: which fields each has, what kind of control it is, and where its
//! value stands in the rule's JSON.

use serde_json::{Map, Value, json};

use crate::contacts::person::{ContactKind, DegreeLevel, Sector};
use crate::invitations::Network;
use crate::kernel::language::Language;

/// The bounds of a year in a rule stand for "from the beginning" and "until whenever".
const FIRST_YEAR: i64 = 1800;
const LAST_YEAR: i64 = 2200;

/// A question about one record of a person. Two of one name are the same.
#[derive(Debug)]
pub(in crate::web::staff) struct Condition {
    /// Its word in the rule.
    pub(in crate::web::staff) name: &'static str,
    /// Whether the form offers to add one. Those that it does not offer are kept where a rule has them.
    pub(in crate::web::staff) is_offered: bool,
    /// So many of its fields are always in sight; the others can be unfolded.
    pub(in crate::web::staff) usual: usize,
    pub(in crate::web::staff) fields: &'static [Field],
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Condition {}

/// One field of a condition.
#[derive(Debug)]
pub(in crate::web::staff) struct Field {
    /// Its name in the form; with the condition's name before it, the name of its texts.
    pub(in crate::web::staff) name: &'static str,
    /// Where its value stands within the condition.
    place: &'static [&'static str],
    pub(in crate::web::staff) kind: Kind,
}

/// How a field is filled.
#[derive(Debug, Clone, Copy)]
pub(in crate::web::staff) enum Kind {
    /// Any number of texts, searched in what the register holds.
    Search,
    /// Any number of numbers, searched likewise.
    SearchNumbers,
    /// Any number of a fixed set of words; their texts are `family-word`.
    Ticks(&'static str, fn() -> Vec<&'static str>),
    /// One of a fixed set of words.
    One(&'static str, fn() -> Vec<&'static str>),
    /// One of the office's purposes.
    Purpose,
    YesNo,
    /// From a year to a year, either of which may be open.
    Years,
    /// One text; what the register holds is suggested, and any other is as good.
    Text,
    Number,
    Date,
}

impl Kind {
    pub(in crate::web::staff) const fn is_search(self) -> bool {
        matches!(self, Self::Search | Self::SearchNumbers)
    }
}

const fn field(name: &'static str, place: &'static [&'static str], kind: Kind) -> Field {
    Field { name, place, kind }
}

fn levels() -> Vec<&'static str> {
    DegreeLevel::ALL.iter().map(|level| level.as_str()).collect()
}

fn sectors() -> Vec<&'static str> {
    Sector::ALL.iter().map(|sector| sector.as_str()).collect()
}

fn kinds() -> Vec<&'static str> {
    ContactKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn languages() -> Vec<&'static str> {
    Language::ALL.iter().map(|language| language.as_str()).collect()
}

fn network() -> Vec<&'static str> {
    Network::ALL.iter().map(|way| way.as_str()).collect()
}

fn deeds() -> Vec<&'static str> {
    vec!["opened", "clicked", "none"]
}

/// Every condition, in the order in which the form offers them.
pub(in crate::web::staff) static CONDITIONS: [Condition; 9] = [
    Condition {
        name: "degree",
        is_offered: true,
        usual: 2,
        fields: &[
            field("programme", &["programme", "in"], Kind::Search),
            field("year", &["graduation_year", "between"], Kind::Years),
            field("level", &["level", "in"], Kind::Ticks("level", levels)),
            field("faculty", &["faculty", "in"], Kind::Search),
            field("graduated", &["graduated"], Kind::YesNo),
        ],
    },
    Condition {
        name: "lives",
        is_offered: true,
        usual: 4,
        fields: &[
            field("region", &["region", "in"], Kind::Search),
            field("country", &["country", "in"], Kind::Search),
            field("km", &["within_km", "km"], Kind::Number),
            field("place", &["within_km", "place"], Kind::Text),
            field("municipality", &["municipality", "in"], Kind::Search),
        ],
    },
    Condition {
        name: "works",
        is_offered: true,
        usual: 2,
        fields: &[
            field("called", &["profession", "called"], Kind::Search),
            field("employer", &["employer", "contains"], Kind::Text),
            field("under", &["profession", "under"], Kind::Search),
            field("industry", &["industry", "under"], Kind::Search),
            field("sector", &["sector", "in"], Kind::Ticks("sector", sectors)),
            field("current", &["current"], Kind::YesNo),
        ],
    },
    Condition {
        name: "person",
        is_offered: true,
        usual: 2,
        fields: &[
            field("kind", &["kind", "in"], Kind::Ticks("kind", kinds)),
            field("language", &["language", "in"], Kind::Ticks("tongue", languages)),
            field("network", &["network", "in"], Kind::Ticks("network", network)),
        ],
    },
    Condition {
        name: "attended",
        is_offered: true,
        usual: 2,
        fields: &[field("event", &["event", "in"], Kind::Search), field("since", &["since"], Kind::Date)],
    },
    Condition {
        name: "received",
        is_offered: true,
        usual: 1,
        fields: &[field("campaign", &["campaign", "in"], Kind::SearchNumbers)],
    },
    Condition {
        name: "consented",
        is_offered: true,
        usual: 1,
        fields: &[field("purpose", &["purpose"], Kind::Purpose)],
    },
    Condition {
        name: "engaged",
        is_offered: true,
        usual: 2,
        fields: &[
            field("did", &["did"], Kind::One("did", deeds)),
            field("days", &["within_days"], Kind::Number),
        ],
    },
    Condition { name: EVERYONE, is_offered: false, usual: 0, fields: &[] },
];

/// The condition that everyone meets.
pub(super) const EVERYONE: &str = "everyone";

/// The condition with this word.
pub(super) fn condition(name: &str) -> Option<&'static Condition> {
    CONDITIONS.iter().find(|condition| condition.name == name)
}

impl Field {
    /// What the field holds of a condition's JSON, as texts.
    pub(super) fn take(&self, fields: &Value) -> Vec<String> {
        let Some(value) = self.place.iter().try_fold(fields, |at, name| at.get(name)) else {
            return Vec::new();
        };
        match (self.kind, value) {
            (Kind::Years, Value::Array(years)) => {
                let bound = |index: usize, open: i64| {
                    let year = years.get(index).and_then(Value::as_i64);
                    year.filter(|year| *year != open).map(|year| year.to_string()).unwrap_or_default()
                };
                let bounds = vec![bound(0, FIRST_YEAR), bound(1, LAST_YEAR)];
                // Open at both ends still asks for a year, so the bounds are written out.
                if bounds.iter().all(String::is_empty) {
                    vec![FIRST_YEAR.to_string(), LAST_YEAR.to_string()]
                } else {
                    bounds
                }
            }
            (Kind::YesNo, Value::Bool(answer)) => vec![if *answer { "yes" } else { "no" }.to_owned()],
            (_, Value::Array(values)) => values.iter().map(text).collect(),
            (_, value) => vec![text(value)],
        }
    }

    /// Puts the texts of the field into a condition's JSON. What is wrong with them is for the rule's parser to say.
    pub(super) fn put(&self, texts: &[String], fields: &mut Map<String, Value>) {
        if texts.iter().all(String::is_empty) {
            return;
        }
        let first = texts.first().map(String::as_str).unwrap_or_default();
        let value = match self.kind {
            Kind::Search | Kind::Ticks(..) => json!(texts),
            Kind::SearchNumbers => texts.iter().map(|text| number(text)).collect(),
            Kind::Years => {
                let bound = |index: usize, open: i64| match texts.get(index).map(String::as_str) {
                    None | Some("") => open.into(),
                    Some(year) => number(year),
                };
                json!([bound(0, FIRST_YEAR), bound(1, LAST_YEAR)])
            }
            Kind::YesNo => json!(first == "yes"),
            Kind::Number => number(first),
            Kind::One(..) | Kind::Purpose | Kind::Text | Kind::Date => first.into(),
        };
        let Some((last, above)) = self.place.split_last() else { return };
        let mut at = fields;
        for name in above {
            let inner = at.entry(*name).or_insert_with(|| json!({}));
            let Some(inner) = inner.as_object_mut() else { return };
            at = inner;
        }
        at.insert((*last).to_owned(), value);
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number; anything else stays as it was written, for the parser to name.
fn number(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| text.into(), Into::into)
}
