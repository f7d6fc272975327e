//! What the register knows about one person.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::db::schema::{contacts, degrees, employments};
use crate::kernel::language::Language;

crate::text_enum! {
    /// Why a person is in the register (product P1); one person can be several.
    ContactKind {
        Student = "student",
        Alumn = "alumn",
        Applicant = "applicant",
        Participant = "participant",
        Interested = "interested",
        Partner = "partner",
        Staff = "staff",
    }
}

crate::text_enum! {
    /// The kind of a degree programme.
    DegreeLevel {
        Foundation = "foundation",
        Bachelor = "bachelor",
        Master = "master",
        Professional = "professional",
        Doctoral = "doctoral",
        Course = "course",
    }
}

crate::text_enum! {
    /// Who employs.
    Sector {
        Public = "public",
        Private = "private",
        NonProfit = "non_profit",
    }
}

crate::text_enum! {
    /// Where an identifier of a person comes from.
    IdentifierScheme {
        /// The keyed hash of a national identity number (product P7).
        IdentityNumber = "identity_number",
        /// A student number of FS.
        Fs = "fs",
        /// A student number of Ladok.
        Ladok = "ladok",
        /// A number in another system.
        Other = "other",
    }
}

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = contacts)]
#[allow(missing_docs, reason = "the fields are the columns, which the migration and product P1-P9 explain")]
pub struct Contact {
    pub id: i64,
    pub given_name: String,
    pub family_name: String,
    pub language: Language,
    pub birth_date: Option<NaiveDate>,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub place: Option<String>,
    pub municipality: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub deceased: bool,
    pub protected: bool,
    pub merged_into: Option<i64>,
    pub erased_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

impl Contact {
    /// Where the person lives, in degrees north and east.
    #[must_use]
    pub fn coordinates(&self) -> Option<(f64, f64)> {
        self.latitude.zip(self.longitude)
    }

    /// Given and family name with one space.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

/// A person to be stored, or the new values of one that is.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset, Serialize, Deserialize)]
#[diesel(table_name = contacts, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "as Contact; the *_key columns are search_key of their neighbours")]
pub struct NewContact {
    pub given_name: String,
    pub family_name: String,
    pub name_key: String,
    pub language: Language,
    pub birth_date: Option<NaiveDate>,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub place: Option<String>,
    pub place_key: Option<String>,
    pub municipality: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub deceased: bool,
    pub protected: bool,
    pub updated_at: NaiveDateTime,
}

impl From<&Contact> for NewContact {
    /// A stored person with new values still to come.
    fn from(contact: &Contact) -> Self {
        Self {
            given_name: contact.given_name.clone(),
            family_name: contact.family_name.clone(),
            name_key: search_key(&contact.full_name()),
            language: contact.language,
            birth_date: contact.birth_date,
            email: contact.email.clone(),
            email_key: contact.email_key.clone(),
            phone: contact.phone.clone(),
            street: contact.street.clone(),
            postcode: contact.postcode.clone(),
            place_key: contact.place.as_deref().map(search_key),
            place: contact.place.clone(),
            municipality: contact.municipality.clone(),
            region: contact.region.clone(),
            country: contact.country.clone(),
            latitude: contact.latitude,
            longitude: contact.longitude,
            deceased: contact.deceased,
            protected: contact.protected,
            updated_at: contact.updated_at,
        }
    }
}

crate::text_enum! {
    /// Who set a field, where it was not an import (product P9).
    FieldSource {
        /// Staff corrected it.
        Staff = "staff",
        /// The person said so.
        Person = "person",
    }
}

/// One degree or programme of a person (product P2). Several may be of one programme.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = degrees, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "product P2")]
pub struct Degree {
    pub contact_id: i64,
    pub programme_code: String,
    pub programme_name: String,
    pub faculty: Option<String>,
    pub faculty_key: Option<String>,
    pub level: Option<DegreeLevel>,
    pub start_year: Option<i32>,
    pub graduation_year: Option<i32>,
    pub degree_title: Option<String>,
    pub credits: Option<f64>,
    pub source: String,
}

/// One employment of a person (product P3).
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = employments, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "product P3")]
pub struct Employment {
    pub contact_id: i64,
    pub employer: Option<String>,
    pub employer_key: Option<String>,
    pub job_title: Option<String>,
    pub job_title_key: Option<String>,
    pub profession_code: Option<String>,
    pub industry_code: Option<String>,
    pub sector: Option<Sector>,
    pub from_date: Option<NaiveDate>,
    pub to_date: Option<NaiveDate>,
    pub current: bool,
    pub source: String,
}

/// The form in which texts are searched and sorted: lower case, compatibility-composed, single spaces.
/// Kept in columns of their own because the engines' own notions of case and order differ.
#[must_use]
pub fn search_key(text: &str) -> String {
    if text.is_ascii() {
        // Most texts, and composed already.
        return joined(&text.to_ascii_lowercase());
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    joined(&folded)
}

/// The words of a text with single spaces.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::search_key;

    #[test]
    fn search_keys_ignore_case_composition_and_extra_space() {
        assert_eq!(search_key("  A\u{30a}SA   Öberg "), "åsa öberg");
        assert_eq!(search_key("Å"), search_key("å"));
    }

    proptest::proptest! {
        #[test]
        fn plain_letters_are_folded_like_all_others(text in "[ -~\\t\\n]{0,40}") {
            let (plain, accented) = (search_key(&format!("{text}e")), search_key(&format!("{text}é")));
            proptest::prop_assert_eq!(plain.strip_suffix('e'), accented.strip_suffix('é'));
        }
    }
}
