//! How the variants of a campaign's trial did, and which of them the rest gets.

use chrono::{NaiveDateTime, TimeDelta};

use crate::campaign::trial::{self, Measure, Score, Trial};
use crate::db::Conn;
use crate::delivery::{self, Counts, Error};

/// What one variant did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct VariantReport {
    /// `A` is the campaign's own text.
    pub variant: String,
    /// The people of the sample who were to get it.
    pub counts: Counts,
    /// How often the mail was opened, without what programs did by themselves.
    pub opens: i64,
    /// How often a link was followed, without what programs did by themselves.
    pub clicks: i64,
}

/// A campaign's trial as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct TrialReport {
    /// By what a variant wins.
    pub measure: Measure,
    /// When the winner is chosen; known once the sample has been tried.
    pub ends_at: Option<NaiveDateTime>,
    /// The variant that the rest gets, once it is chosen.
    pub winner: Option<String>,
    /// When it was chosen.
    pub decided_at: Option<NaiveDateTime>,
    /// People who wait for the winner.
    pub waiting: i64,
    /// Every variant, the campaign's own first. Once there is a winner its opens and clicks are those of the rest too.
    pub variants: Vec<VariantReport>,
}

/// How a campaign's trial stands, if it has one.
///
/// # Errors
/// Those of the database.
pub fn report(conn: &mut Conn, campaign: i64) -> Result<Option<TrialReport>, Error> {
    let Some(found) = trial::find(conn, campaign)? else { return Ok(None) };
    let mut counts = delivery::counts_by_variant(conn, campaign)?;
    let totals = super::totals_by_variant(conn, campaign)?;
    let variants = (0..found.plan.variants()).map(|number| {
        let totals = totals.get(&number).copied().unwrap_or_default();
        VariantReport {
            variant: trial::letter(number).to_string(),
            counts: counts.remove(&number).unwrap_or_default(),
            opens: totals.likely_opens(),
            clicks: totals.likely_clicks(),
        }
    });
    Ok(Some(TrialReport {
        measure: found.plan.winner,
        ends_at: found.ends_at,
        winner: found.winner.map(|number| trial::letter(number).to_string()),
        decided_at: found.decided_at,
        variants: variants.collect(),
        waiting: delivery::waiting_for_winner(conn, campaign)?,
    }))
}

/// What is to be done about a trial now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The sample has been tried: the waiting time begins.
    Wait(NaiveDateTime),
    /// The waiting time is over: this variant has won.
    Winner(i32),
}

/// What became of the wish to choose a winner before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The rest gets this variant.
    Made,
    /// There is no variant of this number.
    NoSuchVariant,
    /// There is no trial under way, or it is decided.
    TooLate,
}

/// Chooses the winner of a campaign that is being sent before its time.
///
/// # Errors
/// Those of the database.
pub fn choose_early(
    conn: &mut Conn,
    campaign: i64,
    variant: i32,
    now: NaiveDateTime,
) -> Result<Choice, Error> {
    let Some(found) = trial::find(conn, campaign)? else { return Ok(Choice::TooLate) };
    if !(0..found.plan.variants()).contains(&variant) {
        return Ok(Choice::NoSuchVariant);
    }
    let under_way = trial::undecided(conn)?.contains(&campaign);
    let chosen = under_way && trial::choose(conn, campaign, variant, now)?;
    Ok(if chosen { Choice::Made } else { Choice::TooLate })
}

/// What is due of the trials that have no winner yet, by campaign.
///
/// # Errors
/// Those of the database.
pub fn due(conn: &mut Conn, now: NaiveDateTime) -> Result<Vec<(i64, Due)>, Error> {
    let mut due = Vec::new();
    for campaign in trial::undecided(conn)? {
        let Some(found) = trial::find(conn, campaign)? else { continue };
        match found.ends_at {
            None if !delivery::is_trying(conn, campaign)? => {
                due.push((campaign, Due::Wait(now + TimeDelta::minutes(found.plan.wait_minutes))));
            }
            Some(end) if end <= now => due.push((campaign, Due::Winner(winner(conn, campaign, &found)?))),
            _ => {}
        }
    }
    Ok(due)
}

fn winner(conn: &mut Conn, campaign: i64, found: &Trial) -> Result<i32, Error> {
    let counts = delivery::counts_by_variant(conn, campaign)?;
    let totals = super::totals_by_variant(conn, campaign)?;
    let scores: Vec<Score> = (0..found.plan.variants())
        .map(|number| {
            let totals = totals.get(&number).copied().unwrap_or_default();
            Score {
                sent: counts.get(&number).map_or(0, |counts| counts.sent),
                counted: match found.plan.winner {
                    Measure::Clicks => totals.likely_clicks(),
                    Measure::Opens => totals.likely_opens(),
                },
            }
        })
        .collect();
    Ok(trial::best(&scores))
}

/// Does what is due; `false` when somebody else has done it.
///
/// # Errors
/// Those of the database.
pub fn act(conn: &mut Conn, campaign: i64, due: Due, now: NaiveDateTime) -> Result<bool, Error> {
    match due {
        Due::Wait(until) => {
            trial::end_at(conn, campaign, until)?;
            Ok(true)
        }
        Due::Winner(variant) => Ok(trial::choose(conn, campaign, variant, now)?),
    }
}
