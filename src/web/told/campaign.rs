//! What is wrong with a campaign or its text, in the reader's language.

use crate::campaign::trial::{LARGEST_SAMPLE, MOST_VARIANTS, TrialFault};
use crate::campaign::{Fault, LONGEST_NAME};
use crate::content::{ContentError, Field, Part, Place, Problem};
use crate::web::i18n::Texts;

impl Texts {
    /// What is wrong with a campaign at one place.
    #[must_use]
    pub fn campaign_fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::Form(told) => self.t1("campaign-fault-form", "why", told),
            Fault::Name => self.t1("campaign-fault-name", "most", LONGEST_NAME),
            Fault::UnknownUnit(unit) => self.t1("campaign-fault-unit", "name", unit),
            Fault::UnknownTopic(topic) => self.t1("campaign-fault-topic", "name", topic),
            Fault::UnknownPurpose(purpose) => self.t1("campaign-fault-purpose", "name", purpose),
            Fault::LegitimateInterest => self.t("campaign-fault-legitimate-interest"),
            Fault::SenderName => self.t1("campaign-fault-sender-name", "most", LONGEST_NAME),
            Fault::SenderAddress(address) => self.t1("campaign-fault-sender-address", "address", address),
            Fault::SenderNotAscii(address) => self.t1("campaign-fault-sender-ascii", "address", address),
            Fault::Rule(fault) => self.fault(fault),
            Fault::Content(error) => self.content_error(error),
            Fault::Trial(fault) => self.trial_fault(fault),
            Fault::AnswerElsewhere(field) => self.about_field("campaign-fault-answer-elsewhere", *field),
            Fault::AnswerInSubject(field) => self.about_field("campaign-fault-answer-subject", *field),
            Fault::AnswerMissing(field) => self.about_field("campaign-fault-answer-missing", *field),
            Fault::NotChosen => self.t("choice-problem"),
            Fault::NoSegment => self.t("campaign-segment-problem"),
            Fault::NoText => self.t("campaign-text-problem"),
        }
    }

    fn trial_fault(&self, fault: &TrialFault) -> String {
        match fault {
            TrialFault::Others => self.t1("trial-fault-others", "most", MOST_VARIANTS - 1),
            TrialFault::Sample => self.t1("trial-fault-sample", "most", LARGEST_SAMPLE),
            TrialFault::Waiting => self.t("trial-fault-waiting"),
            TrialFault::Invitation => self.t("trial-fault-invitation"),
            TrialFault::NotCounted => self.t("trial-fault-not-counted"),
            TrialFault::Alike => self.t("trial-fault-alike"),
            TrialFault::Language(language) => {
                self.t1("trial-fault-language", "language", self.word("tongue", language))
            }
        }
    }

    /// What is wrong with a text, and where.
    #[must_use]
    pub fn content_error(&self, error: &ContentError) -> String {
        let language = error.language.map(|language| self.word("tongue", language));
        let part = error.part.map(|part| {
            self.t(match part {
                Part::Subject => "campaign-subject",
                Part::Preheader => "campaign-preheader",
                Part::Body => "campaign-text",
                Part::Layout => "campaign-layout",
            })
        });
        let place = error
            .place
            .map(|Place { line, column }| self.t2("content-fault-place", "line", line, "column", column));
        let place: Vec<String> = [language, part, place].into_iter().flatten().collect();
        let told = self.content_problem(&error.problem);
        if place.is_empty() { told } else { format!("{}: {told}", place.join(", ")) }
    }

    fn content_problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::UnknownField { name, nearest } => {
                let told = self.t1("content-fault-unknown-field", "name", name);
                match nearest {
                    Some(field) => format!("{told} {}", self.t1("fault-did-you-mean", "word", field.name())),
                    None => told,
                }
            }
            Problem::NotAMergeField { .. } => self.t("content-fault-no-field"),
            Problem::Braces => self.t("content-fault-braces"),
            Problem::FieldPlace { field, .. } => self.about_field("content-fault-field-place", *field),
            Problem::LinkStart { field } => self.about_field("content-fault-link-start", *field),
            Problem::HtmlInMarkdown(html) => self.t1("content-fault-html", "html", html),
            Problem::Forbidden(what) => self.t1("content-fault-forbidden", "what", what),
            Problem::Mjml(why) => self.t1("content-fault-mjml", "why", why),
            Problem::Layout(why) => self.t1("content-fault-layout", "why", why),
            Problem::Empty => self.t("content-fault-empty"),
            Problem::TooLong { limit } => self.t1("content-fault-long", "most", limit),
            Problem::TooDeep { limit } => self.t1("content-fault-deep", "most", limit),
            Problem::TooManyTags { limit } => self.t1("content-fault-tags", "most", limit),
            Problem::NoDefaultLanguage(language) => {
                self.t1("content-fault-default-language", "language", self.word("tongue", language))
            }
            Problem::UnknownLayout { name, available } => {
                self.t2("content-fault-unknown-layout", "name", name, "names", available.join(", "))
            }
        }
    }

    fn about_field(&self, key: &str, field: Field) -> String {
        self.t1(key, "field", format!("{{{{{}}}}}", field.name()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kernel::language::Language;

    #[test]
    fn everything_that_can_be_wrong_with_a_campaign_is_told_in_every_language() {
        let field = Field::OF_INVITATIONS[0];
        let told = || "x".to_owned();
        let problems = [
            Problem::UnknownField { name: told(), nearest: Some(field) },
            Problem::NotAMergeField { what: told() },
            Problem::Braces,
            Problem::FieldPlace { field, place: "a condition" },
            Problem::LinkStart { field },
            Problem::HtmlInMarkdown(told()),
            Problem::Forbidden(told()),
            Problem::Mjml(told()),
            Problem::Layout(told()),
            Problem::Empty,
            Problem::TooLong { limit: 1 },
            Problem::TooDeep { limit: 1 },
            Problem::TooManyTags { limit: 1 },
            Problem::NoDefaultLanguage(Language::Swedish),
            Problem::UnknownLayout { name: told(), available: vec![told()] },
        ];
        let place = Some(Place { line: 2, column: 3 });
        let errors = problems.map(|problem| ContentError {
            language: Some(Language::English),
            part: Some(Part::Body),
            place,
            problem,
        });
        let mut faults = vec![
            Fault::Form(told()),
            Fault::Name,
            Fault::UnknownUnit(told()),
            Fault::UnknownTopic(told()),
            Fault::UnknownPurpose(told()),
            Fault::LegitimateInterest,
            Fault::SenderName,
            Fault::SenderAddress(told()),
            Fault::SenderNotAscii(told()),
            Fault::Trial(TrialFault::Others),
            Fault::Trial(TrialFault::Sample),
            Fault::Trial(TrialFault::Waiting),
            Fault::Trial(TrialFault::Invitation),
            Fault::Trial(TrialFault::NotCounted),
            Fault::Trial(TrialFault::Alike),
            Fault::Trial(TrialFault::Language(Language::Swedish)),
            Fault::AnswerElsewhere(field),
            Fault::AnswerInSubject(field),
            Fault::AnswerMissing(field),
            Fault::NotChosen,
            Fault::NoSegment,
            Fault::NoText,
        ];
        faults.extend(errors.map(|error| Fault::Content(Box::new(error))));
        for fault in faults {
            let told: BTreeSet<String> =
                Language::ALL.iter().map(|language| Texts(*language).campaign_fault(&fault)).collect();
            assert!(told.iter().all(|text| !text.contains("-fault-")), "{fault}: {told:?}");
            assert_eq!(told.len(), Language::ALL.len(), "{fault} is told alike in two languages: {told:?}");
        }
    }
}
