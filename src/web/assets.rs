//! The browser's files: styles, script and icons, bundled by `build.rs` and embedded in the binary.

use std::borrow::Cow;
use std::fmt::Write as _;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header, IF_NONE_MATCH, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/ui"]
struct Embedded;

/// One embedded file.
pub struct Asset {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type, for the header `Content-Type`.
    pub mime: &'static str,
    /// The beginning of its SHA-256 in hexadecimal: changes when the content does.
    pub hash: String,
}

/// The file at `path`, such as `styles.css`; `None` if the binary holds no such file.
pub fn asset(path: &str) -> Option<Asset> {
    let file = Embedded::get(path)?;
    let hash = file.metadata.sha256_hash()[..8].iter().fold(String::new(), |mut hash, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    });
    Some(Asset { bytes: file.data, mime: mime(path), hash })
}

/// The address of the file `name` for a page: `/assets/styles.css?v=…`. The version follows the content,
/// so a browser may keep the file for as long as it likes. A file that is not embedded gets an address
/// without version, which answers 404.
pub fn url(name: &str) -> String {
    match asset(name) {
        Some(asset) => format!("/assets/{name}?v={}", asset.hash),
        None => format!("/assets/{name}"),
    }
}

/// `GET /assets/{path}`: mount with `.service(assets::serve)`.
#[get("/assets/{path:.*}")]
pub async fn serve(
    request: HttpRequest,
    path: web::Path<String>,
    version: web::Query<Version>,
) -> HttpResponse {
    let Some(asset) = asset(&path) else {
        return HttpResponse::NotFound().finish();
    };
    // A page from before an upgrade may still ask with the old version: it gets today's file, which must
    // not be kept under yesterday's address.
    let caching = match &version.v {
        Some(version) if *version == asset.hash => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    let etag = EntityTag::new_strong(asset.hash);
    if matches_etag(&request, &etag) {
        return HttpResponse::NotModified()
            .insert_header((CACHE_CONTROL, caching))
            .insert_header((ETAG, etag))
            .finish();
    }
    let bytes = match asset.bytes {
        Cow::Borrowed(bytes) => web::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.mime))
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((ETAG, etag))
        .body(bytes)
}

/// The part of an asset's address after `?`.
#[derive(Deserialize)]
pub struct Version {
    v: Option<String>,
}

fn matches_etag(request: &HttpRequest, etag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => request.headers().contains_key(IF_NONE_MATCH),
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(etag)),
        Err(_) => false,
    }
}

fn mime(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, http::header};

    use super::*;

    #[test]
    fn the_files_that_the_pages_name_are_embedded() {
        for name in ["main.js", "styles.css", "favicon.svg"] {
            assert!(url(name).contains("?v="), "{name} is not embedded");
        }
        assert_eq!(url("absent.js"), "/assets/absent.js");
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for name in ["main.js", "styles.css"] {
            let text = String::from_utf8(asset(name).unwrap().bytes.into_owned()).unwrap();
            assert!(!text.contains("@import"), "{name} imports at run time");
            assert!(
                !text.contains("url(http") && !text.contains("url(\"http"),
                "{name} fetches from elsewhere"
            );
        }
    }

    #[actix_web::test]
    async fn only_the_present_version_is_kept_for_ever() {
        let app = init_service(App::new().service(serve)).await;
        let present = call_service(&app, TestRequest::get().uri(&url("styles.css")).to_request()).await;
        assert_eq!(present.status(), StatusCode::OK);
        assert_eq!(present.headers().get(header::CONTENT_TYPE).unwrap(), "text/css; charset=utf-8");
        assert!(
            present.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap().contains("immutable")
        );
        let etag = present.headers().get(header::ETAG).unwrap().clone();
        assert_eq!(read_body(present).await, asset("styles.css").unwrap().bytes.as_ref());

        let old = TestRequest::get().uri("/assets/styles.css?v=0123456789abcdef").to_request();
        assert_eq!(call_service(&app, old).await.headers().get(header::CACHE_CONTROL).unwrap(), "no-cache");

        let again = TestRequest::get().uri("/assets/styles.css").insert_header((header::IF_NONE_MATCH, etag));
        assert_eq!(call_service(&app, again.to_request()).await.status(), StatusCode::NOT_MODIFIED);
    }

    #[actix_web::test]
    async fn an_unknown_file_is_not_found() {
        let app = init_service(App::new().service(serve)).await;
        for path in ["/assets/absent.js", "/assets/../Cargo.toml", "/assets/%2e%2e/Cargo.toml", "/assets/"] {
            let answer = call_service(&app, TestRequest::get().uri(path).to_request()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
