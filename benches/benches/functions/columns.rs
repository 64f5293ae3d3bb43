//! The columns that functions are run over.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringViewArray, TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use prismlake_functions::types::{Type, parse_type};

pub const ROWS: i64 = 8_192;

/// The columns, and their types for Trino.
const COLUMNS: [(&str, &str); 13] = [
    ("name", "varchar"),
    ("city", "varchar"),
    ("note", "varchar"),
    ("intl", "varchar"),
    ("url", "varchar"),
    ("number", "bigint"),
    ("number_text", "varchar"),
    ("day", "date"),
    ("day_text", "varchar"),
    ("moment", "timestamp(6)"),
    ("moment_text", "varchar"),
    ("price", "decimal(12,2)"),
    ("ratio", "double"),
];

/// Numbers without an order, the same in every run.
fn mixed(n: i64, salt: i64, below: i64) -> i64 {
    (n + salt)
        .wrapping_mul(2_654_435_761)
        .rotate_left(17)
        .rem_euclid(below)
}

pub fn batch(first: i64) -> RecordBatch {
    let rows = || first..first + ROWS;
    let texts = |text: &dyn Fn(i64) -> String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(rows().map(text)))
    };
    let cities = [
        "Berlin",
        "Paris",
        "New York",
        "São Paulo",
        "Ulaanbaatar City",
    ];
    let people = ["Zoë Müller", "José Álvarez", "東京 太郎", "Ann Smith"];
    let city = |n| {
        cities
            .get(usize::try_from(mixed(n, 1, 5)).unwrap())
            .unwrap()
    };
    let person = |n| {
        people
            .get(usize::try_from(mixed(n, 2, 4)).unwrap())
            .unwrap()
    };
    let day = |n| i32::try_from(16_000 + mixed(n, 3, 4_000)).unwrap();
    let moment = |n| 1_420_070_400_000_000 + mixed(n, 4, 345_600_000) * 1_000_000;
    let days = Date32Array::from_iter_values(rows().map(day));
    let moments = TimestampMicrosecondArray::from_iter_values(rows().map(moment));
    let shown = |values: &dyn Array| cast(values, &DataType::Utf8View).unwrap();
    let prices =
        Decimal128Array::from_iter_values(rows().map(|n| i128::from(mixed(n, 5, 1_000_000_000))));
    let columns: [ArrayRef; 13] = [
        texts(&|n| format!("Customer {} Of {}", mixed(n, 6, 50_000), city(n))),
        texts(&|n| (*city(n)).to_owned()),
        texts(&|n| {
            format!(
                "the quick fox jumps over {} lazy dogs and the cat",
                mixed(n, 7, 900)
            )
        }),
        texts(&|n| format!("{} / {}", person(n), mixed(n, 8, 100_000))),
        texts(&|n| {
            format!(
                "https://www.example.com/shop/item{}?user={}&from=mail",
                mixed(n, 9, 3_000),
                mixed(n, 10, 100_000)
            )
        }),
        Arc::new(Int64Array::from_iter_values(
            rows().map(|n| mixed(n, 11, 1_000_000)),
        )),
        texts(&|n| mixed(n, 12, 1_000_000).to_string()),
        Arc::new(days.clone()),
        shown(&days),
        Arc::new(moments.clone()),
        // Arrow puts a T between the day and the time.
        texts(&|n| {
            chrono::DateTime::from_timestamp_micros(moment(n))
                .unwrap()
                .format("%Y-%m-%d %H:%M:%S")
                .to_string()
        }),
        Arc::new(prices.with_precision_and_scale(12, 2).unwrap()),
        Arc::new(Float64Array::from_iter_values(
            rows().map(|n| f64::from(day(n)) / 7.0),
        )),
    ];
    RecordBatch::try_from_iter(COLUMNS.iter().map(|(name, _)| *name).zip(columns)).unwrap()
}

pub fn type_of_column(name: &str) -> Type {
    let found = COLUMNS.iter().find(|(known, _)| *known == name);
    parse_type(found.unwrap().1).unwrap()
}
