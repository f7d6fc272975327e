//! From a campaign's text to pieces, once per campaign.

use std::collections::BTreeMap;

use crate::kernel::language::Language;

use super::error::{ContentError, Part, Problem};
use super::html::{Insertions, assemble};
use super::layout::{BadMjml, LayoutContext, LayoutTexts, Layouts, mjml_to_html};
use super::markdown;
use super::merge::{Marked, Marks};
use super::pieces::{Field, Pieces};
use super::source::{Body, CampaignContent, LanguageContent, LayoutName};
use super::text;

/// Where a link of the campaign leads instead of its own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTo {
    /// To this address, whoever reads it.
    Everyone(String),
    /// To each person's own: [`MergeValues::links`](super::MergeValues), at the link's index.
    Person,
}

/// A campaign that is ready to be filled, in all its languages.
#[derive(Debug, Clone)]
pub struct CompiledCampaign {
    default: CompiledLanguage,
    others: BTreeMap<Language, CompiledLanguage>,
}

/// A campaign in one language, ready to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledLanguage {
    /// The language that it is written in.
    pub language: Language,
    /// The subject, not yet encoded as a header.
    pub subject: Pieces,
    /// The line that inboxes show after the subject. It is in `html` already.
    pub preheader: Option<Pieces>,
    /// The whole HTML document.
    pub html: Pieces,
    /// The plain text, its lines as long as its paragraphs.
    pub text: Pieces,
    /// The web addresses that are linked to and the same for everyone, each once, in order of appearance.
    /// `rewrite_link` was asked for them by their index here.
    pub links: Vec<String>,
}

impl CompiledCampaign {
    /// What a person of this language gets: their own language, else the campaign's default one.
    #[must_use]
    pub fn choose(&self, language: Language) -> &CompiledLanguage {
        self.others.get(&language).unwrap_or(&self.default)
    }

    /// Every language of the campaign, the default one first.
    pub fn languages(&self) -> impl Iterator<Item = &CompiledLanguage> {
        std::iter::once(&self.default).chain(self.others.values())
    }
}

/// Compiles a campaign. `rewrite_link` may give another address for a link of the campaign, told its
/// language, its index and its address. With `pixel`, the HTML ends in an image at the person's
/// [`MergeValues::pixel_url`](super::MergeValues).
///
/// # Errors
/// Everything that is wrong with the text, in all languages at once.
pub fn compile(
    content: &CampaignContent,
    layouts: &Layouts,
    rewrite_link: &dyn Fn(Language, usize, &str) -> Option<LinkTo>,
    pixel: bool,
) -> Result<CompiledCampaign, Vec<ContentError>> {
    let mut errors = Vec::new();
    let mut default = None;
    let mut others = BTreeMap::new();
    for (&language, source) in &content.languages {
        let rewrite = |index: usize, address: &str| rewrite_link(language, index, address);
        let mut compiler = Compiler {
            marks: Marks::new(language, &texts_of(source, layouts.texts(language).ok())),
            language,
            layouts,
            layout: &content.layout,
            rewrite: &rewrite,
            pixel,
            errors: Vec::new(),
        };
        let compiled = compiler.compile(source);
        match compiled {
            Some(compiled) if language == content.default_language => default = Some(compiled),
            Some(compiled) => drop(others.insert(language, compiled)),
            None => {}
        }
        errors.append(&mut compiler.errors);
    }
    if !content.languages.contains_key(&content.default_language) {
        let problem = Problem::NoDefaultLanguage(content.default_language);
        errors.push(ContentError { language: None, part: None, place: None, problem });
    }
    match default {
        Some(default) if errors.is_empty() => Ok(CompiledCampaign { default, others }),
        _ => Err(errors),
    }
}

/// Every text in which the marks must not occur by chance.
fn texts_of<'a>(source: &'a LanguageContent, texts: Option<&'a LayoutTexts>) -> Vec<&'a str> {
    let mut all = vec![source.subject.as_str(), source.body.source()];
    all.extend(source.preheader.as_deref());
    if let Some(LayoutTexts { why, unsubscribe, preferences, web_version }) = texts {
        all.extend([why.as_str(), unsubscribe, preferences, web_version]);
    }
    all
}

struct Compiler<'a> {
    marks: Marks,
    language: Language,
    layouts: &'a Layouts,
    layout: &'a LayoutName,
    rewrite: &'a dyn Fn(usize, &str) -> Option<LinkTo>,
    pixel: bool,
    errors: Vec<ContentError>,
}

/// A body as marked HTML.
enum Shape {
    /// Goes into a text block of the layout.
    Fragment(String),
    /// MJML sections that go into the layout, and the HTML that they make by themselves.
    Sections { mjml: String, html: String },
    /// Takes the layout's place.
    Document(String),
}

impl Compiler<'_> {
    fn compile(&mut self, source: &LanguageContent) -> Option<CompiledLanguage> {
        let subject = self.line(Part::Subject, &source.subject);
        let preheader = source.preheader.as_deref().filter(|text| !text.trim().is_empty());
        let preheader = preheader.map(|text| self.line(Part::Preheader, text));
        let shape = self.body(&source.body);
        // All of them first, so that one round shows every mistake.
        let (subject, preheader, shape) =
            (subject?, preheader.map_or(Some(None), |text| text.map(Some))?, shape?);

        let says_how_to_leave = self.marks.uses(Field::UnsubscribeUrl);
        let texts = self.texts()?;
        let fields = Field::MERGE_FIELDS.map(|field| (field.name(), self.marks.own(field))).into();
        let mut context = LayoutContext {
            language: self.language,
            subject: &subject,
            html: None,
            mjml: None,
            texts: &texts,
            office: self.layouts.office(),
            fields,
        };
        let place = self.marks.place_of_body();
        let (html, shown, adds_footer) = match &shape {
            Shape::Fragment(html) => {
                context.html = Some(&place);
                (self.in_layout(&context)?.replacen(&place, html, 1), html, true)
            }
            Shape::Sections { mjml, html } => {
                context.mjml = Some(mjml);
                (self.in_layout(&context)?, html, true)
            }
            Shape::Document(html) => (html.clone(), html, !says_how_to_leave),
        };
        let mut closing = match shape {
            Shape::Document(_) if adds_footer => {
                let footer = self.layouts.footer(&context);
                self.or_fail(Part::Layout, footer)?
            }
            _ => String::new(),
        };
        if self.pixel {
            closing.push_str(&pixel(&self.marks.own(Field::PixelUrl)));
            // A link that no reader sees tells scanners from people; it means something where links are a person's own.
            if matches!((self.rewrite)(0, ""), Some(LinkTo::Person)) {
                closing.push_str(&trap(&self.marks.own(Field::TrapUrl)));
            }
        }
        let opening = preheader.as_deref().map(hidden).unwrap_or_default();
        let insertions = Insertions { opening: &opening, closing: &closing };
        let assembled = assemble(&html, &insertions, &self.marks, self.rewrite, &mut self.errors);

        let rewritten = |(index, link): (usize, &String)| match (self.rewrite)(index, link) {
            Some(LinkTo::Everyone(address)) => address,
            Some(LinkTo::Person) => self.marks.own(Field::Link(index)),
            None => link.clone(),
        };
        let rewritten: Vec<String> = assembled.links.iter().enumerate().map(rewritten).collect();
        let address = |address: &str| {
            let index = assembled.links.iter().position(|link| link == address);
            index.and_then(|index| rewritten.get(index)).map_or(address, String::as_str).to_owned()
        };
        let mut plain = text::from_html(shown, &self.marks, &address);
        if adds_footer {
            plain.push_str(&text_footer(&context));
        }
        Some(CompiledLanguage {
            language: self.language,
            subject: self.marks.plain_pieces(&subject),
            preheader: preheader.map(|text| self.marks.plain_pieces(&text)),
            html: assembled.pieces,
            text: self.marks.plain_pieces(&plain),
            links: assembled.links,
        })
    }

    /// A text of one line, marked.
    fn line(&mut self, part: Part, source: &str) -> Option<String> {
        if source.trim().is_empty() {
            return self.fail(part, Problem::Empty);
        }
        let one_line: String = source.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Some(self.marks.mark(part, &one_line, &mut self.errors)?.text)
    }

    fn body(&mut self, body: &Body) -> Option<Shape> {
        if body.source().trim().is_empty() {
            return self.fail(Part::Body, Problem::Empty);
        }
        let marked = self.marks.mark(Part::Body, body.source(), &mut self.errors)?;
        match body {
            Body::Markdown(_) => match markdown::to_html(&marked.text, self.layouts.office()) {
                Ok(html) => Some(Shape::Fragment(html)),
                Err(problems) => {
                    for (at, problem) in problems {
                        self.fail_at(&marked, Some(at), problem);
                    }
                    None
                }
            },
            Body::Html(_) if begins_with(&marked.text, &["<!doctype", "<html", "<body"]) => {
                Some(Shape::Document(marked.text))
            }
            Body::Html(_) => Some(Shape::Fragment(marked.text)),
            Body::Mjml(_) if begins_with(&marked.text, &["<mjml"]) => {
                let html = self.mjml(&marked, "", "")?;
                Some(Shape::Document(html))
            }
            Body::Mjml(_) => {
                let html = self.mjml(&marked, "<mjml><mj-body>", "</mj-body></mjml>")?;
                Some(Shape::Sections { mjml: marked.text, html })
            }
        }
    }

    /// Renders the writer's own MJML, so that its errors are told in the writer's own lines.
    fn mjml(&mut self, marked: &Marked, before: &str, after: &str) -> Option<String> {
        match mjml_to_html(&format!("{before}{}{after}", marked.text)) {
            Ok(html) => Some(html),
            Err(BadMjml { at, problem }) => {
                self.fail_at(marked, at.and_then(|at| at.checked_sub(before.len())), problem);
                None
            }
        }
    }

    /// The layout's words with their merge fields marked.
    fn texts(&mut self) -> Option<LayoutTexts> {
        let texts = self.layouts.texts(self.language);
        let LayoutTexts { why, unsubscribe, preferences, web_version } = self.or_fail(Part::Layout, texts)?;
        let mut mark = |source: &str| {
            let marked = self.marks.mark(Part::Layout, source, &mut self.errors);
            marked.map(|marked| marked.text)
        };
        Some(LayoutTexts {
            why: mark(why)?,
            unsubscribe: mark(unsubscribe)?,
            preferences: mark(preferences)?,
            web_version: mark(web_version)?,
        })
    }

    fn in_layout(&mut self, context: &LayoutContext<'_>) -> Option<String> {
        let mjml = self.layouts.render(self.layout, context);
        let mjml = self.or_fail(Part::Layout, mjml)?;
        self.or_fail(Part::Layout, mjml_to_html(&mjml).map_err(|bad| bad.problem))
    }

    fn or_fail<T>(&mut self, part: Part, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => self.fail(part, problem),
        }
    }

    fn fail<T>(&mut self, part: Part, problem: Problem) -> Option<T> {
        let language = Some(self.language);
        self.errors.push(ContentError { language, part: Some(part), place: None, problem });
        None
    }

    fn fail_at(&mut self, marked: &Marked, at: Option<usize>, problem: Problem) {
        let place = at.and_then(|at| marked.place(at));
        let (language, part) = (Some(self.language), Some(Part::Body));
        self.errors.push(ContentError { language, part, place, problem });
    }
}

fn begins_with(source: &str, starts: &[&str]) -> bool {
    let source = source.trim_start();
    starts
        .iter()
        .any(|start| source.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start)))
}

/// The preheader: first in the body, and shown by inboxes alone. What follows it pushes the body's own first
/// words out of the inbox's line.
fn hidden(preheader: &str) -> String {
    let mut html = "<div style=\"display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;\
                    opacity:0;overflow:hidden;mso-hide:all\">"
        .to_owned();
    super::pieces::escape_html(preheader, &mut html);
    html.push_str(&"&#847;&zwnj;&nbsp;".repeat(30));
    html.push_str("</div>");
    html
}

fn pixel(address: &str) -> String {
    format!("<img src=\"{address}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\" />")
}

/// A link that is neither shown nor read aloud nor reached by keyboard.
fn trap(address: &str) -> String {
    format!("<a href=\"{address}\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\"></a>")
}

fn text_footer(context: &LayoutContext<'_>) -> String {
    let LayoutTexts { why, unsubscribe, preferences, web_version } = context.texts;
    let field = |field: Field| context.fields.get(field.name()).map(String::as_str).unwrap_or_default();
    // "-- " begins a signature (RFC 3676 section 4.3); mail programs show it apart.
    format!(
        "\n-- \n{why}\n\n{unsubscribe}: {}\n{preferences}: {}\n{web_version}: {}\n",
        field(Field::UnsubscribeUrl),
        field(Field::PreferencesUrl),
        field(Field::WebVersionUrl),
    )
}

#[cfg(test)]
mod tests;
