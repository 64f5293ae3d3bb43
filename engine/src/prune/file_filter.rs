//! `FileFilter`: which files a query's filters rule out by what is known of them, before anyone opens them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr_rewriter::unnormalize_col;
use datafusion::physical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::file_statistics::{ColumnBounds, FileStatistics};

use crate::error::Result;
use crate::file_statistics::typed_bounds;

/// What is known of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownFile<'a> {
    /// The catalog's entry, if it holds.
    pub(crate) entry: Option<&'a FileStatistics>,
    /// The values of the constant columns: partition keys and hidden columns.
    pub(crate) constants: &'a [ScalarValue],
}

/// A query's filters over a table's columns.
pub(crate) struct FileFilter {
    predicate: PruningPredicate,
    /// The files' columns, and the constant ones after them.
    schema: SchemaRef,
    constants: usize,
}

impl FileFilter {
    /// The filter over columns of which the last `constants` are constant in each file; `None` where nothing can be ruled out.
    pub(crate) fn plan(
        filters: &[&Expr],
        schema: &SchemaRef,
        constants: usize,
        state: &dyn Session,
    ) -> Result<Option<FileFilter>> {
        let columns = DFSchema::try_from(Arc::clone(schema))?;
        let parts: Vec<_> = filters
            .iter()
            .filter(|filter| !filter.is_volatile())
            // What cannot be told without running it is decided on the rows.
            .filter_map(|filter| {
                let filter = unnormalize_col((*filter).clone());
                state.create_physical_expr(filter, &columns).ok()
            })
            .collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let predicate = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(schema))
            .try_build(conjunction(parts));
        Ok(predicate
            .ok()
            .filter(|predicate| !predicate.always_true())
            .map(|predicate| FileFilter {
                predicate,
                schema: Arc::clone(schema),
                constants,
            }))
    }

    /// For each file whether it may have rows that match.
    pub(crate) fn keeps(&self, files: &[KnownFile<'_>]) -> Vec<bool> {
        let statistics = KnownFiles {
            filter: self,
            files,
        };
        // Statistics that cannot be compared rule nothing out.
        self.predicate
            .prune(&statistics)
            .unwrap_or_else(|_| vec![true; files.len()])
    }
}

struct KnownFiles<'a> {
    filter: &'a FileFilter,
    files: &'a [KnownFile<'a>],
}

/// A column as a file has it.
enum InFile<'a> {
    Kept(&'a ColumnBounds),
    Constant(&'a ScalarValue),
}

impl KnownFiles<'_> {
    fn column<'a>(&self, file: &KnownFile<'a>, column: &Column) -> Option<InFile<'a>> {
        let place = self.filter.schema.index_of(column.name()).ok()?;
        let first_constant = self
            .filter
            .schema
            .fields()
            .len()
            .checked_sub(self.filter.constants)?;
        match place.checked_sub(first_constant) {
            Some(constant) => file.constants.get(constant).map(InFile::Constant),
            None => file.entry?.columns.get(column.name()).map(InFile::Kept),
        }
    }

    fn bounds(
        &self,
        column: &Column,
        pick: fn((ScalarValue, ScalarValue)) -> ScalarValue,
    ) -> Option<ArrayRef> {
        let field = self.filter.schema.field_with_name(column.name()).ok()?;
        let data_type: &DataType = field.data_type();
        let unknown = ScalarValue::try_from(data_type).ok()?;
        let values = self.files.iter().map(|file| {
            let bounds = match self.column(file, column) {
                Some(InFile::Kept(kept)) => typed_bounds(kept, data_type),
                Some(InFile::Constant(value)) => Some((value.clone(), value.clone())),
                None => None,
            };
            bounds.map_or_else(|| unknown.clone(), pick)
        });
        ScalarValue::iter_to_array(values).ok()
    }
}

impl PruningStatistics for KnownFiles<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(lower, _)| lower)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(_, upper)| upper)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let counts: UInt64Array = self
            .files
            .iter()
            .map(|file| match self.column(file, column)? {
                InFile::Kept(kept) => kept.null_count,
                InFile::Constant(value) if value.is_null() => Some(file.entry?.row_count),
                InFile::Constant(_) => Some(0),
            })
            .collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts: UInt64Array = self
            .files
            .iter()
            .map(|file| Some(file.entry?.row_count))
            .collect();
        Some(Arc::new(counts))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
