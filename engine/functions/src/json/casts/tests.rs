//! The casts as queries call them.

use arrow::array::StringArray;
use datafusion::scalar::ScalarValue;

use crate::testing::{Argument, column, constant, shown};
use crate::types::parse_type;

fn null_of(data_type: &str) -> Argument {
    let arrow = parse_type(data_type).unwrap().arrow();
    constant(data_type, ScalarValue::try_from(&arrow).unwrap())
}

async fn from_json(texts: Vec<Option<&str>>, to: &str) -> String {
    shown(
        "$from_json",
        vec![column("json", StringArray::from(texts)), null_of(to)],
    )
    .await
}

async fn assert_cast(json: &str, to: &str, expected: &str) {
    assert_eq!(
        from_json(vec![Some(json)], to).await,
        expected,
        "{json} as {to}"
    );
}

#[tokio::test]
async fn json_becomes_integers() {
    assert_eq!(
        from_json(
            vec![
                Some("128"),
                Some("null"),
                None,
                Some("true"),
                Some("\"-5\""),
                Some("128.9"),
                Some("-1.5"),
                Some("1e-324")
            ],
            "bigint"
        )
        .await,
        "128|NULL|NULL|1|-5|129|-2|0"
    );
    assert_cast(
        "12345678901234567890",
        "bigint",
        "ERROR: Cannot cast '12345678901234567890' to bigint",
    )
    .await;
    assert_cast("1.0E20", "bigint", "ERROR: Unable to cast 1.0E20 to bigint").await;
    assert_cast(
        "\"128.9\"",
        "bigint",
        "ERROR: Cannot cast '128.9' to BIGINT",
    )
    .await;
    assert_cast(
        "{\"x\":1}",
        "bigint",
        "ERROR: Cannot cast '{\"x\":1}' to bigint",
    )
    .await;
    assert_cast("1 2", "bigint", "ERROR: Cannot cast input json to BIGINT").await;
    assert_cast(
        "12345678901",
        "integer",
        "ERROR: Cannot cast '12345678901' to integer",
    )
    .await;
    assert_cast(
        "1.2345678901E10",
        "integer",
        "ERROR: Cannot cast '1.2345678901E10' to integer",
    )
    .await;
    assert_cast("\"x\"", "integer", "ERROR: Cannot cast 'x' to INT").await;
    assert_cast(
        "123456",
        "smallint",
        "ERROR: Cannot cast '123456' to smallint",
    )
    .await;
    assert_cast(
        "123456.0",
        "smallint",
        "ERROR: Cannot cast '123456.0' to integer",
    )
    .await;
    assert_cast("12.9", "tinyint", "13").await;
    assert_cast("\"300\"", "tinyint", "ERROR: Cannot cast '300' to TINYINT").await;
}

#[tokio::test]
async fn json_becomes_other_scalars() {
    assert_eq!(
        from_json(
            vec![
                Some("128"),
                Some("12345678901234567890"),
                Some("\"NaN\""),
                Some("false"),
                Some("\" 1.5 \"")
            ],
            "double"
        )
        .await,
        "128.0|1.2345678901234567e19|NaN|0.0|1.5"
    );
    assert_cast("\"true\"", "double", "ERROR: Cannot cast 'true' to DOUBLE").await;
    assert_eq!(
        from_json(
            vec![Some("128.9"), Some("\"Infinity\""), Some("true")],
            "real"
        )
        .await,
        "128.9|inf|1.0"
    );
    assert_eq!(
        from_json(
            vec![
                Some("128"),
                Some("123.4565"),
                Some("true"),
                Some("\"-1.5\""),
                Some("1.0E2")
            ],
            "decimal(10,3)"
        )
        .await,
        "128.000|123.457|1.000|-1.500|100.000"
    );
    assert_cast(
        "1234567890123456",
        "decimal(10,3)",
        "ERROR: Cannot cast input json to DECIMAL(10,3)",
    )
    .await;
    assert_cast(
        "{\"x\":123}",
        "decimal(10,3)",
        "ERROR: Cannot cast '{\"x\":123}' to DECIMAL(10,3)",
    )
    .await;
    assert_cast(
        "\"abc\"",
        "decimal(10,3)",
        "ERROR: Cannot cast '\"abc\"' to DECIMAL(10,3)",
    )
    .await;
    assert_cast(
        "true",
        "decimal(2,2)",
        "ERROR: Cannot cast input json to DECIMAL(2,2)",
    )
    .await;
    assert_eq!(
        from_json(
            vec![
                Some("0"),
                Some("128.9"),
                Some("\"True\""),
                Some("\"f\""),
                Some("null")
            ],
            "boolean"
        )
        .await,
        "false|true|true|false|NULL"
    );
    assert_cast("\"128\"", "boolean", "ERROR: Cannot cast '128' to BOOLEAN").await;
    assert_eq!(
        from_json(
            vec![
                Some("128"),
                Some("0.0"),
                Some("128.9"),
                Some("true"),
                Some("\"a\\nb\""),
                Some("12345678901234567890")
            ],
            "varchar"
        )
        .await,
        "128|0E0|1.289E2|true|a\nb|12345678901234567890"
    );
    assert_cast("[1]", "varchar", "ERROR: Cannot cast '[1]' to varchar").await;
    assert_cast("a", "varchar", "ERROR: Cannot cast 'a' to varchar").await;
    assert_cast(
        "\"test \"",
        "varchar(4)",
        "ERROR: Cannot cast '\"test \"' to varchar(4)",
    )
    .await;
    assert_cast("\"test \"", "varchar(5)", "test ").await;
    assert_cast("{\"a\":1}", "json", "{\"a\":1}").await;
    assert_cast("\"2020-01-01\"", "date", "ERROR: Cannot cast json to date").await;
}

#[tokio::test]
async fn json_becomes_arrays_and_maps() {
    assert_eq!(
        from_json(
            vec![Some("[1,null,\"3\"]"), Some("null"), None, Some("[]")],
            "array(integer)"
        )
        .await,
        "[1, NULL, 3]|NULL|NULL|[]"
    );
    assert_cast(
        "[[1,23],[456]]",
        "array(array(integer))",
        "[[1, 23], [456]]",
    )
    .await;
    assert_cast(
        "[[1, 23], {\"b\":1.50,\"a\":null}, \"x\", null]",
        "array(json)",
        "[[1,23], {\"b\":1.5,\"a\":null}, \"x\", null]",
    )
    .await;
    assert_cast(
        "[1,\"abc\"]",
        "array(integer)",
        "ERROR: Cannot cast to array(integer). Cannot cast 'abc' to INT\n[1,\"abc\"]",
    )
    .await;
    assert_cast(
        "{}",
        "array(integer)",
        "ERROR: Cannot cast to array(integer). Expected a json array, but got {\n{}",
    )
    .await;
    assert_cast(
        "[[1]]",
        "array(integer)",
        "ERROR: Cannot cast to array(integer). Unexpected token when cast to integer: [\n[[1]]",
    )
    .await;
    assert_cast(
        "[1",
        "array(integer)",
        "ERROR: Cannot cast to array(integer).\n[1",
    )
    .await;
    assert_cast(
        "[1] 2",
        "array(integer)",
        "ERROR: Cannot cast to array(integer). Unexpected trailing token: 2\n[1] 2",
    )
    .await;
    assert_cast(
        "{\"k1\":1,\"k2\":null}",
        "map(varchar, integer)",
        "{k1: 1, k2: NULL}",
    )
    .await;
    assert_cast(
        "{\"1\":[true],\"2\":[]}",
        "map(bigint, array(boolean))",
        "{1: [true], 2: []}",
    )
    .await;
    assert_cast("{\"1\":2,\"01\":3}", "map(bigint, bigint)", "ERROR: Cannot cast to map(bigint, bigint). Duplicate keys are not allowed\n{\"1\":2,\"01\":3}").await;
    assert_cast(
        "[1]",
        "map(varchar, bigint)",
        "ERROR: Cannot cast to map(varchar, bigint). Expected a json object, but got [\n[1]",
    )
    .await;
}

#[tokio::test]
async fn json_becomes_rows() {
    let row = "row(v1 bigint, \"V2\" varchar, v3 array(integer))";
    assert_eq!(
        from_json(
            vec![
                Some("{\"v1\":1,\"v2\":\"x\",\"v3\":[2],\"other\":{\"a\":[]}}"),
                Some("[1,\"x\",[2]]"),
                Some("{\"V1\":null}"),
                Some("null"),
                None
            ],
            row
        )
        .await,
        "{v1: 1, V2: x, v3: [2]}|{v1: 1, V2: x, v3: [2]}|{v1: NULL, V2: NULL, v3: NULL}|NULL|NULL"
    );
    assert_cast(
        "{\"v1\":1,\"V1\":2}",
        "row(v1 bigint)",
        "ERROR: Cannot cast to row(v1 bigint). Duplicate field: v1\n{\"v1\":1,\"V1\":2}",
    )
    .await;
    assert_cast("{\"a\":1}", "row(bigint)", "ERROR: Cannot cast to row(bigint). Cannot cast a JSON object to anonymous row type. Input must be a JSON array.\n{\"a\":1}").await;
    assert_cast(
        "[1,2]",
        "row(bigint)",
        "ERROR: Cannot cast to row(bigint). Expected json array ending, but got 2\n[1,2]",
    )
    .await;
    assert_cast(
        "[]",
        "row(bigint)",
        "ERROR: Cannot cast to row(bigint). Unexpected token when cast to bigint: ]\n[]",
    )
    .await;
    assert_cast(
        "5",
        "row(bigint)",
        "ERROR: Cannot cast to row(bigint). Expected a json array or object, but got 5\n5",
    )
    .await;
}

#[tokio::test]
async fn values_that_fail_may_be_null() {
    let texts = StringArray::from(vec![
        Some("[[1],[2,3]]"),
        Some("[[4],[5,\"x\"]]"),
        Some("[[6]]"),
        Some("oops"),
        None,
    ]);
    let arguments = vec![column("json", texts), null_of("array(array(integer))")];
    assert_eq!(
        shown("$try_from_json", arguments).await,
        "[[1], [2, 3]]|NULL|[[6]]|NULL|NULL"
    );
    let texts = StringArray::from(vec![
        Some("{\"a\":1,\"b\":{\"k\":\"v\"}}"),
        Some("{\"a\":2,\"b\":{\"k\":[]}}"),
        Some("{\"b\":{\"z\":\"\"}}"),
    ]);
    let arguments = vec![
        column("json", texts),
        null_of("row(a bigint, b map(varchar, varchar))"),
    ];
    assert_eq!(
        shown("$try_from_json", arguments).await,
        "{a: 1, b: {k: v}}|NULL|{a: NULL, b: {z: }}"
    );
}
