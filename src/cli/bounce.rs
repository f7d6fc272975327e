//! `brevduva bounce`: what came back.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::Context;
use crate::bounce::{self, Notice, Outcome, Source, Taker};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Say what bounces and complaints mean; needs no database and no settings
    #[command(after_help = "Example: brevduva bounce classify mails/*.eml --json")]
    Classify(Classify),
    /// Take a mail that came back from standard input, for a mail server's pipe
    #[command(
        after_help = "In Postfix's master.cf: argv=/usr/bin/brevduva bounce ingest --recipient ${recipient}\nSee docs/bounces.md"
    )]
    Ingest(Ingest),
}

#[derive(Debug, clap::Args)]
pub(super) struct Classify {
    /// Mails, one a file; - reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object per mail, each on a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Ingest {
    /// The address that the mail server took the mail for
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,
}

/// What is printed of a mail (the form is part of the contract).
#[derive(Serialize)]
struct Classified<'c> {
    file: &'c str,
    kind: &'static str,
    recipients: Vec<OfRecipient<'c>>,
}

#[derive(Serialize)]
struct OfRecipient<'c> {
    address: Option<&'c str>,
    action: Option<&'static str>,
    status: Option<String>,
    class: &'static str,
    reason: &'static str,
}

impl<'c> Classified<'c> {
    fn new(file: &'c str, notice: &'c Notice) -> Self {
        let recipients = notice.recipients.iter().map(|recipient| OfRecipient {
            address: recipient.address.as_deref(),
            action: recipient.action.map(bounce::Action::as_str),
            status: recipient.status.map(|status| status.to_string()),
            class: recipient.class.as_str(),
            reason: recipient.reason.as_str(),
        });
        Self { file, kind: notice.kind.as_str(), recipients: recipients.collect() }
    }

    fn line(&self, json: bool) -> anyhow::Result<String> {
        if json {
            return Ok(serde_json::to_string(self)? + "\n");
        }
        if self.recipients.is_empty() {
            return Ok(format!("{}: {}\n", self.file, self.kind));
        }
        let lines = self.recipients.iter().map(|recipient| {
            let address = recipient.address.unwrap_or("-");
            let status = recipient.status.as_deref().unwrap_or("-");
            let action = recipient.action.unwrap_or("-");
            format!(
                "{}: {} {address} {action} {status} {} {}\n",
                self.file, self.kind, recipient.class, recipient.reason
            )
        });
        Ok(lines.collect())
    }
}

/// Whatever the mails are, they are classified; a file that cannot be read is an error after the others.
pub(super) fn classify(arguments: &Classify) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut unread = None;
    for file in &arguments.files {
        match bytes_of(file) {
            Ok(bytes) => {
                let notice = bounce::read(&bytes);
                let line = Classified::new(&file.to_string_lossy(), &notice).line(arguments.json)?;
                out.write_all(line.as_bytes())?;
            }
            Err(error) => unread = unread.or(Some(error)),
        }
    }
    out.flush()?;
    unread.map_or(Ok(()), Err)
}

/// Takes one mail in, and says in a line what became of it, without personal data.
pub(super) fn ingest(context: &Context, arguments: &Ingest) -> anyhow::Result<()> {
    let bytes = bytes_of(Path::new("-"))?;
    let taker = Taker::new(&context.config, context.database()?, context.clock.clone());
    let outcome = taker.take_blocking(Source::Pipe, &bytes, arguments.recipient.as_deref())?;
    match outcome {
        Outcome::Ignored(kind) => println!("nothing to do ({kind})"),
        Outcome::Repeated => println!("this mail was here before"),
        Outcome::Unidentified(class) => println!("kept for staff: nothing names its delivery ({class})"),
        Outcome::Settled { delivery, campaign, class, reason, .. } => {
            println!("delivery {delivery} of campaign {campaign}: {class}, {reason}");
        }
    }
    Ok(())
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
