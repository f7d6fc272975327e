//! Colours as mails write them, and whether text can be read on its ground.

use crate::config::Colour;

/// The names that mails use; others are not judged.
const NAMED: [(&str, &str); 14] = [
    ("black", "#000000"),
    ("white", "#ffffff"),
    ("gray", "#808080"),
    ("grey", "#808080"),
    ("silver", "#c0c0c0"),
    ("lightgray", "#d3d3d3"),
    ("lightgrey", "#d3d3d3"),
    ("darkgray", "#a9a9a9"),
    ("red", "#ff0000"),
    ("blue", "#0000ff"),
    ("green", "#008000"),
    ("navy", "#000080"),
    ("yellow", "#ffff00"),
    ("orange", "#ffa500"),
];

/// A colour: `#rgb`, `#rrggbb`, `rgb(…)` or one of the common names.
pub(super) fn parse(text: &str) -> Option<Colour> {
    let text = text.trim().trim_end_matches("!important").trim().to_ascii_lowercase();
    if let Some((_, hex)) = NAMED.iter().find(|(name, _)| *name == text) {
        return hex.parse().ok();
    }
    if let Some(hex) = text.strip_prefix('#').filter(|hex| hex.len() == 3) {
        let doubled: String = hex.chars().flat_map(|digit| [digit, digit]).collect();
        return format!("#{doubled}").parse().ok();
    }
    if let Some(parts) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let parts: Vec<u8> = parts.split(',').filter_map(|part| part.trim().parse().ok()).collect();
        let [red, green, blue] = parts.as_slice() else { return None };
        return format!("#{red:02x}{green:02x}{blue:02x}").parse().ok();
    }
    text.parse().ok()
}

/// The value of a property in a style attribute; the last one wins.
pub(super) fn property<'a>(style: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = style.split(';').filter_map(|part| part.split_once(':'));
    parts.rfind(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A length in pixels.
pub(super) fn pixels(text: &str) -> Option<f64> {
    text.trim().strip_suffix("px")?.trim().parse().ok()
}
