//! The one answer to "may we contact this person, about this, in this way?" (product P17-P21).
//!
//! [`decide`] answers for one person whose [`Facts`] were read, [`reason_of`] answers for as many as a
//! query finds. Both go through [`Reason::ALL`] in the same order and tell the first reason that holds.
//! Owns the tables `refusals`, `preference_events`, `recorded_wishes`, `suppressions`, `consents`,
//! `standing_consents`, `consent_texts`, `contact_caps` and `unconfirmed_contacts`.

mod confirmation;
mod consents;
mod decide;
mod history;
mod measuring;
mod pause;
mod predicate;
pub mod pressure;
mod question;
mod reason;
mod recorded;
mod store;
mod suppressions;
pub mod texts;

pub use confirmation::{confirm, is_unconfirmed, wait_for_confirmation};
pub use consents::{Agreed, ConsentRecord, agreed, record_consents, text_version};
pub use decide::{Facts, decide};
pub use history::{ConsentEvent, PreferenceEvent, consent_events, preference_events};
pub use measuring::{
    MEASURING, MEASURING_VERSION, is_measured, measured, measuring_record, measuring_subject,
};
pub use pause::{end_pauses, pause, paused_until};
pub use predicate::{Mailed, mailed, reason_of, refused};
pub use pressure::with_caps;
pub use question::{Channel, LegalBasis, Question, RefusalScope, UnknownScope, Weight};
pub use reason::Reason;
pub use recorded::{
    Agreement, Arrival, InvalidWish, Recorded, Way, record_agreement, record_wish, recorded_of,
};
pub use store::{
    MovedPreferences, PreferenceSource, Voice, allow, facts, follow_merge, forget, refusals, refuse,
    undo_merge,
};
pub use suppressions::{
    Suppression, SuppressionReason, latest_suppressions, lift_suppression, lift_suppression_by_id, suppress,
    suppression, suppression_by_id, suppression_of, suppressions,
};
