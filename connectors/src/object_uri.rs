//! `ObjectUri`: the address of an object or of a prefix, in one canonical form for every scheme.

use std::fmt;
use std::str::FromStr;

use object_store::path::Path as StorePath;

use crate::error::{ConnectorError, ErrorKind};

/// Which kind of store an address is served by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// The local file system.
    File,
    /// Amazon S3 and everything that speaks its protocol (`s3`, `s3a`, `s3n`).
    S3,
}

impl Scheme {
    /// The canonical spelling.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::File => "file",
            Scheme::S3 => "s3",
        }
    }
}

/// The address of an object, or of every object below a prefix.
///
/// `key` holds the raw key: nothing in it is percent-encoded, so `dt=a%2Fb` is a key with a percent sign, as Hive writes it.
/// It has no leading slash; a prefix ends in `/` or is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectUri {
    scheme: Scheme,
    bucket: String,
    key: String,
}

impl ObjectUri {
    /// Parses `s3://bucket/key` (also `s3a`, `s3n`), `file:///path`, `file:/path` or an absolute path.
    pub fn parse(text: &str) -> Result<Self, ConnectorError> {
        let invalid = |reason: &str| {
            ConnectorError::new(
                ErrorKind::InvalidUri,
                format!("'{text}' is not a location: {reason}"),
            )
        };
        if text.starts_with('/') {
            return Ok(ObjectUri::file(text));
        }
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(invalid(
                "it has no scheme; write s3://bucket/prefix/ or file:///path/",
            ));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "s3" | "s3a" | "s3n" => {
                let rest = rest
                    .strip_prefix("//")
                    .ok_or_else(|| invalid("`//` is missing after the scheme"))?;
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                if bucket.is_empty() {
                    return Err(invalid("the bucket's name is missing"));
                }
                let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
                if !bucket.chars().all(legal) {
                    return Err(invalid(
                        "a bucket's name has only letters, digits, dots and hyphens",
                    ));
                }
                Ok(ObjectUri {
                    scheme: Scheme::S3,
                    bucket: bucket.to_owned(),
                    key: key.trim_start_matches('/').to_owned(),
                })
            }
            "file" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                let path = path.strip_prefix("localhost").unwrap_or(path);
                if !path.starts_with('/') {
                    return Err(invalid("the path is not absolute"));
                }
                Ok(ObjectUri::file(path))
            }
            "gs" | "az" | "abfs" | "abfss" | "http" | "https" => Err(ConnectorError::new(
                ErrorKind::NotSupported,
                format!("'{text}': the scheme `{scheme}` is not served; use s3:// or file://"),
            )),
            _ => Err(invalid("the scheme is not known; use s3:// or file://")),
        }
    }

    fn file(path: &str) -> Self {
        ObjectUri {
            scheme: Scheme::File,
            bucket: String::new(),
            key: path.trim_start_matches('/').to_owned(),
        }
    }

    /// The address of an object that a store of the same bucket listed.
    pub fn with_key(&self, key: impl Into<String>) -> Self {
        ObjectUri {
            scheme: self.scheme,
            bucket: self.bucket.clone(),
            key: key.into(),
        }
    }

    /// The kind of store.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The bucket; empty for local files.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The raw key within the bucket.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The last part of the key.
    pub fn file_name(&self) -> &str {
        self.key
            .rsplit_once('/')
            .map_or(self.key.as_str(), |(_, name)| name)
    }

    /// The scheme and bucket: what identifies one store, as `s3://bucket` or `file://`.
    pub fn store_url(&self) -> String {
        format!("{}://{}", self.scheme.name(), self.bucket)
    }

    /// The same address as a prefix: with exactly one trailing slash, or the bucket itself.
    pub fn as_prefix(&self) -> Self {
        let trimmed = self.key.trim_end_matches('/');
        let key = if trimmed.is_empty() {
            String::new()
        } else {
            format!("{trimmed}/")
        };
        self.with_key(key)
    }

    /// The address of `name` below this prefix.
    pub fn child(&self, name: &str) -> Self {
        let prefix = self.as_prefix();
        let key = format!("{}{}", prefix.key, name);
        prefix.with_key(key)
    }

    /// The key as the store library's path. A key with empty, `.` or `..` parts has none.
    pub fn store_path(&self) -> Result<StorePath, ConnectorError> {
        StorePath::parse(self.key.trim_end_matches('/')).map_err(|error| {
            ConnectorError::new(
                ErrorKind::InvalidUri,
                format!("not an object name that can be read: {error}"),
            )
            .with_uri(self)
        })
    }
}

impl fmt::Display for ObjectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}://{}/{}",
            self.scheme.name(),
            self.bucket,
            self.key
        )
    }
}

impl FromStr for ObjectUri {
    type Err = ConnectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ObjectUri::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_location_has_one_canonical_form() {
        for (text, canonical) in [
            ("s3://lake/events/", "s3://lake/events/"),
            ("s3a://lake/events", "s3://lake/events"),
            ("S3N://lake", "s3://lake/"),
            ("file:///data/events/", "file:///data/events/"),
            ("file:/data", "file:///data"),
            ("/data/dt=a%2Fb/", "file:///data/dt=a%2Fb/"),
        ] {
            assert_eq!(ObjectUri::parse(text).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_names_no_object_is_refused() {
        for text in [
            "",
            "events",
            "s3:/lake",
            "s3://",
            "s3:///key",
            "file:data",
            "ftp://x/y",
            "s3://a b/c",
        ] {
            assert!(ObjectUri::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_prefix_ends_in_one_slash() {
        let uri = ObjectUri::parse("s3://lake/events//").unwrap();
        assert_eq!(uri.as_prefix().to_string(), "s3://lake/events/");
        assert_eq!(uri.child("dt=1/").to_string(), "s3://lake/events/dt=1/");
        assert_eq!(ObjectUri::parse("s3://lake").unwrap().as_prefix().key(), "");
    }
}
