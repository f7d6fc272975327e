//! Headers: folded lines, and encoded words (RFC 2047) for what is not ASCII. No value can end its header:
//! control characters become spaces in texts, and are refused where machines read.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::kernel::email_address::EmailAddress;

use super::MessageError;

/// Where header lines are folded (RFC 5322 section 2.1.1).
const LINE: usize = 76;
/// The most octets of an encoded word (RFC 2047 section 2).
const WORD: usize = 75;
/// The longest ASCII word that is written as it is, and the longest quoted name.
const PLAIN_WORD: usize = 60;
/// The most octets of a value that cannot be folded, so that no line has more than 998.
const UNFOLDED: usize = 900;

/// Appends a header that people read, like Subject.
pub(super) fn text_header(name: &str, value: &str, out: &mut String) {
    let value = clean(value);
    out.push_str(name);
    out.push(':');
    let mut line = Line { column: name.len() + 1, out };
    let readable = value.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
        && !value.contains("=?")
        && !value.contains("  ")
        && value.split(' ').all(|word| word.len() <= PLAIN_WORD);
    if readable {
        value.split(' ').filter(|word| !word.is_empty()).for_each(|word| line.word(word));
    } else {
        line.encoded(&value);
    }
    line.out.push_str("\r\n");
}

/// Appends a header with one name and address, like From.
pub(super) fn address_header(header: &str, name: &str, address: &EmailAddress, out: &mut String) {
    out.push_str(header);
    out.push(':');
    let mut line = Line { column: header.len() + 1, out };
    let name = clean(name);
    line.phrase(&name);
    // Servers know the ASCII form of a domain; a local part has no other form than its own.
    let local = address.as_str().rsplit_once('@').map_or("", |(local, _)| local);
    let (open, close) = if name.is_empty() { ("", "") } else { ("<", ">") };
    line.word(&format!("{open}{local}@{}{close}", address.domain()));
    line.out.push_str("\r\n");
}

/// Appends a header that machines read, which has no other form than its own. It is not folded before its value: an
/// address of ours would still be longer than the 78 characters that RFC 5322 recommends, and simple readers look at the
/// first line alone.
///
/// # Errors
/// When the value holds anything but visible ASCII without angle brackets, or is too long for a line.
pub(super) fn machine_header(
    header: &'static str,
    (before, value, after): (&str, &str, &str),
    out: &mut String,
) -> Result<(), MessageError> {
    check(header, value)?;
    // Writing to a String cannot fail.
    let _ = write!(out, "{header}: {before}{value}{after}\r\n");
    Ok(())
}

/// Appends the List-Id (RFC 2919).
///
/// # Errors
/// When the identifier is not visible ASCII.
pub(super) fn list_id(name: &str, id: &str, out: &mut String) -> Result<(), MessageError> {
    check("List-Id", id)?;
    out.push_str("List-Id:");
    let mut line = Line { column: "List-Id:".len(), out };
    line.phrase(&clean(name));
    line.word(&format!("<{id}>"));
    line.out.push_str("\r\n");
    Ok(())
}

/// Appends the Date (RFC 5322 section 3.3).
pub(super) fn date(date: DateTime<Utc>, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "Date: {}\r\n", date.format("%a, %-d %b %Y %H:%M:%S +0000"));
}

fn check(header: &'static str, value: &str) -> Result<(), MessageError> {
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>')) {
        return Err(MessageError::HeaderValue { header, value: value.to_owned() });
    }
    if value.len() > UNFOLDED {
        return Err(MessageError::TooLong { header, limit: UNFOLDED });
    }
    Ok(())
}

/// A value without control characters and outer spaces.
fn clean(value: &str) -> String {
    let visible: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.trim().to_owned()
}

/// A header line while it is written.
struct Line<'a> {
    column: usize,
    out: &'a mut String,
}

impl Line<'_> {
    /// Writes a space and a word, on a new line where this one is full.
    fn word(&mut self, word: &str) {
        if self.column + 1 + word.len() > LINE && self.out.ends_with(|c: char| c != ':') {
            self.out.push_str("\r\n");
            self.column = 0;
        }
        self.out.push(' ');
        self.out.push_str(word);
        self.column += 1 + word.len();
    }

    /// A person's or a list's name: as it is, in quotes, or encoded.
    fn phrase(&mut self, name: &str) {
        let readable = name.len() <= PLAIN_WORD && name.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
        let atoms = |b: u8| b.is_ascii_alphanumeric() || b" !#$%&'*+-/^_`{|}~".contains(&b);
        if name.is_empty() {
        } else if !readable || name.contains("=?") || name.contains("  ") {
            self.encoded(name);
        } else if name.bytes().all(atoms) {
            name.split(' ').for_each(|word| self.word(word));
        } else {
            let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
            self.word(&format!("\"{escaped}\""));
        }
    }

    /// Writes text as encoded words; readers join them without the space that is between them.
    fn encoded(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let column = if self.column + 1 + 30 > LINE { 0 } else { self.column };
            let room = (LINE - column - 1).min(WORD) - "=?utf-8?q?".len() - "?=".len();
            let (word, after) = match q_encoded(rest, room) {
                Some(fitting) => fitting,
                None => b_encoded(rest, room),
            };
            self.word(&word);
            rest = after;
        }
    }
}

/// As much of `text` as fits, in the encoding that keeps letters readable; `None` when the other is shorter.
fn q_encoded(text: &str, room: usize) -> Option<(String, &str)> {
    let mut word = String::with_capacity(room);
    let mut taken = 0;
    for character in text.chars() {
        let plain =
            character.is_ascii_alphanumeric() || matches!(character, '!' | '*' | '+' | '-' | '/' | ' ');
        let width = if plain { 1 } else { 3 * character.len_utf8() };
        if word.len() + width > room {
            break;
        }
        match character {
            ' ' => word.push('_'),
            plain_one if plain => word.push(plain_one),
            other => other.encode_utf8(&mut [0; 4]).bytes().for_each(|octet| {
                // Writing to a String cannot fail.
                let _ = write!(word, "={octet:02X}");
            }),
        }
        taken += character.len_utf8();
    }
    (word.len() <= taken.div_ceil(3) * 4 + 8).then(|| (format!("=?utf-8?q?{word}?="), &text[taken..]))
}

/// As much of `text` as fits, in base64.
fn b_encoded(text: &str, room: usize) -> (String, &str) {
    let mut end = (room / 4 * 3).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (format!("=?utf-8?b?{}?=", STANDARD.encode(&text[..end])), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(value: &str) -> String {
        let mut out = String::new();
        text_header("Subject", value, &mut out);
        out
    }

    fn from(name: &str, address: &str) -> String {
        let mut out = String::new();
        address_header("From", name, &EmailAddress::parse(address).unwrap(), &mut out);
        out
    }

    #[test]
    fn subjects_stay_readable_where_they_can() {
        assert_eq!(subject("Welcome, Anna"), "Subject: Welcome, Anna\r\n");
        assert_eq!(subject("Välkommen, Åsa"), "Subject: =?utf-8?q?V=C3=A4lkommen=2C_=C3=85sa?=\r\n");
        assert_eq!(subject("Привет всем"), "Subject: =?utf-8?b?0J/RgNC40LLQtdGCINCy0YHQtdC8?=\r\n");
        assert_eq!(
            subject(&"word ".repeat(20)),
            format!("Subject:{}\r\n{}\r\n", " word".repeat(13), " word".repeat(7))
        );
        assert_eq!(
            subject(
                "Välkommen till jubileumsmiddagen på Handelshögskolan den fjortonde november klockan arton"
            ),
            "Subject: =?utf-8?q?V=C3=A4lkommen_till_jubileumsmiddagen_p=C3=A5_Handelsh?=\r\n \
             =?utf-8?q?=C3=B6gskolan_den_fjortonde_november_klockan_arton?=\r\n"
        );
        assert_eq!(subject(""), "Subject:\r\n");
    }

    #[test]
    fn names_are_quoted_or_encoded_when_they_need_it() {
        assert_eq!(from("", "a@b.se"), "From: a@b.se\r\n");
        assert_eq!(from("Alumn & Co", "a@b.se"), "From: Alumn & Co <a@b.se>\r\n");
        assert_eq!(
            from("Öberg, \"Åsa\"", "a@b.se"),
            "From: =?utf-8?q?=C3=96berg=2C_=22=C3=85sa=22?= <a@b.se>\r\n"
        );
        assert_eq!(from("Berg, \"A\\\"", "a@b.se"), "From: \"Berg, \\\"A\\\\\\\"\" <a@b.se>\r\n");
        assert_eq!(from("a@evil.example", "a@b.se"), "From: \"a@evil.example\" <a@b.se>\r\n");
        assert_eq!(from("", "x@räksmörgås.example"), "From: x@xn--rksmrgs-5wao1o.example\r\n");
    }

    #[test]
    fn no_value_ends_its_header() {
        assert_eq!(subject("Hej\r\nBcc: x@y.se"), "Subject: =?utf-8?q?Hej__Bcc=3A_x=40y=2Ese?=\r\n");
        for bad in ["", "a b", "a\r\nBcc: x", "<a>", "å", &"a".repeat(1_000)] {
            assert!(machine_header("Message-ID", ("<", bad, ">"), &mut String::new()).is_err());
            assert!(list_id("Namn", bad, &mut String::new()).is_err());
        }
    }
}
