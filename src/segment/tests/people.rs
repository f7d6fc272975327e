//! People to judge rules on.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::PersonFacts;
use super::arbitrary as pool;
use crate::contacts::{Contact, Deed, Degree, Employment, Engagement, PIXEL};
use crate::invitations::Network;
use crate::kernel::language::Language;
use crate::preferences::MEASURING;
use crate::taxonomy::Gazetteer;

pub(super) fn some_time() -> NaiveDateTime {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap().naive_utc()
}

/// A Swedish-speaking person of whom nothing else is known.
pub(super) fn somebody() -> PersonFacts {
    PersonFacts {
        contact: Contact {
            id: 1,
            given_name: "Åsa".to_owned(),
            family_name: "Öberg".to_owned(),
            language: Language::Swedish,
            birth_date: None,
            email: None,
            email_key: None,
            phone: None,
            street: None,
            postcode: None,
            place: None,
            municipality: None,
            region: None,
            country: None,
            latitude: None,
            longitude: None,
            deceased: false,
            protected: false,
            merged_into: None,
            erased_at: None,
            created_at: some_time(),
            updated_at: some_time(),
        },
        kinds: Vec::new(),
        network: Network::NotInvited,
        degrees: Vec::new(),
        employments: Vec::new(),
        participations: Vec::new(),
        received: Vec::new(),
        consents: Vec::new(),
        engagements: None,
        judged_at: some_time(),
    }
}

pub(super) fn engagement(did: Deed, campaign_id: i64, days_ago: i64) -> Engagement {
    Engagement {
        contact_id: 1,
        campaign_id,
        did,
        language: Language::Swedish,
        link: if did == Deed::Opened { PIXEL } else { 0 },
        happened_at: some_time() - TimeDelta::days(days_ago),
    }
}

pub(super) fn degree(programme: &str, graduation_year: Option<i32>) -> Degree {
    Degree {
        contact_id: 1,
        programme_code: programme.to_owned(),
        programme_name: String::new(),
        faculty: None,
        faculty_key: None,
        level: None,
        start_year: None,
        graduation_year,
        degree_title: None,
        credits: None,
        source: "test".to_owned(),
    }
}

pub(super) fn employment(current: bool) -> Employment {
    Employment {
        contact_id: 1,
        employer: None,
        employer_key: None,
        job_title: None,
        job_title_key: None,
        profession_code: None,
        industry_code: None,
        sector: None,
        from_date: None,
        to_date: None,
        current,
        source: "test".to_owned(),
    }
}

/// Any person over the pools of values that random rules ask for, with gaps everywhere.
pub(super) fn anybody() -> impl Strategy<Value = PersonFacts> {
    // In towns, somewhere around Malmö, anywhere on Earth, or unknown.
    let coordinates = proptest::option::weighted(
        0.8,
        prop_oneof![
            select(pool::PLACES.to_vec())
                .prop_map(|name| Gazetteer::builtin().named(name).unwrap().coordinates()),
            (55.0..56.2, 12.0..14.0),
            (-90.0..=90.0, -180.0..=180.0),
        ],
    );
    let home = (
        maybe(&pool::REGIONS),
        maybe(&pool::MUNICIPALITIES),
        maybe(&pool::COUNTRIES),
        proptest::bool::weighted(0.2),
        coordinates,
    );
    let participation = (
        select(pool::EVENTS.to_vec()),
        proptest::option::of(select(vec![day(2023, 12, 31), day(2024, 6, 1), day(2025, 5, 5)])),
    );
    // Around the 30 and 365 days that rules ask for.
    let done = (select(Deed::ALL), 1..4_i64, select(vec![0_i64, 29, 30, 31, 365, 366]));
    (
        home,
        select(Language::ALL),
        (subsequence(pool::KINDS.to_vec(), 0..=2), select(Network::ALL)),
        proptest::collection::vec(any_degree(), 0..3),
        proptest::collection::vec(any_employment(), 0..3),
        proptest::collection::vec(participation, 0..3),
        subsequence(vec![1_i64, 2, 3], 0..=2),
        subsequence(pool::PURPOSES.to_vec(), 0..=2),
        proptest::option::of(proptest::collection::hash_set(done, 0..3)),
    )
        .prop_map(
            |(
                home,
                language,
                (kinds, network),
                degrees,
                employments,
                participations,
                received,
                consents,
                done,
            )| {
                let (region, municipality, country, protected, coordinates) = home;
                let (latitude, longitude) = coordinates.unzip();
                let nobody = somebody();
                PersonFacts {
                    contact: Contact {
                        language,
                        region,
                        municipality,
                        country,
                        protected,
                        latitude,
                        longitude,
                        ..nobody.contact
                    },
                    kinds: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
                    network,
                    degrees,
                    employments,
                    participations: participations
                        .into_iter()
                        .map(|(event, day)| (event.to_owned(), day))
                        .collect(),
                    received,
                    consents: consents
                        .into_iter()
                        .map(str::to_owned)
                        // Who is measured has said so.
                        .chain(done.iter().map(|_| MEASURING.to_owned()))
                        .collect(),
                    engagements: done.map(|done| {
                        done.into_iter()
                            .map(|(did, campaign, days)| engagement(did, campaign, days))
                            .collect()
                    }),
                    judged_at: nobody.judged_at,
                }
            },
        )
}

fn any_degree() -> impl Strategy<Value = Degree> {
    let year = proptest::option::of(1995..2012);
    (select(pool::PROGRAMMES.to_vec()), maybe(&pool::FACULTIES), maybe(&pool::LEVELS), year).prop_map(
        |(programme, faculty, level, year)| Degree {
            faculty,
            level: level.map(|level| level.parse().unwrap()),
            ..degree(programme, year)
        },
    )
}

fn any_employment() -> impl Strategy<Value = Employment> {
    (
        maybe(&pool::EMPLOYERS),
        maybe(&pool::TITLES),
        maybe(&pool::PROFESSIONS),
        maybe(&pool::INDUSTRIES),
        maybe(&pool::SECTORS),
        any::<bool>(),
    )
        .prop_map(|(employer, job_title, profession_code, industry_code, sector, current)| Employment {
            employer,
            job_title,
            profession_code,
            industry_code,
            sector: sector.map(|sector| sector.parse().unwrap()),
            ..employment(current)
        })
}

fn maybe(values: &[&'static str]) -> impl Strategy<Value = Option<String>> + use<> {
    proptest::option::weighted(0.7, select(values.to_vec()).prop_map(str::to_owned))
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}
