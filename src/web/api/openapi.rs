//! The description of every call (OpenAPI).

use std::sync::OnceLock;

use actix_web::HttpResponse;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, Schema};
use utoipa::{Modify, OpenApi};

use super::problem::{PROBLEM_JSON, Problem};
use super::{
    approval, archives, campaigns, consents, contacts, forms, history, imports, media, organisation, outside,
    pressure, relations, requests, reviews, segments, suppressions, synonyms, ties, wishes,
};
use crate::delivery::DeliveryState;
use crate::kernel::language::Language;
use crate::preferences::Reason;
use crate::segment::Field;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Brevduva",
        description = "Newsletters and segmented mailings for university alumni offices.\n\n\
            Calls carry a token (`brevduva token create NAME --scope …`) as `Authorization: Bearer …`. The scopes \
            that let a call through stand beside it. Errors are problem details (RFC 9457). Lists take `limit` and \
            `cursor`. Creating calls take `Idempotency-Key`."
    ),
    paths(
        super::index, serve,
        contacts::list, contacts::create, contacts::search, contacts::get, contacts::erase,
        contacts::get_preferences, contacts::put_preferences,
        wishes::record_wish, wishes::record_consent,
        history::read, ties::put_kinds, ties::add_address, ties::make_primary, ties::remove_address,
        ties::participations, ties::add_participation, ties::remove_participation,
        relations::relations, relations::add_relation, relations::put_relation, relations::remove_relation,
        outside::list, outside::create, outside::get, outside::put, outside::delete, outside::people,
        imports::list, imports::create, imports::get, imports::rejects,
        reviews::list, reviews::decide,
        segments::list, segments::create, segments::count, segments::values, segments::get, segments::put, segments::delete,
        campaigns::list, campaigns::create, campaigns::get, campaigns::put, campaigns::preview, campaigns::check, campaigns::test,
        campaigns::launch, campaigns::pause, campaigns::resume, campaigns::cancel, campaigns::retry, campaigns::recipients,
        campaigns::report, campaigns::winner,
        approval::get, approval::post, approval::list_versions, approval::get_version,
        media::list, media::create, media::get, media::put, media::delete,
        forms::list, forms::create, forms::get, forms::put,
        organisation::list_units, organisation::create_unit, organisation::list_topics,
        organisation::create_topic, organisation::list_purposes,
        consents::list, consents::create, consents::publish,
        pressure::list, pressure::put, pressure::remove,
        archives::list, archives::open, archives::close,
        requests::list, requests::create, requests::extend, requests::answer,
        suppressions::list, suppressions::create, suppressions::lift,
        synonyms::list, synonyms::create, synonyms::remove,
    ),
    components(schemas(Problem, Reason, DeliveryState, Field, Language)),
    modifiers(&Token, &Problems, &Flattened),
)]
struct Document;

/// How calls show who they are.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token from `brevduva token create`."))
            .build();
        document
            .components
            .get_or_insert_default()
            .security_schemes
            .insert("token".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    }
}

/// A part of another document, whose fields stand beside its own: whatever it does not know is not its to forbid.
struct Flattened;

impl Modify for Flattened {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = &mut document.components.get_or_insert_default().schemas;
        if let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut("CampaignContent") {
            object.additional_properties = None;
        }
    }
}

/// What every call may answer instead, so that it need not be written beside each of them.
struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations = [
                (&mut item.get, false),
                (&mut item.post, true),
                (&mut item.put, true),
                (&mut item.delete, true),
            ];
            for (operation, changes) in operations {
                if let Some(operation) = operation {
                    add_problems(operation, changes);
                }
            }
        }
    }
}

fn add_problems(operation: &mut Operation, changes: bool) {
    let has_parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let has_body = operation.request_body.is_some();
    let has_token = operation.security.as_ref().is_some_and(|alternatives| {
        alternatives.iter().any(|one| serde_json::to_value(one).is_ok_and(|one| one != serde_json::json!({})))
    });
    let answers = [
        (has_parameters || has_body, "400", "The request cannot be read"),
        (has_token, "401", "The token is missing, unknown or revoked"),
        (has_token, "403", "The token may not do this"),
        (has_parameters, "404", "There is nothing of that number"),
        (changes, "409", "The state of things does not allow it"),
        (has_body, "413", "The body is too large"),
        (has_body, "415", "The body is of another media type"),
        (has_body, "422", "What was sent does not hold: errors says what and where"),
        (true, "500", "Something went wrong on the server"),
        (true, "503", "The database does not answer at the moment"),
    ];
    for (may_happen, status, description) in answers {
        if may_happen {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response =
                ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build();
            operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
        }
    }
}

/// This document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "api", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI", body = Object)),
    security(())
)]
pub(super) async fn serve() -> HttpResponse {
    static JSON: OnceLock<String> = OnceLock::new();
    let json = JSON.get_or_init(|| serde_json::to_string(&Document::openapi()).unwrap_or_default());
    HttpResponse::Ok().content_type("application/json").body(json.as_str())
}
