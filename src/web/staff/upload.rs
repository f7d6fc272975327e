//! Register files that wait in the data directory: written while they arrive, never held in memory.

use std::path::{Path, PathBuf};

use actix_multipart::Multipart;
use data_encoding::HEXLOWER;
use futures_util::TryStreamExt as _;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;

/// The largest register file that is taken through a page, in bytes. Larger ones go through `brevduva import`.
const LIMIT: u64 = 1024 * 1024 * 1024;

/// A file in the data directory under a name of our own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    /// 32 hexadecimal digits: the file's name in the directory.
    pub(super) id: String,
    /// What the person called it.
    pub(super) file_name: String,
}

impl Upload {
    /// A file that was uploaded before, by what a form says of it.
    pub(super) fn known(id: &str, file_name: &str) -> Option<Self> {
        let is_ours = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self { id: id.to_owned(), file_name: base_name(file_name) })
    }

    /// Where it lies.
    pub(super) fn path(&self, state: &State) -> PathBuf {
        folder(state).join(&self.id)
    }
}

fn folder(state: &State) -> PathBuf {
    crate::import::uploads::folder(&state.config.data_dir)
}

/// Some browsers send the whole path.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// Takes a form with a file in the field `file`.
pub(super) async fn receive(
    state: &State,
    mut parts: Multipart,
) -> Result<(Form, Option<Upload>), PageError> {
    let mut fields = Vec::new();
    let mut upload = None;
    while let Some(part) = parts.try_next().await.map_err(|_| PageError::Unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|about| about.get_filename()).map(base_name);
        match file_name {
            Some(file_name) if name == "file" => upload = store(state, part, file_name).await?,
            _ => fields.push((name, text(part).await?)),
        }
    }
    Ok((fields.into_iter().collect(), upload))
}

async fn text(mut part: actix_multipart::Field) -> Result<String, PageError> {
    let mut value = Vec::new();
    while let Some(chunk) = part.try_next().await.map_err(|_| PageError::Unreadable)? {
        value.extend_from_slice(&chunk);
        if value.len() > 64 * 1024 {
            return Err(PageError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&value).into_owned())
}

async fn store(
    state: &State,
    part: actix_multipart::Field,
    file_name: String,
) -> Result<Option<Upload>, PageError> {
    let upload = Upload { id: HEXLOWER.encode(&state.clock.random_bytes::<16>()), file_name };
    let path = upload.path(state);
    fs::create_dir_all(folder(state)).await.map_err(|error| not_kept(&path, &error))?;
    match write(&path, part).await {
        Ok(0) => {
            let _ = fs::remove_file(&path).await;
            Ok(None)
        }
        Ok(_) => Ok(Some(upload)),
        Err(error) => {
            let _ = fs::remove_file(&path).await;
            Err(error)
        }
    }
}

async fn write(path: &Path, mut part: actix_multipart::Field) -> Result<u64, PageError> {
    let mut file = fs::File::create(path).await.map_err(|error| not_kept(path, &error))?;
    let mut written = 0;
    while let Some(chunk) = part.try_next().await.map_err(|_| PageError::Unreadable)? {
        written += chunk.len() as u64;
        if written > LIMIT {
            return Err(PageError::TooLarge);
        }
        file.write_all(&chunk).await.map_err(|error| not_kept(path, &error))?;
    }
    file.flush().await.map_err(|error| not_kept(path, &error))?;
    Ok(written)
}

fn not_kept(path: &Path, error: &std::io::Error) -> PageError {
    PageError::Fault(format!(
        "an uploaded file cannot be kept at {}: {error}; see BREVDUVA_DATA_DIR",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::{Upload, base_name};

    #[test]
    fn a_form_cannot_name_a_file_elsewhere() {
        for id in ["../../etc/passwd", "", "abc", &"g".repeat(32), &format!("../{}", "a".repeat(29))] {
            assert_eq!(Upload::known(id, "x.csv"), None, "{id}");
        }
        assert!(Upload::known(&"0f".repeat(16), "x.csv").is_some());
        assert_eq!(base_name("C:\\Users\\eva\\ladok.csv"), "ladok.csv");
        assert_eq!(base_name("../../ladok\n.csv"), "ladok.csv");
    }
}
