//! What people asked for by right, and when (product P39).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Done, Section, number_in_query};
use crate::privacy::requests::{self, Request};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;

/// Requests on a page.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "staff/requests.html")]
struct RequestsPage {
    page: Page,
    requests: Vec<Request>,
    /// Before which number the earlier ones are.
    earlier: Option<i64>,
}

/// `GET /requests`: people by number alone, since some of them are protected.
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = Page::staff(&request, &who, &state.config.office_name, Section::Contacts);
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let mut requests = state
        .db
        .write(move |conn| {
            let done = Done {
                action: "requests.see",
                subject: "requests",
                id: None,
                unit: None,
                detail: serde_json::json!({}),
            };
            done.record(conn, now, actor)?;
            Ok::<_, PageError>(requests::page(conn, before, ROWS + 1)?)
        })
        .await?;
    let more = requests.len() as i64 > ROWS;
    requests.truncate(ROWS as usize);
    let earlier = requests.last().filter(|_| more).map(|last| last.id);
    show(&RequestsPage { page, requests, earlier })
}
