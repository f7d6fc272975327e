//! The form of a segment, and the pieces of it that the page's script asks for.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;
use serde_json::Value;

use super::SAMPLE;
use crate::campaign;
use crate::contacts::Contact;
use crate::db::Conn;
use crate::preferences::{self, Channel, Question};
use crate::segment::{self, Rule, RuleError, Segment};
use crate::staff::Action;
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::parts::{CountPanel, Input, Select};
use crate::web::session::SignedIn;
use crate::web::staff::rule_form::{self, Focus, Names, Offer, RuleEditor, RuleForm, told};
use crate::web::staff::unit_choices;

/// So many campaigns are named beside a segment.
const USED_IN: i64 = 10;

#[derive(Template)]
#[template(path = "staff/segments/edit.html")]
pub(super) struct EditPage {
    page: Page,
    /// `None` while it is new.
    id: Option<i64>,
    problems: Vec<String>,
    name: Input,
    unit: Option<Select>,
    /// `None` when the rule says what the form has no field for.
    editor: Option<RuleEditor>,
    /// The rule is edited as JSON.
    use_rule: bool,
    rule: String,
    panel: CountPanel,
    may_save: bool,
    may_compose: bool,
    may_explain: bool,
    shared: bool,
    /// The unit that owns it.
    owner: String,
    used_in: Vec<(i64, String)>,
}

/// What the form holds.
#[derive(Default)]
pub(super) struct Draft {
    id: Option<i64>,
    pub(super) name: String,
    /// The unit's short name.
    pub(super) unit: String,
    pub(super) shared: bool,
    form: RuleForm,
    /// The rule is that of the text and not that of the form.
    use_rule: bool,
    text: String,
    focus: Option<Focus>,
}

impl Draft {
    /// As sent, after the button that was pressed has done its work.
    pub(super) fn read(
        conn: &mut Conn,
        who: &SignedIn,
        id: Option<i64>,
        form: &Form,
    ) -> Result<Self, PageError> {
        let mut draft = Self {
            id,
            name: form.get("name").to_owned(),
            unit: form.get("unit").to_owned(),
            shared: form.has("shared"),
            form: RuleForm::sent(conn, who, form)?,
            use_rule: form.has("use_rule"),
            text: form.get("rule").to_owned(),
            focus: None,
        };
        // A rule written by hand comes into the form where the form can say it.
        if draft.use_rule
            && let Ok(rule) = Rule::parse_text(&draft.text)
            && let Some(form) = RuleForm::of(&rule.to_json())
        {
            draft.form = form;
            draft.use_rule = false;
        }
        draft.focus = draft.form.act(form.get("do"));
        Ok(draft)
    }

    pub(super) fn of(segment: &Segment, tree: &UnitTree) -> Self {
        Self {
            id: Some(segment.id),
            unit: tree.get(segment.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
            shared: segment.shared,
            ..Self::made_of(segment.rule.to_json(), segment.name.clone())
        }
    }

    /// A new segment with a rule to begin with.
    pub(super) fn made_of(rule: Value, name: String) -> Self {
        let form = RuleForm::of(&rule);
        Self {
            name,
            use_rule: form.is_none(),
            form: form.unwrap_or_default(),
            text: pretty(&rule),
            ..Self::default()
        }
    }

    /// The rule to save.
    pub(super) fn rule(&self) -> Result<Rule, Vec<RuleError>> {
        if self.use_rule { Rule::parse_text(&self.text) } else { self.form.whole() }
    }

    /// The rule as far as it is filled in.
    fn so_far(&self) -> Result<Rule, Vec<RuleError>> {
        if self.use_rule { Rule::parse_text(&self.text) } else { self.form.filled() }
    }
}

fn pretty(rule: &Value) -> String {
    serde_json::to_string_pretty(rule).unwrap_or_default()
}

/// Counts a rule for the mailings of a unit, and says it in words.
pub(in crate::web::staff) fn panel(
    conn: &mut Conn,
    who: &SignedIn,
    rule: Result<Rule, Vec<RuleError>>,
    question: &Question,
    now: NaiveDateTime,
) -> Result<CountPanel, PageError> {
    let texts = Texts(who.language);
    let refused = |errors: &[RuleError]| errors.iter().map(|error| told(texts, error)).collect();
    let rule = match rule {
        Ok(rule) => rule,
        Err(errors) => return Ok(CountPanel::new(texts, Err(refused(&errors)))),
    };
    let mut panel = match segment::count(conn, &rule, question, now) {
        Ok(count) => CountPanel::new(texts, Ok(count)),
        Err(segment::Error::Rule(errors)) => CountPanel::new(texts, Err(refused(&errors))),
        Err(error) => return Err(error.into()),
    };
    if panel.outcome.is_ok() && who.may(Action::SeeContacts, None) {
        let meant = segment::in_units(conn, &rule, question.units())?;
        let people = segment::sample(conn, &meant, SAMPLE, now)?;
        panel.sample = people.iter().map(Contact::full_name).collect();
    }
    let json = rule.to_json();
    if let Some(form) = RuleForm::of(&json) {
        panel.sentence = Some(rule_form::sentence(&form, &Names::read(conn, who, &form)?));
    }
    panel.rule = Some(pretty(&json));
    Ok(panel)
}

/// Whether a mail of this unit may reach people, as of now.
pub(super) fn question_of(
    conn: &mut Conn,
    tree: &UnitTree,
    unit: &str,
    now: NaiveDateTime,
) -> Result<Question, crate::db::Error> {
    let question = Question::new(Channel::Email);
    match tree.by_slug(unit) {
        Some(unit) => preferences::with_caps(conn, question.from_unit(unit.id, tree), tree, now),
        None => Ok(question),
    }
}

/// What is wrong with a part is told beside it as soon as it can be wrong: what is empty waits for the saving.
fn faults(draft: &Draft, is_saved: bool) -> Vec<RuleError> {
    let errors = draft.form.whole().err().unwrap_or_default();
    errors.into_iter().filter(|error| is_saved || !error.fault.is_empty()).collect()
}

pub(super) async fn edit_page(
    state: &State,
    page: Page,
    who: &SignedIn,
    draft: Draft,
    problems: Vec<String>,
) -> Result<EditPage, PageError> {
    let (who, now) = (who.clone(), state.clock.now().naive_utc());
    state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let tree = units::tree(conn)?;
            let question = question_of(conn, &tree, &draft.unit, now)?;
            let panel = panel(conn, &who, draft.so_far(), &question, now)?;
            let rule = match &panel.rule {
                Some(rule) if !draft.use_rule => rule.clone(),
                _ => draft.text.clone(),
            };
            let unit = draft.id.is_none().then(|| Select {
                name: "unit".to_owned(),
                label: page.t("unit"),
                hint: String::new(),
                choices: unit_choices(&tree, &who, Action::Compose, &draft.unit),
            });
            let owner = tree.by_slug(&draft.unit);
            let may_save = match owner {
                Some(unit) => who.may(Action::Compose, Some(unit.id)),
                None => draft.id.is_none(),
            };
            let editor = if draft.use_rule {
                None
            } else {
                let names = Names::read(conn, &who, &draft.form)?;
                let faults = faults(&draft, !problems.is_empty());
                Some(rule_form::editor(&draft.form, &names, draft.focus.as_ref(), &faults)?)
            };
            Ok(EditPage {
                used_in: used_in(conn, &who, &draft, &tree)?,
                may_compose: who.must_somewhere(Action::Compose).is_ok(),
                may_explain: draft.id.is_some() && who.may(Action::SeeContacts, None),
                owner: owner.map(|unit| unit.name.clone()).unwrap_or_default(),
                may_save,
                id: draft.id,
                problems,
                name: Input::text("name", texts.t("name"), &draft.name),
                unit,
                editor,
                use_rule: draft.use_rule,
                rule,
                shared: draft.shared,
                panel,
                page,
            })
        })
        .await
}

/// The campaigns that have just the rule of a saved segment, as far as somebody may see them.
fn used_in(
    conn: &mut Conn,
    who: &SignedIn,
    draft: &Draft,
    tree: &UnitTree,
) -> Result<Vec<(i64, String)>, PageError> {
    let (Some(_), Ok(rule)) = (draft.id, draft.rule()) else { return Ok(Vec::new()) };
    let seen =
        tree.all().into_iter().map(|unit| unit.id).filter(|id| who.may(Action::SeeCampaigns, Some(*id)));
    Ok(campaign::with_rule(conn, &rule, &seen.collect::<Vec<_>>(), USED_IN)?)
}

/// `POST /segments/count`: the count alone, for the page's script.
pub async fn count(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let now = state.clock.now().naive_utc();
    let panel = state
        .db
        .read(move |conn| {
            let draft = Draft::read(conn, &who, None, &form)?;
            let tree = units::tree(conn)?;
            let question = question_of(conn, &tree, &draft.unit, now)?;
            panel(conn, &who, draft.so_far(), &question, now)
        })
        .await?;
    show(&panel)
}

/// `POST /segments/rule`: the rule's form after a button was pressed, for the page's script.
pub async fn rule(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::Compose)?;
    let editor = state
        .db
        .read(move |conn| {
            let draft = Draft::read(conn, &who, None, &form)?;
            if draft.use_rule {
                // The whole page says what is wrong with a rule written by hand.
                return Err(PageError::Unreadable);
            }
            let names = Names::read(conn, &who, &draft.form)?;
            Ok::<_, PageError>(rule_form::editor(
                &draft.form,
                &names,
                draft.focus.as_ref(),
                &faults(&draft, false),
            )?)
        })
        .await?;
    show(&editor)
}

#[derive(Template)]
#[template(path = "staff/segments/options.html")]
struct Options {
    texts: Texts,
    offers: Vec<Offer>,
}

/// `POST /segments/values`: values of a field that fit what somebody types, for the page's script.
pub async fn values(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let texts = Texts(who.language);
    let offers =
        state.db.read(move |conn| rule_form::offers(conn, &who, form.get("field"), form.get("text"))).await?;
    show(&Options { texts, offers })
}
