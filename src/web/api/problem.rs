//! What the API answers instead of what was asked for: problem details (RFC 9457).

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{campaign, db, delivery, import, segment, staff};

/// The media type of problem details.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Problem details (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status tells the kind of problem.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong and what to do next, in one sentence.
    detail: String,
    /// Each thing that is wrong, with its place. Empty when it is not about something that was sent.
    errors: Vec<Fault>,
}

/// One thing that is wrong in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Where: a JSON path (RFC 9535) into the body, or `?name` for a parameter of the address.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Fault {
    /// Something wrong at a place.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl From<campaign::Problem> for Fault {
    fn from(problem: campaign::Problem) -> Self {
        Self { message: problem.fault.to_string(), path: problem.path }
    }
}

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No token came with the call.
    #[error("this call needs a token: send the header \"Authorization: Bearer …\"")]
    NoToken,
    /// The token is unknown or revoked.
    #[error("the token is unknown or revoked; make one with: brevduva token create")]
    UnknownToken,
    /// The token may not do this.
    #[error("{0}")]
    NotAllowed(String),
    /// What the address names is not there.
    #[error("{0}")]
    NotFound(String),
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String, Vec<Fault>),
    /// The request can be read, and what it says does not hold.
    #[error("what was sent does not hold; see errors")]
    Invalid(Vec<Fault>),
    /// The body is of another media type.
    #[error("send the body as {0}")]
    MediaType(&'static str),
    /// The body is larger than anything that we take here.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// Something that cannot happen did.
    #[error("{0}")]
    Fault(String),
}

impl ApiError {
    /// One thing wrong with the body.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::new(path, message)])
    }

    /// A parameter of the address, by its name, that cannot be used.
    pub fn parameter(name: &str, message: impl Into<String>) -> Self {
        let fault = Fault::new(format!("?{name}"), message);
        Self::Malformed("a parameter does not hold; see errors".to_owned(), vec![fault])
    }

    /// Something with a number that is not there.
    pub fn no(kind: &str, id: i64) -> Self {
        Self::NotFound(format!("there is no {kind} {id}"))
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<staff::Error> for ApiError {
    fn from(error: staff::Error) -> Self {
        match error {
            staff::Error::Database(error) => Self::Database(error),
            other => Self::Fault(other.to_string()),
        }
    }
}

impl From<campaign::Error> for ApiError {
    fn from(error: campaign::Error) -> Self {
        match error {
            campaign::Error::Database(error) => Self::Database(error),
            campaign::Error::Unknown(id) => Self::no("campaign", id),
            campaign::Error::Transition(refused) => Self::Conflict(refused.to_string()),
            campaign::Error::Review(refused) => Self::Conflict(refused.to_string()),
            campaign::Error::Invalid(problems) => {
                Self::Invalid(problems.into_iter().map(Fault::from).collect())
            }
        }
    }
}

impl From<delivery::Error> for ApiError {
    fn from(error: delivery::Error) -> Self {
        match error {
            delivery::Error::Database(error) => Self::Database(error),
            delivery::Error::Campaign(error) => error.into(),
            refused @ (delivery::Error::Rule(_) | delivery::Error::Content(_)) => {
                Self::Conflict(refused.to_string())
            }
        }
    }
}

impl From<segment::Error> for ApiError {
    fn from(error: segment::Error) -> Self {
        match error {
            segment::Error::Database(error) => Self::Database(error),
            segment::Error::Rule(errors) => Self::Invalid(rule_faults(errors)),
            stored @ segment::Error::Stored { .. } => Self::Conflict(stored.to_string()),
        }
    }
}

impl From<import::ImportError> for ApiError {
    fn from(error: import::ImportError) -> Self {
        match error {
            import::ImportError::Database(error) => Self::Database(error),
            import::ImportError::Mapping(error) => Self::invalid("$.mapping", error.to_string()),
            import::ImportError::Source(error) => Self::invalid("$.file", error.to_string()),
            other => Self::Conflict(other.to_string()),
        }
    }
}

impl From<import::ReviewError> for ApiError {
    fn from(error: import::ReviewError) -> Self {
        match error {
            import::ReviewError::Database(error) => Self::Database(error),
            import::ReviewError::NotFound(id) => Self::no("row in the review queue with the number", id),
            import::ReviewError::Decided | import::ReviewError::Erased => Self::Conflict(error.to_string()),
            other => Self::Fault(other.to_string()),
        }
    }
}

/// The faults of a rule that stands in the member `rule` of the body.
pub fn rule_faults(errors: Vec<segment::RuleError>) -> Vec<Fault> {
    errors
        .into_iter()
        .map(|error| Fault { path: error.path.replacen('$', "$.rule", 1), message: error.fault.to_string() })
        .collect()
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoToken | Self::UnknownToken => StatusCode::UNAUTHORIZED,
            Self::NotAllowed(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Malformed(..) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Database(error) if error.is_duplicate() => StatusCode::CONFLICT,
            Self::Database(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let detail = match status {
            StatusCode::INTERNAL_SERVER_ERROR => {
                // What the database says may hold personal data; it is for the log's reader alone.
                tracing::error!(error = %self, "a call of the API failed");
                "something went wrong on our side; the server's log says what".to_owned()
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                tracing::warn!(error = %self, "a call of the API found the database away");
                "the database does not answer at the moment; try again soon".to_owned()
            }
            StatusCode::CONFLICT if matches!(self, Self::Database(_)) => {
                "something of that name is there already; choose another name".to_owned()
            }
            _ => self.to_string(),
        };
        let errors = match self {
            Self::Malformed(_, faults) | Self::Invalid(faults) => faults.clone(),
            _ => Vec::new(),
        };
        let mut response = problem(status, detail, errors);
        let headers = response.headers_mut();
        match self {
            Self::NoToken => {
                headers.insert(WWW_AUTHENTICATE, const_header("Bearer realm=\"brevduva\""));
            }
            Self::UnknownToken => {
                headers.insert(
                    WWW_AUTHENTICATE,
                    const_header("Bearer realm=\"brevduva\", error=\"invalid_token\""),
                );
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, const_header("1"));
            }
            _ => {}
        }
        response
    }
}

fn const_header(text: &'static str) -> actix_web::http::header::HeaderValue {
    actix_web::http::header::HeaderValue::from_static(text)
}

fn problem(status: StatusCode, detail: String, errors: Vec<Fault>) -> HttpResponse {
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let problem = Problem { kind: "about:blank", title, status: status.as_u16(), detail, errors };
    HttpResponse::build(status)
        .content_type(PROBLEM_JSON)
        .body(serde_json::to_vec(&problem).unwrap_or_default())
}

/// Middleware: gives the errors that actix answers by itself (an unknown method, for instance) the same form.
///
/// # Errors
/// Those of the services inside, when they made no response.
pub async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == PROBLEM_JSON.as_bytes());
    if !is_error || is_problem {
        return Ok(response);
    }
    let allow = response.headers().get(ALLOW).cloned();
    let detail = match status {
        StatusCode::METHOD_NOT_ALLOWED => "this address knows other methods; the header Allow names them",
        StatusCode::NOT_FOUND => "there is nothing at this address; see /api/v1/openapi.json",
        _ => "the request cannot be used; see /api/v1/openapi.json",
    };
    let (request, _) = response.into_parts();
    let mut response = problem(status, detail.to_owned(), Vec::new());
    if let Some(allow) = allow {
        response.headers_mut().insert(ALLOW, allow);
    }
    Ok(ServiceResponse::new(request, response))
}
