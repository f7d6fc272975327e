//! The JSON API under `/api/v1`: what the pages do, for programs.
//!
//! A call carries a bearer token; [`caller`] lets it in, the handler asks what it may do before it reads anything
//! else, and every refusal is problem details ([`problem`]). Cookies are never read. `openapi.json` describes each
//! call ([`openapi`]).

mod approval;
mod archives;
mod body;
mod caller;
mod campaigns;
mod consents;
mod contacts;
mod create;
mod forms;
mod history;
mod imports;
mod media;
mod openapi;
mod organisation;
mod outside;
mod pressure;
mod problem;
mod relations;
mod requests;
mod reviews;
mod segments;
mod suppressions;
mod synonyms;
mod ties;
mod wishes;

use actix_web::error::InternalError;
use actix_web::middleware::from_fn;
use actix_web::web::{self, PathConfig, PayloadConfig, QueryConfig, ServiceConfig, resource, scope};
use actix_web::web::{delete, get, post, put};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use problem::{ApiError, Fault};

/// Where the API is.
const ROOT: &str = "/api/v1";

/// Mounts every call.
#[rustfmt::skip]
pub fn configure(config: &mut ServiceConfig) {
    let with_token = scope("")
        .wrap(from_fn(caller::authenticate))
        .service(resource("/contacts").route(get().to(contacts::list)).route(post().to(contacts::create)))
        .service(resource("/contacts/search").route(post().to(contacts::search)))
        .service(resource("/contacts/{id}").route(get().to(contacts::get)).route(delete().to(contacts::erase)))
        .service(resource("/contacts/{id}/preferences")
            .route(get().to(contacts::get_preferences)).route(put().to(contacts::put_preferences)))
        .service(resource("/contacts/{id}/wishes").route(post().to(wishes::record_wish)))
        .service(resource("/contacts/{id}/consents").route(post().to(wishes::record_consent)))
        .service(resource("/contacts/{id}/timeline").route(get().to(history::read)))
        .service(resource("/contacts/{id}/kinds").route(put().to(ties::put_kinds)))
        .service(resource("/contacts/{id}/addresses").route(post().to(ties::add_address)))
        .service(resource("/contacts/{id}/addresses/{address}").route(delete().to(ties::remove_address)))
        .service(resource("/contacts/{id}/addresses/{address}/primary").route(post().to(ties::make_primary)))
        .service(resource("/contacts/{id}/participations")
            .route(get().to(ties::participations)).route(post().to(ties::add_participation)))
        .service(resource("/contacts/{id}/participations/{participation}").route(delete().to(ties::remove_participation)))
        .service(resource("/contacts/{id}/relations").route(get().to(relations::relations)).route(post().to(relations::add_relation)))
        .service(resource("/contacts/{id}/relations/{relation}")
            .route(put().to(relations::put_relation)).route(delete().to(relations::remove_relation)))
        .service(resource("/organisations").route(get().to(outside::list)).route(post().to(outside::create)))
        .service(resource("/organisations/{id}")
            .route(get().to(outside::get)).route(put().to(outside::put)).route(delete().to(outside::delete)))
        .service(resource("/organisations/{id}/people").route(get().to(outside::people)))

        .service(resource("/imports").route(get().to(imports::list)).route(post().to(imports::create)))
        .service(resource("/imports/reviews").route(get().to(reviews::list)))
        .service(resource("/imports/reviews/{id}").route(post().to(reviews::decide)))
        .service(resource("/imports/{id}").route(get().to(imports::get)))
        .service(resource("/imports/{id}/rejects").route(get().to(imports::rejects)))

        .service(resource("/segments").route(get().to(segments::list)).route(post().to(segments::create)))
        .service(resource("/segments/count").route(post().to(segments::count)))
        .service(resource("/segments/values").route(get().to(segments::values)))
        .service(resource("/segments/{id}")
            .route(get().to(segments::get)).route(put().to(segments::put)).route(delete().to(segments::delete)))

        .service(resource("/campaigns").route(get().to(campaigns::list)).route(post().to(campaigns::create)))
        .service(resource("/campaigns/{id}").route(get().to(campaigns::get)).route(put().to(campaigns::put)))
        .service(resource("/campaigns/{id}/preview").route(get().to(campaigns::preview)))
        .service(resource("/campaigns/{id}/review").route(get().to(approval::get)).route(post().to(approval::post)))
        .service(resource("/campaigns/{id}/versions").route(get().to(approval::list_versions)))
        .service(resource("/campaigns/{id}/versions/{version}").route(get().to(approval::get_version)))
        .service(resource("/campaigns/{id}/check").route(get().to(campaigns::check)))
        .service(resource("/campaigns/{id}/test").route(post().to(campaigns::test)))
        .service(resource("/campaigns/{id}/launch").route(post().to(campaigns::launch)))
        .service(resource("/campaigns/{id}/pause").route(post().to(campaigns::pause)))
        .service(resource("/campaigns/{id}/resume").route(post().to(campaigns::resume)))
        .service(resource("/campaigns/{id}/cancel").route(post().to(campaigns::cancel)))
        .service(resource("/campaigns/{id}/retry").route(post().to(campaigns::retry)))
        .service(resource("/archives").route(get().to(archives::list)))
        .service(resource("/archives/{unit}").route(put().to(archives::open)).route(delete().to(archives::close)))
        .service(resource("/campaigns/{id}/winner").route(post().to(campaigns::winner)))
        .service(resource("/campaigns/{id}/recipients").route(get().to(campaigns::recipients)))
        .service(resource("/campaigns/{id}/report").route(get().to(campaigns::report)))

        .service(resource("/media").route(get().to(media::list)).route(post().to(media::create)))
        .service(resource("/media/{id}")
            .route(get().to(media::get)).route(put().to(media::put)).route(delete().to(media::delete)))

        .service(resource("/forms").route(get().to(forms::list)).route(post().to(forms::create)))
        .service(resource("/forms/{id}").route(get().to(forms::get)).route(put().to(forms::put)))

        .service(resource("/units").route(get().to(organisation::list_units)).route(post().to(organisation::create_unit)))
        .service(resource("/contact-caps")
            .route(get().to(pressure::list)).route(put().to(pressure::put)).route(delete().to(pressure::remove)))
        .service(resource("/consent-texts").route(get().to(consents::list)).route(post().to(consents::create)))
        .service(resource("/consent-texts/{id}/publish").route(post().to(consents::publish)))
        .service(resource("/topics").route(get().to(organisation::list_topics)).route(post().to(organisation::create_topic)))
        .service(resource("/purposes").route(get().to(organisation::list_purposes)))
        .service(resource("/requests").route(get().to(requests::list)).route(post().to(requests::create)))
        .service(resource("/requests/{id}/extension").route(post().to(requests::extend)))
        .service(resource("/requests/{id}/answer").route(post().to(requests::answer)))
        .service(resource("/suppressions").route(get().to(suppressions::list)).route(post().to(suppressions::create)))
        .service(resource("/suppressions/{id}").route(delete().to(suppressions::lift)))
        .service(resource("/synonyms").route(get().to(synonyms::list)).route(post().to(synonyms::create)))
        .service(resource("/synonyms/{id}").route(delete().to(synonyms::remove)))
        .default_service(web::to(nothing));
    config.service(
        scope(ROOT)
            .app_data(PayloadConfig::new(body::MAX_BODY))
            .app_data(QueryConfig::default().error_handler(|error, _| {
                let fault = Fault::new("?", error.to_string());
                refused(ApiError::Malformed("a parameter of the address does not hold; see errors".to_owned(), vec![fault]))
            }))
            .app_data(PathConfig::default().error_handler(|_, _| {
                refused(ApiError::NotFound("there is nothing of that number: write a whole number".to_owned()))
            }))
            .wrap(from_fn(problem::problems))
            .service(resource("").route(get().to(index)))
            .service(resource("/openapi.json").route(get().to(openapi::serve)))
            .service(with_token),
    );
}

fn refused(error: ApiError) -> actix_web::Error {
    let response = error.error_response();
    InternalError::from_response(error, response).into()
}

async fn nothing() -> Result<HttpResponse, ApiError> {
    Err(ApiError::NotFound("there is nothing at this address; see /api/v1/openapi.json".to_owned()))
}

/// What answers here.
#[derive(Debug, Serialize, ToSchema)]
pub struct Index {
    /// `brevduva`
    #[schema(value_type = String)]
    name: &'static str,
    /// The program's version.
    #[schema(value_type = String)]
    version: &'static str,
    /// Where every call is described.
    #[schema(value_type = String)]
    openapi: &'static str,
}

/// What answers here, and where it is described.
#[utoipa::path(
    get, path = "/api/v1", tag = "api", operation_id = "index",
    responses((status = 200, description = "The API answers", body = Index)),
    security(())
)]
async fn index() -> HttpResponse {
    HttpResponse::Ok().json(Index {
        name: "brevduva",
        version: env!("CARGO_PKG_VERSION"),
        openapi: "/api/v1/openapi.json",
    })
}
