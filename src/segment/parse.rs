//! From JSON to a [`Rule`]. One pass finds every fault, so that whoever writes a rule corrects it once.
//!
//! Nothing is guessed: an unknown word, an empty list or a value of the wrong type refuses the whole rule. A rule
//! read half would reach people nobody meant.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::fault::{self, Nearest, Noun, RuleError, RuleFault, Wanted};
use super::rule::{
    Attended, Condition, Consented, Degree, Engaged, Lives, Node, Person, Profession, Received, Rule,
    WithinKm, Works,
};
use super::values::{Named, OneOf, Text, Year, Years, misread, shorten, string, unexpected, whole};
use crate::taxonomy::Gazetteer;

/// How deep `all`, `any` and `not` may stand in each other.
pub const MAX_DEPTH: usize = 32;
/// How many conditions a rule may have.
pub const MAX_CONDITIONS: usize = 500;
/// How many values a rule may name in all its lists together, a word for a profession counting as all that it stands
/// for. Each is one or two bound parameters, a count or a freeze asks the rule up to three times in one query, and
/// SQLite takes 32,766 parameters.
pub const MAX_VALUES: usize = 5_000;

pub(super) fn parse(value: &Value) -> Result<Rule, Vec<RuleError>> {
    let mut parser = Parser { errors: Vec::new(), conditions: 0, values: 0 };
    let root = parser.node(value, Path::Root, 0);
    if parser.conditions > MAX_CONDITIONS {
        parser.refuse(Path::Root, RuleFault::TooManyConditions);
    }
    if parser.values > MAX_VALUES {
        parser.refuse(Path::Root, RuleFault::TooManyValues);
    }
    match root {
        Some(root) if parser.errors.is_empty() => Ok(Rule { root }),
        _ => Err(parser.errors),
    }
}

/// Where in the document the parser stands.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
            Self::Field(parent, name) if is_plain(name) => write!(f, "{parent}.{name}"),
            Self::Field(parent, name) => write!(f, "{parent}[{}]", shorten(name)),
        }
    }
}

/// Whether a name may follow a dot in a JSON path.
fn is_plain(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

const CONDITIONS: Noun = Noun::new("conditions", "[{…},{…}], a list of conditions");
const VALUES: Noun = Noun::new("values", "a list of values");
const YEARS: Noun = Noun::new("years", "[from,to], two years");
const DATE: Noun = Noun::new("date", "a date such as \"2024-01-31\"");
const DISTANCE: Noun = Noun::new("distance", "a distance in kilometres");
const DAYS: Noun = Noun::new("days", "a number of days");

struct Parser {
    errors: Vec<RuleError>,
    conditions: usize,
    values: usize,
}

const NODES: [&str; 12] = [
    "all",
    "any",
    "not",
    "everyone",
    "degree",
    "lives",
    "works",
    "person",
    "attended",
    "engaged",
    "received",
    "consented",
];

// Every method returns `None` only after it has recorded why.
impl Parser {
    fn refuse(&mut self, path: Path<'_>, fault: RuleFault) {
        self.errors.push(RuleError { path: path.to_string(), fault });
    }

    fn accept<T>(&mut self, path: Path<'_>, value: Result<T, RuleFault>) -> Option<T> {
        value.map_err(|fault| self.refuse(path, fault)).ok()
    }

    fn node(&mut self, value: &Value, path: Path<'_>, depth: usize) -> Option<Node> {
        let Some(object) = value.as_object() else {
            self.refuse(path, unexpected(Wanted::OneField(NODES.to_vec()), value));
            return None;
        };
        if object.is_empty() {
            self.refuse(path, RuleFault::EmptyNode);
            return None;
        }
        if object.len() > 1 {
            let keys = object.keys().take(5).cloned().collect();
            self.refuse(path, RuleFault::SeveralKeys { count: object.len(), keys });
        }
        let mut node = None;
        for (key, inner) in object {
            node = self.keyed_node(key, inner, Path::Field(&path, key), depth);
        }
        node
    }

    fn keyed_node(&mut self, key: &str, value: &Value, path: Path<'_>, depth: usize) -> Option<Node> {
        match key {
            "all" | "any" | "not" if depth == MAX_DEPTH => {
                self.refuse(path, RuleFault::TooDeep);
                None
            }
            "all" => self.nodes(value, path, depth).map(Node::All),
            "any" => self.nodes(value, path, depth).map(Node::Any),
            "not" => self.node(value, path, depth + 1).map(|node| Node::Not(Box::new(node))),
            _ => {
                self.conditions += 1;
                if self.conditions > MAX_CONDITIONS {
                    return None;
                }
                self.leaf(key, value, path)
            }
        }
    }

    fn nodes(&mut self, value: &Value, path: Path<'_>, depth: usize) -> Option<Vec<Node>> {
        let items = self.items(value, path, CONDITIONS)?;
        // Not `filter_map(...).collect::<Option<_>>()`, which would stop at the first fault.
        let nodes: Vec<Option<Node>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| self.node(item, Path::Item(&path, i), depth + 1))
            .collect();
        nodes.into_iter().collect()
    }

    fn items<'v>(&mut self, value: &'v Value, path: Path<'_>, expected: Noun) -> Option<&'v [Value]> {
        match value.as_array().map(Vec::as_slice) {
            Some([]) => self.refuse(path, RuleFault::EmptyList),
            Some(items) => return Some(items),
            None => self.refuse(path, unexpected(expected, value)),
        }
        None
    }

    fn leaf(&mut self, key: &str, value: &Value, path: Path<'_>) -> Option<Node> {
        let condition = match key {
            "everyone" => {
                if value.as_bool() == Some(true) {
                    return Some(Node::Everyone);
                }
                self.refuse(path, RuleFault::NotTrue);
                return None;
            }
            "degree" => Condition::Degree(self.degree(value, path)?),
            "lives" => Condition::Lives(self.lives(value, path)?),
            "works" => Condition::Works(self.works(value, path)?),
            "person" => Condition::Person(self.person(value, path)?),
            "attended" => Condition::Attended(self.attended(value, path)?),
            "engaged" => Condition::Engaged(self.engaged(value, path)?),
            "received" => Condition::Received(self.received(value, path)?),
            "consented" => Condition::Consented(self.consented(value, path)?),
            unknown => {
                let nearest = nearest(unknown, &NODES);
                self.refuse(path, RuleFault::Unknown { noun: fault::CONDITION, nearest });
                return None;
            }
        };
        Some(Node::Condition(condition))
    }

    fn degree(&mut self, value: &Value, path: Path<'_>) -> Option<Degree> {
        let mut fields = self.fields(value, path);
        let degree = Degree {
            programme: fields.optional("programme", Self::one_of),
            faculty: fields.optional("faculty", Self::one_of),
            level: fields.optional("level", Self::one_of),
            graduation_year: fields.optional("graduation_year", Self::between),
            graduated: fields.optional("graduated", Self::boolean),
        };
        fields.finish().then_some(degree)
    }

    fn lives(&mut self, value: &Value, path: Path<'_>) -> Option<Lives> {
        let mut fields = self.fields(value, path);
        let lives = Lives {
            region: fields.optional("region", Self::one_of),
            municipality: fields.optional("municipality", Self::one_of),
            country: fields.optional("country", Self::one_of),
            within_km: fields.optional("within_km", Self::within_km),
        };
        fields.finish().then_some(lives)
    }

    fn within_km(&mut self, value: &Value, path: Path<'_>) -> Option<WithinKm> {
        let mut fields = self.fields(value, path).shaped(r#"{"place":"Malmö","km":50}"#);
        let place = fields.required("place", |parser, value, path| {
            let place: Text = parser.named(value, path)?;
            let known = Gazetteer::builtin().named(place.as_str());
            let known = known.map_err(|why| RuleFault::UnknownPlace { name: shorten(place.as_str()), why });
            parser.accept(path, known.map(|_| ()))?;
            Some(place)
        });
        // A circle is eleven bound parameters: as many as six values at two each, see `MAX_VALUES`.
        fields.parser.values += 6;
        let km = fields
            .required("km", |parser, value, path| parser.accept(path, whole(value, DISTANCE, 1, 20_000)));
        fields.finish().then_some(WithinKm { place: place?, km: km? })
    }

    fn works(&mut self, value: &Value, path: Path<'_>) -> Option<Works> {
        let mut fields = self.fields(value, path);
        let works = Works {
            profession: fields.optional("profession", Self::profession),
            industry: fields.optional("industry", Self::under),
            employer: fields.optional("employer", Self::contains),
            sector: fields.optional("sector", Self::one_of),
            current: fields.optional("current", Self::boolean),
        };
        fields.finish().then_some(works)
    }

    fn profession(&mut self, value: &Value, path: Path<'_>) -> Option<Profession> {
        let mut fields = self.fields(value, path).operators(r#"{"under":["261"],"called":["jurister"]}"#);
        let profession = Profession {
            under: fields.optional("under", Self::values),
            called: fields.optional("called", Self::values),
            synonyms: Arc::default(),
        };
        fields.parser.values += profession.called().len();
        fields.finish().then_some(profession)
    }

    fn person(&mut self, value: &Value, path: Path<'_>) -> Option<Person> {
        let mut fields = self.fields(value, path);
        let person = Person {
            kind: fields.optional("kind", Self::one_of),
            language: fields.optional("language", Self::one_of),
            network: fields.optional("network", Self::one_of),
        };
        fields.finish().then_some(person)
    }

    fn attended(&mut self, value: &Value, path: Path<'_>) -> Option<Attended> {
        let mut fields = self.fields(value, path);
        let attended = Attended {
            event: fields.optional("event", Self::one_of),
            since: fields.optional("since", Self::date),
        };
        fields.finish().then_some(attended)
    }

    fn engaged(&mut self, value: &Value, path: Path<'_>) -> Option<Engaged> {
        let mut fields = self.fields(value, path);
        // Two look-ups with four bound parameters: as many as two values, see `MAX_VALUES`.
        fields.parser.values += 2;
        let did = fields.required("did", Self::named);
        let within_days = fields.optional("within_days", |parser, value, path| {
            parser.accept(path, whole(value, DAYS, 1, 36_500))
        });
        fields.finish().then_some(Engaged { did: did?, within_days })
    }

    fn received(&mut self, value: &Value, path: Path<'_>) -> Option<Received> {
        let mut fields = self.fields(value, path);
        let campaign = fields.required("campaign", |parser, value, path| {
            let mut operators = parser.fields(value, path).operators(r#"{"in":[12]}"#);
            let campaigns = operators.required("in", Self::values);
            operators.finish().then_some(campaigns?)
        });
        fields.finish().then_some(Received { campaign: campaign? })
    }

    fn consented(&mut self, value: &Value, path: Path<'_>) -> Option<Consented> {
        let mut fields = self.fields(value, path);
        let purpose = fields.required("purpose", Self::named);
        fields.finish().then_some(Consented { purpose: purpose? })
    }

    fn one_of<T: Named>(&mut self, value: &Value, path: Path<'_>) -> Option<OneOf<T>> {
        let mut operators = self.fields(value, path).operators(r#"{"in":["…"]}"#);
        let values = operators.required("in", Self::values);
        operators.finish().then_some(values?)
    }

    fn under<T: Named>(&mut self, value: &Value, path: Path<'_>) -> Option<OneOf<T>> {
        let mut operators = self.fields(value, path).operators(r#"{"under":["69"]}"#);
        let values = operators.required("under", Self::values);
        operators.finish().then_some(values?)
    }

    fn contains<T: Named>(&mut self, value: &Value, path: Path<'_>) -> Option<T> {
        let mut operators = self.fields(value, path).operators(r#"{"contains":"…"}"#);
        let text = operators.required("contains", Self::named);
        operators.finish().then_some(text?)
    }

    fn between(&mut self, value: &Value, path: Path<'_>) -> Option<Years> {
        let mut operators = self.fields(value, path).operators(r#"{"between":[from,to]}"#);
        let years = operators.required("between", Self::years);
        operators.finish().then_some(years?)
    }

    fn years(&mut self, value: &Value, path: Path<'_>) -> Option<Years> {
        let Some([from, to]) = value.as_array().map(Vec::as_slice) else {
            self.refuse(path, unexpected(YEARS, value));
            return None;
        };
        let from: Option<Year> = self.named(from, Path::Item(&path, 0));
        let to: Option<Year> = self.named(to, Path::Item(&path, 1));
        self.accept(path, Years::new(from?.0, to?.0))
    }

    fn values<T: Named>(&mut self, value: &Value, path: Path<'_>) -> Option<OneOf<T>> {
        let items = self.items(value, path, VALUES)?;
        self.values += items.len();
        if self.values > MAX_VALUES {
            return None;
        }
        let values: Vec<Option<T>> =
            items.iter().enumerate().map(|(i, item)| self.named(item, Path::Item(&path, i))).collect();
        OneOf::new(values.into_iter().collect::<Option<_>>()?)
    }

    fn named<T: Named>(&mut self, value: &Value, path: Path<'_>) -> Option<T> {
        self.accept(path, T::read(value))
    }

    fn boolean(&mut self, value: &Value, path: Path<'_>) -> Option<bool> {
        let read = value.as_bool().ok_or_else(|| unexpected(fault::BOOLEAN, value));
        self.accept(path, read)
    }

    fn date(&mut self, value: &Value, path: Path<'_>) -> Option<NaiveDate> {
        let read = string(value, DATE).and_then(|text| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .filter(|date| date.to_string() == text)
                .ok_or_else(|| misread(DATE, text, None))
        });
        self.accept(path, read)
    }

    fn fields<'a>(&'a mut self, value: &'a Value, path: Path<'a>) -> Fields<'a> {
        let object = value.as_object();
        Fields {
            parser: self,
            value,
            object,
            path,
            noun: fault::FIELD,
            shape: None,
            known: Vec::new(),
            missing: Vec::new(),
        }
    }
}

/// An object whose names are asked for one by one; [`Fields::finish`] refuses what nobody asked for.
struct Fields<'a> {
    parser: &'a mut Parser,
    value: &'a Value,
    object: Option<&'a Map<String, Value>>,
    path: Path<'a>,
    noun: Noun,
    shape: Option<&'static str>,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The names are operators, and the object looks like `shape`.
    fn operators(self, shape: &'static str) -> Self {
        Self { noun: fault::OPERATOR, ..self }.shaped(shape)
    }

    fn shaped(self, shape: &'static str) -> Self {
        Self { shape: Some(shape), ..self }
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Parser, &Value, Path<'_>) -> Option<T>,
    ) -> Option<T> {
        self.known.push(name);
        let value = self.object?.get(name)?;
        read(self.parser, value, Path::Field(&self.path, name))
    }

    fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Parser, &Value, Path<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.object.is_some_and(|object| !object.contains_key(name)) {
            self.missing.push(name);
        }
        self.optional(name, read)
    }

    /// Whether the object was one, had in it what it needs and nothing unknown.
    fn finish(self) -> bool {
        let Self { parser, value, object, path, noun, shape, known, missing } = self;
        let expected = shape.map_or_else(|| Wanted::Fields(known.clone()), Wanted::Shape);
        let Some(object) = object else {
            parser.refuse(path, unexpected(expected, value));
            return false;
        };
        if object.is_empty() {
            parser.refuse(path, RuleFault::Empty(expected));
            return false;
        }
        let mut complete = missing.is_empty();
        let mut misspelt = false;
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            (complete, misspelt) = (false, true);
            let nearest = nearest(name, &known);
            parser.refuse(Path::Field(&path, name), RuleFault::Unknown { noun, nearest });
        }
        // An unknown name is most likely the missing one misspelt: one fault, told once.
        if !misspelt && !missing.is_empty() {
            parser.refuse(path, RuleFault::Lacks { names: missing, shape });
        }
        complete
    }
}

/// What would have been right.
pub(super) fn nearest(word: &str, allowed: &[&str]) -> Nearest {
    let word: String = word.chars().take(40).collect::<String>().to_lowercase();
    let likeliest = allowed
        .iter()
        .map(|candidate| (strsim::osa_distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| (*candidate).to_owned());
    Nearest { likeliest, allowed: allowed.iter().map(|word| (*word).to_owned()).collect() }
}
