//! Reading and writing `invitations`. Functions open no transaction.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Answer, Answers, Network, Standing};
use crate::contacts::Contact;
use crate::db::schema::{contacts, deliveries, invitations};
use crate::db::{Conn, Error};
use crate::each;

/// The state of a delivery that nobody got, as the ledger writes it.
const SKIPPED: &str = "skipped";

#[derive(Insertable)]
#[diesel(table_name = invitations, treat_none_as_default_value = false)]
struct NewInvitation {
    contact_id: i64,
    campaign_id: i64,
    invited_at: NaiveDateTime,
    answer: Option<Answer>,
    answered_at: Option<NaiveDateTime>,
    copy_of: Option<i64>,
}

/// Invites these people by a campaign, and tells whose open invitation is this campaign's: the others have been
/// invited by another one, or have answered.
///
/// # Errors
/// Those of the database, like every function here.
pub fn claim(
    conn: &mut Conn,
    campaign: i64,
    people: &[i64],
    now: NaiveDateTime,
) -> Result<HashSet<i64>, Error> {
    // In one order everywhere: two processes that invite the same people wait for each other, not in a circle.
    // Whoever became part of another person is asked under that person's number alone.
    let people: Vec<i64> = contacts::table
        .filter(contacts::id.eq_any(people))
        .filter(contacts::merged_into.is_null())
        .order(contacts::id)
        .select(contacts::id)
        .load(conn)?;
    let rows: Vec<NewInvitation> = people
        .iter()
        .map(|person| NewInvitation {
            contact_id: *person,
            campaign_id: campaign,
            invited_at: now,
            answer: None,
            answered_at: None,
            copy_of: None,
        })
        .collect();
    insert_missing(conn, &rows)?;
    let ours: Vec<i64> = invitations::table
        .filter(invitations::contact_id.eq_any(&people))
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::answer.is_null())
        .filter(invitations::copy_of.is_null())
        .select(invitations::contact_id.assume_not_null())
        .load(conn)?;
    Ok(ours.into_iter().collect())
}

fn insert_missing(conn: &mut Conn, rows: &[NewInvitation]) -> Result<(), Error> {
    if !rows.is_empty() {
        each!(&mut *conn, engine => {
            diesel::insert_into(invitations::table).values(rows).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// Takes back the invitation of a message that reached nobody. One that may have arrived stays.
pub fn withdraw(conn: &mut Conn, campaign: i64, delivery: i64) -> Result<(), Error> {
    let unsent = deliveries::table
        .filter(deliveries::id.eq(delivery))
        .filter(deliveries::repeated.eq(0))
        .select(deliveries::contact_id);
    let unsent: Option<Option<i64>> = unsent.first(conn).optional()?;
    let Some(person) = unsent.flatten() else { return Ok(()) };
    let open = || {
        invitations::table.filter(invitations::campaign_id.eq(campaign)).filter(invitations::answer.is_null())
    };
    let own = open().filter(invitations::contact_id.eq(person)).filter(invitations::copy_of.is_null());
    if diesel::delete(own).execute(conn)? > 0 {
        diesel::delete(open().filter(invitations::copy_of.eq(person))).execute(conn)?;
    }
    Ok(())
}

/// [`withdraw`] for everybody whose message a cancelled campaign had tried in vain.
pub fn withdraw_cancelled(conn: &mut Conn, campaign: i64) -> Result<(), Error> {
    let unsent = deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .filter(deliveries::state.eq(SKIPPED))
        .filter(deliveries::repeated.eq(0))
        .filter(deliveries::contact_id.is_not_null())
        .select(deliveries::contact_id);
    diesel::delete(
        invitations::table
            .filter(invitations::campaign_id.eq(campaign))
            .filter(invitations::answer.is_null())
            .filter(invitations::copy_of.is_null())
            .filter(invitations::contact_id.eq_any(unsent)),
    )
    .execute(conn)?;
    Ok(())
}

/// How a person stands to a further invitation.
pub fn standing(conn: &mut Conn, contact: &Contact) -> Result<Standing, Error> {
    // See `claim`.
    if contact.merged_into.is_some() {
        return Ok(Standing::Settled);
    }
    let row: Option<(i64, Option<Answer>, Option<i64>)> = invitations::table
        .filter(invitations::contact_id.eq(contact.id))
        .select((invitations::campaign_id, invitations::answer, invitations::copy_of))
        .first(conn)
        .optional()?;
    Ok(match row {
        None => Standing::Never,
        Some((campaign, None, None)) => Standing::Open { campaign },
        Some(_) => Standing::Settled,
    })
}

/// How a person stands to the network.
pub fn network(conn: &mut Conn, contact: i64) -> Result<Network, Error> {
    let answer: Option<Option<Answer>> = invitations::table
        .filter(invitations::contact_id.eq(contact))
        .select(invitations::answer)
        .first(conn)
        .optional()?;
    Ok(match answer {
        None => Network::NotInvited,
        Some(Some(Answer::Accepted)) => Network::Member,
        Some(Some(Answer::Left)) => Network::Left,
        Some(None | Some(Answer::Declined)) => Network::Invited,
    })
}

/// Makes a person, known by these numbers, a member. `campaign` invited them.
pub fn accept(conn: &mut Conn, people: &[i64], campaign: i64, now: NaiveDateTime) -> Result<(), Error> {
    let rows: Vec<NewInvitation> = people
        .iter()
        .take(1)
        .map(|person| NewInvitation {
            contact_id: *person,
            campaign_id: campaign,
            invited_at: now,
            answer: None,
            answered_at: None,
            copy_of: None,
        })
        .collect();
    insert_missing(conn, &rows)?;
    diesel::update(
        invitations::table
            .filter(invitations::contact_id.eq_any(people))
            .filter(invitations::answer.is_null().or(invitations::answer.assume_not_null().eq(Answer::Left))),
    )
    .set((invitations::answer.eq(Answer::Accepted), invitations::answered_at.eq(now)))
    .execute(conn)?;
    Ok(())
}

/// Takes a member, known by these numbers, out of the network; tells whether they were one. They are not invited again.
pub fn leave(conn: &mut Conn, people: &[i64], now: NaiveDateTime) -> Result<bool, Error> {
    let left = diesel::update(
        invitations::table
            .filter(invitations::contact_id.eq_any(people))
            .filter(invitations::answer.eq(Answer::Accepted)),
    )
    .set((invitations::answer.eq(Answer::Left), invitations::answered_at.eq(now)))
    .execute(conn)?;
    Ok(left > 0)
}

/// What became of a campaign's invitations.
pub fn tally(conn: &mut Conn, campaign: i64) -> Result<Answers, Error> {
    let counted: Vec<(Option<Answer>, i64)> = invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::copy_of.is_null())
        .group_by(invitations::answer)
        .select((invitations::answer, diesel::dsl::count(invitations::id)))
        .load(conn)?;
    let mut answers = Answers::default();
    for (answer, people) in counted {
        answers.invited += people;
        match answer {
            // Whoever left later had said yes.
            Some(Answer::Accepted | Answer::Left) => answers.accepted += people,
            Some(Answer::Declined) => answers.declined += people,
            None => answers.unanswered += people,
        }
    }
    Ok(answers)
}

/// The invitation of either of two people who are one holds for both: `from` may still have a message waiting.
pub fn follow_merge(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    type Row = (i64, i64, NaiveDateTime, Option<Answer>, Option<NaiveDateTime>);
    let rows: Vec<Row> = invitations::table
        .filter(invitations::contact_id.eq_any([from, into]))
        .select((
            invitations::contact_id.assume_not_null(),
            invitations::campaign_id,
            invitations::invited_at,
            invitations::answer,
            invitations::answered_at,
        ))
        .load(conn)?;
    let copies: Vec<NewInvitation> = rows
        .iter()
        .map(|(person, campaign, at, answer, answered_at)| NewInvitation {
            contact_id: if *person == from { into } else { from },
            campaign_id: *campaign,
            invited_at: *at,
            answer: *answer,
            answered_at: *answered_at,
            copy_of: Some(*person),
        })
        .collect();
    insert_missing(conn, &copies)?;
    let yes =
        rows.iter().find(|(person, _, _, answer, _)| *person == from && *answer == Some(Answer::Accepted));
    if let Some((_, _, _, answer, answered_at)) = yes {
        diesel::update(
            invitations::table.filter(invitations::contact_id.eq(into)).filter(invitations::answer.is_null()),
        )
        .set((invitations::answer.eq(answer), invitations::answered_at.eq(answered_at)))
        .execute(conn)?;
    }
    Ok(())
}

/// Takes from two people who come apart again what each had of the other.
pub fn undo_merge(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    for (person, other) in [(from, into), (into, from)] {
        diesel::delete(
            invitations::table
                .filter(invitations::contact_id.eq(person))
                .filter(invitations::copy_of.eq(other)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Takes an erased person out of their invitations: what remains counts. Whoever `declined` is counted as such.
pub fn forget(conn: &mut Conn, people: &[i64], declined: bool, now: NaiveDateTime) -> Result<(), Error> {
    diesel::delete(
        invitations::table
            .filter(invitations::contact_id.eq_any(people))
            .filter(invitations::copy_of.is_not_null()),
    )
    .execute(conn)?;
    if declined {
        diesel::update(
            invitations::table
                .filter(invitations::contact_id.eq_any(people))
                .filter(invitations::answer.is_null()),
        )
        .set((invitations::answer.eq(Answer::Declined), invitations::answered_at.eq(now)))
        .execute(conn)?;
    }
    diesel::update(invitations::table.filter(invitations::contact_id.eq_any(people)))
        .set(invitations::contact_id.eq(None::<i64>))
        .execute(conn)?;
    Ok(())
}

/// When these entries of one person said yes to an invitation, with the row's number.
///
/// # Errors
/// Those of the database.
pub fn joined(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, NaiveDateTime)>, Error> {
    let rows: Vec<(i64, Option<NaiveDateTime>)> = invitations::table
        .filter(invitations::contact_id.eq_any(ids).assume_not_null())
        .filter(invitations::answer.eq(Answer::Accepted).assume_not_null())
        .filter(invitations::copy_of.is_null())
        .select((invitations::id, invitations::answered_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}
