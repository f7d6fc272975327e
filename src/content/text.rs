//! The plain text of a mail, made from the same HTML that the other part shows.

use html5gum::{StartTag, Token};

use super::html::{text, tokens};
use super::merge::{Marks, Segment};

/// Elements whose content nobody reads.
const UNREAD: [&str; 5] = ["head", "style", "script", "title", "noscript"];
const LONGEST_UNDERLINE: usize = 60;
/// How many characters a merge field is taken for when a heading is underlined.
const NAME_WIDTH: usize = 6;

/// Turns marked HTML into readable text: headings underlined, lists with their signs, links with their
/// address after them. `address` says where a link leads.
pub(super) fn from_html(html: &str, marks: &Marks, address: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer {
        marks,
        address,
        out: String::with_capacity(html.len() / 2),
        owed: 0,
        space: false,
        indents: Vec::new(),
        lists: Vec::new(),
        sign: None,
        links: Vec::new(),
        heading: None,
        hidden: None,
        preformatted: false,
    };
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) => writer.start(&tag),
            Token::EndTag(tag) => writer.end(&text(&tag.name)),
            Token::String(string) => writer.words(&text(&string.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    writer.finish()
}

struct Writer<'a> {
    marks: &'a Marks,
    address: &'a dyn Fn(&str) -> String,
    out: String,
    /// Line ends that are owed before the next word: 0, 1, or 2 for an empty line between.
    owed: usize,
    /// Whether a space is owed before the next word.
    space: bool,
    /// What begins every line, a part per quotation or list that is open.
    indents: Vec<&'static str>,
    /// Lists that are open: the next number, or none when they have signs.
    lists: Vec<Option<u64>>,
    /// The sign of a list item whose first word has not come.
    sign: Option<String>,
    /// Links that are open: where they lead, and where in `out` they began.
    links: Vec<(String, usize)>,
    heading: Option<usize>,
    /// The element that is not shown, and how many of its name are open.
    hidden: Option<(String, usize)>,
    preformatted: bool,
}

impl Writer<'_> {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name);
        // HTML allows to leave out </head>.
        if name == "body" {
            self.hidden = None;
        }
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth += usize::from(*hidden == name);
            return;
        }
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| text(&value.value));
        let style = attribute(b"style").unwrap_or_default().replace(' ', "").to_lowercase();
        let void = matches!(&*name, "img" | "br" | "hr" | "meta" | "link" | "input" | "col" | "wbr");
        if (UNREAD.contains(&&*name) || style.contains("display:none")) && !void && !tag.self_closing {
            self.hidden = Some((name.into_owned(), 1));
            return;
        }
        match &*name {
            "p" | "table" => self.owe(2),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.owe(2);
                self.heading = Some(self.out.len());
            }
            "div" | "tr" | "section" | "article" | "header" | "footer" | "body" => self.owe(1),
            "td" | "th" => self.space = true,
            "br" => {
                self.owed = 0;
                self.new_line();
            }
            "hr" => {
                self.owe(2);
                self.word(&"-".repeat(LONGEST_UNDERLINE));
                self.owe(2);
            }
            "ul" | "ol" => {
                self.owe(if self.lists.is_empty() { 2 } else { 1 });
                let first = attribute(b"start").and_then(|start| start.parse().ok()).unwrap_or(1);
                self.lists.push((name == "ol").then_some(first));
            }
            "li" => {
                self.owe(1);
                self.sign = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                });
                self.indents.push("  ");
            }
            "blockquote" => {
                self.owe(2);
                self.indents.push("> ");
            }
            "pre" => {
                self.owe(2);
                self.preformatted = true;
            }
            "a" => {
                let href = attribute(b"href").unwrap_or_default().trim().to_owned();
                self.links.push((href, self.out.len()));
            }
            "img" => self.words(&attribute(b"alt").unwrap_or_default()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        match name {
            "p" | "table" => self.owe(2),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                if let Some(start) = self.heading.take() {
                    let length = self.width(self.out.get(start..).unwrap_or_default().trim());
                    if length > 0 && matches!(name, "h1" | "h2") {
                        self.owe(1);
                        let line = if name == "h1" { "=" } else { "-" };
                        self.word(&line.repeat(length.min(LONGEST_UNDERLINE)));
                    }
                }
                self.owe(2);
            }
            "div" | "tr" | "section" | "article" | "header" | "footer" => self.owe(1),
            "ul" | "ol" => {
                self.lists.pop();
                self.owe(if self.lists.is_empty() { 2 } else { 1 });
            }
            "li" => {
                self.sign = None;
                self.indents.pop();
                self.owe(1);
            }
            "blockquote" => {
                self.indents.pop();
                self.owe(2);
            }
            "pre" => {
                self.preformatted = false;
                self.owe(2);
            }
            "a" => self.end_link(),
            _ => {}
        }
    }

    fn width(&self, text: &str) -> usize {
        let widths = self.marks.split(text).into_iter().map(|segment| match segment {
            Segment::Text(text) => text.chars().count(),
            Segment::Mark(_) => NAME_WIDTH,
        });
        widths.sum()
    }

    fn end_link(&mut self) {
        let Some((href, start)) = self.links.pop() else { return };
        let label = self.out.get(start..).unwrap_or_default().trim().to_owned();
        if href.is_empty() || href.starts_with('#') {
            return;
        }
        let address = (self.address)(&href);
        if label.is_empty() {
            self.word(&address);
        } else if label != href && href.strip_prefix("mailto:") != Some(&label) {
            self.space = true;
            self.word(&format!("({address})"));
        } else if label == href
            && let Some(at) = self.out.rfind(&label)
        {
            self.out.replace_range(at..at + label.len(), &address);
        }
    }

    fn words(&mut self, value: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.preformatted {
            for (index, line) in value.split('\n').enumerate() {
                if index > 0 {
                    self.new_line();
                }
                if !line.is_empty() {
                    self.word(line);
                }
            }
            return;
        }
        self.space |= value.starts_with(|c: char| c.is_ascii_whitespace());
        for (index, word) in value.split_ascii_whitespace().enumerate() {
            self.space |= index > 0;
            self.word(word);
        }
        self.space |= value.ends_with(|c: char| c.is_ascii_whitespace());
    }

    fn word(&mut self, word: &str) {
        // Outlook and mrml pad with characters of no width; in plain text they are only noise.
        let word = word.trim_matches(['\u{34f}', '\u{200b}', '\u{200c}', '\u{feff}', '\u{ad}']);
        if word.is_empty() {
            return;
        }
        let owed = std::mem::take(&mut self.owed);
        if !self.out.is_empty() {
            (0..owed).for_each(|_| self.new_line());
        }
        if self.out.is_empty() || self.out.ends_with('\n') {
            // An item's sign takes the place of its own indent.
            let sign = self.sign.take();
            let indents = self.indents.len().saturating_sub(usize::from(sign.is_some()));
            self.indents.iter().take(indents).for_each(|indent| self.out.push_str(indent));
            self.out.push_str(&sign.unwrap_or_default());
        } else if self.space {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push_str(word);
    }

    fn new_line(&mut self) {
        let length = self.out.trim_end_matches(' ').len();
        self.out.truncate(length);
        self.out.push('\n');
        self.space = false;
    }

    fn owe(&mut self, lines: usize) {
        self.owed = self.owed.max(lines);
        self.space = false;
    }

    fn finish(self) -> String {
        let mut out = self.out.trim().to_owned();
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::Marks;
    use crate::kernel::language::Language;

    fn from_html(html: &str, address: &dyn Fn(&str) -> String) -> String {
        super::from_html(html, &Marks::new(Language::Swedish, &[]), address)
    }

    fn plain(html: &str) -> String {
        from_html(html, &str::to_owned)
    }

    #[test]
    fn reads_like_a_letter() {
        assert_eq!(
            plain(
                "<h1>Jubileum</h1><p>Hej\n <b>Åsa</b>, kom &amp; fira.<br>Vi ses <a href='https://gu.se/x'>här</a>!</p>\
                 <h2>Program</h2><ul><li>Mingel<ul><li>Kaffe</li></ul></li><li><p>Tal</p><p>Långt</p></li></ul>\
                 <ol start=3><li>Tre</li><li>Fyra</li></ol><blockquote><p>Citat</p><p>Två</p></blockquote>\
                 <p><a href='https://gu.se/y'><img src=x alt='Anmäl'></a></p><h3>Slut</h3><pre>a  b\n c</pre>"
            ),
            "Jubileum\n========\n\nHej Åsa, kom & fira.\nVi ses här (https://gu.se/x)!\n\n\
             Program\n-------\n\n- Mingel\n  - Kaffe\n\n- Tal\n\n  Långt\n\n3. Tre\n4. Fyra\n\n\
             > Citat\n\n> Två\n\nAnmäl (https://gu.se/y)\n\nSlut\n\na  b\n c\n"
        );
    }

    #[test]
    fn an_address_is_said_once() {
        let moved = |_: &str| "https://b.se/c/1".to_owned();
        let html = "<a href='https://gu.se'>https://gu.se</a> <a href='https://gu.se'></a> \
                    <a href='#top'>upp</a>";
        assert_eq!(from_html(html, &moved), "https://b.se/c/1 https://b.se/c/1 upp\n");
        assert_eq!(plain("<a href='mailto:a@gu.se'>a@gu.se</a>"), "a@gu.se\n");
    }

    #[test]
    fn what_is_not_shown_is_not_read() {
        let html = "<html><head><title>T</title><style>p{}</style><body><div style='DISPLAY: none'>x<div>y</div></div>\
                    <!-- z --><!--[if mso]>o<![endif]--><p>Text&#8204;&#847;</p>";
        assert_eq!(plain(html), "Text\n");
    }
}
