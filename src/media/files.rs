//! The files of pictures, named by their SHA-256: a folder of this machine, or a bucket of a store that speaks S3.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, PutPayload};
use sha2::{Digest as _, Sha256};

use super::Kind;
use crate::config::MediaPlace;

/// Where the files are.
#[derive(Debug, Clone)]
pub struct Files(Arc<dyn ObjectStore>);

/// The store does not do what it should.
#[derive(Debug, thiserror::Error)]
#[error("the store of pictures does not work: {0}; see BREVDUVA_MEDIA_URL")]
pub struct FilesError(#[from] object_store::Error);

impl Files {
    /// Opens the store; a bucket is not asked before a picture is.
    ///
    /// # Errors
    /// When the folder cannot be made, or the bucket's settings do not fit together.
    pub fn open(place: &MediaPlace) -> Result<Self, FilesError> {
        let store: Arc<dyn ObjectStore> = match place {
            MediaPlace::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| object_store::Error::Generic {
                    store: "folder",
                    source: Box::new(error),
                })?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?)
            }
            MediaPlace::Bucket(bucket) => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(&bucket.name)
                    .with_region(&bucket.region)
                    .with_access_key_id(&bucket.access_key)
                    .with_secret_access_key(&bucket.secret_key);
                if let Some(endpoint) = &bucket.endpoint {
                    builder = builder
                        .with_endpoint(endpoint.as_str().trim_end_matches('/'))
                        .with_allow_http(endpoint.scheme() == "http");
                }
                Arc::new(PrefixStore::new(builder.build()?, bucket.prefix.as_str()))
            }
        };
        Ok(Self(store))
    }

    /// Keeps a file and returns its hash. The same file is kept once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep(&self, bytes: Vec<u8>, kind: Kind) -> Result<String, FilesError> {
        let hash = HEXLOWER.encode(&Sha256::digest(&bytes));
        self.0.put(&path(&hash, kind), PutPayload::from(bytes)).await?;
        Ok(hash)
    }

    /// The file of this hash; `None` when it is not there.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read(&self, hash: &str, kind: Kind) -> Result<Option<Vec<u8>>, FilesError> {
        match self.0.get(&path(hash, kind)).await {
            Ok(found) => Ok(Some(found.bytes().await?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the file of this hash; one that is gone already is no error.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn remove(&self, hash: &str, kind: Kind) -> Result<(), FilesError> {
        match self.0.delete(&path(hash, kind)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Two levels, so that no folder grows without end.
fn path(hash: &str, kind: Kind) -> Path {
    let folder = hash.get(..2).unwrap_or("00");
    Path::from(format!("{folder}/{hash}.{kind}"))
}
