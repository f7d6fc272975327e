//! Reads finished, marked HTML and turns it into pieces: each mark becomes a slot that is escaped for where
//! it stands, and each link of the campaign may get another address.
//!
//! The HTML is read by a real tokenizer and written anew, so that its quoting is ours and no value can break
//! out of where it stands.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::compile::LinkTo;
use super::error::{ContentError, Part, Problem};
use super::merge::{Mark, Marks, Segment};
use super::pieces::{Escape, Field, Pieces, Slot, escape_html};

/// Elements that mail programs drop or treat as an attack, and those that browsers read by other rules than
/// the tokenizer's.
const FORBIDDEN_ELEMENTS: [&str; 22] = [
    "script",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "base",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "template",
    "svg",
    "math",
    "audio",
    "video",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
];
/// Attributes that hold an address.
const ADDRESSES: [&str; 8] =
    ["href", "src", "action", "background", "poster", "cite", "formaction", "xlink:href"];
/// Elements that can come before a body that does not begin with its own tag.
const BEFORE_BODY: [&str; 7] = ["html", "head", "title", "meta", "link", "style", "noscript"];
/// How often HTML is read that is inside a comment for Outlook or inside a noscript element.
const INNER_DEPTH: usize = 2;

/// What is put into the HTML while it is read, as marked HTML.
pub(super) struct Insertions<'a> {
    /// Where the body begins, with or without its tag.
    pub opening: &'a str,
    /// Just before `</body>`.
    pub closing: &'a str,
}

/// A finished mail: its pieces and its links, absolute and the same for everyone.
pub(super) struct Assembled {
    pub pieces: Pieces,
    pub links: Vec<String>,
}

/// Turns marked HTML into pieces.
pub(super) fn assemble(
    html: &str,
    insertions: &Insertions<'_>,
    marks: &Marks,
    rewrite: &dyn Fn(usize, &str) -> Option<LinkTo>,
    errors: &mut Vec<ContentError>,
) -> Assembled {
    let mut writer = Writer {
        marks,
        rewrite,
        errors,
        pieces: Pieces::default(),
        links: Vec::new(),
        raw_text: RawText::No,
        opening: Some(insertions.opening),
        closing: Some(insertions.closing),
    };
    writer.read(html, INNER_DEPTH);
    writer.insert_opening();
    writer.insert_closing();
    Assembled { pieces: writer.pieces, links: writer.links }
}

/// Reads HTML as tokens; style sheets, titles and their like are read as text.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    // A string is a reader that cannot fail.
    Tokenizer::new_with_emitter(html, emitter).filter_map(Result::ok)
}

/// A token's octets as text. They came from a string and stay valid: the tokenizer cuts at ASCII.
pub(super) fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

struct Writer<'a> {
    marks: &'a Marks,
    rewrite: &'a dyn Fn(usize, &str) -> Option<LinkTo>,
    errors: &'a mut Vec<ContentError>,
    pieces: Pieces,
    links: Vec<String>,
    /// The element whose content the tokenizer does not read as HTML, while inside it.
    raw_text: RawText,
    opening: Option<&'a str>,
    closing: Option<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RawText {
    No,
    /// Text without elements.
    Title,
    Style,
    /// HTML after all for those who read mail, because scripts do not run there.
    Noscript,
}

impl Writer<'_> {
    fn read(&mut self, html: &str, depth: usize) {
        for token in tokens(html) {
            if depth == INNER_DEPTH && self.opening.is_some() && self.begins_body(&token) {
                self.insert_opening();
            }
            match token {
                Token::StartTag(tag) => self.start_tag(&tag),
                Token::EndTag(tag) => {
                    let name = text(&tag.name);
                    if name == "body" {
                        self.insert_closing();
                    }
                    self.raw_text = RawText::No;
                    self.pieces.push_literal(&format!("</{name}>"));
                }
                Token::String(string) => self.text(&text(&string.value), depth),
                Token::Comment(comment) => self.comment(&text(&comment.value), depth),
                Token::Doctype(_) => self.pieces.push_literal("<!doctype html>\n"),
                // The tokenizer mends what it reports, as browsers do.
                Token::Error(_) => {}
            }
        }
    }

    /// Whether a token belongs to a body whose own tag was left out, as HTML allows.
    fn begins_body(&self, token: &Token) -> bool {
        match token {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                name != "body" && !BEFORE_BODY.contains(&&*name)
            }
            Token::String(string) => self.raw_text == RawText::No && !string.value.trim_ascii().is_empty(),
            _ => false,
        }
    }

    fn start_tag(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name);
        if FORBIDDEN_ELEMENTS.contains(&&*name) {
            self.fail(Problem::Forbidden(format!("<{name}>")));
        }
        if name.starts_with("mj-") {
            self.fail(Problem::Mjml(format!(
                "there is no element <{name}>, or it cannot stand where it does"
            )));
        }
        self.refuse_marks(&name, "the name of an element");
        self.raw_text = match &*name {
            "title" => RawText::Title,
            "style" => RawText::Style,
            "noscript" => RawText::Noscript,
            _ => RawText::No,
        };
        if name == "meta"
            && tag
                .attributes
                .get(&b"http-equiv"[..])
                .is_some_and(|value| value.value.eq_ignore_ascii_case(b"refresh"))
        {
            self.fail(Problem::Forbidden("<meta http-equiv=\"refresh\">".to_owned()));
        }
        self.pieces.push_literal(&format!("<{name}"));
        for (attribute, value) in &tag.attributes {
            let attribute = text(attribute);
            let value = text(&value.value);
            self.refuse_marks(&attribute, "the name of an attribute");
            self.pieces.push_literal(&format!(" {attribute}=\""));
            self.attribute(&name, &attribute, &value);
            self.pieces.push_literal("\"");
        }
        self.pieces.push_literal(if tag.self_closing { " />" } else { ">" });
        if name == "body" {
            self.insert_opening();
        }
    }

    fn attribute(&mut self, element: &str, attribute: &str, value: &str) {
        if attribute.starts_with("on") || attribute == "srcdoc" {
            self.fail(Problem::Forbidden(format!("{attribute}=\"…\"")));
        } else if attribute == "style" {
            self.refuse_marks(value, "a style");
            self.escaped(value);
        } else if ADDRESSES.contains(&attribute) {
            self.address(element, attribute, value.trim());
        } else {
            self.text_with_marks(value);
        }
    }

    fn address(&mut self, element: &str, attribute: &str, value: &str) {
        let scheme: String = value
            .chars()
            .take_while(|&c| c != ':')
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        if ["javascript", "vbscript"].iter().any(|script| scheme.eq_ignore_ascii_case(script)) {
            return self.fail(Problem::Forbidden(format!("{scheme}:")));
        }
        if !self.marks.found_in(value) {
            let followed = attribute == "href" && matches!(element, "a" | "area" | "v:roundrect" | "v:rect");
            let rewritten = if followed { self.link(value) } else { None };
            match rewritten {
                Some((_, LinkTo::Everyone(address))) => self.escaped(&address),
                Some((index, LinkTo::Person)) => {
                    let field = Field::Link(index);
                    self.pieces.push_slot(Slot { field, fallback: None, escape: Escape::Html });
                }
                None => self.escaped(value),
            }
            return;
        }
        for (index, segment) in self.marks.split(value).into_iter().enumerate() {
            match segment {
                Segment::Text(text) => self.escaped(text),
                Segment::Mark(mark) if index > 0 => self.slot(mark, Escape::UrlComponent),
                Segment::Mark(mark) => {
                    let field = self.marks.field(mark);
                    if !field.is_url() {
                        self.errors.push(self.marks.error(mark, Problem::LinkStart { field }));
                    }
                    self.slot(mark, Escape::Html);
                }
            }
        }
    }

    /// Counts a link of the campaign, and says where it shall lead instead.
    fn link(&mut self, address: &str) -> Option<(usize, LinkTo)> {
        if !is_absolute(address) {
            return None;
        }
        let index = self.links.iter().position(|known| known == address).unwrap_or_else(|| {
            self.links.push(address.to_owned());
            self.links.len() - 1
        });
        Some((index, (self.rewrite)(index, address)?))
    }

    fn text(&mut self, value: &str, depth: usize) {
        match self.raw_text {
            RawText::No | RawText::Title => self.text_with_marks(value),
            RawText::Noscript if depth > 0 => self.read(value, depth - 1),
            RawText::Noscript => {}
            RawText::Style => {
                self.refuse_marks(value, "a style sheet");
                self.pieces.push_literal(value);
            }
        }
    }

    fn text_with_marks(&mut self, value: &str) {
        for segment in self.marks.split(value) {
            match segment {
                Segment::Text(text) => self.escaped(text),
                Segment::Mark(mark) => self.slot(mark, Escape::Html),
            }
        }
    }

    /// Outlook's conditional comments stay; all others are the writer's own and are dropped.
    fn comment(&mut self, comment: &str, depth: usize) {
        if let Some(hidden) = comment.strip_suffix("<![endif]").filter(|hidden| hidden.starts_with("[if "))
            && let Some((condition, inner)) = hidden.split_once(']')
            && let Some(inner) = inner.strip_prefix('>')
        {
            self.refuse_marks(condition, "a condition");
            self.pieces.push_literal(&format!("<!--{condition}]>"));
            let before = std::mem::take(&mut self.pieces);
            if depth > 0 {
                self.read(inner, depth - 1);
            }
            let read = std::mem::replace(&mut self.pieces, before);
            if self.marks.found_in(inner) || inner.to_ascii_lowercase().contains("href") {
                self.pieces.append(read);
            } else {
                // As it was: Outlook's own XML cares for upper and lower case, which the tokenizer drops.
                self.pieces.push_literal(inner);
            }
            self.pieces.push_literal("<![endif]-->");
        } else if comment == "<![endif]" || (comment.starts_with("[if ") && comment.ends_with("]><!")) {
            self.refuse_marks(comment, "a condition");
            self.pieces.push_literal(&format!("<!--{comment}-->"));
        }
    }

    fn escaped(&mut self, text: &str) {
        let mut escaped = String::with_capacity(text.len());
        escape_lines(text, &mut escaped);
        self.pieces.push_literal(&escaped);
    }

    fn slot(&mut self, mark: Mark, escape: Escape) {
        self.pieces.push_slot(self.marks.slot(mark, escape));
    }

    fn refuse_marks(&mut self, value: &str, place: &'static str) {
        if !self.marks.found_in(value) {
            return;
        }
        for segment in self.marks.split(value) {
            if let Segment::Mark(mark) = segment {
                let field: Field = self.marks.field(mark);
                self.errors.push(self.marks.error(mark, Problem::FieldPlace { field, place }));
            }
        }
    }

    fn fail(&mut self, problem: Problem) {
        let error = ContentError {
            language: Some(self.marks.language()),
            part: Some(Part::Body),
            place: None,
            problem,
        };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    fn insert_opening(&mut self) {
        if let Some(opening) = self.opening.take() {
            self.read(opening, 0);
        }
    }

    fn insert_closing(&mut self) {
        if let Some(closing) = self.closing.take() {
            self.read(closing, 0);
        }
    }
}

/// Whether a link leads out on the web, so that it can be counted.
pub(super) fn is_absolute(address: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Escapes literal text, whose line ends stay: HTML source is more than one line.
fn escape_lines(text: &str, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        escape_html(line, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::MergeValues;
    use crate::kernel::language::Language;

    fn assembled(source: &str) -> (String, Vec<String>, Vec<String>) {
        let mut errors = Vec::new();
        let mut marks = Marks::new(Language::English, &[source]);
        let marked = marks.mark(Part::Body, source, &mut errors).unwrap();
        let insertions = Insertions { opening: "<i>o</i>", closing: "<i>c</i>" };
        let rewrite =
            |index: usize, _: &str| Some(LinkTo::Everyone(format!("https://b.example/c/{index}?a&b")));
        let assembled = assemble(&marked.text, &insertions, &marks, &rewrite, &mut errors);
        let values = MergeValues {
            given_name: "<Åsa \"&'>",
            preferences_url: "https://b.example/p/x",
            ..MergeValues::default()
        };
        (
            assembled.pieces.filled(&values),
            assembled.links,
            errors.into_iter().map(|error| error.to_string()).collect(),
        )
    }

    #[test]
    fn values_are_escaped_in_text_attributes_and_addresses() {
        let (html, _, errors) = assembled(
            "<p title={{given_name}}>{{given_name}} <a href='{{preferences_url}}'>x</a>\
             <a href=\"https://x.example/?n={{given_name}}&amp;m=1\">y</a></p>",
        );
        assert_eq!(errors, [""; 0]);
        assert_eq!(
            html,
            "<i>o</i><p title=\"&lt;Åsa &quot;&amp;&#39;&gt;\">&lt;Åsa &quot;&amp;&#39;&gt; \
             <a href=\"https://b.example/p/x\">x</a>\
             <a href=\"https://x.example/?n=%3C%C3%85sa%20%22%26%27%3E&amp;m=1\">y</a></p><i>c</i>"
        );
    }

    #[test]
    fn links_are_counted_once_in_order_and_rewritten() {
        let (html, links, errors) = assembled(
            "<body class=x><a href='https://a.example/?x=1&amp;y=2'>1</a><a href=HTTP://b.example>2</a>\
             <a href='https://a.example/?x=1&y=2'>3</a><a href='mailto:x@a.example'>4</a><a href='#x'>5</a>\
             <a href='https://c.example/{{given_name}}'>6</a><img src='https://a.example/i.png' alt=''>\
             <!--[if mso]><v:roundrect href='https://d.example' /><![endif]--></body>",
        );
        assert_eq!(errors, [""; 0]);
        assert_eq!(links, ["https://a.example/?x=1&y=2", "HTTP://b.example", "https://d.example"]);
        assert_eq!(html.matches("https://b.example/c/0?a&amp;b").count(), 2);
        assert!(html.contains("<v:roundrect href=\"https://b.example/c/2?a&amp;b\" /><![endif]-->"));
        assert!(html.starts_with("<body class=\"x\"><i>o</i><a"));
        assert!(html.ends_with("<![endif]--><i>c</i></body>"));
        assert!(html.contains("<img alt=\"\" src=\"https://a.example/i.png\">"));
    }

    #[test]
    fn a_field_stands_only_where_its_value_is_safe() {
        for (source, expected) in [
            ("<a href='{{given_name}}'>x</a>", "a link cannot begin with {{given_name}}"),
            ("<p style='color:{{given_name}}'>x</p>", "{{given_name}} cannot stand in a style"),
            ("<style>{{given_name}}</style>", "{{given_name}} cannot stand in a style sheet"),
            ("<p {{given_name}}>x</p>", "{{given_name}} cannot stand in the name of an attribute"),
            ("<p{{given_name}}>x", "{{given_name}} cannot stand in the name of an element"),
        ] {
            let (_, _, errors) = assembled(source);
            assert_eq!(errors.len(), 1, "{source}: {errors:?}");
            assert!(errors[0].contains(expected) && errors[0].contains("line 1"), "{errors:?}");
        }
    }

    #[test]
    fn a_body_without_its_tag_is_found() {
        for (source, expected) in [
            ("<!doctype html><title>x</title><p>y", "<!doctype html>\n<title>x</title><i>o</i><p>y<i>c</i>"),
            (
                "<html><head><style>p{}</style></head> y</html>",
                "<html><head><style>p{}</style></head><i>o</i> y</html><i>c</i>",
            ),
            ("", "<i>o</i><i>c</i>"),
        ] {
            assert_eq!(assembled(source).0, expected);
        }
    }

    #[test]
    fn what_outlook_alone_reads_stays_html() {
        let outlook =
            "<!--[if mso]><noscript><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml></noscript><![endif]-->";
        assert_eq!(assembled(outlook).0, format!("{outlook}<i>o</i><i>c</i>"));
    }

    #[test]
    fn scripts_are_refused_and_comments_dropped() {
        for source in [
            "<script>x</script>",
            "<p onclick='x'>x</p>",
            "<a href=' java\nscript:x'>x</a>",
            "<!--[if mso]><iframe src='x'></iframe><![endif]-->",
            "<noscript><iframe src='x'></iframe></noscript>",
            "<svg><a xlink:href='x'>x</a></svg>",
            "<meta http-equiv='Refresh' content='0;url=https://x.example'>",
        ] {
            assert_eq!(assembled(source).2.len(), 1, "{source}");
        }
        let (html, _, errors) = assembled(
            "<!-- {{given_name}} --><!--[if !mso]><!-->a<!--<![endif]--><!--[if mso]><b>c</b><![endif]-->",
        );
        assert_eq!(errors, [""; 0]);
        assert_eq!(
            html,
            "<!--[if !mso]><!--><i>o</i>a<!--<![endif]--><!--[if mso]><b>c</b><![endif]--><i>c</i>"
        );
    }
}
