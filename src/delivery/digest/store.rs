//! The tables `digests` and `digest_months`, and what was held back. Functions take a connection and open no transaction.

use chrono::{Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use diesel::prelude::*;

use crate::campaign::CampaignState;
use crate::db::schema::{campaigns, deliveries, digest_months, digests};
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::each;
use crate::mail::outbox;
use crate::preferences::{Reason, Weight};

/// How long a campaign may have been sent before somebody is held back from it.
const LONGEST: TimeDelta = TimeDelta::days(92);

/// A digest that a person got, or was found to have nothing for.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = digests)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Digest {
    pub month: NaiveDate,
    pub email_key: Option<String>,
    pub made_at: NaiveDateTime,
}

/// Whether the digests that are sent in this month are all made.
pub(super) fn is_finished(conn: &mut Conn, month: NaiveDate) -> Result<bool, Error> {
    let found: Option<NaiveDate> =
        digest_months::table.find(month).select(digest_months::month).first(conn).optional()?;
    Ok(found.is_some())
}

/// Notes that they are; `false` when somebody else did.
pub(super) fn finish(conn: &mut Conn, month: NaiveDate, now: NaiveDateTime) -> Result<bool, Error> {
    let noted = each!(&mut *conn, engine => {
        diesel::insert_into(digest_months::table)
            .values((digest_months::month.eq(month), digest_months::finished_at.eq(now)))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(noted == 1)
}

/// The campaigns that invited to events in the month before, each with those who did not get it by itself.
pub(super) fn held_back(conn: &mut Conn, month: NaiveDate) -> Result<Vec<(i64, Vec<i64>)>, Error> {
    let until = month.and_time(NaiveTime::MIN);
    let from = (month - Months::new(1)).and_time(NaiveTime::MIN);
    let sent: Vec<i64> = campaigns::table
        .filter(campaigns::weight.eq(Weight::Event))
        .filter(campaigns::state.ne(CampaignState::Cancelled))
        .filter(campaigns::started_at.ge(from - LONGEST).assume_not_null())
        .filter(campaigns::started_at.lt(until).assume_not_null())
        .order(campaigns::id)
        .select(campaigns::id)
        .load(conn)?;
    let mut found = Vec::new();
    for campaign in sent {
        let people: Vec<i64> = deliveries::table
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::state.eq(DeliveryState::Skipped))
            .filter(deliveries::reason.eq(Reason::Digest.as_str()))
            .filter(deliveries::updated_at.ge(from))
            .filter(deliveries::updated_at.lt(until))
            .filter(deliveries::contact_id.is_not_null())
            .select(deliveries::contact_id.assume_not_null())
            .load(conn)?;
        if !people.is_empty() {
            found.push((campaign, people));
        }
    }
    Ok(found)
}

/// Takes a person's digest of a month; `false` when somebody has.
pub(super) fn claim(
    conn: &mut Conn,
    contact: i64,
    month: NaiveDate,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let claimed = each!(&mut *conn, engine => {
        diesel::insert_into(digests::table)
            .values((digests::contact_id.eq(contact), digests::month.eq(month), digests::made_at.eq(now)))
            .on_conflict_do_nothing()
            .execute(engine)
    })?;
    Ok(claimed == 1)
}

/// Whether a digest of a month went to an address.
pub(super) fn is_served(conn: &mut Conn, email_key: &str, month: NaiveDate) -> Result<bool, Error> {
    let found: Option<i64> = digests::table
        .filter(digests::email_key.eq(email_key))
        .filter(digests::month.eq(month))
        .select(digests::contact_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Notes to which address a digest goes, and as which mail of the outbox.
pub(super) fn sent(
    conn: &mut Conn,
    contact: i64,
    month: NaiveDate,
    mail: i64,
    email_key: &str,
) -> Result<(), Error> {
    diesel::update(digests::table.find((contact, month)))
        .set((digests::outbox_id.eq(mail), digests::email_key.eq(email_key)))
        .execute(conn)?;
    Ok(())
}

/// Whose digest a mail of the outbox is.
pub(super) fn of_mail(conn: &mut Conn, mail: i64) -> Result<Option<i64>, Error> {
    Ok(digests::table
        .filter(digests::outbox_id.eq(mail))
        .select(digests::contact_id)
        .first(conn)
        .optional()?)
}

/// The digests that these people got, the latest first.
///
/// # Errors
/// Those of the database.
pub fn digests_of(conn: &mut Conn, people: &[i64]) -> Result<Vec<Digest>, Error> {
    Ok(digests::table
        .filter(digests::contact_id.eq_any(people))
        .filter(digests::outbox_id.is_not_null())
        .order(digests::month.desc())
        .select(Digest::as_select())
        .load(conn)?)
}

/// Forgets the digests of erased people, also those that wait to be sent.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    let mails: Vec<i64> = digests::table
        .filter(digests::contact_id.eq_any(people))
        .filter(digests::outbox_id.is_not_null())
        .select(digests::outbox_id.assume_not_null())
        .load(conn)?;
    outbox::remove(conn, &mails)?;
    diesel::delete(digests::table.filter(digests::contact_id.eq_any(people))).execute(conn)?;
    Ok(())
}
