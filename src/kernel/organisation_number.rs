//! Registration numbers of organisations: Swedish organisationsnummer (Skatteverket, SKV 709; Bolagsverket) and Norwegian
//! organisasjonsnummer (Brønnøysundregistrene). Numbers of other countries are kept as they are written.

use std::fmt;

/// A number whose form and check digit are right: `232100-0255`, `974760673`, or another country's behind its two
/// letters, such as `FI01120389`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrganisationNumber(String);

/// Why a text is no number of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidOrganisationNumber {
    /// Wrong length or characters.
    #[error(
        "the registration number has the wrong form; write a Swedish one as NNNNNN-NNNN, a Norwegian one in nine \
         digits, and any other behind its country's two letters, such as FI01120389"
    )]
    Form,
    /// The number of a person, which is never stored as it is written (product P7).
    #[error(
        "that is the identity number of a person and no registration number, whose third digit is at least 2; leave the \
         number of a sole trader out"
    )]
    Personal,
    /// The check digit is wrong.
    #[error(
        "the check digit of the registration number is wrong; compare the number with the country's register"
    )]
    CheckDigit,
}

impl OrganisationNumber {
    /// Reads a number as people write it: spaces anywhere, a Swedish one with or without its hyphen, or in twelve digits
    /// that begin with 16.
    ///
    /// # Errors
    /// When the form or the check digit is wrong, or it belongs to a person.
    pub fn parse(text: &str) -> Result<Self, InvalidOrganisationNumber> {
        let written: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let digits: String = match written.rsplit_once('-') {
            Some((first, last)) if last.len() == 4 && matches!(first.len(), 6 | 8) => {
                format!("{first}{last}")
            }
            _ => written.clone(),
        };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return foreign(&written);
        }
        match digits.len() {
            9 if !written.contains('-') => norwegian(&digits),
            10 => swedish(&digits),
            12 => digits.strip_prefix("16").map_or_else(|| Err(not_of_an_organisation(&digits)), swedish),
            _ => Err(InvalidOrganisationNumber::Form),
        }
    }

    /// The number in the form in which it is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Twelve digits that begin with a century are a person's.
fn not_of_an_organisation(digits: &str) -> InvalidOrganisationNumber {
    if ["18", "19", "20"].iter().any(|century| digits.starts_with(century)) {
        InvalidOrganisationNumber::Personal
    } else {
        InvalidOrganisationNumber::Form
    }
}

/// Ten digits, the last of them by Luhn's rule (ISO/IEC 7812-1) over all; where a person's number has the month of birth,
/// an organisation's is at least 20.
fn swedish(digits: &str) -> Result<OrganisationNumber, InvalidOrganisationNumber> {
    let (first, last) = digits.split_at(6);
    if digits.as_bytes()[2] < b'2' {
        return Err(InvalidOrganisationNumber::Personal);
    }
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, b)| {
            let value = u32::from(b - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    if sum.is_multiple_of(10) {
        Ok(OrganisationNumber(format!("{first}-{last}")))
    } else {
        Err(InvalidOrganisationNumber::CheckDigit)
    }
}

/// Nine digits, the last of them by weights modulo 11; where that gives ten, no number is issued.
fn norwegian(digits: &str) -> Result<OrganisationNumber, InvalidOrganisationNumber> {
    const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    if sum.is_multiple_of(11) {
        Ok(OrganisationNumber(digits.to_owned()))
    } else {
        Err(InvalidOrganisationNumber::CheckDigit)
    }
}

/// Two letters of a country, which has rules of its own, and its number.
fn foreign(written: &str) -> Result<OrganisationNumber, InvalidOrganisationNumber> {
    let text = written.to_ascii_uppercase();
    let (country, number) = text.split_at_checked(2).ok_or(InvalidOrganisationNumber::Form)?;
    let is_country = country.bytes().all(|b| b.is_ascii_uppercase()) && !matches!(country, "SE" | "NO");
    let is_number = (4..=20).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        && number.bytes().any(|b| b.is_ascii_digit());
    if is_country && is_number { Ok(OrganisationNumber(text)) } else { Err(InvalidOrganisationNumber::Form) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{InvalidOrganisationNumber, OrganisationNumber};

    fn read(text: &str) -> Result<String, InvalidOrganisationNumber> {
        OrganisationNumber::parse(text).map(|number| number.as_str().to_owned())
    }

    /// Numbers that authorities and companies publish as their own.
    #[test]
    fn published_numbers_are_read_however_they_are_written() {
        for (text, normal) in [
            ("232100-0255", "232100-0255"),     // Region Skåne
            ("2021005448", "202100-5448"),      // Skatteverket
            ("16202100-3211", "202100-3211"),   // Lunds universitet
            ("165567037485", "556703-7485"),    // Spotify AB
            (" 202100 - 2932 ", "202100-2932"), // Uppsala universitet
            ("974 760 673", "974760673"),       // Brønnøysundregistrene
            ("971035854", "971035854"),         // Universitetet i Oslo
            ("923609016", "923609016"),         // Equinor ASA
            ("fi 0112038-9", "FI0112038-9"),    // Nokia Oyj
        ] {
            assert_eq!(read(text).as_deref(), Ok(normal), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        use InvalidOrganisationNumber::{CheckDigit, Form, Personal};
        for (text, why) in [
            ("232100-0256", CheckDigit),
            ("974760674", CheckDigit),
            // A person's, also in twelve digits (test numbers of Skatteverket).
            ("640823-3234", Personal),
            ("196408233234", Personal),
            ("16640823-3234", Personal),
            ("17232100-0255", Form),
            ("2321-000255", Form),
            ("97476-0673", Form),
            ("23210002", Form),
            ("SE232100025501", Form),
            ("NO974760673MVA", Form),
            ("Region Skåne", Form),
            ("Åå1234", Form),
            ("", Form),
        ] {
            assert_eq!(read(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn of_ten_last_digits_one_is_right_and_one_wrong_digit_is_found(
            start in "[0-9]{2}[2-9][0-9]{6}", at in 0_usize..10, other in 1_u8..10,
        ) {
            let right: Vec<String> =
                (0..10).map(|last| format!("{start}{last}")).filter(|text| read(text).is_ok()).collect();
            prop_assert_eq!(right.len(), 1);
            let number = &right[0];
            prop_assert_eq!(read(number), read(&format!("16{}-{}", &number[..6], &number[6..])));
            let mut wrong = number.clone().into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + other) % 10;
            prop_assert!(read(&String::from_utf8(wrong).unwrap()).is_err());
        }

        #[test]
        fn of_nine_norwegian_digits_one_wrong_is_found(
            start in "[0-9]{8}", at in 0_usize..9, other in 1_u8..10,
        ) {
            let right: Vec<String> =
                (0..10).map(|last| format!("{start}{last}")).filter(|text| read(text).is_ok()).collect();
            prop_assert!(right.len() <= 1);
            for number in right {
                let mut wrong = number.into_bytes();
                wrong[at] = b'0' + (wrong[at] - b'0' + other) % 10;
                prop_assert!(read(&String::from_utf8(wrong).unwrap()).is_err());
            }
        }

        #[test]
        fn no_text_makes_it_panic_and_what_is_read_is_read_again(text in "[0-9A-Za-zåÅ .-]{0,24}") {
            if let Ok(normal) = read(&text) {
                prop_assert_eq!(read(&normal), Ok(normal.clone()));
            }
        }
    }
}
