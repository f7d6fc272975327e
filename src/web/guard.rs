//! What stands between a browser and our pages: who may send us forms, and what the browser may do with a page.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{ResponseError as _, web};

use super::State;
use super::error::PageError;

/// No inline script or style; `data:` images are icons within the stylesheet.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Pages behind a signed link: the address is the key, so it is told to nobody.
const TOKEN_PAGES: [&str; 10] =
    ["/u/", "/p/", "/i/", "/d/", "/v/", "/c/", "/o/", "/t/", "/confirm/", "/address/"];

/// Whether a path belongs to somebody outside the office.
#[must_use]
pub fn is_token_page(path: &str) -> bool {
    TOKEN_PAGES.iter().any(|start| path.starts_with(start))
}

/// Middleware: answers a HEAD like the GET, whose body the server leaves away. Only what counts asks by itself.
///
/// # Errors
/// Those of the services inside.
pub async fn head_as_get<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let counts = ["/o/", "/c/", "/t/"].iter().any(|start| request.path().starts_with(start));
    if request.method() == Method::HEAD && !counts {
        request.head_mut().method = Method::GET;
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Middleware: refuses forms that another site makes a signed-in browser send. Signed links need no guard, since
/// nobody else knows the address; the API takes no cookie; a sign-up form may stand on another site, and changes nothing
/// before it is confirmed.
///
/// # Errors
/// Those of the services inside.
pub async fn own_forms_only<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let exempt = ["/u/", "/p/", "/i/", "/d/", "/f/", "/confirm/", "/address/", "/api/", "/webhooks/"]
        .iter()
        .any(|start| request.path().starts_with(start));
    if safe || exempt || is_our_own(&request) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.into_response(PageError::ForeignOrigin.error_response()))
}

fn is_our_own(request: &ServiceRequest) -> bool {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    // Browsers send Sec-Fetch-Site to https and to this very machine only.
    let Some(origin) = header(ORIGIN).and_then(|origin| url::Url::parse(origin).ok()) else { return false };
    let ours = request
        .app_data::<web::Data<State>>()
        .is_some_and(|state| state.config.base_url.origin() == origin.origin());
    let authority = origin.host_str().map(|host| match origin.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    });
    ours || (authority.is_some() && authority.as_deref() == header(HOST))
}

/// Middleware: the headers that tell browsers to be strict with our pages. A page that sets one itself keeps it.
///
/// # Errors
/// Those of the services inside.
pub async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let encrypted =
        request.app_data::<web::Data<State>>().is_some_and(|state| state.config.base_url.scheme() == "https");
    let secret_address = is_token_page(request.path());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, if secret_address { "no-referrer" } else { "same-origin" });
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Pages hold personal data: nothing of them stays in a shared cache or behind the back button.
    set(CACHE_CONTROL, "no-store");
    if encrypted {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    Ok(response)
}
