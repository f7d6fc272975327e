//! Who was invited to the network, and what they answered (product P13): once, ever.
//!
//! ```text
//! not invited --marked as sending--> invited --accepts--> member
//!      ^                                |   '--declines--> erased: the row only counts
//!      '---- the mail never arrived ----'      a member who leaves is remembered as one who left
//! ```
//!
//! A row is written in the transaction that marks the message as sending, so of two campaigns that run at the same
//! time one invites. It is taken back when the mail surely reached nobody. Owns the table `invitations`.

mod store;

pub use store::{
    accept, claim, follow_merge, forget, joined, leave, network, standing, tally, undo_merge, withdraw,
    withdraw_cancelled,
};

crate::text_enum! {
    /// What somebody answered.
    Answer {
        Accepted = "accepted",
        Declined = "declined",
        /// Had accepted, and left the network later.
        Left = "left",
    }
}

crate::text_enum! {
    /// How a person stands to the network.
    Network {
        NotInvited = "not_invited",
        /// Asked, and has not answered.
        Invited = "invited",
        Member = "member",
        /// Was a member, and left.
        Left = "left",
    }
}

/// What a person's invitation means for another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// There was none.
    #[default]
    Never,
    /// This campaign invited, and has no answer: its own message may be tried again.
    Open {
        /// The campaign.
        campaign: i64,
    },
    /// Answered, or told of somebody who became another person.
    Settled,
}

impl Standing {
    /// Whether this campaign would be a second invitation.
    #[must_use]
    pub fn bars(self, campaign: i64) -> bool {
        match self {
            Self::Never => false,
            Self::Open { campaign: other } => other != campaign,
            Self::Settled => true,
        }
    }
}

/// What became of a campaign's invitations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Answers {
    /// People who were invited; those who are erased by now count too.
    pub invited: i64,
    /// Who said yes.
    pub accepted: i64,
    /// Who said no; their details are deleted.
    pub declined: i64,
    /// Who has not answered.
    pub unanswered: i64,
}
