//! `ColumnMapping`: how a table's columns find theirs in a file, by name or by position, and which types may differ.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapter, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};

use super::nested_names::{RenamedFields, renamed as renamed_fields};
use crate::error::{ConnectorError, ErrorKind};

/// How a table's columns find theirs in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ColumnMapping {
    /// By name, whatever the case: Hive's names are lower case, a file's need not be.
    #[default]
    ByName,
    /// By position, as `orc.column.index.access` and `parquet.column.index.access` ask.
    ByPosition,
}

impl ColumnMapping {
    /// For each table column the file's column that it reads; `None` where the file has none and the column is NULL.
    pub fn resolve(self, table: &Schema, file: &Schema) -> Vec<Option<usize>> {
        let by_position = self == ColumnMapping::ByPosition || is_positional(file);
        table
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                if by_position {
                    return (index < file.fields().len()).then_some(index);
                }
                file.index_of(field.name()).ok().or_else(|| {
                    file.fields().iter().position(|candidate| {
                        candidate.name().eq_ignore_ascii_case(field.name())
                            || candidate.name().to_lowercase() == *field.name()
                    })
                })
            })
            .collect()
    }
}

/// Early versions of Hive wrote ORC files whose columns are called `_col0`, `_col1`, …: only their order means anything.
pub(super) fn is_positional(file: &Schema) -> bool {
    !file.fields().is_empty()
        && file
            .fields()
            .iter()
            .enumerate()
            .all(|(index, field)| *field.name() == format!("_col{index}"))
}

impl PhysicalExprAdapterFactory for ColumnMapping {
    fn create(
        &self,
        logical_file_schema: SchemaRef,
        physical_file_schema: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let mapping = self.resolve(&logical_file_schema, &physical_file_schema);
        Ok(Arc::new(MappedColumns::new(
            mapping,
            logical_file_schema,
            physical_file_schema,
        )))
    }
}

/// A name that no table column can have.
fn unmatched_name(index: usize) -> String {
    format!("\u{0}{index}")
}

/// Rewrites expressions over a table's columns to the columns of one file, once it is known which reads which.
#[derive(Debug)]
pub(super) struct MappedColumns {
    inner: DefaultPhysicalExprAdapter,
    /// The file's columns as the default adapter is shown them.
    shown: SchemaRef,
    mapping: Vec<Option<usize>>,
    logical: SchemaRef,
    physical: SchemaRef,
}

impl MappedColumns {
    /// `mapping` has for each logical column the physical one that it reads.
    pub(super) fn new(
        mapping: Vec<Option<usize>>,
        logical: SchemaRef,
        physical: SchemaRef,
    ) -> Self {
        // The default adapter matches by exact name, so it is shown the file's columns under the table's names.
        let mut renamed: Vec<Field> = physical
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| field.as_ref().clone().with_name(unmatched_name(index)))
            .collect();
        for (declared, column) in logical.fields().iter().zip(&mapping) {
            if let Some(target) = column.and_then(|index| renamed.get_mut(index)) {
                let data_type = renamed_fields(target.data_type(), declared.data_type());
                *target = target
                    .clone()
                    .with_name(declared.name())
                    .with_data_type(data_type);
            }
        }
        let shown = Arc::new(Schema::new(renamed));
        MappedColumns {
            inner: DefaultPhysicalExprAdapter::new(Arc::clone(&logical), Arc::clone(&shown)),
            shown,
            mapping,
            logical,
            physical,
        }
    }

    /// Refuses the columns of `expression` that the file has in a type which theirs cannot read.
    fn check(&self, expression: &Arc<dyn PhysicalExpr>) -> Result<()> {
        for column in datafusion::physical_expr::utils::collect_columns(expression) {
            let Ok(index) = self.logical.index_of(column.name()) else {
                continue;
            };
            let Some(physical) = self.mapping.get(index).copied().flatten() else {
                continue;
            };
            let declared = self.logical.field(index);
            let found = self.physical.field(physical);
            if !reads(declared.data_type(), found.data_type()) {
                return Err(DataFusionError::External(Box::new(ConnectorError::new(
                    ErrorKind::TypeContradiction,
                    format!(
                        "column '{}' is declared as {} and the file's column '{}' is {}; change the table's column type",
                        declared.name(),
                        declared.data_type(),
                        found.name(),
                        found.data_type()
                    ),
                ))));
            }
        }
        Ok(())
    }
}

impl PhysicalExprAdapter for MappedColumns {
    fn rewrite(&self, expression: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        self.check(&expression)?;
        let adapted = self.inner.rewrite(expression)?;
        // Back to the file's own names: statistics and projections are looked up by them.
        adapted
            .transform_down(|node| {
                let Some(column) = node.downcast_ref::<Column>() else {
                    return Ok(Transformed::no(node));
                };
                let Some(field) = self.physical.fields().get(column.index()) else {
                    return Ok(Transformed::no(node));
                };
                let Some(shown) = self.shown.fields().get(column.index()) else {
                    return Ok(Transformed::no(node));
                };
                let same_type = shown.data_type() == field.data_type();
                if field.name() == column.name() && same_type {
                    return Ok(Transformed::no(node));
                }
                let own: Arc<dyn PhysicalExpr> =
                    Arc::new(Column::new(field.name(), column.index()));
                // What was put in place of a column is not looked at again.
                Ok(Transformed::new(
                    if same_type {
                        own
                    } else {
                        Arc::new(RenamedFields::new(own, shown.data_type().clone()))
                    },
                    true,
                    TreeNodeRecursion::Jump,
                ))
            })
            .data()
    }
}

/// Whether a column declared as `declared` can read values stored as `stored`: the same kind of value, and no narrower.
pub fn reads(declared: &DataType, stored: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256,
        Dictionary, FixedSizeBinary, Float16, Float32, Float64, LargeBinary, LargeList, LargeUtf8,
        List, ListView, Map, Null, Struct, Timestamp, Utf8, Utf8View,
    };
    match (declared, stored) {
        (_, Null) => true,
        (declared, stored) if declared == stored => true,
        (declared, Dictionary(_, value)) => reads(declared, value),
        (Utf8 | LargeUtf8 | Utf8View, Utf8 | LargeUtf8 | Utf8View) => true,
        (Utf8 | LargeUtf8 | Utf8View, Binary | LargeBinary | BinaryView) => true,
        (
            Binary | LargeBinary | BinaryView,
            Binary | LargeBinary | BinaryView | FixedSizeBinary(_) | Utf8 | LargeUtf8 | Utf8View,
        ) => true,
        (Boolean, _) => false,
        (Float32, Float16) | (Float64, Float16 | Float32) => true,
        (Float64, stored) if integer_digits(stored).is_some_and(|digits| digits <= 10) => true,
        (
            Decimal128(precision, scale),
            Decimal32(stored_precision, stored_scale)
            | Decimal64(stored_precision, stored_scale)
            | Decimal128(stored_precision, stored_scale)
            | Decimal256(stored_precision, stored_scale),
        ) => {
            scale >= stored_scale
                && i16::from(*precision) - i16::from(*scale)
                    >= i16::from(*stored_precision) - i16::from(*stored_scale)
        }
        (Decimal128(precision, scale), stored) => integer_digits(stored)
            .is_some_and(|digits| i16::from(*precision) - i16::from(*scale) >= i16::from(digits)),
        (Timestamp(_, _), Timestamp(_, _)) => true,
        (Date32, Date64) => true,
        (
            List(declared) | LargeList(declared),
            List(stored) | LargeList(stored) | ListView(stored),
        ) => reads(declared.data_type(), stored.data_type()),
        (Map(declared, _), Map(stored, _)) => match (declared.data_type(), stored.data_type()) {
            (Struct(declared), Struct(stored)) => {
                declared.len() == stored.len()
                    && declared
                        .iter()
                        .zip(stored)
                        .all(|(declared, stored)| reads(declared.data_type(), stored.data_type()))
            }
            _ => false,
        },
        (Struct(declared), Struct(stored)) => declared.iter().all(|declared| {
            stored
                .iter()
                .find(|stored| stored.name().eq_ignore_ascii_case(declared.name()))
                .is_none_or(|stored| reads(declared.data_type(), stored.data_type()))
        }),
        (declared, stored) => match (integer_rank(declared), integer_rank(stored)) {
            (Some(declared), Some(stored)) => declared >= stored,
            _ => false,
        },
    }
}

/// Orders integer types by the values they hold; an unsigned type needs the next wider signed one.
fn integer_rank(data_type: &DataType) -> Option<u8> {
    match data_type {
        DataType::Int8 => Some(1),
        DataType::Int16 | DataType::UInt8 => Some(2),
        DataType::Int32 | DataType::UInt16 => Some(3),
        DataType::Int64 | DataType::UInt32 => Some(4),
        _ => None,
    }
}

/// Decimal digits that hold every value of an integer type.
fn integer_digits(data_type: &DataType) -> Option<u8> {
    match data_type {
        DataType::Int8 | DataType::UInt8 => Some(3),
        DataType::Int16 | DataType::UInt16 => Some(5),
        DataType::Int32 | DataType::UInt32 => Some(10),
        DataType::Int64 => Some(19),
        DataType::UInt64 => Some(20),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn a_wider_type_reads_a_narrower_column_and_never_the_reverse() {
        use DataType::{Decimal128, Float32, Float64, Int8, Int32, Int64, Utf8, Utf8View};
        for (declared, stored) in [
            (Int64, Int32),
            (Float64, Float32),
            (Float64, Int32),
            (Decimal128(12, 2), Decimal128(9, 2)),
            (Decimal128(20, 0), Int64),
            (Utf8View, Utf8),
            (
                DataType::Timestamp(TimeUnit::Microsecond, None),
                DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
            ),
        ] {
            assert!(reads(&declared, &stored), "{declared} should read {stored}");
        }
        for (declared, stored) in [
            (Int32, Int64),
            (Int8, Int32),
            (Float32, Float64),
            (Utf8View, Int32),
            (Int64, Utf8),
            (Decimal128(9, 2), Decimal128(12, 2)),
            (DataType::Boolean, Int32),
        ] {
            assert!(
                !reads(&declared, &stored),
                "{declared} should not read {stored}"
            );
        }
    }

    #[test]
    fn columns_match_by_name_whatever_the_case_and_by_position_when_asked() {
        let table = Schema::new(vec![
            Field::new("userid", DataType::Int64, true),
            Field::new("absent", DataType::Int64, true),
        ]);
        let file = Schema::new(vec![
            Field::new("x", DataType::Int64, true),
            Field::new("userId", DataType::Int64, true),
        ]);
        assert_eq!(
            ColumnMapping::ByName.resolve(&table, &file),
            vec![Some(1), None]
        );
        assert_eq!(
            ColumnMapping::ByPosition.resolve(&table, &file),
            vec![Some(0), Some(1)]
        );
    }

    #[test]
    fn files_of_early_hive_map_by_position() {
        let table = Schema::new(vec![Field::new("id", DataType::Int64, true)]);
        let file = Schema::new(vec![Field::new("_col0", DataType::Int64, true)]);
        assert_eq!(ColumnMapping::ByName.resolve(&table, &file), vec![Some(0)]);
    }
}
