//! A report as it is read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::counter::numbers;
use super::fold::fold;
use super::{Dimension, Folded, Measure, store};
use crate::db::{Conn, Error};
use crate::tracking::{self, LinkTotals, Totals};

/// What happened in one hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Hour {
    /// Its beginning.
    pub at: DateTime<Utc>,
    pub sent: i64,
    pub bounced: i64,
    pub complained: i64,
    pub unsubscribed: i64,
    /// By everybody and everything together.
    pub opens: i64,
    /// By everybody and everything together.
    pub clicks: i64,
}

/// What became of a campaign, beside its status.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = CampaignResults)]
pub struct Report {
    /// When groups, hours and people who left were counted; not yet when it is missing.
    pub counted_at: Option<DateTime<Utc>>,
    /// People who left by a link of the campaign.
    pub unsubscribed: i64,
    /// What they refused: `unit`, `topic`, `channel`, `everything` and the others. Somebody may refuse several.
    pub choices: BTreeMap<String, i64>,
    /// Opens and clicks.
    #[serde(skip)]
    pub measured: Totals,
    /// The links of the mails, and how often each was followed.
    pub links: Vec<LinkTotals>,
    /// By hour, the first first; hours in which nothing happened are left out.
    pub over_time: Vec<Hour>,
    /// By groups of people: `programme`, `faculty`, `decade`, `region`, `profession`, `language` and `domain`.
    pub groups: BTreeMap<String, Folded>,
}

/// What became of a campaign.
///
/// # Errors
/// Those of the database.
pub fn report(conn: &mut Conn, campaign: i64) -> Result<Report, Error> {
    let (counted_at, mut numbers) = numbers(conn, campaign)?;
    let mut hours: BTreeMap<NaiveDateTime, Hour> = BTreeMap::new();
    let entry = |at: NaiveDateTime| Hour { at: at.and_utc(), ..Hour::default() };
    for (hour, measures) in numbers.remove(&Dimension::Hour).unwrap_or_default() {
        let Some(at) = hour.parse::<i64>().ok().and_then(|hour| DateTime::from_timestamp(hour * 3_600, 0))
        else {
            continue;
        };
        let line = hours.entry(at.naive_utc()).or_insert_with(|| entry(at.naive_utc()));
        for (measure, amount) in measures {
            match measure {
                Measure::Sent => line.sent += amount,
                Measure::Bounced => line.bounced += amount,
                Measure::Complained => line.complained += amount,
                Measure::Unsubscribed => line.unsubscribed += amount,
                _ => {}
            }
        }
    }
    for (at, (opens, clicks)) in tracking::by_hour(conn, campaign)? {
        let line = hours.entry(at).or_insert_with(|| entry(at));
        (line.opens, line.clicks) = (opens, clicks);
    }
    let all = numbers.remove(&Dimension::All).unwrap_or_default();
    let of_all = |measure| all.values().filter_map(|measures| measures.get(&measure)).sum();
    let choices = numbers.remove(&Dimension::Choice).unwrap_or_default();
    let choices = choices.into_iter().map(|(choice, measures)| (choice, measures.into_values().sum()));
    let choices: BTreeMap<String, i64> = choices.filter(|(_, amount)| *amount > 0).collect();
    let mut groups = BTreeMap::new();
    for dimension in Dimension::OF_PEOPLE {
        let folded = fold(numbers.remove(&dimension).unwrap_or_default());
        groups.insert(dimension.to_string(), folded);
    }
    Ok(Report {
        counted_at: counted_at.map(|at| at.and_utc()),
        unsubscribed: of_all(Measure::Unsubscribed),
        choices,
        measured: tracking::totals(conn, campaign)?,
        links: tracking::by_link(conn, campaign)?,
        over_time: hours.into_values().collect(),
        groups,
    })
}

/// What these programmes are called in the register.
///
/// # Errors
/// Those of the database.
pub fn programme_names(conn: &mut Conn, codes: &[&str]) -> Result<BTreeMap<String, String>, Error> {
    let mut names = BTreeMap::new();
    for code in codes {
        names.extend(store::programme_name(conn, code)?.map(|name| ((*code).to_owned(), name)));
    }
    Ok(names)
}

/// A campaign in a few numbers, to be compared with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Its number.
    pub id: i64,
    /// What staff call it.
    pub name: String,
    /// When it began.
    pub started_at: Option<NaiveDateTime>,
    /// To how many people it went.
    pub sent: i64,
    /// Whose mail came back.
    pub bounced: i64,
    /// Who complained.
    pub complained: i64,
    /// Who left.
    pub unsubscribed: i64,
    /// Opens that a person was behind, or may have been.
    pub opens: i64,
    /// The same of clicks.
    pub clicks: i64,
}

/// Earlier campaigns of the same unit, the latest first.
///
/// # Errors
/// Those of the database.
pub fn earlier(conn: &mut Conn, unit: i64, before: i64, limit: i64) -> Result<Vec<Figures>, Error> {
    let campaigns = store::earlier(conn, unit, before, limit)?;
    figures(conn, campaigns)
}

/// The names of earlier campaigns of a unit, the latest first: number, name and when they began.
///
/// # Errors
/// Those of the database.
pub fn earlier_names(
    conn: &mut Conn,
    unit: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, String, Option<NaiveDateTime>)>, Error> {
    store::earlier(conn, unit, before, limit)
}

/// These campaigns (number, name and when they began) in a few numbers.
///
/// # Errors
/// Those of the database.
pub fn figures(
    conn: &mut Conn,
    campaigns: Vec<(i64, String, Option<NaiveDateTime>)>,
) -> Result<Vec<Figures>, Error> {
    let ids: Vec<i64> = campaigns.iter().map(|(id, ..)| *id).collect();
    let mut sums: BTreeMap<(i64, Measure), i64> = BTreeMap::new();
    for (id, measure, amount) in store::totals(conn, &ids)? {
        *sums.entry((id, measure)).or_default() += amount;
    }
    let of = |id, measure| sums.get(&(id, measure)).copied().unwrap_or_default();
    campaigns
        .into_iter()
        .map(|(id, name, started_at)| {
            let totals = tracking::totals(conn, id)?;
            Ok(Figures {
                id,
                name,
                started_at,
                sent: of(id, Measure::Sent),
                bounced: of(id, Measure::Bounced),
                complained: of(id, Measure::Complained),
                unsubscribed: of(id, Measure::Unsubscribed),
                opens: totals.opens_by.people() + totals.opens_by.unknown,
                clicks: totals.clicks_by.people() + totals.clicks_by.unknown,
            })
        })
        .collect()
}
