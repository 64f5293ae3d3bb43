//! Times and timestamps as the 64-bit numbers that Arrow stores: reading the columns of calls, and making the columns of results.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, Date32Array, Int16Array, Int64Array, StringViewArray, StructArray,
    make_array,
};
use arrow::buffer::{Buffer, ScalarBuffer};
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::{downcast_value, exec_err};
use datafusion::error::{DataFusionError, Result};

use crate::call::Call;
use crate::error::FunctionError;
use crate::types::Type;
use crate::types::time_zone::OffsetCache;

/// Units a second of what is stored in microseconds.
pub(crate) const MICROS: i64 = 1_000_000;

/// Units a second of what is stored in nanoseconds.
pub(crate) const NANOS: i64 = 1_000_000_000;

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

pub(crate) const MILLIS_PER_DAY: i64 = SECONDS_PER_DAY * 1_000;

/// The digits of a second that a type has.
pub(crate) fn precision(data_type: &Type) -> u8 {
    match data_type {
        Type::Time(digits)
        | Type::TimeWithTimeZone(digits)
        | Type::Timestamp(digits)
        | Type::TimestampWithTimeZone(digits) => *digits,
        _ => 0,
    }
}

/// The units a second in which values of a type are stored.
pub(crate) fn units_per_second(data_type: &Type) -> i64 {
    if precision(data_type) <= 6 {
        MICROS
    } else {
        NANOS
    }
}

/// Calls a kernel that is generic over units a second with those of an argument's type.
macro_rules! with_units {
    ($call:expr, $place:expr, $kernel:ident $(::<$($parameter:ty),+>)? ($($argument:expr),*)) => {
        if $crate::datetime::columns::units_per_second($call.argument_type($place))
            == $crate::datetime::columns::MICROS
        {
            $kernel::<$($($parameter,)+)? { $crate::datetime::columns::MICROS }>($($argument),*)
        } else {
            $kernel::<$($($parameter,)+)? { $crate::datetime::columns::NANOS }>($($argument),*)
        }
    };
}
pub(crate) use with_units;

/// The numbers of a column whose values are 64 bits wide.
pub(crate) fn numbers(array: &dyn Array) -> Result<ScalarBuffer<i64>> {
    let data = array.to_data();
    match (data.data_type().primitive_width(), data.buffers()) {
        (Some(8), [values]) => Ok(ScalarBuffer::new(values.clone(), data.offset(), data.len())),
        _ => exec_err!("{} is not stored in 64 bits", data.data_type()),
    }
}

/// The numbers of an argument whose values are 64 bits wide.
pub(crate) fn argument_numbers(call: &Call<'_>, place: usize) -> Result<ScalarBuffer<i64>> {
    numbers(&call.array(place)?)
}

/// The days of a `date` argument.
pub(crate) fn argument_days(call: &Call<'_>, place: usize) -> Result<ScalarBuffer<i32>> {
    Ok(call.primitives::<Date32Type>(place)?.values().clone())
}

/// A column of a type that is stored in 64 bits.
pub(crate) fn number_column(data_type: DataType, values: Vec<i64>) -> Result<ArrayRef> {
    let data = ArrayData::builder(data_type)
        .len(values.len())
        .add_buffer(Buffer::from_vec(values))
        .build()?;
    Ok(make_array(data))
}

/// A column of the type that a call returns, if that is stored in 64 bits.
pub(crate) fn returned_numbers(call: &Call<'_>, values: Vec<i64>) -> Result<ArrayRef> {
    number_column(call.returns().arrow(), values)
}

/// A `bigint` column.
pub(crate) fn bigint_column(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

/// A `date` column of days that the calls' kernels have made sure to fit.
pub(crate) fn date_column(values: Vec<i32>) -> ArrayRef {
    Arc::new(Date32Array::from(values))
}

/// A day as a `date` holds it.
pub(crate) fn date_from_days(days: i64) -> Result<i32, FunctionError> {
    i32::try_from(days)
        .map_err(|_| FunctionError::out_of_range(format!("Date out of range: {days} days")))
}

/// The failure of a timestamp that 64 bits cannot hold.
pub(crate) fn timestamp_out_of_range() -> FunctionError {
    FunctionError::out_of_range("Timestamp out of range")
}

/// A value a row, computed from the row's place and value. Rows with a NULL argument may fail; they get any value.
#[inline]
pub(crate) fn each_row<A: Copy, T: Default>(
    call: &Call<'_>,
    values: &[A],
    mut compute: impl FnMut(usize, A) -> Result<T, FunctionError>,
) -> Result<Vec<T>> {
    let mut results = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        match compute(row, *value) {
            Ok(result) => results.push(result),
            Err(_) if call.is_null(row) => results.push(T::default()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(results)
}

/// A number a row, computed from the row's value in a loop that does not stop where there is none; `failure` is the error of values
/// without a number in rows without a NULL argument.
#[inline]
pub(crate) fn each_number(
    call: &Call<'_>,
    values: &[i64],
    compute: impl Fn(i64) -> Option<i64>,
    failure: impl Fn(i64) -> FunctionError,
) -> Result<Vec<i64>> {
    let mut failed = false;
    let results = values.iter().map(|value| match compute(*value) {
        Some(result) => result,
        None => {
            failed = true;
            0
        }
    });
    let results = results.collect();
    if failed {
        let rows = values.iter().enumerate();
        for (row, value) in rows {
            if !call.is_null(row) && compute(*value).is_none() {
                return Err(failure(*value).into());
            }
        }
    }
    Ok(results)
}

/// A value a row, computed from the rows' values of two arguments.
#[inline]
pub(crate) fn each_pair<A: Copy, B: Copy, T: Default>(
    call: &Call<'_>,
    left: &[A],
    right: &[B],
    compute: impl Fn(A, B) -> Result<T, FunctionError>,
) -> Result<Vec<T>> {
    let mut right = right.iter();
    each_row(call, left, |_, left| match right.next() {
        Some(right) => compute(left, *right),
        None => Err(FunctionError::argument("an argument is missing")),
    })
}

/// A value a row, computed from a text argument. Rows with a NULL argument get `nothing`.
pub(crate) fn each_text<T: Copy>(
    call: &Call<'_>,
    place: usize,
    nothing: T,
    mut compute: impl FnMut(usize, &str) -> Result<T, FunctionError>,
) -> Result<Vec<T>> {
    let texts = call.strings(place)?;
    let mut results = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        results.push(match text {
            Some(text) if !call.is_null(row) => compute(row, text)?,
            _ => nothing,
        });
    }
    Ok(results)
}

/// A `timestamp with time zone` column: instants and the keys of their zones.
pub(crate) struct Zoned {
    pub(crate) instants: ScalarBuffer<i64>,
    pub(crate) zones: ScalarBuffer<i16>,
}

impl Zoned {
    /// The values of an argument.
    pub(crate) fn argument(call: &Call<'_>, place: usize) -> Result<Zoned> {
        let rows = call.structs(place)?;
        let [instants, zones] = rows.columns() else {
            return exec_err!("argument {place} is not stored as a timestamp with time zone");
        };
        Ok(Zoned {
            instants: numbers(instants)?,
            zones: downcast_value!(zones, Int16Array).values().clone(),
        })
    }

    /// A value a row, computed from its instant and the seconds east of UTC at it.
    #[inline]
    pub(crate) fn each<T: Default, const PER_SECOND: i64>(
        &self,
        call: &Call<'_>,
        compute: impl Fn(i64, i64) -> Result<T, FunctionError>,
    ) -> Result<Vec<T>> {
        let mut cache = OffsetCache::new();
        let mut results = Vec::with_capacity(self.instants.len());
        for (row, (instant, zone)) in self.instants.iter().zip(self.zones.iter()).enumerate() {
            let offset = cache.offset_at(*zone, instant.div_euclid(PER_SECOND));
            match compute(*instant, offset) {
                Ok(result) => results.push(result),
                Err(_) if call.is_null(row) => results.push(T::default()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(results)
    }

    /// A column of those instants and zones.
    pub(crate) fn column(
        data_type: &Type,
        instants: Vec<i64>,
        zones: ScalarBuffer<i16>,
    ) -> Result<ArrayRef> {
        pair_column(data_type, instants, zones)
    }
}

/// A `time with time zone` column: local times and the offsets of their zones in minutes.
pub(crate) struct OffsetTimes {
    pub(crate) times: ScalarBuffer<i64>,
    pub(crate) offsets: ScalarBuffer<i16>,
}

impl OffsetTimes {
    /// The values of an argument.
    pub(crate) fn argument(call: &Call<'_>, place: usize) -> Result<OffsetTimes> {
        let Zoned { instants, zones } = Zoned::argument(call, place)?;
        Ok(OffsetTimes {
            times: instants,
            offsets: zones,
        })
    }

    /// A column of those times and offsets.
    pub(crate) fn column(
        data_type: &Type,
        times: Vec<i64>,
        offsets: ScalarBuffer<i16>,
    ) -> Result<ArrayRef> {
        pair_column(data_type, times, offsets)
    }
}

fn pair_column(data_type: &Type, numbers: Vec<i64>, keys: ScalarBuffer<i16>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = data_type.arrow() else {
        return Err(DataFusionError::Internal(format!(
            "{data_type} is not stored with a time zone"
        )));
    };
    let first = match fields.first() {
        Some(field) => field.data_type().clone(),
        None => DataType::Null,
    };
    let columns = vec![
        number_column(first, numbers)?,
        Arc::new(Int16Array::new(keys, None)) as ArrayRef,
    ];
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}

/// What a text argument is prepared into: once where it is constant, else again only where it changes from row to row.
pub(crate) enum Prepared<T> {
    Constant(T),
    Varying {
        texts: StringViewArray,
        prepare: fn(&str) -> Result<T, FunctionError>,
        last: Option<(String, T)>,
    },
}

impl<T> Prepared<T> {
    /// Prepares a constant argument. Without rows nothing is prepared, for nothing may fail.
    pub(crate) fn argument(
        call: &Call<'_>,
        place: usize,
        prepare: fn(&str) -> Result<T, FunctionError>,
    ) -> Result<Prepared<T>> {
        Ok(match call.constant_text(place).filter(|_| call.rows > 0) {
            Some(text) => Prepared::Constant(prepare(text)?),
            None => Prepared::Varying {
                texts: call.strings(place)?,
                prepare,
                last: None,
            },
        })
    }

    /// What a constant argument is prepared into.
    pub(crate) fn constant(&self) -> Option<&T> {
        match self {
            Prepared::Constant(prepared) => Some(prepared),
            Prepared::Varying { .. } => None,
        }
    }

    /// What the argument of a row is prepared into.
    #[inline]
    pub(crate) fn at(&mut self, row: usize) -> Result<&T, FunctionError> {
        match self {
            Prepared::Constant(prepared) => Ok(prepared),
            Prepared::Varying {
                texts,
                prepare,
                last,
            } => {
                let text = if row < texts.len() {
                    texts.value(row)
                } else {
                    ""
                };
                let known = match last.take() {
                    Some((known, prepared)) if known == text => (known, prepared),
                    _ => (text.to_owned(), prepare(text)?),
                };
                Ok(&last.insert(known).1)
            }
        }
    }
}
