//! A connection to an SMTP relay (RFC 5321): one task owns it and sends many messages over it.
//!
//! lettre's own pool never sets TCP_NODELAY, which costs 40 ms per message, so the socket is ours and the
//! protocol is lettre's.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error as SmtpError, response::Response};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::encrypted::Encrypted;
use super::outcome::{Outcome, Reply, Step};
use crate::config::{RelaySecurity, RelaySettings, RelayUrl};
use crate::kernel::email_address::EmailAddress;

/// How long each step may take (RFC 5321 section 4.5.3.2).
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Connecting and greeting; MAIL, RCPT and DATA each.
    pub command: Duration,
    /// From the final dot to the answer; giving up earlier means sending twice.
    pub final_dot: Duration,
}

/// Where messages go.
#[derive(Clone)]
pub struct Relay {
    name: String,
    url: RelayUrl,
    hello: ClientId,
    timeouts: Timeouts,
    /// Read once: the system's certificates are many.
    tls: Option<TlsParameters>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?}", self.name, self.url)
    }
}

/// Why there is no connection. Nothing was said about any message: try again later.
#[derive(Debug, thiserror::Error)]
#[error("the relay {relay} cannot be used: {reason}; check the settings of the relay and that it runs")]
pub struct RelayAway {
    relay: String,
    reason: String,
}

impl RelayAway {
    /// What was wrong, in the relay's words if it had any.
    #[must_use]
    pub fn reason(&self) -> Reply {
        Reply::new(&self.reason)
    }
}

/// A file of certificates that cannot be read as such.
#[derive(Debug, thiserror::Error)]
#[error("setting relay {0}: ca_file holds no certificate that can be used; write certificates in PEM form")]
pub struct InvalidAuthority(String);

impl Relay {
    /// A relay that we greet as `hello`, our own host name.
    ///
    /// # Errors
    /// When its certificates cannot be read.
    pub fn new(settings: &RelaySettings, hello: &str) -> Result<Self, InvalidAuthority> {
        let hello = match hello.parse() {
            Ok(ip) => ClientId::Ipv4(ip),
            Err(_) => ClientId::Domain(hello.to_owned()),
        };
        let mut authorities = Vec::new();
        let text = settings.authority.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        // One by one: a file may hold several, and lettre reads the first alone.
        for part in
            text.split_inclusive("-----END CERTIFICATE-----").filter(|part| part.contains("-----BEGIN"))
        {
            let certificate = Certificate::from_pem(part.as_bytes());
            authorities.push(certificate.map_err(|_| InvalidAuthority(settings.name.clone()))?);
        }
        if settings.authority.is_some() && authorities.is_empty() {
            return Err(InvalidAuthority(settings.name.clone()));
        }
        let tls = match settings.url.security() {
            RelaySecurity::None => None,
            RelaySecurity::Opportunistic | RelaySecurity::Required | RelaySecurity::Implicit => {
                let host = settings.url.host().trim_matches(['[', ']']);
                let builder =
                    authorities.into_iter().fold(TlsParameters::builder(host.to_owned()), |builder, one| {
                        builder.add_root_certificate(one)
                    });
                Some(builder.build().map_err(|_| InvalidAuthority(settings.name.clone()))?)
            }
        };
        Ok(Self {
            name: settings.name.clone(),
            url: settings.url.clone(),
            hello,
            timeouts: Timeouts { command: settings.command_timeout, final_dot: settings.final_dot_timeout },
            tls,
        })
    }

    /// Opens a connection: greeting, TLS and AUTH as the address asks.
    ///
    /// # Errors
    /// When the relay is away, does not offer what was asked for, or refuses us.
    pub async fn connect(&self) -> Result<Connection, RelayAway> {
        let away = |reason: String| RelayAway { relay: format!("{} at {:?}", self.name, self.url), reason };
        match timeout(self.timeouts.command, self.open()).await {
            Ok(Ok(smtp)) => Ok(Connection { smtp, timeouts: self.timeouts, usable: true, step: Step::Mail }),
            Ok(Err(reason)) => Err(away(reason)),
            Err(_) => Err(away("no answer in time".to_owned())),
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, String> {
        let text = |error: SmtpError| describe(&error);
        let host = self.url.host();
        let tls = || self.tls.clone().ok_or_else(|| "TLS is not prepared".to_owned());
        let stream = TcpStream::connect((host.trim_matches(['[', ']']), self.url.port()))
            .await
            .map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let implicit = self.url.security() == RelaySecurity::Implicit;
        let stream: Box<dyn AsyncTokioStream> = if implicit {
            Box::new(Encrypted::begin(stream, tls()?).await.map_err(text)?)
        } else {
            Box::new(stream)
        };
        let mut smtp =
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await.map_err(text)?;
        let starttls = match self.url.security() {
            RelaySecurity::Required => true,
            RelaySecurity::Opportunistic => smtp.can_starttls(),
            RelaySecurity::Implicit | RelaySecurity::None => false,
        };
        if starttls {
            smtp.starttls(tls()?, &self.hello).await.map_err(text)?;
        }
        if let Some((user, password)) = self.url.credentials() {
            if !implicit && !smtp.is_encrypted() && self.url.security() != RelaySecurity::None {
                return Err("it offers no TLS, and a password is never sent in the clear".to_owned());
            }
            let credentials = Credentials::new(user.to_owned(), password.to_owned());
            smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(text)?;
        }
        Ok(smtp)
    }
}

/// An open connection.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    timeouts: Timeouts,
    usable: bool,
    step: Step,
}

/// A step of the conversation that went wrong.
enum Fault {
    /// The relay answered with a code.
    Refused { code: u16, reply: Reply },
    /// The connection broke or was silent too long.
    Broken(Reply),
}

impl Connection {
    /// Whether another message can be sent over this connection.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.usable
    }

    /// How far the latest message came.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// Sends one message to one recipient.
    pub async fn send(
        &mut self,
        mail_from: &EmailAddress,
        rcpt_to: &EmailAddress,
        message: &[u8],
    ) -> Outcome {
        self.step = Step::Mail;
        let (Some(from), Some(to)) = (address(mail_from), address(rcpt_to)) else {
            return Outcome::Permanent(Reply::new("553 5.1.3 the address cannot stand in an SMTP command"));
        };
        let mut parameters = Vec::new();
        if !mail_from.as_str().is_ascii() || !rcpt_to.as_str().is_ascii() {
            let international = [&from, &to].iter().any(|address| !address.to_string().is_ascii());
            if international {
                if !self.smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
                    return Outcome::Permanent(Reply::new(
                        "550 5.6.7 the relay does not take addresses outside ASCII",
                    ));
                }
                parameters.push(MailParameter::SmtpUtfEight);
                // Its headers hold the address as it is (RFC 6531 section 3.2).
                parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            }
        }
        let limit = self.timeouts.command;
        if let Err(fault) = self.say(limit, Mail::new(Some(from), parameters)).await {
            return self.sender_refused(fault).await;
        }
        self.step = Step::Rcpt;
        if let Err(fault) = self.say(limit, Rcpt::new(to, Vec::new())).await {
            return self.failed(fault).await;
        }
        self.step = Step::Data;
        if let Err(fault) = self.say(limit, Data).await {
            return self.failed(fault).await;
        }
        self.step = Step::FinalDot;
        // lettre writes CRLF before the final dot itself.
        let body = message.strip_suffix(b"\r\n").unwrap_or(message);
        match timeout(self.timeouts.final_dot, self.smtp.message(body)).await {
            Ok(Ok(response)) => Outcome::Accepted(Reply::new(&text_of(&response))),
            Ok(Err(error)) => match fault_of(&error) {
                Fault::Refused { code, reply } => self.refused_after_data(code, reply),
                Fault::Broken(reply) => self.close(Outcome::InDoubt(reply)),
            },
            Err(_) => self.close(Outcome::InDoubt(Reply::new("no answer to the end of the message"))),
        }
    }

    /// Says goodbye.
    pub async fn quit(mut self) {
        if self.usable {
            let _ = timeout(Duration::from_secs(5), self.smtp.command(Quit)).await;
        }
    }

    async fn say<C: std::fmt::Display>(&mut self, limit: Duration, command: C) -> Result<(), Fault> {
        match timeout(limit, self.smtp.command(command)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault_of(&error)),
            Err(_) => Err(Fault::Broken(Reply::new("no answer in time"))),
        }
    }

    async fn failed(&mut self, fault: Fault) -> Outcome {
        match fault {
            Fault::Refused { code, reply } => self.refused(code, reply).await,
            // The message was never complete, so it cannot arrive.
            Fault::Broken(reply) => self.close(Outcome::CutOff(reply)),
        }
    }

    /// Nothing was said about the recipient yet, so a relay that closes, is full or does not know us costs it nothing.
    /// What a refusal says about the message itself is final all the same: too large (X.3.4), not to be read (X.6.z).
    async fn sender_refused(&mut self, fault: Fault) -> Outcome {
        let (code, reply) = match fault {
            Fault::Refused { code, reply } => (code, reply),
            Fault::Broken(reply) => return self.close(Outcome::NotTried(reply)),
        };
        if code == 421 {
            return self.close(Outcome::NotTried(reply));
        }
        let about_the_message = match reply.enhanced() {
            Some((5, subject, detail)) => subject == 6 || (subject, detail) == (3, 4),
            _ => code == 552,
        };
        let about_the_relay = reply.is_about_the_relay();
        match self.refused(code, reply).await {
            Outcome::Permanent(reply) if !about_the_message => Outcome::Transient(reply),
            Outcome::Transient(reply) if about_the_relay => Outcome::NotTried(reply),
            outcome => outcome,
        }
    }

    /// After a refusal the conversation goes on with the next message.
    async fn refused(&mut self, code: u16, reply: Reply) -> Outcome {
        if code == 421 || self.say(self.timeouts.command, Rset).await.is_err() {
            self.usable = false;
        }
        if code == 421 && reply.is_about_the_relay() {
            return Outcome::CutOff(reply);
        }
        judge(code, reply)
    }

    fn refused_after_data(&mut self, code: u16, reply: Reply) -> Outcome {
        if code == 421 {
            self.usable = false;
        }
        judge(code, reply)
    }

    fn close(&mut self, outcome: Outcome) -> Outcome {
        self.usable = false;
        outcome
    }
}

fn judge(code: u16, reply: Reply) -> Outcome {
    if (500..600).contains(&code) { Outcome::Permanent(reply) } else { Outcome::Transient(reply) }
}

fn fault_of(error: &SmtpError) -> Fault {
    let reply = Reply::new(&describe(error));
    match error.status().and_then(|code| code.to_string().parse().ok()) {
        Some(code) => Fault::Refused { code, reply },
        None => Fault::Broken(reply),
    }
}

/// The relay's own words where there are any, else what went wrong.
fn describe(error: &SmtpError) -> String {
    let words = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), words) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        (Some(code), None) => code.to_string(),
        (None, Some(words)) => words,
        (None, None) => error.to_string(),
    }
}

fn text_of(response: &Response) -> String {
    format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))
}

/// The envelope form: an international domain in ASCII, so that most relays take it.
fn address(address: &EmailAddress) -> Option<Address> {
    let (local, _) = address.as_str().rsplit_once('@')?;
    Address::new(local, address.domain()).ok()
}
