//! `brevduva demo`: from nothing to a working system.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use crate::app::{App, Parts, StopSignals};
use crate::catcher::smtp::{Options, SmtpServer};
use crate::config::{Config, LogFormat};
use crate::contacts;
use crate::db::{self, Database, DatabaseUrl};
use crate::demo;
use crate::kernel::clock::Clock;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::links::SecretKeys;
use crate::staff::{self, Role, Scope};
use crate::web;

/// The account that the demo signs in.
const STAFF: &str = "demo@example.org";
/// Mails that the catcher keeps.
const KEPT_MAILS: usize = 2_000;

/// What `demo` accepts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: brevduva demo --port 8080 --contacts 2000")]
pub(super) struct Arguments {
    /// Where the pages are; the mail catcher's pages are at the next port. 0 takes free ports
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How many invented alumni a new register gets
    #[arg(long, default_value_t = 5_000)]
    contacts: usize,
    /// Where the database and the keys are kept
    #[arg(long, default_value = "brevduva-demo")]
    data: PathBuf,
}

pub(super) async fn run(arguments: Arguments, clock: Clock) -> anyhow::Result<()> {
    let data = &arguments.data;
    std::fs::create_dir_all(data).with_context(|| {
        format!("cannot make the directory {}; choose another with --data", data.display())
    })?;
    let keys = keys(data, &clock)?;
    let pages = listener(arguments.port)?;
    let catcher_pages = listener(if arguments.port == 0 { 0 } else { arguments.port.saturating_add(1) })?;
    let address = pages.local_addr()?;
    let catcher_address = catcher_pages.local_addr()?;
    // The application binds the port itself; until then it was held, so that a taken one is told at once.
    drop(pages);

    let url = DatabaseUrl::Sqlite(data.join("brevduva.sqlite"));
    let db = Database::open(&url, 8)?;
    let (database, clock_too, count) = (db.clone(), clock.clone(), arguments.contacts);
    eprintln!("Preparing the register in {} …", data.display());
    let (login, token) = tokio::task::spawn_blocking(move || prepare(&database, &clock_too, count)).await??;

    let smtp = SmtpServer::start(Options { keep: KEPT_MAILS, clock: clock.clone(), ..Options::default() })
        .await
        .context("the mail catcher cannot start")?;
    let catcher =
        web::catcher::serve(smtp.mailbox().clone(), catcher_pages).context("the mail catcher's pages")?;
    let catcher_handle = catcher.handle();
    let catching = tokio::spawn(catcher);

    let base_url = url::Url::parse(&format!("http://{address}/"))?;
    let relay = smtp.url().parse().context("the mail catcher's address")?;
    let mut config = Config::local(url, address, base_url, relay, keys, data.join("files"));
    config.log = "warn".to_owned();
    config.log_format = LogFormat::Text;
    let signals = StopSignals::listen()?;
    let app = App::start_with(config, db, clock, Parts::WebAndWorker).await?;

    println!();
    println!("  Staff pages    http://{address}/login/{login}   (signs in once)");
    println!("  Mail catcher   http://{catcher_address}/");
    println!("  API            http://{address}/api/v1/   token {token}");
    println!();
    println!(
        "  SMTP of the mail catcher: {}. No mail leaves this machine. Stop with Ctrl-C.",
        smtp.address()
    );
    std::io::stdout().flush()?;

    app.run_until_stopped(signals).await;
    catcher_handle.stop(true).await;
    let _ = tokio::time::timeout(Duration::from_secs(2), catching).await;
    smtp.stop().await;
    Ok(())
}

fn listener(port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}; choose other ports with --port, 0 takes free ones")
    })
}

/// The demo's own keys, made at its first start and readable by its owner alone.
fn keys(data: &Path, clock: &Clock) -> anyhow::Result<SecretKeys> {
    let path = data.join("secret-keys");
    if !path.exists() {
        use std::os::unix::fs::OpenOptionsExt as _;
        let key = data_encoding::HEXLOWER.encode(&clock.random_bytes::<32>());
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "k0:{key}")?;
    }
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    text.trim()
        .parse()
        .with_context(|| format!("{} holds no keys; remove it and start again", path.display()))
}

/// Migrates, fills an empty register, and makes what the newcomer needs to get in.
fn prepare(db: &Database, clock: &Clock, count: usize) -> anyhow::Result<(String, String)> {
    db::migrate::run(db)?;
    let now = clock.now().naive_utc();
    db.write_blocking(|conn| {
        if contacts::page(conn, 0, 1)?.is_empty() {
            demo::fill(conn, count, now)?;
        }
        Ok::<_, db::Error>(())
    })?;
    let email = EmailAddress::parse(STAFF)?;
    let made = db.write_blocking(|conn| {
        let account = staff::add_account(conn, now, &email, Language::English, Role::Admin, None)?;
        let login = staff::sign_in::create_link(conn, clock, account)?;
        let token = staff::tokens::create(conn, clock, "demo", None, Scope::ALL)?;
        Ok::<_, staff::Error>((login, token))
    })?;
    Ok(made)
}
