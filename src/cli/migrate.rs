//! `brevduva migrate`.

use super::Context;
use crate::db::{Database, migrate};

pub(super) fn run(context: &Context) -> anyhow::Result<()> {
    let db = Database::open(&context.config.database_url, 1)?;
    match migrate::run(&db)? {
        0 => println!("The database is up to date."),
        1 => println!("The database is up to date: 1 migration ran."),
        ran => println!("The database is up to date: {ran} migrations ran."),
    }
    Ok(())
}
