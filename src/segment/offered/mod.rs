//! The values that a rule can name, as the register holds them: what a form offers while somebody writes.

mod store;

use std::cmp::Ordering;

use super::Error;
use super::values::Codes;
use crate::contacts::search_key;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::taxonomy::official::{self, Classification, CodeNames};
use crate::taxonomy::profession_groups::{GROUPS, group_of};
use crate::taxonomy::{
    Gazetteer, country, industry, municipality_names, profession, region, without_accents,
};

crate::text_enum! {
    /// A field of a rule whose values can be offered.
    Field {
        Programme = "programme",
        Faculty = "faculty",
        Level = "level",
        Region = "region",
        Municipality = "municipality",
        Country = "country",
        /// Where a distance is measured from.
        Place = "place",
        Profession = "profession",
        Industry = "industry",
        Employer = "employer",
        Sector = "sector",
        Kind = "kind",
        Event = "event",
        Language = "language",
    }
}

/// A value that somebody in the register has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct OfferedValue {
    /// As a rule names it.
    pub value: String,
    /// As a person reads it. The program's own words (level, sector, kind, language) are left as they are.
    pub label: String,
    /// How many people have it.
    pub people: i64,
}

/// How many values are offered at a time.
pub const OFFERED: usize = 20;
/// A field with no more values than these is searched anywhere in its names, one with more at their beginning.
const VOCABULARY: usize = 5_000;

/// Up to [`OFFERED`] values of a field that the register holds, those of most people first.
///
/// `text` is the beginning of the value or of a word in its name; case and accents do not matter. Without a text
/// everything is offered. Professions and industries are offered by group too, once there is a text. People with protected identity count nowhere that tells where somebody lives (product
/// P8). The cost grows with the people who have the values, read from an index alone.
///
/// # Errors
/// Those of the database.
pub fn values_offered(
    conn: &mut Conn,
    field: Field,
    text: &str,
    language: Language,
) -> Result<Vec<OfferedValue>, Error> {
    let mut held = store::held(conn, field, "", VOCABULARY + 1)?;
    if held.len() > VOCABULARY {
        // Names are kept folded; codes are written in capitals.
        let beginning = match field {
            Field::Faculty | Field::Employer | Field::Place => search_key(text),
            _ => text.trim().to_uppercase(),
        };
        held = store::held(conn, field, &beginning, VOCABULARY)?;
    }
    let wanted = without_accents(text);
    let official = official_names(conn, field, language)?;
    let groups = if wanted.is_empty() { Vec::new() } else { groups(field, &wanted, language, &official) };
    let named: Vec<(String, Names)> = held
        .into_iter()
        .map(|(key, name)| (key.clone(), Names::of(field, &key, name, language, &official)))
        .filter(|(_, names)| !groups.is_empty() || names.begin_with(&wanted))
        // A distance is measured only from a place that the gazetteer knows.
        .filter(|(_, names)| field != Field::Place || Gazetteer::builtin().named(&names.value).is_ok())
        .collect();
    let keys: Vec<&str> = named.iter().map(|(key, _)| key.as_str()).collect();
    let records = store::records(conn, field, &keys)?;

    // What comes first is told by the records; only what is offered is counted by person.
    let mut candidates: Vec<(OfferedValue, Counted)> = groups
        .into_iter()
        .map(|group| {
            let people = records.iter().filter(|(code, _)| group.codes.contain(code)).map(|(_, n)| n).sum();
            (OfferedValue { value: group.value, label: group.label, people }, Counted::Within(group.codes))
        })
        .collect();
    for (key, names) in named {
        if names.begin_with(&wanted) && !candidates.iter().any(|(group, _)| group.value == names.value) {
            let people = records.get(&key).copied().unwrap_or(0);
            candidates
                .push((OfferedValue { value: names.value, label: names.label, people }, Counted::By(key)));
        }
    }
    candidates.retain(|(offered, _)| offered.people > 0);
    candidates.sort_by(|(a, _), (b, _)| most_first(a, b));
    candidates.truncate(OFFERED);

    let keys: Vec<&str> = candidates
        .iter()
        .filter_map(|(_, counted)| match counted {
            Counted::By(key) => Some(key.as_str()),
            Counted::Within(_) => None,
        })
        .collect();
    let people = store::people(conn, field, &keys)?;
    let mut offered = Vec::with_capacity(candidates.len());
    for (value, counted) in candidates {
        let people = match counted {
            Counted::By(key) => people.get(&key).copied().unwrap_or(0),
            Counted::Within(codes) => store::people_within(conn, field, &codes)?,
        };
        offered.push(OfferedValue { people, ..value });
    }
    // Somebody with a protected identity may have been the only one.
    offered.retain(|offered| offered.people > 0);
    offered.sort_by(most_first);
    Ok(offered)
}

/// How the people of a value are counted.
enum Counted {
    /// By the value as the register has it.
    By(String),
    /// By a range of codes.
    Within(Codes),
}

fn most_first(a: &OfferedValue, b: &OfferedValue) -> Ordering {
    b.people.cmp(&a.people).then_with(|| a.label.cmp(&b.label)).then_with(|| a.value.cmp(&b.value))
}

/// Codes that belong together under a name.
struct Group {
    value: String,
    label: String,
    codes: Codes,
}

/// The names that the office has loaded for a field; none for most fields.
fn official_names(conn: &mut Conn, field: Field, language: Language) -> Result<CodeNames, Error> {
    let kind = match field {
        Field::Profession => Classification::Professions,
        Field::Industry => Classification::Industries,
        _ => return Ok(CodeNames::new()),
    };
    Ok(official::names(conn, kind, language)?)
}

/// The groups of a taxonomy whose names or codes begin with a text, by their official names where there are any.
fn groups(field: Field, wanted: &str, language: Language, official: &CodeNames) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut offer = |value: &str, label: &str, codes: Codes, names: &[&str]| {
        if names.iter().chain([&value, &label]).any(|name| begins(name, wanted))
            && !groups.iter().any(|one| one.value == value)
        {
            groups.push(Group { value: value.to_owned(), label: label.to_owned(), codes });
        }
    };
    match field {
        Field::Profession => {
            for profession in profession::ALL {
                for prefix in profession.prefixes {
                    let label = official.get(*prefix).map_or(profession.names.get(language), String::as_str);
                    offer(prefix, label, Codes::beginning(prefix), &profession.words().collect::<Vec<_>>());
                }
            }
            for group in GROUPS {
                let label = official.get(group.code).map_or(group.names.get(language), String::as_str);
                offer(group.code, label, Codes::beginning(group.code), &group.names.all());
            }
        }
        Field::Industry => {
            for industry in industry::all() {
                let codes = Codes::of_industry(industry.code);
                let label = official.get(industry.code).map_or(industry.names.get(language), String::as_str);
                offer(industry.code, label, codes, &industry.names.all());
            }
        }
        _ => {}
    }
    // Every other group of an official list: what is offered is what somebody in the register has.
    for (code, name) in official {
        let codes = if field == Field::Industry { Codes::of_industry(code) } else { Codes::beginning(code) };
        offer(code, name, codes, &[]);
    }
    groups
}

/// The label of a code that is known by its group's name: told apart from the others of the group by the code.
fn of_group(name: &str, code: &str, is_the_group: bool) -> String {
    if is_the_group { name.to_owned() } else { format!("{name} ({code})") }
}

/// Whether a word of a name begins with a text that has no accents.
fn begins(name: &str, wanted: &str) -> bool {
    format!(" {}", without_accents(name)).contains(&format!(" {wanted}"))
}

/// A value and everything that it may be looked for by.
struct Names {
    value: String,
    label: String,
    others: Vec<String>,
}

impl Names {
    /// `name` is what the register itself says beside the value.
    fn of(field: Field, key: &str, name: Option<String>, language: Language, official: &CodeNames) -> Self {
        let name = name.filter(|name| !name.is_empty());
        let (label, others) = match field {
            Field::Region => match region::by_code(key) {
                Some(region) => (Some(region.names.get(language).to_owned()), region.names.all().to_vec()),
                None => (None, Vec::new()),
            },
            Field::Country => match country::find(key) {
                Some(country) => (Some(country.names.get(language).to_owned()), country.names.all().to_vec()),
                None => (None, Vec::new()),
            },
            Field::Profession => match (profession::of_code(key), group_of(key)) {
                (Some(profession), _) => {
                    let (name, whole) = (profession.names.get(language), profession.prefixes.contains(&key));
                    (Some(of_group(name, key, whole)), profession.words().collect())
                }
                (None, Some(group)) => {
                    let name = of_group(group.names.get(language), key, group.code == key);
                    (Some(name), group.names.all().to_vec())
                }
                (None, None) => (None, Vec::new()),
            },
            Field::Industry => match industry::of_code(key) {
                Some(industry) => {
                    let name = of_group(industry.names.get(language), key, industry.code == key);
                    (Some(name), industry.names.all().to_vec())
                }
                None => (None, Vec::new()),
            },
            Field::Municipality => (Some(municipality_names(key).join(" / ")), Vec::new()),
            _ => (name.clone(), Vec::new()),
        };
        let label = official.get(key).cloned().or(label);
        // A rule names faculties, employers and places as they are written.
        let value = match field {
            Field::Faculty | Field::Employer | Field::Place => name.unwrap_or_else(|| key.to_owned()),
            _ => key.to_owned(),
        };
        let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| value.clone());
        Self { label, value, others: others.into_iter().map(str::to_owned).collect() }
    }

    fn begin_with(&self, wanted: &str) -> bool {
        [&self.value, &self.label].into_iter().chain(&self.others).any(|name| begins(name, wanted))
    }
}
