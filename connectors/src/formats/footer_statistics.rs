//! `FooterStatistics`: what a file's footer tells of its rows, in one form for every format that has a footer.

use std::collections::HashMap;

use arrow::datatypes::DataType;
use datafusion::scalar::ScalarValue;

use super::data_format::DataFormat;
use super::object_reader::ObjectReader;
use super::orc::read_orc_statistics;
use super::parquet::{FooterCache, read_parquet_statistics};
use crate::error::Result;

/// What a footer tells of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FooterStatistics {
    /// The file's rows.
    pub rows: u64,
    /// Its scalar columns at the top level, by names in lower case. A name that two columns share is left out, and so are the
    /// names of a file whose columns have none but their places.
    pub columns: Vec<ColumnStatistics>,
}

/// What a footer tells of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnStatistics {
    /// The column's name in lower case.
    pub name: String,
    /// The type that the file has it in.
    pub data_type: DataType,
    /// Between which values the others lie.
    pub bounds: Option<Bounds>,
    /// Rows that are NULL.
    pub null_count: Option<u64>,
    /// About how many values there are: at least so many.
    pub distinct_count: Option<u64>,
}

/// Bounds of all values that are neither NULL nor NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    /// No value is less.
    pub lower: ScalarValue,
    /// No value is greater.
    pub upper: ScalarValue,
    /// Whether both are values of the column, and it has no NaN.
    pub are_exact: bool,
}

/// Reads what the footer of a file tells; `None` for formats that have none.
pub async fn read_footer_statistics(
    format: &DataFormat,
    reader: ObjectReader,
    footers: &FooterCache,
) -> Result<Option<FooterStatistics>> {
    match format {
        DataFormat::Parquet(_) => read_parquet_statistics(&reader, footers).await.map(Some),
        DataFormat::Orc(_) => read_orc_statistics(reader).await.map(Some),
        DataFormat::Rows(_) => Ok(None),
    }
}

impl FooterStatistics {
    /// Leaves out what cannot be told apart by name in lower case.
    pub(super) fn new(rows: u64, mut columns: Vec<ColumnStatistics>, is_positional: bool) -> Self {
        if is_positional {
            columns.clear();
        }
        let mut names: HashMap<String, usize> = HashMap::new();
        for column in &columns {
            *names.entry(column.name.clone()).or_default() += 1;
        }
        columns.retain(|column| names.get(&column.name) == Some(&1));
        FooterStatistics { rows, columns }
    }
}

impl Bounds {
    /// Bounds that are not the wrong way round. Zeros take the sign that bounds both, as writers differ in it.
    pub(super) fn new(lower: ScalarValue, upper: ScalarValue, are_exact: bool) -> Option<Bounds> {
        let signed = |value: ScalarValue, zero: f64| match value {
            ScalarValue::Float32(Some(value)) if value.is_nan() => None,
            ScalarValue::Float64(Some(value)) if value.is_nan() => None,
            ScalarValue::Float32(Some(0.0)) => {
                ScalarValue::from(zero).cast_to(&DataType::Float32).ok()
            }
            ScalarValue::Float64(Some(0.0)) => Some(ScalarValue::from(zero)),
            other => Some(other),
        };
        let (lower, upper) = (signed(lower, -0.0)?, signed(upper, 0.0)?);
        let in_order = matches!(
            lower.partial_cmp(&upper),
            Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
        );
        in_order.then_some(Bounds {
            lower,
            upper,
            are_exact,
        })
    }

    /// Bounds of the values of both.
    pub(super) fn with(self, other: Bounds) -> Option<Bounds> {
        let lower = match self.lower.partial_cmp(&other.lower)? {
            std::cmp::Ordering::Greater => other.lower,
            _ => self.lower,
        };
        let upper = match self.upper.partial_cmp(&other.upper)? {
            std::cmp::Ordering::Less => other.upper,
            _ => self.upper,
        };
        Bounds::new(lower, upper, self.are_exact && other.are_exact)
    }
}
