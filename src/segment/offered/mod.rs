//! The values that a rule can name, as the register holds them: what a form offers while somebody writes.

mod store;

use super::Error;
use crate::contacts::search_key;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::taxonomy::{country, municipality_names, profession, region, without_accents};

crate::text_enum! {
    /// A field of a rule whose values can be offered.
    Field {
        Programme = "programme",
        Faculty = "faculty",
        Level = "level",
        Region = "region",
        Municipality = "municipality",
        Country = "country",
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
const VOCABULARY: usize = 2_000;

/// Up to [`OFFERED`] values of a field that the register holds, those of most people first.
///
/// `text` is the beginning of the value or of a word in its name; case and accents do not matter. Without a text
/// everything is offered. People with protected identity count nowhere that tells where somebody lives (product
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
        held = store::held(conn, field, &search_key(text), VOCABULARY)?;
    }
    let wanted = without_accents(text);
    let named: Vec<(String, OfferedValue)> = held
        .into_iter()
        .filter_map(|(key, name)| {
            let names = Names::of(field, &key, name, language);
            names.begin_with(&wanted).then(|| {
                let offered = OfferedValue { value: names.value, label: names.label, people: 0 };
                (key, offered)
            })
        })
        .collect();
    let keys: Vec<&str> = named.iter().map(|(key, _)| key.as_str()).collect();
    let people = store::people(conn, field, &keys)?;
    let mut offered: Vec<OfferedValue> = named
        .into_iter()
        .map(|(key, offered)| OfferedValue { people: people.get(&key).copied().unwrap_or(0), ..offered })
        .filter(|offered| offered.people > 0)
        .collect();
    offered.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.label.cmp(&b.label)));
    offered.truncate(OFFERED);
    Ok(offered)
}

/// A value and everything that it may be looked for by.
struct Names {
    value: String,
    label: String,
    others: Vec<String>,
}

impl Names {
    /// `name` is what the register itself says beside the value.
    fn of(field: Field, key: &str, name: Option<String>, language: Language) -> Self {
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
            Field::Profession => match profession::of_code(key) {
                Some(group) => (Some(group.names.get(language).to_owned()), group.words().collect()),
                None => (None, Vec::new()),
            },
            Field::Municipality => (Some(municipality_names(key).join(" / ")), Vec::new()),
            _ => (name.clone(), Vec::new()),
        };
        // A rule names faculties and employers as they are written.
        let value = match field {
            Field::Faculty | Field::Employer => name.unwrap_or_else(|| key.to_owned()),
            _ => key.to_owned(),
        };
        let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| value.clone());
        Self { label, value, others: others.into_iter().map(str::to_owned).collect() }
    }

    fn begin_with(&self, wanted: &str) -> bool {
        let wanted = format!(" {wanted}");
        let all = [&self.value, &self.label].into_iter().chain(&self.others);
        all.into_iter().any(|name| format!(" {}", without_accents(name)).contains(&wanted))
    }
}
