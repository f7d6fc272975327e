//! The table of every address.

use actix_web::web::{self, ServiceConfig, get, post, resource};
use actix_web::{HttpResponse, Responder};

use super::error::PageError;
use super::public::{
    accessibility, archive, invitation, look, media as pictures, my_data, preferences, sign_up, tracked,
    unsubscribe, web_version, webhooks,
};
use super::session::SignedIn;
use super::staff::campaigns::{check, edit, preview, recipients, report, results, review, trial, versions};
use super::staff::contacts::{
    addresses, edit as person_edit, erase, history, merge, relations, took_part, wishes,
};
use super::staff::{
    account, archives, bounces, campaigns, consents, contacts, forms, imports, mappings, media,
    organisations, over_time, overview, pressure, requests, reviews, segments, sign_in,
};
use super::{State, api, assets, metrics};

/// Mounts every route.
#[rustfmt::skip]
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(assets::serve)
        .route("/health", get().to(health))
        .route("/live", get().to(live))
        .route("/metrics", get().to(metrics::metrics))
        .route("/office.css", get().to(look::styles))
        .route("/office/logo", get().to(look::logo))

        // For people outside the office, behind signed links
        .service(resource("/u/{token}").route(get().to(unsubscribe::ask)).route(post().to(unsubscribe::act)))
        .service(resource("/p/{token}").route(get().to(preferences::ask)).route(post().to(preferences::save)))
        .route("/p/{token}/link", post().to(my_data::link::send_to_holder))
        .service(resource("/link").route(get().to(my_data::link::ask)).route(post().to(my_data::link::send)))
        .service(resource("/d/{token}").route(get().to(my_data::show_all)).route(post().to(my_data::act)))
        .service(resource("/d/{token}/correct").route(get().to(my_data::correct::form)).route(post().to(my_data::correct::save)))
        .service(resource("/d/{token}/erase").route(get().to(my_data::erase::ask)).route(post().to(my_data::erase::erase)))
        .service(resource("/d/{token}/address").route(get().to(my_data::address::ask)).route(post().to(my_data::address::take)))
        .service(resource("/address/{token}").route(get().to(my_data::address::ask_confirmation)).route(post().to(my_data::address::confirm)))
        .route("/d/{token}/{format}", get().to(my_data::export::download))
        .service(resource("/i/{token}").route(get().to(invitation::ask)).route(post().to(invitation::answer)))
        .route("/i/{token}/{choice}", get().to(invitation::ask_chosen))
        .service(resource("/o/{token}.gif").route(get().to(tracked::open)).route(web::head().to(tracked::open)))
        .service(resource("/c/{token}").route(get().to(tracked::click)).route(web::head().to(tracked::click)))
        .service(resource("/t/{token}").route(get().to(tracked::trap)).route(web::head().to(tracked::trap)))
        .route("/v/{token}", get().to(web_version::show))
        .service(resource("/confirm/{token}").route(get().to(sign_up::ask_confirmation)).route(post().to(sign_up::confirm)))

        // For mail providers, which sign what they tell
        .service(resource("/webhooks/{provider}").app_data(web::PayloadConfig::new(webhooks::LARGEST)).route(post().to(webhooks::take)))

        // For everybody
        .service(resource("/f/{slug}").route(get().to(sign_up::ask)).route(post().to(sign_up::take)))
        .service(resource("/f/{slug}/embed").route(get().to(sign_up::ask_framed)).route(post().to(sign_up::take_framed)))
        .route("/media/{id}/{hash}.{kind}", get().to(pictures::picture))
        .route("/accessibility", get().to(accessibility::statement))
        .route("/archive/{unit}", get().to(archive::list))
        .route("/archive/{unit}/feed", get().to(archive::feed))
        .route("/archive/{unit}/{campaign}", get().to(archive::mail))

        // Signing in
        .service(resource("/login").route(get().to(sign_in::form)).route(post().to(sign_in::with_password)))
        .service(resource("/login/{secret}").route(get().to(sign_in::link)).route(post().to(sign_in::with_link)))
        .route("/logout", post().to(sign_in::out))

        // For whoever is signed in
        .route("/account", get().to(account::show_account))
        .route("/account/password", post().to(account::set_password))
        .route("/account/language", post().to(account::set_language))

        .route("/", get().to(overview::overview))
        .service(resource("/imports").route(get().to(imports::list)).route(post().to(imports::take)))
        .route("/imports/columns", post().to(mappings::columns))
        .service(resource("/imports/mappings/{id}").route(get().to(mappings::download)).route(post().to(mappings::change)))
        .route("/imports/start", post().to(imports::start_tried))
        .route("/imports/{id}", get().to(imports::one))
        .route("/imports/{id}/progress", get().to(imports::progress))
        .route("/imports/{id}/rejects", get().to(imports::rejects))
        .route("/reviews", get().to(reviews::list))
        .service(resource("/reviews/{id}").route(get().to(reviews::one)).route(post().to(reviews::decide)))

        .service(resource("/segments").route(get().to(segments::list)).route(post().to(segments::create)))
        .route("/segments/new", get().to(segments::new))
        .route("/segments/count", post().to(segments::editor::count))
        .route("/segments/rule", post().to(segments::editor::rule))
        .route("/segments/values", post().to(segments::editor::values))
        .route("/segments/compare", get().to(segments::compare::compare))
        .service(resource("/segments/{id}").route(get().to(segments::edit)).route(post().to(segments::save)))
        .service(resource("/segments/{id}/explain").route(get().to(segments::explain::ask)).route(post().to(segments::explain::answer)))
        .service(resource("/segments/{id}/delete").route(get().to(segments::ask_delete)).route(post().to(segments::delete)))

        .service(resource("/requests").route(get().to(requests::list)).route(post().to(requests::create)))
        .route("/requests/new", get().to(requests::new))
        .service(resource("/requests/{id}").route(get().to(requests::one)).route(post().to(requests::act)))
        .service(resource("/suppressions").route(get().to(bounces::suppressions)).route(post().to(bounces::suppressions)))
        .service(resource("/suppressions/{id}").route(get().to(bounces::suppression)).route(post().to(bounces::lift)))
        .route("/bounces", get().to(bounces::unidentified))
        .service(resource("/lost").route(get().to(bounces::lost)).route(post().to(bounces::lost_file)))
        .service(resource("/contacts").route(get().to(contacts::search)).route(post().to(contacts::search)))
        .route("/contacts/search", post().to(contacts::found))
        .route("/contacts/{id}", get().to(contacts::person))
        .route("/contacts/{id}/confirmed", post().to(contacts::confirmed))
        .service(resource("/contacts/{id}/wishes").route(get().to(wishes::ask)).route(post().to(wishes::record)))
        .service(resource("/contacts/{id}/consents").route(get().to(wishes::ask_agreement)).route(post().to(wishes::record_agreement)))
        .service(resource("/contacts/{id}/edit").route(get().to(person_edit::form)).route(post().to(person_edit::save)))
        .service(resource("/contacts/{id}/erase").route(get().to(erase::ask)).route(post().to(erase::erase)))
        .service(resource("/contacts/{id}/merge").route(get().to(merge::find)).route(post().to(merge::find)))
        .service(resource("/contacts/{id}/merge/{other}").route(get().to(merge::ask)).route(post().to(merge::merge)))
        .service(resource("/contacts/{id}/unmerge/{merge}").route(get().to(merge::ask_unmerge)).route(post().to(merge::unmerge)))

        .route("/contacts/{id}/timeline", get().to(history::show_all))
        .service(resource("/contacts/{id}/addresses").route(get().to(addresses::list)).route(post().to(addresses::add)))
        .route("/contacts/{id}/addresses/{address}/primary", post().to(addresses::make_primary))
        .service(resource("/contacts/{id}/addresses/{address}/remove").route(get().to(addresses::ask_remove)).route(post().to(addresses::remove)))
        .service(resource("/contacts/{id}/participations").route(get().to(took_part::form)).route(post().to(took_part::add)))
        .service(resource("/contacts/{id}/participations/{participation}/remove").route(get().to(took_part::ask_remove)).route(post().to(took_part::remove)))
        .service(resource("/contacts/{id}/relations/new").route(get().to(relations::find)).route(post().to(relations::find)))
        .route("/contacts/{id}/relations/search", post().to(relations::found))
        .service(resource("/contacts/{id}/relations/add").route(get().to(relations::form)).route(post().to(relations::add)))
        .service(resource("/contacts/{id}/relations/{relation}").route(get().to(relations::edit)).route(post().to(relations::save)))
        .service(resource("/contacts/{id}/relations/{relation}/remove").route(get().to(relations::ask_remove)).route(post().to(relations::remove)))

        .service(resource("/organisations").route(get().to(organisations::list)).route(post().to(organisations::list)))
        .route("/organisations/search", post().to(organisations::found))
        .service(resource("/organisations/new").route(get().to(organisations::new)).route(post().to(organisations::create)))
        .route("/organisations/{id}", get().to(organisations::one))
        .service(resource("/organisations/{id}/edit").route(get().to(organisations::edit)).route(post().to(organisations::save)))
        .service(resource("/organisations/{id}/delete").route(get().to(organisations::ask_delete)).route(post().to(organisations::delete)))

        .service(resource("/campaigns").route(get().to(campaigns::list)).route(post().to(edit::create)))
        .route("/campaigns/new", get().to(edit::new))
        .route("/campaigns/count", post().to(edit::count))
        .route("/campaigns/{id}", get().to(campaigns::one))
        .service(resource("/campaigns/{id}/edit").route(get().to(edit::edit)).route(post().to(edit::save)))
        .route("/campaigns/{id}/count", post().to(edit::count))
        .route("/campaigns/{id}/preview", get().to(preview::html))
        .service(resource("/campaigns/{id}/review").route(get().to(review::page)).route(post().to(review::act)))
        .route("/campaigns/{id}/copy", post().to(versions::copy))
        .route("/campaigns/{id}/versions", get().to(versions::list))
        .service(resource("/campaigns/{id}/versions/{version}").route(get().to(versions::one)).route(post().to(versions::restore)))
        .route("/campaigns/{id}/check", post().to(check::again))
        .route("/campaigns/{id}/test", post().to(preview::test))
        .service(resource("/campaigns/{id}/launch").route(get().to(preview::ask_launch)).route(post().to(preview::launch)))
        .service(resource("/campaigns/{id}/trial").route(get().to(trial::form)).route(post().to(trial::save)))
        .route("/campaigns/{id}/trial/{variant}", get().to(trial::preview))
        .route("/campaigns/{id}/winner", post().to(trial::choose))
        .route("/campaigns/{id}/progress", get().to(report::progress))
        .route("/campaigns/{id}/report", get().to(results::results))
        .route("/campaigns/{id}/report.csv", get().to(results::csv))
        .route("/campaigns/{id}/report.xlsx", get().to(results::xlsx))
        .route("/campaigns/{id}/recipients", get().to(recipients::list))
        .route("/campaigns/{id}/recipients.csv", get().to(recipients::export))
        .service(resource("/campaigns/{id}/retry").route(get().to(recipients::ask_retry)).route(post().to(recipients::retry)))
        .route("/campaigns/{id}/pause", post().to(report::pause))
        .route("/campaigns/{id}/resume", post().to(report::resume))
        .service(resource("/campaigns/{id}/cancel").route(get().to(report::ask_cancel)).route(post().to(report::cancel)))
        .route("/campaigns/{id}/overlap", post().to(pressure::count_again))
        .route("/campaigns/{id}/archive", post().to(archives::choose))
        .service(resource("/archives").route(get().to(archives::list)).route(post().to(archives::save)))
        .route("/reports", get().to(over_time::over_time))
        .service(resource("/pressure").route(get().to(pressure::list)).route(post().to(pressure::save)))

        .service(resource("/media").route(get().to(media::list)).route(post().to(media::upload)))
        .route("/media/choices", get().to(media::choices))
        .service(resource("/media/{id}").route(get().to(media::one)).route(post().to(media::save)))
        .service(resource("/media/{id}/delete").route(get().to(media::ask_delete)).route(post().to(media::delete)))

        .service(resource("/forms").route(get().to(forms::list)).route(post().to(forms::create)))
        .route("/forms/new", get().to(forms::new))
        .service(resource("/forms/{id}").route(get().to(forms::edit)).route(post().to(forms::save)))
        .route("/forms/{id}/preview", get().to(forms::preview))

        .service(resource("/consents").route(get().to(consents::list)).route(post().to(consents::create)))
        .route("/consents/new", get().to(consents::new))
        .service(resource("/consents/{id}").route(get().to(consents::one)).route(post().to(consents::act)))

        // For programs
        .configure(api::configure)

        .default_service(web::to(nothing));
}

/// Asks who is signed in, so that the page is in their language.
async fn nothing(_who: Option<SignedIn>) -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}

/// An empty 200 says that the process answers, and nothing more: restarting it mends no database that is away.
async fn live() -> impl Responder {
    HttpResponse::Ok()
}

/// 200 while the database answers; whether the mail relay does is not asked.
async fn health(state: web::Data<State>) -> impl Responder {
    match state.db.read(crate::db::ping).await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({ "status": "ok" })),
        Err(error) => {
            tracing::error!(%error, "the health check failed");
            HttpResponse::ServiceUnavailable()
                .json(serde_json::json!({ "status": "the database does not answer" }))
        }
    }
}
