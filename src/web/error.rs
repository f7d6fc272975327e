//! Everything that a page can answer instead of what was asked for: one sentence that says what is wrong and what
//! to do next, in the reader's language.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;

use super::State;
use super::i18n::{Locale, Texts};
use super::page::Page;

/// Why a page could not be shown or a form could not be acted on.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// A signed link that is not ours, was changed, or leads to nothing. Says no more, on purpose.
    #[error("this link is not valid")]
    InvalidLink,
    /// Nobody is signed in; carries the address to come back to.
    #[error("sign in first")]
    SignInFirst(String),
    /// The account may not do this.
    #[error("this account may not do that")]
    NotAllowed,
    /// The form was sent from another site.
    #[error("the form was not sent from our own pages")]
    ForeignOrigin,
    /// What was sent is not a form.
    #[error("the form could not be read")]
    Unreadable,
    /// What was sent is larger than anything that we take.
    #[error("what was sent is too large")]
    TooLarge,
    /// A feature refuses; the message `key` says why, `detail` what exactly.
    #[error("{key}: {detail}")]
    Refused {
        /// The Fluent message.
        key: &'static str,
        /// The feature's own words, empty when the message says everything.
        detail: String,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// Something that cannot happen did.
    #[error("{0}")]
    Fault(String),
}

impl PageError {
    /// A feature's refusal in its own words.
    pub fn refused(key: &'static str, detail: impl ToString) -> Self {
        Self::Refused { key, detail: detail.to_string() }
    }

    /// The page's texts begin with this key: `…-title` and `…-text`.
    const fn key(&self) -> &'static str {
        match self {
            Self::NotFound => "error-not-found",
            Self::InvalidLink => "error-link",
            Self::SignInFirst(_) => "error-sign-in",
            Self::NotAllowed => "error-not-allowed",
            Self::ForeignOrigin => "error-foreign",
            Self::Unreadable => "error-unreadable",
            Self::TooLarge => "error-too-large",
            Self::Refused { key, .. } => key,
            Self::Database(_) | Self::Fault(_) => "error-fault",
        }
    }
}

impl From<diesel::result::Error> for PageError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<crate::staff::Error> for PageError {
    fn from(error: crate::staff::Error) -> Self {
        match error {
            crate::staff::Error::Database(error) => Self::Database(error),
            crate::staff::Error::PasswordTooShort => Self::refused("error-password-too-short", ""),
            other => Self::Fault(other.to_string()),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Fault(format!("a page could not be written: {error}"))
    }
}

/// What [`pages`] has to show; put into the response by [`PageError::error_response`].
struct Shown {
    key: &'static str,
    detail: String,
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::InvalidLink => StatusCode::NOT_FOUND,
            Self::SignInFirst(_) => StatusCode::SEE_OTHER,
            Self::NotAllowed | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Database(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::SignInFirst(next) = self {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            return HttpResponse::SeeOther()
                .insert_header((LOCATION, format!("/login?next={next}")))
                .finish();
        }
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(error = %self, "a page could not be shown");
        }
        let mut key = self.key();
        let mut detail = String::new();
        if let Self::Refused { detail: said, .. } = self {
            detail.clone_from(said);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            key = "error-busy";
        }
        let mut response = HttpResponse::new(status);
        response.extensions_mut().insert(Shown { key, detail });
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    title: String,
    text: String,
    detail: String,
    /// For staff: the way back.
    home: bool,
}

/// Middleware: turns every bare error of a page into a page that a person can read. What the API answers is left
/// alone, and so is an error that brought its own page.
///
/// # Errors
/// Those of the services inside, when they made no response.
pub async fn pages<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || speaks_for_itself(&response) {
        return Ok(response);
    }
    let (request, mut response) = response.into_parts();
    let shown = response.extensions_mut().remove::<Shown>();
    let (key, detail) = shown.map_or((key_of(status), String::new()), |shown| (shown.key, shown.detail));
    let page = error_page(&request, status, key, detail);
    Ok(ServiceResponse::new(request, page))
}

fn speaks_for_itself(response: &ServiceResponse) -> bool {
    let path = response.request().path();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    path.starts_with("/api/") || path == "/health" || kind.starts_with("text/html") || kind.contains("json")
}

fn key_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "error-not-found",
        StatusCode::FORBIDDEN => "error-not-allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "error-too-large",
        StatusCode::METHOD_NOT_ALLOWED => "error-method",
        status if status.is_client_error() => "error-unreadable",
        _ => "error-fault",
    }
}

fn error_page(request: &HttpRequest, status: StatusCode, key: &str, detail: String) -> HttpResponse {
    let texts = Texts(Locale::of(request).0);
    let office = request.app_data::<web::Data<State>>().map_or("", |state| &state.config.office_name);
    let template = ErrorPage {
        page: Page::public(request, texts, office),
        status: status.as_u16(),
        title: texts.t(&format!("{key}-title")),
        text: texts.t(&format!("{key}-text")),
        detail,
        home: !super::guard::is_token_page(request.path()),
    };
    match template.render() {
        Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
        Err(_) => HttpResponse::build(status).finish(),
    }
}
