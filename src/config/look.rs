//! How the office looks on public pages and in mails: its colour, the colour of text on it, and its logo.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// The least contrast of text with what it stands on (WCAG 2.1, success criterion 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;
/// The darkest background that the office's colour stands on as text: the ground of mails.
const GROUND: Colour = Colour([0xee, 0xf1, 0xf4]);
/// The largest logo, in octets: every reader of a page loads it.
const LARGEST_LOGO: usize = 512 * 1024;

/// The office's looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Of links, buttons and lines. `None`: each page and layout has its own.
    pub colours: Option<Colours>,
    /// Beside the office's name.
    pub logo: Option<Logo>,
}

/// The office's colour and that of text on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Of links, buttons and lines.
    pub office: Colour,
    /// Of text on a button.
    pub text: Colour,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The file's content.
    pub bytes: Arc<[u8]>,
    /// Its media type, told by its content.
    pub media_type: &'static str,
    /// What it shows, for those who do not see it (WCAG 2.1, 1.1.1).
    pub alt: String,
    /// The beginning of its SHA-256 in hexadecimal: changes when the content does.
    pub version: String,
}

/// A colour of the sRGB space, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl FromStr for Colour {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(())?;
        let mut parts = [0; 3];
        data_encoding::HEXLOWER_PERMISSIVE.decode_mut(digits.as_bytes(), &mut parts).map_err(|_| ())?;
        Ok(Self(parts))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// Its parts: red, green, blue.
    #[must_use]
    pub const fn parts(self) -> [u8; 3] {
        self.0
    }

    /// How light it is, from 0 to 1 (WCAG 2.1, "relative luminance").
    fn luminance(self) -> f64 {
        let linear = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// How well one can be read on the other, from 1 to 21 (WCAG 2.1, "contrast ratio").
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The nearest darker one of the same hue that can be read on `ground`.
    fn darkened_for(self, ground: Self) -> Self {
        (0..=100)
            .map(|share| Self(self.0.map(|part| (u16::from(part) * (100 - share) / 100) as u8)))
            .find(|darker| darker.contrast(ground) >= LEAST_CONTRAST)
            .unwrap_or(Self([0; 3]))
    }
}

/// A setting that does not hold: its name, its value and what would be right.
pub(super) type Wrong = (&'static str, String, String);

/// The settings as written.
pub(super) struct WrittenLook<'a> {
    pub colour: Option<&'a str>,
    pub text_colour: Option<&'a str>,
    pub logo: Option<&'a Path>,
    pub logo_alt: Option<&'a str>,
    pub office_name: &'a str,
}

impl WrittenLook<'_> {
    /// Reads the logo and checks everything.
    pub(super) fn check(&self) -> Result<Look, Wrong> {
        Ok(Look { colours: self.colours()?, logo: self.logo.map(|path| self.logo(path)).transpose()? })
    }

    fn colours(&self) -> Result<Option<Colours>, Wrong> {
        const OFFICE: &str = "BREVDUVA_OFFICE_COLOUR";
        const TEXT: &str = "BREVDUVA_OFFICE_TEXT_COLOUR";
        let parsed = |name: &'static str, text: &str| {
            text.parse::<Colour>().map_err(|()| {
                (
                    name,
                    text.to_owned(),
                    "write a colour as # and six hexadecimal digits, like #1f4e79".to_owned(),
                )
            })
        };
        let text = self.text_colour.map(|text| parsed(TEXT, text)).transpose()?;
        let Some(written) = self.colour else {
            return match text {
                None => Ok(None),
                Some(text) => {
                    Err((TEXT, text.to_string(), format!("set {OFFICE} too, the colour it stands on")))
                }
            };
        };
        let office = parsed(OFFICE, written)?;
        let of_links = office.contrast(GROUND);
        if of_links < LEAST_CONTRAST {
            let right = format!(
                "as a link on light grey ({GROUND}) its contrast is {} and must be at least {LEAST_CONTRAST} to 1 \
                 (WCAG 2.1, 1.4.3): write a darker colour, like {}",
                shown(of_links),
                office.darkened_for(GROUND)
            );
            return Err((OFFICE, written.to_owned(), right));
        }
        let text = text.unwrap_or(Colour::WHITE);
        let of_text = text.contrast(office);
        if of_text < LEAST_CONTRAST {
            // A colour that can be read on light grey can be read under white.
            let right = format!(
                "on {office} ({OFFICE}) its contrast is {} and must be at least {LEAST_CONTRAST} to 1 \
                 (WCAG 2.1, 1.4.3): write {}",
                shown(of_text),
                Colour::WHITE
            );
            return Err((TEXT, text.to_string(), right));
        }
        Ok(Some(Colours { office, text }))
    }

    fn logo(&self, path: &Path) -> Result<Logo, Wrong> {
        let wrong = |right: String| ("BREVDUVA_OFFICE_LOGO", path.display().to_string(), right);
        let bytes =
            std::fs::read(path).map_err(|error| wrong(format!("the file cannot be read ({error})")))?;
        if bytes.len() > LARGEST_LOGO {
            return Err(wrong(format!("take a picture of at most {} kB", LARGEST_LOGO / 1024)));
        }
        let media_type = media_type(&bytes)
            .ok_or_else(|| wrong("take a PNG, JPEG, GIF, WebP or SVG picture".to_owned()))?;
        let digest = Sha256::digest(&bytes);
        Ok(Logo {
            media_type,
            alt: self
                .logo_alt
                .map(str::trim)
                .filter(|alt| !alt.is_empty())
                .unwrap_or(self.office_name)
                .to_owned(),
            version: data_encoding::HEXLOWER.encode(&digest[..8]),
            bytes: bytes.into(),
        })
    }
}

/// Cut, not rounded: 4.49 is not 4.5.
fn shown(contrast: f64) -> String {
    format!("{:.2} to 1", (contrast * 100.0).floor() / 100.0)
}

/// What a picture is, by how it begins: a file's name may say anything.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => {
            let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
            let begins = text.starts_with("<svg") || (text.starts_with("<?xml") || text.starts_with("<!--"));
            (begins && text.contains("<svg")).then_some("image/svg+xml")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(colour: Option<&str>, text_colour: Option<&str>) -> Result<Option<Colours>, Wrong> {
        WrittenLook { colour, text_colour, logo: None, logo_alt: None, office_name: "Alumn" }.colours()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let black: Colour = "#000000".parse().unwrap();
        assert!((black.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert!((Colour::WHITE.contrast(Colour::WHITE) - 1.0).abs() < 1e-9);
        // The two greys that every text on the matter names: just enough and not enough on white.
        assert!("#767676".parse::<Colour>().unwrap().contrast(Colour::WHITE) >= LEAST_CONTRAST);
        assert!("#777777".parse::<Colour>().unwrap().contrast(Colour::WHITE) < LEAST_CONTRAST);
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_one_that_can() {
        assert_eq!(colours(None, None), Ok(None));
        let (name, value, right) = colours(Some("#ffcc00"), None).unwrap_err();
        assert_eq!((name, value.as_str()), ("BREVDUVA_OFFICE_COLOUR", "#ffcc00"));
        assert!(right.contains("1.33 to 1") && right.contains("4.5"), "{right}");
        let offered = right.rsplit(' ').next().unwrap();
        assert!(colours(Some(offered), None).unwrap().is_some(), "{offered} is refused too");

        let (name, value, right) = colours(Some("#1f4e79"), Some("#333333")).unwrap_err();
        assert_eq!((name, value.as_str()), ("BREVDUVA_OFFICE_TEXT_COLOUR", "#333333"));
        assert!(right.contains("#1f4e79") && right.ends_with("#ffffff"), "{right}");
        assert!(colours(Some("#1F4E79"), Some("#ffffff")).unwrap().is_some());
        for wrong in ["1f4e79", "#1f4", "#1f4e7g", "blue", "#1f4e79;}", "#åäö"] {
            assert!(colours(Some(wrong), None).is_err(), "{wrong}");
        }
        assert!(colours(None, Some("#ffffff")).is_err());
    }

    #[test]
    fn a_picture_is_what_it_begins_with() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<svg/>", Some("image/svg+xml")),
            (b"<html><svg/></html>", None),
            (b"<?xml version=\"1.0\"?><html/>", None),
            (b"", None),
        ] {
            assert_eq!(media_type(bytes), expected, "{bytes:?}");
        }
    }
}
