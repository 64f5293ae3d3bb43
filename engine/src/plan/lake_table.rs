//! `LakeTable`: a table of the catalog as DataFusion scans it. Partitions are pruned and files listed when a scan is planned.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column as PhysicalColumn};
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::scalar::ScalarValue;
use prismlake_catalog::{StorageDescriptor, Table, TableName};
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::DataFormat;

use super::avro_schema;
use super::column_types::stored_type;
use super::hidden_columns::HiddenColumn;
use super::hive_arrow::arrow_type;
use super::partition_columns::differing_columns;
use super::scan_statistics::{ScanFile, scan_statistics};
use super::table_format::data_format;
use crate::error::Result;
use crate::file_statistics::ValidEntries;
use crate::prune::{self, FileFilter, KnownFile, ListedPartition, PartitionKeys, PartitionsWanted};
use crate::query::{QueryContext, ScanPlanned};

/// Files of one scan node are split over at least so many partitions' worth of files: fewer are not worth the threads.
const FILES_A_PARTITION_MIN: usize = 1;

/// A table of the catalog.
pub(crate) struct LakeTable {
    context: QueryContext,
    name: TableName,
    table: Table,
    keys: PartitionKeys,
    table_schema: TableSchema,
    hidden_columns: Vec<HiddenColumn>,
}

impl Debug for LakeTable {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("LakeTable")
            .field(&self.name)
            .finish()
    }
}

/// The columns that a table's files hold, and its partition keys, as Arrow fields.
pub(crate) fn scan_schema(table: &Table) -> Result<(SchemaRef, Vec<FieldRef>)> {
    let fields = |columns: &[prismlake_catalog::Column]| -> Result<Vec<FieldRef>> {
        columns
            .iter()
            .map(|column| {
                let parsed = stored_type(table, column)?;
                Ok(Arc::new(Field::new(
                    column.name.to_lowercase(),
                    arrow_type(&parsed),
                    true,
                )))
            })
            .collect()
    };
    let files = fields(&table.storage_descriptor.columns)?;
    Ok((Arc::new(Schema::new(files)), fields(&table.partition_keys)?))
}

impl LakeTable {
    /// The table's name in the catalog.
    pub(crate) fn name(&self) -> &TableName {
        &self.name
    }

    pub(crate) fn try_new(
        context: QueryContext,
        name: TableName,
        table: Table,
        hidden_columns: bool,
    ) -> Result<Self> {
        let (file_schema, key_fields) = scan_schema(&table)?;
        let keys = PartitionKeys::new(&table, &key_fields);
        let mut constant_fields = key_fields;
        let hidden_columns = match hidden_columns {
            true => HiddenColumn::of(&table),
            false => Vec::new(),
        };
        constant_fields.extend(hidden_columns.iter().map(|column| column.field()));
        Ok(LakeTable {
            context,
            name,
            table,
            keys,
            table_schema: TableSchema::builder(file_schema)
                .with_table_partition_cols(constant_fields)
                .build(),
            hidden_columns,
        })
    }

    /// Groups files that one scan node can read: the same store and the same format.
    fn groups(
        &self,
        partitions: Vec<ListedPartition>,
        mut entries: ValidEntries,
    ) -> Result<Vec<ScanGroup>> {
        let mut groups: Vec<ScanGroup> = Vec::new();
        let mut known: Option<KnownDescriptor> = None;
        for partition in partitions {
            let same = known
                .take()
                .filter(|known| Arc::ptr_eq(&known.descriptor, &partition.descriptor));
            let reading = match same {
                Some(known) => known,
                None => KnownDescriptor {
                    format: data_format(&partition.descriptor, &self.table.parameters)?,
                    own_columns: differing_columns(
                        &self.name,
                        &self.table,
                        &partition.values,
                        &partition.descriptor.columns,
                        self.table_schema.file_schema(),
                    )?,
                    descriptor: Arc::clone(&partition.descriptor),
                },
            };
            let KnownDescriptor {
                format,
                own_columns,
                ..
            } = known.insert(reading).clone();
            let takes_names = format.column_mapping() == ColumnMapping::ByName;
            let files = partition.objects.into_iter().map(|object| {
                let entry = entries.take(&object).map(|mut entry| {
                    // Columns that are told by their places have other names in the files, or names of others.
                    if !takes_names {
                        entry.columns.clear();
                    }
                    entry
                });
                let mut values: Vec<ScalarValue> = partition.values.clone();
                values.extend(
                    self.hidden_columns
                        .iter()
                        .map(|column| column.value(&object, &self.table, &partition.stored_values)),
                );
                ScanFile {
                    file: PartitionedFile::new_from_meta(object.meta).with_partition_values(values),
                    entry,
                }
            });
            let group = groups.iter_mut().find(|group| {
                group.format == format
                    && group.own_columns == own_columns
                    && group.store.url == partition.store.url
            });
            match group {
                Some(group) => group.files.extend(files),
                None => {
                    let files: Vec<ScanFile> = files.collect();
                    if !files.is_empty() {
                        groups.push(ScanGroup {
                            format,
                            own_columns,
                            store: partition.store,
                            files,
                        });
                    }
                }
            }
        }
        Ok(groups)
    }

    /// The catalog's entries of the files listed, where files of their format may have some.
    async fn valid_entries(&self, partitions: &[ListedPartition]) -> Result<ValidEntries> {
        let catalog = self.context.catalog().as_ref();
        let mut listed = Vec::new();
        let mut known: Option<(&Arc<StorageDescriptor>, bool)> = None;
        for partition in partitions {
            let has_footers = match known {
                Some((descriptor, has_footers))
                    if Arc::ptr_eq(descriptor, &partition.descriptor) =>
                {
                    has_footers
                }
                _ => data_format(&partition.descriptor, &self.table.parameters)?.has_footers(),
            };
            known = Some((&partition.descriptor, has_footers));
            if has_footers {
                listed.extend(&partition.objects);
            }
        }
        ValidEntries::look_up(catalog, listed.into_iter(), BTreeSet::new()).await
    }

    /// Takes out the files that the filters rule out; returns their bytes.
    fn prune_files(
        &self,
        groups: &mut Vec<ScanGroup>,
        filters: &[Expr],
        state: &dyn Session,
    ) -> Result<u64> {
        // Filters on keys have decided on partitions already.
        let filters: Vec<&Expr> = filters
            .iter()
            .filter(|filter| !self.keys.decides(filter))
            .collect();
        let constants = self.table_schema.table_partition_cols().len();
        let filter = FileFilter::plan(&filters, &self.schema(), constants, state)?;
        let Some(filter) = filter else {
            return Ok(0);
        };
        let mut bytes_pruned = 0_u64;
        for group in groups.iter_mut() {
            let known: Vec<KnownFile<'_>> = group
                .files
                .iter()
                .map(|file| KnownFile {
                    entry: file.entry.as_ref(),
                    constants: &file.file.partition_values,
                })
                .collect();
            let mut kept = filter.keeps(&known).into_iter();
            group.files.retain(|file| {
                let kept = kept.next().unwrap_or(true);
                if !kept {
                    bytes_pruned = bytes_pruned.saturating_add(file.file.object_meta.size);
                }
                kept
            });
        }
        groups.retain(|group| !group.files.is_empty());
        Ok(bytes_pruned)
    }

    fn scan_node(
        &self,
        group: ScanGroup,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
        parallelism: usize,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let ScanGroup {
            format,
            own_columns,
            store,
            files,
        } = group;
        let table_schema = match &own_columns {
            None => self.table_schema.clone(),
            Some(columns) => TableSchema::builder(Arc::new(Schema::new(columns.clone())))
                .with_table_partition_cols(self.table_schema.table_partition_cols().clone())
                .build(),
        };
        let statistics = scan_statistics(
            &table_schema,
            self.table_schema.table_schema(),
            projection,
            &files,
        );
        let files: Vec<PartitionedFile> = files
            .into_iter()
            .map(|file| file.into_partitioned(&table_schema))
            .collect();
        let source = format.source(
            table_schema,
            Arc::clone(&store.store),
            store.base.clone(),
            &self.context.parts.footers,
        );
        // A bare LIMIT reads as few files as it takes, one after the other, so that what it scans is the same every time.
        let partitions = match limit {
            Some(_) => 1,
            None => parallelism
                .min(files.len().div_ceil(FILES_A_PARTITION_MIN))
                .max(1),
        };
        let config = FileScanConfigBuilder::new(store.url, source)
            .with_file_groups(FileGroup::new(files).split_files(partitions))
            .with_limit(limit)
            .with_statistics(statistics)
            .with_expr_adapter(Some(Arc::new(format.column_mapping())))
            .with_projection_indices(projection.cloned())?
            .build();
        let scan = DataSourceExec::from_data_source(config);
        if own_columns.is_none() {
            return Ok(scan);
        }
        let declared = match projection {
            Some(projection) => Arc::new(self.schema().project(projection)?),
            None => self.schema(),
        };
        coerced(scan, &declared)
    }
}

/// The scan's columns in the types of `declared`.
fn coerced(
    scan: Arc<dyn ExecutionPlan>,
    declared: &SchemaRef,
) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    let own = scan.schema();
    let columns =
        declared
            .fields()
            .iter()
            .zip(own.fields())
            .enumerate()
            .map(|(place, (declared, own))| {
                let column: Arc<dyn PhysicalExpr> =
                    Arc::new(PhysicalColumn::new(own.name(), place));
                let column = if own.data_type() == declared.data_type() {
                    column
                } else {
                    Arc::new(CastExpr::new(column, declared.data_type().clone(), None))
                };
                ProjectionExpr::new(column, declared.name())
            });
    let columns: Vec<ProjectionExpr> = columns.collect();
    Ok(Arc::new(ProjectionExec::try_new(columns, scan)?))
}

/// What follows from a descriptor, which partitions one after the other mostly share.
#[derive(Clone)]
struct KnownDescriptor {
    descriptor: Arc<StorageDescriptor>,
    format: DataFormat,
    own_columns: Option<Vec<FieldRef>>,
}

struct ScanGroup {
    format: DataFormat,
    /// The columns as the partitions declare them, where that is not as the table does.
    own_columns: Option<Vec<FieldRef>>,
    store: prune::PartitionStore,
    files: Vec<ScanFile>,
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.table_schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let wanted = PartitionsWanted::plan(&self.keys, filters, state)?;
        let mut listing =
            prune::list_files(&self.context, &self.name, &self.table, &self.keys, wanted).await?;
        avro_schema::resolve_urls(
            &self.context,
            &mut listing.partitions,
            &self.table.parameters,
        )
        .await?;
        let entries = self.valid_entries(&listing.partitions).await?;
        let mut groups = self.groups(listing.partitions, entries)?;
        let bytes_pruned = self.prune_files(&mut groups, filters, state)?;
        self.context.accounting().scan_planned(ScanPlanned {
            partitions_total: listing.partitions_total,
            partitions_scanned: listing.partitions_scanned,
            files_total: listing.files,
            bytes_total: listing.bytes,
            bytes_pruned,
        });
        let projected = match projection {
            Some(projection) => Arc::new(self.schema().project(projection)?),
            None => self.schema(),
        };
        // A limit that other filters come before says nothing about how many rows to read.
        let limit = limit.filter(|_| filters.iter().all(|filter| self.keys.decides(filter)));
        let parallelism = state.config_options().execution.target_partitions;
        let mut nodes = groups
            .into_iter()
            .map(|group| self.scan_node(group, projection, limit, parallelism))
            .collect::<DataFusionResult<Vec<_>>>()?;
        match (nodes.pop(), nodes.is_empty()) {
            (None, _) => Ok(Arc::new(EmptyExec::new(projected))),
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                nodes.push(last);
                UnionExec::try_new(nodes)
            }
        }
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        Ok(filters
            .iter()
            .map(|filter| {
                if self.keys.decides(filter) {
                    TableProviderFilterPushDown::Exact
                } else {
                    TableProviderFilterPushDown::Inexact
                }
            })
            .collect())
    }
}
