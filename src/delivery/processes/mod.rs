//! The processes that send: who lives, and what the dead left behind.

mod store;

pub(super) use store::{farewell, heartbeat, take_over};
