//! The pages of the mail catcher: a small application of its own, on its own port.
//!
//! A tool for developers and for those who try the demo, so English only. No script anywhere; a mail's HTML stands in
//! a frame that may run none either, with links that open beside it.

use std::net::TcpListener;

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::{StatusCode, header},
    middleware::DefaultHeaders,
    web,
};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::catcher::{
    smtp::{Mailbox, Received},
    store::{self, List, Opened, Summary},
};

/// What the catcher's own pages may load: its style sheet, and the frame of a mail.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; \
                           base-uri 'none'; frame-ancestors 'none'";

/// What a mail's HTML may do: show itself with its pictures, and open links. It has no origin and runs no script.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox \
                           allow-top-navigation-by-user-activation; default-src 'none'; img-src http: https: data:; \
                           style-src 'unsafe-inline' https:; font-src https: data:; base-uri 'none'; \
                           frame-ancestors 'self'";

/// Serves the pages on a listening socket until the returned server's handle stops it.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(mailbox: Mailbox, listener: TcpListener) -> std::io::Result<Server> {
    let mailbox = web::Data::new(mailbox);
    Ok(HttpServer::new(move || App::new().app_data(mailbox.clone()).configure(configure))
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run())
}

/// Every address of the catcher.
pub fn configure(app: &mut web::ServiceConfig) {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"));
    app.service(
        web::scope("")
            .wrap(headers)
            .route("/", web::get().to(list))
            .route("/catcher.css", web::get().to(style))
            .route("/messages/{id}", web::get().to(message))
            .route("/messages/{id}/html", web::get().to(html))
            .route("/api/messages", web::get().to(api_list))
            .route("/api/messages", web::delete().to(api_clear))
            .route("/api/messages/{id}/source", web::get().to(api_source))
            .default_service(web::to(|| async { not_found() })),
    );
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default = "first_page")]
    page: usize,
}

const fn first_page() -> usize {
    1
}

#[derive(Template)]
#[template(path = "catcher/list.html")]
struct ListPage {
    query: String,
    list: List,
}

impl ListPage {
    /// The address of this list, so many pages further on.
    fn url(&self, pages_on: isize) -> String {
        let query: String = url::form_urlencoded::byte_serialize(self.query.as_bytes()).collect();
        format!("/?q={query}&page={}", self.list.page.saturating_add_signed(pages_on))
    }
}

async fn list(mailbox: web::Data<Mailbox>, query: web::Query<ListQuery>) -> HttpResponse {
    let ListQuery { q: query, page } = query.into_inner();
    let list = store::list(&mailbox, &query, page);
    page_of(StatusCode::OK, &ListPage { query, list })
}

/// The parts of a mail that have a tab each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum View {
    Html,
    Text,
    Headers,
    Source,
}

impl View {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Html, "html", "HTML"),
        (Self::Text, "text", "Text"),
        (Self::Headers, "headers", "Headers"),
        (Self::Source, "source", "Source"),
    ];
}

#[derive(Deserialize)]
struct MessageQuery {
    view: Option<View>,
}

#[derive(Template)]
#[template(path = "catcher/message.html")]
struct MessagePage {
    mail: Opened,
    view: View,
}

async fn message(
    mailbox: web::Data<Mailbox>,
    id: web::Path<u64>,
    query: web::Query<MessageQuery>,
) -> HttpResponse {
    let Some(mail) = mailbox.message(*id) else { return not_found() };
    let mail = store::open(&mail);
    let first = if mail.html.is_some() { View::Html } else { View::Text };
    page_of(StatusCode::OK, &MessagePage { view: query.view.unwrap_or(first), mail })
}

async fn html(mailbox: web::Data<Mailbox>, id: web::Path<u64>) -> HttpResponse {
    let Some(html) = mailbox.message(*id).and_then(|mail| store::open(&mail).html) else {
        return not_found();
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .content_type("text/html; charset=utf-8")
        .body(with_links_outside(&html))
}

/// Makes the links of a mail open beside the frame it stands in. The policy's `base-uri` speaks of addresses only.
fn with_links_outside(html: &str) -> String {
    const BASE: &str = "<base target=\"_blank\">";
    let lower = html.to_ascii_lowercase();
    let head = lower.find("<head").and_then(|start| Some(start + lower[start..].find('>')? + 1));
    let (before, after) = html.split_at(head.unwrap_or(0));
    format!("{before}{BASE}{after}")
}

/// One mail as scripts and tests read it.
#[derive(Serialize)]
struct ApiMessage {
    id: u64,
    connection: u64,
    mail_from: String,
    from: String,
    to: Vec<String>,
    subject: String,
    received_at: chrono::DateTime<chrono::Utc>,
    size: usize,
    headers: serde_json::Map<String, serde_json::Value>,
}

impl ApiMessage {
    fn new(mail: &Received) -> Self {
        let Summary { id, from, to, subject, received_at, size } = store::summarise(mail);
        let mut headers = serde_json::Map::new();
        for (name, value) in store::headers(mail) {
            // A header that comes again, such as DKIM-Signature, is added on a line of its own.
            match headers.get_mut(&name) {
                Some(serde_json::Value::String(values)) => {
                    values.push('\n');
                    values.push_str(&value);
                }
                _ => {
                    headers.insert(name, value.into());
                }
            }
        }
        let (connection, mail_from) = (mail.connection, mail.mail_from.clone());
        Self { id, connection, mail_from, from, to, subject, received_at, size, headers }
    }
}

#[derive(Deserialize)]
struct ApiQuery {
    /// One recipient, compared without case; everybody's mails without it.
    to: Option<String>,
}

async fn api_list(mailbox: web::Data<Mailbox>, query: web::Query<ApiQuery>) -> HttpResponse {
    let mut mails = match &query.to {
        Some(recipient) => mailbox.messages_to(recipient),
        None => mailbox.messages(),
    };
    mails.reverse();
    HttpResponse::Ok().json(mails.iter().map(|mail| ApiMessage::new(mail)).collect::<Vec<_>>())
}

async fn api_clear(mailbox: web::Data<Mailbox>) -> HttpResponse {
    mailbox.clear();
    HttpResponse::NoContent().finish()
}

async fn api_source(mailbox: web::Data<Mailbox>, id: web::Path<u64>) -> HttpResponse {
    match mailbox.message(*id) {
        // As text: a browser that opened it as a mail would hand it to a mail program.
        Some(mail) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(mail.data.clone()),
        None => not_found(),
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("catcher.css"))
}

#[derive(Template)]
#[template(path = "catcher/not_found.html")]
struct NotFoundPage;

fn not_found() -> HttpResponse {
    page_of(StatusCode::NOT_FOUND, &NotFoundPage)
}

fn page_of(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status)
            .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
            .content_type("text/html; charset=utf-8")
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page of the mail catcher cannot be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// Octets for people: "512 B", "34 kB", "1.2 MB".
fn octets(size: &usize) -> String {
    match *size {
        small if small < 1000 => format!("{small} B"),
        medium if medium < 1_000_000 => format!("{} kB", medium.div_ceil(1000)),
        large => format!("{}.{} MB", large / 1_000_000, large % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
#[path = "catcher_tests.rs"]
mod tests;
