//! What a form sent, whichever way the browser or mail program encoded it.

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt as _;
use futures_util::future::LocalBoxFuture;

use super::error::PageError;

/// No form of ours is larger, in bytes; a campaign's text is the largest.
const LIMIT: usize = 2 * 1024 * 1024;

/// The fields of a form in the order in which they were sent; a name may come several times.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The first value of a field without surrounding space; empty when the field is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.trim())
            .filter(|v| !v.is_empty())
    }

    /// Every field with its value without surrounding space.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value.trim()))
    }

    /// Whether a field was sent at all, as a ticked box is.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }
}

impl FromIterator<(String, String)> for Form {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl FromRequest for Form {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
            let parts = Multipart::from_request(request, payload);
            return Box::pin(async { multipart(parts.await.map_err(|_| PageError::Unreadable)?).await });
        }
        let body = web::Payload::from_request(request, payload);
        Box::pin(async {
            let body = body.await.map_err(|_| PageError::Unreadable)?;
            match body.to_bytes_limited(LIMIT).await {
                Ok(Ok(bytes)) => Ok(url::form_urlencoded::parse(&bytes).into_owned().collect()),
                Ok(Err(_)) => Err(PageError::Unreadable),
                Err(_) => Err(PageError::TooLarge),
            }
        })
    }
}

async fn multipart(mut parts: Multipart) -> Result<Form, PageError> {
    let mut fields = Vec::new();
    let mut left = LIMIT;
    while let Some(mut part) = parts.try_next().await.map_err(|_| PageError::Unreadable)? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let mut value = Vec::new();
        while let Some(chunk) = part.try_next().await.map_err(|_| PageError::Unreadable)? {
            left = left.checked_sub(chunk.len()).ok_or(PageError::TooLarge)?;
            value.extend_from_slice(&chunk);
        }
        fields.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(Form(fields))
}
