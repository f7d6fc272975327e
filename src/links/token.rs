//! Tokens and bounce addresses: what they carry, how they are signed and checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::SecretKeys;
use crate::kernel::language::Language;

const VERSION: u8 = 1;
const MAC_BYTES: usize = 16;
const BOUNCE_MAC_BYTES: usize = 10;
/// No genuine token is longer (contract).
const MAX_TEXT: usize = 64;

/// The number of the hidden link in mails with links of their own: whoever follows it is no reader. It leads nowhere.
pub const TRAP: i64 = i32::MAX as i64;

/// What a link carries. A token of one purpose opens nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// `/u/`: leave this unit's mailings. Never expires.
    Unsubscribe {
        /// Whom the mail was sent to; merges are followed.
        contact: i64,
        /// The unit that sent it.
        unit: i64,
        /// The campaign that it came with.
        campaign: i64,
    },
    /// `/p/`: the preference page.
    Preferences {
        /// Whose preferences.
        contact: i64,
    },
    /// `/o/`: the open pixel of one campaign, language and variant; no person is in it.
    Open {
        /// The campaign.
        campaign: i64,
        /// The version that was read.
        language: Language,
        /// Which variant of a trial; 0 where there is none.
        variant: u32,
    },
    /// `/c/`: one link of one campaign and language; no person is in it.
    Click {
        /// The campaign.
        campaign: i64,
        /// The version that was read.
        language: Language,
        /// The link's place among the campaign's links in that language.
        link: i64,
    },
    /// `/o/`: the open pixel in the mail of somebody who agreed to be measured.
    OpenBy {
        /// The campaign.
        campaign: i64,
        /// The version that was read.
        language: Language,
        /// Which variant of a trial; 0 where there is none.
        variant: u32,
        /// Whom the mail was sent to; merges are followed.
        contact: i64,
    },
    /// `/c/`: one link in the mail of somebody who agreed to be measured.
    ClickBy {
        /// The campaign.
        campaign: i64,
        /// The version that was read.
        language: Language,
        /// The link's place among the campaign's links in that language.
        link: u32,
        /// Whom the mail was sent to; merges are followed.
        contact: i64,
    },
    /// `/v/`: the mail as a web page for the person it was sent to.
    WebVersion {
        /// The campaign.
        campaign: i64,
        /// Whose values are filled in.
        contact: i64,
    },
    /// `/i/`: the answer to an invitation to the network.
    Invitation {
        /// Who was invited; merges are followed.
        contact: i64,
        /// The campaign that invited.
        campaign: i64,
    },
    /// `/d/`: everything that is held about a person, for an hour.
    MyData {
        /// Whose data; merges are followed.
        contact: i64,
        /// When the link stops working, in seconds since 1970-01-01 UTC.
        expires: i64,
    },
    /// A hidden field of a sign-up form: which text was shown, and when.
    SignUpForm {
        /// The form.
        form: i64,
        /// The version of its texts.
        version: i64,
        /// When it was shown, in seconds of Unix time; 0 when it stands on another site and nobody knows.
        shown_at: i64,
    },
    /// `/address/`: the confirmation of another e-mail address.
    ConfirmAddress {
        /// What is confirmed.
        request: i64,
        /// When the link ends, in seconds of Unix time.
        expires: i64,
    },
    /// `/confirm/`: the confirmation of a sign-up.
    ConfirmSignUp {
        /// What is confirmed.
        sign_up: i64,
        /// When the link ends, in seconds of Unix time.
        expires: i64,
    },
}

/// A text that is no token of ours. Deliberately says no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this link is not valid")]
pub struct InvalidToken;

/// Which delivery a returned message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BounceToken {
    /// The row of `deliveries`.
    pub delivery: i64,
}

/// Signs and verifies.
#[derive(Debug, Clone)]
pub struct Signer(SecretKeys);

impl Token {
    const fn purpose(self) -> u8 {
        match self {
            Self::Unsubscribe { .. } => 1,
            Self::Preferences { .. } => 2,
            Self::Open { .. } => 3,
            Self::Click { .. } => 4,
            Self::WebVersion { .. } => 5,
            Self::Invitation { .. } => 6,
            Self::OpenBy { .. } => 10,
            Self::ClickBy { .. } => 11,
            Self::MyData { .. } => 12,
            Self::SignUpForm { .. } => 13,
            Self::ConfirmSignUp { .. } => 14,
            Self::ConfirmAddress { .. } => 7,
        }
    }

    fn numbers(self) -> ([i64; 3], usize) {
        match self {
            Self::Unsubscribe { contact, unit, campaign } => ([contact, unit, campaign], 3),
            Self::Preferences { contact } => ([contact, 0, 0], 1),
            Self::Open { campaign, language, variant } => ([campaign, packed(language, variant), 0], 2),
            Self::Click { campaign, language, link } => ([campaign, language as i64, link], 3),
            Self::WebVersion { campaign, contact } => ([campaign, contact, 0], 2),
            Self::Invitation { contact, campaign } => ([contact, campaign, 0], 2),
            Self::MyData { contact, expires } => ([contact, expires, 0], 2),
            Self::SignUpForm { form, version, shown_at } => ([form, version, shown_at], 3),
            Self::ConfirmSignUp { sign_up, expires } => ([sign_up, expires, 0], 2),
            Self::ConfirmAddress { request, expires } => ([request, expires, 0], 2),
            Self::OpenBy { campaign, language, variant, contact } => {
                ([campaign, packed(language, variant), contact], 3)
            }
            Self::ClickBy { campaign, language, link, contact } => {
                ([campaign, ((language as i64) << 32) | i64::from(link), contact], 3)
            }
        }
    }

    fn from_parts(purpose: u8, numbers: &[i64]) -> Option<Self> {
        let language = |number: i64| Language::ALL.get(usize::try_from(number).ok()?).copied();
        Some(match (purpose, numbers) {
            (1, &[contact, unit, campaign]) => Self::Unsubscribe { contact, unit, campaign },
            (2, &[contact]) => Self::Preferences { contact },
            (3, &[campaign, packed]) => {
                let (language, variant) = unpacked(packed)?;
                Self::Open { campaign, language, variant }
            }
            (4, &[campaign, tongue, link]) => Self::Click { campaign, language: language(tongue)?, link },
            (5, &[campaign, contact]) => Self::WebVersion { campaign, contact },
            (6, &[contact, campaign]) => Self::Invitation { contact, campaign },
            (12, &[contact, expires]) => Self::MyData { contact, expires },
            (13, &[form, version, shown_at]) => Self::SignUpForm { form, version, shown_at },
            (14, &[sign_up, expires]) => Self::ConfirmSignUp { sign_up, expires },
            (7, &[request, expires]) => Self::ConfirmAddress { request, expires },
            (10, &[campaign, packed, contact]) => {
                let (language, variant) = unpacked(packed)?;
                Self::OpenBy { campaign, language, variant, contact }
            }
            (11, &[campaign, packed, contact]) => Self::ClickBy {
                campaign,
                language: language(packed >> 32)?,
                link: u32::try_from(packed & i64::from(u32::MAX)).ok()?,
                contact,
            },
            _ => return None,
        })
    }
}

/// A token has room for three numbers: language and variant are one, and where there is no variant it is the language.
fn packed(language: Language, variant: u32) -> i64 {
    (i64::from(variant) << 8) | language as i64
}

fn unpacked(number: i64) -> Option<(Language, u32)> {
    let language = Language::ALL.get(usize::try_from(number & 0xff).ok()?).copied()?;
    Some((language, u32::try_from(number >> 8).ok()?))
}

impl Signer {
    /// Signs with the newest key, verifies with all.
    #[must_use]
    pub fn new(keys: SecretKeys) -> Self {
        Self(keys)
    }

    /// The text that goes into the address: 35 to 56 characters.
    #[must_use]
    pub fn sign(&self, token: Token) -> String {
        let (key_id, key) = self.0.newest();
        let (numbers, used) = token.numbers();
        let mut bytes = Vec::with_capacity(2 + 24 + MAC_BYTES);
        bytes.push(VERSION << 4 | token.purpose());
        bytes.push(key_id);
        for number in &numbers[..used] {
            bytes.extend(number.to_be_bytes());
        }
        let mac = mac(key, &bytes);
        bytes.extend(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token back.
    ///
    /// # Errors
    /// The same one whatever is wrong: no token, a changed one, one of an unknown key or version.
    pub fn verify(&self, text: &str) -> Result<Token, InvalidToken> {
        if text.len() > MAX_TEXT {
            return Err(InvalidToken);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidToken)?;
        let body_length = bytes.len().checked_sub(MAC_BYTES).ok_or(InvalidToken)?;
        let (body, given) = bytes.split_at(body_length);
        let (&[head, key_id], numbers) = body.split_first_chunk::<2>().ok_or(InvalidToken)?;
        let key = self.0.get(key_id).ok_or(InvalidToken)?;
        if !bool::from(mac(key, body)[..MAC_BYTES].ct_eq(given)) || head >> 4 != VERSION {
            return Err(InvalidToken);
        }
        let (numbers, rest) = numbers.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(InvalidToken);
        }
        let numbers: Vec<i64> = numbers.iter().map(|number| i64::from_be_bytes(*number)).collect();
        Token::from_parts(head & 0x0f, &numbers).ok_or(InvalidToken)
    }

    /// The local part of a delivery's return path (VERP): case-folded by some mail systems, so base32.
    #[must_use]
    pub fn bounce_local_part(&self, token: BounceToken) -> String {
        let (key_id, key) = self.0.newest();
        let mut bytes = Vec::with_capacity(20);
        bytes.push(VERSION << 4 | 15);
        bytes.push(key_id);
        bytes.extend(token.delivery.to_be_bytes());
        let mac = mac(key, &bytes);
        bytes.extend(&mac[..BOUNCE_MAC_BYTES]);
        format!("bounce+{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }

    /// Reads the local part of a return path back, whatever its case.
    ///
    /// # Errors
    /// When it is not one of ours.
    pub fn verify_bounce(&self, local_part: &str) -> Result<BounceToken, InvalidToken> {
        let folded = local_part.to_ascii_uppercase();
        let text = folded.strip_prefix("BOUNCE+").ok_or(InvalidToken)?;
        if text.len() != 32 {
            return Err(InvalidToken);
        }
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).map_err(|_| InvalidToken)?;
        let (body, given) = bytes.split_at_checked(10).ok_or(InvalidToken)?;
        let (&[head, key_id], number) = body.split_first_chunk::<2>().ok_or(InvalidToken)?;
        let key = self.0.get(key_id).ok_or(InvalidToken)?;
        if !bool::from(mac(key, body)[..BOUNCE_MAC_BYTES].ct_eq(given)) || head != VERSION << 4 | 15 {
            return Err(InvalidToken);
        }
        let number: [u8; 8] = number.try_into().map_err(|_| InvalidToken)?;
        Ok(BounceToken { delivery: i64::from_be_bytes(number) })
    }

    /// A short stable name of one delivery for its Message-ID: the same over retries, not to be guessed.
    #[must_use]
    pub fn delivery_name(&self, campaign: i64, delivery: i64) -> String {
        // The oldest key, so that a change of keys while a campaign is deferred does not change the name.
        let key = self.0.iter().last().map_or(&[][..], |(_, key)| key);
        let mac = mac(key, &delivery_bytes(campaign, delivery));
        format!("{campaign}.{delivery}.{}", BASE32_NOPAD.encode(&mac[..8]).to_ascii_lowercase())
    }
}

impl Signer {
    /// Reads the name of a delivery back out of a Message-ID: its campaign and its number.
    ///
    /// # Errors
    /// When it is not one of ours.
    pub fn verify_delivery_name(&self, name: &str) -> Result<(i64, i64), InvalidToken> {
        let mut parts = name.splitn(3, '.');
        let mut number = || parts.next().and_then(|digits| digits.parse::<i64>().ok()).ok_or(InvalidToken);
        let (campaign, delivery) = (number()?, number()?);
        let given = parts.next().ok_or(InvalidToken)?.to_ascii_uppercase();
        let given = BASE32_NOPAD.decode(given.as_bytes()).map_err(|_| InvalidToken)?;
        let bytes = delivery_bytes(campaign, delivery);
        // Whichever key was the oldest when it was sent.
        let ours = self.0.iter().any(|(_, key)| bool::from(mac(key, &bytes)[..8].ct_eq(&given)));
        if ours { Ok((campaign, delivery)) } else { Err(InvalidToken) }
    }
}

fn delivery_bytes(campaign: i64, delivery: i64) -> Vec<u8> {
    let mut bytes = b"message-id".to_vec();
    bytes.extend(campaign.to_be_bytes());
    bytes.extend(delivery.to_be_bytes());
    bytes
}

pub(super) fn mac(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104 section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};

    use super::{
        BASE32_NOPAD, BounceToken, InvalidToken, Language, MAC_BYTES, Signer, Token, URL_SAFE_NO_PAD,
    };

    fn signer(keys: &str) -> Signer {
        Signer::new(keys.parse().unwrap())
    }

    fn old() -> Signer {
        signer(&format!("k0:{}", "00".repeat(32)))
    }

    fn rotated() -> Signer {
        signer(&format!("k1:{},k0:{}", "11".repeat(32), "00".repeat(32)))
    }

    fn any_token() -> impl Strategy<Value = Token> {
        let language = prop::sample::select(Language::ALL);
        prop_oneof![
            any::<(i64, i64, i64)>().prop_map(|(contact, unit, campaign)| Token::Unsubscribe {
                contact,
                unit,
                campaign
            }),
            any::<i64>().prop_map(|contact| Token::Preferences { contact }),
            (any::<i64>(), language.clone()).prop_map(|(campaign, language)| Token::Open {
                campaign,
                language,
                variant: campaign as u32
            }),
            (any::<i64>(), language.clone(), any::<i64>())
                .prop_map(|(campaign, language, link)| Token::Click { campaign, language, link }),
            any::<(i64, i64)>().prop_map(|(campaign, contact)| Token::WebVersion { campaign, contact }),
            any::<(i64, i64)>().prop_map(|(contact, campaign)| Token::Invitation { contact, campaign }),
            any::<(i64, i64)>().prop_map(|(contact, expires)| Token::MyData { contact, expires }),
            any::<(i64, i64, i64)>().prop_map(|(form, version, shown_at)| Token::SignUpForm {
                form,
                version,
                shown_at
            }),
            any::<(i64, i64)>().prop_map(|(sign_up, expires)| Token::ConfirmSignUp { sign_up, expires }),
            any::<(i64, i64)>().prop_map(|(request, expires)| Token::ConfirmAddress { request, expires }),
            (any::<i64>(), language.clone(), any::<i64>()).prop_map(|(campaign, language, contact)| {
                Token::OpenBy { campaign, language, variant: campaign as u32, contact }
            }),
            (any::<i64>(), language, any::<u32>(), any::<i64>()).prop_map(
                |(campaign, language, link, contact)| Token::ClickBy { campaign, language, link, contact }
            ),
        ]
    }

    proptest! {
        #[test]
        fn tokens_come_back_and_survive_a_new_key(token in any_token()) {
            let text = old().sign(token);
            prop_assert!(text.len() <= 64);
            prop_assert_eq!(old().verify(&text), Ok(token));
            prop_assert_eq!(rotated().verify(&text), Ok(token));
            prop_assert_eq!(old().verify(&rotated().sign(token)), Err(InvalidToken));
        }

        #[test]
        fn a_changed_token_opens_nothing(token in any_token(), place in any::<prop::sample::Index>(), other in "[A-Za-z0-9_-]") {
            let text = old().sign(token);
            let place = place.index(text.len());
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            prop_assume!(changed != text);
            prop_assert_eq!(old().verify(&changed), Err(InvalidToken));
        }

        #[test]
        fn rubbish_opens_nothing(text in "\\PC{0,80}") {
            prop_assert_eq!(old().verify(&text), Err(InvalidToken));
            prop_assert_eq!(old().verify_bounce(&text), Err(InvalidToken));
        }

        #[test]
        fn names_of_deliveries_come_back(campaign in any::<i64>(), delivery in any::<i64>()) {
            let name = old().delivery_name(campaign, delivery);
            prop_assert_eq!(old().verify_delivery_name(&name), Ok((campaign, delivery)));
            prop_assert_eq!(rotated().verify_delivery_name(&name), Ok((campaign, delivery)));
            prop_assert_eq!(signer(&format!("k0:{}", "22".repeat(32))).verify_delivery_name(&name), Err(InvalidToken));
        }

        #[test]
        fn bounce_addresses_survive_case_folding(delivery in any::<i64>()) {
            let local = old().bounce_local_part(BounceToken { delivery });
            prop_assert!(local.len() < 64);
            prop_assert_eq!(old().verify_bounce(&local.to_uppercase()), Ok(BounceToken { delivery }));
        }

        #[test]
        fn a_bounce_address_confirms_nothing(request in any::<i64>(), expires in any::<i64>()) {
            let bounce = old().bounce_local_part(BounceToken { delivery: request });
            let bytes = BASE32_NOPAD.decode(bounce[7..].to_ascii_uppercase().as_bytes()).unwrap();
            prop_assert_eq!(old().verify(&URL_SAFE_NO_PAD.encode(&bytes)), Err(InvalidToken));
            let link = old().sign(Token::ConfirmAddress { request, expires });
            let bytes = URL_SAFE_NO_PAD.decode(link).unwrap();
            let local = format!("bounce+{}", BASE32_NOPAD.encode(&bytes[..20]));
            prop_assert_eq!(old().verify_bounce(&local), Err(InvalidToken));
        }
    }

    /// What a text becomes under somebody's hands: one byte of it changed, moved, lost or added, its bits turned, its
    /// purpose, key or numbers exchanged for those of another token, both ends or a random seal put on.
    fn mutated(text: &str, other: &str, random: &mut impl rand::Rng) -> String {
        let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        let donor = URL_SAFE_NO_PAD.decode(other).unwrap();
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..9) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = random.random(),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, random.random()),
            4 => drop(bytes.remove(at)),
            5 => bytes.reverse(),
            // Another token's head, which is its purpose and key, or its end, which is its seal.
            6 => bytes[..2].copy_from_slice(&donor[..2]),
            7 => {
                let seal = bytes.len() - MAC_BYTES;
                bytes[seal..].copy_from_slice(&donor[donor.len() - MAC_BYTES..]);
            }
            _ => {
                let seal = bytes.len() - MAC_BYTES;
                random.fill(&mut bytes[seal..]);
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn a_million_mutations_open_nothing() {
        const EACH: usize = 500_000;
        let tried = std::thread::scope(|scope| {
            let half = |seed: u64| {
                scope.spawn(move || {
                    let signer = rotated();
                    let mut random = rand::rngs::StdRng::seed_from_u64(seed);
                    let genuine: Vec<String> = (0..500)
                        .flat_map(|_| {
                            let (contact, unit, campaign) = random.random();
                            [
                                Token::Unsubscribe { contact, unit, campaign },
                                Token::Preferences { contact },
                                Token::MyData { contact, expires: campaign },
                                Token::Click { campaign, language: Language::Norwegian, link: unit },
                            ]
                        })
                        .map(|token| signer.sign(token))
                        .collect();
                    let known: std::collections::HashSet<&String> = genuine.iter().collect();
                    let mut tried = 0;
                    while tried < EACH {
                        let text = &genuine[random.random_range(0..genuine.len())];
                        let other = &genuine[random.random_range(0..genuine.len())];
                        let mutated = mutated(text, other, &mut random);
                        // A change may change nothing.
                        if known.contains(&mutated) {
                            continue;
                        }
                        assert_eq!(signer.verify(&mutated), Err(InvalidToken), "{text} became {mutated}");
                        tried += 1;
                    }
                    tried
                })
            };
            [half(1), half(2)].map(|half| half.join().unwrap()).iter().sum::<usize>()
        });
        assert_eq!(tried, 1_000_000);
    }

    #[test]
    fn one_purpose_does_not_pass_for_another() {
        let text = old().sign(Token::Preferences { contact: 7 });
        assert!(!matches!(old().verify(&text), Ok(Token::Unsubscribe { .. })));
        assert_eq!(old().verify_bounce(&text), Err(InvalidToken));
    }
}
