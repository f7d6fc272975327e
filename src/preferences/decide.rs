//! The answer for one person.

use chrono::NaiveDateTime;

use super::measuring::MEASURING;
use super::question::{Channel, LegalBasis, Question, RefusalScope};
use super::reason::Reason;
use crate::invitations::Standing;

/// What bears on permission of one person and one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Their data was erased.
    pub erased: bool,
    /// They died.
    pub deceased: bool,
    /// Their identity is protected.
    pub protected: bool,
    /// They have an address on the channel.
    pub has_address: bool,
    /// That address must not be used.
    pub suppressed: bool,
    /// What they, or whoever holds the same address, said no to.
    pub refused: Vec<RefusalScope>,
    /// What they agreed to: purpose, channel, and the unit or every unit.
    pub consents: Vec<(String, Channel, Option<i64>)>,
    /// Whether and how they were invited to the network.
    pub invitation: Standing,
    /// They have not confirmed that they want to be here.
    pub unconfirmed: bool,
    /// The mailings that they got or are getting, by unit and time.
    pub mailings: Vec<(i64, NaiveDateTime)>,
}

/// `None` when the person may be contacted, otherwise the first reason against it.
#[must_use]
pub fn decide(facts: &Facts, question: &Question) -> Option<Reason> {
    Reason::ALL.iter().copied().find(|reason| holds(*reason, facts, question))
}

fn holds(reason: Reason, facts: &Facts, question: &Question) -> bool {
    match reason {
        Reason::Erased => facts.erased,
        Reason::Deceased => facts.deceased,
        Reason::DoNotContact => facts.refused.contains(&RefusalScope::Everything),
        Reason::Restricted => facts.refused.contains(&RefusalScope::Restricted),
        Reason::Paused => facts.refused.contains(&RefusalScope::Pause),
        // Protected identity bars letters, lists and exports, not e-mail that the person asked for (P8).
        Reason::Protected => facts.protected && question.channel != Channel::Email,
        Reason::NoAddress => !facts.has_address,
        Reason::Suppressed => facts.suppressed,
        Reason::Channel => facts.refused.contains(&RefusalScope::Channel(question.channel)),
        Reason::Unit => question.units.iter().any(|unit| facts.refused.contains(&RefusalScope::Unit(*unit))),
        Reason::Topic => {
            question.topic.is_some_and(|topic| facts.refused.contains(&RefusalScope::Topic(topic)))
        }
        Reason::UnitTopic => question.offers().iter().any(|offer| facts.refused.contains(offer)),
        Reason::ImportantOnly => question.too_light().is_some_and(|scope| facts.refused.contains(&scope)),
        Reason::Digest => question.single_event().is_some_and(|scope| facts.refused.contains(&scope)),
        Reason::NoLegalBasis => {
            question.legal_basis == Some(LegalBasis::Consent) && !has_consent(facts, question)
        }
        Reason::AlreadyInvited => question.invitation.is_some_and(|campaign| facts.invitation.bars(campaign)),
        Reason::ContactPressure => question.limits.iter().any(|limit| limit.is_reached(&facts.mailings)),
        Reason::Unconfirmed => facts.unconfirmed,
        // Not about one person.
        Reason::SameAddress | Reason::Cancelled => false,
    }
}

fn has_consent(facts: &Facts, question: &Question) -> bool {
    facts.consents.iter().any(|(purpose, channel, unit)| {
        question.purpose.as_ref().is_none_or(|asked| asked == purpose)
            // Agreeing to be measured allows nobody to write.
            && purpose != MEASURING
            && *channel == question.channel
            && unit.is_none_or(|unit| question.units.contains(&unit))
    })
}
