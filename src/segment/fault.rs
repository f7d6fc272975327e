//! What can be wrong with a rule: typed, so that pages say it in the reader's language. `Display` is English, for the
//! API and the command line.

use std::fmt;

use serde_json::Value;

use super::parse::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES};
use super::values::MAX_TEXT;
use crate::taxonomy::UnknownPlace;

/// How everyone is written.
pub const EVERYONE: &str = r#"{"everyone":true}"#;
/// How nobody is written.
pub const NOBODY: &str = r#"{"not":{"everyone":true}}"#;
/// How several conditions are written side by side.
pub const SIDE_BY_SIDE: &str = r#"{"all":[{…},{…}]}"#;

/// One fault of a rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct RuleError {
    /// JSON path from the rule's root (RFC 9535), such as `$.all[0].degree.programme`.
    pub path: String,
    /// What is wrong and what would be right.
    pub fault: RuleFault,
}

/// What is wrong with a rule at one place. What it quotes of the rule is cut short and in quotes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// The text is no JSON: where and why.
    #[error("cannot be read as JSON: {0}")]
    NotJson(String),
    /// More than [`MAX_CONDITIONS`].
    #[error("has more than {MAX_CONDITIONS} conditions; split the segment")]
    TooManyConditions,
    /// More than [`MAX_VALUES`].
    #[error("names more than {MAX_VALUES} values; split the segment")]
    TooManyValues,
    /// The office's own words stand for more than [`MAX_VALUES`].
    #[error(
        "its words for professions stand for more than {MAX_VALUES} codes and titles; name codes, or split the segment"
    )]
    TooManyWords,
    /// Deeper than [`MAX_DEPTH`].
    #[error("stands deeper than {MAX_DEPTH} all, any and not in each other")]
    TooDeep,
    /// An object without a condition.
    #[error("is empty; everyone is written {EVERYONE}")]
    EmptyNode,
    /// A list without values.
    #[error("is empty; name at least one, or leave it out")]
    EmptyList,
    /// A condition that asks nothing.
    #[error("is empty; {}", at_least(.0))]
    Empty(Wanted),
    /// Several conditions where one is expected.
    #[error(
        "has {count} keys ({}) where one is expected; put them side by side: {SIDE_BY_SIDE}",
        keys.join(", ")
    )]
    SeveralKeys {
        /// How many.
        count: usize,
        /// The first of them.
        keys: Vec<String>,
    },
    /// Something else than what belongs there.
    #[error("expected {expected}, got {got}")]
    Unexpected {
        /// What belongs there.
        expected: Wanted,
        /// What is there.
        got: Got,
    },
    /// No number.
    #[error("expected {what}, a number, got {got}")]
    NotANumber {
        /// What belongs there.
        what: Noun,
        /// What is there.
        got: Noun,
    },
    /// No whole number within bounds.
    #[error("expected {what}, a whole number from {least} {}, got {got}", up_to(*.most))]
    OutOfRange {
        /// What belongs there.
        what: Noun,
        /// The least.
        least: i64,
        /// The most, where there is one.
        most: Option<i64>,
        /// What is there.
        got: String,
    },
    /// `everyone` with something else than true.
    #[error("expected true; nobody is written {NOBODY}")]
    NotTrue,
    /// A name that means nothing.
    #[error("unknown {noun}; {nearest}")]
    Unknown {
        /// What it would be the name of.
        noun: Noun,
        /// What would be right.
        nearest: Nearest,
    },
    /// A word outside a fixed set.
    #[error("{word} is not {what}; {nearest}")]
    NoneOf {
        /// The word.
        word: String,
        /// What it should be.
        what: Noun,
        /// What would be right.
        nearest: Nearest,
    },
    /// Fields that must be there.
    #[error("lacks {}{}", names.join(", "), shape.map(|shape| format!("; expected {shape}")).unwrap_or_default())]
    Lacks {
        /// The fields.
        names: Vec<&'static str>,
        /// The whole as it should be.
        shape: Option<&'static str>,
    },
    /// A place that is not in the list, or there more than once.
    #[error("{name}: {why}")]
    UnknownPlace {
        /// Its name.
        name: String,
        /// Why, and what would be right.
        why: UnknownPlace,
    },
    /// Longer than [`MAX_TEXT`].
    #[error("is longer than {MAX_TEXT} characters")]
    TooLong,
    /// A character that cannot be seen.
    #[error("holds a control character such as a line break or a tab; remove it")]
    ControlCharacter,
    /// The later year first.
    #[error("expected the earlier year first: [{to},{from}]")]
    Reversed {
        /// The first.
        from: i32,
        /// The second.
        to: i32,
    },
}

impl RuleFault {
    /// Whether something is only not filled in yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::EmptyNode | Self::EmptyList | Self::Empty(_))
    }
}

/// A thing with a name in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// What pages look the name up by.
    pub key: &'static str,
    english: &'static str,
}

impl Noun {
    pub(super) const fn new(key: &'static str, english: &'static str) -> Self {
        Self { key, english }
    }

    /// A JSON value's type.
    pub(super) const fn type_of(value: &Value) -> Self {
        match value {
            Value::Null => Self::new("null", "null"),
            Value::Bool(_) => BOOLEAN,
            Value::Number(_) => Self::new("number", "a number"),
            Value::String(_) => Self::new("string", "a string"),
            Value::Array(_) => Self::new("list", "a list"),
            Value::Object(_) => Self::new("object", "an object"),
        }
    }
}

pub(super) const BOOLEAN: Noun = Noun::new("boolean", "true or false");
pub(super) const EMPTY_TEXT: Noun = Noun::new("empty-text", "an empty text");
pub(super) const FIELD: Noun = Noun::new("field", "field");
pub(super) const OPERATOR: Noun = Noun::new("operator", "operator");
pub(super) const CONDITION: Noun = Noun::new("condition", "condition");

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.english)
    }
}

/// What belongs to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A value.
    Value(Noun),
    /// JSON that looks so.
    Shape(&'static str),
    /// An object with these fields.
    Fields(Vec<&'static str>),
    /// An object with one of these fields.
    OneField(Vec<&'static str>),
}

impl From<Noun> for Wanted {
    fn from(noun: Noun) -> Self {
        Self::Value(noun)
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(noun) => noun.fmt(f),
            Self::Shape(shape) => f.write_str(shape),
            Self::Fields(names) => write!(f, "an object with {}", names.join(", ")),
            Self::OneField(names) => write!(f, "an object with one of {}", names.join(", ")),
        }
    }
}

/// What is there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// Something of this kind.
    Kind(Noun),
    /// A text.
    Text {
        /// In quotes, cut short.
        text: String,
        /// What was probably meant.
        hint: Option<String>,
    },
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(noun) => noun.fmt(f),
            Self::Text { text, hint: None } => f.write_str(text),
            Self::Text { text, hint: Some(hint) } => write!(f, "{text}; did you mean {hint:?}?"),
        }
    }
}

/// What would have been right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The likeliest word.
    pub likeliest: Option<String>,
    /// All of them.
    pub allowed: Vec<String>,
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(word) = &self.likeliest {
            write!(f, "did you mean {word:?}? ")?;
        }
        write!(f, "allowed: {}", self.allowed.join(", "))
    }
}

fn at_least(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Fields(names) | Wanted::OneField(names) => {
            format!("name at least one of {}", names.join(", "))
        }
        other => format!("expected {other}"),
    }
}

fn up_to(most: Option<i64>) -> String {
    most.map_or_else(|| "up".to_owned(), |most| format!("to {most}"))
}
