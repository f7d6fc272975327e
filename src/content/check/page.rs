//! The finished HTML as a reader meets it: pictures, links, headings, and what can be read.

use html5gum::Token;

use super::colour::{parse, pixels, property};
use super::place::is_document;
use super::{Finding, Found};
use crate::config::Colour;
use crate::content::html::{text, tokens};
use crate::content::source::LanguageContent;
use crate::kernel::language::Language;

/// Elements that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// The least contrast of text, and of large text (WCAG 2.1, 1.4.3).
const LEAST: (f64, f64) = (4.5, 3.0);
/// What is large, in pixels: 18 points, or 14 points in bold.
const LARGE: (f64, f64) = (24.0, 18.66);
/// Words of a link that say nothing of where it leads.
const VAGUE: &[&str] = &[
    // Swedish
    "här",
    "klicka här",
    "klicka",
    "tryck här",
    "läs mer",
    "läs mer här",
    "mer",
    "mer info",
    "länk",
    "länken",
    "se mer",
    // Norwegian
    "her",
    "klikk her",
    "klikk",
    "trykk her",
    "les mer",
    "les mer her",
    "les meir",
    "lenke",
    "lenken",
    "mer informasjon",
    // English
    "here",
    "click here",
    "click",
    "read more",
    "more",
    "learn more",
    "link",
    "this link",
    "see more",
    "more info",
];

/// What an element says to those inside it.
#[derive(Clone)]
struct Looks {
    name: String,
    ink: Option<Colour>,
    ground: Option<Colour>,
    size: f64,
    bold: bool,
    hidden: bool,
}

/// A link or a heading that is being read.
struct Open {
    depth: usize,
    words: String,
    /// The address of a link, the level of a heading.
    about: Result<String, u8>,
    has_empty_picture: bool,
}

struct Reader<'a> {
    source: &'a LanguageContent,
    language: Language,
    document: bool,
    looks: Vec<Looks>,
    open: Vec<Open>,
    last_level: u8,
    /// Inside a style sheet or a title.
    raw: bool,
    found: &'a mut Vec<Found>,
}

/// Reads the HTML of one language.
pub(super) fn check(source: &LanguageContent, language: Language, html: &str, found: &mut Vec<Found>) {
    let outermost = Looks {
        name: String::new(),
        ink: parse("black"),
        ground: parse("white"),
        size: 16.0,
        bold: false,
        hidden: false,
    };
    let mut reader = Reader {
        source,
        language,
        document: is_document(source),
        looks: vec![outermost],
        open: Vec::new(),
        last_level: 0,
        raw: false,
        found,
    };
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) => {
                let attribute = |name: &str| {
                    tag.attributes
                        .iter()
                        .find(|(key, _)| text(key) == name)
                        .map(|(_, value)| text(&value.value).into_owned())
                };
                reader.start(&text(&tag.name), tag.self_closing, &attribute);
            }
            Token::EndTag(tag) => reader.end(&text(&tag.name)),
            Token::String(string) => reader.words(&text(&string.value)),
            _ => {}
        }
    }
}

impl Reader<'_> {
    fn tell(&mut self, finding: Finding, what: &str, words: &str) {
        let short: String = what.chars().take(120).collect();
        let one = Found::new(finding, Some(self.language), short).at(self.source, words);
        // The same thing once, however often it stands there: a layout repeats itself.
        if !self.found.contains(&one) {
            self.found.push(one);
        }
    }

    fn start(&mut self, name: &str, closed: bool, attribute: &dyn Fn(&str) -> Option<String>) {
        self.raw = matches!(name, "style" | "title");
        if name == "img" {
            self.picture(attribute);
        }
        if closed || VOID.contains(&name) {
            return;
        }
        let Some(mut looks) = self.looks.last().cloned() else { return };
        looks.name = name.to_owned();
        if let Some(ground) = attribute("bgcolor") {
            looks.ground = parse(&ground);
        }
        if let Some(style) = attribute("style") {
            restyle(&mut looks, &style);
        }
        match name {
            "b" | "strong" | "th" | "h1" | "h2" | "h3" | "h4" => looks.bold = true,
            // Colours of a link without its own are the reader's program's.
            "a" if attribute("style").is_none_or(|style| property(&style, "color").is_none()) => {
                looks.ink = None
            }
            _ => {}
        }
        self.looks.push(looks);
        let depth = self.looks.len();
        if name == "a"
            && let Some(href) = attribute("href")
        {
            let about = Ok(href.trim().to_owned());
            self.open.push(Open { depth, words: String::new(), about, has_empty_picture: false });
        }
        if let Some(level) = level_of(name) {
            self.open.push(Open { depth, words: String::new(), about: Err(level), has_empty_picture: false });
        }
    }

    fn picture(&mut self, attribute: &dyn Fn(&str) -> Option<String>) {
        let src = attribute("src").unwrap_or_default();
        // What is a pixel in size is no picture.
        if attribute("width").as_deref() == Some("1") || self.looks.last().is_some_and(|looks| looks.hidden) {
            return;
        }
        match attribute("alt") {
            None => self.tell(Finding::NoAlt, &src, &src),
            Some(alt) if alt.trim().is_empty() => {
                let inside_link = self.open.iter_mut().rev().find(|open| open.about.is_ok());
                match inside_link {
                    Some(open) => open.has_empty_picture = true,
                    None if !self.document => self.tell(Finding::EmptyAlt, &src, &src),
                    None => {}
                }
            }
            Some(alt) => self.open.iter_mut().for_each(|open| open.words.push_str(&alt)),
        }
    }

    fn end(&mut self, name: &str) {
        self.raw = false;
        let Some(at) = self.looks.iter().rposition(|looks| looks.name == name) else { return };
        // What was left open inside ends with it.
        self.looks.truncate(at.max(1));
        while self.open.last().is_some_and(|open| open.depth > self.looks.len()) {
            if let Some(open) = self.open.pop() {
                self.close(&open);
            }
        }
    }

    fn close(&mut self, open: &Open) {
        let words = open.words.split_whitespace().collect::<Vec<_>>().join(" ");
        match &open.about {
            Ok(href) if href.is_empty() || href == "#" => self.tell(Finding::NowhereLink, &words, &words),
            Ok(href) if words.is_empty() => self.tell(Finding::EmptyLink, href, href),
            Ok(href) => {
                let bare = words.to_lowercase();
                let bare = bare.trim_matches(|c: char| !c.is_alphanumeric());
                if VAGUE.contains(&bare) {
                    self.tell(Finding::VagueLink, &words, href);
                }
            }
            Err(_) if words.is_empty() => self.tell(Finding::EmptyHeading, "", ""),
            Err(level) => {
                if self.last_level > 0 && *level > self.last_level + 1 {
                    self.tell(Finding::HeadingOrder, &words, &words);
                }
                self.last_level = *level;
            }
        }
    }

    fn words(&mut self, words: &str) {
        if self.raw {
            return;
        }
        self.open.iter_mut().for_each(|open| open.words.push_str(words));
        let visible = words.chars().any(char::is_alphanumeric);
        let Some(looks) = self.looks.last().filter(|looks| visible && !looks.hidden) else { return };
        let (Some(ink), Some(ground)) = (looks.ink, looks.ground) else { return };
        let large = looks.size >= if looks.bold { LARGE.1 } else { LARGE.0 };
        if ink.contrast(ground) < if large { LEAST.1 } else { LEAST.0 } {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            self.tell(Finding::Contrast, &words, &words);
        }
    }
}

fn level_of(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

fn restyle(looks: &mut Looks, style: &str) {
    if let Some(ink) = property(style, "color") {
        looks.ink = parse(ink);
    }
    for name in ["background", "background-color"] {
        if let Some(ground) = property(style, name).filter(|ground| !ground.contains("transparent")) {
            looks.ground = ground.split_whitespace().find_map(parse);
        }
    }
    if let Some(size) = property(style, "font-size") {
        looks.size = pixels(size).unwrap_or(looks.size);
    }
    if let Some(weight) = property(style, "font-weight") {
        looks.bold = weight.starts_with("bold") || weight.parse::<u16>().is_ok_and(|weight| weight >= 700);
    }
    let hides = |name: &str, value: &str| property(style, name).is_some_and(|found| found.starts_with(value));
    looks.hidden |= hides("display", "none") || hides("visibility", "hidden");
}
