//! The arguments of `format` as the Java objects that Trino makes of them.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int16Array,
    Int64Array, StringViewArray, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::Call;
use crate::cast::{OnFailure, cast_values, coercion};
use crate::types::Type;
use crate::types::time_zone::TimeZone;
use crate::value_text::LocalTimestamp;

/// A value that is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Argument<'a> {
    Null,
    Boolean(bool),
    Long(i64),
    Float(f32),
    Double(f64),
    Decimal(i128, u8),
    Text(&'a str),
    /// Days since 1970-01-01.
    Date(i64),
    /// Nanoseconds of the day.
    Time(i64),
    Timestamp(LocalTimestamp),
    /// An instant and its zone.
    Zoned(LocalTimestamp, TimeZone),
}

impl Argument<'_> {
    /// The name of the Java class, which messages show.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Argument::Null => "null",
            Argument::Boolean(_) => "java.lang.Boolean",
            Argument::Long(_) => "java.lang.Long",
            Argument::Float(_) => "java.lang.Float",
            Argument::Double(_) => "java.lang.Double",
            Argument::Decimal(..) => "java.math.BigDecimal",
            Argument::Text(_) => "java.lang.String",
            Argument::Date(_) => "java.time.LocalDate",
            Argument::Time(_) => "java.time.LocalTime",
            Argument::Timestamp(_) => "java.time.LocalDateTime",
            Argument::Zoned(..) => "java.time.ZonedDateTime",
        }
    }
}

/// An argument's values, one a row.
#[derive(Debug)]
pub(super) struct ArgumentColumn {
    nulls: Option<NullBuffer>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Null,
    Boolean(BooleanArray),
    Long(Int64Array),
    Float(Float32Array),
    Double(Float64Array),
    Decimal(Decimal128Array, u8),
    Text(StringViewArray),
    Date(Int64Array),
    Time(Int64Array),
    /// Nanoseconds or microseconds, and how many of them a second has.
    Timestamp(Int64Array, i64),
    Zoned(Int64Array, i64, Int16Array),
}

/// Whether values of a type can be written.
pub(super) fn is_formattable(data_type: &Type) -> bool {
    match data_type {
        Type::Unknown | Type::Json | Type::Varchar(_) | Type::Char(_) => true,
        other => coercion(other, &Type::VARCHAR).is_some(),
    }
}

/// The array as one of a Rust type.
fn stored<T: Array + Clone + 'static>(values: &ArrayRef) -> Result<T> {
    match values.as_any().downcast_ref::<T>() {
        Some(values) => Ok(values.clone()),
        None => exec_err!("an argument of format is stored as {}", values.data_type()),
    }
}

fn counts(values: &ArrayRef) -> Result<Int64Array> {
    stored(&cast(values, &DataType::Int64)?)
}

fn units_per_second(stored: &DataType) -> i64 {
    match stored {
        DataType::Timestamp(TimeUnit::Nanosecond, _) => 1_000_000_000,
        _ => 1_000_000,
    }
}

impl ArgumentColumn {
    pub(super) fn new(values: &ArrayRef, data_type: &Type) -> Result<ArgumentColumn> {
        let prepared = match data_type {
            Type::Unknown => Values::Null,
            Type::Boolean => Values::Boolean(stored(values)?),
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint => {
                Values::Long(counts(values)?)
            }
            Type::Real => Values::Float(stored(values)?),
            Type::Double => Values::Double(stored(values)?),
            Type::Decimal { scale, .. } => Values::Decimal(stored(values)?, *scale),
            Type::Varchar(_) | Type::Json => {
                Values::Text(stored(&cast(values, &DataType::Utf8View)?)?)
            }
            Type::Date => Values::Date(counts(&cast(values, &DataType::Int32)?)?),
            Type::Time(_) => {
                let nanos = cast(values, &DataType::Time64(TimeUnit::Nanosecond))?;
                Values::Time(counts(&nanos)?)
            }
            Type::Timestamp(_) => {
                Values::Timestamp(counts(values)?, units_per_second(values.data_type()))
            }
            Type::TimestampWithTimeZone(_) => {
                let parts: StructArray = stored(values)?;
                let [instants, zones] = parts.columns() else {
                    return exec_err!("a timestamp with time zone has two parts");
                };
                Values::Zoned(
                    counts(instants)?,
                    units_per_second(instants.data_type()),
                    stored(zones)?,
                )
            }
            other => {
                let texts = cast_values(values, other, &Type::VARCHAR, OnFailure::Error)?;
                Values::Text(stored(&texts)?)
            }
        };
        Ok(ArgumentColumn {
            nulls: values.logical_nulls(),
            values: prepared,
        })
    }

    pub(super) fn value(&self, row: usize) -> Argument<'_> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Argument::Null;
        }
        match &self.values {
            Values::Null => Argument::Null,
            Values::Boolean(values) => Argument::Boolean(values.value(row)),
            Values::Long(values) => Argument::Long(values.value(row)),
            Values::Float(values) => Argument::Float(values.value(row)),
            Values::Double(values) => Argument::Double(values.value(row)),
            Values::Decimal(values, scale) => Argument::Decimal(values.value(row), *scale),
            Values::Text(values) => Argument::Text(values.value(row)),
            Values::Date(values) => Argument::Date(values.value(row)),
            Values::Time(values) => Argument::Time(values.value(row)),
            Values::Timestamp(values, units) => {
                Argument::Timestamp(LocalTimestamp::from_units(values.value(row), *units))
            }
            Values::Zoned(values, units, zones) => Argument::Zoned(
                LocalTimestamp::from_units(values.value(row), *units),
                TimeZone::from_key(zones.value(row)),
            ),
        }
    }
}

/// The columns of a call's arguments after the format string.
pub(super) fn argument_columns(call: &Call<'_>) -> Result<Vec<ArgumentColumn>> {
    (1..call.len())
        .map(|place| {
            let values = call.array(place)?;
            ArgumentColumn::new(&values, call.argument_type(place))
        })
        .collect()
}
