//! Which type casts to which, and what runs.

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::cast;
use datafusion::error::Result;

use super::failures::Failures;
use super::unchanged::{exact_in_arrow, stays_as_it_is};
use super::{
    from_decimal, from_number, from_temporal, from_text, from_time, nested, opaque, text_length,
    to_text,
};
use crate::call::as_column;
use crate::json::{from_json, to_json};
use crate::types::Type;

/// Converts values. Text may be stored as within arrays or as a column of its own, both in what it takes and in what it gives; all else
/// is stored as its type says. Rows that fail get any value that is not NULL.
pub(super) type Kernel = Box<dyn Fn(&ArrayRef, &mut Failures) -> Result<ArrayRef> + Send + Sync>;

/// What casts from one type to another; `None` if Trino has no such cast.
pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    if stays_as_it_is(from, to) {
        return Some(Box::new(|values, _| Ok(ArrayRef::clone(values))));
    }
    if *from == Type::Unknown {
        let stored = to.nested_arrow();
        return Some(Box::new(move |values, _| {
            Ok(new_null_array(&stored, values.len()))
        }));
    }
    if exact_in_arrow(from, to) {
        let stored = to.arrow();
        return Some(Box::new(move |values, _| Ok(cast(values, &stored)?)));
    }
    if *from == Type::Json || *to == Type::Json {
        return json_cast(from, to);
    }
    match (from, to) {
        (Type::Varchar(_) | Type::Char(_), Type::Varchar(_) | Type::Char(_)) => {
            text_length::kernel(from, to)
        }
        (Type::Varchar(_), to) => from_text::kernel(to),
        (from, Type::Varchar(length)) => to_text::kernel(from, *length),
        (Type::Boolean, to) => from_number::from_boolean(to),
        (Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint, to) => {
            from_number::from_integer(from, to)
        }
        (Type::Real | Type::Double, to) => from_number::from_floating(from, to),
        (Type::Decimal { precision, scale }, to) => from_decimal::kernel(*precision, *scale, to),
        (Type::Date | Type::Timestamp(_) | Type::TimestampWithTimeZone(_), to) => {
            from_temporal::kernel(from, to)
        }
        (Type::Time(_) | Type::TimeWithTimeZone(_), to) => from_time::kernel(from, to),
        (Type::Array(_) | Type::Map(..) | Type::Row(_), to) => nested::kernel(from, to),
        (from, to) => opaque::kernel(from, to),
    }
}

/// Casts between JSON and other types.
fn json_cast(from: &Type, to: &Type) -> Option<Kernel> {
    match (from, to) {
        (from, Type::Json) if becomes_json(from) => {
            let from = from.clone();
            // Within arrays, text is stored otherwise than in columns.
            Some(Box::new(move |values, _| {
                to_json(&as_column(ArrayRef::clone(values), &from)?, &from)
            }))
        }
        (Type::Json, to) if comes_of_json(to) => {
            let to = to.clone();
            Some(Box::new(move |values, failures| {
                let values = as_column(ArrayRef::clone(values), &Type::Json)?;
                from_json(&values, &to, failures.on_failure())
            }))
        }
        _ => None,
    }
}

/// Whether Trino makes JSON of a type.
fn becomes_json(from: &Type) -> bool {
    match from {
        Type::Unknown | Type::Json | Type::Date | Type::Timestamp(_) => true,
        Type::Array(element) => becomes_json(element),
        Type::Map(key, value) => {
            (**key == Type::Unknown || is_json_key(key)) && becomes_json(value)
        }
        Type::Row(fields) => fields.iter().all(|field| becomes_json(&field.data_type)),
        scalar => is_json_key(scalar),
    }
}

/// Whether Trino reads a type from JSON.
fn comes_of_json(to: &Type) -> bool {
    match to {
        Type::Json => true,
        Type::Array(element) => comes_of_json(element),
        Type::Map(key, value) => is_json_key(key) && comes_of_json(value),
        Type::Row(fields) => fields.iter().all(|field| comes_of_json(&field.data_type)),
        scalar => is_json_key(scalar),
    }
}

fn is_json_key(data_type: &Type) -> bool {
    *data_type == Type::Boolean || data_type.is_numeric() || matches!(data_type, Type::Varchar(_))
}
