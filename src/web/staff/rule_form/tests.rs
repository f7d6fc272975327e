//! The form loses nothing of a rule, and its buttons lose nothing of the form.

use askama::Template as _;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Card, Control, Names, Node, RuleForm, editor, fields, sentence};
use crate::kernel::language::Language;
use crate::segment::Rule;
use crate::segment::tests::{EXAMPLE, arbitrary};
use crate::web::form::Form;
use crate::web::i18n::Texts;

fn names(language: Language) -> Names {
    Names::none(Texts(language))
}

fn written(form: &RuleForm) -> String {
    editor(form, &names(Language::English), None, &[]).unwrap().render().unwrap()
}

/// What a browser would send of the fields in a piece of HTML.
fn fields_of(html: &str) -> Form {
    let mut fields = Vec::new();
    let mut list = None;
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let has = |name: &str| tag.split_whitespace().any(|word| word == name);
        let attribute = |name: &str| {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            let value = &tag[start..];
            Some(unescaped(&value[..value.find('"')?]))
        };
        let value = || attribute("value").unwrap_or_default();
        match tag.split_whitespace().next() {
            Some("input") if attribute("type").as_deref() != Some("checkbox") || has("checked") => {
                fields.push((attribute("name").unwrap(), value()));
            }
            Some("select") => list = attribute("name"),
            Some("option") if has("selected") => fields.push((list.clone().unwrap(), value())),
            _ => {}
        }
    }
    fields.into_iter().collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#38;", "&")
}

fn sent(html: &str) -> Result<Rule, String> {
    RuleForm::read(&fields_of(html)).whole().map_err(|errors| format!("{errors:?}"))
}

proptest! {
    #[test]
    fn a_rule_shown_as_a_form_and_sent_back_is_the_same(json in arbitrary::any_rules()) {
        let rule = Rule::parse(&json).unwrap();
        let form = RuleForm::of(&json).expect("the form has a field for everything");
        prop_assert_eq!(sent(&written(&form)), Ok(rule));
    }

    #[test]
    fn no_form_makes_the_reader_panic(
        fields in prop::collection::vec(
            (r"rule(\.[0-2]){0,3}\.(is|bare|degree\.(programme|year\.from|level\.was)|lives\.region\.more)",
             select(vec!["all", "none", "degree", "lives", "everyone", "", "x,y", "1999"])),
            0..30,
        ),
    ) {
        let form: Form = fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let read = RuleForm::read(&form);
        let _ = read.filled();
        let _ = written(&read);
    }

    #[test]
    fn moving_and_grouping_lose_no_card(
        json in arbitrary::any_rules(),
        deeds in prop::collection::vec((select(vec!["up", "down", "wrap", "unwrap", "group"]), 0..4_usize, 0..4_usize), 1..12),
    ) {
        let mut form = RuleForm::of(&json).unwrap();
        let cards = |form: &RuleForm| {
            let mut cards: Vec<String> = form.cards().iter().map(|card| card.build().to_string()).collect();
            cards.sort();
            cards
        };
        let before = cards(&form);
        for (deed, first, second) in deeds {
            for path in [format!("{first}"), format!("{first}.{second}")] {
                let changed = form.clone().act(&format!("{deed}:{path}"));
                let focus = form.act(&format!("{deed}:{path}"));
                prop_assert_eq!(&focus, &changed);
                prop_assert_eq!(&cards(&form), &before, "after {} {}", deed, path);
            }
        }
    }
}

#[test]
fn the_contracts_example_and_every_shape_come_back() {
    let odd = [
        EXAMPLE.to_owned(),
        json!({"everyone": true}).to_string(),
        json!({"not": {"everyone": true}}).to_string(),
        json!({"all": [{"everyone": true}]}).to_string(),
        json!({"not": {"any": [{"consented": {"purpose": "events"}}]}}).to_string(),
        json!({"not": {"not": {"any": [{"everyone": true}, {"everyone": true}]}}}).to_string(),
        json!({"degree": {"graduation_year": {"between": [1800, 2200]}}}).to_string(),
        json!({"degree": {"graduation_year": {"between": [1800, 1999]}}}).to_string(),
        json!({"degree": {"level": {"in": ["master", "bachelor", "master"]}}}).to_string(),
        json!({"degree": {"programme": {"in": ["A, B", "\"<&'>", "a", "a"]}}}).to_string(),
    ];
    for text in odd {
        let rule = Rule::parse_text(&text).unwrap();
        let form = RuleForm::of(&rule.to_json()).unwrap_or_else(|| panic!("no form for {text}"));
        assert_eq!(sent(&written(&form)).unwrap(), rule, "{text}");
    }
}

#[test]
fn the_deepest_rule_comes_back() {
    let mut rule = json!({"person": {"language": {"in": ["sv"]}}});
    for level in 0..crate::segment::MAX_DEPTH {
        rule = if level % 2 == 0 { json!({ "not": rule }) } else { json!({ "all": [rule] }) };
    }
    let form = RuleForm::of(&rule).unwrap();
    assert_eq!(sent(&written(&form)).unwrap().to_json(), rule);
}

#[test]
fn what_nobody_has_filled_in_does_not_count_and_cannot_be_saved() {
    let mut form = RuleForm::of(&json!({"any": [{"person": {"language": {"in": ["sv"]}}}]})).unwrap();
    let focus = form.act("add::degree").unwrap();
    assert_eq!((focus.path, focus.control), (vec![1], Control::Part));
    form.act("group:").unwrap();
    assert_eq!(form.build(true).json, json!({"any": [{"person": {"language": {"in": ["sv"]}}}]}));
    let errors = form.whole().unwrap_err();
    let built = form.build(false);
    let parts: Vec<_> = errors.iter().map(|error| built.part(error).unwrap().clone()).collect();
    assert_eq!(parts, [vec![1], vec![2]], "{errors:?}");
}

#[test]
fn buttons_move_parts_as_one_reads() {
    let card = |name| json!({"consented": {"purpose": name}});
    let mut form =
        RuleForm::of(&json!({"all": [card("a"), {"any": [card("b"), card("c")]}, card("d")]})).unwrap();
    let is = |form: &RuleForm, expected: Value| assert_eq!(form.build(false).json, expected);
    assert_eq!(form.act("down:0").unwrap().path, [0, 0], "into the group below");
    is(&form, json!({"all": [{"any": [card("a"), card("b"), card("c")]}, card("d")]}));
    assert_eq!(form.act("up:0.0").unwrap().path, [0], "out of its top");
    is(&form, json!({"all": [card("a"), {"any": [card("b"), card("c")]}, card("d")]}));
    assert_eq!(form.act("up:2").unwrap().path, [1, 2], "into its end");
    assert_eq!(form.act("down:1.2").unwrap().path, [2], "and out again");
    assert_eq!(form.act("up:0").unwrap().path, [0], "the first stays");
    assert_eq!(form.act("wrap:0").unwrap().path, [0]);
    is(&form, json!({"all": [{"any": [card("a")]}, {"any": [card("b"), card("c")]}, card("d")]}));
    assert_eq!(form.act("down:0.0").unwrap().path, [0], "a group that is left empty is gone");
    form.act("wrap:0").unwrap();
    assert_eq!(form.act("up:0.0").unwrap().path, [0]);
    form.act("wrap:0").unwrap();
    form.act("unwrap:0").unwrap();
    form.act("remove:1").unwrap();
    is(&form, json!({"all": [card("a"), card("d")]}));
    for nonsense in
        ["", "up", "up:9", "up:", "remove:", "add:0:degree", "add::wizard", "unwrap:0", "x:0", "up:a"]
    {
        let before = form.clone();
        assert_eq!(form.act(nonsense), None, "{nonsense}");
        assert_eq!(form, before, "{nonsense}");
    }
}

#[test]
fn a_rule_is_said_in_every_language() {
    let rule = json!({"all": [
        {"degree": {"programme": {"in": ["SJURI", "SEKON"]}, "graduation_year": {"between": [1998, 2003]}}},
        {"lives": {"region": {"in": ["SE-M"]}, "within_km": {"place": "Malmö", "km": 50}, "country": {"in": ["SE"]}}},
        {"any": [{"works": {"employer": {"contains": "region"}, "current": true}}, {"person": {"kind": {"in": ["alumn"]}}}]},
        {"not": {"consented": {"purpose": "events"}}}
    ]});
    let form = RuleForm::of(&rule).unwrap();
    let said = |language| sentence(&form, &names(language));
    assert_eq!(
        said(Language::English),
        "Has a degree: programme SJURI or SEKON, graduation year 1998–2003; and lives in SE-M, in the country SE, at \
         most 50 km from Malmö; and (has work: employer with “region” in the name, at present; or is alumn); and not: consented to events"
    );
    assert!(
        said(Language::Swedish)
            .starts_with("Har en examen: program SJURI eller SEKON, examensår 1998–2003; och bor i")
    );
    assert!(
        said(Language::Norwegian)
            .contains("uteksamineringsår 1998–2003; og bor i SE-M, i landet SE, høyst 50 km fra Malmö")
    );
    assert_eq!(sentence(&RuleForm::default(), &names(Language::Swedish)), "Alla i registret");
}

#[test]
fn every_text_of_the_form_exists() {
    for language in Language::ALL {
        for condition in &fields::CONDITIONS {
            let card = Card::new(condition);
            let form = RuleForm {
                root: super::Group { kind: super::GroupKind::Any, nodes: vec![Node::Card(card)] },
                is_bare: true,
            };
            let html = editor(&form, &names(*language), None, &[]).unwrap().render().unwrap();
            for missing in
                ["ask-", "condition-", "same-", "group-", "say-", "level-", "sector-", "did-", "rule-"]
            {
                let shown = html.split('>').any(|text| text.trim_start().starts_with(missing));
                assert!(!shown, "{language}: {} lacks a text {missing}", condition.name);
            }
        }
    }
    // Each phrase of the sentence.
    let example = RuleForm::of(&Rule::parse_text(EXAMPLE).unwrap().to_json()).unwrap();
    for language in Language::ALL {
        let said = sentence(&example, &names(*language));
        assert!(!said.contains("say-"), "{said}");
    }
}
