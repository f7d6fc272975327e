//! The table of every address.

use actix_web::web::{self, ServiceConfig, get, post, resource};
use actix_web::{HttpResponse, Responder};

use super::error::PageError;
use super::public::{preferences, tracked, unsubscribe};
use super::staff::{account, sign_in};
use super::{State, assets};

/// Mounts every route.
#[rustfmt::skip]
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(assets::serve)
        .route("/health", get().to(health))

        // For people outside the office, behind signed links
        .service(resource("/u/{token}").route(get().to(unsubscribe::ask)).route(post().to(unsubscribe::act)))
        .service(resource("/p/{token}").route(get().to(preferences::ask)).route(post().to(preferences::save)))
        .service(resource("/o/{token}.gif").route(get().to(tracked::open)).route(web::head().to(tracked::open)))
        .service(resource("/c/{token}").route(get().to(tracked::click)).route(web::head().to(tracked::click)))

        // Signing in
        .service(resource("/login").route(get().to(sign_in::form)).route(post().to(sign_in::with_password)))
        .service(resource("/login/{secret}").route(get().to(sign_in::link)).route(post().to(sign_in::with_link)))
        .route("/logout", post().to(sign_in::out))

        // For whoever is signed in
        .route("/account", get().to(account::show_account))
        .route("/account/password", post().to(account::set_password))
        .route("/account/language", post().to(account::set_language))

        .default_service(web::to(nothing));
}

async fn nothing() -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}

/// 200 while the database answers; whether the mail relay does is not asked.
async fn health(state: web::Data<State>) -> impl Responder {
    match state.db.read(crate::db::ping).await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({ "status": "ok" })),
        Err(error) => {
            tracing::error!(%error, "the health check failed");
            HttpResponse::ServiceUnavailable().json(serde_json::json!({ "status": "the database does not answer" }))
        }
    }
}
