//! `SometimesNull`: a value that is NULL in some rows of the plan above, whatever is known of it below.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

/// Its value is the other's, of which nothing may be concluded: it says that it is volatile.
#[derive(Debug, Eq)]
pub(super) struct SometimesNull {
    value: Arc<dyn PhysicalExpr>,
}

impl SometimesNull {
    pub(super) fn of(value: Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        Arc::new(SometimesNull { value })
    }
}

// Not derived: comparison of trait objects would be one by value.
impl PartialEq for SometimesNull {
    fn eq(&self, other: &SometimesNull) -> bool {
        *self.value == *other.value
    }
}

impl Hash for SometimesNull {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl fmt::Display for SometimesNull {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

impl PhysicalExpr for SometimesNull {
    fn data_type(&self, input_schema: &Schema) -> Result<DataType> {
        self.value.data_type(input_schema)
    }

    fn nullable(&self, input_schema: &Schema) -> Result<bool> {
        self.value.nullable(input_schema)
    }

    fn return_field(&self, input_schema: &Schema) -> Result<FieldRef> {
        self.value.return_field(input_schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.value.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.value]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let Ok([value]) = <[Arc<dyn PhysicalExpr>; 1]>::try_from(children) else {
            return Err(DataFusionError::Internal(
                "a value that is sometimes NULL is one".to_owned(),
            ));
        };
        Ok(SometimesNull::of(value))
    }

    fn is_volatile_node(&self) -> bool {
        true
    }

    fn fmt_sql(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt_sql(formatter)
    }
}
