//! The mails kept, as a person reads them: a list, and one mail with its parts.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};

use super::smtp::{Mailbox, Received};

/// How many mails one page of the list shows.
pub const PAGE_SIZE: usize = 50;

/// A mail's line in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its number in the mailbox.
    pub id: u64,
    /// Who wrote it: the header `From`, else the envelope's sender.
    pub from: String,
    /// Whom it went to: the envelope's recipients.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Its octets.
    pub size: usize,
}

/// A part of the list, the newest mail first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The mails of this page.
    pub mails: Vec<Summary>,
    /// How many mails fit the search.
    pub found: usize,
    /// How many mails are kept.
    pub kept: usize,
    /// How many mails came since the start.
    pub total: u64,
    /// This page, from 1.
    pub page: usize,
    /// The last page, at least 1.
    pub pages: usize,
}

/// One mail, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its line in the list.
    pub summary: Summary,
    /// The envelope's sender, empty for the null sender.
    pub mail_from: String,
    /// Every header in order: name and value, unfolded but not decoded.
    pub headers: Vec<(String, String)>,
    /// The HTML part, decoded.
    pub html: Option<String>,
    /// The text part, decoded; never one made from the HTML part.
    pub text: Option<String>,
    /// Name, media type and octets of what is attached.
    pub attachments: Vec<(String, String, usize)>,
    /// The whole mail as it came.
    pub source: String,
}

/// The mails whose sender, recipients or subject contain `search`, without regard to case; all if it is empty.
#[must_use]
pub fn find(mailbox: &Mailbox, search: &str) -> Vec<Arc<Received>> {
    let search = search.trim().to_lowercase();
    let mut mails = mailbox.messages();
    mails.reverse();
    if !search.is_empty() {
        mails.retain(|mail| {
            let summary = summarise(mail);
            let mut texts = summary.to.iter().chain([&summary.from, &summary.subject, &mail.mail_from]);
            texts.any(|text| text.to_lowercase().contains(&search))
        });
    }
    mails
}

/// One page of the list; a page beyond the last one is the last one.
#[must_use]
pub fn list(mailbox: &Mailbox, search: &str, page: usize) -> List {
    let found = find(mailbox, search);
    let counters = mailbox.counters();
    let pages = found.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.clamp(1, pages);
    let shown = found.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    List {
        mails: shown.map(|mail| summarise(mail)).collect(),
        found: found.len(),
        kept: mailbox.messages().len(),
        total: counters.messages,
        page,
        pages,
    }
}

/// Reads what the list shows of a mail: its headers only.
#[must_use]
pub fn summarise(mail: &Received) -> Summary {
    let parsed = MessageParser::default().parse_headers(mail.data.as_slice());
    let from = parsed.as_ref().and_then(Message::from).map(written).filter(|from| !from.is_empty());
    Summary {
        id: mail.id,
        from: from.unwrap_or_else(|| mail.mail_from.clone()),
        to: mail.recipients.clone(),
        subject: parsed.as_ref().and_then(Message::subject).unwrap_or_default().to_owned(),
        received_at: mail.received_at,
        size: mail.data.len(),
    }
}

/// Reads all of a mail. What cannot be parsed has its source all the same.
#[must_use]
pub fn open(mail: &Received) -> Opened {
    let parsed = MessageParser::default().parse(mail.data.as_slice());
    let parsed = parsed.as_ref();
    // The parser offers each part in the other form too, converted; here only what was sent is shown.
    let html =
        parsed.and_then(|message| message.html_bodies().find(|part| part.is_text_html())?.text_contents());
    let text = parsed.and_then(|message| {
        message.text_bodies().find(|part| part.is_text() && !part.is_text_html())?.text_contents()
    });
    let attachments = parsed.into_iter().flat_map(Message::attachments).map(|part| {
        let mime = part.content_type().map_or_else(String::new, |mime| {
            format!("{}/{}", mime.ctype(), mime.subtype().unwrap_or("octet-stream"))
        });
        (part.attachment_name().unwrap_or("unnamed").to_owned(), mime, part.len())
    });
    Opened {
        summary: summarise(mail),
        mail_from: mail.mail_from.clone(),
        headers: headers(mail),
        html: html.map(str::to_owned),
        text: text.map(str::to_owned),
        attachments: attachments.collect(),
        source: String::from_utf8_lossy(&mail.data).into_owned(),
    }
}

/// Every header in order, unfolded (RFC 5322 section 2.2.3), its name as it was written.
#[must_use]
pub fn headers(mail: &Received) -> Vec<(String, String)> {
    let Some(parsed) = MessageParser::default().parse_headers(mail.data.as_slice()) else {
        return Vec::new();
    };
    let text = |from: u32, to: u32| {
        let octets = mail.data.get(from as usize..to as usize).unwrap_or_default();
        String::from_utf8_lossy(octets).replace(['\r', '\n'], "")
    };
    let both = parsed.headers().iter().map(|header| {
        let name = text(header.offset_field(), header.offset_start());
        let value = text(header.offset_start(), header.offset_end());
        (name.trim_end_matches([':', ' ', '\t']).to_owned(), value.trim().to_owned())
    });
    both.collect()
}

fn written(addresses: &Address<'_>) -> String {
    let one = |address: &mail_parser::Addr<'_>| match (address.name(), address.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => address.or(name).unwrap_or_default().to_owned(),
    };
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{Mailbox, PAGE_SIZE, Received, list, open};

    const MAIL: &str = "From: =?utf-8?q?=C3=85sa?= <asa@example.org>\r\n\
        Subject: =?utf-8?b?w4Vyc20=?=\r\n =?utf-8?b?w7Z0ZQ==?=\r\nList-Id: Alumn\r\n <alumn.example.org>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Hej =C3=85sa\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hej <b>Åsa</b></p>\r\n--x--\r\n";

    fn mail(data: &[u8], to: &str) -> Received {
        Received {
            id: 0,
            connection: 1,
            mail_from: "bounce@example.org".into(),
            recipients: vec![to.into()],
            data: data.to_vec(),
            eight_bit: false,
            smtputf8: false,
            received_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn shows_what_was_sent_decoded() {
        let opened = open(&mail(MAIL.as_bytes(), "anna@example.com"));
        assert_eq!(opened.summary.from, "Åsa <asa@example.org>");
        assert_eq!(opened.summary.subject, "Årsmöte");
        assert_eq!(opened.html.as_deref().map(str::trim), Some("<p>Hej <b>Åsa</b></p>"));
        assert_eq!(opened.text.as_deref().map(str::trim), Some("Hej Åsa"));
        assert!(
            opened.headers.contains(&("List-Id".into(), "Alumn <alumn.example.org>".into())),
            "{:?}",
            opened.headers
        );
        assert_eq!(opened.source, MAIL);
    }

    #[test]
    fn invents_no_part_that_was_not_sent() {
        let opened = open(&mail(b"Subject: only text\r\n\r\nhej\r\n", "a@example.com"));
        assert_eq!((opened.html, opened.text.as_deref()), (None, Some("hej\r\n")));
        let opened = open(&mail(b"Content-Type: text/html\r\n\r\n<p>hej</p>\r\n", "a@example.com"));
        assert_eq!((opened.text, opened.html.as_deref()), (None, Some("<p>hej</p>\r\n")));
        let opened = open(&mail(b"\xff\xfe\r\nno mail at all", "a@example.com"));
        assert_eq!(opened.summary.from, "bounce@example.org");
    }

    #[test]
    fn lists_the_newest_first_by_page_and_search() {
        let mailbox = Mailbox::new(usize::MAX);
        for number in 0..PAGE_SIZE + 10 {
            mailbox.keep(mail(MAIL.as_bytes(), &format!("p{number}@example.com")));
        }
        let first = list(&mailbox, "", 1);
        assert_eq!((first.mails.len(), first.mails[0].id, first.pages), (PAGE_SIZE, 60, 2));
        let last = list(&mailbox, "", 99);
        assert_eq!((last.page, last.mails.len(), last.mails[9].id), (2, 10, 1));
        let found = list(&mailbox, " P59@ ", 1);
        assert_eq!((found.found, found.kept, found.mails[0].to[0].as_str()), (1, 60, "p59@example.com"));
        assert_eq!(list(&mailbox, "årsMÖTE", 1).found, 60);
        assert_eq!(list(&mailbox, "nobody", 1).pages, 1);
    }
}
