//! `brevduva dkim`.

use anyhow::bail;

use super::Context;

/// The most characters of one string of a TXT record (RFC 1035 section 3.3.14).
const STRING: usize = 255;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Print the DNS records that publish the keys of the settings
    #[command(after_help = "Publish them before the keys are set on the sending machine.\n\
        Each line fits into a zone file: brevduva dkim record >> example.se.zone")]
    Record,
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<()> {
    let Command::Record = command;
    let keys = context.config.dkim.as_slice();
    if keys.is_empty() {
        bail!("no mail is signed: the settings file has no [[dkim]]; docs/configure.md shows one");
    }
    for key in keys {
        let record = key.record()?;
        let strings: Vec<String> = record
            .as_bytes()
            .chunks(STRING)
            .map(|part| format!("\"{}\"", String::from_utf8_lossy(part)))
            .collect();
        println!("{}. IN TXT {}", key.record_name(), strings.join(" "));
    }
    Ok(())
}
