//! The type that reads the values of two: what Athena's readers coerce each of them to without loss.

use super::definition::{DECIMAL_PRECISION_MAX, HiveType};

/// Digits before the point that each integer type may need.
fn integer_digits(hive_type: &HiveType) -> Option<u8> {
    match hive_type {
        HiveType::TinyInt => Some(3),
        HiveType::SmallInt => Some(5),
        HiveType::Int => Some(10),
        HiveType::BigInt => Some(19),
        _ => None,
    }
}

impl HiveType {
    /// The narrowest type to which both widen; `None` where only text reads both.
    ///
    /// Numbers widen to wider numbers, a date to a timestamp, bounded text to text; fields of structs are matched by name,
    /// those of the first in front.
    pub fn widened(&self, other: &HiveType) -> Option<HiveType> {
        use HiveType::{
            Array, Char, Date, Decimal, Double, Float, Map, String, Struct, Timestamp, Varchar,
        };
        if self == other {
            return Some(self.clone());
        }
        Some(match (self, other) {
            (String, Varchar(_) | Char(_)) | (Varchar(_) | Char(_), String) => String,
            (Varchar(a) | Char(a), Varchar(b) | Char(b)) => Varchar(*a.max(b)),
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            (Array(a), Array(b)) => Array(Box::new(a.widened(b)?)),
            (Map(ak, av), Map(bk, bv)) => Map(Box::new(ak.widened(bk)?), Box::new(av.widened(bv)?)),
            (Struct(a), Struct(b)) => Struct(widened_fields(a, b)?),
            (Decimal(ap, a_scale), Decimal(bp, b_scale)) => {
                decimal((ap - a_scale).max(bp - b_scale), *a_scale.max(b_scale))
            }
            (Decimal(precision, scale), integer) | (integer, Decimal(precision, scale))
                if integer_digits(integer).is_some() =>
            {
                let digits = integer_digits(integer).unwrap_or_default();
                decimal((precision - scale).max(digits), *scale)
            }
            (Decimal(_, _), Float | Double) | (Float | Double, Decimal(_, _)) => Double,
            (Float, Double) | (Double, Float) => Double,
            // A float holds 24 bits: every smallint, not every int.
            (Float, integer) | (integer, Float)
                if integer_digits(integer).is_some_and(|d| d <= 5) =>
            {
                Float
            }
            (Float | Double, integer) | (integer, Float | Double)
                if integer_digits(integer).is_some() =>
            {
                Double
            }
            (a, b) => match (integer_digits(a), integer_digits(b)) {
                (Some(a_digits), Some(b_digits)) if a_digits >= b_digits => a.clone(),
                (Some(_), Some(_)) => b.clone(),
                _ => return None,
            },
        })
    }
}

/// A decimal of these digits before and after the point; a double where no decimal has as many.
fn decimal(integer_digits: u8, scale: u8) -> HiveType {
    match integer_digits.checked_add(scale) {
        Some(precision) if precision <= DECIMAL_PRECISION_MAX => {
            HiveType::Decimal(precision, scale)
        }
        _ => HiveType::Double,
    }
}

fn widened_fields(
    ours: &[(String, HiveType)],
    theirs: &[(String, HiveType)],
) -> Option<Vec<(String, HiveType)>> {
    let mut fields = ours.to_vec();
    for (name, their_type) in theirs {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, our_type)) => *our_type = our_type.widened(their_type)?,
            None => fields.push((name.clone(), their_type.clone())),
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::HiveType;

    #[test]
    fn two_types_widen_to_one_that_reads_both() {
        for (a, b, both) in [
            ("int", "bigint", Some("bigint")),
            ("tinyint", "float", Some("float")),
            ("int", "float", Some("double")),
            ("int", "decimal(5,2)", Some("decimal(12,2)")),
            ("decimal(38,0)", "decimal(38,18)", Some("double")),
            ("decimal(10,2)", "decimal(12,4)", Some("decimal(12,4)")),
            ("date", "timestamp", Some("timestamp")),
            ("varchar(5)", "string", Some("string")),
            ("array<int>", "array<bigint>", Some("array<bigint>")),
            (
                "struct<a:int>",
                "struct<b:string,a:double>",
                Some("struct<a:double,b:string>"),
            ),
            ("int", "string", None),
            ("boolean", "int", None),
            ("array<int>", "string", None),
        ] {
            let parse = |text| HiveType::parse(text).unwrap();
            for (a, b) in [(a, b), (b, a)] {
                let widened = parse(a)
                    .widened(&parse(b))
                    .map(|both| both.to_string().len());
                assert_eq!(widened, both.map(str::len), "{a} with {b}");
            }
            let widened = parse(a).widened(&parse(b)).map(|both| both.to_string());
            assert_eq!(widened.as_deref(), both, "{a} with {b}");
        }
    }
}
