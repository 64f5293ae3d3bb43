//! `format` against what Java prints, and the other functions by Trino's documentation.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int64Array, NullArray, StringArray,
};
use datafusion::scalar::ScalarValue;

use crate::cast::{OnFailure, cast_values};
use crate::registry::registry;
use crate::testing::{Argument, bigint, column, constant, double, shown, text};
use crate::types::{Type, parse_type};

/// A value of a type from its text.
fn value(data_type: &str, text: &str) -> Argument {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![text]));
    let data_type = parse_type(data_type).unwrap();
    let values = cast_values(&texts, &Type::VARCHAR, &data_type, OnFailure::Error).unwrap();
    Argument::Constant(ScalarValue::try_from_array(&values, 0).unwrap(), data_type)
}

/// Formats one value.
async fn formatted(format: &str, argument: Argument) -> String {
    shown("format", vec![text(format), argument]).await
}

// What Java 17 prints for these.
#[tokio::test]
async fn integers_have_signs_groups_and_zeros() {
    for (format, number, expected) in [
        ("%d", -42, "-42"),
        ("%05d", -42, "-0042"),
        ("%+d", 5, "+5"),
        ("% d", 5, " 5"),
        ("%(d", -5, "(5)"),
        ("%(05d", -5, "(005)"),
        ("%,d", 1_234_567, "1,234,567"),
        ("%,010d", 1234, "000001,234"),
        ("%-6d|", 42, "42    |"),
        ("%6d", 42, "    42"),
        ("%x", 255, "ff"),
        ("%#X", 255, "0XFF"),
        ("%x", -1, "ffffffffffffffff"),
        ("%#o", 8, "010"),
        ("%#06x", 5, "0x0005"),
        ("%h", -1, "0"),
        ("%b", 0, "true"),
        ("%s", 7, "7"),
        ("%S%%%n", 7, "7%\n"),
        ("%d", i64::MIN, "-9223372036854775808"),
        ("%tF %<tT", 1_600_000_000_123, "2020-09-13 12:26:40"),
        ("%tQ %<tL", 1_600_000_000_123, "1600000000123 123"),
    ] {
        assert_eq!(
            formatted(format, bigint(number)).await,
            expected,
            "{format}"
        );
    }
}

#[tokio::test]
async fn doubles_are_rounded_by_their_digits() {
    for (format, number, expected) in [
        ("%.2f", 1.005, "1.01"),
        ("%f", 0.0, "0.000000"),
        ("%.0f", 0.5, "1"),
        ("%.0f", 1.5, "2"),
        ("%,.2f", 1_234_567.891, "1,234,567.89"),
        ("%08.2f", -1.5, "-0001.50"),
        ("%f", -0.0, "-0.000000"),
        ("%e", 12_345.678, "1.234568e+04"),
        ("%E", 0.0, "0.000000E+00"),
        ("%.0e", 9.5, "1e+01"),
        ("%#.0e", 9.4, "9.e+00"),
        ("%012.2e", -1e-10, "-0001.00e-10"),
        ("%g", 0.0001, "0.000100000"),
        ("%g", 0.000_01, "1.00000e-05"),
        ("%g", 123_456.0, "123456"),
        ("%g", 999_999.5, "1.00000e+06"),
        ("%.3G", 1e10, "1.00E+10"),
        ("%a", 1.0, "0x1.0p0"),
        ("%.1a", 1.99, "0x1.0p1"),
        ("%a", 4.9e-324, "0x0.0000000000001p-1022"),
        ("%.3a", 4.9e-324, "0x1.000p-1074"),
        ("%f", f64::NAN, "NaN"),
        ("%(5.1f", -2.25, "(2.3)"),
        ("%+f", f64::INFINITY, "+Infinity"),
        ("%E", f64::NEG_INFINITY, "-INFINITY"),
        ("%s", 1e10, "1.0E10"),
        ("%h", 1.5, "3ff80000"),
    ] {
        assert_eq!(
            formatted(format, double(number)).await,
            expected,
            "{format}"
        );
    }
    assert_eq!(formatted("%.8f", value("real", "0.1")).await, "0.10000000");
    assert_eq!(
        formatted("%.9f %<s", value("real", "0.1")).await,
        "0.100000001 0.1"
    );
}

#[tokio::test]
async fn decimals_are_exact() {
    for (format, number, expected) in [
        (
            "%1$s %1$f %1$.2f",
            ("decimal(9,8)", "9.12345678"),
            "9.12345678 9.123457 9.12",
        ),
        ("%.1f", ("decimal(4,3)", "0.050"), "0.1"),
        ("%.0f", ("decimal(4,3)", "9.995"), "10"),
        (
            "%,.1f",
            ("decimal(35,6)", "12345678901234567890123456789.123456"),
            "12,345,678,901,234,567,890,123,456,789.1",
        ),
        ("%e", ("decimal(3,2)", "0.00"), "0.000000e-02"),
        ("%g", ("decimal(3,2)", "0.00"), "0.00000e-02"),
        ("%g", ("decimal(1,0)", "0"), "0.00000"),
        ("%g", ("decimal(7,1)", "999999.5"), "1.00000e+06"),
        ("%s", ("decimal(7,7)", "0.0000001"), "1E-7"),
        ("%s", ("decimal(8,8)", "0.00000012"), "1.2E-7"),
        ("%s", ("decimal(4,2)", "-0.50"), "-0.50"),
        ("%h", ("decimal(4,2)", "-0.50"), "fffff9f4"),
    ] {
        assert_eq!(
            formatted(format, value(number.0, number.1)).await,
            expected,
            "{format}"
        );
    }
}

#[tokio::test]
async fn text_is_cut_and_set_into_its_width() {
    for (format, argument, expected) in [
        ("%-7s|", "hello", "hello  |"),
        ("%7s", "world", "  world"),
        ("%.2s", "hello", "he"),
        ("%S", "Straße", "STRASSE"),
        ("%4s", "😀", "  😀"),
        ("%.1s", "😀x", "?"),
        ("%h", "hi", "d01"),
        ("%b", "", "true"),
    ] {
        assert_eq!(
            formatted(format, text(argument)).await,
            expected,
            "{format}"
        );
    }
    assert_eq!(formatted("%s|", value("char(5)", "test")).await, "test |");
    assert_eq!(
        formatted("%s", value("uuid", "12151fd2-7586-11e9-8f9e-2a86e4085a59")).await,
        "12151fd2-7586-11e9-8f9e-2a86e4085a59"
    );
    assert_eq!(
        formatted("%s", value("ipaddress", "::ffff:1.2.3.4")).await,
        "1.2.3.4"
    );
    assert_eq!(
        formatted("%s", value("time(3) with time zone", "16:17:13 -05:00")).await,
        "16:17:13.000-05:00"
    );
}

#[tokio::test]
async fn dates_and_times_have_their_parts() {
    let utc = ("timestamp(3) with time zone", "1969-07-20 20:17:00 UTC");
    let new_york = (
        "timestamp(3) with time zone",
        "1969-07-20 16:17:00 America/New_York",
    );
    let date = ("date", "2006-07-04");
    let time = ("time(6)", "16:17:13.000120");
    for (format, (data_type, argument), expected) in [
        ("%1$tA, %1$tB %1$te, %1$tY", date, "Tuesday, July 4, 2006"),
        (
            "%1$s %1$tF %1$tD %1$tj %1$ty %1$tC",
            date,
            "2006-07-04 2006-07-04 07/04/06 185 06 20",
        ),
        (
            "%1$TB %1$ta %1$tb %1$10tm|",
            date,
            "JULY Tue Jul         07|",
        ),
        (
            "%1$s %1$tT %1$tr %1$tN %1$tl",
            time,
            "16:17:13.000120 16:17:13 04:17:13 PM 000120000 4",
        ),
        (
            "%1$s %1$tF %1$tT",
            ("timestamp(3)", "1969-07-20 16:17:03"),
            "1969-07-20T16:17:03 1969-07-20 16:17:03",
        ),
        (
            "%1$s %1$tR",
            ("timestamp(3)", "1969-07-20 16:17"),
            "1969-07-20T16:17 16:17",
        ),
        (
            "%1$s %1$tc",
            new_york,
            "1969-07-20T16:17-04:00[America/New_York] Sun Jul 20 16:17:00 EDT 1969",
        ),
        (
            "%1$s %1$tc",
            utc,
            "1969-07-20T20:17Z[UTC] Sun Jul 20 20:17:00 UTC 1969",
        ),
        (
            "%1$tz %1$ts %1$tZ %1$s",
            ("timestamp(3) with time zone", "1970-01-01 05:30 +05:30"),
            "+0530 0 +05:30 1970-01-01T05:30+05:30",
        ),
        ("%h", date, "3eb1c4"),
    ] {
        assert_eq!(
            formatted(format, value(data_type, argument)).await,
            expected,
            "{format}"
        );
    }
    for (format, (data_type, argument), message) in [
        ("%tT", date, "H != java.time.LocalDate"),
        ("%tF", time, "Y != java.time.LocalTime"),
        (
            "%ts",
            ("timestamp(3)", "1970-01-01"),
            "s != java.time.LocalDateTime",
        ),
        ("%tY", ("varchar", "x"), "Y != java.lang.String"),
    ] {
        assert_eq!(
            formatted(format, value(data_type, argument)).await,
            format!("ERROR: Invalid format string: {format} (IllegalFormatConversion: {message})")
        );
    }
}

#[tokio::test]
async fn wrong_formats_fail_as_in_java() {
    for (format, message) in [
        ("%.4d", "IllegalFormatPrecision: 4"),
        ("%-02d", "IllegalFormatFlags: Flags = '-0'"),
        ("%--2d", "DuplicateFormatFlags: Flags = '-'"),
        ("%-s", "MissingFormatWidth: %-s"),
        (
            "%+s",
            "FormatFlagsConversionMismatch: Conversion = s, Flags = +",
        ),
        (
            "%#s",
            "FormatFlagsConversionMismatch: Conversion = s, Flags = #",
        ),
        (
            "%+x",
            "FormatFlagsConversionMismatch: Conversion = x, Flags = +",
        ),
        ("%5n", "IllegalFormatWidth: 5"),
        ("%s %d", "MissingFormatArgument: Format specifier '%d'"),
        ("%<s", "MissingFormatArgument: Format specifier '%<s'"),
        ("%3$d", "MissingFormatArgument: Format specifier '%3$d'"),
        (
            "%0$d",
            "IllegalFormatArgumentIndex: Illegal format argument index = 0",
        ),
        ("%z", "UnknownFormatConversion: Conversion = 'z'"),
        ("%", "UnknownFormatConversion: Conversion = '%'"),
        ("%tx", "UnknownFormatConversion: Conversion = 'tx'"),
        ("%5", "UnknownFormatConversion: Conversion = '5'"),
        ("%c", "IllegalFormatConversion: c != java.lang.Long"),
        ("%f", "IllegalFormatConversion: f != java.lang.Long"),
        ("%+ E", "IllegalFormatFlags: Flags = '^+ '"),
        ("%99999999999d", "IllegalFormatWidth: -2147483648"),
    ] {
        assert_eq!(
            formatted(format, bigint(8)).await,
            format!("ERROR: Invalid format string: {format} ({message})")
        );
    }
    assert_eq!(
        formatted("%2000000000d", bigint(8)).await,
        "ERROR: Widths and precisions of format must not exceed 65536"
    );
}

#[tokio::test]
async fn arguments_are_of_any_types_and_null_is_written() {
    let arguments = vec![
        column(
            "varchar",
            StringArray::from(vec![
                Some("%s %s %s %<s"),
                None,
                Some("%3$.2f|%1$s|%2$b"),
                Some("x"),
            ]),
        ),
        column(
            "bigint",
            Int64Array::from(vec![Some(1), Some(1), None, Some(1)]),
        ),
        column(
            "boolean",
            BooleanArray::from(vec![Some(true), None, None, Some(false)]),
        ),
        column(
            "double",
            Float64Array::from(vec![Some(0.5), None, None, None]),
        ),
    ];
    assert_eq!(
        shown("format", arguments).await,
        "1 true 0.5 0.5|NULL|nu|null|false|x"
    );
    let null = column("unknown", NullArray::new(1));
    assert_eq!(
        shown("format", vec![text("%s %b"), null, text("a")]).await,
        "null true"
    );
    let real = column("real", Float32Array::from(vec![1.5]));
    assert_eq!(
        shown("format", vec![text("%s"), real, bigint(1)]).await,
        "1.5"
    );
}

#[test]
fn calls_of_format_are_checked() {
    let message = |arguments: &[&str]| {
        let types: Vec<Type> = arguments.iter().map(|of| parse_type(of).unwrap()).collect();
        registry()
            .resolve_values("format", &types)
            .unwrap_err()
            .message
    };
    assert_eq!(
        message(&["varchar"]),
        "The 'format' function must have at least two arguments"
    );
    assert_eq!(
        message(&["integer", "integer"]),
        "Type of first argument to format() must be VARCHAR (actual: integer)"
    );
    assert_eq!(
        message(&["varchar(2)", "bigint", "array(integer)"]),
        "Type not supported for formatting: array(integer)"
    );
}

#[tokio::test]
async fn numbers_are_shortened_to_three_digits() {
    let numbers = vec![
        123_456,
        1_000_000,
        12_399_999,
        12_345_678_901,
        0,
        999,
        999_999,
        -999,
        -1000,
        -999_999,
        1005,
        1235,
        i64::MAX,
        i64::MIN,
    ];
    assert_eq!(
        shown(
            "format_number",
            vec![column("bigint", Int64Array::from(numbers))]
        )
        .await,
        "123K|1M|12.4M|12.3B|0|999|1000K|-999|-1K|-1000K|1K|1.24K|9223Q|-9223.37Q"
    );
    let numbers = Float64Array::from(vec![
        Some(1234.5),
        Some(1239.9),
        None,
        Some(f64::NAN),
        Some(1e300),
    ]);
    assert_eq!(
        shown("format_number", vec![column("double", numbers)]).await,
        "1.23K|1.24K|NULL|0|9223Q"
    );
}

#[tokio::test]
async fn sizes_are_read_in_units_of_1024() {
    for (size, expected) in [
        ("1B", "1"),
        ("1.9B", "1"),
        ("2.234kB", "2287"),
        ("2.3MB", "2411724"),
        (".5kB", "512"),
        ("1.kB", "1024"),
        ("8YB", "9671406556917033397649408"),
        (
            "6917529027641081856EB",
            "7975367974709495237422842361682067456",
        ),
        ("0.99999999999999999999999999999999999999999999B", "0"),
    ] {
        assert_eq!(shown("parse_data_size", vec![text(size)]).await, expected);
    }
    for wrong in ["", "0", "10KB", "KB", "-1B", "1.2.3B", ".B", "1 B"] {
        assert_eq!(
            shown("parse_data_size", vec![text(wrong)]).await,
            format!("ERROR: Invalid data size: '{wrong}'")
        );
    }
    assert_eq!(
        shown("parse_data_size", vec![text("99999999999999YB")]).await,
        "ERROR: Value out of range: '99999999999999YB' ('120892581961461708544797985370825293824B')"
    );
    assert_eq!(
        shown(
            "parse_presto_data_size",
            vec![text(&format!("1{}B", "0".repeat(50)))]
        )
        .await,
        format!(
            "ERROR: Value out of range: '1{0}B' ('1{0}B')",
            "0".repeat(50)
        )
    );
    let null = constant("varchar", ScalarValue::Utf8(None));
    assert_eq!(shown("parse_data_size", vec![null]).await, "NULL");
}
