//! `StorageSettings`: how to reach the objects below one URL prefix, as a `[[storage]]` block of the configuration has it.

use std::fmt;

use serde::Deserialize;

/// One `[[storage]]` block. What it leaves out comes from the AWS default chain.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSettings {
    /// The prefix that the block is for, such as `s3://lake/` or `s3://`. The longest prefix that fits wins.
    pub url: String,
    /// The server's address, such as `http://127.0.0.1:9000`.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The region to sign for.
    #[serde(default)]
    pub region: Option<String>,
    /// A key pair of its own.
    #[serde(default)]
    pub access_key_id: Option<String>,
    /// The key pair's secret.
    #[serde(default)]
    pub secret_access_key: Option<String>,
    /// The token of temporary credentials.
    #[serde(default)]
    pub session_token: Option<String>,
    /// The profile of the shared AWS configuration to use.
    #[serde(default)]
    pub profile: Option<String>,
    /// Send requests unsigned, for public buckets.
    #[serde(default)]
    pub anonymous: bool,
    /// Bucket in the path (`true`, the default) or in the host's name.
    #[serde(default)]
    pub path_style: Option<bool>,
    /// Whether plain HTTP may be used. By default it may when the endpoint says `http://`.
    #[serde(default)]
    pub allow_http: Option<bool>,
}

// Written by hand: keys must not reach a log.
impl fmt::Debug for StorageSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StorageSettings")
            .field("url", &self.url)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("profile", &self.profile)
            .field("anonymous", &self.anonymous)
            .field("path_style", &self.path_style)
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

/// The block with the longest prefix that `uri` starts with.
pub(super) fn settings_for<'a>(
    blocks: &'a [StorageSettings],
    uri: &str,
) -> Option<&'a StorageSettings> {
    blocks
        .iter()
        .filter(|block| covers(&block.url, uri))
        .max_by_key(|block| block.url.len())
}

/// Whether `uri` lies below `prefix`, part by part: `s3://lake` covers `s3://lake/x` and not `s3://lake2/x`.
fn covers(prefix: &str, uri: &str) -> bool {
    uri.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_and_ends_at_a_slash() {
        let block = |url: &str| StorageSettings {
            url: url.to_owned(),
            ..StorageSettings::default()
        };
        let blocks = [block("s3://"), block("s3://lake"), block("s3://lake/raw/")];
        let found = |uri| settings_for(&blocks, uri).map(|block| block.url.as_str());
        assert_eq!(found("s3://lake/raw/a"), Some("s3://lake/raw/"));
        assert_eq!(found("s3://lake/cooked/a"), Some("s3://lake"));
        assert_eq!(found("s3://lake2/a"), Some("s3://"));
        assert_eq!(found("file:///a"), None);
    }

    #[test]
    fn the_debug_form_shows_no_keys() {
        let settings = StorageSettings {
            access_key_id: Some("AKIAEXAMPLE".to_owned()),
            secret_access_key: Some("verysecret".to_owned()),
            session_token: Some("tokentoken".to_owned()),
            ..StorageSettings::default()
        };
        let text = format!("{settings:?}");
        assert!(
            !text.contains("AKIA") && !text.contains("verysecret") && !text.contains("tokentoken")
        );
    }
}
