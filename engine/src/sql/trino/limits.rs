//! No statement, however deep or long, takes the stack or the time of those beside it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use sqlparser::ast::visit_expressions;

use crate::error::Result;
use crate::sql::statement::Statement;

/// Parses, visits and drops on the stack that threads have by default.
fn parsed(text: String) -> Result<()> {
    let start = Instant::now();
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let result = thread
        .spawn(move || {
            let statement = crate::sql::parse(&text)?;
            if let Statement::Query(query) = &statement {
                let _ = visit_expressions(query, |_| ControlFlow::<()>::Continue(()));
            }
            drop(statement);
            Ok(())
        })
        .unwrap()
        .join()
        .unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
    result
}

/// What nests, around something that does not.
const NESTING: &[(&str, &str, &str)] = &[
    ("SELECT ", "(", ")"),
    ("SELECT ", "f(", ")"),
    ("SELECT ", "f(x -> ", ")"),
    ("SELECT ", "CASE WHEN ", " THEN 1 END"),
    ("SELECT ", "CASE WHEN true THEN 1 ELSE ", " END"),
    ("SELECT ", "CAST(", " AS bigint)"),
    ("SELECT ", "ARRAY[", "]"),
    ("SELECT ", "a[", "]"),
    ("SELECT ", "1 IN (", ")"),
    ("SELECT ", "(SELECT ", ")"),
    ("SELECT ", "EXISTS (SELECT ", ")"),
    ("SELECT ", "JSON_OBJECT('a' : ", ")"),
    ("SELECT ", "TRIM('a' FROM ", ")"),
    ("SELECT ", "f(a ORDER BY ", ")"),
    ("SELECT ", "f() OVER (ORDER BY ", ")"),
    ("SELECT ", "f() FILTER (WHERE ", ")"),
    ("SELECT * FROM (SELECT ", "(SELECT * FROM (SELECT ", "))"),
];

#[test]
fn forty_levels_are_taken_and_twenty_thousand_refused() {
    for (head, open, close) in NESTING {
        let nested = |levels: usize| {
            let end = if head.contains("FROM") { ")" } else { "" };
            format!(
                "{head}{}1{}{end}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        let few = if open.matches("SELECT").count() > 1 {
            20
        } else {
            40
        };
        parsed(nested(few)).unwrap_or_else(|error| panic!("{open}: {error}"));
        let levels = 200_000 / (open.len() + close.len());
        let error = parsed(nested(levels)).unwrap_err();
        assert!(
            error.message.contains("nests too deeply"),
            "{open}: {error}"
        );
        assert!(parsed(format!("{head}{}", open.repeat(levels))).is_err());
    }
    for (open, inner, close) in [
        ("(", "SELECT 1", ")"),
        ("SELECT * FROM (", "SELECT 1", ")"),
        ("SELECT * FROM (", "t", ")"),
        ("WITH x AS (", "SELECT 1", ") SELECT 1"),
        ("SELECT * FROM t WHERE EXISTS (", "SELECT 1", ")"),
        ("SELECT 1 UNION (", "SELECT 1", ")"),
    ] {
        let nested =
            |levels: usize| format!("{}{inner}{}", open.repeat(levels), close.repeat(levels));
        if inner == "t" {
            let from = |levels: usize| {
                format!(
                    "SELECT * FROM {}t{}",
                    "(".repeat(levels),
                    ")".repeat(levels)
                )
            };
            parsed(from(40)).unwrap();
            assert!(parsed(from(100_000)).is_err());
        } else {
            parsed(nested(40)).unwrap_or_else(|error| panic!("{open}: {error}"));
        }
        assert!(parsed(nested(200_000 / (open.len() + close.len()))).is_err());
    }
    let types = |levels: usize| {
        format!(
            "SELECT CAST(a AS {}int{})",
            "array(".repeat(levels),
            ")".repeat(levels)
        )
    };
    parsed(types(40)).unwrap();
    assert!(parsed(types(30_000)).is_err());
    let patterns = |levels: usize| {
        format!(
            "SELECT * FROM t MATCH_RECOGNIZE (PATTERN ({}A{}) DEFINE A AS true)",
            "(".repeat(levels),
            ")".repeat(levels)
        )
    };
    parsed(patterns(40)).unwrap();
    assert!(parsed(patterns(30_000)).is_err());
}

#[test]
fn chains_of_operators_are_bounded_except_of_and_or_and_union() {
    let chain = |term: &str, operator: &str, count: usize| {
        format!("SELECT {}", vec![term; count].join(operator))
    };
    for operator in [" + ", " - ", " * ", " || "] {
        parsed(chain("a", operator, 300)).unwrap();
        let error = parsed(chain("a", operator, 50_000)).unwrap_err();
        assert!(error.message.contains("in a row"), "{error}");
    }
    for operator in [" AND ", " OR "] {
        parsed(chain("a = 1", operator, 20_000)).unwrap();
        parsed(chain("a + 1 = b", operator, 10_000)).unwrap();
    }
    parsed(chain("(a = 1 OR b = 2)", " AND ", 10_000)).unwrap();
    parsed(format!(
        "SELECT a IN ({})",
        vec!["1 + 1"; 30_000].join(", ")
    ))
    .unwrap();
    parsed(format!("SELECT f({})", vec!["a"; 50_000].join(", "))).unwrap();
    parsed(format!("SELECT a{}", "[1]".repeat(50_000))).unwrap();
    parsed(format!("SELECT a{}", ".b".repeat(50_000))).unwrap();
    parsed(format!(
        "SELECT CASE {} END",
        "WHEN a THEN 1 ".repeat(10_000)
    ))
    .unwrap();
    parsed(format!("VALUES {}", vec!["(1, 'a')"; 20_000].join(", "))).unwrap();
    parsed(format!(
        "SELECT * FROM t{}",
        " JOIN t ON true".repeat(5_000)
    ))
    .unwrap();
    parsed(format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(10_000))).unwrap();
    for (sign, count) in [("- ", 50_000), ("NOT ", 50_000), ("+ ", 50_000)] {
        assert!(parsed(format!("SELECT {}1", sign.repeat(count))).is_err());
        parsed(format!("SELECT {}1", sign.repeat(40))).unwrap();
    }
    for text in [
        format!("SELECT a{}", " AT TIME ZONE 'UTC'".repeat(10_000)),
        format!("SELECT 1{}", " EXCEPT SELECT 1".repeat(15_000)),
        format!(
            "SELECT 1{}",
            " UNION SELECT 1 UNION ALL SELECT 1".repeat(5_000)
        ),
        format!("SELECT 1{}", " INTERSECT SELECT 1".repeat(10_000)),
        format!("SELECT * FROM t{}", " JOIN t".repeat(30_000)),
        format!("SELECT * FROM t{}", " MATCH_RECOGNIZE (".repeat(10_000)),
    ] {
        assert!(parsed(text).is_err());
    }
}

#[test]
fn nothing_takes_time_that_grows_faster_than_the_text() {
    for text in [
        format!("SELECT * FROM {}", "((SELECT * FROM ".repeat(10_000)),
        format!("SELECT {}", "CASE ".repeat(40_000)),
        format!("SELECT {}", "interval(".repeat(20_000)),
        format!("SELECT {}", "(a, ".repeat(50_000)),
        format!("SELECT {}", "/* ".repeat(80_000)),
        format!("SELECT {}", "'".repeat(200_001)),
        format!("SELECT {}", "U&'".repeat(80_000)),
        format!("SELECT {}", "x'".repeat(100_001)),
        format!("SELECT {}", "\"'`".repeat(60_001)),
        format!("SELECT {}", "(".repeat(200_000)),
        format!("SELECT * FROM {}", "(".repeat(200_000)),
        format!("INSERT INTO t {}", "(".repeat(200_000)),
        format!("SELECT a{}", " \n".repeat(100_000)),
        "\u{e9}".repeat(100_000),
    ] {
        let _ = parsed(text);
    }
}
