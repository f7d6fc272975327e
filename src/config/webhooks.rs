//! Which mail providers may tell by webhook what came back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::PKey;

/// What each provider shows, so that nobody else can tell us anything; a provider without it is not listened to.
#[derive(Clone, Default)]
pub struct Webhooks {
    /// `BREVDUVA_WEBHOOK_SES_TOPIC`: the ARN of the topic at Amazon SNS.
    pub ses_topic: Option<String>,
    /// `BREVDUVA_WEBHOOK_POSTMARK_TOKEN`: the password in the address that Postmark calls; it signs nothing.
    pub postmark_token: Option<String>,
    /// `BREVDUVA_WEBHOOK_MAILGUN_KEY`: the HTTP webhook signing key.
    pub mailgun_key: Option<String>,
    /// `BREVDUVA_WEBHOOK_SENDGRID_KEY`: the verification key of the signed event webhook, in base64.
    pub sendgrid_key: Option<String>,
}

// By hand: secrets are in no log.
impl std::fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhooks")
    }
}

impl Webhooks {
    /// An empty setting is none; the others must be usable. Else the setting's name, and what would be right.
    pub(super) fn check(self) -> Result<Self, (&'static str, &'static str)> {
        let set = |value: Option<String>| {
            value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let webhooks = Self {
            ses_topic: set(self.ses_topic),
            postmark_token: set(self.postmark_token),
            mailgun_key: set(self.mailgun_key),
            sendgrid_key: set(self.sendgrid_key),
        };
        if webhooks.ses_topic.as_ref().is_some_and(|topic| !topic.starts_with("arn:aws")) {
            return Err((
                "BREVDUVA_WEBHOOK_SES_TOPIC",
                "write the topic's ARN, like arn:aws:sns:eu-north-1:123456789012:bounces",
            ));
        }
        if webhooks.postmark_token.as_ref().is_some_and(|token| token.len() < 20) {
            return Err(("BREVDUVA_WEBHOOK_POSTMARK_TOKEN", "write a secret of at least 20 characters"));
        }
        let is_key =
            |key: &String| STANDARD.decode(key).is_ok_and(|bytes| PKey::public_key_from_der(&bytes).is_ok());
        if webhooks.sendgrid_key.as_ref().is_some_and(|key| !is_key(key)) {
            return Err((
                "BREVDUVA_WEBHOOK_SENDGRID_KEY",
                "copy the verification key from SendGrid's page, which begins with MFkw",
            ));
        }
        Ok(webhooks)
    }
}
