//! The only place that builds addresses for recipients.

use url::Url;

use super::{Signer, TRAP, Token};
use crate::kernel::language::Language;

/// Builds absolute addresses under the base URL.
#[derive(Debug, Clone)]
pub struct Urls {
    base: String,
    signer: Signer,
}

impl Urls {
    /// Addresses under `base`, signed by `signer`.
    #[must_use]
    pub fn new(base: &Url, signer: Signer) -> Self {
        Self { base: base.as_str().trim_end_matches('/').to_owned(), signer }
    }

    /// Signs and verifies the same tokens.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// An address of a page of ours; `path` begins with a slash.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Where this person leaves this unit's mailings.
    #[must_use]
    pub fn unsubscribe(&self, contact: i64, unit: i64, campaign: i64) -> String {
        format!("{}/u/{}", self.base, self.signer.sign(Token::Unsubscribe { contact, unit, campaign }))
    }

    /// Where this person chooses what to get.
    #[must_use]
    pub fn preferences(&self, contact: i64) -> String {
        format!("{}/p/{}", self.base, self.signer.sign(Token::Preferences { contact }))
    }

    /// The open pixel of a campaign's version.
    #[must_use]
    pub fn open_pixel(&self, campaign: i64, language: Language) -> String {
        self.open_pixel_in(campaign, language, 0)
    }

    /// The open pixel of a campaign's version in one variant of a trial.
    #[must_use]
    pub fn open_pixel_in(&self, campaign: i64, language: Language, variant: u32) -> String {
        format!("{}/o/{}.gif", self.base, self.signer.sign(Token::Open { campaign, language, variant }))
    }

    /// The counted form of one link.
    #[must_use]
    pub fn click(&self, campaign: i64, language: Language, link: i64) -> String {
        format!("{}/c/{}", self.base, self.signer.sign(Token::Click { campaign, language, link }))
    }

    /// Where this person answers the campaign's invitation; nothing is chosen yet.
    #[must_use]
    pub fn invitation(&self, contact: i64, campaign: i64) -> String {
        format!("{}/i/{}", self.base, self.signer.sign(Token::Invitation { contact, campaign }))
    }

    /// Where this person sees what is held about them, until `expires` (seconds since 1970-01-01 UTC).
    #[must_use]
    pub fn my_data(&self, contact: i64, expires: i64) -> String {
        format!("{}/d/{}", self.base, self.signer.sign(Token::MyData { contact, expires }))
    }

    /// The open pixel in the mail of somebody who agreed to be measured.
    #[must_use]
    pub fn open_pixel_of(&self, campaign: i64, language: Language, variant: u32, contact: i64) -> String {
        let token = Token::OpenBy { campaign, language, variant, contact };
        format!("{}/o/{}.gif", self.base, self.signer.sign(token))
    }

    /// The counted form of one link for somebody who agreed to be measured.
    #[must_use]
    pub fn click_of(&self, campaign: i64, language: Language, link: u32, contact: i64) -> String {
        let token = Token::ClickBy { campaign, language, link, contact };
        format!("{}/c/{}", self.base, self.signer.sign(token))
    }

    /// The hidden link of a campaign's mails, which no reader follows.
    #[must_use]
    pub fn trap(&self, campaign: i64, language: Language) -> String {
        format!("{}/t/{}", self.base, self.signer.sign(Token::Click { campaign, language, link: TRAP }))
    }

    /// The hidden link in the mail of somebody who agreed to be measured.
    #[must_use]
    pub fn trap_of(&self, campaign: i64, language: Language, contact: i64) -> String {
        let link = u32::try_from(TRAP).unwrap_or(u32::MAX);
        format!("{}/t/{}", self.base, self.signer.sign(Token::ClickBy { campaign, language, link, contact }))
    }

    /// This person's mail as a web page.
    #[must_use]
    pub fn web_version(&self, campaign: i64, contact: i64) -> String {
        format!("{}/v/{}", self.base, self.signer.sign(Token::WebVersion { campaign, contact }))
    }

    /// The public archive of a unit, given by its short name.
    #[must_use]
    pub fn archive(&self, unit: &str) -> String {
        format!("{}/archive/{unit}", self.base)
    }

    /// A campaign in the public archive of its unit.
    #[must_use]
    pub fn archived(&self, unit: &str, campaign: i64) -> String {
        format!("{}/archive/{unit}/{campaign}", self.base)
    }

    /// The feed of a unit's public archive.
    #[must_use]
    pub fn archive_feed(&self, unit: &str) -> String {
        format!("{}/archive/{unit}/feed", self.base)
    }

    /// A sign-up form, to be linked to.
    #[must_use]
    pub fn sign_up_form(&self, slug: &str) -> String {
        format!("{}/f/{slug}", self.base)
    }

    /// Where a sign-up is confirmed until `expires`, in seconds of Unix time.
    #[must_use]
    pub fn confirm_sign_up(&self, sign_up: i64, expires: i64) -> String {
        format!("{}/confirm/{}", self.base, self.signer.sign(Token::ConfirmSignUp { sign_up, expires }))
    }

    /// Where another e-mail address is confirmed until `expires`, in seconds of Unix time.
    #[must_use]
    pub fn confirm_address(&self, request: i64, expires: i64) -> String {
        format!("{}/address/{}", self.base, self.signer.sign(Token::ConfirmAddress { request, expires }))
    }
}
