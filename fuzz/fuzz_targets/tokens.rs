//! Signed links and bounce addresses: none that we did not sign is genuine.
#![no_main]

use brevduva::links::{SecretKeys, Signer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let keys: SecretKeys = format!("k0:{}", "ab".repeat(32)).parse().expect("the key is right");
    let signer = Signer::new(keys);
    assert!(signer.verify(text).is_err());
    assert!(signer.verify_bounce(text).is_err());
});
