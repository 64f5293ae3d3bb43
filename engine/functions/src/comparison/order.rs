//! The order of values, nested ones included, where Arrow's is not Trino's: of NaN, of values with time zone, and of NULL within arrays and
//! rows, which is an error.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, make_comparator};
use arrow::buffer::NullBuffer;
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Float32Type, Float64Type, Int16Type, Int64Type, TimeUnit,
};
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

/// Compares the value in a row of one array with that in a row of another. Neither is NULL.
pub(super) type Comparator =
    Box<dyn Fn(usize, usize) -> Result<Ordering, FunctionError> + Send + Sync>;

/// Where NaN comes among other floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NanPlace {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// The comparator of two arrays of values of a type.
pub(super) fn comparator(
    left: &ArrayRef,
    right: &ArrayRef,
    data_type: &Type,
    nan: NanPlace,
) -> Result<Comparator> {
    match data_type {
        // Such values are NULL, and never compared.
        Type::Unknown => Ok(Box::new(|_, _| Ok(Ordering::Equal))),
        Type::Real => floats::<Float32Type>(left, right, nan, f32::is_nan, f32::total_cmp),
        Type::Double => floats::<Float64Type>(left, right, nan, f64::is_nan, f64::total_cmp),
        Type::TimestampWithTimeZone(_) => {
            let (left, right) = (structs(left)?, structs(right)?);
            // The instants alone count, not the zones.
            plain(left.column(0), right.column(0))
        }
        Type::TimeWithTimeZone(_) => times_of_day(structs(left)?, structs(right)?),
        Type::Array(element) => arrays(left, right, element, nan),
        Type::Row(fields) => {
            let (left, right) = (structs(left)?, structs(right)?);
            let types = fields.iter().map(|field| &field.data_type);
            rows(left, right, types, nan)
        }
        _ => plain(left, right),
    }
}

fn structs(array: &ArrayRef) -> Result<&StructArray> {
    match array.as_struct_opt() {
        Some(structs) => Ok(structs),
        None => exec_err!(
            "values are stored as {}, not as a struct",
            array.data_type()
        ),
    }
}

/// By Arrow's own comparison.
fn plain(left: &ArrayRef, right: &ArrayRef) -> Result<Comparator> {
    let compare = make_comparator(left, right, SortOptions::default())?;
    Ok(Box::new(move |left, right| Ok(compare(left, right))))
}

fn floats<T: ArrowPrimitiveType>(
    left: &ArrayRef,
    right: &ArrayRef,
    nan: NanPlace,
    is_nan: fn(T::Native) -> bool,
    compare: fn(&T::Native, &T::Native) -> Ordering,
) -> Result<Comparator> {
    let (Some(left), Some(right)) = (left.as_primitive_opt::<T>(), right.as_primitive_opt::<T>())
    else {
        return exec_err!("values are stored as {}, not as floats", left.data_type());
    };
    let (left, right) = (left.values().clone(), right.values().clone());
    Ok(Box::new(move |left_row, right_row| {
        let left = left.get(left_row).copied().unwrap_or_default();
        let right = right.get(right_row).copied().unwrap_or_default();
        let ordering = match (is_nan(left), is_nan(right)) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => return Ok(compare(&left, &right)),
        };
        Ok(match nan {
            NanPlace::First => ordering.reverse(),
            NanPlace::Last => ordering,
        })
    }))
}

/// Local times at offsets from UTC, by their times of day in UTC.
fn times_of_day(left: &StructArray, right: &StructArray) -> Result<Comparator> {
    let of_utc = |structs: &StructArray| -> Result<Vec<i64>> {
        let minute = match structs.column(0).data_type() {
            DataType::Time64(TimeUnit::Nanosecond) => 60_000_000_000,
            _ => 60_000_000,
        };
        let times = cast(structs.column(0), &DataType::Int64)?;
        let times = times.as_primitive::<Int64Type>().values();
        let Some(offsets) = structs.column(1).as_primitive_opt::<Int16Type>() else {
            return exec_err!("offsets are stored as {}", structs.column(1).data_type());
        };
        Ok(times
            .iter()
            .zip(offsets.values())
            .map(|(time, offset)| {
                let day: i64 = minute * 24 * 60;
                time.wrapping_sub(i64::from(*offset).wrapping_mul(minute))
                    .rem_euclid(day)
            })
            .collect())
    };
    let (left, right) = (of_utc(left)?, of_utc(right)?);
    Ok(Box::new(move |left_row, right_row| {
        Ok(left.get(left_row).cmp(&right.get(right_row)))
    }))
}

/// Element by element; of an array and a longer one that starts with it, it is the less.
fn arrays(left: &ArrayRef, right: &ArrayRef, element: &Type, nan: NanPlace) -> Result<Comparator> {
    let (Some(left), Some(right)) = (left.as_list_opt::<i32>(), right.as_list_opt::<i32>()) else {
        return exec_err!("values are stored as {}, not as a list", left.data_type());
    };
    let compare = comparator(left.values(), right.values(), element, nan)?;
    let (left_nulls, right_nulls) = (
        left.values().logical_nulls(),
        right.values().logical_nulls(),
    );
    let (left, right) = (left.clone(), right.clone());
    Ok(Box::new(move |left_row, right_row| {
        let (left_places, right_places) = (extent(&left, left_row), extent(&right, right_row));
        let lengths = left_places.len().cmp(&right_places.len());
        for (left_place, right_place) in left_places.zip(right_places) {
            if is_null(&left_nulls, left_place) || is_null(&right_nulls, right_place) {
                return Err(not_comparable(
                    "ARRAY comparison not supported for arrays with null elements",
                ));
            }
            match compare(left_place, right_place)? {
                Ordering::Equal => {}
                decided => return Ok(decided),
            }
        }
        Ok(lengths)
    }))
}

fn extent(lists: &ListArray, row: usize) -> std::ops::Range<usize> {
    let offset = |place: usize| {
        let offset = lists.offsets().get(place).copied().unwrap_or_default();
        usize::try_from(offset).unwrap_or_default()
    };
    offset(row)..offset(row + 1)
}

/// Field by field.
fn rows<'a>(
    left: &StructArray,
    right: &StructArray,
    types: impl Iterator<Item = &'a Type>,
    nan: NanPlace,
) -> Result<Comparator> {
    let fields = left
        .columns()
        .iter()
        .zip(right.columns())
        .zip(types)
        .map(|((left, right), data_type)| {
            let compare = comparator(left, right, data_type, nan)?;
            Ok((left.logical_nulls(), right.logical_nulls(), compare))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Box::new(move |left_row, right_row| {
        for (left_nulls, right_nulls, compare) in &fields {
            if is_null(left_nulls, left_row) || is_null(right_nulls, right_row) {
                return Err(not_comparable(
                    "ROW comparison not supported for fields with null elements",
                ));
            }
            match compare(left_row, right_row)? {
                Ordering::Equal => {}
                decided => return Ok(decided),
            }
        }
        Ok(Ordering::Equal)
    }))
}

fn is_null(nulls: &Option<NullBuffer>, place: usize) -> bool {
    nulls.as_ref().is_some_and(|nulls| nulls.is_null(place))
}

fn not_comparable(message: &str) -> FunctionError {
    FunctionError::new(FunctionErrorCode::NotSupported, message)
}
