//! A listener that speaks LMTP (RFC 2033): a mail server hands over what came back, and keeps what cannot be taken
//! now. It is for the mail server of the same office, on the same machine or in the same network, not for the
//! internet: it takes every recipient and asks for no password.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::Taker;
use super::ingest::Source;

/// So long a client may be silent (RFC 5321 section 4.5.3.2 asks for 5 minutes).
const PATIENCE: Duration = Duration::from_secs(300);
/// The longest command line, in bytes (RFC 5321 section 4.5.3.1.4 asks for 512).
const MAX_LINE: u64 = 2_000;
/// The longest mail, in bytes.
const MAX_MAIL: usize = 20 * 1024 * 1024;
/// The most recipients of a mail (RFC 5321 section 4.5.3.1.8).
const MAX_RECIPIENTS: usize = 100;
/// Conversations at the same time.
const CONVERSATIONS: usize = 50;

/// Listens until told to stop.
///
/// # Errors
/// When nothing can listen at that address.
pub async fn listen(at: SocketAddr, taker: Taker, stop: CancellationToken) -> std::io::Result<()> {
    let listener = TcpListener::bind(at).await?;
    tracing::info!(address = %listener.local_addr()?, "listening for bounces over LMTP");
    serve(listener, taker, stop).await;
    Ok(())
}

/// Serves a socket that listens already.
pub async fn serve(listener: TcpListener, taker: Taker, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONVERSATIONS));
    loop {
        let client = tokio::select! {
            () = stop.cancelled() => return,
            client = listener.accept() => client,
        };
        let (Ok((client, _)), Ok(place)) = (client, room.clone().try_acquire_owned()) else {
            // Too many, or one that went away while it came: the mail server tries again.
            continue;
        };
        let (taker, stop) = (taker.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                // Whoever breaks off a conversation keeps the mail.
                _ = Conversation::new(client, taker).run() => {}
            }
            drop(place);
        });
    }
}

/// One mail server's conversation.
struct Conversation {
    client: BufReader<TcpStream>,
    taker: Taker,
    greeted: bool,
    sender_known: bool,
    recipients: Vec<String>,
}

impl Conversation {
    fn new(client: TcpStream, taker: Taker) -> Self {
        Self {
            client: BufReader::new(client),
            taker,
            greeted: false,
            sender_known: false,
            recipients: Vec::new(),
        }
    }

    async fn say(&mut self, reply: &str) -> std::io::Result<()> {
        self.client.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.client.flush().await
    }

    async fn run(mut self) -> std::io::Result<()> {
        self.say("220 brevduva LMTP").await?;
        loop {
            let Some(line) = self.line().await? else { return Ok(()) };
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            let verb = text.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "LHLO" => {
                    self.greeted = true;
                    self.forget();
                    self.say("250-brevduva\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES").await?;
                }
                "HELO" | "EHLO" => self.say("500 5.5.1 this is LMTP: LHLO").await?,
                "MAIL" if self.greeted => {
                    self.forget();
                    self.sender_known = true;
                    self.say("250 2.1.0 ok").await?;
                }
                "RCPT" if self.sender_known => self.recipient(&text).await?,
                "DATA" if !self.recipients.is_empty() => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "MAIL" | "RCPT" | "DATA" => self.say("503 5.5.1 not now").await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" | "VRFY" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("500 5.5.2 not a command here").await?,
            }
        }
    }

    fn forget(&mut self) {
        self.sender_known = false;
        self.recipients.clear();
    }

    /// A line with its end; nothing when the client is gone, silent or never ends its line.
    async fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.client).take(MAX_LINE);
        let read = tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await;
        match read {
            Ok(Ok(_)) if line.ends_with(b"\n") => Ok(Some(line)),
            Ok(Err(error)) => Err(error),
            _ => Ok(None),
        }
    }

    async fn recipient(&mut self, text: &str) -> std::io::Result<()> {
        let address = text.split_once(':').map_or("", |(_, rest)| rest).trim();
        let address = address.strip_prefix('<').and_then(|rest| rest.split('>').next()).unwrap_or(address);
        if address.is_empty() {
            return self.say("501 5.1.3 whom?").await;
        }
        if self.recipients.len() >= MAX_RECIPIENTS {
            return self.say("452 4.5.3 too many at once").await;
        }
        self.recipients.push(address.to_owned());
        self.say("250 2.1.5 ok").await
    }

    /// Takes the mail and answers once for each recipient (RFC 2033 section 4.2); `false` when the client is gone.
    async fn data(&mut self) -> std::io::Result<bool> {
        self.say("354 end with a dot").await?;
        let (mut mail, mut too_big) = (Vec::new(), false);
        loop {
            let Some(line) = self.long_line().await? else { return Ok(false) };
            match line.as_slice() {
                b".\r\n" | b".\n" => break,
                line if mail.len() + line.len() > MAX_MAIL => too_big |= !line.is_empty(),
                // RFC 5321 section 4.5.2: a dot before a dot.
                line => mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(line)),
            }
        }
        let mail: Arc<[u8]> = mail.into();
        for recipient in std::mem::take(&mut self.recipients) {
            let reply = if too_big {
                "552 5.3.4 too big"
            } else {
                match self.taker.take(Source::Lmtp, mail.clone(), Some(recipient)).await {
                    Ok(_) => "250 2.0.0 taken",
                    Err(error) => {
                        tracing::error!(%error, "a bounce could not be stored; the mail server will try again");
                        "451 4.3.0 not now"
                    }
                }
            };
            self.say(reply).await?;
        }
        self.forget();
        Ok(true)
    }

    /// A line of a mail, or a piece of one that never ends.
    async fn long_line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.client).take(1024 * 1024);
        match tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await {
            Ok(Ok(0)) | Err(_) => Ok(None),
            Ok(Ok(_)) => Ok(Some(line)),
            Ok(Err(error)) => Err(error),
        }
    }
}
