//! The sample of a trial: who gets which variant before the winner is known. The rest waits as deferred without a time.

mod store;

pub use store::{counts_by_variant, is_trying, variant_for, waiting_for_winner};
pub(super) use store::{draw, requeue_rest, rest_may_go};
