//! Listings: the data objects below a prefix, and the folders directly below one.

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::{ObjectUri, Scheme};

/// One data object of a listing.
#[derive(Debug, Clone)]
pub struct DataObject {
    /// Its address.
    pub uri: ObjectUri,
    /// Size, time and ETag as the listing gave them.
    pub meta: ObjectMeta,
}

/// Streams the data objects below `prefix`, at any depth, in the store's order.
///
/// By Hive's rule a name that begins with `_` or `.` is no data, nor is anything in a folder of such a name below the
/// prefix; empty objects and `_$folder$` markers are none either. A prefix with nothing below it is an empty stream.
pub fn list_data_objects(
    store: &dyn ObjectStore,
    prefix: &ObjectUri,
) -> BoxStream<'static, Result<DataObject>> {
    let prefix = prefix.as_prefix();
    let path = match prefix.store_path() {
        Ok(path) => path,
        Err(error) => return futures::stream::once(async { Err(error) }).boxed(),
    };
    let listing = if path.as_ref().is_empty() {
        store.list(None)
    } else {
        store.list(Some(&path))
    };
    listing
        .map(move |listed| match listed {
            Ok(meta) => {
                let uri = prefix.with_key(meta.location.as_ref());
                let below = uri.key().strip_prefix(prefix.key()).unwrap_or(uri.key());
                Ok(is_data(below, meta.size).then_some(DataObject { uri, meta }))
            }
            Err(error) => match ConnectorError::from_store(&error, &prefix) {
                absent if absent.kind == ErrorKind::NoSuchObject => Ok(None),
                error => Err(error),
            },
        })
        .try_filter_map(|object| async move { Ok(object) })
        .boxed()
}

/// The data objects at a location: those below it, or the one object that it names itself.
pub async fn data_objects_at(
    store: &dyn ObjectStore,
    location: &ObjectUri,
) -> Result<Vec<DataObject>> {
    let below: Vec<DataObject> = list_data_objects(store, location).try_collect().await?;
    if !below.is_empty() || location.key().is_empty() || location.key().ends_with('/') {
        return Ok(below);
    }
    match store.head(&location.store_path()?).await {
        Ok(meta) if meta.size > 0 => Ok(vec![DataObject {
            uri: location.clone(),
            meta,
        }]),
        Ok(_) => Ok(Vec::new()),
        Err(error) => match ConnectorError::from_store(&error, location) {
            absent if absent.kind == ErrorKind::NoSuchObject => Ok(Vec::new()),
            error => Err(error),
        },
    }
}

/// The names of the folders directly below `prefix`, without slashes, sorted. Hidden ones are left out.
pub async fn list_folders(store: &dyn ObjectStore, prefix: &ObjectUri) -> Result<Vec<String>> {
    let prefix = prefix.as_prefix();
    let path = prefix.store_path()?;
    let path = (!path.as_ref().is_empty()).then_some(path);
    let listed = match store.list_with_delimiter(path.as_ref()).await {
        Ok(listed) => listed,
        Err(error) => {
            let error = ConnectorError::from_store(&error, &prefix);
            // A folder that is not there holds nothing; only local stores tell the difference.
            if prefix.scheme() == Scheme::File && error.kind == ErrorKind::NoSuchObject {
                return Ok(Vec::new());
            }
            return Err(error);
        }
    };
    let mut names: Vec<String> = listed
        .common_prefixes
        .iter()
        .filter_map(|folder| {
            folder
                .parts()
                .next_back()
                .map(|name| name.as_ref().to_owned())
        })
        .filter(|name| !is_hidden(name))
        .collect();
    names.sort_unstable();
    Ok(names)
}

fn is_data(below_prefix: &str, size: u64) -> bool {
    size > 0
        && !below_prefix.ends_with('/')
        && !below_prefix.ends_with("_$folder$")
        && !below_prefix.split('/').any(is_hidden)
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('_') || name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::is_data;

    #[test]
    fn names_that_begin_with_an_underscore_or_a_dot_are_no_data() {
        for name in ["part-0.parquet", "a/b/c", "x_y"] {
            assert!(is_data(name, 1), "{name}");
        }
        for name in [
            "_SUCCESS",
            ".crc",
            "_temporary/0/part-0",
            "a/.hidden/b",
            "a_$folder$",
        ] {
            assert!(!is_data(name, 1), "{name}");
        }
        assert!(!is_data("empty", 0));
    }
}
