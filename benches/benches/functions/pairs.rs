//! Calls of Prismlake's functions, each with DataFusion's that does the same.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::functions::{datetime, regex, string, unicode};
use datafusion::functions_aggregate::expr_fn as aggregate;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, ScalarUDF, cast, col, lit};
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::{Type, parse_type};
use prismlake_functions::{BoundFunction, OnFailure, cast_function, registry};

use crate::columns::type_of_column;

fn type_of(expression: &Expr) -> Type {
    match expression {
        Expr::Column(column) => type_of_column(&column.name),
        Expr::Literal(ScalarValue::Int64(_), _) => Type::Bigint,
        _ => Type::VARCHAR,
    }
}

fn bound(name: &str, arguments: &[Expr]) -> BoundFunction {
    let types: Vec<Type> = arguments.iter().map(type_of).collect();
    let resolved = registry().resolve_values(name, &types).unwrap();
    resolved.function().unwrap()
}

/// A call of Prismlake's function. Text is given as the analyzer gives it.
fn ours(name: &str, arguments: Vec<Expr>) -> Expr {
    let arguments = arguments.into_iter().map(as_analyzed).collect::<Vec<_>>();
    match bound(name, &arguments) {
        BoundFunction::Scalar(function) => function.call(arguments),
        BoundFunction::Aggregate(function) => Expr::AggregateFunction(AggregateFunction::new_udf(
            function,
            arguments,
            false,
            None,
            vec![],
            None,
        )),
        other => panic!("{name} is {other:?}"),
    }
}

fn as_analyzed(argument: Expr) -> Expr {
    match argument {
        Expr::Literal(ScalarValue::Utf8(text), metadata) => {
            Expr::Literal(ScalarValue::Utf8View(text), metadata)
        }
        other => other,
    }
}

fn our_cast(column: &str, to: &str) -> Expr {
    let from = type_of(&col(column));
    let function: Arc<ScalarUDF> =
        cast_function(&from, &parse_type(to).unwrap(), OnFailure::Error).unwrap();
    function.call(vec![col(column)])
}

/// What is compared: a name, Prismlake's expression, DataFusion's.
pub type Pair = (&'static str, Expr, Expr);

pub fn texts() -> Vec<Pair> {
    let [name, city, note, intl, url] = ["name", "city", "note", "intl", "url"].map(col);
    let of = |column: &Expr| vec![column.clone()];
    let with = |column: &Expr, more: &[Expr]| [of(column).as_slice(), more].concat();
    vec![
        (
            "lower",
            ours("lower", of(&name)),
            string::expr_fn::lower(name.clone()),
        ),
        (
            "lower/not_ascii",
            ours("lower", of(&intl)),
            string::expr_fn::lower(intl.clone()),
        ),
        (
            "upper",
            ours("upper", of(&name)),
            string::expr_fn::upper(name.clone()),
        ),
        (
            "upper/short",
            ours("upper", of(&city)),
            string::expr_fn::upper(city.clone()),
        ),
        (
            "substr/short",
            ours("substr", with(&name, &[lit(3_i64), lit(5_i64)])),
            unicode::expr_fn::substring(name.clone(), lit(3_i64), lit(5_i64)),
        ),
        (
            "substr/long",
            ours("substr", with(&note, &[lit(11_i64), lit(20_i64)])),
            unicode::expr_fn::substring(note.clone(), lit(11_i64), lit(20_i64)),
        ),
        (
            "substr/not_ascii",
            ours("substr", with(&intl, &[lit(3_i64), lit(5_i64)])),
            unicode::expr_fn::substring(intl.clone(), lit(3_i64), lit(5_i64)),
        ),
        (
            "concat",
            ours("concat", vec![name.clone(), lit(" of "), city.clone()]),
            string::expr_fn::concat(vec![name.clone(), lit(" of "), city.clone()]),
        ),
        (
            "replace",
            ours("replace", with(&note, &[lit("the"), lit("a")])),
            string::expr_fn::replace(note.clone(), lit("the"), lit("a")),
        ),
        (
            "replace/character",
            ours("replace", with(&name, &[lit(" "), lit("")])),
            string::expr_fn::replace(name.clone(), lit(" "), lit("")),
        ),
        (
            "split_part",
            ours("split_part", with(&url, &[lit("/"), lit(4_i64)])),
            string::expr_fn::split_part(url.clone(), lit("/"), lit(4_i64)),
        ),
        (
            "strpos",
            ours("strpos", with(&note, &[lit("lazy")])),
            unicode::expr_fn::strpos(note.clone(), lit("lazy")),
        ),
        (
            "trim",
            ours("trim", of(&note)),
            string::expr_fn::trim(with(&note, &[])),
        ),
        (
            "length",
            ours("length", of(&name)),
            unicode::expr_fn::character_length(name.clone()),
        ),
        (
            "length/not_ascii",
            ours("length", of(&intl)),
            unicode::expr_fn::character_length(intl.clone()),
        ),
        (
            "like/prefix",
            ours("$like", with(&name, &[lit("Customer 1%")])),
            name.clone().like(lit("Customer 1%")),
        ),
        (
            "like/contains",
            ours("$like", with(&note, &[lit("%lazy%")])),
            note.clone().like(lit("%lazy%")),
        ),
        (
            "like/several",
            ours("$like", with(&note, &[lit("%fox%9%cat")])),
            note.clone().like(lit("%fox%9%cat")),
        ),
        (
            "reverse",
            ours("reverse", of(&name)),
            unicode::expr_fn::reverse(name.clone()),
        ),
        (
            "lpad",
            ours("lpad", with(&name, &[lit(40_i64), lit("*")])),
            unicode::expr_fn::lpad(vec![name.clone(), lit(40_i64), lit("*")]),
        ),
        (
            "starts_with",
            ours("starts_with", with(&url, &[lit("https://www")])),
            string::expr_fn::starts_with(url.clone(), lit("https://www")),
        ),
        (
            "translate",
            ours("translate", with(&name, &[lit("abc"), lit("xyz")])),
            unicode::expr_fn::translate(name.clone(), lit("abc"), lit("xyz")),
        ),
    ]
}

pub fn times() -> Vec<Pair> {
    let [day, moment, moment_text] = ["day", "moment", "moment_text"].map(col);
    let part = |name: &'static str, part: &str, column: &Expr| {
        (
            name,
            ours(name.split('/').next().unwrap(), vec![column.clone()]),
            datetime::expr_fn::date_part(lit(part), column.clone()),
        )
    };
    let trunc = |name: &'static str, unit: &str, column: &Expr| {
        (
            name,
            ours("date_trunc", vec![lit(unit), column.clone()]),
            datetime::expr_fn::date_trunc(lit(unit), column.clone()),
        )
    };
    let month = lit(ScalarValue::new_interval_mdn(1, 0, 0));
    let week = lit(ScalarValue::new_interval_mdn(0, 7, 0));
    vec![
        trunc("date_trunc/hour", "hour", &moment),
        trunc("date_trunc/day", "day", &moment),
        trunc("date_trunc/month", "month", &moment),
        part("year", "year", &moment),
        part("month/date", "month", &day),
        part("day/date", "day", &day),
        part("hour", "hour", &moment),
        (
            "date_add/day",
            ours("date_add", vec![lit("day"), lit(7_i64), moment.clone()]),
            moment.clone() + week,
        ),
        (
            "date_add/month",
            ours("date_add", vec![lit("month"), lit(1_i64), moment.clone()]),
            moment.clone() + month,
        ),
        (
            "date_format",
            ours(
                "date_format",
                vec![moment.clone(), lit("%Y-%m-%d %H:%i:%s")],
            ),
            datetime::expr_fn::to_char(moment.clone(), lit("%Y-%m-%d %H:%M:%S")),
        ),
        (
            "date_parse",
            ours(
                "date_parse",
                vec![moment_text.clone(), lit("%Y-%m-%d %H:%i:%s")],
            ),
            datetime::expr_fn::to_timestamp_micros(vec![
                moment_text.clone(),
                lit("%Y-%m-%d %H:%M:%S"),
            ]),
        ),
    ]
}

pub fn casts() -> Vec<Pair> {
    let moment = DataType::Timestamp(TimeUnit::Microsecond, None);
    vec![
        (
            "cast/text_to_date",
            our_cast("day_text", "date"),
            cast(col("day_text"), DataType::Date32),
        ),
        (
            "cast/text_to_timestamp",
            our_cast("moment_text", "timestamp(6)"),
            cast(col("moment_text"), moment),
        ),
        (
            "cast/text_to_bigint",
            our_cast("number_text", "bigint"),
            cast(col("number_text"), DataType::Int64),
        ),
        (
            "cast/text_to_double",
            our_cast("number_text", "double"),
            cast(col("number_text"), DataType::Float64),
        ),
        (
            "cast/date_to_text",
            our_cast("day", "varchar"),
            cast(col("day"), DataType::Utf8View),
        ),
        (
            "cast/timestamp_to_text",
            our_cast("moment", "varchar"),
            cast(col("moment"), DataType::Utf8View),
        ),
        (
            "cast/timestamp_to_date",
            our_cast("moment", "date"),
            cast(col("moment"), DataType::Date32),
        ),
        (
            "cast/bigint_to_text",
            our_cast("number", "varchar"),
            cast(col("number"), DataType::Utf8View),
        ),
        (
            "cast/decimal_to_text",
            our_cast("price", "varchar"),
            cast(col("price"), DataType::Utf8View),
        ),
    ]
}

pub fn patterns() -> Vec<Pair> {
    let [note, url] = ["note", "url"].map(col);
    let like = |name, column: &Expr, pattern: &str| {
        (
            name,
            ours("regexp_like", vec![column.clone(), lit(pattern)]),
            regex::expr_fn::regexp_like(column.clone(), lit(pattern), None),
        )
    };
    let user = "user=(\\d+)";
    vec![
        like("regexp_like", &url, "item[0-9]+7\\?"),
        like("regexp_like/anchored", &note, "^the .* [0-9]+ lazy.*cat$"),
        like("regexp_like/literal", &note, "lazy"),
        (
            "regexp_extract",
            ours("regexp_extract", vec![url.clone(), lit(user), lit(1_i64)]),
            regex::expr_fn::regexp_match(url.clone(), lit(user), None),
        ),
        (
            "regexp_replace",
            ours(
                "regexp_replace",
                vec![note.clone(), lit("[aeiou]"), lit("*")],
            ),
            regex::expr_fn::regexp_replace(note.clone(), lit("[aeiou]"), lit("*"), Some(lit("g"))),
        ),
        (
            "regexp_replace/groups",
            ours(
                "regexp_replace",
                vec![url.clone(), lit("(\\w+)=(\\w+)"), lit("$2 is $1")],
            ),
            regex::expr_fn::regexp_replace(
                url.clone(),
                lit("(\\w+)=(\\w+)"),
                lit("\\2 is \\1"),
                Some(lit("g")),
            ),
        ),
        (
            "regexp_count",
            ours("regexp_count", vec![note.clone(), lit("[a-z]+")]),
            regex::expr_fn::regexp_count(note.clone(), lit("[a-z]+"), None, None),
        ),
    ]
}

pub fn aggregates() -> Vec<Pair> {
    let call = |name: &str, column: &str| ours(name, vec![col(column)]);
    vec![
        ("min/text", call("min", "name"), aggregate::min(col("name"))),
        (
            "max/bigint",
            call("max", "number"),
            aggregate::max(col("number")),
        ),
        (
            "sum/decimal",
            call("sum", "price"),
            aggregate::sum(col("price")),
        ),
        (
            "avg/double",
            call("avg", "ratio"),
            aggregate::avg(col("ratio")),
        ),
        (
            "approx_distinct/text",
            call("approx_distinct", "name"),
            aggregate::approx_distinct(col("name")),
        ),
        (
            "approx_distinct/bigint",
            call("approx_distinct", "number"),
            aggregate::approx_distinct(col("number")),
        ),
    ]
}
