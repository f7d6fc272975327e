//! Why somebody is in a segment or is not (product P16): the rule's tree with a yes or no at every step, and the
//! records behind each.

use chrono::NaiveDate;
use serde_json::Value;

use super::evaluate::{PersonFacts, all, any, not};
use super::rule::{Condition, Node, Rule};
use crate::contacts::{Degree, Employment, Engagement};

/// One step of a rule as it is for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Where the step stands in the rule's JSON, such as `$.all[0].degree`.
    pub path: String,
    /// `all`, `any`, `not`, `everyone` or the condition's word.
    pub step: &'static str,
    /// Whether the person fulfils it; none where it has no answer, because the person is not measured.
    pub holds: Option<bool>,
    /// What a condition asks, as in the rule; null for `all`, `any` and `not`, whose parts tell it.
    pub asks: Option<Value>,
    /// For a condition on repeating records: every record of the kind that the person has, those that meet it first.
    pub records: Vec<Record>,
    /// How many of `records` meet the condition, each one alone.
    pub meeting: usize,
    /// The parts of `all`, `any` and `not`, every one of them judged.
    pub parts: Vec<Explanation>,
}

/// One of a person's repeating records.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A degree or course of study.
    Degree(Degree),
    /// An employment.
    Employment(Employment),
    /// An event taken part in: its code, and the day where known.
    Participation(String, Option<NaiveDate>),
    /// A campaign that was sent to the person.
    Campaign(i64),
    /// A consent that stands: its purpose.
    Consent(String),
    /// Something that the person did with a mail.
    Engagement(Engagement),
}

impl Rule {
    /// Every step of the rule judged for one person. The whole holds exactly when [`Rule::matches`] does, except
    /// for a record that a merge has emptied: that is nobody.
    #[must_use]
    pub fn explain(&self, person: &PersonFacts) -> Explanation {
        explain(&self.root, person, "$")
    }
}

fn explain(node: &Node, person: &PersonFacts, path: &str) -> Explanation {
    let list = |step: &'static str, nodes: &[Node]| -> Vec<Explanation> {
        let part = |(i, node): (usize, &Node)| explain(node, person, &format!("{path}.{step}[{i}]"));
        nodes.iter().enumerate().map(part).collect()
    };
    let (step, holds, parts) = match node {
        Node::Everyone => ("everyone", Some(true), Vec::new()),
        Node::All(nodes) => {
            let parts = list("all", nodes);
            ("all", all(parts.iter().map(|part| part.holds)), parts)
        }
        Node::Any(nodes) => {
            let parts = list("any", nodes);
            ("any", any(parts.iter().map(|part| part.holds)), parts)
        }
        Node::Not(inner) => {
            let part = explain(inner, person, &format!("{path}.not"));
            ("not", not(part.holds), vec![part])
        }
        Node::Condition(condition) => {
            let (meeting, others): (Vec<_>, Vec<_>) = records(condition, person)
                .into_iter()
                .partition(|record| node.holds(&alone(person, record)) == Some(true));
            return Explanation {
                path: format!("{path}.{}", condition.name()),
                step: condition.name(),
                holds: node.holds(person),
                asks: Some(condition.fields()),
                meeting: meeting.len(),
                records: meeting.into_iter().chain(others).collect(),
                parts: Vec::new(),
            };
        }
    };
    Explanation { path: path.to_owned(), step, holds, asks: None, records: Vec::new(), meeting: 0, parts }
}

/// The records that a condition looks at.
fn records(condition: &Condition, person: &PersonFacts) -> Vec<Record> {
    match condition {
        Condition::Degree(_) => person.degrees.iter().cloned().map(Record::Degree).collect(),
        Condition::Works(_) => person.employments.iter().cloned().map(Record::Employment).collect(),
        Condition::Attended(_) => {
            let taken_part = person.participations.iter().cloned();
            taken_part.map(|(event, day)| Record::Participation(event, day)).collect()
        }
        Condition::Received(_) => person.received.iter().copied().map(Record::Campaign).collect(),
        Condition::Consented(_) => person.consents.iter().cloned().map(Record::Consent).collect(),
        Condition::Engaged(_) => {
            person.engagements.iter().flatten().cloned().map(Record::Engagement).collect()
        }
        Condition::Lives(_) | Condition::Person(_) => Vec::new(),
    }
}

/// The person with this record and no other: who meets a condition so, meets it by this record.
fn alone(person: &PersonFacts, record: &Record) -> PersonFacts {
    let mut alone = person.clone();
    alone.degrees.clear();
    alone.employments.clear();
    alone.participations.clear();
    alone.received.clear();
    alone.consents.clear();
    alone.engagements.iter_mut().for_each(Vec::clear);
    match record {
        Record::Degree(degree) => alone.degrees.push(degree.clone()),
        Record::Employment(employment) => alone.employments.push(employment.clone()),
        Record::Participation(event, day) => alone.participations.push((event.clone(), *day)),
        Record::Campaign(id) => alone.received.push(*id),
        Record::Consent(purpose) => alone.consents.push(purpose.clone()),
        Record::Engagement(done) => alone.engagements.iter_mut().for_each(|all| all.push(done.clone())),
    }
    alone
}
