//! Complaints: RFC 5965 feedback reports with the extensions of RFC 6591 and RFC 6650, and the forms of providers
//! that forward the message with a few words.

use super::addresses;
use super::fields::{Fields, blocks, header};
use super::message::Mail;
use super::reason::{Class, Reason};
use super::{Action, Recipient};

/// Whom the complaint is about; nothing when the mail is none.
pub(super) fn recipients(mail: &Mail) -> Option<Vec<Recipient>> {
    // Apple's Mail answers for the person, at the address for it in List-Unsubscribe.
    let by_apple =
        mail.header.get("x-apple-unsubscribe").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if by_apple {
        let address = mail.header.get("from").and_then(addresses::first_in).map(str::to_owned);
        return Some(vec![Recipient {
            address,
            action: Some(Action::Complaint),
            status: None,
            class: Class::None,
            reason: Reason::OptOut,
            diagnostic: String::new(),
        }]);
    }
    let is_report = !mail.feedback_reports.is_empty() || mail.report_type == "feedback-report";
    if !is_report && !is_a_form(mail) {
        return None;
    }
    let report = mail.feedback_reports.iter().flat_map(|report| blocks(report)).next().unwrap_or_default();
    let reason = reason(report.get("feedback-type"));
    let addresses = complaining(&report, mail);
    let of = |address: Option<String>| Recipient {
        address,
        action: Some(Action::Complaint),
        status: None,
        class: Class::None,
        reason,
        diagnostic: String::new(),
    };
    if addresses.is_empty() {
        return Some(vec![of(None)]);
    }
    Some(addresses.into_iter().map(|address| of(Some(address))).collect())
}

fn reason(feedback_type: Option<&str>) -> Reason {
    let word = feedback_type.unwrap_or("abuse").trim().to_ascii_lowercase();
    match word.as_str() {
        "opt-out" | "opt-out-list" | "unsubscribe" => Reason::OptOut,
        "not-spam" => Reason::NotSpam,
        "auth-failure" | "dmarc" | "dkim" => Reason::AuthenticationReport,
        "virus" => Reason::Virus,
        _ => Reason::Complaint,
    }
}

/// The recipients of the original, as the report names them, else as the original does. Providers often take the
/// address out; then only a token of ours can tell.
fn complaining(report: &Fields, mail: &Mail) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in
        ["original-rcpt-to", "removal-recipient", "x-original-rcpt-to", "original-recipient", "user-defined"]
    {
        for value in report.all(name) {
            found.extend(addresses::found_in(value).into_iter().map(|(_, address)| address.to_owned()));
        }
    }
    if found.is_empty() {
        for original in &mail.originals {
            for name in ["x-hmxmroriginalrecipient", "x-original-to", "delivered-to", "to", "x-rcpt-to"] {
                let of_header =
                    original.all(name).flat_map(addresses::found_in).map(|(_, address)| address.to_owned());
                found.extend(of_header);
                if !found.is_empty() {
                    break;
                }
            }
            if !found.is_empty() {
                break;
            }
        }
    }
    let mut once: Vec<String> = Vec::new();
    for address in found {
        if !once.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
            once.push(address);
        }
    }
    once
}

/// Microsoft's Junk Mail Reporting Program and others: the message as an attachment, and who reports in the sender
/// and the subject.
fn is_a_form(mail: &Mail) -> bool {
    if mail.originals.is_empty() {
        return false;
    }
    let subject = mail.subject.to_lowercase();
    let from = mail.header.get("from").unwrap_or_default().to_ascii_lowercase();
    let sender = [
        "staff@hotmail",
        "staff@outlook",
        "fbl@",
        "feedback@",
        "feedbackloop@",
        "abuse@",
        "scomp@",
        "arf@",
        "complaints@",
        "fbl-no-reply@",
    ]
    .iter()
    .any(|known| from.contains(known));
    let words = [
        "complaint about message from",
        "email feedback report",
        "abuse report",
        "spam report",
        "client tos notification",
        "[spam report]",
        "feedback loop",
    ]
    .iter()
    .any(|known| subject.contains(known));
    let of_hotmail = mail.originals.iter().any(|original: &Fields| original.has("x-hmxmroriginalrecipient"));
    (sender && words) || of_hotmail || header_of_form(mail)
}

/// Abusix and Yahoo put the report's type into the outer header.
fn header_of_form(mail: &Mail) -> bool {
    mail.header.has("x-feedback-type") || header(&mail.words).has("feedback-type")
}
