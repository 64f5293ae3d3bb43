//! Which types turn into which without a cast: Trino's complete list of implicit coercions.

use super::{RowField, Type};

/// Whether a value of one type is taken where another is expected.
pub fn can_coerce(from: &Type, to: &Type) -> bool {
    if from == to {
        return true;
    }
    match (from, to) {
        (Type::Unknown, _) => true,
        (Type::Tinyint, Type::Smallint | Type::Integer | Type::Bigint)
        | (Type::Smallint, Type::Integer | Type::Bigint)
        | (Type::Integer, Type::Bigint)
        | (Type::Real, Type::Double) => true,
        (
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint | Type::Decimal { .. },
            Type::Real | Type::Double,
        ) => true,
        (
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint | Type::Decimal { .. },
            Type::Decimal { precision, scale },
        ) => from
            .as_decimal()
            .is_some_and(|(from_precision, from_scale)| {
                from_scale <= *scale
                    && from_precision - from_scale <= precision.saturating_sub(*scale)
            }),
        (Type::Date, Type::Timestamp(_) | Type::TimestampWithTimeZone(_)) => true,
        (Type::Time(from), Type::Time(to) | Type::TimeWithTimeZone(to))
        | (Type::TimeWithTimeZone(from), Type::TimeWithTimeZone(to))
        | (Type::Timestamp(from), Type::Timestamp(to) | Type::TimestampWithTimeZone(to))
        | (Type::TimestampWithTimeZone(from), Type::TimestampWithTimeZone(to)) => from <= to,
        (Type::Varchar(_), Type::Varchar(None)) => true,
        (Type::Varchar(Some(from)), Type::Varchar(Some(to))) => from <= to,
        (Type::Varchar(Some(from)), Type::Char(to)) => from <= to,
        (Type::Char(from), Type::Char(to)) => from <= to,
        (Type::P4HyperLogLog, Type::HyperLogLog) => true,
        (Type::Array(from), Type::Array(to)) => can_coerce(from, to),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            can_coerce(from_key, to_key) && can_coerce(from_value, to_value)
        }
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to)
                    .all(|(from, to)| can_coerce(&from.data_type, &to.data_type))
        }
        _ => false,
    }
}

/// The narrowest type that both turn into, as UNION, CASE, COALESCE, IN and comparisons need it.
pub fn common_type(left: &Type, right: &Type) -> Option<Type> {
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (Type::Unknown, other) | (other, Type::Unknown) => Some(other.clone()),
        (Type::Varchar(left), Type::Varchar(right)) => Some(Type::Varchar(match (left, right) {
            (Some(left), Some(right)) => Some(*left.max(right)),
            _ => None,
        })),
        (Type::Char(left), Type::Char(right)) => Some(Type::Char(*left.max(right))),
        (Type::Varchar(Some(left)), Type::Char(right))
        | (Type::Char(right), Type::Varchar(Some(left))) => {
            Some(Type::Char((*left.max(right)).min(65_536)))
        }
        (Type::Varchar(None), Type::Char(_)) | (Type::Char(_), Type::Varchar(None)) => {
            Some(Type::Char(65_536))
        }
        (Type::Date, Type::Timestamp(precision)) | (Type::Timestamp(precision), Type::Date) => {
            Some(Type::Timestamp(*precision))
        }
        (Type::Date, Type::TimestampWithTimeZone(precision))
        | (Type::TimestampWithTimeZone(precision), Type::Date) => {
            Some(Type::TimestampWithTimeZone(*precision))
        }
        (Type::Time(left), Type::Time(right)) => Some(Type::Time(*left.max(right))),
        (
            Type::Time(left) | Type::TimeWithTimeZone(left),
            Type::Time(right) | Type::TimeWithTimeZone(right),
        ) => Some(Type::TimeWithTimeZone(*left.max(right))),
        (Type::Timestamp(left), Type::Timestamp(right)) => Some(Type::Timestamp(*left.max(right))),
        (
            Type::Timestamp(left) | Type::TimestampWithTimeZone(left),
            Type::Timestamp(right) | Type::TimestampWithTimeZone(right),
        ) => Some(Type::TimestampWithTimeZone(*left.max(right))),
        (Type::Array(left), Type::Array(right)) => Some(Type::array(common_type(left, right)?)),
        (Type::Map(left_key, left_value), Type::Map(right_key, right_value)) => Some(Type::map(
            common_type(left_key, right_key)?,
            common_type(left_value, right_value)?,
        )),
        (Type::Row(left), Type::Row(right)) => common_row(left, right),
        _ => common_number(left, right),
    }
}

fn common_row(left: &[RowField], right: &[RowField]) -> Option<Type> {
    if left.len() != right.len() {
        return None;
    }
    left.iter()
        .zip(right)
        .map(|(left, right)| {
            Some(RowField {
                name: if left.name == right.name {
                    left.name.clone()
                } else {
                    None
                },
                data_type: common_type(&left.data_type, &right.data_type)?,
            })
        })
        .collect::<Option<Vec<_>>>()
        .map(Type::Row)
}

fn common_number(left: &Type, right: &Type) -> Option<Type> {
    let decimals = matches!(left, Type::Decimal { .. }) || matches!(right, Type::Decimal { .. });
    if decimals
        && let (Some((left_precision, left_scale)), Some((right_precision, right_scale))) =
            (left.as_decimal(), right.as_decimal())
    {
        let scale = left_scale.max(right_scale);
        let whole = (left_precision - left_scale).max(right_precision - right_scale);
        return Some(Type::decimal(whole.saturating_add(scale), scale));
    }
    if can_coerce(left, right) {
        Some(right.clone())
    } else if can_coerce(right, left) {
        Some(left.clone())
    } else {
        None
    }
}
