//! Every text exists in every language with the same values in it, and every text is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{Texts, accepted, group};
use crate::kernel::language::Language;

/// Families of keys whose last part is a word of the program: they are not written out where they are used.
const FAMILIES: &[&str] = &[
    "actor-",
    "address-from-",
    "agreement-",
    "approval-step-",
    "arrived-by-",
    "wish-",
    "ask-",
    "back-",
    "basis-",
    "body-kind-",
    "campaign-kind-",
    "campaign-state-",
    "campaign-waits-",
    "change-",
    "check-found-",
    "channel-",
    "choice-",
    "column-",
    "columns-kind-",
    "condition-",
    "delivery-",
    "did-",
    "error-",
    "fault-",
    "bounce-class-",
    "bounce-reason-",
    "field-",
    "forms-part-",
    "forms-wrong-",
    "group-",
    "heard-",
    "held-",
    "import-state-",
    "import-waits-",
    "joint-",
    "kind-",
    "left-",
    "level-",
    "merged-by-",
    "month-",
    "my-data-done-",
    "my-data-erased",
    "my-data-old",
    "network-",
    "notice-",
    "noun-",
    "occasion-",
    "organisation-kind-",
    "preferences-frequency-",
    "preferences-told-",
    "reason-",
    "reject-",
    "relation-",
    "relay-",
    "report-by-",
    "report-choice-",
    "request-",
    "review-number-",
    "review-reason-",
    "review-short-",
    "requests-outcome-",
    "requests-show-",
    "role-",
    "set-by-",
    "sign-up-wrong-",
    "same-",
    "say-",
    "sector-",
    "tongue-",
    "tracking-",
    "suppression-bounce",
    "suppression-complaint",
    "suppression-staff",
    "suppression-explained-",
    "trial-by-",
    "trial-preheader",
    "trial-subject",
    "version-line-",
    "word-",
];

/// Key and the names of its values, of one language.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/i18n").join(language.as_str());
    for file in fs::read_dir(folder).unwrap() {
        let mut key = String::new();
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            if let Some((name, _)) = line.split_once(" = ")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                key = name.to_owned();
                assert!(
                    messages.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{language}: {key} is there twice"
                );
            }
            for part in line.split('$').skip(1) {
                let name = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                messages.get_mut(&key).unwrap().insert(name);
            }
        }
    }
    messages
}

fn sources(folder: &Path, ending: &str, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, ending, texts);
        } else if path.to_string_lossy().ends_with(ending) && !path.ends_with("i18n_tests.rs") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The first text after each of these calls.
fn asked_for(source: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in [".t(\"", ".t1(\"", ".t2(\""] {
        for after in source.split(call).skip(1) {
            keys.extend(after.split('"').next().map(str::to_owned));
        }
    }
    keys
}

#[test]
fn the_languages_have_the_same_texts() {
    let english = messages(Language::English);
    for language in [Language::Swedish, Language::Norwegian] {
        let other = messages(language);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let surplus: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{language}: missing {missing:?}, surplus {surplus:?}"
        );
        for (key, values) in &english {
            assert_eq!(values, &other[key], "{language}: {key} has other values");
        }
    }
}

#[test]
fn every_text_that_is_asked_for_exists_and_every_text_is_asked_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    sources(&root.join("templates"), ".html", &mut texts);
    sources(&root.join("src/web"), ".rs", &mut texts);
    let messages = messages(Language::English);
    let asked: BTreeSet<String> = texts.iter().flat_map(|source| asked_for(source)).collect();
    let missing: Vec<_> = asked.iter().filter(|key| !messages.contains_key(*key)).collect();
    assert!(missing.is_empty(), "texts without a message: {missing:?}");
    let everything = texts.concat();
    let unused: Vec<_> = messages
        .keys()
        .filter(|key| !everything.contains(&format!("\"{key}\"")))
        .filter(|key| !FAMILIES.iter().any(|family| key.starts_with(family)))
        .collect();
    assert!(unused.is_empty(), "messages that nothing asks for: {unused:?}");
}

#[test]
fn every_word_of_a_fixed_set_has_a_text() {
    fn walk<T: std::fmt::Display>(family: &str, words: &[T]) {
        for language in Language::ALL {
            for word in words {
                let text = Texts(*language).word(family, word);
                assert!(!text.starts_with(family), "{language}: no text for {family} {word}");
            }
        }
    }
    walk("role", crate::staff::Role::ALL);
    walk("channel", crate::preferences::Channel::ALL);
    walk("reason", crate::preferences::Reason::ALL);
    walk("kind", crate::contacts::ContactKind::ALL);
    walk("tongue", Language::ALL);
    walk("level", crate::contacts::person::DegreeLevel::ALL);
    walk("sector", crate::contacts::person::Sector::ALL);
    walk("basis", crate::preferences::LegalBasis::ALL);
    walk("campaign-kind", crate::campaign::CampaignKind::ALL);
    walk("tracking", crate::campaign::Tracking::ALL);
    walk("trial-by", crate::campaign::trial::Measure::ALL);
    walk("campaign-state", crate::campaign::CampaignState::ALL);
    walk("campaign-waits", crate::campaign::CampaignState::ALL);
    walk("delivery", crate::delivery::DeliveryState::ALL);
    walk("relay", crate::delivery::RelayCondition::ALL);
    walk("import-state", crate::import::ImportState::ALL);
    walk("import-waits", crate::import::ImportState::ALL);
    walk("review-reason", crate::import::ReviewReason::ALL);
    walk("review-short", crate::import::ReviewReason::ALL);
    walk("review-number", &["theirs", "somebody-elses", "nobodys"]);
    walk("set-by", crate::contacts::FieldSource::ALL);
    walk("address-from", crate::contacts::AddressSource::ALL);
    walk("merged-by", crate::contacts::MergeSource::ALL);
    walk("heard", crate::preferences::PreferenceSource::ALL);
    walk("occasion", crate::contacts::ParticipationKind::ALL);
    walk("organisation-kind", crate::contacts::OrganisationKind::ALL);
    walk("relation", crate::contacts::RelationRole::ALL);
    walk("relation-of", crate::contacts::RelationRole::ALL);
    walk("column", crate::import::mapping::Field::ALL);
    walk("columns-kind", crate::import::mapping::Kind::ALL);
    walk("change", crate::import::Changed::ALL);
    walk("word", crate::contacts::person::DegreeLevel::ALL);
    walk("word", crate::contacts::person::Sector::ALL);
    walk("body-kind", &["markdown", "html", "mjml"]);
    walk("field", &crate::content::Field::MERGE_FIELDS.map(crate::content::Field::name));
    walk("forms-part", crate::forms::Part::ALL);
    walk("forms-wrong", &["slug", "name", "topics", "purpose", "from-address", "no-text"]);
    walk("sign-up-wrong", &["given-name", "family-name", "email", "topics"]);
    walk("network", crate::invitations::Network::ALL);
    walk("held-section", crate::privacy::Section::ALL);
    walk("held-from", crate::preferences::PreferenceSource::ALL);
    walk("held-from", crate::contacts::FieldSource::ALL);
    walk("held-from", crate::privacy::requests::RequestWay::ALL);
    walk("held-scheme", crate::contacts::IdentifierScheme::ALL);
    walk("held-did", crate::contacts::Deed::ALL);
    walk("request-state", crate::privacy::requests::RequestState::ALL);
    walk("requests-show", crate::privacy::requests::Shown::ALL);
    walk("requests-outcome", crate::privacy::requests::Answered::ALL);
    walk("request", crate::privacy::requests::RequestKind::ALL);
    walk("bounce-class", crate::bounce::Class::ALL);
    walk("bounce-reason", crate::bounce::Reason::ALL);
    walk("suppression", crate::preferences::SuppressionReason::ALL);
    walk("suppression-explained", crate::preferences::SuppressionReason::ALL);
    walk("month", &(1..=12).collect::<Vec<_>>());
    walk("notice", &crate::web::page::NOTICES);
}

#[test]
fn numbers_are_written_as_the_language_writes_them() {
    assert_eq!(Texts(Language::Swedish).number(1_234_567_i64), "1\u{a0}234\u{a0}567");
    assert_eq!(Texts(Language::English).number(1_234_567_i64), "1,234,567");
    assert_eq!(group(-1000.0, ','), "\u{2212}1,000");
    assert_eq!(Texts(Language::Norwegian).number(999_i64), "999");
    assert_eq!(Texts(Language::Swedish).rate(&3.25), "3,2");
    assert_eq!(
        Texts(Language::English).t1("sign-in-throttled", "minutes", 1_i64),
        "Too many attempts. Try again in one minute."
    );
}

#[test]
fn dates_are_in_the_offices_time_zone() {
    let at = chrono::NaiveDate::from_ymd_opt(2026, 7, 31).unwrap().and_hms_opt(22, 5, 0).unwrap();
    assert_eq!(Texts(Language::Swedish).date_time(&at), "1 aug. 2026 00:05");
    assert_eq!(Texts(Language::Norwegian).date_time(&at), "1. aug. 2026 00:05");
    assert_eq!(Texts(Language::English).date_time(&at), "1 Aug 2026 00:05");
}

#[test]
fn the_browsers_wish_is_heard() {
    let ask = |header: &str| {
        accepted(
            &actix_web::test::TestRequest::default()
                .insert_header(("Accept-Language", header))
                .to_http_request(),
        )
    };
    assert_eq!(ask("de, nn;q=0.8, en;q=0.5"), Language::Norwegian);
    assert_eq!(ask("en-GB,en;q=0.9,sv;q=0.8"), Language::English);
    assert_eq!(ask("fr"), Language::English);
    assert_eq!(accepted(&actix_web::test::TestRequest::default().to_http_request()), Language::Swedish);
}
