//! What comes in: JSON bodies, whose faults are told with their places, and the parameters of lists.

use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{ApiError, Fault};

/// The longest JSON body.
pub const MAX_BODY: usize = 4 << 20;
/// The longest page of a list.
const MAX_LIMIT: i64 = 500;
const DEFAULT_LIMIT: i64 = 100;

/// A JSON body. It is taken in first and read when the caller has shown that they may send it.
#[derive(Debug)]
pub struct Body<T> {
    bytes: web::Bytes,
    is_json: bool,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned> Body<T> {
    /// Reads the body.
    ///
    /// # Errors
    /// 415 when it is not declared as JSON, 400 when it is none, 422 with the place when it is another JSON than
    /// what this call takes.
    pub fn read(&self) -> Result<T, ApiError> {
        if !self.is_json {
            return Err(ApiError::MediaType("application/json"));
        }
        let json = &mut serde_json::Deserializer::from_slice(&self.bytes);
        let value = serde_path_to_error::deserialize(&mut *json).map_err(|error| {
            let path = path(error.path());
            let error = error.into_inner();
            match error.classify() {
                serde_json::error::Category::Data => ApiError::invalid(path, without_place(&error)),
                _ => not_json(&error),
            }
        })?;
        json.end().map_err(|error| not_json(&error))?;
        Ok(value)
    }

    /// The body as it came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn not_json(error: &serde_json::Error) -> ApiError {
    ApiError::Malformed(format!("the body is not JSON: {error}"), vec![Fault::new("$", error.to_string())])
}

fn path(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = "$".to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => text += &format!("[{index}]"),
            Segment::Map { key } => text += &format!(".{key}"),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// serde_json ends its sentences with a line and a column, which the path says better.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(sentence, _)| sentence.to_owned())
}

impl<T> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_json = kind == "application/json" || kind.ends_with("+json");
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| match error.as_error::<PayloadError>() {
                Some(PayloadError::Overflow) => ApiError::TooLarge(MAX_BODY),
                _ => ApiError::Malformed("the body ended too early".to_owned(), Vec::new()),
            })?;
            Ok(Self { bytes, is_json, of: PhantomData })
        })
    }
}

/// The parameters of every list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many at most; 100 unless told.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// Where to go on: the `next` of the page before.
    #[param(pattern = "^[0-9]{0,18}$")]
    cursor: Option<String>,
}

/// A part of a list that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// How many at most.
    pub limit: i64,
    /// The number of the last one of the page before.
    pub cursor: Option<i64>,
}

impl PageQuery {
    /// Checks the parameters.
    ///
    /// # Errors
    /// 400 with the parameter's name.
    pub fn read(&self) -> Result<Asked, ApiError> {
        Asked::read(self.limit, self.cursor.as_deref())
    }
}

impl Asked {
    /// Checks parameters that stand beside others.
    ///
    /// # Errors
    /// 400 with the parameter's name.
    pub fn read(limit: Option<i64>, cursor: Option<&str>) -> Result<Self, ApiError> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ApiError::parameter("limit", format!("write a number from 1 to {MAX_LIMIT}")));
        }
        let cursor = match cursor {
            None | Some("") => None,
            Some(text) => match text.parse() {
                Ok(id) if id >= 0 => Some(id),
                _ => return Err(ApiError::parameter("cursor", "write the \"next\" of the page before")),
            },
        };
        Ok(Self { limit, cursor })
    }

    /// One more than asked for is read: it tells whether there is a next page.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The number after which the page begins.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.cursor.unwrap_or(0)
    }
}

/// A part of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The part, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next part; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of the rows that [`Asked::rows`] brought; `shown` may leave one out.
    pub fn of<R>(
        mut rows: Vec<R>,
        asked: Asked,
        id: impl Fn(&R) -> i64,
        shown: impl FnMut(R) -> Option<T>,
    ) -> Self {
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| id(row).to_string());
        Self { items: rows.into_iter().filter_map(shown).collect(), next }
    }
}
