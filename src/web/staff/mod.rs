//! Pages for staff. Every handler asks [`crate::staff::may`] before it does anything.

pub mod account;
pub mod sign_in;
