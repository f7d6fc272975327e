//! A pause: a "no" to everything with an end. While it is stored it holds, for one person and for many alike; the worker
//! takes it back when its time has come, as an act of its own in the history.

mod store;

pub use store::{end_pauses, pause, paused_until};
