//! What a Parquet footer tells of a file's rows. A bound is taken only where the format guarantees it.

use arrow::datatypes::{DataType, Field};
use datafusion::scalar::ScalarValue;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::basic::Type as PhysicalType;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use super::footer_cache::FooterCache;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::column_mapping::is_positional;
use crate::formats::footer_statistics::{Bounds, ColumnStatistics, FooterStatistics};
use crate::formats::object_reader::ObjectReader;

/// Reads a file's footer, if it is not held already.
pub async fn read_parquet_statistics(
    reader: &ObjectReader,
    footers: &FooterCache,
) -> Result<FooterStatistics> {
    let (footer, _) = footers.read(reader).await?;
    of_metadata(&footer.metadata).ok_or_else(|| {
        ConnectorError::new(
            ErrorKind::BadData,
            "not a valid Parquet file: its footer contradicts itself",
        )
        .with_uri(reader.uri())
    })
}

/// What a footer tells; `None` where its schema or its counts make no sense.
pub(super) fn of_metadata(metadata: &ParquetMetaData) -> Option<FooterStatistics> {
    let descriptor = metadata.file_metadata().schema_descr();
    let schema = parquet_to_arrow_schema(descriptor, None).ok()?;
    let mut rows: u64 = 0;
    for group in metadata.row_groups() {
        rows = rows.checked_add(u64::try_from(group.num_rows()).ok()?)?;
    }
    let mut columns = Vec::new();
    for leaf in 0..descriptor.num_columns() {
        let column = descriptor.column(leaf);
        if column.path().parts().len() != 1 || column.max_rep_level() != 0 {
            continue;
        }
        let root = descriptor.get_column_root_idx(leaf);
        let Some(field) = schema.fields().get(root) else {
            continue;
        };
        let chunks = Chunks {
            metadata,
            leaf,
            field,
            is_required: column.max_def_level() == 0,
            has_order: metadata.file_metadata().column_orders().is_some(),
        };
        columns.push(ColumnStatistics {
            name: field.name().to_lowercase(),
            data_type: field.data_type().clone(),
            bounds: chunks.bounds(),
            null_count: chunks.null_count(),
            distinct_count: chunks.distinct_count(),
        });
    }
    Some(FooterStatistics::new(rows, columns, is_positional(&schema)))
}

/// The chunks of one column.
struct Chunks<'a> {
    metadata: &'a ParquetMetaData,
    leaf: usize,
    field: &'a Field,
    is_required: bool,
    /// Whether the writer said in which order it compared.
    has_order: bool,
}

impl Chunks<'_> {
    /// The row groups that have rows, each with what it tells of the column.
    fn groups(&self) -> impl Iterator<Item = (&RowGroupMetaData, Option<&Statistics>)> {
        self.metadata
            .row_groups()
            .iter()
            .filter(|group| group.num_rows() > 0)
            .map(|group| {
                let chunk = group.columns().get(self.leaf);
                (group, chunk.and_then(|chunk| chunk.statistics()))
            })
    }

    fn nulls(&self, group: &RowGroupMetaData, told: Option<&Statistics>) -> Option<u64> {
        if self.is_required {
            return Some(0);
        }
        let rows = u64::try_from(group.num_rows()).ok()?;
        told?.null_count_opt().filter(|nulls| *nulls <= rows)
    }

    fn null_count(&self) -> Option<u64> {
        self.groups().try_fold(0_u64, |sum, (group, told)| {
            sum.checked_add(self.nulls(group, told)?)
        })
    }

    /// Values of one row group may be those of another.
    fn distinct_count(&self) -> Option<u64> {
        self.groups()
            .filter_map(|(_, told)| told?.distinct_count_opt())
            .max()
    }

    fn bounds(&self) -> Option<Bounds> {
        let descriptor = self.metadata.file_metadata().schema_descr();
        let converter =
            StatisticsConverter::from_column_index(self.leaf, self.field, descriptor).ok()?;
        let mut all: Option<Bounds> = None;
        for (group, told) in self.groups() {
            let nulls = self.nulls(group, told);
            if nulls.is_some() && nulls == u64::try_from(group.num_rows()).ok() {
                continue;
            }
            let told = told.filter(|told| self.can_be_believed(told))?;
            let lower = converter.row_group_mins([group]).ok()?;
            let upper = converter.row_group_maxes([group]).ok()?;
            let lower = ScalarValue::try_from_array(&lower, 0).ok()?;
            let upper = ScalarValue::try_from_array(&upper, 0).ok()?;
            if lower.is_null() || upper.is_null() {
                return None;
            }
            let bounds = Bounds::new(lower, upper, self.are_values(told))?;
            all = Some(match all {
                Some(known) => known.with(bounds)?,
                None => bounds,
            });
        }
        all
    }

    /// Whether what a row group tells was compared in the order of the column's type.
    ///
    /// The fields of early writers were compared as signed bytes, whatever the type; that is right for signed numbers alone. INT96
    /// has no order, and the order of what is neither number nor text is not asked for.
    fn can_be_believed(&self, told: &Statistics) -> bool {
        if told.physical_type() == PhysicalType::INT96 {
            return false;
        }
        let is_signed_number = matches!(
            told.physical_type(),
            PhysicalType::INT32 | PhysicalType::INT64 | PhysicalType::FLOAT | PhysicalType::DOUBLE
        );
        match self.field.data_type() {
            DataType::Boolean => true,
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Float32
            | DataType::Float64
            | DataType::Date32
            | DataType::Timestamp(_, _) => is_signed_number,
            DataType::Decimal32(_, _) | DataType::Decimal64(_, _) | DataType::Decimal128(_, _) => {
                is_signed_number || (!told.is_min_max_deprecated() && self.has_order)
            }
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
                !told.is_min_max_deprecated()
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                !told.is_min_max_deprecated() && self.has_order
            }
            _ => false,
        }
    }

    /// Whether the bounds are values: text may have been cut, and among floats there may be NaN and zeros of either sign.
    fn are_values(&self, told: &Statistics) -> bool {
        match self.field.data_type() {
            DataType::Float32 | DataType::Float64 => false,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                told.min_is_exact() && told.max_is_exact()
            }
            _ => true,
        }
    }
}
