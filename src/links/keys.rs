//! The secret keys: the first signs, all verify, so that keys can be changed without breaking old links.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::token::mac;

/// Keys by id; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKeys(Vec<(u8, Vec<u8>)>);

/// Why a text holds no keys. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecretKeys {
    /// Not of the form `k1:hex,k0:hex`.
    #[error("write k0: and hexadecimal digits, several separated by commas, the newest first (k1:…,k0:…)")]
    Form,
    /// An id outside k0 to k255.
    #[error("key ids go from k0 to k255")]
    Id,
    /// One id has two keys.
    #[error("each key id may stand once")]
    Repeated,
    /// Under 32 bytes.
    #[error("each key needs at least 64 hexadecimal digits, for instance from: openssl rand -hex 32")]
    Short,
}

impl SecretKeys {
    /// The key that signs and hashes what is new.
    #[must_use]
    pub fn newest(&self) -> (u8, &[u8]) {
        // FromStr refuses an empty list, so there is a first key.
        self.0.first().map_or((0, &[]), |(id, key)| (*id, key))
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: u8) -> Option<&[u8]> {
        self.0.iter().find(|(key_id, _)| *key_id == id).map(|(_, key)| key.as_slice())
    }

    /// Every key with its id, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.0.iter().map(|(id, key)| (*id, key.as_slice()))
    }

    /// The keyed hash (HMAC-SHA256, hexadecimal) of a value under each key with its id, the newest first. Hashes of
    /// different `kinds` have nothing to do with each other.
    #[must_use]
    pub fn hashes(&self, kind: &str, value: &str) -> Vec<(u8, String)> {
        let text = format!("{kind}\0{value}");
        self.iter().map(|(id, key)| (id, HEXLOWER.encode(&mac(key, text.as_bytes())))).collect()
    }
}

impl FromStr for SecretKeys {
    type Err = InvalidSecretKeys;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut keys: Vec<(u8, Vec<u8>)> = Vec::new();
        for part in text.split(',') {
            let (id, hex) = part.trim().split_once(':').ok_or(InvalidSecretKeys::Form)?;
            let digits = id.strip_prefix('k').ok_or(InvalidSecretKeys::Form)?;
            let id = digits.parse::<u8>().map_err(|_| InvalidSecretKeys::Id)?;
            let key = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(|_| InvalidSecretKeys::Form)?;
            if key.len() < 32 {
                return Err(InvalidSecretKeys::Short);
            }
            if keys.iter().any(|(known, _)| *known == id) {
                return Err(InvalidSecretKeys::Repeated);
            }
            keys.push((id, key));
        }
        if keys.is_empty() { Err(InvalidSecretKeys::Form) } else { Ok(Self(keys)) }
    }
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| format!("k{id}"))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidSecretKeys, SecretKeys};

    #[test]
    fn the_first_key_signs_and_all_are_found() {
        let keys: SecretKeys = format!("k7:{}, k0:{}", "0A".repeat(32), "bb".repeat(40)).parse().unwrap();
        assert_eq!(keys.newest().0, 7);
        assert_eq!(keys.get(0).unwrap().len(), 40);
        assert!(keys.get(1).is_none());
        assert_eq!(format!("{keys:?}"), r#"["k7", "k0"]"#);
    }

    #[test]
    fn hashes_tell_keys_kinds_and_values_apart() {
        let keys: SecretKeys = format!("k7:{},k0:{}", "0a".repeat(32), "bb".repeat(32)).parse().unwrap();
        let hashes = keys.hashes("address", "a@example.org");
        assert_eq!(hashes.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [7, 0]);
        assert!(hashes.iter().all(|(_, hash)| hash.len() == 64));
        assert_ne!(hashes[0].1, hashes[1].1);
        assert_eq!(hashes, keys.hashes("address", "a@example.org"));
        assert_ne!(hashes, keys.hashes("number", "a@example.org"));
        assert_ne!(hashes, keys.hashes("address", "b@example.org"));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, error) in [
            ("", InvalidSecretKeys::Form),
            ("abc", InvalidSecretKeys::Form),
            ("k256:00", InvalidSecretKeys::Id),
            ("k0:00", InvalidSecretKeys::Short),
        ] {
            assert_eq!(text.parse::<SecretKeys>().unwrap_err(), error, "{text}");
        }
    }
}
