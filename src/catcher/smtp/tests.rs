//! The server's side of every fault, seen by a bare socket and by the client library that the sender uses.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{Fault, Options, Rule, Script, SmtpServer, Step, When};

mod library;

/// A client that says exactly what it is told.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(server: &SmtpServer) -> Self {
        Self(BufReader::new(TcpStream::connect(server.address()).await.unwrap()))
    }

    /// Connected, greeted and through EHLO.
    async fn greeted(server: &SmtpServer) -> Self {
        let mut client = Self::connect(server).await;
        assert_eq!(client.read().await, 220);
        assert_eq!(client.say("EHLO test.example").await, 250);
        client
    }

    /// One answer's code; 0 at the end of the stream, 1 after a reset.
    async fn read(&mut self) -> u16 {
        loop {
            let mut line = String::new();
            match self.0.read_line(&mut line).await {
                Ok(0) => return 0,
                Ok(_) if line.as_bytes().get(3) == Some(&b'-') => {}
                Ok(_) => return line[..3].parse().unwrap(),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return 1,
                Err(error) => panic!("{error}"),
            }
        }
    }

    async fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    async fn say(&mut self, line: &str) -> u16 {
        self.send(&format!("{line}\r\n")).await;
        self.read().await
    }

    /// The codes for MAIL, RCPT, DATA and the final dot, as far as it gets.
    async fn mail(&mut self, to: &str, body: &str) -> Vec<u16> {
        let mut codes = Vec::new();
        for line in ["MAIL FROM:<from@x.example>", &format!("RCPT TO:<{to}>"), "DATA"] {
            codes.push(self.say(line).await);
            if *codes.last().unwrap() < 200 || *codes.last().unwrap() >= 400 {
                return codes;
            }
        }
        codes.push(self.say(&format!("{body}\r\n.")).await);
        codes
    }
}

async fn server(script: Script) -> SmtpServer {
    SmtpServer::start(Options { script, ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn takes_a_mail_as_it_was_sent() {
    let server = server(Script::default()).await;
    let mut client = Client::connect(&server).await;
    assert_eq!(client.read().await, 220);
    client.send("EHLO test.example\r\n").await;
    let mut announced = String::new();
    while !announced.contains("250 ") {
        client.0.read_line(&mut announced).await.unwrap();
    }
    for extension in ["SIZE 50000000", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"] {
        assert!(announced.contains(extension), "{announced}");
    }
    assert_eq!(client.say("MAIL FROM:<> BODY=8BITMIME SMTPUTF8 SIZE=40").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.example>").await, 250);
    assert_eq!(client.say("RCPT TO:<å@b.example>").await, 250);
    assert_eq!(client.say("DATA").await, 354);
    let mail = "Subject: hej\r\n\r\n..one dot\r\n...two\r\nbare\n.\nLF ÅÄÖ\r\n\r\n.\r\n";
    client.send(mail).await;
    assert_eq!(client.read().await, 250);
    assert_eq!(client.say("QUIT").await, 221);
    assert_eq!(client.read().await, 0);

    let mails = server.mailbox().wait_for(1, Duration::from_secs(1)).await.unwrap();
    let mail = &mails[0];
    assert_eq!((mail.id, mail.connection, mail.mail_from.as_str()), (1, 1, ""));
    assert_eq!(mail.recipients, ["a@b.example", "å@b.example"]);
    assert_eq!(
        String::from_utf8_lossy(&mail.data),
        "Subject: hej\r\n\r\n.one dot\r\n..two\r\nbare\n.\nLF ÅÄÖ\r\n\r\n"
    );
    assert!(mail.eight_bit && mail.smtputf8);
    assert_eq!(server.mailbox().messages_to("A@B.example").len(), 1);
    let counters = server.mailbox().counters();
    assert_eq!((counters.messages, counters.recipients, counters.connections), (1, 2, 1));
    assert_eq!(counters.octets, mail.data.len() as u64);
}

#[tokio::test]
async fn keeps_to_the_order_of_commands() {
    let server = server(Script::default()).await;
    let mut client = Client::connect(&server).await;
    assert_eq!(client.read().await, 220);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 503);
    assert_eq!(client.say("HELO test.example").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.example>").await, 503);
    assert_eq!(client.say("DATA").await, 503);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 250);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 503);
    assert_eq!(client.say("DATA").await, 554);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 250);
    assert_eq!(client.say("RCPT TO:<å@b.example>").await, 553, "SMTPUTF8 was not asked for");
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.example>").await, 503);
    assert_eq!(client.say("NOOP").await, 250);
    assert_eq!(client.say("VRFY anna").await, 252);
    assert_eq!(client.say("STARTTLS").await, 502);
    assert_eq!(client.say("AUTH PLAIN AGEAYg==").await, 502);
    assert_eq!(client.say("WHAT").await, 500);
    assert_eq!(server.mailbox().counters().refused_recipients, 1);
}

#[tokio::test]
async fn answers_commands_that_come_together() {
    let server =
        server(Script::default().rule(Rule::at(Step::Rcpt).to("bad@*").then(Fault::reply(550, "no")))).await;
    let mut client = Client::greeted(&server).await;
    client
        .send("MAIL FROM:<a@b.example>\r\nRCPT TO:<bad@b.example>\r\nRCPT TO:<good@b.example>\r\nDATA\r\n")
        .await;
    for code in [250, 550, 250, 354] {
        assert_eq!(client.read().await, code);
    }
    client.send("Subject: x\r\n\r\nhej\r\n.\r\nQUIT\r\n").await;
    assert_eq!(client.read().await, 250);
    assert_eq!(client.read().await, 221);
    assert_eq!(server.mailbox().messages()[0].recipients, ["good@b.example"]);
}

#[tokio::test]
async fn refuses_what_is_too_large() {
    let options = Options { max_size: 100, max_recipients: 1, ..Options::default() };
    let server = SmtpServer::start(options).await.unwrap();
    let mut client = Client::greeted(&server).await;
    assert_eq!(client.say("MAIL FROM:<a@b.example> SIZE=101").await, 552);
    assert_eq!(client.mail("a@b.example", &"0123456789\r\n".repeat(9)).await, [250, 250, 354, 552]);
    assert_eq!(client.mail("a@b.example", "short").await, [250, 250, 354, 250], "the connection goes on");
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.example>").await, 250);
    assert_eq!(client.say("RCPT TO:<b@b.example>").await, 452);
    let counters = server.mailbox().counters();
    assert_eq!((counters.messages, counters.refused_messages), (1, 1));
    assert_eq!(client.say(&format!("NOOP {}", "x".repeat(5000))).await, 500);
    assert_eq!(client.read().await, 0);
}

#[tokio::test]
async fn refuses_lines_longer_than_the_standard_allows() {
    let server = server(Script::default()).await;
    let mut client = Client::greeted(&server).await;
    assert_eq!(client.mail("a@b.example", &"x".repeat(998)).await, [250, 250, 354, 250]);
    assert_eq!(client.mail("a@b.example", &format!(".{}", "x".repeat(998))).await, [250, 250, 354, 250]);
    assert_eq!(client.mail("a@b.example", &"x".repeat(999)).await, [250, 250, 354, 554]);
    assert_eq!(client.mail("a@b.example", &"x".repeat(100_000)).await, [250, 250, 354, 554]);
    assert_eq!(server.mailbox().counters().messages, 2);
}

#[tokio::test]
async fn a_scripted_answer_comes_at_its_step() {
    for (step, codes) in [
        (Step::Mail, vec![450]),
        (Step::Rcpt, vec![250, 450]),
        (Step::Data, vec![250, 250, 450]),
        (Step::FinalDot, vec![250, 250, 354, 450]),
    ] {
        let server =
            server(Script::default().rule(Rule::at(step).times(1).then(Fault::reply(450, "4.2.0 busy"))))
                .await;
        let mut client = Client::greeted(&server).await;
        assert_eq!(client.mail("a@b.example", "hej").await, codes, "{step:?}");
        assert_eq!(client.say("RSET").await, 250);
        assert_eq!(client.mail("a@b.example", "hej").await, [250, 250, 354, 250], "once only");
        assert_eq!(server.mailbox().counters().messages, 1, "{step:?}");
    }
}

#[tokio::test]
async fn a_greeting_can_refuse_and_421_ends_the_connection() {
    let server = server(
        Script::default()
            .rule(Rule::at(Step::Connect).connection(1).then(Fault::reply(554, "5.7.1 go away")))
            .rule(Rule::at(Step::Ehlo).connection(2).then(Fault::reply(421, "4.3.2 closing\nsorry")))
            .rule(Rule::at(Step::Quit).connection(3).then(Fault::Drop(When::BeforeReply))),
    )
    .await;
    let mut client = Client::connect(&server).await;
    assert_eq!((client.read().await, client.read().await), (554, 0));
    let mut client = Client::connect(&server).await;
    assert_eq!(client.read().await, 220);
    assert_eq!((client.say("EHLO x").await, client.read().await), (421, 0));
    let mut client = Client::greeted(&server).await;
    assert_eq!(client.say("QUIT").await, 0);
}

#[tokio::test]
async fn connections_drop_and_reset_before_and_after_the_answer() {
    for (fault, expected) in [
        (Fault::Drop(When::BeforeReply), vec![0]),
        (Fault::Drop(When::AfterReply), vec![250, 0]),
        (Fault::Reset(When::BeforeReply), vec![1]),
        (Fault::Reset(When::AfterReply), vec![250, 1]),
    ] {
        let server = server(Script::default().on(Step::FinalDot, fault.clone())).await;
        let mut client = Client::greeted(&server).await;
        let mut codes = client.mail("a@b.example", "hej").await.split_off(3);
        if codes == [250] {
            codes.push(client.read().await);
        }
        assert_eq!(codes, expected, "{fault:?}");
        assert_eq!(server.mailbox().counters().messages, 1, "taken all the same: {fault:?}");
    }
    for fault in [Fault::drop_before_reply(), Fault::reset_before_reply()] {
        let server = server(Script::default().on(Step::Body, fault.clone())).await;
        let mut client = Client::greeted(&server).await;
        let end = *client.mail("a@b.example", &"hej\r\n".repeat(1000)).await.last().unwrap();
        assert_eq!(end, u16::from(fault == Fault::reset_before_reply()), "{fault:?}");
        assert_eq!(server.mailbox().counters().messages, 0, "lost with its body: {fault:?}");
    }
}

#[tokio::test]
async fn stalls_and_slow_answers_take_their_time() {
    let short = Duration::from_millis(120);
    for (step, fault) in [
        (Step::Data, Fault::stall(short)),
        (Step::Body, Fault::stall(short)),
        (Step::Mail, Fault::Slow(Duration::from_millis(10))),
        (Step::Body, Fault::Slow(Duration::from_millis(60))),
    ] {
        let server = server(Script::default().on(step, fault.clone())).await;
        let mut client = Client::greeted(&server).await;
        let start = Instant::now();
        assert_eq!(client.mail("a@b.example", "a\r\nb").await, [250, 250, 354, 250]);
        assert!(start.elapsed() >= short, "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_still_stops() {
    let server = server(Script::default().on(Step::FinalDot, Fault::hang())).await;
    let mut client = Client::greeted(&server).await;
    let waited = tokio::time::timeout(Duration::from_millis(200), client.mail("a@b.example", "hej")).await;
    assert!(waited.is_err(), "no answer");
    assert_eq!(server.mailbox().counters().messages, 1);
    let stopped = tokio::time::timeout(Duration::from_secs(3), server.stop()).await;
    assert!(stopped.is_ok());
    assert_eq!((client.read().await, client.read().await), (421, 0));
}

#[tokio::test]
async fn a_stopped_server_is_away_and_can_come_back_on_its_port() {
    let first = server(Script::default()).await;
    let mut client = Client::greeted(&first).await;
    first.stop().await;
    assert_eq!((client.read().await, client.read().await), (421, 0));
    assert!(TcpStream::connect(first.address()).await.is_err());
    let second = SmtpServer::start(Options { bind: first.address(), ..Options::default() }).await.unwrap();
    let mut client = Client::greeted(&second).await;
    assert_eq!(client.mail("a@b.example", "hej").await, [250, 250, 354, 250]);
}

#[tokio::test]
async fn the_script_can_change_while_a_connection_is_open() {
    let server = server(Script::default()).await;
    let mut client = Client::greeted(&server).await;
    server.set_script(Script::default().on(Step::Rcpt, Fault::reply(550, "5.1.1 gone")));
    assert_eq!(client.mail("a@b.example", "hej").await, [250, 550]);
    server.set_script(Script::default());
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.mail("a@b.example", "hej").await, [250, 250, 354, 250]);
}

#[tokio::test]
async fn a_bounded_mailbox_counts_everything_and_keeps_the_newest() {
    let server = SmtpServer::start(Options { keep: 2, ..Options::default() }).await.unwrap();
    let mut client = Client::greeted(&server).await;
    for number in 1..=5 {
        client.mail("a@b.example", &format!("Subject: {number}")).await;
    }
    let kept = server.mailbox().wait_for(5, Duration::from_secs(1)).await.unwrap();
    assert_eq!(kept.iter().map(|mail| mail.id).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(server.mailbox().counters().messages, 5);
    assert!(server.mailbox().message(3).is_none());
    assert_eq!(server.mailbox().message(4).unwrap().data, b"Subject: 4\r\n");
    let error = server.mailbox().wait_for(6, Duration::from_millis(20)).await.unwrap_err();
    assert_eq!((error.wanted, error.got), (6, 5));
}

#[tokio::test]
async fn a_silent_client_is_told_to_go() {
    let options = Options { idle_timeout: Duration::from_millis(80), ..Options::default() };
    let server = SmtpServer::start(options).await.unwrap();
    let mut client = Client::greeted(&server).await;
    assert_eq!((client.read().await, client.read().await), (421, 0));
    let mut rest = Vec::new();
    client.0.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}
