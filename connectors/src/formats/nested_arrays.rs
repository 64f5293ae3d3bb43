//! Nested arrays taken apart and put together again around converted children.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use arrow::error::ArrowError;

/// The list, map or struct with each child as `convert` makes it of the child's place, field and values; a map's one child is the
/// struct of its entries. `None` for arrays without children. Fields take their children's new types.
pub(super) fn with_children<E: From<ArrowError>>(
    array: &ArrayRef,
    convert: &mut dyn FnMut(usize, &FieldRef, &ArrayRef) -> Result<ArrayRef, E>,
) -> Result<Option<ArrayRef>, E> {
    let retyped = |field: &Field, values: &ArrayRef| -> FieldRef {
        Arc::new(Field::new(
            field.name(),
            values.data_type().clone(),
            field.is_nullable(),
        ))
    };
    Ok(Some(match array.data_type() {
        DataType::List(item) => {
            let lists = array.as_list::<i32>();
            let values = convert(0, item, lists.values())?;
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            Arc::new(ListArray::try_new(
                retyped(item, &values),
                offsets,
                values,
                nulls,
            )?)
        }
        DataType::Map(entries, sorted) => {
            let maps = array.as_map();
            let inner: ArrayRef = Arc::new(maps.entries().clone());
            let inner = convert(0, entries, &inner)?;
            let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
            let entries = retyped(entries, &inner);
            let inner = inner.as_struct().clone();
            Arc::new(MapArray::try_new(entries, offsets, inner, nulls, *sorted)?)
        }
        DataType::Struct(fields) => {
            let structs = array.as_struct();
            let columns = fields
                .iter()
                .zip(structs.columns())
                .enumerate()
                .map(|(place, (field, column))| convert(place, field, column))
                .collect::<Result<Vec<_>, E>>()?;
            let fields: Fields = fields
                .iter()
                .zip(&columns)
                .map(|(field, column)| retyped(field, column))
                .collect();
            let nulls = structs.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(
                fields,
                columns,
                nulls,
                structs.len(),
            )?)
        }
        _ => return Ok(None),
    }))
}
