//! `brevduva campaign`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::Context;
use crate::audit::{self, Actor, Deed};
use crate::campaign::{self, CampaignFile, NewCampaign};
use crate::content::Layouts;
use crate::db::Conn;
use crate::delivery::{self, Status};

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
        /// When, like 2026-12-01T09:00:00+01:00 [default: now]
        #[arg(long, value_name = "TIME")]
        at: Option<DateTime<Utc>>,
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
            let at = at.unwrap_or(now);
            db.write_blocking(|conn| {
                campaign::launch(conn, id, at.naive_utc(), now.naive_utc())?;
                note(conn, now, "campaign.launch", id, &json!({ "at": at }))
            })?;
            eprintln!("Campaign {id} starts {}.", if at > now { at.to_rfc3339() } else { "now".to_owned() });
            Ok(())
        }
        Command::Status { id, json } => {
            let status = db.read_blocking(|conn| delivery::status(conn, id, now.naive_utc()))?;
            if json {
                println!("{}", serde_json::to_string(&status)?)
            } else {
                print(&status)
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
