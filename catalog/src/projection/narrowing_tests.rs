//! Ranges that could not be walked give their few matches at once.

use crate::PartitionPredicate;
use crate::partition_predicate::Comparison;

use super::fixture::{date, equal, from_until, number, partitions, table, text, values};

const MINUTES: [(&str, &str); 5] = [
    ("projection.k.type", "date"),
    ("projection.k.range", "2004-01-01 00:00,NOW"),
    ("projection.k.format", "yyyy-MM-dd HH:mm"),
    ("projection.k.interval", "1"),
    ("projection.k.interval.unit", "MINUTES"),
];

const EVERY_INTEGER: [(&str, &str); 2] = [
    ("projection.k.type", "integer"),
    (
        "projection.k.range",
        "-9223372036854775808,9223372036854775807",
    ),
];

#[test]
fn integers_are_found_without_walking_their_range() {
    let events = table(&[("k", "bigint")], &EVERY_INTEGER);
    for value in [i64::MIN, -1, 0, 12345, i64::MAX] {
        assert_eq!(
            values(&events, &equal(0, number(value))),
            [value.to_string()]
        );
    }
    let some = PartitionPredicate::In(0, vec![number(7), number(-7), number(7)]);
    assert_eq!(values(&events, &some), ["-7", "7"]);
    let last = PartitionPredicate::Compare(0, Comparison::Greater, number(i64::MAX - 2));
    assert_eq!(
        values(&events, &last),
        ["9223372036854775806", "9223372036854775807"]
    );
    let either = PartitionPredicate::Or(vec![from_until(0, number(1), number(3)), some]);
    assert_eq!(values(&events, &either), ["-7", "1", "2", "7"]);
    assert!(values(&events, &PartitionPredicate::IsNull(0)).is_empty());
    assert!(values(&events, &PartitionPredicate::Or(Vec::new())).is_empty());
    let all = partitions(&events, &PartitionPredicate::IsNotNull(0)).unwrap();
    assert_eq!(all.take(3).count(), 3);
}

#[test]
fn the_greatest_interval_steps_from_end_to_end() {
    let properties: Vec<_> = EVERY_INTEGER
        .into_iter()
        .chain([("projection.k.interval", "18446744073709551615")])
        .collect();
    let events = table(&[("k", "bigint")], &properties);
    assert_eq!(
        values(&events, &PartitionPredicate::All),
        [i64::MIN.to_string(), i64::MAX.to_string()]
    );
}

#[test]
fn integers_in_strings_are_found_by_their_text() {
    let events = table(&[("k", "string")], &EVERY_INTEGER);
    for value in ["-9223372036854775808", "0", "9223372036854775807"] {
        assert_eq!(values(&events, &equal(0, text(value))), [value]);
    }
    for value in ["007", "+7", "-0", "x", "9223372036854775808"] {
        assert!(values(&events, &equal(0, text(value))).is_empty());
    }
}

#[test]
fn padded_integers_in_strings_are_found_by_ranges_of_text() {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "integer"),
            ("projection.k.range", "0,999999999999"),
            ("projection.k.digits", "12"),
        ],
    );
    let prefix = PartitionPredicate::Prefix(0, "00000000012".to_owned());
    let found = values(&events, &prefix);
    assert_eq!(found.len(), 10);
    assert_eq!(found.first().map(String::as_str), Some("000000000120"));
    let range = from_until(0, text("0000000000"), text("000000000002"));
    assert_eq!(values(&events, &range), ["000000000000", "000000000001"]);
}

#[test]
fn numbers_without_leading_zeros_compare_as_text_in_strings() {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "integer"),
            ("projection.k.range", "1,120"),
        ],
    );
    let range = from_until(0, text("10"), text("102"));
    assert_eq!(values(&events, &range), ["10", "100", "101"]);
}

#[test]
fn dates_are_found_without_walking_their_range() {
    let events = table(&[("k", "string")], &MINUTES);
    let day = from_until(0, text("2020-05-05"), text("2020-05-06"));
    let found = values(&events, &day);
    assert_eq!(found.len(), 24 * 60);
    assert_eq!(found.first().map(String::as_str), Some("2020-05-05 00:00"));
    assert_eq!(found.last().map(String::as_str), Some("2020-05-05 23:59"));
    let hour = PartitionPredicate::Prefix(0, "2020-05-05 07:".to_owned());
    assert_eq!(values(&events, &hour).len(), 60);
    let outside = equal(0, text("2003-12-31 23:59"));
    assert!(values(&events, &outside).is_empty());
}

#[test]
fn dates_whose_texts_have_no_order_are_found_by_equality() {
    let mut properties = MINUTES;
    properties[1].1 = "00:00 01/01/0001,23:59 31/12/9999";
    properties[2].1 = "HH:mm dd/MM/yyyy";
    let events = table(&[("k", "string")], &properties);
    assert_eq!(
        values(&events, &equal(0, text("17:01 29/02/2024"))),
        ["17:01 29/02/2024"]
    );
    assert!(values(&events, &equal(0, text("17:01 30/02/2024"))).is_empty());
}

#[test]
fn ranges_of_texts_without_order_are_tested_one_by_one() {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "date"),
            ("projection.k.range", "01/01/2024,NOW"),
            ("projection.k.format", "dd/MM/yyyy"),
        ],
    );
    let prefix = PartitionPredicate::Prefix(0, "30/".to_owned());
    assert_eq!(values(&events, &prefix), ["30/01/2024"]);
}

#[test]
fn a_key_without_values_spares_walking_the_others() {
    let properties: Vec<_> = EVERY_INTEGER
        .into_iter()
        .chain([
            ("projection.e.type", "enum"),
            ("projection.e.values", "a,b"),
        ])
        .collect();
    let events = table(&[("k", "bigint"), ("e", "string")], &properties);
    assert!(values(&events, &equal(1, text("c"))).is_empty());
    let one = PartitionPredicate::And(vec![equal(0, number(5)), equal(1, text("b"))]);
    assert_eq!(values(&events, &one), ["5/b"]);
}

#[test]
fn conditions_across_keys_narrow_each_by_the_other() {
    let day = [
        ("projection.d.type", "date"),
        ("projection.d.range", "2000-01-01,NOW"),
        ("projection.d.format", "yyyy-MM-dd"),
    ];
    let properties: Vec<_> = EVERY_INTEGER.into_iter().chain(day).collect();
    let events = table(&[("k", "bigint"), ("d", "date")], &properties);
    let pair =
        |value, day| PartitionPredicate::And(vec![equal(0, number(value)), equal(1, date(day))]);
    let pairs = PartitionPredicate::Or(vec![pair(5, "2024-01-01"), pair(6, "2024-01-02")]);
    assert_eq!(values(&events, &pairs), ["5/2024-01-01", "6/2024-01-02"]);
    let either = PartitionPredicate::Or(vec![equal(0, number(5)), equal(1, date("2024-01-01"))]);
    let and_the_other_day = PartitionPredicate::And(vec![either, equal(1, date("2024-01-02"))]);
    assert_eq!(values(&events, &and_the_other_day), ["5/2024-01-02"]);
}

#[test]
fn the_value_of_an_earlier_key_narrows_a_later_one() {
    let properties: Vec<_> = EVERY_INTEGER
        .into_iter()
        .chain([
            ("projection.e.type", "enum"),
            ("projection.e.values", "a,b,c"),
        ])
        .collect();
    let events = table(&[("e", "string"), ("k", "bigint")], &properties);
    let low = PartitionPredicate::Compare(1, Comparison::Less, number(i64::MIN + 2));
    let high = PartitionPredicate::Compare(1, Comparison::Greater, number(i64::MAX - 1));
    let predicate = PartitionPredicate::Or(vec![
        PartitionPredicate::And(vec![equal(0, text("a")), low]),
        PartitionPredicate::And(vec![equal(0, text("c")), high]),
    ]);
    assert_eq!(
        values(&events, &predicate),
        [
            "a/-9223372036854775808",
            "a/-9223372036854775807",
            "c/9223372036854775807"
        ]
    );
}

#[test]
fn literals_of_another_type_and_keys_that_do_not_exist_match_nothing() {
    let events = table(&[("k", "bigint")], &EVERY_INTEGER);
    assert!(values(&events, &equal(0, text("5"))).is_empty());
    assert!(values(&events, &PartitionPredicate::Prefix(0, "5".to_owned())).is_empty());
    assert!(values(&events, &equal(7, number(5))).is_empty());
    let null = PartitionPredicate::And(vec![PartitionPredicate::IsNull(7), equal(0, number(5))]);
    assert_eq!(values(&events, &null), ["5"]);
}

#[test]
fn a_long_list_is_found_value_by_value() {
    let events = table(&[("k", "bigint")], &EVERY_INTEGER);
    let list: Vec<_> = (0..20_000)
        .map(|value| number(value * 1_000_000_007))
        .collect();
    assert_eq!(
        values(&events, &PartitionPredicate::In(0, list)).len(),
        20_000
    );
}
