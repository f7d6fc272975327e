//! Mail: how a message is built, how it goes to a relay, and what the relay answered. The only module that
//! speaks SMTP.
//!
//! Owns the table `outbox`.

pub mod dkim;
mod encrypted;
pub mod message;
pub mod outbox;
pub mod outcome;
pub mod relay;
