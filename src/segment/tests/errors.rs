use serde_json::{Value, json};

use super::super::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, Rule};
use super::lines;

/// Rules that are wrong in every way.
pub(crate) const WRONG: [&str; 49] = [
    "7",
    "{}",
    "[]",
    r#"{"all":[]}"#,
    r#"{"any":{}}"#,
    r#"{"not":[{"everyone":true}]}"#,
    r#"{"not":{}}"#,
    r#"{"everyone":false}"#,
    r#"{"degre":{"graduated":true}}"#,
    r#"{"nobody":true}"#,
    r#"{"degree":{"graduated":true},"lives":{"country":{"in":["SE"]}}}"#,
    r#"{"degree":{}}"#,
    r#"{"degree":"SJURI"}"#,
    r#"{"degree":null}"#,
    r#"{"degree":{"program":{"in":["SJURI"]}}}"#,
    r#"{"degree":{"programme":"SJURI"}}"#,
    r#"{"degree":{"programme":{}}}"#,
    r#"{"degree":{"programme":{"in":"SJURI"}}}"#,
    r#"{"degree":{"programme":{"in":[]}}}"#,
    r#"{"degree":{"programme":{"in":["", "a", 7, null]}}}"#,
    r#"{"degree":{"programme":{"is":["SJURI"]}}}"#,
    r#"{"degree":{"programme":{"in":["a\nb"]}}}"#,
    r#"{"all":[{"degree":{"graduation_year":"1998"}}]}"#,
    r#"{"degree":{"graduation_year":{"between":[2003,1998]}}}"#,
    r#"{"degree":{"graduation_year":{"between":[1998]}}}"#,
    r#"{"degree":{"graduation_year":{"between":[98,2003]}}}"#,
    r#"{"degree":{"graduation_year":{"between":["1998",2003.5]}}}"#,
    r#"{"degree":{"graduated":"yes","level":{"in":["Master","magister"]}}}"#,
    r#"{"lives":{"region":{"in":["Skåne","se-m","SE-M"]},"municipality":{"in":["Malmö"]},"country":{"in":["Sverige"]}}}"#,
    r#"{"lives":{"within_km":{"place":"Malmö"}}}"#,
    r#"{"lives":{"within_km":{"place":"Malmö","km":"50"}}}"#,
    r#"{"lives":{"within_km":{"place":"Malmö","km":0}}}"#,
    r#"{"lives":{"within_km":{"place":"Mamlö","km":50}}}"#,
    r#"{"lives":{"within_km":{"place":"Xyzzyville","km":50}}}"#,
    r#"{"lives":{"within_km":{"place":"Dale","km":50}}}"#,
    r#"{"works":{"profession":["261"]}}"#,
    r#"{"works":{"profession":{"under":["jurister"]},"industry":{"under":["69.1.1","V"]}}}"#,
    r#"{"works":{"employer":{"contain":"region"},"sector":{"in":["publik"]},"current":1}}"#,
    r#"{"person":{"kind":{"in":["alumni"]},"language":{"in":["no"]}}}"#,
    r#"{"attended":{"since":"2024-1-1"}}"#,
    r#"{"attended":{"since":"2023-02-29"}}"#,
    r#"{"engaged":{"within_days":365}}"#,
    r#"{"engaged":{"did":"read","within_days":0}}"#,
    r#"{"received":{"campaign":{"in":["12", 0, 1.5]}}}"#,
    r#"{"received":{"campaign":12}}"#,
    r#"{"consented":{"purpose":["events"]}}"#,
    r#"{"any":[{"x y":1},{"degree":{"a]b":1}},{"works":{"current":true}},{"all":[7]}]}"#,
    r#"{"all":[{"everyone":true}],"all":[{"everyone":true}]}"#,
    r#"{"all":[{"everyone":true}"#,
];

#[test]
fn each_fault_is_named_with_its_place_and_its_remedy() {
    let told: Vec<String> = WRONG
        .iter()
        .map(|case| match Rule::parse_text(case) {
            Ok(_) => format!("{case}\n  ACCEPTED"),
            Err(errors) => format!("{case}\n  {}", lines(&errors).replace('\n', "\n  ")),
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn depth_is_bounded() {
    let nots = |times: usize| (0..times).fold(json!({"everyone": true}), |node, _| json!({ "not": node }));
    assert!(Rule::parse(&nots(MAX_DEPTH)).is_ok());
    let errors = Rule::parse(&nots(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().contains("deeper than 32"), "{}", errors[0]);
    // Text nested far deeper than any stack is refused before the rule is looked at.
    assert!(Rule::parse_text(&"{\"not\":".repeat(100_000)).is_err());
}

#[test]
fn the_number_of_conditions_is_bounded() {
    let any = |times: usize| json!({ "any": vec![json!({"works": {"current": true}}); times] });
    assert!(Rule::parse(&any(MAX_CONDITIONS)).is_ok());
    let errors = Rule::parse(&any(MAX_CONDITIONS + 1)).unwrap_err();
    assert_eq!(lines(&errors), "$: has more than 500 conditions; split the segment");
}

#[test]
fn the_number_of_values_and_their_length_is_bounded() {
    let programmes = |codes: Vec<String>| json!({"degree": {"programme": {"in": codes}}});
    assert!(Rule::parse(&programmes(vec!["A".to_owned(); MAX_VALUES])).is_ok());
    let errors = Rule::parse(&programmes(vec!["A".to_owned(); MAX_VALUES + 1])).unwrap_err();
    assert_eq!(lines(&errors), "$: names more than 5000 values; split the segment");
    let academics = json!({"works": {"profession": {"called": ["akademiker"]}}});
    let errors = Rule::parse(&json!({ "any": vec![academics; MAX_CONDITIONS] })).unwrap_err();
    assert_eq!(lines(&errors), "$: names more than 5000 values; split the segment");
    assert!(Rule::parse(&programmes(vec!["å".repeat(200)])).is_ok());
    let errors = Rule::parse(&programmes(vec!["å".repeat(201)])).unwrap_err();
    assert_eq!(lines(&errors), "$.degree.programme.in[0]: is longer than 200 characters");
}

/// The messages may quote what came in; they must not grow with it.
#[test]
fn messages_stay_short() {
    let long = "x".repeat(100_000);
    for value in [
        json!({ long.clone(): 1 }),
        json!({"degree": { long.clone(): 1 }}),
        json!({"lives": {"region": {"in": [long]}}}),
        Value::String("y".repeat(100_000)),
    ] {
        for error in Rule::parse(&value).unwrap_err() {
            assert!(error.to_string().len() < 400, "{} characters", error.to_string().len());
        }
    }
}
