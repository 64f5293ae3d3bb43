//! What a crawler's settings amount to: its policies, and the JSON of its `Configuration` as Glue has it.

use serde::Deserialize;

use crate::error::{CatalogError, Result};
use crate::model::{Crawler, DeleteBehavior, RecrawlBehavior, UpdateBehavior};

/// How a crawler works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlSettings {
    /// Whether folders become one table wherever a table can read them, however unlike their columns are.
    pub combines_compatible_schemas: bool,
    /// The level at which tables lie, 1 being the bucket.
    pub table_level: Option<usize>,
    /// Whether partitions are described as their table is.
    pub partitions_inherit: bool,
    /// Whether tables only get new columns.
    pub merges_new_columns: bool,
    /// The most tables that one run may make.
    pub tables_max: Option<usize>,
    /// Whether tables get an index of their partition keys.
    pub creates_partition_index: bool,
    /// Which folders are looked at again.
    pub recrawl: RecrawlBehavior,
    /// What becomes of tables whose schema changed.
    pub update: UpdateBehavior,
    /// What becomes of tables and partitions that are gone.
    pub delete: DeleteBehavior,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Configuration {
    version: Option<f64>,
    grouping: Grouping,
    crawler_output: CrawlerOutput,
    create_partition_index: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Grouping {
    table_grouping_policy: Option<String>,
    table_level_configuration: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct CrawlerOutput {
    partitions: OutputPolicy,
    tables: OutputPolicy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct OutputPolicy {
    add_or_update_behavior: Option<String>,
    table_threshold: Option<usize>,
}

impl CrawlSettings {
    /// The settings of a crawler.
    pub fn of(crawler: &Crawler) -> Result<Self> {
        let invalid = |reason: String| CatalogError::InvalidCrawler {
            crawler: crawler.name.clone(),
            reason,
        };
        let configuration = match crawler.configuration.as_deref().map(str::trim) {
            None | Some("") => Configuration::default(),
            Some(text) => serde_json::from_str(text).map_err(|error| {
                invalid(format!("its Configuration is not as Glue has it: {error}"))
            })?,
        };
        if configuration.version.is_some_and(|version| version != 1.0) {
            return Err(invalid(
                "its Configuration has a Version other than 1.0".to_owned(),
            ));
        }
        let is_set = |key: &str, found: &Option<String>, value: &str| match found.as_deref() {
            None => Ok(false),
            Some(found) if found == value => Ok(true),
            Some(found) => Err(invalid(format!("{key} is '{found}'; it can be {value}"))),
        };
        let output = &configuration.crawler_output;
        let settings = CrawlSettings {
            combines_compatible_schemas: is_set(
                "TableGroupingPolicy",
                &configuration.grouping.table_grouping_policy,
                "CombineCompatibleSchemas",
            )?,
            table_level: configuration.grouping.table_level_configuration,
            partitions_inherit: is_set(
                "Partitions.AddOrUpdateBehavior",
                &output.partitions.add_or_update_behavior,
                "InheritFromTable",
            )?,
            merges_new_columns: is_set(
                "Tables.AddOrUpdateBehavior",
                &output.tables.add_or_update_behavior,
                "MergeNewColumns",
            )?,
            tables_max: output.tables.table_threshold,
            creates_partition_index: configuration.create_partition_index.unwrap_or(false),
            recrawl: crawler.recrawl_policy.recrawl_behavior,
            update: crawler.schema_change_policy.update_behavior,
            delete: crawler.schema_change_policy.delete_behavior,
        };
        if settings.table_level == Some(0) {
            return Err(invalid(
                "TableLevelConfiguration counts from 1, the bucket".to_owned(),
            ));
        }
        // Glue's rule: who looks at new folders alone cannot tell what changed or is gone elsewhere.
        Ok(match settings.recrawl {
            RecrawlBehavior::CrawlNewFoldersOnly => CrawlSettings {
                update: UpdateBehavior::Log,
                delete: DeleteBehavior::Log,
                ..settings
            },
            _ => settings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glues_configuration_is_understood() {
        let crawler = |text: &str| Crawler {
            name: "c".to_owned(),
            configuration: Some(text.to_owned()),
            ..Crawler::default()
        };
        let combined = r#"{"Version":1.0,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas","TableLevelConfiguration":3},
            "CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"},"Tables":{"AddOrUpdateBehavior":"MergeNewColumns","TableThreshold":5}},
            "CreatePartitionIndex":true}"#;
        let settings = CrawlSettings::of(&crawler(combined)).unwrap();
        assert!(settings.combines_compatible_schemas && settings.partitions_inherit);
        assert!(settings.merges_new_columns && settings.creates_partition_index);
        assert_eq!(
            (settings.table_level, settings.tables_max),
            (Some(3), Some(5))
        );
        assert!(
            !CrawlSettings::of(&crawler(""))
                .unwrap()
                .combines_compatible_schemas
        );
        for wrong in [
            "{",
            r#"{"Version":2.0}"#,
            r#"{"Grouping":{"TableGroupingPolicy":"Other"}}"#,
            r#"{"Grouping":{"TableLevelConfiguration":0}}"#,
        ] {
            assert!(CrawlSettings::of(&crawler(wrong)).is_err(), "{wrong}");
        }
    }
}
