//! Whether the person themselves confirmed that they want to be here (product P45).
//!
//! A sign-up by a form waits outside the register until it is confirmed, so nobody comes from there unconfirmed. Somebody
//! whom staff or a program enter as interested and as nothing else is here only because of somebody else's word:
//! nothing is sent to them before they sign up by a form and confirm it, or staff note that they said so.

mod store;

pub use store::{confirm, is_unconfirmed, wait_for_confirmation};
pub(super) use store::{follow_merge, forget};
