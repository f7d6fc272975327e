//! What came of handing a message to a relay.

use std::fmt;

/// The relay's words, cut to what is worth keeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(String);

const LONGEST_REPLY: usize = 500;

impl Reply {
    /// Keeps the beginning of a reply, on one line.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REPLY).collect();
        Self(line.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reply's code (RFC 5321 section 4.2), when it begins with one.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        let word = self.0.split(' ').next()?;
        word.parse().ok().filter(|code| word.len() == 3 && (200..600).contains(code))
    }

    /// The enhanced status code (RFC 3463) behind the code: class, subject, detail.
    #[must_use]
    pub fn enhanced(&self) -> Option<(u16, u16, u16)> {
        self.code()?;
        let mut parts = self.0.split(' ').nth(1)?.split('.').map(|part| part.parse().ok());
        let found = (parts.next()??, parts.next()??, parts.next()??);
        (parts.next().is_none() && matches!(found.0, 2 | 4 | 5)).then_some(found)
    }

    /// The codes alone: the words may name a person.
    #[must_use]
    pub fn status(&self) -> String {
        match (self.code(), self.enhanced()) {
            (Some(code), Some((class, subject, detail))) => format!("{code} {class}.{subject}.{detail}"),
            (Some(code), None) => code.to_string(),
            (None, _) => "the connection broke".to_owned(),
        }
    }

    /// Whether it tells of the relay's own trouble (X.3.z, mail system status) and not of the recipient's.
    #[must_use]
    pub fn is_about_the_relay(&self) -> bool {
        matches!(self.enhanced(), Some((4, 3, _)))
    }

    /// Whether whoever takes the mail wants less of it for a while: 421, or 4.7.z (policy).
    #[must_use]
    pub fn asks_for_less(&self) -> bool {
        match self.enhanced() {
            Some((4, 7, _)) => true,
            Some((4, 3, _)) => false,
            _ => self.code() == Some(421),
        }
    }
}

/// How far the conversation about a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// MAIL FROM: the sender was named.
    Mail,
    /// RCPT TO: the recipient was named.
    Rcpt,
    /// DATA: the message was announced.
    Data,
    /// The final dot: the message was handed over.
    FinalDot,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came of one message. Each says what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took responsibility (250 after the final dot).
    Accepted(Reply),
    /// Not now (4xx, or the sender was refused, which is no recipient's fault): try again later.
    Transient(Reply),
    /// The connection broke after the recipient was named and before the message was complete, so it cannot arrive:
    /// again at once over another connection, but not for ever.
    CutOff(Reply),
    /// Never (5xx): give up on this recipient.
    Permanent(Reply),
    /// The final dot was sent and no answer came: the relay may have it. It goes again with the same Message-ID
    /// and is counted as repeated.
    InDoubt(Reply),
    /// Nothing was said about this message: the relay is away or closed the connection before its turn. Hand it
    /// to another connection, it costs no attempt.
    NotTried(Reply),
}

impl Outcome {
    /// The words that came with it.
    #[must_use]
    pub const fn reply(&self) -> &Reply {
        match self {
            Self::Accepted(reply)
            | Self::Transient(reply)
            | Self::CutOff(reply)
            | Self::Permanent(reply)
            | Self::InDoubt(reply)
            | Self::NotTried(reply) => reply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn codes_are_read_where_they_stand() {
        let reply = |text: &str| Reply::new(text);
        assert_eq!(
            (reply("550 5.1.1 no").code(), reply("550 5.1.1 no").enhanced()),
            (Some(550), Some((5, 1, 1)))
        );
        assert_eq!(
            (reply("550 no such user").code(), reply("550 no such user").enhanced()),
            (Some(550), None)
        );
        for odd in ["", "no answer in time", "5501 x", "4.7.1 x", "999 x"] {
            assert_eq!((reply(odd).code(), reply(odd).enhanced()), (None, None), "{odd}");
        }
        assert!(reply("421 try later").asks_for_less() && reply("451 4.7.650 slow down").asks_for_less());
        assert!(
            !reply("421 4.3.2 closing").asks_for_less() && !reply("450 4.2.0 greylisted").asks_for_less()
        );
        assert!(
            reply("452 4.3.1 full").is_about_the_relay() && !reply("452 4.2.2 full").is_about_the_relay()
        );
    }
}
