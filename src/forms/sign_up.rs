//! Taking a sign-up: throttled, kept until it is confirmed, and a mail that asks.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Error;
use super::form::Form;
use super::store::{self, NewSignUp};
use crate::content::Layouts;
use crate::db::Conn;
use crate::kernel::clock::Clock;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::links::{SecretKeys, Urls};
use crate::mail::message::SystemMessage;
use crate::mail::outbox::{self, OutboxKind};
use crate::preferences::{self, Channel, SuppressionReason};

/// How long a sign-up can be confirmed.
pub const VALID_DAYS: i64 = 7;
/// Mails to one address within [`ADDRESS_WINDOW`]: nobody's inbox is filled by our forms.
const MOST_PER_ADDRESS: i32 = 3;
const ADDRESS_WINDOW: TimeDelta = TimeDelta::hours(1);
/// Sign-ups of everybody within [`WINDOW`].
const MOST_IN_ALL: i32 = 300;
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// The subject under which all sign-ups are counted; no hash looks like it.
const EVERYBODY: &str = "everybody";

/// What somebody wrote in a form.
#[derive(Debug, Clone)]
pub struct Request {
    given_name: String,
    family_name: String,
    email: EmailAddress,
    language: Language,
    topics: Vec<i64>,
}

/// Which field must be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongRequest {
    /// The given name is missing or too long.
    GivenName,
    /// The family name is missing or too long.
    FamilyName,
    /// It is no e-mail address.
    Email,
    /// Nothing is chosen.
    Topics,
}

impl WrongRequest {
    /// The last part of the key of its text on pages.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::GivenName => "given-name",
            Self::FamilyName => "family-name",
            Self::Email => "email",
            Self::Topics => "topics",
        }
    }
}

impl Request {
    /// Checks what somebody wrote. Topics that the form does not offer are left out.
    ///
    /// # Errors
    /// Everything that must be corrected.
    pub fn check(
        form: &Form,
        names: [&str; 2],
        email: &str,
        language: Option<Language>,
        topics: &[i64],
        shown_in: Language,
    ) -> Result<Self, Vec<WrongRequest>> {
        let mut wrong = Vec::new();
        let [given_name, family_name] = names.map(|name| name.trim().to_owned());
        let is_name =
            |name: &str| (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !is_name(&given_name) {
            wrong.push(WrongRequest::GivenName);
        }
        if !is_name(&family_name) {
            wrong.push(WrongRequest::FamilyName);
        }
        let topics: Vec<i64> =
            form.topics.iter().copied().filter(|offered| topics.contains(offered)).collect();
        let email = EmailAddress::parse(email).map_err(|_| wrong.push(WrongRequest::Email));
        if topics.is_empty() {
            wrong.push(WrongRequest::Topics);
        }
        match email {
            Ok(email) if wrong.is_empty() => Ok(Self {
                given_name,
                family_name,
                email,
                language: form.language_for(language.unwrap_or(shown_in)),
                topics,
            }),
            _ => Err(wrong),
        }
    }
}

/// What is needed to write the mail.
#[derive(Clone, Copy)]
pub struct Mailing<'a> {
    /// The texts of system mails.
    pub layouts: &'a Layouts,
    /// Where the link leads.
    pub urls: &'a Urls,
    /// For the hash under which an address is counted.
    pub keys: &'a SecretKeys,
    /// Time, and the mail's name.
    pub clock: &'a Clock,
    /// The name of the form's unit.
    pub unit: &'a str,
    /// The office's name.
    pub office: &'a str,
}

/// What came of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The same for everybody, whether or not a mail was written: it is in the inbox or will not come.
    Taken,
    /// Too many sign-ups at once, of everybody.
    Busy,
}

/// Keeps a sign-up until it is confirmed and puts the mail that asks into the outbox. Changes nothing else, and does
/// not look whether the address is known.
///
/// `version` is that of the texts that the person read.
///
/// # Errors
/// Those of the database, and a text of the mail that cannot be used.
pub fn sign_up(
    conn: &mut Conn,
    mailing: &Mailing<'_>,
    form: &Form,
    version: i32,
    request: &Request,
) -> Result<Outcome, Error> {
    let now = mailing.clock.now();
    let at = now.naive_utc();
    if store::count_attempt(conn, EVERYBODY, WINDOW, at)? > MOST_IN_ALL {
        return Ok(Outcome::Busy);
    }
    let key = request.email.key();
    let subject = mailing.keys.hashes("sign-up address", key).into_iter().next().map(|(_, hash)| hash);
    let attempts = store::count_attempt(conn, &subject.unwrap_or_default(), ADDRESS_WINDOW, at)?;
    // An address that once bounced may live again, and then the link is the proof; all else stays left alone.
    let suppressed = preferences::suppression(conn, Channel::Email, key)?;
    if attempts > MOST_PER_ADDRESS || suppressed.is_some_and(|why| why != SuppressionReason::Bounce) {
        return Ok(Outcome::Taken);
    }
    // The version that was read may lack the language that was chosen; the latest has it then.
    let read = store::text_of(conn, form.id, version, request.language)?;
    let expires = now + TimeDelta::days(VALID_DAYS);
    let id = store::insert_sign_up(
        conn,
        NewSignUp {
            form_id: form.id,
            version: if read.is_some() { version } else { form.version },
            language: request.language,
            topics: serde_json::to_string(&request.topics)
                .map_err(|error| Error::Stored(form.id, error.to_string()))?,
            given_name: &request.given_name,
            family_name: &request.family_name,
            email: request.email.as_str(),
            email_key: key,
            created_at: at,
            expires_at: expires.naive_utc(),
        },
    )?;
    let from =
        EmailAddress::parse(&form.from_address).map_err(|error| Error::Stored(form.id, error.to_string()))?;
    let link = mailing.urls.confirm_sign_up(id, expires.timestamp());
    let days = VALID_DAYS.to_string();
    let values = BTreeMap::from([
        ("unit", mailing.unit),
        ("office", mailing.office),
        ("link", link.as_str()),
        ("days", days.as_str()),
    ]);
    let words = mailing.layouts.system("confirm_sign_up", request.language, &values)?;
    let random = data_encoding::HEXLOWER.encode(&mailing.clock.random_bytes::<16>());
    let message = SystemMessage {
        from_name: mailing.unit,
        from_address: &from,
        to_name: "",
        to_address: &request.email,
        subject: &words.subject,
        text: words.text.trim_start(),
        html: None,
        language: request.language,
        date: now,
        message_id: &format!("sign-up.{random}@{}", from.domain()),
    };
    outbox::enqueue(conn, OutboxKind::SignUp, &from, &request.email, &message.build()?, at)?;
    Ok(Outcome::Taken)
}
