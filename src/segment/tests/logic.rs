use super::super::{ContactKind, DegreeFacts, EmploymentFacts, HomeFacts, PersonFacts, Sector};
use super::rule;
use crate::kernel::language::Language;

fn person() -> PersonFacts {
    let degree = |programme: &str, year| DegreeFacts {
        programme: Some(programme.to_owned()),
        graduation_year: Some(year),
        graduated: true,
        ..DegreeFacts::default()
    };
    PersonFacts {
        kinds: vec![ContactKind::Alumn, ContactKind::Staff],
        language: Some(Language::Swedish),
        home: HomeFacts {
            region: Some("SE-M".to_owned()),
            municipality: None,
            country: Some("SE".to_owned()),
        },
        degrees: vec![degree("SJURI", 1990), degree("MLAKA", 2001)],
        employments: vec![
            EmploymentFacts {
                profession: Some("2614".to_owned()),
                employer: Some("REGION SKÅNE".to_owned()),
                sector: Some(Sector::Public),
                current: false,
                ..EmploymentFacts::default()
            },
            EmploymentFacts {
                job_title: Some("Överläkare".to_owned()),
                current: true,
                ..EmploymentFacts::default()
            },
        ],
        received: vec![12],
        consents: vec!["events".to_owned()],
        ..PersonFacts::default()
    }
}

#[test]
fn conditions_are_judged_as_the_contract_says() {
    let cases = [
        (r#"{"everyone":true}"#, true),
        (r#"{"not":{"everyone":true}}"#, false),
        (r#"{"degree":{"programme":{"in":["SJURI"]}}}"#, true),
        // One degree must meet all of it: law in 1990 and medicine in 2001 are no law degree of 1998–2003.
        (r#"{"degree":{"programme":{"in":["SJURI"]},"graduation_year":{"between":[1998,2003]}}}"#, false),
        (r#"{"degree":{"graduation_year":{"between":[2001,2001]}}}"#, true),
        (r#"{"degree":{"level":{"in":["master"]}}}"#, false),
        (r#"{"not":{"degree":{"level":{"in":["master"]}}}}"#, true),
        (r#"{"degree":{"graduated":false}}"#, false),
        (r#"{"lives":{"region":{"in":["SE-O","SE-M"]}}}"#, true),
        (r#"{"lives":{"municipality":{"in":["1280"]}}}"#, false),
        (r#"{"not":{"lives":{"municipality":{"in":["1280"]}}}}"#, true),
        (r#"{"works":{"profession":{"under":["261"]}}}"#, true),
        (r#"{"works":{"profession":{"under":["261"]},"current":true}}"#, false),
        (r#"{"works":{"profession":{"called":["ÖVERLÄKARE"]},"current":true}}"#, true),
        (r#"{"works":{"profession":{"under":["9"],"called":["överläkare"]}}}"#, true),
        (r#"{"works":{"employer":{"contains":"skåne"},"sector":{"in":["public"]}}}"#, true),
        (r#"{"works":{"industry":{"under":["69"]}}}"#, false),
        (r#"{"person":{"kind":{"in":["staff"]},"language":{"in":["sv","nb"]}}}"#, true),
        (r#"{"person":{"kind":{"in":["staff"]},"language":{"in":["en"]}}}"#, false),
        (r#"{"received":{"campaign":{"in":[11,12]}}}"#, true),
        (r#"{"not":{"consented":{"purpose":"events"}}}"#, false),
        (r#"{"any":[{"consented":{"purpose":"surveys"}},{"received":{"campaign":{"in":[12]}}}]}"#, true),
        (r#"{"all":[{"consented":{"purpose":"surveys"}},{"received":{"campaign":{"in":[12]}}}]}"#, false),
    ];
    for (text, expected) in cases {
        assert_eq!(rule(text).matches(&person()).unwrap(), expected, "{text}");
    }
}

#[test]
fn people_with_protected_identity_live_nowhere() {
    let protected = PersonFacts { protected: true, ..person() };
    let lives = r#"{"lives":{"country":{"in":["SE"]}}}"#;
    assert!(rule(lives).matches(&person()).unwrap());
    assert!(!rule(lives).matches(&protected).unwrap());
    assert!(rule(&format!(r#"{{"not":{lives}}}"#)).matches(&protected).unwrap());
}
