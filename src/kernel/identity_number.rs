//! Swedish and Norwegian identity numbers: used to recognise a person, never stored.
//!
//! What is stored is an [`IdentityHash`]. The number itself has no `Display`, and its `Debug` shows the
//! birth date alone, so that it cannot reach a log by accident.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Who issued a number, and how lasting it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    /// Swedish personal identity number (Skatteverket, SKV 704).
    Personnummer,
    /// Swedish coordination number: the day of birth plus 60 (Skatteverket, SKV 707).
    Samordningsnummer,
    /// Interim number that a study register gives until a real one is known: `T` in the ninth place.
    InterimNumber,
    /// Norwegian national identity number (Skatteetaten).
    Fodselsnummer,
    /// Norwegian number for people who are not resident: the day of birth plus 40.
    DNumber,
}

impl IdentityKind {
    /// Whether such a number is replaced when the person gets a lasting one.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::Samordningsnummer | Self::InterimNumber | Self::DNumber)
    }
}

/// A valid identity number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    kind: IdentityKind,
    birth_date: NaiveDate,
    normal: String,
}

/// Why a text is no identity number. The text itself is left out on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidIdentityNumber {
    /// Wrong length or characters.
    #[error(
        "the identity number has the wrong form; write it as YYYYMMDD-NNNN, YYMMDD-NNNN or, for Norway, eleven digits"
    )]
    Form,
    /// The first digits are no day in the calendar, or a day still to come.
    #[error("the identity number does not begin with a date of birth; correct its first digits")]
    BirthDate,
    /// A check digit is wrong.
    #[error("the check digit of the identity number is wrong; compare the number with the register")]
    CheckDigit,
}

impl IdentityNumber {
    /// Parses a Swedish number of ten or twelve characters, or a Norwegian one of eleven.
    ///
    /// `-` or `+` may stand before the last four, spaces anywhere. A ten-digit number belongs to the
    /// latest century that is not after `today`, and with `+` to the one before.
    ///
    /// # Errors
    /// When the form, the date of birth or a check digit is wrong.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, InvalidIdentityNumber> {
        let mut characters = Vec::with_capacity(12);
        let mut separator = None;
        for (position, c) in text.bytes().filter(|b| !b.is_ascii_whitespace()).enumerate() {
            match c {
                b'-' | b'+' if separator.is_none() => separator = Some((c, position)),
                _ if characters.len() == 12 => return Err(InvalidIdentityNumber::Form),
                _ => characters.push(c.to_ascii_uppercase()),
            }
        }
        match (characters.len(), separator) {
            (11, None | Some((b'-', 6))) => norwegian(&characters, today),
            (length @ (10 | 12), None) => swedish(&characters, length, false, today),
            (length @ (10 | 12), Some((sign, at))) if at == length - 4 => {
                swedish(&characters, length, sign == b'+', today)
            }
            _ => Err(InvalidIdentityNumber::Form),
        }
    }

    /// Who issued it, and how lasting it is.
    #[must_use]
    pub const fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// The date of birth that the number tells.
    #[must_use]
    pub const fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// HMAC-SHA256 (RFC 2104) of the number's normal form, which is the same however the number was written.
    #[must_use]
    pub fn hash(&self, key: &[u8]) -> IdentityHash {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        // The purpose goes in too: the same key over an e-mail address can never give the same value.
        mac.update(b"identity number\0");
        mac.update(self.normal.as_bytes());
        IdentityHash(data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({:?}, born {})", self.kind, self.birth_date)
    }
}

/// The keyed hash of an identity number: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityHash(String);

impl IdentityHash {
    /// The digits, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `YYYYMMDDNNNC` or `YYMMDDNNNC`; a `T` may take the place of the first `N`.
fn swedish(
    characters: &[u8],
    length: usize,
    hundred_years_old: bool,
    today: NaiveDate,
) -> Result<IdentityNumber, InvalidIdentityNumber> {
    let ten = &characters[length - 10..];
    let interim = ten[6] == b'T';
    let digits = ten
        .iter()
        .enumerate()
        .map(|(place, c)| if place == 6 && interim { Ok(0) } else { digit(*c) })
        .collect::<Result<Vec<u32>, _>>()?;
    let (kind, day) = match number(&digits[4..6]) {
        day if interim => (IdentityKind::InterimNumber, day),
        day @ 61..=91 => (IdentityKind::Samordningsnummer, day - 60),
        day => (IdentityKind::Personnummer, day),
    };
    let (year, month) = (number(&digits[..2]), number(&digits[2..4]));
    let birth_date = if length == 12 {
        let century = number(&characters[..2].iter().map(|c| digit(*c)).collect::<Result<Vec<u32>, _>>()?);
        past_date(century * 100 + year, month, day, today)?
    } else {
        latest_past_date(year, month, day, hundred_years_old, today)?
    };
    // The registers that give interim numbers do not agree on what the letter counts for, so their last
    // digit proves nothing and is taken as it stands.
    if !interim && !luhn(&digits).is_multiple_of(10) {
        return Err(InvalidIdentityNumber::CheckDigit);
    }
    let normal = format!("SE{:02}{}", birth_date.year() / 100, String::from_utf8_lossy(ten));
    Ok(IdentityNumber { kind, birth_date, normal })
}

/// The sum of the digits' digits, every other one doubled from the first, over the digits as written.
fn luhn(digits: &[u32]) -> u32 {
    digits
        .iter()
        .enumerate()
        .map(|(place, d)| if place % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d })
        .sum()
}

/// `DDMMYYIIIKK`. Skatteetaten's synthetic people (the test register Tenor) have the month plus 80: such a number
/// is nobody's, so that taking it does no harm and an office can try things out with it. The month plus 40 is a
/// hospital's own number (H-nummer), which another hospital gives to somebody else: it is refused.
fn norwegian(characters: &[u8], today: NaiveDate) -> Result<IdentityNumber, InvalidIdentityNumber> {
    const FIRST: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
    const SECOND: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
    let digits = characters.iter().map(|c| digit(*c)).collect::<Result<Vec<u32>, _>>()?;
    let (kind, day) = match number(&digits[..2]) {
        day @ 41..=71 => (IdentityKind::DNumber, day - 40),
        day => (IdentityKind::Fodselsnummer, day),
    };
    let month = match number(&digits[2..4]) {
        month @ 81..=92 => month - 80,
        month => month,
    };
    let (year, individual) = (number(&digits[4..6]), number(&digits[6..9]));

    let remainder = |weights: &[u32]| weights.iter().zip(&digits).map(|(w, d)| w * d).sum::<u32>() % 11;
    let first = remainder(&FIRST);
    // Numbers given from 2032 may leave 0 to 3, and no longer tell the century.
    let reformed = first != 0;
    if first > if today.year() >= 2032 { 3 } else { 0 } || remainder(&SECOND) != 0 {
        return Err(InvalidIdentityNumber::CheckDigit);
    }
    let birth_date = if reformed {
        latest_past_date(year, month, day, false, today)?
    } else {
        let century = match (individual, year) {
            (0..500, _) | (900.., 40..) => 1900,
            (500..750, 54..) => 1800,
            (500.., 0..40) => 2000,
            _ => return Err(InvalidIdentityNumber::BirthDate),
        };
        past_date(century + year, month, day, today)?
    };
    let normal = format!("NO{}", String::from_utf8_lossy(characters));
    Ok(IdentityNumber { kind, birth_date, normal })
}

fn digit(character: u8) -> Result<u32, InvalidIdentityNumber> {
    if character.is_ascii_digit() {
        Ok(u32::from(character - b'0'))
    } else {
        Err(InvalidIdentityNumber::Form)
    }
}

fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |sum, d| sum * 10 + d)
}

fn past_date(year: u32, month: u32, day: u32, today: NaiveDate) -> Result<NaiveDate, InvalidIdentityNumber> {
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|date| *date <= today && date.year() >= 1850)
        .ok_or(InvalidIdentityNumber::BirthDate)
}

/// The latest date with this two-digit year that is not after today, or the one a century before it.
fn latest_past_date(
    year: u32,
    month: u32,
    day: u32,
    century_before: bool,
    today: NaiveDate,
) -> Result<NaiveDate, InvalidIdentityNumber> {
    let mut dates = [2000, 1900, 1800]
        .into_iter()
        .filter_map(|century| past_date(century + year, month, day, today).ok());
    if century_before { dates.nth(1) } else { dates.next() }.ok_or(InvalidIdentityNumber::BirthDate)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::{IdentityKind, IdentityNumber, InvalidIdentityNumber};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parse(text: &str) -> Result<IdentityNumber, InvalidIdentityNumber> {
        IdentityNumber::parse(text, date("2026-11-22"))
    }

    #[test]
    fn knows_every_kind_and_its_birth_date() {
        for (text, kind, born) in [
            // Skatteverket's published test numbers, and the examples of SKV 704 and SKV 707.
            ("191212121212", IdentityKind::Personnummer, "1912-12-12"),
            ("19640823-3234", IdentityKind::Personnummer, "1964-08-23"),
            ("640823-3234", IdentityKind::Personnummer, "1964-08-23"),
            ("198410199817", IdentityKind::Personnummer, "1984-10-19"),
            ("20000101-2384", IdentityKind::Personnummer, "2000-01-01"),
            ("701063-2391", IdentityKind::Samordningsnummer, "1970-10-03"),
            ("20011102T849", IdentityKind::InterimNumber, "2001-11-02"),
            ("970919-t997", IdentityKind::InterimNumber, "1997-09-19"),
            // Skatteetaten's synthetic people.
            ("10915596784", IdentityKind::Fodselsnummer, "1955-11-10"),
            ("109155 96784", IdentityKind::Fodselsnummer, "1955-11-10"),
        ] {
            let number = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((number.kind(), number.birth_date()), (kind, date(born)), "{text}");
        }
    }

    #[test]
    fn tells_the_century_by_today_and_by_the_plus_sign() {
        assert_eq!(parse("121212-1212").unwrap().birth_date(), date("2012-12-12"));
        assert_eq!(parse("121212+1212").unwrap().birth_date(), date("1912-12-12"));
        assert_eq!(parse("19121212+1212").unwrap(), parse("121212+1212").unwrap());
    }

    #[test]
    fn refuses_what_is_no_number() {
        for (text, why) in [
            ("", InvalidIdentityNumber::Form),
            ("6408233", InvalidIdentityNumber::Form),
            ("1964082-33234", InvalidIdentityNumber::Form),
            ("19640823-323X", InvalidIdentityNumber::Form),
            ("١٩٦٤٠٨٢٣٣٢٣٤", InvalidIdentityNumber::Form),
            ("19641323-3234", InvalidIdentityNumber::BirthDate),
            ("20970823-3234", InvalidIdentityNumber::BirthDate),
            ("19640823-3235", InvalidIdentityNumber::CheckDigit),
            ("10915596785", InvalidIdentityNumber::CheckDigit),
            // The month plus 40 marks a hospital's own number: good within that hospital alone.
            ("13527248013", InvalidIdentityNumber::BirthDate),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text:?}");
        }
    }

    /// Every Norwegian number of a day with one individual number, whatever its check digits.
    fn norwegian_numbers(prefix: &str) -> impl Iterator<Item = String> {
        (0..100).map(move |check| format!("{prefix}{check:02}"))
    }

    #[test]
    fn d_numbers_have_the_day_plus_forty() {
        let number = norwegian_numbers("500165100").find_map(|text| parse(&text).ok()).unwrap();
        assert_eq!((number.kind(), number.birth_date()), (IdentityKind::DNumber, date("1965-01-10")));
        assert!(number.kind().is_temporary());
    }

    #[test]
    fn the_reform_of_2032_allows_four_remainders() {
        let valid = |today: &str| {
            norwegian_numbers("100132500")
                .filter(|text| IdentityNumber::parse(text, date(today)).is_ok())
                .count()
        };
        assert_eq!(valid("2031-12-31"), 0, "not born yet");
        assert!(valid("2032-02-01") > 1);
        let reformed = norwegian_numbers("100165100")
            .filter(|text| IdentityNumber::parse(text, date("2032-02-01")).is_ok())
            .count();
        assert!(reformed > 1, "{reformed}");
        assert_eq!(norwegian_numbers("100165100").filter(|text| parse(text).is_ok()).count(), 1);
    }

    #[test]
    fn hashes_alike_however_written_and_by_key() {
        let hash = |text: &str, key: &[u8]| parse(text).unwrap().hash(key);
        assert_eq!(hash("640823-3234", b"key"), hash(" 19640823 3234 ", b"key"));
        assert_ne!(hash("640823-3234", b"key"), hash("640823-3234", b"other"));
        assert_eq!(hash("640823-3234", b"key").as_str().len(), 64);
    }

    #[test]
    fn never_shows_the_number() {
        let shown = format!("{:?}", parse("640823-3234").unwrap());
        assert!(shown.contains("1964-08-23") && !shown.contains("3234"), "{shown}");
    }

    fn check_digit(nine: &str) -> u32 {
        let digits: Vec<u32> = nine.chars().map(|c| c.to_digit(10).unwrap()).collect();
        let sum: u32 = digits
            .iter()
            .enumerate()
            .map(|(place, d)| d * (2 - place as u32 % 2))
            .map(|d| d / 10 + d % 10)
            .sum();
        (10 - sum % 10) % 10
    }

    /// The ten digits of a Swedish number, written by the rule and not by the parser.
    fn swedish(born: NaiveDate, day_plus: u32, serial: u32) -> String {
        use chrono::Datelike;
        let nine = format!("{}{:02}{serial:03}", born.format("%y%m"), born.day() + day_plus);
        format!("{nine}{}", check_digit(&nine))
    }

    /// A Norwegian number, unless its check digits would have to be ten.
    fn norwegian(born: NaiveDate, day_plus: u32, month_plus: u32, individual: u32) -> Option<String> {
        use chrono::Datelike;
        let nine = format!(
            "{:02}{:02}{}{individual:03}",
            born.day() + day_plus,
            born.month() + month_plus,
            born.format("%y")
        );
        let check = |digits: &str, weights: &[u32]| {
            let sum: u32 = digits.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
            Some((11 - sum % 11) % 11).filter(|digit| *digit < 10)
        };
        let ten = format!("{nine}{}", check(&nine, &[3, 7, 6, 1, 8, 9, 4, 5, 2])?);
        Some(format!("{ten}{}", check(&ten, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?))
    }

    prop_compose! {
        /// Born from 1940 to the end of 2025.
        fn birth()(days in 0_i64..31_400) -> NaiveDate {
            date("1940-01-01") + chrono::TimeDelta::days(days)
        }
    }

    /// One digit of a text changed.
    fn changed(text: &str, place: usize, add: u8) -> String {
        let mut bytes = text.as_bytes().to_vec();
        bytes[place] = b'0' + (bytes[place] - b'0' + add) % 10;
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn any_swedish_number_is_known_however_written(born in birth(), coordination: bool, serial in 1_u32..1000) {
            let ten = swedish(born, if coordination { 60 } else { 0 }, serial);
            let century = born.format("%Y").to_string()[..2].to_owned();
            let (front, last) = ten.split_at(6);
            let number = parse(&format!("{century}{ten}")).unwrap();
            prop_assert_eq!(number.birth_date(), born);
            prop_assert_eq!(number.kind() == IdentityKind::Samordningsnummer, coordination);
            for text in [ten.clone(), format!("{front}-{last}"), format!("{century}{front}-{last}"), format!(" {century}{front} {last}")] {
                prop_assert_eq!(&parse(&text).unwrap(), &number, "{}", text);
            }
            prop_assert_eq!(format!("{number:?}"), format!("IdentityNumber({:?}, born {born})", number.kind()));
        }

        #[test]
        fn any_change_of_one_digit_of_a_swedish_number_is_noticed(
            born in birth(), serial in 0_u32..1000, place in 0_usize..10, add in 1_u8..10,
        ) {
            let ten = swedish(born, 0, serial);
            prop_assert!(parse(&changed(&ten, place, add)).is_err());
            let with_century = format!("19{}", changed(&ten, place, add));
            prop_assert!(parse(&with_century).is_err());
        }

        #[test]
        fn any_norwegian_number_is_known_and_any_change_of_one_digit_noticed(
            born in birth(), d_number: bool, synthetic: bool, individual in 0_u32..500,
            place in 0_usize..11, add in 1_u8..10,
        ) {
            use chrono::Datelike;
            let individual = if born.year() < 2000 { individual } else { individual + 500 };
            let (day_plus, month_plus) = (if d_number { 40 } else { 0 }, if synthetic { 80 } else { 0 });
            let Some(text) = norwegian(born, day_plus, month_plus, individual) else { return Ok(()) };
            let number = parse(&text).unwrap();
            prop_assert_eq!(number.birth_date(), born);
            prop_assert_eq!(number.kind() == IdentityKind::DNumber, d_number);
            prop_assert_eq!(&parse(&format!("{} {}", &text[..6], &text[6..])).unwrap(), &number);
            let wrong = changed(&text, place, add);
            prop_assert!(parse(&wrong).is_err());
            // The second check digit alone guarantees it, also when the first one proves less.
            prop_assert!(IdentityNumber::parse(&wrong, date("2040-01-01")).is_err());
            prop_assert_eq!(format!("{number:?}"), format!("IdentityNumber({:?}, born {born})", number.kind()));
        }

        #[test]
        fn never_panics_and_never_tells_what_was_written(text in "\\PC{0,16}", days in 0_i64..200_000) {
            let today = date("1700-01-01") + chrono::TimeDelta::days(days);
            if let Err(error) = IdentityNumber::parse(&text, today) {
                let told = format!("{error} {error:?}");
                prop_assert!(!told.contains(|c: char| c.is_ascii_digit()));
            }
        }

        #[test]
        fn digits_never_panic(text in "[0-9Tt+ -]{9,14}", days in 0_i64..200_000) {
            let _ = IdentityNumber::parse(&text, date("1700-01-01") + chrono::TimeDelta::days(days));
        }
    }
}
