//! What is asked about a person.

use std::fmt;
use std::str::FromStr;

use super::pressure::Limit;
pub use crate::kernel::channel::Channel;
use crate::units::UnitTree;

crate::text_enum! {
    /// Why the law lets us process (GDPR article 6(1) a, b, e, c, f).
    LegalBasis {
        Consent = "consent",
        Contract = "contract",
        PublicInterest = "public_interest",
        LegalObligation = "legal_obligation",
        LegitimateInterest = "legitimate_interest",
    }
}

crate::text_enum! {
    /// How much a mailing matters to whoever wants less of them.
    Weight {
        /// What nobody should miss who wants anything at all; marked so by somebody with the role for it.
        Important = "important",
        /// An invitation to an event: about the topic `events`.
        Event = "event",
        Ordinary = "ordinary",
    }
}

/// What somebody said no to. A "no" to a unit holds for the units beneath it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalScope {
    /// Do not contact me.
    Everything,
    /// Not in this way.
    Channel(Channel),
    /// Not from this unit.
    Unit(i64),
    /// Not about this.
    Topic(i64),
    /// Not about this from this unit in this way: the narrowest "no".
    Offer {
        /// The unit, and those beneath it.
        unit: i64,
        /// What it is about.
        topic: i64,
        /// In which way.
        channel: Channel,
    },
    /// Nothing but what is important.
    Ordinary,
    /// No invitation to an event by itself: all of a month in one mail.
    SingleEvents,
    /// Nothing for a while: the only "no" with an end.
    Pause,
    /// Keep what you have of me and do nothing else with it (GDPR article 18).
    Restricted,
}

/// A stored scope that this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a scope of a refusal")]
pub struct UnknownScope(pub String);

impl fmt::Display for RefusalScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Channel(channel) => write!(f, "channel:{channel}"),
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Topic(topic) => write!(f, "topic:{topic}"),
            Self::Offer { unit, topic, channel } => write!(f, "offer:{unit}:{topic}:{channel}"),
            Self::Ordinary => f.write_str("ordinary"),
            Self::SingleEvents => f.write_str("single_events"),
            Self::Pause => f.write_str("pause"),
            Self::Restricted => f.write_str("restricted"),
        }
    }
}

impl FromStr for RefusalScope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownScope(text.to_owned());
        match text.split_once(':') {
            None if text == "everything" => Ok(Self::Everything),
            None if text == "ordinary" => Ok(Self::Ordinary),
            None if text == "single_events" => Ok(Self::SingleEvents),
            None if text == "pause" => Ok(Self::Pause),
            None if text == "restricted" => Ok(Self::Restricted),
            Some(("channel", channel)) => channel.parse().map(Self::Channel).map_err(|_| unknown()),
            Some(("unit", unit)) => unit.parse().map(Self::Unit).map_err(|_| unknown()),
            Some(("topic", topic)) => topic.parse().map(Self::Topic).map_err(|_| unknown()),
            Some(("offer", offer)) => Self::offer(offer).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

impl RefusalScope {
    /// Reads `UNIT:TOPIC:CHANNEL`.
    fn offer(text: &str) -> Option<Self> {
        let (unit, rest) = text.split_once(':')?;
        let (topic, channel) = rest.split_once(':')?;
        Some(Self::Offer {
            unit: unit.parse().ok()?,
            topic: topic.parse().ok()?,
            channel: channel.parse().ok()?,
        })
    }
}

/// "May we contact them in this way, from this unit, about this, for this purpose, on this basis?"
/// What is left out is not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub(super) channel: Channel,
    pub(super) units: Vec<i64>,
    pub(super) topic: Option<i64>,
    pub(super) purpose: Option<String>,
    pub(super) legal_basis: Option<LegalBasis>,
    pub(super) invitation: Option<i64>,
    pub(super) weight: Option<Weight>,
    /// The caps on mailings: see [`with_caps`](super::with_caps).
    pub(super) limits: Vec<Limit>,
    /// The only people who are asked about, where they are few.
    pub(super) people: Option<Vec<i64>>,
}

impl Question {
    /// Asks about a channel alone.
    #[must_use]
    pub const fn new(channel: Channel) -> Self {
        Self {
            channel,
            units: Vec::new(),
            topic: None,
            purpose: None,
            legal_basis: None,
            invitation: None,
            weight: None,
            limits: Vec::new(),
            people: None,
        }
    }

    /// The channel that is asked about.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The unit that would send, and those that it belongs to; empty while no unit is asked about.
    #[must_use]
    pub fn units(&self) -> &[i64] {
        &self.units
    }

    /// Asks for a mailing from this unit.
    #[must_use]
    pub fn from_unit(mut self, unit: i64, tree: &UnitTree) -> Self {
        self.units = tree.with_ancestors(unit);
        self
    }

    /// Asks for a mailing about this topic.
    #[must_use]
    pub const fn about(mut self, topic: i64) -> Self {
        self.topic = Some(topic);
        self
    }

    /// Every narrow "no" that would speak against what is asked about: the topic from the unit, or from one that it
    /// belongs to, in this way.
    pub(super) fn offers(&self) -> Vec<RefusalScope> {
        let channel = self.channel;
        let of = |topic| move |unit: &i64| RefusalScope::Offer { unit: *unit, topic, channel };
        self.topic.map_or_else(Vec::new, |topic| self.units.iter().map(of(topic)).collect())
    }

    /// Asks for a mailing that matters so much.
    #[must_use]
    pub const fn weighing(mut self, weight: Weight) -> Self {
        self.weight = Some(weight);
        self
    }

    /// The same without how much it matters: for those who get it some other way than by itself.
    #[must_use]
    pub fn without_frequency(&self) -> Self {
        Self { weight: None, ..self.clone() }
    }

    /// What those who want important mailings alone do not want of this.
    pub(super) fn too_light(&self) -> Option<RefusalScope> {
        self.weight.filter(|weight| *weight != Weight::Important).map(|_| RefusalScope::Ordinary)
    }

    /// What those who want a digest do not want by itself.
    pub(super) fn single_event(&self) -> Option<RefusalScope> {
        self.weight.filter(|weight| *weight == Weight::Event).map(|_| RefusalScope::SingleEvents)
    }

    /// Asks for a purpose, given by its code.
    #[must_use]
    pub fn with_purpose(mut self, purpose: &str) -> Self {
        self.purpose = Some(purpose.to_owned());
        self
    }

    /// Asks for an invitation by this campaign (0 while it has no number), which nobody gets twice.
    #[must_use]
    pub const fn inviting(mut self, campaign: i64) -> Self {
        self.invitation = Some(campaign);
        self
    }

    /// The same without what is asked of invitations alone.
    #[must_use]
    pub fn without_invitation(&self) -> Self {
        Self { invitation: None, ..self.clone() }
    }

    /// Whether it is asked for an invitation.
    #[must_use]
    pub const fn is_invitation(&self) -> bool {
        self.invitation.is_some()
    }

    /// Asks on a legal basis.
    #[must_use]
    pub const fn on_basis(mut self, basis: LegalBasis) -> Self {
        self.legal_basis = Some(basis);
        self
    }
}
