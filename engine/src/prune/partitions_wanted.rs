//! `PartitionsWanted`: a query's filters on partition keys, for the catalog to narrow by and for us to decide by.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatchOptions};
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, utils::conjunction};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::scalar::ScalarValue;
use prismlake_catalog::{KeyType, PartitionPredicate, Table};

use super::partition_filter::catalog_predicate;
use crate::error::Result;

/// A table's partition keys.
#[derive(Debug, Clone)]
pub(crate) struct PartitionKeys {
    pub(crate) schema: SchemaRef,
    pub(crate) names: Vec<String>,
    kinds: Vec<(String, KeyType)>,
}

impl PartitionKeys {
    pub(crate) fn new(table: &Table, fields: &[FieldRef]) -> Self {
        let kinds: Vec<(String, KeyType)> = table
            .partition_keys
            .iter()
            .map(|key| (key.name.to_lowercase(), KeyType::of(key.type_text())))
            .collect();
        PartitionKeys {
            schema: Arc::new(Schema::new(fields.to_vec())),
            names: kinds.iter().map(|(name, _)| name.clone()).collect(),
            kinds,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether the keys alone decide the filter, so that it needs no second look at the rows.
    pub(crate) fn decides(&self, filter: &Expr) -> bool {
        let columns = filter.column_refs();
        !filter.is_volatile()
            && !columns.is_empty()
            && columns
                .iter()
                .all(|column| self.names.contains(&column.name))
    }
}

/// Which partitions a scan needs.
#[derive(Debug, Clone)]
pub(crate) struct PartitionsWanted {
    /// What the catalog narrows by. It may keep more than are wanted.
    pub(crate) predicate: PartitionPredicate,
    decision: Option<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
}

impl PartitionsWanted {
    /// Those that the filters on keys keep.
    pub(crate) fn plan(
        keys: &PartitionKeys,
        filters: &[Expr],
        state: &dyn Session,
    ) -> Result<Self> {
        let decided: Vec<Expr> = filters
            .iter()
            .filter(|filter| keys.decides(filter))
            .map(unqualified)
            .collect();
        let predicates: Vec<PartitionPredicate> = decided
            .iter()
            .map(|filter| catalog_predicate(filter, &keys.kinds))
            .collect();
        let decision = match conjunction(decided) {
            Some(filter) => {
                let schema = DFSchema::try_from(Arc::clone(&keys.schema))?;
                Some(state.create_physical_expr(filter, &schema)?)
            }
            None => None,
        };
        Ok(PartitionsWanted {
            predicate: PartitionPredicate::And(predicates),
            decision,
            schema: Arc::clone(&keys.schema),
        })
    }

    /// For each partition's typed values whether it is wanted.
    pub(crate) fn decide(&self, partitions: &[Vec<ScalarValue>]) -> Result<Vec<bool>> {
        let Some(decision) = &self.decision else {
            return Ok(vec![true; partitions.len()]);
        };
        if partitions.is_empty() {
            return Ok(Vec::new());
        }
        let columns = (0..self.schema.fields().len())
            .map(|key| {
                ScalarValue::iter_to_array(
                    partitions
                        .iter()
                        .filter_map(|values| values.get(key).cloned()),
                )
            })
            .collect::<datafusion::error::Result<Vec<ArrayRef>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(partitions.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(datafusion::error::DataFusionError::from)?;
        let kept = decision.evaluate(&batch)?.into_array(partitions.len())?;
        let kept = kept.as_boolean();
        Ok(kept.iter().map(|kept| kept == Some(true)).collect())
    }
}

/// The filter without table names: keys are looked up by their own.
fn unqualified(filter: &Expr) -> Expr {
    datafusion::logical_expr::expr_rewriter::unnormalize_col(filter.clone())
}
