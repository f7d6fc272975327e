//! Messages of Amazon SNS ("Verifying the signatures of Amazon SNS messages"): signed with a key whose certificate
//! Amazon serves over HTTPS from its own host.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use openssl::x509::X509;
use serde::Deserialize;
use url::Url;

use super::{Event, Fetch, Provider, Refused, event, json};
use crate::bounce::notice::provider;

/// So many certificates are remembered.
const REMEMBERED: usize = 16;

/// A message of SNS.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    #[serde(rename = "Type")]
    kind: String,
    message_id: String,
    topic_arn: String,
    message: String,
    timestamp: String,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    subject: Option<String>,
    token: Option<String>,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
}

impl Envelope {
    /// What is signed: names and values, each on a line of its own, in an order of Amazon's.
    fn signed_text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            text.push_str(name);
            text.push('\n');
            text.push_str(value);
            text.push('\n');
        };
        line("Message", &self.message);
        line("MessageId", &self.message_id);
        if self.kind == "Notification" {
            if let Some(subject) = &self.subject {
                line("Subject", subject);
            }
        } else {
            line("SubscribeURL", self.subscribe_url.as_deref().unwrap_or_default());
        }
        line("Timestamp", &self.timestamp);
        if self.kind != "Notification" {
            line("Token", self.token.as_deref().unwrap_or_default());
        }
        line("TopicArn", &self.topic_arn);
        line("Type", &self.kind);
        text
    }

    fn is_signed_by(&self, certificate: &[u8], now: DateTime<Utc>) -> bool {
        let digest = match self.signature_version.as_str() {
            "1" => MessageDigest::sha1(),
            "2" => MessageDigest::sha256(),
            _ => return false,
        };
        let verified = || -> Option<bool> {
            let certificate = X509::from_pem(certificate).ok()?;
            let now = Asn1Time::from_unix(now.timestamp()).ok()?;
            if certificate.not_before() > now || certificate.not_after() < now {
                return Some(false);
            }
            let key = certificate.public_key().ok()?;
            let mut verifier = Verifier::new(digest, &key).ok()?;
            verifier.update(self.signed_text().as_bytes()).ok()?;
            verifier.verify(&STANDARD.decode(&self.signature).ok()?).ok()
        };
        verified() == Some(true)
    }
}

/// An address of SNS itself: no other host is ever asked for anything.
fn of_amazon(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let region = host.strip_prefix("sns.").and_then(|rest| {
        rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))
    })?;
    let is_region = region.len() >= 3
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty();
    (is_region && plain).then_some(url)
}

/// Where the certificate of a message is, if it is Amazon's.
#[must_use]
pub fn certificate_address(address: &str) -> Option<Url> {
    of_amazon(address).filter(|url| url.path().ends_with(".pem") && url.query().is_none())
}

/// Where a subscription is confirmed, if it is at Amazon's.
#[must_use]
pub fn subscribe_address(address: &str) -> Option<Url> {
    of_amazon(address)
}

/// Certificates that were fetched, by address.
static CERTIFICATES: LazyLock<Mutex<HashMap<String, Vec<u8>>>> = LazyLock::new(Mutex::default);

fn certificate(address: &Url, fetch: &Fetch) -> Option<Vec<u8>> {
    let known = CERTIFICATES.lock().unwrap_or_else(PoisonError::into_inner).get(address.as_str()).cloned();
    if known.is_some() {
        return known;
    }
    let fetched = fetch(address)
        .inspect_err(
            |error| tracing::warn!(%error, "the certificate of Amazon's signature could not be fetched"),
        )
        .ok()?;
    X509::from_pem(&fetched).ok()?;
    let mut all = CERTIFICATES.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= REMEMBERED {
        all.clear();
    }
    all.insert(address.to_string(), fetched.clone());
    Some(fetched)
}

/// What an SNS message of this topic tells; the confirmation of a subscription is confirmed and tells nothing.
pub(super) fn read(
    topic: &str,
    body: &[u8],
    fetch: &Fetch,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refused> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Refused::Unreadable)?;
    if envelope.topic_arn != topic {
        return Err(Refused::Signature);
    }
    let address = certificate_address(&envelope.signing_cert_url).ok_or(Refused::Signature)?;
    let certificate = certificate(&address, fetch).ok_or(Refused::Signature)?;
    if !envelope.is_signed_by(&certificate, now) {
        return Err(Refused::Signature);
    }
    match envelope.kind.as_str() {
        "SubscriptionConfirmation" => {
            let address = envelope.subscribe_url.as_deref().and_then(subscribe_address);
            let confirmed = address.ok_or(Refused::Unreadable).map(|address| fetch(&address))?;
            match confirmed {
                Ok(_) => tracing::info!("the subscription to Amazon's notifications is confirmed"),
                Err(error) => tracing::warn!(%error, "the subscription could not be confirmed"),
            }
            Ok(Vec::new())
        }
        "Notification" => {
            let said = json(envelope.message.as_bytes())?;
            Ok(event(Provider::Ses, envelope.message_id, provider::ses(&said)).into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use chrono::{DateTime, Utc};
    use openssl::asn1::Asn1Time;
    use openssl::hash::MessageDigest;
    use openssl::pkey::{PKey, Private};
    use openssl::rsa::Rsa;
    use openssl::sign::Signer;
    use openssl::x509::X509Builder;
    use serde_json::json;

    use super::{Envelope, certificate_address, read};
    use crate::bounce::webhook::{Fetch, Refused};
    use crate::bounce::{Class, Reason};

    const TOPIC: &str = "arn:aws:sns:eu-north-1:123456789012:bounces";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_323_045, 0).unwrap()
    }

    fn key_and_certificate() -> (PKey<Private>, Vec<u8>) {
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let mut builder = X509Builder::new().unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&Asn1Time::from_unix(now().timestamp() - 1_000).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_unix(now().timestamp() + 1_000).unwrap()).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        (key, builder.build().to_pem().unwrap())
    }

    fn message(key: &PKey<Private>, version: &str, certificate: &str) -> serde_json::Value {
        let bounce = json!({
            "notificationType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [
                {"emailAddress": "ulla@example.com", "action": "failed", "status": "5.1.1",
                 "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]},
            "mail": {"source": "x@example.se", "headers": [{"name": "Message-ID", "value": "<1@example.se>"}]},
        });
        let mut message = json!({
            "Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Message": bounce.to_string(),
            "Timestamp": "2026-01-02T03:04:05.000Z", "SignatureVersion": version, "Signature": "",
            "SigningCertURL": certificate,
        });
        let envelope: Envelope = serde_json::from_value(message.clone()).unwrap();
        let digest = if version == "1" { MessageDigest::sha1() } else { MessageDigest::sha256() };
        let mut signer = Signer::new(digest, key).unwrap();
        signer.update(envelope.signed_text().as_bytes()).unwrap();
        message["Signature"] = json!(STANDARD.encode(signer.sign_to_vec().unwrap()));
        message
    }

    #[test]
    fn only_what_amazon_signed_is_read() {
        let (key, certificate) = key_and_certificate();
        let served = certificate.clone();
        let fetch: Fetch = Arc::new(move |_| Ok(served.clone()));
        for version in ["1", "2"] {
            let address =
                format!("https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-{version}.pem");
            let message = message(&key, version, &address);
            let events = read(TOPIC, message.to_string().as_bytes(), &fetch, now()).unwrap();
            let told = &events[0].notice.recipients[0];
            assert_eq!((told.class, told.reason), (Class::Hard, Reason::UserUnknown));
            assert_eq!(events[0].id, "ses m-1");
            assert_eq!(events[0].notice.originals[0].message_id.as_deref(), Some("1@example.se"));

            for (field, value) in [
                ("Message", json!("{}")),
                ("TopicArn", json!("arn:aws:sns:eu-north-1:123456789012:other")),
                ("SigningCertURL", json!("https://sns.eu-north-1.amazonaws.com.evil.example/x.pem")),
                ("SigningCertURL", json!("http://sns.eu-north-1.amazonaws.com/x.pem")),
                ("Signature", json!("")),
                ("SignatureVersion", json!("3")),
            ] {
                let mut forged = message.clone();
                forged[field] = value;
                let answer = read(TOPIC, forged.to_string().as_bytes(), &fetch, now());
                assert_eq!(answer, Err(Refused::Signature), "{field}");
            }
            let later = now() + chrono::TimeDelta::days(1);
            let answer = read(TOPIC, message.to_string().as_bytes(), &fetch, later);
            assert_eq!(answer, Err(Refused::Signature), "the certificate has expired");
        }
    }

    #[test]
    fn certificates_come_from_amazon_alone() {
        assert!(certificate_address("https://sns.us-east-1.amazonaws.com/a.pem").is_some());
        assert!(certificate_address("https://sns.cn-north-1.amazonaws.com.cn/a.pem").is_some());
        for address in [
            "https://evil.amazonaws.com/a.pem",
            "https://sns.us-east-1.amazonaws.com@evil.example/a.pem",
            "https://sns.us-east-1.amazonaws.com:8443/a.pem",
            "https://sns.us-east-1.amazonaws.com/a.pem?x=1",
            "https://sns.us-east-1.amazonaws.com/a",
            "https://s3.amazonaws.com/sns.us-east-1.amazonaws.com/a.pem",
            "https://sns..amazonaws.com/a.pem",
            "file:///a.pem",
        ] {
            assert!(certificate_address(address).is_none(), "{address}");
        }
    }
}
