//! Pictures of the media library, for the programs of whoever reads a mail.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName};
use actix_web::{HttpResponse, web};

use crate::media;
use crate::web::State;
use crate::web::error::PageError;

/// The address carries the content's hash.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /media/{id}/{hash}.{kind}`: no cookie, no sign-in, and nothing is written down.
pub async fn picture(
    state: web::Data<State>,
    path: web::Path<(i64, String, String)>,
) -> Result<HttpResponse, PageError> {
    let (id, hash, kind) = path.into_inner();
    let found = state.db.read(move |conn| media::find(conn, id)).await?;
    let picture = found
        .filter(|picture| picture.hash == hash && picture.kind.as_str() == kind)
        .ok_or(PageError::NotFound)?;
    let file = state.files.read(&picture.hash, picture.kind).await;
    let file = file.map_err(|error| PageError::Fault(error.to_string()))?.ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(picture.kind.media_type())
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        // Web mail shows it from another site.
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .body(file))
}
