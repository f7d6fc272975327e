//! Migrations: the same names for both engines, embedded in the program.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Database, Error};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

fn migrations(conn: &Conn) -> EmbeddedMigrations {
    match conn {
        Conn::Postgres(_) => POSTGRES,
        Conn::Sqlite(_) => SQLITE,
    }
}

fn schema_error(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Schema(format!("a migration failed: {error}"))
}

/// Brings the database up to date and tells how many migrations ran.
///
/// # Errors
/// When the database is away or a migration fails; then nothing of that migration remains.
pub fn run(database: &Database) -> Result<usize, Error> {
    // Each migration is a transaction of its own, inside the gate's: diesel nests them as savepoints.
    database.write_blocking(|conn| {
        let source = migrations(conn);
        let ran = conn.run_pending_migrations(source).map_err(schema_error)?;
        Ok(ran.len())
    })
}

/// Refuses a database that this program does not fit.
///
/// # Errors
/// [`Error::Schema`] with the command that mends it.
pub fn check(database: &Database) -> Result<(), Error> {
    // Looking for pending migrations creates diesel's own table when it is missing, so it counts as a write.
    let pending = database.write_blocking(|conn| {
        let source = migrations(conn);
        conn.has_pending_migration(source).map_err(schema_error)
    })?;
    if pending {
        return Err(Error::Schema(
            "the database is older than this program; run: brevduva migrate".to_owned(),
        ));
    }
    Ok(())
}
