//! Addresses that must not be used, whoever stands behind them: they bounced, somebody complained, or staff said so.

mod store;

pub use store::{
    Suppression, latest_suppressions, lift_suppression, lift_suppression_by_id, suppress, suppression,
    suppression_by_id, suppression_of, suppressions,
};

crate::text_enum! {
    /// Why an address must not be used.
    SuppressionReason {
        Bounce = "bounce",
        Complaint = "complaint",
        Staff = "staff",
    }
}
