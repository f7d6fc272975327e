//! Who calls: a bearer token (RFC 6750), and what it may do.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};

use super::problem::ApiError;
use crate::db::Conn;
use crate::staff::{self, Account, Action};
use crate::web::State;

/// The token that calls.
#[derive(Debug, Clone)]
pub struct Caller(Account);

impl Caller {
    /// Refuses a token that may not do this anywhere: asked before anything of the request is looked at.
    ///
    /// # Errors
    /// [`ApiError::NotAllowed`].
    pub fn may_somewhere(&self, action: Action) -> Result<(), ApiError> {
        match self.0.units_for(action) {
            Some(units) if units.is_empty() => Err(not_allowed()),
            _ => Ok(()),
        }
    }

    /// Refuses a token that may not do this in this unit, or in what belongs to none.
    ///
    /// # Errors
    /// [`ApiError::NotAllowed`].
    pub fn may(&self, action: Action, unit: Option<i64>) -> Result<(), ApiError> {
        if staff::may(&self.0, action, unit) { Ok(()) } else { Err(not_allowed()) }
    }

    /// The units in which the token may do this; `None` means in all.
    #[must_use]
    pub fn units_for(&self, action: Action) -> Option<Vec<i64>> {
        self.0.units_for(action).map(|units| units.into_iter().collect())
    }

    /// The token's number.
    ///
    /// # Errors
    /// When the caller is no token, which cannot happen.
    pub fn token(&self) -> Result<i64, ApiError> {
        self.0.actor.id.ok_or_else(|| ApiError::Fault("a caller of the API is no token".to_owned()))
    }

    /// How the audit log names the token.
    #[must_use]
    pub fn actor(&self) -> crate::audit::Actor {
        self.0.actor
    }

    /// Notes in the audit log what the token did.
    ///
    /// # Errors
    /// Those of the database.
    pub fn note(
        &self,
        conn: &mut Conn,
        state: &State,
        deed: &crate::audit::Deed<'_>,
    ) -> Result<(), ApiError> {
        Ok(crate::audit::record(conn, state.clock.now().naive_utc(), self.0.actor, deed)?)
    }
}

fn not_allowed() -> ApiError {
    ApiError::NotAllowed(
        "this token may not do that; make one with the scope, and in the unit, that openapi.json and the call name"
            .to_owned(),
    )
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(ApiError::NoToken))
    }
}

/// Middleware: lets nobody in without a token that is known. Cookies are never looked at, so a page of another
/// site cannot call in a member of staff's name.
///
/// # Errors
/// Those of the services inside, when they made no response.
pub async fn authenticate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match caller(&request).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(error) => Ok(request.into_response(error.error_response())),
    }
}

async fn caller(request: &ServiceRequest) -> Result<Caller, ApiError> {
    let header = request.headers().get(AUTHORIZATION).ok_or(ApiError::NoToken)?;
    let (scheme, token) =
        header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(ApiError::NoToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::NoToken);
    }
    let state = request
        .app_data::<web::Data<State>>()
        .ok_or_else(|| ApiError::Fault("the state is missing".to_owned()))?;
    let token = token.trim().to_owned();
    let account = state.db.read(move |conn| staff::tokens::account(conn, &token)).await?;
    account.map(Caller).ok_or(ApiError::UnknownToken)
}
