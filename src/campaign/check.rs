//! From what was written to a campaign that can be sent.

use super::fault::{Fault, LONGEST_NAME, Problem};
use super::file::{CampaignFile, Sender};
use super::state::{CampaignKind, Tracking};
use super::trial::{Plan, TrialFault};
use crate::content::{self, CampaignContent, CompiledCampaign, Field, Layouts};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::preferences::{Channel, LegalBasis, Question, Weight};
use crate::segment::Rule;
use crate::units::{self, UnitTree};

/// A campaign that was checked: everything it names exists and its text compiles.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCampaign {
    pub(super) name: String,
    pub(super) kind: CampaignKind,
    pub(super) unit_id: i64,
    pub(super) topic_id: i64,
    pub(super) purpose: String,
    pub(super) legal_basis: LegalBasis,
    pub(super) from_name: String,
    pub(super) from_address: EmailAddress,
    pub(super) rule: Rule,
    pub(super) tracking: Tracking,
    pub(super) weight: Weight,
    pub(super) content: CampaignContent,
    pub(super) trial: Option<Plan>,
}

/// The topic of invitations to events.
const EVENTS: &str = "events";

/// How much a mailing about a topic, given by its code, matters.
#[must_use]
pub fn weight(important: bool, topic: &str) -> Weight {
    match (important, topic) {
        (true, _) => Weight::Important,
        (false, EVENTS) => Weight::Event,
        (false, _) => Weight::Ordinary,
    }
}

/// A campaign as stored; the same fields, trusted.
pub type Campaign = NewCampaign;

impl NewCampaign {
    /// Checks a file against the database: unit, topic, purpose, basis, sender, rule, and that the text compiles.
    ///
    /// # Errors
    /// Everything that is wrong, each with its path; or the database.
    pub fn check(
        conn: &mut Conn,
        file: CampaignFile,
        layouts: &Layouts,
        public_authority: bool,
    ) -> Result<Self, super::Error> {
        let mut problems = Vec::new();
        let mut wrong = |path: &str, fault: Fault| problems.push(Problem::at(path, fault));
        if file.name.trim().is_empty() || file.name.chars().count() > LONGEST_NAME {
            wrong("$.name", Fault::Name);
        }
        let unit_id = match units::unit_by_slug(conn, &file.unit)? {
            Some(unit) => unit.id,
            None => {
                wrong("$.unit", Fault::UnknownUnit(file.unit.clone()));
                0
            }
        };
        let topic_id = match units::topic_by_code(conn, &file.topic)? {
            Some(topic) => topic.id,
            None => {
                wrong("$.topic", Fault::UnknownTopic(file.topic.clone()));
                0
            }
        };
        if units::purpose_by_code(conn, &file.purpose)?.is_none() {
            wrong("$.purpose", Fault::UnknownPurpose(file.purpose.clone()));
        }
        if public_authority && file.legal_basis == LegalBasis::LegitimateInterest {
            wrong("$.legal_basis", Fault::LegitimateInterest);
        }
        let Sender { name: from_name, address } = file.from;
        if from_name.chars().count() > LONGEST_NAME || from_name.chars().any(char::is_control) {
            wrong("$.from.name", Fault::SenderName);
        }
        let from_address = EmailAddress::parse(&address);
        match &from_address {
            Err(error) => wrong("$.from.address", Fault::SenderAddress(error.0.clone())),
            Ok(address) if address.needs_smtputf8() => {
                wrong("$.from.address", Fault::SenderNotAscii(address.to_string()));
            }
            Ok(_) => {}
        }
        let rule = Rule::parse(&file.segment);
        for error in rule.as_ref().err().into_iter().flatten() {
            wrong(&error.path.replacen('$', "$.segment", 1), Fault::Rule(Box::new(error.fault.clone())));
        }
        match content::compile(&file.content, layouts, &|_, _, _| None, false) {
            Err(errors) => {
                errors.into_iter().for_each(|error| wrong("$.content", Fault::Content(Box::new(error))))
            }
            Ok(compiled) => check_answers(file.kind, &compiled, &mut wrong),
        }
        if let Some(plan) = &file.variants {
            problems.extend(trial_problems(plan, &file.content, file.kind, file.tracking, layouts));
        }
        match (rule, from_address) {
            (Ok(rule), Ok(from_address)) if problems.is_empty() => Ok(Self {
                name: file.name.trim().to_owned(),
                kind: file.kind,
                unit_id,
                topic_id,
                weight: weight(file.important, &file.topic),
                purpose: file.purpose,
                legal_basis: file.legal_basis,
                from_name,
                from_address,
                rule,
                tracking: file.tracking,
                content: file.content,
                trial: file.variants,
            }),
            _ => Err(super::Error::Invalid(problems)),
        }
    }

    /// What staff call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> CampaignKind {
        self.kind
    }

    /// The unit that sends.
    #[must_use]
    pub const fn unit_id(&self) -> i64 {
        self.unit_id
    }

    /// The topic.
    #[must_use]
    pub const fn topic_id(&self) -> i64 {
        self.topic_id
    }

    /// The purpose's code.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Why the law lets us.
    #[must_use]
    pub const fn legal_basis(&self) -> LegalBasis {
        self.legal_basis
    }

    /// The sender's name.
    #[must_use]
    pub fn from_name(&self) -> &str {
        &self.from_name
    }

    /// The sender's address.
    #[must_use]
    pub const fn from_address(&self) -> &EmailAddress {
        &self.from_address
    }

    /// Whom it is for.
    #[must_use]
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whether opens and clicks are counted.
    #[must_use]
    pub const fn tracking(&self) -> Tracking {
        self.tracking
    }

    /// How much it matters.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        self.weight
    }

    /// Whether those get it who want nothing but what is important.
    #[must_use]
    pub fn is_important(&self) -> bool {
        self.weight == Weight::Important
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &CampaignContent {
        &self.content
    }

    /// The trial of several variants, if one is planned.
    #[must_use]
    pub const fn trial(&self) -> Option<&Plan> {
        self.trial.as_ref()
    }

    /// The same with another trial, or without one.
    ///
    /// # Errors
    /// Everything that is wrong with the trial.
    pub fn with_trial(&self, trial: Option<Plan>, layouts: &Layouts) -> Result<Self, super::Error> {
        let problems = trial.as_ref().map_or_else(Vec::new, |plan| {
            trial_problems(plan, &self.content, self.kind, self.tracking, layouts)
        });
        if problems.is_empty() {
            Ok(Self { trial, ..self.clone() })
        } else {
            Err(super::Error::Invalid(problems))
        }
    }

    /// The text of a variant; 0 is the campaign's own.
    ///
    /// # Errors
    /// When the trial does not fit the text.
    pub fn content_of(&self, variant: i32) -> Result<CampaignContent, Problem> {
        match &self.trial {
            None => Ok(self.content.clone()),
            Some(plan) => plan.content(&self.content, variant),
        }
    }

    /// What is asked about each person before they get it; `id` is the campaign's number, 0 while it has none.
    #[must_use]
    pub fn question(&self, id: i64, tree: &UnitTree) -> Question {
        let question = Question::new(Channel::Email)
            .from_unit(self.unit_id, tree)
            .about(self.topic_id)
            .with_purpose(&self.purpose)
            .weighing(self.weight)
            .on_basis(self.legal_basis);
        match self.kind {
            CampaignKind::Mailing => question,
            CampaignKind::Invitation => question.inviting(id),
        }
    }
}

/// What is wrong with a trial of this text.
fn trial_problems(
    plan: &Plan,
    own: &CampaignContent,
    kind: CampaignKind,
    tracking: Tracking,
    layouts: &Layouts,
) -> Vec<Problem> {
    let mut problems = plan.problems();
    if kind == CampaignKind::Invitation {
        problems.push(Problem::at("$.variants", Fault::Trial(TrialFault::Invitation)));
    }
    if tracking == Tracking::Off {
        problems.push(Problem::at("$.variants", Fault::Trial(TrialFault::NotCounted)));
    }
    for variant in 1..plan.variants() {
        match plan.content(own, variant) {
            Err(wrong) => problems.push(wrong),
            Ok(content) => {
                if let Err(errors) = content::compile(&content, layouts, &|_, _, _| None, false) {
                    let path = format!("$.variants.others[{}].content", variant - 1);
                    let faults = errors.into_iter().map(|error| Fault::Content(Box::new(error)));
                    problems.extend(faults.map(|fault| Problem::at(&path, fault)));
                }
            }
        }
    }
    problems
}

/// Both answers stand in every language of an invitation, in the HTML and in the plain text, and nowhere else.
fn check_answers(kind: CampaignKind, compiled: &CompiledCampaign, wrong: &mut impl FnMut(&str, Fault)) {
    for text in compiled.languages() {
        for field in Field::OF_INVITATIONS {
            let path = format!("$.content.{}", text.language);
            let uses = [&text.subject, &text.html, &text.text].map(|pieces| pieces.uses(field));
            match (kind, uses) {
                (CampaignKind::Mailing, [false, false, false])
                | (CampaignKind::Invitation, [false, true, true]) => {}
                (CampaignKind::Mailing, _) => wrong(&path, Fault::AnswerElsewhere(field)),
                (CampaignKind::Invitation, [true, ..]) => wrong(&path, Fault::AnswerInSubject(field)),
                (CampaignKind::Invitation, _) => wrong(&path, Fault::AnswerMissing(field)),
            }
        }
    }
}
