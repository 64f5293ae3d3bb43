//! What becomes of each condition, and that nothing is said which Glue could read as less.

use prismlake_catalog::like_pattern::LikePattern;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{Column, PartitionLiteral, PartitionPredicate};

use super::partition_expression::expression;
use PartitionPredicate as P;

const TEXT: usize = 0;
const DATE: usize = 1;
const TINY: usize = 2;
const TIMESTAMP: usize = 3;
const DECIMAL: usize = 4;
const RESERVED: usize = 5;
const ODD_NAME: usize = 6;
const VARCHAR: usize = 7;

fn said(predicate: &PartitionPredicate) -> Option<String> {
    let keys = [
        Column::new("region", "string"),
        Column::new("dt", "date"),
        Column::new("n", "tinyint"),
        Column::new("ts", "timestamp"),
        Column::new("price", "decimal(10,2)"),
        Column::new("order", "string"),
        Column::new("größe", "string"),
        Column::new("code", "varchar(3)"),
    ];
    expression(&keys, predicate)
}

fn text(value: &str) -> PartitionLiteral {
    PartitionLiteral::Text(value.to_owned())
}

fn equal(key: usize, value: PartitionLiteral) -> PartitionPredicate {
    P::Compare(key, Comparison::Equal, value)
}

fn greater(key: usize, value: PartitionLiteral) -> PartitionPredicate {
    P::Compare(key, Comparison::Greater, value)
}

#[test]
fn comparisons_of_text_dates_and_numbers_are_said_by_their_type() {
    for (predicate, expected) in [
        (equal(TEXT, text("eu")), "region = 'eu'"),
        (equal(TEXT, text("ü ber")), "region = 'ü ber'"),
        (greater(TEXT, text("eu")), "region > 'eu'"),
        (
            greater(DATE, PartitionLiteral::Date(20_455)),
            "dt > '2026-01-02'",
        ),
        (equal(DATE, PartitionLiteral::Date(-1)), "dt = '1969-12-31'"),
        (equal(TINY, PartitionLiteral::Integer(7)), "n = 7"),
        (
            P::In(TEXT, vec![text("a"), text("b")]),
            "region IN ('a', 'b')",
        ),
        (P::IsNull(TEXT), "region = '__HIVE_DEFAULT_PARTITION__'"),
        (
            P::Prefix(TEXT, "eu-".to_owned()),
            "(region >= 'eu-' AND region < 'eu.')",
        ),
        (
            P::Like(TEXT, LikePattern::new("eu%x")),
            "(region >= 'eu' AND region < 'ev')",
        ),
        (P::Like(TEXT, LikePattern::new("eu")), "region = 'eu'"),
        (
            P::Prefix(TEXT, "a&".to_owned()),
            "(region >= 'a&' AND region < 'a(')",
        ),
        (
            P::Prefix(TEXT, "a[".to_owned()),
            "(region >= 'a[' AND region < 'a]')",
        ),
        (P::Prefix(TEXT, "a~".to_owned()), "region >= 'a~'"),
    ] {
        assert_eq!(said(&predicate).as_deref(), Some(expected));
    }
}

#[test]
fn what_glue_may_read_otherwise_is_not_said() {
    for predicate in [
        P::All,
        P::Nothing,
        P::IsNotNull(TEXT),
        P::IsNull(DATE),
        P::NotIn(TEXT, vec![text("a")]),
        P::NotLike(TEXT, LikePattern::new("a%")),
        P::Like(TEXT, LikePattern::new("%a")),
        P::Like(TINY, LikePattern::new("1%")),
        P::Compare(TEXT, Comparison::NotEqual, text("a")),
        P::In(TEXT, Vec::new()),
        equal(TEXT, text("")),
        equal(TEXT, text("it's")),
        equal(TEXT, text("x' OR region = 'y")),
        equal(TEXT, text("a\\b")),
        equal(TEXT, text("a\nb")),
        greater(TEXT, text("ü")),
        P::Prefix(TEXT, "ü".to_owned()),
        P::Prefix(TEXT, "'".to_owned()),
        equal(TEXT, PartitionLiteral::Integer(1)),
        equal(DATE, PartitionLiteral::Date(i32::MAX)),
        equal(DATE, PartitionLiteral::Date(i32::MIN)),
        equal(TINY, PartitionLiteral::Integer(-1)),
        equal(TINY, PartitionLiteral::Integer(128)),
        equal(TIMESTAMP, PartitionLiteral::Timestamp(0)),
        equal(DECIMAL, PartitionLiteral::Decimal(100)),
        equal(RESERVED, text("a")),
        equal(ODD_NAME, text("a")),
        equal(VARCHAR, text("a")),
        equal(99, text("a")),
        P::And(Vec::new()),
        P::Or(Vec::new()),
    ] {
        assert_eq!(said(&predicate), None, "{predicate:?}");
    }
}

#[test]
fn of_conditions_together_those_that_can_be_are_said() {
    let negative = equal(TINY, PartitionLiteral::Integer(-1));
    let both = P::And(vec![
        equal(TEXT, text("eu")),
        negative.clone(),
        greater(TINY, PartitionLiteral::Integer(3)),
    ]);
    assert_eq!(said(&both).as_deref(), Some("(region = 'eu' AND n > 3)"));
    let one = P::And(vec![negative, equal(TEXT, text("eu"))]);
    assert_eq!(said(&one).as_deref(), Some("region = 'eu'"));
}

#[test]
fn of_alternatives_all_are_said_or_none() {
    let negative = equal(TINY, PartitionLiteral::Integer(-1));
    let some = P::Or(vec![equal(TEXT, text("eu")), negative]);
    assert_eq!(said(&some), None);
    let all = P::Or(vec![
        equal(TEXT, text("eu")),
        P::Nothing,
        P::And(vec![
            equal(TEXT, text("us")),
            equal(TINY, PartitionLiteral::Integer(1)),
        ]),
    ]);
    assert_eq!(
        said(&all).as_deref(),
        Some("(region = 'eu' OR (region = 'us' AND n = 1))")
    );
}

#[test]
fn a_list_that_is_too_long_becomes_its_range() {
    let many = (0..=120).rev().map(PartitionLiteral::Integer).collect();
    assert_eq!(
        said(&P::In(TINY, many)).as_deref(),
        Some("(n >= 0 AND n <= 120)")
    );
    let wide = ["a", "b", "c"].map(|first| text(&first.repeat(900)));
    let range = said(&P::In(TEXT, wide.into())).unwrap();
    assert!(range.starts_with("(region >= 'aaa"), "{range}");
    assert!(range.chars().count() <= 2048);
}

#[test]
fn no_expression_is_longer_than_glue_takes() {
    let long = |first: &str| equal(TEXT, text(&first.repeat(1500)));
    let both = P::And(vec![
        long("a"),
        long("b"),
        greater(TINY, PartitionLiteral::Integer(3)),
    ]);
    let expression = said(&both).unwrap();
    assert!(expression.chars().count() <= 2048);
    assert!(expression.ends_with("AND n > 3)"), "{expression}");
    assert_eq!(said(&P::Or(vec![long("a"), long("b")])), None);
    assert_eq!(said(&equal(TEXT, text(&"a".repeat(3000)))), None);
}
