//! The type that reads the values of two types: `InferredType::merge`.

use std::collections::HashMap;
use std::mem;

use super::inferred_type::{DECIMAL_DIGITS_MAX, InferredType};

type Fields = Vec<(String, InferredType)>;

impl InferredType {
    /// The narrowest type that reads all values of both, and whether that is `string` somewhere in it although both
    /// had a type of their own there.
    ///
    /// Integers widen to the wider one, to a decimal without a fraction, else to `double`, as all other numbers do;
    /// dates widen to timestamps. Structs have the fields of both, whose names are the same whatever their case. A
    /// struct widens to a map that it meets.
    pub fn merge(self, other: InferredType) -> (InferredType, bool) {
        let mut conflict = false;
        let merged = widen(self, other, &mut conflict);
        (merged, conflict)
    }
}

fn widen(first: InferredType, second: InferredType, conflict: &mut bool) -> InferredType {
    use InferredType::{Array, Date, Decimal, FixedPoint, Map, Null, String, Struct, Timestamp};
    match (first, second) {
        (
            FixedPoint { scale, is_padded },
            FixedPoint {
                scale: other_scale,
                is_padded: other_padded,
            },
        ) if scale == other_scale => FixedPoint {
            scale,
            is_padded: is_padded || other_padded,
        },
        // So many digits that they are meant, beside fewer of them with as many after the point.
        (FixedPoint { scale, .. }, Decimal(_, same))
        | (Decimal(_, same), FixedPoint { scale, .. })
            if scale == same =>
        {
            Decimal(DECIMAL_DIGITS_MAX, scale)
        }
        (Null, other) | (other, Null) => other,
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (Array(first), Array(second)) => Array(Box::new(widen(*first, *second, conflict))),
        (Map(first), Map(second)) => Map(Box::new(widen(*first, *second, conflict))),
        (Map(value), Struct(fields)) | (Struct(fields), Map(value)) => {
            let values = fields.into_iter().map(|(_, field)| field);
            Map(Box::new(values.fold(*value, |merged, field| {
                widen(merged, field, conflict)
            })))
        }
        (Struct(first), Struct(second)) => Struct(widen_fields(first, second, conflict)),
        (first, second) if first == second => first,
        (first, second) => widen_numbers(&first, &second).unwrap_or_else(|| {
            *conflict = true;
            String
        }),
    }
}

fn widen_fields(mut fields: Fields, others: Fields, conflict: &mut bool) -> Fields {
    let mut positions: HashMap<String, usize> = HashMap::with_capacity(fields.len());
    for (position, (name, _)) in fields.iter().enumerate() {
        positions.entry(name.to_lowercase()).or_insert(position);
    }
    for (name, other) in others {
        let position = *positions.entry(name.to_lowercase()).or_insert(fields.len());
        match fields.get_mut(position) {
            Some((_, field)) => *field = widen(mem::take(field), other, conflict),
            None => fields.push((name, other)),
        }
    }
    fields
}

/// The type of all numbers of both types; `None` where one of them is no number.
fn widen_numbers(first: &InferredType, second: &InferredType) -> Option<InferredType> {
    use InferredType::{BigInt, Decimal, Double, FixedPoint, Float, Int, SmallInt, TinyInt};
    let digits = |of: &InferredType| match of {
        TinyInt => Some(3),
        SmallInt => Some(5),
        Int => Some(10),
        BigInt => Some(19),
        _ => None,
    };
    let is_number =
        |of: &InferredType| matches!(of, Decimal(..) | FixedPoint { .. } | Float | Double);
    match (digits(first), digits(second)) {
        (Some(left), Some(right)) => Some(if left < right { second } else { first }.clone()),
        (Some(whole), None) | (None, Some(whole)) => match (first, second) {
            (Decimal(precision, 0), _) | (_, Decimal(precision, 0)) => {
                Some(Decimal(whole.max(*precision), 0))
            }
            _ if is_number(first) || is_number(second) => Some(Double),
            _ => None,
        },
        (None, None) => match (first, second) {
            (Decimal(left, left_scale), Decimal(right, right_scale)) => {
                let whole = left
                    .saturating_sub(*left_scale)
                    .max(right.saturating_sub(*right_scale));
                let scale = *left_scale.max(right_scale);
                let precision = whole.saturating_add(scale);
                Some(if precision <= DECIMAL_DIGITS_MAX {
                    Decimal(precision, scale)
                } else {
                    Double
                })
            }
            _ if is_number(first) && is_number(second) => Some(Double),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::InferredType::{
        Array, BigInt, Binary, Boolean, Date, Decimal, Double, Float, Int, Map, Null, SmallInt,
        String, Struct, Timestamp, TinyInt,
    };
    #[test]
    fn scalars_widen_to_what_reads_both_whatever_their_order() {
        for (first, second, merged, conflict) in [
            (Null, Int, Int, false),
            (Null, Null, Null, false),
            (Boolean, Boolean, Boolean, false),
            (Int, BigInt, BigInt, false),
            (TinyInt, SmallInt, SmallInt, false),
            (Int, Decimal(38, 0), Decimal(38, 0), false),
            (BigInt, Decimal(5, 0), Decimal(19, 0), false),
            (Int, Decimal(20, 3), Double, false),
            (BigInt, Double, Double, false),
            (Decimal(20, 3), Decimal(19, 5), Decimal(22, 5), false),
            (Decimal(38, 0), Decimal(20, 3), Double, false),
            (Float, Double, Double, false),
            (Float, Float, Float, false),
            (Decimal(20, 3), Double, Double, false),
            (Date, Timestamp, Timestamp, false),
            (Date, Int, String, true),
            (Int, String, String, true),
            (Boolean, Int, String, true),
            (Binary, String, String, true),
            (Array(Box::new(Int)), Int, String, true),
            (Struct(vec![]), Array(Box::new(Int)), String, true),
        ] {
            assert_eq!(
                first.clone().merge(second.clone()),
                (merged.clone(), conflict)
            );
            assert_eq!(second.merge(first), (merged, conflict));
        }
    }

    #[test]
    fn structs_merge_by_name_whatever_its_case_in_the_order_seen_first() {
        let first = Struct(vec![
            ("Id".into(), Int),
            ("tags".into(), Array(Box::new(Null))),
        ]);
        let second = Struct(vec![
            ("new".into(), Date),
            ("ID".into(), BigInt),
            ("Tags".into(), Array(Box::new(String))),
        ]);
        let merged = Struct(vec![
            ("Id".into(), BigInt),
            ("tags".into(), Array(Box::new(String))),
            ("new".into(), Date),
        ]);
        assert_eq!(first.merge(second), (merged, false));
    }

    #[test]
    fn a_conflict_deep_within_is_told() {
        let first = Array(Box::new(Struct(vec![("a".into(), Int)])));
        let second = Array(Box::new(Struct(vec![("a".into(), Struct(vec![]))])));
        let merged = Array(Box::new(Struct(vec![("a".into(), String)])));
        assert_eq!(first.merge(second), (merged, true));
    }

    #[test]
    fn a_struct_becomes_the_map_that_it_meets() {
        let fields = Struct(vec![("a".into(), Int), ("b".into(), Double)]);
        let map = Map(Box::new(Int));
        assert_eq!(fields.merge(map), (Map(Box::new(Double)), false));
    }
}
