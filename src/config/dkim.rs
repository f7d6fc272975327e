//! The keys that sign mails (DKIM, RFC 6376), one or two for a sender's domain.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::Signer;
use serde::{Deserialize, Serialize};

use super::{ConfigError, wrong};

/// RFC 8301 section 3.2 asks signers for so many bits at the least.
const FEWEST_BITS: u32 = 2048;

/// One `[[dkim]]` of the settings file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    domain: String,
    selector: String,
    key_file: PathBuf,
}

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// RSA with at least 2048 bits: what every verifier knows.
    Rsa,
    /// Ed25519 (RFC 8463): a fraction of RSA's time, and not yet known everywhere.
    Ed25519,
}

/// A private key and the name under which its public half is published.
pub struct DkimKey {
    domain: String,
    selector: String,
    algorithm: DkimAlgorithm,
    key: PKey<Private>,
}

/// The keys of all domains. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct DkimKeys(Arc<[DkimKey]>);

impl fmt::Debug for DkimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DkimKey({}, {:?})", self.record_name(), self.algorithm)
    }
}

impl DkimKeys {
    /// Reads the key files.
    pub(super) fn read(written: &[Written]) -> Result<Self, ConfigError> {
        let keys: Vec<DkimKey> = written.iter().map(DkimKey::read).collect::<Result<_, _>>()?;
        for (place, key) in keys.iter().enumerate() {
            if keys[..place].iter().any(|other| other.record_name() == key.record_name()) {
                let right = "it stands there twice; each key of a domain has a selector of its own";
                return Err(wrong("selector of [[dkim]]", &key.selector, right));
            }
        }
        Ok(Self(keys.into()))
    }

    /// Keys in the form of [`DkimKey::new`], for programs that need no settings file.
    #[must_use]
    pub fn new(keys: Vec<DkimKey>) -> Self {
        Self(keys.into())
    }

    /// Every key, in the order of the file.
    #[must_use]
    pub fn as_slice(&self) -> &[DkimKey] {
        &self.0
    }

    /// The keys that sign what a sender in this domain sends: those of the domain itself, else those of the nearest
    /// domain above it, which DMARC takes for the same organisation (RFC 7489 section 3.1.1).
    pub fn of(&self, domain: &str) -> impl Iterator<Item = &DkimKey> {
        let covers = move |key: &&DkimKey| {
            domain == key.domain
                || domain.strip_suffix(key.domain.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        let nearest = self.0.iter().filter(covers).map(|key| key.domain.len()).max();
        self.0.iter().filter(covers).filter(move |key| Some(key.domain.len()) == nearest)
    }
}

impl DkimKey {
    /// A key from its PEM form: PKCS #8, or for RSA also PKCS #1.
    ///
    /// # Errors
    /// Says what would be right; never repeats anything of the key.
    pub fn new(domain: &str, selector: &str, pem: &[u8]) -> Result<Self, ConfigError> {
        let domain = match idna::domain_to_ascii_strict(domain) {
            Ok(ascii) if ascii.contains('.') => ascii,
            _ => {
                return Err(wrong(
                    "domain of [[dkim]]",
                    domain,
                    "write the sender's domain, like example.se",
                ));
            }
        };
        let label = |label: &str| {
            (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if selector.len() > 100 || !selector.split('.').all(label) {
            let right = "write letters, digits and hyphens, like brevduva2026";
            return Err(wrong("selector of [[dkim]]", selector, right));
        }
        let unusable = |right: &str| wrong("key_file of [[dkim]]", "the key", right);
        let key = PKey::private_key_from_pem_callback(pem, |_| Ok(0)).map_err(|_| {
            unusable(
                "write a private key without a password in PEM form, for instance from: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            )
        })?;
        let algorithm = match key.id() {
            Id::RSA if key.bits() >= FEWEST_BITS => DkimAlgorithm::Rsa,
            Id::RSA => return Err(unusable("take an RSA key of at least 2048 bits (RFC 8301)")),
            Id::ED25519 => DkimAlgorithm::Ed25519,
            _ => return Err(unusable("take an RSA or an Ed25519 key")),
        };
        Ok(Self { domain, selector: selector.to_ascii_lowercase(), algorithm, key })
    }

    fn read(written: &Written) -> Result<Self, ConfigError> {
        let pem = std::fs::read(&written.key_file).map_err(|error| {
            let right = format!("the file cannot be read ({error})");
            wrong("key_file of [[dkim]]", &shown(&written.key_file), &right)
        })?;
        Self::new(&written.domain, &written.selector, &pem).map_err(|error| match error {
            ConfigError::Setting { name, right, .. } if name.starts_with("key_file") => {
                wrong(&name, &shown(&written.key_file), &right)
            }
            other => other,
        })
    }

    /// The domain that signs, in its ASCII form.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The name of the key in that domain.
    #[must_use]
    pub fn selector(&self) -> &str {
        &self.selector
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> DkimAlgorithm {
        self.algorithm
    }

    /// Signs octets as RFC 6376 section 3.3.1 (RSA) and RFC 8463 section 3 (Ed25519, over the digest) say.
    ///
    /// # Errors
    /// When the library fails.
    pub fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        match self.algorithm {
            DkimAlgorithm::Rsa => {
                Signer::new(MessageDigest::sha256(), &self.key)?.sign_oneshot_to_vec(octets)
            }
            DkimAlgorithm::Ed25519 => {
                Signer::new_without_digest(&self.key)?.sign_oneshot_to_vec(&openssl::sha::sha256(octets))
            }
        }
    }

    /// The name of the TXT record that publishes the key.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The value of that record (RFC 6376 section 3.6.1, RFC 8463 section 4).
    ///
    /// # Errors
    /// When the library fails.
    pub fn record(&self) -> Result<String, ErrorStack> {
        let (kind, public) = match self.algorithm {
            DkimAlgorithm::Rsa => ("rsa", self.key.public_key_to_der()?),
            DkimAlgorithm::Ed25519 => ("ed25519", self.key.raw_public_key()?),
        };
        Ok(format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(public)))
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(algorithm: Id) -> Vec<u8> {
        let key = match algorithm {
            Id::ED25519 => PKey::generate_ed25519().unwrap(),
            _ => PKey::from_rsa(openssl::rsa::Rsa::generate(1024).unwrap()).unwrap(),
        };
        key.private_key_to_pem_pkcs8().unwrap()
    }

    fn key(domain: &str, selector: &str) -> DkimKey {
        DkimKey::new(domain, selector, &pem(Id::ED25519)).unwrap()
    }

    #[test]
    fn the_nearest_domain_signs() {
        let keys = DkimKeys(
            vec![key("example.se", "a"), key("law.example.se", "b"), key("Räksmörgås.example", "c")].into(),
        );
        let selectors = |domain: &str| keys.of(domain).map(DkimKey::selector).collect::<Vec<_>>();
        assert_eq!(selectors("example.se"), ["a"]);
        assert_eq!(selectors("alumn.example.se"), ["a"]);
        assert_eq!(selectors("x.law.example.se"), ["b"]);
        assert_eq!(selectors("xn--rksmrgs-5wao1o.example"), ["c"]);
        assert!(selectors("badexample.se").is_empty() && selectors("se").is_empty());
    }

    #[test]
    fn a_wrong_key_is_refused_and_not_repeated() {
        let error = |domain: &str, selector: &str, pem: &[u8]| {
            DkimKey::new(domain, selector, pem).err().unwrap().to_string()
        };
        let good = pem(Id::ED25519);
        assert!(error("se", "a", &good).contains("like example.se"));
        assert!(error("example.se", "a b", &good).contains("like brevduva2026"));
        assert!(error("example.se", "a..b", &good).contains("like brevduva2026"));
        let weak = pem(Id::RSA);
        assert!(error("example.se", "a", &weak).contains("at least 2048 bits"));
        let broken =
            error("example.se", "a", b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        assert!(broken.contains("openssl genpkey") && !broken.contains("c2VjcmV0"), "{broken}");
        assert_eq!(format!("{:?}", key("example.se", "a")), "DkimKey(a._domainkey.example.se, Ed25519)");
    }

    #[test]
    fn the_record_holds_the_public_half() {
        let record = key("example.se", "a").record().unwrap();
        let public = record.strip_prefix("v=DKIM1; k=ed25519; p=").unwrap();
        assert_eq!(STANDARD.decode(public).unwrap().len(), 32);
    }
}
