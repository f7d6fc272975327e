//! By what a bounce in words is known: who sends it, its subject, how it begins.

use super::message::Mail;
use super::{addresses, phrases};

/// Whether the mail says that another one did not arrive.
pub(super) fn is_bounce(mail: &Mail) -> bool {
    if mail.header.has("x-failed-recipients")
        || !mail.status_reports.is_empty()
        || mail.report_type == "delivery-status"
    {
        return true;
    }
    let subject = mail.subject.to_lowercase();
    let opening = phrases::folded(beginning(&mail.words, 3000));
    let by_subject = !["re:", "fwd:", "fw:", "sv:", "aw:"].iter().any(|mark| subject.starts_with(mark))
        && SUBJECTS.iter().any(|known| subject.contains(known));
    let by_words = WORDS.iter().any(|known| opening.contains(known));
    let mut score = 0;
    score += if from_a_system(mail) { 2 } else { 0 };
    score += if by_subject { 2 } else { 0 };
    score += if by_words { 2 } else { 0 };
    score += i32::from(mail.header.all("return-path").any(|path| path.trim() == "<>"));
    score += i32::from(!mail.originals.is_empty() || opening.contains("not be delivered to"));
    score +=
        i32::from(mail.header.get("auto-submitted").is_some_and(|value| !value.eq_ignore_ascii_case("no")));
    score >= 3
}

fn from_a_system(mail: &Mail) -> bool {
    ["from", "sender"].iter().filter_map(|name| mail.header.get(name)).any(|from| {
        let lower = from.to_ascii_lowercase();
        [
            "mailer-daemon",
            "mail delivery",
            "postmaster",
            "mail administrator",
            "mail system",
            "mail router",
            "system administrator",
            "delivery subsystem",
            "mailer daemon",
        ]
        .iter()
        .any(|known| lower.contains(known))
            || addresses::first_in(from).is_some_and(addresses::is_of_a_system)
    })
}

/// A warning: it is still being tried.
pub(super) fn is_delayed(mail: &Mail) -> bool {
    let subject = mail.subject.to_lowercase();
    let words = phrases::folded(beginning(&mail.words, 3000));
    let given_up = ["giving up", "given up", "gave up", "could not be delivered to one or more", "permanent"]
        .iter()
        .any(|known| words.contains(known));
    (DELAYED_SUBJECTS.iter().any(|known| subject.contains(known)) && !given_up)
        || DELAYED_WORDS.iter().any(|known| words.contains(known))
}

fn beginning(text: &str, mut length: usize) -> &str {
    if text.len() <= length {
        return text;
    }
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    &text[..length]
}

/// Subjects of bounces, in lower case.
const SUBJECTS: [&str; 66] = [
    "returning to sender",
    "mail failed",
    "undeliver",
    "undelivered",
    "returned mail",
    "return mail",
    "failure notice",
    "failed mail",
    "mail delivery",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery error",
    "delivery problem",
    "delivery notification",
    "delivery report",
    "delivery unsuccessful",
    "non-delivery",
    "nondeliverable",
    "not delivered",
    "couldn't be delivered",
    "could not be delivered",
    "unable to deliver",
    "could not send message",
    "couldn't send",
    "message not delivered",
    "mail system error",
    "mail error",
    "mail failure",
    "mail could not",
    "mail not delivered",
    "email not delivered",
    "returned to sender",
    "rejected mail",
    "message rejected",
    "message status",
    "user unknown",
    "unknown user",
    "warning: could not send",
    "warning: message",
    "delivery delayed",
    "delayed mail",
    "mail delayed",
    "quota",
    "bounce",
    "failure delivery",
    "sendmail error",
    "error sending",
    "nondelivery",
    "your message",
    "unzustellbar",
    "nicht zustellbar",
    "nicht zugestellt",
    "fehlgeschlagen",
    "olevererbart",
    "kan inte levereras",
    "kunde inte levereras",
    "kan ikke leveres",
    "non remis",
    "échec de",
    "no se puede entregar",
    "no entregado",
    "mancata consegna",
    "配信不能",
    "недоставлен",
];

/// How bounces begin, folded.
const WORDS: [&str; 67] = [
    "has been returned",
    "error message below",
    "returning to sender",
    "no valid recipients",
    "n'a pas pu etre",
    "could not be delivered",
    "couldn't be delivered",
    "cannot be delivered",
    "can't be delivered",
    "can not be delivered",
    "was not delivered",
    "wasn't delivered",
    "not been delivered",
    "has not been delivered",
    "not be delivered",
    "unable to deliver",
    "wasn't able to deliver",
    "was not able to deliver",
    "failed to deliver",
    "could not deliver",
    "couldn't deliver",
    "cannot deliver",
    "undeliverable",
    "undelivered",
    "delivery failed",
    "delivery has failed",
    "delivery to the following",
    "did not reach",
    "didn't reach",
    "permanent error",
    "permanent fatal errors",
    "fatal errors",
    "delivery failure",
    "delivery error",
    "delivery status notification",
    "returned to you",
    "returned to sender",
    "message returned",
    "bounced",
    "was rejected",
    "has been rejected",
    "user unknown",
    "unknown user",
    "no such user",
    "mailbox is full",
    "over quota",
    "mailbox full",
    "could not be sent",
    "not deliverable",
    "kunde inte levereras",
    "kan inte levereras",
    "inte levererats",
    "kunne ikke leveres",
    "kan ikke leveres",
    "ikke levert",
    "nicht zugestellt",
    "nicht zustellbar",
    "unzustellbar",
    "n'a pas pu être",
    "n'a pas été remis",
    "non remis",
    "no se pudo entregar",
    "no ha podido ser entregado",
    "no se ha podido entregar",
    "配信できません",
    "届けることができません",
    "не доставлено",
];

const DELAYED_SUBJECTS: [&str; 12] = [
    "delayed",
    "delay",
    "warning: could not send message",
    "warning: message",
    "still being retried",
    "not yet delivered",
    "fördröj",
    "forsink",
    "verzöger",
    "retardé",
    "retrasad",
    "配信遅延",
];

const DELAYED_WORDS: [&str; 22] = [
    "this is a warning message only",
    "you do not need to resend",
    "no need to resend",
    "do not need to resend your message",
    "will continue to try",
    "will keep trying",
    "will be retried",
    "continue to be attempted",
    "delivery attempts will continue",
    "attempts to deliver the message will continue",
    "will try again for",
    "not yet been delivered",
    "has not yet been delivered",
    "not been delivered yet",
    "still trying",
    "no action is required on your part",
    "is still undelivered",
    "has been delayed",
    "delivery is delayed",
    "is being retried",
    "mail will be retried",
    "message delayed",
];
