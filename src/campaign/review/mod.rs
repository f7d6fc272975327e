//! Review and approval (product P29): what is said about a campaign before its launch, and that another person has
//! agreed to exactly what is sent.
//!
//! ```text
//! draft -> in_review (submitted) -> approved: may be launched
//!   ^            |  sent back, withdrawn, or changed after it was submitted or approved
//!   +------------+
//! ```
//!
//! Who submits or approves, agrees to a digest of everything that recipients get and of who they are. Whatever changes it
//! withdraws the approval, wherever the change comes from. Owns the table `campaign_reviews`.

mod store;

use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::versions;
use super::{CampaignState, Error, NewCampaign, Stored};
use crate::audit::Actor;
use crate::db::Conn;
use crate::preferences::with_caps;
use crate::{segment, units};

pub use store::of_campaign;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4000;

crate::text_enum! {
    /// What somebody did.
    Step {
        /// Said something.
        Comment = "comment",
        /// Asked for approval.
        Submitted = "submitted",
        /// Agreed.
        Approved = "approved",
        /// Did not agree, and said why.
        SentBack = "sent_back",
        /// Took it back, or changed it.
        Withdrawn = "withdrawn",
    }
}

/// One step, or one comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// What was done.
    pub step: Step,
    /// By whom.
    pub actor: Actor,
    /// What was submitted or approved.
    pub digest: String,
    /// What was said.
    pub note: String,
    /// When.
    pub created_at: NaiveDateTime,
}

/// Where a campaign stands between its writer and its approver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody was asked.
    Open,
    /// Somebody waits for an answer.
    Waiting {
        /// Who.
        by: Actor,
    },
    /// Somebody agreed to it as it is now.
    Approved {
        /// Who.
        by: Actor,
    },
}

/// Why a step was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not waiting for an answer.
    #[error("the campaign does not wait for approval; submit it first")]
    NotSubmitted,
    /// It was submitted before, or is on its way.
    #[error("the campaign cannot be submitted now: it waits for approval, or is on its way")]
    NotOpen,
    /// Whoever submitted or wrote it does not approve it.
    #[error("another person than the one who submitted or wrote the campaign approves it")]
    OwnWork,
    /// Sending back needs a reason.
    #[error("say what has to be changed")]
    NoReason,
    /// A comment without words, or too many.
    #[error("write 1 to {LONGEST_NOTE} characters")]
    Note,
    /// It waits for an answer.
    #[error("the campaign waits for approval; approve it, or take it back first")]
    Waiting,
    /// It is no longer what somebody looked at before they answered.
    #[error("the campaign was changed since you looked at it; look again, then answer")]
    Changed,
    /// More people than may be mailed without approval.
    #[error("a campaign to more than {limit} people needs approval by another person; submit it first")]
    NeedsApproval {
        /// The setting.
        limit: u32,
    },
}

impl Refused {
    /// The end of the message's key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotSubmitted => "error-approval-not-submitted",
            Self::NotOpen => "error-approval-not-open",
            Self::OwnWork => "error-approval-own-work",
            Self::NoReason => "error-approval-no-reason",
            Self::Note => "error-approval-note",
            Self::Waiting => "error-approval-waiting",
            Self::Changed => "error-approval-changed",
            Self::NeedsApproval { .. } => "error-approval-needed",
        }
    }
}

/// What is approved: everything that recipients get, and who they are. Not the name that staff call it.
#[must_use]
pub fn digest(campaign: &NewCampaign) -> String {
    let approved = serde_json::json!({
        "kind": campaign.kind(),
        "unit": campaign.unit_id(),
        "topic": campaign.topic_id(),
        "purpose": campaign.purpose(),
        "legal_basis": campaign.legal_basis(),
        "from": [campaign.from_name(), campaign.from_address().as_str()],
        "rule": campaign.rule().to_json(),
        "tracking": campaign.tracking(),
        "weight": campaign.weight(),
        "variants": campaign.trial(),
        "content": campaign.content(),
    });
    HEXLOWER.encode(&Sha256::digest(approved.to_string()))
}

/// Where a campaign stands.
///
/// # Errors
/// Those of the database.
pub fn standing(conn: &mut Conn, stored: &Stored) -> Result<Standing, Error> {
    let Some(last) = store::last_step(conn, stored.id)? else { return Ok(Standing::Open) };
    let is_same = last.digest == digest(&stored.campaign);
    Ok(match last.step {
        Step::Submitted if is_same => Standing::Waiting { by: last.actor },
        Step::Approved if is_same => Standing::Approved { by: last.actor },
        _ => Standing::Open,
    })
}

fn note_of(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > LONGEST_NOTE { Err(Refused::Note.into()) } else { Ok(text.to_owned()) }
}

/// Says something about a campaign.
///
/// # Errors
/// When there are no words, and those of the database.
pub fn comment(conn: &mut Conn, id: i64, actor: Actor, text: &str, now: NaiveDateTime) -> Result<(), Error> {
    let note = note_of(text)?;
    if note.is_empty() {
        return Err(Refused::Note.into());
    }
    store::insert(conn, id, Step::Comment, actor, "", &note, now)
}

/// Asks for approval.
///
/// # Errors
/// When it is no draft, and those of the database.
pub fn submit(
    conn: &mut Conn,
    stored: &Stored,
    actor: Actor,
    text: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if stored.state != CampaignState::Draft {
        return Err(Refused::NotOpen.into());
    }
    let note = note_of(text)?;
    super::store::turn(conn, stored.id, CampaignState::Draft, CampaignState::InReview, now)?;
    store::insert(conn, stored.id, Step::Submitted, actor, &digest(&stored.campaign), &note, now)
}

/// Whether somebody may answer: it waits, and is not their own work.
///
/// # Errors
/// Why not, and those of the database.
pub fn may_answer(conn: &mut Conn, stored: &Stored, actor: Actor) -> Result<(), Error> {
    let Standing::Waiting { by } = standing(conn, stored)? else { return Err(Refused::NotSubmitted.into()) };
    let wrote = versions::author(conn, stored.id, stored.version)?;
    if by == actor || wrote == Some(actor) {
        return Err(Refused::OwnWork.into());
    }
    Ok(())
}

/// An answer is about what was looked at: in between it can be taken back, changed and submitted again.
fn must_be_seen(stored: &Stored, seen: &str) -> Result<String, Error> {
    let digest = digest(&stored.campaign);
    if digest == seen { Ok(digest) } else { Err(Refused::Changed.into()) }
}

/// Agrees to a campaign as it was `seen`: that [`digest`].
///
/// # Errors
/// When it does not wait for it, is one's own or was changed since, and those of the database.
pub fn approve(
    conn: &mut Conn,
    stored: &Stored,
    actor: Actor,
    seen: &str,
    text: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    may_answer(conn, stored, actor)?;
    let digest = must_be_seen(stored, seen)?;
    store::insert(conn, stored.id, Step::Approved, actor, &digest, &note_of(text)?, now)
}

/// Does not agree, and says why.
///
/// # Errors
/// As [`approve`], and when no reason is given.
pub fn send_back(
    conn: &mut Conn,
    stored: &Stored,
    actor: Actor,
    seen: &str,
    text: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    may_answer(conn, stored, actor)?;
    must_be_seen(stored, seen)?;
    let note = note_of(text)?;
    if note.is_empty() {
        return Err(Refused::NoReason.into());
    }
    super::store::turn(conn, stored.id, CampaignState::InReview, CampaignState::Draft, now)?;
    store::insert(conn, stored.id, Step::SentBack, actor, "", &note, now)
}

/// Takes a campaign back from review, approved or not.
///
/// # Errors
/// When it is not there, and those of the database.
pub fn withdraw(
    conn: &mut Conn,
    stored: &Stored,
    actor: Actor,
    text: &str,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if stored.state != CampaignState::InReview {
        return Err(Refused::NotSubmitted.into());
    }
    let note = note_of(text)?;
    super::store::turn(conn, stored.id, CampaignState::InReview, CampaignState::Draft, now)?;
    store::insert(conn, stored.id, Step::Withdrawn, actor, "", &note, now)
}

/// After a change: what was submitted or approved is no longer what would be sent.
pub(super) fn withdraw_if_changed(
    conn: &mut Conn,
    id: i64,
    campaign: &NewCampaign,
    now: NaiveDateTime,
) -> Result<(), Error> {
    let Some(last) = store::last_step(conn, id)? else { return Ok(()) };
    let stands = matches!(last.step, Step::Submitted | Step::Approved);
    if !stands || last.digest == digest(campaign) {
        return Ok(());
    }
    super::store::turn(conn, id, CampaignState::InReview, CampaignState::Draft, now)?;
    store::insert(conn, id, Step::Withdrawn, Actor::SYSTEM, "", "", now)
}

/// Whether a campaign may be launched: it does not wait for an answer, and has one if it reaches more than `above`
/// people.
///
/// # Errors
/// Why not, and those of the database; a rule that cannot be judged counts as too many people.
pub fn may_launch(
    conn: &mut Conn,
    stored: &Stored,
    above: Option<u32>,
    now: NaiveDateTime,
) -> Result<(), Error> {
    if !stored.state.is_editable() {
        return Ok(());
    }
    match standing(conn, stored)? {
        Standing::Approved { .. } => return Ok(()),
        Standing::Waiting { .. } => return Err(Refused::Waiting.into()),
        Standing::Open => {}
    }
    let Some(limit) = above else { return Ok(()) };
    let tree = units::tree(conn)?;
    let question = with_caps(conn, stored.campaign.question(stored.id, &tree), &tree, now)?;
    let reachable = match segment::count(conn, stored.campaign.rule(), &question, now) {
        Ok(count) => count.reachable,
        Err(segment::Error::Database(error)) => return Err(error.into()),
        Err(_) => i64::MAX,
    };
    if reachable > i64::from(limit) { Err(Refused::NeedsApproval { limit }.into()) } else { Ok(()) }
}
