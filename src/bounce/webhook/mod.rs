//! What mail providers tell by webhook. Each shows who it is before anything that it says is read: Amazon by the
//! signature of an SNS message, Mailgun by an HMAC, SendGrid by ECDSA, Postmark, which signs nothing, by a password.
//!
//! What is told goes the way of every bounce: it is believed against a person only where something that we signed
//! ourselves names the delivery.

mod fetch;
mod sns;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::{Signer, Verifier};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::notice::{Notice, provider};
use crate::config::Webhooks;

pub use fetch::over_https;
pub use sns::{Envelope, certificate_address, subscribe_address};

/// Fetches an address over HTTPS: for the certificate of Amazon's signatures and for the confirmation of a
/// subscription, and of no other host than Amazon's.
pub type Fetch = Arc<dyn Fn(&url::Url) -> Result<Vec<u8>, String> + Send + Sync>;

/// A signature is taken so long after it was made: providers try again for hours, and the same event changes nothing.
const FRESH: TimeDelta = TimeDelta::days(1);

crate::text_enum! {
    /// Who tells.
    Provider {
        Ses = "ses",
        Postmark = "postmark",
        Mailgun = "mailgun",
        Sendgrid = "sendgrid",
    }
}

/// Something that a provider told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The provider and its number of the event.
    pub id: String,
    /// What it says.
    pub notice: Notice,
}

/// Why nothing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The provider is not set.
    #[error("this provider is not set up")]
    NotSet,
    /// Whoever called could not show who they are.
    #[error("the signature does not hold")]
    Signature,
    /// It is signed and cannot be read.
    #[error("the body is not of the provider's form")]
    Unreadable,
}

/// What came with a call.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The body as it came.
    pub body: Vec<u8>,
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `X-Twilio-Email-Event-Webhook-Signature`.
    pub signature: Option<String>,
    /// `X-Twilio-Email-Event-Webhook-Timestamp`.
    pub timestamp: Option<String>,
}

/// What a call of a provider tells. May block while a certificate is fetched.
///
/// # Errors
/// When the provider is not set, or the call cannot show that it is from there, or cannot be read.
pub fn read(
    provider: Provider,
    settings: &Webhooks,
    call: &Call,
    fetch: &Fetch,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refused> {
    match provider {
        Provider::Ses => {
            let topic = settings.ses_topic.as_ref().ok_or(Refused::NotSet)?;
            sns::read(topic, &call.body, fetch, now)
        }
        Provider::Postmark => {
            let token = settings.postmark_token.as_ref().ok_or(Refused::NotSet)?;
            if !has_password(call.authorization.as_deref(), token) {
                return Err(Refused::Signature);
            }
            let said = json(&call.body)?;
            Ok(event(provider, number(&said, "ID"), provider::postmark(&said)).into_iter().collect())
        }
        Provider::Mailgun => {
            let key = settings.mailgun_key.as_ref().ok_or(Refused::NotSet)?;
            let said = json(&call.body)?;
            if !signed_by_mailgun(said.get("signature"), key, now) {
                return Err(Refused::Signature);
            }
            let data = said.get("event-data").ok_or(Refused::Unreadable)?;
            Ok(event(provider, number(data, "id"), provider::mailgun(data)).into_iter().collect())
        }
        Provider::Sendgrid => {
            let key = settings.sendgrid_key.as_ref().ok_or(Refused::NotSet)?;
            if !signed_by_sendgrid(call, key, now) {
                return Err(Refused::Signature);
            }
            let said = json(&call.body)?;
            let all = said.as_array().ok_or(Refused::Unreadable)?;
            Ok(all
                .iter()
                .filter_map(|one| event(provider, number(one, "sg_event_id"), provider::sendgrid(one)))
                .collect())
        }
    }
}

fn json(body: &[u8]) -> Result<Value, Refused> {
    serde_json::from_slice(body).map_err(|_| Refused::Unreadable)
}

/// A number or text as the provider writes it.
fn number(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn event(provider: Provider, id: String, notice: Option<Notice>) -> Option<Event> {
    let id: String = id.chars().take(200).collect();
    notice.filter(|_| !id.is_empty()).map(|notice| Event { id: format!("{provider} {id}"), notice })
}

/// Whether the password of HTTP's basic authentication (RFC 7617) is this one, whatever the name.
fn has_password(authorization: Option<&str>, token: &str) -> bool {
    let encoded = authorization.and_then(|text| text.strip_prefix("Basic ")).unwrap_or_default();
    let decoded = STANDARD.decode(encoded.trim()).unwrap_or_default();
    let at = decoded.iter().position(|byte| *byte == b':');
    let password = at.and_then(|at| decoded.get(at + 1..)).unwrap_or_default();
    bool::from(password.ct_eq(token.as_bytes()))
}

/// Whether a moment in seconds of Unix time is near enough.
fn is_fresh(seconds: &str, now: DateTime<Utc>) -> bool {
    let at = seconds.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    at.is_some_and(|at| (now - at).abs() <= FRESH)
}

/// Mailgun, "Securing webhooks": the hexadecimal HMAC-SHA256 of timestamp and token.
fn signed_by_mailgun(signature: Option<&Value>, key: &str, now: DateTime<Utc>) -> bool {
    let Some(signature) = signature else { return false };
    let (timestamp, token) = (number(signature, "timestamp"), number(signature, "token"));
    let made = || -> Result<Vec<u8>, openssl::error::ErrorStack> {
        let key = PKey::hmac(key.as_bytes())?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        signer.update(timestamp.as_bytes())?;
        signer.update(token.as_bytes())?;
        signer.sign_to_vec()
    };
    let Ok(made) = made() else { return false };
    let theirs = data_encoding::HEXLOWER_PERMISSIVE.decode(number(signature, "signature").as_bytes());
    is_fresh(&timestamp, now) && theirs.is_ok_and(|theirs| bool::from(theirs.ct_eq(&made)))
}

/// SendGrid, "Security features": ECDSA over SHA-256 of timestamp and body as they came.
fn signed_by_sendgrid(call: &Call, key: &str, now: DateTime<Utc>) -> bool {
    let (Some(signature), Some(timestamp)) = (&call.signature, &call.timestamp) else { return false };
    let verified = || -> Option<bool> {
        let key = PKey::public_key_from_der(&STANDARD.decode(key).ok()?).ok()?;
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).ok()?;
        verifier.update(timestamp.as_bytes()).ok()?;
        verifier.update(&call.body).ok()?;
        verifier.verify(&STANDARD.decode(signature).ok()?).ok()
    };
    is_fresh(timestamp, now) && verified() == Some(true)
}
