//! Reading and writing campaigns. Functions open no transaction.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Error;
use super::check::{Campaign, NewCampaign};
use super::state::{CampaignKind, CampaignState, Tracking};
use super::trial::{self, Plan};
use super::{review, versions};
use crate::content::CampaignContent;
use crate::db::schema::{campaign_links, campaign_media, campaigns, media};
use crate::db::{Conn, Turn};
use crate::insert_returning_id;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::preferences::{LegalBasis, Weight};
use crate::segment::Rule;

/// A campaign with its number and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its number.
    pub id: i64,
    /// Where it stands.
    pub state: CampaignState,
    /// Goes up with every change: two people who edit at once notice each other.
    pub version: i32,
    /// When it starts or started.
    pub scheduled_at: Option<NaiveDateTime>,
    /// When its recipients were frozen.
    pub started_at: Option<NaiveDateTime>,
    /// When nothing was left to do.
    pub finished_at: Option<NaiveDateTime>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// What it says and to whom.
    pub campaign: Campaign,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = campaigns)]
struct Row {
    id: i64,
    name: String,
    kind: CampaignKind,
    unit_id: i64,
    topic_id: i64,
    purpose: String,
    legal_basis: LegalBasis,
    from_name: String,
    from_address: String,
    rule: String,
    tracking: Tracking,
    weight: Weight,
    content: String,
    state: CampaignState,
    version: i32,
    scheduled_at: Option<NaiveDateTime>,
    started_at: Option<NaiveDateTime>,
    finished_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
}

impl Row {
    fn into_stored(self, trial: Option<Plan>) -> Result<Stored, Error> {
        let broken = |what: String| {
            let text = format!("campaign {} holds {what}", self.id);
            Error::from(diesel::result::Error::DeserializationError(text.into()))
        };
        let from_address =
            EmailAddress::parse(&self.from_address).map_err(|error| broken(error.to_string()))?;
        let rule =
            Rule::parse_text(&self.rule).map_err(|_| broken("a rule that cannot be read".to_owned()))?;
        let content: CampaignContent = serde_json::from_str(&self.content)
            .map_err(|error| broken(format!("content that cannot be read: {error}")))?;
        Ok(Stored {
            id: self.id,
            state: self.state,
            version: self.version,
            scheduled_at: self.scheduled_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            created_at: self.created_at,
            campaign: Campaign {
                name: self.name,
                kind: self.kind,
                unit_id: self.unit_id,
                topic_id: self.topic_id,
                purpose: self.purpose,
                legal_basis: self.legal_basis,
                from_name: self.from_name,
                from_address,
                rule,
                tracking: self.tracking,
                weight: self.weight,
                content,
                trial,
            },
        })
    }
}

fn content_json(content: &CampaignContent) -> Result<String, Error> {
    serde_json::to_string(content)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)).into())
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = campaigns)]
struct Values<'a> {
    name: &'a str,
    kind: CampaignKind,
    unit_id: i64,
    topic_id: i64,
    purpose: &'a str,
    legal_basis: LegalBasis,
    from_name: &'a str,
    from_address: &'a str,
    rule: String,
    tracking: Tracking,
    weight: Weight,
    content: String,
    updated_at: NaiveDateTime,
}

impl<'a> Values<'a> {
    fn of(campaign: &'a NewCampaign, now: NaiveDateTime) -> Result<Self, Error> {
        Ok(Self {
            name: &campaign.name,
            kind: campaign.kind,
            unit_id: campaign.unit_id,
            topic_id: campaign.topic_id,
            purpose: &campaign.purpose,
            legal_basis: campaign.legal_basis,
            from_name: &campaign.from_name,
            from_address: campaign.from_address.as_str(),
            rule: campaign.rule.to_json().to_string(),
            tracking: campaign.tracking,
            weight: campaign.weight,
            content: content_json(&campaign.content)?,
            updated_at: now,
        })
    }
}

/// Stores a draft and returns its number.
///
/// # Errors
/// Those of the database.
pub fn insert(conn: &mut Conn, campaign: &NewCampaign, now: NaiveDateTime) -> Result<i64, Error> {
    let values = Values::of(campaign, now)?;
    let id = insert_returning_id!(
        conn,
        campaigns,
        (
            &values,
            campaigns::state.eq(CampaignState::Draft),
            campaigns::version.eq(1),
            campaigns::created_at.eq(now),
        )
    )?;
    trial::keep(conn, id, campaign.trial.as_ref())?;
    store_media(conn, id, campaign)?;
    versions::keep(conn, id, 1, campaign, now)?;
    Ok(id)
}

/// Keeps which pictures a campaign shows; an address with the number of a picture that is not there shows none.
fn store_media(conn: &mut Conn, id: i64, campaign: &NewCampaign) -> Result<(), Error> {
    let content = serde_json::to_value(&campaign.content)
        .map_err(|error| crate::db::Error::Schema(format!("a campaign cannot be written: {error}")))?;
    let mentioned = crate::media::mentioned(&content);
    let shown: Vec<i64> = media::table.filter(media::id.eq_any(mentioned)).select(media::id).load(conn)?;
    diesel::delete(campaign_media::table.filter(campaign_media::campaign_id.eq(id))).execute(conn)?;
    for picture in shown {
        diesel::insert_into(campaign_media::table)
            .values((campaign_media::campaign_id.eq(id), campaign_media::media_id.eq(picture)))
            .execute(conn)?;
    }
    Ok(())
}

/// Number, name and unit of up to `limit` campaigns that show a picture, newest first.
///
/// # Errors
/// Those of the database.
pub fn showing(conn: &mut Conn, picture: i64, limit: i64) -> Result<Vec<(i64, String, i64)>, Error> {
    let showing = campaign_media::table.filter(campaign_media::media_id.eq(picture));
    let ids: Vec<i64> = showing
        .order(campaign_media::campaign_id.desc())
        .limit(limit)
        .select(campaign_media::campaign_id)
        .load(conn)?;
    Ok(campaigns::table
        .filter(campaigns::id.eq_any(ids))
        .order(campaigns::id.desc())
        .select((campaigns::id, campaigns::name, campaigns::unit_id))
        .load(conn)?)
}

/// Replaces a draft; `false` when somebody else changed it since `version` was read.
///
/// # Errors
/// When it is no draft any more, and those of the database.
pub fn replace(
    conn: &mut Conn,
    id: i64,
    version: i32,
    campaign: &NewCampaign,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let state = state_of(conn, id)?;
    if !state.is_editable() {
        return Err(super::TransitionError { from: state, step: "changed" }.into());
    }
    let values = Values::of(campaign, now)?;
    let changed = diesel::update(
        campaigns::table
            .find(id)
            .filter(campaigns::version.eq(version))
            .filter(campaigns::state.eq_any([CampaignState::Draft, CampaignState::InReview])),
    )
    .set((&values, campaigns::version.eq(version + 1)))
    .execute(conn)?;
    if changed == 1 {
        trial::keep(conn, id, campaign.trial.as_ref())?;
        store_media(conn, id, campaign)?;
        versions::keep(conn, id, version + 1, campaign, now)?;
        review::withdraw_if_changed(conn, id, campaign, now)?;
    }
    Ok(changed == 1)
}

/// The campaign with this number.
///
/// # Errors
/// When there is none, and those of the database.
pub fn find(conn: &mut Conn, id: i64) -> Result<Stored, Error> {
    let row: Option<Row> = campaigns::table.find(id).select(Row::as_select()).first(conn).optional()?;
    let row = row.ok_or(Error::Unknown(id))?;
    let trial = trial::plans(conn, &[id])?.remove(&id);
    row.into_stored(trial)
}

/// The unit of a campaign, to ask whether somebody may see it.
///
/// # Errors
/// When there is none, and those of the database.
pub fn unit_of(conn: &mut Conn, id: i64) -> Result<i64, Error> {
    let unit: Option<i64> = campaigns::table.find(id).select(campaigns::unit_id).first(conn).optional()?;
    unit.ok_or(Error::Unknown(id))
}

/// Campaigns, newest first, before `before` (`i64::MAX` for the first page); `units: None` means of every unit.
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, units: Option<&[i64]>, before: i64, limit: i64) -> Result<Vec<Stored>, Error> {
    let mut query = campaigns::table
        .filter(campaigns::id.lt(before))
        .order(campaigns::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .into_boxed::<crate::db::Db>();
    if let Some(units) = units {
        query = query.filter(campaigns::unit_id.eq_any(units.to_vec()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut trials = trial::plans(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let trial = trials.remove(&row.id);
            row.into_stored(trial)
        })
        .collect()
}

/// Number and name of the newest campaigns of these units that have exactly this rule.
///
/// # Errors
/// Those of the database.
pub fn with_rule(
    conn: &mut Conn,
    rule: &Rule,
    units: &[i64],
    limit: i64,
) -> Result<Vec<(i64, String)>, Error> {
    Ok(campaigns::table
        .filter(campaigns::unit_id.eq_any(units))
        .filter(campaigns::rule.eq(rule.to_string()))
        .order(campaigns::id.desc())
        .limit(limit)
        .select((campaigns::id, campaigns::name))
        .load(conn)?)
}

fn state_of(conn: &mut Conn, id: i64) -> Result<CampaignState, Error> {
    let state: Option<CampaignState> =
        campaigns::table.find(id).select(campaigns::state).first(conn).optional()?;
    state.ok_or(Error::Unknown(id))
}

/// The campaign as it stays until the caller's transaction ends: nobody changes it between a look and a launch.
///
/// # Errors
/// When there is none, and those of the database.
pub fn held(conn: &mut Conn, id: i64) -> Result<Stored, Error> {
    diesel::update(campaigns::table.find(id)).set(campaigns::version.eq(campaigns::version)).execute(conn)?;
    find(conn, id)
}

/// Moves a campaign from one state to another, if it is still there.
pub(super) fn turn(
    conn: &mut Conn,
    id: i64,
    from: CampaignState,
    to: CampaignState,
    now: NaiveDateTime,
) -> Result<(), Error> {
    diesel::update(campaigns::table.find(id).filter(campaigns::state.eq(from)))
        .set((campaigns::state.eq(to), campaigns::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Moves a campaign on if its state is still the one that allowed the step.
fn step(
    conn: &mut Conn,
    id: i64,
    now: NaiveDateTime,
    next: impl Fn(CampaignState) -> Result<CampaignState, super::TransitionError>,
) -> Result<CampaignState, Error> {
    let from = state_of(conn, id)?;
    let to = next(from)?;
    let over = to.is_over().then_some(now);
    let changed = diesel::update(campaigns::table.find(id).filter(campaigns::state.eq(from)))
        .set((campaigns::state.eq(to), campaigns::updated_at.eq(now), campaigns::finished_at.eq(over)))
        .execute(conn)?;
    if changed == 1 {
        Ok(to)
    } else {
        // Somebody was faster; what they did decides.
        Err(super::TransitionError { from: state_of(conn, id)?, step: "changed" }.into())
    }
}

/// A campaign that could not start for this long after its time, because nothing ran, does not start by itself any
/// more: what it says may be out of date.
pub const MISSED: TimeDelta = TimeDelta::hours(3);

/// Starts a draft at a time, which may be now; or a campaign whose time was missed.
///
/// # Errors
/// When it is neither, and those of the database.
pub fn launch(conn: &mut Conn, id: i64, at: NaiveDateTime, now: NaiveDateTime) -> Result<(), Error> {
    let missed = is_missed(conn, id, now)?;
    step(conn, id, now, |state| if missed { Ok(CampaignState::Scheduled) } else { state.launched() })?;
    diesel::update(campaigns::table.find(id)).set(campaigns::scheduled_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Stops sending for a while; nothing is lost.
///
/// # Errors
/// When it is not being sent, and those of the database.
pub fn pause(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<(), Error> {
    step(conn, id, now, CampaignState::paused).map(drop)
}

/// Goes on after a pause.
///
/// # Errors
/// When it is not paused, and those of the database.
pub fn resume(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<(), Error> {
    step(conn, id, now, CampaignState::resumed).map(drop)
}

/// Whether a campaign waits for somebody to say that it may go, because its time has passed long ago.
///
/// # Errors
/// Those of the database.
pub fn is_missed(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<bool, Error> {
    let missed: Option<i64> = campaigns::table
        .find(id)
        .filter(campaigns::state.eq(CampaignState::Scheduled))
        .filter(campaigns::scheduled_at.lt(now - MISSED).assume_not_null())
        .select(campaigns::id)
        .first(conn)
        .optional()?;
    Ok(missed.is_some())
}

/// Lets a campaign go on after its end, for those whom it failed to reach.
///
/// # Errors
/// When it was not sent, or was cancelled, and those of the database.
pub fn reopen(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<(), Error> {
    step(conn, id, now, CampaignState::reopened).map(drop)
}

/// How many campaigns stand where.
///
/// # Errors
/// Those of the database.
pub fn count_by_state(conn: &mut Conn) -> Result<Vec<(CampaignState, i64)>, Error> {
    Ok(campaigns::table
        .group_by(campaigns::state)
        .order(campaigns::state)
        .select((campaigns::state, diesel::dsl::count(campaigns::id)))
        .load(conn)?)
}

/// Ends it; who was not sent to yet is skipped by the delivery module in the same transaction.
///
/// # Errors
/// When it cannot be cancelled any more, and those of the database.
pub fn cancel(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<(), Error> {
    step(conn, id, now, CampaignState::cancelled).map(drop)
}

/// Takes a campaign that is due, or one whose freeze somebody began and left, and marks it as freezing.
///
/// # Errors
/// Those of the database.
pub fn claim_due(
    conn: &mut Conn,
    owner: &str,
    now: NaiveDateTime,
    lease_until: NaiveDateTime,
) -> Result<Option<Stored>, Error> {
    let due: Option<i64> = campaigns::table
        .filter(
            campaigns::state
                .eq(CampaignState::Scheduled)
                .and(campaigns::scheduled_at.between(now - MISSED, now).assume_not_null())
                .or(campaigns::state.eq(CampaignState::Freezing).and(
                    campaigns::lease_until.is_null().or(campaigns::lease_until.lt(now).assume_not_null()),
                )),
        )
        .order(campaigns::scheduled_at)
        .select(campaigns::id)
        .first(conn)
        .optional()?;
    let Some(id) = due else { return Ok(None) };
    let claimed = diesel::update(
        campaigns::table
            .find(id)
            .filter(campaigns::state.eq_any([CampaignState::Scheduled, CampaignState::Freezing]))
            .filter(campaigns::lease_until.is_null().or(campaigns::lease_until.lt(now).assume_not_null())),
    )
    .set((
        campaigns::state.eq(CampaignState::Freezing),
        campaigns::lease_owner.eq(owner),
        campaigns::lease_until.eq(lease_until),
        campaigns::updated_at.eq(now),
    ))
    .execute(conn)?;
    if claimed == 1 { find(conn, id).map(Some) } else { Ok(None) }
}

/// Whether [`claim_due`] would find something: a cheap look that needs no write.
///
/// # Errors
/// Those of the database.
pub fn due_exists(conn: &mut Conn, now: NaiveDateTime) -> Result<bool, Error> {
    let due: Option<i64> = campaigns::table
        .filter(
            campaigns::state.eq(CampaignState::Freezing).or(campaigns::state
                .eq(CampaignState::Scheduled)
                .and(campaigns::scheduled_at.between(now - MISSED, now).assume_not_null())),
        )
        .filter(campaigns::lease_until.is_null().or(campaigns::lease_until.lt(now).assume_not_null()))
        .select(campaigns::id)
        .first(conn)
        .optional()?;
    Ok(due.is_some())
}

/// The freeze is done: sending begins. `false` when the campaign was cancelled meanwhile.
///
/// # Errors
/// Those of the database.
pub fn set_sending(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<bool, Error> {
    Turn::Recipients.share(conn)?;
    let changed =
        diesel::update(campaigns::table.find(id).filter(campaigns::state.eq(CampaignState::Freezing)))
            .set((
                campaigns::state.eq(CampaignState::Sending),
                campaigns::started_at.eq(now),
                campaigns::lease_owner.eq(None::<String>),
                campaigns::lease_until.eq(None::<NaiveDateTime>),
                campaigns::updated_at.eq(now),
            ))
            .execute(conn)?;
    Ok(changed == 1)
}

/// Waits for campaigns whose recipients are being fixed at this moment, and keeps others from beginning until the
/// caller's transaction ends.
///
/// # Errors
/// Those of the database.
pub fn wait_for_freezes(conn: &mut Conn) -> Result<(), crate::db::Error> {
    // Not the campaigns' rows: one that becomes due in the meantime would read the person and write behind our back.
    Turn::Recipients.take(conn)
}

/// Ends a campaign that is being sent, when the caller found nothing left to do.
///
/// # Errors
/// Those of the database.
pub fn finish_if(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<bool, Error> {
    let changed =
        diesel::update(campaigns::table.find(id).filter(campaigns::state.eq(CampaignState::Sending)))
            .set((
                campaigns::state.eq(CampaignState::Finished),
                campaigns::finished_at.eq(now),
                campaigns::updated_at.eq(now),
            ))
            .execute(conn)?;
    Ok(changed == 1)
}

/// The campaigns that are being sent.
///
/// # Errors
/// Those of the database.
pub fn sending(conn: &mut Conn) -> Result<Vec<i64>, Error> {
    Ok(campaigns::table
        .filter(campaigns::state.eq(CampaignState::Sending))
        .order(campaigns::id)
        .select(campaigns::id)
        .load(conn)?)
}

/// Keeps the addresses that the campaign links to, so that a click can only lead to one of them.
///
/// # Errors
/// Those of the database.
pub fn store_links(conn: &mut Conn, id: i64, links: &BTreeMap<Language, Vec<String>>) -> Result<(), Error> {
    diesel::delete(campaign_links::table.filter(campaign_links::campaign_id.eq(id))).execute(conn)?;
    add_links(conn, id, 0, links)
}

/// Keeps the addresses of one more variant beside those that are stored.
///
/// # Errors
/// Those of the database.
pub fn add_links(
    conn: &mut Conn,
    id: i64,
    variant: i32,
    links: &BTreeMap<Language, Vec<String>>,
) -> Result<(), Error> {
    let first = trial::first_link(variant);
    for (language, addresses) in links {
        for (link, address) in addresses.iter().enumerate() {
            diesel::insert_into(campaign_links::table)
                .values((
                    campaign_links::campaign_id.eq(id),
                    campaign_links::language.eq(*language),
                    campaign_links::link.eq(first + link as i32),
                    campaign_links::address.eq(address),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The addresses that these campaigns link to, by campaign, language and link.
///
/// # Errors
/// Those of the database.
pub fn addresses(
    conn: &mut Conn,
    ids: &[i64],
) -> Result<HashMap<(i64, Language, i32), String>, crate::db::Error> {
    let links: Vec<(i64, Language, i32, String)> = campaign_links::table
        .filter(campaign_links::campaign_id.eq_any(ids))
        .select((
            campaign_links::campaign_id,
            campaign_links::language,
            campaign_links::link,
            campaign_links::address,
        ))
        .load(conn)?;
    Ok(links.into_iter().map(|(id, language, link, address)| ((id, language, link), address)).collect())
}

/// What staff call these campaigns.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, String>, crate::db::Error> {
    let named: Vec<(i64, String)> = campaigns::table
        .filter(campaigns::id.eq_any(ids))
        .select((campaigns::id, campaigns::name))
        .load(conn)?;
    Ok(named.into_iter().collect())
}

/// Where a link of a campaign leads.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, id: i64, language: Language, link: i64) -> Result<Option<String>, Error> {
    let Ok(link) = i32::try_from(link) else { return Ok(None) };
    Ok(campaign_links::table
        .find((id, language, link))
        .select(campaign_links::address)
        .first(conn)
        .optional()?)
}

/// The campaigns that begin by themselves before a moment.
///
/// # Errors
/// Those of the database.
pub fn scheduled_before(conn: &mut Conn, moment: NaiveDateTime) -> Result<Vec<Stored>, Error> {
    let ids: Vec<i64> = campaigns::table
        .filter(campaigns::state.eq(CampaignState::Scheduled))
        .filter(campaigns::scheduled_at.lt(moment).assume_not_null())
        .order(campaigns::id)
        .select(campaigns::id)
        .load(conn)?;
    ids.into_iter().map(|id| find(conn, id)).collect()
}
