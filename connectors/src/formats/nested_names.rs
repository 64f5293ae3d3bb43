//! Fields of structs under the names that they are declared by: Hive's are lower case, a file's need not be.

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::nested_arrays::with_children;

/// The stored type with its structs' fields called as the declared type calls them, whatever their case.
pub(super) fn renamed(stored: &DataType, declared: &DataType) -> DataType {
    let child = |stored: &FieldRef, declared: &FieldRef| -> FieldRef {
        let data_type = renamed(stored.data_type(), declared.data_type());
        Arc::new(stored.as_ref().clone().with_data_type(data_type))
    };
    match (stored, declared) {
        (DataType::List(stored), DataType::List(declared)) => {
            DataType::List(child(stored, declared))
        }
        (DataType::Map(stored, sorted), DataType::Map(declared, _)) => {
            DataType::Map(entries(stored, declared), *sorted)
        }
        (DataType::Struct(stored), DataType::Struct(declared)) => {
            let mut fields: Vec<FieldRef> = stored
                .iter()
                .map(|stored| match declared_as(stored, declared) {
                    Some(declared) => {
                        let field = child(stored, declared).as_ref().clone();
                        Arc::new(field.with_name(declared.name()))
                    }
                    None => Arc::clone(stored),
                })
                .collect();
            // A struct that has none of the declared fields is one of NULLs, which a cast would not take it for.
            let has_any = stored
                .iter()
                .any(|stored| declared_as(stored, declared).is_some());
            if !has_any && let Some(first) = declared.first() {
                fields.push(Arc::new(first.as_ref().clone().with_nullable(true)));
            }
            DataType::Struct(fields.into())
        }
        _ => stored.clone(),
    }
}

/// A map's key and value find each other by place.
fn entries(stored: &FieldRef, declared: &FieldRef) -> FieldRef {
    let (DataType::Struct(fields), DataType::Struct(declared)) =
        (stored.data_type(), declared.data_type())
    else {
        return Arc::clone(stored);
    };
    let fields = fields
        .iter()
        .zip(declared)
        .map(|(stored, declared)| {
            let data_type = renamed(stored.data_type(), declared.data_type());
            Arc::new(stored.as_ref().clone().with_data_type(data_type))
        })
        .collect();
    Arc::new(
        stored
            .as_ref()
            .clone()
            .with_data_type(DataType::Struct(fields)),
    )
}

fn declared_as<'a>(stored: &Field, declared: &'a arrow::datatypes::Fields) -> Option<&'a FieldRef> {
    declared
        .iter()
        .find(|declared| declared.name().eq_ignore_ascii_case(stored.name()))
}

/// An expression whose values are the same under other names of nested fields.
#[derive(Debug, Clone, Eq)]
pub(super) struct RenamedFields {
    inner: Arc<dyn PhysicalExpr>,
    data_type: DataType,
}

impl RenamedFields {
    /// `data_type` differs from the expression's in names alone.
    pub(super) fn new(inner: Arc<dyn PhysicalExpr>, data_type: DataType) -> Self {
        RenamedFields { inner, data_type }
    }
}

impl PartialEq for RenamedFields {
    fn eq(&self, other: &Self) -> bool {
        self.inner.eq(&other.inner) && self.data_type == other.data_type
    }
}

impl Hash for RenamedFields {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
        self.data_type.hash(state);
    }
}

impl Display for RenamedFields {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.inner, formatter)
    }
}

impl PhysicalExpr for RenamedFields {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.inner.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let values = self.inner.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(with_type(&values, &self.data_type)?))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.inner]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let inner = children.pop().unwrap_or_else(|| Arc::clone(&self.inner));
        Ok(Arc::new(RenamedFields::new(inner, self.data_type.clone())))
    }

    fn fmt_sql(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.inner.fmt_sql(formatter)
    }
}

/// The same values in a type that differs in names alone, and in fields that structs have more of.
fn with_type(array: &ArrayRef, data_type: &DataType) -> std::result::Result<ArrayRef, ArrowError> {
    if array.data_type() == data_type {
        return Ok(Arc::clone(array));
    }
    if let (DataType::Struct(fields), Some(structs)) = (data_type, array.as_struct_opt()) {
        let columns = fields
            .iter()
            .enumerate()
            .map(|(place, field)| match structs.columns().get(place) {
                Some(column) => with_type(column, field.data_type()),
                None => Ok(new_null_array(field.data_type(), structs.len())),
            })
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let nulls = structs.nulls().cloned();
        let structs =
            StructArray::try_new_with_length(fields.clone(), columns, nulls, structs.len())?;
        return Ok(Arc::new(structs));
    }
    let child_type = match data_type {
        DataType::List(child) | DataType::Map(child, _) => Some(child.data_type()),
        _ => None,
    };
    let children = with_children(array, &mut |_, _, child| match child_type {
        Some(data_type) => with_type(child, data_type),
        None => Ok(Arc::clone(child)),
    })?;
    let array = children.unwrap_or_else(|| Arc::clone(array));
    // What is left are this array's own fields' names.
    let data = array.to_data().into_builder().data_type(data_type.clone());
    Ok(arrow::array::make_array(data.build()?))
}
