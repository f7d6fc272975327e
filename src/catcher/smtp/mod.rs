//! An SMTP server that keeps what it is given (RFC 5321) and relays nothing.
//!
//! It announces SIZE (RFC 1870), 8BITMIME (RFC 6152), PIPELINING (RFC 2920), ENHANCEDSTATUSCODES (RFC 2034) and
//! SMTPUTF8 (RFC 6531), and is as strict as a careful relay: a mail with lines over 998 octets or over the size
//! limit is refused, so a fault of ours shows here before it shows at a customer's.
//!
//! Written here because no crate fits (2026-11): mailin 0.6 understands neither the null sender nor SIZE and SMTPUTF8,
//! samotop stands on the discontinued async-std, smtp-server on an old smol, and none can be told to lose the
//! connection between the final dot and its answer, which is what the tests of the sender are about.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use brevduva::catcher::smtp::{Fault, Options, Rule, Script, SmtpServer, Step};
//!
//! let server = SmtpServer::start(Options::default()).await?;
//! server.set_script(
//!     Script::default()
//!         .rule(Rule::at(Step::Rcpt).to("*@full.example").then(Fault::reply(452, "4.2.2 mailbox full")))
//!         .rule(Rule::at(Step::FinalDot).after(10).times(1).then(Fault::drop_before_reply())),
//! );
//! // … send to server.url() …
//! let mails = server.mailbox().messages();
//! server.stop().await;
//! # Ok(()) }
//! ```

mod command;
mod lines;
mod mailbox;
mod script;
mod session;
#[cfg(test)]
mod tests;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use mailbox::{Counters, Mailbox, Received, WaitedInVain};
pub use script::{Fault, Rule, Script, Step, When};

use crate::kernel::clock::Clock;

/// How a server behaves; the default suits tests.
#[derive(Clone)]
pub struct Options {
    /// Where to listen. Port 0 takes a free port. Default: 127.0.0.1, port 0.
    pub bind: SocketAddr,
    /// How many mails to keep, the newest ones; all are counted. Default: all.
    pub keep: usize,
    /// The largest mail to take, in octets. Default: 50 MB (announced with SIZE).
    pub max_size: usize,
    /// The longest line of a mail, in octets without its end. Default: 998 (RFC 5321 section 4.5.3.1.6).
    pub max_line: usize,
    /// The most recipients of one mail. Default: 1000.
    pub max_recipients: usize,
    /// How long to wait for a client that says nothing. Default: 5 minutes (RFC 5321 section 4.5.3.2.7).
    pub idle_timeout: Duration,
    /// What to announce after EHLO, besides SIZE.
    pub extensions: Vec<&'static str>,
    /// The faults to make. Default: none, accept everything.
    pub script: Script,
    /// When a mail came.
    pub clock: Clock,
    /// Stops the server from outside. [`SmtpServer::stop`] stops the server alone, not whatever else this token stops.
    pub cancel: CancellationToken,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keep: usize::MAX,
            max_size: 50_000_000,
            max_line: 998,
            max_recipients: 1000,
            idle_timeout: Duration::from_secs(300),
            extensions: vec!["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"],
            script: Script::default(),
            clock: Clock::system(),
            cancel: CancellationToken::new(),
        }
    }
}

/// A running server.
#[derive(Clone)]
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

/// What all connections have in common.
struct Shared {
    options: Options,
    script: RwLock<Arc<Script>>,
    mailbox: Mailbox,
}

impl Shared {
    fn script(&self) -> Arc<Script> {
        Arc::clone(&self.script.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SmtpServer {
    /// Starts to listen; connections are served in tasks of the current runtime.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(mut options: Options) -> io::Result<Self> {
        options.cancel = options.cancel.child_token();
        let listener = TcpListener::bind(options.bind).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: RwLock::new(Arc::new(options.script.clone())),
            mailbox: Mailbox::new(options.keep),
            options,
        });
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, Arc::clone(&shared), tasks.clone()));
        Ok(Self { address, shared, tasks })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as the setting `BREVDUVA_SMTP_URL` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it has received.
    #[must_use]
    pub fn mailbox(&self) -> &Mailbox {
        &self.shared.mailbox
    }

    /// Replaces the script, for connections already open too.
    pub fn set_script(&self, script: Script) {
        *self.shared.script.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(script);
    }

    /// Stops listening, tells every client 421 and waits until the last connection has ended.
    ///
    /// A server started afterwards on the same address is the relay that came back.
    pub async fn stop(&self) {
        self.shared.options.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tasks: TaskTracker) {
    let cancel = &shared.options.cancel;
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                tasks.spawn(session::serve(stream, Arc::clone(&shared)));
            }
            Err(error) => {
                // Out of file descriptors, most likely: the next try may come too early, so wait a little.
                tracing::warn!(%error, "the mail catcher cannot take a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}
