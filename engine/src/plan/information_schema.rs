//! `information_schema`: the catalog's databases, tables, columns and views as rows, streamed database by database.
//!
//! Equalities with a database's and a table's name narrow what is looked up, so that asking for one table's columns reads one table.

use std::collections::HashSet;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, Operator, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{DatabaseName, Table, TableName};

use super::{CATALOG_NAME, column_types, view_definition};
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::QueryContext;

/// Tables that are looked up at once.
const LOOKUPS_AT_ONCE: usize = 16;

/// The name of this schema itself, which it lists as Trino does.
const OWN_NAME: &str = "information_schema";

/// A table of `information_schema`, by its name.
pub(super) async fn table(
    context: &QueryContext,
    catalog: &str,
    table: &str,
) -> Result<Arc<dyn TableProvider>> {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == table) else {
        return Err(QueryError::new(
            ErrorCode::TableNotFound,
            format!("Table '{catalog}.{OWN_NAME}.{table}' does not exist"),
        ));
    };
    Ok(Arc::new(InformationSchema {
        kind,
        schema: kind.schema(),
        context: context.clone(),
    }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Schemata,
    Tables,
    Columns,
    Views,
    TablePrivileges,
    Roles,
    EnabledRoles,
    ApplicableRoles,
}

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Schemata,
        Kind::Tables,
        Kind::Columns,
        Kind::Views,
        Kind::TablePrivileges,
        Kind::Roles,
        Kind::EnabledRoles,
        Kind::ApplicableRoles,
    ];

    fn name(self) -> &'static str {
        match self {
            Kind::Schemata => "schemata",
            Kind::Tables => "tables",
            Kind::Columns => "columns",
            Kind::Views => "views",
            Kind::TablePrivileges => "table_privileges",
            Kind::Roles => "roles",
            Kind::EnabledRoles => "enabled_roles",
            Kind::ApplicableRoles => "applicable_roles",
        }
    }

    fn column_names(self) -> &'static [&'static str] {
        match self {
            Kind::Schemata => &["catalog_name", "schema_name"],
            Kind::Tables => &["table_catalog", "table_schema", "table_name", "table_type"],
            Kind::Columns => &[
                "table_catalog",
                "table_schema",
                "table_name",
                "column_name",
                "ordinal_position",
                "column_default",
                "is_nullable",
                "data_type",
            ],
            Kind::Views => &[
                "table_catalog",
                "table_schema",
                "table_name",
                "view_definition",
            ],
            Kind::TablePrivileges => &[
                "grantor",
                "grantor_type",
                "grantee",
                "grantee_type",
                "table_catalog",
                "table_schema",
                "table_name",
                "privilege_type",
                "is_grantable",
                "with_hierarchy",
            ],
            Kind::Roles | Kind::EnabledRoles => &["role_name"],
            Kind::ApplicableRoles => &["grantee", "grantee_type", "role_name", "is_grantable"],
        }
    }

    fn schema(self) -> SchemaRef {
        let fields: Vec<Field> = self
            .column_names()
            .iter()
            .map(|name| {
                let stored = match *name {
                    "ordinal_position" => DataType::Int64,
                    _ => DataType::Utf8View,
                };
                Field::new(*name, stored, true)
            })
            .collect();
        Arc::new(Schema::new(fields))
    }
}

struct InformationSchema {
    kind: Kind,
    schema: SchemaRef,
    context: QueryContext,
}

impl Debug for InformationSchema {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("InformationSchema")
            .field(&self.kind)
            .finish()
    }
}

#[async_trait]
impl TableProvider for InformationSchema {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let rows = Rows {
            kind: self.kind,
            schema: Arc::clone(&self.schema),
            context: self.context.clone(),
            databases: wanted(filters, &["table_schema", "schema_name"]),
            tables: wanted(filters, &["table_name"]),
        };
        Ok(Arc::new(StreamingTableExec::try_new(
            Arc::clone(&self.schema),
            vec![Arc::new(rows)],
            projection,
            Vec::new(),
            false,
            None,
        )?))
    }
}

/// The values that filters allow one of these columns; `None` where they allow any.
fn wanted(filters: &[Expr], columns: &[&str]) -> Option<HashSet<String>> {
    filters
        .iter()
        .filter_map(|filter| match filter {
            Expr::BinaryExpr(binary) if binary.op == Operator::Eq => {
                match (binary.left.as_ref(), binary.right.as_ref()) {
                    (Expr::Column(column), Expr::Literal(value, _))
                    | (Expr::Literal(value, _), Expr::Column(column)) => columns
                        .contains(&column.name.as_str())
                        .then(|| text(value).into_iter().collect()),
                    _ => None,
                }
            }
            Expr::InList(list) if !list.negated => match list.expr.as_ref() {
                Expr::Column(column) if columns.contains(&column.name.as_str()) => list
                    .list
                    .iter()
                    .map(|item| match item {
                        Expr::Literal(value, _) => text(value),
                        _ => None,
                    })
                    .collect(),
                _ => None,
            },
            _ => None,
        })
        .reduce(|left: HashSet<String>, right| left.intersection(&right).cloned().collect())
}

fn text(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => {
            text.clone()
        }
        _ => None,
    }
}

#[derive(Clone)]
struct Rows {
    kind: Kind,
    schema: SchemaRef,
    context: QueryContext,
    databases: Option<HashSet<String>>,
    tables: Option<HashSet<String>>,
}

impl Debug for Rows {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Rows").field(&self.kind).finish()
    }
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.clone();
        let batches = futures::stream::once(async move { rows.databases().await })
            .map_ok({
                let rows = self.clone();
                move |databases| {
                    let rows = rows.clone();
                    futures::stream::iter(databases)
                        .then(move |database| {
                            let rows = rows.clone();
                            async move { rows.of_database(&database).await }
                        })
                        .map_err(DataFusionError::from)
                }
            })
            .map_err(DataFusionError::from)
            .try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            batches,
        ))
    }
}

impl Rows {
    /// The databases to list, this schema among them.
    async fn databases(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = self
            .context
            .catalog()
            .databases()
            .await?
            .into_iter()
            .map(|database| database.name.to_string())
            .collect();
        names.push(OWN_NAME.to_owned());
        if let Some(wanted) = &self.databases {
            names.retain(|name| wanted.contains(name));
        }
        Ok(names)
    }

    async fn of_database(&self, database: &str) -> Result<RecordBatch> {
        let mut rows = RowSet::new(self.kind);
        match self.kind {
            Kind::Schemata => rows.add(&[Some(CATALOG_NAME), Some(database)]),
            Kind::Roles | Kind::EnabledRoles | Kind::ApplicableRoles | Kind::TablePrivileges => {}
            Kind::Tables | Kind::Columns | Kind::Views => {
                if database == OWN_NAME {
                    self.own_rows(&mut rows);
                } else {
                    self.table_rows(database, &mut rows).await?;
                }
            }
        }
        rows.batch(&self.schema)
    }

    /// The rows of this schema's own tables.
    fn own_rows(&self, rows: &mut RowSet) {
        for kind in Kind::ALL {
            if !self.is_wanted(kind.name()) {
                continue;
            }
            match self.kind {
                Kind::Tables => rows.add(&[
                    Some(CATALOG_NAME),
                    Some(OWN_NAME),
                    Some(kind.name()),
                    Some("BASE TABLE"),
                ]),
                Kind::Columns => {
                    for (place, field) in kind.schema().fields().iter().enumerate() {
                        let data_type = match field.data_type() {
                            DataType::Int64 => "bigint",
                            _ => "varchar",
                        };
                        rows.add_column(OWN_NAME, kind.name(), field.name(), place, data_type);
                    }
                }
                _ => {}
            }
        }
    }

    fn is_wanted(&self, table: &str) -> bool {
        self.tables
            .as_ref()
            .is_none_or(|wanted| wanted.contains(table))
    }

    async fn table_rows(&self, database: &str, rows: &mut RowSet) -> Result<()> {
        let name = DatabaseName::new(database)?;
        let mut names = self.context.catalog().table_names(&name).await?;
        names.retain(|name| self.is_wanted(name));
        let mut tables = futures::stream::iter(names)
            .map(|table| {
                let context = self.context.clone();
                let database = database.to_owned();
                async move {
                    let name = TableName::new(&database, &table)?;
                    Ok::<_, QueryError>((name.clone(), context.catalog().table(&name).await?))
                }
            })
            .buffered(LOOKUPS_AT_ONCE);
        while let Some(found) = tables.next().await {
            // A table that was dropped meanwhile is none.
            if let (name, Some(table)) = found? {
                self.of_table(&name, &table, rows);
            }
        }
        Ok(())
    }

    fn of_table(&self, name: &TableName, table: &Table, rows: &mut RowSet) {
        let database = name.database.to_string();
        let is_view = table.table_type == prismlake_catalog::TableType::VirtualView;
        match self.kind {
            Kind::Tables => rows.add(&[
                Some(CATALOG_NAME),
                Some(&database),
                Some(name.table()),
                Some(if is_view { "VIEW" } else { "BASE TABLE" }),
            ]),
            Kind::Views if is_view => {
                let text = view_definition::read(name, table)
                    .map(|view| view.text)
                    .ok();
                rows.add(&[
                    Some(CATALOG_NAME),
                    Some(&database),
                    Some(name.table()),
                    text.as_deref(),
                ]);
            }
            Kind::Columns => {
                for (place, (column, data_type)) in columns_of(name, table).into_iter().enumerate()
                {
                    rows.add_column(&database, name.table(), &column, place, &data_type);
                }
            }
            _ => {}
        }
    }
}

/// A table's or a view's columns with their types as queries see them. A type that cannot be read is shown as it is stored.
fn columns_of(name: &TableName, table: &Table) -> Vec<(String, String)> {
    if table.table_type == prismlake_catalog::TableType::VirtualView
        && let Ok(view) = view_definition::read(name, table)
    {
        return view
            .columns
            .into_iter()
            .map(|(column, data_type)| (column, data_type.to_string()))
            .collect();
    }
    table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(|column| {
            let data_type = match HiveType::parse(column.type_text()) {
                Ok(hive_type) => column_types::of_hive(&hive_type).to_string(),
                Err(_) => column.type_text().to_owned(),
            };
            (column.name.to_lowercase(), data_type)
        })
        .collect()
}

/// Rows of one of the tables, gathered column by column.
struct RowSet {
    kind: Kind,
    columns: Vec<Vec<Option<String>>>,
    positions: Vec<Option<i64>>,
}

impl RowSet {
    fn new(kind: Kind) -> RowSet {
        RowSet {
            kind,
            columns: vec![Vec::new(); kind.column_names().len()],
            positions: Vec::new(),
        }
    }

    fn add(&mut self, values: &[Option<&str>]) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value.map(str::to_owned));
        }
    }

    fn add_column(
        &mut self,
        database: &str,
        table: &str,
        column: &str,
        place: usize,
        data_type: &str,
    ) {
        self.add(&[
            Some(CATALOG_NAME),
            Some(database),
            Some(table),
            Some(column),
            None,
            None,
            Some("YES"),
            Some(data_type),
        ]);
        self.positions.push(i64::try_from(place + 1).ok());
    }

    fn batch(self, schema: &SchemaRef) -> Result<RecordBatch> {
        let arrays = self
            .kind
            .column_names()
            .iter()
            .zip(self.columns)
            .map(|(name, values)| -> ArrayRef {
                if *name == "ordinal_position" {
                    Arc::new(Int64Array::from(self.positions.clone()))
                } else {
                    Arc::new(StringViewArray::from_iter(values))
                }
            })
            .collect();
        RecordBatch::try_new(Arc::clone(schema), arrays)
            .map_err(|error| QueryError::internal(error.to_string()))
    }
}
