//! What a newcomer needs to see everything work: invented alumni, and the mail catcher.

pub mod people;

pub use crate::catcher;
