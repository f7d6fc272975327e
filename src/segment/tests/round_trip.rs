use proptest::prelude::*;

use super::super::Rule;
use super::arbitrary;

#[test]
fn the_example_of_the_contract_is_understood_whole() {
    let value: serde_json::Value = serde_json::from_str(super::EXAMPLE).unwrap();
    assert_eq!(super::rule(super::EXAMPLE).to_json(), value);
}

#[test]
fn space_around_values_is_no_part_of_them() {
    let rule = super::rule(r#"{"degree":{"programme":{"in":["  SJURI "]}}}"#);
    assert_eq!(rule.to_string(), r#"{"degree":{"programme":{"in":["SJURI"]}}}"#);
}

proptest! {
    #[test]
    fn a_rule_written_and_read_again_is_the_same(value in arbitrary::any_rules()) {
        let rule = Rule::parse(&value).map_err(|errors| TestCaseError::fail(super::lines(&errors)))?;
        prop_assert_eq!(&rule.to_json(), &value);
        prop_assert_eq!(Rule::parse_text(&rule.to_string()).unwrap(), rule);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r#"[\{\}\[\]":,a-z0-9\\ ]{0,60}"#) {
        let _ = Rule::parse_text(&text);
    }
}
