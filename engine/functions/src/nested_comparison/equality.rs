//! Trino's `=` for values of any type.

use std::collections::HashMap;

use arrow::array::{
    Array, ArrayRef, Float32Array, Float64Array, ListArray, MapArray, StructArray, make_comparator,
};
use arrow::compute::SortOptions;
use datafusion::common::downcast_value;
use datafusion::error::Result;

use super::canonical::canonical;
use super::identity::Identity;
use super::ordering::SignOfZero;
use crate::call::as_nested;
use crate::nested::{Places, places, trimmed_lists, trimmed_maps, usize_of};
use crate::types::Type;

/// Whether the value at a place of one array equals the value at a place of another; `None` where that is unknown, for there is a NULL.
pub(crate) type Equality = Box<dyn Fn(usize, usize) -> Option<bool>>;

/// The equality of two arrays' values, both of that type.
pub(crate) fn equality(left: &ArrayRef, right: &ArrayRef, data_type: &Type) -> Result<Equality> {
    let left = as_nested(left.clone(), data_type)?;
    let right = as_nested(right.clone(), data_type)?;
    let equal = equality_of_values(&left, &right, data_type)?;
    if *data_type == Type::Unknown {
        return Ok(equal);
    }
    let nulls = (left.nulls().cloned(), right.nulls().cloned());
    Ok(match nulls {
        (None, None) => equal,
        (left_nulls, right_nulls) => Box::new(move |left, right| {
            let is_null = left_nulls.as_ref().is_some_and(|nulls| nulls.is_null(left))
                || right_nulls
                    .as_ref()
                    .is_some_and(|nulls| nulls.is_null(right));
            if is_null { None } else { equal(left, right) }
        }),
    })
}

/// The equality of values that are not NULL.
fn equality_of_values(left: &ArrayRef, right: &ArrayRef, data_type: &Type) -> Result<Equality> {
    match data_type {
        Type::Unknown => Ok(Box::new(|_, _| None)),
        Type::Real => {
            let left = downcast_value!(left, Float32Array).clone();
            let right = downcast_value!(right, Float32Array).clone();
            Ok(Box::new(move |i, j| {
                Some(left.values().get(i) == right.values().get(j))
            }))
        }
        Type::Double => {
            let left = downcast_value!(left, Float64Array).clone();
            let right = downcast_value!(right, Float64Array).clone();
            Ok(Box::new(move |i, j| {
                Some(left.values().get(i) == right.values().get(j))
            }))
        }
        Type::Array(element) => {
            let left = trimmed_lists(downcast_value!(left, ListArray))?;
            let right = trimmed_lists(downcast_value!(right, ListArray))?;
            let equal = equality(left.values(), right.values(), element)?;
            let left = places(left.offsets(), left.nulls());
            let right = places(right.offsets(), right.nulls());
            Ok(Box::new(move |i, j| {
                equal_lists(left.get(i)?, right.get(j)?, &equal)
            }))
        }
        Type::Row(fields) => {
            let left = downcast_value!(left, StructArray);
            let right = downcast_value!(right, StructArray);
            let equals = left
                .columns()
                .iter()
                .zip(right.columns())
                .zip(fields)
                .map(|((left, right), field)| equality(left, right, &field.data_type))
                .collect::<Result<Vec<_>>>()?;
            Ok(Box::new(move |i, j| {
                all_equal(equals.iter().map(|equal| equal(i, j)))
            }))
        }
        Type::Map(key, value) => {
            let left = trimmed_maps(downcast_value!(left, MapArray))?;
            let right = trimmed_maps(downcast_value!(right, MapArray))?;
            equality_of_maps(&left, &right, key, value)
        }
        _ => {
            let left = canonical(left, data_type, SignOfZero::Ignored)?;
            let right = canonical(right, data_type, SignOfZero::Ignored)?;
            let compare = make_comparator(&left, &right, SortOptions::default())?;
            Ok(Box::new(move |i, j| Some(compare(i, j).is_eq())))
        }
    }
}

fn equal_lists(left: &Places, right: &Places, equal: &Equality) -> Option<bool> {
    if left.len() != right.len() {
        return Some(false);
    }
    let pairs = left.clone().zip(right.clone());
    all_equal(pairs.map(|(left, right)| equal(usize_of(left), usize_of(right))))
}

/// A difference decides, whatever is unknown.
fn all_equal(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(true) }
}

/// Maps are equal if they have the same keys with equal values, in whatever order.
fn equality_of_maps(
    left: &MapArray,
    right: &MapArray,
    key: &Type,
    value: &Type,
) -> Result<Equality> {
    let identity = Identity::of(key)?;
    let left_keys = identity.keys(left.keys())?;
    let right_keys = identity.keys(right.keys())?;
    let equal = equality(left.values(), right.values(), value)?;
    let left = places(left.offsets(), left.nulls());
    let right = places(right.offsets(), right.nulls());
    Ok(Box::new(move |i, j| {
        let (left, right) = (left.get(i)?, right.get(j)?);
        if left.len() != right.len() {
            return Some(false);
        }
        let entries: HashMap<_, _> = right
            .clone()
            .map(|place| (right_keys.row(usize_of(place)), place))
            .collect();
        all_equal(
            left.clone()
                .map(|place| match entries.get(&left_keys.row(usize_of(place))) {
                    Some(other) => equal(usize_of(place), usize_of(*other)),
                    None => Some(false),
                }),
        )
    }))
}
