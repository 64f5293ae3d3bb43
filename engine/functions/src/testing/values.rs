//! Columns of types that Arrow has no short way to make.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int16Array, MapBuilder, MapFieldNames, StringBuilder, StructArray,
    TimestampMicrosecondArray,
};
use arrow::array::{Int64Builder, ListArray};
use arrow::datatypes::Int64Type;

use super::{Argument, column};
use crate::types::time_zone::TimeZone;

/// `timestamp(3) with time zone` of milliseconds since 1970.
pub(crate) fn zoned(values: &[Option<(i64, &str)>]) -> Argument {
    let instants: TimestampMicrosecondArray = values
        .iter()
        .map(|value| value.map(|(milliseconds, _)| milliseconds * 1000))
        .collect();
    let zones: Int16Array = values
        .iter()
        .map(|value| value.map(|(_, zone)| TimeZone::parse(zone).expect("a zone").key()))
        .collect();
    let data_type = crate::types::parse_type("timestamp(3) with time zone").expect("a type");
    let arrow::datatypes::DataType::Struct(fields) = data_type.arrow() else {
        panic!("timestamps with time zone are structs");
    };
    let columns: Vec<ArrayRef> = vec![Arc::new(instants.with_timezone("UTC")), Arc::new(zones)];
    let nulls = values
        .iter()
        .map(Option::is_some)
        .collect::<Vec<bool>>()
        .into();
    column(
        "timestamp(3) with time zone",
        StructArray::new(fields, columns, Some(nulls)),
    )
}

/// `array(bigint)`.
pub(crate) fn lists(values: Vec<Option<Vec<Option<i64>>>>) -> ListArray {
    ListArray::from_iter_primitive::<Int64Type, _, _>(values)
}

/// An entry of a map.
pub(crate) type Entry<'a> = (&'a str, Option<i64>);

/// `map(varchar, bigint)`.
pub(crate) fn maps(values: &[Option<&[Entry<'_>]>]) -> Argument {
    let names = MapFieldNames {
        entry: "entries".to_string(),
        key: "key".to_string(),
        value: "value".to_string(),
    };
    let mut maps = MapBuilder::new(Some(names), StringBuilder::new(), Int64Builder::new());
    for map in values {
        for (key, value) in map.unwrap_or_default() {
            maps.keys().append_value(key);
            maps.values().append_option(*value);
        }
        maps.append(map.is_some()).expect("as many values as keys");
    }
    column("map(varchar, bigint)", maps.finish())
}

/// Rows of those fields.
pub(crate) fn rows(data_type: &str, columns: Vec<ArrayRef>) -> Argument {
    let fields = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            arrow::datatypes::Field::new(format!("field{place}"), column.data_type().clone(), true)
        })
        .collect::<arrow::datatypes::Fields>();
    column(data_type, StructArray::new(fields, columns, None))
}
