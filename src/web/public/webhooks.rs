//! `POST /webhooks/{provider}`: what a mail provider tells. Each shows by a signature who it is; no cookie is read.

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::bounce::Taker;
use crate::bounce::webhook::{self, Call, Fetch, Provider, Refused};
use crate::web::State;
use crate::web::error::PageError;

/// Providers send many events at once.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// `POST /webhooks/{provider}`
pub async fn take(
    request: HttpRequest,
    state: web::Data<State>,
    provider: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, PageError> {
    let provider: Provider = provider.parse().map_err(|_| PageError::NotFound)?;
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let call = Call {
        body: body.to_vec(),
        authorization: header(AUTHORIZATION.as_str()),
        signature: header("x-twilio-email-event-webhook-signature"),
        timestamp: header("x-twilio-email-event-webhook-timestamp"),
    };
    let (settings, now) = (state.config.webhooks.clone(), state.clock.now());
    let fetch: Fetch = Arc::new(webhook::over_https);
    // Fetching a certificate blocks.
    let read = web::block(move || webhook::read(provider, &settings, &call, &fetch, now)).await;
    let events = match read.map_err(|error| PageError::Fault(error.to_string()))? {
        Ok(events) => events,
        Err(Refused::NotSet) => return Err(PageError::NotFound),
        Err(refused @ Refused::Signature) => {
            tracing::warn!(%provider, "a webhook was called by somebody who is not the provider");
            return Ok(HttpResponse::Forbidden().content_type("text/plain").body(refused.to_string()));
        }
        Err(refused @ Refused::Unreadable) => {
            return Ok(HttpResponse::BadRequest().content_type("text/plain").body(refused.to_string()));
        }
    };
    if !events.is_empty() {
        Taker::new(&state.config, state.db.clone(), state.clock.clone()).take_events(events).await?;
    }
    Ok(HttpResponse::Ok().finish())
}
