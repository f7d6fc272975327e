//! `brevduva campaign`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::campaign::{self, CampaignFile, CampaignState, NewCampaign};
use crate::content::Layouts;
use crate::db::{Conn, Database};
use crate::delivery::{self, Live, RelayCondition, Status, Wait};
use crate::kernel::local_time::{LocalTime, resolve};
use crate::preflight;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Store a campaign from a JSON file (`-` reads standard input)
    #[command(
        after_help = "Example: brevduva campaign create reunion.json --json\nThe file's form: docs/campaign-file.md"
    )]
    Create {
        /// The campaign file
        file: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the campaigns, newest first
    List {
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Start a campaign, now or later
    Launch {
        /// The campaign's number
        id: i64,
        /// When, like 2026-12-01T09:00 in the office's time zone, or 2026-12-01T09:00:00+01:00 [default: now]
        #[arg(long, value_name = "TIME")]
        at: Option<At>,
    },
    /// Tell where a campaign stands
    Status {
        /// The campaign's number
        id: i64,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Stop sending for a while; nothing is lost
    Pause {
        /// The campaign's number
        id: i64,
    },
    /// Go on after a pause
    Resume {
        /// The campaign's number
        id: i64,
    },
    /// End a campaign; whoever was not reached is skipped
    Cancel {
        /// The campaign's number
        id: i64,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let db = context.database()?;
    let now = context.clock.now();
    match command {
        Command::Create { file, json } => create(context, &file, json),
        Command::List { json } => list(context, json),
        Command::Launch { id, at } => {
            let at = at.map(|at| start(context, at)).transpose()?.unwrap_or(now);
            let layouts = Layouts::embedded()?.of_office(&context.config);
            let stored = db.read_blocking(|conn| campaign::find(conn, id))?;
            must_pass(&stored, &layouts)?;
            db.write_blocking(|conn| {
                let above = context.config.approval_above;
                let stored = campaign::held(conn, id)?;
                campaign::review::may_launch(conn, &stored, above, now.naive_utc())?;
                campaign::launch(conn, id, at.naive_utc(), now.naive_utc())?;
                note(conn, now, "campaign.launch", id, &json!({ "at": at }))
            })?;
            eprintln!("Campaign {id} starts {}.", if at > now { at.to_rfc3339() } else { "now".to_owned() });
            Ok(())
        }
        Command::Status { id, json } => {
            if json {
                let quiet = context.config.quiet_hours;
                let read = |conn: &mut Conn| delivery::live(conn, id, quiet.as_ref(), now.naive_utc());
                let (status, live) = db.read_blocking(read)?;
                println!("{}", serde_json::to_string(&Told { status: &status, live: &live })?);
            } else {
                watch(context, &db, id)?;
            }
            Ok(())
        }
        Command::Pause { id } => {
            db.write_blocking(|conn| {
                campaign::pause(conn, id, now.naive_utc())?;
                note(conn, now, "campaign.pause", id, &json!({}))
            })?;
            eprintln!("Campaign {id} is paused. Go on with: brevduva campaign resume {id}");
            Ok(())
        }
        Command::Resume { id } => {
            db.write_blocking(|conn| {
                campaign::resume(conn, id, now.naive_utc())?;
                note(conn, now, "campaign.resume", id, &json!({}))
            })?;
            eprintln!("Campaign {id} goes on.");
            Ok(())
        }
        Command::Cancel { id } => {
            db.write_blocking(|conn| {
                campaign::cancel(conn, id, now.naive_utc())?;
                delivery::cancel_rest(conn, id, now.naive_utc())?;
                note(conn, now, "campaign.cancel", id, &json!({})).map_err(delivery::Error::from)
            })?;
            eprintln!("Campaign {id} is cancelled.");
            Ok(())
        }
    }
}

/// Refuses to launch what has errors.
fn must_pass(stored: &campaign::Stored, layouts: &Layouts) -> anyhow::Result<()> {
    let errors: Vec<String> = preflight::errors(stored, layouts).iter().map(ToString::to_string).collect();
    anyhow::ensure!(
        errors.is_empty(),
        "campaign {} cannot be launched; correct it first: {}",
        stored.id,
        errors.join("; ")
    );
    Ok(())
}

/// A time as it is written: with its distance from UTC, or in the office's time zone.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Moment(DateTime<Utc>),
    Local(NaiveDateTime),
}

impl std::str::FromStr for At {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Moment(at.to_utc()));
        }
        ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(Self::Local)
            .ok_or("write a time like 2026-12-01T09:00")
    }
}

/// The moment that a written time means.
fn start(context: &Context, at: At) -> anyhow::Result<DateTime<Utc>> {
    let local = match at {
        At::Moment(at) => return Ok(at),
        At::Local(local) => local,
    };
    let zone = context.config.time_zone;
    let shown = |at: DateTime<Utc>| at.with_timezone(&zone).to_rfc3339();
    match resolve(local, zone) {
        LocalTime::Once(at) => Ok(at),
        LocalTime::Twice(first, second) => {
            anyhow::bail!("{local} comes twice in {zone}: write {} or {}", shown(first), shown(second))
        }
        LocalTime::Never(next) => {
            anyhow::bail!(
                "{local} does not exist in {zone}: the clocks go forward; the next is {}",
                shown(next)
            )
        }
    }
}

fn create(context: &Context, file: &Path, json: bool) -> anyhow::Result<()> {
    let text = super::read_text(file)?;
    let value: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    let file = CampaignFile::parse(value).map_err(|problem| campaign::Error::Invalid(vec![problem]))?;
    let db = context.database()?;
    let (layouts, now) = (Layouts::embedded()?, context.clock.now());
    let (id, campaign) = db.write_blocking(|conn| {
        let campaign = NewCampaign::check(conn, file, &layouts, context.config.public_authority)?;
        let id = campaign::insert(conn, &campaign, now.naive_utc())?;
        campaign::versions::sign(conn, id, Actor::COMMAND_LINE)?;
        note(conn, now, "campaign.create", id, &json!({}))?;
        Ok::<_, campaign::Error>((id, campaign))
    })?;
    if context.config.base_url.scheme() == "http" {
        eprintln!(
            "Warning: the base address is http; mail programs offer one-click unsubscribe over https only."
        );
    }
    if json {
        println!("{}", json!({ "id": id, "name": campaign.name(), "state": "draft" }));
    } else {
        println!("Campaign {id} is stored. Start it with: brevduva campaign launch {id}");
    }
    Ok(())
}

fn list(context: &Context, json: bool) -> anyhow::Result<()> {
    let campaigns = context.database()?.read_blocking(|conn| campaign::page(conn, None, i64::MAX, 100))?;
    if json {
        let rows: Vec<_> = campaigns
            .iter()
            .map(|stored| json!({ "id": stored.id, "name": stored.campaign.name(), "state": stored.state }))
            .collect();
        println!("{}", serde_json::Value::from(rows));
        return Ok(());
    }
    for stored in campaigns {
        println!("{:>6}  {:<10}  {}", stored.id, stored.state, stored.campaign.name());
    }
    Ok(())
}

fn note(
    conn: &mut Conn,
    now: DateTime<Utc>,
    action: &'static str,
    id: i64,
    detail: &serde_json::Value,
) -> Result<(), campaign::Error> {
    let unit_id = Some(campaign::unit_of(conn, id)?);
    let deed = Deed { action, subject_kind: "campaign", subject_id: Some(id), unit_id, detail };
    Ok(audit::record(conn, now.naive_utc(), Actor::COMMAND_LINE, &deed)?)
}

/// What `--json` prints: where the campaign stands, and how it goes at this moment.
#[derive(serde::Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    status: &'a Status,
    live: &'a Live,
}

/// Prints where a campaign stands; on a terminal it is followed by a bar until the campaign is over or waits for a
/// person.
fn watch(context: &Context, db: &Database, id: i64) -> anyhow::Result<()> {
    let quiet = context.config.quiet_hours;
    let read = || {
        let now = context.clock.now().naive_utc();
        db.read_blocking(|conn| delivery::live(conn, id, quiet.as_ref(), now))
    };
    let (mut status, mut live) = read()?;
    if std::io::stdout().is_terminal() && std::io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("{bar:32} {human_pos} of {human_len}, {msg}")?;
        let bar = ProgressBar::new(0).with_style(style);
        while matches!(
            status.state,
            CampaignState::Scheduled | CampaignState::Freezing | CampaignState::Sending
        ) && live.wait != Some(Wait::Decision)
        {
            let counts = status.counts;
            bar.set_length(u64::try_from(status.recipients).unwrap_or(0));
            bar.set_position(u64::try_from(counts.sent + counts.failed + counts.skipped).unwrap_or(0));
            bar.set_message(how_it_goes(&status, &live));
            std::thread::sleep(std::time::Duration::from_millis(500));
            (status, live) = read()?;
        }
        bar.finish_and_clear();
    }
    print(&status);
    for flow in &live.by_relay {
        println!(
            "  relay {:<14}{:>10} sent, {} later, {} failed",
            flow.name, flow.sent, flow.deferred, flow.failed
        );
    }
    for relay in live.relays.iter().filter(|relay| relay.condition != RelayCondition::Working) {
        println!("  relay {} is {}: {}", relay.name, relay.condition, relay.fault.as_deref().unwrap_or(""));
    }
    if live.wait.is_some() {
        println!("  {}", how_it_goes(&status, &live));
    }
    Ok(())
}

/// One line: how fast and how long yet, or what it waits for.
fn how_it_goes(status: &Status, live: &Live) -> String {
    let at = |until: &DateTime<Utc>| until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    match &live.wait {
        Some(Wait::Winner { until: Some(until) }) => {
            format!("the rest waits for the winner of the trial, chosen at {}", at(until))
        }
        Some(Wait::Winner { until: None }) => "the rest waits for the winner of the trial".to_owned(),
        Some(Wait::Room) => "there is no room for the database; make room on its disk".to_owned(),
        Some(Wait::QuietHours { until }) => format!("waits for the end of the quiet hours at {}", at(until)),
        Some(Wait::Relays { until: Some(until) }) => {
            format!("no relay can take mail now, next try {}", at(until))
        }
        Some(Wait::Relays { until: None }) => "no relay can take mail now".to_owned(),
        Some(Wait::Workers) => "nothing sends: start brevduva serve or brevduva worker".to_owned(),
        Some(Wait::Decision) => {
            format!(
                "its time passed long ago: start it with brevduva campaign launch {}, or cancel it",
                status.id
            )
        }
        Some(Wait::Deferred { until }) => format!("the rest is tried again from {}", at(until)),
        None => match live.remaining_seconds {
            Some(seconds) => format!("{}/s, about {} s left", live.rate, seconds),
            None => status.state.to_string(),
        },
    }
}

fn print(status: &Status) {
    let counts = status.counts;
    println!("Campaign {}: {} ({})", status.id, status.name, status.state);
    for (name, amount) in [
        ("recipients", status.recipients),
        ("queued", counts.queued),
        ("sending", counts.sending),
        ("sent", counts.sent),
        ("deferred", counts.deferred),
        ("failed", counts.failed),
        ("skipped", counts.skipped),
        ("repeated", status.repeated),
    ] {
        println!("  {name:<12}{amount:>10}");
    }
    for (reason, amount) in &status.skipped {
        println!("    {reason:<20}{amount:>10}");
    }
    println!("  messages/s  {:>10}", status.rate);
}
