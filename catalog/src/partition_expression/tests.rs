//! What expressions mean, and which are refused.

use super::*;
use crate::mutation::for_each_mutation;
use crate::partition_predicate::PartitionPredicate;
use crate::partition_value::{HIVE_DEFAULT_PARTITION, KeyType};

/// The keys `year string, n int, price decimal(10,2), date date, at timestamp, key string`.
fn keys() -> Vec<(String, KeyType)> {
    [
        ("year", KeyType::Text),
        ("n", KeyType::Integer),
        ("price", KeyType::Decimal(2)),
        ("date", KeyType::Date),
        ("at", KeyType::Timestamp),
        ("key", KeyType::Text),
    ]
    .map(|(name, key_type)| (name.to_owned(), key_type))
    .to_vec()
}

fn read(text: &str) -> PartitionPredicate {
    parse_expression(text, &keys()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn keeps(text: &str, values: [&str; 6]) -> bool {
    let types: Vec<KeyType> = keys().into_iter().map(|(_, key_type)| key_type).collect();
    read(text).matches(&types, &values.map(str::to_owned))
}

const ROW: [&str; 6] = [
    "2024",
    "7",
    "1.25",
    "2024-05-06",
    "2024-05-06 07:08:09.5",
    "a'b",
];
const NULLS: [&str; 6] = [HIVE_DEFAULT_PARTITION; 6];

fn message(text: &str) -> String {
    match parse_expression(text, &keys()) {
        Ok(predicate) => panic!("{text} is read as {predicate:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn blank_text_is_every_partition() {
    assert_eq!(read(""), PartitionPredicate::All);
    assert_eq!(read(" \t\n"), PartitionPredicate::All);
}

#[test]
fn conditions_hold_of_a_row() {
    for text in [
        "year = '2024'",
        "YEAR='2024'",
        "\"Year\" = '2024'",
        "`year` = 2024",
        "2024 = year",
        "year > '10000'",
        "'2023' < year AND n<=7",
        "n = 7 and n >= 7 and n <> 8 and n != 8",
        "n = '007'",
        "n = 7.0",
        "n > -5 and n > - 5 and n < +8",
        "n in (1, 7)",
        "n not in (1, 2.5)",
        "n between 5 and 7.5",
        "n not between 8 and 9",
        "price = 1.25 and price = '1.250' and price < 2",
        "date = date '2024-05-06' and date = '2024-05-06'",
        "DATE '2024-05-05' < date",
        "date < timestamp '2024-05-06 00:00:01' and date > timestamp '2024-05-05 23:00:00'",
        "date in ('2024-05-06')",
        "at = timestamp '2024-05-06 07:08:09.5'",
        "at > date '2024-05-06' and at between '2024-05-06' and '2024-05-07'",
        "year like '20%' and year not like '_'",
        "year is not null and not year is null",
        "\"key\" = 'a''b'",
        "not not year = '2024'",
        "not (year = '2023' or n = 8)",
        "year = '1' or n = 7 and price = 1.25",
        "((year = '2024')) and (n = 1 or (n = 7))",
        "year = date '2024-01-01' or n = 7",
        "n < 99999999999999999999999 and n > -99999999999999999999999",
    ] {
        assert!(keeps(text, ROW), "{text} gives {:?}", read(text));
        let negated = format!("NOT ({text})");
        assert!(
            !keeps(&negated, ROW),
            "{negated} gives {:?}",
            read(&negated)
        );
    }
}

#[test]
fn null_satisfies_neither_a_comparison_nor_its_negation() {
    for text in [
        "year = '1'",
        "n = 5.5",
        "n < 99999999999999999999999",
        "n in (5.5)",
        "price = 1.005",
        "price <> 1.005",
        "year like '%'",
        "n between 1 and 5",
        "n = 5.5 and year = '1'",
        "n = 5.5 or year = '1'",
    ] {
        assert!(!keeps(text, NULLS), "{text}");
        assert!(!keeps(&format!("not ({text})"), NULLS), "not {text}");
    }
    assert!(keeps("year is null and n is null", NULLS));
}

#[test]
fn the_name_of_null_is_null() {
    assert!(keeps("year = '__HIVE_DEFAULT_PARTITION__'", NULLS));
    assert!(keeps("n in (5, '__HIVE_DEFAULT_PARTITION__')", NULLS));
    assert!(keeps("n <> '__HIVE_DEFAULT_PARTITION__'", ROW));
    assert!(!keeps("not n in ('__HIVE_DEFAULT_PARTITION__')", NULLS));
    assert!(message("year < '__HIVE_DEFAULT_PARTITION__'").contains("cannot be compared"));
}

#[test]
fn literals_between_the_values_of_a_key_become_equivalent_comparisons() {
    for (text, same) in [
        ("price < 1.005", "price <= 1.00"),
        ("price <= 1.005", "price <= 1.00"),
        ("price > 1.005", "price > 1.00"),
        ("price >= 1.005", "price > 1.00"),
        ("price >= -1.005", "price > -1.01"),
        ("n > 5.5", "n > 5"),
        ("5.5 > n", "n <= 5"),
        ("n <> 5.5", "n is not null"),
        ("not n = 5.5", "n is not null"),
        ("n in (1, 5.5)", "n in (1)"),
        ("n = 5.5 or year = '1'", "year = '1'"),
        ("n < 99999999999999999999", "n is not null"),
        (
            "((year = '1' or year = '2') or year = '3')",
            "year='1' or year='2' or year='3'",
        ),
        ("not year not in ('1')", "year in ('1')"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    for never in [
        "n = 5.5",
        "n in (5.5)",
        "n > 99999999999999999999",
        "n = 5.5 and n = 1",
    ] {
        assert_eq!(read(never), PartitionPredicate::Nothing, "{never}");
    }
}

#[test]
fn refusals_name_the_part_and_its_place() {
    for (text, parts) in [
        (
            "month = 1",
            &["`month` at character 1", "not a partition key"][..],
        ),
        (
            "year = '1' and key = 'x'",
            &["`key` at character 16", "\"key\""],
        ),
        ("key", &["reserved word"]),
        ("end = 1", &["`end` at character 1"]),
        (
            "upper(year) = 'X'",
            &["'upper' at character 1", "functions"],
        ),
        ("cast(n as int) = 1", &["'cast'", "cast"]),
        ("n + 1 = 2", &["'+' at character 3", "calculate"]),
        ("n = 2 * 3", &["'*' at character 7"]),
        ("n = 2 -3", &["'-' at character 7"]),
        ("year = \"2024\"", &["\"2024\"", "a literal"]),
        ("year = n", &["`n` at character 8", "a literal"]),
        ("year = null", &["IS NULL"]),
        ("1 = 1", &["a partition key"]),
        ("n = 'abc'", &["'abc' at character 5", "`n`", "integers"]),
        ("n = date '2024-01-01'", &["integers"]),
        ("price = 'x'", &["2 digits"]),
        ("date = 5", &["yyyy-mm-dd"]),
        ("date = '2024-13-01'", &["'2024-13-01'", "dates"]),
        ("year = date 'x'", &["date 'x'", "no date"]),
        ("at = timestamp '5'", &["no timestamp"]),
        ("year = 'x", &["' at character 8", "never closed"]),
        ("(year = 'x'", &["( at character 1", "never closed"]),
        ("year = 'x')", &["`)` at character 11"]),
        ("()", &["`)` at character 2"]),
        ("year", &["ends where a comparison"]),
        ("year =", &["ends where a literal"]),
        ("year = 'x' and", &["ends where"]),
        ("year = 'x' n = 1", &["`n` at character 12", "AND, OR"]),
        ("n in ()", &["`)`", "a literal"]),
        ("n in (select 1)", &["'select'", "subqueries"]),
        ("n in 5", &["`(`"]),
        ("n between 1 or 2", &["`or`", "AND"]),
        ("n not = 1", &["`=`", "IN, BETWEEN or LIKE"]),
        ("year like 5", &["pattern"]),
        ("n is 5", &["NULL or NOT NULL"]),
        ("n = 1e3", &["`1e3` at character 5"]),
        ("n = 1.2.3", &["`1.2.3`"]),
        ("n; drop", &["`;` at character 2"]),
        ("t.year = 'x'", &["`.` at character 2"]),
        ("year = 'x' escape '\\'", &["`escape`"]),
        ("東 = 1", &["`東` at character 1"]),
    ] {
        let message = message(text);
        for part in parts {
            assert!(message.contains(part), "{text}: {message} lacks {part}");
        }
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let long = format!("year = '{}'", "x".repeat(2039));
    assert!(parse_expression(&long, &keys()).is_ok());
    assert!(message(&format!("{long} ")).contains("2049 characters"));
    assert!(message(&"(".repeat(2048)).contains("nested deeper than 200"));
    let alternating = format!(
        "{}n=0{}",
        "(n=1 or not (n=2 and ".repeat(60),
        "))".repeat(60)
    );
    assert!(parse_expression(&alternating, &keys()).is_ok());
    assert!(!keeps(&format!("{}n=7", "not ".repeat(501)), ROW));
}

#[test]
fn the_deepest_expression_fits_a_small_stack() {
    let walk = || {
        let deep = format!("{} n=0{}", "(n=1 or(n=2 and".repeat(100), "))".repeat(100));
        keeps(&format!("not{deep}"), ROW)
    };
    let walked = std::thread::Builder::new().stack_size(1 << 20).spawn(walk);
    assert!(walked.unwrap().join().is_ok());
}

#[test]
fn no_text_makes_it_panic() {
    let samples = [
        "year = '2024' AND (n IN (1, -2.5) OR NOT price BETWEEN 1.005 AND '2')",
        "date >= date '2024-01-01' and at < timestamp '2024-01-01 00:00:00' or \"key\" like 'a%_'",
        "5 < n and key is not null and not (year not in ('a', 'b''c'))",
    ];
    let keys = keys();
    let types: Vec<KeyType> = keys.iter().map(|(_, key_type)| *key_type).collect();
    for_each_mutation(&samples, |text| match parse_expression(text, &keys) {
        Ok(predicate) => {
            let values = ROW.map(str::to_owned);
            let negated = predicate.clone().negated();
            assert!(!(predicate.matches(&types, &values) && negated.matches(&types, &values)));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    });
}
