//! `brevduva staff`.

use super::Context;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::links::{Signer, Urls};
use crate::staff::{self, Role};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add an account, or a role to one, and print a one-time login link
    #[command(after_help = "Example: brevduva staff add eva@example.se --role editor --unit law")]
    Add {
        /// The person's e-mail address
        email: String,
        /// admin, editor, approver, viewer or data_protection_officer
        #[arg(long)]
        role: Role,
        /// The unit in which the role holds [default: every unit]
        #[arg(long)]
        unit: Option<String>,
        /// The language of the person's pages: sv, nb or en
        #[arg(long, default_value = "sv")]
        language: Language,
    },
}

pub(super) fn run(context: &Context, command: Command) -> anyhow::Result<()> {
    let Command::Add { email, role, unit, language } = command;
    let email = EmailAddress::parse(&email)?;
    let db = context.database()?;
    let clock = context.clock.clone();
    let secret = db.write_blocking(move |conn| {
        let now = clock.now().naive_utc();
        let account = staff::add_account(conn, now, &email, language, role, unit.as_deref())?;
        staff::sign_in::create_link(conn, &clock, account)
    })?;
    let urls = Urls::new(&context.config.base_url, Signer::new(context.config.secret_keys.clone()));
    println!("{}", urls.page(&format!("/login/{secret}")));
    eprintln!("The link signs in once, within {} hours.", staff::sign_in::LINK_HOURS);
    Ok(())
}
