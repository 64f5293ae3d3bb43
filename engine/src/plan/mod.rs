//! Planning: names resolve against the catalog, tables become scans, and queries become plans.

mod aggregate_filters;
mod avro_schema;
pub(crate) mod column_types;
mod cooperative_joins;
mod cross_joins;
mod decorrelation;
mod grouping_set_keys;
mod hidden_columns;
pub(crate) mod hive_arrow;
mod information_schema;
mod join_sizes;
mod key_aggregates;
mod lake_table;
mod missing_sorts;
mod outer_join_constants;
mod partition_columns;
mod partition_rows;
pub(crate) mod partition_values;
mod query_plan;
mod query_rows;
mod relation_lookup;
mod result_columns;
mod scan_statistics;
mod session;
mod sometimes_null;
mod subquery_predicates;
pub(crate) mod table_format;
pub(crate) mod view_definition;
pub(crate) mod write_format;

pub(crate) use lake_table::{LakeTable, scan_schema};
pub(crate) use query_plan::{PlannedQuery, TypedQuery, plan_query, type_query};
pub use result_columns::{TYPE_METADATA, column_type, exchanged, exchanged_schema, instants};
pub(crate) use session::base_session;

/// The catalog's name in three-part names, as Athena has it.
pub(crate) const CATALOG_NAME: &str = "awsdatacatalog";
/// The catalog of what the service knows of itself, as Trino has it.
pub(crate) const SYSTEM_CATALOG_NAME: &str = "system";
