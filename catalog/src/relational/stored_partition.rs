//! A partition as it is stored: what it shares with its table's others lies in a descriptor that all of them refer to.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::{Partition, StorageDescriptor};
use crate::partition_path::partition_path;

/// What begins the parameters of a partition that has all those of its descriptor, which are then left out.
const BESIDES_SHARED: char = '+';

/// The parts of a partition that its row and its descriptor hold.
pub(super) struct StoredPartition {
    /// Shared; its location is the part that the partitions have in common.
    pub(super) descriptor: StorageDescriptor,
    /// What the location has after the descriptor's; `None` for the folders that Hive gives these values.
    pub(super) location_rest: Option<String>,
    pub(super) parameters: Option<String>,
}

impl StoredPartition {
    /// Takes a partition apart; `base` is its table's location.
    pub(super) fn of(partition: &Partition, keys: &[String], base: Option<&str>) -> Result<Self> {
        let mut descriptor = partition.storage_descriptor.clone();
        let location = descriptor.location.take();
        let shared = base.map(with_slash).filter(|base| {
            location
                .as_deref()
                .is_some_and(|location| location.starts_with(base.as_str()))
        });
        let location_rest = match (&location, &shared) {
            (Some(location), Some(base)) => {
                let rest = location.get(base.len()..).unwrap_or("");
                (rest != hive_folders(keys, &partition.values)).then(|| rest.to_owned())
            }
            (location, _) => location.clone(),
        };
        descriptor.location = shared;
        let parameters = parameters_text(&partition.parameters, &descriptor.parameters)?;
        Ok(StoredPartition {
            descriptor,
            location_rest,
            parameters,
        })
    }
}

/// The location of a partition with these values.
pub(super) fn location(
    shared: Option<&str>,
    rest: Option<&str>,
    keys: &[String],
    values: &[String],
) -> Option<String> {
    match (shared, rest) {
        (None, rest) => rest.map(str::to_owned),
        (Some(base), Some(rest)) => Some(format!("{base}{rest}")),
        (Some(base), None) => Some(format!("{base}{}", hive_folders(keys, values))),
    }
}

/// The parameters as they were before they were stored.
pub(super) fn parameters(
    text: Option<&str>,
    shared: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let Some(text) = text else {
        return Ok(BTreeMap::new());
    };
    match text.strip_prefix(BESIDES_SHARED) {
        Some(own) => {
            let mut all = shared.clone();
            all.extend(serde_json::from_str::<BTreeMap<String, String>>(own)?);
            Ok(all)
        }
        None => Ok(serde_json::from_str(text)?),
    }
}

fn parameters_text(
    parameters: &BTreeMap<String, String>,
    shared: &BTreeMap<String, String>,
) -> Result<Option<String>> {
    if parameters.is_empty() {
        return Ok(None);
    }
    if shared.is_empty() || shared.keys().any(|key| !parameters.contains_key(key)) {
        return Ok(Some(serde_json::to_string(parameters)?));
    }
    let own: BTreeMap<&String, &String> = parameters
        .iter()
        .filter(|(key, value)| shared.get(*key) != Some(value))
        .collect();
    Ok(Some(format!(
        "{BESIDES_SHARED}{}",
        serde_json::to_string(&own)?
    )))
}

fn hive_folders(keys: &[String], values: &[String]) -> String {
    format!("{}/", partition_path(keys, values))
}

fn with_slash(location: &str) -> String {
    format!("{}/", location.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_apart_comes_together_again() {
        let keys = ["dt".to_owned(), "n".to_owned()];
        let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let base = "s3://lake/t";
        for (place, parameters_before, rest) in [
            ("s3://lake/t/dt=1/n=a%2Fb/", pairs(&[]), None),
            (
                "s3://lake/t/dt=1/n=a%2Fb",
                pairs(&[("a", "1")]),
                Some("dt=1/n=a%2Fb"),
            ),
            (
                "s3://lake/t/other/",
                pairs(&[("s", "1"), ("b", "2")]),
                Some("other/"),
            ),
            (
                "s3://else/x/",
                pairs(&[("s", "2"), ("b", "2")]),
                Some("s3://else/x/"),
            ),
        ] {
            let partition = Partition {
                storage_descriptor: StorageDescriptor {
                    location: Some(place.to_owned()),
                    parameters: pairs(&[("s", "1")]),
                    ..StorageDescriptor::default()
                },
                values: vec!["1".to_owned(), "a/b".to_owned()],
                parameters: parameters_before.clone(),
                creation_time: None,
            };
            let stored = StoredPartition::of(&partition, &keys, Some(base)).unwrap();
            assert_eq!(stored.location_rest.as_deref(), rest);
            let together = location(
                stored.descriptor.location.as_deref(),
                stored.location_rest.as_deref(),
                &keys,
                &partition.values,
            );
            assert_eq!(together.as_deref(), Some(place));
            let again = parameters(stored.parameters.as_deref(), &stored.descriptor.parameters);
            assert_eq!(again.unwrap(), parameters_before);
        }
    }
}
