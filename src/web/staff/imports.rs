//! Register files: upload, dry run, import, what became of the rows.

use std::io::{self, Write};
use std::ops::ControlFlow;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_DISPOSITION, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;
use futures_util::stream;
use tokio::sync::mpsc;

use super::mappings::{self, Known};
use super::upload::{self, Upload};
use super::{Done, Section};
use crate::import::{
    self, ChangeValue, DryRun, Import, ImportError, ImportState, Importer, Layout, Mapping, Reject,
    RejectsFile,
};
use crate::staff::Action;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;

/// How many imports the list shows.
const LISTED: i64 = 50;
/// How many rejected rows a page shows; the file has all of them.
const REJECTS_SHOWN: i64 = 20;

#[derive(Template)]
#[template(path = "staff/imports/list.html")]
struct ListPage {
    page: Page,
    imports: Vec<Row>,
    mapping: Select,
    /// Mappings that staff made: number and name.
    stored: Vec<(i64, String)>,
    problem: Option<String>,
}

struct Row {
    import: Import,
    mapping: String,
}

#[derive(Template)]
#[template(path = "staff/imports/dry_run.html")]
struct DryRunPage {
    page: Page,
    upload: Upload,
    mapping: Known,
    run: DryRun,
}

#[derive(Template)]
#[template(path = "staff/imports/import.html")]
struct ImportPage {
    page: Page,
    import: Import,
    mapping: String,
    rejects: Vec<Reject>,
    now: NaiveDateTime,
}

#[derive(Template)]
#[template(path = "staff/imports/progress.html")]
struct Progress<'a> {
    page: &'a Page,
    import: &'a Import,
    now: NaiveDateTime,
}

impl ImportPage {
    fn progress(&self) -> Progress<'_> {
        Progress { page: &self.page, import: &self.import, now: self.now }
    }
}

impl Progress<'_> {
    fn is_over(&self) -> bool {
        matches!(self.import.state, ImportState::Finished | ImportState::Failed)
    }

    /// What it waits for.
    fn waits(&self) -> String {
        if self.import.is_left(self.now) {
            return self.page.t("import-waits-left");
        }
        self.page.word("import-waits", self.import.state)
    }

    fn figures(&self) -> [(&'static str, i64); 7] {
        let import = self.import;
        [
            ("import-read", import.read_rows),
            ("import-created", import.created_rows),
            ("import-updated", import.updated_rows),
            ("import-unchanged", import.unchanged_rows),
            ("import-merged", import.merged_rows),
            ("import-to-review", import.review_rows),
            ("import-rejected", import.rejected_rows),
        ]
    }
}

impl DryRunPage {
    fn figures(&self) -> [(&'static str, u64); 7] {
        let summary = &self.run.summary;
        [
            ("import-read", summary.read),
            ("import-created", summary.created),
            ("import-updated", summary.updated),
            ("import-unchanged", summary.unchanged),
            ("import-merged", summary.merged),
            ("import-to-review", summary.to_review),
            ("import-rejected", summary.rejected),
        ]
    }

    fn outcome(&self, outcome: &crate::import::Outcome) -> String {
        use crate::import::Outcome as O;
        self.page.t(match outcome {
            O::Created => "import-created",
            O::Updated => "import-updated",
            O::Unchanged => "import-unchanged",
            O::Merged => "import-merged",
            O::ToReview => "import-to-review",
            O::Rejected => "import-rejected",
        })
    }

    fn is_something(&self, value: &ChangeValue) -> bool {
        *value != ChangeValue::Nothing
    }

    fn value(&self, value: &ChangeValue) -> String {
        match value {
            ChangeValue::Nothing => self.page.t("change-nothing"),
            ChangeValue::Text(text) => text.clone(),
            ChangeValue::Date(date) => date.to_string(),
            ChangeValue::Language(language) => self.page.word("tongue", language),
            ChangeValue::Kind(kind) => self.page.word("kind", kind),
            ChangeValue::Flag(true) => self.page.t("word-yes"),
            ChangeValue::Flag(false) => self.page.t("word-no"),
            ChangeValue::Untold => self.page.t("change-untold"),
        }
    }

    fn first_rejects(&self) -> &[Reject] {
        let shown = self.run.rejects.len().min(REJECTS_SHOWN.unsigned_abs() as usize);
        &self.run.rejects[..shown]
    }
}

/// The name of a mapping that is stored as TOML.
fn mapping_name(toml: &str) -> String {
    Mapping::from_toml(toml).map(|mapping| mapping.name).unwrap_or_default()
}

pub(super) fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Imports)
}

async fn list_page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    problem: Option<String>,
) -> Result<ListPage, PageError> {
    let page = frame(request, state, who);
    let imports = state.db.read(|conn| import::latest(conn, LISTED)).await?;
    let known = mappings::known(state).await?;
    let found_out = Choice::new("", page.t("import-mapping-found-out"), true);
    let choice = |known: &Known| Choice::new(&known.reference, &known.mapping.name, false);
    let choices = std::iter::once(found_out).chain(known.iter().map(choice)).collect();
    let stored = known.into_iter().filter_map(|known| Some((known.stored?, known.mapping.name))).collect();
    let mapping = Select {
        name: "mapping".to_owned(),
        label: page.t("import-mapping"),
        hint: page.t("import-mapping-hint"),
        choices,
    };
    let imports =
        imports.into_iter().map(|import| Row { mapping: mapping_name(&import.mapping), import }).collect();
    Ok(ListPage { page, imports, mapping, stored, problem })
}

/// `GET /imports`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    show(&list_page(&request, &state, &who, None).await?)
}

pub(super) async fn refuse(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    problem: String,
) -> Result<HttpResponse, PageError> {
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &list_page(request, state, who, Some(problem)).await?)
}

/// `POST /imports`: takes a file and shows its columns.
pub async fn take(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    parts: Multipart,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let (form, upload) = upload::receive(&state, parts).await?;
    let Some(upload) = upload else {
        let problem = crate::web::i18n::Texts(who.language).t("import-no-file");
        return refuse(&request, &state, &who, problem).await;
    };
    mappings::ask(&request, &state, &who, upload, &form).await
}

/// `POST /imports/start`: imports a file that was tried out before.
pub async fn start_tried(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let upload = Upload::known(form.get("upload"), form.get("file_name")).ok_or(PageError::Unreadable)?;
    if !upload.path(&state).is_file() {
        return Err(PageError::NotFound);
    }
    start(&request, &state, &who, upload, form.get("mapping")).await
}

fn importer(state: &State) -> Importer {
    Importer {
        database: state.db.clone(),
        keys: state.config.secret_keys.clone(),
        clock: state.clock.clone(),
    }
}

/// Tells what importing the file would do.
pub(super) async fn try_out(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    upload: Upload,
    mapping: &Known,
) -> Result<HttpResponse, PageError> {
    let (importer, path, tried) = (importer(state), upload.path(state), mapping.mapping.clone());
    let tried = web::block(move || importer.dry_run(&path, &tried, &mut |_| ControlFlow::Continue(())))
        .await
        .map_err(|error| PageError::Fault(error.to_string()))?;
    match tried {
        Ok(run) => {
            show(&DryRunPage { page: frame(request, state, who), upload, mapping: mapping.clone(), run })
        }
        Err(ImportError::Database(error)) => Err(error.into()),
        Err(error) => refuse(request, state, who, error.to_string()).await,
    }
}

async fn start(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    upload: Upload,
    reference: &str,
) -> Result<HttpResponse, PageError> {
    let known = mappings::known(state).await?;
    let Some(mapping) = mappings::named(&known, reference).cloned() else {
        let problem = crate::web::i18n::Texts(who.language).t("import-no-mapping");
        return refuse(request, state, who, problem).await;
    };
    let (importer, path, account) = (importer(state), upload.path(state), who.actor.id);
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let db = state.db.clone();
    let queued = web::block(move || {
        // A file that cannot be read is told at once, and not only by the worker.
        crate::import::Source::open(&path, &mapping.mapping.expected())?;
        let mut new = Importer::describe(&path, &mapping.toml, account)?;
        new.file_name = upload.file_name;
        let id = importer.enqueue(&new)?;
        let used = db.read_blocking(|conn| import::file_use(conn, &new.file_path))?;
        if used == import::FileUse::None {
            // The same file waits already, under another name; at worst the copy takes up room for a day.
            let _ = std::fs::remove_file(&path);
        }
        db.write_blocking(|conn| Done::to("import.start", "import", id).record(conn, now, actor))?;
        Ok::<_, ImportError>(id)
    })
    .await
    .map_err(|error| PageError::Fault(error.to_string()))?;
    match queued {
        Ok(id) => Ok(go_to(&format!("/imports/{id}"))),
        Err(ImportError::Database(error)) => Err(error.into()),
        Err(error) => refuse(request, state, who, error.to_string()).await,
    }
}

async fn find(state: &State, id: i64) -> Result<(Import, Vec<Reject>), PageError> {
    state
        .db
        .read(move |conn| {
            let import = import::find(conn, id)?.ok_or(PageError::NotFound)?;
            let rejects = import::rejected_rows(conn, id, 0, REJECTS_SHOWN)?;
            Ok((import, rejects))
        })
        .await
}

/// `GET /imports/{id}`
pub async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let (import, rejects) = find(&state, *id).await?;
    let mapping = mapping_name(&import.mapping);
    let now = state.clock.now().naive_utc();
    show(&ImportPage { page: frame(&request, &state, &who), import, mapping, rejects, now })
}

/// `GET /imports/{id}/progress`: the part of the page that changes.
pub async fn progress(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let (import, _) = find(&state, *id).await?;
    let now = state.clock.now().naive_utc();
    show(&Progress { page: &frame(&request, &state, &who), import: &import, now })
}

/// `GET /imports/{id}/rejects`: the rejected rows as a file, written while it is sent.
pub async fn rejects(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let (import, _) = find(&state, *id).await?;
    let layout: Layout = serde_json::from_str(import.layout.as_deref().unwrap_or_default())
        .map_err(|_| PageError::NotFound)?;
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let id = import.id;
    state.db.write(move |conn| Done::to("import.rejects", "import", id).record(conn, now, actor)).await?;
    let (sender, receiver) = mpsc::channel(8);
    let (db, texts) = (state.db.clone(), Texts(who.language));
    // Ends by itself when nobody receives any more.
    drop(tokio::task::spawn_blocking(move || -> io::Result<()> {
        let mut file = RejectsFile::start(io::BufWriter::new(Sending(sender)), &layout)?;
        let mut after = 0;
        loop {
            let rows = db
                .read_blocking(|conn| import::rejected_rows(conn, id, after, 1000))
                .map_err(io::Error::other)?;
            let Some(last) = rows.last() else { return file.finish() };
            after = i64::try_from(last.row).unwrap_or(i64::MAX);
            for row in &rows {
                file.write(row, &texts.reject(&row.reason))?;
            }
        }
    }));
    let body = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (Ok::<_, io::Error>(chunk), receiver))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, attachment(&rejects_name(&import.file_name))))
        .streaming(body))
}

fn rejects_name(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    format!("{stem}-rejects.csv")
}

pub(super) fn attachment(file_name: &str) -> ContentDisposition {
    let value = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: file_name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(value)],
    }
}

/// Hands what is written to the response, and waits while the browser is slower.
struct Sending(mpsc::Sender<web::Bytes>);

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = web::Bytes::copy_from_slice(bytes);
        self.0.blocking_send(chunk).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
