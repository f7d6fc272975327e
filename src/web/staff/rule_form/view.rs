//! The form as the page shows it.

use askama::Template;

use super::{
    Built, CONDITIONS, Card, Control, Field, Focus, Group, GroupKind, Kind, Names, Node, Path, RuleForm,
    sentence,
};
use crate::segment::RuleError;
use crate::web::i18n::Texts;
use crate::web::parts::Choice;

/// The whole editor of a rule: the sentence, and the groups and cards.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/segments/rule.html")]
pub(in crate::web::staff) struct RuleEditor {
    texts: Texts,
    pub(in crate::web::staff) sentence: String,
    root: String,
    is_bare: bool,
}

#[derive(Template)]
#[template(path = "staff/segments/group.html")]
struct GroupView<'v> {
    texts: Texts,
    frame: Frame,
    kinds: Vec<Choice>,
    parts: Vec<String>,
    conditions: Vec<(&'v str, String)>,
}

#[derive(Template)]
#[template(path = "staff/segments/card.html")]
struct CardView {
    texts: Texts,
    frame: Frame,
    condition: &'static str,
    /// Says that the fields are about one record, where a person can have several.
    note: Option<String>,
    is_filled: bool,
    usual: Vec<String>,
    others: Vec<String>,
    others_open: bool,
}

#[derive(Template)]
#[template(path = "staff/segments/field.html")]
struct FieldView {
    texts: Texts,
    /// Its name in the form, and its id.
    name: String,
    /// Its name within the rule, such as `degree.programme`.
    field: String,
    label: String,
    control: ControlView,
}

enum ControlView {
    Search(Vec<Choice>),
    Suggest { value: String, hint: String },
    Ticks { choices: Vec<Choice>, was: String },
    Select(Vec<Choice>),
    Years { from: String, to: String },
    Line { kind: &'static str, value: String },
}

/// What every part has around it.
struct Frame {
    /// `rule.0.1`
    name: String,
    /// `0.1`
    path: String,
    title: String,
    is_root: bool,
    is_first: bool,
    is_last: bool,
    focus: Option<Control>,
    problems: Vec<String>,
}

impl Frame {
    fn has(&self, control: &str) -> bool {
        match self.focus {
            None => false,
            Some(Control::Part) => control == "part",
            // A button that can do no more is gone, and leaves the attention to the other one.
            Some(Control::Up) => control == if self.is_first { "down" } else { "up" },
            Some(Control::Down) => control == if self.is_last { "up" } else { "down" },
        }
    }
}

/// Writes the editor. `errors` are shown beside the parts that they stand in.
pub(in crate::web::staff) fn editor(
    form: &RuleForm,
    names: &Names,
    focus: Option<&Focus>,
    errors: &[RuleError],
) -> Result<RuleEditor, askama::Error> {
    let writer = Writer { names, texts: names.texts, focus, errors, built: form.build(false) };
    let root = writer.group(&form.root, &Path::new(), (0, 1))?;
    Ok(RuleEditor { texts: names.texts, sentence: sentence(form, names), root, is_bare: form.is_bare })
}

struct Writer<'w> {
    names: &'w Names,
    texts: Texts,
    focus: Option<&'w Focus>,
    errors: &'w [RuleError],
    built: Built,
}

impl Writer<'_> {
    fn frame(&self, path: &Path, (index, of): (usize, usize), title: String) -> Frame {
        let steps: Vec<String> = path.iter().map(ToString::to_string).collect();
        let name =
            std::iter::once("rule").chain(steps.iter().map(String::as_str)).collect::<Vec<_>>().join(".");
        let here = |error: &&RuleError| self.built.part(error) == Some(path);
        // The outermost place is the last one that cannot be left.
        let outermost = path.len() == 1;
        Frame {
            name,
            path: steps.join("."),
            title,
            is_root: path.is_empty(),
            is_first: index == 0 && outermost,
            is_last: index + 1 == of && outermost,
            focus: self.focus.filter(|focus| focus.path == *path).map(|focus| focus.control),
            problems: self.errors.iter().filter(here).map(|error| told(self.texts, error)).collect(),
        }
    }

    fn group(&self, group: &Group, path: &Path, place: (usize, usize)) -> Result<String, askama::Error> {
        let of = group.nodes.len();
        let part = |(index, node): (usize, &Node)| {
            let mut path = path.clone();
            path.push(index);
            match node {
                Node::Group(group) => self.group(group, &path, (index, of)),
                Node::Card(card) => self.card(card, &path, (index, of)),
            }
        };
        let parts: Vec<String> = group.nodes.iter().enumerate().map(part).collect::<Result<_, _>>()?;
        let kinds = GroupKind::ALL
            .iter()
            .map(|kind| Choice::new(kind, self.texts.word("group", kind), *kind == group.kind))
            .collect();
        let conditions = CONDITIONS
            .iter()
            .filter(|condition| condition.is_offered)
            .map(|condition| (condition.name, self.texts.word("condition", condition.name)))
            .collect();
        let title = self.texts.t(if path.is_empty() { "rule-heading" } else { "rule-group" });
        GroupView { texts: self.texts, frame: self.frame(path, place, title), kinds, parts, conditions }
            .render()
    }

    fn card(&self, card: &Card, path: &Path, place: (usize, usize)) -> Result<String, askama::Error> {
        let condition = card.condition;
        let frame = self.frame(path, place, self.texts.word("condition", condition.name));
        let mut fields = Vec::new();
        for (field, values) in card.fields() {
            fields.push(self.field(&frame.name, condition.name, field, values)?);
        }
        let others_open = card.fields().skip(condition.usual).any(|(_, values)| !values.is_empty());
        let others = fields.split_off(condition.usual.min(fields.len()));
        let note = matches!(condition.name, "degree" | "works" | "attended")
            .then(|| self.texts.word("same", condition.name));
        CardView {
            texts: self.texts,
            frame,
            condition: condition.name,
            note,
            is_filled: card.is_filled(),
            usual: fields,
            others,
            others_open,
        }
        .render()
    }

    fn field(
        &self,
        part: &str,
        condition: &str,
        field: &Field,
        values: &[String],
    ) -> Result<String, askama::Error> {
        let texts = self.texts;
        let key = format!("{condition}.{}", field.name);
        let first = values.first().cloned().unwrap_or_default();
        let chosen = |word: &str| values.iter().any(|value| value == word);
        let control = match field.kind {
            Kind::Search | Kind::SearchNumbers => ControlView::Search(
                values.iter().map(|value| Choice::new(value, self.names.of(&key, value), true)).collect(),
            ),
            kind @ Kind::Ticks(_, words) => ControlView::Ticks {
                choices: words()
                    .into_iter()
                    .map(|word| Choice::new(word, self.names.word(kind, word), chosen(word)))
                    .collect(),
                was: values.join(","),
            },
            kind @ Kind::One(_, words) => {
                let words = words().into_iter().map(|word| (word.to_owned(), self.names.word(kind, word)));
                ControlView::Select(self.select(words.collect(), &first))
            }
            Kind::Purpose => ControlView::Select(self.select(self.names.purposes.clone(), &first)),
            Kind::YesNo => {
                let answers = ["yes", "no"].map(|answer| {
                    (answer.to_owned(), texts.t(&format!("ask-{condition}-{}-{answer}", field.name)))
                });
                ControlView::Select(self.select(answers.to_vec(), &first))
            }
            Kind::Years => ControlView::Years { from: first, to: values.get(1).cloned().unwrap_or_default() },
            Kind::Text => {
                let hint = texts.t(&format!("ask-{condition}-{}-hint", field.name));
                ControlView::Suggest { value: first, hint }
            }
            Kind::Number => ControlView::Line { kind: "number", value: first },
            Kind::Date => ControlView::Line { kind: "date", value: first },
        };
        FieldView {
            texts,
            name: format!("{part}.{key}"),
            label: texts.t(&format!("ask-{condition}-{}", field.name)),
            field: key,
            control,
        }
        .render()
    }

    /// The choices of a list, the first of them "does not matter".
    fn select(&self, choices: Vec<(String, String)>, chosen: &str) -> Vec<Choice> {
        let mut all = vec![Choice::new("", self.texts.t("rule-any"), chosen.is_empty())];
        if !chosen.is_empty() && !choices.iter().any(|(value, _)| value == chosen) {
            all.push(Choice::new(chosen, chosen, true));
        }
        all.extend(choices.into_iter().map(|(value, label)| {
            let is_chosen = value == chosen;
            Choice::new(value, label, is_chosen)
        }));
        all
    }
}

/// What is wrong with a rule, in the reader's language, for a form.
pub(in crate::web::staff) fn told(texts: Texts, error: &RuleError) -> String {
    // The last word of the path that is a condition's says which card is meant.
    let words = error.path.split(['.', '[']).rev();
    let condition = words.clone().find_map(super::fields::condition);
    let message =
        if error.fault.is_empty() { texts.t("rule-problem-empty") } else { texts.fault(&error.fault) };
    match condition {
        Some(condition) => format!("{}: {message}", texts.word("condition", condition.name)),
        None => message,
    }
}
