//! Contact pressure (product P23): at most so many mailings per person in so many days.
//!
//! A [`Cap`] is for the mailings of one unit and of those beneath it, or for those of everybody together. Every cap that
//! holds for the sending unit is asked. Off until somebody sets one.
//!
//! What counts are mails that went out, or that are on the wire, in the days before the moment at which it is asked:
//! mails of every campaign, whatever the cap says about it. What no cap stops:
//!
//! * a campaign that rests on a legal obligation, since the law wants it to arrive;
//! * an invitation to the network, which each person gets once in their life.
//!
//! Caps are about e-mail, the channel whose mailings are recorded.

mod store;

use chrono::{NaiveDateTime, TimeDelta};

use super::question::{Channel, LegalBasis, Question};
use crate::db::{Conn, Error};
use crate::units::UnitTree;

pub use store::{Cap, caps, mailings_of, remove, set};

/// The most mailings that a cap can allow.
pub const MOST_MAILINGS: i32 = 100;
/// The longest time that a cap can look back on, in days.
pub const MOST_DAYS: i32 = 366;

/// A cap that holds for a question, at the moment of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Mailings of these units count; `None`: of all.
    pub(super) units: Option<Vec<i64>>,
    /// This many and the person has had enough.
    pub(super) mailings: i64,
    /// So far back.
    days: i64,
    /// Mailings from this moment on count.
    pub(super) since: NaiveDateTime,
}

impl Limit {
    /// Whether these mailings of a person, each with its unit and its time, are enough.
    #[must_use]
    pub fn is_reached(&self, mailings: &[(i64, NaiveDateTime)]) -> bool {
        let counts = |(unit, at): &&(i64, NaiveDateTime)| {
            *at >= self.since && self.units.as_ref().is_none_or(|units| units.contains(unit))
        };
        mailings.iter().filter(counts).count() as i64 >= self.mailings
    }
}

impl Question {
    /// Asks as of this moment, of these people alone: what is counted for them is looked up by person.
    #[must_use]
    pub fn of_people(&self, people: &[i64], now: NaiveDateTime) -> Self {
        let mut question = self.clone();
        for limit in &mut question.limits {
            limit.since = now - TimeDelta::days(limit.days);
        }
        question.people = Some(people.to_vec());
        question
    }

    /// Whether a cap bears on it.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        !self.limits.is_empty()
    }
}

/// The question with every cap that holds for it.
///
/// # Errors
/// Those of the database.
pub fn with_caps(
    conn: &mut Conn,
    mut question: Question,
    tree: &UnitTree,
    now: NaiveDateTime,
) -> Result<Question, Error> {
    // What is not given is not judged.
    let exempt = question.units.is_empty()
        || question.channel != Channel::Email
        || question.is_invitation()
        || question.legal_basis == Some(LegalBasis::LegalObligation);
    if exempt {
        return Ok(question);
    }
    question.limits = caps(conn)?
        .into_iter()
        .filter(|cap| cap.unit_id.is_none_or(|unit| question.units.contains(&unit)))
        .map(|cap| Limit {
            units: cap.unit_id.map(|top| {
                let within = |unit: &&crate::units::Unit| tree.is_within(unit.id, top);
                tree.all().into_iter().filter(within).map(|unit| unit.id).collect()
            }),
            mailings: i64::from(cap.mailings),
            days: i64::from(cap.days),
            since: now - TimeDelta::days(i64::from(cap.days)),
        })
        .collect();
    Ok(question)
}
