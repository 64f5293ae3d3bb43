//! The functions by Trino's documentation and the results that clients know.

mod earth;
mod encodings;
mod overlays;
mod parts;
mod relations;

use arrow::array::{Array, AsArray, BinaryArray};
use datafusion::scalar::ScalarValue;

use super::{as_text, well_known_text, wkb};
use crate::testing::{Argument, call, column, constant};

fn stored(text: &str) -> Vec<u8> {
    wkb::write(&well_known_text::read(text).expect("well-known text"))
}

fn geometry(text: &str) -> Argument {
    constant("Geometry", ScalarValue::Binary(Some(stored(text))))
}

fn geography(text: &str) -> Argument {
    constant(
        "SphericalGeography",
        ScalarValue::Binary(Some(stored(text))),
    )
}

fn geometries(texts: &[Option<&str>]) -> Argument {
    column(
        "Geometry",
        texts
            .iter()
            .map(|text| text.map(stored))
            .collect::<BinaryArray>(),
    )
}

fn integer(value: i32) -> Argument {
    constant("integer", ScalarValue::from(value))
}

/// What a function of geometries gives, as text; arrays' elements are joined by `;`.
async fn drawn(name: &str, arguments: Vec<Argument>) -> String {
    let values = match call(name, arguments).await {
        Ok((values, _)) => values,
        Err(error) => {
            return crate::FunctionError::find(&error)
                .map_or("other error".to_owned(), |error| format!("ERROR: {error}"));
        }
    };
    let texts = |values: &BinaryArray, separator: &str| -> String {
        let texts: Vec<_> = values
            .iter()
            .map(|bytes| {
                bytes.map_or("NULL".to_owned(), |bytes| {
                    as_text(bytes).expect("a geometry")
                })
            })
            .collect();
        texts.join(separator)
    };
    if let Some(lists) = values.as_list_opt::<i32>() {
        if lists.is_null(0) {
            return "NULL".to_owned();
        }
        return texts(lists.value(0).as_binary::<i32>(), ";");
    }
    if let Some(rows) = values.as_struct_opt() {
        if rows.is_null(0) {
            return "NULL".to_owned();
        }
        return rows
            .columns()
            .iter()
            .map(|side| texts(side.as_binary::<i32>(), ""))
            .collect::<Vec<_>>()
            .join(";");
    }
    texts(values.as_binary::<i32>(), "|")
}

async fn of_one(name: &str, wkt: &str) -> String {
    drawn(name, vec![geometry(wkt)]).await
}

async fn of_two(name: &str, left: &str, right: &str) -> String {
    drawn(name, vec![geometry(left), geometry(right)]).await
}
