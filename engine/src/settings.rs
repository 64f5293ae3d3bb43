//! `Settings`: the one configuration type, as `config.toml` has it. Everything has a default.

use std::path::{Path, PathBuf};

use prismlake_connectors::store::StorageSettings;
use serde::Deserialize;

use crate::error::{ErrorCode, QueryError, Result};

/// What `config.toml` may say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How to reach objects, by URL prefix.
    pub storage: Vec<StorageSettings>,
    /// What scanned bytes cost.
    pub pricing: PricingSettings,
    /// What one process and one query may take.
    pub limits: LimitSettings,
}

impl Settings {
    /// Reads the configuration's text; `path` is named in errors.
    pub fn from_toml(text: &str, path: &Path) -> Result<Settings> {
        toml::from_str(text).map_err(|error| {
            QueryError::new(
                ErrorCode::InvalidConfiguration,
                format!("{}: {}", path.display(), error.message()),
            )
        })
    }
}

/// The price of scanned data. The defaults are Athena's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PricingSettings {
    /// US dollars for each TB (2^40 bytes) scanned.
    pub usd_per_tb: f64,
    /// Scanned bytes are rounded up to a multiple of this.
    pub rounding_bytes: u64,
    /// A query that scans data pays for at least this much.
    pub minimum_bytes: u64,
}

impl Default for PricingSettings {
    fn default() -> Self {
        PricingSettings {
            usd_per_tb: 5.0,
            rounding_bytes: 1024 * 1024,
            minimum_bytes: 10 * 1024 * 1024,
        }
    }
}

impl PricingSettings {
    /// The price of a query that scanned so many bytes.
    pub fn cost_usd(&self, scanned_bytes: u64) -> f64 {
        const BYTES_PER_TB: f64 = 1_099_511_627_776.0;
        let rounded = scanned_bytes
            .checked_next_multiple_of(self.rounding_bytes.max(1))
            .unwrap_or(u64::MAX);
        // Sums of money are shown to fewer digits than a double has.
        #[allow(clippy::cast_precision_loss)]
        let billed = rounded.max(self.minimum_bytes) as f64;
        billed / BYTES_PER_TB * self.usd_per_tb
    }
}

/// Bounds of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Memory that all running queries may reserve together; beyond it they spill, then fail.
    pub memory_bytes: usize,
    /// Local disk that spilled data may take.
    pub spill_bytes: u64,
    /// Memory for footers of data files kept between queries.
    pub footer_cache_bytes: usize,
    /// How many partitions of a plan run at once; 0 means one for each core.
    pub parallelism: usize,
    /// How many partitions one CTAS or INSERT may write. Athena's bound.
    pub open_partitions_max: usize,
}

impl Default for LimitSettings {
    fn default() -> Self {
        LimitSettings {
            memory_bytes: 4 * 1024 * 1024 * 1024,
            spill_bytes: 64 * 1024 * 1024 * 1024,
            footer_cache_bytes: 64 * 1024 * 1024,
            parallelism: 0,
            open_partitions_max: 100,
        }
    }
}

/// What a query service is opened with.
#[derive(Debug, Clone)]
pub struct ServiceOptions {
    /// The folder that holds everything of this installation.
    pub home: PathBuf,
    /// The catalog's URI; `catalog.db` in the home folder when absent.
    pub catalog: Option<String>,
    /// The configuration.
    pub settings: Settings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_up_and_a_query_has_a_minimum_price() {
        let pricing = PricingSettings::default();
        let megabytes = |cost: f64| (cost / 5.0 * 1024.0 * 1024.0).round();
        assert_eq!(megabytes(pricing.cost_usd(1)), 10.0);
        assert_eq!(megabytes(pricing.cost_usd(10 * 1024 * 1024)), 10.0);
        assert_eq!(megabytes(pricing.cost_usd(10 * 1024 * 1024 + 1)), 11.0);
        assert_eq!(pricing.cost_usd(1 << 40), 5.0);
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error =
            Settings::from_toml("[limits]\nmemory = 1\n", Path::new("config.toml")).unwrap_err();
        assert!(
            error.message.contains("config.toml") && error.message.contains("memory"),
            "{error}"
        );
    }

    #[test]
    fn storage_blocks_are_read() {
        let settings = Settings::from_toml(
            "[[storage]]\nurl = \"s3://lake/\"\nendpoint = \"http://127.0.0.1:9000\"\nregion = \"x\"\n",
            Path::new("config.toml"),
        )
        .unwrap();
        assert_eq!(settings.storage.len(), 1);
    }
}
