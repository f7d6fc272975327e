//! The media library: pictures that are uploaded once and shown in many campaigns.

mod one;
mod upload;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
pub use one::{ask_delete, delete, one, save};
pub use upload::upload;

use super::{number_in_query, text_in_query, unit_choices};
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::media::{self, Picture, Wanted};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, Section, show};
use crate::web::parts::{Input, Select};
use crate::web::session::SignedIn;

/// Pictures on one page of the library.
const LISTED: i64 = 24;
/// Pictures that the editor's picker offers.
const OFFERED: i64 = 40;

impl From<media::Error> for PageError {
    fn from(error: media::Error) -> Self {
        match error {
            media::Error::Database(error) => Self::Database(error),
            stored @ media::Error::Stored(..) => Self::Fault(stored.to_string()),
        }
    }
}

fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Campaigns)
}

fn wanted(who: &SignedIn, words: &str) -> Wanted {
    let units = who.units_for(Action::SeeCampaigns).map(|units| units.into_iter().collect());
    Wanted { units, words: words.to_owned() }
}

/// A picture that somebody may do something with; what they may not see does not exist for them.
fn find(conn: &mut Conn, who: &SignedIn, action: Action, id: i64) -> Result<Picture, PageError> {
    let picture = media::find(conn, id)?.ok_or(PageError::NotFound)?;
    if !who.may(Action::SeeCampaigns, Some(picture.unit_id)) {
        return Err(PageError::NotFound);
    }
    who.must(action, Some(picture.unit_id))?;
    Ok(picture)
}

/// A line to describe the picture in one language.
struct AltField {
    language: Language,
    label: String,
    value: String,
}

fn alt_fields(texts: Texts, alt: &media::Alt) -> Vec<AltField> {
    let field = |language: &Language| AltField {
        language: *language,
        label: texts.t1("media-alt-in", "language", texts.word("tongue", language)),
        value: alt.get(language).cloned().unwrap_or_default(),
    };
    Language::ALL.iter().map(field).collect()
}

#[derive(Template)]
#[template(path = "staff/media/list.html")]
struct ListPage {
    page: Page,
    pictures: Vec<Row>,
    query: String,
    older: Option<String>,
    /// For those who may upload.
    form: Option<UploadForm>,
}

struct UploadForm {
    unit: Select,
    name: Input,
    alt: Vec<AltField>,
}

struct Row {
    picture: Picture,
    unit: String,
    size: String,
    shows: String,
}

/// Octets as people read them.
fn size(texts: Texts, octets: u32) -> String {
    texts.t1("media-size", "kilobytes", i64::from(octets.div_ceil(1024)))
}

/// `GET /media`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let query = text_in_query(&request, "q").unwrap_or_default();
    let before = number_in_query(&request, "before").unwrap_or(i64::MAX);
    let shown = state
        .db
        .read(move |conn| {
            let texts = Texts(who.language);
            let tree = units::tree(conn)?;
            let mut pictures = media::page(conn, &wanted(&who, &query), before, LISTED + 1)?;
            let more = pictures.len() as i64 > LISTED;
            pictures.truncate(LISTED as usize);
            let row = |picture: Picture| Row {
                unit: tree.get(picture.unit_id).map(|unit| unit.name.clone()).unwrap_or_default(),
                size: size(texts, picture.size),
                shows: picture.alt_in(texts.0).to_owned(),
                picture,
            };
            let last = pictures.last().map(|picture| picture.id).filter(|_| more);
            let form = who.must_somewhere(Action::Compose).is_ok().then(|| UploadForm {
                unit: Select {
                    name: "unit".to_owned(),
                    label: texts.t("unit"),
                    hint: String::new(),
                    choices: unit_choices(&tree, &who, Action::Compose, ""),
                },
                name: Input::text("name", texts.t("name"), "").optional().hint(texts.t("media-name-hint")),
                alt: alt_fields(texts, &media::Alt::new()),
            });
            let words: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
            Ok::<_, PageError>(ListPage {
                pictures: pictures.into_iter().map(row).collect(),
                older: last.map(|last| format!("/media?q={words}&before={last}")),
                form,
                query,
                page,
            })
        })
        .await?;
    show(&shown)
}

#[derive(Template)]
#[template(path = "staff/media/choices.html")]
struct Choices {
    page: Page,
    choices: Vec<Chosen>,
}

struct Chosen {
    picture: Picture,
    address: String,
    shows: String,
}

/// `GET /media/choices?q=`: pictures to choose from, as a fragment for the editor's picker.
pub async fn choices(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let (page, language) = (frame(&request, &state, &who), who.language);
    let words = text_in_query(&request, "q").unwrap_or_default();
    let pictures =
        state.db.read(move |conn| media::page(conn, &wanted(&who, &words), i64::MAX, OFFERED)).await?;
    let chosen = |picture: Picture| Chosen {
        address: picture.address(&state.urls),
        shows: picture.alt_in(language).to_owned(),
        picture,
    };
    show(&Choices { page, choices: pictures.into_iter().map(chosen).collect() })
}
