use std::time::Duration;

use actix_web::{App, body::to_bytes, http::StatusCode, test, web};

use super::{configure, octets, with_links_outside};
use crate::catcher::smtp::{Options, SmtpServer};

const MAIL: &str = "From: Alumn <alumn@example.se>\r\nTo: anna@example.com\r\nSubject: <b>Jubileum</b> & fest\r\n\
    List-Unsubscribe: <https://example.se/u/x>\r\nReceived: one\r\nReceived: two\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHej <Anna>\r\n\
    --x\r\nContent-Type: text/html\r\n\r\n<html><head lang=sv></head><body><script>bad()</script></body></html>\r\n\
    --x--\r\n";

/// A catcher that has taken the mail over SMTP.
async fn with_mail() -> SmtpServer {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = SmtpServer::start(Options::default()).await.unwrap();
    let mut client = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let commands = "EHLO x\r\nMAIL FROM:<bounce@example.se>\r\nRCPT TO:<anna@example.com>\r\nDATA\r\n";
    client.write_all(format!("{commands}{MAIL}.\r\nQUIT\r\n").as_bytes()).await.unwrap();
    client.read_to_end(&mut Vec::new()).await.unwrap();
    server.mailbox().wait_for(1, Duration::from_secs(1)).await.unwrap();
    server
}

/// Status, content security policy and body of an address.
async fn get(server: &SmtpServer, address: &str) -> (StatusCode, String, String) {
    let mailbox = web::Data::new(server.mailbox().clone());
    let app = test::init_service(App::new().app_data(mailbox).configure(configure)).await;
    let response = test::call_service(&app, test::TestRequest::get().uri(address).to_request()).await;
    let policy = response.headers().get("content-security-policy");
    let policy = policy.map(|policy| policy.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status();
    let body = to_bytes(response.into_body()).await.unwrap();
    (status, policy, String::from_utf8(body.to_vec()).unwrap())
}

#[actix_web::test]
async fn the_list_shows_finds_and_escapes() {
    let server = with_mail().await;
    let (status, policy, page) = get(&server, "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("script")
    );
    assert!(page.contains("&#60;b&#62;Jubileum&#60;/b&#62; &#38; fest"), "{page}");
    assert!(page.contains("anna@example.com"));
    assert!(get(&server, "/?q=ANNA%40").await.2.contains("/messages/1"));
    let (_, _, page) = get(&server, "/?q=bertil&page=7").await;
    assert!(page.contains("No mail fits") && !page.contains("/messages/1"));
}

#[actix_web::test]
async fn a_mail_has_its_parts_in_tabs() {
    let server = with_mail().await;
    let (_, _, page) = get(&server, "/messages/1").await;
    assert!(page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox"));
    assert!(!page.contains("bad()"), "the mail's own HTML stands in the frame alone");
    assert!(get(&server, "/messages/1?view=text").await.2.contains("Hej &#60;Anna&#62;"));
    assert!(get(&server, "/messages/1?view=headers").await.2.contains("&#60;https://example.se/u/x&#62;"));
    assert!(get(&server, "/messages/1?view=source").await.2.contains("--x--"));
    assert_eq!(get(&server, "/messages/2").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&server, "/messages/x").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&server, "/elsewhere").await.0, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_mails_html_runs_no_script_and_opens_links_beside() {
    let server = with_mail().await;
    let (_, policy, html) = get(&server, "/messages/1/html").await;
    assert!(policy.starts_with("sandbox allow-popups ") && policy.contains("default-src 'none'"));
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"));
    assert!(html.contains("<head lang=sv><base target=\"_blank\"></head>"));
    assert_eq!(with_links_outside("<p>å"), "<base target=\"_blank\"><p>å");
}

#[actix_web::test]
async fn scripts_read_mails_as_json() {
    let server = with_mail().await;
    let (_, _, json) = get(&server, "/api/messages?to=Anna%40example.com").await;
    let mails: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(mails[0]["id"], 1);
    assert_eq!(mails[0]["from"], "Alumn <alumn@example.se>");
    assert_eq!(mails[0]["to"][0], "anna@example.com");
    assert_eq!(mails[0]["subject"], "<b>Jubileum</b> & fest");
    assert_eq!(mails[0]["headers"]["List-Unsubscribe"], "<https://example.se/u/x>");
    assert_eq!(mails[0]["headers"]["Received"], "one\ntwo");
    assert_eq!(get(&server, "/api/messages?to=bertil%40example.com").await.2, "[]");
    assert_eq!(get(&server, "/api/messages/1/source").await.2, MAIL);
    assert_eq!(get(&server, "/api/messages/9/source").await.0, StatusCode::NOT_FOUND);
}

#[::core::prelude::v1::test]
fn octets_are_short() {
    assert_eq!([octets(&999), octets(&34_001), octets(&1_250_000)], ["999 B", "35 kB", "1.2 MB"]);
}
