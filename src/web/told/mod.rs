//! What is wrong with a campaign, a rule or a row of a register file, in the reader's language.

mod campaign;

use crate::import::RejectReason;
use crate::kernel::identity_number::InvalidIdentityNumber;
use crate::segment::fault::{EVERYONE, Got, NOBODY, Nearest, Noun, RuleFault, SIDE_BY_SIDE, Wanted};
use crate::segment::{MAX_CONDITIONS, MAX_DEPTH, MAX_TEXT, MAX_VALUES};
use crate::taxonomy::UnknownPlace;
use crate::web::i18n::Texts;

impl Texts {
    /// Why a row was rejected, and what to do.
    #[must_use]
    pub fn reject(&self, reason: &RejectReason) -> String {
        match reason {
            RejectReason::EmptyRow => self.t("reject-empty-row"),
            RejectReason::ShortRow { found, expected } => {
                self.t2("reject-short-row", "found", found, "expected", expected)
            }
            RejectReason::LongRow { found, expected } => {
                self.t2("reject-long-row", "found", found, "expected", expected)
            }
            RejectReason::Missing(field) => self.t1("reject-missing", "field", self.word("column", field)),
            RejectReason::TooLong { field, longest } => {
                self.t2("reject-too-long", "field", self.word("column", field), "longest", longest)
            }
            RejectReason::IdentityNumber(InvalidIdentityNumber::Form) => self.t("reject-number-form"),
            RejectReason::IdentityNumber(InvalidIdentityNumber::BirthDate) => self.t("reject-number-birth"),
            RejectReason::IdentityNumber(InvalidIdentityNumber::CheckDigit) => self.t("reject-number-check"),
            RejectReason::Email => self.t("reject-email"),
            RejectReason::Phone => self.t("reject-phone"),
            RejectReason::Year { field, earliest, latest } => {
                let years = format!("{earliest}–{latest}");
                self.t2("reject-year", "field", self.word("column", field), "years", years)
            }
            RejectReason::GraduationBeforeStart => self.t("reject-graduation-before-start"),
            RejectReason::Credits => self.t("reject-credits"),
            RejectReason::Code { field, most } => {
                self.t2("reject-code", "field", self.word("column", field), "most", most)
            }
            RejectReason::Date(field) => self.t1("reject-date", "field", self.word("column", field)),
            RejectReason::Erased => self.t("reject-erased"),
            RejectReason::UnknownValue(field) => {
                self.t1("reject-unknown-value", "field", self.word("column", field))
            }
            RejectReason::Told(text) => text.clone(),
        }
    }

    /// What is wrong with a rule at one place.
    #[must_use]
    pub fn fault(&self, fault: &RuleFault) -> String {
        match fault {
            RuleFault::NotJson(why) => self.t1("fault-json", "why", why),
            RuleFault::TooManyConditions => self.t1("fault-many-conditions", "most", MAX_CONDITIONS),
            RuleFault::TooManyValues => self.t1("fault-many-values", "most", MAX_VALUES),
            RuleFault::TooManyWords => self.t1("fault-many-words", "most", MAX_VALUES),
            RuleFault::TooDeep => self.t1("fault-deep", "most", MAX_DEPTH),
            RuleFault::EmptyNode => self.t1("fault-empty-node", "json", EVERYONE),
            RuleFault::EmptyList => self.t("fault-empty-list"),
            RuleFault::Empty(wanted) => self.t1("fault-empty", "wanted", self.wanted(wanted)),
            RuleFault::SeveralKeys { count, keys } => {
                let keys = format!("{count} ({})", keys.join(", "));
                self.t2("fault-several-keys", "keys", keys, "json", SIDE_BY_SIDE)
            }
            RuleFault::Unexpected { expected, got } => {
                self.t2("fault-unexpected", "wanted", self.wanted(expected), "got", self.got(got))
            }
            RuleFault::NotANumber { what, got } => {
                self.t2("fault-no-number", "wanted", self.noun(*what), "got", self.noun(*got))
            }
            RuleFault::OutOfRange { what, least, most, got } => {
                let range = match most {
                    Some(most) => self.t2("fault-range", "least", least, "most", most),
                    None => self.t1("fault-range-open", "least", least),
                };
                let wanted = format!("{}, {range}", self.noun(*what));
                self.t2("fault-unexpected", "wanted", wanted, "got", got)
            }
            RuleFault::NotTrue => self.t1("fault-not-true", "json", NOBODY),
            RuleFault::Unknown { noun, nearest } => {
                self.t2("fault-unknown", "noun", self.noun(*noun), "nearest", self.nearest(nearest))
            }
            RuleFault::NoneOf { word, what, nearest } => {
                let told = self.t2("fault-none-of", "word", word, "what", self.noun(*what));
                format!("{told}; {}", self.nearest(nearest))
            }
            RuleFault::Lacks { names, shape } => {
                let told = self.t1("fault-lacks", "names", names.join(", "));
                match shape {
                    Some(shape) => format!("{told}; {}", self.t1("fault-wanted", "wanted", *shape)),
                    None => told,
                }
            }
            RuleFault::UnknownPlace { name, why } => self.unknown_place(name, why),
            RuleFault::TooLong => self.t1("fault-long", "most", MAX_TEXT),
            RuleFault::ControlCharacter => self.t("fault-control-character"),
            RuleFault::Reversed { from, to } => self.t1("fault-reversed", "json", format!("[{to},{from}]")),
        }
    }

    fn noun(&self, noun: Noun) -> String {
        self.word("noun", noun.key)
    }

    fn wanted(&self, wanted: &Wanted) -> String {
        match wanted {
            Wanted::Value(noun) => self.noun(*noun),
            Wanted::Shape(shape) => (*shape).to_owned(),
            Wanted::Fields(names) => self.t1("fault-fields", "names", names.join(", ")),
            Wanted::OneField(names) => self.t1("fault-one-field", "names", names.join(", ")),
        }
    }

    fn got(&self, got: &Got) -> String {
        match got {
            Got::Kind(noun) => self.noun(*noun),
            Got::Text { text, hint: None } => text.clone(),
            Got::Text { text, hint: Some(hint) } => {
                format!("{text}; {}", self.t1("fault-did-you-mean", "word", hint))
            }
        }
    }

    fn nearest(&self, nearest: &Nearest) -> String {
        let allowed = self.t1("fault-allowed", "words", nearest.allowed.join(", "));
        match &nearest.likeliest {
            Some(word) => format!("{} {allowed}", self.t1("fault-did-you-mean", "word", word)),
            None => allowed,
        }
    }

    fn unknown_place(&self, name: &str, why: &UnknownPlace) -> String {
        let (told, names) = match why {
            UnknownPlace::Nowhere(names) => (self.t1("fault-no-place", "name", name), names),
            UnknownPlace::Several(names) => (self.t1("fault-several-places", "name", name), names),
        };
        if names.is_empty() {
            return told;
        }
        format!("{told} {}", self.t1("fault-places", "names", names.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::import::RejectReason;
    use crate::kernel::identity_number::InvalidIdentityNumber;
    use crate::kernel::language::Language;
    use crate::segment::tests::errors::WRONG;
    use crate::segment::{Rule, RuleFault};
    use crate::web::i18n::Texts;

    /// What stands for a text that is missing.
    fn is_a_key(text: &str) -> bool {
        ["fault-", "noun-", "reject-", "column-"].iter().any(|family| text.contains(family))
    }

    #[test]
    fn every_fault_of_a_rule_is_told_in_every_language() {
        let mut faults: Vec<RuleFault> = WRONG
            .iter()
            .flat_map(|rule| Rule::parse_text(rule).unwrap_err())
            .map(|error| error.fault)
            .collect();
        assert!(faults.len() > WRONG.len());
        faults.extend([
            RuleFault::TooManyConditions,
            RuleFault::TooManyValues,
            RuleFault::TooManyWords,
            RuleFault::TooDeep,
            RuleFault::TooLong,
        ]);
        for fault in faults {
            let told: BTreeSet<String> =
                Language::ALL.iter().map(|language| Texts(*language).fault(&fault)).collect();
            assert!(told.iter().all(|text| !is_a_key(text)), "{fault}: {told:?}");
            assert_eq!(told.len(), Language::ALL.len(), "{fault} is told alike in two languages: {told:?}");
        }
    }

    #[test]
    fn every_reason_to_reject_a_row_is_told_in_every_language_and_survives_the_database() {
        let field = "given_name".parse().unwrap();
        for reason in [
            RejectReason::EmptyRow,
            RejectReason::ShortRow { found: 1, expected: 2 },
            RejectReason::LongRow { found: 2, expected: 1 },
            RejectReason::Missing(field),
            RejectReason::TooLong { field, longest: 200 },
            RejectReason::IdentityNumber(InvalidIdentityNumber::Form),
            RejectReason::IdentityNumber(InvalidIdentityNumber::BirthDate),
            RejectReason::IdentityNumber(InvalidIdentityNumber::CheckDigit),
            RejectReason::Email,
            RejectReason::Phone,
            RejectReason::Year { field, earliest: 1900, latest: 2030 },
            RejectReason::GraduationBeforeStart,
            RejectReason::Credits,
            RejectReason::Code { field, most: 4 },
            RejectReason::Date(field),
            RejectReason::UnknownValue(field),
        ] {
            let told: BTreeSet<String> =
                Language::ALL.iter().map(|language| Texts(*language).reject(&reason)).collect();
            assert!(told.iter().all(|text| !is_a_key(text)), "{reason}: {told:?}");
            assert_eq!(told.len(), Language::ALL.len(), "{reason} is told alike in two languages: {told:?}");
            assert_eq!(RejectReason::of_stored(reason.to_stored()), reason);
        }
        let earlier = "the row is empty; remove it";
        assert_eq!(RejectReason::of_stored(earlier.to_owned()), RejectReason::Told(earlier.to_owned()));
    }
}
