//! What holds for every aggregate: it is there, and gives the same over window frames and from disk as over whole groups.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, StringArray,
};

use crate::registry::registry;
use crate::testing::{AggregateCall, Argument, Entry, bigint, calling, column, double, maps, text};

/// Columns of 60 rows, of which some are NULL.
fn values(of: &str) -> Argument {
    let numbers = |factor: i64, null: i64| {
        (0..60).map(move |row: i64| (row % null != 0).then_some(row * factor % 23))
    };
    let small = |number: i64| f64::from(i32::try_from(number).unwrap());
    match of {
        "bigint" => column("bigint", numbers(7, 5).collect::<Int64Array>()),
        "other bigint" => column("bigint", numbers(11, 7).collect::<Int64Array>()),
        "double" => column(
            "double",
            numbers(5, 4)
                .map(|number| Some(small(number?)))
                .collect::<Float64Array>(),
        ),
        "other double" => column(
            "double",
            numbers(3, 6)
                .map(|number| Some(small(number?)))
                .collect::<Float64Array>(),
        ),
        "weight" => column(
            "double",
            numbers(3, 6)
                .map(|number| Some(small(number? + 1)))
                .collect::<Float64Array>(),
        ),
        "decimal" => column(
            "decimal(10,2)",
            numbers(13, 6)
                .map(|number| number.map(i128::from))
                .collect::<Decimal128Array>()
                .with_precision_and_scale(10, 2)
                .unwrap(),
        ),
        "varchar" => column(
            "varchar",
            numbers(17, 8)
                .map(|number| Some(format!("text {}", number?)))
                .collect::<StringArray>(),
        ),
        "boolean" => column(
            "boolean",
            numbers(19, 9)
                .map(|number| Some(number? % 2 == 0))
                .collect::<BooleanArray>(),
        ),
        "map" => {
            let entries: Vec<Vec<Entry<'_>>> = (0..60)
                .map(|row| {
                    vec![
                        (["x", "y", "z"][row % 3], i64::try_from(row).ok()),
                        ("w", None),
                    ]
                })
                .collect();
            let rows: Vec<Option<&[Entry<'_>]>> = entries
                .iter()
                .enumerate()
                .map(|(row, entries)| (row % 4 != 0).then_some(entries.as_slice()))
                .collect();
            maps(&rows)
        }
        "2" => bigint(2),
        "5" => bigint(5),
        // More buckets than values: with fewer, a running frame merges them with every row, as in Trino.
        "99" => bigint(99),
        "0.5" => double(0.5),
        "comma" => text(","),
        other => panic!("{other} is no column"),
    }
}

/// The aggregates with arguments of theirs.
const CALLS: &[(&str, &[&str])] = &[
    ("any_value", &["varchar"]),
    ("approx_distinct", &["varchar"]),
    ("approx_most_frequent", &["5", "bigint", "5"]),
    ("approx_percentile", &["bigint", "0.5"]),
    ("approx_percentile", &["double", "weight", "0.5"]),
    ("approx_set", &["bigint"]),
    ("arbitrary", &["map"]),
    ("array_agg", &["varchar"]),
    ("array_agg", &["map"]),
    ("avg", &["bigint"]),
    ("avg", &["decimal"]),
    ("avg", &["double"]),
    ("bitwise_and_agg", &["bigint"]),
    ("bitwise_or_agg", &["bigint"]),
    ("bitwise_xor_agg", &["bigint"]),
    ("bool_and", &["boolean"]),
    ("bool_or", &["boolean"]),
    ("checksum", &["varchar"]),
    ("corr", &["double", "other double"]),
    ("count", &["varchar"]),
    ("count", &["double"]),
    ("count_if", &["boolean"]),
    ("covar_pop", &["double", "other double"]),
    ("covar_samp", &["double", "other double"]),
    ("every", &["boolean"]),
    ("geometric_mean", &["bigint"]),
    ("histogram", &["varchar"]),
    ("kurtosis", &["double"]),
    ("listagg", &["varchar", "comma"]),
    ("make_set_digest", &["varchar"]),
    ("map_agg", &["varchar", "bigint"]),
    ("map_union", &["map"]),
    ("max", &["varchar"]),
    ("max", &["double"]),
    ("max", &["bigint", "2"]),
    ("max_by", &["varchar", "bigint"]),
    ("max_by", &["map", "double", "2"]),
    ("min", &["decimal"]),
    ("min", &["varchar", "5"]),
    ("min_by", &["map", "varchar"]),
    ("min_by", &["bigint", "other bigint", "2"]),
    ("multimap_agg", &["varchar", "bigint"]),
    ("numeric_histogram", &["99", "double"]),
    ("numeric_histogram", &["99", "double", "weight"]),
    ("qdigest_agg", &["bigint"]),
    ("regr_intercept", &["double", "other double"]),
    ("regr_slope", &["double", "other double"]),
    ("skewness", &["double"]),
    ("stddev", &["double"]),
    ("stddev_pop", &["bigint"]),
    ("stddev_samp", &["double"]),
    ("sum", &["bigint"]),
    ("sum", &["decimal"]),
    ("sum", &["double"]),
    ("tdigest_agg", &["double"]),
    ("var_pop", &["double"]),
    ("var_samp", &["bigint"]),
    ("variance", &["double"]),
];

/// A call over some of the rows.
fn over(name: &'static str, arguments: &[&str], rows: std::ops::Range<usize>) -> AggregateCall {
    let slice = |values: ArrayRef| values.slice(rows.start, rows.len());
    let arguments = arguments.iter().map(|argument| match values(argument) {
        Argument::Column(values, data_type) => Argument::Column(slice(values), data_type),
        constant => constant,
    });
    calling(name, arguments.collect())
}

#[test]
fn every_aggregate_and_window_function_of_trino_is_there() {
    let names = "any_value approx_distinct approx_most_frequent approx_percentile approx_set \
        arbitrary array_agg avg bitwise_and_agg bitwise_or_agg bool_and bool_or checksum corr \
        count count_if covar_pop covar_samp every geometric_mean histogram kurtosis listagg \
        map_agg map_union max max_by merge min min_by multimap_agg numeric_histogram qdigest_agg \
        reduce_agg regr_intercept regr_slope skewness stddev stddev_pop stddev_samp sum \
        tdigest_agg var_pop var_samp variance cardinality empty_approx_set value_at_quantile \
        values_at_quantiles quantile_at_value make_set_digest merge_set_digest \
        intersection_cardinality jaccard_index hash_counts cume_dist dense_rank first_value lag \
        last_value lead nth_value ntile percent_rank rank row_number";
    for name in names.split_whitespace() {
        let definition = registry()
            .function(name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        assert!(!definition.overloads.is_empty(), "{name} has no signature");
    }
}

#[tokio::test]
async fn frames_give_what_their_rows_give() {
    let frames: [(i64, i64); 2] = [(-100, 0), (1, 3)];
    for (name, arguments) in CALLS {
        for (from, to) in frames {
            let rows = 0..8;
            let bounds = (Some(from).filter(|from| *from > -100), Some(to));
            let framed = over(name, arguments, rows.clone()).over_rows(bounds.0, bounds.1);
            let mut apart = Vec::new();
            for row in 0..8_i64 {
                let start = usize::try_from((row + from).clamp(0, 8)).unwrap();
                let end = usize::try_from((row + to + 1).clamp(0, 8)).unwrap();
                apart.push(
                    over(name, arguments, start..end)
                        .in_one_stage()
                        .shown()
                        .await,
                );
            }
            assert_eq!(
                framed.shown().await,
                apart.join("|"),
                "{name}{arguments:?} {from} {to}"
            );
        }
    }
}

#[tokio::test]
async fn repeated_rows_do_not_matter_when_distinct() {
    for (name, arguments) in CALLS {
        let twice = |arguments: &[&str]| -> AggregateCall {
            let arguments = arguments.iter().map(|argument| match values(argument) {
                Argument::Column(values, data_type) => {
                    let part = values.slice(0, 12);
                    let both = arrow::compute::concat(&[part.as_ref(), part.as_ref()]).unwrap();
                    Argument::Column(both, data_type)
                }
                constant => constant,
            });
            calling(name, arguments.collect())
        };
        let once = over(name, arguments, 0..12)
            .distinct()
            .in_one_stage()
            .shown()
            .await;
        let repeated = twice(arguments).distinct().in_one_stage().shown().await;
        assert_eq!(repeated, once, "{name}{arguments:?}");
        let groups: Vec<i64> = [vec![1; 12], vec![2; 12]].concat();
        let grouped = twice(arguments)
            .distinct()
            .grouped_by(groups)
            .in_one_stage()
            .shown()
            .await;
        assert_eq!(grouped, format!("{once}|{once}"), "{name}{arguments:?}");
    }
}

#[tokio::test]
async fn groups_from_disk_are_the_same() {
    for (name, arguments) in CALLS {
        let many = || {
            let arguments = arguments.iter().map(|argument| match values(argument) {
                Argument::Column(values, data_type) => {
                    let places =
                        arrow::array::UInt32Array::from_iter_values((0..3000).map(|row| row % 60));
                    let values = arrow::compute::take(&values, &places, None).unwrap();
                    Argument::Column(values, data_type)
                }
                constant => constant,
            });
            let groups: Vec<i64> = (0..3000).map(|row| row / 2 % 1000).collect();
            calling(name, arguments.collect())
                .grouped_by(groups)
                .in_one_stage()
        };
        let spilled = many().spilled().await;
        let whole = many().shown().await;
        let differing = spilled
            .split('|')
            .zip(whole.split('|'))
            .find(|(one, other)| {
                // Means and the like are merged, so that the last digits may differ.
                let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
                let close =
                    |(one, other): (f64, f64)| (one - other).abs() <= 1e-9 * one.abs().max(1.0);
                one != other && !numbers.is_some_and(close)
            });
        assert_eq!(differing, None, "{name}{arguments:?}");
        assert_eq!(spilled.matches('|').count(), 999);
    }
}

#[test]
fn columns_are_of_one_length() {
    for (_, arguments) in CALLS {
        for argument in *arguments {
            if let Argument::Column(values, _) = values(argument) {
                assert_eq!(Arc::clone(&values).len(), 60);
            }
        }
    }
}
