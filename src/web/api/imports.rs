//! Register files in.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use actix_multipart::Multipart;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};

use super::body::{Page, PageQuery};
use super::caller::Caller;
use super::create::Creation;
use super::problem::{ApiError, Fault};
use crate::audit::Deed;
use crate::db::Conn;
use crate::import::mappings::{self, StoredMapping};
use crate::import::{self, Import, ImportState, Importer, Layout, Mapping, NewImport, RejectsFile, Summary};
use crate::staff::Action;
use crate::web::State;

/// The largest file that is taken; a register of a million rows has 200 MB.
const MAX_FILE: usize = 2 << 30;
/// The longest mapping.
const MAX_MAPPING: usize = 64 << 10;

/// A register file and how far its import has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    id: i64,
    file_name: String,
    state: ImportState,
    /// Rows by what became of them; `read` is the sum of the others.
    rows: Rows,
    /// Why it failed.
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// Rows by what became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rows {
    read: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    merged: u64,
    to_review: u64,
    rejected: u64,
}

impl From<&Import> for ImportView {
    fn from(import: &Import) -> Self {
        let Summary { read, created, updated, unchanged, merged, to_review, rejected } = import.into();
        Self {
            id: import.id,
            file_name: import.file_name.clone(),
            state: import.state,
            rows: Rows { read, created, updated, unchanged, merged, to_review, rejected },
            error: import.error.clone(),
            created_at: import.created_at.and_utc(),
            finished_at: import.finished_at.map(|at| at.and_utc()),
        }
    }
}

/// List the imports, newest first.
#[utoipa::path(
    get, path = "/api/v1/imports", tag = "imports", operation_id = "list_imports",
    params(PageQuery),
    responses((status = 200, description = "A part of the imports", body = Page<ImportView>)),
    security(("token" = ["import"]))
)]
pub async fn list(
    caller: Caller,
    state: web::Data<State>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let asked = query.read()?;
    let before = asked.cursor.unwrap_or(i64::MAX);
    let rows = state.db.read(move |conn| import::page(conn, before, asked.rows())).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, asked, |row| row.id, |row| Some(ImportView::from(&row)))))
}

/// One import.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", tag = "imports", operation_id = "get_import",
    params(("id" = i64, Path, description = "The import's number")),
    responses((status = 200, description = "The import", body = ImportView)),
    security(("token" = ["import"]))
)]
pub async fn get(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let id = id.into_inner();
    let import = state.db.read(move |conn| find(conn, id)).await?;
    Ok(HttpResponse::Ok().json(ImportView::from(&import)))
}

fn find(conn: &mut Conn, id: i64) -> Result<Import, ApiError> {
    import::find(conn, id)?.ok_or_else(|| ApiError::no("import", id))
}

/// How a bare file is to be read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// The mapping of a file that is the whole body: a preset (`ladok`, `fs`, `form`, `employment`, `participants`) or the name of one
    /// that staff have saved.
    mapping: Option<String>,
    /// The file's name, for people.
    file_name: Option<String>,
}

/// A file and its mapping.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form, which are read one by one")]
pub struct UploadForm {
    /// A preset (`ladok`, `fs`, `form`, `employment`, `participants`), the name of a mapping that staff have saved, or a mapping as
    /// TOML.
    mapping: String,
    /// CSV (UTF-8 or Windows-1252; semicolons, commas or tabs) or xlsx.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Import a register file. The import runs in the worker; ask for it until it is finished.
///
/// The file comes as the part `file` of a form, beside the part `mapping`, or as the whole body with `?mapping=`.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "imports", operation_id = "create_import",
    params(
        UploadQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "The same call under the same key is done once"),
    ),
    request_body(content((UploadForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 202, description = "The import waits for the worker", body = ImportView)),
    security(("token" = ["import"]))
)]
pub async fn create(
    caller: Caller,
    request: HttpRequest,
    state: web::Data<State>,
    query: web::Query<UploadQuery>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let name = data_encoding::HEXLOWER.encode(&state.clock.random_bytes::<12>());
    let folder = import::uploads::folder(&state.config.data_dir);
    tokio::fs::create_dir_all(&folder)
        .await
        .map_err(|error| ApiError::Fault(format!("{} cannot be made: {error}", folder.display())))?;
    let upload = Upload { path: folder.join(name), keep: false };
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let query = query.into_inner();
    let (mapping, file_name) = if kind.starts_with("multipart/form-data") {
        upload.take_form(Multipart::new(request.headers(), payload)).await?
    } else {
        let mapping = query.mapping.ok_or_else(|| {
            let fault = Fault::new("?mapping", "name a preset: ladok, fs, form, employment or participants");
            ApiError::Malformed("the mapping is missing".to_owned(), vec![fault])
        })?;
        upload.take(payload).await?;
        (mapping, query.file_name)
    };
    upload.enqueue(&caller, &request, &state, &mapping, file_name).await
}

/// A file that is on its way into the data directory; removed again unless an import needs it.
struct Upload {
    path: PathBuf,
    keep: bool,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.keep {
            // Nobody knows of the file; at worst it takes up room.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Upload {
    /// Takes a form with the parts `mapping` and `file`; tells the mapping and the file's name.
    async fn take_form(&self, mut form: Multipart) -> Result<(String, Option<String>), ApiError> {
        let unreadable = |error: actix_multipart::MultipartError| {
            ApiError::Malformed(format!("the form cannot be read: {error}"), Vec::new())
        };
        let (mut mapping, mut file_name, mut has_file) = (None, None, false);
        while let Some(part) = form.next().await {
            let mut part = part.map_err(unreadable)?;
            let disposition = part.content_disposition();
            let name =
                disposition.and_then(|disposition| disposition.get_name()).unwrap_or_default().to_owned();
            match name.as_str() {
                "mapping" => {
                    let bytes = part.bytes(MAX_MAPPING).await.map_err(|_| ApiError::TooLarge(MAX_MAPPING))?;
                    let bytes = bytes.map_err(unreadable)?;
                    let text = String::from_utf8(bytes.to_vec())
                        .map_err(|_| ApiError::invalid("$.mapping", "write it in UTF-8"))?;
                    mapping = Some(text.trim().to_owned());
                }
                "file" => {
                    file_name =
                        disposition.and_then(|disposition| disposition.get_filename()).map(str::to_owned);
                    self.take(part).await?;
                    has_file = true;
                }
                other => {
                    let message = "the parts of the form are mapping and file";
                    return Err(ApiError::invalid(format!("$.{other}"), message));
                }
            }
        }
        if !has_file {
            return Err(ApiError::invalid("$.file", "send the file as the part \"file\""));
        }
        let mapping = mapping.ok_or_else(|| {
            ApiError::invalid(
                "$.mapping",
                "name a preset: ladok, fs, form, employment or participants, or send a mapping as TOML",
            )
        })?;
        Ok((mapping, file_name))
    }

    /// Takes the file itself, piece by piece.
    async fn take<E: std::fmt::Display>(
        &self,
        mut pieces: impl Stream<Item = Result<web::Bytes, E>> + Unpin,
    ) -> Result<(), ApiError> {
        let full = |error: std::io::Error| {
            ApiError::Fault(format!("the uploaded file cannot be kept in {}: {error}", self.path.display()))
        };
        let mut file = File::create(&self.path).await.map_err(full)?;
        let mut size = 0;
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| {
                ApiError::Malformed(format!("the file did not come whole: {error}"), Vec::new())
            })?;
            size += piece.len();
            if size > MAX_FILE {
                return Err(ApiError::TooLarge(MAX_FILE));
            }
            file.write_all(&piece).await.map_err(full)?;
        }
        if size == 0 {
            return Err(ApiError::invalid("$.file", "the file is empty"));
        }
        file.flush().await.map_err(full)
    }

    /// Leaves the file to the worker.
    async fn enqueue(
        mut self,
        caller: &Caller,
        request: &HttpRequest,
        state: &web::Data<State>,
        mapping: &str,
        file_name: Option<String>,
    ) -> Result<HttpResponse, ApiError> {
        let name = mapping.to_owned();
        let stored = state.db.read(move |conn| mappings::by_name(conn, &name)).await?;
        let text = mapping_text(mapping, stored)?;
        let path = self.path.clone();
        let described = web::block(move || described(&path, &text))
            .await
            .map_err(|error| ApiError::Fault(error.to_string()))??;
        let file_name = file_name.as_deref().and_then(|name| Path::new(name).file_name());
        let new = NewImport {
            file_name: file_name
                .map_or_else(|| "upload".to_owned(), |name| name.to_string_lossy().into_owned()),
            ..described
        };
        let content = format!("{}\n{}", new.file_hash, new.mapping);
        let (now, noting, noted) = (state.clock.now().naive_utc(), caller.clone(), state.clone());
        let own_path = new.file_path.clone();
        let answer = Creation::of(request, content.as_bytes())?
            .accepted()
            .run(state, caller, move |conn| {
                // The same file twice at a time is one import, as on the command line.
                let id = match import::unfinished(conn, &new.file_hash, &new.mapping)? {
                    Some(id) => id,
                    None => import::insert(conn, &new, now)?,
                };
                let detail = serde_json::json!({});
                noting.note(
                    conn,
                    &noted,
                    &Deed {
                        action: "import.create",
                        subject_kind: "import",
                        subject_id: Some(id),
                        unit_id: None,
                        detail: &detail,
                    },
                )?;
                Ok((id, ImportView::from(&find(conn, id)?)))
            })
            .await?;
        let used = state.db.read(move |conn| import::file_use(conn, &own_path)).await?;
        self.keep = used == import::FileUse::Needed;
        Ok(answer)
    }
}

/// A preset or one of the office's own mappings by its name, or a mapping as it stands. Never a file of the server, whose names a caller must not try.
fn mapping_text(mapping: &str, stored: Option<StoredMapping>) -> Result<String, ApiError> {
    let preset = Mapping::PRESETS.into_iter().find(|(preset, _)| *preset == mapping);
    let text = match preset.map(|(_, text)| text.to_owned()).or(stored.map(|stored| stored.toml)) {
        Some(text) => text,
        None if mapping.contains('=') => mapping.to_owned(),
        None => {
            let presets: Vec<&str> = Mapping::PRESETS.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "there is no mapping \"{mapping}\"; name one that staff have saved or a preset ({}), or send a mapping as TOML",
                presets.join(", ")
            );
            return Err(ApiError::invalid("$.mapping", message));
        }
    };
    Mapping::from_toml(&text).map_err(|error| ApiError::invalid("$.mapping", error.to_string()))?;
    Ok(text)
}

/// Opens the file, so that one that cannot be read is refused at once.
fn described(path: &Path, mapping: &str) -> Result<NewImport, ApiError> {
    let parsed = Mapping::from_toml(mapping).map_err(import::ImportError::from)?;
    import::Source::open(path, &parsed.expected()).map_err(import::ImportError::from)?;
    Ok(Importer::describe(path, mapping, None)?)
}

/// The rejected rows as a file: the input's columns, then the row and the reason. Identity numbers are cut.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/rejects", tag = "imports", operation_id = "get_rejects",
    params(("id" = i64, Path, description = "The import's number")),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv")),
    security(("token" = ["import"]))
)]
pub async fn rejects(
    caller: Caller,
    state: web::Data<State>,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    caller.may(Action::ImportRegister, None)?;
    let id = id.into_inner();
    let bytes = state.db.read(move |conn| rejects_file(conn, id)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"rejected-{id}.csv\"")))
        .body(bytes))
}

fn rejects_file(conn: &mut Conn, id: i64) -> Result<Vec<u8>, ApiError> {
    let import = find(conn, id)?;
    let Some(layout) = import.layout else {
        return Err(ApiError::Conflict(format!("import {id} has not begun; ask again when it is finished")));
    };
    let fault =
        |error: &dyn std::fmt::Display| ApiError::Fault(format!("the rejects of import {id}: {error}"));
    let layout: Layout = serde_json::from_str(&layout).map_err(|error| fault(&error))?;
    let mut bytes = Cursor::new(Vec::new());
    let mut file = RejectsFile::start(&mut bytes, &layout).map_err(|error| fault(&error))?;
    let mut after = -1;
    loop {
        let rows = import::rejected_rows(conn, id, after, 1000)?;
        let Some(last) = rows.last() else { break };
        after = i64::try_from(last.row).unwrap_or(i64::MAX);
        for row in &rows {
            file.write(row, &row.reason.to_string()).map_err(|error| fault(&error))?;
        }
    }
    file.finish().map_err(|error| fault(&error))?;
    Ok(bytes.into_inner())
}
