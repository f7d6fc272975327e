//! Where in what was written something stands.

use serde_json::Value;

use crate::content::source::LanguageContent;

/// A place in one language's text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "in")]
pub enum Whereabouts {
    /// A block of the visual editor's document.
    Block {
        /// Its id.
        id: String,
    },
    /// A line of a body of text.
    Line {
        /// Counted from 1.
        line: usize,
    },
}

/// The first place where these words stand in what was written: the innermost block, or the line.
pub(super) fn of(source: &LanguageContent, words: &str) -> Option<Whereabouts> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let written = serde_json::to_value(source).ok()?;
    if let Some(blocks) = written.get("blocks") {
        return innermost(blocks, words, None).map(|id| Whereabouts::Block { id });
    }
    let body = ["markdown", "mjml", "html"].iter().find_map(|kind| written.get(kind)?.as_str())?;
    let at = body.find(words).or_else(|| body.find(&words.replace('&', "&amp;")))?;
    let line = body.get(..at)?.matches('\n').count() + 1;
    Some(Whereabouts::Line { line })
}

/// Whether a body is the visual editor's document, which asks for descriptions by itself.
pub(super) fn is_document(source: &LanguageContent) -> bool {
    serde_json::to_value(source).is_ok_and(|written| written.get("blocks").is_some())
}

fn innermost(value: &Value, words: &str, within: Option<&str>) -> Option<String> {
    match value {
        Value::String(text) if text.contains(words) => within.map(str::to_owned),
        Value::Number(number) => {
            // A picture of the library is written as its number, and found by its address.
            let rest = words.split("/media/").nth(1)?;
            let is_it = rest.split('/').next() == Some(number.to_string().as_str());
            within.filter(|_| is_it).map(str::to_owned)
        }
        Value::Array(items) => items.iter().find_map(|item| innermost(item, words, within)),
        Value::Object(members) => {
            let within = members.get("id").and_then(Value::as_str).or(within);
            members.values().find_map(|member| innermost(member, words, within))
        }
        _ => None,
    }
}
