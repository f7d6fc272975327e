//! Where the pictures of the media library are kept.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

/// Where pictures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaPlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket of a store that speaks S3: what several machines share.
    Bucket(Bucket),
}

/// A bucket of a store that speaks S3.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What every key begins with; may be empty.
    pub prefix: String,
    /// The store's region.
    pub region: String,
    /// The store's address, unless it is Amazon's.
    pub endpoint: Option<Url>,
    /// Who we are there.
    pub access_key: String,
    /// How we show it.
    pub secret_key: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the keys.
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// A setting that does not hold: its name, what of it may be shown, and what would be right.
pub(super) type Wrong = (&'static str, String, String);

/// `BREVDUVA_MEDIA_URL`, `s3://bucket/prefix?region=…&endpoint=https://…`, with its keys; without it a folder of the
/// data directory.
pub(super) fn place(
    written: Option<&str>,
    access_key: Option<&str>,
    secret_key: Option<&str>,
    data_dir: &Path,
) -> Result<MediaPlace, Wrong> {
    const NAME: &str = "BREVDUVA_MEDIA_URL";
    let Some(text) = written.filter(|text| !text.is_empty()) else {
        return Ok(MediaPlace::Folder(data_dir.join("media")));
    };
    let wrong = |right: &str| (NAME, text.to_owned(), right.to_owned());
    let form = "write s3://bucket or s3://bucket/folder?region=eu-north-1&endpoint=https://s3.example.se";
    let url = Url::parse(text).map_err(|_| wrong(form))?;
    let name = url.host_str().unwrap_or_default();
    if url.scheme() != "s3" || name.is_empty() || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(form));
    }
    let (mut region, mut endpoint) = ("us-east-1".to_owned(), None);
    for (key, value) in url.query_pairs() {
        match &*key {
            "region" => region = value.into_owned(),
            "endpoint" => match Url::parse(&value) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => endpoint = Some(url),
                _ => return Err(wrong("the endpoint is an address like https://s3.example.se")),
            },
            _ => return Err(wrong("only region and endpoint stand behind the question mark")),
        }
    }
    let key = |name: &'static str, value: Option<&str>| {
        let value = value.filter(|value| !value.is_empty()).map(str::to_owned);
        value.ok_or((
            name,
            "no value".to_owned(),
            "write the key of the store that BREVDUVA_MEDIA_URL names".to_owned(),
        ))
    };
    Ok(MediaPlace::Bucket(Bucket {
        name: name.to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        region,
        endpoint,
        access_key: key("BREVDUVA_MEDIA_ACCESS_KEY", access_key)?,
        secret_key: key("BREVDUVA_MEDIA_SECRET_KEY", secret_key)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_unless_a_bucket_is_named() {
        let folder = place(None, None, None, Path::new("/srv/data")).unwrap();
        assert_eq!(folder, MediaPlace::Folder("/srv/data/media".into()));
        let text = "s3://pictures/alumn?region=eu-north-1&endpoint=https://s3.example.se";
        let MediaPlace::Bucket(bucket) =
            place(Some(text), Some("id"), Some("secret"), Path::new("")).unwrap()
        else {
            panic!("it is a bucket");
        };
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("pictures", "alumn"));
        assert_eq!(bucket.region, "eu-north-1");
        assert!(!format!("{bucket:?}").contains("secret"), "keys are not shown");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let name =
            |text: &str, key: Option<&str>| place(Some(text), key, Some("s"), Path::new("")).unwrap_err().0;
        for text in [
            "/srv/media",
            "https://bucket",
            "s3://",
            "s3://id:secret@b",
            "s3://b?endpoint=ftp://x",
            "s3://b?x=y",
        ] {
            assert_eq!(name(text, Some("id")), "BREVDUVA_MEDIA_URL", "{text}");
        }
        assert_eq!(name("s3://b", None), "BREVDUVA_MEDIA_ACCESS_KEY");
    }
}
