//! Partitions that match a predicate, page by page, in time of what is found and not of what the table holds.
//!
//! The order of partitions serves conditions on the first keys. Where these are open or wide, the values of a later key may
//! say more: a count that stops early tells which way is shorter.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::DateTime;

use super::partition_key::{KeyRange, key_ranges, ordering_ranges};
use super::sql::{SqlRow, SqlTransaction, SqlValue};
use super::tables::{self, TableRow};
use super::{partitions, stored_partition};
use crate::error::Result;
use crate::model::{Partition, StorageDescriptor, TableName};
use crate::partition_place::PartitionPlace;
use crate::partition_predicate::PartitionPredicate;

/// Partitions fetched at once: a page takes some milliseconds and some hundred kB.
const PAGE_ROWS: usize = 1000;
/// Partitions within the order's own ranges that are not worth a look for a shorter way.
const FEW_PARTITIONS: usize = 1000;
/// Partitions that a later key's values may name: their ids are held while the scan lasts, 8 bytes each.
const IDS_MAX: usize = 50_000;
/// Ranges that are counted; more are points, which are fast by themselves.
const RANGES_COUNTED_MAX: usize = 64;
/// What is greater than every ordering and every sort key.
const BEYOND_ALL: u8 = 0xFF;

/// A partition's row.
pub(super) struct PartitionRow {
    ordering: Vec<u8>,
    values_text: String,
    pub(super) values: Vec<String>,
    pub(super) descriptor_id: i64,
    location_rest: Option<String>,
    parameters: Option<String>,
    creation_time: i64,
}

impl PartitionRow {
    pub(super) const COLUMNS: &str =
        "ordering, key_values, descriptor_id, location_rest, parameters, creation_time";

    pub(super) fn read(row: &SqlRow) -> Result<Self> {
        Ok(PartitionRow {
            ordering: row.bytes(0)?.to_vec(),
            values_text: row.text(1)?.to_owned(),
            values: serde_json::from_str(row.text(1)?)?,
            descriptor_id: row.integer(2)?,
            location_rest: row.optional_text(3)?.map(str::to_owned),
            parameters: row.optional_text(4)?.map(str::to_owned),
            creation_time: row.integer(5)?,
        })
    }

    fn location(&self, keys: &[String], descriptor: &StorageDescriptor) -> Option<String> {
        stored_partition::location(
            descriptor.location.as_deref(),
            self.location_rest.as_deref(),
            keys,
            &self.values,
        )
    }

    pub(super) fn partition(
        self,
        keys: &[String],
        descriptor: &StorageDescriptor,
    ) -> Result<Partition> {
        Ok(Partition {
            storage_descriptor: StorageDescriptor {
                location: self.location(keys, descriptor),
                ..descriptor.clone()
            },
            parameters: stored_partition::parameters(
                self.parameters.as_deref(),
                &descriptor.parameters,
            )?,
            values: self.values,
            creation_time: DateTime::from_timestamp(self.creation_time, 0),
        })
    }

    fn place(self, keys: &[String], descriptor: &Arc<StorageDescriptor>) -> PartitionPlace {
        PartitionPlace {
            location: self.location(keys, descriptor),
            values: self.values,
            descriptor: Arc::clone(descriptor),
        }
    }
}

/// Where a scan is.
pub(super) struct PartitionScan {
    name: TableName,
    predicate: PartitionPredicate,
    way: Option<Way>,
    descriptors: HashMap<i64, Arc<StorageDescriptor>>,
}

/// How the rest of the partitions is found.
enum Way {
    /// In these ranges of the order; in the first one after the partition with this ordering and these values.
    Ranges {
        ranges: VecDeque<KeyRange>,
        after: Option<(Vec<u8>, String)>,
    },
    /// By their ids, in the order of partitions.
    Ids(VecDeque<i64>),
}

impl PartitionScan {
    pub(super) fn new(name: TableName, predicate: PartitionPredicate) -> Self {
        PartitionScan {
            name,
            predicate,
            way: None,
            descriptors: HashMap::new(),
        }
    }

    /// The next partitions; an empty page may come before the last. `None` at the end.
    pub(super) fn next_partitions(
        &mut self,
        transaction: &mut dyn SqlTransaction,
    ) -> Result<Option<Vec<Partition>>> {
        let Some((keys, rows)) = self.next_rows(transaction)? else {
            return Ok(None);
        };
        rows.into_iter()
            .map(|row| {
                let descriptor = self.descriptor(transaction, row.descriptor_id)?;
                row.partition(&keys, &descriptor)
            })
            .collect::<Result<_>>()
            .map(Some)
    }

    /// As [`PartitionScan::next_partitions`], with what a query needs of each.
    pub(super) fn next_places(
        &mut self,
        transaction: &mut dyn SqlTransaction,
    ) -> Result<Option<Vec<PartitionPlace>>> {
        let Some((keys, rows)) = self.next_rows(transaction)? else {
            return Ok(None);
        };
        rows.into_iter()
            .map(|row| {
                let descriptor = self.descriptor(transaction, row.descriptor_id)?;
                Ok(row.place(&keys, &descriptor))
            })
            .collect::<Result<_>>()
            .map(Some)
    }

    fn descriptor(
        &mut self,
        transaction: &mut dyn SqlTransaction,
        id: i64,
    ) -> Result<Arc<StorageDescriptor>> {
        if let Some(known) = self.descriptors.get(&id) {
            return Ok(Arc::clone(known));
        }
        let descriptor = Arc::new(partitions::descriptor(transaction, id)?);
        self.descriptors.insert(id, Arc::clone(&descriptor));
        Ok(descriptor)
    }

    fn next_rows(
        &mut self,
        transaction: &mut dyn SqlTransaction,
    ) -> Result<Option<(Vec<String>, Vec<PartitionRow>)>> {
        let table = tables::require(transaction, &self.name)?;
        let way = match &mut self.way {
            Some(way) => way,
            None => self
                .way
                .insert(choose_way(transaction, &table, &self.predicate)?),
        };
        let rows = match way {
            Way::Ranges { ranges, after } => {
                if ranges.is_empty() {
                    return Ok(None);
                }
                rows_of_ranges(transaction, table.id, ranges, after)?
            }
            Way::Ids(ids) => {
                if ids.is_empty() {
                    return Ok(None);
                }
                let page: Vec<i64> = ids.drain(..PAGE_ROWS.min(ids.len())).collect();
                rows_of_ids(transaction, &page)?
            }
        };
        let types = table.key_types();
        let matching = rows
            .into_iter()
            .filter(|row| self.predicate.matches(&types, &row.values))
            .collect();
        Ok(Some((table.key_names(), matching)))
    }
}

fn upper_bound(range: &KeyRange) -> Vec<u8> {
    range.upper.clone().unwrap_or_else(|| vec![BEYOND_ALL])
}

fn choose_way(
    transaction: &mut dyn SqlTransaction,
    table: &TableRow,
    predicate: &PartitionPredicate,
) -> Result<Way> {
    let keys = table.table.partition_keys.len();
    let ranges = ordering_ranges(predicate, keys).unwrap_or_else(|| vec![KeyRange::default()]);
    let in_order = |ranges: Vec<KeyRange>| Way::Ranges {
        ranges: ranges.into(),
        after: None,
    };
    if ranges.len() > RANGES_COUNTED_MAX {
        return Ok(in_order(ranges));
    }
    let mut held = 0;
    for range in &ranges {
        held += bounded_count(
            transaction,
            "partitions WHERE table_id = $1 AND ordering >= $2 AND ordering < $3",
            &[
                table.id.into(),
                range.lower.clone().into(),
                upper_bound(range).into(),
            ],
            FEW_PARTITIONS,
        )?;
        if held > FEW_PARTITIONS {
            break;
        }
    }
    if held <= FEW_PARTITIONS {
        return Ok(in_order(ranges));
    }
    let mut shortest: Option<(usize, i64, Vec<KeyRange>)> = None;
    for (ordinal, key) in (0_i64..).zip(0..keys).skip(1) {
        let Some(key_ranges) = key_ranges(predicate, key) else {
            continue;
        };
        let mut named = 0;
        for range in &key_ranges {
            named += bounded_count(
                transaction,
                "partition_values WHERE table_id = $1 AND ordinal = $2 AND sort_key >= $3 AND sort_key < $4",
                &[
                    table.id.into(),
                    ordinal.into(),
                    range.lower.clone().into(),
                    upper_bound(range).into(),
                ],
                IDS_MAX,
            )?;
            if named > IDS_MAX {
                break;
            }
        }
        if named <= IDS_MAX && shortest.as_ref().is_none_or(|(least, ..)| named < *least) {
            shortest = Some((named, ordinal, key_ranges));
        }
    }
    match shortest {
        Some((_, ordinal, key_ranges)) => Ok(Way::Ids(ids_of_values(
            transaction,
            table.id,
            ordinal,
            &key_ranges,
        )?)),
        None => Ok(in_order(ranges)),
    }
}

/// How many rows there are, counted up to one more than `limit`.
fn bounded_count(
    transaction: &mut dyn SqlTransaction,
    from: &str,
    parameters: &[SqlValue],
    limit: usize,
) -> Result<usize> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 AS one FROM {from} LIMIT {}) AS bounded",
        limit + 1
    );
    let row = transaction.query_first(&sql, parameters)?;
    let count = row.map_or(Ok(0), |row| row.integer(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn ids_of_values(
    transaction: &mut dyn SqlTransaction,
    table_id: i64,
    ordinal: i64,
    ranges: &[KeyRange],
) -> Result<VecDeque<i64>> {
    let mut found: Vec<(Vec<u8>, i64)> = Vec::new();
    for range in ranges {
        let rows = transaction.query(
            "SELECT p.ordering, p.partition_id FROM partition_values v
             JOIN partitions p ON p.partition_id = v.partition_id
             WHERE v.table_id = $1 AND v.ordinal = $2 AND v.sort_key >= $3 AND v.sort_key < $4",
            &[
                table_id.into(),
                ordinal.into(),
                range.lower.clone().into(),
                upper_bound(range).into(),
            ],
        )?;
        for row in rows {
            found.push((row.bytes(0)?.to_vec(), row.integer(1)?));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

fn rows_of_ids(transaction: &mut dyn SqlTransaction, ids: &[i64]) -> Result<Vec<PartitionRow>> {
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT {} FROM partitions WHERE partition_id IN ({}) ORDER BY ordering, key_values",
        PartitionRow::COLUMNS,
        places.join(", ")
    );
    let parameters: Vec<SqlValue> = ids.iter().copied().map(SqlValue::Integer).collect();
    transaction
        .query(&sql, &parameters)?
        .iter()
        .map(PartitionRow::read)
        .collect()
}

/// A page of the ranges' partitions; ranges that are read to their end are taken away.
fn rows_of_ranges(
    transaction: &mut dyn SqlTransaction,
    table_id: i64,
    ranges: &mut VecDeque<KeyRange>,
    after: &mut Option<(Vec<u8>, String)>,
) -> Result<Vec<PartitionRow>> {
    let mut page: Vec<PartitionRow> = Vec::new();
    while let Some(range) = ranges.front() {
        let wanted = PAGE_ROWS - page.len();
        let mut parameters: Vec<SqlValue> = vec![table_id.into()];
        let beginning = match &*after {
            Some((ordering, values)) => {
                parameters.push(ordering.clone().into());
                parameters.push(upper_bound(range).into());
                parameters.push(values.as_str().into());
                "AND (ordering > $2 OR key_values > $4)"
            }
            None => {
                parameters.push(range.lower.clone().into());
                parameters.push(upper_bound(range).into());
                ""
            }
        };
        let sql = format!(
            "SELECT {} FROM partitions WHERE table_id = $1 AND ordering >= $2 AND ordering < $3
             {beginning} ORDER BY ordering, key_values LIMIT {wanted}",
            PartitionRow::COLUMNS
        );
        let rows = transaction.query(&sql, &parameters)?;
        let is_full = rows.len() >= wanted;
        for row in &rows {
            page.push(PartitionRow::read(row)?);
        }
        if is_full {
            *after = page
                .last()
                .map(|last| (last.ordering.clone(), last.values_text.clone()));
            return Ok(page);
        }
        *after = None;
        ranges.pop_front();
    }
    Ok(page)
}
