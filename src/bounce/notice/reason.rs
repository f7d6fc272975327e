//! What a bounce means: the classes that decide what happens to an address, and the reasons behind them.

crate::text_enum! {
    /// What follows for the address (product P34).
    Class {
        /// Nobody there, and there will not be: the address is out.
        Hard = "hard",
        /// May pass: mailbox full, server away, too much at once.
        Soft = "soft",
        /// Aimed at the sender or the sending server, not at the person.
        Block = "block",
        /// Aimed at this message: its size or its form.
        Message = "message",
        /// No bounce at all: delivered, still being tried, an answer, a complaint.
        None = "none",
    }
}

crate::text_enum! {
    /// Why a message did not arrive, as far as the report lets us know.
    Reason {
        /// No such mailbox.
        UserUnknown = "user_unknown",
        /// No such domain, or it takes no mail.
        HostUnknown = "host_unknown",
        /// Not an address (5.1.3).
        BadAddress = "bad_address",
        /// The person has another address, the mailbox or the domain another owner (5.1.6, RFC 7293).
        Moved = "moved",
        /// The mailbox exists and is shut; it may be opened again.
        Disabled = "disabled",
        /// The mailbox is full.
        MailboxFull = "mailbox_full",
        /// The server is out of room.
        SystemFull = "system_full",
        /// Too much at once.
        RateLimited = "rate_limited",
        /// It was tried for days.
        Expired = "expired",
        /// The server could not be reached.
        Network = "network",
        /// Something is wrong with the server.
        System = "system",
        /// The mail goes round.
        Loop = "loop",
        /// A failure that says no more.
        Unknown = "unknown",
        /// A verdict on the content.
        Spam = "spam",
        /// A virus scanner's verdict.
        Virus = "virus",
        /// The sending address stands on a list.
        Blocklist = "blocklist",
        /// The sender is not trusted.
        Reputation = "reputation",
        /// A rule of the receiver.
        Policy = "policy",
        /// SPF, DKIM, DMARC.
        Authentication = "authentication",
        /// The sending server has no proper name.
        ReverseName = "reverse_name",
        /// Encryption is wanted, or failed.
        Tls = "tls",
        /// The message breaks a rule of form.
        RfcCompliance = "rfc_compliance",
        /// The sender is not wanted.
        SenderRefused = "sender_refused",
        /// The server takes no mail for that domain from us.
        Relaying = "relaying",
        /// Refused, and no word why.
        Blocked = "blocked",
        /// Too big.
        TooBig = "too_big",
        /// Something in the message is not taken.
        Content = "content",
        /// Delivered, or handed on.
        Delivered = "delivered",
        /// Still being tried.
        Delayed = "delayed",
        /// A machine answered for the person (RFC 3834).
        AutoReply = "auto_reply",
        /// A machine asks us to prove that we are people.
        Challenge = "challenge",
        /// The person, or the provider, calls the message abuse (RFC 5965).
        Complaint = "complaint",
        /// The person wants no more of it.
        OptOut = "opt_out",
        /// The person says that it was no spam.
        NotSpam = "not_spam",
        /// A report on authentication, not on a person (RFC 6591).
        AuthenticationReport = "authentication_report",
    }
}

impl Reason {
    /// The class of a failure for this reason that will not be tried again.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::UserUnknown | Self::HostUnknown | Self::BadAddress | Self::Moved => Class::Hard,
            Self::Disabled
            | Self::MailboxFull
            | Self::SystemFull
            | Self::RateLimited
            | Self::Expired
            | Self::Network
            | Self::System
            | Self::Loop
            | Self::Unknown => Class::Soft,
            Self::Spam
            | Self::Virus
            | Self::Blocklist
            | Self::Reputation
            | Self::Policy
            | Self::Authentication
            | Self::ReverseName
            | Self::Tls
            | Self::RfcCompliance
            | Self::SenderRefused
            | Self::Relaying
            | Self::Blocked => Class::Block,
            Self::TooBig | Self::Content => Class::Message,
            Self::Delivered
            | Self::Delayed
            | Self::AutoReply
            | Self::Challenge
            | Self::Complaint
            | Self::OptOut
            | Self::NotSpam
            | Self::AuthenticationReport => Class::None,
        }
    }
}
