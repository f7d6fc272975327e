//! Takes a mail apart: its header, what is said to people, the reports in it, and what it returns of the
//! original. MIME is `mail-parser`'s; what mail systems break (RFC 2045 boundaries, line ends, a leading `From `
//! line) is mended here.

use std::borrow::Cow;

use mail_parser::{Encoding, Message, MessageParser, MimeHeaders as _, PartType};

use super::fields::{self, Fields};

/// No report is nested deeper, and none is longer; the rest of a longer mail is the returned original.
const MAX_DEPTH: usize = 6;
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// So much of the words to people is judged.
const MAX_WORDS: usize = 64 * 1024;

/// A mail taken apart.
#[derive(Debug, Default)]
pub(super) struct Mail {
    /// The header, encoded words still encoded.
    pub(super) header: Fields,
    /// The subject, decoded.
    pub(super) subject: String,
    /// The media type, in lower case, and its `report-type`.
    pub(super) media_type: String,
    pub(super) report_type: String,
    /// What is said to people, before anything returned.
    pub(super) words: String,
    /// `message/delivery-status` (RFC 3464) and `message/global-delivery-status` (RFC 6533).
    pub(super) status_reports: Vec<String>,
    /// `message/feedback-report` (RFC 5965).
    pub(super) feedback_reports: Vec<String>,
    /// Whether a disposition notification (RFC 8098) is inside.
    pub(super) disposition: bool,
    /// Headers of returned messages.
    pub(super) originals: Vec<Fields>,
}

impl Mail {
    /// Takes apart whatever bytes come.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = plain_lines(without_mbox_line(&bytes[..bytes.len().min(MAX_BYTES)]));
        let mut mail = Self::default();
        if bytes.first() == Some(&b'{') {
            mail.words = lossy(&bytes).into_owned();
            return mail;
        }
        let Some(message) = MessageParser::new().parse(bytes.as_ref()) else {
            mail.words = lossy(&bytes).into_owned();
            return mail;
        };
        mail.header = header_of(&message);
        mail.subject = message.subject().unwrap_or_default().to_owned();
        if let Some(kind) = message.content_type() {
            mail.media_type = media_type(kind);
            mail.report_type = kind.attribute("report-type").unwrap_or_default().to_ascii_lowercase();
        }
        mail.take(&message, 0);
        if mail.status_reports.is_empty() && mail.feedback_reports.is_empty() && !mail.disposition {
            mail.take_broken(&lossy(&bytes));
        }
        if mail.words.trim().is_empty() {
            // A container without a boundary: everything below the header is words.
            let whole = lossy(&bytes);
            mail.words = whole.split_once("\n\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
        }
        mail.cut_the_copy();
        mail
    }

    /// Sorts the parts of a message.
    fn take(&mut self, message: &Message<'_>, depth: usize) {
        let (mut plain, mut html) = (String::new(), String::new());
        for part in &message.parts {
            let kind = part.content_type().map(media_type).unwrap_or_default();
            match (&part.body, kind.as_str()) {
                (PartType::Message(inner), _) => self.take_returned(inner, depth),
                (body, "message/delivery-status" | "message/global-delivery-status") => {
                    self.status_reports.push(text_of(body));
                }
                (body, "message/feedback-report" | "message/feedback-status") => {
                    self.feedback_reports.push(text_of(body));
                }
                (_, "message/disposition-notification" | "message/global-disposition-notification") => {
                    self.disposition = true;
                }
                (
                    body,
                    "text/rfc822-headers"
                    | "message/rfc822-headers"
                    | "message/global-headers"
                    | "text/rfc822-header",
                ) => {
                    self.originals.push(fields::header(&text_of(body)));
                }
                (body, "message/rfc822" | "message/global" | "message/partial") => {
                    self.originals.push(fields::header(&text_of(body)));
                }
                (PartType::Html(text), _) => html.push_str(&mail_parser::decoders::html::html_to_text(text)),
                (PartType::Text(text), _) if plain.len() < MAX_WORDS => {
                    let bytes = message.raw_message.get(part.offset_body as usize..part.offset_end as usize);
                    match bytes.filter(|_| {
                        part.encoding == Encoding::None && text.contains(char::REPLACEMENT_CHARACTER)
                    }) {
                        // Eight-bit letters without a charset.
                        Some(bytes) => plain.push_str(&lossy(bytes)),
                        None => plain.push_str(text),
                    }
                    plain.push('\n');
                }
                _ => {}
            }
        }
        let words = if plain.trim().is_empty() { html } else { plain };
        if self.words.len() < MAX_WORDS {
            self.words.push_str(&words);
        }
    }

    /// A message inside: the returned original, or a report that somebody forwarded.
    fn take_returned(&mut self, inner: &Message<'_>, depth: usize) {
        let header = header_of(inner);
        let is_report = inner
            .content_type()
            .is_some_and(|kind| media_type(kind) == "multipart/report" && self.status_reports.is_empty());
        if is_report && depth < MAX_DEPTH {
            self.take(inner, depth + 1);
        }
        self.originals.push(header);
    }

    /// Reports whose MIME is broken: the fields stand somewhere in the text.
    fn take_broken(&mut self, text: &str) {
        let unquoted;
        let mut text = text;
        if text.contains("\n> Final-Recipient:") || text.contains("\n>Final-Recipient:") {
            unquoted = text
                .lines()
                .map(|line| line.trim_start_matches(['>', ' ']))
                .fold(String::new(), |all, line| all + line + "\n");
            text = &unquoted;
        }
        let lower = text.to_ascii_lowercase();
        for (names, target) in [
            (&["\nfinal-recipient:", "\noriginal-recipient:"][..], &mut self.status_reports),
            (&["\nfeedback-type:"][..], &mut self.feedback_reports),
        ] {
            let Some(at) = names.iter().filter_map(|name| lower.find(name)).min() else { continue };
            let begin = text[..at].rfind("\n\n").map_or(0, |empty| empty + 2);
            let rest = &text[begin..];
            let end =
                ["\n--", "\nReturn-Path:", "\nReceived: "].iter().filter_map(|mark| rest.find(mark)).min();
            target.push(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }

    /// Cuts a copy of the original off the words, and reads its header.
    fn cut_the_copy(&mut self) {
        if self.words.len() > MAX_WORDS {
            let mut end = MAX_WORDS;
            while !self.words.is_char_boundary(end) {
                end -= 1;
            }
            self.words.truncate(end);
        }
        let Some((at, after)) = copy_in(&self.words) else { return };
        let copy = self.words.split_off(at);
        let copy = copy.get(after - at..).unwrap_or_default();
        let unquoted: String = copy
            .trim_start()
            .lines()
            .map(|line| line.trim_start_matches("> ").trim_start_matches('>'))
            .skip_while(|line| line.trim().is_empty() || line.starts_with("--"))
            .fold(String::new(), |text, line| text + line + "\n");
        let header = fields::header(&unquoted);
        if !header.is_empty() {
            self.originals.push(header);
        }
    }
}

/// Where a copy of the original begins: the place of the line that announces it, and of its first line.
fn copy_in(words: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    let mut fallback = None;
    let lines: Vec<&str> = words.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        let text = line.trim().trim_matches(|c: char| {
            matches!(c, '-' | '=' | '*' | '_' | '#' | '~' | '|') || c.is_whitespace()
        });
        let lower = text.to_lowercase();
        let short = lower.len() < 160;
        let bare = lower.trim_end_matches([':', '.', ' ']);
        let heading = HEADINGS.contains(&bare) && (lower.ends_with(':') || line.trim().len() > text.len());
        // Before anybody was named the heading stands above what the bounce tells of the message.
        let heading = heading && words[..at].contains('@');
        if short && (heading || ANNOUNCEMENTS.iter().any(|known| lower.starts_with(known))) {
            return Some((at, at + line.len()));
        }
        // A bare copy: a run of lines that only a header has.
        if fallback.is_none() && number > 1 && begins_a_header(&lines[number..]) {
            fallback = Some((at, at));
        }
        at += line.len();
    }
    fallback
}

/// `Received:`, `Return-Path:` and the like, and another field on the line after the next unfolded one.
fn begins_a_header(lines: &[&str]) -> bool {
    const FIRST: [&str; 7] = [
        "received:",
        "return-path:",
        "x-originating-ip:",
        "dkim-signature:",
        "message-id:",
        "mime-version:",
        "x-envelope-",
    ];
    let Some(first) = lines.first().map(|line| line.trim_start_matches(['>', ' ']).to_ascii_lowercase())
    else {
        return false;
    };
    FIRST.iter().any(|known| first.starts_with(known))
        && lines.iter().skip(1).take(12).any(|line| {
            let line = line.trim_start_matches(['>', ' ']).to_ascii_lowercase();
            ["received:", "from:", "to:", "subject:", "date:", "message-id:"]
                .iter()
                .any(|known| line.starts_with(known))
        })
}

/// How mail systems begin the line above the copy, in lower case and without the dashes around it.
const ANNOUNCEMENTS: [&str; 32] = [
    "this is a copy of the message",
    "this is a copy of your message",
    "this is a copy of the headers",
    "below this line is a copy of the message",
    "below this line is the original bounce",
    "below is a copy of the original message",
    "below are the headers of the original",
    "here is a copy of the message",
    "here is a copy of your message",
    "here is your returned mail",
    "original message follows",
    "original message as received",
    "original message header",
    "original message text",
    "message header follows",
    "message headers follow",
    "header of the original message",
    "headers of the original message",
    "the headers of the original message",
    "unsent message below",
    "unsent message follows",
    "undelivered message follows",
    "undelivered mail follows",
    "returned message follows",
    "returned mail follows",
    "start of returned message",
    "start of the original",
    "beginning of original",
    "included is a copy",
    "message text follows",
    "your original message follows",
    "the body of the message is",
];

/// What says the same only when the line says nothing else.
const HEADINGS: [&str; 18] = [
    "original message",
    "the original message",
    "original mail",
    "original text",
    "original message below",
    "original message attached",
    "old message",
    "your original message",
    "your message",
    "your message reads",
    "your message reads (in part)",
    "returned message",
    "undelivered message",
    "message header",
    "text of your message",
    "ursprüngliche nachricht",
    "ursprungligt meddelande",
    "message d'origine",
];

fn media_type(kind: &mail_parser::ContentType<'_>) -> String {
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
}

/// The header of a message, which may stand inside another.
fn header_of(message: &Message<'_>) -> Fields {
    let whole = &message.raw_message;
    let header = message.parts.first().map(|part| part.headers.as_slice()).unwrap_or_default();
    let value = |from: u32, to: u32| whole.get(from as usize..to as usize).map(lossy).unwrap_or_default();
    header.iter().map(|field| (field.name(), value(field.offset_start(), field.offset_end()))).collect()
}

fn text_of(body: &PartType<'_>) -> String {
    match body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => lossy(bytes).into_owned(),
        PartType::Message(message) => lossy(&message.raw_message).into_owned(),
        PartType::Multipart(_) => String::new(),
    }
}

/// UTF-8, else Windows-1252: an old mail system that writes 8-bit letters means the latter. Japanese systems write
/// ISO-2022-JP into reports that name no charset.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.windows(2).any(|pair| pair == b"\x1b$") {
        return encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Without the `From ` line of an mbox file.
fn without_mbox_line(bytes: &[u8]) -> &[u8] {
    let begin = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    let bytes = &bytes[begin..];
    if !bytes.starts_with(b"From ") && !bytes.starts_with(b">From ") {
        return bytes;
    }
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |at| at + 1);
    let rest = &bytes[end..];
    rest.strip_prefix(b"\n").unwrap_or(rest)
}

/// Every line end as LF.
fn plain_lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut last = 0;
    for &byte in bytes {
        match (last, byte) {
            (b'\r', b'\n') => {}
            (_, b'\r') => plain.push(b'\n'),
            _ => plain.push(byte),
        }
        last = byte;
    }
    Cow::Owned(plain)
}
