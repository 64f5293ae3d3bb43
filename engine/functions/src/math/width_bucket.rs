//! `width_bucket`: the number of the bucket of a histogram that a value falls into.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::error::Result;

use super::list_argument::DoubleLists;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, returned};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "width_bucket",
            "The number of the bucket that a value falls into, of so many equally wide ones between bounds or of those that start at given values",
        )
        .strict("(double, double, double, bigint) -> bigint", of_equal_buckets)
        .strict("(double, array(double)) -> bigint", of_given_buckets),
    ]
}

fn of_equal_buckets(call: &Call<'_>) -> Result<ArrayRef> {
    let values = Operand::<Float64Type>::of(call, 0)?;
    let first = Operand::<Float64Type>::of(call, 1)?;
    let second = Operand::<Float64Type>::of(call, 2)?;
    let counts = Operand::<Int64Type>::of(call, 3)?;
    let mut buckets = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        buckets.push(if call.is_null(row) {
            0
        } else {
            equal_bucket(
                values.value(row),
                first.value(row),
                second.value(row),
                counts.value(row),
            )?
        });
    }
    Ok(returned::<Int64Type>(call, buckets))
}

/// The bucket between two bounds; they are counted from the first, which may be the greater.
fn equal_bucket(value: f64, first: f64, second: f64, count: i64) -> Result<i64, FunctionError> {
    if count <= 0 {
        return Err(FunctionError::argument(
            "bucketCount must be greater than 0",
        ));
    }
    if value.is_nan() {
        return Err(FunctionError::argument("operand must not be NaN"));
    }
    if !first.is_finite() {
        return Err(FunctionError::argument("first bound must be finite"));
    }
    if !second.is_finite() {
        return Err(FunctionError::argument("second bound must be finite"));
    }
    if first == second {
        return Err(FunctionError::argument("bounds cannot equal each other"));
    }
    let (lower, upper) = (first.min(second), first.max(second));
    let bucket = if value < lower {
        0
    } else if value >= upper {
        count.checked_add(1).ok_or_else(|| {
            FunctionError::out_of_range(format!(
                "Bucket for value {} is out of range",
                java_text(value)
            ))
        })?
    } else {
        // A count has no exact double if it is great, and the cast to an integer saturates: both as in Java.
        (count as f64 * (value - lower) / (upper - lower) + 1.0) as i64
    };
    Ok(if first > second {
        count.wrapping_sub(bucket).wrapping_add(1)
    } else {
        bucket
    })
}

fn of_given_buckets(call: &Call<'_>) -> Result<ArrayRef> {
    let values = Operand::<Float64Type>::of(call, 0)?;
    let lists = DoubleLists::of(call, 1)?;
    let mut buckets = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        buckets.push(if call.is_null(row) {
            0
        } else {
            given_bucket(values.value(row), lists.numbers(row))?
        });
    }
    Ok(returned::<Int64Type>(call, buckets))
}

/// How many buckets start at or before a value. Only the starts that the search meets are checked, as in Trino.
fn given_bucket(value: f64, starts: &[f64]) -> Result<i64, FunctionError> {
    if starts.is_empty() {
        return Err(FunctionError::argument("Bins cannot be an empty array"));
    }
    if value.is_nan() {
        return Err(FunctionError::argument("Operand cannot be NaN"));
    }
    let mut before = 0;
    let mut left = starts;
    while let (Some(first), Some(last)) = (left.first(), left.last()) {
        if first > last {
            return Err(FunctionError::argument(
                "Bin values are not sorted in ascending order",
            ));
        }
        let middle = left.len() / 2;
        let Some((lower, [start, upper @ ..])) = left.split_at_checked(middle) else {
            break;
        };
        if !start.is_finite() {
            return Err(FunctionError::argument(format!(
                "Bin value must be finite, got {}",
                java_text(*start)
            )));
        }
        if value < *start {
            left = lower;
        } else {
            before += middle + 1;
            left = upper;
        }
    }
    Ok(i64::try_from(before).unwrap_or(i64::MAX))
}

/// A double as Java shows it.
fn java_text(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_infinite() {
        return (if value > 0.0 { "Infinity" } else { "-Infinity" }).to_owned();
    }
    // Rust's own bounds of plain notation are wider.
    if magnitude == 0.0 || value.is_nan() || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    let scientific = format!("{value:E}");
    match scientific.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
        _ => scientific,
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, ListArray};
    use arrow::datatypes::Float64Type;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, bigint, column, constant, double, shown};

    fn bins(values: &[f64]) -> Argument {
        let lists = list(vec![Some(values.iter().copied().map(Some).collect())]);
        constant(
            "array(double)",
            ScalarValue::List(std::sync::Arc::new(lists)),
        )
    }

    fn list(values: Vec<Option<Vec<Option<f64>>>>) -> ListArray {
        ListArray::from_iter_primitive::<Float64Type, _, _>(values)
    }

    #[tokio::test]
    async fn equal_buckets_are_counted_from_the_first_bound() {
        let values = || {
            let values = vec![
                Some(3.15),
                Some(2.0),
                Some(f64::INFINITY),
                Some(-1.0),
                None,
                Some(0.0),
            ];
            column("double", Float64Array::from(values))
        };
        assert_eq!(
            shown(
                "width_bucket",
                vec![values(), double(0.0), double(4.0), bigint(3)]
            )
            .await,
            "3|2|4|0|NULL|1"
        );
        assert_eq!(
            shown(
                "width_bucket",
                vec![values(), double(4.0), double(0.0), bigint(3)]
            )
            .await,
            "1|2|0|4|NULL|3"
        );
    }

    #[tokio::test]
    async fn bounds_that_make_no_buckets_are_errors() {
        for (value, first, second, count, message) in [
            (3.15, 0.0, 4.0, 0, "bucketCount must be greater than 0"),
            (f64::NAN, 0.0, 4.0, 3, "operand must not be NaN"),
            (3.15, f64::NAN, -1.0, 3, "first bound must be finite"),
            (3.15, -1.0, f64::INFINITY, 3, "second bound must be finite"),
            (3.15, -1.0, -1.0, 3, "bounds cannot equal each other"),
            (
                f64::INFINITY,
                0.0,
                4.0,
                i64::MAX,
                "Bucket for value Infinity is out of range",
            ),
            (
                4e10,
                4.0,
                0.0,
                i64::MAX,
                "Bucket for value 4.0E10 is out of range",
            ),
            (
                5.5,
                4.0,
                0.0,
                i64::MAX,
                "Bucket for value 5.5 is out of range",
            ),
        ] {
            let arguments = vec![double(value), double(first), double(second), bigint(count)];
            assert_eq!(
                shown("width_bucket", arguments).await,
                format!("ERROR: {message}")
            );
        }
    }

    #[tokio::test]
    async fn given_buckets_start_at_their_values() {
        let values = || {
            let values = vec![Some(3.15), Some(f64::INFINITY), Some(-1.0), None, Some(2.0)];
            column("double", Float64Array::from(values))
        };
        assert_eq!(
            shown("width_bucket", vec![values(), bins(&[0.0, 2.0, 4.0])]).await,
            "2|3|0|NULL|2"
        );
        assert_eq!(
            shown("width_bucket", vec![values(), bins(&[0.0])]).await,
            "1|1|0|NULL|1"
        );
        let lists = list(vec![
            Some(vec![Some(1.0), Some(5.0)]),
            None,
            Some(vec![Some(-1.0)]),
            Some(vec![]),
            Some(vec![Some(9.0), Some(10.0)]),
        ]);
        assert_eq!(
            shown(
                "width_bucket",
                vec![values(), column("array(double)", lists)]
            )
            .await,
            "1|NULL|1|NULL|0"
        );
    }

    #[tokio::test]
    async fn starts_that_the_search_meets_are_checked() {
        for (value, starts, message) in [
            (3.15, &[][..], "Bins cannot be an empty array"),
            (f64::NAN, &[1.0], "Operand cannot be NaN"),
            (
                3.15,
                &[0.0, f64::INFINITY],
                "Bin value must be finite, got Infinity",
            ),
            (
                3.155,
                &[1.0, 0.0],
                "Bin values are not sorted in ascending order",
            ),
            (
                3.155,
                &[1.0, 0.3, 0.0, -1.0],
                "Bin values are not sorted in ascending order",
            ),
        ] {
            assert_eq!(
                shown("width_bucket", vec![double(value), bins(starts)]).await,
                format!("ERROR: {message}")
            );
        }
        assert_eq!(
            shown("width_bucket", vec![double(1.5), bins(&[1.0, 2.3, 2.0])]).await,
            "1"
        );
    }
}
