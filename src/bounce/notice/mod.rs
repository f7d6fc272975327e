//! What came back, read: its kind, whom it is about, and what it tells of the original. Any bytes become a
//! [`Notice`]; nothing here knows a database.

mod abuse_report;
mod addresses;
mod auto_reply;
mod classify;
mod codes;
mod dsn;
mod fields;
mod freetext;
mod message;
mod notification;
mod phrases;
pub(super) mod provider;
mod reason;
mod signs;

use classify::{Evidence, judge};
use message::Mail;

pub use codes::Status;
pub use reason::{Class, Reason};

crate::text_enum! {
    /// What a mail is.
    Kind {
        /// A delivery status notification (RFC 3464).
        Dsn = "dsn",
        /// A bounce in words alone.
        Freetext = "freetext",
        /// A complaint (RFC 5965, or a provider's form).
        Abuse = "abuse",
        /// An automatic answer (RFC 3834), a challenge.
        AutoReply = "auto_reply",
        /// Anything else.
        Other = "other",
    }
}

crate::text_enum! {
    /// What became of the message (RFC 3464 section 2.3.3), and complaints.
    Action {
        /// It will not be tried again.
        Failed = "failed",
        /// It is still being tried.
        Delayed = "delayed",
        /// It arrived.
        Delivered = "delivered",
        /// It was handed to a system that sends no reports.
        Relayed = "relayed",
        /// It went to several addresses.
        Expanded = "expanded",
        /// Somebody complained about it.
        Complaint = "complaint",
    }
}

/// One address that the mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address as we wrote to it, when the mail tells.
    pub address: Option<String>,
    /// What became of the message.
    pub action: Option<Action>,
    /// The enhanced status code that says most.
    pub status: Option<Status>,
    /// What follows for the address.
    pub class: Class,
    /// Why.
    pub reason: Reason,
    /// What the mail system said, in one line of at most 500 characters.
    pub diagnostic: String,
}

/// What the mail returns of the original's header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// The envelope's sender that it was delivered with.
    pub return_path: Option<String>,
    /// As it was written.
    pub list_unsubscribe: Option<String>,
}

/// A mail that came back, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is.
    pub kind: Kind,
    /// Whom it is about.
    pub recipients: Vec<Recipient>,
    /// The addresses that it was delivered to, as its header tells: our return paths are among them.
    pub delivered_to: Vec<String>,
    /// What it returns, the outermost first.
    pub originals: Vec<Original>,
}

/// Reads whatever bytes come. Nothing in them is trusted, and nothing stops it.
#[must_use]
pub fn read(bytes: &[u8]) -> Notice {
    let mail = Mail::read(bytes);
    if let Some((kind, recipients, originals)) = notification::read(&mail) {
        return Notice { kind, recipients, delivered_to: delivered_to(&mail), originals };
    }
    let (kind, recipients) = judged(&mail);
    Notice { kind, recipients, delivered_to: delivered_to(&mail), originals: originals(&mail) }
}

/// What a mail server's refusal means that was heard while sending.
#[must_use]
pub fn read_reply(reply: &str) -> Recipient {
    let verdict = judge(Evidence { status: None, diagnostic: reply, words: "" });
    Recipient {
        address: None,
        action: Some(Action::Failed),
        status: verdict.status,
        class: verdict.class,
        reason: verdict.reason,
        diagnostic: one_line(reply),
    }
}

fn judged(mail: &Mail) -> (Kind, Vec<Recipient>) {
    if let Some(recipients) = abuse_report::recipients(mail) {
        return (Kind::Abuse, recipients);
    }
    let recipients = dsn::recipients(mail);
    if !recipients.is_empty() {
        return (Kind::Dsn, recipients);
    }
    // Receipts; Sieve's "reject" (RFC 5429) makes one that says why the message was refused.
    if mail.disposition && mail.status_reports.is_empty() && !signs::is_bounce(mail) {
        return (Kind::Other, Vec::new());
    }
    if let Some(reason) = auto_reply::certain(mail) {
        return (Kind::AutoReply, answering(mail, reason));
    }
    if signs::is_bounce(mail) {
        // A report without a recipient is still a report.
        let kind = if mail.status_reports.is_empty() { Kind::Freetext } else { Kind::Dsn };
        return (kind, freetext::recipients(mail));
    }
    match auto_reply::likely(mail) {
        Some(reason) => (Kind::AutoReply, answering(mail, reason)),
        None => (Kind::Other, Vec::new()),
    }
}

/// The address that answered.
fn answering(mail: &Mail, reason: Reason) -> Vec<Recipient> {
    let address = mail.header.get("from").and_then(addresses::first_in).map(str::to_owned);
    vec![Recipient {
        address,
        action: None,
        status: None,
        class: Class::None,
        reason,
        diagnostic: String::new(),
    }]
}

fn delivered_to(mail: &Mail) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in [
        "delivered-to",
        "x-original-to",
        "x-delivered-to",
        "envelope-to",
        "x-envelope-to",
        "apparently-to",
        "to",
    ] {
        for value in mail.header.all(name) {
            for (_, address) in addresses::found_in(value) {
                if !found.iter().any(|known| known.eq_ignore_ascii_case(address)) {
                    found.push(address.to_owned());
                }
            }
        }
    }
    found
}

fn originals(mail: &Mail) -> Vec<Original> {
    mail.originals
        .iter()
        .map(|header| Original {
            message_id: header
                .get("message-id")
                .map(|id| id.trim_matches(|c: char| matches!(c, '<' | '>') || c.is_whitespace()).to_owned()),
            return_path: header.get("return-path").and_then(addresses::first_in).map(str::to_owned),
            list_unsubscribe: header.get("list-unsubscribe").map(str::to_owned),
        })
        .filter(|original| *original != Original::default())
        .collect()
}

/// One line of at most 500 characters.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 2_000 {
            break;
        }
    }
    line.chars().take(500).collect()
}
