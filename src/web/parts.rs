//! Pieces that many pages are made of. Each knows its own template; a page writes them with `|safe`, since they
//! have escaped their values already.

use askama::Template;

use super::i18n::Texts;
use crate::segment::Count;

/// One value of a field with a fixed set of values.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl ToString, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.to_string(), label: label.into(), chosen }
    }
}

/// A list of which one is chosen.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/select.html")]
pub struct Select {
    /// The field's name, and its id.
    pub name: String,
    /// Its label.
    pub label: String,
    /// More about it, or empty.
    pub hint: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// Boxes of which any number is ticked.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/checklist.html")]
pub struct Checklist {
    /// The field's name.
    pub name: String,
    /// Its legend.
    pub label: String,
    /// What is said when there is nothing to tick.
    pub empty: String,
    /// The boxes.
    pub choices: Vec<Choice>,
}

/// A line of text.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/input.html")]
pub struct Input {
    /// The field's name, and its id.
    pub name: String,
    /// Its label.
    pub label: String,
    /// More about it, or empty.
    pub hint: String,
    /// The type of input, such as `text`, `email` or `number`.
    pub kind: &'static str,
    /// What it holds.
    pub value: String,
    /// Whether it must be filled.
    pub required: bool,
    /// What of the reader's own belongs here (WCAG 2.1, 1.3.5), or empty.
    pub autocomplete: &'static str,
}

impl Input {
    /// A line of text that must be filled.
    pub fn text(name: &str, label: impl Into<String>, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.into(),
            hint: String::new(),
            kind: "text",
            value: value.to_owned(),
            required: true,
            autocomplete: "",
        }
    }

    /// For something of the reader's own that the browser may know.
    #[must_use]
    pub const fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    /// With more about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Of another type.
    #[must_use]
    pub const fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Which may stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }
}

/// Several lines of text.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/textarea.html")]
pub struct TextArea {
    /// The field's name, and its id.
    pub name: String,
    /// Its label.
    pub label: String,
    /// More about it, or empty.
    pub hint: String,
    /// What it holds.
    pub value: String,
}

/// How many people a rule matches, how many can be reached, and why the others are left out.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/count.html")]
pub struct CountPanel {
    texts: Texts,
    /// The count, or what is wrong with the rule.
    pub outcome: Result<Count, Vec<String>>,
    /// Reason and number of people, the most first.
    left_out: Vec<(String, i64)>,
    /// Some of the people, where the reader may see them.
    pub sample: Vec<String>,
    /// The rule's JSON, which the page keeps beside the fields.
    pub rule: Option<String>,
    /// The rule in words.
    pub sentence: Option<String>,
    /// Where the rule is edited, when that is another page: the words are then part of the panel.
    pub edited_at: Option<String>,
}

impl CountPanel {
    /// A panel.
    #[must_use]
    pub fn new(texts: Texts, outcome: Result<Count, Vec<String>>) -> Self {
        let mut left_out = Vec::new();
        if let Ok(count) = &outcome {
            left_out = count
                .left_out
                .iter()
                .map(|(reason, people)| (texts.word("reason", reason), *people))
                .collect();
            left_out.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
        }
        Self { texts, outcome, left_out, sample: Vec::new(), rule: None, sentence: None, edited_at: None }
    }

    /// The count in one line; empty when there is none.
    #[must_use]
    pub fn short(&self) -> String {
        self.outcome.as_ref().map_or_else(
            |_| String::new(),
            |count| {
                let words = self.texts.t1("count-reachable", "count", count.reachable);
                format!("{} {words}", self.texts.number(count.reachable))
            },
        )
    }
}

/// Two people, or a person and a row, value beside value.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/comparison.html")]
pub struct Comparison {
    /// What it shows.
    pub caption: String,
    /// What stands on the left and on the right.
    pub headings: [String; 2],
    /// The word that marks a difference, for those who do not see the colour.
    pub different: String,
    /// The values.
    pub rows: Vec<Compared>,
}

/// One value on both sides.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Which value.
    pub label: String,
    /// As text, empty when there is none.
    pub sides: [String; 2],
    /// Whether the sides disagree.
    pub differs: bool,
}

impl Compared {
    /// Two texts that disagree unless they are equal or one of them is not there.
    pub fn new(label: impl Into<String>, left: impl Into<String>, right: impl Into<String>) -> Self {
        let sides = [left.into(), right.into()];
        let differs = sides[0] != sides[1] && sides.iter().all(|side| !side.is_empty());
        Self { label: label.into(), sides, differs }
    }

    /// Any number of values on each side, which disagree unless they are the same, in whatever order and case, or there
    /// are none on one of them.
    pub fn lists(label: impl Into<String>, left: &[String], right: &[String]) -> Self {
        let sorted = |side: &[String]| {
            let mut side: Vec<String> = side.iter().map(|value| value.to_lowercase()).collect();
            side.sort_unstable();
            side
        };
        let mut row = Self::new(label, left.join("; "), right.join("; "));
        row.differs &= sorted(left) != sorted(right);
        row
    }
}
