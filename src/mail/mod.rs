//! mail
pub mod message;
