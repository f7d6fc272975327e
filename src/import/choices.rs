//! What somebody says of a file's columns, and the mapping that it makes.

use std::collections::BTreeMap;

use super::look::{Column, Look};
use super::mapping::{ConsentRule, Field, Headings, Kind, Mapping, MappingError};
use super::source;
use super::words;
use crate::kernel::language::Language;

/// What somebody says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The mapping's name.
    pub name: String,
    /// The system that the file comes from.
    pub source: String,
    /// The language of people whose row names none.
    pub language: Language,
    /// The country of addresses that name none.
    pub country: String,
    /// What the people of the file are.
    pub kind: Kind,
    /// What each column means; `None` for one that is not read.
    pub fields: Vec<Option<Field>>,
    /// Words of the file and ours for them; `None` for a word that no row may have.
    pub values: BTreeMap<Field, BTreeMap<String, Option<String>>>,
    /// How consent is read, where a column tells its time.
    pub consent: ConsentRule,
}

/// What is wrong with the choices.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// Two columns mean the same.
    #[error("two columns have the meaning \"{}\"; choose one of them", .0.label())]
    Twice(Field),
    /// The mapping that they make cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl Choices {
    /// What a mapping says of the columns of a file; without one, what any of the `known` ones says of each.
    #[must_use]
    pub fn of(base: Option<&Mapping>, known: &[Mapping], look: &Look) -> Self {
        let known = base.map_or(known, std::slice::from_ref);
        let mut taken: Vec<Field> = Vec::new();
        let mut meaning = |column: &Column| {
            let fits = |headings: &Headings| source::is_any(&column.heading, &headings.all());
            let columns = known.iter().flat_map(|mapping| &mapping.columns);
            let mut fields = columns.filter(|(_, headings)| fits(headings)).map(|(field, _)| *field);
            let field = fields.find(|field| column.is_named && !taken.contains(field))?;
            taken.push(field);
            Some(field)
        };
        let mut choices = Self {
            name: base.map_or_else(String::new, |base| base.name.clone()),
            source: base.map_or_else(String::new, |base| base.source.clone()),
            language: base.map_or(Language::Swedish, |base| base.language),
            country: base.map_or_else(|| "SE".to_owned(), |base| base.country.clone()),
            kind: base.map_or_else(Kind::default, |base| base.kind),
            fields: look.columns.iter().map(&mut meaning).collect(),
            values: BTreeMap::new(),
            consent: base.and_then(|base| base.consent.clone()).unwrap_or_else(|| ConsentRule {
                unit: "alumn".to_owned(),
                separator: "|".to_owned(),
                without_topic: "newsletter".to_owned(),
            }),
        };
        choices.offer_words(base, look);
        choices
    }

    /// Adds the words of the file that nobody has said anything of: translated as the base does it, or
    /// understood as they stand.
    pub fn offer_words(&mut self, base: Option<&Mapping>, look: &Look) {
        for (column, field) in look.columns.iter().zip(&self.fields) {
            let Some(field) = field.filter(|field| !words::of_field(*field).is_empty()) else { continue };
            let listed = base.and_then(|base| base.values.get(&field));
            let said = self.values.entry(field).or_default();
            for (theirs, ours) in listed.into_iter().flatten() {
                said.entry(theirs.clone()).or_insert_with(|| Some(ours.clone()));
            }
            for word in &column.words {
                if said.keys().any(|known| known.to_lowercase() == word.to_lowercase()) {
                    continue;
                }
                let ours = match listed {
                    Some(_) => None,
                    None => words::understood(field, word).map(str::to_owned),
                };
                said.insert(word.clone(), ours);
            }
        }
        let chosen = &self.fields;
        self.values.retain(|field, _| chosen.contains(&Some(*field)));
    }

    /// Whether a column tells the time of a consent.
    #[must_use]
    pub fn has_consent(&self) -> bool {
        self.fields.contains(&Some(Field::ConsentedAt))
    }

    /// The mapping that the choices make. What they leave as the base has it stays as the base has it, so that
    /// nothing chosen makes the base itself.
    ///
    /// # Errors
    /// When two columns mean the same, or the columns do not make a person.
    pub fn mapping(&self, base: Option<&Mapping>, look: &Look) -> Result<Mapping, ChoiceError> {
        let mut columns = BTreeMap::new();
        for (column, field) in look.columns.iter().zip(&self.fields) {
            let Some(field) = field.filter(|_| column.is_named) else { continue };
            let kept = base
                .and_then(|base| base.columns.get(&field))
                .filter(|headings| source::is_any(&column.heading, &headings.all()));
            let headings = kept.cloned().unwrap_or_else(|| Headings::One(column.heading.clone()));
            if columns.insert(field, headings).is_some() {
                return Err(ChoiceError::Twice(field));
            }
        }
        let mut optional = Vec::new();
        for field in base.map(|base| base.optional.as_slice()).unwrap_or_default() {
            // A column that this file happens to lack.
            if let Some(headings) = base.and_then(|base| base.columns.get(field))
                && source::position(&look.table.columns, &headings.all()).is_none()
            {
                columns.entry(*field).or_insert_with(|| headings.clone());
            }
            if columns.contains_key(field) {
                optional.push(*field);
            }
        }
        let mut values = BTreeMap::new();
        for field in columns.keys() {
            let listed = base.and_then(|base| base.values.get(field));
            match self.values.get(field) {
                Some(said) if listed.is_some() || !all_understood(*field, said) => {
                    let known = said.iter().filter_map(|(word, ours)| Some((word.clone(), ours.clone()?)));
                    let mut known: BTreeMap<String, String> = known.collect();
                    if known.is_empty() {
                        // A list without words would say that any word will do.
                        known = words::of_field(*field)
                            .into_iter()
                            .map(|word| (word.to_owned(), word.to_owned()))
                            .collect();
                    }
                    values.insert(*field, known);
                }
                Some(_) => {}
                None => {
                    if let Some(listed) = listed {
                        values.insert(*field, listed.clone());
                    }
                }
            }
        }
        let consent = columns.contains_key(&Field::ConsentedAt).then(|| self.consent.clone());
        let mapping = Mapping {
            name: self.name.clone(),
            source: self.source.clone(),
            language: self.language,
            country: self.country.clone(),
            kind: self.kind,
            columns,
            optional,
            values,
            consent,
        };
        mapping.to_toml()?;
        Ok(mapping)
    }
}

/// Whether every word means what it means without a list.
fn all_understood(field: Field, said: &BTreeMap<String, Option<String>>) -> bool {
    said.iter().all(|(word, ours)| ours.as_deref() == words::understood(field, word))
}
