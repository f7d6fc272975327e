//! What can be wrong with a campaign's text, each with its place.

use std::fmt;

use crate::kernel::language::Language;

use super::pieces::Field;

/// One thing to mend in a campaign's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", Where(self))]
pub struct ContentError {
    /// In which language's text; `None` when it concerns the campaign as a whole.
    pub language: Option<Language>,
    /// In which part of that text.
    pub part: Option<Part>,
    /// Where in that part, when it has a place.
    pub place: Option<Place>,
    /// What is wrong.
    pub problem: Problem,
}

/// The parts of one language's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The subject line.
    Subject,
    /// The line that inboxes show after the subject.
    Preheader,
    /// The body.
    Body,
    /// The layout around the body, which is not the writer's fault.
    Layout,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "subject",
            Self::Preheader => "preheader",
            Self::Body => "body",
            Self::Layout => "layout",
        })
    }
}

/// A place in a text; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A name between braces that is no merge field.
    #[error("there is no merge field \"{name}\"{}; the merge fields are {}", Meant(nearest), AllFields)]
    UnknownField {
        /// What was written.
        name: String,
        /// The merge field whose name is nearest to it, if one is near.
        nearest: Option<Field>,
    },
    /// Something between braces that is neither a field nor a fallback.
    #[error("{what} cannot be used; write {{{{given_name}}}} or {{{{fallback given_name \"friend\"}}}}")]
    NotAMergeField {
        /// What it is, with its name.
        what: String,
    },
    /// Braces that cannot be read.
    #[error("the braces cannot be read; write {{{{given_name}}}} with two braces on each side")]
    Braces,
    /// A field where its value cannot stand safely.
    #[error("{{{{{}}}}} cannot stand in {place}", field.name())]
    FieldPlace {
        /// The field.
        field: Field,
        /// Where it was found.
        place: &'static str,
    },
    /// A link that a person's name could turn into anything.
    #[error(
        "a link cannot begin with {{{{{}}}}}; begin it with https:// or with a field whose name ends in _url",
        field.name()
    )]
    LinkStart {
        /// The field.
        field: Field,
    },
    /// HTML inside Markdown.
    #[error("Markdown takes no HTML (\"{0}\"); write a backslash before the < or use an HTML body")]
    HtmlInMarkdown(String),
    /// HTML that mail programs drop or warn of.
    #[error("{0} cannot be used in a mail; remove it")]
    Forbidden(String),
    /// MJML that cannot be read.
    #[error("the MJML cannot be read: {0}")]
    Mjml(String),
    /// A layout that fails.
    #[error("the layout cannot be rendered: {0}")]
    Layout(String),
    /// A text that must not be empty.
    #[error("it is empty; write something")]
    Empty,
    /// A text beyond all measure.
    #[error("it is longer than {limit} characters; shorten it")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
    /// Something nested beyond all measure.
    #[error("it is nested more than {limit} levels deep; simplify it")]
    TooDeep {
        /// The deepest that is taken.
        limit: usize,
    },
    /// More elements than a mail can have.
    #[error("it has more than {limit} tags; simplify it")]
    TooManyTags {
        /// The most that are taken.
        limit: usize,
    },
    /// The default language has no text.
    #[error("the default language \"{0}\" has no text; write it or choose another default language")]
    NoDefaultLanguage(Language),
    /// A layout that is not there.
    #[error("there is no layout \"{name}\"; the layouts are {}", available.join(", "))]
    UnknownLayout {
        /// What was asked for.
        name: String,
        /// What there is.
        available: Vec<String>,
    },
}

struct Where<'a>(&'a ContentError);

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ContentError { language, part, place, .. } = self.0;
        let mut separator = "";
        if let Some(language) = language {
            write!(f, "{language}")?;
            separator = ", ";
        }
        if let Some(part) = part {
            write!(f, "{separator}{part}")?;
            separator = ", ";
        }
        if let Some(Place { line, column }) = place {
            write!(f, "{separator}line {line}, column {column}")?;
            separator = ", ";
        }
        f.write_str(if separator.is_empty() { "" } else { ": " })
    }
}

struct Meant<'a>(&'a Option<Field>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |field| write!(f, " (did you mean \"{}\"?)", field.name()))
    }
}

struct AllFields;

impl fmt::Display for AllFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Field::MERGE_FIELDS.map(Field::name).join(", "))
    }
}
