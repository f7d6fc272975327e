//! What can be wrong with a campaign that was handed in, each with its place.

use std::fmt;

use super::trial::TrialFault;
use crate::content::{ContentError, Field};
use crate::segment::fault::RuleFault;

/// The longest name of a campaign and of a sender, in characters.
pub const LONGEST_NAME: usize = 200;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A JSON path into what was handed in.
    pub path: String,
    /// What is wrong and what to do.
    pub fault: Fault,
}

impl Problem {
    /// Says what is wrong there.
    #[must_use]
    pub fn at(path: impl Into<String>, fault: Fault) -> Self {
        Self { path: path.into(), fault }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.fault)
    }
}

/// What is wrong with a campaign at one place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// What was handed in has not the form of a campaign.
    #[error("{0}")]
    Form(String),
    /// The name is missing or too long.
    #[error("write a name of 1 to {LONGEST_NAME} characters")]
    Name,
    /// There is no such unit.
    #[error("there is no unit \"{0}\"")]
    UnknownUnit(String),
    /// There is no such topic.
    #[error("there is no topic \"{0}\"")]
    UnknownTopic(String),
    /// There is no such purpose.
    #[error("there is no purpose \"{0}\"")]
    UnknownPurpose(String),
    /// A basis that the law gives to others alone.
    #[error(
        "a public authority may not rely on legitimate interest (GDPR article 6(1)); choose another basis, or set \
         BREVDUVA_PUBLIC_AUTHORITY=false if the office is none"
    )]
    LegitimateInterest,
    /// The sender's name is too long or on several lines.
    #[error("write a name of at most {LONGEST_NAME} characters on one line")]
    SenderName,
    /// The sender's address is none.
    #[error("\"{0}\" is not an e-mail address; it should look like name@example.org")]
    SenderAddress(String),
    /// It stands in the header of every mail, which only servers with SMTPUTF8 could then take (RFC 6532).
    #[error("\"{0}\": a sender has ASCII characters alone before the @; many servers take no others")]
    SenderNotAscii(String),
    /// What is wrong with the rule.
    #[error(transparent)]
    Rule(Box<RuleFault>),
    /// What is wrong with the text.
    #[error(transparent)]
    Content(Box<ContentError>),
    /// What is wrong with a trial of variants.
    #[error(transparent)]
    Trial(TrialFault),
    /// An answer to an invitation in another mail.
    #[error("{{{{{}}}}} stands in invitations alone; remove it, or set \"kind\" to \"invitation\"", .0.name())]
    AnswerElsewhere(Field),
    /// An answer to an invitation in its subject.
    #[error("{{{{{}}}}} is an address; write it into the text, not into the subject", .0.name())]
    AnswerInSubject(Field),
    /// An invitation that cannot be answered.
    #[error("an invitation needs a link to {{{{{}}}}} in every language; write it into the text", .0.name())]
    AnswerMissing(Field),
    /// Nothing of what the form offers was chosen.
    #[error("choose one of those that are offered")]
    NotChosen,
    /// The form has no segment, or one that is not there.
    #[error("choose a segment")]
    NoSegment,
    /// The form has no text in any language.
    #[error("write the text in at least one language")]
    NoText,
}
