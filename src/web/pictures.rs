//! Pictures on their way into the media library, from the pages and from the API alike.

use actix_multipart::Multipart;
use futures_util::TryStreamExt as _;
use tokio::sync::Semaphore;

use super::State;
use super::form::Form;
use crate::audit::{self, Actor, Deed};
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::media::{self, Alt, LARGEST, NewPicture, Picture, Prepared, Unusable};

/// One picture is decoded at a time: the largest ones take hundreds of megabytes.
static DECODING: Semaphore = Semaphore::const_new(1);
/// So many pictures of one unit are taken in an hour.
const PER_HOUR: i64 = 300;
/// The longest of the other fields, in octets.
const LONGEST_FIELD: usize = 4096;

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The form broke off.
    #[error("the form cannot be read")]
    Form,
    /// There is no file in it.
    #[error("send the picture as the part \"file\"")]
    NoFile,
    /// The file is not taken as a picture.
    #[error("{0}")]
    Picture(#[from] Unusable),
    /// A description is too long.
    #[error("describe the picture in at most {} characters", media::LONGEST_ALT)]
    Alt,
    /// The unit has sent too many of late.
    #[error("the unit has uploaded {PER_HOUR} pictures within an hour; wait a little")]
    TooMany,
    /// The store does not take it.
    #[error(transparent)]
    Files(#[from] media::FilesError),
    /// The database.
    #[error(transparent)]
    Media(#[from] media::Error),
}

impl From<crate::db::Error> for Refusal {
    fn from(error: crate::db::Error) -> Self {
        Self::Media(error.into())
    }
}

/// What a form brought.
#[derive(Debug, Default)]
pub struct Sent {
    /// The fields.
    pub form: Form,
    /// The file's name and content.
    pub file: Option<(String, Vec<u8>)>,
}

impl Sent {
    /// Takes a form with a file in the part `file`.
    ///
    /// # Errors
    /// When it breaks off or holds more than is taken.
    pub async fn receive(mut parts: Multipart) -> Result<Self, Refusal> {
        let (mut fields, mut file) = (Vec::new(), None);
        while let Some(mut part) = parts.try_next().await.map_err(|_| Refusal::Form)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name =
                part.content_disposition().and_then(|about| about.get_filename()).map(media::name_of);
            let is_file = name == "file";
            let limit = if is_file { LARGEST } else { LONGEST_FIELD };
            let mut value = Vec::new();
            while let Some(piece) = part.try_next().await.map_err(|_| Refusal::Form)? {
                value.extend_from_slice(&piece);
                if value.len() > limit {
                    return Err(if is_file { Unusable::TooLarge.into() } else { Refusal::Form });
                }
            }
            if is_file {
                file = Some((file_name.unwrap_or_default(), value)).filter(|(_, value)| !value.is_empty());
            } else {
                fields.push((name, String::from_utf8_lossy(&value).into_owned()));
            }
        }
        Ok(Self { form: fields.into_iter().collect(), file })
    }
}

/// The descriptions in the fields `alt_sv`, `alt_nb` and `alt_en`.
///
/// # Errors
/// When one is too long.
pub fn alt(form: &Form) -> Result<Alt, Refusal> {
    let text = |language: &Language| (*language, form.get(&format!("alt_{language}")).to_owned());
    media::alt_of(Language::ALL.iter().map(text)).ok_or(Refusal::Alt)
}

/// Makes a file ready and keeps it. What the database is told comes next, in [`insert`]; a file that it is never told
/// of does no harm.
///
/// # Errors
/// When it is no picture, or the store does not take it.
pub async fn keep(state: &State, sent: Sent, unit_id: i64) -> Result<NewPicture, Refusal> {
    let alt = alt(&sent.form)?;
    let (file_name, bytes) = sent.file.ok_or(Refusal::NoFile)?;
    let given = media::name_of(sent.form.get("name"));
    let name = [given, file_name, "picture".to_owned()].into_iter().find(|name| !name.is_empty());
    let picture = prepared(bytes).await?;
    let hash = state.files.keep(picture.bytes.clone(), picture.kind).await?;
    Ok(NewPicture { unit_id, hash, picture, name: name.unwrap_or_default(), alt })
}

async fn prepared(bytes: Vec<u8>) -> Result<Prepared, Refusal> {
    // It is never closed.
    let _turn = DECODING.acquire().await;
    let prepared = tokio::task::spawn_blocking(move || media::prepare(&bytes)).await;
    Ok(prepared.unwrap_or(Err(Unusable::Damaged))?)
}

/// Puts a picture into the library, or finds the one that the unit has already: its words stay unless others came.
///
/// # Errors
/// When the unit has sent too many, and those of the database.
pub fn insert(conn: &mut Conn, state: &State, actor: Actor, new: &NewPicture) -> Result<Picture, Refusal> {
    let now = state.clock.now().naive_utc();
    let known = media::of_hash(conn, new.unit_id, &new.hash)?;
    let (id, action) = match known {
        Some(known) => {
            if !new.alt.is_empty() {
                let mut alt = known.alt.clone();
                alt.extend(new.alt.clone());
                media::describe(conn, known.id, &known.name, &alt, now)?;
            }
            (known.id, "media.reuse")
        }
        None => {
            if media::uploaded_since(conn, new.unit_id, PER_HOUR, now - chrono::TimeDelta::hours(1))? {
                return Err(Refusal::TooMany);
            }
            (media::insert(conn, new, now)?, "media.upload")
        }
    };
    note(conn, state, actor, action, id, new.unit_id)?;
    let missing = || media::Error::Stored(id, "it is gone".to_owned());
    Ok(media::find(conn, id)?.ok_or_else(missing)?)
}

/// Writes down what was done to a picture.
///
/// # Errors
/// Those of the database.
pub fn note(
    conn: &mut Conn,
    state: &State,
    actor: Actor,
    action: &'static str,
    id: i64,
    unit: i64,
) -> Result<(), crate::db::Error> {
    let detail = serde_json::json!({});
    let deed =
        Deed { action, subject_kind: "media", subject_id: Some(id), unit_id: Some(unit), detail: &detail };
    audit::record(conn, state.clock.now().naive_utc(), actor, &deed)
}

/// Removes the file of a picture that is deleted, unless another unit has the same. A file that stays does no harm.
pub async fn remove_file(state: &State, picture: Picture) {
    let hash = picture.hash.clone();
    match state.db.read(move |conn| media::has_hash(conn, &hash)).await {
        Ok(true) => {}
        Ok(false) => {
            if let Err(error) = state.files.remove(&picture.hash, picture.kind).await {
                tracing::warn!(%error, picture = picture.id, "the file of a deleted picture stays");
            }
        }
        Err(error) => tracing::warn!(%error, picture = picture.id, "the file of a deleted picture stays"),
    }
}
