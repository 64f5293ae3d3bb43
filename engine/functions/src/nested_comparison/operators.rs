//! The comparison operators of arrays, maps and rows, which the analyzer calls; other types' are DataFusion's own.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::{Identity, SignOfZero, equality, ordering};
use crate::call::Call;
use crate::definition::{Definition, Implementation, ScalarKernel};
use crate::scalar::bound_scalar;
use crate::signature::Bound;
use crate::types::Type;

/// A comparison of two values of the same type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparisonOperator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    LessThan,
    /// `<=`
    LessThanOrEqual,
    /// `>`
    GreaterThan,
    /// `>=`
    GreaterThanOrEqual,
    /// `IS DISTINCT FROM`
    IsDistinctFrom,
}

impl ComparisonOperator {
    const ALL: [ComparisonOperator; 7] = [
        ComparisonOperator::Equal,
        ComparisonOperator::NotEqual,
        ComparisonOperator::LessThan,
        ComparisonOperator::LessThanOrEqual,
        ComparisonOperator::GreaterThan,
        ComparisonOperator::GreaterThanOrEqual,
        ComparisonOperator::IsDistinctFrom,
    ];

    /// The hidden function that it is.
    pub fn function_name(self) -> &'static str {
        match self {
            ComparisonOperator::Equal => "$equal",
            ComparisonOperator::NotEqual => "$not_equal",
            ComparisonOperator::LessThan => "$less_than",
            ComparisonOperator::LessThanOrEqual => "$less_than_or_equal",
            ComparisonOperator::GreaterThan => "$greater_than",
            ComparisonOperator::GreaterThanOrEqual => "$greater_than_or_equal",
            ComparisonOperator::IsDistinctFrom => "$is_distinct_from",
        }
    }

    fn description(self) -> &'static str {
        match self {
            ComparisonOperator::Equal => "Whether two values are equal",
            ComparisonOperator::NotEqual => "Whether two values are not equal",
            ComparisonOperator::LessThan => "Whether a value comes before another",
            ComparisonOperator::LessThanOrEqual => "Whether a value does not come after another",
            ComparisonOperator::GreaterThan => "Whether a value comes after another",
            ComparisonOperator::GreaterThanOrEqual => {
                "Whether a value does not come before another"
            }
            ComparisonOperator::IsDistinctFrom => {
                "Whether two values can be told apart, where NULL is like NULL"
            }
        }
    }

    /// Whether it needs an order of values.
    fn needs_order(self) -> bool {
        !matches!(
            self,
            ComparisonOperator::Equal
                | ComparisonOperator::NotEqual
                | ComparisonOperator::IsDistinctFrom
        )
    }

    fn implementation(self) -> Implementation {
        let kernel: ScalarKernel = match self {
            ComparisonOperator::Equal => |call| equal(call, |equal| equal),
            ComparisonOperator::NotEqual => |call| equal(call, |equal| !equal),
            ComparisonOperator::LessThan => |call| compared(call, Ordering::is_lt),
            ComparisonOperator::LessThanOrEqual => |call| compared(call, Ordering::is_le),
            ComparisonOperator::GreaterThan => |call| compared(call, Ordering::is_gt),
            ComparisonOperator::GreaterThanOrEqual => |call| compared(call, Ordering::is_ge),
            ComparisonOperator::IsDistinctFrom => return Implementation::Nullable(distinct),
        };
        Implementation::Strict(kernel)
    }
}

pub(crate) fn definitions() -> Vec<Definition> {
    ComparisonOperator::ALL
        .into_iter()
        .map(definition)
        .collect()
}

fn definition(operator: ComparisonOperator) -> Definition {
    let mut definition = Definition::new(operator.function_name(), operator.description()).hidden();
    let signatures: &[&'static str] = if operator.needs_order() {
        &["(array(T), array(T)) -> boolean where T: orderable"]
    } else {
        &[
            "(array(T), array(T)) -> boolean where T: comparable",
            "(map(K, V), map(K, V)) -> boolean where K: comparable, V: comparable",
        ]
    };
    for signature in signatures {
        definition = match operator.implementation() {
            Implementation::Nullable(kernel) => definition.nullable(signature, kernel),
            Implementation::Strict(kernel) => definition.strict(signature, kernel),
            _ => definition,
        };
    }
    definition
}

/// The comparison of two rows of that type; `None` if the type is no row, or its fields do not allow the comparison.
pub fn row_comparison(row: &Type, operator: ComparisonOperator) -> Option<Arc<ScalarUDF>> {
    let allowed = if operator.needs_order() {
        row.is_orderable()
    } else {
        row.is_comparable()
    };
    if !matches!(row, Type::Row(_)) || !allowed {
        return None;
    }
    let bound = Bound {
        arguments: vec![row.clone(), row.clone()],
        lambda_parameters: vec![Vec::new(), Vec::new()],
        returns: Type::Boolean,
        coercions: 0,
    };
    let name = operator.function_name();
    bound_scalar(
        name,
        "(row, row) -> boolean",
        bound,
        operator.implementation(),
        true,
    )
    .map(Arc::new)
}

fn equal(call: &Call<'_>, outcome: fn(bool) -> bool) -> Result<ArrayRef> {
    let equal = equality(&call.array(0)?, &call.array(1)?, call.argument_type(0))?;
    let values = (0..call.rows).map(|row| {
        if call.is_null(row) {
            return None;
        }
        equal(row, row).map(outcome)
    });
    Ok(Arc::new(values.collect::<BooleanArray>()))
}

fn compared(call: &Call<'_>, outcome: fn(Ordering) -> bool) -> Result<ArrayRef> {
    let data_type = call.argument_type(0);
    let compare = ordering(
        &call.array(0)?,
        &call.array(1)?,
        data_type,
        SignOfZero::Kept,
    )?;
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        values.push(if call.is_null(row) {
            false
        } else {
            outcome(compare(row, row)?)
        });
    }
    Ok(Arc::new(BooleanArray::from(values)))
}

fn distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let identity = Identity::of(call.argument_type(0))?;
    let left = identity.keys(&call.array(0)?)?;
    let right = identity.keys(&call.array(1)?)?;
    let values = left
        .iter()
        .zip(right.iter())
        .map(|(left, right)| Some(left != right));
    Ok(Arc::new(values.collect::<BooleanArray>()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
    use datafusion::prelude::{SessionContext, col};

    use super::{ComparisonOperator, row_comparison};
    use crate::error::FunctionError;
    use crate::testing::{Argument, call};
    use crate::testing_collections::{assert_shown, constant_row, rows};
    use crate::types::parse_type;

    #[tokio::test]
    async fn arrays_are_equal_unless_a_null_leaves_it_open() {
        let left = || {
            rows(
                "array(bigint)",
                "[[1, 2], [1, null], [1, null], [null], [], null]",
            )
        };
        let right = || {
            rows(
                "array(bigint)",
                "[[1, 2], [1, 2], [2, 2], [null, 1], [], []]",
            )
        };
        assert_shown!(
            "$equal",
            [left(), right()],
            "true|NULL|false|false|true|NULL"
        );
        assert_shown!(
            "$not_equal",
            [left(), right()],
            "false|NULL|true|true|false|NULL"
        );
        assert_shown!(
            "$is_distinct_from",
            [left(), right()],
            "false|true|true|true|false|true"
        );
        assert_shown!(
            "$is_distinct_from",
            [left(), left()],
            "false|false|false|false|false|false"
        );
    }

    #[tokio::test]
    async fn numbers_are_compared_as_numbers() {
        let nan = || constant_row("array(double)", r#"["NaN"]"#);
        assert_shown!("$equal", [nan(), nan()], "false");
        assert_shown!("$is_distinct_from", [nan(), nan()], "false");
        let zero = || constant_row("array(real)", "[0.0]");
        let negative = || constant_row("array(real)", "[-0.0]");
        assert_shown!("$equal", [zero(), negative()], "true");
        assert_shown!("$is_distinct_from", [zero(), negative()], "false");
        assert_shown!(
            "$less_than",
            [constant_row("array(double)", "[1e300]"), nan()],
            "true"
        );
    }

    #[tokio::test]
    async fn arrays_have_the_order_of_their_first_difference() {
        let left = || rows("array(varchar)", r#"[["a", "b"], ["a"], ["b"], [], null]"#);
        let right = || {
            rows(
                "array(varchar)",
                r#"[["a", "c"], ["a", "a"], ["a", null], [], []]"#,
            )
        };
        assert_shown!(
            "$less_than",
            [left(), right()],
            "true|true|false|false|NULL"
        );
        assert_shown!(
            "$less_than_or_equal",
            [left(), right()],
            "true|true|false|true|NULL"
        );
        assert_shown!(
            "$greater_than",
            [left(), right()],
            "false|false|true|false|NULL"
        );
        assert_shown!(
            "$greater_than_or_equal",
            [left(), right()],
            "false|false|true|true|NULL"
        );
        let unknown = || constant_row("array(bigint)", "[null]");
        assert_shown!(
            "$less_than",
            [unknown(), unknown()],
            "ERROR: ARRAY comparison not supported for arrays with null elements"
        );
    }

    #[tokio::test]
    async fn maps_are_equal_in_whatever_order() {
        let left = || {
            rows(
                "map(varchar, bigint)",
                r#"[{"a": 1, "b": 2}, {"a": null}, {"a": 1}, {"a": 1}]"#,
            )
        };
        let right = || {
            rows(
                "map(varchar, bigint)",
                r#"[{"b": 2, "a": 1}, {"a": 1}, {"b": 1}, {}]"#,
            )
        };
        assert_shown!("$equal", [left(), right()], "true|NULL|false|false");
        assert_shown!(
            "$is_distinct_from",
            [left(), right()],
            "false|true|true|true"
        );
        let shown = crate::testing::shown("$less_than", vec![left(), right()]).await;
        assert!(shown.starts_with("ERROR: Unexpected parameters"), "{shown}");
    }

    #[tokio::test]
    async fn instants_are_compared_whatever_their_zones() {
        let instants = |zone: i32| {
            constant_row(
                "array(timestamp(3) with time zone)",
                &format!(r#"[{{"instant": "2024-01-01T00:00:00Z", "zone": {zone}}}]"#),
            )
        };
        assert_shown!("$equal", [instants(0), instants(60)], "true");
        assert_shown!("$less_than", [instants(60), instants(0)], "false");
    }

    #[tokio::test]
    async fn values_are_compared_by_type_in_nested_collections() {
        let (_, data_type) = call(
            "$equal",
            vec![
                constant_row("array(array(integer))", "[[1]]"),
                constant_row("array(array(bigint))", "[[1]]"),
            ],
        )
        .await
        .unwrap();
        assert_eq!(data_type.to_string(), "boolean");
        let nested = || {
            constant_row(
                "array(map(varchar, array(decimal(3,1))))",
                r#"[{"a": ["1.5", null]}]"#,
            )
        };
        assert_shown!("$equal", [nested(), nested()], "NULL");
        assert_shown!("$is_distinct_from", [nested(), nested()], "false");
    }

    async fn compare_rows(operator: ComparisonOperator, left: &str, right: &str) -> String {
        let row = "row(a bigint, b varchar)";
        let column = |json: &str| match rows(row, json) {
            Argument::Column(values, _) => values,
            _ => unreachable!("rows are a column"),
        };
        let columns: [(&str, ArrayRef); 2] = [("l", column(left)), ("r", column(right))];
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, values)| (name, values, true)),
        )
        .unwrap();
        let function = row_comparison(&parse_type(row).unwrap(), operator).unwrap();
        let frame = SessionContext::new().read_batch(batch).unwrap();
        let frame = frame
            .select(vec![function.call(vec![col("l"), col("r")])])
            .unwrap();
        match frame.collect().await {
            Ok(batches) => {
                let values = batches[0]
                    .column(0)
                    .as_any()
                    .downcast_ref::<BooleanArray>()
                    .unwrap();
                let shown = values
                    .iter()
                    .map(|value| value.map_or("NULL".to_owned(), |value| value.to_string()));
                shown.collect::<Vec<_>>().join("|")
            }
            Err(error) => FunctionError::find(&error).unwrap().to_string(),
        }
    }

    #[tokio::test]
    async fn rows_are_compared_field_by_field() {
        let left = r#"[{"a": 1, "b": "x"}, {"a": 1, "b": null}, {"a": 2, "b": null}, null]"#;
        let right = r#"[{"a": 1, "b": "x"}, {"a": 1, "b": "x"}, {"a": 1, "b": "x"}, null]"#;
        use ComparisonOperator::{Equal, IsDistinctFrom, LessThan, NotEqual};
        assert_eq!(
            compare_rows(Equal, left, right).await,
            "true|NULL|false|NULL"
        );
        assert_eq!(
            compare_rows(NotEqual, left, right).await,
            "false|NULL|true|NULL"
        );
        assert_eq!(
            compare_rows(IsDistinctFrom, left, right).await,
            "false|true|true|false"
        );
        assert_eq!(
            compare_rows(LessThan, left, right).await,
            "ROW comparison not supported for fields with null elements"
        );
        let decided = r#"[{"a": 0, "b": null}, {"a": 1, "b": "a"}, null]"#;
        let other = r#"[{"a": 1, "b": null}, {"a": 1, "b": "a"}, {"a": 1, "b": "a"}]"#;
        assert_eq!(
            compare_rows(LessThan, decided, other).await,
            "true|false|NULL"
        );
    }

    #[test]
    fn rows_with_fields_that_have_no_order_are_only_equal() {
        let row = parse_type("row(map(bigint, bigint))").unwrap();
        assert!(row_comparison(&row, ComparisonOperator::LessThan).is_none());
        assert!(row_comparison(&row, ComparisonOperator::Equal).is_some());
        let array = parse_type("array(bigint)").unwrap();
        assert!(row_comparison(&array, ComparisonOperator::Equal).is_none());
    }
}
