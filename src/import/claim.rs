//! What one row claims about a person, ready to be compared with the register: hashed, located, keyed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::mapping::Mapping;
use super::record::{Record, TookPart};
use crate::contacts::{Degree, Employment, IdentifierScheme, search_key};
use crate::kernel::language::Language;
use crate::links::SecretKeys;
use crate::taxonomy::{Gazetteer, Location};

/// One row's claims. What it does not say is `None`, and changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The identity number, hashed.
    pub identity: Option<Identity>,
    /// The number in the source system.
    pub number: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address as written, and in the form for comparison.
    pub email: Option<(String, String)>,
    /// Phone number (E.164).
    pub phone: Option<String>,
    /// Postal address with what is known of where it lies.
    pub address: Option<Address>,
    /// Preferred language.
    pub language: Option<Language>,
    /// A degree; its `contact_id` is not set yet.
    #[serde(with = "degree_json")]
    pub degree: Option<Degree>,
    /// A place of work; its `contact_id` is not set yet.
    #[serde(with = "employment_json")]
    pub employment: Option<Employment>,
    /// Events and projects. Left out where there are none, so that rows from before there were any keep their
    /// fingerprint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participations: Vec<TookPart>,
    /// Purposes agreed to, when, and to which text.
    pub consent: Option<(Vec<String>, DateTime<Utc>, String)>,
    /// Protected identity.
    pub protected: bool,
    /// Dead.
    pub deceased: bool,
}

/// A hashed identity number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its hash under each key, the newest key first.
    pub hashes: Vec<(u8, String)>,
    /// The date of birth that it told.
    pub born: NaiveDate,
    /// Whether a lasting number will replace it.
    pub temporary: bool,
}

/// A postal address, and where it lies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Address {
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub place: Option<String>,
    pub country: Option<String>,
    pub municipality: Option<String>,
    pub region: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

/// The scheme under which the numbers of a source system are stored, and a number as stored under it.
#[must_use]
pub fn source_identifier(mapping: &Mapping, number: &str) -> (IdentifierScheme, String) {
    match mapping.source.as_str() {
        "fs" => (IdentifierScheme::Fs, number.to_owned()),
        "ladok" => (IdentifierScheme::Ladok, number.to_owned()),
        source => (IdentifierScheme::Other, format!("{source}:{number}")),
    }
}

impl Claim {
    /// Prepares a record: the last step before the database, and the last that sees an identity number.
    #[must_use]
    pub fn new(record: Record, mapping: &Mapping, keys: &SecretKeys, places: &Gazetteer) -> Self {
        let source = &mapping.source;
        Self {
            identity: record.identity_number.as_ref().map(|number| Identity {
                hashes: keys.iter().map(|(id, key)| (id, number.hash(key).as_str().to_owned())).collect(),
                born: number.birth_date(),
                temporary: number.kind().is_temporary(),
            }),
            number: record.source_number.map(|number| source_identifier(mapping, &number).1),
            email: record.email.map(|email| (email.as_str().to_owned(), email.key().to_owned())),
            phone: record.phone.map(|phone| phone.as_str().to_owned()),
            address: record.address.map(|address| located(address, places)),
            language: record.language,
            degree: record.degree.map(|degree| Degree {
                contact_id: 0,
                programme_code: degree.programme_code.unwrap_or_default(),
                programme_name: degree.programme_name.unwrap_or_default(),
                faculty_key: degree.faculty.as_deref().map(search_key),
                faculty: degree.faculty,
                level: degree.level,
                start_year: degree.start_year,
                graduation_year: degree.graduation_year,
                degree_title: degree.title,
                credits: degree.credits,
                source: source.clone(),
            }),
            employment: record.employment.map(|employment| Employment {
                contact_id: 0,
                employer_key: employment.employer.as_deref().map(search_key),
                employer: employment.employer,
                job_title_key: employment.job_title.as_deref().map(search_key),
                job_title: employment.job_title,
                profession_code: employment.profession_code,
                industry_code: employment.industry_code,
                sector: employment.sector,
                from_date: employment.from,
                to_date: None,
                current: true,
                source: source.clone(),
            }),
            participations: record.participations,
            consent: record.consent.map(|consent| (consent.purposes, consent.given_at, consent.text)),
            protected: record.protected,
            deceased: record.deceased,
            given_name: record.given_name,
            family_name: record.family_name,
        }
    }

    /// The key of given and family name together, as contacts are stored with it.
    #[must_use]
    pub fn name_key(&self) -> String {
        search_key(&format!("{} {}", self.given_name, self.family_name))
    }

    /// Whether given and family name both differ from somebody's: then it is hardly the same person.
    #[must_use]
    pub fn is_stranger_to(&self, given_name: &str, family_name: &str) -> bool {
        !is_same_name(&self.given_name, given_name) && !is_same_name(&self.family_name, family_name)
    }

    /// A digest of all claims but the identity number's hashes, which differ from key to key: a row that
    /// waits for a decision, or got one, is known by it when the file comes again.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let unhashed = Self { identity: None, ..self.clone() };
        let text = serde_json::to_vec(&unhashed).unwrap_or_default();
        data_encoding::HEXLOWER.encode(&Sha256::digest(text))
    }
}

/// Whether two names are one, where one may have lost letters to an old encoding: "?ukasz" is "Łukasz".
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (search_key(one), search_key(other));
    one == other
        || ((one.contains('?') || other.contains('?'))
            && one.chars().count() == other.chars().count()
            && one.chars().zip(other.chars()).all(|(a, b)| a == b || a == '?' || b == '?'))
}

fn located(address: super::record::Address, places: &Gazetteer) -> Address {
    let location =
        places.locate(address.postcode.as_deref(), address.place.as_deref(), Some(address.country.as_str()));
    Address {
        municipality: location.and_then(|l| l.municipality.as_ref()).map(|m| m.code.clone()),
        region: location.and_then(Location::region_code).map(str::to_owned),
        latitude: location.map(|l| l.latitude),
        longitude: location.map(|l| l.longitude),
        street: address.street,
        postcode: address.postcode,
        place: address.place,
        country: Some(address.country),
    }
}

/// The stored structs know diesel alone; these say how they stand in a review's record.
macro_rules! json_form {
    ($module:ident, $struct:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        mod $module {
            use super::*;

            #[derive(Serialize, Deserialize)]
            struct Form { $($field: $type),+ }

            pub(super) fn serialize<S: serde::Serializer>(
                value: &Option<$struct>,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                value.clone().map(|value| Form { $($field: value.$field),+ }).serialize(to)
            }

            pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
                from: D,
            ) -> Result<Option<$struct>, D::Error> {
                let form = Option::<Form>::deserialize(from)?;
                Ok(form.map(|form| $struct { contact_id: 0, $($field: form.$field),+ }))
            }
        }
    };
}

json_form!(degree_json, Degree {
    programme_code: String,
    programme_name: String,
    faculty: Option<String>,
    faculty_key: Option<String>,
    level: Option<crate::contacts::person::DegreeLevel>,
    start_year: Option<i32>,
    graduation_year: Option<i32>,
    degree_title: Option<String>,
    credits: Option<f64>,
    source: String,
});

json_form!(employment_json, Employment {
    employer: Option<String>,
    employer_key: Option<String>,
    job_title: Option<String>,
    job_title_key: Option<String>,
    profession_code: Option<String>,
    industry_code: Option<String>,
    sector: Option<crate::contacts::person::Sector>,
    from_date: Option<NaiveDate>,
    to_date: Option<NaiveDate>,
    current: bool,
    source: String,
});
