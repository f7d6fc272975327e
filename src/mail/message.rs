//! Whole mails as octets: headers and MIME (RFC 5322, RFC 2045–2047), built fast for many people.
//!
//! A campaign's [`MessageTemplate`] is compiled once per language: headers that everyone shares are
//! finished, and both bodies are quoted-printable already, with slots between soft line breaks so that any
//! name fits into its lines. [`MessageTemplate::fill`] then copies, and encodes only what is the person's own.
//!
//! What comes out has CRLF line ends, no line over 998 octets, none over 76 in the bodies, and no line that
//! begins with a dot: SMTP's dot-stuffing (RFC 5321 section 4.5.2) would change nothing.

mod header;
mod quoted_printable;

use chrono::{DateTime, Utc};

use crate::content::{CompiledLanguage, MergeValues, Piece, Pieces};
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;

use header::{address_header, machine_header, text_header};

/// Cannot occur in the bodies: quoted-printable writes every "=" of its text as "=3D" (RFC 2045 section 6.7
/// gives this hint).
const BOUNDARY: &str = "=_brevduva";

/// What a mail could not be built with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A header value with spaces, line ends, angle brackets or non-ASCII characters.
    #[error("the header {header} cannot take {value:?}; it takes visible ASCII characters without < and >")]
    HeaderValue {
        /// Which header.
        header: &'static str,
        /// The value that was refused.
        value: String,
    },
    /// A header value beyond what a line can hold.
    #[error("the header {header} would be longer than {limit} characters; shorten its value")]
    TooLong {
        /// Which header.
        header: &'static str,
        /// The most that it takes.
        limit: usize,
    },
}

/// The headers that are the same for everyone who gets a campaign.
#[derive(Debug, Clone, Copy)]
pub struct CampaignHeaders<'a> {
    /// The sender's name, as people read it.
    pub from_name: &'a str,
    /// The sender's address.
    pub from_address: &'a EmailAddress,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<&'a EmailAddress>,
    /// The list's name, as people read it; may be empty.
    pub list_name: &'a str,
    /// The list's identifier (RFC 2919), like `juridik.alumn.example.se`, without angle brackets.
    pub list_id: &'a str,
    /// What Gmail's complaint figures are grouped by, like `campaign:unit:kind:sender`. The same for
    /// everyone: it must not tell people apart.
    pub feedback_id: &'a str,
}

/// What is one person's own.
#[derive(Debug, Clone, Copy)]
pub struct PerMessage<'a> {
    /// When the message was made; the same over retries.
    pub date: DateTime<Utc>,
    /// The Message-ID without angle brackets, in the sender's domain; the same over retries.
    pub message_id: &'a str,
    /// The person's name; may be empty.
    pub to_name: &'a str,
    /// The person's address.
    pub to_address: &'a EmailAddress,
    /// Where a POST unsubscribes at once (RFC 8058).
    pub list_unsubscribe_url: &'a str,
    /// What fills the slots.
    pub values: &'a MergeValues<'a>,
}

/// A campaign's mail in one language, ready to be filled.
#[derive(Debug, Clone)]
pub struct MessageTemplate {
    from: String,
    subject: Pieces,
    /// The finished Subject header when it holds nobody's name.
    fixed_subject: Option<String>,
    /// From List-Unsubscribe-Post to the empty line and on to the start of the text.
    shared_headers: String,
    text: Vec<EncodedPiece>,
    html: Vec<EncodedPiece>,
    size: usize,
}

#[derive(Debug, Clone)]
enum EncodedPiece {
    Literal(Vec<u8>),
    Slot(crate::content::Slot),
}

impl MessageTemplate {
    /// Prepares a campaign's mail in one language.
    ///
    /// # Errors
    /// When a header cannot take its value.
    pub fn compile(headers: &CampaignHeaders<'_>, content: &CompiledLanguage) -> Result<Self, MessageError> {
        let mut from = String::new();
        address_header("From", headers.from_name, headers.from_address, &mut from);
        if let Some(reply_to) = headers.reply_to {
            address_header("Reply-To", "", reply_to, &mut from);
        }
        let mut shared_headers = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".to_owned();
        header::list_id(headers.list_name, headers.list_id, &mut shared_headers)?;
        machine_header("Feedback-ID", ("", headers.feedback_id, ""), &mut shared_headers)?;
        mime_headers(content.language, &mut shared_headers);

        let mut fixed_subject = None;
        if !content.subject.as_slice().iter().any(|piece| matches!(piece, Piece::Slot(_))) {
            let mut line = String::new();
            text_header("Subject", &content.subject.filled(&MergeValues::default()), &mut line);
            fixed_subject = Some(line);
        }
        let (text, html) = (encode(&content.text), encode(&content.html));
        let literals = text.iter().chain(&html).map(|piece| match piece {
            EncodedPiece::Literal(octets) => octets.len(),
            EncodedPiece::Slot(_) => 120,
        });
        let size = literals.sum::<usize>() + from.len() + shared_headers.len() + 1_000;
        Ok(Self { from, subject: content.subject.clone(), fixed_subject, shared_headers, text, html, size })
    }

    /// Appends one person's whole mail to `out`, which should be empty and may be used again and again.
    ///
    /// # Errors
    /// When the Message-ID or the unsubscribe address cannot stand in a header; `out` is as before then.
    pub fn fill(&self, message: &PerMessage<'_>, out: &mut Vec<u8>) -> Result<(), MessageError> {
        let mut scratch = String::with_capacity(1_024);
        scratch.push_str(&self.from);
        address_header("To", message.to_name, message.to_address, &mut scratch);
        match &self.fixed_subject {
            Some(subject) => scratch.push_str(subject),
            None => text_header("Subject", &self.subject.filled(message.values), &mut scratch),
        }
        header::date(message.date, &mut scratch);
        machine_header("Message-ID", ("<", message.message_id, ">"), &mut scratch)?;
        let unsubscribe = ("<", message.list_unsubscribe_url, ">");
        machine_header("List-Unsubscribe", unsubscribe, &mut scratch)?;

        out.reserve(self.size);
        out.extend_from_slice(scratch.as_bytes());
        out.extend_from_slice(self.shared_headers.as_bytes());
        fill_body(&self.text, message.values, &mut scratch, out);
        out.extend_from_slice(between_parts().as_bytes());
        fill_body(&self.html, message.values, &mut scratch, out);
        out.extend_from_slice(after_parts().as_bytes());
        Ok(())
    }
}

/// A mail of the system itself, like a login link: to one person, answering something they did.
#[derive(Debug, Clone, Copy)]
pub struct SystemMessage<'a> {
    /// The sender's name.
    pub from_name: &'a str,
    /// The sender's address.
    pub from_address: &'a EmailAddress,
    /// The person's name; may be empty.
    pub to_name: &'a str,
    /// The person's address.
    pub to_address: &'a EmailAddress,
    /// The subject line.
    pub subject: &'a str,
    /// The plain text.
    pub text: &'a str,
    /// The HTML, if there is any.
    pub html: Option<&'a str>,
    /// The language of the texts.
    pub language: Language,
    /// When the message was made; the same over retries.
    pub date: DateTime<Utc>,
    /// The Message-ID without angle brackets; the same over retries.
    pub message_id: &'a str,
}

/// What makes a system mail one that its reader can unsubscribe from (RFC 2369, RFC 2919, RFC 8058).
#[derive(Debug, Clone, Copy)]
pub struct ListHeaders<'a> {
    /// As of [`CampaignHeaders`].
    pub list_name: &'a str,
    /// As of [`CampaignHeaders`].
    pub list_id: &'a str,
    /// As of [`CampaignHeaders`].
    pub feedback_id: &'a str,
    /// Where a POST unsubscribes at once.
    pub list_unsubscribe_url: &'a str,
}

impl SystemMessage<'_> {
    /// The whole mail.
    ///
    /// # Errors
    /// When the Message-ID cannot stand in a header.
    pub fn build(&self) -> Result<Vec<u8>, MessageError> {
        self.build_with("")
    }

    /// The whole mail, with the headers of a list.
    ///
    /// # Errors
    /// When a header cannot take its value.
    pub fn build_for_list(&self, list: &ListHeaders<'_>) -> Result<Vec<u8>, MessageError> {
        let mut headers = String::new();
        machine_header("List-Unsubscribe", ("<", list.list_unsubscribe_url, ">"), &mut headers)?;
        headers.push_str("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        header::list_id(list.list_name, list.list_id, &mut headers)?;
        machine_header("Feedback-ID", ("", list.feedback_id, ""), &mut headers)?;
        self.build_with(&headers)
    }

    fn build_with(&self, more: &str) -> Result<Vec<u8>, MessageError> {
        let mut head = String::new();
        address_header("From", self.from_name, self.from_address, &mut head);
        address_header("To", self.to_name, self.to_address, &mut head);
        text_header("Subject", self.subject, &mut head);
        header::date(self.date, &mut head);
        machine_header("Message-ID", ("<", self.message_id, ">"), &mut head)?;
        // RFC 3834: vacation responders leave it alone.
        head.push_str("Auto-Submitted: auto-generated\r\n");
        head.push_str(more);
        let Some(html) = self.html else {
            head.push_str(&format!("MIME-Version: 1.0\r\nContent-Language: {}\r\n", self.language));
            head.push_str(&part_headers("plain"));
            let mut out = head.into_bytes();
            quoted_printable::encode(&lines(self.text), &mut out);
            out.extend_from_slice(b"\r\n");
            return Ok(out);
        };
        mime_headers(self.language, &mut head);
        let mut out = head.into_bytes();
        quoted_printable::encode(&lines(self.text), &mut out);
        out.extend_from_slice(between_parts().as_bytes());
        quoted_printable::encode(&lines(html), &mut out);
        out.extend_from_slice(after_parts().as_bytes());
        Ok(out)
    }
}

/// The headers about the bodies, on to where the text begins.
fn mime_headers(language: Language, out: &mut String) {
    out.push_str(&format!(
        "MIME-Version: 1.0\r\nContent-Language: {language}\r\n\
         Content-Type: multipart/alternative; boundary=\"{BOUNDARY}\"\r\n\r\n--{BOUNDARY}\r\n{}",
        part_headers("plain"),
    ));
}

fn between_parts() -> String {
    format!("\r\n--{BOUNDARY}\r\n{}", part_headers("html"))
}

fn after_parts() -> String {
    format!("\r\n--{BOUNDARY}--\r\n")
}

fn part_headers(kind: &str) -> String {
    format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
}

fn encode(pieces: &Pieces) -> Vec<EncodedPiece> {
    let mut encoded = Vec::with_capacity(pieces.as_slice().len());
    let mut rest = pieces.as_slice().iter().peekable();
    while let Some(piece) = rest.next() {
        encoded.push(match piece {
            Piece::Slot(slot) => EncodedPiece::Slot(slot.clone()),
            Piece::Literal(text) => {
                let mut octets = Vec::with_capacity(text.len() * 5 / 4);
                quoted_printable::encode(&lines(text), &mut octets);
                if rest.peek().is_some() {
                    octets.extend_from_slice(quoted_printable::SOFT_BREAK);
                }
                EncodedPiece::Literal(octets)
            }
        });
    }
    encoded
}

/// Writes a body; every slot begins and ends at the start of an encoded line.
fn fill_body(pieces: &[EncodedPiece], values: &MergeValues<'_>, scratch: &mut String, out: &mut Vec<u8>) {
    for piece in pieces {
        match piece {
            EncodedPiece::Literal(octets) => out.extend_from_slice(octets),
            EncodedPiece::Slot(slot) => {
                scratch.clear();
                slot.write(values, scratch);
                if !scratch.is_empty() {
                    quoted_printable::encode(scratch, out);
                    out.extend_from_slice(quoted_printable::SOFT_BREAK);
                }
            }
        }
    }
}

/// Text with one kind of line end, whatever it had before.
fn lines(text: &str) -> std::borrow::Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests;
