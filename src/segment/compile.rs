//! A rule as one condition of a query over `contacts`.
//!
//! * A condition on repeating records asks whether `contacts.id` is [`Among`] `SELECT contact_id FROM … WHERE …`, all
//!   its fields on the same record.
//! * A node is asked for those whom it holds for, or for those whom its `not` holds for, and `not` asks for the other
//!   ones. Only `engaged` has people who are neither: those who are not measured.
//! * The answer is never NULL. A record that leaves a field empty does not pass the subquery's WHERE, no subquery
//!   yields NULL, and empty columns of `contacts` itself are guarded. So SQL's NOT is the plain complement, and
//!   agrees with [`Rule::matches`].
//! * Trees of AND and OR are balanced, because SQLite refuses expressions deeper than 1,000.

use chrono::NaiveDateTime;
use diesel::dsl::not;
use diesel::prelude::*;

use super::fault::{RuleError, RuleFault};
use super::parse::MAX_VALUES;
use super::rule::{
    Attended, Condition, Consented, Degree, Engaged, Lives, Node, Person, Received, Rule, Works,
};
use super::values::{Codes, OneOf, Text};
use crate::contacts::search_key;
use crate::db::Db;
use crate::db::dialect::{Among, Near, Predicate, Unindexed};
use crate::db::schema::{
    contact_kinds, contacts, degrees, deliveries, employments, engagements, invitations, participations,
    standing_consents,
};
use crate::invitations::{Answer, Network};
use crate::preferences::MEASURING;
use crate::taxonomy::distance::{Circle, Surroundings};

/// The state of a delivery that reached its recipient's mail server.
pub(super) const SENT: &str = "sent";

/// A rule that a query has room for, judged as of one moment.
#[derive(Debug, Clone, Copy)]
pub struct Compiled<'r> {
    rule: &'r Rule,
    now: NaiveDateTime,
}

/// Makes a rule ready for queries; `now` is the moment from which `within_days` looks back, UTC.
///
/// # Errors
/// When an office's own words make the rule longer than a query can be.
pub fn compile(rule: &Rule, now: NaiveDateTime) -> Result<Compiled<'_>, Vec<RuleError>> {
    if rule.root.called() > MAX_VALUES {
        return Err(vec![RuleError { path: "$".to_owned(), fault: RuleFault::TooManyWords }]);
    }
    Ok(Compiled { rule, now })
}

impl Compiled<'_> {
    /// The condition that the rule's people meet, without records that a merge has emptied. Never NULL.
    ///
    /// A new one at each call, because a query takes its parts for itself.
    #[must_use]
    pub fn predicate(&self) -> Predicate<contacts::table> {
        Box::new(contacts::merged_into.is_null().and(self.judged(Distance::Judged)))
    }

    fn judged(&self, distance: Distance) -> Predicate<contacts::table> {
        Judge { distance, now: self.now }.node(&self.rule.root, true)
    }

    /// The people for whom the answer would be another if they lived near enough, and of whom nobody knows where
    /// they live. None when the rule asks for no distance.
    #[must_use]
    pub fn hangs_on_unknown_place(&self) -> Option<Predicate<contacts::table>> {
        self.rule.root.asks_distance().then(|| -> Predicate<contacts::table> {
            Box::new(
                contacts::latitude
                    .is_null()
                    .and(contacts::merged_into.is_null())
                    .and(self.judged(Distance::Judged).ne(self.judged(Distance::Near))),
            )
        })
    }
}

/// How `within_km` is judged.
#[derive(Debug, Clone, Copy)]
enum Distance {
    /// By where people live.
    Judged,
    /// As if everybody lived near enough.
    Near,
}

/// What every condition of a rule needs to know.
#[derive(Debug, Clone, Copy)]
struct Judge {
    distance: Distance,
    now: NaiveDateTime,
}

impl Judge {
    /// Those for whom a node `holds`, or those for whom its `not` does.
    fn node(self, node: &Node, holds: bool) -> Predicate<contacts::table> {
        let each = |nodes: &[Node]| nodes.iter().map(|node| self.node(node, holds)).collect();
        match node {
            Node::Everyone if holds => everyone(),
            Node::Everyone => nobody(),
            // Not all of them: any of their `not`s. Not any of them: all of their `not`s.
            Node::All(nodes) if holds => all(each(nodes)).unwrap_or_else(everyone),
            Node::All(nodes) => any(each(nodes)).unwrap_or_else(nobody),
            Node::Any(nodes) if holds => any(each(nodes)).unwrap_or_else(nobody),
            Node::Any(nodes) => all(each(nodes)).unwrap_or_else(everyone),
            Node::Not(inner) => self.node(inner, !holds),
            Node::Condition(Condition::Engaged(wanted)) => engaged(wanted, holds, self.now),
            Node::Condition(condition) if holds => self.condition(condition),
            Node::Condition(condition) => Box::new(not(self.condition(condition))),
        }
    }

    fn condition(self, condition: &Condition) -> Predicate<contacts::table> {
        match condition {
            Condition::Degree(wanted) => degree(wanted),
            Condition::Lives(wanted) => lives(wanted, self.distance),
            Condition::Works(wanted) => works(wanted),
            Condition::Person(wanted) => person(wanted),
            Condition::Attended(wanted) => attended(wanted),
            Condition::Received(wanted) => received(wanted),
            Condition::Consented(wanted) => consented(wanted),
            Condition::Engaged(wanted) => engaged(wanted, true, self.now),
        }
    }
}

fn everyone() -> Predicate<contacts::table> {
    Box::new(contacts::id.is_not_null())
}

fn nobody() -> Predicate<contacts::table> {
    Box::new(contacts::id.is_null())
}

fn degree(wanted: &Degree) -> Predicate<contacts::table> {
    let mut records = degrees::table.select(degrees::contact_id).into_boxed::<Db>();
    let in_order = is_met_by_many(wanted);
    match &wanted.programme {
        Some(programmes) if in_order => {
            records = records.filter(Unindexed(degrees::programme_code).eq_any(texts(programmes)));
        }
        Some(programmes) => records = records.filter(degrees::programme_code.eq_any(texts(programmes))),
        None => {}
    }
    if let Some(faculties) = &wanted.faculty {
        records = records.filter(degrees::faculty_key.eq_any(keys(faculties)));
    }
    if let Some(levels) = &wanted.level {
        records = records.filter(degrees::level.eq_any(levels.to_vec()));
    }
    if let Some(years) = wanted.graduation_year {
        let (first, last) = (years.first(), years.last());
        if in_order {
            records = records.filter(Unindexed(degrees::graduation_year).between(first, last));
        } else {
            records = records.filter(degrees::graduation_year.between(first, last));
        }
    }
    match wanted.graduated {
        Some(true) => records = records.filter(degrees::graduation_year.is_not_null()),
        Some(false) => records = records.filter(degrees::graduation_year.is_null()),
        None => {}
    }
    Box::new(Among::new(contacts::id, records))
}

/// Whether a degree is asked for in so wide terms that reading the index of people and their programmes from end to
/// end beats looking up each programme and year: it yields people in order, which SQLite keeps and visits several
/// times faster than people at random. A guess; the answer is the same either way.
fn is_met_by_many(wanted: &Degree) -> bool {
    // Programmes and years together, with what stands for all of them.
    const MANY: i64 = 300;
    let programmes = wanted.programme.as_ref().map_or(20, |programmes| programmes.iter().count() as i64);
    let years = wanted.graduation_year.map_or(60, |years| i64::from(years.last() - years.first()) + 1);
    // The index knows nothing else of a degree.
    programmes * years >= MANY && wanted.faculty.is_none() && wanted.level.is_none()
}

fn lives(wanted: &Lives, distance: Distance) -> Predicate<contacts::table> {
    // The guards are what keeps NULL out: `region IS NOT NULL AND region IN (…)` is false where region is NULL.
    let mut fields: Vec<Predicate<contacts::table>> = vec![Box::new(contacts::protected.eq(false))];
    if let Some(regions) = &wanted.region {
        let codes: Vec<String> = regions.iter().map(|code| code.as_ref().to_owned()).collect();
        fields.push(Box::new(
            contacts::region.is_not_null().and(contacts::region.assume_not_null().eq_any(codes)),
        ));
    }
    if let Some(municipalities) = &wanted.municipality {
        let codes: Vec<String> = municipalities.iter().map(|code| code.as_ref().to_owned()).collect();
        fields.push(Box::new(
            contacts::municipality.is_not_null().and(contacts::municipality.assume_not_null().eq_any(codes)),
        ));
    }
    if let Some(countries) = &wanted.country {
        let codes: Vec<String> = countries.iter().map(|code| code.as_ref().to_owned()).collect();
        fields.push(Box::new(
            contacts::country.is_not_null().and(contacts::country.assume_not_null().eq_any(codes)),
        ));
    }
    if let (Some(within), Distance::Judged) = (&wanted.within_km, distance) {
        fields.push(within.circle().map_or_else(nobody, within_circle));
    }
    all(fields).unwrap_or_else(nobody)
}

/// A circle wider than this holds so many people that reading the register in its own order is faster than by an
/// index of degrees.
const WIDE_DEGREES: f64 = 5.0;

/// The rectangle is for the index; the distance itself is told by the points in space.
fn within_circle(circle: Circle) -> Predicate<contacts::table> {
    let Surroundings { south, north, west, east } = circle.around;
    let near = Near {
        point: (contacts::point_x, contacts::point_y, contacts::point_z),
        centre: [circle.centre.x, circle.centre.y, circle.centre.z],
        most: circle.squared_chord,
    };
    let is_near = contacts::point_x.is_not_null().and(near);
    if north - south > WIDE_DEGREES {
        return Box::new(is_near);
    }
    Box::new(
        is_near
            .and(contacts::latitude.is_not_null())
            .and(contacts::longitude.is_not_null())
            .and(contacts::latitude.assume_not_null().between(south, north))
            .and(contacts::longitude.assume_not_null().between(west, east)),
    )
}

fn works(wanted: &Works) -> Predicate<contacts::table> {
    let mut records = employments::table.select(employments::contact_id).into_boxed::<Db>();
    if let Some(profession) = &wanted.profession {
        let called = profession.called();
        let under = profession.under.iter().flat_map(OneOf::iter).map(AsRef::as_ref);
        let mut ways: Vec<Predicate<employments::table>> = under
            .chain(called.prefixes())
            .map(|prefix| profession_within(Codes::beginning(prefix)))
            .collect();
        if !called.title_keys().is_empty() {
            let titles = called.title_keys().to_vec();
            ways.push(Box::new(employments::job_title_key.assume_not_null().eq_any(titles)));
        }
        if let Some(ways) = any(ways) {
            records = records.filter(ways);
        }
    }
    let industries = wanted.industry.iter().flat_map(OneOf::iter);
    if let Some(ways) = any(industries.map(|prefix| industry_within(prefix.codes())).collect()) {
        records = records.filter(ways);
    }
    if let Some(part) = &wanted.employer {
        // Both sides are folded, so it does not matter that LIKE ignores case on SQLite alone.
        records = records
            .filter(employments::employer_key.like(containing(&search_key(part.as_str()))).escape('\\'));
    }
    if let Some(sectors) = &wanted.sector {
        records = records.filter(employments::sector.eq_any(sectors.to_vec()));
    }
    if let Some(current) = wanted.current {
        records = records.filter(employments::current.eq(current));
    }
    Box::new(Among::new(contacts::id, records))
}

fn person(wanted: &Person) -> Predicate<contacts::table> {
    let mut fields: Vec<Predicate<contacts::table>> = Vec::new();
    if let Some(kinds) = &wanted.kind {
        let records = contact_kinds::table
            .select(contact_kinds::contact_id)
            .filter(contact_kinds::kind.eq_any(kinds.to_vec()))
            .into_boxed::<Db>();
        fields.push(Box::new(Among::new(contacts::id, records)));
    }
    if let Some(languages) = &wanted.language {
        fields.push(Box::new(contacts::language.eq_any(languages.to_vec())));
    }
    if let Some(ways) = &wanted.network {
        fields.extend(any(ways.iter().map(|way| network(*way)).collect()));
    }
    all(fields).unwrap_or_else(nobody)
}

fn network(wanted: Network) -> Predicate<contacts::table> {
    let mut records = invitations::table
        .select(invitations::contact_id.assume_not_null())
        // Erased people's invitations stay without their person.
        .filter(invitations::contact_id.is_not_null())
        .into_boxed::<Db>();
    match wanted {
        Network::NotInvited => {}
        Network::Invited => records = records.filter(invitations::answer.is_null()),
        Network::Member => {
            records = records.filter(invitations::answer.assume_not_null().eq(Answer::Accepted));
        }
        Network::Left => {
            records = records.filter(invitations::answer.assume_not_null().eq(Answer::Left));
        }
    }
    let invited = Among::new(contacts::id, records);
    if wanted == Network::NotInvited { Box::new(not(invited)) } else { Box::new(invited) }
}

fn attended(wanted: &Attended) -> Predicate<contacts::table> {
    let mut records = participations::table.select(participations::contact_id).into_boxed::<Db>();
    if let Some(events) = &wanted.event {
        records = records.filter(participations::event_code.eq_any(texts(events)));
    }
    if let Some(since) = wanted.since {
        records = records.filter(participations::attended_on.ge(since));
    }
    Box::new(Among::new(contacts::id, records))
}

fn received(wanted: &Received) -> Predicate<contacts::table> {
    let campaigns: Vec<i64> = wanted.campaign.iter().map(|id| id.get()).collect();
    let records = deliveries::table
        .select(deliveries::contact_id)
        .filter(deliveries::campaign_id.eq_any(campaigns))
        .filter(deliveries::state.eq(SENT))
        // Erased people's deliveries stay without their person.
        .filter(deliveries::contact_id.is_not_null())
        .into_boxed::<Db>();
    Box::new(Among::new(contacts::id, records))
}

fn consented(wanted: &Consented) -> Predicate<contacts::table> {
    let records = standing_consents::table
        .select(standing_consents::contact_id)
        .filter(standing_consents::purpose.eq(wanted.purpose.as_str().to_owned()))
        .into_boxed::<Db>();
    Box::new(Among::new(contacts::id, records))
}

/// Judges those alone who agreed to be measured.
fn engaged(wanted: &Engaged, holds: bool, now: NaiveDateTime) -> Predicate<contacts::table> {
    let measured = standing_consents::table
        .select(standing_consents::contact_id)
        .filter(standing_consents::purpose.eq(MEASURING))
        .into_boxed::<Db>();
    let (deeds, finding) = wanted.did.looks_for();
    let mut done = engagements::table
        .select(engagements::contact_id)
        .filter(engagements::did.eq_any(deeds.to_vec()))
        .into_boxed::<Db>();
    if let Some(since) = wanted.since(now) {
        done = done.filter(engagements::happened_at.ge(since));
    }
    let measured = Among::new(contacts::id, measured);
    let did = Among::new(contacts::id, done);
    if finding == holds { Box::new(measured.and(did)) } else { Box::new(measured.and(not(did))) }
}

fn profession_within(Codes { first, end }: Codes) -> Predicate<employments::table> {
    let code = employments::profession_code.assume_not_null();
    match end {
        Some(end) => Box::new(code.ge(first).and(code.lt(end))),
        None => Box::new(code.ge(first)),
    }
}

fn industry_within(Codes { first, end }: Codes) -> Predicate<employments::table> {
    let code = employments::industry_code.assume_not_null();
    match end {
        Some(end) => Box::new(code.ge(first).and(code.lt(end))),
        None => Box::new(code.ge(first)),
    }
}

/// A LIKE pattern for a text anywhere in another, its own `%`, `_` and `\` taken as they are.
fn containing(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn texts(choices: &OneOf<Text>) -> Vec<String> {
    choices.iter().map(|text| text.as_str().to_owned()).collect()
}

fn keys(choices: &OneOf<Text>) -> Vec<String> {
    choices.iter().map(|text| search_key(text.as_str())).collect()
}

fn all<T: 'static>(conditions: Vec<Predicate<T>>) -> Option<Predicate<T>> {
    balanced(conditions, |a, b| Box::new(a.and(b)))
}

fn any<T: 'static>(conditions: Vec<Predicate<T>>) -> Option<Predicate<T>> {
    balanced(conditions, |a, b| Box::new(a.or(b)))
}

/// Joins neighbours until one is left, so that a thousand conditions are ten levels deep.
fn balanced<T>(
    mut conditions: Vec<Predicate<T>>,
    join: fn(Predicate<T>, Predicate<T>) -> Predicate<T>,
) -> Option<Predicate<T>> {
    while conditions.len() > 1 {
        let mut joined = Vec::with_capacity(conditions.len().div_ceil(2));
        let mut rest = conditions.into_iter();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => join(left, right),
                None => left,
            });
        }
        conditions = joined;
    }
    conditions.pop()
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn wildcards_of_sql_are_ordinary_characters_of_a_name() {
        assert_eq!(containing(r"100% a_b\"), r"%100\% a\_b\\%");
    }
}
