//! The rows of `deliveries`, their running totals, and who has leased them. Functions open no transaction.
//!
//! Every change of state goes with a change of the totals in the same transaction.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::retry;
use super::store::{detach, skip_erased};
use super::{DeliveryState, Error};
use crate::campaign::CampaignState;
use crate::db::dialect::{InSubquery, SkipLocked};
use crate::db::schema::{campaigns, contacts, deliveries, delivery_refusals, delivery_tallies};
use crate::db::{Conn, Db};
use crate::each;
use crate::invitations;
use crate::mail::outcome::{Outcome, Step};
use crate::preferences::{self, Question, Reason};

/// The total of messages that went twice; not a state of a row.
pub(super) const REPEATED: &str = "repeated";

/// Changes of running totals that one transaction makes.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(i64, &'static str, String), i64>);

impl Tally {
    pub(super) fn add(&mut self, campaign: i64, state: DeliveryState, reason: &str, amount: i64) {
        *self.0.entry((campaign, state.as_str(), reason.to_owned())).or_default() += amount;
    }

    pub(super) fn moved(&mut self, campaign: i64, from: DeliveryState, to: DeliveryState, amount: usize) {
        self.add(campaign, from, "", -(amount as i64));
        self.add(campaign, to, "", amount as i64);
    }

    pub(super) fn repeated(&mut self, campaign: i64, amount: usize) {
        *self.0.entry((campaign, REPEATED, String::new())).or_default() += amount as i64;
    }

    /// Writes the changes under the writer's own name, so that several processes do not wait for each other.
    pub(super) fn write(self, conn: &mut Conn, writer: &str) -> Result<(), Error> {
        for ((campaign, state, reason), amount) in self.0 {
            if amount == 0 {
                continue;
            }
            each!(&mut *conn, engine => {
                diesel::insert_into(delivery_tallies::table)
                    .values((
                        delivery_tallies::campaign_id.eq(campaign),
                        delivery_tallies::writer.eq(writer),
                        delivery_tallies::state.eq(state),
                        delivery_tallies::reason.eq(&reason),
                        delivery_tallies::amount.eq(amount),
                    ))
                    .on_conflict((
                        delivery_tallies::campaign_id,
                        delivery_tallies::writer,
                        delivery_tallies::state,
                        delivery_tallies::reason,
                    ))
                    .do_update()
                    .set(delivery_tallies::amount.eq(delivery_tallies::amount + excluded(delivery_tallies::amount)))
                    .execute(engine)
            })?;
        }
        Ok(())
    }
}

/// A row leased to this process.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(super) struct Claimed {
    pub id: i64,
    pub contact_id: i64,
    pub email: String,
    pub attempts: i32,
    /// The variant, of somebody in the sample of a trial.
    pub variant: Option<i32>,
}

/// Leases up to `limit` queued rows of a campaign to `owner`. Nothing is promised yet: a row that is only
/// leased goes back to the queue when its owner dies.
pub(super) fn claim(conn: &mut Conn, campaign: i64, owner: &str, limit: i64) -> Result<Vec<Claimed>, Error> {
    let free = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::state.eq(DeliveryState::Queued))
        .filter(deliveries::lease_owner.is_null())
        .filter(deliveries::contact_id.is_not_null())
        .filter(deliveries::email.is_not_null())
        .order(deliveries::id)
        .limit(limit)
        .select((
            deliveries::id,
            deliveries::contact_id.assume_not_null(),
            deliveries::email.assume_not_null(),
            deliveries::attempts,
            deliveries::variant,
        ));
    let rows: Vec<Claimed> = SkipLocked(free).load(conn)?;
    if !rows.is_empty() {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
            .set(deliveries::lease_owner.eq(owner))
            .execute(conn)?;
    }
    Ok(rows)
}

/// Rows of a campaign that are leased to `owner` and wait.
pub(super) fn leased(conn: &mut Conn, campaign: i64, owner: &str) -> Result<Vec<Claimed>, Error> {
    Ok(deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::state.eq(DeliveryState::Queued))
        .filter(deliveries::lease_owner.eq(owner).assume_not_null())
        .filter(deliveries::contact_id.is_not_null())
        .filter(deliveries::email.is_not_null())
        .select((
            deliveries::id,
            deliveries::contact_id.assume_not_null(),
            deliveries::email.assume_not_null(),
            deliveries::attempts,
            deliveries::variant,
        ))
        .load(conn)?)
}

/// A message that its connection is about to send.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub delivery: i64,
    pub contact: i64,
}

/// Marks rows of one campaign as being sent, unless somebody said no in the meantime or the campaign is not
/// being sent any more. Returns those that may go; the others are skipped with their reason or handed back.
pub(super) fn mark_sending(
    conn: &mut Conn,
    campaign: i64,
    question: &Question,
    marks: &[Mark],
    owner: &str,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<Vec<i64>, Error> {
    let ids: Vec<i64> = marks.iter().map(|mark| mark.delivery).collect();
    let people: Vec<i64> = marks.iter().map(|mark| mark.contact).collect();
    // Whether they were invited before is told by claiming the invitation: looking through all invitations for a
    // handful of people would cost more with each that was ever sent.
    let asked = match (question.is_invitation(), question.is_capped()) {
        (true, _) => Cow::Owned(question.without_invitation()),
        (false, true) => Cow::Owned(question.of_people(&people, now)),
        (false, false) => Cow::Borrowed(question),
    };
    if question.is_capped() {
        lock(conn, &people)?;
    }
    let allowed = contacts::table
        .filter(contacts::id.eq_any(people))
        .filter(diesel::dsl::not(preferences::refused(&asked)))
        .select(contacts::id.nullable())
        .into_boxed::<Db>();
    let running = campaigns::table
        .filter(campaigns::id.eq(campaign))
        .filter(campaigns::state.eq(CampaignState::Sending))
        .select(campaigns::id);
    let marked = diesel::update(
        deliveries::table
            .filter(deliveries::id.eq_any(&ids))
            .filter(deliveries::state.eq(DeliveryState::Queued))
            .filter(deliveries::lease_owner.eq(owner).assume_not_null())
            .filter(deliveries::campaign_id.eq_any(running))
            .filter(InSubquery(deliveries::contact_id, allowed)),
    )
    .set((deliveries::state.eq(DeliveryState::Sending), deliveries::updated_at.eq(now)))
    .execute(conn)?;
    tally.moved(campaign, DeliveryState::Queued, DeliveryState::Sending, marked);
    if marked == ids.len() && !question.is_invitation() {
        return Ok(ids);
    }
    // Ours and marked, now or in an earlier try of this same transaction whose answer was lost.
    let mut go: Vec<i64> = deliveries::table
        .filter(deliveries::id.eq_any(&ids))
        .filter(deliveries::state.eq(DeliveryState::Sending))
        .filter(deliveries::lease_owner.eq(owner).assume_not_null())
        .select(deliveries::id)
        .load(conn)?;
    if question.is_invitation() {
        go = invite_once(conn, campaign, marks, go, now, tally)?;
    }
    for mark in marks.iter().filter(|mark| !go.contains(&mark.delivery)) {
        let reason = match crate::contacts::by_ids(conn, &[mark.contact])?.pop() {
            Some(contact) => {
                preferences::decide(&preferences::facts(conn, &contact, question.channel())?, question)
            }
            None => Some(Reason::Erased),
        };
        let row = deliveries::table
            .find(mark.delivery)
            .filter(deliveries::state.eq(DeliveryState::Queued))
            .filter(deliveries::lease_owner.eq(owner).assume_not_null());
        match reason {
            // It was on the wire when its process died or its answer was lost: to say that it was skipped, or sent,
            // would each be a guess.
            Some(reason) if may_have_arrived(conn, mark.delivery)? => {
                let reply = format!("{MAY_HAVE_ARRIVED}: {reason}");
                let failed = diesel::update(row)
                    .set((
                        deliveries::state.eq(DeliveryState::Failed),
                        deliveries::reply.eq(reply),
                        deliveries::lease_owner.eq(None::<String>),
                        deliveries::updated_at.eq(now),
                    ))
                    .execute(conn)?;
                tally.moved(campaign, DeliveryState::Queued, DeliveryState::Failed, failed);
                if reason == Reason::Erased {
                    detach(conn, &[mark.delivery])?;
                }
            }
            Some(reason) => {
                let skipped = diesel::update(row)
                    .set((
                        deliveries::state.eq(DeliveryState::Skipped),
                        deliveries::reason.eq(reason.as_str()),
                        deliveries::lease_owner.eq(None::<String>),
                        deliveries::updated_at.eq(now),
                    ))
                    .execute(conn)?;
                tally.add(campaign, DeliveryState::Queued, "", -(skipped as i64));
                tally.add(campaign, DeliveryState::Skipped, reason.as_str(), skipped as i64);
                if reason == Reason::Erased {
                    detach(conn, &[mark.delivery])?;
                }
                if question.is_invitation() {
                    invitations::withdraw(conn, campaign, mark.delivery)?;
                }
            }
            // Paused, or taken over by somebody else: hand back what is still ours.
            None => {
                diesel::update(row).set(deliveries::lease_owner.eq(None::<String>)).execute(conn)?;
            }
        }
    }
    Ok(go)
}

/// What is said of a message that was on the wire once, without an answer, and is not sent again.
const MAY_HAVE_ARRIVED: &str = "it may have arrived; no answer came, and it was not sent again";

/// Whether a message was handed to a relay once without an answer.
fn may_have_arrived(conn: &mut Conn, delivery: i64) -> Result<bool, Error> {
    let repeated: Option<i32> =
        deliveries::table.find(delivery).select(deliveries::repeated).first(conn).optional()?;
    Ok(repeated.is_some_and(|times| times > 0))
}

/// Lets nobody else mark a message to these people before this transaction ends: two campaigns that began to send to
/// somebody at the same moment would each not see the other's mail, and together exceed a cap.
fn lock(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    // On SQLite there is one writer.
    if let Conn::Postgres(conn) = conn {
        contacts::table
            .filter(contacts::id.eq_any(people))
            .order(contacts::id)
            .select(contacts::id)
            .for_no_key_update()
            .load::<i64>(conn)?;
    }
    Ok(())
}

/// Invites the people of rows that are marked as sending, each once, ever: of those whom another campaign invited
/// meanwhile the mark is taken back, before anybody has seen it. Returns the rows that stay marked.
fn invite_once(
    conn: &mut Conn,
    campaign: i64,
    marks: &[Mark],
    marked: Vec<i64>,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<Vec<i64>, Error> {
    let people: Vec<(i64, i64)> = marks
        .iter()
        .filter(|mark| marked.contains(&mark.delivery))
        .map(|mark| (mark.delivery, mark.contact))
        .collect();
    let contacts: Vec<i64> = people.iter().map(|(_, contact)| *contact).collect();
    let ours = invitations::claim(conn, campaign, &contacts, now)?;
    let (go, back): (Vec<_>, Vec<_>) = people.into_iter().partition(|(_, contact)| ours.contains(contact));
    let rows = |people: Vec<(i64, i64)>| people.into_iter().map(|(row, _)| row).collect::<Vec<_>>();
    let back = rows(back);
    if !back.is_empty() {
        let changed = diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(&back))
                .filter(deliveries::state.eq(DeliveryState::Sending)),
        )
        .set(deliveries::state.eq(DeliveryState::Queued))
        .execute(conn)?;
        tally.moved(campaign, DeliveryState::Sending, DeliveryState::Queued, changed);
    }
    Ok(rows(go))
}

/// What became of one message.
#[derive(Debug, Clone)]
pub(super) struct Settlement {
    pub campaign: i64,
    pub delivery: i64,
    pub attempts: i32,
    pub outcome: Outcome,
    /// How far the conversation came.
    pub step: Step,
}

/// Connections that broke in the middle of a message so often in a row may not be to blame alone.
const CUT_OFF_AT_ONCE: i32 = 3;

/// Records outcomes. A row that somebody took over meanwhile is left to them.
pub(super) fn settle(
    conn: &mut Conn,
    settlements: &[Settlement],
    owner: &str,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<(), Error> {
    let mut sent: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for settlement in settlements {
        match &settlement.outcome {
            Outcome::Accepted(_) => sent.entry(settlement.campaign).or_default().push(settlement.delivery),
            _ => settle_trouble(conn, settlement, owner, now, tally)?,
        }
    }
    for (campaign, ids) in sent {
        let changed = diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(ids))
                .filter(deliveries::state.eq(DeliveryState::Sending))
                .filter(deliveries::lease_owner.eq(owner).assume_not_null()),
        )
        .set((
            deliveries::state.eq(DeliveryState::Sent),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::lease_owner.eq(None::<String>),
            deliveries::reply.eq(None::<String>),
            deliveries::updated_at.eq(now),
        ))
        .execute(conn)?;
        tally.moved(campaign, DeliveryState::Sending, DeliveryState::Sent, changed);
    }
    Ok(())
}

fn settle_trouble(
    conn: &mut Conn,
    settlement: &Settlement,
    owner: &str,
    now: NaiveDateTime,
    tally: &mut Tally,
) -> Result<(), Error> {
    let attempts = settlement.attempts + 1;
    let ours = || {
        deliveries::table
            .find(settlement.delivery)
            .filter(deliveries::state.eq(DeliveryState::Sending))
            .filter(deliveries::lease_owner.eq(owner).assume_not_null())
    };
    let first: Option<Option<NaiveDateTime>> =
        ours().select(deliveries::first_tried_at).first(conn).optional()?;
    let Some(first) = first else { return Ok(()) };
    let reply = settlement.outcome.reply();
    let first_tried = first.unwrap_or(now);
    let later = || match retry::wait(reply, attempts, now - first_tried) {
        Some(wait) => (DeliveryState::Deferred, Some(now + wait)),
        None => (DeliveryState::Failed, None),
    };
    let (state, again) = match &settlement.outcome {
        Outcome::Accepted(_) => (DeliveryState::Sent, None),
        Outcome::Permanent(_) => (DeliveryState::Failed, None),
        Outcome::CutOff(_) if attempts < CUT_OFF_AT_ONCE => (DeliveryState::Queued, None),
        Outcome::Transient(_) | Outcome::CutOff(_) | Outcome::InDoubt(_) => later(),
        Outcome::NotTried(_) => (DeliveryState::Queued, None),
    };
    let repeats = matches!(settlement.outcome, Outcome::InDoubt(_)) && state == DeliveryState::Deferred;
    let tried = !matches!(settlement.outcome, Outcome::NotTried(_));
    let changed = diesel::update(ours())
        .set((
            deliveries::state.eq(state),
            deliveries::attempts.eq(deliveries::attempts + i32::from(tried)),
            deliveries::repeated.eq(deliveries::repeated + i32::from(repeats)),
            deliveries::first_tried_at.eq(if tried { Some(first_tried) } else { first }),
            deliveries::next_attempt_at.eq(again),
            deliveries::lease_owner.eq(None::<String>),
            deliveries::reply.eq(reply.as_str()),
            deliveries::updated_at.eq(now),
        ))
        .execute(conn)?;
    tally.moved(settlement.campaign, DeliveryState::Sending, state, changed);
    if state == DeliveryState::Failed && settlement.step == Step::Rcpt && reply.code().is_some() {
        diesel::insert_into(delivery_refusals::table)
            .values((
                delivery_refusals::delivery_id.eq(settlement.delivery),
                delivery_refusals::code.eq(reply.status()),
                delivery_refusals::refused_at.eq(now),
            ))
            .execute(conn)?;
    }
    // Refused for good, or as often as it was tried: nobody was invited, and a later campaign may. A message that may
    // have arrived was an invitation.
    if state == DeliveryState::Failed && !matches!(settlement.outcome, Outcome::InDoubt(_)) {
        invitations::withdraw(conn, settlement.campaign, settlement.delivery)?;
    }
    skip_erased(conn, settlement.campaign, &[settlement.delivery], tally)?;
    if repeats {
        tally.repeated(settlement.campaign, changed);
    }
    Ok(())
}

/// Hands back rows that were leased and not begun, when this process stops.
pub(super) fn release(conn: &mut Conn, ids: &[i64], owner: &str) -> Result<(), Error> {
    for batch in ids.chunks(1_000) {
        diesel::update(
            deliveries::table
                .filter(deliveries::id.eq_any(batch))
                .filter(deliveries::state.eq(DeliveryState::Queued))
                .filter(deliveries::lease_owner.eq(owner).assume_not_null()),
        )
        .set(deliveries::lease_owner.eq(None::<String>))
        .execute(conn)?;
    }
    Ok(())
}

/// Whether anything of a campaign is left to do.
pub(super) fn is_open(conn: &mut Conn, campaign: i64) -> Result<bool, Error> {
    for state in [DeliveryState::Queued, DeliveryState::Sending, DeliveryState::Deferred] {
        let open: Option<i64> = deliveries::table
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::state.eq(state))
            .select(deliveries::id)
            .first(conn)
            .optional()?;
        if open.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Skips whoever a cancelled campaign has not reached. What is on the wire is settled by its connection.
///
/// # Errors
/// Those of the database.
pub fn cancel_rest(conn: &mut Conn, campaign: i64, now: NaiveDateTime) -> Result<(), Error> {
    let mut tally = Tally::default();
    for state in [DeliveryState::Queued, DeliveryState::Deferred] {
        let rows = || {
            deliveries::table.filter(deliveries::campaign_id.eq(campaign)).filter(deliveries::state.eq(state))
        };
        let failed = diesel::update(rows().filter(deliveries::repeated.gt(0)))
            .set((
                deliveries::state.eq(DeliveryState::Failed),
                deliveries::reply.eq(format!("{MAY_HAVE_ARRIVED}: {}", Reason::Cancelled)),
                deliveries::lease_owner.eq(None::<String>),
                deliveries::next_attempt_at.eq(None::<NaiveDateTime>),
                deliveries::updated_at.eq(now),
            ))
            .execute(conn)?;
        tally.moved(campaign, state, DeliveryState::Failed, failed);
        let skipped = diesel::update(rows())
            .set((
                deliveries::state.eq(DeliveryState::Skipped),
                deliveries::reason.eq(Reason::Cancelled.as_str()),
                deliveries::lease_owner.eq(None::<String>),
                deliveries::next_attempt_at.eq(None::<NaiveDateTime>),
                deliveries::updated_at.eq(now),
            ))
            .execute(conn)?;
        tally.add(campaign, state, "", -(skipped as i64));
        tally.add(campaign, DeliveryState::Skipped, Reason::Cancelled.as_str(), skipped as i64);
    }
    invitations::withdraw_cancelled(conn, campaign)?;
    tally.write(conn, "")
}

/// The units whose campaigns reached a person.
///
/// # Errors
/// Those of the database.
pub fn units_that_mailed(conn: &mut Conn, contact: i64) -> Result<Vec<i64>, Error> {
    let sent = deliveries::table
        .filter(deliveries::contact_id.eq(contact))
        .filter(deliveries::state.eq(DeliveryState::Sent))
        .select(deliveries::campaign_id);
    Ok(campaigns::table
        .filter(campaigns::id.eq_any(sent))
        .select(campaigns::unit_id)
        .distinct()
        .load(conn)?)
}
