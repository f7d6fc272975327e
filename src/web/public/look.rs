//! The office's own looks on public pages: a style sheet with its colours, and its logo.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};

use crate::config::Colours;
use crate::web::State;
use crate::web::error::PageError;

/// The addresses carry a version that changes with the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /office.css`
pub async fn styles(state: web::Data<State>) -> Result<HttpResponse, PageError> {
    let colours = state.config.look.colours.ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .body(style_sheet(colours)))
}

/// `GET /office/logo`
pub async fn logo(state: web::Data<State>) -> Result<HttpResponse, PageError> {
    let logo = state.config.look.logo.as_ref().ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(logo.media_type)
        .insert_header((CACHE_CONTROL, FOR_EVER))
        // An SVG that is opened by itself is a document: it may bring its own looks and nothing that runs.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
        .body(logo.bytes.to_vec()))
}

/// Tabler's own names for its main colour. A button under the pointer stays as it is: what is readable stays so.
fn style_sheet(colours: Colours) -> String {
    let [red, green, blue] = colours.office.parts();
    let (office, text) = (colours.office, colours.text);
    format!(
        ":root {{\n  --tblr-primary: {office};\n  --tblr-primary-rgb: {red}, {green}, {blue};\n  \
         --tblr-primary-fg: {text};\n  --tblr-primary-darken: {office};\n  --tblr-link-color: {office};\n  \
         --tblr-link-color-rgb: {red}, {green}, {blue};\n  --tblr-link-hover-color: {office};\n  \
         --tblr-link-hover-color-rgb: {red}, {green}, {blue};\n}}\n\
         .public-card {{\n  border-block-start: 4px solid {office};\n}}\n"
    )
}
