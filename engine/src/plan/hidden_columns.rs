//! The hidden columns `$path`, `$file_size`, `$file_modified_time`, `$partition` and `$bucket`: named in a query they are there, and `*`
//! leaves them out.
//!
//! A query that names none of them never sees them. In one that does, every table has them as further columns, partitioned tables alone
//! `$partition`, and those with buckets `$bucket`.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::Table;
use prismlake_catalog::partition_path::partition_path;
use prismlake_connectors::store::DataObject;
use prismlake_functions::types::Type;
use sqlparser::ast::{Expr, Ident, Query, Visit, Visitor};

use crate::analyze::relations::TableColumn;
use crate::write::bucket_of_file;

/// What a hidden column tells of a row's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HiddenColumn {
    /// Its URI.
    Path,
    /// Its size in bytes.
    FileSize,
    /// When it was modified.
    FileModifiedTime,
    /// The names of its partition's folders, `key=value/key=value`.
    Partition,
    /// The number of the bucket that its rows are of; NULL if its name tells none.
    Bucket,
}

use HiddenColumn::{Bucket, FileModifiedTime, FileSize, Partition, Path};

const ALL: [HiddenColumn; 5] = [Path, FileSize, FileModifiedTime, Partition, Bucket];

impl HiddenColumn {
    /// Those that a table has.
    pub(crate) fn of(table: &Table) -> Vec<HiddenColumn> {
        ALL.into_iter()
            .filter(|column| match column {
                Path | FileSize | FileModifiedTime => true,
                Partition => !table.partition_keys.is_empty(),
                Bucket => table.storage_descriptor.number_of_buckets > 0,
            })
            .collect()
    }

    fn name(self) -> &'static str {
        match self {
            Path => "$path",
            FileSize => "$file_size",
            FileModifiedTime => "$file_modified_time",
            Partition => "$partition",
            Bucket => "$bucket",
        }
    }

    pub(crate) fn field(self) -> FieldRef {
        let data_type = match self {
            Path | Partition => DataType::Utf8View,
            FileSize => DataType::Int64,
            FileModifiedTime => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            Bucket => DataType::Int32,
        };
        Arc::new(Field::new(self.name(), data_type, self == Bucket))
    }

    /// The column as queries see it.
    pub(crate) fn column(self) -> TableColumn {
        TableColumn {
            name: self.name().to_owned(),
            data_type: match self {
                Path | Partition => Type::VARCHAR,
                FileSize => Type::Bigint,
                FileModifiedTime => Type::TimestampWithTimeZone(3),
                Bucket => Type::Integer,
            },
            hidden: true,
        }
    }

    /// The value for a file of a partition with these values, as the catalog has them.
    pub(crate) fn value(
        self,
        object: &DataObject,
        table: &Table,
        partition: &[String],
    ) -> ScalarValue {
        match self {
            Path => ScalarValue::Utf8View(Some(object.uri.to_string())),
            FileSize => ScalarValue::Int64(i64::try_from(object.meta.size).ok()),
            FileModifiedTime => ScalarValue::TimestampMillisecond(
                Some(object.meta.last_modified.timestamp_millis()),
                Some("UTC".into()),
            ),
            Partition => {
                let keys: Vec<String> = table
                    .partition_keys
                    .iter()
                    .map(|key| key.name.clone())
                    .collect();
                ScalarValue::Utf8View(Some(partition_path(&keys, partition)))
            }
            Bucket => ScalarValue::Int32(
                bucket_of_file(object.uri.file_name())
                    .filter(|bucket| *bucket < table.storage_descriptor.number_of_buckets),
            ),
        }
    }
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
            ALL.iter()
                .any(|known| name.value.eq_ignore_ascii_case(known.name()))
        };
        self.named |= match expr {
            Expr::Identifier(name) => hidden(name),
            Expr::CompoundIdentifier(parts) => parts.last().is_some_and(hidden),
            _ => false,
        };
        ControlFlow::Continue(())
    }
}
