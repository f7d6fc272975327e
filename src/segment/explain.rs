//! Why somebody is in a segment or is not (product P16): the rule's tree with a yes or no at every step.

use serde_json::Value;

use super::evaluate::PersonFacts;
use super::parse::RuleError;
use super::rule::{Node, Rule};

/// One step of a rule as it is for one person.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Where the step stands in the rule's JSON, such as `$.all[0].degree`.
    pub path: String,
    /// `all`, `any`, `not`, `everyone` or the condition's word.
    pub step: &'static str,
    /// Whether the person fulfils it.
    pub holds: bool,
    /// What a condition asks, as in the rule; null for `all`, `any` and `not`, whose parts tell it.
    pub asks: Option<Value>,
    /// The parts of `all`, `any` and `not`, every one of them judged.
    #[schema(no_recursion)]
    pub parts: Vec<Explanation>,
}

impl Rule {
    /// Every step of the rule judged for one person. The whole holds exactly when [`Rule::matches`] does, except
    /// for a record that a merge has emptied: that is nobody.
    ///
    /// # Errors
    /// As [`Rule::check_available`].
    pub fn explain(&self, person: &PersonFacts) -> Result<Explanation, Vec<RuleError>> {
        self.check_available()?;
        Ok(explain(&self.root, person, "$"))
    }
}

fn explain(node: &Node, person: &PersonFacts, path: &str) -> Explanation {
    let list = |step: &'static str, nodes: &[Node]| -> Vec<Explanation> {
        let part = |(i, node): (usize, &Node)| explain(node, person, &format!("{path}.{step}[{i}]"));
        nodes.iter().enumerate().map(part).collect()
    };
    let (step, holds, asks, parts) = match node {
        Node::Everyone => ("everyone", true, None, Vec::new()),
        Node::All(nodes) => {
            let parts = list("all", nodes);
            ("all", parts.iter().all(|part| part.holds), None, parts)
        }
        Node::Any(nodes) => {
            let parts = list("any", nodes);
            ("any", parts.iter().any(|part| part.holds), None, parts)
        }
        Node::Not(inner) => {
            let part = explain(inner, person, &format!("{path}.not"));
            ("not", !part.holds, None, vec![part])
        }
        Node::Condition(condition) => {
            let asks = condition.fields();
            return Explanation {
                path: format!("{path}.{}", condition.name()),
                step: condition.name(),
                holds: node.holds(person),
                asks: Some(asks),
                parts: Vec::new(),
            };
        }
    };
    Explanation { path: path.to_owned(), step, holds, asks, parts }
}
