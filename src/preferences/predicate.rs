//! The answer for many people: the same reasons in the same order, as conditions of a query over contacts.
//!
//! Every condition has two values, never NULL, so that its negation is its complement.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::{count, min, not};
use diesel::prelude::*;

use super::measuring::MEASURING;
use super::pressure::Limit;
use super::question::{Channel, LegalBasis, Question, RefusalScope};
use super::reason::Reason;
use crate::db::Db;
use crate::db::dialect::{Among, FirstOf, InSubquery, Predicate};
use crate::db::schema::{
    campaigns, contacts, deliveries, invitations, refusals, standing_consents, suppressions,
    unconfirmed_contacts,
};

/// A condition on a contact.
type Condition = Predicate<contacts::table>;

/// The first reason against contacting each person, or NULL; among people behind one address the first
/// (lowest number) of those that `matches` and nothing else is against is contacted.
///
/// `matches` makes the condition that the people asked about meet; it is called as often as it is needed.
#[must_use]
pub fn reason_of(question: &Question, matches: &dyn Fn() -> Condition) -> FirstOf<contacts::table> {
    let mut words: Vec<(Condition, &'static str)> = Reason::ALL
        .iter()
        .filter(|reason| reason.is_personal())
        .filter_map(|reason| Some((condition(*reason, question)?, reason.as_str())))
        .collect();
    let mut none: Condition = Box::new(not(refused(question)));
    if question.channel == Channel::Email {
        words.push((shares_address_with_earlier(question, matches), Reason::SameAddress.as_str()));
        none = Box::new(contacts::address_shared.eq(false).and(none));
    }
    FirstOf { none, words }
}

/// Whether anything about the person is against contacting them.
///
/// As few look-ups as possible, because it is asked of everybody: every kind of "no" is looked up at once.
#[must_use]
pub fn refused(question: &Question) -> Condition {
    let mut scopes = Vec::new();
    let mut conditions: Vec<Condition> = Vec::new();
    for reason in Reason::ALL.iter().filter(|reason| reason.is_personal()) {
        match refusal_scopes(*reason, question) {
            Some(more) => scopes.extend(more),
            None => conditions.extend(condition(*reason, question)),
        }
    }
    let said_no = has_refused(scopes);
    conditions.into_iter().rfold(said_no, |all, one| Box::new(one.or(all)))
}

/// What a person who is left out for this reason has said no to; `None` when the reason is of another kind.
fn refusal_scopes(reason: Reason, question: &Question) -> Option<Vec<RefusalScope>> {
    match reason {
        Reason::DoNotContact => Some(vec![RefusalScope::Everything]),
        Reason::Restricted => Some(vec![RefusalScope::Restricted]),
        Reason::Paused => Some(vec![RefusalScope::Pause]),
        Reason::Channel => Some(vec![RefusalScope::Channel(question.channel)]),
        Reason::Unit => Some(question.units.iter().copied().map(RefusalScope::Unit).collect()),
        Reason::Topic => Some(question.topic.map(RefusalScope::Topic).into_iter().collect()),
        Reason::UnitTopic => Some(question.offers()),
        Reason::ImportantOnly => Some(question.too_light().into_iter().collect()),
        Reason::Digest => Some(question.single_event().into_iter().collect()),
        _ => None,
    }
}

/// The condition under which a reason holds; `None` when it cannot hold for anybody.
fn condition(reason: Reason, question: &Question) -> Option<Condition> {
    match reason {
        Reason::Erased => Some(Box::new(contacts::erased_at.is_not_null())),
        Reason::Deceased => Some(Box::new(contacts::deceased.eq(true))),
        Reason::DoNotContact
        | Reason::Restricted
        | Reason::Paused
        | Reason::Channel
        | Reason::Unit
        | Reason::Topic
        | Reason::UnitTopic
        | Reason::ImportantOnly
        | Reason::Digest => {
            refusal_scopes(reason, question).filter(|scopes| !scopes.is_empty()).map(has_refused)
        }
        Reason::Protected if question.channel != Channel::Email => {
            Some(Box::new(contacts::protected.eq(true)))
        }
        Reason::Protected => None,
        Reason::NoAddress => Some(no_address(question.channel)),
        Reason::Suppressed => Some(suppressed(question.channel)),
        Reason::NoLegalBasis if question.legal_basis == Some(LegalBasis::Consent) => {
            Some(lacks_consent(question))
        }
        Reason::NoLegalBasis => None,
        Reason::AlreadyInvited => question.invitation.map(already_invited),
        Reason::ContactPressure => question
            .limits
            .iter()
            .map(|limit| pressed(limit, question.people.clone()))
            .reduce(|any, one| Box::new(any.or(one))),
        Reason::Unconfirmed => Some(unconfirmed()),
        // Not about one person.
        Reason::SameAddress | Reason::Cancelled => None,
    }
}

fn no_address(channel: Channel) -> Condition {
    match channel {
        Channel::Email => Box::new(contacts::email_key.is_null()),
        Channel::Sms | Channel::Phone => Box::new(contacts::phone.is_null()),
        Channel::Letter => Box::new(contacts::street.is_null().or(contacts::place.is_null())),
    }
}

fn suppressed(channel: Channel) -> Condition {
    let addresses = suppressions::table
        .filter(suppressions::channel.eq(channel))
        .select(suppressions::address_key.nullable());
    match channel {
        Channel::Email => Box::new(
            contacts::email_key.is_not_null().and(contacts::email_key.eq_any(addresses).assume_not_null()),
        ),
        Channel::Sms | Channel::Phone => {
            Box::new(contacts::phone.is_not_null().and(contacts::phone.eq_any(addresses).assume_not_null()))
        }
        // A postal address is not suppressed by its text.
        Channel::Letter => Box::new(contacts::id.ne(contacts::id)),
    }
}

/// Said no, as a person or as the holder of the address.
fn has_refused(scopes: Vec<RefusalScope>) -> Condition {
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let people = refusals::table
        .filter(refusals::scope.eq_any(scopes.clone()))
        .filter(refusals::contact_id.is_not_null())
        .select(refusals::contact_id.assume_not_null())
        .into_boxed::<Db>();
    let addresses = refusals::table
        .filter(refusals::scope.eq_any(scopes))
        .filter(refusals::address_key.is_not_null())
        .select(refusals::address_key)
        .into_boxed::<Db>();
    Box::new(
        InSubquery(contacts::id, people)
            .or(contacts::email_key.is_not_null().and(InSubquery(contacts::email_key, addresses))),
    )
}

fn unconfirmed() -> Condition {
    Box::new(contacts::id.eq_any(unconfirmed_contacts::table.select(unconfirmed_contacts::contact_id)))
}

fn lacks_consent(question: &Question) -> Condition {
    let mut agreed = standing_consents::table
        .filter(standing_consents::channel.eq(question.channel))
        // Agreeing to be measured allows nobody to write.
        .filter(standing_consents::purpose.ne(MEASURING))
        .filter(
            standing_consents::unit_id
                .is_null()
                .or(standing_consents::unit_id.eq_any(question.units.clone()).assume_not_null()),
        )
        .select(standing_consents::contact_id)
        .into_boxed::<Db>();
    if let Some(purpose) = &question.purpose {
        agreed = agreed.filter(standing_consents::purpose.eq(purpose.clone()));
    }
    Box::new(not(InSubquery(contacts::id, agreed)))
}

/// As [`Standing::bars`](crate::invitations::Standing::bars).
fn already_invited(campaign: i64) -> Condition {
    let own = invitations::campaign_id
        .eq(campaign)
        .and(invitations::answer.is_null())
        .and(invitations::copy_of.is_null());
    let invited = invitations::table
        .filter(invitations::contact_id.is_not_null())
        .filter(not(own))
        .select(invitations::contact_id.assume_not_null())
        .into_boxed::<Db>();
    Box::new(contacts::merged_into.is_not_null().or(Among::new(contacts::id, invited)))
}

/// As [`Limit::is_reached`].
fn pressed(limit: &Limit, people: Option<Vec<i64>>) -> Condition {
    mailed(Mailed {
        units: limit.units.clone(),
        since: limit.since,
        times: limit.mailings,
        waiting: false,
        people,
    })
}

/// Which mails to people are counted.
#[derive(Debug, Clone)]
pub struct Mailed {
    /// Of these units; `None`: of all.
    pub units: Option<Vec<i64>>,
    /// From this moment on.
    pub since: NaiveDateTime,
    /// At least so many.
    pub times: i64,
    /// Whether those that wait to be sent count too.
    pub waiting: bool,
    /// To these people alone: their mails are looked up by person, otherwise by campaign.
    pub people: Option<Vec<i64>>,
}

/// Whether a person got so many mails. What is on the wire counts.
///
/// Campaigns that were over before that moment are left out first, so that the cost grows with the mails of that time
/// and not with every mail that was ever sent.
#[must_use]
pub fn mailed(wanted: Mailed) -> Condition {
    // A day more: clocks differ, and what is on the wire when a campaign ends is settled after its end.
    let ended = campaigns::finished_at.ge(wanted.since - TimeDelta::days(1)).assume_not_null();
    let mut recent = campaigns::table
        .filter(campaigns::started_at.is_not_null())
        .filter(campaigns::finished_at.is_null().or(ended))
        .select(campaigns::id)
        .into_boxed::<Db>();
    if let Some(units) = wanted.units {
        recent = recent.filter(campaigns::unit_id.eq_any(units));
    }
    let states: &[&str] =
        if wanted.waiting { &["sent", "sending", "queued", "deferred"] } else { &["sent", "sending"] };
    let mut mails = deliveries::table
        .group_by(deliveries::contact_id)
        .having(count(deliveries::id).ge(wanted.times))
        .select(deliveries::contact_id.assume_not_null())
        .into_boxed::<Db>()
        .filter(InSubquery(deliveries::campaign_id, recent))
        .filter(deliveries::state.eq_any(states))
        .filter(deliveries::updated_at.ge(wanted.since))
        .filter(deliveries::contact_id.is_not_null());
    if let Some(people) = wanted.people {
        mails = mails.filter(deliveries::contact_id.eq_any(people).assume_not_null());
    }
    Box::new(Among::new(contacts::id, mails))
}

/// Somebody with a lower number behind the same address gets the mail. Only people whose address is marked
/// as shared are looked at, which are few.
fn shares_address_with_earlier(question: &Question, matches: &dyn Fn() -> Condition) -> Condition {
    let first_behind_each = contacts::table
        .filter(contacts::address_shared.eq(true))
        .filter(contacts::merged_into.is_null())
        .filter(matches())
        .filter(not(refused(question)))
        .group_by(contacts::email_key)
        .select(min(contacts::id));
    Box::new(contacts::address_shared.eq(true).and(not(InSubquery(contacts::id, first_behind_each))))
}
