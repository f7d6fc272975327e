//! What people call the values of a rule, in the reader's language.

use std::collections::HashMap;

use super::offers::with_code;
use super::{Kind, RuleForm};
use crate::db::Conn;
use crate::segment;
use crate::taxonomy::official::{self, Classification};
use crate::taxonomy::{country, industry, municipality_names, profession, region};
use crate::units;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::session::SignedIn;
use crate::{campaign, staff};

/// Names of the values that a form holds.
#[derive(Debug, Clone)]
pub(in crate::web::staff) struct Names {
    pub(in crate::web::staff) texts: Texts,
    /// By the field's name with its condition's, and value.
    known: HashMap<(String, String), String>,
    /// Code and name of each purpose of the office.
    pub(in crate::web::staff) purposes: Vec<(String, String)>,
}

impl Names {
    /// Looks up the names of everything that `form` holds.
    pub(in crate::web::staff) fn read(
        conn: &mut Conn,
        who: &SignedIn,
        form: &RuleForm,
    ) -> Result<Self, PageError> {
        let mut names = Self::without_values(conn, who)?;
        for card in form.cards() {
            for (field, texts) in card.fields().filter(|(field, _)| field.kind.is_search()) {
                let field = format!("{}.{}", card.condition.name, field.name);
                for value in texts {
                    names.learn(conn, who, &field, value)?;
                }
            }
        }
        Ok(names)
    }

    /// Knows the purposes; values are to be learnt one by one.
    pub(in crate::web::staff) fn without_values(conn: &mut Conn, who: &SignedIn) -> Result<Self, PageError> {
        let texts = Texts(who.language);
        let purposes = units::purposes(conn)?;
        let purposes = purposes
            .into_iter()
            .map(|purpose| (purpose.code.clone(), purpose.name(texts.0).to_owned()))
            .collect();
        Ok(Self { purposes, ..Self::none(texts) })
    }

    /// Knows nothing: every value stands for itself.
    pub(in crate::web::staff) fn none(texts: Texts) -> Self {
        Self { texts, known: HashMap::new(), purposes: Vec::new() }
    }

    /// Looks up the name of one value.
    pub(in crate::web::staff) fn learn(
        &mut self,
        conn: &mut Conn,
        who: &SignedIn,
        field: &str,
        value: &str,
    ) -> Result<(), PageError> {
        let key = (field.to_owned(), value.to_owned());
        if !self.known.contains_key(&key)
            && let Some(name) = look_up(conn, who, field, value)?
        {
            self.known.insert(key, name);
        }
        Ok(())
    }

    /// What the value is called, or the value itself.
    pub(in crate::web::staff) fn of<'a>(&'a self, field: &str, value: &'a str) -> &'a str {
        self.known.get(&(field.to_owned(), value.to_owned())).map_or(value, String::as_str)
    }

    /// What the purpose of this code is called.
    pub(in crate::web::staff) fn purpose<'a>(&'a self, code: &'a str) -> &'a str {
        self.purposes.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name)
    }

    /// The name of one word of a fixed set, or the word itself when it is none.
    pub(in crate::web::staff) fn word(&self, kind: Kind, word: &str) -> String {
        match kind {
            Kind::Ticks(family, words) | Kind::One(family, words) if words().contains(&word) => {
                self.texts.word(family, word)
            }
            _ => word.to_owned(),
        }
    }
}

fn look_up(conn: &mut Conn, who: &SignedIn, field: &str, value: &str) -> Result<Option<String>, PageError> {
    let language = who.language;
    Ok(match field {
        "degree.programme" => segment::programme_name(conn, value)?.map(|name| with_code(&name, value)),
        "lives.region" => region::by_code(value).map(|region| region.names.get(language).to_owned()),
        "lives.country" => country::find(value)
            .filter(|country| country.code == value)
            .map(|country| country.names.get(language).to_owned()),
        "works.under" => official::name_of(conn, Classification::Professions, language, value)?
            .or_else(|| {
                let known = profession::of_code(value)?;
                known.prefixes.contains(&value).then(|| known.names.get(language).to_owned())
            })
            .map(|name| with_code(&name, value)),
        "works.industry" => official::name_of(conn, Classification::Industries, language, value)?
            .or_else(|| Some(industry::of_code(value)?.names.get(language).to_owned()))
            .map(|name| with_code(&name, value)),
        "attended.event" => segment::event_name(conn, value)?.map(|name| with_code(&name, value)),
        "received.campaign" => match value.parse() {
            Ok(id) => campaign_name(conn, who, id)?,
            Err(_) => None,
        },
        "lives.municipality" => Some(municipality_names(value).join(" / ")).filter(|names| !names.is_empty()),
        _ => None,
    })
}

fn campaign_name(conn: &mut Conn, who: &SignedIn, id: i64) -> Result<Option<String>, PageError> {
    match campaign::find(conn, id) {
        Ok(stored) => {
            let seen = staff::may(who, staff::Action::SeeCampaigns, Some(stored.campaign.unit_id()));
            Ok(seen.then(|| stored.campaign.name().to_owned()))
        }
        Err(campaign::Error::Unknown(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
