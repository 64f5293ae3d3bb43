//! JSON_OBJECT and JSON_ARRAY: JSON made of JSON values.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::json::string::write_string;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$json_object",
            "A JSON object of keys and JSON values, with NULLs or without, with unique keys or not",
        )
        .nullable(
            "(array(varchar), array(json), boolean, boolean) -> varchar",
            json_object,
        )
        .hidden(),
        Definition::new(
            "$json_array",
            "A JSON array of JSON values, with NULLs or without",
        )
        .nullable("(array(json), boolean) -> varchar", json_array)
        .hidden(),
        Definition::new("json_object", "A JSON object of keys and values")
            .analyzed("(T...) -> varchar"),
        Definition::new("json_array", "A JSON array of values").analyzed("(T...) -> varchar"),
    ]
}

/// The texts of a row's list.
fn texts(lists: &ListArray, row: usize) -> Result<StringViewArray> {
    let texts = cast(&lists.value(row), &DataType::Utf8View)?;
    Ok(downcast_value!(texts, StringViewArray).clone())
}

fn json_object(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values) = (call.lists(0)?, call.lists(1)?);
    let (null_on_null, unique) = (call.booleans(2)?, call.booleans(3)?);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            output.append_null();
            continue;
        }
        let (keys, values) = (texts(&keys, row)?, texts(&values, row)?);
        let mut known = HashSet::new();
        let mut members = Vec::with_capacity(keys.len());
        for (key, value) in keys.iter().zip(&values) {
            let key = key.ok_or_else(|| {
                FunctionError::argument(
                    "null value passed for JSON object key to JSON_OBJECT function",
                )
            })?;
            let Some(value) = value.or(null_on_null.value(row).then_some("null")) else {
                continue;
            };
            if !known.insert(key) {
                return Err(duplicate_key(unique.value(row)).into());
            }
            members.push((key, value));
        }
        let mut object = String::from("{");
        for (key, value) in in_hash_order(&members) {
            if object.len() > 1 {
                object.push(',');
            }
            write_string(key, &mut object);
            object.push(':');
            object.push_str(value);
        }
        object.push('}');
        output.append_value(object);
    }
    Ok(Arc::new(output.finish()))
}

fn duplicate_key(unique: bool) -> FunctionError {
    if unique {
        return FunctionError::argument("duplicate key passed to JSON_OBJECT function");
    }
    // The standard allows them here, Trino has no objects with them.
    FunctionError::new(
        FunctionErrorCode::NotSupported,
        "cannot construct a JSON object with duplicate key",
    )
}

/// The order in which Java's hash map holds the keys, for Trino writes them so: by bucket, and within one as they came.
fn in_hash_order<'m>(members: &[(&'m str, &'m str)]) -> Vec<(&'m str, &'m str)> {
    // A map has 16 buckets, and doubles them when more than three quarters as many keys are in it.
    let mut buckets = 16_usize;
    while members.len() > buckets / 4 * 3 {
        buckets *= 2;
    }
    let mask = u32::try_from(buckets - 1).unwrap_or(u32::MAX);
    let mut ordered = members.to_vec();
    ordered.sort_by_key(|(key, _)| {
        let hash = key.encode_utf16().fold(0_u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        (hash ^ (hash >> 16)) & mask
    });
    ordered
}

fn json_array(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.lists(0)?;
    let null_on_null = call.booleans(1)?;
    let mut output = StringViewBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            output.append_null();
            continue;
        }
        let mut array = String::from("[");
        for value in &texts(&values, row)? {
            let Some(value) = value.or(null_on_null.value(row).then_some("null")) else {
                continue;
            };
            if array.len() > 1 {
                array.push(',');
            }
            array.push_str(value);
        }
        array.push(']');
        output.append_value(array);
    }
    Ok(Arc::new(output.finish()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ListArray, StringArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, column, constant, shown};

    fn texts(data_type: &str, values: &[Option<&str>]) -> Argument {
        let offsets = OffsetBuffer::from_lengths([values.len()]);
        let values = StringArray::from(values.to_vec());
        let field = Arc::new(Field::new("element", DataType::Utf8, true));
        column(
            data_type,
            ListArray::new(field, offsets, Arc::new(values), None),
        )
    }

    fn boolean(value: bool) -> Argument {
        constant("boolean", ScalarValue::from(value))
    }

    #[tokio::test]
    async fn objects_are_made() {
        let object = async |keys: &[Option<&str>],
                            values: &[Option<&str>],
                            null_on_null: bool,
                            unique: bool| {
            let arguments = vec![
                texts("array(varchar)", keys),
                texts("array(json)", values),
                boolean(null_on_null),
                boolean(unique),
            ];
            shown("$json_object", arguments).await
        };
        assert_eq!(object(&[], &[], true, false).await, "{}");
        assert_eq!(
            object(&[Some("x\"")], &[Some("[1]")], true, false).await,
            "{\"x\\\"\":[1]}"
        );
        // In the order of Java's hash map.
        assert_eq!(
            object(
                &[Some("key_1"), Some("key_2")],
                &[Some("1"), Some("2")],
                true,
                false
            )
            .await,
            "{\"key_2\":2,\"key_1\":1}"
        );
        assert_eq!(
            object(
                &[Some("x"), Some("y"), Some("z")],
                &[Some("1"), Some("2"), Some("3")],
                true,
                false
            )
            .await,
            "{\"x\":1,\"y\":2,\"z\":3}"
        );
        assert_eq!(
            object(&[Some("a"), Some("b")], &[None, Some("1")], true, false).await,
            "{\"a\":null,\"b\":1}"
        );
        assert_eq!(
            object(&[Some("a"), Some("b")], &[None, Some("1")], false, false).await,
            "{\"b\":1}"
        );
        assert_eq!(
            object(&[None], &[Some("1")], true, false).await,
            "ERROR: null value passed for JSON object key to JSON_OBJECT function"
        );
        let twice = [Some("k"), Some("k")];
        assert_eq!(
            object(&twice, &[Some("1"), Some("2")], true, false).await,
            "ERROR: cannot construct a JSON object with duplicate key"
        );
        assert_eq!(
            object(&twice, &[Some("1"), Some("2")], true, true).await,
            "ERROR: duplicate key passed to JSON_OBJECT function"
        );
        assert_eq!(
            object(&twice, &[None, Some("2")], false, true).await,
            "{\"k\":2}"
        );
    }

    #[tokio::test]
    async fn arrays_are_made() {
        let array = async |values: &[Option<&str>], null_on_null: bool| {
            shown(
                "$json_array",
                vec![texts("array(json)", values), boolean(null_on_null)],
            )
            .await
        };
        assert_eq!(array(&[], false).await, "[]");
        assert_eq!(
            array(&[Some("1"), None, Some("\"x\"")], false).await,
            "[1,\"x\"]"
        );
        assert_eq!(array(&[None, Some("{}")], true).await, "[null,{}]");
    }
}
