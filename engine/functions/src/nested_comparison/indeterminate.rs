//! Whether values have a NULL in them, so that it is unknown whether they equal others.

use arrow::array::{Array, ArrayRef, BooleanArray, ListArray, MapArray, StructArray};
use arrow::compute::{is_null, or};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::nested::{Places, places, trimmed_lists, trimmed_maps, usize_of};
use crate::types::Type;

/// For each value whether it is NULL or has a NULL in it.
pub(crate) fn indeterminate(values: &ArrayRef, data_type: &Type) -> Result<BooleanArray> {
    let nulls = match data_type {
        Type::Unknown => return Ok(BooleanArray::from(vec![true; values.len()])),
        _ => is_null(values)?,
    };
    match data_type {
        Type::Array(element) => {
            let lists = trimmed_lists(downcast_value!(values, ListArray))?;
            let elements = indeterminate(lists.values(), element)?;
            let places = places(lists.offsets(), lists.nulls());
            Ok(or(&nulls, &any_within(&places, &elements))?)
        }
        Type::Map(_, value) => {
            let maps = trimmed_maps(downcast_value!(values, MapArray))?;
            let elements = indeterminate(maps.values(), value)?;
            let places = places(maps.offsets(), maps.nulls());
            Ok(or(&nulls, &any_within(&places, &elements))?)
        }
        Type::Row(fields) => {
            let rows = downcast_value!(values, StructArray);
            let mut found = nulls;
            for (column, field) in rows.columns().iter().zip(fields) {
                found = or(&found, &indeterminate(column, &field.data_type)?)?;
            }
            Ok(found)
        }
        _ => Ok(nulls),
    }
}

fn any_within(places: &[Places], elements: &BooleanArray) -> BooleanArray {
    let any = |places: &Places| {
        places.clone().any(|place| {
            elements.values().len() > usize_of(place) && elements.value(usize_of(place))
        })
    };
    places.iter().map(|places| Some(any(places))).collect()
}
