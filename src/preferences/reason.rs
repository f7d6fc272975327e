//! Why a person is left out.

crate::text_enum! {
    /// One reason per person: the first of these that holds.
    Reason {
        Erased = "erased",
        Deceased = "deceased",
        DoNotContact = "do_not_contact",
        /// Asked that nothing but keeping be done with their data.
        Restricted = "restricted",
        /// Wants nothing for a while.
        Paused = "paused",
        Protected = "protected",
        NoAddress = "no_address",
        Suppressed = "suppressed",
        Channel = "channel",
        Unit = "unit",
        Topic = "topic",
        /// Said no to the topic from the unit, or from one that it belongs to, in this way.
        UnitTopic = "unit_topic",
        /// Wants nothing but what is important.
        ImportantOnly = "important_only",
        /// Gets the invitations of a month in one mail instead.
        Digest = "digest",
        NoLegalBasis = "no_legal_basis",
        /// Was signed up by somebody else and has not confirmed it.
        Unconfirmed = "unconfirmed",
        /// Got as many mailings lately as a cap allows.
        ContactPressure = "contact_pressure",
        /// Was invited to the network before; asked by invitations alone.
        AlreadyInvited = "already_invited",
        SameAddress = "same_address",
        /// The campaign was cancelled before this person's turn; nothing about the person.
        Cancelled = "cancelled",
    }
}

impl Reason {
    /// Whether the reason is about one person alone. The others are about the campaign or about several
    /// people together.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::SameAddress | Self::Cancelled)
    }
}
