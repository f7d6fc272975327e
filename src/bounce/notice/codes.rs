//! Enhanced status codes (RFC 3463, RFC 7293, RFC 7372, RFC 7505 and the IANA registry) and SMTP reply codes
//! (RFC 5321), found in text and read.

use std::fmt;

use super::reason::Reason;

/// An enhanced status code: class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    class: u8,
    subject: u16,
    detail: u16,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Status {
    /// The first code in a text that is no piece of an IP address or of a version number.
    pub(super) fn first_in(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            if !matches!(bytes[at], b'2' | b'4' | b'5') || bytes.get(at + 1) != Some(&b'.') {
                continue;
            }
            if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'.' | b'/')) {
                continue;
            }
            let Some((subject, next)) = number(bytes, at + 2) else { continue };
            if bytes.get(next) != Some(&b'.') {
                continue;
            }
            let Some((detail, end)) = number(bytes, next + 1) else { continue };
            let goes_on = bytes.get(end).is_some_and(|byte| {
                byte.is_ascii_alphanumeric()
                    || (*byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
            });
            // Subjects beyond 7 do not exist (RFC 3463): "4.94.2" is a version.
            if !goes_on && subject <= 9 {
                return Some(Self { class: bytes[at] - b'0', subject, detail });
            }
        }
        None
    }

    /// 4 for what may pass, 5 for what stays, 2 for success.
    pub(super) const fn class(self) -> u8 {
        self.class
    }

    /// Whether it says no more than its first number.
    pub(super) const fn is_vague(self) -> bool {
        self.detail == 0
            || self.subject == 0
            || matches!((self.subject, self.detail), (5, _) | (4, 1 | 4) | (7, 1))
    }

    /// What the code says by itself.
    pub(super) const fn reason(self) -> Option<Reason> {
        Some(match (self.subject, self.detail) {
            (1, 1 | 4) => Reason::UserUnknown,
            (1, 2 | 10) | (4, 310) => Reason::HostUnknown,
            (1, 3) => Reason::BadAddress,
            (1, 6) | (7, 17 | 18) => Reason::Moved,
            (1, 7..=9) => Reason::SenderRefused,
            (2, 1) => Reason::Disabled,
            (2, 2) => Reason::MailboxFull,
            (2 | 3, 3 | 4)
                if self.subject == 2 && self.detail == 3 || self.subject == 3 && self.detail == 4 =>
            {
                Reason::TooBig
            }
            (3, 1) => Reason::SystemFull,
            (3, _) | (2, _) => Reason::System,
            (4, 6 | 14) => Reason::Loop,
            (4, 7 | 300 | 316) => Reason::Expired,
            (4, _) => Reason::Network,
            (5, 3) => Reason::RateLimited,
            (5, _) => Reason::System,
            (6, _) => Reason::Content,
            (7, 10 | 11) => Reason::Tls,
            (7, 20..=24 | 26 | 27 | 29 | 509 | 512) => Reason::Authentication,
            (7, 25) => Reason::ReverseName,
            (7, _) => Reason::Policy,
            _ => return None,
        })
    }
}

fn number(bytes: &[u8], from: usize) -> Option<(u16, usize)> {
    let mut end = from;
    let mut value = 0_u16;
    while end < bytes.len() && end - from < 3 && bytes[end].is_ascii_digit() {
        value = value * 10 + u16::from(bytes[end] - b'0');
        end += 1;
    }
    (end > from).then_some((value, end))
}

/// The first SMTP reply code in a text, 400 to 559.
pub(super) fn reply_in(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 3 <= bytes.len() {
        let digits = &bytes[at..at + 3];
        let begins = at == 0
            || !(bytes[at - 1].is_ascii_alphanumeric()
                || matches!(bytes[at - 1], b'.' | b'-' | b'/' | b'@' | b'_'));
        let ends = bytes.get(at + 3).is_none_or(|byte| {
            matches!(
                byte,
                b' ' | b'-' | b'\n' | b'\t' | b':' | b';' | b',' | b')' | b'\'' | b'"' | b'#' | b'<'
            )
        });
        if begins
            && ends
            && matches!(digits[0], b'4' | b'5')
            && digits[1] <= b'5'
            && digits.iter().all(u8::is_ascii_digit)
        {
            return Some(digits.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0')));
        }
        at += 1;
    }
    None
}

/// What a reply code says by itself (RFC 5321 section 4.2.3).
pub(super) const fn reason_of_reply(reply: u16) -> Option<Reason> {
    match reply {
        421 | 450 | 451 | 454 => Some(Reason::System),
        452 => Some(Reason::SystemFull),
        552 => Some(Reason::MailboxFull),
        551 => Some(Reason::UserUnknown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, reply_in};

    #[test]
    fn codes_are_told_from_addresses_and_versions() {
        let first = |text| Status::first_in(text).map(|status| status.to_string());
        assert_eq!(first("host mx[192.0.2.5] said: 550 5.7.1 no").as_deref(), Some("5.7.1"));
        assert_eq!(first("(#5.1.1)").as_deref(), Some("5.1.1"));
        assert_eq!(first("5.4.310 DNS domain does not exist").as_deref(), Some("5.4.310"));
        assert_eq!(first("Exim 4.94.2, 5.6.7.8, v5.0.1"), None);
        assert_eq!(reply_in("said: 550-5.7.1 no"), Some(550));
        assert_eq!(reply_in("192.0.2.450 or 4500 or mx-550 or 999"), None);
    }
}
