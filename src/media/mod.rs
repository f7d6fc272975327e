//! The media library: pictures that mails show, told by their content, freed of what they say about whoever took
//! them, at most [`MOST_WIDTH`] pixels wide.
//!
//! ```text
//! upload -> prepare (decode, turn upright, resize, encode anew) -> Files (disk or S3, named by their hash) -> media
//! ```
//!
//! Which campaigns show a picture is theirs to say. Owns the table `media`.

mod files;
mod picture;
mod store;

use std::collections::BTreeMap;

pub use files::{Files, FilesError};
pub use picture::{LARGEST, MOST_WIDTH, Prepared, Unusable, prepare};
pub use store::{Wanted, delete, describe, find, has_hash, insert, of_hash, page, uploaded_since};

use crate::kernel::language::Language;
use crate::links::Urls;

/// The longest description of a picture, in characters: screen readers read it in one breath.
pub const LONGEST_ALT: usize = 300;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 200;

crate::text_enum! {
    /// The kinds of pictures that every mail program shows; the text is the file's ending.
    Kind {
        Png = "png",
        Jpeg = "jpg",
        Gif = "gif",
    }
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }
}

/// What a picture shows, by language, for those who do not see it (WCAG 2.1, 1.1.1).
pub type Alt = BTreeMap<Language, String>;

/// A picture of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its number.
    pub id: i64,
    /// The unit that may change and delete it.
    pub unit_id: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    /// What it is.
    pub kind: Kind,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// In octets.
    pub size: u32,
    /// What staff call it.
    pub name: String,
    /// What it shows.
    pub alt: Alt,
    /// When it was uploaded.
    pub created_at: chrono::NaiveDateTime,
}

impl Picture {
    /// Its path on our own pages; it changes with the content, so it may be kept for ever.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/media/{}/{}.{}", self.id, self.hash, self.kind)
    }

    /// Its address for mails.
    #[must_use]
    pub fn address(&self, urls: &Urls) -> String {
        urls.page(&self.path())
    }

    /// What it shows in a language, or else in another one that is there; empty when nobody described it.
    #[must_use]
    pub fn alt_in(&self, language: Language) -> &str {
        self.alt.get(&language).or_else(|| self.alt.values().next()).map_or("", String::as_str)
    }
}

/// A picture whose file is in the store already.
#[derive(Debug, Clone)]
pub struct NewPicture {
    /// The unit that may change and delete it.
    pub unit_id: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    /// The file.
    pub picture: Prepared,
    /// What staff call it.
    pub name: String,
    /// What it shows.
    pub alt: Alt,
}

/// Why something about pictures was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// What the database holds of a picture cannot be read.
    #[error("picture {0} cannot be read: {1}")]
    Stored(i64, String),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The descriptions without those that are empty; `None` when one is too long.
#[must_use]
pub fn alt_of(texts: impl IntoIterator<Item = (Language, String)>) -> Option<Alt> {
    let alt: Alt = texts
        .into_iter()
        .map(|(language, text)| (language, text.split_whitespace().collect::<Vec<_>>().join(" ")))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    alt.values().all(|text| text.chars().count() <= LONGEST_ALT).then_some(alt)
}

/// The name of a file as staff see it: without folders, which some browsers send, and without what is no text.
#[must_use]
pub fn name_of(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect()
}

/// The picture numbers that a campaign's content speaks of: as `media` of a block, or in an address of ours.
#[must_use]
pub fn mentioned(content: &serde_json::Value) -> std::collections::BTreeSet<i64> {
    let mut found = std::collections::BTreeSet::new();
    collect(content, &mut found);
    found
}

fn collect(value: &serde_json::Value, found: &mut std::collections::BTreeSet<i64>) {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            found.extend(members.get("media").and_then(Value::as_i64));
            members.values().for_each(|member| collect(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(text) => {
            for after in text.split("/media/").skip(1) {
                let digits = after.split('/').next().unwrap_or_default();
                found.extend(digits.parse::<i64>().ok());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_mentions_pictures_as_blocks_and_as_addresses() {
        let content = serde_json::json!({
            "sv": {"blocks": {"version": 1, "blocks": [
                {"type": "image", "media": 7},
                {"type": "columns", "left": [{"type": "image", "media": 8}], "right": []}]}},
            "nb": {"html": "<img src=\"https://alumn.example/media/12/ab.png\"><img src='/media/x/1.png'>"},
        });
        assert_eq!(Vec::from_iter(mentioned(&content)), [7, 8, 12]);
    }

    #[test]
    fn names_and_descriptions_are_one_line_of_text() {
        assert_eq!(name_of("C:\\Users\\eva\\fest\n.png"), "fest.png");
        let alt =
            alt_of([(Language::Swedish, " En\n fest ".to_owned()), (Language::English, " ".to_owned())]);
        assert_eq!(alt.unwrap(), Alt::from([(Language::Swedish, "En fest".to_owned())]));
        assert_eq!(alt_of([(Language::Swedish, "x".repeat(301))]), None);
    }
}
