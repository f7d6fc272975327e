//! The table of every address.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};

use super::{State, assets};

/// Mounts every route.
pub fn configure(config: &mut ServiceConfig) {
    config.service(assets::serve).route("/health", web::get().to(health));
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
