//! A rule as a form that people understand: groups ("all of these", "any of these", "none of these") nested freely,
//! in each of them cards, one per condition. It works without script: every button that adds, moves or removes sends
//! the form, which comes back changed.
//!
//! Fields are named by the path to their card: `rule.is` is the outermost group's kind, `rule.0.is` what its first
//! part is, `rule.0.1.degree.programme` a field of the second part of its first part. Rule to form to rule is exact.

mod act;
mod fields;
mod names;
mod offers;
mod sentence;
mod view;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

pub(super) use act::{Control, Focus};
pub(super) use fields::{CONDITIONS, Condition, Field, Kind};
pub(super) use names::Names;
use offers::value_called;
pub(super) use offers::{Offer, offers};
pub(super) use sentence::{sentence, words_of};
pub(super) use view::{RuleEditor, editor, told};

use crate::db::Conn;
use crate::segment::{MAX_CONDITIONS, Rule, RuleError};
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::session::SignedIn;

/// Where a part stands: the place in the outermost group, the place within that, and so on.
pub(super) type Path = Vec<usize>;

/// How deep a form is read; more than any rule needs.
const DEEPEST: usize = 70;

/// The form's whole content. What is wrong with its values is for the rule's parser to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleForm {
    pub(super) root: Group,
    /// The outermost group is not part of the rule while it has one part: `{"degree":…}`, not `{"all":[…]}`.
    is_bare: bool,
}

/// A part of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Group(Group),
    Card(Card),
}

/// Several parts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) kind: GroupKind,
    pub(super) nodes: Vec<Node>,
}

crate::text_enum! {
    /// How many of its parts a group asks for.
    GroupKind {
        All = "all",
        Any = "any",
        None = "none",
    }
}

/// One condition, whose fields are about one and the same record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) condition: &'static Condition,
    /// The texts of each field, in the order of `condition.fields`.
    pub(super) texts: Vec<Vec<String>>,
    /// What was typed into the searches of these fields and is not looked up yet.
    typed: Vec<Vec<String>>,
}

/// A rule's JSON, and which part of the form each part of it comes from.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) json: Value,
    places: Vec<(String, Path)>,
}

impl Default for RuleForm {
    fn default() -> Self {
        Self { root: Group { kind: GroupKind::All, nodes: Vec::new() }, is_bare: true }
    }
}

impl RuleForm {
    /// The form of a rule; `None` when the rule says something that the form has no field for.
    pub(super) fn of(rule: &Value) -> Option<Self> {
        let form = match Node::of(rule, 0)? {
            Node::Group(root) => Self { root, is_bare: false },
            Node::Card(card) if card.condition.name == fields::EVERYONE => Self::default(),
            card @ Node::Card(_) => {
                Self { root: Group { kind: GroupKind::All, nodes: vec![card] }, is_bare: true }
            }
        };
        (form.build(false).json == *rule).then_some(form)
    }

    /// The form as sent, with what was typed into its searches looked up.
    pub(super) fn sent(conn: &mut Conn, who: &SignedIn, form: &Form) -> Result<Self, PageError> {
        let mut sent = Self::read(form);
        look_up(&mut sent.root, conn, who)?;
        Ok(sent)
    }

    /// The form as sent; a form without any of the fields asks for everyone.
    fn read(form: &Form) -> Self {
        let sent = Sent::of(form);
        match sent.node("rule", DEEPEST) {
            Some(Node::Group(root)) => Self { root, is_bare: sent.has("rule.bare") },
            _ => Self::default(),
        }
    }

    /// The rule's JSON, not yet checked. `filled_only` leaves out what nobody has filled in yet, so that a rule can be
    /// counted while it is written; without it, the parser refuses what is empty.
    pub(super) fn build(&self, filled_only: bool) -> Built {
        let mut built = Built { json: json!({ "everyone": true }), places: Vec::new() };
        if self.root.nodes.is_empty() {
            return built;
        }
        let alone = match self.root.nodes.as_slice() {
            [node] if self.is_bare && self.root.kind != GroupKind::None => Some(node),
            _ => None,
        };
        let json = match alone {
            Some(node) => node.build(filled_only, "$", &mut vec![0], &mut built.places),
            None => self.root.build(filled_only, "$", &mut Vec::new(), &mut built.places),
        };
        if let Some(json) = json {
            built.json = json;
        }
        built
    }

    /// The rule that the filled parts make.
    pub(super) fn filled(&self) -> Result<Rule, Vec<RuleError>> {
        Rule::parse(&self.build(true).json)
    }

    /// The rule, when every part is filled.
    pub(super) fn whole(&self) -> Result<Rule, Vec<RuleError>> {
        Rule::parse(&self.build(false).json)
    }

    fn cards(&self) -> Vec<&Card> {
        fn walk<'g>(group: &'g Group, cards: &mut Vec<&'g Card>) {
            for node in &group.nodes {
                match node {
                    Node::Group(group) => walk(group, cards),
                    Node::Card(card) => cards.push(card),
                }
            }
        }
        let mut cards = Vec::new();
        walk(&self.root, &mut cards);
        cards
    }
}

/// Takes what was typed for the value that is called so, or as it stands.
fn look_up(group: &mut Group, conn: &mut Conn, who: &SignedIn) -> Result<(), PageError> {
    for node in &mut group.nodes {
        let card = match node {
            Node::Group(inner) => {
                look_up(inner, conn, who)?;
                continue;
            }
            Node::Card(card) => card,
        };
        let fields = card.condition.fields.iter().zip(card.texts.iter_mut().zip(&mut card.typed));
        for (field, (texts, typed)) in fields {
            for text in std::mem::take(typed) {
                let name = format!("{}.{}", card.condition.name, field.name);
                let value = value_called(conn, who, &name, &text)?.unwrap_or(text);
                if !texts.contains(&value) {
                    texts.push(value);
                }
            }
        }
    }
    Ok(())
}

impl Built {
    /// The part of the form that a fault stands in.
    pub(super) fn part(&self, error: &RuleError) -> Option<&Path> {
        let fits = |json: &str| {
            error.path.strip_prefix(json).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.places
            .iter()
            .filter(|(json, _)| fits(json))
            .max_by_key(|(json, _)| json.len())
            .map(|(_, path)| path)
    }
}

impl Node {
    fn of(value: &Value, depth: usize) -> Option<Self> {
        let (name, inner) = value.as_object()?.iter().next()?;
        if depth > DEEPEST {
            return None;
        }
        let nodes = |values: &Value| -> Option<Vec<Self>> {
            values.as_array()?.iter().map(|value| Self::of(value, depth + 1)).collect()
        };
        let group = |kind, nodes| Some(Self::Group(Group { kind, nodes }));
        match name.as_str() {
            "all" => group(GroupKind::All, nodes(inner)?),
            "any" => group(GroupKind::Any, nodes(inner)?),
            "not" => match inner.get("any").filter(|any| any.as_array().is_some_and(|parts| parts.len() > 1))
            {
                Some(several) => group(GroupKind::None, nodes(several)?),
                None => group(GroupKind::None, vec![Self::of(inner, depth + 1)?]),
            },
            name => {
                let condition = fields::condition(name)?;
                let texts = condition.fields.iter().map(|field| field.take(inner)).collect();
                Some(Self::Card(Card { texts, ..Card::new(condition) }))
            }
        }
    }

    fn build(
        &self,
        filled_only: bool,
        json: &str,
        path: &mut Path,
        places: &mut Vec<(String, Path)>,
    ) -> Option<Value> {
        match self {
            Self::Group(group) => group.build(filled_only, json, path, places),
            Self::Card(card) => {
                places.push((json.to_owned(), path.clone()));
                (!filled_only || card.is_filled()).then(|| card.build())
            }
        }
    }
}

impl Group {
    fn build(
        &self,
        filled_only: bool,
        json: &str,
        path: &mut Path,
        places: &mut Vec<(String, Path)>,
    ) -> Option<Value> {
        places.push((json.to_owned(), path.clone()));
        // "None of these" is written `{"not": …}` around one part and `{"not": {"any": […]}}` around several.
        let one = self.kind == GroupKind::None
            && self.nodes.iter().filter(|node| !filled_only || node.is_filled()).count() == 1;
        let list = match self.kind {
            GroupKind::All => "all",
            GroupKind::Any => "any",
            GroupKind::None => "not.any",
        };
        let mut parts = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            path.push(index);
            let place = if one { format!("{json}.not") } else { format!("{json}.{list}[{}]", parts.len()) };
            parts.extend(node.build(filled_only, &place, path, places));
            path.pop();
        }
        if filled_only && parts.is_empty() {
            return None;
        }
        Some(match self.kind {
            GroupKind::All => json!({ "all": parts }),
            GroupKind::Any => json!({ "any": parts }),
            GroupKind::None => match <[Value; 1]>::try_from(parts) {
                Ok([part]) => json!({ "not": part }),
                Err(parts) => json!({ "not": { "any": parts } }),
            },
        })
    }
}

impl Node {
    fn is_filled(&self) -> bool {
        match self {
            Self::Group(group) => group.nodes.iter().any(Self::is_filled),
            Self::Card(card) => card.is_filled(),
        }
    }
}

impl Card {
    pub(super) fn new(condition: &'static Condition) -> Self {
        let empty = vec![Vec::new(); condition.fields.len()];
        Self { condition, texts: empty.clone(), typed: empty }
    }

    /// Whether it asks anything.
    pub(super) fn is_filled(&self) -> bool {
        self.condition.fields.is_empty() || self.texts.iter().flatten().any(|text| !text.is_empty())
    }

    /// The fields and their texts.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static Field, &[String])> {
        self.condition.fields.iter().zip(self.texts.iter().map(Vec::as_slice))
    }

    fn build(&self) -> Value {
        if self.condition.fields.is_empty() {
            return json!({ self.condition.name: true });
        }
        let mut fields = Map::new();
        for (field, texts) in self.fields() {
            field.put(texts, &mut fields);
        }
        json!({ self.condition.name: fields })
    }
}

/// The fields of a sent form by name.
struct Sent<'f>(HashMap<&'f str, Vec<&'f str>>);

impl<'f> Sent<'f> {
    fn of(form: &'f Form) -> Self {
        let mut sent: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, value) in form.fields().filter(|(name, _)| name.starts_with("rule.")) {
            sent.entry(name).or_default().push(value);
        }
        Self(sent)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'f str> {
        self.0.get(name).into_iter().flatten().copied().filter(|value| !value.is_empty())
    }

    fn get(&self, name: &str) -> &'f str {
        self.all(name).next().unwrap_or_default()
    }

    fn node(&self, path: &str, deepest: usize) -> Option<Node> {
        let is = self.get(&format!("{path}.is"));
        let Ok(kind) = is.parse::<GroupKind>() else {
            let condition = fields::condition(is)?;
            let name = |field: &Field| format!("{path}.{is}.{}", field.name);
            return Some(Node::Card(Card {
                condition,
                texts: condition.fields.iter().map(|field| self.texts(&name(field), field.kind)).collect(),
                typed: condition.fields.iter().map(|field| self.typed(&name(field), field.kind)).collect(),
            }));
        };
        let mut nodes = Vec::new();
        if deepest > 0 {
            let part = |index| self.node(&format!("{path}.{index}"), deepest - 1);
            nodes.extend((0..=MAX_CONDITIONS).map_while(part));
        }
        Some(Node::Group(Group { kind, nodes }))
    }

    fn texts(&self, name: &str, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Years => {
                let bounds = [self.get(&format!("{name}.from")), self.get(&format!("{name}.to"))];
                if bounds == ["", ""] { Vec::new() } else { bounds.map(str::to_owned).to_vec() }
            }
            Kind::Search | Kind::SearchNumbers => self.all(name).map(str::to_owned).collect(),
            Kind::Ticks(..) => {
                let ticked: Vec<&str> = self.all(name).collect();
                // The rule may name them in another order than the boxes stand in.
                let before: Vec<&str> = self.get(&format!("{name}.was")).split(',').collect();
                let same = before.iter().all(|one| ticked.contains(one))
                    && ticked.iter().all(|one| before.contains(one));
                let texts = if same { before } else { ticked };
                texts.into_iter().map(str::to_owned).collect()
            }
            _ => self.all(name).take(1).map(str::to_owned).collect(),
        }
    }
    /// Values with commas or line breaks between them.
    fn typed(&self, name: &str, kind: Kind) -> Vec<String> {
        if !kind.is_search() {
            return Vec::new();
        }
        let texts = self.0.get(format!("{name}.more").as_str()).into_iter().flatten();
        let values = texts.flat_map(|text| text.split([',', '\n']));
        values.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }
}
