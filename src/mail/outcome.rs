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
    /// Not now (4xx, or the connection broke before the message was complete): try again later.
    Transient(Reply),
    /// Never (5xx): give up on this recipient.
    Permanent(Reply),
    /// The final dot was sent and no answer came: the relay may have it. It goes again with the same Message-ID
    /// and is counted as repeated.
    InDoubt(Reply),
    /// Nothing was said about this message: the relay is away or closed the connection before its turn. Hand it
    /// to another connection, it costs no attempt.
    NotTried(Reply),
}
