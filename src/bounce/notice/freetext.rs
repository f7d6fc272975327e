//! Bounces in words alone: whom they are about, and what is said of each.

use super::addresses::{self, found_in};
use super::classify::{Evidence, judge};
use super::codes::Status;
use super::message::Mail;
use super::phrases;
use super::reason::{Class, Reason};
use super::signs::is_delayed;
use super::{Action, Recipient, one_line};

/// Whom the bounce is about; one without an address when it does not tell.
pub(super) fn recipients(mail: &Mail) -> Vec<Recipient> {
    let delayed = is_delayed(mail);
    let named = named(mail);
    let alone = named.len() <= 1;
    let told = |address: Option<String>, said: &str| {
        let verdict = judge(Evidence { status: None, diagnostic: said, words: &mail.words });
        let (action, class, reason) = if delayed {
            (Action::Delayed, Class::None, Reason::Delayed)
        } else {
            (Action::Failed, verdict.class, verdict.reason)
        };
        Recipient {
            address,
            action: Some(action),
            status: verdict.status,
            class,
            reason,
            diagnostic: one_line(said),
        }
    };
    if named.is_empty() {
        return vec![told(intended(mail), &mail.words)];
    }
    named
        .iter()
        .map(|address| {
            let near = about(&mail.words, address);
            let vague = alone && (near.is_empty() || says_nothing(near));
            told(Some(address.clone()), if vague { &mail.words } else { near })
        })
        .collect()
}

fn says_nothing(text: &str) -> bool {
    Status::first_in(text).is_none() && phrases::reason_in(&phrases::folded(text), true).is_none()
}

/// The address of the returned original, when it went to one.
pub(super) fn intended(mail: &Mail) -> Option<String> {
    for original in &mail.originals {
        for name in ["x-original-to", "envelope-to", "x-rcpt-to", "to", "x-envelope-to"] {
            let all: Vec<&str> = original.all(name).flat_map(found_in).map(|(_, address)| address).collect();
            match all.as_slice() {
                [] => {}
                [one] => return Some((*one).to_owned()),
                _ => return None,
            }
        }
    }
    None
}

/// The addresses that the words name as recipients.
fn named(mail: &Mail) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let add = |found: &mut Vec<String>, address: &str| {
        if !found.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            found.push(address.to_owned());
        }
    };
    for value in mail.header.all("x-failed-recipients") {
        for (_, address) in found_in(value) {
            add(&mut found, address);
        }
    }
    if !found.is_empty() {
        return found;
    }
    let ours = own_addresses(mail);
    let to: Vec<String> = mail
        .originals
        .iter()
        .flat_map(|original| {
            ["to", "cc", "x-original-to", "envelope-to", "apparently-to"]
                .into_iter()
                .flat_map(|name| original.all(name))
        })
        .flat_map(found_in)
        .map(|(_, address)| address.to_ascii_lowercase())
        .collect();
    let mut scored: Vec<(u8, &str)> = Vec::new();
    let (mut place, mut introduced) = (0, false);
    for line in mail.words.split_inclusive('\n') {
        let folded = line.to_lowercase();
        if INTRODUCTIONS.iter().any(|known| folded.contains(known)) {
            introduced = true;
        } else if folded.contains("transcript") {
            introduced = false;
        }
        for (at, address) in found_in(line) {
            let lower = address.to_ascii_lowercase();
            let became = line[..at].trim_end_matches(['<', ' ']).ends_with("expanded from:");
            if ours.contains(&lower) || (!became && is_no_recipient(line, at, address)) {
                continue;
            }
            let mut score = how_clearly(line, at, address);
            if score >= 3 && introduced {
                score += 4;
            }
            if to.contains(&lower) {
                score += 1;
            }
            if became {
                // What we wrote to is behind the address that it became.
                scored.pop();
                score = 8;
            }
            if score > 0 {
                scored.push((score, address));
            }
        }
        place += line.len();
        if place > 16_000 {
            break;
        }
    }
    let best = scored.iter().map(|(score, _)| *score).max().unwrap_or_default();
    let least = match best {
        7.. => 7,
        4.. => 4,
        _ => best,
    };
    for (score, address) in scored {
        if score >= least {
            add(&mut found, address);
        }
    }
    if found.is_empty() {
        for (_, address) in found_in(&mail.subject) {
            if !ours.contains(&address.to_ascii_lowercase()) {
                add(&mut found, address);
            }
        }
    }
    found
}

/// The addresses of the sender and of the system that reports, in lower case.
fn own_addresses(mail: &Mail) -> Vec<String> {
    let of = |fields: &super::fields::Fields, names: &[&str]| -> Vec<String> {
        names
            .iter()
            .flat_map(|name| {
                fields
                    .all(name)
                    .flat_map(found_in)
                    .map(|(_, address)| address.to_ascii_lowercase())
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let mut own = of(
        &mail.header,
        &["from", "to", "sender", "reply-to", "delivered-to", "return-path", "errors-to", "message-id"],
    );
    for original in &mail.originals {
        own.extend(of(
            original,
            &[
                "from",
                "sender",
                "return-path",
                "reply-to",
                "message-id",
                "errors-to",
                "in-reply-to",
                "references",
            ],
        ));
    }
    own
}

/// Addresses of help desks, in links, and message ids.
fn is_no_recipient(line: &str, at: usize, address: &str) -> bool {
    if addresses::is_of_a_system(address) {
        return true;
    }
    let lower = line.to_lowercase();
    let before = lower.get(..at.min(lower.len())).unwrap_or_default().trim_end();
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    [
        "mailto:",
        "message-id: <",
        "message-id:",
        "contact",
        "from:",
        "sender:",
        "mail from:<",
        "mail from:",
        "from <",
        "return-path:",
        "reply-to:",
        "visit",
        "write to",
        "forward this",
    ]
    .iter()
    .any(|known| before.ends_with(known))
        || lower.trim_start().starts_with("message-id")
        || lower.trim_start().starts_with("from:")
        || lower.trim_start().starts_with("reply-to:")
        || lower.contains("mail from:<") && !lower.contains("rcpt to")
        || before.contains("://") && !before.contains(' ')
        || [
            "abuse",
            "support",
            "helpdesk",
            "help",
            "postmaster",
            "hostmaster",
            "webmaster",
            "administrator",
            "admin",
            "info-abuse",
            "noc",
            "spam",
        ]
        .contains(&local.as_str())
        || (address.len() > 40 && local.bytes().filter(u8::is_ascii_digit).count() > 16)
}

/// How clearly a line names an address as a recipient: 4 at its beginning, 3 behind a label, 1 somewhere.
fn how_clearly(line: &str, at: usize, address: &str) -> u8 {
    let before = line.get(..at).unwrap_or_default();
    let after = line.get(at + address.len()..).unwrap_or_default();
    let lead = before.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '"' | '\'' | '*' | '-' | '>' | '•' | '(' | '[' | '#' | '·' | '|')
    });
    let a_reply = lead.len() == 3 && lead.bytes().all(|byte| byte.is_ascii_digit());
    if lead.is_empty() || a_reply {
        let tail = after.trim_start_matches(['>', '"', '\'', ')', ']']);
        let alone = tail.trim().is_empty()
            || tail.starts_with([':', ',', ';', '.', '(', '-'])
            || tail.starts_with("...")
            || tail.trim_start().starts_with(['(', ':', '-', '[']);
        return if alone { 4 } else { 3 };
    }
    let lead = lead.to_lowercase();
    let labelled = LABELS.iter().any(|label| lead.ends_with(label));
    if labelled {
        // "To:" may stand in what is told of the original's header.
        return if matches!(lead.as_str(), "to:" | "for") { 2 } else { 4 };
    }
    let lower = line.to_lowercase();
    if before.trim_end().ends_with('<')
        && (lower.contains("unknown")
            || lower.contains("rcpt to")
            || lower.contains("recipient")
            || Status::first_in(line).is_some())
    {
        return 3;
    }
    1
}

/// What is said of one address: from the line that names it to the next line that names another.
pub(super) fn about<'w>(words: &'w str, address: &str) -> &'w str {
    let lower = address.to_ascii_lowercase();
    let mut begin = None;
    let mut at = 0;
    for line in words.split_inclusive('\n') {
        let first = found_in(line).first().map(|(_, found)| found.to_ascii_lowercase());
        let leads = first.as_deref().is_some_and(|found| {
            let lead =
                line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '"' | '*' | '-'));
            lead.to_ascii_lowercase().starts_with(found)
        });
        match begin {
            None if line.to_ascii_lowercase().contains(&lower) => begin = Some(at),
            Some(begin)
                if leads
                    && first.as_deref() != Some(&lower)
                    && !line.trim_start().starts_with("(expanded") =>
            {
                return &words[begin..at];
            }
            _ => {}
        }
        at += line.len();
    }
    begin.map_or("", |begin| &words[begin..])
}

/// What stands above a list of recipients, in lower case.
const INTRODUCTIONS: [&str; 22] = [
    "following address",
    "following recipient",
    "following user",
    "following e-mail address",
    "following email address",
    "following mail address",
    "following destination",
    "following people",
    "not delivered to",
    "be delivered to",
    "did not reach",
    "failed recipient",
    "failed addresses",
    "unable to deliver",
    "to these recipients",
    "folgende empfänger",
    "följande mottagare",
    "følgende mottakere",
    "destinataires suivants",
    "destinatarios siguientes",
    "siguientes destinatarios",
    "次の",
];

/// What stands before a recipient's address.
const LABELS: [&str; 44] = [
    "recipient:",
    "recipient",
    "smtp=",
    "smtp:",
    "recipients:",
    "rcpt to:",
    "rcpt to",
    "to:",
    "address:",
    "addressee:",
    "addresses:",
    "user:",
    "mailbox:",
    "failed recipient:",
    "delivery to",
    "deliver to",
    "delivered to",
    "delivered to:",
    "message to",
    "mail to",
    "email to",
    "e-mail to",
    "sent to",
    "send to",
    "recipient address",
    "recipient address:",
    "for",
    "user",
    "an",
    "till",
    "til",
    "à",
    "al",
    "destinataire",
    "destinataire :",
    "destinatario",
    "empfänger",
    "empfänger:",
    "mottagare",
    "mottaker",
    "宛先:",
    "宛先：",
    "unknown user:",
    "unknown user",
];
