//! What a person said over time: for the person themselves (product P38).

mod store;

pub use store::{ConsentAct, PreferenceAct, consent_acts, preference_acts};
