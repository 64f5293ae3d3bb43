//! The hidden columns `$path`, `$file_size` and `$file_modified_time`: named in a query they are there, and `*` leaves them out.
//!
//! A query that names none of them never sees them. In one that does, every table has them as further columns.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::scalar::ScalarValue;
use prismlake_connectors::store::DataObject;
use prismlake_functions::types::Type;
use sqlparser::ast::{Expr, Ident, Query, Visit, Visitor};

use crate::analyze::relations::TableColumn;

/// A file's URI.
pub(crate) const PATH: &str = "$path";
/// A file's size in bytes.
pub(crate) const FILE_SIZE: &str = "$file_size";
/// When a file was modified.
pub(crate) const FILE_MODIFIED_TIME: &str = "$file_modified_time";

const NAMES: [&str; 3] = [PATH, FILE_SIZE, FILE_MODIFIED_TIME];

/// The columns' fields, in the order of [`values`].
pub(crate) fn fields() -> Vec<FieldRef> {
    let modified = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    vec![
        Arc::new(Field::new(PATH, DataType::Utf8View, false)),
        Arc::new(Field::new(FILE_SIZE, DataType::Int64, false)),
        Arc::new(Field::new(FILE_MODIFIED_TIME, modified, false)),
    ]
}

/// One file's values.
pub(crate) fn values(object: &DataObject) -> Vec<ScalarValue> {
    vec![
        ScalarValue::Utf8View(Some(object.uri.to_string())),
        ScalarValue::Int64(i64::try_from(object.meta.size).ok()),
        ScalarValue::TimestampMillisecond(
            Some(object.meta.last_modified.timestamp_millis()),
            Some("UTC".into()),
        ),
    ]
}

/// The columns as queries see them.
pub(crate) fn columns() -> Vec<TableColumn> {
    let types = [Type::VARCHAR, Type::Bigint, Type::TimestampWithTimeZone(3)];
    NAMES
        .iter()
        .zip(types)
        .map(|(name, data_type)| TableColumn {
            name: (*name).to_owned(),
            data_type,
            hidden: true,
        })
        .collect()
}

/// Whether the query names a hidden column.
pub(crate) fn are_named(query: &Query) -> bool {
    let mut finder = Finder::default();
    let _ = Visit::visit(query, &mut finder);
    finder.named
}

#[derive(Default)]
struct Finder {
    named: bool,
}

impl Visitor for Finder {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let hidden = |name: &Ident| {
            NAMES
                .iter()
                .any(|known| name.value.eq_ignore_ascii_case(known))
        };
        self.named |= match expr {
            Expr::Identifier(name) => hidden(name),
            Expr::CompoundIdentifier(parts) => parts.last().is_some_and(hidden),
            _ => false,
        };
        ControlFlow::Continue(())
    }
}
