//! Collections in Arrow arrays: where the elements of each row lie, and lists and maps made of chosen elements.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field};
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::{Call, as_nested};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

/// Places of elements; Arrow's lists have at most 2^31 - 1 of them.
pub(crate) type Places = Range<u32>;

/// The places of each row's elements; none where the row is NULL.
pub(crate) fn places(offsets: &OffsetBuffer<i32>, nulls: Option<&NullBuffer>) -> Vec<Places> {
    let bounds = offsets.windows(2).enumerate();
    bounds
        .map(|(row, window)| {
            let present = nulls.is_none_or(|nulls| nulls.is_valid(row));
            match window {
                &[start, end] if present => start.unsigned_abs()..end.unsigned_abs(),
                _ => 0..0,
            }
        })
        .collect()
}

/// An array argument, and the places of each row's elements; none where any argument is NULL.
pub(crate) fn list_argument(call: &Call<'_>, place: usize) -> Result<(ListArray, Vec<Places>)> {
    let lists = trimmed_lists(&call.lists(place)?)?;
    let places = places(lists.offsets(), call.nulls());
    Ok((lists, places))
}

/// A map argument, and the places of each row's entries; none where any argument is NULL.
pub(crate) fn map_argument(call: &Call<'_>, place: usize) -> Result<(MapArray, Vec<Places>)> {
    let maps = trimmed_maps(&call.maps(place)?)?;
    let places = places(maps.offsets(), call.nulls());
    Ok((maps, places))
}

/// The lists without the elements before their first and after their last. A slice of an array shares the elements of all of it, and what
/// works on elements would work on all of them for each slice.
pub(crate) fn trimmed_lists(lists: &ListArray) -> Result<ListArray> {
    let DataType::List(field) = lists.data_type() else {
        return exec_err!("lists are stored as {}", lists.data_type());
    };
    let Some((offsets, start, length)) = trimmed_offsets(lists.offsets(), lists.values().len())
    else {
        return Ok(lists.clone());
    };
    let values = lists.values().slice(start, length);
    Ok(ListArray::try_new(
        Arc::clone(field),
        offsets,
        values,
        lists.nulls().cloned(),
    )?)
}

/// The maps without the entries before their first and after their last.
pub(crate) fn trimmed_maps(maps: &MapArray) -> Result<MapArray> {
    let DataType::Map(field, ordered) = maps.data_type() else {
        return exec_err!("maps are stored as {}", maps.data_type());
    };
    let Some((offsets, start, length)) = trimmed_offsets(maps.offsets(), maps.entries().len())
    else {
        return Ok(maps.clone());
    };
    let entries = maps.entries().slice(start, length);
    let nulls = maps.nulls().cloned();
    Ok(MapArray::try_new(
        Arc::clone(field),
        offsets,
        entries,
        nulls,
        *ordered,
    )?)
}

/// Offsets from 0, where the elements begin, and how many there are; `None` if nothing is to be left out.
fn trimmed_offsets(
    offsets: &OffsetBuffer<i32>,
    elements: usize,
) -> Option<(OffsetBuffer<i32>, usize, usize)> {
    let (first, last) = (*offsets.first()?, *offsets.last()?);
    let start = usize::try_from(first).ok()?;
    let length = usize::try_from(last).ok()?.checked_sub(start)?;
    if length == elements {
        return None;
    }
    let moved: Vec<i32> = offsets.iter().map(|offset| offset - first).collect();
    Some((OffsetBuffer::new(moved.into()), start, length))
}

/// The elements that rows have together, each with its row: what a lambda over elements is evaluated for.
pub(crate) fn elements_by_row(
    values: &ArrayRef,
    places: &[Places],
) -> Result<(ArrayRef, UInt32Array)> {
    let rows: UInt32Array = (0..)
        .zip(places)
        .flat_map(|(row, places)| places.clone().map(move |_| row))
        .collect::<Vec<u32>>()
        .into();
    let filled = || places.iter().filter(|places| !places.is_empty());
    let adjacent = filled()
        .zip(filled().skip(1))
        .all(|(before, after)| before.end == after.start);
    let elements = match filled().next() {
        Some(first) if adjacent => values.slice(usize_of(first.start), rows.len()),
        _ => gather(
            values,
            &places
                .iter()
                .cloned()
                .flatten()
                .collect::<Vec<u32>>()
                .into(),
        )?,
    };
    Ok((elements, rows))
}

/// The type of an array's elements.
pub(crate) fn element_type(array: &Type) -> &Type {
    match array {
        Type::Array(element) => element,
        _ => &Type::Unknown,
    }
}

/// The types of a map's keys and values.
pub(crate) fn entry_types(map: &Type) -> (&Type, &Type) {
    match map {
        Type::Map(key, value) => (key, value),
        _ => (&Type::Unknown, &Type::Unknown),
    }
}

/// Where the lists that are being built end.
#[derive(Debug, Clone)]
pub(crate) struct Offsets(Vec<i32>);

impl Offsets {
    /// For so many lists.
    pub(crate) fn with_capacity(rows: usize) -> Offsets {
        let mut offsets = Vec::with_capacity(rows.saturating_add(1));
        offsets.push(0);
        Offsets(offsets)
    }

    /// Ends a list where so many elements are chosen for all lists so far.
    pub(crate) fn end(&mut self, elements: usize) -> Result<(), FunctionError> {
        self.0
            .push(i32::try_from(elements).map_err(|_| too_large())?);
        Ok(())
    }

    /// Lists that have those elements.
    pub(crate) fn lists(
        self,
        element: &Type,
        values: ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let values = as_nested(values, element)?;
        let offsets = OffsetBuffer::new(self.0.into());
        Ok(Arc::new(ListArray::try_new(
            element.element_field(),
            offsets,
            values,
            nulls,
        )?))
    }

    /// Lists of elements whose type is known to Arrow alone.
    pub(crate) fn lists_of_arrow(
        self,
        values: ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let field = Arc::new(Field::new("element", values.data_type().clone(), true));
        let offsets = OffsetBuffer::new(self.0.into());
        Ok(Arc::new(ListArray::try_new(field, offsets, values, nulls)?))
    }

    /// Maps that have those entries. There must be no NULL among the keys.
    pub(crate) fn maps(
        self,
        map: &Type,
        keys: ArrayRef,
        values: ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let (key, value) = entry_types(map);
        let DataType::Map(entries, ordered) = map.nested_arrow() else {
            return exec_err!("{map} is no map");
        };
        let DataType::Struct(fields) = entries.data_type() else {
            return exec_err!("{map} has no entries");
        };
        let columns = vec![as_nested(keys, key)?, as_nested(values, value)?];
        let columns = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::new(self.0.into());
        Ok(Arc::new(MapArray::try_new(
            entries, offsets, columns, nulls, ordered,
        )?))
    }
}

/// The values at those places, NULL where a place is NULL. Unlike Arrow's `take` it fails instead of panicking where nested collections
/// become too large.
pub(crate) fn gather(values: &ArrayRef, places: &UInt32Array) -> Result<ArrayRef> {
    if let Some(lists) = values.as_any().downcast_ref::<ListArray>()
        && let DataType::List(field) = lists.data_type()
    {
        let (offsets, chosen, nulls) = gather_offsets(lists.offsets(), lists.nulls(), places)?;
        let elements = gather(lists.values(), &chosen)?;
        let field = Arc::clone(field);
        return Ok(Arc::new(ListArray::try_new(
            field, offsets, elements, nulls,
        )?));
    }
    if let Some(maps) = values.as_any().downcast_ref::<MapArray>()
        && let DataType::Map(field, ordered) = maps.data_type()
    {
        let (offsets, chosen, nulls) = gather_offsets(maps.offsets(), maps.nulls(), places)?;
        let entries = maps.entries();
        let columns = entries.columns().iter();
        let columns = columns
            .map(|column| gather(column, &chosen))
            .collect::<Result<Vec<_>>>()?;
        let entries = StructArray::try_new(entries.fields().clone(), columns, None)?;
        return Ok(Arc::new(MapArray::try_new(
            Arc::clone(field),
            offsets,
            entries,
            nulls,
            *ordered,
        )?));
    }
    if let Some(rows) = values.as_any().downcast_ref::<StructArray>() {
        let columns = rows.columns().iter();
        let columns = columns
            .map(|column| gather(column, places))
            .collect::<Result<Vec<_>>>()?;
        return Ok(Arc::new(StructArray::try_new_with_length(
            rows.fields().clone(),
            columns,
            gather_nulls(rows.nulls(), places),
            places.len(),
        )?));
    }
    Ok(take(values, places, None)?)
}

/// The offsets of the lists at those places, and the places of their elements.
fn gather_offsets(
    offsets: &OffsetBuffer<i32>,
    nulls: Option<&NullBuffer>,
    chosen: &UInt32Array,
) -> Result<(OffsetBuffer<i32>, UInt32Array, Option<NullBuffer>)> {
    let places = places(offsets, nulls);
    let chosen_places = || {
        chosen.iter().map(|row| {
            let places = row.and_then(|row| places.get(usize_of(row)));
            places.cloned().unwrap_or(0..0)
        })
    };
    let mut ends = Offsets::with_capacity(chosen.len());
    let mut total = 0_usize;
    for places in chosen_places() {
        total = total.saturating_add(places.len());
        ends.end(total)?;
    }
    let elements: Vec<u32> = chosen_places().flatten().collect();
    let nulls = gather_nulls(nulls, chosen);
    Ok((OffsetBuffer::new(ends.0.into()), elements.into(), nulls))
}

fn gather_nulls(nulls: Option<&NullBuffer>, chosen: &UInt32Array) -> Option<NullBuffer> {
    if nulls.is_none() && chosen.null_count() == 0 {
        return None;
    }
    Some(NullBuffer::from_iter(chosen.iter().map(|row| {
        row.is_some_and(|row| nulls.is_none_or(|nulls| nulls.is_valid(usize_of(row))))
    })))
}

/// A place as an index.
pub(crate) fn usize_of(place: u32) -> usize {
    use arrow::datatypes::ArrowNativeType;
    place.as_usize()
}

/// Whether the value there is NULL; also where the array has no type but NULL's.
pub(crate) fn is_null_at(values: &ArrayRef, place: u32) -> bool {
    *values.data_type() == DataType::Null || values.is_null(usize_of(place))
}

fn too_large() -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::ExceededFunctionMemoryLimit,
        format!(
            "The collections of a batch have more than {} elements",
            i32::MAX
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, Int64Array, ListArray, UInt32Array};
    use arrow::datatypes::Int64Type;

    use super::{Offsets, elements_by_row, gather, places, trimmed_lists};
    use crate::types::Type;

    fn lists() -> ListArray {
        let row = |numbers: &[i64]| Some(numbers.iter().copied().map(Some).collect::<Vec<_>>());
        ListArray::from_iter_primitive::<Int64Type, _, _>([
            row(&[1, 2]),
            None,
            row(&[]),
            row(&[3]),
            row(&[4, 5]),
        ])
    }

    #[test]
    fn values_are_gathered_with_nulls() {
        let values: ArrayRef = Arc::new(lists());
        let chosen = UInt32Array::from(vec![Some(4), None, Some(1), Some(0), Some(4)]);
        let gathered = gather(&values, &chosen).unwrap();
        let taken = arrow::compute::take(&values, &chosen, None).unwrap();
        assert_eq!(gathered.as_ref(), taken.as_ref());
    }

    #[test]
    fn slices_forget_the_elements_of_other_rows() {
        let slice = trimmed_lists(&lists().slice(3, 2)).unwrap();
        assert_eq!(slice.values().len(), 3);
        assert_eq!(places(slice.offsets(), slice.nulls()), [0..1, 1..3]);
        assert_eq!(slice, lists().slice(3, 2));
    }

    #[test]
    fn elements_know_their_rows() {
        let lists = lists();
        let places = places(lists.offsets(), lists.nulls());
        let (elements, rows) = elements_by_row(lists.values(), &places).unwrap();
        assert_eq!(rows.values().as_ref(), [0, 0, 3, 4, 4]);
        assert_eq!(elements.len(), 5);
        let (elements, rows) = elements_by_row(lists.values(), &[3..4, 0..2]).unwrap();
        let expected: ArrayRef = Arc::new(Int64Array::from(vec![4, 1, 2]));
        assert_eq!(
            (&elements, rows.values().as_ref()),
            (&expected, [0, 1, 1].as_slice())
        );
    }

    #[test]
    fn too_many_elements_are_an_error() {
        assert!(Offsets::with_capacity(1).end(1 << 31).is_err());
        let values: ArrayRef = Arc::new(Int64Array::from(vec![0; 1 << 16]));
        let mut offsets = Offsets::with_capacity(1);
        offsets.end(1 << 16).unwrap();
        let lists = offsets.lists(&Type::Bigint, values, None).unwrap();
        let chosen = UInt32Array::from(vec![0; 1 << 16]);
        let error = gather(&lists, &chosen).unwrap_err().to_string();
        assert_eq!(
            error,
            "External error: The collections of a batch have more than 2147483647 elements"
        );
    }
}
