//! Partition values between their stored text and their typed form.

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::HIVE_DEFAULT_PARTITION;

use crate::error::{ErrorCode, QueryError, Result};

/// The typed form of a stored value. Text that is no value of the key's type is an error that names both.
pub(crate) fn typed_value(key: &str, data_type: &DataType, stored: &str) -> Result<ScalarValue> {
    let invalid = || {
        QueryError::new(
            ErrorCode::HiveInvalidPartitionValue,
            format!(
                "Invalid partition value '{stored}' for partition key {key} of type {data_type}; drop the partition or change the key's type"
            ),
        )
    };
    if stored == HIVE_DEFAULT_PARTITION {
        return ScalarValue::try_from(data_type).map_err(|_| invalid());
    }
    ScalarValue::try_from_string(stored.to_owned(), data_type)
        .ok()
        .filter(|value| !value.is_null())
        .ok_or_else(invalid)
}

/// The stored text of the values of a partition key that is written.
pub(crate) fn stored_values(values: &ArrayRef) -> Result<Vec<String>> {
    let text = match values.data_type() {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => None,
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Date32
        | DataType::Decimal128(_, _)
        | DataType::Timestamp(_, _) => Some(()),
        other => {
            return Err(QueryError::not_supported(format!(
                "a partition key cannot be of type {other}; use an integer, date or string"
            )));
        }
    };
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let failed = |error: arrow::error::ArrowError| QueryError::internal(error.to_string());
    let column = match text {
        None => cast_with_options(values, &DataType::Utf8, &strict).map_err(failed)?,
        Some(()) => ArrayRef::clone(values),
    };
    let options = FormatOptions::default().with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"));
    let formatter = ArrayFormatter::try_new(&column, &options).map_err(failed)?;
    Ok((0..column.len())
        .map(|row| {
            if column.is_null(row) {
                return HIVE_DEFAULT_PARTITION.to_owned();
            }
            let value = formatter.value(row).to_string();
            if value.is_empty() {
                HIVE_DEFAULT_PARTITION.to_owned()
            } else {
                value
            }
        })
        .collect())
}
