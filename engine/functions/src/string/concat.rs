//! `concat`, `concat_ws` and the `||` operator of text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter, type_length};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::signature::Bound;
use crate::types::Type;

/// The longest text, in bytes, that Trino concatenates: one page.
const CONCATENATED_BYTES_MAX: usize = 1_048_576;

/// How many values Trino concatenates with one call.
const VALUES_MAX: usize = 254;

/// The longest `char`.
const CHAR_LENGTH_MAX: u64 = 65_536;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("concat", "Concatenates given strings")
            .strict_returning("(varchar...) -> varchar", varchar_if_several, concat)
            .strict_returning("(char(x), char(y)) -> char(x)", concatenated_char, concat),
        Definition::new("$concat", "Concatenates two strings")
            .strict("(varchar, varchar) -> varchar", concat)
            .strict_returning("(char(x), char(y)) -> char(x)", concatenated_char, concat)
            .hidden(),
        Definition::new("concat_ws", "Concatenates elements using separator")
            .nullable_returning(
                "(varchar, varchar...) -> varchar",
                several_values,
                concat_ws,
            )
            .nullable("(varchar, array(varchar)) -> varchar", concat_ws_array),
    ]
}

fn varchar_if_several(bound: &Bound) -> Result<Type, FunctionError> {
    check_count(
        bound,
        2,
        "There must be two or more concatenation arguments",
    )?;
    Ok(Type::VARCHAR)
}

fn several_values(bound: &Bound) -> Result<Type, FunctionError> {
    check_count(bound, 2, "There must be two or more arguments")?;
    Ok(Type::VARCHAR)
}

fn check_count(bound: &Bound, least: usize, message: &str) -> Result<(), FunctionError> {
    if bound.arguments.len() < least {
        return Err(FunctionError::argument(message));
    }
    if bound.arguments.len() > VALUES_MAX {
        return Err(too_many());
    }
    Ok(())
}

fn too_many() -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::NotSupported,
        "Too many arguments for string concatenation",
    )
}

fn concatenated_char(bound: &Bound) -> Result<Type, FunctionError> {
    let length: u64 = bound.arguments.iter().map(type_length).sum();
    match u32::try_from(length) {
        Ok(short) if length <= CHAR_LENGTH_MAX => Ok(Type::Char(short)),
        _ => Err(FunctionError::new(
            FunctionErrorCode::TypeMismatch,
            format!("Unknown type: char({length})"),
        )),
    }
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let arguments = (0..call.len())
        .map(|place| TextArgument::of(call, place))
        .collect::<Result<Vec<_>>>()?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let text = writer.text();
            let start = text.len();
            for argument in &arguments {
                text.push_str(argument.value(row));
            }
            check_length(text.len() - start)?;
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn check_length(bytes: usize) -> Result<(), FunctionError> {
    if bytes > CONCATENATED_BYTES_MAX {
        return Err(FunctionError::argument("Concatenated string is too large"));
    }
    Ok(())
}

fn concat_ws(call: &Call<'_>) -> Result<ArrayRef> {
    let columns = (0..call.len())
        .map(|place| call.strings(place))
        .collect::<Result<Vec<_>>>()?;
    let Some((separators, values)) = columns.split_first() else {
        return exec_err!("concat_ws has no separator");
    };
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if separators.is_null(row) {
            writer.push_null();
            continue;
        }
        let values = values
            .iter()
            .filter(|column| column.is_valid(row))
            .map(|column| column.value(row));
        join(&mut writer, separators.value(row), values)?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn concat_ws_array(call: &Call<'_>) -> Result<ArrayRef> {
    let separators = call.strings(0)?;
    let lists = call.lists(1)?;
    let Some(elements) = lists.values().as_string_opt::<i32>() else {
        return exec_err!("an array of text is stored as {}", lists.value_type());
    };
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if separators.is_null(row) || lists.is_null(row) {
            writer.push_null();
            continue;
        }
        let offsets = lists.value_offsets();
        let (Some(&start), Some(&end)) = (offsets.get(row), offsets.get(row + 1)) else {
            return exec_err!("a list ends early");
        };
        let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
        if range.len() > VALUES_MAX {
            return Err(too_many().into());
        }
        let values = range
            .filter(|element| elements.is_valid(*element))
            .map(|element| elements.value(element));
        join(&mut writer, separators.value(row), values)?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn join<'a>(
    writer: &mut TextWriter,
    separator: &str,
    values: impl Iterator<Item = &'a str>,
) -> Result<(), FunctionError> {
    let text = writer.text();
    let start = text.len();
    for (place, value) in values.enumerate() {
        if place > 0 {
            text.push_str(separator);
        }
        text.push_str(value);
        check_length(text.len() - start)?;
    }
    writer.end()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ListArray, StringArray};
    use arrow::buffer::OffsetBuffer;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{call, column, constant, shown, text};
    use crate::types::Type;

    fn values() -> StringArray {
        StringArray::from(vec![Some("a"), None, Some("💰")])
    }

    #[tokio::test]
    async fn a_concatenation_with_null_is_null() {
        let arguments = vec![
            column("varchar", values()),
            text("-"),
            column("varchar", values()),
        ];
        assert_eq!(shown("concat", arguments).await, "a-a|NULL|💰-💰");
        let arguments = vec![column("varchar", values()), text("x")];
        assert_eq!(shown("$concat", arguments).await, "ax|NULL|💰x");
        assert_eq!(
            shown("concat", vec![text("a")]).await,
            "ERROR: There must be two or more concatenation arguments"
        );
        let long = "x".repeat(600_000);
        assert_eq!(
            shown("concat", vec![text(&long), text(&long)]).await,
            "ERROR: Concatenated string is too large"
        );
    }

    #[tokio::test]
    async fn chars_keep_their_padding() {
        let padded = || column("char(3)", StringArray::from(vec![Some("a  "), None]));
        let (result, returns) = call("concat", vec![padded(), padded()]).await.unwrap();
        assert_eq!(returns, Type::Char(6));
        let result = arrow::compute::cast(&result, &arrow::datatypes::DataType::Utf8).unwrap();
        let expected = StringArray::from(vec![Some("a  a  "), None]);
        assert_eq!(
            result.as_any().downcast_ref::<StringArray>().unwrap(),
            &expected
        );
        let short = constant("varchar(2)", ScalarValue::from("bc"));
        let (_, returns) = call("$concat", vec![padded(), short]).await.unwrap();
        assert_eq!(returns, Type::Char(5));
    }

    #[tokio::test]
    async fn values_are_joined_without_nulls() {
        let arguments = vec![text(","), column("varchar", values()), text("z")];
        assert_eq!(shown("concat_ws", arguments).await, "a,z|z|💰,z");
        let arguments = vec![column("varchar", values()), text("y"), text("z")];
        assert_eq!(shown("concat_ws", arguments).await, "yaz|NULL|y💰z");
        assert_eq!(
            shown("concat_ws", vec![text(",")]).await,
            "ERROR: There must be two or more arguments"
        );
    }

    #[tokio::test]
    async fn elements_are_joined_without_nulls() {
        let elements = StringArray::from(vec![Some("a"), None, Some("b")]);
        let lists = ListArray::new(
            Type::VARCHAR.element_field(),
            OffsetBuffer::from_lengths([3, 0]),
            Arc::new(elements),
            None,
        );
        let arguments = vec![text("--"), column("array(varchar)", lists)];
        assert_eq!(shown("concat_ws", arguments).await, "a--b|");
        let many = ListArray::new(
            Type::VARCHAR.element_field(),
            OffsetBuffer::from_lengths([255]),
            Arc::new(StringArray::from(vec!["a"; 255])),
            None,
        );
        let arguments = vec![text(","), column("array(varchar)", many)];
        assert_eq!(
            shown("concat_ws", arguments).await,
            "ERROR: Too many arguments for string concatenation"
        );
    }
}
