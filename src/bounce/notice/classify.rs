//! From codes and words to a class: what is certain in the words wins, then a code that says something, then
//! vague words, then a vague code. Systems put "user unknown" behind 5.7.1 and full mailboxes behind 5.1.1, so no
//! code is believed against clear words.

use super::codes::{Status, reason_of_reply, reply_in};
use super::phrases::{folded, reason_in};
use super::reason::{Class, Reason};

/// What is known of one recipient's failure.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence<'e> {
    /// The report's status field.
    pub(super) status: Option<Status>,
    /// What a mail system said about this recipient.
    pub(super) diagnostic: &'e str,
    /// What is said to people.
    pub(super) words: &'e str,
}

/// The class, the reason, and the code that says most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) reason: Reason,
    pub(super) status: Option<Status>,
}

/// Judges a failure.
pub(super) fn judge(evidence: Evidence<'_>) -> Verdict {
    let said = Status::first_in(evidence.diagnostic);
    let status = match (said, evidence.status) {
        (Some(said), Some(field)) if said.is_vague() && !field.is_vague() => Some(field),
        (Some(said), _) => Some(said),
        (None, field) => field,
    };
    let reply = reply_in(evidence.diagnostic);
    let text = folded(evidence.diagnostic);
    let remote = reason_in(remote_part(&text), true);
    let by_text = match remote {
        Some((_, true)) => remote,
        weak => {
            reason_in(&text, true).filter(|(_, certain)| *certain).or(weak).or_else(|| reason_in(&text, true))
        }
    };
    let by_code = status.and_then(Status::reason);
    // What is written for people at length names every cause there is; then a code that says something is surer.
    let by_long_text =
        status.filter(|status| evidence.diagnostic.len() > LONG && !status.is_vague()).and(by_code);
    let reason = by_long_text.unwrap_or_else(|| match by_text {
        Some((reason, true)) => reason,
        weak => status
            .filter(|status| !status.is_vague())
            .and(by_code)
            .or(weak.map(|(reason, _)| reason).filter(|reason| says_something(*reason)))
            .or_else(|| reason_in(&folded(evidence.words), false).map(|(reason, _)| reason))
            .or(weak.map(|(reason, _)| reason))
            .or(by_code)
            .or(reply.and_then(reason_of_reply))
            .unwrap_or(Reason::Unknown),
    });
    // Nobody had been named yet: it is about us.
    let about_us = matches!(
        reason,
        Reason::UserUnknown
            | Reason::HostUnknown
            | Reason::BadAddress
            | Reason::Expired
            | Reason::System
            | Reason::Unknown
    ) && BEFORE_RECIPIENTS.iter().any(|stage| text.contains(stage))
        && reply.is_none_or(|reply| reply >= 500);
    let reason = if about_us { Reason::SenderRefused } else { reason };
    let transient = match reply {
        Some(reply) => reply < 500,
        None => status.is_some_and(|status| status.class() == 4),
    };
    let class = match reason.class() {
        Class::Hard if transient => Class::Soft,
        // Who means to block says so.
        Class::Block if transient && !matches!(by_text, Some((_, true))) => Class::Soft,
        class => class,
    };
    Verdict { class, reason, status }
}

/// What the other system said, behind the words of the one that reports it.
fn remote_part(text: &str) -> &str {
    REMOTE
        .iter()
        .filter_map(|mark| text.find(mark).map(|at| &text[at + mark.len()..]))
        .min_by_key(|rest| rest.len())
        .map(|rest| {
            rest.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(rest)
        })
        .filter(|rest| rest.len() > 8)
        .unwrap_or(text)
}

/// Longer than what a mail server says of one recipient, in bytes.
const LONG: usize = 900;

/// After these words the other system speaks.
const REMOTE: [&str; 14] = [
    "remote server returned",
    "recipient address rejected:",
    "the error that the other server returned was:",
    "the response from the remote server was:",
    "la respuesta del servidor remoto",
    "it responded as follows:",
    "remote host said:",
    "error message below:",
    "the reason given was:",
    "the following reason was given:",
    "unknown address error",
    "other address status",
    "undefined status",
    "remote server replied:",
];

/// The stages of SMTP at which no recipient has been named, as Postfix, Exim, qmail and others tell them.
const BEFORE_RECIPIENTS: [&str; 12] = [
    "in reply to mail from",
    "in reply to ehlo",
    "in reply to helo",
    "after mail from:",
    "after initial connection",
    "after ehlo",
    "after helo",
    "my name was rejected",
    "but sender was rejected",
    "but connection was rejected",
    "did not like our mail from",
    "did not like our ehlo",
];

/// Whether a vague phrase still names a cause.
const fn says_something(reason: Reason) -> bool {
    !matches!(reason, Reason::System | Reason::Blocked | Reason::Network)
}
