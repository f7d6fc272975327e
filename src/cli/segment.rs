//! `brevduva segment`.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use super::Context;
use crate::campaign::CampaignKind;
use crate::db::Conn;
use crate::preferences::{self, Channel, LegalBasis, Question};
use crate::segment::{self, Count, Rule};
use crate::units;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Count whom a rule matches, whom a mailing may reach, and the others by reason
    #[command(
        after_help = "What is not given is not judged.\nExample: brevduva segment count lawyers.json --unit alumn --topic newsletter"
    )]
    Count(Arguments),
}

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The rule, a JSON file; - reads standard input
    rule: PathBuf,
    /// The unit that would send, by its short name
    #[arg(long)]
    unit: Option<String>,
    /// email, sms, letter or phone
    #[arg(long, default_value = "email")]
    channel: Channel,
    /// What the mailing would be about, by the topic's code
    #[arg(long)]
    topic: Option<String>,
    /// What the mailing would be for, by the purpose's code
    #[arg(long)]
    purpose: Option<String>,
    /// consent, contract, public_interest, legal_obligation or legitimate_interest
    #[arg(long)]
    legal_basis: Option<LegalBasis>,
    /// mailing or invitation, which nobody gets twice
    #[arg(long)]
    kind: Option<CampaignKind>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let Command::Count(arguments) = command;
    let rule = read_rule(&arguments.rule)?;
    if context.config.public_authority && arguments.legal_basis == Some(LegalBasis::LegitimateInterest) {
        bail!(
            "a public authority may not rely on legitimate_interest (GDPR article 6(1)); choose another legal basis, \
             or set BREVDUVA_PUBLIC_AUTHORITY=false if the office is none"
        );
    }
    let db = context.database()?;
    let now = context.clock.now().naive_utc();
    let count = db.read_blocking(|conn| -> Result<Count, Failure> {
        let question = question(conn, &arguments)?;
        let tree = units::tree(conn)?;
        let question = preferences::with_caps(conn, question, &tree, now)?;
        Ok(segment::count(conn, &rule, &question, now)?)
    })?;
    if arguments.json {
        println!("{}", serde_json::to_string(&count)?);
    } else {
        print_table(&count);
    }
    Ok(())
}

/// An error for people, which may also come from the database.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Failure(#[from] anyhow::Error);

impl From<crate::db::Error> for Failure {
    fn from(error: crate::db::Error) -> Self {
        Self(error.into())
    }
}

impl From<segment::Error> for Failure {
    fn from(error: segment::Error) -> Self {
        Self(error.into())
    }
}

fn read_rule(path: &Path) -> anyhow::Result<Rule> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the rule from standard input")?;
        text
    } else {
        std::fs::read_to_string(path).with_context(|| format!("cannot read the rule {}", path.display()))?
    };
    // A byte order mark is what some editors put first; JSON has none (RFC 8259 section 8.1).
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Rule::parse_text(text).map_err(segment::Error::Rule)?)
}

fn question(conn: &mut Conn, arguments: &Arguments) -> Result<Question, Failure> {
    let mut question = Question::new(arguments.channel);
    if let Some(slug) = &arguments.unit {
        let tree = units::tree(conn)?;
        let unit = tree
            .by_slug(slug)
            .ok_or_else(|| unknown("unit", slug, tree.all().iter().map(|unit| unit.slug.as_str())))?;
        question = question.from_unit(unit.id, &tree);
    }
    if let Some(code) = &arguments.topic {
        let topics = units::topics(conn)?;
        let topic = topics
            .iter()
            .find(|topic| topic.code == *code)
            .ok_or_else(|| unknown("topic", code, topics.iter().map(|topic| topic.code.as_str())))?;
        question = question.about(topic.id);
    }
    if let Some(code) = &arguments.purpose {
        let purposes = units::purposes(conn)?;
        if !purposes.iter().any(|purpose| purpose.code == *code) {
            let codes = purposes.iter().map(|purpose| purpose.code.as_str());
            return Err(unknown("purpose", code, codes).into());
        }
        question = question.with_purpose(code);
    }
    if let Some(basis) = arguments.legal_basis {
        question = question.on_basis(basis);
    }
    if arguments.kind == Some(CampaignKind::Invitation) {
        question = question.inviting(0);
    }
    Ok(question)
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> anyhow::Error {
    anyhow!("there is no {what} \"{name}\"; there are: {}", known.collect::<Vec<_>>().join(", "))
}

fn print_table(count: &Count) {
    let mut rows = vec![("matched".to_owned(), count.matched), ("reachable".to_owned(), count.reachable)];
    rows.extend(count.left_out.iter().map(|(reason, people)| (format!("  left out: {reason}"), *people)));
    rows.extend(count.place_unknown.map(|people| ("place unknown".to_owned(), people)));
    let widest = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, people) in rows {
        println!("{name:widest$} {people:>9}");
    }
}
