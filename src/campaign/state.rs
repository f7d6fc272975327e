//! Where a campaign stands and what may happen next.

crate::text_enum! {
    /// The states of a campaign (contract, "Counts and states").
    CampaignState {
        Draft = "draft",
        InReview = "in_review",
        Scheduled = "scheduled",
        Freezing = "freezing",
        Sending = "sending",
        Paused = "paused",
        Finished = "finished",
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// What a campaign is.
    CampaignKind {
        /// Something to read.
        Mailing = "mailing",
        /// The question whether to join the network, which nobody gets twice (product P13).
        Invitation = "invitation",
    }
}

crate::text_enum! {
    /// Whether opens and clicks are counted (product P35).
    Tracking {
        Off = "off",
        Aggregate = "aggregate",
        Individual = "individual",
    }
}

/// A step that the campaign's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a campaign that is {from} cannot be {step}; {}", self.hint())]
pub struct TransitionError {
    /// Where the campaign stands.
    pub from: CampaignState,
    /// What was wanted, as a participle.
    pub step: &'static str,
}

impl TransitionError {
    fn hint(&self) -> &'static str {
        match self.from {
            CampaignState::Finished => "make a new campaign",
            CampaignState::Cancelled => "a cancelled campaign stays as it is; make a new one",
            CampaignState::Paused => "resume or cancel it",
            CampaignState::Draft | CampaignState::InReview => "launch it first",
            CampaignState::Scheduled | CampaignState::Freezing | CampaignState::Sending => {
                "it is on its way: pause it or cancel it"
            }
        }
    }
}

impl CampaignState {
    /// Whether what is said and to whom may still change.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::InReview)
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }

    /// Launching, now or later.
    pub(super) const fn launched(self) -> Result<Self, TransitionError> {
        match self {
            // Whether it was approved is for review to say.
            Self::Draft | Self::InReview => Ok(Self::Scheduled),
            from => Err(TransitionError { from, step: "launched" }),
        }
    }

    /// Pausing keeps everything where it is. Before the freeze there is nothing to pause: cancel instead.
    pub(super) const fn paused(self) -> Result<Self, TransitionError> {
        match self {
            Self::Sending => Ok(Self::Paused),
            from => Err(TransitionError { from, step: "paused" }),
        }
    }

    pub(super) const fn resumed(self) -> Result<Self, TransitionError> {
        match self {
            Self::Paused => Ok(Self::Sending),
            from => Err(TransitionError { from, step: "resumed" }),
        }
    }

    /// Sending to those again whom it failed to reach.
    pub(super) const fn reopened(self) -> Result<Self, TransitionError> {
        match self {
            Self::Finished | Self::Sending => Ok(Self::Sending),
            Self::Paused => Ok(Self::Paused),
            from => Err(TransitionError { from, step: "sent again" }),
        }
    }

    pub(super) const fn cancelled(self) -> Result<Self, TransitionError> {
        match self {
            Self::Scheduled | Self::Freezing | Self::Sending | Self::Paused => Ok(Self::Cancelled),
            from => Err(TransitionError { from, step: "cancelled" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CampaignState as S;

    #[test]
    fn only_the_steps_of_the_drawing_are_allowed() {
        let steps: Vec<_> = S::ALL
            .iter()
            .map(|state| {
                (state.launched().ok(), state.paused().ok(), state.resumed().ok(), state.cancelled().ok())
            })
            .collect();
        let none = (None, None, None, None);
        let cancel = (None, None, None, Some(S::Cancelled));
        assert_eq!(
            steps,
            [
                (Some(S::Scheduled), None, None, None),
                (Some(S::Scheduled), None, None, None),
                cancel,
                cancel,
                (None, Some(S::Paused), None, Some(S::Cancelled)),
                (None, None, Some(S::Sending), Some(S::Cancelled)),
                none,
                none,
            ]
        );
    }
}
