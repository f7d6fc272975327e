//! Pre-flight (product P27): everything that is to be known of a campaign before it is launched.
//!
//! ```text
//! the text (content::check)          at once, and again at the launch, which errors stop
//! the register (merge gaps)          when somebody looks
//! the network (links, the domain)    in the worker, kept in campaign_checks; never while a launch waits
//! ```
//!
//! Owns the table `campaign_checks`.

mod domain;
mod links;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use futures_util::StreamExt as _;

use crate::campaign::{self, Stored};
use crate::config::DkimKeys;
use crate::content::check::{self, Finding, Found};
use crate::content::{self, CompiledCampaign, Layouts};
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::media;

pub use domain::{Dns, Names, NoAnswer};
pub use links::{Answer, Fetch, Web, is_public};
pub use store::{check_again, keep, waiting};

/// The most links of a campaign that are tried.
const MOST_LINKS: usize = 60;
/// Links that are tried at the same time.
const AT_ONCE: usize = 4;
/// What all pictures of one language may weigh together, in octets.
const HEAVY: u64 = 1_500_000;

/// Why a campaign could not be checked.
pub type Error = crate::delivery::Error;

/// What was found in the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// Of which version of the campaign.
    pub version: i32,
    /// What was found.
    pub found: Vec<Found>,
    /// When.
    pub checked_at: NaiveDateTime,
}

/// What is known of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Report {
    /// Everything that was found, errors first.
    pub found: Vec<Found>,
    /// Whether links and the sender's domain have been tried since the last change. They never are where the setting
    /// `BREVDUVA_CHECK_OUTSIDE` is off.
    pub outside: bool,
}

fn compiled(stored: &Stored, layouts: &Layouts) -> Result<CompiledCampaign, Vec<Found>> {
    content::compile(stored.campaign.content(), layouts, &|_, _, _| None, false).map_err(|errors| {
        let told =
            |error: &content::ContentError| Found::new(Finding::Text, error.language, error.to_string());
        errors.iter().map(told).collect()
    })
}

/// What keeps a campaign from being launched: asks neither the register nor the network.
#[must_use]
pub fn errors(stored: &Stored, layouts: &Layouts) -> Vec<Found> {
    match compiled(stored, layouts) {
        Err(found) => found,
        Ok(compiled) => {
            let found = check::check(stored.campaign.content(), &compiled);
            found.into_iter().filter(Found::is_error).collect()
        }
    }
}

/// Everything that is known of a campaign now.
///
/// # Errors
/// Those of the database.
pub fn report(
    conn: &mut Conn,
    stored: &Stored,
    layouts: &Layouts,
    now: NaiveDateTime,
) -> Result<Report, Error> {
    let compiled = match compiled(stored, layouts) {
        Ok(compiled) => compiled,
        Err(found) => return Ok(Report { found, outside: false }),
    };
    let content = stored.campaign.content();
    let mut found = check::check(content, &compiled);
    for text in compiled.languages() {
        let readers: Vec<Language> = Language::ALL
            .iter()
            .copied()
            .filter(|language| compiled.choose(*language).language == text.language)
            .collect();
        for field in check::without_fallback(text) {
            let people = store::lacking(conn, stored, field, &readers, now)?;
            if people > 0 {
                let one = Found::new(Finding::MergeGap, Some(text.language), field.name()).amounting(people);
                found.push(match content.languages.get(&text.language) {
                    Some(source) => one.at(source, &format!("{{{{{}}}}}", field.name())),
                    None => one,
                });
            }
        }
        if let Some(source) = content.languages.get(&text.language) {
            let weight = weight(conn, source)?;
            if weight > HEAVY {
                let kilobytes = i64::try_from(weight / 1024).unwrap_or(i64::MAX);
                found.push(Found::new(Finding::HeavyPictures, Some(text.language), "").amounting(kilobytes));
            }
        }
    }
    let outside = store::of_campaign(conn, stored.id)?.filter(|outside| outside.version == stored.version);
    let is_known = outside.is_some();
    found.extend(outside.into_iter().flat_map(|outside| outside.found));
    found.sort_by_key(|one| one.level);
    Ok(Report { found, outside: is_known })
}

/// What the pictures of our library weigh that a text shows, in octets.
fn weight(conn: &mut Conn, source: &content::LanguageContent) -> Result<u64, Error> {
    let written = serde_json::to_value(source).unwrap_or_default();
    let mut weight = 0;
    for id in media::mentioned(&written) {
        match media::find(conn, id) {
            Ok(picture) => weight += picture.map_or(0, |picture| u64::from(picture.size)),
            Err(media::Error::Database(error)) => return Err(error.into()),
            Err(stored @ media::Error::Stored(..)) => {
                tracing::error!(error = %stored, "a picture cannot be read")
            }
        }
    }
    Ok(weight)
}

/// Asks the network: links, and the sender's domain.
#[derive(Clone)]
pub struct Checker {
    /// How links are tried.
    pub web: Arc<dyn Fetch>,
    /// How names are looked up; `None` where there is no name server.
    pub names: Option<Arc<dyn Names>>,
    /// The keys that sign.
    pub dkim: DkimKeys,
}

impl Checker {
    /// With this machine's own network.
    #[must_use]
    pub fn of_this_machine(dkim: DkimKeys) -> Self {
        let names = Dns::of_this_machine().map(|dns| Arc::new(dns) as Arc<dyn Names>);
        Self { web: Arc::new(Web::new()), names, dkim }
    }

    /// What the network says of a campaign. Whatever does not answer at all is not held against it.
    pub async fn check(&self, stored: &Stored, layouts: &Layouts, now: NaiveDateTime) -> Outside {
        let mut found = match compiled(stored, layouts) {
            Ok(compiled) => self.links(stored, &compiled).await,
            Err(_) => Vec::new(),
        };
        if let Some(names) = &self.names {
            let domain = stored.campaign.from_address().domain().to_owned();
            found.extend(domain::check(names.as_ref(), &domain, &self.dkim).await);
        }
        Outside { version: stored.version, found, checked_at: now }
    }

    async fn links(&self, stored: &Stored, compiled: &CompiledCampaign) -> Vec<Found> {
        let mut links: BTreeMap<String, Vec<Language>> = BTreeMap::new();
        for text in compiled.languages() {
            for link in &text.links {
                links.entry(link.clone()).or_default().push(text.language);
            }
        }
        let tried: Vec<(String, Vec<Language>, Answer)> =
            futures_util::stream::iter(links.into_iter().take(MOST_LINKS))
                .map(|(link, languages)| async move {
                    let answer = self.web.fetch(link.clone()).await;
                    (link, languages, answer)
                })
                .buffered(AT_ONCE)
                .collect()
                .await;
        // Where nothing at all answers, the network is away and not the links.
        let reached = tried.iter().any(|(.., answer)| matches!(answer, Answer::Works | Answer::Gone));
        let mut found = Vec::new();
        for (link, languages, answer) in tried {
            let finding = match answer {
                Answer::Works => continue,
                Answer::Silent if !reached => continue,
                Answer::Gone | Answer::Silent => Finding::DeadLink,
                Answer::Internal => Finding::InternalLink,
            };
            for language in languages {
                let one = Found::new(finding, Some(language), link.clone());
                found.push(match stored.campaign.content().languages.get(&language) {
                    Some(source) => one.at(source, &link),
                    None => one,
                });
            }
        }
        found
    }
}

/// The campaign whose links and domain are to be tried next; `None` when none waits.
///
/// # Errors
/// Those of the database.
pub fn next(conn: &mut Conn, now: NaiveDateTime) -> Result<Option<Stored>, Error> {
    match waiting(conn, now)? {
        Some(id) => Ok(Some(campaign::find(conn, id)?)),
        None => Ok(None),
    }
}
