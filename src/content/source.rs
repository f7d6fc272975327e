//! A campaign's text as staff, the API and the campaign file write it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::language::Language;

/// Everything that a campaign says, in all its languages. As JSON:
/// `{"layout": "newsletter", "content": {"sv": {…}}, "default_language": "sv"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignContent {
    /// The layout around the text.
    pub layout: LayoutName,
    /// What people get whose own language is not among those written.
    pub default_language: Language,
    /// The text, language by language.
    #[serde(rename = "content")]
    pub languages: BTreeMap<Language, LanguageContent>,
}

/// The text in one language. As JSON: `subject`, optionally `preheader`, and exactly one of `markdown`,
/// `mjml` and `html`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LanguageContentJson", into = "LanguageContentJson")]
pub struct LanguageContent {
    /// The subject line; may hold merge fields.
    pub subject: String,
    /// The line that inboxes show after the subject; may hold merge fields.
    pub preheader: Option<String>,
    /// What the mail says.
    pub body: Body,
}

/// A body in one of the languages in which it can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// CommonMark without raw HTML; a paragraph that is one link followed by `{.button}` is a button.
    Markdown(String),
    /// Sections that are placed in the layout, or a whole `<mjml>` document that replaces it.
    Mjml(String),
    /// A fragment that is placed in the layout, or a whole document that replaces it.
    Html(String),
}

impl Body {
    /// What was written.
    #[must_use]
    pub fn source(&self) -> &str {
        match self {
            Self::Markdown(source) | Self::Mjml(source) | Self::Html(source) => source,
        }
    }
}

/// Why a language's content cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContent {
    /// No body, or more than one.
    #[error("a language's content needs exactly one of \"markdown\", \"mjml\" and \"html\"")]
    OneBody,
    /// The visual editor's document.
    #[error("\"blocks\" is not supported yet; write the text as \"markdown\", \"mjml\" or \"html\" instead")]
    Blocks,
}

#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LanguageContentJson {
    subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preheader: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mjml: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    blocks: Option<serde::de::IgnoredAny>,
}

impl TryFrom<LanguageContentJson> for LanguageContent {
    type Error = InvalidContent;

    fn try_from(json: LanguageContentJson) -> Result<Self, InvalidContent> {
        let body = match (json.markdown, json.mjml, json.html, json.blocks) {
            (_, _, _, Some(_)) => return Err(InvalidContent::Blocks),
            (Some(markdown), None, None, None) => Body::Markdown(markdown),
            (None, Some(mjml), None, None) => Body::Mjml(mjml),
            (None, None, Some(html), None) => Body::Html(html),
            _ => return Err(InvalidContent::OneBody),
        };
        Ok(Self { subject: json.subject, preheader: json.preheader, body })
    }
}

impl From<LanguageContent> for LanguageContentJson {
    fn from(content: LanguageContent) -> Self {
        let LanguageContent { subject, preheader, body } = content;
        let mut json = Self { subject, preheader, markdown: None, mjml: None, html: None, blocks: None };
        match body {
            Body::Markdown(source) => json.markdown = Some(source),
            Body::Mjml(source) => json.mjml = Some(source),
            Body::Html(source) => json.html = Some(source),
        }
        json
    }
}

impl utoipa::PartialSchema for LanguageContent {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <LanguageContentJson as utoipa::PartialSchema>::schema()
    }
}

impl utoipa::ToSchema for LanguageContent {}

/// The name of a layout: lower-case letters, digits and hyphens, so that it can be a file's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "newsletter")]
pub struct LayoutName(String);

/// A text that no layout can be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" cannot be a layout's name; it takes 1 to 64 lower-case letters, digits and hyphens")]
pub struct InvalidLayoutName(pub String);

impl LayoutName {
    /// Parses a name; whether there is such a layout is for [`super::Layouts`] to say.
    ///
    /// # Errors
    /// When the name has another character than the allowed ones, or none, or more than 64.
    pub fn parse(name: &str) -> Result<Self, InvalidLayoutName> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidLayoutName(name.to_owned()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LayoutName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LayoutName {
    type Error = InvalidLayoutName;

    fn try_from(name: String) -> Result<Self, InvalidLayoutName> {
        Self::parse(&name)
    }
}

impl From<LayoutName> for String {
    fn from(name: LayoutName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_campaign_file_round_trips() {
        let json = r#"{"layout":"newsletter","default_language":"sv","content":{"sv":{"subject":"Hej","preheader":"Nytt","markdown":"Text"},"en":{"subject":"Hi","html":"<p>Text</p>"}}}"#;
        let content: CampaignContent = serde_json::from_str(json).unwrap();
        assert_eq!(content.languages[&Language::Swedish].body, Body::Markdown("Text".to_owned()));
        assert_eq!(content.languages[&Language::English].body, Body::Html("<p>Text</p>".to_owned()));
        assert_eq!(content.languages[&Language::English].preheader, None);
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
    }

    #[test]
    fn what_is_not_understood_is_refused_with_a_reason() {
        let refused = |json: &str| serde_json::from_str::<LanguageContent>(json).unwrap_err().to_string();
        let one_body = InvalidContent::OneBody.to_string();
        assert!(refused(r#"{"subject":"Hej"}"#).contains(&one_body));
        assert!(refused(r#"{"subject":"Hej","markdown":"a","html":"b"}"#).contains(&one_body));
        assert!(
            refused(r#"{"subject":"Hej","blocks":[{"a":1}]}"#).contains("\"blocks\" is not supported yet")
        );
        assert!(refused(r#"{"subject":"Hej","markdwn":"a"}"#).contains("unknown field `markdwn`"));
        assert!(refused(r#"{"markdown":"a"}"#).contains("missing field `subject`"));
        for name in ["", "../letter", "Letter", "a/b", "nyhetsbrev\n"] {
            assert!(LayoutName::parse(name).is_err(), "{name:?}");
        }
    }
}
