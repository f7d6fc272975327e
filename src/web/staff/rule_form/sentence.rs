//! A rule as a sentence: "Has a degree: programme Juristprogrammet, graduation year 1998–2003; and lives in Skåne".

use serde_json::Value;

use super::{Card, Group, GroupKind, Kind, Names, Node, RuleForm};
use crate::web::i18n::Texts;

/// What the filled parts of a form ask for.
pub(in crate::web::staff) fn sentence(form: &RuleForm, names: &Names) -> String {
    let said = group(&form.root, names).unwrap_or_else(|| names.texts.t("say-everyone"));
    capitalised(&said)
}

/// A condition of a rule, given as its word and what stands behind it, in words.
pub(in crate::web::staff) fn words_of(condition: &str, asks: &Value, names: &Names) -> String {
    match Node::of(&serde_json::json!({ condition: asks }), 0) {
        Some(Node::Card(card)) => self::card(&card, names),
        _ => format!("{condition} {asks}"),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn node(node: &Node, names: &Names) -> Option<String> {
    match node {
        Node::Card(card) => card.is_filled().then(|| self::card(card, names)),
        Node::Group(inner) => {
            let said = group(inner, names)?;
            let several = inner.nodes.iter().filter(|node| node.is_filled()).count() > 1;
            Some(if several && inner.kind != GroupKind::None { format!("({said})") } else { said })
        }
    }
}

fn group(group: &Group, names: &Names) -> Option<String> {
    let texts = names.texts;
    let parts: Vec<String> = group.nodes.iter().filter_map(|part| node(part, names)).collect();
    let several = parts.len() > 1;
    let joint = if group.kind == GroupKind::All { "say-and" } else { "say-or" };
    let said = parts.into_iter().reduce(|said, part| texts.t2(joint, "first", said, "second", part))?;
    Some(match group.kind {
        GroupKind::None if several => texts.t1("say-none", "parts", said),
        GroupKind::None => texts.t1("say-not", "part", said),
        GroupKind::All | GroupKind::Any => said,
    })
}

fn card(card: &Card, names: &Names) -> String {
    let texts = names.texts;
    let phrases: Vec<String> = card
        .fields()
        .filter(|(_, values)| values.iter().any(|value| !value.is_empty()))
        .map(|(field, values)| {
            let name = format!("{}.{}", card.condition.name, field.name);
            let key = format!("say-{}-{}", card.condition.name, field.name);
            let first = values.first().map(String::as_str).unwrap_or_default();
            match field.kind {
                Kind::Years => {
                    years(texts, &key, first, values.get(1).map(String::as_str).unwrap_or_default())
                }
                Kind::YesNo => texts.t(&format!("{key}-{}", if first == "yes" { "yes" } else { "no" })),
                Kind::Purpose => texts.t1(&key, "value", names.purpose(first)),
                Kind::Search | Kind::SearchNumbers => {
                    let called: Vec<String> =
                        values.iter().map(|value| names.of(&name, value).to_owned()).collect();
                    texts.t1(&key, "value", alternatives(texts, &called))
                }
                kind @ (Kind::Ticks(family, _) | Kind::One(family, _)) => {
                    // Languages begin with a capital where they do so in a sentence.
                    let spoken = |word: &String| match family {
                        "tongue" => names.word(kind, word),
                        _ => names.word(kind, word).to_lowercase(),
                    };
                    let words: Vec<String> = values.iter().map(spoken).collect();
                    texts.t1(&key, "value", alternatives(texts, &words))
                }
                Kind::Text | Kind::Number | Kind::Date => texts.t1(&key, "value", first),
            }
        })
        .collect();
    let key = format!("say-{}", card.condition.name);
    if card.condition.fields.is_empty() {
        texts.t(&key)
    } else {
        texts.t1(&key, "what", joined(card, &phrases))
    }
}

/// Two parts of one field, such as "50 km" and "from Malmö", have no comma between them.
fn joined(card: &Card, phrases: &[String]) -> String {
    let is_pair = |name: &str| card.fields().any(|(field, values)| field.name == name && !values.is_empty());
    let joined = phrases.join(", ");
    if !(is_pair("km") && is_pair("place")) {
        return joined;
    }
    let before = card
        .fields()
        .take_while(|(field, _)| field.name != "km")
        .filter(|(_, values)| !values.is_empty())
        .count();
    let mut parts = phrases.to_vec();
    let place = parts.remove(before + 1);
    parts[before] = format!("{} {place}", parts[before]);
    parts.join(", ")
}

fn years(texts: Texts, key: &str, from: &str, to: &str) -> String {
    match (from, to) {
        (from, "") => texts.t1(&format!("{key}-from"), "from", from),
        ("", to) => texts.t1(&format!("{key}-to"), "to", to),
        (from, to) if from == to => texts.t1(&format!("{key}-one"), "year", from),
        (from, to) => texts.t2(key, "from", from, "to", to),
    }
}

/// "A", "A or B", "A, B or C".
fn alternatives(texts: Texts, words: &[String]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => {
            texts.t2("say-either", "first", before.join(", "), "second", last)
        }
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}
