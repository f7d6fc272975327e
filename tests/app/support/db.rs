//! A fresh, migrated database for each test, on the engine of the run.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use brevduva::db::{Conn, Database, DatabaseUrl, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use super::variable;

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engine that this run is about.
    pub fn of_run() -> Self {
        match variable("BREVDUVA_TEST_ENGINE").as_deref() {
            None | Some("sqlite") => Self::Sqlite,
            Some("postgres") => Self::Postgres,
            Some(other) => panic!("BREVDUVA_TEST_ENGINE is {other}; write sqlite or postgres"),
        }
    }
}

/// A database that lasts as long as its test.
pub struct TestDatabase {
    pub db: Database,
    /// Where uploaded files go, and the database itself on SQLite.
    pub folder: TempDir,
    postgres: Option<(String, String)>,
}

impl TestDatabase {
    /// A new one on the engine of the run.
    pub fn new() -> Self {
        Self::on(Engine::of_run())
    }

    /// A new one on this engine.
    pub fn on(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, postgres) = match engine {
            Engine::Sqlite => {
                let path = folder.path().join("test.sqlite");
                std::fs::write(&path, sqlite_template()).unwrap();
                (DatabaseUrl::Sqlite(path), None)
            }
            Engine::Postgres => {
                let server = postgres_server();
                let name = fresh_name();
                postgres_copy(&server, &name);
                (with_database(&server, &name).parse().unwrap(), Some((server, name)))
            }
        };
        Self { db: Database::open(&url, 8).unwrap(), folder, postgres }
    }

    /// The address as a setting would have it.
    pub fn url_text(&self) -> String {
        match (&self.postgres, self.db.url()) {
            (Some((server, name)), _) => with_database(server, name),
            (None, DatabaseUrl::Sqlite(path)) => format!("sqlite://{}", path.display()),
            (None, DatabaseUrl::Postgres(_)) => unreachable!("a PostgreSQL database remembers its name"),
        }
    }

    /// A second handle, as another process would have it.
    pub fn second_handle(&self) -> Database {
        Database::open(self.db.url(), 4).unwrap()
    }

    /// Writes in one transaction and expects it to succeed.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> T + Send + 'static) -> T {
        self.db.write(|conn| Ok::<_, brevduva::db::Error>(work(conn))).await.unwrap()
    }

    /// Reads and expects it to succeed.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> T + Send + 'static) -> T {
        self.db.read(|conn| Ok::<_, brevduva::db::Error>(work(conn))).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgres
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            // What is left over is the throwaway server's to lose.
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The server of the run, or a test that fails and says what to do.
pub fn postgres_server() -> String {
    variable("BREVDUVA_TEST_POSTGRES_URL").expect(
        "BREVDUVA_TEST_ENGINE=postgres needs BREVDUVA_TEST_POSTGRES_URL, a throwaway server; \"make test\" starts one",
    )
}

/// A name that no other test, run or process uses.
pub fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("brevduva_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn with_database(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(name);
    url.to_string()
}

/// A migrated file, made once and copied for each test.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.sqlite");
        // On a thread of its own: an asynchronous test may not block.
        let url = DatabaseUrl::Sqlite(path.clone());
        std::thread::spawn(move || migrate::run(&Database::open(&url, 1).unwrap()).unwrap()).join().unwrap();
        let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(conn);
        std::fs::read(&path).unwrap()
    })
}

/// Copies a migrated database of the server, which is made once for each state of the migrations.
fn postgres_copy(server: &str, name: &str) {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let mut conn = PgConnection::establish(server).expect("PostgreSQL answers at BREVDUVA_TEST_POSTGRES_URL");
    let template = TEMPLATE.get_or_init(|| {
        let template = format!("brevduva_template_{:016x}", migrations_hash());
        // Several test programs may start at once.
        conn.batch_execute("SELECT pg_advisory_lock(271828)").unwrap();
        let known: i64 = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
            "(SELECT COUNT(*) FROM pg_database WHERE datname = '{template}')"
        )))
        .get_result(&mut conn)
        .unwrap();
        if known == 0 {
            let making = fresh_name();
            conn.batch_execute(&format!("CREATE DATABASE {making}")).unwrap();
            let url: DatabaseUrl = with_database(server, &making).parse().unwrap();
            std::thread::spawn(move || migrate::run(&Database::open(&url, 1).unwrap()).unwrap())
                .join()
                .unwrap();
            close_connections(&mut conn, &making);
            conn.batch_execute(&format!("ALTER DATABASE {making} RENAME TO {template}")).unwrap();
        }
        conn.batch_execute("SELECT pg_advisory_unlock(271828)").unwrap();
        template
    });
    conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
}

/// A pool closes its connections in its own time.
fn close_connections(conn: &mut PgConnection, database: &str) {
    conn.batch_execute(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    ))
    .unwrap();
}

fn migrations_hash() -> u64 {
    fn add(path: &Path, hasher: &mut DefaultHasher) {
        let mut entries: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            entry.file_name().hash(hasher);
            if entry.is_dir() { add(&entry, hasher) } else { std::fs::read(&entry).unwrap().hash(hasher) }
        }
    }
    let mut hasher = DefaultHasher::new();
    add(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres"), &mut hasher);
    hasher.finish()
}
