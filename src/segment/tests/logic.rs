use super::super::{PersonFacts, Record};
use super::people::{degree, employment, engagement, some_time, somebody};
use super::rule;
use crate::contacts::{Contact, ContactKind, Deed, Degree, Employment};
use crate::invitations::Network;

fn person() -> PersonFacts {
    let nobody = somebody();
    PersonFacts {
        contact: Contact {
            // Lund
            latitude: Some(55.7058),
            longitude: Some(13.1932),
            region: Some("SE-M".to_owned()),
            country: Some("SE".to_owned()),
            ..nobody.contact
        },
        kinds: vec![ContactKind::Alumn, ContactKind::Staff],
        network: Network::Invited,
        degrees: vec![
            degree("SJURI", Some(1990)),
            Degree { faculty: Some("Juridiska Fakulteten".to_owned()), ..degree("MLAKA", Some(2001)) },
        ],
        employments: vec![
            Employment {
                profession_code: Some("2614".to_owned()),
                employer: Some("REGION SKÅNE".to_owned()),
                industry_code: Some("84112".to_owned()),
                sector: Some("public".parse().unwrap()),
                ..employment(false)
            },
            Employment { job_title: Some("Trollkarl".to_owned()), ..employment(true) },
        ],
        participations: vec![("jubileum-2025".to_owned(), None)],
        received: vec![12],
        consents: vec!["events".to_owned()],
        engagements: None,
        judged_at: some_time(),
    }
}

#[test]
fn conditions_are_judged_as_the_contract_says() {
    let cases = [
        (r#"{"everyone":true}"#, true),
        (r#"{"not":{"everyone":true}}"#, false),
        (r#"{"degree":{"programme":{"in":["SJURI"]}}}"#, true),
        (r#"{"degree":{"programme":{"in":["sjuri"]}}}"#, false),
        // One degree must meet all of it: law in 1990 and medicine in 2001 are no law degree of 1998–2003.
        (r#"{"degree":{"programme":{"in":["SJURI"]},"graduation_year":{"between":[1998,2003]}}}"#, false),
        (r#"{"degree":{"graduation_year":{"between":[2001,2001]}}}"#, true),
        (r#"{"degree":{"level":{"in":["master"]}}}"#, false),
        (r#"{"not":{"degree":{"level":{"in":["master"]}}}}"#, true),
        (r#"{"degree":{"graduated":false}}"#, false),
        (r#"{"lives":{"region":{"in":["SE-O","SE-M"]}}}"#, true),
        (r#"{"lives":{"municipality":{"in":["1280"]}}}"#, false),
        (r#"{"not":{"lives":{"municipality":{"in":["1280"]}}}}"#, true),
        (r#"{"lives":{"within_km":{"place":"Malmö","km":17}}}"#, true),
        (r#"{"lives":{"within_km":{"place":"MALMO","km":17}}}"#, true),
        (r#"{"lives":{"within_km":{"place":"malmö, skåne län","km":16}}}"#, false),
        (r#"{"lives":{"within_km":{"place":"Goteborg","km":50}}}"#, false),
        (r#"{"lives":{"within_km":{"place":"Malmö","km":17},"region":{"in":["SE-O"]}}}"#, false),
        (r#"{"degree":{"faculty":{"in":["JURIDISKA  fakulteten"]}}}"#, true),
        (r#"{"degree":{"faculty":{"in":["Juridiska"]}}}"#, false),
        (r#"{"works":{"employer":{"contains":"Region  skåne"}}}"#, true),
        (r#"{"works":{"profession":{"under":["261"]}}}"#, true),
        (r#"{"works":{"profession":{"under":["261"]},"current":true}}"#, false),
        (r#"{"works":{"profession":{"called":["TROLLKARL"]},"current":true}}"#, true),
        (r#"{"works":{"profession":{"under":["9"],"called":["trollkarl"]}}}"#, true),
        (r#"{"works":{"employer":{"contains":"skåne"},"sector":{"in":["public"]}}}"#, true),
        (r#"{"works":{"industry":{"under":["69"]}}}"#, false),
        (r#"{"works":{"industry":{"under":["84.112"]}}}"#, true),
        (r#"{"works":{"industry":{"under":["M","O"]}}}"#, true),
        (r#"{"works":{"industry":{"under":["P"]}}}"#, false),
        (r#"{"person":{"kind":{"in":["staff"]},"language":{"in":["sv","nb"]}}}"#, true),
        (r#"{"person":{"kind":{"in":["staff"]},"language":{"in":["en"]}}}"#, false),
        (r#"{"person":{"network":{"in":["not_invited","invited"]}}}"#, true),
        (r#"{"person":{"network":{"in":["member"]}}}"#, false),
        (r#"{"attended":{"event":{"in":["jubileum-2025"]}}}"#, true),
        (r#"{"attended":{"event":{"in":["jubileum-2025"]},"since":"2024-01-01"}}"#, false),
        (r#"{"received":{"campaign":{"in":[11,12]}}}"#, true),
        (r#"{"not":{"consented":{"purpose":"events"}}}"#, false),
        (r#"{"any":[{"consented":{"purpose":"surveys"}},{"received":{"campaign":{"in":[12]}}}]}"#, true),
        (r#"{"all":[{"consented":{"purpose":"surveys"}},{"received":{"campaign":{"in":[12]}}}]}"#, false),
    ];
    for (text, expected) in cases {
        assert_eq!(rule(text).matches(&person()), expected, "{text}");
    }
}

#[test]
fn people_with_protected_identity_live_nowhere() {
    let mut protected = person();
    protected.contact.protected = true;
    let lives = r#"{"lives":{"country":{"in":["SE"]}}}"#;
    assert!(rule(lives).matches(&person()));
    assert!(!rule(lives).matches(&protected));
    assert!(rule(&format!(r#"{{"not":{lives}}}"#)).matches(&protected));
}

#[test]
fn opens_and_clicks_are_judged_among_those_who_are_measured() {
    let unmeasured = person();
    let idle = PersonFacts { engagements: Some(Vec::new()), ..person() };
    let reader = PersonFacts {
        engagements: Some(vec![engagement(Deed::Clicked, 12, 3), engagement(Deed::Opened, 12, 100)]),
        ..person()
    };
    let opened = r#"{"engaged":{"did":"opened"}}"#;
    let recently = r#"{"engaged":{"did":"opened","within_days":30}}"#;
    let clicked = r#"{"engaged":{"did":"clicked","within_days":3}}"#;
    let neither = r#"{"engaged":{"did":"none","within_days":2}}"#;
    // Whether the unmeasured, the idle and the reader are in.
    let cases = [
        (opened.to_owned(), [false, false, true]),
        (recently.to_owned(), [false, false, false]),
        (clicked.to_owned(), [false, false, true]),
        (neither.to_owned(), [false, true, true]),
        (format!(r#"{{"not":{opened}}}"#), [false, true, false]),
        (format!(r#"{{"not":{{"not":{opened}}}}}"#), [false, false, true]),
        (format!(r#"{{"not":{{"not":{neither}}}}}"#), [false, true, true]),
        // What else is asked may decide without them.
        (format!(r#"{{"any":[{opened},{{"everyone":true}}]}}"#), [true, true, true]),
        (format!(r#"{{"any":[{opened},{{"not":{{"everyone":true}}}}]}}"#), [false, false, true]),
        (format!(r#"{{"all":[{opened},{{"everyone":true}}]}}"#), [false, false, true]),
        (format!(r#"{{"not":{{"all":[{opened},{{"not":{{"everyone":true}}}}]}}}}"#), [true, true, true]),
        (format!(r#"{{"not":{{"any":[{opened},{clicked}]}}}}"#), [false, true, false]),
        (format!(r#"{{"any":[{opened},{{"not":{opened}}}]}}"#), [false, true, true]),
    ];
    for (text, expected) in cases {
        let found = [&unmeasured, &idle, &reader].map(|person| rule(&text).matches(person));
        assert_eq!(found, expected, "{text}");
    }

    let explanation = rule(&format!(r#"{{"not":{recently}}}"#)).explain(&unmeasured);
    assert_eq!((explanation.holds, explanation.parts[0].holds), (None, None));
    let explanation = rule(clicked).explain(&reader);
    assert_eq!((explanation.holds, explanation.meeting, explanation.records.len()), (Some(true), 1, 2));
}

#[test]
fn an_explanation_answers_every_step() {
    let rule = rule(
        r#"{"all":[{"degree":{"programme":{"in":["SJURI"]}}},
                   {"not":{"any":[{"consented":{"purpose":"surveys"}},{"everyone":true}]}}]}"#,
    );
    let explanation = rule.explain(&person());
    let mut steps = Vec::new();
    let mut open = vec![&explanation];
    while let Some(step) = open.pop() {
        steps.push(format!("{} {} {}", step.path, step.step, step.holds.unwrap()));
        open.extend(step.parts.iter().rev());
    }
    assert_eq!(
        steps,
        [
            "$ all false",
            "$.all[0].degree degree true",
            "$.all[1] not false",
            "$.all[1].not any true",
            "$.all[1].not.any[0].consented consented false",
            "$.all[1].not.any[1] everyone true",
        ]
    );
    assert_eq!(explanation.parts[0].asks, Some(serde_json::json!({"programme": {"in": ["SJURI"]}})));
}

#[test]
fn an_explanation_names_the_record_that_meets_a_condition() {
    let mut graduate = person();
    graduate.degrees = vec![degree("SEKON", Some(1990)), degree("SJURI", Some(1999)), degree("SJURI", None)];
    let rule = rule(r#"{"degree":{"programme":{"in":["SJURI"]},"graduation_year":{"between":[1998,2003]}}}"#);
    let explanation = rule.explain(&graduate);
    assert_eq!((explanation.holds, explanation.meeting, explanation.records.len()), (Some(true), 1, 3));
    assert_eq!(explanation.records[0], Record::Degree(graduate.degrees[1].clone()));

    // Two halves on two degrees are not one whole.
    graduate.degrees.remove(1);
    let explanation = rule.explain(&graduate);
    assert_eq!((explanation.holds, explanation.meeting, explanation.records.len()), (Some(false), 0, 2));
}
