//! Compiled text: literals and slots, filled per person without any parsing.

use std::fmt::Write;

/// What can stand in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `given_name`
    GivenName,
    /// `family_name`
    FamilyName,
    /// `full_name`: given and family name with a space between
    FullName,
    /// `programme`: the name of the programme
    Programme,
    /// `graduation_year`
    GraduationYear,
    /// `unit_name`: the unit that sends
    UnitName,
    /// `preferences_url`
    PreferencesUrl,
    /// `unsubscribe_url`
    UnsubscribeUrl,
    /// `web_version_url`
    WebVersionUrl,
    /// `accept_url`: the yes of an invitation
    AcceptUrl,
    /// `decline_url`: its no
    DeclineUrl,
    /// The address of the open pixel. No merge field: the compiler alone places it.
    PixelUrl,
    /// The address of the hidden link that no reader follows. No merge field: the compiler alone places it.
    TrapUrl,
    /// The address of one of the language's links, by its index. No merge field: the compiler alone places it.
    Link(usize),
}

impl Field {
    /// The merge fields that staff may write, in the order in which they are listed to them.
    pub const MERGE_FIELDS: [Self; 11] = [
        Self::GivenName,
        Self::FamilyName,
        Self::FullName,
        Self::Programme,
        Self::GraduationYear,
        Self::UnitName,
        Self::PreferencesUrl,
        Self::UnsubscribeUrl,
        Self::WebVersionUrl,
        Self::AcceptUrl,
        Self::DeclineUrl,
    ];

    /// Those that stand in invitations alone, and in each of them.
    pub const OF_INVITATIONS: [Self; 2] = [Self::AcceptUrl, Self::DeclineUrl];

    /// The name that is written between braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::FullName => "full_name",
            Self::Programme => "programme",
            Self::GraduationYear => "graduation_year",
            Self::UnitName => "unit_name",
            Self::PreferencesUrl => "preferences_url",
            Self::UnsubscribeUrl => "unsubscribe_url",
            Self::WebVersionUrl => "web_version_url",
            Self::AcceptUrl => "accept_url",
            Self::DeclineUrl => "decline_url",
            Self::PixelUrl => "pixel_url",
            Self::TrapUrl => "trap_url",
            Self::Link(_) => "link",
        }
    }

    /// The merge field of that name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::MERGE_FIELDS.into_iter().find(|field| field.name() == name)
    }

    /// Whether its value is a whole address of ours, which may stand alone as the target of a link.
    #[must_use]
    pub const fn is_url(self) -> bool {
        matches!(
            self,
            Self::PreferencesUrl
                | Self::UnsubscribeUrl
                | Self::WebVersionUrl
                | Self::AcceptUrl
                | Self::DeclineUrl
                | Self::PixelUrl
                | Self::TrapUrl
                | Self::Link(_)
        )
    }
}

/// One person's values. An empty text is a missing value: the slot's fallback takes its place.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "each field is the merge field of its name")]
pub struct MergeValues<'a> {
    pub given_name: &'a str,
    pub family_name: &'a str,
    pub programme: &'a str,
    /// Four digits.
    pub graduation_year: &'a str,
    pub unit_name: &'a str,
    pub preferences_url: &'a str,
    pub unsubscribe_url: &'a str,
    pub web_version_url: &'a str,
    /// Needed only by invitations, like its sibling.
    pub accept_url: &'a str,
    pub decline_url: &'a str,
    /// Needed only where the campaign was compiled with its pixel.
    pub pixel_url: &'a str,
    /// Needed only where the campaign was compiled with links of each person's own.
    pub trap_url: &'a str,
    /// Needed only where the campaign was compiled with links of each person's own: one for each link.
    pub links: &'a [String],
}

impl<'a> MergeValues<'a> {
    /// The value of a field as up to two words, so that the full name needs no string of its own.
    fn words(&self, field: Field) -> [&'a str; 2] {
        match field {
            Field::GivenName => [self.given_name, ""],
            Field::FamilyName => [self.family_name, ""],
            Field::FullName => [self.given_name, self.family_name],
            Field::Programme => [self.programme, ""],
            Field::GraduationYear => [self.graduation_year, ""],
            Field::UnitName => [self.unit_name, ""],
            Field::PreferencesUrl => [self.preferences_url, ""],
            Field::UnsubscribeUrl => [self.unsubscribe_url, ""],
            Field::WebVersionUrl => [self.web_version_url, ""],
            Field::AcceptUrl => [self.accept_url, ""],
            Field::DeclineUrl => [self.decline_url, ""],
            Field::PixelUrl => [self.pixel_url, ""],
            Field::TrapUrl => [self.trap_url, ""],
            Field::Link(index) => [self.links.get(index).map_or("", String::as_str), ""],
        }
    }
}

/// How a value is written where its slot stands. Control characters become spaces everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// As it is: plain text, and headers (whose encoding is the message's business).
    Plain,
    /// For HTML text and attribute values.
    Html,
    /// Percent-encoded as one component of an address (RFC 3986), which is safe in an attribute too.
    UrlComponent,
}

/// A place that is filled per person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub(super) field: Field,
    pub(super) fallback: Option<String>,
    pub(super) escape: Escape,
}

impl Slot {
    /// Appends the person's value, or the fallback, or nothing.
    pub fn write(&self, values: &MergeValues<'_>, out: &mut String) {
        let start = out.len();
        let mut words = values.words(self.field).into_iter().map(str::trim).filter(|word| !word.is_empty());
        if let Some(first) = words.next() {
            self.escape.write(first, out);
            for word in words {
                self.escape.write(" ", out);
                self.escape.write(word, out);
            }
        }
        if out.len() == start
            && let Some(fallback) = &self.fallback
        {
            self.escape.write(fallback, out);
        }
    }

    /// What the slot is filled with.
    #[must_use]
    pub fn field(&self) -> Field {
        self.field
    }

    /// What takes the place of a missing value.
    #[must_use]
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }

    /// How its value is escaped.
    #[must_use]
    pub fn escape(&self) -> Escape {
        self.escape
    }
}

impl Escape {
    fn write(self, value: &str, out: &mut String) {
        match self {
            Self::Plain => escape(value, out, |_| None),
            Self::Html => escape_html(value, out),
            Self::UrlComponent => {
                for byte in value.bytes() {
                    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                        out.push(char::from(byte));
                    } else {
                        // Writing to a String cannot fail.
                        let _ = write!(out, "%{byte:02X}");
                    }
                }
            }
        }
    }
}

/// Appends text so that it means itself in HTML text and in attribute values in either kind of quotes.
pub(super) fn escape_html(value: &str, out: &mut String) {
    escape(value, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

/// Copies `value`, with ASCII bytes replaced as told and control characters (C0, C1 and DEL) by spaces.
fn escape(value: &str, out: &mut String, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut copied = 0;
    for (at, character) in value.char_indices() {
        let replaced = match u8::try_from(character) {
            Ok(_) if character.is_control() => Some(" "),
            Ok(byte) if byte.is_ascii() => replacement(byte),
            _ => None,
        };
        if let Some(replaced) = replaced {
            out.push_str(&value[copied..at]);
            out.push_str(replaced);
            copied = at + character.len_utf8();
        }
    }
    out.push_str(&value[copied..]);
}

/// A part of a compiled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The same for everyone.
    Literal(String),
    /// Filled per person.
    Slot(Slot),
}

/// A compiled text. Two literals never stand side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces(Vec<Piece>);

impl Pieces {
    /// The pieces in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Piece] {
        &self.0
    }

    /// Appends the text for one person.
    pub fn fill(&self, values: &MergeValues<'_>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Slot(slot) => slot.write(values, out),
            }
        }
    }

    /// The whole text for one person.
    #[must_use]
    pub fn filled(&self, values: &MergeValues<'_>) -> String {
        let mut out = String::with_capacity(self.literal_length() + 256);
        self.fill(values, &mut out);
        out
    }

    /// The octets of everything that is the same for everyone: a lower bound of the filled length.
    #[must_use]
    pub fn literal_length(&self) -> usize {
        self.0.iter().map(|piece| if let Piece::Literal(text) = piece { text.len() } else { 0 }).sum()
    }

    /// Whether some slot holds this field.
    #[must_use]
    pub fn uses(&self, field: Field) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Slot(slot) if slot.field == field))
    }

    pub(super) fn push_literal(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Literal(last)) => last.push_str(text),
            _ => self.0.push(Piece::Literal(text.to_owned())),
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Literal(text) => self.push_literal(&text),
                Piece::Slot(slot) => self.push_slot(slot),
            }
        }
    }

    pub(super) fn push_slot(&mut self, slot: Slot) {
        self.0.push(Piece::Slot(slot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(field: Field, escape: Escape, fallback: Option<&str>, values: &MergeValues<'_>) -> String {
        let mut out = String::new();
        Slot { field, fallback: fallback.map(str::to_owned), escape }.write(values, &mut out);
        out
    }

    #[test]
    fn a_value_is_escaped_for_where_it_stands() {
        let values = MergeValues { given_name: "Åsa <b>&\"'\r\nBcc: x\u{85}y", ..MergeValues::default() };
        let plain = write(Field::GivenName, Escape::Plain, None, &values);
        assert_eq!(plain, "Åsa <b>&\"'  Bcc: x y");
        let html = write(Field::GivenName, Escape::Html, None, &values);
        assert_eq!(html, "Åsa &lt;b&gt;&amp;&quot;&#39;  Bcc: x y");
        let url = write(Field::GivenName, Escape::UrlComponent, None, &values);
        assert_eq!(url, "%C3%85sa%20%3Cb%3E%26%22%27%0D%0ABcc%3A%20x%C2%85y");
    }

    #[test]
    fn a_missing_value_takes_the_fallback_or_nothing() {
        let values = MergeValues { given_name: "  ", ..MergeValues::default() };
        assert_eq!(
            write(Field::GivenName, Escape::Html, Some("vän & kollega"), &values),
            "vän &amp; kollega"
        );
        assert_eq!(write(Field::GivenName, Escape::Html, None, &values), "");
    }

    #[test]
    fn the_full_name_has_no_space_too_many() {
        let both = MergeValues { given_name: "Åsa", family_name: "Öberg", ..MergeValues::default() };
        let family = MergeValues { family_name: "Öberg", ..MergeValues::default() };
        assert_eq!(write(Field::FullName, Escape::Plain, None, &both), "Åsa Öberg");
        assert_eq!(write(Field::FullName, Escape::UrlComponent, None, &both), "%C3%85sa%20%C3%96berg");
        assert_eq!(write(Field::FullName, Escape::Plain, None, &family), "Öberg");
    }
}
