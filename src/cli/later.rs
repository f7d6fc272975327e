//! Commands that scripts may already name and that do not exist yet: they say so and exit with 2.

/// A command of a later version.
#[derive(Debug, thiserror::Error)]
#[error("\"brevduva {0}\" is not there yet in this version; nothing was done")]
pub(super) struct NotYet(pub &'static str);
