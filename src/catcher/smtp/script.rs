//! Faults to order: what the server does wrong, where, and for whom.

use std::{
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The moments at which a fault can be made: before the server answers what is named here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The client has connected and waits for the greeting.
    Connect,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS, which the server refuses (502) unless a fault answers something else.
    StartTls,
    /// AUTH with what it needs on its own line (RFC 4954), which the server refuses (502) unless a fault answers something
    /// else.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO, once per recipient.
    Rcpt,
    /// DATA: the answer is 354.
    Data,
    /// The mail is on its way: its first line has come. A mail faulted here is not kept unless it is only slowed.
    Body,
    /// The final dot has come. A mail whose answer is lost or late here has been taken and is kept; one that is
    /// answered with 4xx or 5xx is not.
    FinalDot,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
}

/// Whether the connection ends before or after the server has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The client never reads an answer.
    BeforeReply,
    /// The client reads the usual answer, then the end.
    AfterReply,
}

/// What the server does instead of the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers with this code and text; several lines are separated by `\n`. 421 ends the connection.
    Reply {
        /// 200 to 599.
        code: u16,
        /// With the enhanced status code in front, if there is to be one.
        text: String,
    },
    /// Says nothing for this long (for ever without a duration), then goes on as usual.
    Stall(Option<Duration>),
    /// Closes the connection in an orderly way: the client reads the end of the stream.
    Drop(When),
    /// Resets the connection (TCP RST): the client reads an error.
    Reset(When),
    /// Waits this long before each octet of the answer; at [`Step::Body`] before each line that it reads.
    Slow(Duration),
}

impl Fault {
    /// Answers with a code and a text.
    #[must_use]
    pub fn reply(code: u16, text: impl Into<String>) -> Self {
        Self::Reply { code, text: text.into() }
    }

    /// Says nothing for a while, then goes on as usual.
    #[must_use]
    pub const fn stall(duration: Duration) -> Self {
        Self::Stall(Some(duration))
    }

    /// Never says anything again on this connection.
    #[must_use]
    pub const fn hang() -> Self {
        Self::Stall(None)
    }

    /// Closes without an answer; at [`Step::FinalDot`] the mail has been taken.
    #[must_use]
    pub const fn drop_before_reply() -> Self {
        Self::Drop(When::BeforeReply)
    }

    /// Resets without an answer; at [`Step::FinalDot`] the mail has been taken.
    #[must_use]
    pub const fn reset_before_reply() -> Self {
        Self::Reset(When::BeforeReply)
    }
}

/// One order: where, when, for whom, which fault.
#[derive(Debug, Clone)]
pub struct Rule {
    step: Step,
    connections: RangeInclusive<u64>,
    recipient: Option<String>,
    after: u64,
    times: u64,
    fault: Fault,
    /// How often the rest of the rule was met; shared by the clones of a script.
    met: Arc<AtomicU64>,
}

impl Rule {
    /// A rule for a step; without [`Rule::then`] it answers 451.
    #[must_use]
    pub fn at(step: Step) -> Self {
        Self {
            step,
            connections: 0..=u64::MAX,
            recipient: None,
            after: 0,
            times: u64::MAX,
            fault: Fault::reply(451, "4.3.0 told to fail"),
            met: Arc::default(),
        }
    }

    /// Only on the connection of this number; the first is 1.
    #[must_use]
    pub const fn connection(self, number: u64) -> Self {
        self.connections(number..=number)
    }

    /// Only on connections of these numbers.
    #[must_use]
    pub const fn connections(mut self, numbers: RangeInclusive<u64>) -> Self {
        self.connections = numbers;
        self
    }

    /// Only for recipients that fit: `*` stands for anything, case does not matter. At RCPT it is the recipient
    /// named there, from then on any recipient accepted; at earlier steps there is none, and the rule never applies.
    #[must_use]
    pub fn to(mut self, pattern: &str) -> Self {
        self.recipient = Some(pattern.to_lowercase());
        self
    }

    /// Not the first `count` times that the rest of the rule is met.
    #[must_use]
    pub const fn after(mut self, count: u64) -> Self {
        self.after = count;
        self
    }

    /// So many times, then never again.
    #[must_use]
    pub const fn times(mut self, count: u64) -> Self {
        self.times = count;
        self
    }

    /// The fault to make.
    #[must_use]
    pub fn then(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    fn applies(&self, step: Step, connection: u64, recipients: &[String]) -> bool {
        let fits = |pattern: &String| recipients.iter().any(|r| matches(pattern, &r.to_lowercase()));
        self.step == step
            && self.connections.contains(&connection)
            && self.recipient.as_ref().is_none_or(fits)
            && {
                let met = self.met.fetch_add(1, Ordering::SeqCst);
                met >= self.after && met - self.after < self.times
            }
    }
}

/// All orders of a server; the first that applies is carried out. The default has none: everything is accepted.
#[derive(Debug, Clone, Default)]
pub struct Script {
    rules: Vec<Rule>,
}

impl Script {
    /// Adds a rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Adds a rule that always applies at a step.
    #[must_use]
    pub fn on(self, step: Step, fault: Fault) -> Self {
        self.rule(Rule::at(step).then(fault))
    }

    pub(super) fn fault(&self, step: Step, connection: u64, recipients: &[String]) -> Option<Fault> {
        self.rules
            .iter()
            .find(|rule| rule.applies(step, connection, recipients))
            .map(|rule| rule.fault.clone())
    }
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Fault, Rule, Script, Step, matches};

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("a@b.se", "a@b.se", true),
            ("a@b.se", "a@b.sex", false),
            ("*@b.se", "a@b.se", true),
            ("*@b.se", "a@c.se", false),
            ("anna*", "anna.ek@b.se", true),
            ("*x*@*.se", "axb@c.se", true),
            ("*x*@*.se", "ab@c.se", false),
            ("*", "", true),
            ("ab*b", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn rules_count_only_what_they_would_have_met() {
        let fault = Fault::reply(450, "later");
        let script = Script::default()
            .rule(Rule::at(Step::Rcpt).to("*@B.se").connections(1..=2).after(1).times(2).then(fault.clone()));
        let met = |connection, recipient: &str| {
            script.fault(Step::Rcpt, connection, &[recipient.to_owned()]).is_some()
        };
        assert!(!met(1, "x@c.se"));
        assert!(!met(3, "x@b.se"));
        assert!(!met(1, "x@b.se"), "the first is let through");
        assert!(met(2, "x@b.se"));
        assert!(met(1, "Y@B.SE"));
        assert!(!met(1, "x@b.se"), "twice is enough");
    }
}
