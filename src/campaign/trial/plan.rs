//! What a trial is to do, as a campaign's file writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::fault::{Fault, Problem};
use crate::content::CampaignContent;
use crate::kernel::language::Language;

/// The most variants of a campaign, its own text among them.
pub const MOST_VARIANTS: usize = 5;
/// The largest sample: all variants together.
pub const LARGEST_SAMPLE: i64 = 100_000;
/// The shortest and the longest waiting time, in minutes: five minutes to two weeks.
const WAITING: std::ops::RangeInclusive<i64> = 5..=20_160;
/// The members of a language's content of which it has one.
const BODIES: [&str; 4] = ["blocks", "markdown", "mjml", "html"];

crate::text_enum! {
    /// By what a variant wins.
    Measure {
        Clicks = "clicks",
        Opens = "opens",
    }
}

/// `"variants"` of a campaign's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How many people get a variant before the winner is known, all variants together.
    pub sample: i64,
    /// How long to wait for opens and clicks once the sample has been sent, in minutes.
    pub wait_minutes: i64,
    /// By what a variant wins.
    #[serde(default = "clicks")]
    pub winner: Measure,
    /// The variants besides the campaign's own text: B, C and so on.
    pub others: Vec<Variant>,
}

/// How a variant differs from the campaign's own text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// By language: what is another. A body of any kind takes the place of the campaign's own.
    #[schema(value_type = Object)]
    pub content: BTreeMap<Language, Map<String, Value>>,
}

/// What is wrong with a trial at one place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrialFault {
    /// Too few variants, or too many.
    #[error("write 1 to {} other variants", MOST_VARIANTS - 1)]
    Others,
    /// The sample is too small or too large.
    #[error("write a number of people from 2 to {LARGEST_SAMPLE}")]
    Sample,
    /// The waiting time is too short or too long.
    #[error("write minutes from {} to {}", WAITING.start(), WAITING.end())]
    Waiting,
    /// Invitations go out in one text.
    #[error("an invitation goes out in one text; leave the variants out")]
    Invitation,
    /// Nothing is counted that could decide.
    #[error(
        "a trial is decided by opens or clicks: set \"tracking\" to \"aggregate\", or leave the variants out"
    )]
    NotCounted,
    /// A variant that is like the campaign's own text.
    #[error("write what is another in this variant")]
    Alike,
    /// The campaign has no text in this language.
    #[error("the campaign has no text in the language \"{0}\"")]
    Language(Language),
}

const fn clicks() -> Measure {
    Measure::Clicks
}

/// What people call a variant: 0 is A.
#[must_use]
pub fn letter(variant: i32) -> char {
    char::from(b'A' + u8::try_from(variant.clamp(0, 25)).unwrap_or(0))
}

impl Plan {
    /// How many variants there are, the campaign's own text among them.
    #[must_use]
    pub fn variants(&self) -> i32 {
        1 + self.others.len() as i32
    }

    /// The text of a variant.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn content(&self, own: &CampaignContent, variant: i32) -> Result<CampaignContent, Problem> {
        let Some(index) = usize::try_from(variant).ok().and_then(|number| number.checked_sub(1)) else {
            return Ok(own.clone());
        };
        let path = format!("$.variants.others[{index}].content");
        let wrong = |fault: TrialFault| Problem::at(&path, Fault::Trial(fault));
        let unreadable = |error: serde_json::Error| Problem::at(&path, Fault::Form(error.to_string()));
        let other = self.others.get(index).ok_or_else(|| wrong(TrialFault::Others))?;
        if other.content.values().all(Map::is_empty) {
            return Err(wrong(TrialFault::Alike));
        }
        let mut whole = serde_json::to_value(own).map_err(unreadable)?;
        for (language, changes) in &other.content {
            let text = whole
                .get_mut("content")
                .and_then(|content| content.get_mut(language.as_str()))
                .and_then(Value::as_object_mut)
                .ok_or_else(|| wrong(TrialFault::Language(*language)))?;
            if changes.keys().any(|name| BODIES.contains(&name.as_str())) {
                text.retain(|name, _| !BODIES.contains(&name.as_str()));
            }
            text.extend(changes.clone());
        }
        serde_json::from_value(whole).map_err(unreadable)
    }

    /// What is wrong with the numbers.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let problem = |member: &str, fault| Problem::at(format!("$.variants.{member}"), Fault::Trial(fault));
        let mut problems = Vec::new();
        if !(1..MOST_VARIANTS).contains(&self.others.len()) {
            problems.push(problem("others", TrialFault::Others));
        }
        if !(2..=LARGEST_SAMPLE).contains(&self.sample) {
            problems.push(problem("sample", TrialFault::Sample));
        }
        if !WAITING.contains(&self.wait_minutes) {
            problems.push(problem("wait_minutes", TrialFault::Waiting));
        }
        problems
    }
}
