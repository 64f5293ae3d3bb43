//! Casts between types that hold one value.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, DurationMillisecondArray, IntervalYearMonthArray, NullArray,
};

use super::{assert_cast, assert_casts, shown, values_of};
use crate::cast::{OnFailure, coercion};
use crate::types::parse_type;

#[tokio::test]
async fn text_becomes_numbers() {
    assert_casts(
        "
        varchar -> bigint | 12; +3; -9223372036854775808; NULL | 12; 3; -9223372036854775808; NULL
        varchar -> tinyint | -128 | -128
        varchar -> double | 1e3; NaN; -Infinity; 2d | 1000.0; NaN; -Infinity; 2.0
        varchar -> real | 0.1; 1e39 | 0.1; Infinity
        varchar -> decimal(5,2) | 1.005; -1e1; 999.99 | 1.01; -10.00; 999.99
        varchar -> boolean | T; true; 1; f; FALSE; 0 | true; true; true; false; false; false
        varchar -> integer | 1.0 | ERROR: Cannot cast '1.0' to INT
        varchar -> integer | 2147483648 | ERROR: Cannot cast '2147483648' to INT
        varchar -> bigint | x | ERROR: Cannot cast 'x' to BIGINT
        varchar -> smallint | 32768 | ERROR: Cannot cast '32768' to SMALLINT
        varchar -> tinyint | 128 | ERROR: Cannot cast '128' to TINYINT
        varchar -> double | inf | ERROR: Cannot cast 'inf' to DOUBLE
        varchar -> real | x | ERROR: Cannot cast 'x' to REAL
        varchar -> boolean | yes | ERROR: Cannot cast 'yes' to BOOLEAN
        varchar -> decimal(3,1) | 100 | ERROR: Cannot cast VARCHAR '100' to DECIMAL(3, 1). Value too large.
        varchar -> decimal(3,1) | x | ERROR: Cannot cast VARCHAR 'x' to DECIMAL(3, 1). Value is not a number.
        ",
    )
    .await;
    assert_cast("varchar", "double", &[" 1.5\n"], "1.5").await;
    assert_cast(
        "varchar",
        "integer",
        &[" 1"],
        "ERROR: Cannot cast ' 1' to INT",
    )
    .await;
    assert_cast("varchar", "integer", &[""], "ERROR: Cannot cast '' to INT").await;
}

#[tokio::test]
async fn only_rows_that_fail_are_null_in_try_cast() {
    let values = values_of("varchar", &["1", "x", "NULL", "3", "4.0"]).await;
    let found = shown(&values, "varchar", "integer", OnFailure::Null).await;
    assert_eq!(found, "1; NULL; NULL; 3; NULL");
    let found = shown(&values, "varchar", "timestamp(3)", OnFailure::Null).await;
    assert_eq!(found, "NULL; NULL; NULL; NULL; NULL");
}

#[tokio::test]
async fn numbers_become_numbers() {
    assert_casts(
        "
        bigint -> integer | 5; NULL | 5; NULL
        integer -> bigint | -5 | -5
        bigint -> double | 9007199254740993 | 9.007199254740992E15
        double -> integer | 1.5; -1.5; 2.4; 0.49999999999999994 | 2; -2; 2; 0
        double -> bigint | 37.7; -17.5; -9223372036854775808 | 38; -18; -9223372036854775808
        real -> bigint | 1e30; -Infinity; 2.5 | 9223372036854775807; -9223372036854775808; 3
        double -> real | 1e300; 0.1; NULL | Infinity; 0.1; NULL
        double -> boolean | 0; -0.0; NaN | false; false; true
        integer -> boolean | 0; -2 | false; true
        boolean -> bigint | true; false | 1; 0
        boolean -> double | true | 1.0
        boolean -> decimal(3,1) | true; false | 1.0; 0.0
        bigint -> integer | 2147483648 | ERROR: Out of range for integer: 2147483648
        integer -> tinyint | -129 | ERROR: Out of range for tinyint: -129
        double -> integer | NaN | ERROR: Cannot cast double NaN to integer
        double -> smallint | 1e10 | ERROR: Out of range for smallint: 1.0E10
        real -> integer | Infinity | ERROR: Out of range for integer: Infinity
        real -> bigint | NaN | ERROR: Cannot cast real NaN to bigint
        double -> bigint | 9223372036854775808 | ERROR: Unable to cast 9.223372036854776E18 to bigint
        ",
    )
    .await;
}

#[tokio::test]
async fn decimals_round_half_up() {
    assert_casts(
        "
        decimal(5,2) -> decimal(4,1) | 123.45; -123.45; NULL | 123.5; -123.5; NULL
        decimal(5,2) -> decimal(38,10) | 1.5 | 1.5000000000
        decimal(38,2) -> decimal(3,0) | 2.50 | 3
        decimal(2,1) -> integer | 2.5; -2.5; 2.4 | 3; -3; 2
        decimal(3,1) -> double | 12.3 | 12.3
        decimal(38,20) -> double | 0.12345678901234567891 | 0.12345678901234568
        decimal(38,2) -> real | 16777217.25 | 1.6777218E7
        decimal(3,1) -> boolean | 0.0; 0.1 | false; true
        bigint -> decimal(20,1) | -5 | -5.0
        double -> decimal(5,2) | 1.005; -0.004; 123.455 | 1.01; 0.00; 123.46
        real -> decimal(5,2) | 0.125 | 0.13
        double -> decimal(38,0) | 1e37 | 10000000000000000000000000000000000000
        decimal(5,2) -> decimal(3,1) | 123.45 | ERROR: Cannot cast DECIMAL(5, 2) '123.45' to DECIMAL(3, 1)
        bigint -> decimal(2,1) | -123 | ERROR: Cannot cast BIGINT '-123' to DECIMAL(2, 1)
        integer -> decimal(38,37) | 10 | ERROR: Cannot cast INTEGER '10' to DECIMAL(38, 37)
        double -> decimal(3,1) | 99.95 | ERROR: Cannot cast DOUBLE '99.95' to DECIMAL(3, 1)
        double -> decimal(3,1) | NaN | ERROR: Cannot cast DOUBLE 'NaN' to DECIMAL(3, 1)
        real -> decimal(3,1) | 1e20 | ERROR: Cannot cast REAL '1.0E20' to DECIMAL(3, 1)
        decimal(4,1) -> tinyint | 127.5 | ERROR: Cannot cast '128' to TINYINT
        decimal(20,1) -> bigint | 9223372036854775808.5 | ERROR: Cannot cast '9223372036854775808.5' to BIGINT
        ",
    )
    .await;
}

#[tokio::test]
async fn values_become_text() {
    assert_casts(
        "
        bigint -> varchar | -12; NULL | -12; NULL
        double -> varchar | 1; 123.45; 0; -0.0; Infinity | 1.0E0; 1.2345E2; 0E0; -0E0; Infinity
        real -> varchar | 1.2345679 | 1.234568E0
        decimal(5,2) -> varchar | -0.05; 100 | -0.05; 100.00
        boolean -> varchar(5) | true; false | true; false
        date -> varchar(10) | 2013-2-2; 13-02-02 | 2013-02-02; 0013-02-02
        date -> varchar | 10000-01-01; -1-1-1 | 10000-01-01; -0001-01-01
        time(3) -> varchar | 01:02:03.4 | 01:02:03.400
        time(9) with time zone -> varchar | 01:02:03.000000004-05:30 | 01:02:03.000000004-05:30
        timestamp(3) -> varchar | 2020-01-01; +10000-01-01 | 2020-01-01 00:00:00.000; +10000-01-01 00:00:00.000
        timestamp(0) with time zone -> varchar | 2020-07-01 12:00:00 America/New_York; NULL | 2020-07-01 12:00:00 America/New_York; NULL
        uuid -> varchar | 12151FD2-7586-11e9-8f9e-2a86e4085a59 | 12151fd2-7586-11e9-8f9e-2a86e4085a59
        ipaddress -> varchar | ::ffff:1.2.3.4; 2001:db8:0:0:1::1; 64:ff9b::10.0.0.0 | 1.2.3.4; 2001:db8::1:0:0:1; 64:ff9b::a00:0
        timestamp(0) -> varchar(4) | 2020-01-01 | 2020-01-01 00:00:00
        bigint -> varchar(2) | 123 | ERROR: Value 123 cannot be represented as varchar(2)
        decimal(5,2) -> varchar(6) | -123.45 | ERROR: Value -123.45 cannot be represented as varchar(6)
        double -> varchar(4) | 1200 | ERROR: Value 1200.0 (1.2E3) cannot be represented as varchar(4)
        date -> varchar(9) | 2013-02-02 | ERROR: Value 2013-02-02 cannot be represented as varchar(9)
        boolean -> varchar(3) | true | ERROR: Cannot cast 'true' to varchar(3)
        ",
    )
    .await;
    let days: ArrayRef = Arc::new(DurationMillisecondArray::from(vec![
        Some(-183_845_321),
        None,
    ]));
    let found = shown(&days, "interval day to second", "varchar", OnFailure::Error).await;
    assert_eq!(found, "-2 03:04:05.321; NULL");
    let months: ArrayRef = Arc::new(IntervalYearMonthArray::from(vec![14]));
    let found = shown(
        &months,
        "interval year to month",
        "varchar",
        OnFailure::Error,
    )
    .await;
    assert_eq!(found, "1-2");
}

#[tokio::test]
async fn text_is_cut_and_filled() {
    assert_casts(
        "
        varchar -> varchar(3) | banana; ab; 😀é😀x; NULL | ban; ab; 😀é😀; NULL
        varchar(6) -> varchar(20) | banana | banana
        varchar -> char(5) | banana | banan
        char(5) -> char(2) | bar | ba
        varchar -> varbinary | é | c3 a9
        ",
    )
    .await;
    assert_cast("varchar", "char(5)", &["bar  ", "é"], "bar  ; é    ").await;
    assert_cast("char(5)", "varchar", &["bar", "NULL"], "bar  ; NULL").await;
    assert_cast("char(5)", "varchar(10)", &["bar"], "bar  ").await;
    assert_cast("char(5)", "varchar(2)", &["b"], "b ").await;
    // So long a text is kept without its blanks.
    let values = values_of("varchar", &["a "]).await;
    let longest = super::cast_column(&values, "varchar", "char(65536)", OnFailure::Error).await;
    assert_eq!(
        super::super::rows::texts(&longest.unwrap())
            .unwrap()
            .value(0),
        "a"
    );
}

#[tokio::test]
async fn text_becomes_dates_and_times() {
    assert_casts(
        "
        varchar -> date | 2001-1-22; +10000-01-01; NULL | 2001-01-22; +10000-01-01; NULL
        varchar -> timestamp(3) | 2020-05-10 12:34:56.1115; 2020-5-1 | 2020-05-10 12:34:56.112; 2020-05-01 00:00:00.000
        varchar -> timestamp(3) | 2020-05-10 12:34; 2020-05-10 12:34:56 +01:23 | 2020-05-10 12:34:00.000; 2020-05-10 12:34:56.000
        varchar -> timestamp(0) | 1969-12-31 23:59:59.5 | 1970-01-01 00:00:00
        varchar -> timestamp(9) | 2020-05-10 12:34:56.1234567894 | 2020-05-10 12:34:56.123456789
        varchar -> timestamp(0) | 2020-03-08 02:30:00 America/New_York | 2020-03-08 03:30:00
        varchar -> timestamp(0) with time zone | 2020-01-01; 2020-07-01 00:00:00 America/New_York | 2020-01-01 00:00:00 UTC; 2020-07-01 00:00:00 America/New_York
        varchar -> timestamp(3) with time zone | 2020-01-01 00:00 +05:30; NULL | 2020-01-01 00:00:00.000 +05:30; NULL
        varchar -> time(3) | 1:2; 23:59:59.9996 | 01:02:00.000; 00:00:00.000
        varchar -> time(0) with time zone | 01:02:03; 01:02:03 +14:00 | 01:02:03+00:00; 01:02:03+14:00
        varchar -> date | 2001-02-30 | ERROR: Value cannot be cast to date: 2001-02-30
        varchar -> date | 2001-01-22 00:00:00 | ERROR: Value cannot be cast to date: 2001-01-22 00:00:00
        varchar -> timestamp(3) | 2020-01-01T00:00:00 | ERROR: Value cannot be cast to timestamp: 2020-01-01T00:00:00
        varchar -> timestamp(3) | 2020-01-01 xxx | ERROR: Value cannot be cast to timestamp: 2020-01-01 xxx
        varchar -> timestamp(9) | 3000-01-01 | ERROR: Value cannot be cast to timestamp: 3000-01-01
        varchar -> timestamp(3) with time zone | 2020-01-01 25:00 | ERROR: Value cannot be cast to timestamp: 2020-01-01 25:00
        varchar -> timestamp(3) with time zone | 200000-01-01 | ERROR: Value cannot be cast to timestamp: 200000-01-01
        varchar -> time(3) | 01:02 +01:00 | ERROR: Value cannot be cast to time: 01:02 +01:00
        varchar -> time(3) with time zone | 24:00 | ERROR: Value cannot be cast to timestamp: 24:00
        ",
    )
    .await;
    assert_cast("varchar", "date", &["\n\t 2001-01-22 "], "2001-01-22").await;
    assert_cast(
        "varchar",
        "timestamp(0)",
        &[" 2001-01-22 01:02 "],
        "2001-01-22 01:02:00",
    )
    .await;
    assert_cast(
        "varchar",
        "date",
        &[""],
        "ERROR: Value cannot be cast to date: ",
    )
    .await;
}

#[tokio::test]
async fn dates_and_times_become_each_other() {
    assert_casts(
        "
        date -> timestamp(3) | 1969-12-31; NULL | 1969-12-31 00:00:00.000; NULL
        date -> timestamp(9) with time zone | 2020-01-01 | 2020-01-01 00:00:00.000000000 UTC
        timestamp(3) -> date | 1969-12-31 23:59:59.999 | 1969-12-31
        timestamp(6) -> timestamp(3) | 2020-01-01 00:00:00.0005; 1969-12-31 23:59:59.9995 | 2020-01-01 00:00:00.001; 1970-01-01 00:00:00.000
        timestamp(3) -> timestamp(9) | 2020-01-01 00:00:00.001 | 2020-01-01 00:00:00.001000000
        timestamp(9) -> timestamp(6) | 2020-01-01 00:00:00.0000005 | 2020-01-01 00:00:00.000001
        timestamp(3) -> time(0) | 2020-01-01 23:59:59.500; 1960-01-01 01:02:03.400 | 00:00:00; 01:02:03
        timestamp(3) -> time(3) with time zone | 2020-01-01 01:02:03 | 01:02:03.000+00:00
        timestamp(6) -> timestamp(2) with time zone | 2020-01-01 00:00:00.004500 | 2020-01-01 00:00:00.01 UTC
        timestamp(1) with time zone -> timestamp(0) | 2020-07-01 22:30:00.5 America/New_York; NULL | 2020-07-01 22:30:01; NULL
        timestamp(1) with time zone -> date | 2020-07-01 22:30:00.5 America/New_York; NULL | 2020-07-01; NULL
        timestamp(1) with time zone -> time(1) | 2020-07-01 22:30:00.5 America/New_York; NULL | 22:30:00.5; NULL
        timestamp(1) with time zone -> time(1) with time zone | 2020-07-01 22:30 America/New_York | 22:30:00.0-04:00
        timestamp(1) with time zone -> timestamp(0) with time zone | 2020-07-01 22:30:00.5 +01:00; NULL | 2020-07-01 22:30:01 +01:00; NULL
        time(3) -> time(0) | 01:02:03.5; 23:59:59.5; NULL | 01:02:04; 00:00:00; NULL
        time(3) -> time(9) with time zone | 01:02:03 | 01:02:03.000000000+00:00
        time(3) with time zone -> time(3) | 01:02:03+05:00; NULL | 01:02:03.000; NULL
        time(3) with time zone -> time(0) with time zone | 01:02:03.5+05:00 | 01:02:04+05:00
        date -> timestamp(9) | 3000-01-01 | ERROR: Out of range for timestamp(9): 3000-01-01 00:00:00.000000000
        timestamp(3) -> timestamp(3) with time zone | 200000-01-01 | ERROR: Out of range for timestamp with time zone: 6249223180800000
        ",
    )
    .await;
}

#[tokio::test]
async fn times_become_timestamps_of_today() {
    let today = chrono::Utc::now().format("%Y-%m-%d");
    assert_casts(&format!(
        "
        time(3) -> timestamp(3) | 01:02:03; NULL | {today} 01:02:03.000; NULL
        time(3) with time zone -> timestamp(0) | 01:02:03+05:00 | {today} 01:02:03
        time(3) with time zone -> timestamp(0) with time zone | 05:02:03+05:00 | {today} 05:02:03 +05:00
        "
    ))
    .await;
}

#[tokio::test]
async fn bytes_become_addresses_and_identifiers() {
    let bytes: ArrayRef = Arc::new(BinaryArray::from_vec(vec![&[1, 2, 3, 4]]));
    let found = shown(&bytes, "varbinary", "ipaddress", OnFailure::Error).await;
    assert_eq!(found, "1.2.3.4");
    let found = shown(&bytes, "varbinary", "uuid", OnFailure::Error).await;
    assert_eq!(found, "ERROR: Invalid UUID binary length: 4");
    let found = shown(&bytes, "varbinary", "uuid", OnFailure::Null).await;
    assert_eq!(found, "NULL");
    assert_casts(
        "
        uuid -> varbinary | 12151fd2-7586-11e9-8f9e-2a86e4085a59; NULL | 12 15 1f d2 75 86 11 e9 8f 9e 2a 86 e4 08 5a 59; NULL
        varchar -> uuid | 1-2-3-4-5 | ERROR: Invalid UUID string length: 9
        varchar -> uuid | x | ERROR: Cannot cast value to UUID: x
        varchar -> ipaddress | localhost | ERROR: Cannot cast value to IPADDRESS: localhost
        varchar -> ipaddress | 2001:db8::1::1 | ERROR: Cannot cast value to IPADDRESS: 2001:db8::1::1
        varchar -> ipaddress | 01.2.3.4 | ERROR: Cannot cast value to IPADDRESS: 01.2.3.4
        ",
    )
    .await;
}

#[tokio::test]
async fn sketches_are_bytes() {
    let digests = vec![b"\x01\x02\0\0\0\xaa\xbb\xcc".as_slice(), b"\0"];
    let digests: ArrayRef = Arc::new(BinaryArray::from_vec(digests));
    let found = shown(&digests, "setdigest", "hyperloglog", OnFailure::Null).await;
    assert_eq!(found, "aa bb; NULL");
    for sketch in ["hyperloglog", "tdigest", "qdigest(bigint)", "setdigest"] {
        let found = shown(&digests, sketch, "varbinary", OnFailure::Error).await;
        assert_eq!(found, "01 02 00 00 00 aa bb cc; 00");
        let back = coercion(
            &parse_type("varbinary").unwrap(),
            &parse_type(sketch).unwrap(),
        );
        assert!(back.is_some(), "{sketch}");
    }
}

#[tokio::test]
async fn null_casts_to_anything() {
    let values: ArrayRef = Arc::new(NullArray::new(2));
    for to in [
        "bigint",
        "varchar(3)",
        "row(a array(varchar))",
        "time(3) with time zone",
        "json",
    ] {
        let found = shown(&values, "unknown", to, OnFailure::Error).await;
        assert_eq!(found, "NULL; NULL");
    }
}

#[test]
fn casts_that_trino_lacks_are_none() {
    for (from, to) in [
        ("integer", "date"),
        ("varbinary", "varchar"),
        ("char(3)", "integer"),
        ("integer", "char(3)"),
        ("date", "bigint"),
        ("date", "time"),
        ("boolean", "timestamp"),
        ("varchar", "interval day to second"),
        ("array(integer)", "varchar"),
        ("array(date)", "array(integer)"),
        ("row(bigint, varchar)", "row(bigint)"),
        ("varchar", "hyperloglog"),
        ("bingtile", "bigint"),
        ("geometry", "varbinary"),
        ("varbinary", "p4hyperloglog"),
        ("varbinary", "qdigest(varchar)"),
        ("uuid", "ipaddress"),
    ] {
        let found = coercion(&parse_type(from).unwrap(), &parse_type(to).unwrap());
        assert!(found.is_none(), "{from} to {to}");
    }
}
