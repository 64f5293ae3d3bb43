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
use prismlake_catalog::{KeyType, PartitionPredicate, Table, TableName};

use super::partition_filter::catalog_predicate;
use crate::error::Result;
use crate::plan::partition_values::typed_value;
use crate::query::QueryContext;

/// Different values of one key that a filter is asked of at most: some milliseconds of looking them up.
const VALUES_ASKED_MAX: usize = 5_000;

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
    /// Filters of one key that `predicate` says nothing of.
    of_one_key: Vec<(usize, Arc<dyn PhysicalExpr>)>,
    kinds: Vec<KeyType>,
    schema: SchemaRef,
}

impl PartitionsWanted {
    /// Those that the filters on keys keep.
    pub(crate) fn plan(
        keys: &PartitionKeys,
        filters: &[Expr],
        state: &dyn Session,
    ) -> Result<Self> {
        // What was a filter on keys may have been simplified to a constant since it was taken: `region = NULL`.
        let is_constant =
            |filter: &&Expr| matches!(filter, Expr::Literal(ScalarValue::Boolean(_), _));
        let decided: Vec<Expr> = filters
            .iter()
            .filter(|filter| keys.decides(filter) || is_constant(filter))
            .map(unqualified)
            .collect();
        let schema = DFSchema::try_from(Arc::clone(&keys.schema))?;
        let mut predicates = Vec::new();
        let mut of_one_key = Vec::new();
        for filter in &decided {
            if let Some(predicate) = catalog_predicate(filter, &keys.kinds) {
                predicates.push(predicate);
                continue;
            }
            let columns = filter.column_refs();
            let mut named = keys
                .names
                .iter()
                .enumerate()
                .filter(|(_, name)| columns.iter().any(|column| column.name == **name));
            if let (Some((ordinal, _)), None) = (named.next(), named.next()) {
                let decision = state.create_physical_expr(filter.clone(), &schema)?;
                of_one_key.push((ordinal, decision));
            }
        }
        let decision = match conjunction(decided) {
            Some(filter) => Some(state.create_physical_expr(filter, &schema)?),
            None => None,
        };
        Ok(PartitionsWanted {
            predicate: PartitionPredicate::And(predicates),
            decision,
            of_one_key,
            kinds: keys.kinds.iter().map(|(_, kind)| *kind).collect(),
            schema: Arc::clone(&keys.schema),
        })
    }

    /// Narrows by the filters that the catalog has no word for but that concern one key alone, such as functions and casts:
    /// they are asked of the key's different values, which are few where partitions are many.
    pub(crate) async fn narrow(&mut self, context: &QueryContext, name: &TableName) -> Result<()> {
        for (ordinal, decision) in std::mem::take(&mut self.of_one_key) {
            let values = context
                .catalog()
                .distinct_key_values(name, ordinal, VALUES_ASKED_MAX)
                .await?;
            let (Some(values), Some(kind), Some(field)) = (
                values,
                self.kinds.get(ordinal),
                self.schema.fields().get(ordinal),
            ) else {
                continue;
            };
            // What the filter fails on may be a value that other filters leave aside: it is left to the partitions kept.
            let Ok(kept) = kept_values(&decision, &self.schema, ordinal, field, &values) else {
                continue;
            };
            let mut literals = Vec::new();
            let mut parts = Vec::new();
            for (stored, kept) in values.iter().zip(kept) {
                match (kept, kind.parse(stored)) {
                    (false, _) => {}
                    (true, Some(literal)) => literals.push(literal),
                    (true, None) => parts.push(PartitionPredicate::IsNull(ordinal)),
                }
            }
            parts.push(PartitionPredicate::In(ordinal, literals));
            let narrowed = PartitionPredicate::Or(parts);
            let before = std::mem::replace(&mut self.predicate, PartitionPredicate::All);
            self.predicate = PartitionPredicate::And(vec![before, narrowed]);
        }
        Ok(())
    }

    /// For each partition's typed values whether it is wanted.
    pub(crate) fn decide(&self, partitions: &[Vec<ScalarValue>]) -> Result<Vec<bool>> {
        match &self.decision {
            Some(decision) => decide(decision, &self.schema, partitions),
            None => Ok(vec![true; partitions.len()]),
        }
    }
}

/// For each stored value of a key whether a filter of that key keeps it.
fn kept_values(
    decision: &Arc<dyn PhysicalExpr>,
    schema: &SchemaRef,
    ordinal: usize,
    field: &FieldRef,
    values: &[String],
) -> Result<Vec<bool>> {
    let rows = values
        .iter()
        .map(|stored| {
            let mut row = nulls(schema)?;
            let value = typed_value(field.name(), field.data_type(), stored)?;
            if let Some(place) = row.get_mut(ordinal) {
                *place = value;
            }
            Ok(row)
        })
        .collect::<Result<Vec<_>>>()?;
    decide(decision, schema, &rows)
}

/// One row of NULLs.
fn nulls(schema: &SchemaRef) -> Result<Vec<ScalarValue>> {
    let values = schema
        .fields()
        .iter()
        .map(|field| ScalarValue::try_from(field.data_type()))
        .collect::<datafusion::error::Result<_>>()?;
    Ok(values)
}

/// For each row of typed values whether the decision is true.
fn decide(
    decision: &Arc<dyn PhysicalExpr>,
    schema: &SchemaRef,
    partitions: &[Vec<ScalarValue>],
) -> Result<Vec<bool>> {
    if partitions.is_empty() {
        return Ok(Vec::new());
    }
    let columns = (0..schema.fields().len())
        .map(|key| {
            ScalarValue::iter_to_array(
                partitions
                    .iter()
                    .filter_map(|values| values.get(key).cloned()),
            )
        })
        .collect::<datafusion::error::Result<Vec<ArrayRef>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(partitions.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(datafusion::error::DataFusionError::from)?;
    let kept = decision.evaluate(&batch)?.into_array(partitions.len())?;
    let kept = kept.as_boolean();
    Ok(kept.iter().map(|kept| kept == Some(true)).collect())
}

/// The filter without table names: keys are looked up by their own.
fn unqualified(filter: &Expr) -> Expr {
    datafusion::logical_expr::expr_rewriter::unnormalize_col(filter.clone())
}
