//! Uploaded register files: they lie in the data directory under names of our own, and are personal data, so
//! they go as soon as no import needs them any more.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use super::store;
use crate::db::Database;

/// How long a file waits whose import nobody has started: long enough to look at the dry run after lunch.
const WAITS: Duration = Duration::from_secs(24 * 60 * 60);

/// Where uploaded files lie.
#[must_use]
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("uploads")
}

/// Removes the uploaded files whose imports have ended, and those that were never imported and are older than a
/// day. What a waiting or broken-off import needs to go on stays. Returns how many went.
///
/// # Errors
/// When the folder cannot be read or a file not removed; a folder that does not exist is empty.
pub fn sweep(db: &Database, data_dir: &Path, now: std::time::SystemTime) -> io::Result<usize> {
    let entries = match fs::read_dir(folder(data_dir)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry?.path();
        // As imports have it: without links on the way.
        let absolute = fs::canonicalize(&path)?;
        let name = absolute.to_string_lossy().into_owned();
        let use_of = db.read_blocking(|conn| store::file_use(conn, &name)).map_err(io::Error::other)?;
        let goes = match use_of {
            store::FileUse::Needed => false,
            store::FileUse::Ended => true,
            store::FileUse::None => {
                let modified = fs::metadata(&absolute)?.modified()?;
                now.duration_since(modified).is_ok_and(|age| age > WAITS)
            }
        };
        if goes {
            fs::remove_file(&absolute)?;
            removed += 1;
        }
    }
    Ok(removed)
}
