//! Values to choose from: what the register holds.

use crate::campaign;
use crate::contacts::search_key;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::segment::{Field, OfferedValue, values_offered};
use crate::staff::Action;
use crate::taxonomy::profession;
use crate::units;
use crate::web::error::PageError;
use crate::web::session::SignedIn;

/// No search offers more.
const MOST: usize = 12;

/// One value on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::staff) struct Offer {
    /// As the rule has it.
    pub(in crate::web::staff) value: String,
    /// What people call it.
    pub(in crate::web::staff) label: String,
    /// How many people have it, where that is counted.
    pub(in crate::web::staff) people: Option<i64>,
    /// The code is part of its name, because several values may be called alike.
    is_coded: bool,
}

impl Offer {
    /// Its whole name.
    pub(in crate::web::staff) fn name(&self) -> String {
        if self.is_coded { with_code(&self.label, &self.value) } else { self.label.clone() }
    }
}

/// A name with the code behind it.
pub(super) fn with_code(name: &str, code: &str) -> String {
    if name.is_empty() || name == code { code.to_owned() } else { format!("{name} ({code})") }
}

/// Values of a field (`degree.programme`) that fit what somebody typed, those of most people first.
pub(in crate::web::staff) fn offers(
    conn: &mut Conn,
    who: &SignedIn,
    field: &str,
    text: &str,
) -> Result<Vec<Offer>, PageError> {
    let held = match field {
        "degree.programme" => Field::Programme,
        "degree.faculty" => Field::Faculty,
        "lives.region" => Field::Region,
        "lives.municipality" => Field::Municipality,
        "lives.country" => Field::Country,
        "lives.place" => Field::Place,
        "works.called" => return professions(conn, who, text),
        "works.under" => Field::Profession,
        "works.industry" => Field::Industry,
        "works.employer" => Field::Employer,
        "attended.event" => Field::Event,
        "received.campaign" => return campaigns(conn, who, text),
        _ => return Ok(Vec::new()),
    };
    let offers = values_offered(conn, held, text, who.language)?;
    Ok(offers
        .into_iter()
        .take(MOST)
        .map(|offer| Offer {
            value: offer.value,
            label: offer.label,
            people: Some(offer.people),
            is_coded: matches!(held, Field::Programme | Field::Profession | Field::Event),
        })
        .collect())
}

/// Words for professions: several codes go by one of them.
fn professions(conn: &mut Conn, who: &SignedIn, text: &str) -> Result<Vec<Offer>, PageError> {
    let mut words: Vec<Offer> = Vec::new();
    for offer in values_offered(conn, Field::Profession, text, who.language)? {
        // A code without a word of ours is chosen as a code, whatever its official name.
        let Some(word) = word_for(&offer, who.language) else { continue };
        match words.iter_mut().find(|known| known.value == word) {
            // A group has the people of the codes within it.
            Some(word) => word.people = word.people.max(Some(offer.people)),
            None => words.push(Offer {
                value: word.clone(),
                label: word,
                people: Some(offer.people),
                is_coded: false,
            }),
        }
    }
    words.truncate(MOST);
    Ok(words)
}

/// The word that a rule understands for what is offered.
fn word_for(offer: &OfferedValue, language: Language) -> Option<String> {
    if profession::called(&offer.label).is_some() {
        return Some(offer.label.clone());
    }
    let known = profession::of_code(&offer.value)?;
    known.prefixes.contains(&offer.value.as_str()).then(|| known.names.get(language).to_owned())
}

/// The newest campaigns that somebody may see, by a part of their name.
fn campaigns(conn: &mut Conn, who: &SignedIn, text: &str) -> Result<Vec<Offer>, PageError> {
    /// So many of the newest are looked through.
    const NEWEST: i64 = 500;
    let tree = units::tree(conn)?;
    let seen =
        tree.all().into_iter().map(|unit| unit.id).filter(|id| who.may(Action::SeeCampaigns, Some(*id)));
    let stored = campaign::page(conn, Some(&seen.collect::<Vec<_>>()), i64::MAX, NEWEST)?;
    let wanted = search_key(text);
    let offer = |stored: campaign::Stored| Offer {
        value: stored.id.to_string(),
        label: stored.campaign.name().to_owned(),
        people: None,
        is_coded: false,
    };
    let offers = stored.into_iter().map(offer);
    Ok(offers
        .filter(|offer| search_key(&offer.label).contains(&wanted) || offer.value == text)
        .take(MOST)
        .collect())
}

/// The value that people call so: by its name or code, or the only one that fits at all.
pub(super) fn value_called(
    conn: &mut Conn,
    who: &SignedIn,
    field: &str,
    text: &str,
) -> Result<Option<String>, PageError> {
    let key = search_key(text);
    let mut offers = offers(conn, who, field, text)?;
    let same = |offer: &Offer| [&offer.value, &offer.label].iter().any(|word| search_key(word) == key);
    let exact = offers.iter().find(|offer| same(offer)).map(|offer| offer.value.clone());
    Ok(match (exact, offers.len()) {
        (Some(value), _) => Some(value),
        // Words for professions are known without the register: what is typed is looked up there when it is judged.
        (None, 1) if field != "works.called" => offers.pop().map(|offer| offer.value),
        _ => None,
    })
}
