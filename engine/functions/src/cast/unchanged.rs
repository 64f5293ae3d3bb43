//! Casts that keep each value's meaning whatever it is, so that plans need no function for them.

use crate::types::{Type, can_coerce};

/// The longest `char`, which `varchar` becomes to be compared with `char`. Its values are kept without the blanks that fill them up:
/// 64 kilobytes a value would be too much.
pub(super) const CHAR_LENGTH_MAX: u32 = 65_536;

/// Whether values are stored as they were after the cast.
pub(super) fn stays_as_it_is(from: &Type, to: &Type) -> bool {
    from == to
        || (from.arrow() == to.arrow()
            && from.nested_arrow() == to.nested_arrow()
            && means_the_same(from, to))
}

fn means_the_same(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Varchar(_), Type::Varchar(None)) => true,
        (Type::Varchar(Some(from)), Type::Varchar(Some(to))) => from <= to,
        (Type::Time(from), Type::Time(to))
        | (Type::TimeWithTimeZone(from), Type::TimeWithTimeZone(to))
        | (Type::Timestamp(from), Type::Timestamp(to))
        | (Type::TimestampWithTimeZone(from), Type::TimestampWithTimeZone(to)) => from <= to,
        (Type::P4HyperLogLog, Type::HyperLogLog) | (Type::HyperLogLog, Type::P4HyperLogLog) => true,
        (sketch, Type::Varbinary) | (Type::Varbinary, sketch) => match sketch {
            Type::HyperLogLog | Type::SetDigest | Type::TDigest => true,
            Type::QDigest(element) => {
                matches!(**element, Type::Bigint | Type::Double | Type::Real)
            }
            _ => false,
        },
        (Type::Array(from), Type::Array(to)) => stays_as_it_is(from, to),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            stays_as_it_is(from_key, to_key) && stays_as_it_is(from_value, to_value)
        }
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to)
                    .all(|(from, to)| stays_as_it_is(&from.data_type, &to.data_type))
        }
        _ => false,
    }
}

/// Whether Arrow's cast gives for every value what Trino's gives.
pub(super) fn exact_in_arrow(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint,
            Type::Real | Type::Double,
        )
        | (Type::Real, Type::Double) => true,
        (Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint, to) if to.is_integer() => {
            can_coerce(from, to)
        }
        (
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint | Type::Decimal { .. },
            Type::Decimal { .. },
        ) => can_coerce(from, to),
        _ => false,
    }
}
