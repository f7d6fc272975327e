//! lettre, the client that the sender uses, against the server.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    address::Envelope,
    transport::smtp::{Error, client::Tls},
};

use super::{Fault, Rule, Script, SmtpServer, Step, server};

fn client(server: &SmtpServer) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.address().ip().to_string())
        .port(server.address().port())
        .tls(Tls::None)
        .build()
}

async fn send(client: &AsyncSmtpTransport<Tokio1Executor>, to: &str) -> Result<(), Error> {
    let from: Address = "from@x.example".parse().unwrap();
    let envelope = Envelope::new(Some(from), vec![to.parse().unwrap()]).unwrap();
    client.send_raw(&envelope, b"Subject: hej\r\n\r\n.a dot").await.map(|_| ())
}

#[tokio::test]
async fn mails_arrive_one_after_the_other() {
    let server = server(Script::default()).await;
    let client = client(&server);
    for to in ["a@b.example", "b@b.example", "c@b.example"] {
        send(&client, to).await.unwrap();
    }
    let mails = server.mailbox().wait_for(3, Duration::from_secs(1)).await.unwrap();
    assert_eq!(mails[2].recipients, ["c@b.example"]);
    assert_eq!(mails[0].data, b"Subject: hej\r\n\r\n.a dot\r\n");
}

#[tokio::test]
async fn answers_are_transient_or_permanent_as_scripted() {
    for code in [421, 450, 451, 452, 550, 552, 554] {
        for step in [Step::Connect, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data, Step::FinalDot] {
            let server = server(Script::default().on(step, Fault::reply(code, "x.0.0 told so"))).await;
            let error = send(&client(&server), "a@b.example").await.unwrap_err();
            // The client falls back from EHLO to nothing: there a refusal may look like a lost connection.
            if step != Step::Ehlo {
                assert_eq!(error.is_transient(), code < 500, "{step:?} {code}: {error:?}");
                assert_eq!(error.is_permanent(), code >= 500, "{step:?} {code}: {error:?}");
            }
            assert_eq!(server.mailbox().counters().messages, 0);
        }
    }
}

#[tokio::test]
async fn lost_connections_and_hangs_are_errors_with_no_answer() {
    for (step, taken) in [
        (Step::Connect, 0),
        (Step::Ehlo, 0),
        (Step::Mail, 0),
        (Step::Rcpt, 0),
        (Step::Data, 0),
        (Step::Body, 0),
        (Step::FinalDot, 1),
    ] {
        for fault in [Fault::drop_before_reply(), Fault::reset_before_reply(), Fault::hang()] {
            let server = server(Script::default().on(step, fault.clone())).await;
            let client = client(&server);
            // The client's own timeout covers the connecting alone: whoever sends has to set one around it.
            match tokio::time::timeout(Duration::from_millis(100), send(&client, "a@b.example")).await {
                Err(_) => assert_eq!(fault, Fault::hang(), "{step:?}"),
                Ok(result) => {
                    let error = result.unwrap_err();
                    assert!(!error.is_transient() && !error.is_permanent(), "{step:?} {fault:?}: {error:?}");
                }
            }
            assert_eq!(server.mailbox().counters().messages, taken, "{step:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn one_recipient_is_refused_and_the_next_accepted() {
    let full = Fault::reply(452, "4.2.2 mailbox full");
    let server =
        server(Script::default().rule(Rule::at(Step::Rcpt).to("*@full.example").times(1).then(full))).await;
    let client = client(&server);
    assert!(send(&client, "a@full.example").await.unwrap_err().is_transient());
    send(&client, "a@b.example").await.unwrap();
    send(&client, "a@full.example").await.unwrap();
    let counters = server.mailbox().counters();
    assert_eq!((counters.messages, counters.refused_recipients), (2, 1));
}
