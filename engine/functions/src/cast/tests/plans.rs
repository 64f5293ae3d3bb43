//! What becomes of casts in plans.

use arrow::array::{RecordBatch, new_null_array};
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;

use crate::cast::coercion;
use crate::types::parse_type;

/// The optimized plan that casts a column, or an expression instead.
fn optimized(from: &str, to: &str, argument: Expr) -> String {
    let from = parse_type(from).unwrap();
    let function = coercion(&from, &parse_type(to).unwrap()).unwrap();
    let values = new_null_array(&from.arrow(), 1);
    let plan = SessionContext::new()
        .read_batch(RecordBatch::try_from_iter([("c0", values)]).unwrap())
        .unwrap()
        .select(vec![function.call(vec![argument]).alias("r")])
        .unwrap()
        .into_optimized_plan()
        .unwrap();
    plan.to_string()
}

#[tokio::test]
async fn constants_are_folded() {
    let text = lit(ScalarValue::Utf8View(Some("12".to_owned())));
    assert!(optimized("varchar", "bigint", text).contains("Int64(12)"));
}

#[tokio::test]
async fn casts_that_change_nothing_leave_the_plan() {
    for (from, to) in [
        ("varchar(3)", "varchar"),
        ("timestamp(3)", "timestamp(6)"),
        ("p4hyperloglog", "hyperloglog"),
    ] {
        let plan = optimized(from, to, col("c0"));
        assert!(
            plan.contains("c0 AS r") && !plan.contains("cast("),
            "{plan}"
        );
    }
    assert!(optimized("varchar", "varchar(3)", col("c0")).contains("cast("));
    assert!(optimized("timestamp(6)", "timestamp(3)", col("c0")).contains("cast("));
}

#[tokio::test]
async fn casts_that_arrow_does_exactly_become_its_own() {
    for (from, to) in [
        ("integer", "bigint"),
        ("decimal(5,2)", "decimal(7,3)"),
        ("real", "double"),
    ] {
        let plan = optimized(from, to, col("c0"));
        assert!(plan.contains("CAST("), "{plan}");
    }
    assert!(optimized("bigint", "integer", col("c0")).contains("cast("));
}
