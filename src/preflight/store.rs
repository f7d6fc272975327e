//! What was found in the network, and who lacks what. Functions take a connection and open no transaction.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::not;
use diesel::prelude::*;

use super::{Error, Outside};
use crate::campaign::{CampaignState, Stored};
use crate::content::Field;
use crate::db::Conn;
use crate::db::dialect::{Among, Predicate};
use crate::db::schema::{campaign_checks, campaigns, contacts, degrees};
use crate::kernel::language::Language;
use crate::preferences::{refused, with_caps};
use crate::{segment, units};

/// What was found for a campaign; `None` until then.
///
/// # Errors
/// Those of the database; a stored list that cannot be read is one.
pub(super) fn of_campaign(conn: &mut Conn, id: i64) -> Result<Option<Outside>, Error> {
    let row: Option<(i32, String, NaiveDateTime)> = campaign_checks::table
        .find(id)
        .select((campaign_checks::version, campaign_checks::found, campaign_checks::checked_at))
        .first(conn)
        .optional()?;
    let Some((version, found, checked_at)) = row else { return Ok(None) };
    let found = serde_json::from_str(&found)
        .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
    Ok(Some(Outside { version, found, checked_at }))
}

/// The newest campaign whose links and domain are to be tried: one that is not sent yet and was never tried, was changed
/// since, or was tried more than a day ago.
///
/// # Errors
/// Those of the database.
pub fn waiting(conn: &mut Conn, now: NaiveDateTime) -> Result<Option<i64>, Error> {
    let old = campaigns::updated_at
        .gt(now - TimeDelta::days(14))
        .and(campaign_checks::checked_at.nullable().lt(now - TimeDelta::days(1)).assume_not_null());
    Ok(campaigns::table
        .left_join(campaign_checks::table)
        .filter(campaigns::state.eq_any([
            CampaignState::Draft,
            CampaignState::InReview,
            CampaignState::Scheduled,
        ]))
        .filter(
            campaign_checks::version
                .nullable()
                .is_null()
                .or(campaign_checks::version.nullable().ne(campaigns::version.nullable()).assume_not_null())
                .or(old),
        )
        .order(campaigns::id.desc())
        .select(campaigns::id)
        .first(conn)
        .optional()?)
}

/// Has the worker try anew.
///
/// # Errors
/// Those of the database.
pub fn check_again(conn: &mut Conn, id: i64) -> Result<(), Error> {
    diesel::delete(campaign_checks::table.find(id)).execute(conn)?;
    Ok(())
}

/// Keeps what was found.
///
/// # Errors
/// Those of the database.
pub fn keep(conn: &mut Conn, id: i64, outside: &Outside) -> Result<(), Error> {
    check_again(conn, id)?;
    let found = serde_json::to_string(&outside.found)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(campaign_checks::table)
        .values((
            campaign_checks::campaign_id.eq(id),
            campaign_checks::version.eq(outside.version),
            campaign_checks::found.eq(found),
            campaign_checks::checked_at.eq(outside.checked_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many of those whom a campaign may reach in these languages have no value for a field. One query; those without a
/// name are few and found by an index of their own.
pub(super) fn lacking(
    conn: &mut Conn,
    stored: &Stored,
    field: Field,
    languages: &[Language],
    now: NaiveDateTime,
) -> Result<i64, Error> {
    let Some(lack) = lack(field) else { return Ok(0) };
    let tree = units::tree(conn)?;
    let question = with_caps(conn, stored.campaign.question(stored.id, &tree), &tree, now)?;
    let rule = segment::in_units(conn, stored.campaign.rule(), question.units())?;
    // A rule that cannot be judged is told elsewhere.
    let Ok(rule) = segment::compile(&rule, now) else { return Ok(0) };
    Ok(contacts::table
        .filter(lack)
        .filter(contacts::language.eq_any(languages.to_vec()))
        .filter(rule.predicate())
        .filter(not(refused(&question)))
        .count()
        .get_result(conn)?)
}

fn lack(field: Field) -> Option<Predicate<contacts::table>> {
    let empty =
        |column: &str| diesel::dsl::sql::<diesel::sql_types::Bool>(&format!("contacts.{column} = ''"));
    match field {
        // Written out, so that the partial indexes fit.
        Field::GivenName => Some(Box::new(empty("given_name"))),
        Field::FamilyName => Some(Box::new(empty("family_name"))),
        Field::Programme => {
            let named = degrees::table.filter(degrees::programme_name.ne("")).select(degrees::contact_id);
            Some(Box::new(not(Among::new(contacts::id, named))))
        }
        Field::GraduationYear => {
            let dated =
                degrees::table.filter(degrees::graduation_year.is_not_null()).select(degrees::contact_id);
            Some(Box::new(not(Among::new(contacts::id, dated))))
        }
        _ => None,
    }
}
