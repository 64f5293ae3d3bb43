//! Each mistake in a configuration has an error that names it.

use crate::Table;

use super::fixture::{error_of, table};
use super::{PartitionProjection, ProjectionError};

/// The message for a string key `k` with these properties below `projection.k.`.
fn message(properties: &[(&str, &str)]) -> String {
    message_for("string", properties)
}

fn message_for(type_text: &str, properties: &[(&str, &str)]) -> String {
    let names: Vec<(String, &str)> = properties
        .iter()
        .map(|(name, value)| (format!("projection.k.{name}"), *value))
        .collect();
    let properties: Vec<(&str, &str)> = names
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    error_of(&[("k", type_text)], &properties).to_string()
}

#[test]
fn keys_without_configuration_are_named() {
    let keys = [("a", "string"), ("b", "int"), ("c", "int")];
    let error = error_of(&keys, &[("projection.a.type", "injected")]);
    assert!(matches!(
        error,
        ProjectionError::MissingConfiguration { .. }
    ));
    let message = error.to_string();
    assert!(message.contains("lake.events"), "{message}");
    assert!(
        message.contains("missing projection configuration: [b, c]"),
        "{message}"
    );
}

#[test]
fn missing_properties_are_named() {
    let day = [("type", "date"), ("format", "yyyy-MM-dd")];
    let hour = [
        ("type", "date"),
        ("format", "yyyy-MM-dd-HH"),
        ("range", "NOW-1DAY,NOW"),
    ];
    let year = [("type", "date"), ("format", "yyyy"), ("range", "2020,NOW")];
    let with_interval: Vec<_> = hour.into_iter().chain([("interval", "1")]).collect();
    for (properties, missing) in [
        (&[("type", "enum")][..], "'projection.k.values' is missing"),
        (
            &[("type", "enum"), ("values", "")],
            "'projection.k.values' is missing",
        ),
        (&[("type", "integer")], "'projection.k.range' is missing"),
        (&[("type", "date")], "'projection.k.format' is missing"),
        (&day, "'projection.k.range' is missing"),
        (&hour, "'projection.k.interval' is missing"),
        (&year, "'projection.k.interval' is missing"),
        (&with_interval, "'projection.k.interval.unit' is missing"),
    ] {
        let message = message(properties);
        assert!(message.contains(missing), "{message}");
    }
}

#[test]
fn the_type_is_one_of_four() {
    let message = message(&[("type", "list")]);
    assert!(
        message.contains("'projection.k.type' = 'list'"),
        "{message}"
    );
    assert!(
        message.contains("enum, integer, date or injected"),
        "{message}"
    );
}

#[test]
fn the_column_must_fit_the_projection() {
    for (projection, type_text) in [
        ("enum", "int"),
        ("integer", "date"),
        ("integer", "double"),
        ("date", "bigint"),
        ("date", "array<string>"),
        ("injected", "int"),
        ("injected", "date"),
    ] {
        let message = message_for(type_text, &[("type", projection)]);
        let place = format!("does not fit the partition column 'k' of type {type_text}");
        assert!(message.contains(&place), "{message}");
    }
}

#[test]
fn ranges_must_be_two_bounds_in_order() {
    for range in ["5", "1,2,3", "a,b", "1.5,2", ",", "0,9223372036854775808"] {
        let message = message(&[("type", "integer"), ("range", range)]);
        assert!(message.contains("is no range"), "{message}");
        assert!(message.contains(range), "{message}");
    }
    let integers = message(&[("type", "integer"), ("range", "2,1")]);
    assert!(
        integers.contains("minimum greater than its maximum"),
        "{integers}"
    );
    let day = [("type", "date"), ("format", "yyyy-MM-dd")];
    for range in [
        "NOW",
        "2024-01-01",
        "NOW-1,NOW",
        "2024-02-30,NOW",
        "2024-1-1,NOW",
    ] {
        let message = message(&[day[0], day[1], ("range", range)]);
        assert!(message.contains("is no range"), "{message}");
        assert!(message.contains("yyyy-MM-dd"), "{message}");
    }
    let dates = message(&[day[0], day[1], ("range", "2024-01-02,2024-01-01")]);
    assert!(
        dates.contains("minimum greater than its maximum"),
        "{dates}"
    );
}

#[test]
fn intervals_units_and_digits_are_checked() {
    let integers = [("type", "integer"), ("range", "1,2")];
    for value in ["0", "-1", "x", "", "1.5"] {
        let interval = message(&[integers[0], integers[1], ("interval", value)]);
        assert!(interval.contains("is no interval"), "{interval}");
        let digits = message(&[integers[0], integers[1], ("digits", value)]);
        assert!(
            digits.contains("is no number of digits; use 1 to 100"),
            "{digits}"
        );
    }
    let unit = message(&[
        ("type", "date"),
        ("format", "yyyy-MM-dd"),
        ("range", "NOW-1DAY,NOW"),
        ("interval.unit", "FORTNIGHTS"),
    ]);
    assert!(
        unit.contains("'projection.k.interval.unit' = 'FORTNIGHTS'"),
        "{unit}"
    );
}

#[test]
fn formats_are_checked() {
    let message = message(&[
        ("type", "date"),
        ("format", "YYYY-MM-dd"),
        ("range", "NOW,NOW"),
    ]);
    assert!(
        message.contains("'projection.k.format' = 'YYYY-MM-dd'"),
        "{message}"
    );
    assert!(
        message.contains("the letter 'Y' is not supported"),
        "{message}"
    );
}

fn with_template(template: &str) -> Table {
    table(
        &[("a", "string"), ("b", "string")],
        &[
            ("projection.a.type", "injected"),
            ("projection.b.type", "injected"),
            ("storage.location.template", template),
        ],
    )
}

#[test]
fn templates_need_each_key_and_a_slash() {
    for (template, expected) in [
        (
            "s3://lake/${a}/",
            "Partition projection location template: 'storage.location.template' = 's3://lake/${a}/' is missing partition column: 'b' placeholder",
        ),
        ("s3://lake/${a}/${b}", "does not end with '/'"),
        ("", "is missing partition column: 'a' placeholder"),
        ("s3://lake/${a}/${c}/", "the placeholder '${c}'"),
        ("s3://lake/${a}/${b", "the placeholder '${b'"),
        ("s3://lake/${}/${b}/", "the placeholder '${}'"),
    ] {
        let error = PartitionProjection::of(&with_template(template)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(PartitionProjection::of(&with_template("s3://lake/${a}${b}/")).is_ok());
}

#[test]
fn a_table_without_template_needs_a_location() {
    let mut events = table(&[("k", "string")], &[("projection.k.type", "injected")]);
    for location in [None, Some(" ".to_owned())] {
        events.storage_descriptor.location = location;
        let error = PartitionProjection::of(&events).unwrap_err();
        let table = "lake.events".to_owned();
        assert_eq!(error, ProjectionError::MissingLocation { table });
    }
}

#[test]
fn the_message_for_injected_keys_tells_the_condition() {
    let column = "k".to_owned();
    assert_eq!(
        ProjectionError::InjectedWithoutFilter { column }.to_string(),
        "Injected projection requires single predicate for it's column in where clause; add a condition k = '...' or k IN ('...', ...)"
    );
}
