//! Who gets a campaign is fixed by one INSERT … SELECT: every matched person gets a row, the refused ones as
//! skipped with their reason.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::{DeliveryState, Error};
use crate::campaign::Stored;
use crate::db::schema::{contacts, deliveries, delivery_tallies};
use crate::db::{Conn, Db};
use crate::preferences::{reason_of, with_caps};
use crate::segment;
use crate::units;

/// Makes the rows and their running totals, and tells how many rows there are.
///
/// # Errors
/// When the rule cannot be judged, and those of the database.
pub fn freeze(conn: &mut Conn, stored: &Stored, now: NaiveDateTime) -> Result<u64, Error> {
    let listed = |errors: Vec<segment::RuleError>| {
        Error::Rule(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    };
    let tree = units::tree(conn)?;
    let question = with_caps(conn, stored.campaign.question(stored.id, &tree), &tree, now)?;
    let rule = segment::in_units(conn, stored.campaign.rule(), question.units())?;
    let rule = segment::compile(&rule, now).map_err(listed)?;
    let judged = contacts::table.filter(rule.predicate()).select((
        contacts::id,
        contacts::email,
        contacts::email_key,
        reason_of(&question, &|| rule.predicate()),
    ));
    // With a trial everybody waits until a sample is drawn.
    let first =
        if stored.campaign.trial().is_some() { DeliveryState::Deferred } else { DeliveryState::Queued };
    let rows = Freeze { campaign: stored.id, first, now, judged }.execute(conn)? as u64;

    let totals: Vec<(DeliveryState, Option<String>, i64)> = deliveries::table
        .filter(deliveries::campaign_id.eq(stored.id))
        .group_by((deliveries::state, deliveries::reason))
        .select((deliveries::state, deliveries::reason, diesel::dsl::count(deliveries::id)))
        .load(conn)?;
    for (state, reason, amount) in totals {
        diesel::insert_into(delivery_tallies::table)
            .values((
                delivery_tallies::campaign_id.eq(stored.id),
                delivery_tallies::writer.eq(""),
                delivery_tallies::state.eq(state.as_str()),
                delivery_tallies::reason.eq(reason.unwrap_or_default()),
                delivery_tallies::amount.eq(amount),
            ))
            .execute(conn)?;
    }
    Ok(rows)
}

/// `judged` selects id, address, normalised address and reason.
struct Freeze<Q> {
    campaign: i64,
    /// Where those stand who may get it.
    first: DeliveryState,
    now: NaiveDateTime,
    judged: Q,
}

impl<Q: QueryFragment<Db>> QueryFragment<Db> for Freeze<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("WITH judged (id, email, email_key, reason) AS (");
        self.judged.walk_ast(out.reborrow())?;
        out.push_sql(
            ") INSERT INTO deliveries (campaign_id, contact_id, email, email_key, state, reason, updated_at) SELECT ",
        );
        out.push_bind_param::<BigInt, _>(&self.campaign)?;
        out.push_sql(", id, email, email_key, CASE WHEN reason IS NULL THEN ");
        out.push_bind_param::<Text, _>(&self.first)?;
        out.push_sql(" ELSE 'skipped' END, reason, ");
        out.push_bind_param::<Timestamp, _>(&self.now)?;
        out.push_sql(" FROM judged");
        Ok(())
    }
}
impl<Q> QueryId for Freeze<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q> RunQueryDsl<Conn> for Freeze<Q> {}
