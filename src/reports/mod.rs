//! What became of campaigns, for whoever decides about the next one (product P36).
//!
//! Totals, opens and clicks are read from the running totals of their owners. What became of groups of people is
//! counted in the background, again whenever something has happened, so that no page counts over a big table
//! ([`Counter`]). Of somebody who is erased the numbers stay, under groups and nobody's name ([`keep`]).
//!
//! The register itself is counted once a day ([`Surveyor`]): whom it reaches, how it grows, how well its addresses are.
//!
//! Owns the tables `campaign_groups`, `campaign_counts` and `register_surveys`.

mod counter;
mod fold;
mod groups;
mod read;
mod register;
mod store;

pub use counter::{Counter, keep};
pub use fold::{Folded, Group, SMALLEST};
pub use read::{Figures, Hour, Report, earlier, earlier_names, figures, programme_names, report};
pub use register::{Gauge, Snapshot, Surveyor, over_time};

crate::text_enum! {
    /// By what people are told apart.
    Dimension {
        /// Not at all.
        All = "all",
        /// When it happened: a number of hours since 1970 (UTC).
        Hour = "hour",
        Programme = "programme",
        Faculty = "faculty",
        /// The first year of the decade of graduation.
        Decade = "decade",
        Region = "region",
        /// The first two digits of the code of what they do now.
        Profession = "profession",
        Language = "language",
        /// Of the address that the mail went to.
        Domain = "domain",
        /// What they refused when they left.
        Choice = "choice",
    }
}

impl Dimension {
    /// Those by which staff see groups of people.
    pub const OF_PEOPLE: [Self; 7] = [
        Self::Programme,
        Self::Faculty,
        Self::Decade,
        Self::Region,
        Self::Profession,
        Self::Language,
        Self::Domain,
    ];
}

crate::text_enum! {
    /// What is counted of a group: people.
    Measure {
        /// To whom the campaign was to go.
        Recipients = "recipients",
        Sent = "sent",
        Failed = "failed",
        Bounced = "bounced",
        Complained = "complained",
        Unsubscribed = "unsubscribed",
        /// Who agreed to be measured, in a campaign that does.
        Measured = "measured",
        Opened = "opened",
        Clicked = "clicked",
    }
}
