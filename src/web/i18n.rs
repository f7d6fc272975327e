//! Texts in the reader's language: Fluent messages under `src/web/i18n`, compiled into the program, with numbers
//! and dates written as the language writes them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::future::{Ready, ready};
use std::sync::{LazyLock, OnceLock};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, AcceptLanguage, Header};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};

use crate::kernel::language::Language;
use crate::staff::Account;

/// The time zone in which dates are shown. A process serves one office, so it is the process's own, like a locale.
static OFFICE_ZONE: OnceLock<Tz> = OnceLock::new();

/// Shows every date in the office's time zone from now on; who said so first is obeyed.
pub(super) fn show_times_of(zone: Tz) {
    let _ = OFFICE_ZONE.set(zone);
}

/// Sweden, Norway and Denmark share this one.
fn office_zone() -> Tz {
    OFFICE_ZONE.get().copied().unwrap_or(chrono_tz::Europe::Stockholm)
}

/// The office's day at a moment (UTC).
#[must_use]
pub fn office_day(at: NaiveDateTime) -> NaiveDate {
    at.and_utc().with_timezone(&office_zone()).date_naive()
}

static_loader! {
    static MESSAGES = {
        locales: "./src/web/i18n",
        fallback_language: "en",
        customise: |bundle| {
            // Isolation marks around inserted values would end up in titles and file names.
            bundle.set_use_isolating(false);
            let english = bundle.locales.first().is_some_and(|locale| locale.language.as_str() == "en");
            bundle.set_formatter(Some(if english { format_english } else { format_nordic }));
        },
    };
}

/// One identifier per language, in the order of [`Language::ALL`].
static IDENTIFIERS: LazyLock<Vec<LanguageIdentifier>> = LazyLock::new(|| {
    Language::ALL.iter().map(|language| language.as_str().parse().unwrap_or_default()).collect()
});

/// The texts of one language. Templates and handlers ask it for every word that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(pub Language);

impl Texts {
    /// The message `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.look_up(key, &HashMap::new())
    }

    /// The message `key` with one value in it.
    #[must_use]
    pub fn t1(&self, key: &str, name: &'static str, value: impl Argument) -> String {
        self.look_up(key, &HashMap::from([(Cow::Borrowed(name), value.fluent())]))
    }

    /// The message `key` with two values in it.
    #[must_use]
    pub fn t2(
        &self,
        key: &str,
        first: &'static str,
        first_value: impl Argument,
        second: &'static str,
        second_value: impl Argument,
    ) -> String {
        let values = [(first, first_value.fluent()), (second, second_value.fluent())];
        self.look_up(key, &values.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    /// The word for one value of a fixed set: the message `family-value`, with `-` for each `_`.
    #[must_use]
    pub fn word(&self, family: &str, value: impl Display) -> String {
        self.t(&format!("{family}-{value}").replace('_', "-"))
    }

    fn look_up(&self, key: &str, values: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> String {
        let found = IDENTIFIERS
            .get(self.0 as usize)
            .and_then(|language| MESSAGES.try_lookup_with_args(language, key, values));
        // A test walks every key, so this cannot happen in a released program; the page is still of use.
        found.unwrap_or_else(|| {
            tracing::error!(key, "a text is missing");
            key.to_owned()
        })
    }

    /// A whole number with the language's thousands separators.
    #[must_use]
    pub fn number(&self, number: impl Argument) -> String {
        match number.fluent() {
            FluentValue::Number(number) => group(number.value, separator(self.0)),
            FluentValue::String(text) => text.into_owned(),
            _ => String::new(),
        }
    }

    /// A rate with one decimal below ten and none above.
    #[must_use]
    pub fn rate(&self, rate: &f64) -> String {
        if *rate >= 10.0 {
            return group(*rate, separator(self.0));
        }
        let text = format!("{rate:.1}");
        if self.0 == Language::English { text } else { text.replace('.', ",") }
    }

    /// A day in the office's time zone.
    #[must_use]
    pub fn date(&self, at: &NaiveDateTime) -> String {
        let local = at.and_utc().with_timezone(&office_zone());
        let month = self.t(&format!("month-{}", local.month()));
        match self.0 {
            Language::Norwegian => format!("{}. {month} {}", local.day(), local.year()),
            Language::Swedish | Language::English => format!("{} {month} {}", local.day(), local.year()),
        }
    }

    /// A day and time in the office's time zone.
    #[must_use]
    pub fn date_time(&self, at: &NaiveDateTime) -> String {
        let local = at.and_utc().with_timezone(&office_zone());
        format!("{} {:02}:{:02}", self.date(at), local.hour(), local.minute())
    }

    /// The language's tag for `lang` attributes (RFC 5646).
    #[must_use]
    pub const fn tag(&self) -> &'static str {
        self.0.as_str()
    }
}

/// What can stand in a message.
pub trait Argument {
    /// As Fluent takes it.
    fn fluent(&self) -> FluentValue<'static>;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn fluent(&self) -> FluentValue<'static> {
        (**self).fluent()
    }
}

impl Argument for str {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(self.to_owned()))
    }
}

impl Argument for String {
    fn fluent(&self) -> FluentValue<'static> {
        self.as_str().fluent()
    }
}

impl Argument for i32 {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for i64 {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for usize {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for u64 {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

const fn separator(language: Language) -> char {
    match language {
        Language::English => ',',
        // CLDR: Swedish and Norwegian group with a space that does not break.
        Language::Swedish | Language::Norwegian => '\u{a0}',
    }
}

fn format_english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format(value, Language::English)
}

fn format_nordic<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format(value, Language::Swedish)
}

fn format(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(group(number.value, separator(language))),
        _ => None,
    }
}

fn group(number: f64, separator: char) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if number < -0.5 {
        grouped.push('\u{2212}');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// The language of a request: asked for with `?lang=`, else that of the staff account, else the browser's.
#[derive(Debug, Clone, Copy)]
pub struct Locale(pub Language);

impl Locale {
    /// Reads it off the request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        Self(asked_for(request).or_else(|| account_language(request)).unwrap_or_else(|| accepted(request)))
    }

    /// The same for a person whose language is known.
    #[must_use]
    pub fn for_person(request: &HttpRequest, language: Option<Language>) -> Self {
        Self(asked_for(request).or(language).unwrap_or_else(|| accepted(request)))
    }
}

impl FromRequest for Locale {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

fn asked_for(request: &HttpRequest) -> Option<Language> {
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    query.filter(|(name, _)| name == "lang").find_map(|(_, value)| value.parse().ok())
}

fn account_language(request: &HttpRequest) -> Option<Language> {
    request.extensions().get::<Account>().map(|account| account.language)
}

fn accepted(request: &HttpRequest) -> Language {
    if !request.headers().contains_key(ACCEPT_LANGUAGE) {
        return Language::Swedish;
    }
    let Ok(accepted) = AcceptLanguage::parse(request) else { return Language::English };
    for preference in accepted.ranked() {
        let tag = preference.to_string().to_lowercase();
        match tag.split('-').next().unwrap_or_default() {
            "sv" => return Language::Swedish,
            "nb" | "nn" | "no" | "da" => return Language::Norwegian,
            "en" => return Language::English,
            _ => {}
        }
    }
    // Somebody who reads none of the three is more likely to know English.
    Language::English
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
