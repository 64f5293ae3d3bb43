//! The partitions that match a predicate, in the order of their values.
//!
//! Glue leaves out what its expression says and gives the rest in no order, so that all that matches is read before the first is
//! given. What is held meanwhile is bounded: places share their descriptors, and of whole partitions only the values
//! are held once there are many.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_sdk_glue::types as glue;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::partition_place::PartitionPlace;
use prismlake_catalog::{
    CatalogError, KeyType, Partition, PartitionPredicate, Result, StorageDescriptor, TableName,
};

use super::client::GlueClient;
use super::failure::{ENTITY_NOT_FOUND, GlueFailure, INVALID_INPUT, INVALID_STATE};
use super::partition_expression::expression;
use super::partition_order;
use super::partition_pages::{ColumnSchemas, PageRequest, pages};
use super::partition_shape::{partition_to_model, value_list};
use super::storage_shape::descriptor_to_model;
use super::tables;

/// Partitions that one scan finds at most: Athena's bound, at some hundred bytes each.
const MATCHES_MAX: usize = 1_000_000;
/// Whole partitions that are held at once: some kilobytes each. Those of bigger tables are read a second time.
const WHOLE_PARTITIONS_MAX: usize = 10_000;
/// Partitions that are read by their values in one call; Glue's bound.
const PARTITIONS_A_BATCH: usize = 1000;
/// Calls that read the same values again because Glue left some out.
const BATCH_ROUNDS_MAX: usize = 10;
/// Places that are given at once, as other stores do.
const PAGE_PLACES: usize = 1000;
/// What crawlers note of a partition's files in its descriptor. It says nothing of how they are read, and would leave no two
/// descriptors equal.
const MEASURES: [&str; 5] = [
    "CRAWL_RUN_ID",
    "averageRecordSize",
    "objectCount",
    "recordCount",
    "sizeKey",
];

/// The whole partitions.
pub(super) fn partitions(
    client: GlueClient,
    table: TableName,
    predicate: PartitionPredicate,
) -> BoxStream<'static, Result<Partition>> {
    stream::once(found_partitions(client, table, predicate))
        .try_flatten()
        .boxed()
}

async fn found_partitions(
    client: GlueClient,
    table: TableName,
    predicate: PartitionPredicate,
) -> Result<BoxStream<'static, Result<Partition>>> {
    let found: Found<Wholes> = find(&client, &table, &predicate).await?;
    Ok(match found.matches {
        Wholes::Whole(mut partitions) => {
            partition_order::sort(&found.types, &mut partitions, |whole| &whole.values);
            stream::iter(partitions).map(Ok).boxed()
        }
        Wholes::Values(mut values) => {
            partition_order::sort(&found.types, &mut values, |values| values);
            stream::iter(chunks(values, PARTITIONS_A_BATCH))
                .then(move |batch| read_again(client.clone(), table.clone(), batch))
                .map_ok(|partitions| stream::iter(partitions).map(Ok))
                .try_flatten()
                .boxed()
        }
    })
}

/// What a query needs of the partitions, a page at a time.
pub(super) fn places(
    client: GlueClient,
    table: TableName,
    predicate: PartitionPredicate,
) -> BoxStream<'static, Result<Vec<PartitionPlace>>> {
    stream::once(found_places(client, table, predicate))
        .try_flatten()
        .boxed()
}

async fn found_places(
    client: GlueClient,
    table: TableName,
    predicate: PartitionPredicate,
) -> Result<BoxStream<'static, Result<Vec<PartitionPlace>>>> {
    let found: Found<Places> = find(&client, &table, &predicate).await?;
    let mut places = found.matches.places;
    partition_order::sort(&found.types, &mut places, |place| &place.values);
    Ok(stream::iter(chunks(places, PAGE_PLACES)).map(Ok).boxed())
}

/// Takes a collection apart without a copy.
fn chunks<T>(items: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = items.by_ref().take(size).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// What is kept of the partitions that match.
trait Matches: Default + Send {
    fn add(&mut self, partition: glue::Partition);
    fn count(&self) -> usize;
}

struct Found<M> {
    types: Vec<KeyType>,
    matches: M,
}

async fn find<M: Matches>(
    client: &GlueClient,
    name: &TableName,
    predicate: &PartitionPredicate,
) -> Result<Found<M>> {
    let table = tables::require(client, name).await?;
    let types = tables::key_types(&table);
    if *predicate == PartitionPredicate::Nothing {
        let matches = M::default();
        return Ok(Found { types, matches });
    }
    let mut request = PageRequest {
        table: name.clone(),
        expression: expression(&table.partition_keys, predicate),
        column_schemas: ColumnSchemas::Included,
    };
    let mut read = read(client, &request, predicate, &types).await;
    // One partition whose value is none of its key's type, such as NULL of a date, lets Glue refuse the whole expression.
    if let Err(ScanFailure::Call(failure)) = &read
        && request.expression.is_some()
        && matches!(failure.code(), Some(INVALID_STATE | INVALID_INPUT))
    {
        request.expression = None;
        read = self::read(client, &request, predicate, &types).await;
    }
    match read {
        Ok(matches) => Ok(Found { types, matches }),
        Err(ScanFailure::TooMany) => Err(CatalogError::Storage(format!(
            "more than {MATCHES_MAX} partitions of table '{name}' match; add conditions on its partition keys, or use partition projection"
        ))),
        Err(ScanFailure::Call(failure)) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            Err(CatalogError::TableNotFound(name.clone()))
        }
        Err(ScanFailure::Call(failure)) => Err(failure.into()),
    }
}

enum ScanFailure {
    Call(GlueFailure),
    TooMany,
}

async fn read<M: Matches>(
    client: &GlueClient,
    request: &PageRequest,
    predicate: &PartitionPredicate,
    types: &[KeyType],
) -> Result<M, ScanFailure> {
    let mut pages = pages(client.clone(), request.clone());
    let mut matches = M::default();
    while let Some(page) = pages.try_next().await.map_err(ScanFailure::Call)? {
        for partition in page {
            if !predicate.matches(types, partition.values()) {
                continue;
            }
            if matches.count() >= MATCHES_MAX {
                return Err(ScanFailure::TooMany);
            }
            matches.add(partition);
        }
    }
    Ok(matches)
}

#[derive(Default)]
struct Places {
    places: Vec<PartitionPlace>,
    descriptors: HashSet<Arc<StorageDescriptor>>,
}

impl Matches for Places {
    fn add(&mut self, partition: glue::Partition) {
        let mut descriptor = partition
            .storage_descriptor
            .map(descriptor_to_model)
            .unwrap_or_default();
        let location = descriptor.location.take();
        for measure in MEASURES {
            descriptor.parameters.remove(measure);
        }
        let descriptor = match self.descriptors.get(&descriptor) {
            Some(known) => Arc::clone(known),
            None => {
                let descriptor = Arc::new(descriptor);
                self.descriptors.insert(Arc::clone(&descriptor));
                descriptor
            }
        };
        self.places.push(PartitionPlace {
            values: partition.values.unwrap_or_default(),
            location,
            descriptor,
        });
    }

    fn count(&self) -> usize {
        self.places.len()
    }
}

enum Wholes {
    Whole(Vec<Partition>),
    /// The values of more than are held whole.
    Values(Vec<Vec<String>>),
}

impl Default for Wholes {
    fn default() -> Self {
        Wholes::Whole(Vec::new())
    }
}

impl Matches for Wholes {
    fn add(&mut self, partition: glue::Partition) {
        match self {
            Wholes::Values(values) => values.push(partition.values.unwrap_or_default()),
            Wholes::Whole(partitions) => {
                partitions.push(partition_to_model(partition));
                if partitions.len() > WHOLE_PARTITIONS_MAX {
                    let partitions = std::mem::take(partitions).into_iter();
                    *self = Wholes::Values(partitions.map(|known| known.values).collect());
                }
            }
        }
    }

    fn count(&self) -> usize {
        match self {
            Wholes::Whole(partitions) => partitions.len(),
            Wholes::Values(values) => values.len(),
        }
    }
}

/// The partitions with these values, in their order, but for those that are gone meanwhile.
async fn read_again(
    client: GlueClient,
    name: TableName,
    values: Vec<Vec<String>>,
) -> Result<Vec<Partition>> {
    const OPERATION: &str = "BatchGetPartition";
    let wanted: Result<Vec<_>, _> = values.iter().map(|values| value_list(values)).collect();
    let mut wanted = wanted.map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let mut found: HashMap<Vec<String>, Partition> = HashMap::with_capacity(values.len());
    for _ in 0..BATCH_ROUNDS_MAX {
        let call = client.api.batch_get_partition();
        let answer = call
            .set_catalog_id(client.account.clone())
            .database_name(name.database.as_str())
            .table_name(name.table())
            .set_partitions_to_get(Some(wanted))
            .send()
            .await
            .map_err(|error| GlueFailure::of(OPERATION, error))?;
        for partition in answer.partitions.unwrap_or_default() {
            let partition = partition_to_model(partition);
            found.insert(partition.values.clone(), partition);
        }
        wanted = answer.unprocessed_keys.unwrap_or_default();
        if wanted.is_empty() {
            return Ok(values
                .iter()
                .filter_map(|values| found.remove(values))
                .collect());
        }
    }
    Err(CatalogError::Storage(format!(
        "AWS Glue left out {} of {} partitions of table '{name}' again and again; try again",
        wanted.len(),
        values.len()
    )))
}
