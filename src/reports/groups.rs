//! Which groups people belong to, and what became of the mails of some people.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDateTime;

use super::store::Row;
use super::{Dimension, Measure};
use crate::contacts;
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::preferences;

/// Numbers of people.
pub(super) type Numbers = BTreeMap<(Dimension, String, Measure), i64>;

/// What happened after the sending of one campaign, by delivery and by person.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Deliveries that came back, each with when it first did.
    pub(super) bounced: HashMap<i64, NaiveDateTime>,
    pub(super) complained: HashMap<i64, NaiveDateTime>,
    /// People who left by a link of the campaign.
    pub(super) left: HashMap<i64, NaiveDateTime>,
    pub(super) opened: HashSet<i64>,
    pub(super) clicked: HashSet<i64>,
    /// Whether people are measured one by one.
    pub(super) individual: bool,
}

/// The hour of a moment, as a value of [`Dimension::Hour`].
pub(super) fn hour(at: NaiveDateTime) -> String {
    (at.and_utc().timestamp() / 3_600).to_string()
}

/// Adds what became of these rows to the numbers.
pub(super) fn add(
    conn: &mut Conn,
    rows: &[Row],
    events: &Events,
    numbers: &mut Numbers,
) -> Result<(), Error> {
    let (current, mut groups) = groups_of(conn, rows)?;
    let measured = if events.individual {
        preferences::measured(conn, &current.values().copied().collect::<Vec<_>>())?
    } else {
        HashSet::new()
    };
    for row in rows {
        let now = current.get(&row.contact).copied().unwrap_or(row.contact);
        let mut of = groups.remove(&row.id).unwrap_or_default();
        of.insert((Dimension::All, String::new()));
        let mut measures = vec![(Measure::Recipients, None)];
        match row.state {
            DeliveryState::Sent => measures.push((Measure::Sent, Some(row.updated_at))),
            DeliveryState::Failed => measures.push((Measure::Failed, Some(row.updated_at))),
            _ => {}
        }
        let left = events.left.get(&row.contact).or_else(|| events.left.get(&now));
        let happened = [
            (Measure::Bounced, events.bounced.get(&row.id)),
            (Measure::Complained, events.complained.get(&row.id)),
            (Measure::Unsubscribed, left),
        ];
        measures.extend(happened.into_iter().filter_map(|(measure, at)| Some((measure, Some(*at?)))));
        if measured.contains(&now) {
            measures.push((Measure::Measured, None));
            for (measure, who) in [(Measure::Opened, &events.opened), (Measure::Clicked, &events.clicked)] {
                if who.contains(&now) {
                    measures.push((measure, None));
                }
            }
        }
        for (measure, at) in measures {
            for (dimension, value) in &of {
                *numbers.entry((*dimension, value.clone(), measure)).or_default() += 1;
            }
            if let Some(at) = at {
                *numbers.entry((Dimension::Hour, hour(at), measure)).or_default() += 1;
            }
        }
    }
    Ok(())
}

type Values = BTreeSet<(Dimension, String)>;

/// Who each person is now, and the groups of each row.
type Groups = (HashMap<i64, i64>, HashMap<i64, Values>);

/// The people behind these rows as merges have made them, and the groups of each row.
fn groups_of(conn: &mut Conn, rows: &[Row]) -> Result<Groups, Error> {
    let ids: Vec<i64> = rows.iter().map(|row| row.contact).collect();
    let mut current = HashMap::new();
    let mut people = HashMap::new();
    for contact in contacts::by_ids(conn, &ids)? {
        current.insert(contact.id, contact.merged_into.unwrap_or(contact.id));
        people.insert(contact.id, contact);
    }
    let now: Vec<i64> = BTreeSet::from_iter(current.values().copied()).into_iter().collect();
    let merged: Vec<i64> = now.iter().copied().filter(|id| !people.contains_key(id)).collect();
    for contact in contacts::by_ids(conn, &merged)? {
        people.insert(contact.id, contact);
    }
    let mut of_people: HashMap<i64, Values> = HashMap::new();
    for (_, degree) in contacts::degrees(conn, &now)? {
        let values = of_people.entry(degree.contact_id).or_default();
        values.insert((Dimension::Programme, degree.programme_code));
        values.extend(degree.faculty.map(|faculty| (Dimension::Faculty, faculty)));
        let decade = degree.graduation_year.map(|year| (year - year.rem_euclid(10)).to_string());
        values.extend(decade.map(|decade| (Dimension::Decade, decade)));
    }
    for (_, work) in contacts::employments(conn, &now)? {
        if let Some(code) = work.profession_code.filter(|_| work.current) {
            let group = code.get(..2).unwrap_or(&code).to_owned();
            of_people.entry(work.contact_id).or_default().insert((Dimension::Profession, group));
        }
    }
    for id in &now {
        let Some(person) = people.get(id) else { continue };
        let values = of_people.entry(*id).or_default();
        // Where people with protected identity live, work and studied is in no number (product P8).
        if person.protected {
            values.clear();
            continue;
        }
        values.insert((Dimension::Language, person.language.to_string()));
        values.extend(person.region.clone().map(|region| (Dimension::Region, region)));
    }
    let mut groups = HashMap::new();
    for row in rows {
        let person = current.get(&row.contact).copied().unwrap_or(row.contact);
        let mut values = of_people.get(&person).cloned().unwrap_or_default();
        let is_protected = people.get(&person).is_some_and(|person| person.protected);
        let domain = row.email_key.as_deref().and_then(|key| key.rsplit_once('@')).filter(|_| !is_protected);
        values.extend(domain.map(|(_, domain)| (Dimension::Domain, domain.to_owned())));
        groups.insert(row.id, values);
    }
    Ok((current, groups))
}
