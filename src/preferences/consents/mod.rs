//! What people agreed to (product P19): every act is kept with its words; what stands now is derived from the acts.

mod store;

use sha2::{Digest as _, Sha256};

pub use store::{Agreed, ConsentRecord, agreed, record_consents};
pub(super) use store::{forget, moving, restand};

/// Texts that carry no version of their own are told apart by the beginning of their digest.
#[must_use]
pub fn text_version(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..4])
}
