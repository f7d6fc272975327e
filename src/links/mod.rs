//! Signed links: whoever holds one may do the one thing that it was made for, without a password.
//!
//! A token is URL-safe base64 without padding of version and purpose (1 byte), key id (1), up to three
//! 64-bit numbers, and HMAC-SHA256 over all of that cut to 16 bytes. Nothing is looked up before the
//! signature is found genuine, in constant time.

mod keys;
mod token;
mod urls;

pub use keys::{InvalidSecretKeys, SecretKeys};
pub use token::{BounceToken, InvalidToken, Signer, TRAP, Token};
pub use urls::Urls;
