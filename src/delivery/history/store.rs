//! Reads `deliveries` by person. Functions take a connection and open no transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{campaigns, deliveries};
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::kernel::history::Before;

/// A message that was sent or failed, or a person who was left out.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Outcome {
    /// The delivery.
    pub id: i64,
    /// The campaign.
    #[diesel(column_name = campaign_id)]
    pub campaign: i64,
    /// What staff call it.
    #[diesel(select_expression = campaigns::name)]
    pub name: String,
    /// `sent`, `failed` or `skipped`.
    pub state: DeliveryState,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// When.
    #[diesel(column_name = updated_at)]
    pub at: NaiveDateTime,
}

/// What became of the mails to these entries of one person, the latest first. What is still on its way is left out.
///
/// # Errors
/// Those of the database.
pub fn outcomes_of(conn: &mut Conn, ids: &[i64], before: Before, limit: i64) -> Result<Vec<Outcome>, Error> {
    let settled = [DeliveryState::Sent, DeliveryState::Failed, DeliveryState::Skipped];
    Ok(deliveries::table
        .inner_join(campaigns::table)
        .filter(deliveries::contact_id.eq_any(ids).assume_not_null())
        .filter(deliveries::state.eq_any(settled))
        .filter(
            deliveries::updated_at
                .lt(before.at)
                .or(deliveries::updated_at.eq(before.at).and(deliveries::id.lt(before.id))),
        )
        .order((deliveries::updated_at.desc(), deliveries::id.desc()))
        .limit(limit)
        .select(Outcome::as_select())
        .load(conn)?)
}
