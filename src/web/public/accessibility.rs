//! `/accessibility`: what the pages for people outside the office promise to those who read in another way
//! (Directive (EU) 2016/2102; lag 2018:1937; forskrift om universell utforming av ikt).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show};

#[derive(Template)]
#[template(path = "public/accessibility.html")]
struct StatementPage {
    page: Page,
}

/// `GET /accessibility`
pub async fn statement(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
) -> Result<HttpResponse, PageError> {
    show(&StatementPage { page: Page::public(&request, Texts(locale.0), &state.config.office_name) })
}
