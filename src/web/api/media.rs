//! The media library: pictures that mails show.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Page, PageQuery};
use super::caller::Caller;
use super::problem::ApiError;
use crate::campaign;
use crate::db::Conn;
use crate::media::{self, Alt, Kind, Picture, Wanted};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::pictures::{self, Refusal, Sent};

impl From<media::Error> for ApiError {
    fn from(error: media::Error) -> Self {
        match error {
            media::Error::Database(error) => Self::Database(error),
            stored @ media::Error::Stored(..) => Self::Fault(stored.to_string()),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Form => Self::Malformed("the form cannot be read".to_owned(), Vec::new()),
            Refusal::Picture(media::Unusable::TooLarge) => Self::TooLarge(media::LARGEST),
            unusable @ (Refusal::NoFile | Refusal::Picture(_)) => {
                Self::invalid("$.file", unusable.to_string())
            }
            alt @ Refusal::Alt => Self::invalid("$.alt", alt.to_string()),
            many @ Refusal::TooMany => Self::Conflict(many.to_string()),
            Refusal::Files(error) => Self::Fault(error.to_string()),
            Refusal::Media(error) => error.into(),
        }
    }
}

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureView {
    id: i64,
    /// The short name of the unit that may change and delete it.
    unit: String,
    /// What staff call it.
    name: String,
    kind: Kind,
    /// Its public address, which changes when the picture does.
    url: String,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
    /// In octets.
    size: u32,
    /// What it shows, by language.
    #[schema(value_type = Object)]
    alt: Alt,
    created_at: DateTime<Utc>,
}

/// A picture and the campaigns that show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureInUse {
    #[serde(flatten)]
    picture: PictureView,
    /// Numbers of the campaigns that show it, at most 100, newest first. While there are any it cannot be deleted.
    campaigns: Vec<i64>,
}

fn view(conn: &mut Conn, state: &State, picture: Picture) -> Result<PictureView, ApiError> {
    let unit = units::tree(conn)?.get(picture.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default();
    Ok(view_in(unit, state, picture))
}

fn view_in(unit: String, state: &State, picture: Picture) -> PictureView {
    PictureView {
        url: picture.address(&state.urls),
        id: picture.id,
        unit,
        name: picture.name,
        kind: picture.kind,
        width: picture.width,
        height: picture.height,
        size: picture.size,
        alt: picture.alt,
        created_at: picture.created_at.and_utc(),
    }
}

fn find(conn: &mut Conn, caller: &Caller, action: Action, id: i64) -> Result<Picture, ApiError> {
    let picture = media::find(conn, id)?.ok_or_else(|| ApiError::no("picture", id))?;
    caller.may(action, Some(picture.unit_id))?;
    Ok(picture)
}

/// List the pictures of the units that the token may see, newest first.
#[utoipa::path(
    get, path = "/api/v1/media", tag = "media", operation_id = "list_media",
    params(PageQuery),
    responses((status = 200, description = "A part of the pictures", body = Page<PictureView>)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (asked, within) = (query.read()?, state.clone());
    let page = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let wanted = Wanted { units: caller.units_for(Action::SeeCampaigns), words: String::new() };
            let rows = media::page(conn, &wanted, asked.cursor.unwrap_or(i64::MAX), asked.rows())?;
            let shown = |picture: Picture| {
                let unit = tree.get(picture.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default();
                Some(view_in(unit, &within, picture))
            };
            Ok::<_, ApiError>(Page::of(rows, asked, |picture| picture.id, shown))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// One picture, and the campaigns that show it.
#[utoipa::path(
    get, path = "/api/v1/media/{id}", tag = "media", operation_id = "get_media",
    params(("id" = i64, Path, description = "The picture's number")),
    responses((status = 200, description = "The picture", body = PictureInUse)),
    security(("token" = ["read"]), ("token" = ["compose"]), ("token" = ["send"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::SeeCampaigns)?;
    let (id, within) = (id.into_inner(), state.clone());
    let shown = state
        .db
        .read(move |conn| {
            let picture = find(conn, &caller, Action::SeeCampaigns, id)?;
            let showing = campaign::showing(conn, id, 100)?;
            let visible = |unit: &i64| caller.may(Action::SeeCampaigns, Some(*unit)).is_ok();
            let campaigns =
                showing.into_iter().filter(|(_, _, unit)| visible(unit)).map(|(id, ..)| id).collect();
            Ok::<_, ApiError>(PictureInUse { picture: view(conn, &within, picture)?, campaigns })
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// A picture to upload.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form, which are read one by one")]
pub struct PictureForm {
    /// PNG, JPEG, GIF or WebP, told by its content; at most 12 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The short name of the unit that may change and delete it.
    unit: String,
    /// What staff call it; the file's name unless given.
    name: Option<String>,
    /// What it shows, in Swedish.
    alt_sv: Option<String>,
    /// What it shows, in Norwegian.
    alt_nb: Option<String>,
    /// What it shows, in English.
    alt_en: Option<String>,
}

/// Upload a picture. It loses everything but the picture (place, camera), and is made at most 1200 pixels wide.
/// The same picture again is the picture that the unit has already.
#[utoipa::path(
    post, path = "/api/v1/media", tag = "media", operation_id = "create_media",
    request_body(content((PictureForm = "multipart/form-data"))),
    responses((status = 201, description = "The picture", body = PictureView)),
    security(("token" = ["compose"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let kind = request.headers().get("Content-Type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(ApiError::MediaType("multipart/form-data"));
    }
    let sent = Sent::receive(Multipart::new(request.headers(), payload)).await?;
    let (slug, asking) = (sent.form.get("unit").to_owned(), caller.clone());
    let unit = state
        .db
        .read(move |conn| {
            let unit = units::unit_by_slug(conn, &slug)?
                .ok_or_else(|| ApiError::invalid("$.unit", format!("there is no unit \"{slug}\"")))?;
            asking.may(Action::Compose, Some(unit.id))?;
            Ok::<_, ApiError>(unit.id)
        })
        .await?;
    let new = pictures::keep(&state, sent, unit).await?;
    let within = state.clone();
    let shown = state
        .db
        .write(move |conn| {
            let picture = pictures::insert(conn, &within, caller.actor(), &new)?;
            view(conn, &within, picture)
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header((LOCATION, format!("/api/v1/media/{}", shown.id)))
        .json(shown))
}

/// What a picture is called and shows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureInput {
    /// What staff call it.
    #[schema(max_length = 200)]
    name: String,
    /// What it shows, by language; at most 300 characters each.
    #[schema(value_type = Object)]
    alt: Alt,
}

/// Change what a picture is called and shows. Mails that were sent keep what they say.
#[utoipa::path(
    put, path = "/api/v1/media/{id}", tag = "media", operation_id = "put_media",
    params(("id" = i64, Path, description = "The picture's number")),
    request_body = PictureInput,
    responses((status = 200, description = "The picture", body = PictureView)),
    security(("token" = ["compose"]))
)]
pub async fn put(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
    body: Body<PictureInput>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let (id, input, within) = (id.into_inner(), body.read()?, state.clone());
    let name = media::name_of(input.name.trim());
    if name.is_empty() {
        return Err(ApiError::invalid("$.name", "write a name"));
    }
    let alt = media::alt_of(input.alt).ok_or_else(|| ApiError::invalid("$.alt", Refusal::Alt.to_string()))?;
    let shown = state
        .db
        .write(move |conn| {
            let unit = find(conn, &caller, Action::Compose, id)?.unit_id;
            media::describe(conn, id, &name, &alt, within.clock.now().naive_utc())?;
            pictures::note(conn, &within, caller.actor(), "media.describe", id, unit)?;
            let picture = find(conn, &caller, Action::Compose, id)?;
            view(conn, &within, picture)
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Delete a picture that no campaign shows.
#[utoipa::path(
    delete, path = "/api/v1/media/{id}", tag = "media", operation_id = "delete_media",
    params(("id" = i64, Path, description = "The picture's number")),
    responses((status = 204, description = "It is gone")),
    security(("token" = ["compose"]))
)]
pub async fn delete(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may_somewhere(Action::Compose)?;
    let (id, within) = (id.into_inner(), state.clone());
    let picture = state
        .db
        .write(move |conn| {
            let picture = find(conn, &caller, Action::Compose, id)?;
            if let Some((campaign, ..)) = campaign::showing(conn, id, 1)?.first() {
                let detail = format!("campaign {campaign} shows picture {id}; take it out there first");
                return Err(ApiError::Conflict(detail));
            }
            media::delete(conn, id)?;
            pictures::note(conn, &within, caller.actor(), "media.delete", id, picture.unit_id)?;
            Ok(picture)
        })
        .await?;
    pictures::remove_file(&state, picture).await;
    Ok(HttpResponse::NoContent().finish())
}
