//! The everyday part of a rule as fields of a form. A rule that says more is edited as JSON.

use serde_json::{Value, json};

use crate::contacts;
use crate::contacts::ContactKind;
use crate::db::{Conn, Error};
use crate::kernel::language::Language;
use crate::segment::Rule;
use crate::taxonomy::{profession, region};
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::parts::{Checklist, Choice};

/// The bounds of a year in a rule stand for "from the beginning" and "until whenever".
const FIRST_YEAR: i64 = 1800;
const LAST_YEAR: i64 = 2200;
/// No page offers more values of a kind than this.
const OFFERED: usize = 1000;

/// What the fields hold, as texts: what is wrong with them is for the rule's parser to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuleForm {
    pub(super) programmes: Vec<String>,
    pub(super) year_from: String,
    pub(super) year_to: String,
    pub(super) regions: Vec<String>,
    /// Words for professions, with commas between.
    pub(super) professions: String,
    pub(super) kinds: Vec<String>,
    pub(super) languages: Vec<String>,
}

impl RuleForm {
    /// The fields as sent.
    pub(super) fn read(form: &Form) -> Self {
        let all = |name| form.all(name).map(str::to_owned).collect();
        Self {
            programmes: all("programme"),
            year_from: form.get("year_from").to_owned(),
            year_to: form.get("year_to").to_owned(),
            regions: all("region"),
            professions: form.get("professions").to_owned(),
            kinds: all("kind"),
            languages: all("person_language"),
        }
    }

    /// The fields of a rule that says no more than they can.
    pub(super) fn of(rule: &Rule) -> Option<Self> {
        let rule = rule.to_json();
        let form = Self::guess(&rule);
        let whole = if rule.get("all").is_some() || rule.get("everyone").is_some() {
            rule
        } else {
            json!({ "all": [rule] })
        };
        (form.to_json() == whole).then_some(form)
    }

    /// Everything that the fields can take from a rule; whether that is all of it is for the caller to find out.
    fn guess(rule: &Value) -> Self {
        let alone = std::slice::from_ref(rule);
        let conditions = rule.get("all").and_then(Value::as_array).map_or(alone, Vec::as_slice);
        let at = |pointer: &str| conditions.iter().find_map(|condition| condition.pointer(pointer));
        let texts = |pointer: &str| -> Vec<String> {
            let values = at(pointer).and_then(Value::as_array);
            values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let year = |place: usize, open: i64| {
            let year = at("/degree/graduation_year/between").and_then(|years| years.get(place)?.as_i64());
            year.filter(|year| *year != open).map(|year| year.to_string()).unwrap_or_default()
        };
        Self {
            programmes: texts("/degree/programme/in"),
            year_from: year(0, FIRST_YEAR),
            year_to: year(1, LAST_YEAR),
            regions: texts("/lives/region/in"),
            professions: texts("/works/profession/called").join(", "),
            kinds: texts("/person/kind/in"),
            languages: texts("/person/language/in"),
        }
    }

    /// The rule as JSON, not yet checked. Empty fields ask nothing; all of them empty mean everyone.
    pub(super) fn to_json(&self) -> Value {
        let mut degree = json!({});
        if !self.programmes.is_empty() {
            degree["programme"] = json!({ "in": self.programmes });
        }
        if !self.year_from.is_empty() || !self.year_to.is_empty() {
            let years = [year(&self.year_from, FIRST_YEAR), year(&self.year_to, LAST_YEAR)];
            degree["graduation_year"] = json!({ "between": years });
        }
        let mut lives = json!({});
        if !self.regions.is_empty() {
            lives["region"] = json!({ "in": self.regions });
        }
        let mut works = json!({});
        let words: Vec<&str> =
            self.professions.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            works["profession"] = json!({ "called": words });
        }
        let mut person = json!({});
        if !self.kinds.is_empty() {
            person["kind"] = json!({ "in": self.kinds });
        }
        if !self.languages.is_empty() {
            person["language"] = json!({ "in": self.languages });
        }
        let conditions: Vec<Value> =
            [("degree", degree), ("lives", lives), ("works", works), ("person", person)]
                .into_iter()
                .filter(|(_, fields)| fields.as_object().is_some_and(|fields| !fields.is_empty()))
                .map(|(name, fields)| json!({ name: fields }))
                .collect();
        if conditions.is_empty() { json!({ "everyone": true }) } else { json!({ "all": conditions }) }
    }
}

/// A year as a number; anything else stays as it was written, for the parser to name.
fn year(text: &str, open: i64) -> Value {
    match text {
        "" => open.into(),
        text => text.parse::<i64>().map_or_else(|_| text.into(), Into::into),
    }
}

/// What the fields offer to choose from: what the register holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Offered {
    programmes: Vec<(String, String)>,
    regions: Vec<String>,
    professions: Vec<String>,
}

impl Offered {
    pub(super) fn read(conn: &mut Conn) -> Result<Self, Error> {
        Ok(Self {
            programmes: contacts::programmes(conn, OFFERED)?,
            regions: contacts::regions(conn, OFFERED)?,
            professions: contacts::professions(conn, OFFERED)?,
        })
    }

    /// The lists of boxes, in the order of the form.
    pub(super) fn checklists(&self, texts: Texts, form: &RuleForm) -> RuleFields {
        let list = |name: &str, key: &str, choices: Vec<Choice>| Checklist {
            name: name.to_owned(),
            label: texts.t(key),
            empty: texts.t("rule-nothing-to-choose"),
            choices,
        };
        let programmes = with_chosen(self.programmes.clone(), &form.programmes, |(code, name)| {
            let label =
                if name.is_empty() || name == code { code.clone() } else { format!("{name} ({code})") };
            (code.clone(), label)
        });
        let mut regions = with_chosen(
            self.regions.iter().map(|code| (code.clone(), String::new())).collect(),
            &form.regions,
            |(code, _)| {
                let name = region::by_code(code).map_or(code.as_str(), |region| region.names.get(texts.0));
                (code.clone(), name.to_owned())
            },
        );
        regions.sort_by_key(|choice| crate::contacts::search_key(&choice.label));
        let kinds = ContactKind::ALL
            .iter()
            .map(|kind| {
                Choice::new(kind, texts.word("kind", kind), form.kinds.iter().any(|one| one == kind.as_str()))
            })
            .collect();
        let languages = Language::ALL
            .iter()
            .map(|tag| {
                Choice::new(
                    tag,
                    texts.word("tongue", tag),
                    form.languages.iter().any(|one| one == tag.as_str()),
                )
            })
            .collect();
        let mut words: Vec<String> = self
            .professions
            .iter()
            .filter_map(|code| profession::of_code(code))
            .map(|profession| profession.names.get(texts.0).to_owned())
            .collect();
        words.sort();
        words.dedup();
        RuleFields {
            programmes: list("programme", "rule-programme", programmes),
            regions: list("region", "rule-region", regions),
            kinds: list("kind", "rule-kind", kinds),
            languages: list("person_language", "rule-language", languages),
            words,
        }
    }
}

/// The fields of the form, ready to be written.
pub(super) struct RuleFields {
    pub(super) programmes: Checklist,
    pub(super) regions: Checklist,
    pub(super) kinds: Checklist,
    pub(super) languages: Checklist,
    /// Words for professions that the register knows.
    pub(super) words: Vec<String>,
}

/// The values on offer, and those that are chosen though the register no longer holds them.
fn with_chosen(
    mut offered: Vec<(String, String)>,
    chosen: &[String],
    label: impl Fn(&(String, String)) -> (String, String),
) -> Vec<Choice> {
    for value in chosen {
        if !offered.iter().any(|(code, _)| code == value) {
            offered.push((value.clone(), String::new()));
        }
    }
    offered
        .iter()
        .map(|offer| {
            let (value, label) = label(offer);
            let is_chosen = chosen.contains(&value);
            Choice::new(value, label, is_chosen)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RuleForm;
    use crate::segment::Rule;

    #[test]
    fn what_the_fields_say_comes_back_into_the_fields() {
        let form = RuleForm {
            programmes: vec!["SJURI".into(), "SEKON".into()],
            year_from: "1998".into(),
            year_to: String::new(),
            regions: vec!["SE-M".into()],
            professions: "jurister, läkare".into(),
            kinds: vec!["alumn".into()],
            languages: vec!["sv".into(), "nb".into()],
        };
        let rule = Rule::parse(&form.to_json()).unwrap();
        assert_eq!(RuleForm::of(&rule), Some(form));
        assert_eq!(RuleForm::of(&Rule::everyone()), Some(RuleForm::default()));
    }

    #[test]
    fn a_rule_that_says_more_is_left_to_json() {
        for rule in [
            json!({"not": {"everyone": true}}),
            json!({"any": [{"lives": {"region": {"in": ["SE-M"]}}}, {"lives": {"region": {"in": ["SE-O"]}}}]}),
            json!({"all": [{"degree": {"programme": {"in": ["A"]}}}, {"degree": {"programme": {"in": ["B"]}}}]}),
            json!({"degree": {"programme": {"in": ["A"]}, "graduated": true}}),
        ] {
            assert_eq!(RuleForm::of(&Rule::parse(&rule).unwrap()), None, "{rule}");
        }
        let bare = Rule::parse(&json!({"degree": {"programme": {"in": ["A"]}}})).unwrap();
        assert_eq!(RuleForm::of(&bare).unwrap().programmes, ["A"]);
    }

    #[test]
    fn a_year_that_is_none_is_told_by_the_rule() {
        let form = RuleForm { year_from: "nineteen".into(), ..RuleForm::default() };
        let errors = Rule::parse(&form.to_json()).unwrap_err();
        assert!(errors[0].path.contains("graduation_year"), "{errors:?}");
    }
}
