//! What mail providers tell by webhook, read into the same form as a mail that came back. Their manuals: Amazon SES,
//! "Contents of event data"; Postmark, "Bounce webhook" and "Spam complaint webhook"; Mailgun, "Webhooks"; Twilio
//! SendGrid, "Event Webhook Reference".
//!
//! Each of them names the message that it is about by our own Message-ID or return path, which are signed.

use serde_json::Value;

use super::classify::{Evidence, judge};
use super::codes::Status;
use super::reason::{Class, Reason};
use super::{Action, Kind, Notice, Original, Recipient, notification, one_line, read};

/// A notification of Amazon SES: what stands in an SNS envelope's `Message`.
pub(in crate::bounce) fn ses(said: &Value) -> Option<Notice> {
    let (kind, recipients, originals) = notification::of_value(said)?;
    Some(Notice { kind, recipients, delivered_to: Vec::new(), originals })
}

/// A bounce or a complaint of Postmark. Its `Content`, the mail that came back, names the message.
pub(in crate::bounce) fn postmark(said: &Value) -> Option<Notice> {
    let words = text(said, "Details");
    let words = if words.is_empty() { text(said, "Description") } else { words };
    let inside = read(text(said, "Content").as_bytes());
    let recipient = match text(said, "RecordType") {
        "SpamComplaint" => complaint(text(said, "Email"), Reason::Complaint),
        "Bounce" => {
            let otherwise = match text(said, "Type") {
                "HardBounce" | "ManuallyDeactivated" | "Unknown" => Some(Reason::UserUnknown),
                "BadEmailAddress" => Some(Reason::BadAddress),
                "SoftBounce" | "Undeliverable" => Some(Reason::Unknown),
                "Transient" => Some(Reason::Network),
                "DnsError" => Some(Reason::Network),
                "SpamNotification" => Some(Reason::Spam),
                "VirusNotification" => Some(Reason::Virus),
                "Blocked" => Some(Reason::Blocked),
                "DMARCPolicy" => Some(Reason::Authentication),
                "SpamComplaint" => {
                    return Some(notice(
                        Kind::Abuse,
                        complaint(text(said, "Email"), Reason::Complaint),
                        inside,
                    ));
                }
                // Answers of people's programs, subscriptions, tests.
                _ => None,
            }?;
            failed(text(said, "Email"), "", words, otherwise)
        }
        _ => return None,
    };
    let kind = if recipient.action == Some(Action::Complaint) { Kind::Abuse } else { Kind::Dsn };
    Some(notice(kind, recipient, inside))
}

fn notice(kind: Kind, recipient: Recipient, inside: Notice) -> Notice {
    Notice { kind, recipients: vec![recipient], ..inside }
}

/// An event of Mailgun: `event-data`.
pub(in crate::bounce) fn mailgun(said: &Value) -> Option<Notice> {
    let address = text(said, "recipient");
    let (kind, recipient) = match text(said, "event") {
        "complained" => (Kind::Abuse, complaint(address, Reason::Complaint)),
        "failed" if text(said, "severity") == "temporary" => (Kind::Dsn, delayed(address)),
        "failed" => {
            let status = said.get("delivery-status").unwrap_or(&Value::Null);
            let message = [text(status, "message"), text(status, "description")];
            let words = message.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
            let code = status.get("code").and_then(Value::as_i64).map(|code| format!("{code} "));
            let otherwise = match text(said, "reason") {
                // Mailgun did not try: the address had bounced or complained before.
                "suppress-bounce" => Reason::UserUnknown,
                "suppress-complaint" => Reason::Complaint,
                "espblock" => Reason::Blocked,
                "old" => Reason::Expired,
                _ => Reason::Unknown,
            };
            let words = format!("{}{words}", code.unwrap_or_default());
            (Kind::Dsn, failed(address, text(status, "enhanced-code"), &words, otherwise))
        }
        _ => return None,
    };
    let headers = said.get("message").and_then(|message| message.get("headers")).unwrap_or(&Value::Null);
    Some(about(kind, recipient, text(headers, "message-id")))
}

/// An event of SendGrid.
pub(in crate::bounce) fn sendgrid(said: &Value) -> Option<Notice> {
    let address = text(said, "email");
    let (kind, recipient) = match text(said, "event") {
        "spamreport" => (Kind::Abuse, complaint(address, Reason::Complaint)),
        "deferred" => (Kind::Dsn, delayed(address)),
        "bounce" | "dropped" => {
            let otherwise = match (text(said, "type"), text(said, "reason")) {
                ("blocked", _) => Reason::Blocked,
                (_, "Bounced Address" | "Invalid") => Reason::UserUnknown,
                (_, "Spam Reporting Address") => Reason::Complaint,
                ("bounce", _) => Reason::UserUnknown,
                _ => Reason::Unknown,
            };
            (Kind::Dsn, failed(address, text(said, "status"), text(said, "reason"), otherwise))
        }
        _ => return None,
    };
    Some(about(kind, recipient, text(said, "smtp-id")))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn recipient(address: &str, action: Action, reason: Reason) -> Recipient {
    Recipient {
        address: Some(address.to_owned()).filter(|address| !address.is_empty()),
        action: Some(action),
        status: None,
        class: Class::None,
        reason,
        diagnostic: String::new(),
    }
}

fn complaint(address: &str, reason: Reason) -> Recipient {
    recipient(address, Action::Complaint, reason)
}

fn delayed(address: &str) -> Recipient {
    recipient(address, Action::Delayed, Reason::Delayed)
}

/// A failure, judged by the words of the mail server as in every other report; the provider's own kind decides where
/// these say nothing.
fn failed(address: &str, status: &str, words: &str, otherwise: Reason) -> Recipient {
    let verdict = judge(Evidence { status: Status::first_in(status), diagnostic: words, words: "" });
    let (class, reason) = match (verdict.reason, otherwise) {
        (_, Reason::Complaint) => (Class::None, Reason::Complaint),
        (Reason::Unknown | Reason::Blocked, Reason::Unknown) => (verdict.class, verdict.reason),
        (Reason::Unknown, otherwise) => (otherwise.class(), otherwise),
        _ => (verdict.class, verdict.reason),
    };
    Recipient {
        class,
        status: verdict.status,
        diagnostic: one_line(words),
        ..recipient(address, Action::Failed, reason)
    }
}

fn about(kind: Kind, recipient: Recipient, message_id: &str) -> Notice {
    let id = message_id.trim_matches(|c: char| matches!(c, '<' | '>') || c.is_whitespace());
    let original =
        Original { message_id: Some(id.to_owned()).filter(|id| !id.is_empty()), ..Original::default() };
    Notice { kind, recipients: vec![recipient], delivered_to: Vec::new(), originals: vec![original] }
}
