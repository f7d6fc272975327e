//! The tables `imports`, `import_rejects`, `import_reject_words` and `import_reviews`. Functions take a connection and open no transaction.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::reason::RejectReason;
use super::reject_words;
use super::rejects::Reject;
use crate::db::schema::{consents, import_reject_words, import_rejects, import_reviews, imports};
use crate::db::{Conn, Error};
use crate::preferences::PreferenceSource;
use crate::{each, insert_returning_id};

/// Rows per statement: well under SQLite's 32,766 bound values.
const BATCH: usize = 500;

crate::text_enum! {
    /// Where an import stands.
    ImportState {
        /// Waits for a worker.
        Queued = "queued",
        /// Somebody works on it, or died while at it: then its lease runs out.
        Running = "running",
        /// Done.
        Finished = "finished",
        /// Cannot be done; `error` says why.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// Where a row stands that was put beside a person.
    ReviewState {
        /// Staff must decide.
        Pending = "pending",
        /// It is that person.
        Merged = "merged",
        /// It is somebody else.
        KeptApart = "kept_apart",
        /// The row made the person, and has nothing but the name to be found by.
        Origin = "origin",
    }
}

/// An import as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = imports)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Import {
    pub id: i64,
    pub account_id: Option<i64>,
    pub file_name: String,
    pub file_path: String,
    pub file_hash: String,
    pub mapping: String,
    pub layout: Option<String>,
    pub state: ImportState,
    pub next_row: i64,
    pub file_bytes: i64,
    pub done_bytes: i64,
    pub read_rows: i64,
    pub created_rows: i64,
    pub updated_rows: i64,
    pub unchanged_rows: i64,
    pub merged_rows: i64,
    pub review_rows: i64,
    pub rejected_rows: i64,
    pub error: Option<String>,
    pub lease_until: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub finished_at: Option<NaiveDateTime>,
}

impl Import {
    /// Whether whoever worked on it gave no sign of life for a while; the next worker goes on where it was.
    #[must_use]
    pub fn is_left(&self, now: NaiveDateTime) -> bool {
        self.state == ImportState::Running && self.lease_until.is_none_or(|until| until < now)
    }
}

/// A file that is to be imported.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Who asked for it, unless it was the command line.
    pub account_id: Option<i64>,
    /// The file's name, for people.
    pub file_name: String,
    /// Where it lies.
    pub file_path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub file_hash: String,
    /// The mapping as TOML.
    pub mapping: String,
    /// Its size.
    pub file_bytes: i64,
}

/// Stores a file that is to be imported.
///
/// # Errors
/// Those of the database, like every function here.
pub fn insert(conn: &mut Conn, new: &NewImport, now: NaiveDateTime) -> Result<i64, Error> {
    let row = (
        (
            imports::account_id.eq(new.account_id),
            imports::file_name.eq(&new.file_name),
            imports::file_path.eq(&new.file_path),
            imports::file_hash.eq(&new.file_hash),
            imports::mapping.eq(&new.mapping),
            imports::file_bytes.eq(new.file_bytes),
            imports::state.eq(ImportState::Queued),
            imports::created_at.eq(now),
        ),
        (
            imports::next_row.eq(0_i64),
            imports::done_bytes.eq(0_i64),
            imports::read_rows.eq(0_i64),
            imports::created_rows.eq(0_i64),
            imports::updated_rows.eq(0_i64),
            imports::unchanged_rows.eq(0_i64),
            imports::merged_rows.eq(0_i64),
            imports::review_rows.eq(0_i64),
            imports::rejected_rows.eq(0_i64),
        ),
    );
    Ok(insert_returning_id!(conn, imports, row)?)
}

/// One import.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Import>, Error> {
    Ok(imports::table.find(id).select(Import::as_select()).first(conn).optional()?)
}

/// The latest imports, newest first.
///
/// # Errors
/// Those of the database.
pub fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<Import>, Error> {
    Ok(imports::table.order(imports::id.desc()).limit(limit).select(Import::as_select()).load(conn)?)
}

/// Up to `limit` imports before number `before` (`i64::MAX` for the first page), newest first.
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<Import>, Error> {
    Ok(imports::table
        .filter(imports::id.lt(before))
        .order(imports::id.desc())
        .limit(limit)
        .select(Import::as_select())
        .load(conn)?)
}

/// What imports have to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// An import is to be read, or read on, from it.
    Needed,
    /// Every import from it has ended.
    Ended,
    /// None was started from it.
    None,
}

/// What imports have to do with the file at this path.
///
/// # Errors
/// Those of the database.
pub fn file_use(conn: &mut Conn, path: &str) -> Result<FileUse, Error> {
    let states: Vec<ImportState> =
        imports::table.filter(imports::file_path.eq(path)).select(imports::state).load(conn)?;
    let is_open = |state: &ImportState| matches!(state, ImportState::Queued | ImportState::Running);
    Ok(match states.as_slice() {
        [] => FileUse::None,
        states if states.iter().any(is_open) => FileUse::Needed,
        _ => FileUse::Ended,
    })
}

/// An import of this file with this mapping that was begun and not ended.
///
/// # Errors
/// Those of the database.
pub fn unfinished(conn: &mut Conn, file_hash: &str, mapping: &str) -> Result<Option<i64>, Error> {
    Ok(imports::table
        .filter(imports::file_hash.eq(file_hash))
        .filter(imports::mapping.eq(mapping))
        .filter(imports::state.eq_any([ImportState::Queued, ImportState::Running]))
        .order(imports::id.desc())
        .select(imports::id)
        .first(conn)
        .optional()?)
}

/// The oldest import that nobody works on.
///
/// # Errors
/// Those of the database.
pub fn next_waiting(conn: &mut Conn, now: NaiveDateTime) -> Result<Option<i64>, Error> {
    Ok(imports::table
        .filter(imports::state.eq_any([ImportState::Queued, ImportState::Running]))
        .filter(imports::lease_until.is_null().or(imports::lease_until.lt(now)))
        .order(imports::id)
        .select(imports::id)
        .first(conn)
        .optional()?)
}

/// Takes an import for `owner`, unless somebody works on it or on another one: two imports at the same time
/// could both create one person.
///
/// # Errors
/// Those of the database.
pub fn claim(
    conn: &mut Conn,
    id: i64,
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, Error> {
    if let Conn::Postgres(postgres) = conn {
        diesel::sql_query("LOCK TABLE imports IN SHARE ROW EXCLUSIVE MODE").execute(postgres)?;
    }
    let busy: i64 = imports::table
        .filter(imports::state.eq(ImportState::Running))
        .filter(imports::lease_until.ge(now))
        .filter(imports::lease_owner.ne(owner))
        .count()
        .get_result(conn)?;
    if busy > 0 {
        return Ok(false);
    }
    let open =
        imports::table.find(id).filter(imports::state.eq_any([ImportState::Queued, ImportState::Running]));
    let taken = diesel::update(open)
        .set((
            imports::state.eq(ImportState::Running),
            imports::lease_owner.eq(owner),
            imports::lease_until.eq(until),
            imports::error.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(taken == 1)
}

/// How far an import has come: everything it counts, and where the next batch begins.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = imports)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct Position {
    pub next_row: i64,
    pub done_bytes: i64,
    pub read_rows: i64,
    pub created_rows: i64,
    pub updated_rows: i64,
    pub unchanged_rows: i64,
    pub merged_rows: i64,
    pub review_rows: i64,
    pub rejected_rows: i64,
    pub lease_until: Option<NaiveDateTime>,
}

/// Moves an import on; `false` when somebody else has taken it meanwhile.
///
/// # Errors
/// Those of the database.
pub fn advance(conn: &mut Conn, id: i64, owner: &str, position: &Position) -> Result<bool, Error> {
    let mine = imports::table.find(id).filter(imports::lease_owner.eq(owner));
    Ok(diesel::update(mine).set(position).execute(conn)? == 1)
}

/// Keeps an import for its owner a while longer.
///
/// # Errors
/// Those of the database.
pub fn renew(conn: &mut Conn, id: i64, owner: &str, until: NaiveDateTime) -> Result<(), Error> {
    diesel::update(imports::table.find(id).filter(imports::lease_owner.eq(owner)))
        .set(imports::lease_until.eq(until))
        .execute(conn)?;
    Ok(())
}

/// Notes how the file turned out to be written.
///
/// # Errors
/// Those of the database.
pub fn set_layout(conn: &mut Conn, id: i64, layout: &str) -> Result<(), Error> {
    diesel::update(imports::table.find(id)).set(imports::layout.eq(layout)).execute(conn)?;
    Ok(())
}

/// Lets go of an import: done, failed, or back in the queue.
///
/// # Errors
/// Those of the database.
pub fn release(
    conn: &mut Conn,
    id: i64,
    owner: &str,
    state: ImportState,
    error: Option<&str>,
    now: NaiveDateTime,
) -> Result<(), Error> {
    let ended = matches!(state, ImportState::Finished | ImportState::Failed).then_some(now);
    diesel::update(imports::table.find(id).filter(imports::lease_owner.eq(owner)))
        .set((
            imports::state.eq(state),
            imports::error.eq(error),
            imports::finished_at.eq(ended),
            imports::lease_owner.eq(None::<String>),
            imports::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores rejected rows.
///
/// # Errors
/// Those of the database.
pub fn insert_rejects(conn: &mut Conn, import: i64, rejects: &[&Reject]) -> Result<(), Error> {
    for batch in rejects.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|reject| {
                (
                    import_rejects::import_id.eq(import),
                    import_rejects::row_number.eq(i64::try_from(reject.row).unwrap_or(i64::MAX)),
                    import_rejects::reason.eq(reject.reason.to_stored()),
                    import_rejects::cells.eq(serde_json::to_string(&reject.cells).unwrap_or_default()),
                )
            })
            .collect();
        each!(&mut *conn, engine => diesel::insert_into(import_rejects::table).values(rows).execute(engine))?;
    }
    let words: Vec<(String, i64)> = rejects
        .iter()
        .flat_map(|reject| {
            let row = i64::try_from(reject.row).unwrap_or(i64::MAX);
            reject_words::words(&reject.cells).into_iter().map(move |word| (word, row))
        })
        .collect();
    for batch in words.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(word, row)| {
                (
                    import_reject_words::word.eq(word),
                    import_reject_words::import_id.eq(import),
                    import_reject_words::row_number.eq(row),
                )
            })
            .collect();
        each!(&mut *conn, engine => {
            diesel::insert_into(import_reject_words::table).values(rows).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// Takes away what stands in the rejected rows that tell one of these words.
///
/// # Errors
/// Those of the database.
pub fn empty_rejects(conn: &mut Conn, words: &[String]) -> Result<(), Error> {
    let mut rows: Vec<(i64, i64)> = Vec::new();
    for batch in words.chunks(BATCH) {
        let found: Vec<(i64, i64)> = import_reject_words::table
            .filter(import_reject_words::word.eq_any(batch))
            .select((import_reject_words::import_id, import_reject_words::row_number))
            .load(conn)?;
        rows.extend(found);
    }
    rows.sort_unstable();
    rows.dedup();
    for (import, row) in rows {
        diesel::update(
            import_rejects::table
                .filter(import_rejects::import_id.eq(import))
                .filter(import_rejects::row_number.eq(row)),
        )
        .set(import_rejects::cells.eq("[]"))
        .execute(conn)?;
        diesel::delete(
            import_reject_words::table
                .filter(import_reject_words::import_id.eq(import))
                .filter(import_reject_words::row_number.eq(row)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Rejected rows of an import after a row number, in the file's order.
///
/// # Errors
/// Those of the database.
pub fn rejects(conn: &mut Conn, import: i64, after_row: i64, limit: i64) -> Result<Vec<Reject>, Error> {
    let rows: Vec<(i64, String, String)> = import_rejects::table
        .filter(import_rejects::import_id.eq(import))
        .filter(import_rejects::row_number.gt(after_row))
        .order(import_rejects::row_number)
        .limit(limit)
        .select((import_rejects::row_number, import_rejects::reason, import_rejects::cells))
        .load(conn)?;
    let reject = |(row, reason, cells): (i64, String, String)| Reject {
        row: u64::try_from(row).unwrap_or_default(),
        reason: RejectReason::of_stored(reason),
        cells: serde_json::from_str(&cells).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(reject).collect())
}

/// A row to be put beside a person.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = import_reviews, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct NewReview {
    pub import_id: i64,
    pub row_number: i64,
    pub contact_id: i64,
    pub fingerprint: String,
    pub reason: String,
    pub record: String,
    pub state: ReviewState,
    pub created_at: NaiveDateTime,
    pub superseded: bool,
}

/// Puts rows beside people; a row that stands beside the same person already stays as it is.
///
/// # Errors
/// Those of the database.
pub fn insert_reviews(conn: &mut Conn, reviews: &[NewReview]) -> Result<(), Error> {
    for batch in reviews.chunks(BATCH) {
        each!(&mut *conn, engine => {
            diesel::insert_into(import_reviews::table).values(batch).on_conflict_do_nothing().execute(engine)
        })?;
    }
    Ok(())
}

/// A row that waits for staff.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = import_reviews)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct StoredReview {
    pub id: i64,
    pub import_id: i64,
    pub row_number: i64,
    pub contact_id: i64,
    pub reason: String,
    pub record: String,
    pub state: ReviewState,
    pub created_at: NaiveDateTime,
    pub superseded: bool,
}

/// The rows that wait for staff, oldest first.
///
/// # Errors
/// Those of the database.
pub fn pending_reviews(conn: &mut Conn, after_id: i64, limit: i64) -> Result<Vec<StoredReview>, Error> {
    Ok(import_reviews::table
        .filter(import_reviews::state.eq(ReviewState::Pending))
        .filter(import_reviews::id.gt(after_id))
        .order(import_reviews::id)
        .limit(limit)
        .select(StoredReview::as_select())
        .load(conn)?)
}

/// One row that was put beside a person, waiting or decided.
///
/// # Errors
/// Those of the database.
pub fn review(conn: &mut Conn, id: i64) -> Result<Option<StoredReview>, Error> {
    Ok(import_reviews::table.find(id).select(StoredReview::as_select()).first(conn).optional()?)
}

/// How many rows wait for staff; `most` when they are as many or more.
///
/// # Errors
/// Those of the database.
pub fn pending_count(conn: &mut Conn, most: i64) -> Result<usize, Error> {
    let ids: Vec<i64> = import_reviews::table
        .filter(import_reviews::state.eq(ReviewState::Pending))
        .order(import_reviews::id)
        .limit(most)
        .select(import_reviews::id)
        .load(conn)?;
    Ok(ids.len())
}

/// Notes what staff decided about a row, and forgets what stood in it; `false` when it waits no more.
/// `other_names` (JSON) are names that are the person's too.
///
/// # Errors
/// Those of the database.
pub fn decide(
    conn: &mut Conn,
    id: i64,
    state: ReviewState,
    other_names: Option<&str>,
    now: NaiveDateTime,
) -> Result<bool, Error> {
    let waiting = import_reviews::table.find(id).filter(import_reviews::state.eq(ReviewState::Pending));
    let decided = diesel::update(waiting)
        .set((
            import_reviews::state.eq(state),
            import_reviews::other_names.eq(other_names),
            import_reviews::decided_at.eq(now),
            import_reviews::record.eq("{}"),
        ))
        .execute(conn)?;
    Ok(decided == 1)
}

/// A row that stands beside a person, by its fingerprint.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = import_reviews)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct KnownRow {
    pub contact_id: i64,
    pub fingerprint: String,
    pub state: ReviewState,
    pub other_names: Option<String>,
}

/// The rows that stand beside these people.
///
/// # Errors
/// Those of the database.
pub fn known_rows(conn: &mut Conn, contacts: &[i64]) -> Result<Vec<KnownRow>, Error> {
    let mut found = Vec::new();
    for batch in contacts.chunks(BATCH) {
        found.extend(
            import_reviews::table
                .filter(import_reviews::contact_id.eq_any(batch))
                .select(KnownRow::as_select())
                .load::<KnownRow>(conn)?,
        );
    }
    Ok(found)
}

/// Puts the rows that stand beside a person who was merged beside the one who stays. A row that stands beside
/// both stays where it is.
///
/// # Errors
/// Those of the database.
pub fn follow_merge(conn: &mut Conn, from: i64, into: i64) -> Result<(), Error> {
    let theirs: Vec<String> = import_reviews::table
        .filter(import_reviews::contact_id.eq(into))
        .select(import_reviews::fingerprint)
        .load(conn)?;
    diesel::update(
        import_reviews::table
            .filter(import_reviews::contact_id.eq(from))
            .filter(import_reviews::fingerprint.ne_all(theirs)),
    )
    .set(import_reviews::contact_id.eq(into))
    .execute(conn)?;
    Ok(())
}

/// The consents of these people that came from files: person, purpose, time.
///
/// # Errors
/// Those of the database.
pub fn consents(conn: &mut Conn, contacts: &[i64]) -> Result<HashSet<(i64, String, NaiveDateTime)>, Error> {
    let mut found = HashSet::new();
    for batch in contacts.chunks(BATCH) {
        let rows: Vec<(i64, String, NaiveDateTime)> = consents::table
            .filter(consents::contact_id.eq_any(batch))
            .filter(consents::source.eq(PreferenceSource::Import))
            .filter(consents::given.eq(true))
            .select((consents::contact_id, consents::purpose, consents::happened_at))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Says at the beginning of a transaction that it writes people; see [`wait_for_imports`].
///
/// # Errors
/// Those of the database.
pub fn hold(conn: &mut Conn, id: i64) -> Result<(), Error> {
    let same = imports::next_row.eq(imports::next_row);
    diesel::update(imports::table.find(id)).set(same).execute(conn)?;
    Ok(())
}

/// Waits for what running imports write at this moment, which may concern somebody whom the caller's transaction
/// erases, and keeps them from writing more until it ends. On SQLite one writes at a time anyway.
///
/// # Errors
/// Those of the database.
pub fn wait_for_imports(conn: &mut Conn) -> Result<(), Error> {
    let running = imports::table.filter(imports::state.eq(ImportState::Running));
    diesel::update(running).set(imports::next_row.eq(imports::next_row)).execute(conn)?;
    Ok(())
}

/// Takes away the rows that stand beside these people.
///
/// # Errors
/// Those of the database.
pub fn delete_reviews_of(conn: &mut Conn, people: &[i64]) -> Result<(), Error> {
    diesel::delete(import_reviews::table.filter(import_reviews::contact_id.eq_any(people))).execute(conn)?;
    Ok(())
}

/// Takes these rows out of the queue.
///
/// # Errors
/// Those of the database.
pub fn delete_reviews(conn: &mut Conn, ids: &[i64]) -> Result<(), Error> {
    diesel::delete(import_reviews::table.filter(import_reviews::id.eq_any(ids))).execute(conn)?;
    Ok(())
}
