//! `/v/TOKEN`: a mail as a web page, for the person it was sent to.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpResponse, web};

use super::Recipient;
use crate::campaign;
use crate::delivery;
use crate::links::Token;
use crate::web::State;
use crate::web::error::PageError;

/// A mail may bring its own looks and pictures and nothing that runs.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /v/{token}`
pub async fn show(state: web::Data<State>, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    let Ok(Token::WebVersion { campaign, contact }) = state.urls.signer().verify(&token) else {
        return Err(PageError::InvalidLink);
    };
    let shared = state.clone();
    let mail = state
        .db
        .read(move |conn| {
            let stored = match campaign::find(conn, campaign) {
                Ok(stored) if !stored.state.is_editable() => stored,
                Ok(_) | Err(campaign::Error::Unknown(_)) => return Err(PageError::InvalidLink),
                Err(error) => return Err(error.into()),
            };
            let person = Recipient::find(conn, contact)?.filter(|person| person.contact.erased_at.is_none());
            let number = person.ok_or(PageError::InvalidLink)?.contact.id;
            let values =
                delivery::person_values(conn, &[number])?.remove(&number).ok_or(PageError::InvalidLink)?;
            let now = shared.clock.now();
            let variant = delivery::variant_for(conn, campaign, number)?;
            let (layouts, urls) = (&shared.layouts, &shared.urls);
            let job = delivery::prepare_variant_uncounted(conn, &stored, variant, layouts, urls, now)?;
            Ok(job.render(&values))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(mail.html))
}
