//! What a newcomer needs to see everything work: invented alumni in the register.

pub mod people;
mod register;

pub use register::fill;
