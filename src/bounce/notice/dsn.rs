//! Delivery status notifications (RFC 3464; RFC 6533 for addresses beyond ASCII), in every dialect: several
//! recipients, missing fields, reports that are split into several parts.

use super::addresses;
use super::classify::{Evidence, judge};
use super::codes::Status;
use super::fields::{Fields, blocks};
use super::freetext;
use super::message::Mail;
use super::reason::{Class, Reason};
use super::{Action, Recipient, one_line};

/// The recipients that the reports of a mail name.
pub(super) fn recipients(mail: &Mail) -> Vec<Recipient> {
    let blocks: Vec<Fields> = mail.status_reports.iter().flat_map(|report| blocks(report)).collect();
    let per_recipient: Vec<&Fields> = blocks.iter().filter(|block| is_of_a_recipient(block)).collect();
    let alone = per_recipient.len() == 1;
    let mut found: Vec<Recipient> = Vec::new();
    for block in per_recipient {
        let recipient = recipient(block, mail, alone);
        let seen = recipient.address.as_ref().and_then(|address| {
            found.iter().position(|known| {
                known.address.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(address))
                    && known.action == recipient.action
            })
        });
        match seen {
            // Exchange repeats a recipient; what says more stays.
            Some(at) if found[at].reason == Reason::Unknown => found[at] = recipient,
            Some(_) => {}
            None => found.push(recipient),
        }
    }
    found
}

fn is_of_a_recipient(block: &Fields) -> bool {
    ["final-recipient", "original-recipient", "x-actual-recipient"].iter().any(|name| block.has(name))
        || (block.has("action") && block.has("status"))
        || block.has("diagnostic-code")
}

fn recipient(block: &Fields, mail: &Mail, alone: bool) -> Recipient {
    let address = address(block, mail, alone);
    let status = block.get("status").and_then(Status::first_in);
    let action = action(block, status);
    let diagnostic = diagnostic(block);
    let near = address.as_deref().map(|address| freetext::about(&mail.words, address)).unwrap_or_default();
    let unsaid = diagnostic.trim().is_empty();
    let evidence = Evidence {
        status,
        diagnostic: if unsaid { near } else { &diagnostic },
        words: if alone { &mail.words } else { near },
    };
    let verdict = judge(evidence);
    let (class, reason) = match action {
        Some(Action::Delivered | Action::Relayed | Action::Expanded) => (Class::None, Reason::Delivered),
        Some(Action::Delayed) => (Class::None, Reason::Delayed),
        _ => (verdict.class, verdict.reason),
    };
    let said = if unsaid { near } else { &diagnostic };
    Recipient {
        address,
        action,
        status: verdict.status.or(status),
        class,
        reason,
        diagnostic: one_line(said),
    }
}

/// The address that we wrote to, else the one that it became.
fn address(block: &Fields, mail: &Mail, alone: bool) -> Option<String> {
    let named = ["original-recipient", "final-recipient", "x-actual-recipient", "x-display-name"]
        .iter()
        .flat_map(|name| block.all(name))
        .filter_map(addresses::of_field)
        .collect::<Vec<_>>();
    let real = named.iter().find(|address| address.contains('@') && !address.contains(' '));
    let elsewhere = || alone.then(|| freetext::intended(mail)).flatten();
    real.cloned().or_else(elsewhere).or_else(|| named.into_iter().next())
}

fn action(block: &Fields, status: Option<Status>) -> Option<Action> {
    let word = block.get("action").unwrap_or_default().to_ascii_lowercase();
    let word = word.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| !word.is_empty());
    Some(match word {
        Some("failed" | "failure" | "fail" | "error") => Action::Failed,
        Some("delayed" | "delay") => Action::Delayed,
        Some("delivered" | "deliverable" | "delivery" | "success") => Action::Delivered,
        Some("relayed") => Action::Relayed,
        Some("expanded") => Action::Expanded,
        _ if status.is_some_and(|status| status.class() == 2) => Action::Delivered,
        _ => Action::Failed,
    })
}

/// The diagnostic without its type, and what some systems put elsewhere.
fn diagnostic(block: &Fields) -> String {
    let mut text = String::new();
    for name in
        ["diagnostic-code", "x-supplementary-info", "x-notes-reason", "x-postfix-reason", "x-diagnostic-code"]
    {
        for value in block.all(name) {
            let value = match value.split_once(';') {
                Some((kind, rest)) if kind.trim().len() <= 24 && !kind.trim().contains(' ') => rest,
                _ => value,
            };
            text.push_str(value.trim());
            text.push('\n');
        }
    }
    // "5.1.1 (bad destination mailbox address)": words behind the code.
    if let Some((_, comment)) = block.get("status").and_then(|status| status.split_once('(')) {
        text.push_str(comment.trim_end_matches(')'));
    }
    text
}
