//! Saved segments and the questions that rules ask of the database. Functions take a connection and open no
//! transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::compile::{SENT, compile};
use super::evaluate::PersonFacts;
use super::{Error, Rule};
use crate::contacts::{self, Contact};
use crate::db::Conn;
use crate::db::dialect::{CountEach, FirstOf};
use crate::db::schema::{
    contacts as people, degrees, deliveries, participations, segments, standing_consents,
};
use crate::insert_returning_id;
use crate::invitations;
use crate::preferences::{self, Question, Reason, reason_of};
use crate::taxonomy::synonyms;
use crate::units;

/// A saved segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub id: i64,
    /// The unit that owns it.
    pub unit_id: i64,
    /// What staff call it.
    pub name: String,
    /// Who is in it.
    pub rule: Rule,
    /// When it was first saved, UTC.
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    pub updated_at: NaiveDateTime,
    /// Whether other units may use and copy it.
    pub shared: bool,
}

type Row = (i64, i64, String, String, NaiveDateTime, NaiveDateTime, bool);

impl Segment {
    fn from_row((id, unit_id, name, rule, created_at, updated_at, shared): Row) -> Result<Self, Error> {
        // A rule that no longer reads must never be taken for "everyone" or "nobody".
        let rule = Rule::parse_text(&rule).map_err(|errors| Error::Stored { id, errors })?;
        Ok(Self { id, unit_id, name, rule, created_at, updated_at, shared })
    }
}

/// Saves a new segment and returns its number.
///
/// # Errors
/// Those of the database.
pub fn insert(
    conn: &mut Conn,
    unit_id: i64,
    name: &str,
    rule: &Rule,
    now: NaiveDateTime,
) -> Result<i64, Error> {
    Ok(insert_returning_id!(
        conn,
        segments,
        (
            segments::unit_id.eq(unit_id),
            segments::name.eq(name),
            segments::rule.eq(rule.to_string()),
            segments::created_at.eq(now),
            segments::updated_at.eq(now),
        )
    )?)
}

/// Replaces a saved segment's name and rule; false when there is none of that number.
///
/// # Errors
/// Those of the database.
pub fn update(conn: &mut Conn, id: i64, name: &str, rule: &Rule, now: NaiveDateTime) -> Result<bool, Error> {
    let changed = diesel::update(segments::table.find(id))
        .set((segments::name.eq(name), segments::rule.eq(rule.to_string()), segments::updated_at.eq(now)))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Opens a saved segment to other units, or closes it again; campaigns made from it keep their own copy of the rule.
///
/// # Errors
/// Those of the database.
pub fn share(conn: &mut Conn, id: i64, shared: bool, now: NaiveDateTime) -> Result<bool, Error> {
    let changed = diesel::update(segments::table.find(id))
        .set((segments::shared.eq(shared), segments::updated_at.eq(now)))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Forgets a saved segment; campaigns made from it keep their own copy of the rule.
///
/// # Errors
/// Those of the database.
pub fn delete(conn: &mut Conn, id: i64) -> Result<bool, Error> {
    Ok(diesel::delete(segments::table.find(id)).execute(conn)? > 0)
}

/// The saved segment of this number, its rule as its unit means it.
///
/// # Errors
/// Those of the database, and [`Error::Stored`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Segment>, Error> {
    let row: Option<Row> = segments::table.find(id).first(conn).optional()?;
    let Some(mut segment) = row.map(Segment::from_row).transpose()? else { return Ok(None) };
    let units = units::tree(conn)?.with_ancestors(segment.unit_id);
    segment.rule = in_units(conn, &segment.rule, &units)?;
    Ok(Some(segment))
}

/// Up to `limit` saved segments after number `after`, by number: those of these units, and those that other units
/// share.
///
/// # Errors
/// Those of the database, and [`Error::Stored`].
pub fn page(conn: &mut Conn, units: &[i64], after: i64, limit: i64) -> Result<Vec<Segment>, Error> {
    let rows: Vec<Row> = segments::table
        .filter(segments::unit_id.eq_any(units).or(segments::shared.eq(true)))
        .filter(segments::id.gt(after))
        .order(segments::id)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Segment::from_row).collect()
}

/// How many people a rule matches and how many of them a mailing may reach.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Count {
    /// People whom the rule matches: the sum of the other two.
    pub matched: i64,
    /// Those whom nothing bars.
    pub reachable: i64,
    /// The others, each counted once under the first reason that holds.
    pub left_out: BTreeMap<String, i64>,
    /// When the rule asks how far away people live: those whose answer hangs on it and of whom nobody knows where
    /// they live. They count as living elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_unknown: Option<i64>,
}

/// A rule as these units mean it: with their words for professions, and with those that hold everywhere.
///
/// # Errors
/// Those of the database.
pub fn in_units(conn: &mut Conn, rule: &Rule, units: &[i64]) -> Result<Rule, crate::db::Error> {
    let synonyms = synonyms::of_units(conn, units)?;
    Ok(rule.clone().with_synonyms(&Arc::new(synonyms)))
}

/// Counts the people of a rule and whom of them `question` may reach, by the first reason against it.
///
/// # Errors
/// Those of [`compile`] and of the database.
pub fn count(conn: &mut Conn, rule: &Rule, question: &Question, now: NaiveDateTime) -> Result<Count, Error> {
    let rule = in_units(conn, rule, question.units())?;
    let rule = compile(&rule, now)?;
    let judged = people::table.filter(rule.predicate()).select(reason_of(question, &|| rule.predicate()));
    let tallies: Vec<(Option<String>, i64)> = CountEach(judged).load(conn)?;
    let mut count = Count { matched: 0, reachable: 0, left_out: BTreeMap::new(), place_unknown: None };
    for (reason, people) in tallies {
        count.matched += people;
        match reason {
            Some(reason) => *count.left_out.entry(reason).or_default() += people,
            None => count.reachable += people,
        }
    }
    if let Some(hangs_on_place) = rule.hangs_on_unknown_place() {
        count.place_unknown = Some(people::table.filter(hangs_on_place).count().get_result(conn)?);
    }
    Ok(count)
}

/// How two segments lie to each other, in people matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// People in the first alone.
    pub only_first: i64,
    /// People in both.
    pub both: i64,
    /// People in the second alone.
    pub only_second: i64,
}

/// Counts the people whom two rules match, together and apart, in one query.
///
/// # Errors
/// Those of [`compile`] and of the database.
pub fn overlap(conn: &mut Conn, first: &Rule, second: &Rule, now: NaiveDateTime) -> Result<Overlap, Error> {
    const ONLY_FIRST: &str = "first";
    const BOTH: &str = "both";
    let (first, second) = (compile(first, now)?, compile(second, now)?);
    let word = FirstOf {
        none: Box::new(diesel::dsl::not(first.predicate())),
        words: vec![(second.predicate(), BOTH), (first.predicate(), ONLY_FIRST)],
    };
    let judged = people::table.filter(first.predicate().or(second.predicate())).select(word);
    let tallies: Vec<(Option<String>, i64)> = CountEach(judged).load(conn)?;
    let mut overlap = Overlap { only_first: 0, both: 0, only_second: 0 };
    for (word, people) in tallies {
        match word.as_deref() {
            Some(BOTH) => overlap.both = people,
            Some(_) => overlap.only_first = people,
            None => overlap.only_second = people,
        }
    }
    Ok(overlap)
}

/// The first `limit` people of a rule, as [`in_units`] gave it, to show beside its count, without those with
/// protected identity, the deceased and the erased.
///
/// # Errors
/// Those of [`compile`] and of the database.
pub fn sample(conn: &mut Conn, rule: &Rule, limit: i64, now: NaiveDateTime) -> Result<Vec<Contact>, Error> {
    Ok(people::table
        .filter(compile(rule, now)?.predicate())
        .filter(people::protected.eq(false))
        .filter(people::deceased.eq(false))
        .filter(people::erased_at.is_null())
        .order(people::id)
        .limit(limit)
        .select(Contact::as_select())
        .load(conn)?)
}

/// The reason why a mailing to the people of a rule, as [`in_units`] gave it, leaves one person out; among people
/// behind one address the first whom nothing else bars gets the mail. The same question as [`count`] asks, of one.
///
/// # Errors
/// Those of [`compile`] and of the database.
pub fn reason_for(
    conn: &mut Conn,
    rule: &Rule,
    question: &Question,
    contact: i64,
    now: NaiveDateTime,
) -> Result<Option<Reason>, Error> {
    let rule = compile(rule, now)?;
    let asked =
        people::table.filter(people::id.eq(contact)).select(reason_of(question, &|| rule.predicate()));
    let word: Option<Option<String>> = asked.first(conn).optional()?;
    let unknown = |word| crate::db::Error::from(diesel::result::Error::DeserializationError(Box::new(word)));
    Ok(word.flatten().map(|word| word.parse()).transpose().map_err(unknown)?)
}

/// What rules can ask about one person as of `now`; `None` when there never was one of that number.
///
/// # Errors
/// Those of the database.
pub fn facts(conn: &mut Conn, contact_id: i64, now: NaiveDateTime) -> Result<Option<PersonFacts>, Error> {
    let ids = [contact_id];
    let Some(contact) = contacts::by_ids(conn, &ids)?.pop() else { return Ok(None) };
    let kinds = contacts::kinds(conn, &ids)?.into_iter().map(|(_, kind)| kind).collect();
    let degrees = contacts::degrees(conn, &ids)?.into_iter().map(|(_, degree)| degree).collect();
    let employments = contacts::employments(conn, &ids)?.into_iter().map(|(_, work)| work).collect();
    let participations = participations::table
        .filter(participations::contact_id.eq(contact_id))
        .select((participations::event_code, participations::attended_on))
        .load(conn)?;
    let received = deliveries::table
        .filter(deliveries::contact_id.eq(contact_id))
        .filter(deliveries::state.eq(SENT))
        .select(deliveries::campaign_id)
        .load(conn)?;
    let consents = standing_consents::table
        .filter(standing_consents::contact_id.eq(contact_id))
        .select(standing_consents::purpose)
        .load(conn)?;
    let network = invitations::network(conn, contact_id)?;
    let measured = preferences::is_measured(conn, contact_id)?;
    let engagements = if measured { Some(contacts::engagements_of(conn, contact_id)?) } else { None };
    Ok(Some(PersonFacts {
        contact,
        kinds,
        network,
        degrees,
        employments,
        participations,
        received,
        consents,
        engagements,
        judged_at: now,
    }))
}

/// What the programme of this code is called in the register.
///
/// # Errors
/// Those of the database.
pub fn programme_name(conn: &mut Conn, code: &str) -> Result<Option<String>, Error> {
    let named = degrees::table.filter(degrees::programme_code.eq(code));
    Ok(named.select(degrees::programme_name).first(conn).optional()?)
}

/// What the event of this code is called in the register.
///
/// # Errors
/// Those of the database.
pub fn event_name(conn: &mut Conn, code: &str) -> Result<Option<String>, Error> {
    let named = participations::table.filter(participations::event_code.eq(code));
    Ok(named.select(participations::event_name).first(conn).optional()?)
}

/// Everyone whom a rule matches, to compare with [`Rule::matches`].
#[cfg(test)]
pub(super) fn everyone_matched(conn: &mut Conn, rule: &Rule, now: NaiveDateTime) -> Result<Vec<i64>, Error> {
    Ok(people::table
        .filter(compile(rule, now)?.predicate())
        .order(people::id)
        .select(people::id)
        .load(conn)?)
}
