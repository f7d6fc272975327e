//! One connection, from greeting to farewell.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader, BufWriter},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    Shared,
    command::{Command, MailFrom},
    lines::{LineEnd, read_line},
    mailbox::Received,
    script::{Fault, Step, When},
};

/// RFC 5321 asks for 512 octets, the extensions for a little more; this is generous.
const MAX_COMMAND: usize = 4096;

/// How long a closing server goes on reading, so that the client finds the end of the stream and no reset.
const LINGER: Duration = Duration::from_secs(2);

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let number = shared.mailbox.connect();
    let cancel = shared.options.cancel.clone();
    if let Ok(mut session) = Session::new(stream, number, &shared) {
        match cancel.run_until_cancelled(session.run()).await {
            Some(ended) => {
                let end = ended.unwrap_or(End::Close);
                session.end(end).await;
            }
            None => {
                // The client may have gone already: then nobody misses the farewell.
                let _ = session.say(421, "4.3.2 Service shutting down").await;
                let _ = session.writer.flush().await;
                let _ = session.writer.shutdown().await;
            }
        }
    }
    shared.mailbox.disconnect();
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Reset,
}

/// What became of an answer.
enum Answered {
    /// With this code; the connection goes on.
    With(u16),
    /// The connection is over.
    Over(End),
}

/// A mail being handed over.
struct Transaction {
    from: MailFrom,
    recipients: Vec<String>,
}

struct Session<'a> {
    number: u64,
    shared: &'a Shared,
    reader: BufReader<OwnedReadHalf>,
    writer: BufWriter<OwnedWriteHalf>,
    greeted: bool,
    transaction: Option<Transaction>,
}

/// Answers, and leaves the function when the connection is over.
macro_rules! answer {
    ($answered:expr) => {
        match $answered.await? {
            Answered::With(code) => code,
            Answered::Over(end) => return Ok(Some(end)),
        }
    };
}

impl<'a> Session<'a> {
    fn new(stream: TcpStream, number: u64, shared: &'a Shared) -> io::Result<Self> {
        // Without it every answer waits for the client's delayed acknowledgement: 40 ms a message.
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let (reader, writer) = (BufReader::with_capacity(64 * 1024, reader), BufWriter::new(writer));
        Ok(Self { number, shared, reader, writer, greeted: false, transaction: None })
    }

    async fn run(&mut self) -> io::Result<End> {
        match self
            .answer(Step::Connect, &[], 220, "catcher.invalid ESMTP keeps every mail, relays none")
            .await?
        {
            Answered::With(code) if code >= 400 => return Ok(End::Close),
            Answered::With(_) => {}
            Answered::Over(end) => return Ok(end),
        }
        let mut line = Vec::new();
        loop {
            // Answers to commands that came together leave together (RFC 2920).
            if self.reader.buffer().is_empty() {
                self.writer.flush().await?;
            }
            line.clear();
            let read = read_line(&mut self.reader, &mut line, MAX_COMMAND);
            match tokio::time::timeout(self.shared.options.idle_timeout, read).await {
                Err(_) => {
                    self.say(421, "4.4.2 Nothing heard for too long").await?;
                    return Ok(End::Close);
                }
                Ok(Ok(LineEnd::CrLf | LineEnd::Lf)) => {}
                Ok(Ok(LineEnd::Limit)) => {
                    self.say(500, "5.5.2 Line too long").await?;
                    return Ok(End::Close);
                }
                Ok(Ok(LineEnd::EndOfStream)) => return Ok(End::Close),
                Ok(Err(error)) => return Err(error),
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if let Some(end) = self.obey(text).await? {
                return Ok(end);
            }
        }
    }

    async fn obey(&mut self, line: &[u8]) -> io::Result<Option<End>> {
        let smtputf8 = self.shared.options.extensions.contains(&"SMTPUTF8");
        let command = match Command::parse(line, smtputf8) {
            Ok(command) => command,
            Err(refusal) => {
                if line.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case(b"RCPT ")) {
                    self.shared.mailbox.refuse_recipient();
                }
                self.say(refusal.0, refusal.1).await?;
                return Ok(None);
            }
        };
        match command {
            Command::Hello { extended } => {
                let text = if extended { self.extensions() } else { "catcher.invalid".to_owned() };
                if answer!(self.answer(Step::Ehlo, &[], 250, &text)) < 400 {
                    self.greeted = true;
                    self.transaction = None;
                }
            }
            Command::StartTls => {
                answer!(self.answer(Step::StartTls, &[], 502, "5.5.1 No TLS here"));
            }
            Command::Auth => {
                answer!(self.answer(Step::Auth, &[], 502, "5.5.1 Command not implemented"));
            }
            Command::Mail(from) => return self.mail(from).await,
            Command::Rcpt(recipient) => return self.recipient(recipient).await,
            Command::Data => return self.data().await,
            Command::Rset => {
                self.transaction = None;
                answer!(self.answer(Step::Rset, &[], 250, "2.0.0 Ok"));
            }
            Command::Noop => {
                answer!(self.answer(Step::Noop, &[], 250, "2.0.0 Ok"));
            }
            Command::Vrfy => self.say(252, "2.5.2 Everyone is welcome here, existing or not").await?,
            Command::Help => self.say(214, "2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY QUIT").await?,
            Command::Quit => {
                let code = answer!(self.answer(Step::Quit, &[], 221, "2.0.0 Bye"));
                return Ok((code < 400).then_some(End::Close));
            }
        }
        Ok(None)
    }

    fn extensions(&self) -> String {
        let mut text = format!("catcher.invalid\nSIZE {}", self.shared.options.max_size);
        for extension in &self.shared.options.extensions {
            text.push('\n');
            text.push_str(extension);
        }
        text
    }

    async fn mail(&mut self, from: MailFrom) -> io::Result<Option<End>> {
        if !self.greeted {
            self.say(503, "5.5.1 Say EHLO first").await?;
        } else if self.transaction.is_some() {
            self.say(503, "5.5.1 A mail has been begun already").await?;
        } else if from.size.is_some_and(|size| size > self.shared.options.max_size as u64) {
            self.say(552, "5.3.4 Mail is larger than the limit").await?;
        } else if answer!(self.answer(Step::Mail, &[], 250, "2.1.0 Ok")) < 400 {
            self.transaction = Some(Transaction { from, recipients: Vec::new() });
        }
        Ok(None)
    }

    async fn recipient(&mut self, recipient: String) -> io::Result<Option<End>> {
        let Some(transaction) = &self.transaction else {
            self.say(503, "5.5.1 MAIL comes first").await?;
            return Ok(None);
        };
        let code = if transaction.recipients.len() >= self.shared.options.max_recipients {
            self.say(452, "4.5.3 Too many recipients").await?;
            452
        } else if !recipient.is_ascii() && !transaction.from.smtputf8 {
            self.say(553, "5.6.7 Non-ASCII address needs SMTPUTF8").await?;
            553
        } else {
            answer!(self.answer(Step::Rcpt, std::slice::from_ref(&recipient), 250, "2.1.5 Ok"))
        };
        match &mut self.transaction {
            Some(transaction) if code < 400 => transaction.recipients.push(recipient),
            _ => self.shared.mailbox.refuse_recipient(),
        }
        Ok(None)
    }

    async fn data(&mut self) -> io::Result<Option<End>> {
        let Some(Transaction { from, recipients }) = self.transaction.take() else {
            self.say(503, "5.5.1 MAIL and RCPT come first").await?;
            return Ok(None);
        };
        if recipients.is_empty() {
            self.say(554, "5.5.1 No valid recipients").await?;
            return Ok(None);
        }
        if answer!(self.answer(Step::Data, &recipients, 354, "End data with <CR><LF>.<CR><LF>")) != 354 {
            return Ok(None);
        }
        self.writer.flush().await?;
        let mail = match self.body(&recipients).await? {
            Ok(mail) => mail,
            Err(end) => return Ok(Some(end)),
        };
        if let Some((code, text)) = mail.refusal {
            self.shared.mailbox.refuse_message();
            self.say(code, text).await?;
            return Ok(None);
        }
        let fault = self.shared.script().fault(Step::FinalDot, self.number, &recipients);
        if matches!(&fault, Some(Fault::Reply { code, .. }) if *code >= 400) {
            self.shared.mailbox.refuse_message();
        } else {
            // Taken before the answer, as a server does that must not lose it: the answer may never arrive.
            let options = &self.shared.options;
            self.shared.mailbox.keep(Received {
                id: 0,
                connection: self.number,
                mail_from: from.address,
                recipients,
                data: mail.data,
                eight_bit: from.eight_bit,
                smtputf8: from.smtputf8,
                received_at: options.clock.now(),
            });
        }
        answer!(self.answer_with(fault, 250, "2.0.0 Ok: kept, never passed on"));
        Ok(None)
    }

    /// Reads a mail to its final dot, the dots unstuffed (RFC 5321 section 4.5.2). Only CRLF ends a line: a dot between
    /// bare LFs is text, or two mails could hide in one.
    async fn body(&mut self, recipients: &[String]) -> io::Result<Result<Mail, End>> {
        let limits = &self.shared.options;
        let mut mail = Mail { data: Vec::new(), refusal: None };
        let (mut line, mut at_start, mut length, mut pause, mut begun) = (Vec::new(), true, 0, None, false);
        loop {
            line.clear();
            let read = read_line(&mut self.reader, &mut line, 16 * 1024);
            let Ok(end) = tokio::time::timeout(limits.idle_timeout, read).await else {
                self.say(421, "4.4.2 Nothing heard for too long").await?;
                return Ok(Err(End::Close));
            };
            let end = end?;
            if end == LineEnd::EndOfStream {
                return Ok(Err(End::Close));
            }
            if at_start && line == b".\r\n" {
                return Ok(Ok(mail));
            }
            if !begun {
                begun = true;
                match self.shared.script().fault(Step::Body, self.number, recipients) {
                    None => {}
                    Some(Fault::Slow(each)) => pause = Some(each),
                    Some(Fault::Stall(duration)) => stall(duration).await,
                    // There is no answer in the middle of a mail that a client could go on after.
                    Some(Fault::Reply { code, text }) => {
                        self.say(code, &text).await?;
                        return Ok(Err(End::Close));
                    }
                    Some(Fault::Drop(_)) => return Ok(Err(End::Close)),
                    Some(Fault::Reset(_)) => return Ok(Err(End::Reset)),
                }
            }
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
            let text = if at_start { line.strip_prefix(b".").unwrap_or(&line) } else { &line };
            length += text.len() - if end == LineEnd::CrLf { 2 } else { 0 };
            if length > limits.max_line {
                mail.refuse(554, "5.6.0 A line is longer than RFC 5321 allows (998 octets)");
            }
            if mail.data.len() + text.len() > limits.max_size {
                mail.refuse(552, "5.3.4 Mail is larger than the limit");
            }
            // A mail already refused is read to its end, but not kept in memory.
            if mail.refusal.is_none() {
                mail.data.extend_from_slice(text);
            }
            at_start = end == LineEnd::CrLf;
            if at_start {
                length = 0;
            }
        }
    }

    /// Answers a step: as the script says, or as usual.
    async fn answer(
        &mut self,
        step: Step,
        recipients: &[String],
        code: u16,
        text: &str,
    ) -> io::Result<Answered> {
        let fault = self.shared.script().fault(step, self.number, recipients);
        self.answer_with(fault, code, text).await
    }

    async fn answer_with(&mut self, fault: Option<Fault>, code: u16, text: &str) -> io::Result<Answered> {
        let end = match fault {
            None => None,
            Some(Fault::Reply { code, text }) => {
                self.say(code, &text).await?;
                return Ok(if code == 421 { Answered::Over(End::Close) } else { Answered::With(code) });
            }
            Some(Fault::Stall(duration)) => {
                self.writer.flush().await?;
                stall(duration).await;
                None
            }
            Some(Fault::Slow(pause)) => {
                for octet in reply(code, text).into_bytes() {
                    tokio::time::sleep(pause).await;
                    self.writer.write_all(&[octet]).await?;
                    self.writer.flush().await?;
                }
                return Ok(Answered::With(code));
            }
            Some(Fault::Drop(when)) => Some((End::Close, when)),
            Some(Fault::Reset(when)) => Some((End::Reset, when)),
        };
        match end {
            Some((end, When::BeforeReply)) => Ok(Answered::Over(end)),
            Some((end, When::AfterReply)) => {
                self.say(code, text).await?;
                Ok(Answered::Over(end))
            }
            None => {
                self.say(code, text).await?;
                Ok(Answered::With(code))
            }
        }
    }

    async fn say(&mut self, code: u16, text: &str) -> io::Result<()> {
        self.writer.write_all(reply(code, text).as_bytes()).await
    }

    async fn end(mut self, end: End) {
        // A client that has gone first leaves errors behind that matter to nobody.
        let _ = self.writer.flush().await;
        if end == End::Reset {
            // The octets already sent get a moment to arrive: a reset may overtake what lies in the buffers.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let writer = self.writer.into_inner();
            let _ = writer.as_ref().set_zero_linger();
            // Dropped as usual it would say an orderly goodbye first.
            writer.forget();
            return;
        }
        let _ = self.writer.shutdown().await;
        let _ = tokio::time::timeout(LINGER, async {
            let mut rest = [0; 8192];
            while matches!(self.reader.read(&mut rest).await, Ok(octets) if octets > 0) {}
        })
        .await;
    }
}

/// A mail as read, and the answer if it cannot be taken.
struct Mail {
    data: Vec<u8>,
    refusal: Option<(u16, &'static str)>,
}

impl Mail {
    fn refuse(&mut self, code: u16, text: &'static str) {
        self.data = Vec::new();
        self.refusal.get_or_insert((code, text));
    }
}

async fn stall(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// An answer of one or more lines (RFC 5321 section 4.2.1).
fn reply(code: u16, text: &str) -> String {
    let mut lines = text.lines().peekable();
    let mut reply = String::new();
    if lines.peek().is_none() {
        reply = format!("{code} \r\n");
    }
    while let Some(line) = lines.next() {
        let mark = if lines.peek().is_some() { '-' } else { ' ' };
        reply.push_str(&format!("{code}{mark}{line}\r\n"));
    }
    reply
}
