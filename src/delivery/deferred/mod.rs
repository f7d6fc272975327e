//! Rows that wait for their time: after a fault that passes, for a domain that has enough, or for the winner of a trial.

mod store;

pub(super) use store::{is_due, next_attempt, postpone, requeue_due};
