//! Amazon SES's notifications (its manual: "Amazon SNS notification contents"): the same as a report, as JSON, in a
//! mail of their own or inside an SNS envelope.

use serde_json::Value;

use super::classify::{Evidence, judge};
use super::codes::Status;
use super::message::Mail;
use super::reason::{Class, Reason};
use super::{Action, Kind, Original, Recipient, one_line};

/// What a mail says whose words are such a notification.
pub(super) fn read(mail: &Mail) -> Option<(Kind, Vec<Recipient>, Vec<Original>)> {
    let text = mail.words.trim_start();
    if !text.starts_with('{') {
        return None;
    }
    // Mail systems break long lines, inside words too.
    let text = text.replace("\n ", "").replace('\n', " ");
    let mut said = first_value(&text)?;
    if let Some(inside) = said.get("Message").and_then(Value::as_str) {
        said = first_value(inside)?;
    }
    of_value(&said)
}

/// What such a notification says.
pub(super) fn of_value(said: &Value) -> Option<(Kind, Vec<Recipient>, Vec<Original>)> {
    let kind = said.get("notificationType").or_else(|| said.get("eventType"))?.as_str()?;
    let (kind, recipients) = match kind {
        "Bounce" => (Kind::Dsn, bounced(said.get("bounce")?)),
        "Complaint" => (Kind::Abuse, complained(said.get("complaint")?)),
        "Delivery" => (Kind::Dsn, delivered(said.get("delivery")?)),
        "DeliveryDelay" => (Kind::Dsn, delayed(said.get("deliveryDelay")?)),
        _ => return None,
    };
    Some((kind, recipients, vec![original(said.get("mail"))]))
}

fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn all<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn simple(address: &str, action: Action, reason: Reason) -> Recipient {
    Recipient {
        address: Some(address.to_owned()).filter(|address| !address.is_empty()),
        action: Some(action),
        status: None,
        class: Class::None,
        reason,
        diagnostic: String::new(),
    }
}

fn bounced(bounce: &Value) -> Vec<Recipient> {
    let transient = text(bounce, "bounceType") == "Transient";
    all(bounce, "bouncedRecipients")
        .map(|one| {
            let said = text(one, "diagnosticCode").trim_start_matches("smtp;").trim();
            let verdict = judge(Evidence {
                status: Status::first_in(text(one, "status")),
                diagnostic: said,
                words: text(bounce, "bounceSubType"),
            });
            // Amazon tells what it means when the server told nothing.
            let (class, reason) = match text(bounce, "bounceSubType") {
                "General" | "NoEmail" | "Suppressed" | "OnAccountSuppressionList"
                    if verdict.reason == Reason::Unknown && !transient =>
                {
                    (Class::Hard, Reason::UserUnknown)
                }
                "MailboxFull" => (Class::Soft, Reason::MailboxFull),
                "MessageTooLarge" => (Class::Message, Reason::TooBig),
                "ContentRejected" | "AttachmentRejected" => (Class::Message, Reason::Content),
                _ => (verdict.class, verdict.reason),
            };
            Recipient {
                class,
                status: verdict.status,
                diagnostic: one_line(said),
                ..simple(text(one, "emailAddress"), Action::Failed, reason)
            }
        })
        .collect()
}

fn complained(complaint: &Value) -> Vec<Recipient> {
    let reason = match text(complaint, "complaintFeedbackType") {
        "not-spam" => Reason::NotSpam,
        "auth-failure" => Reason::AuthenticationReport,
        _ => Reason::Complaint,
    };
    all(complaint, "complainedRecipients")
        .map(|one| simple(text(one, "emailAddress"), Action::Complaint, reason))
        .collect()
}

fn delivered(delivery: &Value) -> Vec<Recipient> {
    all(delivery, "recipients")
        .filter_map(Value::as_str)
        .map(|address| simple(address, Action::Delivered, Reason::Delivered))
        .collect()
}

fn delayed(delay: &Value) -> Vec<Recipient> {
    all(delay, "delayedRecipients")
        .map(|one| simple(text(one, "emailAddress"), Action::Delayed, Reason::Delayed))
        .collect()
}

/// The header and the envelope's sender of the message that it is about.
fn original(mail: Option<&Value>) -> Original {
    let Some(mail) = mail else { return Original::default() };
    let header = |name: &str| {
        all(mail, "headers").find(|field| text(field, "name").eq_ignore_ascii_case(name)).map(|field| {
            text(field, "value")
                .trim_matches(|c: char| matches!(c, '<' | '>') || c.is_whitespace())
                .to_owned()
        })
    };
    Original {
        message_id: header("message-id"),
        return_path: Some(text(mail, "source").to_owned()).filter(|source| !source.is_empty()),
        list_unsubscribe: header("list-unsubscribe"),
    }
}
