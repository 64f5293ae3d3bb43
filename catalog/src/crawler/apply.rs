//! Does what a plan says, table by table, in steps that each leave the catalog consistent.

use futures::TryStreamExt;

use super::plan::{CrawlPlan, TableAction, TableChange};
use super::progress::{CrawlPhase, CrawlProgress};
use crate::error::{CatalogError, Result};
use crate::model::{CrawlCounts, Partition, PartitionIndex};
use crate::partition_predicate::PartitionPredicate;
use crate::store::CatalogStore;

/// Partitions changed in one transaction: readers of the catalog wait for each but a moment.
const PARTITIONS_AT_ONCE: usize = 5000;
/// The name that Glue's crawler gives the index of a table's keys.
const INDEX_NAME: &str = "crawler_partition_index";

/// Applies a plan and counts what it did.
pub async fn apply(
    catalog: &dyn CatalogStore,
    crawler: &str,
    plan: CrawlPlan,
    progress: &CrawlProgress,
    counts: &mut CrawlCounts,
) -> Result<()> {
    progress.enter(CrawlPhase::Applying);
    for change in plan.changes {
        if progress.is_stopping() {
            return Err(CatalogError::CrawlStopped(crawler.to_owned()));
        }
        apply_change(catalog, crawler, change, counts).await?;
    }
    Ok(())
}

async fn apply_change(
    catalog: &dyn CatalogStore,
    crawler: &str,
    change: TableChange,
    counts: &mut CrawlCounts,
) -> Result<()> {
    let name = change.name.clone();
    let version = change.expected_version.as_deref();
    match change.action {
        TableAction::Add => {
            let remembered = change
                .remembered
                .clone()
                .unwrap_or_else(|| change.table.clone());
            catalog
                .create_crawled_table(crawler, change.table.clone(), remembered)
                .await?;
            counts.tables_added += 1;
        }
        TableAction::Update | TableAction::Deprecate => {
            match change.remembered.clone() {
                Some(remembered) => {
                    catalog
                        .update_crawled_table(crawler, change.table.clone(), version, remembered)
                        .await?;
                }
                None => catalog.update_table(change.table.clone(), version).await?,
            }
            if matches!(change.action, TableAction::Update) {
                counts.tables_updated += 1;
            } else {
                counts.tables_deleted += 1;
            }
        }
        TableAction::Rekey => {
            let values: Vec<Vec<String>> = catalog
                .partitions(&name, PartitionPredicate::All)
                .map_ok(|partition| partition.values)
                .try_collect()
                .await?;
            for chunk in values.chunks(PARTITIONS_AT_ONCE) {
                catalog.drop_partitions(&name, chunk.to_vec()).await?;
            }
            let remembered = change
                .remembered
                .clone()
                .unwrap_or_else(|| change.table.clone());
            catalog
                .update_crawled_table(crawler, change.table.clone(), version, remembered)
                .await?;
            counts.tables_updated += 1;
        }
        TableAction::Delete => {
            catalog.drop_table(&name).await?;
            counts.tables_deleted += 1;
            return Ok(());
        }
        TableAction::Keep => {}
    }
    if change.adds_index {
        let keys = change
            .table
            .partition_keys
            .iter()
            .map(|key| key.name.clone())
            .collect();
        let index = PartitionIndex {
            keys,
            index_name: INDEX_NAME.to_owned(),
        };
        match catalog.add_partition_index(&name, index).await {
            Ok(()) | Err(CatalogError::PartitionIndexExists { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    for chunk in change.deleted.chunks(PARTITIONS_AT_ONCE) {
        let missing = catalog.drop_partitions(&name, chunk.to_vec()).await?;
        counts.partitions_deleted += difference(chunk.len(), missing.len());
    }
    for chunk in change.updated.chunks(PARTITIONS_AT_ONCE) {
        let changed = chunk
            .iter()
            .filter_map(|update| change.updated_partition(update))
            .map(|partition| (partition.values.clone(), partition))
            .collect();
        let missing = catalog.update_partitions(&name, changed).await?;
        counts.partitions_updated += difference(chunk.len(), missing.len());
    }
    let mut added = change.added_partitions();
    loop {
        let chunk: Vec<Partition> = added
            .by_ref()
            .take(PARTITIONS_AT_ONCE)
            .map(|(found, partition)| found.partition(partition))
            .collect();
        if chunk.is_empty() {
            break;
        }
        let count = chunk.len();
        // One that someone else has added in the meantime is there, which is what matters.
        let existing = catalog.add_partitions(&name, chunk).await?;
        counts.partitions_added += difference(count, existing.len());
    }
    Ok(())
}

fn difference(all: usize, without: usize) -> u64 {
    u64::try_from(all.saturating_sub(without)).unwrap_or(u64::MAX)
}
