//! Phone numbers in international form (ITU-T E.164).

use std::fmt;

/// A phone number: `+`, country code, number; at most fifteen digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// A text that is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the phone number is not valid; write it as +46701234567")]
pub struct InvalidPhoneNumber;

impl PhoneNumber {
    /// Parses a number as people write it; one without a country code belongs to `country` (ISO 3166-1, `SE` or `NO`).
    ///
    /// # Errors
    /// When other characters than digits and the usual separators are found, the length is impossible, or
    /// the country code is missing and `country` is another one than those two.
    pub fn parse(text: &str, country: &str) -> Result<Self, InvalidPhoneNumber> {
        // "+46 (0)70 123 45 67" is a habit, not part of the number.
        let text = text.trim().replace("(0)", "");
        let (plus, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let mut digits = String::with_capacity(15);
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '\u{a0}' | '-' | '\u{2013}' | '/' | '.' | '(' | ')' => {}
                _ => return Err(InvalidPhoneNumber),
            }
        }
        let international = match (plus, digits.strip_prefix("00"), country) {
            (true, _, _) => digits,
            (false, Some(international), _) => international.to_owned(),
            (false, None, "SE") => format!("46{}", digits.strip_prefix('0').ok_or(InvalidPhoneNumber)?),
            (false, None, "NO") if digits.len() == 8 => format!("47{digits}"),
            _ => return Err(InvalidPhoneNumber),
        };
        if (8..=15).contains(&international.len()) && !international.starts_with('0') {
            Ok(Self(format!("+{international}")))
        } else {
            Err(InvalidPhoneNumber)
        }
    }

    /// The number in E.164 form, such as `+46701234567`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::PhoneNumber;

    #[test]
    fn reads_numbers_as_people_write_them() {
        for (text, country, expected) in [
            ("+46705098773", "NO", "+46705098773"),
            ("070-509 87 73", "SE", "+46705098773"),
            ("+46 (0)70-509 87 73", "SE", "+46705098773"),
            ("0046 70 509 87 73", "NO", "+46705098773"),
            ("450 02 908", "NO", "+4745002908"),
        ] {
            assert_eq!(PhoneNumber::parse(text, country).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "ring mamma", "12", "705098773", "+4670509877312345", "+0705098773"] {
            assert!(PhoneNumber::parse(text, "SE").is_err(), "{text:?}");
        }
    }
}
