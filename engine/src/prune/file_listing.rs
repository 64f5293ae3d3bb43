//! Lists the data files of the partitions that a query needs, in parallel, and leaves out what no commit has made visible.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::Utc;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::scalar::ScalarValue;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use prismlake_catalog::file_name::WrittenBy;
use prismlake_catalog::partition_place::PartitionPlace;
use prismlake_catalog::projection::PartitionProjection;
use prismlake_catalog::{
    CatalogStore, Result as CatalogResult, Snapshot, StorageDescriptor, Table, TableName, WriteId,
};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::{DataObject, QueryStores, data_objects_at, list_data_objects};

use super::partitions_wanted::{PartitionKeys, PartitionsWanted};
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::partition_values::typed_value;
use crate::query::QueryContext;

/// Listings under way at once: enough to hide a store's latency, few enough not to be throttled.
const LISTINGS_IN_FLIGHT: usize = 32;
/// Partitions from which on it pays to ask a key's values before the partitions themselves.
const NARROWED_PARTITIONS_MIN: u64 = 1_000;
/// Partitions decided on at once.
const DECISION_ROWS: usize = 4096;

/// The store that serves a partition.
#[derive(Clone)]
pub(crate) struct PartitionStore {
    pub(crate) url: ObjectStoreUrl,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) base: ObjectUri,
}

/// A partition and its files; the one "partition" of a table without keys has no values.
pub(crate) struct ListedPartition {
    pub(crate) values: Vec<ScalarValue>,
    /// The values as the catalog has them.
    pub(crate) stored_values: Vec<String>,
    /// Where its files lie: below this, or the one object that it names itself.
    pub(crate) location: ObjectUri,
    pub(crate) descriptor: Arc<StorageDescriptor>,
    pub(crate) store: PartitionStore,
    pub(crate) objects: Vec<DataObject>,
}

/// What a scan will read.
pub(crate) struct FileListing {
    pub(crate) partitions: Vec<ListedPartition>,
    pub(crate) partitions_total: Option<u64>,
    pub(crate) partitions_scanned: Option<u64>,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Prunes a table's partitions and lists the files of those left.
pub(crate) async fn list_files(
    context: &QueryContext,
    name: &TableName,
    table: &Table,
    keys: &PartitionKeys,
    mut wanted: PartitionsWanted,
) -> Result<FileListing> {
    // Before partitions and files are looked up: what is committed after this is left out as a whole.
    let snapshot = context.catalog().snapshot().await?;
    let (places, total, scanned) = if keys.is_empty() {
        let descriptor = Arc::new(table.storage_descriptor.clone());
        let place = WantedPlace {
            values: Vec::new(),
            stored_values: Vec::new(),
            location: descriptor.location.clone(),
            descriptor,
        };
        (vec![place], None, None)
    } else {
        let (pages, total) = match PartitionProjection::of(table)? {
            Some(projection) => (projected_places(&projection, &wanted)?, None),
            None => {
                let total = context.catalog().partition_count(name).await?;
                if total >= NARROWED_PARTITIONS_MIN {
                    wanted.narrow(context, name).await?;
                }
                let pages = context
                    .catalog()
                    .partition_places(name, wanted.predicate.clone());
                (pages, Some(total))
            }
        };
        let places = wanted_places(pages, keys, &wanted).await?;
        let scanned = u64::try_from(places.len()).unwrap_or(u64::MAX);
        (places, total, Some(scanned))
    };
    let mut partitions: Vec<ListedPartition> = futures::stream::iter(places)
        .map(|place| list_partition(context, name, place))
        .buffered(LISTINGS_IN_FLIGHT)
        .try_collect()
        .await?;
    hide_uncommitted(context.catalog().as_ref(), snapshot, &mut partitions).await?;
    let objects = || partitions.iter().flat_map(|partition| &partition.objects);
    Ok(FileListing {
        files: u64::try_from(objects().count()).unwrap_or(u64::MAX),
        bytes: objects().map(|object| object.meta.size).sum(),
        partitions_total: total,
        partitions_scanned: scanned,
        partitions,
    })
}

/// A partition that is to be read.
struct WantedPlace {
    values: Vec<ScalarValue>,
    stored_values: Vec<String>,
    location: Option<String>,
    descriptor: Arc<StorageDescriptor>,
}

/// The partitions that a table's projection says there are, a page at a time.
fn projected_places(
    projection: &PartitionProjection,
    wanted: &PartitionsWanted,
) -> Result<BoxStream<'static, CatalogResult<Vec<PartitionPlace>>>> {
    let partitions = projection.partitions(&wanted.predicate, Utc::now())?;
    let places = partitions.map(|partition| Ok(PartitionPlace::from(partition)));
    Ok(futures::stream::iter(places)
        .try_chunks(DECISION_ROWS)
        .map_err(|error| error.1)
        .boxed())
}

async fn wanted_places(
    mut pages: BoxStream<'static, CatalogResult<Vec<PartitionPlace>>>,
    keys: &PartitionKeys,
    wanted: &PartitionsWanted,
) -> Result<Vec<WantedPlace>> {
    let mut places = Vec::new();
    while let Some(page) = pages.try_next().await? {
        let values = page
            .iter()
            .map(|place| typed_values(keys, &place.values))
            .collect::<Result<Vec<_>>>()?;
        let kept = wanted.decide(&values)?;
        for ((place, values), kept) in page.into_iter().zip(values).zip(kept) {
            if kept {
                places.push(WantedPlace {
                    values,
                    stored_values: place.values,
                    location: place.location,
                    descriptor: place.descriptor,
                });
            }
        }
    }
    Ok(places)
}

fn typed_values(keys: &PartitionKeys, stored: &[String]) -> Result<Vec<ScalarValue>> {
    keys.schema
        .fields()
        .iter()
        .zip(stored)
        .map(|(field, stored)| typed_value(field.name(), field.data_type(), stored))
        .collect()
}

async fn list_partition(
    context: &QueryContext,
    name: &TableName,
    place: WantedPlace,
) -> Result<ListedPartition> {
    let location = place.location.as_deref().ok_or_else(|| {
        QueryError::new(
            ErrorCode::HiveInvalidMetadata,
            format!("table {name} has no location; create it with LOCATION"),
        )
    })?;
    let location = ObjectUri::parse(location)?;
    let (url, store) = context.stores.open(&location).await?;
    let objects = data_objects_at(store.as_ref(), &location).await?;
    Ok(ListedPartition {
        values: place.values,
        stored_values: place.stored_values,
        descriptor: place.descriptor,
        store: PartitionStore {
            url,
            store,
            base: location.with_key(""),
        },
        location,
        objects,
    })
}

/// Leaves out files that carry the id of a write of this catalog which was not committed at the snapshot.
async fn hide_uncommitted(
    catalog: &dyn CatalogStore,
    snapshot: Snapshot,
    partitions: &mut [ListedPartition],
) -> Result<()> {
    let ids: HashSet<WriteId> = partitions
        .iter()
        .flat_map(|partition| &partition.objects)
        .filter_map(|object| write_of(catalog, object))
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let committed = catalog
        .committed_writes(ids.into_iter().collect(), snapshot)
        .await?;
    for partition in partitions {
        partition
            .objects
            .retain(|object| write_of(catalog, object).is_none_or(|id| committed.contains(&id)));
    }
    Ok(())
}

/// The write of this catalog that made the file, if its name says so.
fn write_of(catalog: &dyn CatalogStore, object: &DataObject) -> Option<WriteId> {
    let written = WrittenBy::parse(object.uri.file_name())?;
    (written.catalog == *catalog.catalog_id()).then_some(written.write)
}

/// The visible data files below a prefix.
pub(crate) async fn visible_objects(
    catalog: &dyn CatalogStore,
    stores: &QueryStores,
    prefix: &ObjectUri,
) -> Result<Vec<DataObject>> {
    let snapshot = catalog.snapshot().await?;
    let (url, store) = stores.open(prefix).await?;
    let objects = list_data_objects(store.as_ref(), prefix)
        .try_collect()
        .await?;
    let mut listed = [ListedPartition {
        values: Vec::new(),
        stored_values: Vec::new(),
        location: prefix.clone(),
        descriptor: Arc::default(),
        store: PartitionStore {
            url,
            store,
            base: prefix.with_key(""),
        },
        objects,
    }];
    hide_uncommitted(catalog, snapshot, &mut listed).await?;
    let [listed] = listed;
    Ok(listed.objects)
}
