//! Lambdas within plans: what the optimizer does to the expressions around them must not change what they give.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Column, ToDFSchema};
use datafusion::dataframe::DataFrame;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::error::Result;
use datafusion::functions_aggregate::expr_fn::{array_agg, count};
use datafusion::logical_expr::{Expr, ExprFunctionExt, JoinType, cast, exists, lit, when};
use datafusion::physical_expr::utils::reassign_expr_columns;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col};

use super::{CloseLambdas, close_lambdas};
use crate::testing::{Argument, Typed, apply};
use crate::testing_collections::{Operand, apply_higher_order, constant_row, inner_lambda, rows};
use crate::types::Type;

fn context(config: SessionConfig) -> SessionContext {
    let context = SessionContext::new_with_config(config);
    context.add_analyzer_rule(Arc::new(CloseLambdas));
    context
}

fn bigint(expr: Expr) -> Typed {
    Typed {
        expr,
        data_type: Type::Bigint,
    }
}

fn column(name: &str) -> Typed {
    bigint(col(name))
}

fn array_column(name: &str) -> Typed {
    Typed {
        expr: col(name),
        data_type: Type::array(Type::Bigint),
    }
}

fn array(json: &str) -> Typed {
    match constant_row("array(bigint)", json) {
        Argument::Constant(value, data_type) => Typed {
            expr: lit(value),
            data_type,
        },
        _ => unreachable!("constants are constants"),
    }
}

fn transform(array: Typed, body: impl Fn(Typed) -> Typed + 'static) -> Typed {
    let lambda = inner_lambda(1, move |of| body(of[0].clone()));
    apply_higher_order("transform", vec![Operand::Value(array), lambda])
}

fn sum(parts: [Typed; 2]) -> Typed {
    let [left, right] = parts;
    bigint(left.expr + right.expr)
}

fn contains(array: Typed, value: i64) -> Expr {
    apply("contains", vec![array, bigint(lit(value))]).expr
}

fn batch() -> RecordBatch {
    let Argument::Column(arrays, _) = rows("array(bigint)", "[[1, 2], null, [], [3, null]]") else {
        unreachable!("rows are a column");
    };
    let numbers = |numbers: [i64; 4]| Arc::new(Int64Array::from(numbers.to_vec())) as ArrayRef;
    RecordBatch::try_from_iter([
        ("k", numbers([1, 2, 3, 4])),
        (
            "unused",
            Arc::new(StringArray::from(vec!["a", "b", "c", "d"])) as ArrayRef,
        ),
        ("a", arrays),
        ("b", numbers([10, 20, 30, 40])),
        ("c", numbers([1, 0, 1, 0])),
    ])
    .unwrap()
}

/// The rows of a plan, sorted, their columns joined by blanks.
async fn shown(frame: Result<DataFrame>) -> String {
    let mut lines = Vec::new();
    for batch in frame.unwrap().collect().await.unwrap() {
        let options = FormatOptions::default().with_null("NULL");
        let columns = batch.columns().iter();
        let columns: Vec<_> = columns
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let values: Vec<String> = columns
                .iter()
                .map(|column| column.value(row).to_string())
                .collect();
            lines.push(values.join(" "));
        }
    }
    lines.sort();
    lines.join("|")
}

/// Asserts what a plan gives over the table in memory, in a file, and in a file whose scan evaluates filters.
async fn assert_shown(plan: impl Fn(DataFrame) -> Result<DataFrame>, expected: &str) {
    static DIRECTORIES: AtomicUsize = AtomicUsize::new(0);
    let number = DIRECTORIES.fetch_add(1, Ordering::Relaxed);
    let name = format!("prismlake-lambda-plans-{}-{number}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let memory = context(SessionConfig::new()).read_batch(batch()).unwrap();
    assert_eq!(shown(plan(memory.clone())).await, expected);
    let path = directory.join("table.parquet").to_str().unwrap().to_owned();
    memory
        .write_parquet(&path, DataFrameWriteOptions::new(), None)
        .await
        .unwrap();
    for pushdown in [false, true] {
        let mut config = SessionConfig::new();
        config.options_mut().execution.parquet.pushdown_filters = pushdown;
        let frame = context(config)
            .read_parquet(&path, ParquetReadOptions::default())
            .await
            .unwrap();
        assert_eq!(shown(plan(frame)).await, expected, "pushdown: {pushdown}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

/// Each element plus `b`.
fn captures() -> Typed {
    transform(array_column("a"), |x| sum([x, column("b")]))
}

/// For each element the array plus it plus `b`.
fn nested() -> Typed {
    transform(array_column("a"), |x| {
        transform(array_column("a"), move |y| {
            sum([sum([x.clone(), y]), column("b")])
        })
    })
}

#[tokio::test]
async fn columns_are_captured() {
    assert_shown(
        |frame| frame.select(vec![col("k"), captures().expr]),
        "1 [11, 12]|2 NULL|3 []|4 [43, NULL]",
    )
    .await;
}

#[tokio::test]
async fn variables_of_outer_lambdas_are_captured() {
    assert_shown(
        |frame| frame.select(vec![nested().expr, col("k")]),
        "NULL 2|[[12, 13], [13, 14]] 1|[[46, NULL], [NULL, NULL]] 4|[] 3",
    )
    .await;
}

#[tokio::test]
async fn lambdas_stand_within_case_and_case_within_lambdas() {
    assert_shown(
        |frame| {
            let chosen = when(col("c").eq(lit(1_i64)), nested().expr).end()?;
            frame.select(vec![col("k"), chosen])
        },
        "1 [[12, 13], [13, 14]]|2 NULL|3 []|4 NULL",
    )
    .await;
    assert_shown(
        |frame| {
            let chosen = transform(array_column("a"), |x| {
                let inner = transform(array_column("a"), {
                    let x = x.clone();
                    move |y| sum([x.clone(), y])
                });
                Typed {
                    expr: when(x.expr.gt(lit(1_i64)), inner.expr).end().unwrap(),
                    data_type: inner.data_type,
                }
            });
            frame.select(vec![col("k"), chosen.expr])
        },
        "1 [NULL, [3, 4]]|2 NULL|3 []|4 [[6, NULL], NULL]",
    )
    .await;
}

#[tokio::test]
async fn filters_and_projections_are_pruned_and_pushed_down() {
    assert_shown(
        |frame| {
            frame
                .filter(contains(captures(), 12))?
                .select(vec![col("k")])
        },
        "1",
    )
    .await;
    let of_constant = || transform(array("[1, 2]"), |x| sum([x, column("b")]));
    assert_shown(
        move |frame| {
            frame
                .filter(contains(of_constant(), 32))?
                .select(vec![col("b")])
        },
        "30",
    )
    .await;
    assert_shown(
        |frame| {
            let frame = frame.select(vec![col("b").alias("q"), col("a").alias("r")])?;
            frame.select(vec![
                transform(array_column("r"), |x| sum([x, column("q")])).expr,
            ])
        },
        "NULL|[11, 12]|[43, NULL]|[]",
    )
    .await;
    assert_shown(
        |frame| {
            let frame = frame.select(vec![
                col("c"),
                nested().expr.alias("n"),
                captures().expr.alias("l"),
            ])?;
            frame
                .filter(contains(array_column("l"), 43))?
                .select(vec![col("c")])
        },
        "0",
    )
    .await;
}

#[tokio::test]
async fn aggregates_groups_windows_and_orders_have_lambdas() {
    assert_shown(
        |frame| {
            let aggregates = vec![
                count(captures().expr),
                array_agg(transform(array_column("a"), |x| sum([x, column("c")])).expr)
                    .order_by(vec![col("k").sort(true, false)])
                    .build()?,
            ];
            frame.aggregate(vec![col("c")], aggregates)
        },
        "0 1 [NULL, [3, NULL]]|1 2 [[2, 3], []]",
    )
    .await;
    assert_shown(
        |frame| {
            let key = transform(array("[1, 2]"), |x| sum([x, column("c")]));
            frame.aggregate(vec![key.expr], vec![count(lit(1))])
        },
        "[1, 2] 2|[2, 3] 2",
    )
    .await;
    assert_shown(
        |frame| {
            let order = transform(array("[1]"), |x| sum([x, column("b")])).expr;
            frame
                .sort(vec![order.sort(false, false)])?
                .limit(0, Some(2))?
                .select(vec![col("k")])
        },
        "3|4",
    )
    .await;
}

#[tokio::test]
async fn joins_and_correlated_subqueries_have_lambdas() {
    let other = |frame: &DataFrame| {
        frame
            .clone()
            .select(vec![col("k").alias("k2"), col("b").alias("b2")])
    };
    assert_shown(
        |frame| {
            let right = other(&frame)?;
            let both = transform(array("[1]"), |x| sum([x, sum([column("b"), column("b2")])]));
            let joined = vec![col("k").lt(col("k2")), contains(both, 51)];
            frame
                .join_on(right, JoinType::Left, joined)?
                .select(vec![col("k"), col("b2")])
        },
        "1 40|2 30|3 NULL|4 NULL",
    )
    .await;
    assert_shown(
        |frame| {
            let right = other(&frame)?;
            let qualifier = frame
                .schema()
                .qualified_field_with_unqualified_name("b")?
                .0
                .cloned();
            let outer = Expr::OuterReferenceColumn(
                Arc::new(Field::new("b", DataType::Int64, true)),
                Column::new(qualifier, "b"),
            );
            let found = transform(array("[1]"), move |x| sum([x, bigint(outer.clone())]));
            let subquery = right
                .filter(contains(found, 21).and(col("k2").eq(lit(1_i64))))?
                .into_unoptimized_plan();
            frame
                .filter(exists(Arc::new(subquery)))?
                .select(vec![col("k")])
        },
        "2",
    )
    .await;
}

#[tokio::test]
async fn nothing_is_evaluated_for_no_rows() {
    let failing = || transform(array_column("a"), |_| bigint(lit(1_i64) / lit(0_i64)));
    assert_shown(
        move |frame| {
            frame
                .filter(col("k").eq(lit(3_i64)))?
                .select(vec![failing().expr])
        },
        "[]",
    )
    .await;
    let constant = || transform(array("[1]"), |x| bigint(x.expr / lit(0_i64)));
    assert_shown(
        move |frame| {
            frame
                .filter(col("k").gt(lit(9_i64)))?
                .select(vec![constant().expr])
        },
        "",
    )
    .await;
}

#[tokio::test]
async fn constants_need_no_rows() {
    let constant = transform(array("[1, null]"), |_| bigint(lit(7_i64)));
    let inner = transform(array("[1, 2]"), |x| {
        transform(array("[10]"), move |y| sum([x.clone(), y]))
    });
    let frame = context(SessionConfig::new()).read_empty().unwrap();
    let frame = frame.select(vec![constant.expr, inner.expr]).unwrap();
    let plan = frame
        .clone()
        .into_optimized_plan()
        .unwrap()
        .display_indent()
        .to_string();
    assert!(
        plan.contains("List([7, 7]) AS"),
        "folded when planned: {plan}"
    );
    assert_eq!(shown(Ok(frame)).await, "[7, 7] [[11], [12]]");
}

#[tokio::test]
async fn calls_that_differ_in_their_lambdas_are_different_columns() {
    assert_shown(
        |frame| {
            let by_c = transform(array_column("a"), |x| sum([x, column("c")]));
            let doubled = transform(array_column("a"), |x| sum([x.clone(), x]));
            frame.filter(col("k").eq(lit(1_i64)))?.select(vec![
                captures().expr,
                by_c.expr,
                doubled.expr,
            ])
        },
        "[11, 12] [2, 3] [2, 4]",
    )
    .await;
}

#[tokio::test]
async fn volatile_bodies_have_a_value_for_each_entry() {
    let random = || {
        let random = datafusion::functions::math::random().call(vec![]);
        bigint(cast(random * lit(1e15), DataType::Int64))
    };
    let numbers = transform(array("[1, 2]"), move |_| random());
    let frame = context(SessionConfig::new()).read_batch(batch()).unwrap();
    let values = shown(frame.select(vec![numbers.expr])).await;
    let numbers: std::collections::HashSet<&str> = values
        .split(['|', ','])
        .map(|number| number.trim_matches([' ', '[', ']']))
        .collect();
    assert_eq!(numbers.len(), 8, "{values}");
}

/// Where DataFusion's own lambdas read the wrong column.
#[tokio::test]
async fn expressions_are_moved_over_wider_inputs() {
    let narrow = Schema::new(vec![Field::new("b", DataType::Int64, true)]);
    let narrow = narrow.to_dfschema().unwrap();
    let expression = transform(array("[1, 2]"), |x| sum([x, column("b")])).expr;
    let expression = close_lambdas(expression).unwrap().data;
    let expression = SessionContext::new()
        .create_physical_expr(expression, &narrow)
        .unwrap();
    let moved = reassign_expr_columns(expression, &batch().schema()).unwrap();
    let values = moved.evaluate(&batch()).unwrap().into_array(4).unwrap();
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(&values, &options).unwrap();
    assert_eq!(formatter.value(3).to_string(), "[41, 42]");
}

#[tokio::test]
async fn arrays_that_their_own_lambdas_capture_need_no_square_of_memory() {
    let long: Vec<i64> = (0..5_000).collect();
    let array = array(&format!("{long:?}"));
    let found = transform(array.clone(), move |x| {
        apply(
            "element_at",
            vec![array.clone(), bigint(x.expr + lit(1_i64))],
        )
    });
    let frame = context(SessionConfig::new()).read_empty().unwrap();
    let total = apply_higher_order(
        "reduce",
        vec![
            Operand::Value(found),
            Operand::Value(bigint(lit(0_i64))),
            inner_lambda(2, |of| sum([of[0].clone(), of[1].clone()])),
            inner_lambda(1, |of| of[0].clone()),
        ],
    );
    assert_eq!(shown(frame.select(vec![total.expr])).await, "12497500");
}

#[tokio::test]
async fn columns_keep_the_names_that_they_had_before_lambdas_were_closed() {
    let frame = context(SessionConfig::new()).read_batch(batch()).unwrap();
    let frame = frame.select(vec![captures().expr, nested().expr]).unwrap();
    let before: Vec<String> = frame.schema().field_names();
    let after = frame
        .clone()
        .into_optimized_plan()
        .unwrap()
        .schema()
        .field_names();
    assert_eq!(before, after);
    let first = frame.schema().field(0).name().clone();
    let read = frame.select(vec![Expr::Column(Column::new_unqualified(first))]);
    assert_eq!(shown(read).await, "NULL|[11, 12]|[43, NULL]|[]");
}

#[tokio::test]
async fn lambdas_are_not_run_without_the_rule() {
    let frame = SessionContext::new().read_batch(batch()).unwrap();
    let failure = frame
        .select(vec![captures().expr])
        .unwrap()
        .collect()
        .await
        .unwrap_err();
    assert!(failure.to_string().contains("CloseLambdas"), "{failure}");
}
