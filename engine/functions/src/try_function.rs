//! `TRY`: NULL where an expression fails.
//!
//! The analyzer makes the expression the body of a lambda, whose one parameter it does not use. Failures that Trino's `TRY` does not catch
//! pass through.

use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array, new_empty_array, new_null_array};
use arrow::compute::concat;
use arrow::error::ArrowError;
use datafusion::error::{DataFusionError, Result};
use std::sync::Arc;

use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::higher_order::HigherOrderCall;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$try",
            "An expression's value, NULL where it fails for its arguments",
        )
        .hidden()
        .higher_order("(function(boolean, T)) -> T", try_expression),
    ]
}

fn try_expression(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let rows: UInt32Array = (0..).take(call.call.rows).collect::<Vec<u32>>().into();
    let mut parts = Vec::new();
    evaluate(call, &rows, &mut parts)?;
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    match parts.as_slice() {
        [] => Ok(new_empty_array(&call.call.returns().arrow())),
        parts => Ok(concat(parts)?),
    }
}

/// Adds the values of those rows. Where some fail the rows are halved, until each that fails is alone.
fn evaluate(
    call: &HigherOrderCall<'_>,
    rows: &UInt32Array,
    parts: &mut Vec<ArrayRef>,
) -> Result<()> {
    let unused: ArrayRef = Arc::new(BooleanArray::new_null(rows.len()));
    match call.evaluate(0, &[unused], rows) {
        Ok(values) => parts.push(values),
        Err(failure) if !is_caught(&failure) => return Err(failure),
        Err(_) if rows.len() == 1 => {
            parts.push(new_null_array(&call.call.returns().arrow(), 1));
        }
        Err(_) => {
            let half = rows.len() / 2;
            evaluate(call, &rows.slice(0, half), parts)?;
            evaluate(call, &rows.slice(half, rows.len() - half), parts)?;
        }
    }
    Ok(())
}

/// Whether a failure is one that depends on the values that an expression is evaluated for.
fn is_caught(failure: &DataFusionError) -> bool {
    if let Some(found) = FunctionError::find(failure) {
        return matches!(
            found.code,
            FunctionErrorCode::InvalidFunctionArgument
                | FunctionErrorCode::InvalidCastArgument
                | FunctionErrorCode::NumericValueOutOfRange
                | FunctionErrorCode::DivisionByZero
        );
    }
    match failure.find_root() {
        DataFusionError::ArrowError(found, _) => matches!(
            found.as_ref(),
            ArrowError::DivideByZero | ArrowError::ArithmeticOverflow(_) | ArrowError::CastError(_)
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch};
    use arrow::error::ArrowError;
    use arrow::util::display::array_value_to_string;
    use datafusion::error::DataFusionError;
    use datafusion::logical_expr::{Expr, lit};
    use datafusion::prelude::{SessionContext, col};

    use super::is_caught;
    use crate::error::{FunctionError, FunctionErrorCode};
    use crate::higher_order::CloseLambdas;
    use crate::testing::{Argument, Typed, apply};
    use crate::testing_collections::{Operand, apply_higher_order, constant_row, inner_lambda};
    use crate::types::Type;

    fn context() -> SessionContext {
        let context = SessionContext::new();
        context.add_analyzer_rule(Arc::new(CloseLambdas));
        context
    }

    fn typed(expr: Expr) -> Typed {
        Typed {
            expr,
            data_type: Type::Bigint,
        }
    }

    async fn tried(
        values: Vec<Option<i64>>,
        body: fn() -> Typed,
    ) -> Result<String, DataFusionError> {
        let expression = apply_higher_order("$try", vec![inner_lambda(1, move |_| body())]);
        let batch = RecordBatch::try_from_iter([(
            "x",
            std::sync::Arc::new(Int64Array::from(values)) as _,
        )])?;
        let frame = context().read_batch(batch)?;
        let batches = frame.select(vec![expression.expr])?.collect().await?;
        let Some(batch) = batches.first() else {
            return Ok(String::new());
        };
        let numbers = batch
            .column(0)
            .as_any()
            .downcast_ref::<Int64Array>()
            .unwrap();
        let shown = numbers
            .iter()
            .map(|number| number.map_or("NULL".to_owned(), |number| number.to_string()));
        Ok(shown.collect::<Vec<_>>().join("|"))
    }

    #[tokio::test]
    async fn rows_that_fail_are_null() {
        let divided = || typed(lit(10_i64) / col("x"));
        let values = vec![Some(5), Some(0), None, Some(2), Some(0), Some(0), Some(1)];
        assert_eq!(
            tried(values, divided).await.unwrap(),
            "2|NULL|NULL|5|NULL|NULL|10"
        );
        assert_eq!(tried(vec![Some(5), Some(2)], divided).await.unwrap(), "2|5");
        assert_eq!(
            tried(vec![Some(0), Some(0)], divided).await.unwrap(),
            "NULL|NULL"
        );
        assert_eq!(tried(vec![], divided).await.unwrap(), "");
    }

    #[tokio::test]
    async fn failures_of_functions_are_caught() {
        let counted = || apply("bit_count", vec![typed(lit(7_i64)), typed(col("x"))]);
        assert_eq!(
            tried(vec![Some(64), Some(1), Some(4)], counted)
                .await
                .unwrap(),
            "3|NULL|3"
        );
        let constant = || typed(lit(1_i64) / lit(0_i64));
        assert_eq!(
            tried(vec![Some(1), Some(2)], constant).await.unwrap(),
            "NULL|NULL"
        );
    }

    #[tokio::test]
    async fn elements_are_tried_one_by_one_within_lambdas() {
        let tried_division = |of: &[Typed]| {
            let element = of[0].expr.clone();
            let quotient = move |_: &[Typed]| typed((lit(10_i64) + col("x")) / element.clone());
            apply_higher_order("$try", vec![inner_lambda(1, quotient)])
        };
        let Argument::Constant(array, data_type) = constant_row("array(bigint)", "[1, 0, 2]")
        else {
            unreachable!("constants are constants");
        };
        let array = Operand::Value(Typed {
            expr: lit(array),
            data_type,
        });
        let quotients =
            apply_higher_order("transform", vec![array, inner_lambda(1, tried_division)]);
        let values: ArrayRef = Arc::new(Int64Array::from(vec![10, 30]));
        let batch = RecordBatch::try_from_iter([("x", values)]).unwrap();
        let frame = context().read_batch(batch).unwrap();
        let batches = frame
            .select(vec![quotients.expr])
            .unwrap()
            .collect()
            .await
            .unwrap();
        let quotients = batches[0].column(0);
        let shown = |row| array_value_to_string(quotients, row).unwrap();
        assert_eq!([shown(0), shown(1)], ["[20, , 10]", "[40, , 20]"]);
    }

    #[test]
    fn only_failures_by_values_are_caught() {
        let function = |code| FunctionError::new(code, "").into();
        assert!(is_caught(&function(
            FunctionErrorCode::NumericValueOutOfRange
        )));
        assert!(is_caught(&function(FunctionErrorCode::InvalidCastArgument)));
        assert!(!is_caught(&function(FunctionErrorCode::NotSupported)));
        assert!(!is_caught(&function(
            FunctionErrorCode::ExceededFunctionMemoryLimit
        )));
        let arrow = |error| DataFusionError::from(error).context("of a row");
        assert!(is_caught(&arrow(ArrowError::ArithmeticOverflow(
            String::new()
        ))));
        assert!(is_caught(&arrow(ArrowError::CastError(String::new()))));
        assert!(!is_caught(&arrow(ArrowError::MemoryError(String::new()))));
        assert!(!is_caught(&DataFusionError::ResourcesExhausted(
            String::new()
        )));
    }
}
