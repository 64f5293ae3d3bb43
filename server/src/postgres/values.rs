//! A value's bytes on the wire, in text or in PostgreSQL's binary form.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType,
};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::{BufMut, BytesMut};
use pgwire::api::Type;
use pgwire::api::results::{FieldFormat, FieldInfo};
use pgwire::messages::data::DataRow;
use prismlake_engine::{QueryError, ResultText, Type as ColumnType, column_type, instants};

/// Days from 1970 to 2000, where PostgreSQL counts from.
const EPOCH_DAYS: i32 = 10_957;
/// Microseconds from 1970 to 2000.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The rows of a batch as messages.
pub(super) fn data_rows(
    batch: &RecordBatch,
    fields: &[FieldInfo],
) -> Result<Vec<DataRow>, QueryError> {
    let columns = batch
        .columns()
        .iter()
        .zip(batch.schema_ref().fields())
        .zip(fields)
        .map(|((column, declared), field)| WireColumn::new(column, &column_type(declared), field))
        .collect::<Result<Vec<_>, _>>()?;
    let count = i16::try_from(columns.len())
        .map_err(|_| QueryError::not_supported("a result has more than 32,767 columns"))?;
    (0..batch.num_rows())
        .map(|row| {
            let mut data = BytesMut::new();
            for column in &columns {
                column.append(row, &mut data)?;
            }
            Ok(DataRow::new(data, count))
        })
        .collect()
}

/// A column in the Arrow type that its wire form is made from.
struct WireColumn {
    values: ArrayRef,
    /// The values as text, for types that PostgreSQL has not and for numbers.
    text: ResultText,
    kind: Type,
    binary: bool,
}

impl WireColumn {
    fn new(
        column: &ArrayRef,
        data_type: &ColumnType,
        field: &FieldInfo,
    ) -> Result<Self, QueryError> {
        let kind = field.datatype().clone();
        let target = match kind {
            Type::INT2 => Some(DataType::Int16),
            Type::INT4 => Some(DataType::Int32),
            Type::INT8 => Some(DataType::Int64),
            Type::FLOAT4 => Some(DataType::Float32),
            Type::FLOAT8 => Some(DataType::Float64),
            Type::DATE => Some(DataType::Date32),
            Type::TIMESTAMP | Type::TIMESTAMPTZ => {
                Some(DataType::Timestamp(TimeUnit::Microsecond, None))
            }
            Type::BYTEA => Some(DataType::Binary),
            _ => None,
        };
        let failed = |error: arrow::error::ArrowError| QueryError::internal(error.to_string());
        let text = ResultText::new(column, data_type)
            .map_err(|error| QueryError::internal(error.to_string()))?;
        let column = &match data_type {
            ColumnType::TimestampWithTimeZone(_) => instants(column).map_err(failed)?,
            _ => ArrayRef::clone(column),
        };
        let values = match target {
            Some(target) if target != *column.data_type() => {
                cast(column, &target).map_err(failed)?
            }
            _ => ArrayRef::clone(column),
        };
        Ok(WireColumn {
            values,
            text,
            binary: field.format() == FieldFormat::Binary,
            kind,
        })
    }

    /// Appends the value's length and bytes; NULL has the length -1.
    fn append(&self, row: usize, data: &mut BytesMut) -> Result<(), QueryError> {
        if self.values.is_null(row) || *self.values.data_type() == DataType::Null {
            data.put_i32(-1);
            return Ok(());
        }
        let bytes = match (self.binary, &self.kind) {
            (true, kind) => self.binary_value(row, kind)?,
            (false, _) => self.text_value(row)?.into_bytes(),
        };
        let length = i32::try_from(bytes.len())
            .map_err(|_| QueryError::not_supported("a value has more than 2 GB"))?;
        data.put_i32(length);
        data.put_slice(&bytes);
        Ok(())
    }

    fn binary_value(&self, row: usize, kind: &Type) -> Result<Vec<u8>, QueryError> {
        let values = &self.values;
        Ok(match *kind {
            Type::BOOL => vec![u8::from(values.as_boolean().value(row))],
            Type::INT2 => values
                .as_primitive::<Int16Type>()
                .value(row)
                .to_be_bytes()
                .to_vec(),
            Type::INT4 => values
                .as_primitive::<Int32Type>()
                .value(row)
                .to_be_bytes()
                .to_vec(),
            Type::INT8 => values
                .as_primitive::<Int64Type>()
                .value(row)
                .to_be_bytes()
                .to_vec(),
            Type::FLOAT4 => values
                .as_primitive::<Float32Type>()
                .value(row)
                .to_be_bytes()
                .to_vec(),
            Type::FLOAT8 => values
                .as_primitive::<Float64Type>()
                .value(row)
                .to_be_bytes()
                .to_vec(),
            Type::DATE => values
                .as_primitive::<Date32Type>()
                .value(row)
                .saturating_sub(EPOCH_DAYS)
                .to_be_bytes()
                .to_vec(),
            Type::TIMESTAMP | Type::TIMESTAMPTZ => values
                .as_primitive::<TimestampMicrosecondType>()
                .value(row)
                .saturating_sub(EPOCH_MICROS)
                .to_be_bytes()
                .to_vec(),
            Type::BYTEA => values.as_binary::<i32>().value(row).to_vec(),
            Type::NUMERIC => numeric(&self.text_value(row)?),
            _ => self.text_value(row)?.into_bytes(),
        })
    }

    fn text_value(&self, row: usize) -> Result<String, QueryError> {
        let values = &self.values;
        Ok(match self.kind {
            Type::BOOL => if values.as_boolean().value(row) {
                "t"
            } else {
                "f"
            }
            .to_owned(),
            Type::FLOAT4 => float(&values.as_primitive::<Float32Type>().value(row).to_string()),
            Type::FLOAT8 => float(&values.as_primitive::<Float64Type>().value(row).to_string()),
            Type::BYTEA => {
                let bytes = values.as_binary::<i32>().value(row);
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("\\x{digits}")
            }
            Type::TIMESTAMP => formatted(values, row, "%Y-%m-%d %H:%M:%S%.f")?,
            Type::TIMESTAMPTZ => format!("{}+00", formatted(values, row, "%Y-%m-%d %H:%M:%S%.f")?),
            _ => {
                let mut text = String::new();
                // Writing to a String cannot fail.
                let _ = self.text.write(row, &mut text);
                text
            }
        })
    }
}

/// Rust and PostgreSQL differ in how they spell what is no number.
fn float(text: &str) -> String {
    match text {
        "inf" => "Infinity".to_owned(),
        "-inf" => "-Infinity".to_owned(),
        other => other.to_owned(),
    }
}

fn formatted(values: &ArrayRef, row: usize, time: &str) -> Result<String, QueryError> {
    let options = FormatOptions::default().with_timestamp_format(Some(time));
    ArrayFormatter::try_new(values.as_ref(), &options)
        .and_then(|formatter| formatter.value(row).try_to_string())
        .map_err(|error| QueryError::internal(error.to_string()))
}

/// PostgreSQL's binary numeric: digits of base 10,000 around the point, their weight, the sign, and how many digits to show.
fn numeric(text: &str) -> Vec<u8> {
    const POSITIVE: u16 = 0;
    const NEGATIVE: u16 = 0x4000;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (NEGATIVE, digits),
        None => (POSITIVE, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = |text: String, front: bool| {
        let missing = (4 - text.len() % 4) % 4;
        if front {
            format!("{}{text}", "0".repeat(missing))
        } else {
            format!("{text}{}", "0".repeat(missing))
        }
    };
    let whole_groups = padded(whole.to_owned(), true);
    let all = format!("{whole_groups}{}", padded(fraction.to_owned(), false));
    let mut groups: Vec<i16> = all
        .as_bytes()
        .chunks(4)
        .map(|group| {
            group.iter().fold(0, |value, digit| {
                value * 10 + i16::from(digit.wrapping_sub(b'0'))
            })
        })
        .collect();
    let mut weight = i16::try_from(whole_groups.len() / 4).unwrap_or(0) - 1;
    while groups.first() == Some(&0) {
        groups.remove(0);
        weight -= 1;
    }
    while groups.last() == Some(&0) {
        groups.pop();
    }
    if groups.is_empty() {
        weight = 0;
    }
    let mut bytes = Vec::with_capacity(8 + groups.len() * 2);
    bytes.put_i16(i16::try_from(groups.len()).unwrap_or(0));
    bytes.put_i16(weight);
    bytes.put_u16(sign);
    bytes.put_u16(u16::try_from(fraction.len()).unwrap_or(0));
    for group in groups {
        bytes.put_i16(group);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::numeric;

    #[test]
    fn numerics_are_digits_of_base_10000() {
        // 12345.678: digits 1, 2345, 6780; weight 1; scale 3.
        assert_eq!(
            numeric("12345.678"),
            [0, 3, 0, 1, 0, 0, 0, 3, 0, 1, 9, 41, 26, 124]
        );
        assert_eq!(numeric("0"), [0, 0, 0, 0, 0, 0, 0, 0]);
        // -0.0001: digit 1 with weight -1.
        assert_eq!(numeric("-0.0001"), [0, 1, 255, 255, 64, 0, 0, 4, 0, 1]);
    }
}
