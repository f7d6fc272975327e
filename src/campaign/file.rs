//! A campaign as a file or an API call writes it (contract, "Campaign file").

use serde::{Deserialize, Serialize};

use super::fault::{Fault, Problem};
use super::state::{CampaignKind, Tracking};
use super::trial::Plan;
use crate::content::CampaignContent;
use crate::preferences::LegalBasis;

/// The JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignFile {
    /// What staff call it.
    pub name: String,
    /// What it is.
    #[serde(default = "mailing")]
    pub kind: CampaignKind,
    /// The short name of the unit that sends.
    pub unit: String,
    /// The code of the topic.
    pub topic: String,
    /// The code of the purpose.
    pub purpose: String,
    /// Why the law lets us.
    pub legal_basis: LegalBasis,
    /// The sender.
    pub from: Sender,
    /// The rule (contract, "Segment rule").
    #[schema(value_type = Object)]
    pub segment: serde_json::Value,
    /// Whether those get it who want nothing but what is important; it needs a role of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub important: bool,
    /// Whether opens and clicks are counted.
    #[serde(default = "aggregate")]
    pub tracking: Tracking,
    /// A trial of several variants on a part of the recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variants: Option<Plan>,
    /// Layout, languages and default language.
    #[serde(flatten)]
    pub content: CampaignContent,
}

/// Who a mail is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name that people read.
    pub name: String,
    /// The address.
    pub address: String,
}

const fn mailing() -> CampaignKind {
    CampaignKind::Mailing
}

const fn aggregate() -> Tracking {
    Tracking::Aggregate
}

const FIELDS: &[&str] = &[
    "name",
    "kind",
    "unit",
    "topic",
    "purpose",
    "legal_basis",
    "from",
    "segment",
    "important",
    "tracking",
    "variants",
    "layout",
    "content",
    "default_language",
];

impl CampaignFile {
    /// Reads the document; an unknown field is an error.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn parse(value: serde_json::Value) -> Result<Self, Problem> {
        // `flatten` and `deny_unknown_fields` exclude each other in serde, so the names are checked here.
        if let Some(object) = value.as_object()
            && let Some(unknown) = object.keys().find(|key| !FIELDS.contains(&key.as_str()))
        {
            let told = format!("there is no field \"{unknown}\"; the fields are {}", FIELDS.join(", "));
            return Err(Problem::at(format!("$.{unknown}"), Fault::Form(told)));
        }
        serde_json::from_value(value).map_err(|error| Problem::at("$", Fault::Form(error.to_string())))
    }
}
