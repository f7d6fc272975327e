//! Every version of a campaign, with who saved it and when, and what differs between two.
//!
//! Owns the table `campaign_versions`.

mod store;

use similar::{ChangeTag, TextDiff};

use super::{CampaignFile, Error, NewCampaign, Sender};
use crate::audit::Actor;
use crate::db::Conn;
use crate::units;

pub(super) use store::keep;
pub use store::{author, find, of_campaign, sign};

/// A version that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub version: i32,
    /// Who saved it, when that is known.
    pub actor: Option<Actor>,
    /// When.
    pub created_at: chrono::NaiveDateTime,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// The line.
    pub text: String,
}

crate::text_enum! {
    /// What became of a line.
    Change {
        Same = "same",
        Removed = "removed",
        Added = "added",
        /// Lines that are the same were left out here.
        Gap = "gap",
    }
}

impl CampaignFile {
    /// The file that a campaign would be made from.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(conn: &mut Conn, campaign: &NewCampaign) -> Result<Self, crate::db::Error> {
        let unit = units::tree(conn)?.get(campaign.unit_id()).map(|unit| unit.slug.clone());
        let topic = units::topics(conn)?.into_iter().find(|topic| topic.id == campaign.topic_id());
        Ok(Self {
            name: campaign.name().to_owned(),
            kind: campaign.kind(),
            unit: unit.unwrap_or_default(),
            topic: topic.map(|topic| topic.code).unwrap_or_default(),
            purpose: campaign.purpose().to_owned(),
            legal_basis: campaign.legal_basis(),
            from: Sender {
                name: campaign.from_name().to_owned(),
                address: campaign.from_address().as_str().to_owned(),
            },
            segment: campaign.rule().to_json(),
            important: campaign.is_important(),
            tracking: campaign.tracking(),
            variants: campaign.trial().cloned(),
            content: campaign.content().clone(),
        })
    }
}

/// The file of a version.
///
/// # Errors
/// When it cannot be read any more, and those of the database.
pub fn file(conn: &mut Conn, campaign: i64, version: i32) -> Result<Option<CampaignFile>, Error> {
    let Some(text) = find(conn, campaign, version)? else { return Ok(None) };
    let broken =
        |what: String| Error::Database(diesel::result::Error::DeserializationError(what.into()).into());
    let value = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    CampaignFile::parse(value).map(Some).map_err(|problem| broken(problem.to_string()))
}

/// What differs, line by line, with three lines around each difference.
#[must_use]
pub fn compare(before: &CampaignFile, after: &CampaignFile) -> Vec<Line> {
    let (before, after) = (readable(before), readable(after));
    let diff = TextDiff::from_lines(&before, &after);
    let mut lines = Vec::new();
    for (place, group) in diff.grouped_ops(3).iter().enumerate() {
        if place > 0 {
            lines.push(Line { change: Change::Gap, text: String::new() });
        }
        for change in group.iter().flat_map(|part| diff.iter_changes(part)) {
            lines.push(Line {
                change: match change.tag() {
                    ChangeTag::Equal => Change::Same,
                    ChangeTag::Delete => Change::Removed,
                    ChangeTag::Insert => Change::Added,
                },
                text: change.value().trim_end_matches('\n').to_owned(),
            });
        }
    }
    lines
}

/// A campaign as lines of text: each value on a line of its own, each text as it was written.
fn readable(file: &CampaignFile) -> String {
    let mut value = serde_json::to_value(file).unwrap_or_default();
    let content = value.get_mut("content").map(serde_json::Value::take).unwrap_or_default();
    let mut text = String::new();
    let mut write = |name: &str, value: &serde_json::Value| match value {
        serde_json::Value::String(words) if words.contains('\n') => {
            text.push_str(&format!("{name}:\n{}\n", words.trim_end()));
        }
        serde_json::Value::String(words) => text.push_str(&format!("{name}: {words}\n")),
        serde_json::Value::Object(_) | serde_json::Value::Array(_) => {
            let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
            text.push_str(&format!("{name}:\n{pretty}\n"));
        }
        other => text.push_str(&format!("{name}: {other}\n")),
    };
    for (name, member) in value.as_object().into_iter().flatten().filter(|(name, _)| *name != "content") {
        write(name, member);
    }
    for (language, member) in content.as_object().into_iter().flatten() {
        for (name, part) in member.as_object().into_iter().flatten() {
            write(&format!("{language} {name}"), part);
        }
    }
    text
}
