//! MSCK REPAIR TABLE: folders become partitions, and partitions without folders go.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use prismlake_catalog::{CatalogError, KeyType, Partition, PartitionPredicate, Table};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::list_folders;

use super::table_ddl::require_stored_table;
use super::text_rows;
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{MsckMode, TableReference};
use prismlake_catalog::partition_path::{partition_path, value_in};

/// Listings under way at once.
const LISTINGS_IN_FLIGHT: usize = 32;
/// Partitions added or dropped in one transaction: readers of the catalog wait for each but a moment.
const PARTITIONS_AT_ONCE: usize = 5000;

const COLUMN: &str = "result";

/// The statement's one column.
pub(super) fn schema() -> SchemaRef {
    text_rows::schema([COLUMN])
}

/// A folder that is a partition.
struct Found {
    values: Vec<String>,
    location: ObjectUri,
}

pub(super) async fn execute(
    context: &QueryContext,
    reference: &TableReference,
    mode: MsckMode,
) -> Result<StartedStatement> {
    let (name, table) = require_stored_table(context, reference, "MSCK REPAIR TABLE").await?;
    if table.partition_keys.is_empty() {
        return Err(QueryError::new(
            ErrorCode::InvalidArguments,
            format!("Table {name} is not a partitioned table; MSCK REPAIR TABLE has nothing to do"),
        ));
    }
    let keys: Vec<String> = table
        .partition_keys
        .iter()
        .map(|key| key.name.clone())
        .collect();
    let location = table.storage_descriptor.location.as_deref().unwrap_or("");
    let location = ObjectUri::parse(location)?.as_prefix();
    let (_, store) = context.stores.open(&location).await?;
    let found = folders(store, &location, &table).await?;

    let mut lines = Vec::new();
    let mut missing = String::from("Partitions not in metastore:");
    if mode != MsckMode::Drop {
        for chunk in found.chunks(PARTITIONS_AT_ONCE) {
            let partitions = chunk
                .iter()
                .map(|found| {
                    Partition::new(
                        found.values.clone(),
                        &table.storage_descriptor,
                        found.location.to_string(),
                    )
                })
                .collect();
            let existing: HashSet<Vec<String>> = context
                .catalog()
                .add_partitions(&name, partitions)
                .await?
                .into_iter()
                .collect();
            for added in chunk
                .iter()
                .filter(|found| !existing.contains(&found.values))
            {
                let path = partition_path(&keys, &added.values);
                let added = format!("{}:{path}", name.table());
                missing.push('\t');
                missing.push_str(&added);
                lines.push(format!("Repair: Added partition to metastore {added}"));
            }
        }
    }
    if !lines.is_empty() {
        lines.insert(0, missing);
    }
    if mode != MsckMode::Add {
        let present: HashSet<&Vec<String>> = found.iter().map(|found| &found.values).collect();
        let root = location.to_string();
        // Partitions that lie elsewhere were put there by hand; no folder here says anything about them.
        let gone: Vec<Vec<String>> = context
            .catalog()
            .partition_places(&name, PartitionPredicate::All)
            .map_ok(|page| futures::stream::iter(page.into_iter().map(Ok::<_, CatalogError>)))
            .try_flatten()
            .try_filter_map(|place| {
                let here = place
                    .location
                    .as_deref()
                    .and_then(|place| ObjectUri::parse(place).ok())
                    .is_some_and(|place| place.to_string().starts_with(&root));
                let gone = here && !present.contains(&place.values);
                async move { Ok(gone.then_some(place.values)) }
            })
            .try_collect()
            .await?;
        for chunk in gone.chunks(PARTITIONS_AT_ONCE) {
            context
                .catalog()
                .drop_partitions(&name, chunk.to_vec())
                .await?;
        }
        lines.extend(gone.iter().map(|values| {
            format!(
                "Repair: Dropped partition from metastore {}:{}",
                name.table(),
                partition_path(&keys, values)
            )
        }));
    }
    text_rows::one_column(COLUMN, lines)
}

/// The folders that fit the table's keys, one level a key. Others are no partitions, and neither are folders whose value the
/// key's type cannot hold.
async fn folders(
    store: Arc<dyn ObjectStore>,
    location: &ObjectUri,
    table: &Table,
) -> Result<Vec<Found>> {
    let mut level = vec![Found {
        values: Vec::new(),
        location: location.clone(),
    }];
    for key in &table.partition_keys {
        let kind = KeyType::of(key.type_text());
        let below: Vec<Vec<Found>> = futures::stream::iter(level)
            .map(|parent| {
                let store = Arc::clone(&store);
                let key = key.name.clone();
                async move {
                    let names = list_folders(store.as_ref(), &parent.location).await?;
                    Ok::<_, QueryError>(
                        names
                            .iter()
                            .filter_map(|folder| {
                                let value = value_in(folder, &key)?;
                                if !fits(kind, &value) {
                                    return None;
                                }
                                let mut values = parent.values.clone();
                                values.push(value);
                                Some(Found {
                                    values,
                                    location: parent.location.child(&format!("{folder}/")),
                                })
                            })
                            .collect(),
                    )
                }
            })
            .buffered(LISTINGS_IN_FLIGHT)
            .try_collect()
            .await?;
        level = below.into_iter().flatten().collect();
    }
    Ok(level)
}

fn fits(kind: KeyType, value: &str) -> bool {
    value == prismlake_catalog::HIVE_DEFAULT_PARTITION || kind.parse(value).is_some()
}
