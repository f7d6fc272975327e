//! Random rules over small pools of values, so that rules and people often meet.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

pub(super) const PROGRAMMES: [&str; 4] = ["SJURI", "MLAKA", "B-BIOL", "Åland 100%_x"];
pub(super) const FACULTIES: [&str; 3] = ["Handelshögskolan", "Juridiska fakulteten", "BIOVIT"];
pub(super) const LEVELS: [&str; 3] = ["bachelor", "master", "doctoral"];
pub(super) const REGIONS: [&str; 4] = ["SE-M", "SE-O", "NO-46", "SE-AB"];
pub(super) const MUNICIPALITIES: [&str; 3] = ["1280", "1480", "4601"];
pub(super) const COUNTRIES: [&str; 3] = ["SE", "NO", "FI"];
pub(super) const PLACES: [&str; 4] = ["Malmö", "lund", "OSLO", "Tromso"];
pub(super) const PROFESSIONS: [&str; 5] = ["2611", "2614", "2619", "2211", "26"];
pub(super) const TITLES: [&str; 4] = ["Jurist", "ÖVERLÄKARE", "Advokat", "vd"];
pub(super) const INDUSTRIES: [&str; 4] = ["69", "69102", "86", "8"];
pub(super) const EMPLOYERS: [&str; 4] = ["Region Örebro län", "100% Å_B", "Volvo AB", "region skåne"];
pub(super) const SECTORS: [&str; 3] = ["public", "private", "non_profit"];
pub(super) const KINDS: [&str; 4] = ["student", "alumn", "interested", "staff"];
pub(super) const NETWORK: [&str; 3] = ["not_invited", "invited", "member"];
pub(super) const LANGUAGES: [&str; 3] = ["sv", "nb", "en"];
pub(super) const EVENTS: [&str; 2] = ["jubileum-2025", "Åbo mötet"];
pub(super) const PURPOSES: [&str; 3] = ["newsletter", "events", "surveys"];

/// Conditions that random people may meet, nested freely.
pub(super) fn rules() -> impl Strategy<Value = Value> {
    nested(prop_oneof![
        1 => Just(json!({"everyone": true})),
        4 => degree(),
        4 => lives(),
        4 => works(),
        2 => person(),
        1 => attended(),
        1 => (1..4_i64).prop_map(|id| json!({"received": {"campaign": {"in": [id]}}})),
        3 => engaged(),
        1 => select(PURPOSES.to_vec()).prop_map(|purpose| json!({"consented": {"purpose": purpose}})),
    ])
}

/// Every kind of condition, with texts of any kind.
pub(crate) fn any_rules() -> impl Strategy<Value = Value> {
    let text = "[\\p{L}\\p{P}0-9][\\p{L}\\p{P}0-9 ]{0,8}[\\p{L}\\p{P}0-9]";
    nested(prop_oneof![
        rules(),
        text.prop_map(|text| json!({"degree": {"programme": {"in": [text]}}})),
        text.prop_map(|text| json!({"works": {"employer": {"contains": text}}})),
        text.prop_map(|text| json!({"attended": {"event": {"in": [text]}, "since": "2024-02-29"}})),
        Just(json!({"attended": {"since": "1999-12-31"}})),
        (1..36_500).prop_map(|days| json!({"engaged": {"did": "clicked", "within_days": days}})),
    ])
}

fn nested(leaf: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|nodes| json!({"all": nodes})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|nodes| json!({"any": nodes})),
            inner.prop_map(|node| json!({"not": node})),
        ]
    })
}

fn degree() -> impl Strategy<Value = Value> {
    let years = (1995..2008, 0..6).prop_map(|(from, more)| json!({"between": [from, from + more]}));
    fields(
        "degree",
        vec![
            ("programme", one_of(&PROGRAMMES)),
            ("faculty", one_of(&FACULTIES)),
            ("level", one_of(&LEVELS)),
            ("graduation_year", years.boxed()),
            ("graduated", any::<bool>().prop_map(Value::from).boxed()),
        ],
    )
}

fn lives() -> impl Strategy<Value = Value> {
    let within = (select(PLACES.to_vec()), select(vec![1, 5, 20, 50, 100, 500, 1_500, 20_000]))
        .prop_map(|(place, km)| json!({"place": place, "km": km}));
    let all = vec![
        ("region", one_of(&REGIONS)),
        ("municipality", one_of(&MUNICIPALITIES)),
        ("country", one_of(&COUNTRIES)),
        ("within_km", within.boxed()),
    ];
    fields("lives", all)
}

fn works() -> impl Strategy<Value = Value> {
    let under = || some_of(&["2", "26", "261", "2614", "22"]);
    let called = || some_of(&["jurist", "jurister", "överläkare", "VD", "trollkarl"]);
    let profession = prop_oneof![
        under().prop_map(|under| json!({"under": under})),
        called().prop_map(|called| json!({"called": called})),
        (under(), called()).prop_map(|(under, called)| json!({"under": under, "called": called})),
    ];
    fields(
        "works",
        vec![
            ("profession", profession.boxed()),
            (
                "industry",
                some_of(&["6", "69", "69102", "8", "86", "M", "Q"])
                    .prop_map(|under| json!({"under": under}))
                    .boxed(),
            ),
            (
                "employer",
                select(vec!["region", "ÖREBRO", "100%", "å_b", "_", "volvo"])
                    .prop_map(|part| json!({"contains": part}))
                    .boxed(),
            ),
            ("sector", one_of(&SECTORS)),
            ("current", any::<bool>().prop_map(Value::from).boxed()),
        ],
    )
}

fn person() -> impl Strategy<Value = Value> {
    fields(
        "person",
        vec![("kind", one_of(&KINDS)), ("language", one_of(&LANGUAGES)), ("network", one_of(&NETWORK))],
    )
}

fn attended() -> impl Strategy<Value = Value> {
    let since = select(vec!["2023-12-31", "2024-06-01", "2025-02-03"]).prop_map(Value::from);
    fields("attended", vec![("event", one_of(&EVENTS)), ("since", since.boxed())])
}

fn engaged() -> impl Strategy<Value = Value> {
    let days = prop::option::of(select(vec![30_i64, 365, 36_500]));
    (select(vec!["opened", "clicked", "none"]), days).prop_map(|(did, days)| match days {
        Some(days) => json!({"engaged": {"did": did, "within_days": days}}),
        None => json!({"engaged": {"did": did}}),
    })
}

fn some_of(pool: &[&'static str]) -> impl Strategy<Value = Vec<&'static str>> + use<> {
    subsequence(pool.to_vec(), 1..=2)
}

fn one_of(pool: &[&'static str]) -> BoxedStrategy<Value> {
    some_of(pool).prop_map(|values| json!({"in": values})).boxed()
}

/// A condition with one to three of its fields.
fn fields(
    name: &'static str,
    all: Vec<(&'static str, BoxedStrategy<Value>)>,
) -> impl Strategy<Value = Value> {
    let most = all.len().min(3);
    subsequence(all, 1..=most).prop_flat_map(move |chosen| {
        let (names, values): (Vec<_>, Vec<_>) = chosen.into_iter().unzip();
        values.prop_map(move |values| {
            let object: Map<String, Value> =
                names.iter().map(|name| (*name).to_owned()).zip(values).collect();
            json!({ name: object })
        })
    })
}
