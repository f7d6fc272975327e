//! What people did with our mails, kept only of those who agreed to be measured one by one (product P35).
//!
//! A click says nothing about opening: many mail programs show no pictures, and then the pixel is not fetched.

mod store;

use chrono::NaiveDateTime;

use crate::db::schema::engagements;
use crate::kernel::language::Language;

pub use store::{
    engagement_history, engagements_of, forget_engagements, record_engagements, take_back_engagements,
};
pub(super) use store::{hand_over, rows};

/// The link number that stands for the open pixel.
pub const PIXEL: i32 = -1;

crate::text_enum! {
    /// What somebody did with a mail.
    Deed {
        Opened = "opened",
        Clicked = "clicked",
    }
}

/// Something that one person did with the mail of a campaign, to the hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash, diesel::Insertable, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = engagements, treat_none_as_default_value = false)]
pub struct Engagement {
    /// Who.
    pub contact_id: i64,
    /// With the mail of which campaign.
    pub campaign_id: i64,
    /// What.
    pub did: Deed,
    /// The language of the mail.
    pub language: Language,
    /// Which of the campaign's links in that language, or [`PIXEL`].
    pub link: i32,
    /// The hour in which it happened, UTC.
    pub happened_at: NaiveDateTime,
}
