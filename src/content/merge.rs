//! Merge fields: found with handlebars' own parser, then stood in for by marks.
//!
//! A mark is a word of letters and digits that occurs nowhere else in the text. It passes unchanged through
//! Markdown, MJML and HTML, and when the finished HTML is read, where a mark is found tells how the value
//! must be escaped there.

use std::fmt::Write;

use handlebars::template::{HelperTemplate, Parameter, Template, TemplateElement};

use crate::kernel::language::Language;

use super::error::{ContentError, Part, Place, Problem};
use super::pieces::{Escape, Field, Pieces, Slot};

/// The most octets of one text: ten times what Gmail shows of a mail.
const LONGEST_TEXT: usize = 1_000_000;
/// The most blocks and brackets in one text. None is allowed, but handlebars' parser is recursive and has to
/// survive them to say so.
const MOST_NESTED: usize = 20;
const DIGITS: usize = 6;

/// The merge fields of one language's texts.
pub(super) struct Marks {
    language: Language,
    prefix: String,
    slots: Vec<MarkedSlot>,
}

struct MarkedSlot {
    field: Field,
    fallback: Option<String>,
    part: Part,
    place: Option<Place>,
}

/// A text in which every merge field is a mark.
pub(super) struct Marked {
    pub text: String,
    /// Where in `text` each element of the template begins, and where it stood in the source.
    origins: Vec<(usize, Place)>,
}

/// A part of a marked text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Text(&'a str),
    Mark(Mark),
}

/// One mark: a reference to a merge field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(usize);

impl Marks {
    /// Marks that cannot be confused with anything in `texts`.
    pub fn new(language: Language, texts: &[&str]) -> Self {
        let mut number = 0;
        loop {
            let prefix = format!("slot{number}x");
            if !texts.iter().any(|text| text.contains(&prefix)) {
                return Self { language, prefix, slots: Vec::new() };
            }
            number += 1;
        }
    }

    /// Replaces every merge field of `source` by a mark.
    pub fn mark(&mut self, part: Part, source: &str, errors: &mut Vec<ContentError>) -> Option<Marked> {
        let before = errors.len();
        let mut fail = |place, problem| {
            errors.push(ContentError { language: Some(self.language), part: Some(part), place, problem });
        };
        if source.len() > LONGEST_TEXT {
            fail(None, Problem::TooLong { limit: LONGEST_TEXT });
            return None;
        }
        if nesting(source) > MOST_NESTED {
            fail(None, Problem::TooDeep { limit: MOST_NESTED });
            return None;
        }
        let template = match Template::compile(source) {
            Ok(template) => template,
            Err(error) => {
                fail(error.pos().map(|(line, column)| Place { line, column }), Problem::Braces);
                return None;
            }
        };
        let mut marked = Marked { text: String::with_capacity(source.len()), origins: Vec::new() };
        for (element, mapping) in template.elements.iter().zip(&template.mapping) {
            let place = Place { line: mapping.0, column: mapping.1 };
            // Of a literal, handlebars tells where its first visible character stands.
            let skipped = match element {
                TemplateElement::RawString(text) => text.len() - text.trim_ascii_start().len(),
                _ => 0,
            };
            marked.origins.push((marked.text.len() + skipped, place));
            match element {
                TemplateElement::RawString(text) => marked.text.push_str(text),
                TemplateElement::Comment(_) => {}
                other => match read(other) {
                    Ok((field, fallback)) => {
                        let slot = MarkedSlot { field, fallback, part, place: Some(place) };
                        push_mark(&self.prefix, &mut self.slots, slot, &mut marked.text);
                    }
                    Err(problem) => fail(Some(place), problem),
                },
            }
        }
        (errors.len() == before).then_some(marked)
    }

    /// A mark for a field that the layout itself asks for.
    pub fn own(&mut self, field: Field) -> String {
        let mut text = String::new();
        let slot = MarkedSlot { field, fallback: None, part: Part::Layout, place: None };
        push_mark(&self.prefix, &mut self.slots, slot, &mut text);
        text
    }

    /// A word that stands for the body while the layout is rendered around it.
    pub fn place_of_body(&self) -> String {
        format!("{}body", self.prefix)
    }

    /// Whether any text up to now asks for this field.
    pub fn uses(&self, field: Field) -> bool {
        self.slots.iter().any(|slot| slot.field == field)
    }

    /// Takes a marked text apart.
    pub fn split<'a>(&self, text: &'a str) -> Vec<Segment<'a>> {
        let mut segments = Vec::new();
        let mut copied = 0;
        for (start, _) in text.match_indices(&self.prefix) {
            let digits = start + self.prefix.len();
            let number = text.get(digits..digits + DIGITS).and_then(|digits| digits.parse().ok());
            let Some(number) = number.filter(|&number| number < self.slots.len()) else { continue };
            if copied < start {
                segments.push(Segment::Text(&text[copied..start]));
            }
            segments.push(Segment::Mark(Mark(number)));
            copied = digits + DIGITS;
        }
        if copied < text.len() {
            segments.push(Segment::Text(&text[copied..]));
        }
        segments
    }

    /// Whether the text holds a mark.
    pub fn found_in(&self, text: &str) -> bool {
        text.contains(&self.prefix)
    }

    /// The field that a mark stands for.
    pub fn field(&self, mark: Mark) -> Field {
        self.slots[mark.0].field
    }

    /// The slot that takes a mark's place.
    pub fn slot(&self, mark: Mark, escape: Escape) -> Slot {
        let MarkedSlot { field, ref fallback, .. } = self.slots[mark.0];
        Slot { field, fallback: fallback.clone(), escape }
    }

    /// An error at the place where the mark's field was written.
    pub fn error(&self, mark: Mark, problem: Problem) -> ContentError {
        let MarkedSlot { part, place, .. } = self.slots[mark.0];
        ContentError { language: Some(self.language), part: Some(part), place, problem }
    }

    /// A marked text without markup as pieces.
    pub fn plain_pieces(&self, text: &str) -> Pieces {
        let mut pieces = Pieces::default();
        for segment in self.split(text) {
            match segment {
                Segment::Text(text) => pieces.push_literal(text),
                Segment::Mark(mark) => pieces.push_slot(self.slot(mark, Escape::Plain)),
            }
        }
        pieces
    }

    /// The language whose texts these are.
    pub fn language(&self) -> Language {
        self.language
    }
}

impl Marked {
    /// Where in the source this octet of the marked text came from.
    pub fn place(&self, offset: usize) -> Option<Place> {
        let index = self.origins.partition_point(|&(start, _)| start <= offset).checked_sub(1)?;
        let (start, origin) = self.origins[index];
        let between = self.text.get(start..offset)?;
        Some(match between.rsplit_once('\n') {
            None => Place { line: origin.line, column: origin.column + between.chars().count() },
            Some((lines, last)) => Place {
                line: origin.line + lines.matches('\n').count() + 1,
                column: last.chars().count() + 1,
            },
        })
    }
}

fn push_mark(prefix: &str, slots: &mut Vec<MarkedSlot>, slot: MarkedSlot, text: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{prefix}{:0DIGITS$}", slots.len());
    slots.push(slot);
}

/// An upper bound of how deep handlebars' parser will recurse.
fn nesting(source: &str) -> usize {
    let blocks = ["{{#", "{{~#", "{{^", "{{~^", "{{{{"].iter().map(|opener| source.matches(opener).count());
    let brackets = source.split("{{").skip(1).map(|tag| {
        let tag = tag.split("}}").next().unwrap_or_default();
        tag.matches(['(', '[', '{']).count()
    });
    blocks.sum::<usize>() + brackets.max().unwrap_or_default()
}

/// Understands one expression: `{{field}}` or `{{fallback field "text"}}`.
fn read(element: &TemplateElement) -> Result<(Field, Option<String>), Problem> {
    let not = |what: String| Err(Problem::NotAMergeField { what });
    let expression = match element {
        TemplateElement::Expression(expression) => expression,
        TemplateElement::HtmlExpression(_) => return not("a field in three braces".to_owned()),
        TemplateElement::HelperBlock(block) => return not(format!("the block \"{}\"", name_of(&block.name))),
        TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
            return not(format!("the partial \"{}\"", name_of(&partial.name)));
        }
        TemplateElement::DecoratorExpression(decorator) | TemplateElement::DecoratorBlock(decorator) => {
            return not(format!("the decorator \"{}\"", name_of(&decorator.name)));
        }
        _ => return not("this expression".to_owned()),
    };
    let HelperTemplate { name, params, hash, .. } = &**expression;
    match (name_of(name), params.as_slice()) {
        (name, []) if hash.is_empty() => Ok((field_named(name)?, None)),
        ("fallback", [field, Parameter::Literal(serde_json::Value::String(text))]) if hash.is_empty() => {
            Ok((field_named(name_of(field))?, Some(text.clone())))
        }
        ("fallback", _) => not("fallback without one field and one text in quotes".to_owned()),
        (name, _) => not(format!("the helper \"{name}\"")),
    }
}

fn name_of(parameter: &Parameter) -> &str {
    parameter.as_name().unwrap_or("a value")
}

fn field_named(name: &str) -> Result<Field, Problem> {
    Field::named(name).ok_or_else(|| {
        let distance = |field: &Field| strsim::damerau_levenshtein(&name.to_lowercase(), field.name());
        let nearest = Field::MERGE_FIELDS.into_iter().min_by_key(distance);
        let nearest = nearest.filter(|field| distance(field) <= field.name().len() / 3);
        Problem::UnknownField { name: name.to_owned(), nearest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(source: &str) -> Result<(Marks, Marked), Vec<String>> {
        let mut errors = Vec::new();
        let mut marks = Marks::new(Language::Swedish, &[source]);
        let marked = marks.mark(Part::Body, source, &mut errors);
        marked.map(|marked| (marks, marked)).ok_or_else(|| errors.iter().map(ToString::to_string).collect())
    }

    fn error(source: &str) -> String {
        mark(source).map(|(_, marked)| marked.text).unwrap_err().join("\n")
    }

    #[test]
    fn fields_and_fallbacks_become_slots() {
        let (marks, marked) =
            mark("Hej {{fallback given_name \"vän\"}}, {{ programme }}!{{! not seen }} slot0x {x}").unwrap();
        let values = super::super::MergeValues { programme: "Juristprogrammet", ..Default::default() };
        let pieces = marks.plain_pieces(&marked.text);
        assert_eq!(pieces.filled(&values), "Hej vän, Juristprogrammet! slot0x {x}");
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_place_and_the_nearest_field() {
        assert_eq!(
            error("Hej!\n\nTack {{given_nam}}."),
            "sv, body, line 3, column 6: there is no merge field \"given_nam\" (did you mean \"given_name\"?); \
             the merge fields are given_name, family_name, full_name, programme, graduation_year, unit_name, \
             preferences_url, unsubscribe_url, web_version_url, accept_url, decline_url"
        );
        assert!(error("{{x}}").contains("no merge field \"x\"; the merge fields"));
        assert!(error("{{pixel_url}}").contains("no merge field \"pixel_url\""));
        assert!(error("{{this.given_name}} {{../x}}").contains("\"this.given_name\""));
    }

    #[test]
    fn every_error_is_told_at_once() {
        assert_eq!(mark("{{a}} {{given_name}} {{b}}").map(|_| ()).unwrap_err().len(), 2);
    }

    #[test]
    fn nothing_but_fields_and_fallbacks_is_understood() {
        for (source, what) in [
            ("{{{given_name}}}", "a field in three braces cannot be used"),
            ("{{#if given_name}}x{{/if}}", "the block \"if\" cannot be used"),
            ("{{> footer}}", "the partial \"footer\" cannot be used"),
            ("{{upper given_name}}", "the helper \"upper\" cannot be used"),
            ("{{fallback given_name}}", "fallback without one field and one text in quotes cannot be used"),
            ("{{fallback given_name 3}}", "fallback without one field and one text in quotes cannot be used"),
            ("{{fallback nme \"x\"}}", "there is no merge field \"nme\""),
            ("{{given_name}", "line 1, column"),
            ("{{}}", "the braces cannot be read"),
        ] {
            let error = error(source);
            assert!(error.contains(what), "{source}: {error}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        for source in
            ["{{#a}}".repeat(100_000), format!("{{{{a {}", "(".repeat(100_000)), "{{[".repeat(50_000)]
        {
            assert!(mark(&source).is_err());
        }
        for open in ["(", "[", "a=(", "{"] {
            assert!(mark(&format!("{{{{a {}", open.repeat(MOST_NESTED))).is_err());
        }
    }

    #[test]
    fn a_place_in_the_marked_text_leads_back_to_the_source() {
        let (_, marked) = mark("a {{given_name}} b\nc {{fallback given_name \"x\"}} d").unwrap();
        let place = marked.place(marked.text.rfind('d').unwrap());
        assert_eq!(place, Some(Place { line: 2, column: 31 }));
        let place = marked.place(marked.text.find('b').unwrap());
        assert_eq!(place, Some(Place { line: 1, column: 18 }));
    }
}
