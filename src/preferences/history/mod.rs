//! What a person said, in the order in which they said it.

mod store;

pub use store::{ConsentEvent, PreferenceEvent, consent_events, preference_events};
