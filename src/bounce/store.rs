//! The table of what came back. Functions open no transaction.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;

use super::notice::{Class, Kind, Reason};
use super::{KnownBy, Source};
use crate::db::dialect::Predicate;
use crate::db::schema::{bounces, campaigns, contacts, deliveries, suppressions};
use crate::db::{Conn, Error};
use crate::delivery::DeliveryState;
use crate::each;
use crate::preferences::{self, Channel, Question, SuppressionReason, reason_of};

/// A mail that came back, to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = bounces, treat_none_as_default_value = false)]
pub(super) struct NewBounce {
    pub(super) fingerprint: String,
    pub(super) source: Source,
    pub(super) kind: Kind,
    pub(super) known_by: KnownBy,
    pub(super) delivery_id: Option<i64>,
    pub(super) campaign_id: Option<i64>,
    pub(super) address: Option<String>,
    pub(super) address_key: Option<String>,
    pub(super) class: Class,
    pub(super) reason: Reason,
    pub(super) status: Option<String>,
    pub(super) diagnostic: String,
    pub(super) received_at: NaiveDateTime,
}

/// A mail that came back, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = bounces)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Bounce {
    pub id: i64,
    pub source: Source,
    pub kind: Kind,
    pub known_by: KnownBy,
    pub delivery_id: Option<i64>,
    pub campaign_id: Option<i64>,
    pub address: Option<String>,
    pub class: Class,
    pub reason: Reason,
    pub status: Option<String>,
    pub diagnostic: String,
    pub received_at: NaiveDateTime,
}

/// Stores it; `false` when the same mail is there already.
pub(super) fn insert(conn: &mut Conn, bounce: &NewBounce) -> Result<bool, Error> {
    let stored = each!(&mut *conn, engine => {
        diesel::insert_into(bounces::table).values(bounce).on_conflict_do_nothing().execute(engine)
    })?;
    Ok(stored > 0)
}

/// What came back of these deliveries, the latest last.
///
/// # Errors
/// Those of the database.
pub fn of_deliveries(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Bounce>, Error> {
    Ok(bounces::table
        .filter(bounces::delivery_id.eq_any(ids))
        .order(bounces::id)
        .select(Bounce::as_select())
        .load(conn)?)
}

/// What came back of a campaign: which delivery, its class and when; the first first.
///
/// # Errors
/// Those of the database.
pub fn of_campaign(conn: &mut Conn, campaign: i64) -> Result<Vec<(i64, Class, NaiveDateTime)>, Error> {
    let rows: Vec<(Option<i64>, Class, NaiveDateTime)> = bounces::table
        .filter(bounces::campaign_id.eq(campaign))
        .order(bounces::id)
        .select((bounces::delivery_id, bounces::class, bounces::received_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(delivery, class, at)| Some((delivery?, class, at))).collect())
}

/// When a soft bounce of each of these deliveries came, the first of each.
pub(super) fn soft_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, NaiveDateTime)>, Error> {
    let rows: Vec<(Option<i64>, NaiveDateTime)> = bounces::table
        .filter(bounces::delivery_id.eq_any(ids))
        .filter(bounces::class.eq(Class::Soft))
        .order(bounces::id.desc())
        .select((bounces::delivery_id, bounces::received_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, at)| id.map(|id| (id, at))).collect())
}

/// Deliveries that a mail server refused while we were sending and that are not among what came back, with its words.
pub(super) fn refused(
    conn: &mut Conn,
    since: NaiveDateTime,
    limit: i64,
) -> Result<Vec<(i64, String)>, Error> {
    // The campaigns first: few, and with them the failed are found by an index.
    let running: Vec<i64> = campaigns::table
        .filter(campaigns::started_at.is_not_null())
        .filter(campaigns::finished_at.is_null().or(campaigns::finished_at.gt(since)))
        .select(campaigns::id)
        .load(conn)?;
    let known = bounces::table.filter(bounces::delivery_id.eq(deliveries::id.nullable()));
    Ok(deliveries::table
        .filter(deliveries::campaign_id.eq_any(running))
        .filter(deliveries::state.eq(DeliveryState::Failed))
        .filter(deliveries::reply.is_not_null())
        .filter(not(exists(known)))
        .limit(limit)
        .select((deliveries::id, deliveries::reply.assume_not_null()))
        .load(conn)?)
}

/// How many messages of a campaign came back in this class.
pub(super) fn count_of(conn: &mut Conn, campaign: i64, class: Class) -> Result<i64, Error> {
    Ok(bounces::table
        .filter(bounces::campaign_id.eq(campaign))
        .filter(bounces::class.eq(class))
        .select(count_star())
        .first(conn)?)
}

/// What nothing of ours names, the latest first, before row `before`.
///
/// # Errors
/// Those of the database.
pub fn unidentified(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<Bounce>, Error> {
    Ok(bounces::table
        .filter(bounces::known_by.eq(KnownBy::Nothing))
        .filter(bounces::id.lt(before))
        .order(bounces::id.desc())
        .limit(limit)
        .select(Bounce::as_select())
        .load(conn)?)
}

/// Forgets what nothing of ours names and came before `before`.
///
/// # Errors
/// Those of the database.
pub fn forget_unidentified(conn: &mut Conn, before: NaiveDateTime) -> Result<usize, Error> {
    Ok(diesel::delete(
        bounces::table.filter(bounces::known_by.eq(KnownBy::Nothing)).filter(bounces::received_at.lt(before)),
    )
    .execute(conn)?)
}

/// Takes people who are erased out of what came back: what mail systems said may repeat their addresses. To be called
/// while the deliveries still name them.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, people: &[i64], email_keys: &[String]) -> Result<(), Error> {
    let theirs: Vec<i64> =
        deliveries::table.filter(deliveries::contact_id.eq_any(people)).select(deliveries::id).load(conn)?;
    diesel::update(bounces::table.filter(bounces::delivery_id.eq_any(theirs)))
        .set(bounces::diagnostic.eq(""))
        .execute(conn)?;
    diesel::delete(bounces::table.filter(bounces::address_key.eq_any(email_keys))).execute(conn)?;
    Ok(())
}

/// The recipient domains whose servers blocked us since `since`, with the number of messages: whoever sends may slow
/// down towards them.
///
/// # Errors
/// Those of the database.
pub fn blocking_domains(conn: &mut Conn, since: NaiveDateTime) -> Result<BTreeMap<String, u64>, Error> {
    let addresses: Vec<Option<String>> = bounces::table
        .inner_join(deliveries::table)
        .filter(bounces::class.eq(Class::Block))
        .filter(bounces::received_at.ge(since))
        .select(deliveries::email_key)
        .load(conn)?;
    let mut domains = BTreeMap::new();
    for address in addresses.iter().flatten() {
        if let Some((_, domain)) = address.rsplit_once('@') {
            *domains.entry(domain.to_owned()).or_insert(0) += 1;
        }
    }
    Ok(domains)
}

/// Somebody whose address does not work any more.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Lost {
    /// The number of the suppression: pages continue before it.
    pub suppression: i64,
    pub since: NaiveDateTime,
    pub contact: i64,
    pub given_name: String,
    pub family_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub place: Option<String>,
    pub country: Option<String>,
}

/// People whom no mail reaches, because their address bounced or staff stopped it; the latest first, before
/// suppression `before`. Who complained wants no other way, the deceased have none, and people with protected identity
/// are in no list (product P8). Nor is whoever wants no contact at all; of the others only such ways are told as they
/// have nothing against.
///
/// # Errors
/// Those of the database.
pub fn lost(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<Lost>, Error> {
    let rows: Vec<Lost> = suppressions::table
        .inner_join(contacts::table.on(contacts::email_key.eq(suppressions::address_key.nullable())))
        .filter(suppressions::id.lt(before))
        .filter(suppressions::channel.eq(Channel::Email))
        .filter(suppressions::reason.ne(SuppressionReason::Complaint))
        .filter(contacts::deceased.eq(false))
        .filter(contacts::protected.eq(false))
        .filter(contacts::merged_into.is_null())
        .filter(contacts::erased_at.is_null())
        .order(suppressions::id.desc())
        .limit(limit)
        .select((
            suppressions::id,
            suppressions::created_at,
            contacts::id,
            contacts::given_name,
            contacts::family_name,
            contacts::email,
            contacts::phone,
            contacts::street,
            contacts::postcode,
            contacts::place,
            contacts::country,
        ))
        .load(conn)?;
    let mut told = Vec::with_capacity(rows.len());
    for few in rows.chunks(1000) {
        let ids: Vec<i64> = few.iter().map(|row| row.contact).collect();
        let letters = reasons(conn, &ids, Channel::Letter)?;
        let calls = reasons(conn, &ids, Channel::Phone)?;
        told.extend(few.iter().filter_map(|row| as_they_wish(row, &letters, &calls)));
    }
    Ok(told)
}

/// Why these people must not be contacted on a channel; only those against whom something speaks.
fn reasons(
    conn: &mut Conn,
    people: &[i64],
    channel: Channel,
) -> Result<BTreeMap<i64, preferences::Reason>, Error> {
    let question = Question::new(channel);
    let among = || -> Predicate<contacts::table> { Box::new(contacts::id.eq_any(people.to_vec())) };
    let words: Vec<(i64, Option<String>)> =
        contacts::table.filter(among()).select((contacts::id, reason_of(&question, &among))).load(conn)?;
    let unknown = |word| Error::from(diesel::result::Error::DeserializationError(Box::new(word)));
    words
        .into_iter()
        .filter_map(|(contact, word)| word.map(|word| Ok((contact, word.parse().map_err(unknown)?))))
        .collect()
}

fn as_they_wish(
    row: &Lost,
    letters: &BTreeMap<i64, preferences::Reason>,
    calls: &BTreeMap<i64, preferences::Reason>,
) -> Option<Lost> {
    use preferences::Reason as Why;
    let (letter, call) = (letters.get(&row.contact), calls.get(&row.contact));
    if matches!(letter, Some(Why::Erased | Why::Deceased | Why::DoNotContact | Why::Restricted)) {
        return None;
    }
    let mut row = row.clone();
    if letter.is_some() {
        (row.street, row.postcode, row.place, row.country) = (None, None, None, None);
    }
    if call.is_some() {
        row.phone = None;
    }
    Some(row)
}
