//! Calls that create something: answered alike when they are repeated with the same `Idempotency-Key`.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::caller::Caller;
use super::problem::{ApiError, Fault};
use crate::db::Conn;
use crate::staff::idempotency::{self, Answer};
use crate::web::State;

const HEADER: &str = "Idempotency-Key";

/// One creating call.
pub struct Creation {
    key: Option<String>,
    request_hash: String,
    path: String,
    status: StatusCode,
}

impl Creation {
    /// The call that this request makes; `content` is what makes it another one under the same key.
    ///
    /// # Errors
    /// 400 when the key is no key.
    pub fn of(request: &HttpRequest, content: &[u8]) -> Result<Self, ApiError> {
        let key = match request.headers().get(HEADER) {
            None => None,
            Some(value) => match value.to_str() {
                Ok(key) if (1..=255).contains(&key.len()) => Some(key.to_owned()),
                _ => {
                    let fault = Fault::new(HEADER, "write 1 to 255 visible ASCII characters");
                    return Err(ApiError::Malformed(
                        "the Idempotency-Key cannot be used".to_owned(),
                        vec![fault],
                    ));
                }
            },
        };
        let path = request.path().trim_end_matches('/').to_owned();
        let mut digest = Sha256::new();
        for part in [request.method().as_str().as_bytes(), path.as_bytes(), content] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Ok(Self { key, request_hash: HEXLOWER.encode(&digest.finalize()), path, status: StatusCode::CREATED })
    }

    /// For work that is begun here and done later.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self { status: StatusCode::ACCEPTED, ..self }
    }

    /// Does the work, unless the same call was answered before: then it is answered the same again. The answer is
    /// kept in the work's own transaction, so there is never one without the other.
    ///
    /// # Errors
    /// Those of the work, which are not kept; 422 when the key came with another request before.
    pub async fn run<T: Serialize>(
        self,
        state: &State,
        caller: &Caller,
        work: impl FnOnce(&mut Conn) -> Result<(i64, T), ApiError> + Send + 'static,
    ) -> Result<HttpResponse, ApiError> {
        let (token, now) = (caller.token()?, state.clock.now().naive_utc());
        let answer = state
            .db
            .write(move |conn| {
                if let Some(key) = &self.key
                    && let Some(answer) = idempotency::find(conn, token, key)?
                {
                    return if answer.request_hash == self.request_hash {
                        Ok((None, answer))
                    } else {
                        Err(ApiError::Invalid(vec![Fault::new(
                            HEADER,
                            "this key came with another request before; choose a new one",
                        )]))
                    };
                }
                let (id, value) = work(conn)?;
                let body =
                    serde_json::to_string(&value).map_err(|error| ApiError::Fault(error.to_string()))?;
                let answer = Answer { request_hash: self.request_hash, status: self.status.as_u16(), body };
                if let Some(key) = &self.key {
                    idempotency::keep(conn, token, key, &answer, now)?;
                }
                Ok((Some(format!("{}/{id}", self.path)), answer))
            })
            .await?;
        let (location, answer) = answer;
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::CREATED);
        let mut response = HttpResponse::build(status);
        if let Some(location) = location {
            response.insert_header((LOCATION, location));
        }
        Ok(response.content_type("application/json").body(answer.body))
    }
}
